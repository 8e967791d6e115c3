//! Hooks of pre-commit that run a program of the machine. Hooks in an environment of their own are left out: the
//! framework, not the repository, chooses their interpreter.

use super::block::{Block, Document, Judgement, Role};
use super::yaml::{self, Tree};
use crate::facts::Interest;
use crate::source::RepoPath;

/// Languages whose entry is looked up on the machine.
const OWN: &[&str] = &["script", "system", "unsupported", "unsupported_script"];

pub(super) fn wants(path: &RepoPath) -> Interest {
    match path.name() {
        ".pre-commit-config.yaml" | ".pre-commit-config.yml" | ".pre-commit-hooks.yaml" => Interest::Yes,
        _ => Interest::No,
    }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let tree = Tree::new(document.text());
    let mut blocks = Vec::new();
    for node in &tree.nodes {
        let Some(scalar) = node.scalar.as_ref().filter(|_| node.key == "entry") else { continue };
        if !tree.value(node.parent, "language").is_some_and(|language| OWN.contains(&language)) {
            continue;
        }
        let context = tree.value(node.parent, "id").map(str::to_owned);
        let judgement = Judgement::new(Role::Executed, "entry of a hook");
        blocks.push(Block::new(yaml::script(document, scalar), judgement).under(context));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn only_hooks_on_the_machine() {
        let text = "repos:\n- repo: local\n  hooks:\n  - id: a\n    entry: pytest -q\n    language: system\n\
                    \x20 - id: b\n    entry: python x.py\n    language: python\n";
        assert_eq!(check(".pre-commit-config.yaml", text), ["5 pytest executed"]);
    }
}
