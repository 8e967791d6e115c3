//! The files of a repository, in layers: an overlay of texts over the disk, or over nothing. The only code that
//! touches the disk, git's index and the environment; everything else asks here.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::{RepoPath, SourceFile};

mod names;

pub use names::PathIndex;

/// Files larger than this are not read, in bytes (1 MiB): nothing that a person or an agent follows is so long.
pub const MAX_FILE_SIZE: u64 = 1 << 20;

/// How many bytes at the start of a file are searched for a NUL, the mark of a binary file.
const BINARY_PROBE: usize = 1024;

/// A repository: a root on disk, or none, and texts that are laid over it.
#[derive(Debug, Default)]
pub struct Workspace {
    root: Option<PathBuf>,
    overlay: BTreeMap<RepoPath, Arc<str>>,
}

/// Why a file has no text to judge.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unread {
    /// It is larger than [`MAX_FILE_SIZE`].
    TooLarge,
    /// It holds a NUL byte near its start.
    Binary,
    /// It is gone, or never was.
    Missing,
    /// It is a symbolic link, a device or a pipe.
    NotRegular,
    /// The system would not let it be read; with the system's words.
    Failed(String),
}

impl Workspace {
    /// The repository on disk at `root`.
    #[must_use]
    pub fn on_disk(root: &Path) -> Self {
        Self { root: Some(root.to_path_buf()), overlay: BTreeMap::new() }
    }

    /// A repository that exists in memory alone.
    #[must_use]
    pub fn in_memory(files: impl IntoIterator<Item = (RepoPath, Arc<str>)>) -> Self {
        Self { root: None, overlay: files.into_iter().collect() }
    }

    /// The root on disk.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The text of a file: from the overlay if it is there, else from the disk.
    ///
    /// # Errors
    /// When the file cannot or should not be read as text.
    pub fn read(&self, path: &RepoPath) -> Result<SourceFile, Unread> {
        let mut buffer = Vec::new();
        self.read_with(path, &mut buffer)
    }

    /// Like [`Self::read`], through a buffer that is used again for the next file.
    ///
    /// # Errors
    /// When the file cannot or should not be read as text.
    pub fn read_with(&self, path: &RepoPath, buffer: &mut Vec<u8>) -> Result<SourceFile, Unread> {
        if let Some(text) = self.overlay.get(path) {
            return Ok(SourceFile::new(path.clone(), Arc::clone(text)));
        }
        self.read_bytes(path, buffer)?;
        Ok(SourceFile::new(path.clone(), as_text(buffer)))
    }

    /// Reads a file's bytes into `buffer`, which is emptied first.
    #[expect(clippy::disallowed_methods, reason = "this is where the disk is read")]
    fn read_bytes(&self, path: &RepoPath, buffer: &mut Vec<u8>) -> Result<(), Unread> {
        buffer.clear();
        let root = self.root.as_ref().ok_or(Unread::Missing)?;
        let file = File::open(root.join(path.as_str())).map_err(|error| unread(&error))?;
        // One byte over the cap tells too large from just right without asking for the size.
        file.take(MAX_FILE_SIZE + 1).read_to_end(buffer).map_err(|error| unread(&error))?;
        if buffer.len() as u64 > MAX_FILE_SIZE {
            return Err(Unread::TooLarge);
        }
        if buffer[..buffer.len().min(BINARY_PROBE)].contains(&0) {
            return Err(Unread::Binary);
        }
        Ok(())
    }
}

fn unread(error: &std::io::Error) -> Unread {
    match error.kind() {
        std::io::ErrorKind::NotFound => Unread::Missing,
        _ => Unread::Failed(error.to_string()),
    }
}

/// Bytes as text. Those that are not UTF-8 become `?`, one for one, so that offsets stay those of the file.
fn as_text(bytes: &[u8]) -> Arc<str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Arc::from(text),
        Err(_) => {
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
            }
            Arc::from(text)
        }
    }
}
