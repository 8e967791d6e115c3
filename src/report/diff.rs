//! Changes of files as one unified diff, which `git apply` and `patch -p1` take. Changes nothing.

use std::fmt::Write;

use similar::TextDiff;

use super::clean;
use super::style::{Ink, Style};
use crate::fix::Change;

/// To whom a diff is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exactness {
    /// To a program: byte for byte.
    Verbatim,
    /// To a terminal: with colours, and what would steer it spelt out.
    Printable,
}

/// The changes as one unified diff, empty if there are none.
#[must_use]
pub fn diff(changes: &[Change], exactness: Exactness, style: &Style) -> String {
    let diffs = changes.iter().map(|change| {
        let diff = one(change);
        match exactness {
            Exactness::Verbatim => diff,
            Exactness::Printable => diff.lines().map(|line| painted(line, style) + "\n").collect(),
        }
    });
    diffs.collect()
}

fn one(change: &Change) -> String {
    // A lone `\r` ends no line for git.
    let before: Vec<&str> = change.before.split_inclusive('\n').collect();
    let after: Vec<&str> = change.after.split_inclusive('\n').collect();
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&before, &after);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(text, "--- {}\n+++ {}\n", name("a", change), name("b", change));
    let _ = write!(text, "{}", diff.unified_diff());
    text
}

/// The path as git writes it: in quotes where a character could end the line or the name.
fn name(side: &str, change: &Change) -> String {
    let path = format!("{side}/{}", change.path);
    if !path.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) {
        return path;
    }
    let mut quoted = String::from('"');
    for character in path.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if character.is_control() => {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
            _ => quoted.push(character),
        }
    }
    quoted + "\""
}

fn painted(line: &str, style: &Style) -> String {
    let line = clean::line(line.strip_suffix('\r').unwrap_or(line));
    let ink = match line.as_bytes().first() {
        _ if line.starts_with("--- ") || line.starts_with("+++ ") => Ink::Strong,
        Some(b'-') => Ink::Error,
        Some(b'+') => Ink::Path,
        Some(b'@') => Ink::Note,
        _ => Ink::Plain,
    };
    style.paint(ink, &line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RepoPath;

    fn change(path: &str, before: &str, after: &str) -> Change {
        Change { path: RepoPath::new(path), before: before.into(), after: after.into() }
    }

    #[test]
    fn diffs_are_those_of_git() {
        let changes = [
            change("a b.md", "1\r\n2\r\n3\r\n4\r\n5\r\n6", "1\r\n2\r\n3\r\n4\r\nV\r\n6"),
            change("é\"\n", "x", "y"),
        ];
        assert_eq!(
            diff(&changes, Exactness::Verbatim, &Style::default()),
            "--- a/a b.md\n+++ b/a b.md\n@@ -2,5 +2,5 @@\n 2\r\n 3\r\n 4\r\n-5\r\n+V\r\n 6\n\\ No newline at end of file\n\
             --- \"a/é\\\"\\012\"\n+++ \"b/é\\\"\\012\"\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn terminals_get_no_control_characters() {
        let shown = diff(&[change("a", "\u{1b}[2Jx\r\n", "y\r\n")], Exactness::Printable, &Style::default());
        assert!(shown.contains("-\\u{1b}[2Jx\n") && !shown.contains('\r'), "{shown}");
    }
}
