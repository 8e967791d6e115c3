//! Walks a repository on disk: in parallel and with ignore rules, or plainly. Follows no symbolic link.
//!
//! A folder is a task of the thread pool: it is listed once, its ignore files are known from the listing, and the
//! files of some folders are looked at together. That costs a fraction of a walker that sends every file through a queue.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rayon::Scope;
use walkdir::WalkDir;

use super::discover::{Discovery, PassedOver, Visitor, offer};
use super::git;
use super::ignored::{Refused, Rules, State};
use super::listing::{Entry, EntryKind, Listing};
use super::open::Root;
use crate::source::{PathBlock, RepoPath, is_under};

/// So many files are looked at in one go: enough that their names lie side by side, few enough for other threads to
/// take some up.
const BATCH: usize = 64;

/// So many files are looked at in one go when no folder is left to be listed.
const LAST_BATCH: usize = 8;

/// Walks in parallel, honouring ignore files. What git tracks is in, whatever they say.
pub(super) fn walk<V: Visitor>(
    root: &Root,
    discovery: &Discovery<'_>,
    submodules: &[String],
    make: &(dyn Fn() -> V + Sync),
) -> Vec<V> {
    let walk = Walk {
        root,
        discovery,
        submodules,
        make,
        threads: (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect(),
    };
    let is_checkout = git::is_checkout(root.path());
    let none = Rules::none(if is_checkout { State::Checkout } else { State::Unpacked });
    let rules = git::outer_exclude(root.path()).map_or_else(|| none.clone(), |text| none.with_exclude(&text));
    rayon::scope(|scope| walk.folder(scope, String::new(), &rules));
    walk.offer_the_rest();
    let threads: Vec<Thread<V>> = walk
        .threads
        .into_iter()
        .flat_map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect();
    let mut left_out = Vec::new();
    let mut visitors = Vec::with_capacity(threads.len() + 1);
    for thread in threads {
        left_out.extend(thread.left_out);
        visitors.push(thread.visitor);
    }
    if !left_out.is_empty() {
        let mut visitor = make();
        left_out.iter().for_each(|path| visitor.ignored(path));
        visitors.push(visitor);
        if is_checkout {
            visitors.extend(tracked_but_ignored(root, discovery, make, &left_out));
        }
    }
    visitors
}

/// A walk under way.
struct Walk<'a, V: Visitor> {
    root: &'a Root,
    discovery: &'a Discovery<'a>,
    submodules: &'a [String],
    make: &'a (dyn Fn() -> V + Sync),
    /// What each thread of the pool has gathered, while it is not at work: one item, unless a task was taken up in the
    /// midst of another.
    threads: Vec<Mutex<Vec<Thread<V>>>>,
}

/// What a thread gathers.
struct Thread<V> {
    visitor: V,
    listing: Listing,
    /// The files of the last folders, not looked at yet. Kept over many folders: a large repository may have one for
    /// each file, and a piece of memory for each name would cost more than the text in it.
    files: PathBlock,
    /// The files and folders that ignore rules name.
    left_out: Vec<String>,
}

impl<V: Visitor> Walk<'_, V> {
    /// Lends the calling thread what it has gathered.
    fn with_thread<R>(&self, work: impl FnOnce(&mut Thread<V>) -> R) -> R {
        let slot = &self.threads[rayon::current_thread_index().unwrap_or_default()];
        let taken = slot.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut thread = taken.unwrap_or_else(|| Thread {
            visitor: (self.make)(),
            listing: Listing::default(),
            files: PathBlock::default(),
            left_out: Vec::new(),
        });
        let result = work(&mut thread);
        slot.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        result
    }

    /// Looks at files, on any thread.
    fn offer<'s>(&'s self, scope: &Scope<'s>, files: Vec<RepoPath>) {
        scope.spawn(move |_| {
            self.with_thread(|thread| {
                files.into_iter().for_each(|path| offer(path, self.discovery, &mut thread.visitor));
            });
        });
    }

    /// Looks at the files that were too few to be worth a task while the walk went on.
    fn offer_the_rest(&self) {
        let mut rest = Vec::new();
        for slot in &self.threads {
            for thread in slot.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
                rest.extend(thread.files.drain());
            }
        }
        if rest.is_empty() {
            return;
        }
        rayon::scope(|scope| {
            while !rest.is_empty() {
                self.offer(scope, rest.split_off(rest.len().saturating_sub(LAST_BATCH)));
            }
        });
    }

    /// Visits what a folder holds.
    fn folder<'s>(&'s self, scope: &Scope<'s>, folder: String, rules: &Rules) {
        let mut batches = Vec::new();
        self.with_thread(|thread| {
            let Thread { visitor, listing, files, left_out } = thread;
            if let Err(error) = self.root.list(&folder, listing) {
                if !is_gone(&error) {
                    visitor.failed(RepoPath::new(&folder), error.to_string());
                }
                return;
            }
            let rules = match rules.within(self.root, &folder, listing) {
                Ok(rules) => rules,
                Err(refused) => {
                    refuse(&folder, refused, visitor);
                    // What is wrong at the root must not hide everything.
                    if !folder.is_empty() {
                        return;
                    }
                    Rules::default()
                }
            };
            let mut path = folder;
            if !path.is_empty() {
                path.push('/');
            }
            let start = path.len();
            for entry in listing.entries() {
                path.truncate(start);
                path.push_str(entry.name);
                match self.sort_out(&path, &entry, &rules, visitor, left_out) {
                    Some(EntryKind::Folder) => {
                        let (path, rules) = (path.clone(), rules.clone());
                        scope.spawn(move |scope| self.folder(scope, path, &rules));
                    }
                    Some(_) => {
                        files.push(&path);
                        if files.len() == BATCH {
                            batches.push(files.drain().collect());
                        }
                    }
                    None => {}
                }
            }
        });
        batches.into_iter().for_each(|files| self.offer(scope, files));
    }

    /// Whether an entry is to be visited: as a folder or as a file. Tells the visitor of what is not, and why.
    fn sort_out(
        &self,
        path: &str,
        entry: &Entry<'_>,
        rules: &Rules,
        visitor: &mut V,
        left_out: &mut Vec<String>,
    ) -> Option<EntryKind> {
        if entry.name == ".git" {
            return None;
        }
        if rules.leave_out(path, entry.kind) {
            left_out.push(path.to_owned());
            return None;
        }
        if !entry.is_utf8 {
            visitor.passed_over(RepoPath::new(path), PassedOver::NotUtf8);
            return None;
        }
        if entry.kind == EntryKind::Folder {
            if self.submodules.iter().any(|folder| folder == path) {
                visitor.passed_over(RepoPath::new(path), PassedOver::Submodule);
                return None;
            }
            let is_wanted = leads_to(path, self.discovery) && !is_excluded(path, self.discovery, visitor);
            return is_wanted.then_some(EntryKind::Folder);
        }
        if !self.discovery.folders.iter().any(|folder| is_under(path, folder.as_str())) {
            return None;
        }
        match why_passed_over(entry.kind) {
            None => Some(EntryKind::File),
            Some(why) => {
                visitor.passed_over(RepoPath::new(path), why);
                None
            }
        }
    }
}

/// Gone between listing and looking, or turned into something else: nothing is there to be judged.
fn is_gone(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

fn refuse<V: Visitor>(folder: &str, refused: Refused, visitor: &mut V) {
    let reason = refused.reason;
    let message = if folder.is_empty() {
        format!("{reason}; the repository was judged without ignore rules")
    } else {
        format!("{reason}; nothing in `{folder}` was judged")
    };
    visitor.failed(refused.path, message);
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

/// Why what is no folder is not judged; nothing for a regular file.
fn why_passed_over(kind: EntryKind) -> Option<PassedOver> {
    match kind {
        EntryKind::File => None,
        EntryKind::Symlink => Some(PassedOver::Symlink),
        EntryKind::Folder | EntryKind::Special => Some(PassedOver::Special),
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
                Some(path) if is_folder => is_excluded(&path, discovery, &mut visitor),
                Some(path) => {
                    match why_passed_over(EntryKind::of(entry.file_type())) {
                        None => offer(RepoPath::new(&path), discovery, &mut visitor),
                        Some(why) => visitor.passed_over(RepoPath::new(&path), why),
                    }
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
    root: &Root,
    discovery: &Discovery<'_>,
    make: &(dyn Fn() -> V + Sync),
    left_out: &[String],
) -> Option<V> {
    let index = git::Index::read(root.path()).ok()?;
    let mut visitor = None;
    for path in left_out.iter().flat_map(|path| index.files_under(path)) {
        if is_regular(&root.path().join(path.as_str())) {
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
fn relative(root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).unwrap_or(path).to_str()?;
    Some(path.replace(std::path::MAIN_SEPARATOR, "/"))
}

fn lossy(root: &Path, path: &Path) -> RepoPath {
    let path = path.strip_prefix(root).unwrap_or(path);
    RepoPath::new(&path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "trees on disk are made and compared")]
mod tests;
