//! Python programs that developers run: the commands that they start, where these are written out, and the sessions of
//! nox. Reads literals alone; never follows a value further than the assignment of a literal in the same file.

use std::collections::BTreeMap;

use super::block::{Block, Document, Judgement, Role};
use super::literal::Literal;
use super::python_call::{self, Form};
use crate::facts::Interest;
use crate::source::RepoPath;

/// Folders whose programs serve the work on the repository. Programs elsewhere are the product: what they start runs
/// where they are installed, and to read them all would cost more than all other files together.
const FOLDERS: &[&str] = &[
    ".ci",
    ".circleci",
    ".claude",
    ".codex",
    ".cursor",
    ".github",
    ".gitlab",
    "ci",
    "dev",
    "dev_tools",
    "devtools",
    "hooks",
    "script",
    "scripts",
    "task",
    "tasks",
    "tools",
];

/// Without one of these a program starts nothing that is read.
const MARKS: &[&str] = &["subprocess", "os.system", "os.popen", "session.", ".run("];

pub(super) fn wants(path: &RepoPath) -> Interest {
    if path.extension() != "py" {
        return Interest::No;
    }
    let stem = path.stem();
    let is_tool = path.parent().is_empty()
        || matches!(stem, "dodo" | "fabfile" | "noxfile" | "setup" | "tasks")
        || is_among_tools(path.parent());
    // Tests assert about commands.
    let is_test = stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem == "conftest"
        || path.parts().any(|part| matches!(part, "test" | "tests"));
    if is_tool && !is_test { Interest::Yes } else { Interest::No }
}

/// Whether a folder is one of those, or below one. Below `src` a package of the product may have such a name.
fn is_among_tools(folder: &str) -> bool {
    let mut parts = folder.split('/');
    parts.by_ref().take_while(|part| *part != "src").any(|part| FOLDERS.contains(&part))
        || parts.any(|part| part == "scripts")
}

#[derive(Debug)]
struct Reader<'a> {
    document: Document<'a>,
    /// Where the values of variables begin that are set to a list or a string.
    values: BTreeMap<&'a str, usize>,
    function: Option<&'a str>,
    /// The functions of `subprocess` that go by their bare name.
    imported: Vec<&'a str>,
    /// Where the last call ended: a call among the arguments of another is not read again.
    read_to: usize,
    blocks: Vec<Block>,
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let text = document.text();
    if !MARKS.iter().any(|mark| text.contains(mark)) {
        return Vec::new();
    }
    let imported = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("from subprocess import "))
        .flat_map(|names| names.split([',', ' ', '(', ')']))
        .collect();
    let mut reader = Reader {
        document,
        values: BTreeMap::new(),
        function: None,
        imported,
        read_to: 0,
        blocks: Vec::new(),
    };
    reader.read();
    reader.blocks
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        let text = self.document.text();
        let bytes = text.as_bytes();
        let (mut at, mut line_start) = (0, true);
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'#' => at += text[at..].find('\n').unwrap_or(text.len() - at),
                b'"' | b'\'' => at = Literal::at(text, at).map_or(at + 1, |literal| literal.end),
                _ if byte.is_ascii_alphabetic() || byte == b'_' => {
                    let name = python_call::name(&text[at..]);
                    self.name(name, at, line_start);
                    at += name.len();
                    line_start &= name == "async";
                    continue;
                }
                _ => at += 1,
            }
            line_start = byte == b'\n' || line_start && matches!(byte, b' ' | b'\t');
        }
    }

    fn name(&mut self, name: &'a str, start: usize, line_start: bool) {
        let text = self.document.text();
        let rest = text[start + name.len()..].trim_start_matches(' ');
        let at = text.len() - rest.len();
        if name == "def" && line_start {
            self.function = Some(python_call::name(rest));
        } else if rest.starts_with('(') && start >= self.read_to {
            self.call(name, start, at + 1);
        } else if line_start && rest.starts_with('=') && !rest.starts_with("==") {
            let value = rest[1..].trim_start_matches(' ');
            self.values.insert(name, text.len() - value.len());
        }
    }

    /// A call whose arguments start at `at`.
    fn call(&mut self, name: &'a str, start: usize, at: usize) {
        let Some(form) = self.form(name) else { return };
        let mut first = at + python_call::gap(&self.document.text()[at..]);
        if form == Form::Command {
            let variable = python_call::name(&self.document.text()[first..]);
            if let Some(value) = self.values.remove(variable) {
                first = value;
            }
        }
        let (script, end) = python_call::script(self.document, form, start, first);
        self.read_to = self.read_to.max(end);
        let Some(script) = script else { return };
        let mut runner = None;
        if name.starts_with("session.") {
            let arguments = python_call::arguments(&self.document.text()[at..]);
            self.read_to = self.read_to.max(at + arguments.len());
            // A program from outside is the first on the path.
            runner = (!arguments.contains("external=True")).then_some("nox");
        }
        let judgement = Judgement::new(Role::Executed, format!("call of `{name}`"));
        let block = Block::new(script, judgement).run_by(runner).under(self.function.map(str::to_owned));
        self.blocks.push(block);
    }

    /// How a function is told what to run.
    fn form(&self, name: &str) -> Option<Form> {
        let stem = self.document.path.map_or("", RepoPath::stem);
        let (object, method) = name.rsplit_once('.').unwrap_or(("", name));
        match (object, method) {
            ("os", "system" | "popen") => Some(Form::Command),
            ("subprocess" | "sp", _) | ("", _)
                if matches!(
                    method,
                    "Popen"
                        | "call"
                        | "check_call"
                        | "check_output"
                        | "getoutput"
                        | "getstatusoutput"
                        | "run"
                ) && (!object.is_empty() || self.imported.contains(&method)) =>
            {
                Some(Form::Command)
            }
            ("asyncio", "create_subprocess_exec") => Some(Form::Words),
            ("asyncio", "create_subprocess_shell") => Some(Form::Command),
            ("session", "run" | "run_always" | "run_install") if stem == "noxfile" => Some(Form::Words),
            ("session", "install") if stem == "noxfile" => Some(Form::Install),
            // The context that a task of invoke or fabric is given.
            ("c" | "conn" | "context" | "ctx", "local" | "run" | "sudo")
                if matches!(stem, "tasks" | "fabfile") || self.is_under_tasks() =>
            {
                Some(Form::Command)
            }
            _ => None,
        }
    }

    fn is_under_tasks(&self) -> bool {
        self.document.path.is_some_and(|path| path.parent().ends_with("tasks"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::command::check;

    #[test]
    fn lists_and_strings() {
        let text = "import subprocess, sys\n# subprocess.run(['pip'])\nsubprocess.run([\"python\", \"-m\", 'x'], check=True)\n\
                    subprocess.check_call('pip install -r a.txt', shell=True)\nos.system(f\"pytest {x} -q\")\n\
                    subprocess.run([sys.executable, '-m', 'pip', 'list'])\ncmd = [\n  'tox', '-e',\n  env,\n]\nsubprocess.run(cmd)\n\
                    print(\"subprocess.run(['pip'])\")\nsubprocess.run([\"uv\", \"run\", *args, \"nox\"])\nsubprocess.run([f'{v}/bin/pip', 'list'])\n\
                    subprocess.run(shlex.split('mypy a'))\nsubprocess.run(\"a \" 'b')\nsubprocess.run(name)\nos.path.run('pip')\n";
        assert_eq!(
            check("scripts/a.py", text),
            [
                "3 python executed",
                "4 pip executed",
                "5 pytest executed",
                "8 tox executed",
                "13 $_ executed",
                "14 pip executed",
                "15 mypy executed",
                "16 a executed"
            ]
        );
    }

    #[test]
    fn sessions_of_nox() {
        let text = "@nox.session\ndef tests(session):\n    session.install('-e', '.[x]')\n    session.run('pytest', *session.posargs)\n\
                    \x20   session.run(\n        'python', '-m', 'x', external=True)\n    session.log('pip list')\n";
        assert_eq!(check("noxfile.py", text), ["3 pip executed", "4 pytest executed", "6 python executed"]);
        assert_eq!(check("scripts/a.py", text), [""; 0]);
        assert_eq!(check("tasks.py", "def t(c):\n    c.run('pytest -q')\n"), ["2 pytest executed"]);
    }

    #[test]
    fn paths_decide() {
        for (path, interest) in [
            ("noxfile.py", Interest::Yes),
            ("a/scripts/b/c.py", Interest::Yes),
            ("scripts/tests/a.py", Interest::No),
            ("scripts/test_a.py", Interest::No),
            ("src/a.py", Interest::No),
            ("src/tools/a.py", Interest::No),
            ("src/scripts/a.py", Interest::Yes),
            ("a.pyi", Interest::No),
        ] {
            assert_eq!(wants(&RepoPath::new(path)), interest, "{path}");
        }
    }

    #[test]
    fn nasty_ends() {
        for end in [
            "subprocess.run(",
            "subprocess.run([",
            "subprocess.run(['",
            "subprocess.run(f",
            "os.system(\"é\\",
            "session.install(",
        ] {
            check("noxfile.py", &format!("import subprocess\n{end}"));
        }
    }
}
