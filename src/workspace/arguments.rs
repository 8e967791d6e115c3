//! Turns the paths of a command line into a root and what to look at below it.

use std::path::{Component, Path, PathBuf};

use super::{Changes, PathIndex};
use crate::source::RepoPath;

/// What a command line asks for, relative to the root.
#[derive(Debug, Clone)]
pub enum Targets {
    /// Folders, `[""]` for the whole repository; files named beside folders are listed too.
    Folders(Vec<RepoPath>),
    /// Files alone: nothing is walked.
    Files(PathIndex),
    /// What has changed.
    Changes(Box<Changes>),
}

/// A path of the command line that cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// Nothing is there.
    #[error("`{0}` does not exist")]
    Missing(String),
    /// The path lies outside the root.
    #[error("`{path}` lies outside `{root}`; judge one repository at a time")]
    Outside {
        /// The path as written.
        path: String,
        /// The root of the first path.
        root: String,
    },
    /// The name cannot be spelt in reports.
    #[error("`{0}` is not UTF-8")]
    NotUtf8(String),
    /// Neither a file nor a folder.
    #[error("`{0}` is neither a file nor a folder")]
    Special(String),
    /// The system would not tell.
    #[error("`{path}` cannot be looked at: {reason}")]
    Failed {
        /// The path as written.
        path: String,
        /// The system's words.
        reason: String,
    },
}

/// The root for a path: the nearest folder, from the path upwards, that is a git checkout or that `is_root` accepts;
/// without one the nearest that `is_configured` accepts, else the current folder if it holds the path, else the path
/// itself, or the folder of a file.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
pub fn find_root(
    path: &Path,
    current: &Path,
    is_root: &dyn Fn(&Path) -> bool,
    is_configured: &dyn Fn(&Path) -> bool,
) -> PathBuf {
    let start = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let declared = start.ancestors().find(|folder| super::is_checkout(folder) || is_root(folder));
    let configured = || start.ancestors().find(|folder| is_configured(folder));
    let around = || Some(current).filter(|current| start.starts_with(current));
    declared.or_else(configured).or_else(around).unwrap_or(start).to_path_buf()
}

/// A path with all links resolved.
///
/// # Errors
/// When nothing is there or it cannot be looked at.
#[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
pub fn absolute(path: &Path) -> Result<PathBuf, ArgumentError> {
    let shown = path.display().to_string();
    std::fs::canonicalize(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ArgumentError::Missing(shown),
        _ => ArgumentError::Failed { path: shown, reason: error.to_string() },
    })
}

/// A path below `root` that need not exist: `path` as seen from `current`, by its words alone.
///
/// # Errors
/// When it leads out of the root or is not UTF-8.
pub fn lexical(root: &Path, current: &Path, path: &Path) -> Result<RepoPath, ArgumentError> {
    let mut at = PathBuf::new();
    for part in current.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if at.pop() => {}
            Component::ParentDir => return below(root, path),
            part => at.push(part),
        }
    }
    below(root, &at)
}

/// The bytes of a file that the user has named, wherever it lies; a pipe is read to its end.
///
/// # Errors
/// When it cannot be read.
#[expect(clippy::disallowed_methods, reason = "this is where the disk is read")]
pub fn read_list(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}

impl Targets {
    /// Sorts resolved paths into folders and files below `root`.
    ///
    /// # Errors
    /// When a path lies outside the root or is no file or folder.
    #[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
    pub fn new(root: &Path, paths: &[PathBuf]) -> Result<Self, ArgumentError> {
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for path in paths {
            let relative = below(root, path)?;
            if path.is_dir() {
                folders.push(relative);
            } else if path.is_file() {
                files.push(relative);
            } else {
                return Err(ArgumentError::Special(path.display().to_string()));
            }
        }
        Ok(Self::of(folders, files))
    }

    /// These folders and files.
    #[must_use]
    pub fn of(mut folders: Vec<RepoPath>, files: Vec<RepoPath>) -> Self {
        if folders.is_empty() {
            return Self::Files(PathIndex::new(files));
        }
        folders.extend(files);
        Self::Folders(without_nested(folders))
    }

    /// The files that are judged, where they are known beforehand.
    #[must_use]
    pub fn files(&self) -> Option<&PathIndex> {
        match self {
            Self::Folders(_) => None,
            Self::Files(files) => Some(files),
            Self::Changes(changes) => Some(changes.judged()),
        }
    }

    /// Whether the whole repository is meant.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::Folders(folders) if folders.iter().any(|folder| folder.as_str().is_empty()))
    }
}

/// Drops what lies below another of the paths, so that nothing is judged twice.
fn without_nested(mut paths: Vec<RepoPath>) -> Vec<RepoPath> {
    paths.sort();
    paths.dedup();
    let all = paths.clone();
    paths.retain(|path| !all.iter().any(|other| other != path && path.is_under(other.as_str())));
    paths
}

fn below(root: &Path, path: &Path) -> Result<RepoPath, ArgumentError> {
    let relative = path.strip_prefix(root).map_err(|_| ArgumentError::Outside {
        path: path.display().to_string(),
        root: root.display().to_string(),
    })?;
    let mut parts = Vec::new();
    for part in relative.components() {
        if let Component::Normal(part) = part {
            parts.push(part.to_str().ok_or_else(|| ArgumentError::NotUtf8(path.display().to_string()))?);
        }
    }
    Ok(RepoPath::new(&parts.join("/")))
}
