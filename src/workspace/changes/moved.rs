//! Finds out which new files were moved: those that hold what a file that is gone held, or most of it.

use std::collections::{BTreeMap, BTreeSet};

use gix::ObjectId;

use super::super::Workspace;
use super::{After, Delta};
use crate::source::RepoPath;

/// So many pairs of a new file and one that is gone are compared, no more: after a large move only what is the same
/// to the byte is found.
const MAX_PAIRS: usize = 10_000;

/// The new files that were moved, with where they were.
pub(super) fn find(
    deltas: &[Delta],
    base: &Workspace,
    workspace: &Workspace,
) -> BTreeMap<RepoPath, RepoPath> {
    let mut gone: BTreeSet<&Delta> = deltas.iter().filter(|delta| delta.after == After::Gone).collect();
    let mut by_content: BTreeMap<ObjectId, Vec<&Delta>> = BTreeMap::new();
    for old in &gone {
        if let Some(id) = old.before {
            by_content.entry(id).or_default().push(old);
        }
    }
    let mut moved = BTreeMap::new();
    let mut rest = Vec::new();
    for new in deltas.iter().filter(|delta| delta.before.is_none()) {
        let same = match new.after {
            After::Blob(id) => by_content.get_mut(&id).filter(|same| !same.is_empty()),
            After::Gone | After::Large => None,
        };
        let Some(same) = same else {
            rest.push(new);
            continue;
        };
        let at = same.iter().position(|old| old.path.name() == new.path.name()).unwrap_or(0);
        let old = same.remove(at);
        gone.remove(old);
        moved.insert(new.path.clone(), old.path.clone());
    }
    if rest.len() * gone.len() > MAX_PAIRS {
        return moved;
    }
    let mut left: BTreeMap<&RepoPath, Content> =
        gone.iter().map(|old| (&old.path, Content::of(base, &old.path))).collect();
    for new in rest.into_iter().filter(|_| !gone.is_empty()) {
        let content = Content::of(workspace, &new.path);
        let likeness = |old: &Content| content.shared_with(old);
        let best = left.iter().map(|(path, old)| (likeness(old), *path)).max_by(|one, other| {
            // Of two that are as like, the one of the same name, then the first.
            let rank = |path: &RepoPath| (path.name() == new.path.name(), std::cmp::Reverse(path.clone()));
            one.0.cmp(&other.0).then_with(|| rank(one.1).cmp(&rank(other.1)))
        });
        if let Some((shared, path)) = best
            && let Some(old) = left.get(path)
            // Half of the larger one, as git has it.
            && shared > 0
            && shared * 2 >= content.n_bytes.max(old.n_bytes)
        {
            left.remove(path);
            moved.insert(new.path.clone(), path.clone());
        }
    }
    moved
}

/// The lines of a text, without their order.
struct Content {
    /// How many bytes the lines of each hash have.
    lines: BTreeMap<u64, usize>,
    n_bytes: usize,
}

impl Content {
    /// What cannot be read is like nothing.
    fn of(workspace: &Workspace, path: &RepoPath) -> Self {
        let mut bytes = Vec::new();
        if workspace.read_bytes(path, &mut bytes).is_err() {
            bytes.clear();
        }
        // Fixed keys: what was moved does not depend on chance.
        let hasher = ahash::RandomState::with_seeds(1, 2, 3, 4);
        let mut lines = BTreeMap::new();
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            *lines.entry(hasher.hash_one(line)).or_default() += line.len();
        }
        Self { lines, n_bytes: bytes.len() }
    }

    fn shared_with(&self, other: &Self) -> usize {
        let shared = |(line, n): (&u64, &usize)| other.lines.get(line).map_or(0, |other| *n.min(other));
        self.lines.iter().map(shared).sum()
    }
}
