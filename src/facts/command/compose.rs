//! Compose files: what the containers of a project run. Never follows `extends` or `include`.

use super::block::{Block, Document, Judgement, Role};
use super::exec;
use super::yaml::{self, Tree};
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

pub(super) fn wants(path: &RepoPath) -> Interest {
    let is_yaml = matches!(path.extension(), "yml" | "yaml");
    let name = path.name();
    let is_compose = is_yaml && (name.starts_with("docker-compose") || name.starts_with("compose."));
    if is_compose { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let tree = Tree::new(document.text());
    let mut blocks = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let is_command = matches!(node.key.as_str(), "command" | "entrypoint")
            || node.key == "test" && tree.parent(at).key == "healthcheck";
        if !is_command || !tree.above(at).any(|above| tree.nodes[above].key == "services") {
            continue;
        }
        let script = match &node.scalar {
            Some(scalar) => yaml::script(document, scalar),
            None => health_script(document, &items(&tree, at)),
        };
        let judgement = Judgement::new(Role::Executed, format!("`{}` of a service", node.key));
        let mut block = Block::new(script, judgement).under(service(&tree, at));
        block.environment = "container";
        blocks.push(block);
    }
    blocks
}

/// The script of a list, whose first word may tell Docker how to run a health check.
fn health_script(document: Document<'_>, words: &[&yaml::Scalar]) -> Script {
    match words {
        [how, line] if how.value == "CMD-SHELL" => yaml::script(document, line),
        [how, words @ ..] if matches!(how.value.as_str(), "CMD" | "CMD-SHELL" | "NONE") => {
            exec::words(document, words)
        }
        words => exec::words(document, words),
    }
}

fn items(tree: &Tree, list: usize) -> Vec<&yaml::Scalar> {
    let mut items: Vec<_> =
        tree.children(list).filter_map(|child| tree.nodes[child].scalar.as_ref()).collect();
    items.reverse();
    items
}

fn service(tree: &Tree, at: usize) -> Option<String> {
    let mut below = at;
    for above in tree.above(at) {
        if tree.nodes[above].key == "services" {
            return Some(tree.nodes[below].key.clone());
        }
        below = above;
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn commands_of_services() {
        let text = "services:\n  web:\n    command: uv run pytest\n    healthcheck:\n\
                    \x20     test: [\"CMD\", \"python\", \"-c\", \"a b\"]\n\
                    \x20   entrypoint:\n      - pip\n      - list\n    build:\n      context: ./python\n";
        assert_eq!(
            check("docker-compose.yml", text),
            ["3 pytest executed", "5 python executed", "7 pip executed"]
        );
    }
}
