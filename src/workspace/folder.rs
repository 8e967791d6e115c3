//! Lists and reads folders in which ignore rules do not apply: policies, and the surroundings of a named file.

use std::collections::BTreeSet;
use std::path::Path;

use walkdir::WalkDir;

use super::{PathIndex, Unread, Workspace};
use crate::source::{RepoPath, SourceFile};

/// How deep a folder of policies is searched.
const MAX_POLICY_DEPTH: usize = 8;

/// The files of a folder that were read, and those that could not be, with the reason.
#[derive(Debug, Default)]
pub struct Scripts {
    /// What was read, sorted by path.
    pub files: Vec<SourceFile>,
    /// What was not.
    pub failures: Vec<(RepoPath, String)>,
}

impl Workspace {
    /// Reads the files below `folder` whose names end in `.extension`; a folder that does not exist holds none.
    #[must_use]
    pub fn scripts(&self, folder: &RepoPath, extension: &str) -> Scripts {
        let mut scripts = Scripts::default();
        let mut paths: Vec<RepoPath> =
            self.overlay.keys().filter(|path| path.is_under(folder.as_str())).cloned().collect();
        // A link to `/` would have the whole machine listed.
        let is_outside =
            self.disk().is_some_and(|root| self.is_folder_below(folder) && !root.contains(folder));
        if let Some(snapshot) = self.snapshot() {
            paths.extend(snapshot.files_in(folder, MAX_POLICY_DEPTH));
        } else if is_outside {
            scripts.failures.push((folder.clone(), Unread::Outside.to_string()));
        } else if let Some(root) = self.root() {
            match files_with_extension(&root.join(folder.as_str()), extension) {
                Ok(names) => paths.extend(names.iter().map(|name| folder.join(name))),
                Err(error) => scripts.failures.push((folder.clone(), error)),
            }
        }
        for path in PathIndex::new(paths).paths().iter().filter(|path| path.extension() == extension) {
            match self.read(path) {
                Ok(file) => scripts.files.push(file),
                Err(why) => scripts.failures.push((path.clone(), why.to_string())),
            }
        }
        scripts
    }

    /// The regular files below a folder, no deeper than policies are searched; none where the folder is a link that
    /// leads out of the repository.
    #[must_use]
    pub fn files_below(&self, folder: &RepoPath) -> PathIndex {
        let overlaid = self.overlay.keys().filter(|path| path.is_under(folder.as_str()));
        let mut paths: Vec<RepoPath> = overlaid.cloned().collect();
        if let Some(snapshot) = self.snapshot() {
            paths.extend(snapshot.files_in(folder, MAX_POLICY_DEPTH));
        }
        if let Some(root) = self.disk().filter(|root| root.contains(folder)) {
            let at = root.path().join(folder.as_str());
            let entries = WalkDir::new(&at).max_depth(MAX_POLICY_DEPTH).into_iter().filter_map(Result::ok);
            for entry in entries.filter(|entry| entry.file_type().is_file()) {
                let path = entry.path().strip_prefix(root.path()).ok().and_then(Path::to_str);
                paths.extend(path.map(|path| RepoPath::new(&path.replace(std::path::MAIN_SEPARATOR, "/"))));
            }
        }
        PathIndex::new(paths)
    }

    /// The names around files: what lies beside each and beside each folder above it, and everything in folders
    /// called by one of `whole` that lie there. Enough to answer for a few files without a walk of the repository;
    /// each folder is listed once.
    #[must_use]
    pub fn around(&self, files: &PathIndex, whole: &[&str]) -> PathIndex {
        let mut folders: BTreeSet<&str> = files.folders();
        folders.insert("");
        let mut found = Vec::new();
        for folder in folders {
            self.list(&RepoPath::new(folder), whole, &mut found);
        }
        PathIndex::new(found)
    }

    fn list(&self, folder: &RepoPath, whole: &[&str], found: &mut Vec<RepoPath>) {
        let overlaid = self.overlay.keys().filter(|path| {
            path.parent() == folder.as_str()
                || whole.iter().any(|name| path.is_under(folder.join(name).as_str()))
        });
        found.extend(overlaid.cloned());
        if let Some(snapshot) = self.snapshot() {
            found.extend(snapshot.files_in(folder, 1));
            found.extend(whole.iter().flat_map(|name| snapshot.files_in(&folder.join(name), usize::MAX)));
        }
        let Some(root) = self.root() else { return };
        let at = root.join(folder.as_str());
        let beside = WalkDir::new(&at).min_depth(1).max_depth(1);
        let below = whole.iter().flat_map(|name| WalkDir::new(at.join(name)).min_depth(1));
        let entries = beside.into_iter().chain(below).filter_map(Result::ok);
        for entry in entries.filter(|entry| entry.file_type().is_file()) {
            let path = entry.path().strip_prefix(root).ok().and_then(Path::to_str);
            found.extend(path.map(|path| RepoPath::new(&path.replace(std::path::MAIN_SEPARATOR, "/"))));
        }
    }
}

/// The files below a folder whose names end in `.extension`, relative to it and sorted.
///
/// # Errors
/// When the folder exists but cannot be listed, with the system's words.
pub fn files_with_extension(folder: &Path, extension: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for entry in WalkDir::new(folder).max_depth(MAX_POLICY_DEPTH).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.io_error().is_some_and(|io| io.kind() == std::io::ErrorKind::NotFound) => {
                break;
            }
            Err(error) => return Err(error.to_string()),
        };
        let is_match = entry.path().extension().is_some_and(|known| known == extension);
        if let Some(name) = entry.path().strip_prefix(folder).ok().and_then(Path::to_str)
            && is_match
            && entry.file_type().is_file()
        {
            names.push(name.replace(std::path::MAIN_SEPARATOR, "/"));
        }
    }
    Ok(names)
}
