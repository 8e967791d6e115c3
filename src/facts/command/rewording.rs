//! Tests of the words of a command as data: a file, the command, the words to replace, and the line that follows.

use proptest::prelude::*;

use super::extract;
use crate::facts::{Fact, Value};
use crate::finding::Edit;
use crate::source::{RepoPath, SourceFile};

/// The text after the words of the command with this program are replaced; nothing where they cannot be.
fn reworded(
    path: &str,
    text: &str,
    program: &str,
    (from, until): (usize, usize),
    new: &str,
) -> Option<String> {
    let file = SourceFile::new(RepoPath::new(path), text);
    let mut facts = Vec::new();
    extract(&file, &crate::facts::Sieve::default(), &mut facts);
    let is_meant = |fact: &&Fact| fact.get("program") == Some(Value::text(program));
    let fact = facts.iter().find(is_meant).unwrap_or_else(|| panic!("no `{program}` in {text:?}"));
    let edits = fact.words.as_ref()?.replace(&fact.place.path, from, until, new)?;
    let mut result = text.to_owned();
    for Edit { place, replacement } in edits.iter().rev() {
        assert_eq!(*place, file.place(place.span), "the position of an edit in {text:?}");
        result.replace_range(place.span.range(), replacement);
    }
    Some(result)
}

/// Inserts `uv run` in front of the program.
fn check_prefix(path: &str, cases: &[(&str, &str, Option<&str>)]) {
    for (text, program, expected) in cases {
        let result = reworded(path, text, program, (0, 0), "uv run");
        assert_eq!(result.as_deref(), *expected, "{text:?}");
    }
}

#[test]
fn shell_words() {
    check_prefix(
        "a.sh",
        &[
            ("pytest -q\n", "pytest", Some("uv run pytest -q\n")),
            ("é && A=1 sudo -u me pytest\n", "pytest", Some("é && A=1 sudo -u me uv run pytest\n")),
            ("\"$VENV/bin/python\" x.py\n", "python", Some("uv run \"$VENV/bin/python\" x.py\n")),
            ("bash -c 'pytest -q'\n", "pytest", Some("bash -c 'uv run pytest -q'\n")),
            ("bash -c pytest\n", "pytest", None),
            ("bash -c $'a\\npytest'\n", "pytest", None),
            ("sh <<E\npytest\nE\n", "pytest", Some("sh <<E\nuv run pytest\nE\n")),
            ("P=pytest\n$P -q\n", "pytest", None),
            ("env -S 'pytest -q'\n", "pytest", Some("env -S 'uv run pytest -q'\n")),
            ("x=$(pytest)\n", "pytest", Some("x=$(uv run pytest)\n")),
            ("x \\\r\n&& pytest \\\r\n  -q\r\n", "pytest", Some("x \\\r\n&& uv run pytest \\\r\n  -q\r\n")),
        ],
    );
}

#[test]
fn programs_apart_from_their_arguments() {
    let server = "{\"mcpServers\": {\"a\": {\"command\": \"python\", \"args\": [\"x.py\"]}}}";
    check_prefix(".mcp.json", &[(server, "python", None)]);
    let line = "import os\nos.system(\"pytest -q\")\n";
    check_prefix(
        "scripts/a.py",
        &[
            ("import subprocess\nsubprocess.run([\"pytest\", \"-q\"])\n", "pytest", None),
            (line, "pytest", Some("import os\nos.system(\"uv run pytest -q\")\n")),
        ],
    );
}

#[test]
fn ranges_of_words() {
    for (text, range, new, expected) in [
        ("pip  install -U x", (0, 2), "uv add", Some("uv add -U x")),
        ("pip install -U x", (2, 3), "", Some("pip install x")),
        ("pip install x -U", (3, 4), "", Some("pip install x")),
        ("pip install x", (3, 3), "--dev", Some("pip install x --dev")),
        ("pip 2>f install x", (0, 2), "uv add", Some("uv 2>f add x")),
        ("pip 2>f install x", (0, 2), "uv", None),
        ("pip 2>f install x", (0, 1), "uv pip", Some("uv pip 2>f install x")),
        ("pip \\\n  install \\\n  x", (0, 2), "uv pip install", Some("uv \\\n  pip install \\\n  x")),
        ("pip \\\n  install \\\n  x", (0, 2), "uv", Some("uv \\\n  x")),
        ("pip \\\n  install \\\n  x", (1, 2), "", Some("pip \\\n  x")),
        ("pip install 'a\nb' c", (1, 2), "add", Some("pip add 'a\nb' c")),
        ("pip install 'a\nb' c", (2, 3), "d", None),
        ("pip install x", (0, 3), "", None),
        ("pip install x", (0, 0), "", None),
        ("pip install x", (2, 3), "'a[b]>=1'", Some("pip install 'a[b]>=1'")),
        ("pip install x", (2, 3), "\"$x\"", None),
        ("pip install x", (2, 3), "a;b", None),
        ("bash -c 'pip install x'", (2, 3), "\"a\"", None),
    ] {
        let result = reworded("a.sh", text, "pip", range, new);
        assert_eq!(result.as_deref(), expected, "{text:?} {range:?} {new}");
    }
}

#[test]
fn items_of_lists() {
    for (path, text, program, range, new, expected) in [
        (
            "Dockerfile",
            "CMD [\"pytest\", \"-q\"]",
            "pytest",
            (0, 0),
            "uv run",
            Some("CMD [\"uv\", \"run\", \"pytest\", \"-q\"]"),
        ),
        (
            "Dockerfile",
            "CMD [\"python\",\"-m\",\"venv\",\"é x\"]",
            "python",
            (0, 3),
            "uv venv",
            Some("CMD [\"uv\", \"venv\",\"é x\"]"),
        ),
        ("Dockerfile", "CMD [\"pip\", \"x y\", \"z\"]", "pip", (1, 2), "", Some("CMD [\"pip\", \"z\"]")),
        ("Dockerfile", "CMD [\"pip\", \"x\"]", "pip", (2, 2), "z", Some("CMD [\"pip\", \"x\", \"z\"]")),
        (
            "Dockerfile",
            "CMD [\"$V/bin/pip\", \"x\"]",
            "pip",
            (0, 0),
            "uv run",
            Some("CMD [\"uv\", \"run\", \"$V/bin/pip\", \"x\"]"),
        ),
        (
            "Dockerfile",
            "CMD [\"sh\", \"-c\", \"pip\"]",
            "pip",
            (0, 0),
            "uv",
            Some("CMD [\"sh\", \"-c\", \"uv pip\"]"),
        ),
        ("Dockerfile", "CMD [\"sh\", \"-c\", \"x && pip\"]", "pip", (0, 0), "'uv'", None),
        ("Dockerfile", "CMD [\"pip\"]", "pip", (0, 0), "'uv'", None),
        (
            "Dockerfile",
            "RUN a && \\\n  # b\n  pip x",
            "pip",
            (0, 0),
            "uv",
            Some("RUN a && \\\n  # b\n  uv pip x"),
        ),
        ("Dockerfile", "RUN pip \\\n  # b\n  x y", "pip", (0, 2), "uv", None),
        (
            "compose.yml",
            "services:\n a:\n  command: [pip, 'x']",
            "pip",
            (0, 0),
            "uv run",
            Some("services:\n a:\n  command: [uv, run, pip, 'x']"),
        ),
        ("compose.yml", "services:\n a:\n  command: [pip, x]", "pip", (0, 0), "no", None),
        (
            "compose.yml",
            "services:\n a:\n  command: ['pip', x]",
            "pip",
            (0, 1),
            "no b",
            Some("services:\n a:\n  command: ['no', 'b', x]"),
        ),
        ("compose.yml", "services:\n a:\n  command:\n   - pip\n   - x", "pip", (0, 0), "uv", None),
        (
            "compose.yml",
            "services:\n a:\n  healthcheck:\n   test: [CMD-SHELL, pip]",
            "pip",
            (0, 0),
            "uv",
            Some("services:\n a:\n  healthcheck:\n   test: [CMD-SHELL, uv pip]"),
        ),
        (
            ".devcontainer.json",
            "{\"onCreateCommand\": [\"pip\"]}",
            "pip",
            (0, 0),
            "uv",
            Some("{\"onCreateCommand\": [\"uv\", \"pip\"]}"),
        ),
    ] {
        let result = reworded(path, text, program, range, new);
        assert_eq!(result.as_deref(), expected, "{text:?} {range:?} {new}");
    }
}

#[test]
fn encoded_words() {
    check_prefix(
        "package.json",
        &[
            (
                r#"{"scripts": {"a": "pytest -k \"x\""}}"#,
                "pytest",
                Some(r#"{"scripts": {"a": "uv run pytest -k \"x\""}}"#),
            ),
            (r#"{"scripts": {"a": "\"pytest\" -q"}}"#, "pytest", None),
        ],
    );
    let yaml = "script:\n- pytest -q\n- 'pip x ''y'''\n- \"python\\t-c\"\n- |\n    tox\n- >-\n  nox\n  -s\n";
    check_prefix(
        ".travis.yml",
        &[
            (yaml, "pytest", Some(&yaml.replace("pytest", "uv run pytest"))),
            (yaml, "pip", Some(&yaml.replace("pip", "uv run pip"))),
            (yaml, "python", Some(&yaml.replace("python", "uv run python"))),
            (yaml, "tox", Some(&yaml.replace("tox", "uv run tox"))),
            (yaml, "nox", Some(&yaml.replace("nox", "uv run nox"))),
        ],
    );
    for (text, range, new, expected) in [
        ("script: pip x", (1, 2), "a: b", None),
        ("script: [pip x]", (1, 2), "a,b", None),
        ("script: pip x", (0, 1), "@b", None),
        ("script: 'pip ''x'' y'", (1, 2), "z", None),
        ("script: 'pip ''x'' y'", (2, 3), "z", Some("script: 'pip ''x'' z'")),
    ] {
        let result = reworded(".travis.yml", text, "pip", range, new);
        assert_eq!(result.as_deref(), expected, "{text:?} {range:?} {new}");
    }
}

#[test]
fn documents_and_recipes() {
    check_prefix(
        "a.md",
        &[
            (
                "```console\n(venv) $ pytest -q\n```\n",
                "pytest",
                Some("```console\n(venv) $ uv run pytest -q\n```\n"),
            ),
            (
                "> ```sh\n> pytest \\\n>   -q\n> ```\n",
                "pytest",
                Some("> ```sh\n> uv run pytest \\\n>   -q\n> ```\n"),
            ),
            ("Run `pytest -q`.\n", "pytest", Some("Run `uv run pytest -q`.\n")),
            (
                "| a | b |\n|---|---|\n| Run | `pytest -q` |\n",
                "pytest",
                Some("| a | b |\n|---|---|\n| Run | `uv run pytest -q` |\n"),
            ),
        ],
    );
    check_prefix(
        "Makefile",
        &[
            ("a:\n\t@pytest $(X) $$y\n", "pytest", Some("a:\n\t@uv run pytest $(X) $$y\n")),
            ("P = pytest -q\na:\n\t$(P)\n", "pytest", Some("P = uv run pytest -q\na:\n\t$(P)\n")),
        ],
    );
    check_prefix("justfile", &[("a:\n  @pytest {{x}}\n", "pytest", Some("a:\n  @uv run pytest {{x}}\n"))]);
}

proptest! {
    /// Whatever the text, edits lie in it in order, know their positions, and stay on the words that they replace.
    #[test]
    fn edits_of_any_text_fit_it(
        path in prop::sample::select(vec!["a.sh", "a.md", "Dockerfile", "compose.yml", ".travis.yml", "package.json", "Makefile"]),
        text in prop::collection::vec(
            prop::sample::select(vec![
                "pip", "x", "é", " ", " ", "\n", "\r\n", "\\", "\\\n", "\"", "'", "[", "]", ",", "`", "$(", ")", "$x", "- ", ": ",
                "RUN ", "CMD [", "```sh\n", "script: ", "command: ", "services: ", "{\"scripts\": {\"a\": \"", "a:\n\t", "bash -c ",
                "<<E\n", "E\n", "| ", "# ", "&& ", "> ",
            ]),
            0..40,
        ).prop_map(|pieces| pieces.concat()),
        from in 0..3_usize,
        length in 0..3_usize,
        new in prop::sample::select(vec!["", "uv", "uv run", "'a b'", "a:"]),
    ) {
        let file = SourceFile::new(RepoPath::new(path), text.as_str());
        let mut facts = Vec::new();
        extract(&file, &crate::facts::Sieve::default(), &mut facts);
        for fact in facts {
            let edits = fact.words.as_ref().and_then(|words| words.replace(&file.path, from, from + length, new));
            let mut at = 0;
            for Edit { place, .. } in edits.iter().flatten() {
                prop_assert!(place.span.start >= at && text.get(place.span.range()).is_some());
                prop_assert_eq!(place, &file.place(place.span));
                at = place.span.end;
            }
        }
    }
}
