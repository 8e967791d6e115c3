//! Scripts of `package.json` and `composer.json`, and the commands of a development container. Never runs a package
//! manager's own expansion.

use super::block::{Block, Document, Judgement, Role};
use super::{exec, json, key_path, yaml};
use crate::facts::Interest;
use crate::source::RepoPath;

/// The commands of a development container, in the order in which they run.
const LIFECYCLE: &[&str] = &[
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
];

pub(super) fn wants(path: &RepoPath) -> Interest {
    match path.name() {
        "package.json" | "composer.json" | "devcontainer.json" | ".devcontainer.json" => Interest::Yes,
        _ => Interest::No,
    }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let tree = json::tree(document.text());
    let mut blocks = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let parent = tree.parent(at);
        // A script, or one of several commands that a development container runs at once.
        let is_member = parent.key == "scripts" && tree.nodes[parent.parent].parent == 0
            || LIFECYCLE.contains(&parent.key.as_str()) && !node.key.is_empty();
        let is_command =
            is_member || LIFECYCLE.contains(&node.key.as_str()) && tree.nodes[node.parent].parent == 0;
        if !is_command {
            continue;
        }
        let script = match &node.scalar {
            Some(scalar) => yaml::script(document, scalar),
            None => exec::words(document, &key_path::texts(&tree, at)),
        };
        let judgement = Judgement::new(Role::Executed, format!("script `{}`", node.key));
        blocks.push(Block::new(script, judgement).under(Some(node.key.clone())));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn scripts() {
        let text = "{\n\t\"scripts\": {\n\t\t\"test\": \"python -c \\\"x\\\" && pytest\"\n\t},\n\"x\": {\"scripts\": {\"a\": \"pip list\"}}}";
        assert_eq!(check("package.json", text), ["3 python executed", "3 pytest executed"]);
    }

    #[test]
    fn development_containers() {
        let text = "{ // x\n\"postCreateCommand\": \"pip install x\",\n\"onCreateCommand\": [\"pytest\", \"-q\"],\n\
                    \"postStartCommand\": {\"a\": \"pip list\",\n\"b\": [\"tox\"]}}";
        assert_eq!(
            check(".devcontainer/devcontainer.json", text),
            ["2 pip executed", "3 pytest executed", "4 pip executed", "5 tox executed"]
        );
    }
}
