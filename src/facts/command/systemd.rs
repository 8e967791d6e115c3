//! Units of systemd: what they start, reload and stop with. Never follows a variable or a specifier.
//!
//! A unit runs where the project is installed, and its lines are the project's own, so they count as the repository's.

use super::block::{Block, Document, Judgement, Role};
use super::opaque;
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

/// The keys that hold commands.
const KEYS: &[&str] = &[
    "ExecCondition",
    "ExecReload",
    "ExecStart",
    "ExecStartPost",
    "ExecStartPre",
    "ExecStop",
    "ExecStopPost",
];

pub(super) fn wants(path: &RepoPath) -> Interest {
    let is_unit = match path.extension() {
        "service" | "socket" => true,
        "conf" => path.parent().ends_with(".service.d"),
        "example" | "in" | "j2" | "sample" | "template" | "tmpl" => path.stem().ends_with(".service"),
        _ => false,
    };
    if is_unit { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = document.lines();
    while let Some((start, line)) = lines.next() {
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.trim();
        let is_command = KEYS.contains(&key);
        let mut script = Script::default();
        let mut part = (start + line.len() - value.len(), start + line.len());
        while document.text()[part.0..part.1].ends_with('\\') {
            if is_command {
                document.copy(part.0, part.1 - 1, &mut script);
                script.push(" ", document.script.host_offset(part.1 - 1));
            }
            // A comment may stand between the lines of a command.
            let next = lines.find(|(_, line)| !line.trim_start().starts_with(['#', ';']));
            let Some((start, line)) = next else {
                part = (part.1, part.1);
                break;
            };
            part = (start, start + line.len());
        }
        if is_command {
            document.copy(part.0, part.1, &mut script);
            let judgement = Judgement::new(Role::Executed, "line of a unit");
            // A template of Ansible, where the path of an environment is often a variable.
            let script = opaque::masked(plain(script), "{{", "}}");
            blocks.push(Block::new(script, judgement).under(Some(key.to_owned())));
        }
    }
    blocks
}

/// The command line without what systemd reads itself: the marks in front of the program, and the name that it is
/// given instead of its own.
fn plain(mut script: Script) -> Script {
    let text = script.text();
    let start = text.len() - text.trim_start().len();
    let program = text[start..].trim_start_matches(['@', '-', ':', '+', '!', '|']);
    let marks = text.len() - program.len() - start;
    let has_name = text[start..start + marks].contains('@');
    let name = program.find([' ', '\t']).map(|end| {
        let rest = program[end..].trim_start();
        (text.len() - rest.len(), rest.find([' ', '\t']).unwrap_or(rest.len()))
    });
    script.overwrite(start, &" ".repeat(marks));
    if let Some((at, length)) = name.filter(|_| has_name) {
        script.overwrite(at, &" ".repeat(length));
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::command::check;

    #[test]
    fn commands_of_units() {
        let text = "[Unit]\nDescription=pip list\n# ExecStart=pip list\n[Service]\nEnvironment=\"X=pip\"\n\
                    ExecStartPre=-/usr/bin/pip3 list\nExecStart=/opt/.venv/bin/python \\\n  # pip\n  -m x \\\n;tox\n   --y %h $MAINPID\r\n\
                    ExecReload = @/bin/pytest pytest -q ; /bin/tox\nExecStop=\nExecStopPost=+!/bin/sh -c 'nox # x'\\\n";
        assert_eq!(
            check("app.service", text),
            [
                "6 pip executed",
                "7 python executed",
                "12 pytest executed",
                "12 tox executed",
                "14 nox executed"
            ]
        );
        assert_eq!(check("a/x.service.d/o.conf", "ExecStart=pytest"), ["1 pytest executed"]);
        assert_eq!(check("app.service.j2", "ExecStart={{ x }}/bin/pytest"), ["1 pytest executed"]);
        assert_eq!(check("a.conf", "ExecStart=pytest"), [""; 0]);
    }

    #[test]
    fn names_given_to_programs_are_no_arguments() {
        assert_eq!(plain(Script::verbatim("-@/a b c", 0)).text(), "  /a   c");
        assert_eq!(plain(Script::verbatim("@", 0)).text(), " ");
    }
}
