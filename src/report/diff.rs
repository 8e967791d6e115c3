//! Changes of files as one unified diff, which `git apply` and `patch -p1` take. Changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use similar::TextDiff;

use super::clean;
use super::style::{Ink, Style};
use crate::fix::{Change, Planned};
use crate::source::RepoPath;

/// To whom a diff is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exactness {
    /// To a program: byte for byte.
    Verbatim,
    /// To a terminal: with colours, and what would steer it spelt out.
    Printable,
}

/// What fixes change, as one unified diff in git's form, empty if that is nothing: edits of texts, then files that move.
#[must_use]
pub fn diff(planned: &Planned, exactness: Exactness, style: &Style) -> String {
    let changes: BTreeMap<&RepoPath, &Change> =
        planned.changes.iter().map(|change| (&change.path, change)).collect();
    let renames: Vec<&(RepoPath, RepoPath)> =
        planned.relocations.iter().flat_map(|one| &one.renames).collect();
    let moved: BTreeSet<&RepoPath> = renames.iter().map(|(from, _)| from).collect();
    let edited = changes
        .values()
        .filter(|change| !moved.contains(&change.path))
        .map(|change| one(change, &change.path));
    let renamed = renames.iter().map(|(from, to)| renamed(from, to, changes.get(from).copied()));
    let diffs = edited.chain(renamed).map(|diff| match exactness {
        Exactness::Verbatim => diff,
        Exactness::Printable => diff.lines().map(|line| painted(line, style) + "\n").collect(),
    });
    diffs.collect()
}

/// A file that goes to another path, with what changes in it; git and `patch` understand the form.
fn renamed(from: &RepoPath, to: &RepoPath, change: Option<&Change>) -> String {
    let mut text = format!("diff --git {} {}\n", name("a/", from), name("b/", to));
    if change.is_none() {
        text.push_str("similarity index 100%\n");
    }
    // Writing to a string cannot fail.
    let _ = write!(text, "rename from {}\nrename to {}\n", name("", from), name("", to));
    text.push_str(&change.map(|change| one(change, to)).unwrap_or_default());
    text
}

fn one(change: &Change, to: &RepoPath) -> String {
    // A lone `\r` ends no line for git.
    let before: Vec<&str> = change.before.split_inclusive('\n').collect();
    let after: Vec<&str> = change.after.split_inclusive('\n').collect();
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&before, &after);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(text, "--- {}\n+++ {}\n", name("a/", &change.path), name("b/", to));
    let _ = write!(text, "{}", diff.unified_diff());
    text
}

/// The path as git writes it: in quotes where a character could end the line or the name.
fn name(side: &str, path: &RepoPath) -> String {
    let path = format!("{side}{path}");
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
    use crate::finding::Move;
    use crate::fix::Relocation;
    use crate::pipeline::Outcome;

    fn planned(changes: &[Change], renames: &[(&str, &str)]) -> Planned {
        let of = Move { from: RepoPath::new("a"), to: RepoPath::new("b") };
        let renames = renames.iter().map(|(from, to)| (RepoPath::new(from), RepoPath::new(to))).collect();
        Planned {
            changes: changes.to_vec(),
            relocations: vec![Relocation { of, renames }],
            outcome: Outcome::default(),
        }
    }

    #[test]
    fn files_that_move_are_renames_with_what_changes_in_them() {
        let changes = [change("a/x.md", "1\n", "2\n")];
        let planned = planned(&changes, &[("a/x.md", "b/x.md"), ("a/y\n", "b/y")]);
        assert_eq!(
            diff(&planned, Exactness::Verbatim, &Style::default()),
            "diff --git a/a/x.md b/b/x.md\nrename from a/x.md\nrename to b/x.md\n--- a/a/x.md\n+++ b/b/x.md\n@@ -1 +1 @@\n-1\n+2\n\
             diff --git \"a/a/y\\012\" b/b/y\nsimilarity index 100%\nrename from \"a/y\\012\"\nrename to b/y\n"
        );
    }

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
            diff(&planned(&changes, &[]), Exactness::Verbatim, &Style::default()),
            "--- a/a b.md\n+++ b/a b.md\n@@ -2,5 +2,5 @@\n 2\r\n 3\r\n 4\r\n-5\r\n+V\r\n 6\n\\ No newline at end of file\n\
             --- \"a/é\\\"\\012\"\n+++ \"b/é\\\"\\012\"\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn terminals_get_no_control_characters() {
        let shown = diff(
            &planned(&[change("a", "\u{1b}[2Jx\r\n", "y\r\n")], &[]),
            Exactness::Printable,
            &Style::default(),
        );
        assert!(shown.contains("-\\u{1b}[2Jx\n") && !shown.contains('\r'), "{shown}");
    }
}
