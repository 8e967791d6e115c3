//! What stands at a path beside files: symbolic links and where they lead, repositories inside this one, and folders
//! that ignore files leave out. Follows no link further than to learn where it ends.

use std::path::Path;

use walkdir::WalkDir;

use super::Workspace;
use crate::source::RepoPath;

/// Where a symbolic link ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// At this path of the repository.
    Inside(RepoPath),
    /// Outside the repository.
    Outside,
    /// At nothing.
    Nowhere,
}

impl Workspace {
    /// What is written in a symbolic link, and where it ends; nothing where there is no link.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
    pub fn link(&self, path: &RepoPath) -> Option<(String, Leads)> {
        let root = self.root()?;
        let at = root.join(path.as_str());
        let written = std::fs::read_link(&at).ok()?.to_string_lossy().into_owned();
        let real_root = std::fs::canonicalize(root).ok()?;
        let leads = match std::fs::canonicalize(&at) {
            Ok(real) => inside(&real_root, &real).map_or(Leads::Outside, Leads::Inside),
            // What is missing on this machine lies where the text of the link leads to.
            Err(_) if is_outside(path, &written) => Leads::Outside,
            Err(_) => Leads::Nowhere,
        };
        Some((written, leads))
    }

    /// Whether a folder is the top of a repository of its own: a checkout, a worktree or a submodule.
    #[must_use]
    pub fn is_repository(&self, folder: &RepoPath) -> bool {
        let dot_git = folder.join(".git");
        let is_overlaid = self
            .overlay
            .range(dot_git.clone()..)
            .next()
            .is_some_and(|(path, _)| *path == dot_git || path.is_under(dot_git.as_str()));
        is_overlaid || self.root().is_some_and(|root| super::is_checkout(&root.join(folder.as_str())))
    }

    /// The files on disk below a folder, whatever ignore files say, at most so many, sorted; none where it is no folder
    /// or a link.
    #[must_use]
    pub fn ignored_files_below(&self, folder: &RepoPath, limit: usize) -> Vec<RepoPath> {
        let Some(root) = self.root() else { return Vec::new() };
        let at = root.join(folder.as_str());
        let entries = WalkDir::new(&at).min_depth(1).sort_by_file_name().into_iter();
        let entries = entries.filter_entry(|entry| entry.file_name() != ".git").filter_map(Result::ok);
        let files = entries.filter(|entry| entry.file_type().is_file());
        let mut found: Vec<RepoPath> =
            files.filter_map(|entry| inside(root, entry.path())).take(limit).collect();
        found.sort();
        found
    }
}

/// The path below the root; nothing outside, or where it is not UTF-8.
fn inside(root: &Path, path: &Path) -> Option<RepoPath> {
    let path = path.strip_prefix(root).ok()?.to_str()?;
    Some(RepoPath::new(&path.replace(std::path::MAIN_SEPARATOR, "/")))
}

/// Whether the text of a link leads out of the repository.
fn is_outside(path: &RepoPath, written: &str) -> bool {
    if Path::new(written).is_absolute() {
        return true;
    }
    let mut depth = path.parts().count() - 1;
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}
