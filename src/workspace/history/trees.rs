//! What differs between two trees of git's objects. Walks both together and descends only where they differ; never
//! recurses, and stops at a bound.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use gix::objs::tree::EntryRef;
use gix::prelude::FindExt;
use gix::{ObjectId, OdbHandle};

use super::HistoryError;
use super::mainline::unreadable;
use super::step::{Content, Entry, Step};

/// How many differing files and folders are looked at in one history, in millions. A few small objects can name more
/// files than any machine could list.
const MAX_MILLIONS: u64 = 10;

/// How many bytes the paths of one step may take (256 MiB), for the same reason.
const MAX_HELD: usize = 256 << 20;

/// For more paths than these it is cheaper to list a tree than to look them up.
const MAX_LOOKED_UP: usize = 500;

/// Longer paths are not followed, in bytes: no system could check them out.
const MAX_PATH: usize = 4096;

/// Compares trees.
pub(super) struct Trees<'r> {
    objects: &'r OdbHandle,
    old: Vec<u8>,
    new: Vec<u8>,
    pending: Vec<Pending>,
    /// How many differences there were, over all steps.
    n_seen: u64,
    /// How many bytes the paths of this step take.
    held: usize,
}

/// A folder to compare: its path with a `/` behind it, and what it is in both trees.
struct Pending {
    path: String,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
}

impl<'r> Trees<'r> {
    pub(super) fn new(objects: &'r OdbHandle) -> Self {
        Self { objects, old: Vec::new(), new: Vec::new(), pending: Vec::new(), n_seen: 0, held: 0 }
    }

    /// The files that `new` has and `old` has not, the other way round, and those that differ.
    pub(super) fn changes(&mut self, old: Option<ObjectId>, new: ObjectId) -> Result<Step, HistoryError> {
        let mut step = Step::default();
        self.pending.clear();
        self.held = 0;
        if old != Some(new) {
            self.pending.push(Pending { path: String::new(), old, new: Some(new) });
        }
        while let Some(folder) = self.pending.pop() {
            self.compare(&folder, &mut step)?;
        }
        Ok(step)
    }

    /// Which of some paths are files of a tree. Few are looked up, for many the whole tree is listed.
    pub(super) fn present<'p>(
        &mut self,
        tree: ObjectId,
        paths: &BTreeSet<&'p str>,
    ) -> Result<BTreeSet<&'p str>, HistoryError> {
        let mut present = BTreeSet::new();
        if paths.len() > MAX_LOOKED_UP {
            for entry in self.changes(None, tree)?.added {
                present.extend(paths.get(entry.path.as_str()));
            }
            return Ok(present);
        }
        for path in paths {
            if self.has(tree, path)? {
                present.insert(*path);
            }
        }
        Ok(present)
    }

    fn has(&mut self, tree: ObjectId, path: &str) -> Result<bool, HistoryError> {
        let mut tree = tree;
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
            let entries = entries(self.objects, Some(tree), &mut self.new)?;
            let found = entries.iter().find(|entry| entry.filename == folder && entry.mode.is_tree());
            let Some(found) = found else { return Ok(false) };
            tree = found.oid.to_owned();
        }
        let entries = entries(self.objects, Some(tree), &mut self.new)?;
        Ok(entries.iter().any(|entry| entry.filename == name && entry.mode.is_blob()))
    }

    fn compare(&mut self, folder: &Pending, step: &mut Step) -> Result<(), HistoryError> {
        let old = entries(self.objects, folder.old, &mut self.old)?;
        let new = entries(self.objects, folder.new, &mut self.new)?;
        let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(one), Some(other)) => one.cmp(other),
            };
            let one = if order == Ordering::Greater { None } else { old.next() };
            let other = if order == Ordering::Less { None } else { new.next() };
            if is_same(one, other) {
                continue;
            }
            self.n_seen += 1;
            self.held += differ(folder, one, other, &mut self.pending, step);
            if self.n_seen > MAX_MILLIONS * 1_000_000 || self.held > MAX_HELD {
                return Err(HistoryError::TooLarge(MAX_MILLIONS));
            }
        }
    }
}

fn is_same(one: Option<EntryRef<'_>>, other: Option<EntryRef<'_>>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one.oid == other.oid && one.mode == other.mode)
}

/// Notes two entries of one name that differ, of which one may be missing. Gives the length of a path that is kept.
fn differ(
    folder: &Pending,
    old: Option<EntryRef<'_>>,
    new: Option<EntryRef<'_>>,
    pending: &mut Vec<Pending>,
    step: &mut Step,
) -> usize {
    let Some(name) = old.or(new).and_then(|entry| std::str::from_utf8(entry.filename).ok()) else { return 0 };
    let of = |entry: Option<EntryRef<'_>>, is_wanted: fn(&EntryRef<'_>) -> bool| {
        entry.filter(is_wanted).map(|entry| entry.oid.to_owned())
    };
    let trees = |entry: &EntryRef<'_>| entry.mode.is_tree();
    let (old_tree, new_tree) = (of(old, trees), of(new, trees));
    if old_tree.is_some() || new_tree.is_some() {
        let path = format!("{}{name}/", folder.path);
        if path.len() <= MAX_PATH {
            pending.push(Pending { path, old: old_tree, new: new_tree });
        }
        return 0;
    }
    // Links and submodules are no files of this repository.
    let files = |entry: &EntryRef<'_>| entry.mode.is_blob();
    let file = |id| Entry { path: format!("{}{name}", folder.path), content: Content::Blob(id) };
    match (of(old, files), of(new, files)) {
        (Some(id), None) => step.deleted.push(file(id)),
        (None, Some(id)) => step.added.push(file(id)),
        (Some(old), Some(new)) if old != new => step.changed.push(file(old)),
        _ => return 0,
    }
    folder.path.len() + name.len()
}

/// The entries of a tree; none where there is no tree.
fn entries<'b>(
    objects: &OdbHandle,
    id: Option<ObjectId>,
    buffer: &'b mut Vec<u8>,
) -> Result<Vec<EntryRef<'b>>, HistoryError> {
    let Some(id) = id else { return Ok(Vec::new()) };
    match objects.find_tree(&id, buffer) {
        Ok(tree) => Ok(tree.entries),
        Err(error) => Err(unreadable(format!("the tree `{id}`"), &error)),
    }
}
