//! A git repository: a checkout, a worktree or a bare mirror, its revisions and its objects. Runs no git program, hook
//! or filter, reads no settings but the repository's own, and changes nothing.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use gix::ObjectId;
use gix::prelude::{FindExt as _, HeaderExt as _};

use super::snapshot::Node;
use super::{MAX_FILE_SIZE, Unread};
use crate::source::RepoPath;

/// How many digits of a revision are shown to people.
const SHORT: usize = 10;

/// No single allocation for an object is larger, in bytes (256 MiB): a few bytes of a hostile pack can ask for more.
const MAX_ALLOCATION: u64 = 256 << 20;

/// How many bytes of objects each thread remembers (4 MiB): the folders above one file are those above the next.
const OBJECT_CACHE: usize = 4 << 20;

/// A git repository, open for reading from any number of threads.
#[derive(Debug)]
pub struct Repository {
    shared: gix::ThreadSafeRepository,
    /// Handles that no thread uses at the moment. A handle is costly to make and belongs to one thread at a time.
    idle: Mutex<Vec<gix::Repository>>,
}

/// A commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision(pub(super) ObjectId);

/// Why git's objects do not give what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepositoryError {
    /// There is no repository.
    #[error("`{}` is no git repository that can be read: {reason}", .path.display())]
    None {
        /// Where one was looked for.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// A name leads to nothing.
    #[error("there is no revision `{revision}`: {reason}")]
    NoSuchRevision {
        /// The name.
        revision: String,
        /// What is wrong with it, or what to do.
        reason: String,
    },
    /// Nothing was ever committed.
    #[error("the repository has no commits yet, so there is no `{0}`")]
    NoCommits(String),
    /// The history that joins two commits is not there.
    #[error(
        "where `{one}` and `{other}` part is cut off in this shallow clone; fetch the whole history, with `git fetch \
         --unshallow` or `fetch-depth: 0`"
    )]
    CutOff {
        /// One of the commits.
        one: String,
        /// The other one.
        other: String,
    },
    /// Two commits have nothing in common.
    #[error("`{one}` and `{other}` have no commit in common, so nothing says what has changed")]
    Unrelated {
        /// One of the commits.
        one: String,
        /// The other one.
        other: String,
    },
    /// The index is in the middle of a merge.
    #[error(
        "git's index is in the middle of a merge ({n_files} unmerged, `{first}` for one); resolve it and `git add` the \
         files"
    )]
    Unmerged {
        /// How many files are unmerged.
        n_files: usize,
        /// The first of them.
        first: RepoPath,
    },
    /// An object is missing or broken.
    #[error("{what} cannot be read: {reason}")]
    Damaged {
        /// What was to be read.
        what: String,
        /// The reason.
        reason: String,
    },
}

/// What a name in a tree or in the index stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// Another repository.
    Submodule,
}

/// A name in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TreeEntry {
    /// The name as bytes: it need not be UTF-8.
    pub(super) name: Vec<u8>,
    pub(super) kind: NodeKind,
    pub(super) id: ObjectId,
}

impl Repository {
    /// Opens the repository of a checkout or worktree, a `.git` folder, or a bare repository. Never looks further up.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, RepositoryError> {
        let limit = format!("gitoxide.objects.allocLimit={MAX_ALLOCATION}");
        let options = gix::open::Options::isolated().config_overrides([limit]);
        let none = |reason| RepositoryError::None { path: path.to_path_buf(), reason };
        let shared =
            gix::ThreadSafeRepository::open_opts(path, options).map_err(|error| none(told(&error)))?;
        Ok(Self { shared, idle: Mutex::default() })
    }

    /// The commit that a name stands for: a branch, a tag, a hash or its start, `HEAD~3` and the like.
    ///
    /// # Errors
    /// When there is no such commit.
    pub fn resolve(&self, revision: &str) -> Result<Revision, RepositoryError> {
        self.with_handle(|handle| {
            let id = handle.rev_parse_single(revision).map_err(|_| why_unresolved(handle, revision))?;
            let commit = id.object().and_then(gix::Object::peel_to_commit);
            commit.map(|commit| Revision(commit.id)).map_err(|error| RepositoryError::NoSuchRevision {
                revision: revision.to_owned(),
                reason: format!("it leads to no commit: {}", told(&error)),
            })
        })
    }

    /// The commit that is checked out; nothing before the first one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn head(&self) -> Result<Option<Revision>, RepositoryError> {
        self.with_handle(|handle| {
            if is_unborn(handle) {
                return Ok(None);
            }
            let commit = handle.head_commit().map_err(|error| damaged("the commit of `HEAD`", &error))?;
            Ok(Some(Revision(commit.id)))
        })
    }

    /// When a commit was made, in seconds since 1970.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub fn commit_time(&self, revision: Revision) -> Result<i64, RepositoryError> {
        self.with_handle(|handle| {
            let time = handle.find_commit(revision.0).and_then(|commit| commit.time());
            time.map(|time| time.seconds).map_err(|error| damaged(&format!("commit {revision}"), &error))
        })
    }

    /// The best common ancestor of two commits, by the names that the user gave them.
    ///
    /// # Errors
    /// When there is none, or the history that would show it is missing.
    pub fn merge_base(
        &self,
        (one, one_name): (Revision, &str),
        (other, other_name): (Revision, &str),
    ) -> Result<Revision, RepositoryError> {
        self.with_handle(|handle| match handle.merge_base(one.0, other.0) {
            Ok(Some(id)) => Ok(Revision(id.detach())),
            found => {
                let (one, other) = (one_name.to_owned(), other_name.to_owned());
                if handle.is_shallow().unwrap_or_default() {
                    return Err(RepositoryError::CutOff { one, other });
                }
                match found {
                    Err(error) => Err(damaged(&format!("the history of `{one}` and `{other}`"), &error)),
                    Ok(_) => Err(RepositoryError::Unrelated { one, other }),
                }
            }
        })
    }

    /// The bytes of a regular file as a commit has it. Follows no link.
    ///
    /// # Errors
    /// When there is none, it is too large, or it cannot be read.
    pub fn read(&self, revision: Revision, path: &RepoPath) -> Result<Vec<u8>, Unread> {
        let damaged = |error: RepositoryError| Unread::Failed(error.to_string());
        let id = self.tree_of(revision).map_err(damaged)?;
        let mut node = Node { kind: NodeKind::Folder, id };
        for part in path.parts() {
            node = self.child(node, part).map_err(damaged)?.ok_or(Unread::Missing)?;
        }
        let mut bytes = Vec::new();
        match node.kind {
            NodeKind::File => self.blob(node.id, MAX_FILE_SIZE, &mut bytes).map(|()| bytes),
            _ => Err(Unread::Special),
        }
    }

    /// The folder of the repository itself, `.git` of a checkout.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.shared.git_dir().to_path_buf()
    }

    /// The top tree of a commit.
    pub(super) fn tree_of(&self, revision: Revision) -> Result<ObjectId, RepositoryError> {
        self.with_handle(|handle| {
            let tree = handle.find_commit(revision.0).and_then(|commit| Ok(commit.tree_id()?.detach()));
            tree.map_err(|error| damaged(&format!("commit {revision}"), &error))
        })
    }

    /// The tree that holds nothing.
    pub(super) fn empty_tree(&self) -> ObjectId {
        ObjectId::empty_tree(self.hash())
    }

    /// How objects are named.
    pub(super) fn hash(&self) -> gix::hash::Kind {
        self.with_handle(gix::Repository::object_hash)
    }

    /// Where the index lies.
    pub(super) fn index_path(&self) -> PathBuf {
        self.with_handle(gix::Repository::index_path)
    }

    /// The names in a tree, in git's order. Names that no checkout could have are left out.
    pub(super) fn tree(&self, id: ObjectId) -> Result<Vec<TreeEntry>, RepositoryError> {
        self.with_handle(|handle| {
            let what = || format!("tree {}", id.to_hex_with_len(SHORT));
            let tree = handle.find_tree(id).map_err(|error| damaged(&what(), &error))?;
            let mut entries = Vec::new();
            for entry in tree.iter() {
                let entry = entry.map_err(|error| damaged(&what(), &error))?;
                if is_possible(entry.filename()) {
                    entries.push(TreeEntry {
                        name: entry.filename().to_vec(),
                        kind: NodeKind::of(entry.mode()),
                        id: entry.object_id(),
                    });
                }
            }
            Ok(entries)
        })
    }

    /// What is called `name` in a tree; nothing in what is no tree.
    pub(super) fn child(&self, folder: Node, name: &str) -> Result<Option<Node>, RepositoryError> {
        if folder.kind != NodeKind::Folder || !is_possible(name.as_bytes()) {
            return Ok(None);
        }
        self.with_handle(|handle| {
            let failed =
                |error: gix::Error| damaged(&format!("tree {}", folder.id.to_hex_with_len(SHORT)), &error);
            let tree = handle.find_tree(folder.id).map_err(failed)?;
            for entry in tree.iter() {
                let entry = entry.map_err(failed)?;
                if entry.filename() == name {
                    return Ok(Some(Node { kind: NodeKind::of(entry.mode()), id: entry.object_id() }));
                }
            }
            Ok(None)
        })
    }

    /// Appends the bytes of a blob to an empty buffer, unless there are more than `limit`.
    pub(super) fn blob(&self, id: ObjectId, limit: u64, buffer: &mut Vec<u8>) -> Result<(), Unread> {
        self.with_handle(|handle| {
            let failed = |error: &gix::Error| {
                Unread::Failed(damaged(&format!("blob {}", id.to_hex_with_len(SHORT)), error).to_string())
            };
            // The size is asked for first: it costs little, and a blob may be larger than the memory.
            if handle.objects.header(id).map_err(|error| failed(&error))?.size() > limit {
                return Err(Unread::TooLarge);
            }
            handle.objects.find_blob(&id, buffer).map(|_| ()).map_err(|error| failed(&error))
        })
    }

    /// Lends a handle of its own to whoever needs one.
    pub(super) fn with_handle<R>(&self, work: impl FnOnce(&gix::Repository) -> R) -> R {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = idle.unwrap_or_else(|| {
            let mut handle = self.shared.to_thread_local();
            handle.object_cache_size(OBJECT_CACHE);
            handle
        });
        let result = work(&handle);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        result
    }
}

impl Revision {
    /// The start of its hash, for people.
    #[must_use]
    pub fn short(self) -> String {
        self.0.to_hex_with_len(SHORT).to_string()
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl NodeKind {
    fn of(mode: gix::objs::tree::EntryMode) -> Self {
        use gix::objs::tree::EntryKind;
        match mode.kind() {
            EntryKind::Tree => Self::Folder,
            EntryKind::Blob | EntryKind::BlobExecutable => Self::File,
            EntryKind::Link => Self::Symlink,
            EntryKind::Commit => Self::Submodule,
        }
    }
}

/// Whether a name can stand in a folder: a tree that somebody made by hand may hold others.
fn is_possible(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b".." | b".git") && !name.iter().any(|byte| matches!(byte, b'/' | 0))
}

fn is_unborn(handle: &gix::Repository) -> bool {
    handle.head().is_ok_and(|head| head.is_unborn())
}

fn why_unresolved(handle: &gix::Repository, revision: &str) -> RepositoryError {
    let has_references =
        || handle.references().is_ok_and(|all| all.all().is_ok_and(|mut all| all.next().is_some()));
    let revision = revision.to_owned();
    if is_unborn(handle) && !has_references() {
        return RepositoryError::NoCommits(revision);
    }
    let reason = if revision.contains("..") {
        "it is a range; name one commit"
    } else if handle.is_shallow().unwrap_or_default() {
        "nothing is called so in this shallow clone; fetch more of it, with `git fetch --unshallow` or `fetch-depth: 0`"
    } else {
        "no branch, tag or commit is called so, or several are"
    };
    RepositoryError::NoSuchRevision { revision, reason: reason.to_owned() }
}

fn damaged(what: &str, error: &gix::Error) -> RepositoryError {
    RepositoryError::Damaged { what: what.to_owned(), reason: told(error) }
}

/// An error of the library in one line.
fn told(error: &gix::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
