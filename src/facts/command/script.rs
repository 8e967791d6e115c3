//! Shell scripts: files that a shell runs from top to bottom. Never looks into their syntax.

use super::block::{Block, Document, Judgement, Role};
use crate::facts::Interest;
use crate::shell::Form;
use crate::source::RepoPath;

/// Dotfiles that shells and direnv read.
const DOTFILES: &[&str] = &[
    ".bash_aliases",
    ".bash_login",
    ".bash_logout",
    ".bash_profile",
    ".bashrc",
    ".envrc",
    ".kshrc",
    ".profile",
    ".zlogin",
    ".zprofile",
    ".zshenv",
    ".zshrc",
];

/// The interpreters whose scripts are read.
const SHELLS: &[&str] = &["ash", "bash", "bats", "dash", "ksh", "mksh", "sh", "zsh"];

pub(super) fn wants(path: &RepoPath) -> Interest {
    match path.extension() {
        "sh" | "bash" | "zsh" | "ksh" | "bats" => Interest::Yes,
        "" if DOTFILES.contains(&path.name()) || path.parent() == ".husky" => Interest::Yes,
        "" => Interest::Shebang,
        _ => Interest::No,
    }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    if interpreter(document.text()).is_some_and(|name| !SHELLS.contains(&name)) {
        return Vec::new();
    }
    let script = document.script.clone().in_form(Form::Verbatim);
    vec![Block::new(script, Judgement::new(Role::Executed, "shell script"))]
}

/// The program that the first line names: `bash` of `#!/usr/bin/env -S bash -e`.
fn interpreter(text: &str) -> Option<&str> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    match words.next()? {
        "env" => words.find(|word| !word.starts_with('-') && !word.contains('=')),
        name => Some(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::command::check;

    #[test]
    fn only_shells_are_read() {
        assert_eq!(check("run", "#!/usr/bin/env -S bash -e\npip install x\n"), ["2 pip executed"]);
        assert_eq!(check("run", "#!/usr/bin/env python3\npip install x\n"), [""; 0]);
        assert_eq!(
            check("a.sh", "pip install x\n# pip install y\necho 'pip install z'\n"),
            ["1 pip executed", "3 echo executed"]
        );
    }

    #[test]
    fn names_decide() {
        assert_eq!(wants(&RepoPath::new("a/.envrc")), Interest::Yes);
        assert_eq!(wants(&RepoPath::new("bin/tool")), Interest::Shebang);
        assert_eq!(wants(&RepoPath::new("a.py")), Interest::No);
    }
}
