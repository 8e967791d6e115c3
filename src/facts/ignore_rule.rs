//! The `ignore_rule` kind: the lines of `.gitignore` files. Applies none of them.

use super::{Fact, Field, Interest, Kind, Literals, Sieve, Source, TextSource, Type, Value, Wanted};
use crate::source::{RepoPath, SourceFile, Span};

/// A line of an ignore file.
pub(super) static KIND: Kind = Kind {
    name: "ignore_rule",
    doc: "A rule of a `.gitignore` file: what it names is not committed, and is not there in CI",
    fields: &[
        Field { name: "pattern", ty: Type::Text, doc: "The rule as it is written, without a leading `!`" },
        Field { name: "folder", ty: Type::Text, doc: "The folder it holds in; empty for the root" },
        Field {
            name: "parts",
            ty: Type::List,
            doc: "The parts of the pattern between slashes that have no wildcard",
        },
        Field {
            name: "is_exception",
            ty: Type::Bool,
            doc: "Whether it takes back what another rule ignores, by a leading `!`",
        },
    ],
    source: Source::Text(TextSource { wants, literals, extract: rows }),
};

fn wants(path: &RepoPath) -> Interest {
    if path.name() == ".gitignore" { Interest::Yes } else { Interest::No }
}

fn literals(wanted: &Wanted) -> Literals {
    wanted.get("parts").map_or(Literals::Any, |parts| Literals::OneOf(parts.iter().cloned().collect()))
}

fn rows(file: &SourceFile, _: &Sieve, facts: &mut Vec<Fact>) {
    for number in 0..file.lines().count() {
        let range = file.lines().range(&file.text, number);
        let line = file.text[range.clone()].trim_end();
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let pattern = line.strip_prefix('!').unwrap_or(line);
        let parts = pattern.split('/').filter(|part| !part.is_empty() && !part.contains(['*', '?', '[']));
        let values = vec![
            Value::text(pattern),
            Value::text(file.path.parent()),
            Value::list(parts),
            Value::Bool(pattern.len() < line.len()),
        ];
        let place = file.place(Span::new(range.start, range.start + line.len()));
        facts.push(Fact::new(&KIND, place, line, values));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_stand_on_their_lines() {
        let file = SourceFile::new(RepoPath::new("a/.gitignore"), "# notes\n\n/thoughts/*.md \r\n!keep\n");
        let mut facts = Vec::new();
        rows(&file, Sieve::OPEN, &mut facts);
        assert_eq!(facts.len(), 2);
        assert_eq!((facts[0].place.start.line, facts[0].get("parts")), (3, Some(Value::list(["thoughts"]))));
        assert_eq!(facts[1].get("is_exception"), Some(Value::Bool(true)));
        assert_eq!(facts[1].get("pattern"), Some(Value::text("keep")));
    }
}
