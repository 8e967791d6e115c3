//! Opens files below a root for reading. Never leaves the root by a link, never waits at a pipe.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{Unread, unread};
use crate::source::RepoPath;

/// A regular file, open for reading.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) file: File,
    /// Its size in bytes when it was opened.
    pub(super) size: u64,
}

/// A folder on disk whose files are opened.
#[derive(Debug, Default)]
pub(super) struct Root {
    path: PathBuf,
    /// The open folder, from which the system itself keeps links inside; none where it cannot.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "other systems are asked step by step"))]
    folder: OnceLock<Option<File>>,
}

impl Root {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf(), folder: OnceLock::new() }
    }

    /// The same folder, to be opened anew.
    pub(super) fn again(&self) -> Self {
        Self::new(&self.path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a regular file.
    pub(super) fn open(&self, path: &RepoPath) -> Result<Opened, Unread> {
        #[cfg(target_os = "linux")]
        if let Some(result) = self.open_beneath(path) {
            return result;
        }
        self.open_by_steps(path)
    }

    /// Lets the system resolve the path without leaving the root; nothing where it is too old to.
    #[cfg(target_os = "linux")]
    fn open_beneath(&self, path: &RepoPath) -> Option<Result<Opened, Unread>> {
        use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
        use rustix::io::Errno;
        let folder = self.folder()?;
        // A pipe is opened without waiting for its other end, and then found to be no file.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        match openat2(folder, path.as_str(), flags, Mode::empty(), resolve) {
            Ok(descriptor) => Some(if_regular(File::from(descriptor))),
            // Containers that forbid the call answer with either.
            Err(Errno::NOSYS | Errno::PERM) => None,
            Err(Errno::XDEV) => Some(Err(Unread::Outside)),
            Err(Errno::NXIO) => Some(Err(Unread::Special)),
            Err(error) => Some(Err(unread(&error.into()))),
        }
    }

    /// Opens a folder for listing, unless it is a link or lies outside; nothing where the system is too old to.
    #[cfg(target_os = "linux")]
    pub(super) fn open_folder_beneath(&self, path: &str) -> Option<std::io::Result<File>> {
        use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
        use rustix::io::Errno;
        let folder = self.folder()?;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::DIRECTORY | OFlags::NOFOLLOW;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        match openat2(folder, if path.is_empty() { "." } else { path }, flags, Mode::empty(), resolve) {
            Ok(descriptor) => Some(Ok(File::from(descriptor))),
            Err(Errno::NOSYS | Errno::PERM) => None,
            Err(Errno::LOOP) => Some(Err(std::io::ErrorKind::NotADirectory.into())),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// The open root, once.
    #[cfg(target_os = "linux")]
    #[expect(clippy::disallowed_methods, reason = "this is where the disk is read")]
    fn folder(&self) -> Option<&File> {
        self.folder.get_or_init(|| File::open(&self.path).ok()).as_ref()
    }

    /// The same in steps, for systems that cannot do it in one.
    #[expect(clippy::disallowed_methods, reason = "this is where the disk is read")]
    fn open_by_steps(&self, path: &RepoPath) -> Result<Opened, Unread> {
        let at = self.path.join(path.as_str());
        if !std::fs::metadata(&at).map_err(|error| unread(&error))?.is_file() {
            return Err(Unread::Special);
        }
        if !self.contains(path) {
            return Err(Unread::Outside);
        }
        if_regular(File::open(&at).map_err(|error| unread(&error))?)
    }

    /// Whether a path, with all links followed, lies below the root.
    #[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
    pub(super) fn contains(&self, path: &RepoPath) -> bool {
        let root = std::fs::canonicalize(&self.path);
        let real = std::fs::canonicalize(self.path.join(path.as_str()));
        matches!((root, real), (Ok(root), Ok(real)) if real.starts_with(&root))
    }
}

fn if_regular(file: File) -> Result<Opened, Unread> {
    let metadata = file.metadata().map_err(|error| unread(&error))?;
    if metadata.is_file() { Ok(Opened { file, size: metadata.len() }) } else { Err(Unread::Special) }
}
