//! Compares a tree with a checkout on disk, through git's index: a file whose size and times are those of the index is
//! not read. Runs no filter, so a file that differs in its line ends alone is taken to be unchanged.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::index::entry::{Flags, Mode, stat::Options};
use gix::index::{Entry, State, fs::Metadata};
use rayon::prelude::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::super::discover::{Discovery, Names, PassedOver, Visitor};
use super::super::git::Index;
use super::super::open::Root;
use super::super::repository::{Repository, RepositoryError};
use super::super::{MAX_FILE_SIZE, Workspace};
use super::compare::Side;
use super::{After, Delta};
use crate::source::RepoPath;

/// The regular files that differ, in no order.
pub(super) fn compare(
    repository: &Repository,
    before: Side<'_>,
    root: &Root,
    workspace: &Workspace,
    discovery: &Discovery<'_>,
) -> Result<Vec<Delta>, RepositoryError> {
    let index = Index::of(repository)?;
    // What the commit has at a path that is to be looked at: nothing for a new file.
    let mut suspects: BTreeMap<RepoPath, Option<ObjectId>> = BTreeMap::new();
    for (path, id) in touched(&index, root) {
        suspects.insert(path, id);
    }
    for path in untracked(&index, workspace, discovery)? {
        suspects.insert(path, None);
    }
    // Where commit and index differ, the commit has the word.
    for delta in super::compare::compare(repository, before, Side::of_index(&index))? {
        suspects.insert(delta.path, delta.before);
    }
    let suspects: Vec<(RepoPath, Option<ObjectId>)> = suspects.into_iter().collect();
    let hash = repository.hash();
    let look = |(path, before): &(RepoPath, Option<ObjectId>)| {
        let after = now(root, path, *before, hash);
        let is_same = match after {
            After::Gone => before.is_none(),
            After::Blob(id) => *before == Some(id),
            After::Large => false,
        };
        (!is_same).then(|| Delta { path: path.clone(), before: *before, after })
    };
    Ok(if suspects.len() < 16 {
        suspects.iter().filter_map(look).collect()
    } else {
        suspects.par_iter().filter_map(look).collect()
    })
}

/// The files of the index that may differ on disk, and what the index has of them.
fn touched(index: &Index, root: &Root) -> Vec<(RepoPath, Option<ObjectId>)> {
    let state = index.state();
    let look = |entry: &Entry| {
        let path = std::str::from_utf8(entry.path(state)).ok()?;
        let is_there = !entry.flags.intersects(Flags::SKIP_WORKTREE | Flags::ASSUME_VALID);
        let is_file = matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE);
        if !is_there || !is_file || !is_touched(entry, state, root, path) {
            return None;
        }
        let is_new = entry.flags.contains(Flags::INTENT_TO_ADD);
        Some((RepoPath::new(path), (!is_new).then_some(entry.id)))
    };
    let entries = state.entries();
    if entries.len() < 256 {
        return entries.iter().filter_map(look).collect();
    }
    entries.par_iter().with_min_len(64).filter_map(look).collect()
}

/// Whether a file on disk may differ from what the index has of it.
fn is_touched(entry: &Entry, state: &State, root: &Root, path: &str) -> bool {
    if entry.stage_raw() != 0 || entry.flags.contains(Flags::INTENT_TO_ADD) {
        return true;
    }
    let Ok(metadata) = Metadata::from_path_no_follow(&root.path().join(path)) else { return true };
    let Ok(found) = gix::index::entry::Stat::from_fs(&metadata) else { return true };
    // Some implementations of git write no fractions of seconds.
    let options = Options { use_nsec: entry.stat.mtime.nsecs != 0, ..Options::default() };
    !metadata.is_file()
        || !entry.stat.matches(&found, options)
        || entry.stat.is_racy(state.timestamp(), options)
}

/// The files that git does not know and that no ignore file names. Git's index knows of none.
fn untracked(
    index: &Index,
    workspace: &Workspace,
    discovery: &Discovery<'_>,
) -> Result<Vec<RepoPath>, RepositoryError> {
    if discovery.names != Names::Walk {
        return Ok(Vec::new());
    }
    let make = || Untracked { index, found: Vec::new(), failed: None };
    let visitors = workspace.discover(discovery, &make).map_err(|error| RepositoryError::Damaged {
        what: "git's index".to_owned(),
        reason: error.to_string(),
    })?;
    let mut found = Vec::new();
    for visitor in visitors {
        if let Some((path, reason)) = visitor.failed {
            return Err(RepositoryError::Damaged { what: format!("`{path}`"), reason });
        }
        found.extend(visitor.found);
    }
    Ok(found)
}

/// Gathers the names that the index does not have.
struct Untracked<'a> {
    index: &'a Index,
    found: Vec<RepoPath>,
    failed: Option<(RepoPath, String)>,
}

impl Visitor for Untracked<'_> {
    fn file(&mut self, path: RepoPath) {
        if self.index.state().entry_index_by_path(path.as_str().as_bytes().into()).is_err() {
            self.found.push(path);
        }
    }

    fn passed_over(&mut self, _: RepoPath, _: PassedOver) {}

    fn failed(&mut self, path: RepoPath, message: String) {
        self.failed.get_or_insert((path, message));
    }
}

/// What a file on disk is now.
fn now(root: &Root, path: &RepoPath, before: Option<ObjectId>, hash: gix::hash::Kind) -> After {
    let is_file =
        Metadata::from_path_no_follow(&root.path().join(path.as_str())).is_ok_and(|found| found.is_file());
    if !is_file {
        return After::Gone;
    }
    let Some(bytes) = read(root, path) else { return After::Large };
    let Some(id) = id_of(&bytes, hash) else { return After::Large };
    if before.is_some_and(|before| before != id) && memchr::memchr(b'\r', &bytes).is_some() {
        // What git turned into the line ends of the system, it would turn back.
        let plain = without_returns(&bytes);
        if let Some(plain) = id_of(&plain, hash).filter(|plain| before == Some(*plain)) {
            return After::Blob(plain);
        }
    }
    After::Blob(id)
}

fn read(root: &Root, path: &RepoPath) -> Option<Vec<u8>> {
    use std::io::Read;
    let opened = root.open(path).ok()?;
    let mut bytes = Vec::new();
    opened.file.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MAX_FILE_SIZE).then_some(bytes)
}

fn id_of(bytes: &[u8], hash: gix::hash::Kind) -> Option<ObjectId> {
    gix::objs::compute_hash(hash, gix::objs::Kind::Blob, bytes).ok()
}

/// The bytes with `\n` at the end of each line.
fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        if byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            plain.push(byte);
        }
    }
    plain
}
