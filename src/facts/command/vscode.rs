//! Tasks and debugging sessions of Visual Studio Code: what an editor runs for whoever works on the repository. Never
//! expands a variable, and reads no session whose interpreter the editor chooses.

use super::block::{Block, Document, Judgement, Role};
use super::yaml::Tree;
use super::{exec, json};
use crate::facts::Interest;
use crate::source::RepoPath;

pub(super) fn wants(path: &RepoPath) -> Interest {
    let is_editors = match path.extension() {
        "json" => matches!(path.name(), "tasks.json" | "launch.json") && path.parent().ends_with(".vscode"),
        "code-workspace" => true,
        _ => false,
    };
    if is_editors { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let tree = json::tree(document.text());
    let mut blocks = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let (program, args, evidence) = match node.key.as_str() {
            "command" if holder(&tree, at, "tasks").is_some() => {
                (value(&tree, at), "args", "task of an editor")
            }
            "runtimeExecutable" if holder(&tree, at, "configurations").is_some() => {
                (at, "runtimeArgs", "debugging session of an editor")
            }
            _ => continue,
        };
        let args = tree.child(node.parent, args);
        let Some(script) = exec::call(document, &tree, program, args) else { continue };
        let name = holder(&tree, at, "tasks").or_else(|| holder(&tree, at, "configurations"));
        let label = name.and_then(|name| tree.value(name, "label").or_else(|| tree.value(name, "name")));
        let block = Block::new(script, Judgement::new(Role::Executed, evidence));
        blocks.push(block.under(label.map(str::to_owned)));
    }
    blocks
}

/// The text of a command, which may say how it is to be quoted.
fn value(tree: &Tree, at: usize) -> usize {
    tree.child(at, "value").unwrap_or(at)
}

/// The item of the list called `list` that a key stands in, itself or for one system: `"windows": {…}`.
fn holder(tree: &Tree, at: usize, list: &str) -> Option<usize> {
    let own = tree.nodes[at].parent;
    let item = match tree.nodes[own].key.as_str() {
        "linux" | "osx" | "windows" => tree.nodes[own].parent,
        _ => own,
    };
    (tree.parent(item).key == list).then_some(item)
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn tasks() {
        let text = "{ // x\n\"tasks\": [\n{\"label\": \"a\", \"type\": \"shell\", \"command\": \"pytest -q && tox\", \"args\": [\"a b\"]},\n\
                    {\"type\": \"process\", \"command\": \"python\", \"args\": [\"-m\", {\"value\": \"x\", \"quoting\": \"strong\"}],\n\
                    \"windows\": {\"command\": \"py\", \"args\": [\"-3\"]}},\n\
                    {\"command\": \"${workspaceFolder}/.venv/bin/pip\"},\n{\"command\": \"${config:python.interpreterPath}\"}\n],\
                    \"command\": \"pip\"}";
        assert_eq!(
            check("a/.vscode/tasks.json", text),
            [
                "3 pytest executed",
                "3 tox executed",
                "4 python executed",
                "5 python executed",
                "6 pip executed",
                "7 ${config:python.interpreterPath} executed"
            ]
        );
    }

    #[test]
    fn sessions() {
        let text = "{\"configurations\": [{\"name\": \"a\", \"type\": \"debugpy\", \"program\": \"a.py\"},\n\
                    {\"runtimeExecutable\": \"python\", \"runtimeArgs\": [\"-m\", \"x\"], \"preLaunchTask\": \"pip list\"}]}";
        assert_eq!(check(".vscode/launch.json", text), ["2 python executed"]);
        assert_eq!(check("tasks.json", "{\"tasks\": [{\"command\": \"pip\"}]}"), [""; 0]);
    }
}
