//! Lists one folder below a root. Never leaves the root by a link, follows none, and reads no file.

use std::fs::FileType;

use super::open::Root;

/// What a name in a folder stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EntryKind {
    /// A folder.
    Folder,
    /// A regular file.
    File,
    /// A symbolic link, to whatever.
    Symlink,
    /// A device, a pipe or a socket.
    Special,
}

impl EntryKind {
    pub(super) fn of(kind: FileType) -> Self {
        if kind.is_dir() {
            Self::Folder
        } else if kind.is_file() {
            Self::File
        } else if kind.is_symlink() {
            Self::Symlink
        } else {
            Self::Special
        }
    }
}

/// A name in a folder.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// The name; with U+FFFD where it is not UTF-8.
    pub(super) name: &'a str,
    pub(super) kind: EntryKind,
    /// Whether the name is UTF-8, so that the entry can be opened by it.
    pub(super) is_utf8: bool,
}

/// The names in a folder, in the system's order. One is used again for folder after folder: a large repository has
/// more folders than the memory manager likes.
#[derive(Debug, Default)]
pub(super) struct Listing {
    text: String,
    entries: Vec<Row>,
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "other systems bring a buffer of their own")
    )]
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct Row {
    end: usize,
    kind: EntryKind,
    is_utf8: bool,
}

impl Listing {
    /// The names.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut start = 0;
        self.entries.iter().map(move |row| {
            let name = &self.text[start..row.end];
            start = row.end;
            Entry { name, kind: row.kind, is_utf8: row.is_utf8 }
        })
    }

    fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
    }

    fn add(&mut self, name: &[u8], kind: EntryKind) {
        let text = String::from_utf8_lossy(name);
        self.text.push_str(&text);
        let is_utf8 = matches!(text, std::borrow::Cow::Borrowed(_));
        self.entries.push(Row { end: self.text.len(), kind, is_utf8 });
    }
}

impl Root {
    /// Fills `listing` with the names in a folder, `.` and `..` apart.
    ///
    /// # Errors
    /// When the folder cannot be listed, or is a link.
    pub(super) fn list(&self, folder: &str, listing: &mut Listing) -> std::io::Result<()> {
        listing.clear();
        #[cfg(target_os = "linux")]
        if let Some(descriptor) = self.open_folder_beneath(folder) {
            return read_entries(&descriptor?, listing);
        }
        self.list_by_path(folder, listing)
    }

    /// The same through the standard library, for systems that cannot open a folder without leaving the root.
    #[expect(clippy::disallowed_methods, reason = "this is where the disk is listed")]
    fn list_by_path(&self, folder: &str, listing: &mut Listing) -> std::io::Result<()> {
        let at = self.path().join(folder);
        if !folder.is_empty() && !std::fs::symlink_metadata(&at)?.is_dir() {
            return Err(std::io::ErrorKind::NotADirectory.into());
        }
        for entry in std::fs::read_dir(at)? {
            let entry = entry?;
            listing.add(entry.file_name().as_encoded_bytes(), EntryKind::of(entry.file_type()?));
        }
        Ok(())
    }
}

/// How much of a folder the system hands over at once, in bytes.
#[cfg(target_os = "linux")]
const CHUNK: usize = 32 << 10;

/// Reads an open folder.
#[cfg(target_os = "linux")]
fn read_entries(folder: &std::fs::File, listing: &mut Listing) -> std::io::Result<()> {
    let mut buffer = std::mem::take(&mut listing.buffer);
    buffer.reserve(CHUNK);
    let mut entries = rustix::fs::RawDir::new(folder, buffer.spare_capacity_mut());
    let result = loop {
        let entry = match entries.next() {
            None => break Ok(()),
            Some(Err(error)) => break Err(error.into()),
            Some(Ok(entry)) => entry,
        };
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        if let Some(kind) = kind_of(folder, name, entry.file_type()) {
            listing.add(name.to_bytes(), kind);
        }
    };
    listing.buffer = buffer;
    result
}

/// What an entry is; nothing where it is gone meanwhile. Some file systems do not say and are asked again.
#[cfg(target_os = "linux")]
fn kind_of(folder: &std::fs::File, name: &std::ffi::CStr, kind: rustix::fs::FileType) -> Option<EntryKind> {
    use rustix::fs::{AtFlags, FileType, statat};
    Some(match kind {
        FileType::Directory => EntryKind::Folder,
        FileType::RegularFile => EntryKind::File,
        FileType::Symlink => EntryKind::Symlink,
        FileType::Unknown => {
            let found = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
            match FileType::from_raw_mode(found.st_mode) {
                FileType::Directory => EntryKind::Folder,
                FileType::RegularFile => EntryKind::File,
                FileType::Symlink => EntryKind::Symlink,
                _ => EntryKind::Special,
            }
        }
        _ => EntryKind::Special,
    })
}
