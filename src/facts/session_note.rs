//! The `session_note` kind: ledgers and handoffs, which one session writes and the next one reads whole. Judges by paths
//! what a file is, and reads no meaning.

use super::{Fact, Field, Interest, Kind, Literals, Sieve, Source, TextSource, Type, Value};
use crate::source::{RepoPath, SourceFile, Span};
use crate::tokens;

/// A ledger or a handoff.
pub(super) static KIND: Kind = Kind {
    name: "session_note",
    doc: "A ledger or handoff that a coding agent writes for its next session",
    fields: &[
        Field { name: "role", ty: Type::Text, doc: "`ledger` or `handoff`" },
        Field { name: "tokens", ty: Type::Int, doc: "Estimated number of tokens, the most likely one" },
        Field { name: "tokens_low", ty: Type::Int, doc: "The lower bound of the estimate" },
        Field { name: "tokens_high", ty: Type::Int, doc: "The upper bound of the estimate" },
        Field { name: "bytes", ty: Type::Int, doc: "Its size in bytes" },
        Field { name: "lines", ty: Type::Int, doc: "How many lines it has" },
    ],
    source: Source::Text(TextSource { wants, literals: |_| Literals::Any, extract: rows }),
};

fn wants(path: &RepoPath) -> Interest {
    if role(path).is_some() { Interest::Yes } else { Interest::No }
}

/// What a file is by its path: handoffs lie in a folder of that name, ledgers as well or are called so.
fn role(path: &RepoPath) -> Option<&'static str> {
    if !matches!(path.extension(), "md" | "markdown" | "yaml" | "yml")
        || path.stem().eq_ignore_ascii_case("README")
    {
        return None;
    }
    let lies_in = |names: &[&str]| path.parts().rev().skip(1).any(|part| names.contains(&part));
    // Folders that describe the work, not hold it.
    if lies_in(&["commands", "skills", "agents", "rules", "templates", "hooks", "docs", "prompts"]) {
        return None;
    }
    if path.name().starts_with("CONTINUITY_") || lies_in(&["ledgers"]) {
        Some("ledger")
    } else if lies_in(&["handoffs", "handovers"]) {
        Some("handoff")
    } else {
        None
    }
}

fn rows(file: &SourceFile, _: &Sieve, facts: &mut Vec<Fact>) {
    let Some(role) = role(&file.path) else { return };
    let estimate = tokens::estimate(&file.text);
    let values = vec![
        Value::text(role),
        Value::count(estimate.middle),
        Value::count(estimate.low),
        Value::count(estimate.high),
        Value::count(file.text.len()),
        Value::count(file.text.lines().count()),
    ];
    let first_line = file.lines().range(&file.text, 0);
    let place = file.place(Span::new(first_line.start, first_line.end));
    facts.push(Fact::new(&KIND, place, file.path.as_str(), values));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ledgers_and_handoffs_are_told_by_path() {
        for (path, expected) in [
            ("thoughts/ledgers/CONTINUITY_CLAUDE-auth.md", Some("ledger")),
            ("CONTINUITY_CLAUDE-auth.md", Some("ledger")),
            ("thoughts/shared/handoffs/auth/2026-01-06.yaml", Some("handoff")),
            ("thoughts/shared/handoffs/README.md", None),
            ("templates/ledgers/x.md", None),
            (".claude/skills/handoffs/SKILL.md", None),
            ("src/handoffs/mod.rs", None),
        ] {
            assert_eq!(role(&RepoPath::new(path)), expected, "{path}");
        }
    }
}
