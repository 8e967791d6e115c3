//! The commands of tox in `tox.ini` and `setup.cfg`. They run in environments that tox makes, so `tox` is the outermost
//! of their wrappers. Never reads what else a `setup.cfg` holds.

use super::block::{Block, Document};
use super::tox_syntax;
use crate::facts::Interest;
use crate::source::RepoPath;

pub(super) fn wants(path: &RepoPath) -> Interest {
    if matches!(path.name(), "tox.ini" | "setup.cfg") { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    match document.path {
        Some(path) if path.name() == "tox.ini" => tox_syntax::split(document),
        _ => tox_syntax::blocks(document, |section| section.starts_with("testenv")),
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn commands_of_environments() {
        let text = "[tox]\nenvlist = py, pip\n[testenv]\ndeps = pytest\ncommands_pre = {envpython} -m pip list\n\
                    commands =\n    # pip list\n    py312: - pytest {posargs} # x\n    {[base]commands}\n    tox \\\n      pip\n\
                    \x20   {posargs:nox}\n[base]\ncommands = mypy\n";
        assert_eq!(
            check("tox.ini", text),
            [
                "5 python executed",
                "8 pytest executed",
                "10 tox executed",
                "12 nox executed",
                "14 mypy executed"
            ]
        );
        let text =
            "[x]\ncommands = pip list\n[testenv:a]\ncommands = pytest\n[options]\ninstall_requires = pip\n";
        assert_eq!(check("setup.cfg", text), ["4 pytest executed"]);
        assert_eq!(check("other.ini", text), [""; 0]);
    }
}
