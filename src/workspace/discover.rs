//! Finds the files of a repository and hands each name to a visitor, in parallel and in no order. Reads no contents.

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::{Base, PathIndex, Workspace, git, walk};
use crate::glob::PathSet;
use crate::source::RepoPath;

/// Where the names of the files come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// A walk that honours ignore files; files that git tracks are always in.
    #[default]
    Walk,
    /// A walk that does not.
    PlainWalk,
    /// Git's index.
    Index,
    /// The command line.
    Arguments,
    /// A list in a file.
    List,
    /// The path of a text on standard input.
    Input,
    /// The tree of a commit.
    Revision,
    /// What has changed since a commit.
    Changes,
    /// What is staged for the next commit.
    Staged,
    /// Memory: a test case.
    Memory,
}

impl Names {
    /// The words used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::PlainWalk => "walk without ignore rules",
            Self::Index => "git index",
            Self::Arguments => "arguments",
            Self::List => "list",
            Self::Input => "standard input",
            Self::Revision => "revision",
            Self::Changes => "changes",
            Self::Staged => "staged changes",
            Self::Memory => "memory",
        }
    }
}

/// Which files to find.
#[derive(Debug)]
pub struct Discovery<'a> {
    /// Where names come from.
    pub names: Names,
    /// Where to look: folders, `[""]` for all. Ignored for names from the command line.
    pub folders: &'a [RepoPath],
    /// Paths that are left out, folders with all below them.
    pub exclude: &'a PathSet,
    /// How many threads walk.
    pub threads: usize,
}

/// Receives the names that a thread finds.
pub trait Visitor: Send {
    /// A regular file.
    fn file(&mut self, path: RepoPath);
    /// A name that is not judged, and why.
    fn passed_over(&mut self, path: RepoPath, why: PassedOver);
    /// A folder or file that could not be listed, with the system's words.
    fn failed(&mut self, path: RepoPath, message: String);
}

/// Why a name is not judged. Ordered as it is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PassedOver {
    /// The configuration excludes it.
    Excluded,
    /// A symbolic link: what it points to is judged where it lies, if it lies in the repository.
    Symlink,
    /// A device, a pipe or a socket.
    Special,
    /// Another repository inside this one, as git's index says.
    Submodule,
    /// A name that is not UTF-8.
    NotUtf8,
}

impl PassedOver {
    /// The words used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Excluded => "excluded",
            Self::Symlink => "symbolic link",
            Self::Special => "not a regular file",
            Self::Submodule => "submodule",
            Self::NotUtf8 => "name is not UTF-8",
        }
    }
}

impl Workspace {
    /// Finds files and hands them to visitors, one visitor for each thread that finds any.
    ///
    /// # Errors
    /// When names are to come from git's index and it cannot be read.
    pub fn discover<V: Visitor>(
        &self,
        discovery: &Discovery<'_>,
        make: &(dyn Fn() -> V + Sync),
    ) -> Result<Vec<V>, git::IndexError> {
        match (discovery.names, &self.base) {
            (_, Base::Snapshot(snapshot)) => {
                let mut visitors = snapshot.discover(discovery, make);
                visitors.extend(self.overlaid(discovery, make));
                Ok(visitors)
            }
            (Names::Index, Base::Disk(root)) => {
                Ok(from_index(&git::Index::read(root.path())?, discovery, make))
            }
            (Names::Walk, Base::Disk(root)) => {
                let mut visitors = walk::walk(root, discovery, &git::submodules(self), make);
                visitors.extend(self.overlaid(discovery, make));
                Ok(visitors)
            }
            (Names::PlainWalk, Base::Disk(root)) => {
                Ok(vec![walk::plain_walk(root.path(), discovery, make())])
            }
            _ => Ok(self.overlaid(discovery, make).into_iter().collect()),
        }
    }

    /// The names of all files that git tracks, if the root is a checkout whose index can be read; all files of what
    /// git holds.
    #[must_use]
    pub fn tracked_names(&self) -> Option<PathIndex> {
        if let Some(snapshot) = self.snapshot() {
            return Some(snapshot.names());
        }
        let root = self.root().filter(|root| git::is_checkout(root))?;
        Some(PathIndex::new(git::Index::read(root).ok()?.files().collect()))
    }

    /// The names that exist in the overlay alone.
    fn overlaid<V: Visitor>(&self, discovery: &Discovery<'_>, make: &(dyn Fn() -> V + Sync)) -> Option<V> {
        let mut visitor = None;
        for path in self.overlay.keys().filter(|path| !self.is_below(path)) {
            let visitor = visitor.get_or_insert_with(make);
            offer(path.clone(), discovery, visitor);
        }
        visitor
    }
}

/// Hands a regular file to the visitor unless it is excluded or lies elsewhere.
pub(super) fn offer<V: Visitor>(path: RepoPath, discovery: &Discovery<'_>, visitor: &mut V) {
    if !discovery.folders.iter().any(|folder| path.is_under(folder.as_str())) {
        return;
    }
    if discovery.exclude.matches_path(&path) {
        visitor.passed_over(path, PassedOver::Excluded);
    } else {
        visitor.file(path);
    }
}

/// How many names of the index are taken at once.
const BLOCK: usize = 64;

fn from_index<V: Visitor>(
    index: &git::Index,
    discovery: &Discovery<'_>,
    make: &(dyn Fn() -> V + Sync),
) -> Vec<V> {
    let visit = |mut visitor: V, block: usize| {
        let numbers = block * BLOCK..index.len().min((block + 1) * BLOCK);
        for entry in index.entries(numbers) {
            match entry {
                git::Tracked::File(path) => offer(path, discovery, &mut visitor),
                git::Tracked::Other(path, why) => visitor.passed_over(path, why),
            }
        }
        visitor
    };
    let n_blocks = index.len().div_ceil(BLOCK);
    // A few names are not worth waking the threads for.
    if n_blocks < 4 || discovery.threads == 1 {
        return vec![(0..n_blocks).fold(make(), visit)];
    }
    (0..n_blocks).into_par_iter().fold(make, visit).collect()
}
