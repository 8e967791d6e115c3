//! Compose files: what the containers of a project run. Never follows `extends` or `include`.

use super::block::{Block, Document, Judgement, Role};
use super::yaml::{self, Scalar, Tree};
use super::{exec, key_path};
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

/// Where a service, or a fragment that services take in, keeps commands.
const COMMANDS: &[&str] = &[
    "services/*/command|entrypoint",
    "services/*/healthcheck/test",
    "services/*/post_start|pre_stop/-/command",
    "services/*/develop/watch/-/exec/command",
    "/x-*/command|entrypoint",
    "/x-*/healthcheck/test",
];

pub(super) fn wants(path: &RepoPath) -> Interest {
    let is_yaml = matches!(path.extension(), "yml" | "yaml");
    if is_yaml && is_compose(path.stem()) { Interest::Yes } else { Interest::No }
}

/// `compose`, `docker-compose`, and either with a word before or behind.
fn is_compose(stem: &str) -> bool {
    let is_apart = |rest: &str, mark: fn(&str) -> bool| rest.is_empty() || mark(rest);
    stem.contains("docker-compose")
        || stem.starts_with("docker-stack")
        || stem
            .strip_prefix("compose")
            .is_some_and(|rest| is_apart(rest, |rest| rest.starts_with(['.', '-', '_'])))
        || stem
            .strip_suffix("compose")
            .is_some_and(|rest| is_apart(rest, |rest| rest.ends_with(['.', '-', '_'])))
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let tree = Tree::new(document.text());
    let mut blocks = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        // Of a key that a service has twice, the last one counts.
        let is_command = COMMANDS.iter().any(|keys| key_path::fits(&tree, at, keys))
            && tree.child(node.parent, &node.key) == Some(at);
        if !is_command {
            continue;
        }
        let mut script = words(document, &tree, at);
        match node.key.as_str() {
            // What the image starts is not known, or is told by the entry point.
            "command" if script.text().trim_start_matches(['\'', ' ']).starts_with('-') => continue,
            "command"
                if beside(document, &tree, node.parent, "entrypoint").is_some_and(|it| !is_script(&it)) =>
            {
                continue;
            }
            "entrypoint" if !is_script(&script) && !script.text().trim().is_empty() => {
                if let Some(arguments) = beside(document, &tree, node.parent, "command") {
                    exec::add_words(&mut script, &arguments);
                }
            }
            _ => {}
        }
        let Some(service) = service(&tree, at) else { continue };
        let judgement = Judgement::new(Role::Executed, format!("`{}` of a service", node.key));
        let mut block = Block::new(script, judgement).under(Some(tree.nodes[service].key.clone()));
        // A service without `build` runs an image that somebody else, or another file, has made.
        let is_built = tree.child(service, "build").is_some();
        block.environment = if is_built { "image" } else { "container" };
        blocks.push(block);
    }
    blocks
}

/// What the other of the two keys of a service says, if it says something.
fn beside(document: Document<'_>, tree: &Tree, service: usize, key: &str) -> Option<Script> {
    let script = words(document, tree, tree.child(service, key)?);
    (!script.text().trim().is_empty()).then_some(script)
}

/// Whether an entry point is a script, which most often prepares something and then runs the command.
fn is_script(entry: &Script) -> bool {
    let program = entry.text().split_whitespace().next().unwrap_or_default();
    program.contains("entrypoint") || program.trim_end_matches('\'').ends_with(".sh")
}

fn words(document: Document<'_>, tree: &Tree, node: usize) -> Script {
    match &tree.nodes[node].scalar {
        Some(scalar) => yaml::script(document, scalar),
        None => health_script(document, &key_path::texts(tree, node)),
    }
}

/// The script of a list, whose first word may tell Docker how to run a health check.
fn health_script(document: Document<'_>, words: &[&Scalar]) -> Script {
    match words {
        [how, line] if how.value == "CMD-SHELL" => yaml::script(document, line),
        [how, words @ ..] if matches!(how.value.as_str(), "CMD" | "CMD-SHELL" | "NONE") => {
            exec::words(document, words)
        }
        words => exec::words(document, words),
    }
}

/// The node of the service that a node belongs to.
fn service(tree: &Tree, at: usize) -> Option<usize> {
    let mut below = at;
    for above in tree.above(at) {
        if tree.nodes[above].key == "services" || tree.nodes[below].key.starts_with("x-") {
            return Some(below);
        }
        below = above;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::is_compose;
    use crate::facts::command::check;

    #[test]
    fn commands_of_services() {
        let text = "services:\n  web:\n    command: uv run pytest\n    healthcheck:\n\
                    \x20     test: [\"CMD\", \"python\", \"-c\", \"a b\"]\n\
                    \x20   entrypoint:\n      - pip\n      - list\n    build:\n      context: ./python\n";
        assert_eq!(check("docker-compose.yml", text), ["5 python executed", "7 pip executed"]);
    }

    #[test]
    fn commands_are_arguments_of_entry_points() {
        let text = "services:\n  a:\n    entrypoint: [uv, run]\n    command: pytest -q\n  b:\n    entrypoint: \"\"\n    command: tox\n\
                    \x20 c:\n    command: [-c, pip]\n  d:\n    entrypoint: python\n    command: [\"-m\", \"x y\"]\n\
                    \x20 e:\n    command: nox\n    entrypoint: [/entrypoint.sh]\n";
        assert_eq!(
            check("compose.yml", text),
            [
                "4 pytest executed",
                "7 tox executed",
                "11 python executed",
                "14 nox executed",
                "15 entrypoint.sh executed"
            ]
        );
    }

    #[test]
    fn health_checks_hooks_and_fragments() {
        let text = "x-app: &app\n  command: [pytest]\nservices:\n  web:\n    <<: *app\n    healthcheck:\n      test: [CMD-SHELL, \"pip list || exit 1\"]\n\
                    \x20   environment:\n      command: tox\n    labels: {entrypoint: tox}\n    post_start:\n    - command: nox\n  b:\n    healthcheck: {test: mypy}\n";
        assert_eq!(
            check("deploy/prod.compose.yaml", text),
            ["2 pytest executed", "7 pip executed", "7 exit executed", "12 nox executed", "14 mypy executed"]
        );
    }

    #[test]
    fn names_decide() {
        for (stem, expected) in [
            ("compose", true),
            ("compose.prod", true),
            ("docker-compose.override", true),
            ("local.docker-compose", true),
            ("dev-compose", true),
            ("composer", false),
            ("decompose", false),
        ] {
            assert_eq!(is_compose(stem), expected, "{stem}");
        }
    }
}
