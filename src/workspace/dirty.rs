//! Whether a checkout has changes that are not committed. Runs no git program, and asks about tracked files alone.

use std::path::Path;
use std::time::UNIX_EPOCH;

use gix::index::entry::{Flags, Mode};
use gix::index::{Entry, State};

use super::Workspace;
use crate::source::RepoPath;

impl Workspace {
    /// A tracked file that differs from the last commit, the first by its path; nothing outside a checkout.
    ///
    /// # Errors
    /// When git's data cannot be read, with the reason for people.
    pub fn uncommitted(&self) -> Result<Option<RepoPath>, String> {
        let Some(root) = self.root().filter(|root| super::is_checkout(root)) else { return Ok(None) };
        let unread = |error: String| format!("git's data cannot be read: {error}");
        let repository = gix::open_opts(root, gix::open::Options::isolated())
            .map_err(|error| unread(error.to_string()))?;
        let index = repository.index_or_empty().map_err(|error| unread(error.to_string()))?;
        let tree = repository.head_tree_id_or_empty().map_err(|error| unread(error.to_string()))?;
        let head = repository.index_from_tree(&tree).map_err(|error| unread(error.to_string()))?;
        let changed = |entry: &&Entry| is_changed(root, &index, entry, repository.object_hash());
        let first = index.entries().iter().find(changed).map(|entry| path_of(&index, entry));
        Ok([staged(&head, &index), first].into_iter().flatten().min())
    }
}

fn path_of(index: &State, entry: &Entry) -> RepoPath {
    RepoPath::new(&String::from_utf8_lossy(entry.path(index)))
}

/// The first path at which the index is not what the last commit holds.
fn staged(head: &State, index: &State) -> Option<RepoPath> {
    let key = |state: &State, entry: &Entry| (path_of(state, entry), entry.id, entry.mode);
    let mut committed = head.entries().iter().map(|entry| key(head, entry));
    let mut present = index.entries().iter().map(|entry| key(index, entry));
    loop {
        match (committed.next(), present.next()) {
            (None, None) => return None,
            (one, other) if one == other => {}
            (one, other) => return one.map(|one| one.0).into_iter().chain(other.map(|other| other.0)).min(),
        }
    }
}

/// Whether a file on disk is another than the index says. Files whose size and time are those of the index are not read.
#[expect(clippy::disallowed_methods, reason = "this is where the disk is read")]
fn is_changed(root: &Path, index: &State, entry: &Entry, hash: gix::hash::Kind) -> bool {
    if entry.flags.contains(Flags::SKIP_WORKTREE) || !matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE)
    {
        return false;
    }
    let Ok(path) = std::str::from_utf8(entry.path(index)) else { return false };
    let at = root.join(path);
    let Ok(metadata) = std::fs::symlink_metadata(&at) else { return true };
    if !metadata.is_file() {
        return true;
    }
    let time = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let is_same_time = time.is_some_and(|time| {
        time.as_secs() == u64::from(entry.stat.mtime.secs) && time.subsec_nanos() == entry.stat.mtime.nsecs
    });
    if is_same_time && metadata.len() == u64::from(entry.stat.size) {
        return false;
    }
    let Ok(bytes) = std::fs::read(&at) else { return true };
    gix::objs::compute_hash(hash, gix::objs::Kind::Blob, &bytes).map_or(true, |id| id != entry.id)
}
