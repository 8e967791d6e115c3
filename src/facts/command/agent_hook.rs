//! Hooks of coding agents: the commands that an agent's settings run before and after its acts. Never reads
//! permissions, which are patterns and not commands.

use super::block::{Block, Document, Judgement, Role};
use super::{json, yaml};
use crate::facts::Interest;
use crate::source::RepoPath;

pub(super) fn wants(path: &RepoPath) -> Interest {
    let is_settings = path.extension() == "json"
        && (path.name() == "hooks.json"
            || path
                .parts()
                .any(|part| matches!(part, ".claude" | ".codex" | ".cursor" | ".gemini" | ".claude-plugin")));
    if is_settings { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let tree = json::tree(document.text());
    let mut blocks = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let Some(scalar) = node.scalar.as_ref().filter(|_| node.key == "command") else { continue };
        // `hooks` holds events, an event holds matchers, a matcher holds hooks.
        let Some(event) =
            tree.above(at).zip(tree.above(at).skip(1)).find(|&(_, above)| tree.nodes[above].key == "hooks")
        else {
            continue;
        };
        let script = yaml::script(document, scalar);
        let context = tree.nodes[event.0].key.clone();
        blocks.push(
            Block::new(script, Judgement::new(Role::Executed, "hook of an agent")).under(Some(context)),
        );
    }
    blocks
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn hooks_but_no_permissions() {
        let text = "{\"permissions\": {\"allow\": [\"Bash(pytest:*)\"]},\n\"hooks\": {\"Stop\": [{\"hooks\": [{\"type\": \"command\",\n\
                    \"command\": \"python3 a.py\"}]}]},\n\"mcpServers\": {\"x\": {\"command\": \"pipx\"}}}";
        assert_eq!(check(".claude/settings.json", text), ["3 python executed"]);
    }
}
