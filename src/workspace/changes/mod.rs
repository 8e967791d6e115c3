//! What has changed between a commit and what is judged: which files, where they were before, and which of their lines.
//! Judges nothing, and reads only files that may have changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use gix::ObjectId;

use super::discover::Discovery;
use super::repository::{Repository, RepositoryError, Revision};
use super::snapshot::Snapshot;
use super::{Base, PathIndex, Unread, Workspace, text_of};
use crate::source::RepoPath;

mod compare;
mod disk;
mod lines;
mod moved;
mod related;

pub(super) use compare::Side;
pub use lines::ChangedLines;

/// How much of a changed file counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The lines that have changed.
    Lines,
    /// All of it.
    Files,
}

/// What has changed since a commit.
#[derive(Debug, Clone)]
pub struct Changes {
    /// How much of a changed file counts.
    pub extent: Extent,
    files: PathIndex,
    related: PathIndex,
    judged: PathIndex,
    before: BTreeMap<RepoPath, Before>,
    gone: PathIndex,
    base: Arc<Workspace>,
    n_excluded: usize,
}

/// What a changed file was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// Nothing: it is new.
    New,
    /// A file at this path, which is another one if the file was moved.
    At(RepoPath),
}

/// A regular file that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Delta {
    path: RepoPath,
    /// The object at the commit; nothing for a new file.
    before: Option<ObjectId>,
    after: After,
}

/// What a file is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum After {
    /// It is gone.
    Gone,
    /// An object, or bytes on disk that would be that object.
    Blob(ObjectId),
    /// Too large to be looked at.
    Large,
}

impl Changes {
    /// What differs between a commit and a workspace; everything is new where there is no commit. On disk that is what
    /// git tracks, and with names from a walk also the files that git does not know yet and that are not ignored.
    ///
    /// # Errors
    /// When the trees or the index cannot be read.
    pub fn find(
        repository: &Arc<Repository>,
        since: Option<Revision>,
        workspace: &Workspace,
        discovery: &Discovery<'_>,
        extent: Extent,
    ) -> Result<Self, RepositoryError> {
        let snapshot = Snapshot::of_revision(Arc::clone(repository), since)?;
        let deltas = match &workspace.base {
            Base::Snapshot(now) => compare::compare(repository, snapshot.side(), now.side())?,
            Base::Disk(root) => disk::compare(repository, snapshot.side(), root, workspace, discovery)?,
            Base::Nothing => Vec::new(),
        };
        let base = Arc::new(Workspace { base: Base::Snapshot(Arc::new(snapshot)), overlay: BTreeMap::new() });
        let mut changes = Self {
            extent,
            files: PathIndex::default(),
            related: PathIndex::default(),
            judged: PathIndex::default(),
            before: BTreeMap::new(),
            gone: PathIndex::default(),
            base,
            n_excluded: 0,
        };
        let is_asked =
            |path: &RepoPath| discovery.folders.iter().any(|folder| path.is_under(folder.as_str()));
        let asked = deltas.into_iter().filter(|delta| is_asked(&delta.path)).collect();
        changes.sort_out(asked, discovery, workspace);
        changes.related = PathIndex::new(related::find(&changes, workspace, discovery));
        changes.judged = PathIndex::new([changes.files.paths(), changes.related.paths()].concat());
        Ok(changes)
    }

    fn sort_out(&mut self, deltas: Vec<Delta>, discovery: &Discovery<'_>, workspace: &Workspace) {
        // What moved matters only where lines are compared.
        let moved = match self.extent {
            Extent::Lines => moved::find(&deltas, &self.base, workspace),
            Extent::Files => BTreeMap::new(),
        };
        let (mut files, mut gone) = (Vec::new(), Vec::new());
        for delta in deltas {
            if delta.after == After::Gone {
                gone.push(delta.path);
                continue;
            }
            if discovery.exclude.matches_path(&delta.path) {
                self.n_excluded += 1;
                continue;
            }
            let before = match (delta.before, moved.get(&delta.path)) {
                (Some(_), _) => Before::At(delta.path.clone()),
                (None, Some(old)) => Before::At(old.clone()),
                (None, None) => Before::New,
            };
            files.push(delta.path.clone());
            self.before.insert(delta.path, before);
        }
        self.files = PathIndex::new(files);
        self.gone = PathIndex::new(gone);
    }

    /// The files that have changed and are still there.
    #[must_use]
    pub fn files(&self) -> &PathIndex {
        &self.files
    }

    /// The files to judge: those that have changed, and those that somebody who is gone was about.
    #[must_use]
    pub fn judged(&self) -> &PathIndex {
        &self.judged
    }

    /// Whether a test that is gone was about this file.
    #[must_use]
    pub fn is_related(&self, path: &RepoPath) -> bool {
        self.related.contains(path.as_str())
    }

    /// The files that are gone, or were moved away.
    #[must_use]
    pub fn gone(&self) -> &PathIndex {
        &self.gone
    }

    /// How many changed files are excluded.
    #[must_use]
    pub fn n_excluded(&self) -> usize {
        self.n_excluded
    }

    /// The repository as it was.
    #[must_use]
    pub fn base(&self) -> &Workspace {
        &self.base
    }

    /// What a file was; nothing if it has not changed.
    #[must_use]
    pub fn before(&self, path: &RepoPath) -> Option<&Before> {
        self.before.get(path)
    }

    /// The lines of a text that differ from what the file was.
    ///
    /// # Errors
    /// When what it was cannot be read.
    pub fn lines(&self, path: &RepoPath, text: &str) -> Result<ChangedLines, Unread> {
        let old = match self.before(path) {
            None => return Ok(ChangedLines::none()),
            Some(Before::New) => return Ok(ChangedLines::all()),
            Some(Before::At(old)) => old,
        };
        let mut bytes = Vec::new();
        match self.base.read_bytes(old, &mut bytes) {
            Ok(()) => Ok(ChangedLines::between(&text_of(&bytes), text)),
            // It was no text, so nothing of the text was there.
            Err(Unread::Binary | Unread::TooLarge | Unread::Missing) => Ok(ChangedLines::all()),
            Err(why) => Err(why),
        }
    }
}
