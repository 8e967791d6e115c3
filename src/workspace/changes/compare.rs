//! Compares two trees, or a tree with the index, folder by folder. Folders that are known to be equal are not entered,
//! so the cost grows with what differs.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::index::extension::Tree as CachedTree;

use super::super::git::Index;
use super::super::repository::{NodeKind, Repository, RepositoryError};
use super::{After, Delta};
use crate::source::RepoPath;

/// A folder on one side of a comparison.
#[derive(Debug, Clone, Copy)]
pub(in crate::workspace) enum Side<'a> {
    /// It is not there.
    Nothing,
    /// A tree.
    Tree(ObjectId),
    /// A folder of the index, with what git remembers of the tree that it would make.
    Index(&'a Index, Option<&'a CachedTree>),
}

/// What a name stands for on one side.
#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    File(ObjectId),
    Folder(Side<'a>),
}

impl<'a> Side<'a> {
    /// The whole index.
    pub(in crate::workspace) fn of_index(index: &'a Index) -> Self {
        Self::Index(index, index.state().tree())
    }

    /// The tree that it is, if that is known.
    fn id(self) -> Option<ObjectId> {
        match self {
            Self::Tree(id) => Some(id),
            Self::Index(_, Some(cached)) if cached.num_entries.is_some() => Some(cached.id),
            Self::Nothing | Self::Index(..) => None,
        }
    }

    /// The files and folders in it whose names are UTF-8. Links and other repositories are not judged, so that they
    /// are not there.
    fn parts(self, repository: &Repository, path: &str) -> Result<Vec<(String, Part<'a>)>, RepositoryError> {
        let mut parts = Vec::new();
        match self {
            Self::Nothing => {}
            Self::Tree(id) => {
                for entry in repository.tree(id)? {
                    let part = match entry.kind {
                        NodeKind::File => Part::File(entry.id),
                        NodeKind::Folder => Part::Folder(Side::Tree(entry.id)),
                        NodeKind::Symlink | NodeKind::Submodule => continue,
                    };
                    parts.extend(String::from_utf8(entry.name).ok().map(|name| (name, part)));
                }
            }
            Self::Index(index, cached) => {
                for (name, node) in index.names_in(path) {
                    let part = match node.kind {
                        NodeKind::File => Part::File(node.id),
                        NodeKind::Folder => {
                            let mut children = cached.into_iter().flat_map(|cached| &cached.children);
                            let child = children.find(|child| child.name[..] == *name.as_bytes());
                            Part::Folder(Side::Index(index, child))
                        }
                        NodeKind::Symlink | NodeKind::Submodule => continue,
                    };
                    parts.push((name, part));
                }
            }
        }
        Ok(parts)
    }
}

/// The regular files that differ, in no order.
pub(super) fn compare(
    repository: &Repository,
    before: Side<'_>,
    after: Side<'_>,
) -> Result<Vec<Delta>, RepositoryError> {
    let mut deltas = Vec::new();
    let mut todo = vec![(String::new(), before, after)];
    while let Some((path, before, after)) = todo.pop() {
        if before.id().is_some() && before.id() == after.id() {
            continue;
        }
        let mut names: BTreeMap<String, [Option<Part<'_>>; 2]> = BTreeMap::new();
        for (number, side) in [before, after].into_iter().enumerate() {
            for (name, part) in side.parts(repository, &path)? {
                names.entry(name).or_default()[number] = Some(part);
            }
        }
        for (name, [before, after]) in names {
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            let (old, new) = (file(before), file(after));
            if old != new {
                let after = new.map_or(After::Gone, After::Blob);
                deltas.push(Delta { path: RepoPath::new(&path), before: old, after });
            }
            let (before, after) = (folder(before), folder(after));
            if !matches!((before, after), (Side::Nothing, Side::Nothing)) {
                todo.push((path, before, after));
            }
        }
    }
    Ok(deltas)
}

fn file(part: Option<Part<'_>>) -> Option<ObjectId> {
    match part {
        Some(Part::File(id)) => Some(id),
        Some(Part::Folder(_)) | None => None,
    }
}

fn folder<'a>(part: Option<Part<'a>>) -> Side<'a> {
    match part {
        Some(Part::Folder(side)) => side,
        Some(Part::File(_)) | None => Side::Nothing,
    }
}
