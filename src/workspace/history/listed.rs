//! A history in memory: commits as a list of what each adds, removes and renames. Holds no contents.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::step::{Content, Entry, Step};
use super::{Commit, End};

/// A commit of a listed history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListedCommit {
    /// What names it in reports.
    pub id: String,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// The paths that it adds.
    pub added: Vec<String>,
    /// The paths that it changes.
    pub changed: Vec<String>,
    /// The paths that it removes.
    pub deleted: Vec<String>,
    /// The paths that it renames, from and to.
    pub renamed: Vec<(String, String)>,
    /// It brings files that have a history elsewhere. The first commit does in any case.
    pub is_import: bool,
    /// Its parents are missing, as in a shallow clone.
    pub is_cut: bool,
}

impl ListedCommit {
    /// Reads the day, `2026-01-31`, and the changes of a commit, one a line as `git log --name-status` writes them: `A path`, `D path`, `M path`
    /// or `R from to`, with a tab or spaces between. A line `import` says that the commit brings files that have a
    /// history elsewhere, a line `shallow` that its parents are missing. Any other line is none.
    #[must_use]
    pub fn read(id: &str, day: &str, changes: &str) -> Self {
        let time = gix::date::parse(&format!("{day} 00:00:00 +0000"), None);
        let seconds = time.map(|time| time.seconds).unwrap_or_default();
        let mut commit = Self { id: id.to_owned(), seconds, ..Self::default() };
        for line in changes.lines() {
            let mut words = line.split_whitespace();
            match (words.next(), words.next(), words.next()) {
                (Some("A"), Some(path), None) => commit.added.push(path.to_owned()),
                (Some("M"), Some(path), None) => commit.changed.push(path.to_owned()),
                (Some("D"), Some(path), None) => commit.deleted.push(path.to_owned()),
                (Some("R"), Some(from), Some(to)) => commit.renamed.push((from.to_owned(), to.to_owned())),
                (Some("import"), None, None) => commit.is_import = true,
                (Some("shallow"), None, None) => commit.is_cut = true,
                _ => {}
            }
        }
        commit
    }
}

/// A list of commits, oldest first.
#[derive(Debug)]
pub(super) struct Listing {
    commits: Vec<ListedCommit>,
    /// The files after the last commit, each with the number of its content.
    files: BTreeMap<String, u32>,
    /// For each commit the numbers of the contents that it adds, removes and renames.
    contents: Vec<Contents>,
}

#[derive(Debug, Default)]
struct Contents {
    added: Vec<u32>,
    deleted: Vec<u32>,
    renamed: Vec<u32>,
}

impl Listing {
    /// Numbers the contents: a file that is renamed keeps its content, every other one has its own.
    pub(super) fn new(commits: Vec<ListedCommit>) -> Self {
        let mut files: BTreeMap<String, u32> = BTreeMap::new();
        let mut all = Vec::new();
        let mut last = 0;
        let mut fresh = || {
            last += 1;
            last
        };
        for commit in &commits {
            let mut contents = Contents::default();
            for path in &commit.deleted {
                contents.deleted.push(files.remove(path).unwrap_or_else(&mut fresh));
            }
            let moved: Vec<u32> = commit
                .renamed
                .iter()
                .map(|(from, _)| files.remove(from).unwrap_or_else(&mut fresh))
                .collect();
            for ((_, to), &content) in commit.renamed.iter().zip(&moved) {
                files.insert(to.clone(), content);
            }
            contents.renamed = moved;
            for path in &commit.added {
                let content = fresh();
                files.insert(path.clone(), content);
                contents.added.push(content);
            }
            all.push(contents);
        }
        Self { commits, files, contents: all }
    }

    pub(super) fn steps(&self) -> Steps<'_> {
        Steps { listing: self, n_left: self.commits.len(), is_import: false, end: End::First }
    }
}

/// The commits of a listing, newest first.
pub(super) struct Steps<'a> {
    listing: &'a Listing,
    n_left: usize,
    is_import: bool,
    end: End,
}

impl Steps<'_> {
    /// The step to the files as they are now: those that no commit has brought.
    pub(super) fn uncommitted(&self, paths: &BTreeSet<&str>) -> Step {
        let is_new = |path: &&&str| !self.listing.files.contains_key(**path);
        let added = paths.iter().filter(is_new).zip(0..);
        // No commit has these contents: numbers of commits are counted from 1 up, 0 is any, these from the top down.
        let entry = |(path, number): (&&str, u32)| entry(path, u32::MAX - number);
        Step { added: added.map(entry).collect(), ..Step::default() }
    }

    pub(super) fn next(&mut self) -> Option<Step> {
        let number = self.n_left.checked_sub(1)?;
        let (commit, contents) = (&self.listing.commits[number], &self.listing.contents[number]);
        self.n_left = number;
        if commit.is_cut {
            self.n_left = 0;
            self.end = End::Cut(Arc::from(commit.id.as_str()));
            return None;
        }
        self.is_import = commit.is_import || number == 0;
        let mut step = Step {
            commit: Some(Commit {
                id: Arc::from(commit.id.as_str()),
                seconds: commit.seconds,
                is_import: false,
            }),
            changed: commit.changed.iter().map(|path| entry(path, 0)).collect(),
            added: entries(&commit.added, &contents.added),
            deleted: entries(&commit.deleted, &contents.deleted),
        };
        for ((from, to), &content) in commit.renamed.iter().zip(&contents.renamed) {
            step.deleted.push(entry(from, content));
            step.added.push(entry(to, content));
        }
        Some(step)
    }

    pub(super) fn is_import(&self) -> bool {
        self.is_import
    }

    pub(super) fn end(&self) -> End {
        self.end.clone()
    }
}

/// The text of a file: no two contents of a list have anything in common.
pub(super) fn read(entry: &Entry, bytes: &mut Vec<u8>) -> bool {
    bytes.clear();
    if let Content::Number(number) = entry.content {
        bytes.extend_from_slice(number.to_string().as_bytes());
    }
    true
}

fn entries(paths: &[String], contents: &[u32]) -> Vec<Entry> {
    paths.iter().zip(contents).map(|(path, &content)| entry(path, content)).collect()
}

fn entry(path: &str, content: u32) -> Entry {
    Entry { path: path.to_owned(), content: Content::Number(content) }
}
