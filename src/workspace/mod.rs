//! The files of a repository, in layers: an overlay of texts over the disk, over what git holds, or over nothing. The
//! only code that touches the disk, git and the environment; everything else asks here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::source::{RepoPath, SourceFile};

mod arguments;
mod change;
mod changes;
mod discover;
mod environment;
mod folder;
mod git;
mod ignored;
mod listing;
mod names;
mod new_files;
mod open;
mod output;
mod repository;
mod snapshot;
mod walk;

pub use arguments::{ArgumentError, Targets, absolute, find_root, lexical, read_list};
pub use changes::{Before, ChangedLines, Changes, Extent};
pub use discover::{Discovery, Names, PassedOver, Visitor};
pub use environment::Environment;
pub use folder::{Scripts, files_with_extension};
pub use git::{IndexError, is_checkout};
pub use names::PathIndex;
pub use new_files::create_below;
pub use output::{Output, append, create, create_all, place_of};
pub use repository::{Repository, RepositoryError, Revision};

use open::{Opened, Root};
use snapshot::{Snapshot, Start};

/// Files larger than this are not read, in bytes (1 MiB): nothing that a person or an agent follows is so long.
pub const MAX_FILE_SIZE: u64 = 1 << 20;

/// How many bytes at the start of a file are searched for a NUL, the mark of a binary file.
const BINARY_PROBE: usize = 1024;

/// A repository: what lies below, and texts that are laid over it.
#[derive(Debug, Default)]
pub struct Workspace {
    base: Base,
    overlay: BTreeMap<RepoPath, Arc<str>>,
}

/// What lies below the overlay.
#[derive(Debug, Default)]
enum Base {
    /// Nothing: the overlay is all there is.
    #[default]
    Nothing,
    /// A folder.
    Disk(Root),
    /// What git holds.
    Snapshot(Arc<Snapshot>),
}

impl Base {
    /// The same once more.
    fn again(&self) -> Self {
        match self {
            Self::Nothing => Self::Nothing,
            Self::Disk(root) => Self::Disk(root.again()),
            Self::Snapshot(snapshot) => Self::Snapshot(Arc::clone(snapshot)),
        }
    }
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
        Self { base: Base::Disk(Root::new(root)), overlay: BTreeMap::new() }
    }

    /// The repository as a commit has it; nothing is checked out.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub fn at_revision(repository: &Arc<Repository>, revision: Revision) -> Result<Self, RepositoryError> {
        let snapshot = Snapshot::of_revision(Arc::clone(repository), Some(revision))?;
        Ok(Self { base: Base::Snapshot(Arc::new(snapshot)), overlay: BTreeMap::new() })
    }

    /// The repository as its index has it: what the next commit would hold.
    ///
    /// # Errors
    /// When the index cannot be read, or is in the middle of a merge.
    pub fn at_index(repository: &Arc<Repository>) -> Result<Self, RepositoryError> {
        let snapshot = Snapshot::of_index(Arc::clone(repository))?;
        Ok(Self { base: Base::Snapshot(Arc::new(snapshot)), overlay: BTreeMap::new() })
    }

    /// A repository that exists in memory alone.
    #[must_use]
    pub fn in_memory(files: impl IntoIterator<Item = (RepoPath, Arc<str>)>) -> Self {
        Self { base: Base::Nothing, overlay: files.into_iter().collect() }
    }

    /// The root, if the repository lies on disk.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.disk().map(Root::path)
    }

    fn disk(&self) -> Option<&Root> {
        match &self.base {
            Base::Disk(root) => Some(root),
            Base::Nothing | Base::Snapshot(_) => None,
        }
    }

    fn snapshot(&self) -> Option<&Snapshot> {
        match &self.base {
            Base::Snapshot(snapshot) => Some(snapshot),
            Base::Nothing | Base::Disk(_) => None,
        }
    }

    /// The text of a file: from the overlay if it is there, else from what lies below.
    ///
    /// # Errors
    /// When the file cannot or should not be read as text.
    pub fn read(&self, path: &RepoPath) -> Result<SourceFile, Unread> {
        if let Some(text) = self.overlay.get(path) {
            return Ok(SourceFile::new(path.clone(), Arc::clone(text)));
        }
        let mut buffer = Vec::new();
        self.read_bytes(path, &mut buffer)?;
        let text = text_of(&buffer);
        let is_mended = matches!(text, Cow::Owned(_));
        let mut file = SourceFile::new(path.clone(), text);
        file.is_mended = is_mended;
        Ok(file)
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
        if let Some(snapshot) = self.snapshot() {
            return snapshot.read(path, Start::Any, buffer);
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
        if let Some(snapshot) = self.snapshot() {
            return snapshot.read(path, Start::Shebang, buffer);
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
        self.disk().ok_or(Unread::Missing)?.open(path)
    }

    /// Whether there is a regular file at this path.
    #[must_use]
    pub fn exists(&self, path: &RepoPath) -> bool {
        self.overlay.contains_key(path) || self.is_below(path)
    }

    /// The file that a path of what git holds leads to, links followed; for other repositories the path itself.
    #[must_use]
    pub fn real_file(&self, path: &RepoPath) -> Option<RepoPath> {
        match &self.base {
            Base::Snapshot(snapshot) => snapshot.real_file(path),
            Base::Nothing | Base::Disk(_) => self.exists(path).then(|| path.clone()),
        }
    }

    /// Whether there is a folder at this path.
    #[must_use]
    pub fn has_folder(&self, path: &RepoPath) -> bool {
        self.overlay.keys().any(|known| known.is_under(path.as_str())) || self.is_folder_below(path)
    }

    /// Whether there is a folder below the overlay.
    #[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
    fn is_folder_below(&self, path: &RepoPath) -> bool {
        match &self.base {
            Base::Nothing => false,
            Base::Disk(root) => root.path().join(path.as_str()).is_dir(),
            Base::Snapshot(snapshot) => snapshot.has_folder(path),
        }
    }

    /// Whether there is a regular file below the overlay.
    #[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
    fn is_below(&self, path: &RepoPath) -> bool {
        match &self.base {
            Base::Nothing => false,
            Base::Disk(root) => root.path().join(path.as_str()).is_file(),
            Base::Snapshot(snapshot) => snapshot.has_file(path),
        }
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
    refuse_binary(buffer)
}

/// Whether bytes can be a text.
fn refuse_binary(bytes: &[u8]) -> Result<(), Unread> {
    if bytes[..bytes.len().min(BINARY_PROBE)].contains(&0) { Err(Unread::Binary) } else { Ok(()) }
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
