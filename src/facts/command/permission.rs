//! Permissions of coding agents, `Bash(pytest:*)`: patterns of commands that an agent may run or must not run. Reads the
//! command in the pattern; decides nothing about what it matches.

use super::block::{Block, Document, Judgement, Role};
use crate::shell::Script;

/// The tools whose argument is a command.
const TOOLS: &[&str] = &["Bash", "Shell", "ShellTool", "run_shell_command"];

/// The longest pattern that is read, in bytes.
const MAX_PATTERN: usize = 250;

/// The commands of the permissions in a range of a document.
pub(super) fn blocks(document: Document<'_>, start: usize, end: usize, role: Role) -> Vec<Block> {
    let Some(text) = document.text().get(start..end) else { return Vec::new() };
    let mut blocks = Vec::new();
    let mut read_to = 0;
    for (open, _) in text.match_indices('(') {
        let from = open + 1;
        if open < read_to || !TOOLS.iter().any(|tool| text[..open].ends_with(tool)) {
            continue;
        }
        let near = &text[from..text.floor_char_boundary((from + MAX_PATTERN).min(text.len()))];
        let Some(length) = closing(near) else { continue };
        let pattern = plain(&near[..length]);
        let mut script = Script::default();
        document.follow(start + from, start + from + pattern.len(), &mut script);
        let evidence = if role == Role::Forbidden { "denied to an agent" } else { "permitted to an agent" };
        blocks.push(Block::new(script, Judgement::new(role, evidence)));
        read_to = from + length;
    }
    blocks
}

/// Where the bracket stands that closes a pattern, on its line.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return Some(at),
            b')' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// A pattern without what stands for the rest of the command: `pytest` of `pytest:*` and of `pytest *`.
fn plain(pattern: &str) -> &str {
    let pattern = pattern.strip_suffix('*').unwrap_or(pattern);
    pattern.strip_suffix(':').unwrap_or(pattern).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let text = "Bash(pytest:*), Read(x), Bash(git log $(a) *) Shell(ls) Bash(*) Bash(é";
        let script = Script::verbatim(text, 0);
        let document = Document::of(&script);
        let found: Vec<_> = blocks(document, 0, text.len(), Role::Mentioned)
            .iter()
            .map(|block| block.script.text().to_owned())
            .collect();
        assert_eq!(found, ["pytest", "git log $(a)", "ls", ""]);
    }
}
