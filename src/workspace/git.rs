//! Reads the names that git tracks out of its index. Runs no git program and changes nothing.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use gix_index::entry::Mode;

use super::Workspace;
use super::discover::PassedOver;
use super::ignored::MAX_SIZE;
use super::repository::{NodeKind, Repository, RepositoryError};
use super::snapshot::{Node, Row};
use crate::source::{PathBlock, RepoPath};

/// An entry of the index.
#[derive(Debug, Clone)]
pub(super) enum Tracked {
    /// A regular file.
    File(RepoPath),
    /// Something else, which is not judged.
    Other(RepoPath, PassedOver),
}

/// Git's index could not be read.
#[derive(Debug, thiserror::Error)]
#[error("git's index {} cannot be read: {reason}; use `--no-tracked` to walk the folders instead", .path.display())]
pub struct IndexError {
    /// The index file, or the `.git` file that should lead to it.
    pub path: PathBuf,
    /// The reason.
    pub reason: String,
}

/// Whether a folder is the top of a git checkout.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
pub fn is_checkout(root: &Path) -> bool {
    root.join(".git").exists()
}

/// Git's index of a checkout.
#[derive(Debug)]
pub(super) struct Index(gix_index::File);

impl Index {
    /// Reads the index; one that is not there is empty.
    pub(super) fn read(root: &Path) -> Result<Self, IndexError> {
        let path = git_folder(root)?.join("index");
        if !is_file_or_missing(&path) {
            return Err(IndexError { path, reason: "it is not a regular file".to_owned() });
        }
        let options = gix_index::decode::Options::default;
        let open = |hash| gix_index::File::at_or_default(&path, hash, true, options());
        // The index does not say how its repository hashes: the entries of one fit only one of the two.
        open(gix_index::hash::Kind::Sha1)
            .or_else(|error| open(gix_index::hash::Kind::Sha256).map_err(|_| error))
            .map(Self)
            .map_err(|error| IndexError { path: path.clone(), reason: error.to_string() })
    }

    /// The index of a repository; one that is not there is empty.
    pub(super) fn of(repository: &Repository) -> Result<Self, RepositoryError> {
        let path = repository.index_path();
        let damaged =
            |reason| RepositoryError::Damaged { what: format!("git's index {}", path.display()), reason };
        if !is_file_or_missing(&path) {
            return Err(damaged("it is not a regular file".to_owned()));
        }
        let options = gix_index::decode::Options::default();
        gix_index::File::at_or_default(&path, repository.hash(), true, options)
            .map(Self)
            .map_err(|error| damaged(error.to_string()))
    }

    /// An error if some files are in the middle of a merge.
    pub(super) fn refuse_unmerged(&self) -> Result<(), RepositoryError> {
        let mut paths: Vec<RepoPath> = Vec::new();
        for entry in self.0.entries().iter().filter(|entry| entry.stage_raw() != 0) {
            paths.push(RepoPath::new(&String::from_utf8_lossy(entry.path(&self.0))));
        }
        paths.dedup();
        match paths.first() {
            Some(first) => Err(RepositoryError::Unmerged { n_files: paths.len(), first: first.clone() }),
            None => Ok(()),
        }
    }

    /// An error if the index names folders instead of the files in them.
    pub(super) fn refuse_sparse(&self) -> Result<(), RepositoryError> {
        if !self.0.entries().iter().any(|entry| entry.mode == Mode::DIR) {
            return Ok(());
        }
        Err(RepositoryError::Damaged {
            what: "git's index".to_owned(),
            reason: "it is sparse; `git sparse-checkout reapply --no-sparse-index` writes a full one"
                .to_owned(),
        })
    }

    /// The entries as they are, unmerged ones and the library's own way of asking included.
    pub(super) fn state(&self) -> &gix_index::State {
        &self.0
    }

    /// What stands at a path, links not followed.
    pub(super) fn node(&self, path: &str) -> Option<Node> {
        if let Ok(at) = self.0.entry_index_by_path(path.as_bytes().into()) {
            let entry = &self.0.entries()[at];
            return Some(Node { kind: kind_of(entry.mode), id: entry.id });
        }
        let start = self.start_of(path);
        let is_folder = path.is_empty()
            || self.0.entries().get(start).is_some_and(|entry| {
                let below = entry.path(&self.0).strip_prefix(path.as_bytes());
                below.is_some_and(|below| below.starts_with(b"/"))
            });
        is_folder.then(|| Node {
            kind: NodeKind::Folder,
            id: gix_index::hash::ObjectId::null(self.0.object_hash()),
        })
    }

    /// The names in a folder that are UTF-8.
    pub(super) fn names_in(&self, folder: &str) -> Vec<(String, Node)> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let entries = self.0.entries();
        let mut at = self.start_of(folder);
        let mut names = Vec::new();
        while let Some(below) =
            entries.get(at).and_then(|entry| entry.path(&self.0).strip_prefix(prefix.as_bytes()))
        {
            let name = below.split(|&byte| byte == b'/').next().unwrap_or_default();
            let is_folder = name.len() < below.len();
            let node = if is_folder {
                let id = gix_index::hash::ObjectId::null(self.0.object_hash());
                Node { kind: NodeKind::Folder, id }
            } else {
                Node { kind: kind_of(entries[at].mode), id: entries[at].id }
            };
            if let Ok(name) = std::str::from_utf8(name) {
                names.push((name.to_owned(), node));
            }
            let last = [prefix.as_bytes(), name, b"/"].concat();
            at += if is_folder {
                entries[at..].partition_point(|entry| entry.path(&self.0).starts_with(&last))
            } else {
                1
            };
        }
        names
    }

    /// Where the entries below a folder start.
    fn start_of(&self, folder: &str) -> usize {
        if folder.is_empty() {
            return 0;
        }
        let prefix = format!("{folder}/");
        self.0.entries().partition_point(|entry| entry.path(&self.0) < prefix.as_bytes())
    }

    /// All entries, each unmerged file once.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> {
        let mut last: Option<&gix_index::Entry> = None;
        self.0.entries().iter().filter_map(move |entry| {
            let path = entry.path(&self.0);
            if last.replace(entry).is_some_and(|last| last.path(&self.0) == path) {
                return None;
            }
            let text = String::from_utf8_lossy(path);
            let is_utf8 = matches!(text, Cow::Borrowed(_));
            Some(Row { path: RepoPath::new(&text), kind: kind_of(entry.mode), id: entry.id, is_utf8 })
        })
    }

    /// How many entries it has.
    pub(super) fn len(&self) -> usize {
        self.0.entries().len()
    }

    /// The entries with these numbers below [`Self::len`], in byte order. A file that is not merged stands in the
    /// index once for each side, and is one entry here.
    pub(super) fn entries(&self, numbers: Range<usize>) -> impl Iterator<Item = Tracked> {
        let (mut paths, mut states) = (PathBlock::default(), Vec::new());
        let entries = self.0.entries();
        for number in numbers {
            let entry = &entries[number];
            let path = entry.path(&self.0);
            if number.checked_sub(1).is_some_and(|last| entries[last].path(&self.0) == path) {
                continue;
            }
            let text = String::from_utf8_lossy(path);
            paths.push(&text);
            let is_utf8 = matches!(text, Cow::Borrowed(_));
            states.push(if is_utf8 { why_passed_over(entry.mode) } else { Some(PassedOver::NotUtf8) });
        }
        let tracked = |(path, state): (RepoPath, Option<PassedOver>)| match state {
            None => Tracked::File(path),
            Some(why) => Tracked::Other(path, why),
        };
        let paths: Vec<RepoPath> = paths.drain().collect();
        paths.into_iter().zip(states).map(tracked)
    }

    /// The regular files.
    pub(super) fn files(&self) -> impl Iterator<Item = RepoPath> {
        self.files_in(0..self.len())
    }

    /// The regular files at a path or below it.
    pub(super) fn files_under(&self, path: &str) -> impl Iterator<Item = RepoPath> {
        let entries = self.0.entries();
        let folder = format!("{path}/");
        let at = entries.partition_point(|entry| entry.path(&self.0) < path.as_bytes());
        let is_it = entries.get(at).is_some_and(|entry| entry.path(&self.0) == path.as_bytes());
        let start = entries.partition_point(|entry| entry.path(&self.0) < folder.as_bytes());
        let n_below =
            entries[start..].partition_point(|entry| entry.path(&self.0).starts_with(folder.as_bytes()));
        self.files_in(at..at + usize::from(is_it)).chain(self.files_in(start..start + n_below))
    }

    fn files_in(&self, numbers: Range<usize>) -> impl Iterator<Item = RepoPath> {
        self.entries(numbers).filter_map(|entry| match entry {
            Tracked::File(path) => Some(path),
            Tracked::Other(..) => None,
        })
    }
}

/// The folders that hold other repositories, as `.gitmodules` names them: git's index lists none of their files, and
/// a walk is to give the same.
pub(super) fn submodules(workspace: &Workspace) -> Vec<String> {
    let Ok(file) = workspace.read(&RepoPath::new(".gitmodules")) else { return Vec::new() };
    let paths = file.text.lines().filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "path").then(|| value.trim().trim_matches('"').trim_end_matches('/').to_owned())
    });
    paths.filter(|path| !path.is_empty()).collect()
}

/// Whether a file can be opened without waiting: a pipe in its place would block for ever.
#[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
fn is_file_or_missing(path: &Path) -> bool {
    std::fs::metadata(path).map_or(true, |metadata| metadata.is_file())
}

/// Why an entry of this mode is not judged; nothing for a regular file.
fn why_passed_over(mode: Mode) -> Option<PassedOver> {
    match mode {
        Mode::FILE | Mode::FILE_EXECUTABLE => None,
        Mode::SYMLINK => Some(PassedOver::Symlink),
        Mode::COMMIT => Some(PassedOver::Submodule),
        _ => Some(PassedOver::Special),
    }
}

fn kind_of(mode: Mode) -> NodeKind {
    match mode {
        Mode::SYMLINK => NodeKind::Symlink,
        Mode::COMMIT => NodeKind::Submodule,
        Mode::DIR => NodeKind::Folder,
        _ => NodeKind::File,
    }
}

/// The folder that holds the index: `.git` itself, or where a `.git` file of a worktree or submodule points.
#[expect(clippy::disallowed_methods, reason = "this is where the disk is read")]
fn git_folder(root: &Path) -> Result<PathBuf, IndexError> {
    let dot_git = root.join(".git");
    if dot_git.is_dir() {
        return Ok(dot_git);
    }
    if !is_file_or_missing(&dot_git) {
        return Err(IndexError { path: dot_git, reason: "it is neither a file nor a folder".to_owned() });
    }
    let text = std::fs::read_to_string(&dot_git)
        .map_err(|error| IndexError { path: dot_git.clone(), reason: error.to_string() })?;
    match text.trim().strip_prefix("gitdir:") {
        Some(target) => Ok(root.join(target.trim())),
        None => Err(IndexError { path: dot_git, reason: "it names no folder".to_owned() }),
    }
}

/// The personal ignore rules of a checkout whose `.git` is a file, as in a worktree: they lie with the repository that
/// it belongs to. Nothing where there are none, or where they cannot be read.
#[expect(clippy::disallowed_methods, reason = "this is where the disk is read")]
pub(super) fn outer_exclude(root: &Path) -> Option<String> {
    if !root.join(".git").is_file() {
        return None;
    }
    let folder = git_folder(root).ok()?;
    let common = std::fs::read_to_string(folder.join("commondir")).ok();
    let common = common.map_or_else(|| folder.clone(), |path| folder.join(path.trim()));
    let exclude = common.join("info/exclude");
    let is_plain = std::fs::metadata(&exclude).is_ok_and(|file| file.is_file() && file.len() <= MAX_SIZE);
    is_plain.then(|| std::fs::read_to_string(&exclude).ok()).flatten()
}
