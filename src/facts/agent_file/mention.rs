//! The `path_mention` kind: the paths that a file for agents names, and whether it says to write there. Reads verbs by a
//! table of words, and asks nobody whether a path exists.

use super::front_matter::FrontMatter;
use super::paths::{Mention, mentions};
use super::{known, wants};
use crate::facts::{Fact, Field, Kind, Literals, Sieve, Source, TextSource, Type, Value, Wanted};
use crate::source::{SourceFile, Span};

/// A path in a file for agents.
pub(in crate::facts) static KIND: Kind = Kind {
    name: "path_mention",
    doc: "A path with a slash that a file for coding agents names",
    fields: &[
        Field { name: "target", ty: Type::Text, doc: "The path as it is written" },
        Field { name: "parts", ty: Type::List, doc: "Its parts between slashes" },
        Field {
            name: "role",
            ty: Type::Text,
            doc: "What the file says of it: to `write` there, to `read` it, that it is `forbidden`, or just a `mention`",
        },
        Field { name: "verb", ty: Type::Text, doc: "The word that decided the role; absent for a mention" },
        Field {
            name: "names",
            ty: Type::Text,
            doc: "What the path ends in: a `folder`, a `text`, or `code`",
        },
        Field {
            name: "text",
            ty: Type::Text,
            doc: "The line, without blanks around it, at most 200 characters",
        },
    ],
    source: Source::Text(TextSource { wants, literals, extract: rows }),
};

/// So many paths of a file are told at most: more are a listing.
const MOST: usize = 2000;

fn literals(wanted: &Wanted) -> Literals {
    wanted.get("parts").map_or(Literals::Any, |parts| Literals::OneOf(parts.iter().cloned().collect()))
}

fn rows(file: &SourceFile, _: &Sieve, facts: &mut Vec<Fact>) {
    if known(&file.path, &FrontMatter::read(&file.text)).is_none() {
        return;
    }
    for Mention { range, role, verb } in mentions(&file.text).into_iter().take(MOST) {
        let target = &file.text[range.clone()];
        let line = file.lines().range(&file.text, file.lines().line_of(range.start));
        let text: String = file.text[line].trim().chars().take(200).collect();
        let values = vec![
            Value::text(target),
            Value::list(target.split('/').filter(|part| !part.is_empty())),
            Value::text(role.word()),
            Value::maybe(verb),
            Value::text(names(target)),
            Value::text(&text),
        ];
        let place = file.place(Span::new(range.start, range.end));
        facts.push(Fact::new(&KIND, place, format!("{} {target}", role.word()), values));
    }
}

/// What a path ends in, by its ending.
fn names(target: &str) -> &'static str {
    let name = target.rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        None => "folder",
        Some("md" | "mdx" | "markdown" | "txt" | "yaml" | "yml" | "json" | "jsonl" | "rst" | "org") => "text",
        Some(_) => "code",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RepoPath;

    #[test]
    fn paths_stand_where_they_are_written() {
        let text = "# Rules\n\nSave plans to `backend/thoughts/plan.md`.\n";
        let mut facts = Vec::new();
        rows(&SourceFile::new(RepoPath::new("CLAUDE.md"), text), Sieve::OPEN, &mut facts);
        assert_eq!(facts.len(), 1);
        assert_eq!((facts[0].place.start.line, facts[0].place.start.column), (3, 16));
        for (field, value) in [("role", "write"), ("verb", "save"), ("names", "text")] {
            assert_eq!(facts[0].get(field), Some(Value::text(value)));
        }
        rows(&SourceFile::new(RepoPath::new("notes.md"), text), Sieve::OPEN, &mut facts);
        assert_eq!(facts.len(), 1, "a page that is for no agent tells it nothing");
    }
}
