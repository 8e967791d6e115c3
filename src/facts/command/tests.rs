//! Commands in documents, and properties that hold for every host on any text.

use std::collections::BTreeSet;

use proptest::prelude::{Just, Strategy, prop_oneof, proptest};
use proptest::{collection, prop_assert};

use super::{check, extract, literals};
use crate::facts::{Fact, Literals, Value, Wanted};
use crate::source::{RepoPath, SourceFile};

fn fields(text: &str, names: &[&str]) -> Vec<String> {
    let file = SourceFile::new(RepoPath::new("README.md"), text);
    let mut facts = Vec::new();
    extract(&file, &crate::facts::Sieve::default(), &mut facts);
    let word = |fact: &Fact, name: &str| match fact.get(name) {
        Some(Value::Text(text)) => text.to_string(),
        Some(Value::Bool(value)) => value.to_string(),
        other => format!("{other:?}"),
    };
    facts
        .iter()
        .map(|fact| names.iter().map(|name| word(fact, name)).collect::<Vec<_>>().join(" | "))
        .collect()
}

#[test]
fn fences_of_all_kinds() {
    for (text, expected) in [
        ("```bash\npip install x\n```\n", vec!["2 pip instructed"]),
        (
            "~~~~sh title=\"a\"\npip list\n~~~\npytest\n~~~~\n",
            vec!["2 pip instructed", "3 ~~~ instructed", "4 pytest instructed"],
        ),
        ("1. x\n   ```{.bash}\n   pytest\n   ```\n", vec!["3 pytest instructed"]),
        ("> ```sh\n> pytest\n> pip list\n> ```\n", vec!["2 pytest instructed", "3 pip instructed"]),
        (
            "```console\n$ pytest\n1 passed\n(venv) $ pip \\\n> list\n```\n",
            vec!["2 pytest instructed", "4 pip instructed"],
        ),
        ("```\npytest -q\n```\n\n    pip install x\n", vec!["2 pytest instructed", "5 pip instructed"]),
        ("```\nmake sure that it works.\nresult = 3\n```\n", vec![]),
        (
            "```text\npython is a snake\n```\n```\npytest, pip: tools\n```\n```\npip doesn’t care\n```\n",
            vec![],
        ),
        ("```text\npython -c 'import a, b'\n```\n```text\n$ make is_ready\n```\n", vec!["5 make instructed"]),
        ("```json\n{\"a\": \"pip install\"}\n```\n```output\npip install x\n```\n", vec![]),
        (
            "```python\nimport pytest\n!pip install x\n%pip list\n%time f()\n```\n",
            vec!["3 pip instructed", "4 pip instructed"],
        ),
        (
            "```powershell\nPS C:\\x> pip list\n> pytest\n```\n",
            vec!["2 pip instructed", "3 pytest instructed"],
        ),
        (
            "```bat\n@python a.py ^\n  --x\nrem pip list\nif exist a (pytest)\n```\n```pwsh\n<#\npip list\n#>\ntox `\n -q\n```\n",
            vec!["2 python instructed", "5 pytest instructed", "11 tox instructed"],
        ),
        ("```yaml\nsteps:\n  - run: pytest\n```\n", vec!["3 pytest instructed"]),
        ("```dockerfile\nRUN pip install x\n```\n", vec!["2 pip instructed"]),
        ("=== \"pip\"\n\n    ```bash\n    pip install x\n    ```\n", vec!["4 pip instructed"]),
        ("```\n## A\n```bash\npip list\n```\n", vec!["4 pip instructed"]),
        ("<!--\n```bash\npip list\n```\n-->\n---\n", vec![]),
        ("---\nrun: pip install\n---\n# A\n", vec![]),
        ("```bash\npip list", vec!["2 pip instructed"]),
    ] {
        assert_eq!(check("a.md", text), expected, "{text}");
    }
}

#[test]
fn wrong_ways_are_forbidden() {
    for (text, expected) in [
        (
            "```bash\n# ✅ CORRECT\nuv sync\n\n# ❌ WRONG - never\npytest tests/\npip list\n\npip freeze\n```\n",
            vec!["3 uv instructed", "6 pytest forbidden", "7 pip forbidden", "9 pip instructed"],
        ),
        (
            "**Don't do this:**\n```sh\npip list\n```\n```sh\npytest\n```\n",
            vec!["3 pip forbidden", "6 pytest instructed"],
        ),
        (
            "## ❌ Wrong\n\n```sh\npip list\n```\n\n## Right\n\n```sh\npytest\n```\n",
            vec!["4 pip forbidden", "10 pytest instructed"],
        ),
        (
            "```sh\npip list  # NOT this\n❌ pytest\nBAD: tox\n```\n",
            vec!["2 pip forbidden", "3 pytest forbidden", "4 tox forbidden"],
        ),
        ("Run ~~`pip install x`~~ now.\n", vec!["1 pip forbidden"]),
        (
            "Never run `python a.py` or `pytest -q` directly.\n",
            vec!["1 python forbidden", "1 pytest forbidden"],
        ),
        ("Use `uv add x`, not `pip install x`.\n", vec!["1 uv instructed", "1 pip forbidden"]),
        ("Do not use `pip list`, use `uv tree` instead.\n", vec!["1 pip forbidden", "1 uv instructed"]),
        (
            "Never:\n\n- `pip list`\n- run `pytest -q`\n\nThen run `tox -e x`.\n",
            vec!["3 pip forbidden", "4 pytest forbidden", "6 tox instructed"],
        ),
        ("Or, without uv:\n\n```sh\npip install x\n```\n", vec!["4 pip alternative"]),
        (
            "### Using uv\n\n```sh\nuv add x\n```\n\n### Using pip\n\n```sh\npip install x\n```\n",
            vec!["4 uv instructed", "10 pip alternative"],
        ),
        (
            "| Don't | Do |\n|---|---|\n| `pip install x` | `uv add x` |\n",
            vec!["3 pip forbidden", "3 uv instructed"],
        ),
        (
            "With uv:\n\n```sh\nuv sync\n```\n\nWith pip:\n\n```sh\npip install .\n```\n",
            vec!["4 uv instructed", "10 pip alternative"],
        ),
        (
            "We never do this, and that has always been so for all of us.\n```sh\npip list\n```\n",
            vec!["3 pip instructed"],
        ),
        ("Do not forget:\n```sh\npip list\n```\n", vec!["3 pip instructed"]),
    ] {
        assert_eq!(check("a.md", text), expected, "{text}");
    }
}

#[test]
fn prose_instructs_or_mentions() {
    for (text, expected) in [
        ("Run `pytest -q` first.\n", vec!["1 pytest instructed"]),
        ("Run `pytest`.\n", vec!["1 pytest instructed"]),
        ("We like `pytest` and `python`.\n", vec!["1 pytest mentioned", "1 python mentioned"]),
        ("If `pip install x` fails, wait.\n", vec!["1 pip mentioned"]),
        ("- Tests: `pytest -q`\n- `pip list`: shows all\n", vec!["1 pytest instructed", "2 pip instructed"]),
        (
            "| a | b |\n|---|---|\n| `pytest -q` | `x`, `pip list` |\n",
            vec!["3 pytest instructed", "3 pip mentioned"],
        ),
        ("- run \"pytest -q\" to test\n", vec!["1 pytest instructed"]),
        ("Install with `pip install x`.\n", vec!["1 pip instructed"]),
        ("It wraps `pip install`; see `result = f()`.\n", vec!["1 pip mentioned"]),
        ("Check:\n\n`python a.py --b`\n", vec!["3 python instructed"]),
    ] {
        assert_eq!(check("a.md", text), expected, "{text}");
    }
}

#[test]
fn surroundings_are_told() {
    let text = "# Guide\n\n## Tests\n\n```Bash\nuv run pytest \\\n  -q # x\n```\n";
    let rows = fields(text, &["program", "text", "under_uv", "host", "context", "language", "environment"]);
    assert_eq!(rows, ["pytest | pytest -q | true | markdown | Tests | bash | repository"]);
}

#[test]
fn spans_are_the_commands_in_the_file() {
    for (path, text, expected) in [
        (
            "pyproject.toml",
            "[tool.poe.tasks]\né = \"pip install \\\"é\\\" x\" # x\n",
            "pip install \\\"é\\\" x",
        ),
        ("pyproject.toml", "[tool.pdm.scripts]\na = {cmd = ['pip', 'list']}\n", "pip', 'list"),
        (
            "tox.ini",
            "[testenv]\ncommands =\n\tpy312: - {envpython} -m é {posargs}\n",
            "{envpython} -m é {posargs}",
        ),
        ("tox.ini", "[testenv]\r\ncommands = {posargs:pytest é}\r\n", "pytest é"),
        ("Procfile", "é\nweb: A=é pytest  é \r\n", "pytest  é"),
        ("crontab", "# é\n0 0 * * *\tdate +\\%F é%x\n", "date +\\%F é"),
        ("a.service", "[Service]\nExecStart = -@/bin/é x \"y z\" \n", "/bin/é x \"y z\""),
        ("vercel.json", "{\"buildCommand\": \"pip \\\"é\\\" x\"}", "pip \\\"é\\\" x"),
        ("fly.toml", "[processes]\nweb = \"\"\"\npip é\"\"\"\n", "pip é"),
        ("render.yaml", "services:\n- startCommand: 'pip é'\n", "pip é"),
        (".circleci/config.yml", "a:\n- run: pytest << a.b >> é\n", "pytest << a.b >> é"),
        ("cloudbuild.yaml", "steps:\n- entrypoint: bash\n  args: [-c, 'pip é']\n", "pip é"),
    ] {
        let file = SourceFile::new(RepoPath::new(path), text);
        let mut facts = Vec::new();
        extract(&file, &crate::facts::Sieve::default(), &mut facts);
        let seen: Vec<_> = facts.iter().map(|fact| file.slice(fact.place.span)).collect();
        assert_eq!(seen.first(), Some(&expected), "{path} {seen:?}");
    }
}

#[test]
fn literals_are_found_in_every_file_with_a_row() {
    let wanted =
        Wanted::from([("program".to_owned(), BTreeSet::from(["python".to_owned(), "pip".to_owned()]))]);
    let Literals::Words(words) = literals(&wanted) else { panic!("a wanted program has literals") };
    for text in
        ["pip3 list\n", "x && python3.12 a.py\n", "sudo py -3 a.py\n", "\npy a.py\n", "\"$V/bin/pip\" list\n"]
    {
        assert!(!check("a.sh", text).is_empty() && words.iter().any(|word| text.contains(word)), "{text}");
    }
    assert_eq!(literals(&Wanted::new()), Literals::Any);
}

const PATHS: &[&str] = &[
    "a.md",
    "a.rst",
    "a.adoc",
    "a.sh",
    ".github/workflows/a.yml",
    ".gitlab-ci.yml",
    "Dockerfile",
    "Dockerfile.j2",
    "Makefile",
    "justfile",
    "compose.yml",
    "package.json",
    "devcontainer.json",
    ".pre-commit-config.yaml",
    ".claude/settings.json",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "cloudbuild.yaml",
    "Taskfile.yml",
    "pyproject.toml",
    "tox.toml",
    "tox.ini",
    "setup.cfg",
    "Procfile",
    "crontab",
    "cron.d/a",
    "a.service",
    "fly.toml",
    "render.yaml",
    "vercel.json",
    ".claude/commands/a.md",
    ".mcp.json",
    ".vscode/tasks.json",
    "a.mdx",
    "Jenkinsfile",
    "noxfile.py",
];

/// Extraction neither panics nor gives places outside of the text.
fn holds(text: &str) -> Result<(), proptest::test_runner::TestCaseError> {
    for path in PATHS {
        let file = SourceFile::new(RepoPath::new(path), text);
        let mut facts = Vec::new();
        extract(&file, &crate::facts::Sieve::default(), &mut facts);
        for fact in facts {
            prop_assert!(
                file.text.get(fact.place.span.range()).is_some_and(|text| !text.is_empty()),
                "{path} {fact:?}"
            );
            prop_assert!(fact.place.start.line == fact.place.end.line, "{path} {fact:?}");
        }
    }
    Ok(())
}

const PARTS: &[&str] = &[
    "```bash\n",
    "```bat\n",
    " ^\n",
    "if exist é (",
    "```\n",
    "~~~\n",
    "> ",
    "- ",
    "    ",
    "\t",
    "\n",
    "\r\n",
    "$ ",
    "# ❌ ",
    "pip install é\n",
    "python -m x",
    "\\\n",
    "`",
    "``",
    "run: ",
    "- run: |\n      ",
    "<< x.y >>",
    "{{.X}}",
    "$(A.b)",
    "steps:\n- entrypoint: bash\n  args: [-c, ",
    "entry: ",
    "buildCommand: ",
    "[tool.poe.tasks]\n",
    "[tool.tox.env.a]\ncommands = [[",
    "a = ",
    "\"\"\"",
    "'''",
    "legacy_tox_ini = ",
    "[testenv]\ncommands =\n  ",
    "py{a,b}: ",
    "{posargs:",
    "{envpython}",
    "}",
    "- pytest",
    "web: ",
    "* * * * * ",
    "@daily ",
    "\\%",
    "%",
    "ExecStart=-@",
    "\"",
    "'",
    "'' \\\"",
    "${{ x }}",
    "RUN ",
    "# escape=`\n",
    "SHELL [\"",
    "{{ é }}",
    "{% x %}\n",
    "CMD [\"a\", ",
    "\"b\\",
    "<<EOF\n",
    "EOF\n",
    "a:\n\t",
    "X = $(Y)\n",
    "Y := pip é\n",
    "$(X)",
    "$(shell ",
    "$$",
    ")",
    "define X\n",
    "endef\n",
    ".. code-block:: console\n",
    "::\n\n   ",
    "----\n",
    "|===\n",
    "[source,bash]\n",
    "== ",
    "`+",
    " <1>\n",
    "|a|`b c`|\n",
    "|-|-|\n",
    "~~",
    "**",
    "<!--",
    "-->",
    "---\n",
    "# Bad\n",
    "jobs:\n",
    "  steps:\n",
    "&a ",
    "*a",
    "{",
    "[",
    "script:\n  - ",
    "{\"tasks\": [{\"command\": \"",
    "\"args\": [\"",
    "<A b={`",
    "import é\n",
    "!`git é`",
    "---\nallowed-tools: Bash(",
    "sh '",
    "sh(script: \"\"\"",
    "subprocess.run([",
    "session.install(f'{",
    "'], x=",
    "\u{feff}",
    "🚫",
    "“pytest”",
    "run \"pytest x\"",
    ":",
    "--",
    "\0",
];

proptest! {
    #[test]
    fn any_text_is_survived(text in ".{0,300}") {
        holds(&text)?;
    }

    #[test]
    fn mixed_documents_are_survived(
        parts in collection::vec(prop_oneof![proptest::sample::select(PARTS).prop_map(str::to_owned), "[a-zé -]{0,6}".boxed(), Just("\n".to_owned())], 0..80)
    ) {
        holds(&parts.concat())?;
    }
}

#[test]
fn commands_are_found_however_far_they_stand_into_a_line() {
    let text = format!("{}pip install x\n", "é; ".repeat(9_000));
    let file = SourceFile::new(RepoPath::new("a.sh"), text);
    let mut facts = Vec::new();
    extract(&file, &crate::facts::Sieve::default(), &mut facts);
    let last = facts.last().unwrap();
    assert_eq!((facts.len(), last.place.start.column), (9_001, 27_001));
}
