//! The file of the baseline: a line that names the key scheme, then one sorted line for each finding. Holds no line
//! number, count or time, so that two branches can be merged by keeping the lines of both. Decides nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::identity::{Identity, SCHEMES, Scheme, newest};
use crate::document::Problem;
use crate::source::{SourceFile, Span};

/// A known finding: its identity, and how many equal ones stand before it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Entry {
    /// What makes it the one that it is.
    pub identity: Identity,
    /// How many equal findings stand before it.
    pub occurrence: usize,
}

/// What a file holds.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) scheme: &'static Scheme,
    /// The entries, each with its line.
    pub(super) entries: BTreeMap<Entry, Span>,
    pub(super) problems: Vec<Problem>,
    /// Whether the file was written by a later release, so that nothing in it can be understood.
    pub(super) is_newer: bool,
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    baseline: String,
    keys: u32,
}

/// Every other line. The order of the fields is that of the lines: by path, then by policy.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    policy: String,
    key: String,
    message: String,
    /// Left out for the first of equal findings.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    occurrence: usize,
}

fn first() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field")]
fn is_first(occurrence: &usize) -> bool {
    *occurrence == 1
}

/// The word by which a file is known as ours.
const NAME: &str = "policylint";

/// Reads a file. A line that is damaged is a problem, and the others hold.
pub(super) fn read(file: &SourceFile) -> Content {
    let mut content =
        Content { scheme: newest(), entries: BTreeMap::new(), problems: Vec::new(), is_newer: false };
    let mut has_header = false;
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let text = line.trim();
        let at = start + (line.len() - line.trim_start().len());
        let span = Span::new(at, at + text.len());
        start += line.len();
        if text.is_empty() {
            continue;
        }
        // Two branches that both began a baseline leave two of these.
        if let Ok(header) = serde_json::from_str::<Header>(text) {
            has_header = true;
            if !content.take_header(&header, span) {
                return content;
            }
            continue;
        }
        match serde_json::from_str::<Line>(text) {
            Ok(line) if line.occurrence > 0 => {
                content.entries.insert(entry(line), span);
            }
            Ok(_) => content.problems.push(damaged(span, "occurrences are counted from 1")),
            Err(error) => content.problems.push(damaged_line(text, span, &error)),
        }
    }
    if !has_header {
        let message = format!("the baseline does not begin with `{}`; restore that line", header_line());
        content.problems.insert(0, Problem::new(Span::default(), message));
    }
    content
}

impl Content {
    /// Takes the version of the keys; false where it is not known.
    fn take_header(&mut self, header: &Header, span: Span) -> bool {
        if let Some(scheme) = SCHEMES.iter().find(|scheme| scheme.version == header.keys)
            && header.baseline == NAME
        {
            self.scheme = scheme;
            return true;
        }
        self.is_newer = true;
        self.entries.clear();
        let known = newest().version;
        let message = format!(
            "the baseline has keys of version {}, and this policylint knows them up to version {known}; update policylint, \
             or write the baseline anew",
            header.keys
        );
        self.problems = vec![Problem::new(span, message)];
        false
    }
}

fn entry(line: Line) -> Entry {
    let identity = Identity {
        path: Arc::from(line.path),
        policy: Arc::from(line.policy),
        key: line.key,
        message: line.message,
    };
    Entry { identity, occurrence: line.occurrence - 1 }
}

fn damaged_line(text: &str, span: Span, error: &serde_json::Error) -> Problem {
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| text.starts_with(mark)) {
        let message =
            "a merge has left this line in the baseline; delete it, and keep the lines of both sides";
        return Problem::new(span, message);
    }
    // The place within the line is that of the span.
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    damaged(span, reason)
}

fn damaged(span: Span, reason: &str) -> Problem {
    let message = format!(
        "this line of the baseline is damaged: {reason}; restore it, or run `policylint baseline --update`"
    );
    Problem::new(span, message)
}

/// The text of a file with these entries.
#[must_use]
pub fn text<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> String {
    let mut lines: Vec<String> = entries.into_iter().map(line).collect();
    lines.sort();
    lines.dedup();
    lines.insert(0, header_line());
    lines.join("\n") + "\n"
}

fn header_line() -> String {
    json(&Header { baseline: NAME.to_owned(), keys: newest().version })
}

fn line(entry: &Entry) -> String {
    let Identity { path, policy, key, message } = &entry.identity;
    json(&Line {
        path: path.to_string(),
        policy: policy.to_string(),
        key: key.clone(),
        message: message.clone(),
        occurrence: entry.occurrence + 1,
    })
}

/// Texts and numbers always have a form in JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::RepoPath;

    fn read_text(text: &str) -> Content {
        read(&SourceFile::new(RepoPath::new("b.jsonl"), text))
    }

    fn entry(path: &str, key: &str, occurrence: usize) -> Entry {
        let identity =
            Identity { path: path.into(), policy: "p".into(), key: key.to_owned(), message: String::new() };
        Entry { identity, occurrence }
    }

    #[test]
    fn one_damaged_line_leaves_the_others() {
        let good = text(&[entry("a", "x", 0), entry("b", "x", 1)]);
        let bad = good.replacen("{\"path\":\"a\"", "{\"path\":\"a\",", 1);
        let content = read_text(&bad);
        assert_eq!(content.entries.len(), 1);
        let line = bad.lines().nth(1).unwrap();
        assert_eq!(&bad[content.problems[0].span.range()], line);
        assert_eq!(read_text(&format!("{good}<<<<<<< HEAD\n")).entries.len(), 2);
        assert_eq!(read_text(&good[good.find('\n').unwrap()..]).entries.len(), 2);
    }

    #[test]
    fn keys_of_a_later_release_are_not_guessed_at() {
        let content = read_text(&text(&[entry("a", "x", 0)]).replace("\"keys\":1", "\"keys\":7"));
        assert!(content.is_newer && content.entries.is_empty());
        assert!(content.problems[0].message.contains("version 7"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            read_text(&crate::workspace::text_of(&bytes));
        }

        #[test]
        fn damaged_files_are_read(cut in 0_usize..300, put in "[{}\":,\\\\\n<=0-9a]{0,4}") {
            let whole = text(&[entry("a", "x\u{e9} \"y\"", 0), entry("a", "x\u{e9} \"y\"", 1), entry("b", "", 12)]);
            let cut = whole.floor_char_boundary(cut.min(whole.len()));
            let content = read_text(&format!("{}{put}{}", &whole[..cut], &whole[cut..]));
            prop_assert!(content.entries.len() <= 4);
        }

        #[test]
        fn what_is_written_is_read_back(
            keys in proptest::collection::btree_set(("[a-c/é\"\\\\]{1,3}", "\\PC{0,8}", 0_usize..3), 0..9),
        ) {
            let entries: std::collections::BTreeSet<Entry> =
                keys.iter().map(|(path, key, n)| entry(path, key, *n)).collect();
            let written = text(&entries);
            let content = read_text(&written);
            prop_assert!(content.problems.is_empty(), "{:?}", content.problems);
            prop_assert_eq!(content.entries.keys().cloned().collect::<std::collections::BTreeSet<_>>(), entries);
            let lines: Vec<&str> = written.lines().collect();
            prop_assert!(lines.is_sorted());
        }
    }
}
