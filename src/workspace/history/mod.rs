//! When files came into a repository: the mainline of its commits, followed back from the newest, file by file. Runs
//! no git program and changes nothing.
//!
//! The mainline is the chain of first parents. What a merge brings is one step of it, as a squash would be: how a
//! branch came about is its author's affair, and what counts is what the mainline held before and after.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::{Repository, RepositoryError, Revision, Workspace};
use crate::source::RepoPath;

mod follow;
mod listed;
mod mainline;
mod renames;
mod similarity;
mod step;
#[cfg(test)]
mod tests;
mod trees;

pub use listed::ListedCommit;

use listed::Listing;
use mainline::{Mainline, Walk};
use renames::Origins;
use step::{Entry, Step};

/// The commits of a repository.
#[derive(Debug)]
pub struct History {
    commits: Commits,
}

/// Where commits come from.
#[derive(Debug)]
enum Commits {
    /// Git's objects.
    Git(Box<Mainline>),
    /// A list in memory: a test case.
    Listed(Listing),
}

/// Why a history cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There is no git repository.
    #[error("git's history is asked for, and `{0}` is no git checkout")]
    NoCheckout(String),
    /// The repository cannot be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// One of its objects is missing or broken.
    #[error(
        "git's history cannot be read: {what}: {reason}; `git fsck` says what is damaged, and a partial clone lacks \
         objects until they are fetched"
    )]
    Unreadable {
        /// What was to be read.
        what: String,
        /// The reason.
        reason: String,
    },
    /// Following it would take without end.
    #[error("git's history is too large to be followed: it moves more than {0} million files")]
    TooLarge(u64),
}

/// A commit of the mainline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name, shortened.
    pub id: Arc<str>,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// It brings files that have a history elsewhere: it is the first commit, or adds another repository.
    pub is_import: bool,
}

impl Commit {
    /// When it was committed, as `2026-01-31T09:15:00+00:00`; the same for everybody, wherever they are.
    #[must_use]
    pub fn time(&self) -> String {
        gix::date::Time::new(self.seconds, 0).format_or_unix(gix::date::time::format::ISO8601_STRICT)
    }
}

/// How a file came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Birth {
    /// No commit holds it yet.
    Uncommitted,
    /// With a commit.
    Commit(Arc<Commit>),
    /// Before the commits that are looked at.
    Older,
    /// It cannot be told: the history is cut off, or too much was moved at once.
    Unknown,
}

/// A stretch of commits in which a file existed, under whatever name. Commits are numbered along the mainline from
/// the newest, which is 1; the work tree is 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// The newest commit that has the file.
    pub newest: u32,
    /// The oldest commit that has it, as far as the history was followed.
    pub oldest: u32,
    /// How it came.
    pub birth: Birth,
    /// The path under which it came.
    pub path: Arc<str>,
    /// How many files of the same extension came with it, itself among them; 0 where that is not known.
    pub came_with: usize,
    /// How many companions the same step brought or changed, itself among them if it is one.
    pub n_companions: usize,
    /// The path of the file that most of its lines came out of, where its step changes or removes one such.
    pub out_of: Option<Arc<str>>,
}

/// The lives of one file, newest first; the first is the one that it is living.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// At least one.
    pub lives: Vec<Life>,
}

impl Trace {
    /// The life that the file had at a commit, if it had any.
    #[must_use]
    pub fn life_at(&self, number: u32) -> Option<&Life> {
        self.lives.iter().find(|life| (life.newest..=life.oldest).contains(&number))
    }

    /// How the file came that is there today.
    #[must_use]
    pub fn life(&self) -> &Life {
        &self.lives[0]
    }
}

/// The traces of some files.
#[derive(Debug)]
pub struct Traces {
    /// One for each path that was asked for, in that order.
    pub traces: Vec<Trace>,
    /// The commit at which a shallow clone cut the history off, if it was reached.
    pub cut: Option<Arc<str>>,
    /// How many files could not be followed because contents are missing, as in a partial clone.
    pub n_missing: usize,
}

impl History {
    /// The history of the checkout that holds `root`, from its current commit back.
    ///
    /// # Errors
    /// When there is no git repository, or it cannot be read.
    pub fn of_checkout(root: &Path) -> Result<Self, HistoryError> {
        Ok(Self { commits: Commits::Git(Box::new(Mainline::of_checkout(root)?)) })
    }

    /// The history of a commit, in a repository whose top is the root; nothing but an empty one before the first.
    #[must_use]
    pub fn of_revision(repository: Arc<Repository>, revision: Option<Revision>) -> Self {
        Self { commits: Commits::Git(Box::new(Mainline::new(repository, revision))) }
    }

    /// A history that exists in memory alone, oldest commit first.
    #[must_use]
    pub fn listed(commits: Vec<ListedCommit>) -> Self {
        Self { commits: Commits::Listed(Listing::new(commits)) }
    }

    /// The same history, in which nothing that `base` reaches is looked at: what it holds is [`Birth::Older`].
    #[must_use]
    pub fn since(mut self, base: Revision) -> Self {
        if let Commits::Git(mainline) = &mut self.commits {
            mainline.end_before(base);
        }
        self
    }

    /// Follows files of `workspace` back to where they came from, all in one walk that ends when the last is found.
    /// Companions are files whose changes in the same steps are counted.
    ///
    /// # Errors
    /// When an object is missing or damaged.
    pub fn follow(
        &self,
        workspace: &Workspace,
        paths: &[&RepoPath],
        is_companion: &dyn Fn(&str) -> bool,
    ) -> Result<Traces, HistoryError> {
        match &self.commits {
            Commits::Git(mainline) => mainline
                .walk(workspace, |walk| follow::follow(&mut Steps::Git(Box::new(walk)), paths, is_companion)),
            Commits::Listed(listing) => {
                follow::follow(&mut Steps::Listed(listing.steps()), paths, is_companion)
            }
        }
    }
}

/// The steps of a mainline, newest first.
enum Steps<'a> {
    Git(Box<Walk<'a>>),
    Listed(listed::Steps<'a>),
}

impl Steps<'_> {
    /// The path in the commits of a path in the workspace.
    fn path_of(&self, path: &RepoPath) -> String {
        match self {
            Self::Git(walk) => walk.path_of(path),
            Self::Listed(_) => path.as_str().to_owned(),
        }
    }

    /// The path in the workspace of a path in the commits.
    fn shown_path(&self, path: &str) -> Arc<str> {
        match self {
            Self::Git(walk) => walk.shown_path(path),
            Self::Listed(_) => Arc::from(path),
        }
    }

    /// Which of these paths lie in the commit that nothing older than is looked at; none without one.
    fn older<'p>(&mut self, paths: &BTreeSet<&'p str>) -> Result<BTreeSet<&'p str>, HistoryError> {
        match self {
            Self::Git(walk) => walk.older(paths),
            Self::Listed(_) => Ok(BTreeSet::new()),
        }
    }

    /// The step from the newest commit to the work tree, in which only these paths are of interest.
    fn uncommitted(&mut self, paths: &BTreeSet<&str>) -> Result<Step, HistoryError> {
        match self {
            Self::Git(walk) => walk.uncommitted(paths),
            Self::Listed(steps) => Ok(steps.uncommitted(paths)),
        }
    }

    /// The next older step; nothing when there is none.
    fn next(&mut self) -> Result<Option<Step>, HistoryError> {
        match self {
            Self::Git(walk) => walk.next(),
            Self::Listed(steps) => Ok(steps.next()),
        }
    }

    /// Whether the step that was last gone brings files that have a history elsewhere.
    fn is_import(&mut self) -> Result<bool, HistoryError> {
        match self {
            Self::Git(walk) => walk.is_import(),
            Self::Listed(steps) => Ok(steps.is_import()),
        }
    }

    /// How the steps ended.
    fn end(&self) -> End {
        match self {
            Self::Git(walk) => walk.end(),
            Self::Listed(steps) => steps.end(),
        }
    }

    /// Where files of a step come from.
    fn origins(&mut self, step: &Step, wanted: &[usize]) -> Result<Origins, HistoryError> {
        let mut read = |entry: &Entry, bytes: &mut Vec<u8>| match self {
            Self::Git(walk) => walk.read(entry, bytes),
            Self::Listed(_) => Ok(listed::read(entry, bytes)),
        };
        renames::origins(step, wanted, &mut read)
    }
}

/// How a walk along the mainline ends.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    /// With the first commit.
    First,
    /// With the first of the commits that are looked at.
    Older,
    /// With a commit whose parents a shallow clone lacks.
    Cut(Arc<str>),
}
