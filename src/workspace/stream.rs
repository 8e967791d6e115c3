//! Opens files that are read as a stream because they may be larger than memory: session logs. Never waits at a pipe.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor};
use std::path::Path;

use super::{Unread, Workspace};
use crate::source::RepoPath;

/// How much is read at once, in bytes.
const BUFFER: usize = 64 << 10;

impl Workspace {
    /// A file of the repository as a stream, however large.
    ///
    /// # Errors
    /// When it cannot be opened, or is no regular file.
    pub fn stream(&self, path: &RepoPath) -> Result<Box<dyn BufRead>, Unread> {
        if let Some(text) = self.overlay.get(path) {
            return Ok(Box::new(Cursor::new(text.as_bytes().to_vec())));
        }
        if self.snapshot().is_some() {
            let mut bytes = Vec::new();
            self.read_bytes(path, &mut bytes)?;
            return Ok(Box::new(Cursor::new(bytes)));
        }
        Ok(Box::new(BufReader::with_capacity(BUFFER, self.open(path)?.file)))
    }
}

/// A file that somebody named, wherever it lies, as a stream.
///
/// # Errors
/// When it cannot be opened, or is no regular file.
#[expect(clippy::disallowed_methods, reason = "this is where the disk is read")]
pub fn open_stream(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    Ok(Box::new(BufReader::with_capacity(BUFFER, File::open(path)?)))
}
