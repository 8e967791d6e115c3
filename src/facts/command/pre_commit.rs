//! Hooks of pre-commit. Those in an environment that the framework makes have `pre-commit` as the outermost of their
//! wrappers, because it, not the repository, chooses their interpreter. Never reads patterns and messages, which some
//! hooks have where others have a command.

use super::block::{Block, Document, Judgement, Role};
use super::yaml::{self, Scalar, Tree};
use super::{exec, key_path};
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

/// Languages whose entry is looked up on the machine.
const OWN: &[&str] = &["script", "system", "unsupported", "unsupported_script"];

/// Languages whose entry is no command: a pattern, a message, an image.
const OTHER: &[&str] = &["docker_image", "fail", "pygrep"];

pub(super) fn wants(path: &RepoPath) -> Interest {
    match path.name() {
        ".pre-commit-config.yaml" | ".pre-commit-config.yml" | ".pre-commit-hooks.yaml" => Interest::Yes,
        _ => Interest::No,
    }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let tree = Tree::new(document.text());
    let mut blocks = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let Some(entry) = node.scalar.as_ref().filter(|_| node.key == "entry") else { continue };
        let hook = node.parent;
        // Of a key that a hook has twice, the last one counts.
        if tree.child(hook, "entry") != Some(at) {
            continue;
        }
        // Without a language the hook is written elsewhere, and seldom for the machine.
        let language = tree.value(hook, "language").unwrap_or_default();
        if OTHER.contains(&language) {
            continue;
        }
        let arguments = tree.child(hook, "args").map(|list| key_path::texts(&tree, list)).unwrap_or_default();
        let runner = (!OWN.contains(&language)).then_some("pre-commit");
        let judgement = Judgement::new(Role::Executed, "entry of a hook");
        let context = tree.value(hook, "id").map(str::to_owned);
        let script = script(document, entry, &arguments);
        let mut block = Block::new(script, judgement).under(context).run_by(runner);
        if language == "docker" {
            block.environment = "container";
        }
        blocks.push(block);
    }
    blocks
}

/// The entry, and behind it the arguments that the hook adds.
fn script(document: Document<'_>, entry: &Scalar, arguments: &[&Scalar]) -> Script {
    let mut script = yaml::script(document, entry);
    let end = script.text().trim_end().len();
    // Arguments are written where the entry is no longer a shell's.
    if arguments.len() < 2 || end < script.text().len() {
        return script;
    }
    exec::add_words(&mut script, &exec::words(document, arguments));
    script
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn entries_and_arguments() {
        let text = "repos:\n- repo: local\n  hooks:\n  - id: a\n    entry: pytest -q\n    language: system\n\
                    \x20 - id: b\n    entry: python x.py\n    language: python\n  - id: c\n    entry: pip install\n    language: pygrep\n\
                    \x20 - id: d\n    entry: bash\n    args: [-c, \"tox -e 'a'\"]\n    language: system\n\
                    \x20 - id: e\n    entry: image pip list\n    language: docker_image\n";
        assert_eq!(
            check(".pre-commit-config.yaml", text),
            ["5 pytest executed", "8 python executed", "15 tox executed"]
        );
    }
}
