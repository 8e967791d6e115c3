//! The files of a repository, in layers: an overlay of texts over the disk, or over nothing. The only code that
//! touches the disk, git's index and the environment; everything else asks here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::source::{RepoPath, SourceFile};

mod arguments;
mod change;
mod discover;
mod environment;
mod folder;
mod git;
mod history;
mod ignored;
mod listing;
mod names;
mod open;
mod output;
mod repository;
mod walk;

pub use arguments::{ArgumentError, Targets, absolute, find_root};
pub use discover::{Discovery, Names, PassedOver, Visitor};
pub use environment::Environment;
pub use folder::{Scripts, files_with_extension};
pub use git::{IndexError, is_checkout};
pub use history::{Birth, Commit, History, HistoryError, Life, ListedCommit, Trace, Traces};
pub use names::PathIndex;
pub use output::create;
pub use repository::{Repository, RepositoryError, Revision};

use open::{Opened, Root};

/// Files larger than this are not read, in bytes (1 MiB): nothing that a person or an agent follows is so long.
pub const MAX_FILE_SIZE: u64 = 1 << 20;

/// How many bytes at the start of a file are searched for a NUL, the mark of a binary file.
const BINARY_PROBE: usize = 1024;

/// A repository: a root on disk, or none, and texts that are laid over it.
#[derive(Debug, Default)]
pub struct Workspace {
    root: Option<Root>,
    overlay: BTreeMap<RepoPath, Arc<str>>,
    /// Its commits, where somebody asks for them.
    history: Option<Arc<History>>,
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
    /// A link leads out of the repository.
    Outside,
    /// It is a folder, a pipe or a device.
    Special,
    /// It did not start with `#!`, which was the condition.
    NoShebang,
    /// The system would not let it be read; with the system's words.
    Failed(String),
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge => f.write_str("too large"),
            Self::Binary => f.write_str("binary"),
            Self::Missing => f.write_str("gone"),
            Self::Outside => f.write_str("it lies outside the repository"),
            Self::Special => f.write_str("it is not a regular file"),
            Self::NoShebang => f.write_str("no script"),
            Self::Failed(reason) => f.write_str(reason),
        }
    }
}

impl Workspace {
    /// The repository on disk at `root`.
    #[must_use]
    pub fn on_disk(root: &Path) -> Self {
        Self { root: Some(Root::new(root)), ..Self::default() }
    }

    /// A repository that exists in memory alone.
    #[must_use]
    pub fn in_memory(files: impl IntoIterator<Item = (RepoPath, Arc<str>)>) -> Self {
        Self { overlay: files.into_iter().collect(), ..Self::default() }
    }

    /// The same repository with its history, which is looked at only then.
    #[must_use]
    pub fn with_history(self, history: History) -> Self {
        Self { history: Some(Arc::new(history)), ..self }
    }

    /// The history, if it is to be looked at.
    #[must_use]
    pub fn history(&self) -> Option<&History> {
        self.history.as_deref()
    }

    /// The root on disk.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.root.as_ref().map(Root::path)
    }

    /// The text of a file: from the overlay if it is there, else from the disk.
    ///
    /// # Errors
    /// When the file cannot or should not be read as text.
    pub fn read(&self, path: &RepoPath) -> Result<SourceFile, Unread> {
        if let Some(text) = self.overlay.get(path) {
            return Ok(SourceFile::new(path.clone(), Arc::clone(text)));
        }
        let mut buffer = Vec::new();
        self.read_bytes(path, &mut buffer)?;
        Ok(SourceFile::new(path.clone(), text_of(&buffer)))
    }

    /// The bytes of a file, into a buffer that is used again for the next one. Most files are read only to find that
    /// no policy cares; those need no text of their own.
    ///
    /// # Errors
    /// When the file cannot or should not be read as text.
    pub fn read_bytes(&self, path: &RepoPath, buffer: &mut Vec<u8>) -> Result<(), Unread> {
        buffer.clear();
        if let Some(text) = self.overlay.get(path) {
            buffer.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        fill(self.open(path)?, buffer)
    }

    /// Like [`Self::read_bytes`], but only a file that starts with `#!`.
    ///
    /// # Errors
    /// When the file does not, or cannot or should not be read as text.
    pub fn read_shebang(&self, path: &RepoPath, buffer: &mut Vec<u8>) -> Result<(), Unread> {
        buffer.clear();
        if let Some(text) = self.overlay.get(path) {
            buffer.extend_from_slice(text.as_bytes());
            return if text.starts_with("#!") { Ok(()) } else { Err(Unread::NoShebang) };
        }
        let opened = self.open(path)?;
        // Most files without an extension are no scripts: two bytes tell, and the rest stays unread.
        (&opened.file).take(2).read_to_end(buffer).map_err(|error| unread(&error))?;
        if buffer != b"#!" {
            return Err(Unread::NoShebang);
        }
        fill(opened, buffer)
    }

    fn open(&self, path: &RepoPath) -> Result<Opened, Unread> {
        self.root.as_ref().ok_or(Unread::Missing)?.open(path)
    }

    /// Whether there is a regular file at this path.
    #[must_use]
    pub fn exists(&self, path: &RepoPath) -> bool {
        self.overlay.contains_key(path) || self.is_on_disk(path)
    }

    /// Whether there is a folder at this path.
    #[must_use]
    pub fn has_folder(&self, path: &RepoPath) -> bool {
        self.overlay.keys().any(|known| known.is_under(path.as_str())) || self.is_folder_on_disk(path)
    }

    #[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
    fn is_folder_on_disk(&self, path: &RepoPath) -> bool {
        self.root().is_some_and(|root| root.join(path.as_str()).is_dir())
    }

    #[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
    fn is_on_disk(&self, path: &RepoPath) -> bool {
        self.root().is_some_and(|root| root.join(path.as_str()).is_file())
    }
}

/// Appends the rest of a file to `buffer`, unless it is too large or binary.
fn fill(opened: Opened, buffer: &mut Vec<u8>) -> Result<(), Unread> {
    let Opened { mut file, size } = opened;
    if size > MAX_FILE_SIZE {
        return Err(Unread::TooLarge);
    }
    // One call reads all of a file whose size is known; a byte of room more shows that it did not grow meanwhile.
    let (start, size) = (buffer.len(), usize::try_from(size).unwrap_or_default());
    buffer.resize(start + size + 1, 0);
    let n_read = file.read(&mut buffer[start..]).map_err(|error| unread(&error))?;
    buffer.truncate(start + n_read);
    if n_read == size + 1 || n_read < size {
        file.take(MAX_FILE_SIZE + 1).read_to_end(buffer).map_err(|error| unread(&error))?;
    }
    if buffer.len() as u64 > MAX_FILE_SIZE {
        return Err(Unread::TooLarge);
    }
    if buffer[..buffer.len().min(BINARY_PROBE)].contains(&0) {
        return Err(Unread::Binary);
    }
    Ok(())
}

fn unread(error: &std::io::Error) -> Unread {
    match error.kind() {
        std::io::ErrorKind::NotFound => Unread::Missing,
        _ => Unread::Failed(error.to_string()),
    }
}

/// Bytes as text. Those that are not UTF-8 become `?`, one for one, so that offsets stay those of the file.
#[must_use]
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
            }
            Cow::Owned(text)
        }
    }
}
