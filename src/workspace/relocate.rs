//! Moves files on disk: all of a move or none, never over something that is there, and never through a link. Tells git
//! nothing.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::Workspace;
use crate::source::RepoPath;

/// A move of more files is refused: nobody looks through it.
const MOST_FILES: usize = 20_000;

impl Workspace {
    /// The files of a folder that is to be moved, whatever ignore files say, sorted.
    ///
    /// # Errors
    /// When the folder holds what a move would break, with the reason for people.
    pub fn files_to_move(&self, folder: &RepoPath) -> Result<Vec<RepoPath>, String> {
        let mut files: Vec<RepoPath> =
            self.overlay.keys().filter(|path| path.is_under(folder.as_str())).cloned().collect();
        if let Some(root) = self.root() {
            for entry in WalkDir::new(root.join(folder.as_str())).min_depth(1) {
                let entry = entry.map_err(|error| error.to_string())?;
                let shown = entry.path().strip_prefix(root).unwrap_or(entry.path());
                let Some(path) = shown.to_str() else {
                    return Err(format!("the name of `{}` is not UTF-8", shown.display()));
                };
                let path = RepoPath::new(&path.replace(std::path::MAIN_SEPARATOR, "/"));
                if path.name() == ".git" {
                    return Err(format!("`{}` is a repository of its own", path.parent()));
                }
                if entry.file_type().is_file() {
                    files.push(path);
                } else if !entry.file_type().is_dir() {
                    return Err(format!("`{path}` is a link or no regular file, which would not survive"));
                }
                if files.len() > MOST_FILES {
                    return Err(format!("it holds more than {MOST_FILES} files"));
                }
            }
        }
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// Whether a file could be put at a path: nothing is there, and every folder above it is one or can be made.
    ///
    /// # Errors
    /// With what stands in the way.
    #[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
    pub fn is_free(&self, path: &RepoPath) -> Result<(), String> {
        let taken = |path: &str| Err(format!("`{path}` exists already"));
        if self
            .overlay
            .keys()
            .any(|known| known == path || path.is_under(known.as_str()) || known.is_under(path.as_str()))
        {
            return taken(path.as_str());
        }
        let Some(root) = self.root() else { return Ok(()) };
        for end in path.as_str().bytes().enumerate().filter(|&(_, byte)| byte == b'/').map(|(at, _)| at) {
            let folder = &path.as_str()[..end];
            match std::fs::symlink_metadata(root.join(folder)) {
                Ok(metadata) if metadata.is_symlink() => {
                    return Err(format!("`{folder}` is a symbolic link"));
                }
                Ok(metadata) if !metadata.is_dir() => return Err(format!("`{folder}` is no folder")),
                Ok(_) => {}
                Err(_) => return Ok(()),
            }
        }
        match std::fs::symlink_metadata(root.join(path.as_str())) {
            Ok(_) => taken(path.as_str()),
            Err(_) => Ok(()),
        }
    }

    /// Moves files to other paths. Folders that are left empty are removed.
    ///
    /// # Errors
    /// When one cannot be moved, with the reason for people; those before it are then back in their places.
    pub fn relocate(&self, renames: &[(RepoPath, RepoPath)]) -> Result<(), String> {
        let root = self.root().ok_or("it is only in memory")?;
        let mut done = Vec::new();
        for (from, to) in renames {
            if let Err(reason) = self.is_free(to).and_then(|()| rename(root, from, to)) {
                for (from, to) in done.into_iter().rev() {
                    // What cannot be put back lies at its new place, whole.
                    let _ = rename(root, to, from);
                }
                remove_empty(root, renames.iter().map(|(_, to)| to));
                return Err(reason);
            }
            done.push((from, to));
        }
        remove_empty(root, renames.iter().map(|(from, _)| from));
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where the disk is changed")]
fn rename(root: &Path, from: &RepoPath, to: &RepoPath) -> Result<(), String> {
    std::fs::create_dir_all(root.join(to.parent()))
        .and_then(|()| std::fs::rename(root.join(from.as_str()), root.join(to.as_str())))
        .map_err(|error| format!("`{from}` cannot be moved to `{to}`: {error}"))
}

/// Removes the folders of these files that are empty, and those above them that are then.
fn remove_empty<'p>(root: &Path, files: impl Iterator<Item = &'p RepoPath>) {
    let folders: std::collections::BTreeSet<PathBuf> = files.map(|path| root.join(path.parent())).collect();
    // The deepest come first.
    for folder in folders.iter().rev() {
        let mut folder = folder.as_path();
        while folder != root && std::fs::remove_dir(folder).is_ok() {
            let Some(above) = folder.parent() else { break };
            folder = above;
        }
    }
}
