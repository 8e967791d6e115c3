//! Prompts of coding agents that are Markdown: commands, skills and subagents. Knows what the agent runs before it
//! reads the prompt, and the permissions in the front matter; the rest is Markdown to others.

use std::ops::Range;

use super::block::{Block, Document, Judgement, Role};
use super::permission;
use crate::source::RepoPath;

/// Whether a file is such a prompt, judged by its path.
pub(super) fn is_prompt(path: &RepoPath) -> bool {
    path.parts().any(|part| matches!(part, "agents" | "commands" | "prompts" | "skills"))
}

/// Whether the code span behind this text is run: `` !`git status` ``, where no word stands before the mark.
pub(super) fn is_run(before: &str) -> bool {
    before.strip_suffix('!').is_some_and(|before| {
        before.is_empty() || before.ends_with(|c: char| c.is_whitespace() || matches!(c, '(' | '*' | ':'))
    })
}

pub(super) fn judgement() -> Judgement {
    Judgement::new(Role::Executed, "run before the prompt is read")
}

/// The permissions in a range of a document that is front matter.
pub(super) fn permissions(document: Document<'_>, range: Range<usize>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut is_denied = false;
    let mut at = range.start;
    for line in document.text().get(range).unwrap_or_default().split_inclusive('\n') {
        if !line.starts_with([' ', '\t', '-']) {
            let key = line.split(':').next().unwrap_or_default();
            is_denied = key.starts_with("disallowed") || key.starts_with("denied");
        }
        let role = if is_denied { Role::Forbidden } else { Role::Mentioned };
        blocks.extend(permission::blocks(document, at, at + line.len(), role));
        at += line.len();
    }
    blocks
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn prompts_of_agents() {
        let text = "---\nallowed-tools: Bash(git add:*), Bash(pytest -q), Read\ndisallowed-tools:\n  - Bash(pip:*)\n---\n\
                    - Status: !`git status`\n\nWow!`tox -q` and run `pytest -x`.\n";
        assert_eq!(
            check(".claude/commands/a.md", text),
            [
                "2 git mentioned",
                "2 pytest mentioned",
                "4 pip forbidden",
                "6 git executed",
                "8 tox mentioned",
                "8 pytest instructed"
            ]
        );
        assert_eq!(check("docs/a.md", "---\na: Bash(pip:*)\n---\n!`git status`\n"), ["4 git mentioned"]);
    }
}
