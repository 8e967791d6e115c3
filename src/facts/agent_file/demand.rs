//! The `demand` kind: the lines of an agent's instructions that demand something, each with its place. Reads what the
//! table of phrasings reads, and no more.

use super::demands;
use super::front_matter::FrontMatter;
use super::{known, wants};
use crate::facts::{Fact, Field, Kind, Literals, Source, TextSource, Type, Value};
use crate::source::{RepoPath, SourceFile, Span};

/// A line that demands something.
pub(in crate::facts) static KIND: Kind = Kind {
    name: "demand",
    doc: "A line in which a file for coding agents demands something, so that a finding can point at the rule that it breaks",
    fields: &[
        Field {
            name: "subject",
            ty: Type::Text,
            doc: "What is demanded: `context-limit`, `tests-first`, `thoughts-at-root` or `uv`",
        },
        Field { name: "text", ty: Type::Text, doc: "The line, without blanks around it" },
        Field {
            name: "folder",
            ty: Type::Text,
            doc: "The folder that the file is about: the one that holds it, or that holds its `.claude` or the like; empty for the root",
        },
        Field {
            name: "role",
            ty: Type::Text,
            doc: "What the file is: `instructions`, `rule`, `agent`, `command` or `skill`",
        },
    ],
    source: Source::Text(TextSource {
        wants,
        literals: |_| Literals::Any,
        extract: |file, _, facts| rows(file, facts),
    }),
};

fn rows(file: &SourceFile, facts: &mut Vec<Fact>) {
    let Some(known) = known(&file.path, &FrontMatter::read(&file.text)) else { return };
    for (subject, at) in demands::places(&file.text) {
        let line = file.lines().range(&file.text, file.lines().line_of(at));
        let text = &file.text[line.clone()];
        let start = line.start + text.len() - text.trim_start().len();
        let text = text.trim();
        let values = vec![
            Value::text(subject),
            Value::text(text),
            Value::text(folder(&file.path)),
            Value::text(known.role.word()),
        ];
        let place = file.place(Span::new(start, start + text.len()));
        facts.push(Fact::new(&KIND, place, format!("{subject} {text}"), values));
    }
}

/// The folder that a file for agents is about.
fn folder(path: &RepoPath) -> &str {
    let own = path.parent();
    let mut end = 0;
    for part in own.split('/') {
        if part.starts_with('.') || matches!(part, "agents" | "commands" | "rules" | "skills") {
            return own[..end].trim_end_matches('/');
        }
        end = (end + part.len() + 1).min(own.len());
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str) -> Vec<String> {
        let mut facts = Vec::new();
        rows(&SourceFile::new(RepoPath::new(path), text), &mut facts);
        let line = |fact: &Fact| {
            let Some(Value::Text(text)) = fact.get("text") else { return String::new() };
            format!("{} {text}", fact.place.start.line)
        };
        facts.iter().map(line).collect()
    }

    #[test]
    fn a_demand_stands_on_its_line() {
        let text =
            "# Rules\n\n- İmportant: be kind.\n- Always **use `uv`**\n  for Python. We follow\n  TDD here.\n";
        assert_eq!(check("CLAUDE.md", text), ["4 - Always **use `uv`**", "6 TDD here."]);
        assert_eq!(check("notes.md", text), [""; 0]);
    }

    #[test]
    fn a_file_of_settings_is_about_the_folder_around() {
        for (path, expected) in [
            ("CLAUDE.md", ""),
            ("a/b/AGENTS.md", "a/b"),
            (".claude/agents/qa.md", ""),
            ("a/.cursor/rules/x/y.mdc", "a"),
            ("plugin/skills/tdd/SKILL.md", "plugin"),
        ] {
            assert_eq!(folder(&RepoPath::new(path)), expected, "{path}");
        }
    }
}
