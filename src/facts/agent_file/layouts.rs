//! Which paths are files for agents: one table of agents and their layouts. Looks at names alone.

use crate::source::RepoPath;

/// What a file is to an agent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Known {
    /// Whose file it is; `any` for layouts that several agents share.
    pub(super) agent: &'static str,
    /// What it is there for.
    pub(super) role: Role,
}

/// What a file for agents is there for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Read at the start of every session.
    Instructions,
    /// Read at the start, or with the files it names.
    Rule,
    /// The prompt of a named agent.
    Agent,
    /// A prompt that a person calls by name.
    Command,
    /// Read when its description fits the task.
    Skill,
}

impl Role {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Instructions => "instructions",
            Self::Rule => "rule",
            Self::Agent => "agent",
            Self::Command => "command",
            Self::Skill => "skill",
        }
    }
}

/// How a row of the table names files.
enum Names {
    /// A file of this name, in any folder.
    Called(&'static str),
    /// A file of this name in this folder.
    Inside(&'static str, &'static str),
    /// Files with this ending, in this folder at any depth.
    Below(&'static str, &'static str),
}

use Names::{Below, Called, Inside};
use Role::{Agent, Command, Instructions, Rule, Skill};

/// The layouts, as of the agents' documentation in 2026; the first that fits counts. Folders may lie anywhere.
static LAYOUTS: &[(Names, &str, Role)] = &[
    (Below(".claude/agents", ".md"), "claude", Agent),
    (Below(".claude/commands", ".md"), "claude", Command),
    (Below(".claude/skills", "/SKILL.md"), "claude", Skill),
    (Below(".claude/rules", ".md"), "claude", Rule),
    (Below(".claude/output-styles", ".md"), "claude", Instructions),
    (Called("CLAUDE.md"), "claude", Instructions),
    (Called("CLAUDE.local.md"), "claude", Instructions),
    (Called("AGENTS.md"), "any", Instructions),
    (Called("AGENTS.override.md"), "codex", Instructions),
    (Called("AGENT.md"), "any", Instructions),
    (Below(".agents/skills", "/SKILL.md"), "any", Skill),
    (Called("GEMINI.md"), "gemini", Instructions),
    (Below(".gemini/agents", ".md"), "gemini", Agent),
    (Below(".gemini/commands", ".toml"), "gemini", Command),
    (Below(".gemini/skills", "/SKILL.md"), "gemini", Skill),
    (Inside(".gemini", "styleguide.md"), "gemini", Rule),
    (Called(".cursorrules"), "cursor", Instructions),
    (Below(".cursor/rules", ".mdc"), "cursor", Rule),
    (Below(".cursor/rules", ".md"), "cursor", Rule),
    (Below(".cursor/commands", ".md"), "cursor", Command),
    (Below(".cursor/agents", ".md"), "cursor", Agent),
    (Called(".windsurfrules"), "windsurf", Instructions),
    (Below(".windsurf/rules", ".md"), "windsurf", Rule),
    (Below(".windsurf/workflows", ".md"), "windsurf", Command),
    (Inside(".github", "copilot-instructions.md"), "copilot", Instructions),
    (Below(".github/instructions", ".instructions.md"), "copilot", Rule),
    (Below(".github/agents", ".md"), "copilot", Agent),
    (Below(".github/chatmodes", ".md"), "copilot", Agent),
    (Below(".github/prompts", ".md"), "copilot", Command),
    (Below(".github/skills", "/SKILL.md"), "copilot", Skill),
    (Called(".clinerules"), "cline", Instructions),
    (Below(".clinerules/workflows", ".md"), "cline", Command),
    (Below(".clinerules", ".md"), "cline", Rule),
    (Called(".roorules"), "roo", Instructions),
    (Below(".roo/commands", ".md"), "roo", Command),
    (Below(".roo", ".md"), "roo", Rule),
    (Below(".codex/prompts", ".md"), "codex", Command),
    (Below(".codex/skills", "/SKILL.md"), "codex", Skill),
    (Inside(".codex", "instructions.md"), "codex", Instructions),
    (Below(".opencode/agent", ".md"), "opencode", Agent),
    (Below(".opencode/agents", ".md"), "opencode", Agent),
    (Below(".opencode/command", ".md"), "opencode", Command),
    (Below(".opencode/commands", ".md"), "opencode", Command),
    (Below(".opencode/skill", "/SKILL.md"), "opencode", Skill),
    (Below(".opencode/skills", "/SKILL.md"), "opencode", Skill),
    (Inside(".junie", "guidelines.md"), "junie", Instructions),
    (Called("CONVENTIONS.md"), "aider", Instructions),
    (Below(".kiro/steering", ".md"), "kiro", Rule),
    (Below(".continue/rules", ".md"), "continue", Rule),
    (Below(".continue/prompts", ".md"), "continue", Command),
    (Called(".continuerules"), "continue", Instructions),
    (Below(".amazonq/rules", ".md"), "amazonq", Rule),
    (Below(".augment/rules", ".md"), "augment", Rule),
    (Called(".goosehints"), "goose", Instructions),
    (Inside(".trae/rules", "project_rules.md"), "trae", Rule),
    (Called("WARP.md"), "warp", Instructions),
];

/// The layout that a path fits.
pub(super) fn known(path: &RepoPath) -> Option<Known> {
    // Every row names a hidden file, something in a hidden folder, or a file in capitals; most files are none of these.
    let text = path.as_str();
    let may_fit = path.name().starts_with(char::is_uppercase) || text.starts_with('.') || text.contains("/.");
    if !may_fit {
        return None;
    }
    let found = LAYOUTS.iter().find(|(names, _, _)| names.fit(path))?;
    let read_me = path.name().eq_ignore_ascii_case("README.md");
    (!read_me).then_some(Known { agent: found.1, role: found.2 })
}

/// What a file could be as a part of a Claude plugin, whose folder has any name: it is if its front matter says so.
pub(super) fn plugin_part(path: &RepoPath) -> Option<Known> {
    if path.extension() != "md" || path.name().eq_ignore_ascii_case("README.md") {
        return None;
    }
    let role = path.parts().rev().skip(1).find_map(|folder| match folder {
        "agents" => Some(Agent),
        "commands" => Some(Command),
        "skills" if path.name() == "SKILL.md" => Some(Skill),
        _ => None,
    })?;
    Some(Known { agent: "claude", role })
}

impl Names {
    fn fit(&self, path: &RepoPath) -> bool {
        match *self {
            Called(name) => path.name() == name,
            Inside(folder, name) => path.name() == name && ends_with_folder(path.parent(), folder),
            Below(folder, ending) => path.as_str().ends_with(ending) && has_folder(path.as_str(), folder),
        }
    }
}

/// Whether the path of a folder ends with these parts.
fn ends_with_folder(path: &str, folder: &str) -> bool {
    path.strip_suffix(folder).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Whether a file lies below a folder with these parts, wherever that is.
fn has_folder(path: &str, folder: &str) -> bool {
    path.match_indices(folder).any(|(at, _)| {
        (at == 0 || path.as_bytes()[at - 1] == b'/') && path.as_bytes().get(at + folder.len()) == Some(&b'/')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_is_looked_for() {
        for (names, agent, _) in LAYOUTS {
            let path = match *names {
                Called(name) => name.to_owned(),
                Inside(folder, name) => format!("{folder}/{name}"),
                Below(folder, ending) if ending.starts_with('/') => format!("{folder}{ending}"),
                Below(folder, ending) => format!("{folder}/a{ending}"),
            };
            assert!(known(&RepoPath::new(&path)).is_some(), "{agent}: {path}");
        }
    }

    #[test]
    fn layouts_are_told_by_path() {
        let seen = |path| known(&RepoPath::new(path)).map(|known| (known.agent, known.role.word()));
        assert_eq!(seen("a/.claude/agents/b/c.md"), Some(("claude", "agent")));
        assert_eq!(seen(".claude/skills/a/SKILL.md"), Some(("claude", "skill")));
        assert_eq!(seen(".claude/skills/a/reference.md"), None);
        assert_eq!(seen("sub/AGENTS.md"), Some(("any", "instructions")));
        assert_eq!(seen(".cursor/rules/a.mdc"), Some(("cursor", "rule")));
        assert_eq!(seen(".github/copilot-instructions.md"), Some(("copilot", "instructions")));
        assert_eq!(seen("copilot-instructions.md"), None);
        assert_eq!(seen("x.claude/agents/b.md"), None);
        assert_eq!(seen(".claude/commands/README.md"), None);
        assert_eq!(seen(".clinerules"), Some(("cline", "instructions")));
    }

    #[test]
    fn parts_of_plugins_can_be_anywhere() {
        let seen = |path| plugin_part(&RepoPath::new(path)).map(|known| known.role.word());
        assert_eq!(seen("plugin/agents/qa.md"), Some("agent"));
        assert_eq!(seen("plugin/skills/a/SKILL.md"), Some("skill"));
        assert_eq!(seen("plugin/skills/a/notes.md"), None);
        assert_eq!(seen("docs/qa.md"), None);
    }
}
