//! Walks a repository on disk: with ignore rules and in parallel, or plainly. Follows no symbolic link.

use std::ffi::OsStr;
use std::fs::FileType;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{WalkBuilder, WalkState};
use rayon::slice::ParallelSliceMut;
use walkdir::WalkDir;

use super::discover::{Discovery, PassedOver, Visitor, offer};
use super::{git, rules};
use crate::source::{RepoPath, is_under};

/// Walks in parallel, honouring ignore files. What git tracks is in, whatever they say.
pub(super) fn walk<V: Visitor>(
    root: &Path,
    discovery: &Discovery<'_>,
    submodules: &[String],
    make: &(dyn Fn() -> V + Sync),
) -> Vec<V> {
    // Always from the root, so that its ignore files count for every folder.
    let mut builder = WalkBuilder::new(root);
    builder.hidden(false).require_git(false).threads(discovery.threads);
    // What lies above the root, or what a person set for all repositories, is no part of this one: the same input
    // gives the same output.
    builder.git_global(false).parents(false);
    let hasher = git::is_checkout(root).then(RandomState::new);
    let done = Mutex::new(Vec::new());
    let refused = Refused::default();
    refused.guard(root, &mut builder);
    builder.build_parallel().run(|| {
        let mut thread = WalkThread {
            root,
            discovery,
            submodules,
            hasher: hasher.as_ref(),
            done: &done,
            visitor: Some(make()),
            seen: Vec::new(),
        };
        Box::new(move |entry| thread.entry(entry))
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (mut visitors, seen): (Vec<V>, Vec<Vec<u64>>) = done.into_iter().unzip();
    visitors.extend(refused.tell(root, make));
    if let Some(hasher) = hasher {
        visitors.extend(tracked_but_ignored(root, discovery, make, &hasher, seen.concat()));
    }
    visitors
}

/// The ignore files that were not opened, with the reason.
#[derive(Default)]
struct Refused(Arc<Mutex<Vec<(PathBuf, &'static str)>>>);

impl Refused {
    /// Keeps the walker out of folders whose ignore files would harm it. The root is walked all the same, without any
    /// ignore rules: what is wrong there must not hide everything.
    fn guard(&self, root: &Path, builder: &mut WalkBuilder) {
        if let Some(file) = rules::unsafe_file(root, root) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(file);
            builder.standard_filters(false);
            return;
        }
        let (refused, root) = (Arc::clone(&self.0), root.to_path_buf());
        builder.filter_entry(move |entry| {
            if !entry.file_type().is_some_and(|kind| kind.is_dir()) || entry.file_name() == OsStr::new(".git")
            {
                return true;
            }
            let file = rules::unsafe_file(&root, entry.path());
            let is_safe = file.is_none();
            if !is_safe {
                refused.lock().unwrap_or_else(PoisonError::into_inner).extend(file);
            }
            is_safe
        });
    }

    /// Tells a visitor of them.
    fn tell<V: Visitor>(&self, root: &Path, make: &(dyn Fn() -> V + Sync)) -> Option<V> {
        let refused = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut visitor = None;
        for (path, reason) in refused {
            let folder = path.parent().map_or_else(|| lossy(root, root), |folder| lossy(root, folder));
            let message = if folder.as_str().is_empty() {
                format!("{reason}; the repository was judged without ignore rules")
            } else {
                format!("{reason}; nothing in `{folder}` was judged")
            };
            visitor.get_or_insert_with(make).failed(lossy(root, &path), message);
        }
        visitor
    }
}

/// One thread of a walk. Hands its visitor back when the walk drops it.
struct WalkThread<'a, V: Visitor> {
    root: &'a Path,
    discovery: &'a Discovery<'a>,
    submodules: &'a [String],
    /// Present where the names seen will be compared with git's index.
    hasher: Option<&'a RandomState>,
    done: &'a Mutex<Vec<(V, Vec<u64>)>>,
    visitor: Option<V>,
    seen: Vec<u64>,
}

impl<V: Visitor> Drop for WalkThread<'_, V> {
    fn drop(&mut self) {
        if let Some(visitor) = self.visitor.take() {
            let seen = std::mem::take(&mut self.seen);
            self.done.lock().unwrap_or_else(PoisonError::into_inner).push((visitor, seen));
        }
    }
}

impl<V: Visitor> WalkThread<'_, V> {
    fn entry(&mut self, entry: Result<ignore::DirEntry, ignore::Error>) -> WalkState {
        let Some(visitor) = self.visitor.as_mut() else { return WalkState::Quit };
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                report(self.root, &error, visitor);
                return WalkState::Continue;
            }
        };
        if entry.file_name() == OsStr::new(".git") && entry.depth() > 0 {
            return WalkState::Skip;
        }
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        let Some(path) = relative(self.root, entry.path()) else {
            visitor.passed_over(lossy(self.root, entry.path()), PassedOver::NotUtf8);
            return WalkState::Skip;
        };
        if kind.is_dir() && self.submodules.iter().any(|folder| folder == path) {
            visitor.passed_over(RepoPath::new(path), PassedOver::Submodule);
            return WalkState::Skip;
        }
        if kind.is_dir() {
            let is_wanted = leads_to(path, self.discovery) && !is_excluded(path, self.discovery, visitor);
            return if is_wanted { WalkState::Continue } else { WalkState::Skip };
        }
        if !self.discovery.folders.iter().any(|folder| is_under(path, folder.as_str())) {
            return WalkState::Continue;
        }
        if let Some(hasher) = self.hasher {
            self.seen.push(hasher.hash_one(path));
        }
        leaf(RepoPath::new(path), kind, self.discovery, visitor);
        WalkState::Continue
    }
}

/// Whether a folder lies in, or on the way to, one of the folders that are looked at.
fn leads_to(path: &str, discovery: &Discovery<'_>) -> bool {
    discovery.folders.iter().any(|folder| is_under(path, folder.as_str()) || folder.is_under(path))
}

/// Whether a folder is to be left out whole, which the visitor is told once.
fn is_excluded<V: Visitor>(path: &str, discovery: &Discovery<'_>, visitor: &mut V) -> bool {
    let excluded = !path.is_empty() && discovery.exclude.matches(path);
    if excluded {
        visitor.passed_over(RepoPath::new(path), PassedOver::Excluded);
    }
    excluded
}

fn leaf<V: Visitor>(path: RepoPath, kind: FileType, discovery: &Discovery<'_>, visitor: &mut V) {
    if kind.is_file() {
        offer(path, discovery, visitor);
    } else if kind.is_symlink() {
        visitor.passed_over(path, PassedOver::Symlink);
    } else {
        visitor.passed_over(path, PassedOver::Special);
    }
}

/// Walks on one thread without any ignore rules.
pub(super) fn plain_walk<V: Visitor>(root: &Path, discovery: &Discovery<'_>, mut visitor: V) -> V {
    for start in discovery.folders {
        let mut entries = WalkDir::new(root.join(start.as_str())).into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().map_or_else(|| RepoPath::new(""), |path| lossy(root, path));
                    visitor.failed(
                        path,
                        error.io_error().map_or_else(|| error.to_string(), ToString::to_string),
                    );
                    continue;
                }
            };
            let is_folder = entry.file_type().is_dir();
            let skip = match relative(root, entry.path()) {
                _ if entry.file_name() == OsStr::new(".git") && entry.depth() > 0 => true,
                None => {
                    visitor.passed_over(lossy(root, entry.path()), PassedOver::NotUtf8);
                    true
                }
                Some(path) if is_folder => is_excluded(path, discovery, &mut visitor),
                Some(path) => {
                    leaf(RepoPath::new(path), entry.file_type(), discovery, &mut visitor);
                    false
                }
            };
            if skip && is_folder {
                entries.skip_current_dir();
            }
        }
    }
    visitor
}

/// Visits the files that git tracks although an ignore file names them. An index that cannot be read adds nothing:
/// the walk has listed what is on disk.
fn tracked_but_ignored<V: Visitor>(
    root: &Path,
    discovery: &Discovery<'_>,
    make: &(dyn Fn() -> V + Sync),
    hasher: &RandomState,
    mut seen: Vec<u64>,
) -> Option<V> {
    let index = git::Index::read(root).ok()?;
    seen.par_sort_unstable();
    let mut visitor = None;
    for path in index.files() {
        if seen.binary_search(&hasher.hash_one(path.as_str())).is_err()
            && is_regular(&root.join(path.as_str()))
        {
            offer(path, discovery, visitor.get_or_insert_with(make));
        }
    }
    visitor
}

#[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
fn is_regular(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// The path below the root, with `/`; nothing where it is not UTF-8.
#[cfg(unix)]
fn relative<'a>(root: &Path, path: &'a Path) -> Option<&'a str> {
    use std::os::unix::ffi::OsStrExt;
    // Called for every file: cutting bytes is several times cheaper than comparing components.
    let rest = path.as_os_str().as_bytes().get(root.as_os_str().len()..)?;
    let text = std::str::from_utf8(rest).ok()?;
    Some(text.trim_matches('/'))
}

#[cfg(not(unix))]
fn relative<'a>(root: &Path, path: &'a Path) -> Option<&'a str> {
    path.strip_prefix(root).ok()?.to_str()
}

fn lossy(root: &Path, path: &Path) -> RepoPath {
    let path = path.strip_prefix(root).unwrap_or(path);
    RepoPath::new(&path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
}

/// Turns an error of the walker into a failure with a path. A broken ignore file is no reason to judge less: the
/// walker goes on, and so do we.
fn report<V: Visitor>(root: &Path, error: &ignore::Error, visitor: &mut V) {
    if error.is_partial() || error.io_error().is_none() {
        return;
    }
    // Gone between listing and looking: nothing is there to be judged.
    if error.io_error().is_some_and(|io| io.kind() == std::io::ErrorKind::NotFound) {
        return;
    }
    let mut path = RepoPath::new("");
    let mut inner = error;
    loop {
        inner = match inner {
            ignore::Error::WithPath { path: at, err } => {
                path = lossy(root, at);
                err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
            _ => break,
        };
    }
    visitor.failed(path, inner.to_string());
}
