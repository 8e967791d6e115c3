//! Settings of coding agents: the hooks and the status line that an agent runs, the servers that it starts, and the
//! commands that it may run or must not. Never matches a pattern.

use super::block::{Block, Document, Judgement, Role};
use super::yaml::{self, Tree};
use super::{exec, json, permission};
use crate::facts::Interest;
use crate::source::RepoPath;

/// The folders of agents, in which every JSON file may be settings.
const FOLDERS: &[&str] = &[".claude", ".claude-plugin", ".codex", ".cursor", ".gemini"];

/// The files that define servers, wherever they stand.
const SERVERS: &[&str] = &[
    ".mcp.json",
    "claude_desktop_config.json",
    "mcp.json",
    "mcp_config.json",
    "mcp_settings.json",
    "opencode.json",
];

/// The keys at the top of settings whose text is a command.
const HELPERS: &[&str] = &["apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "otelHeadersHelper"];

pub(super) fn wants(path: &RepoPath) -> Interest {
    let is_settings = matches!(path.extension(), "json" | "jsonc")
        && (path.name() == "hooks.json"
            || SERVERS.contains(&path.name())
            || path.parts().any(|part| FOLDERS.contains(&part)));
    if is_settings { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let tree = json::tree(document.text());
    let mut blocks = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        if node.key == "command" {
            blocks.extend(command(document, &tree, at));
        }
        let Some(scalar) = &node.scalar else { continue };
        if node.parent == 1 && HELPERS.contains(&node.key.as_str()) {
            let judgement = Judgement::new(Role::Executed, format!("setting `{}`", node.key));
            blocks.push(Block::new(yaml::script(document, scalar), judgement));
        } else if let Some(role) = permitted(&tree, at) {
            let script = yaml::script(document, scalar);
            let inner = document.inner(&script);
            blocks.extend(permission::blocks(inner, 0, script.text().len(), role));
        }
    }
    blocks
}

/// What the settings say of the pattern at a node of `permissions`.
fn permitted(tree: &Tree, at: usize) -> Option<Role> {
    let list = tree.parent(at);
    let is_permission = tree.nodes[list.parent].key == "permissions" || list.key.ends_with("llowedTools");
    match list.key.as_str() {
        _ if !is_permission => None,
        "deny" | "disallowedTools" => Some(Role::Forbidden),
        _ => Some(Role::Mentioned),
    }
}

/// What stands under a key `command`: a hook, a status line or a server.
fn command(document: Document<'_>, tree: &Tree, at: usize) -> Option<Block> {
    let holder = tree.nodes[at].parent;
    let name = &tree.nodes[holder].key;
    let above = tree.parent(holder).key.as_str();
    if matches!(above, "mcpServers" | "servers" | "mcp" | "mcp_servers" | "context_servers") {
        let script = exec::call(document, tree, at, tree.child(holder, "args"))?;
        let block = Block::new(script, Judgement::new(Role::Executed, "server of an agent"));
        return Some(block.under(Some(name.clone())));
    }
    let scalar = tree.nodes[at].scalar.as_ref()?;
    let script = yaml::script(document, scalar);
    if matches!(name.as_str(), "fileSuggestion" | "statusLine" | "subagentStatusLine") {
        let block = Block::new(script, Judgement::new(Role::Executed, "status line of an agent"));
        return Some(block.under(Some(name.clone())));
    }
    // `hooks` holds events, an event holds matchers, a matcher holds hooks.
    let (event, _) =
        tree.above(at).zip(tree.above(at).skip(1)).find(|&(_, above)| tree.nodes[above].key == "hooks")?;
    let block = Block::new(script, Judgement::new(Role::Executed, "hook of an agent"));
    Some(block.under(Some(tree.nodes[event].key.clone())))
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn hooks_permissions_and_servers() {
        let text = "{\"permissions\": {\"allow\": [\"Bash(pytest:*)\", \"Read(a)\"],\n\"deny\": [\"Bash(pip install \\\"a\\\" *)\"]},\n\
                    \"hooks\": {\"Stop\": [{\"hooks\": [{\"type\": \"command\",\n\
                    \"command\": \"python3 a.py\"}]}]},\n\"mcpServers\": {\"x\": {\"command\": \"python\",\n\"args\": [\"-m\", \"x y\"]},\n\
                    \"y\": {\"command\": [\"uv\", \"run\", \"pip\"]}},\n\"statusLine\": {\"type\": \"command\", \"command\": \"tox\"},\n\"apiKeyHelper\": \"nox\",\n\
                    \"x\": {\"command\": \"pip\", \"apiKeyHelper\": \"pip\"}}";
        assert_eq!(
            check(".claude/settings.json", text),
            [
                "1 pytest mentioned",
                "2 pip forbidden",
                "4 python executed",
                "5 python executed",
                "7 pip executed",
                "8 tox executed",
                "9 nox executed"
            ]
        );
    }

    #[test]
    fn servers_of_editors() {
        let text = "{\"servers\": {\"x\": {\"command\": \"${workspaceFolder}/.venv/bin/python\", \"args\": [\"a.py\"]}}}";
        assert_eq!(check(".vscode/mcp.json", text), ["1 python executed"]);
        assert_eq!(check("src/server.json", text), [""; 0]);
        assert_eq!(check(".mcp.json", "\"command\""), [""; 0]);
    }
}
