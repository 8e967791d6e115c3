//! Process types of a `Procfile`: a name, a colon and a command on each line. Never reads what is no such line.

use super::block::{Block, Document, Judgement, Role};
use crate::facts::Interest;
use crate::source::RepoPath;

pub(super) fn wants(path: &RepoPath) -> Interest {
    let name = path.name();
    let is_procfile = name.starts_with("Procfile")
        && matches!(
            path.extension(),
            "" | "dev" | "development" | "local" | "prod" | "production" | "test" | "windows"
        )
        && matches!(path.stem(), "Procfile");
    if is_procfile { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (start, line) in document.lines() {
        let Some((name, command)) = line.split_once(':') else { continue };
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            continue;
        }
        let script = document.part(start + line.len() - command.len(), start + line.len());
        let judgement = Judgement::new(Role::Executed, "process type");
        blocks.push(Block::new(script, judgement).under(Some(name.to_owned())));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn process_types() {
        let text =
            "# web: pip list\nweb: pytest -q\r\nworker-1:python x.py $PORT\npip list\nno name: pip\n: tox\n";
        assert_eq!(check("Procfile", text), ["2 pytest executed", "3 python executed"]);
        assert_eq!(check("a/Procfile.dev", "web: pytest"), ["1 pytest executed"]);
        assert_eq!(check("Procfile.py", "web: pytest"), [""; 0]);
    }
}
