//! A repository's content as git holds it: the tree of a commit, or the files of the index. Like on disk, links are
//! followed inside it and never out of it; nothing is checked out, and no filter is run.

use std::sync::{Arc, OnceLock};

use gix::ObjectId;

use super::changes::Side;
use super::git::Index;
use super::repository::{NodeKind, Repository, RepositoryError, Revision, TreeEntry};
use super::{MAX_FILE_SIZE, PathIndex, Unread, refuse_binary};
use crate::source::RepoPath;

mod listing;

pub(super) use listing::Row;
use listing::Table;

/// How many links are followed one after the other, as systems have it.
const MAX_LINKS: usize = 40;

/// A link's target is no longer than this, in bytes.
const MAX_TARGET: u64 = 4096;

/// Files larger than this are no scripts, in bytes (32 MiB): they are not even unpacked to see how they start.
const MAX_SCRIPT: u64 = 32 << 20;

/// What git holds, as it stood when it was opened.
#[derive(Debug)]
pub(super) struct Snapshot {
    repository: Arc<Repository>,
    content: Content,
    /// All files, once somebody has asked for all.
    table: OnceLock<Table>,
}

#[derive(Debug)]
enum Content {
    Tree(ObjectId),
    Index(Box<Index>),
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    /// The object; of no meaning for a folder of the index, which has none.
    pub(super) id: ObjectId,
}

/// How a file must start to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Anyhow.
    Any,
    /// With `#!`.
    Shebang,
}

impl Snapshot {
    /// The content of a commit; nothing where there is none.
    pub(super) fn of_revision(
        repository: Arc<Repository>,
        revision: Option<Revision>,
    ) -> Result<Self, RepositoryError> {
        let tree = match revision {
            Some(revision) => repository.tree_of(revision)?,
            None => repository.empty_tree(),
        };
        Ok(Self { repository, content: Content::Tree(tree), table: OnceLock::new() })
    }

    /// The content of the index.
    pub(super) fn of_index(repository: Arc<Repository>) -> Result<Self, RepositoryError> {
        let index = Index::of(&repository)?;
        index.refuse_unmerged()?;
        index.refuse_sparse()?;
        Ok(Self { repository, content: Content::Index(Box::new(index)), table: OnceLock::new() })
    }

    /// The bytes of a file, into an empty buffer.
    pub(super) fn read(&self, path: &RepoPath, start: Start, buffer: &mut Vec<u8>) -> Result<(), Unread> {
        let (_, node) = self.follow(path)?;
        if node.kind != NodeKind::File {
            return Err(Unread::Special);
        }
        let read = self.repository.blob(node.id, MAX_FILE_SIZE, buffer);
        if start == Start::Shebang {
            let is_large = read == Err(Unread::TooLarge);
            if is_large && self.repository.blob(node.id, MAX_SCRIPT, buffer).is_err() {
                return Err(Unread::NoShebang);
            }
            if (is_large || read.is_ok()) && !buffer.starts_with(b"#!") {
                return Err(Unread::NoShebang);
            }
        }
        read?;
        refuse_binary(buffer)
    }

    /// The regular file that a path leads to.
    pub(super) fn real_file(&self, path: &RepoPath) -> Option<RepoPath> {
        let (path, node) = self.follow(path).ok()?;
        (node.kind == NodeKind::File).then_some(path)
    }

    /// Whether there is a regular file at this path, links followed.
    pub(super) fn has_file(&self, path: &RepoPath) -> bool {
        self.follow(path).is_ok_and(|(_, node)| node.kind == NodeKind::File)
    }

    /// Whether there is a folder at this path, links followed.
    pub(super) fn has_folder(&self, path: &RepoPath) -> bool {
        self.follow(path).is_ok_and(|(_, node)| matches!(node.kind, NodeKind::Folder | NodeKind::Submodule))
    }

    /// Whether a symbolic link stands at this path.
    pub(super) fn is_link(&self, path: &RepoPath) -> bool {
        matches!(self.node(path), Ok(Some(node)) if node.kind == NodeKind::Symlink)
    }

    /// The regular files that lie in a folder, and with a depth above 1 those below it.
    pub(super) fn files_in(&self, folder: &RepoPath, depth: usize) -> Vec<RepoPath> {
        let mut files = Vec::new();
        let mut folders = match self.node(folder) {
            Ok(Some(node)) if node.kind == NodeKind::Folder => vec![(folder.clone(), node)],
            _ => Vec::new(),
        };
        for _ in 0..depth {
            if folders.is_empty() {
                break;
            }
            let mut below = Vec::new();
            for (folder, node) in folders {
                for (name, node) in self.names_in(&folder, node).unwrap_or_default() {
                    match node.kind {
                        NodeKind::File => files.push(folder.join(&name)),
                        NodeKind::Folder => below.push((folder.join(&name), node)),
                        NodeKind::Symlink | NodeKind::Submodule => {}
                    }
                }
            }
            folders = below;
        }
        files
    }

    /// One side of a comparison.
    pub(super) fn side(&self) -> Side<'_> {
        match &self.content {
            Content::Tree(id) => Side::Tree(*id),
            Content::Index(index) => Side::of_index(index),
        }
    }

    /// The names of all regular files.
    pub(super) fn names(&self) -> PathIndex {
        let files = self.table().rows.iter().filter(|row| row.kind == NodeKind::File && row.is_utf8);
        PathIndex::new(files.map(|row| row.path.clone()).collect())
    }

    /// Everything there is, sorted, listed once.
    pub(super) fn table(&self) -> &Table {
        self.table.get_or_init(|| match &self.content {
            Content::Tree(id) => Table::of_tree(&self.repository, *id),
            Content::Index(index) => Table::of_index(index),
        })
    }

    /// What stands at a path, links not followed.
    pub(super) fn node(&self, path: &RepoPath) -> Result<Option<Node>, RepositoryError> {
        let mut node = self.root();
        if let Content::Index(index) = &self.content {
            return Ok(index.node(path.as_str()));
        }
        if let Some(row) = self.table.get().and_then(|table| table.find(path.as_str())) {
            return Ok(Some(Node { kind: row.kind, id: row.id }));
        }
        for part in path.parts() {
            match self.repository.child(node, part)? {
                Some(child) => node = child,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    fn root(&self) -> Node {
        let id = match &self.content {
            Content::Tree(id) => *id,
            Content::Index(_) => self.repository.empty_tree(),
        };
        Node { kind: NodeKind::Folder, id }
    }

    /// The names in a folder that are UTF-8.
    fn names_in(&self, folder: &RepoPath, node: Node) -> Result<Vec<(String, Node)>, RepositoryError> {
        if let Content::Index(index) = &self.content {
            return Ok(index.names_in(folder.as_str()));
        }
        let named = |entry: TreeEntry| {
            let node = Node { kind: entry.kind, id: entry.id };
            String::from_utf8(entry.name).ok().map(|name| (name, node))
        };
        Ok(self.repository.tree(node.id)?.into_iter().filter_map(named).collect())
    }

    /// What a path leads to, links followed, and where that lies.
    fn follow(&self, path: &RepoPath) -> Result<(RepoPath, Node), Unread> {
        let failed = |error: RepositoryError| Unread::Failed(error.to_string());
        // Nearly all paths hold no link.
        match self.node(path).map_err(failed)? {
            Some(node) if node.kind != NodeKind::Symlink => return Ok((path.clone(), node)),
            _ => {}
        }
        let mut todo: Vec<String> = path.parts().rev().map(str::to_owned).collect();
        let mut at: Vec<String> = Vec::new();
        let mut node = self.root();
        let mut n_links = 0;
        while let Some(part) = todo.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." if at.pop().is_none() => return Err(Unread::Outside),
                ".." => {}
                _ => at.push(part),
            }
            let here = RepoPath::new(&at.join("/"));
            node = self.node(&here).map_err(failed)?.ok_or(Unread::Missing)?;
            if node.kind == NodeKind::Symlink {
                n_links += 1;
                if n_links > MAX_LINKS {
                    return Err(Unread::Failed("too many links lead to each other".to_owned()));
                }
                at.pop();
                todo.extend(self.target(node)?.split('/').rev().map(str::to_owned));
            }
        }
        Ok((RepoPath::new(&at.join("/")), node))
    }

    /// Where a link leads, relative to the folder it lies in.
    fn target(&self, link: Node) -> Result<String, Unread> {
        let mut bytes = Vec::new();
        self.repository.blob(link.id, MAX_TARGET, &mut bytes)?;
        let target = String::from_utf8(bytes).map_err(|_| Unread::Missing)?;
        if target.starts_with('/') { Err(Unread::Outside) } else { Ok(target) }
    }
}
