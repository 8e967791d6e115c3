//! Writes suppressions into a text, each where it silences a finding and in the language of the file. Pure: a text and
//! findings in, a text out; whoever calls judges again whether it has helped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::comment::{Wrap, comments, wrap_of};
use super::directive::{self, Verb};
use crate::finding::Finding;
use crate::source::{Position, SourceFile};

/// Where a comment goes, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    at: usize,
    verb: Line,
    /// What stands before a comment that has a line of its own.
    indent: String,
}

/// How a comment shares its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    /// It has one of its own and is about the file.
    File,
    /// It has one of its own and is about the next.
    Own,
    /// It stands behind a text.
    Shared,
}

/// The text with a suppression for each of the findings in it that has room for one; nothing where none has, where the file has no comments, or none that
/// could hold the reason.
#[must_use]
pub fn add(file: &SourceFile, findings: &[&Finding], reason: &str) -> Option<String> {
    let wrap = wrap_of(&file.path, &file.text)?;
    let is_held = !reason.contains(['\n', '\r']) && (wrap.close.is_empty() || !reason.contains(wrap.close));
    if !is_held {
        return None;
    }
    let place = Place::new(file, wrap);
    let mut slots: BTreeMap<Slot, BTreeSet<Arc<str>>> = BTreeMap::new();
    for finding in findings {
        if let Some(slot) = place.slot(finding) {
            slots.entry(slot).or_default().insert(Arc::clone(&finding.policy));
        }
    }
    if slots.is_empty() {
        return None;
    }
    let end = if file.text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut text = file.text.to_string();
    for (slot, policies) in slots.into_iter().rev() {
        let policies: Vec<Arc<str>> = policies.into_iter().collect();
        let verb = if slot.verb == Line::File { Verb::File } else { Verb::Ignore };
        let Wrap { open, close } = wrap;
        let comment = format!("{open} {} {close}", directive::write(verb, &policies, reason));
        let comment = comment.trim_end();
        let written = match slot.verb {
            Line::Shared => format!(" {comment}"),
            Line::File | Line::Own => format!("{}{comment}{end}", slot.indent),
        };
        text.insert_str(slot.at, &written);
    }
    Some(text)
}

/// A file, as one looks for room in it.
struct Place<'f> {
    file: &'f SourceFile,
    /// The first and the last line of each listing of a document, from 0.
    listings: Vec<(usize, usize)>,
    is_document: bool,
}

impl<'f> Place<'f> {
    fn new(file: &'f SourceFile, wrap: Wrap) -> Self {
        let lines = file.lines();
        let listings = comments(file).listings.into_iter().map(|listing| {
            (lines.line_of(listing.start), lines.line_of(listing.end.saturating_sub(1).max(listing.start)))
        });
        let is_document = matches!(wrap.open, "<!--" | "{/*");
        Self { listings: listings.collect(), file, is_document }
    }

    fn slot(&self, finding: &Finding) -> Option<Slot> {
        let place = &finding.place;
        if place.span.is_empty() && place.start == Position::START {
            return Some(Slot { at: self.top(), verb: Line::File, indent: String::new() });
        }
        let mut line = usize::try_from(place.start.line).ok()?.checked_sub(1)?;
        if let Some((first, _)) = self.listings.iter().find(|(first, last)| (*first..=*last).contains(&line))
        {
            return self.above(*first);
        }
        if self.is_document {
            return Some(self.behind(line));
        }
        // A comment within a command over several lines would end it.
        while line > 0 && self.text(line - 1).trim_end().ends_with('\\') {
            line -= 1;
        }
        self.above(line)
    }

    /// A line of its own above another one, as deep as that.
    fn above(&self, line: usize) -> Option<Slot> {
        let text = self.text(line);
        let indent = text.len() - text.trim_start_matches([' ', '\t', '>']).len();
        let indent = if self.is_document { indent } else { text.len() - text.trim_start().len() };
        let is_item = self.is_document && text[indent..].starts_with(['-', '*', '+']);
        let at = self.file.lines().range(&self.file.text, line).start;
        (!is_item).then(|| Slot { at, verb: Line::Own, indent: text[..indent].to_owned() })
    }

    /// Behind the text of a line, within the last cell of a row.
    fn behind(&self, line: usize) -> Slot {
        let text = self.text(line).trim_end();
        let text = text.strip_suffix('|').map_or(text, str::trim_end);
        let at = self.file.lines().range(&self.file.text, line).start + text.len();
        Slot { at, verb: Line::Shared, indent: String::new() }
    }

    /// Behind all that has to stand first in a file.
    fn top(&self) -> usize {
        let text = &*self.file.text;
        let is_fence = |line: &str| matches!(line.trim_end(), "---" | "+++");
        if self.is_document && text.lines().next().is_some_and(is_fence) {
            let mut at = 0;
            for (number, line) in text.split_inclusive('\n').enumerate() {
                at += line.len();
                if number > 0 && is_fence(line) {
                    return at;
                }
            }
        }
        let stays_first = |line: &&str| {
            let line = line.trim_start().to_ascii_lowercase();
            let is_directive = line.starts_with('#')
                && ["syntax=", "escape=", "coding"].iter().any(|word| line.contains(word));
            ["#!", "<?", "<!doctype"].iter().any(|start| line.starts_with(start)) || is_directive
        };
        text.split_inclusive('\n').take_while(stays_first).map(str::len).sum()
    }

    fn text(&self, line: usize) -> &'f str {
        &self.file.text[self.file.lines().range(&self.file.text, line)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::source::{self, RepoPath, Span};

    /// The text with a suppression of what stands at `mark`.
    fn added(path: &str, text: &str, mark: &str) -> Option<String> {
        let file = SourceFile::new(RepoPath::new(path), text);
        let start = text.find(mark)?;
        let place = if mark.is_empty() {
            source::Place::whole(file.path.clone())
        } else {
            file.place(Span::new(start, start + mark.len()))
        };
        let finding = Finding {
            place,
            policy: "p".into(),
            message: "m".into(),
            severity: Severity::Error,
            help: "h".into(),
            labels: Vec::new(),
            fixes: Vec::new(),
            key: "k".into(),
            occurrence: 0,
        };
        add(&file, &[&finding, &finding], "r")
    }

    #[test]
    fn a_comment_goes_where_its_language_allows_it() {
        let note = "policylint: ignore[p] reason=\"r\"";
        for (path, text, expected) in [
            ("a.sh", "a\n  x y\n", format!("a\n  # {note}\n  x y\n")),
            ("a.sh", "a \\\r\n  x\r\n", format!("# {note}\r\na \\\r\n  x\r\n")),
            ("a.js", "a\nx", format!("a\n// {note}\nx")),
            ("a.sql", "x", format!("-- {note}\nx")),
            ("a.bat", "x", format!("REM {note}\nx")),
            ("a.css", "x", format!("/* {note} */\nx")),
            ("a.html", "<p>x\n", format!("<p>x <!-- {note} -->\n")),
            ("a.md", "a\nx  \nb", format!("a\nx <!-- {note} -->  \nb")),
            ("a.md", "|a|\n|-|\n| x |\n", format!("|a|\n|-|\n| x <!-- {note} --> |\n")),
            ("a.md", "> ```sh\n> x\n> ```\n", format!("> <!-- {note} -->\n> ```sh\n> x\n> ```\n")),
        ] {
            assert_eq!(added(path, text, "x"), Some(expected), "{path}");
        }
        assert_eq!(added("a.json", "{\"x\": 1}", "x"), None);
        assert_eq!(added("a.md", "- ```sh\n  x\n  ```\n", "x"), None);
    }

    #[test]
    fn what_is_about_a_file_stands_at_its_top() {
        let note = "policylint: ignore-file[p] reason=\"r\"";
        for (path, text, expected) in [
            (
                "a.py",
                "#!/usr/bin/python\n# coding: utf-8\nx",
                format!("#!/usr/bin/python\n# coding: utf-8\n# {note}\nx"),
            ),
            (
                "Dockerfile",
                "# syntax=docker/dockerfile:1\nFROM x",
                format!("# syntax=docker/dockerfile:1\n# {note}\nFROM x"),
            ),
            ("a.md", "---\na: 1\n---\n# A\n", format!("---\na: 1\n---\n<!-- {note} -->\n# A\n")),
        ] {
            assert_eq!(added(path, text, ""), Some(expected), "{path}");
        }
    }
}
