//! Changes files on disk: whole or not at all, and only those that still hold what was read. Never writes through a
//! link.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use super::Workspace;
use crate::source::RepoPath;

impl Workspace {
    /// This repository with these texts laid over it.
    #[must_use]
    pub fn with_texts(&self, texts: impl IntoIterator<Item = (RepoPath, Arc<str>)>) -> Self {
        let mut overlay = self.overlay.clone();
        overlay.extend(texts);
        Self { base: self.base.again(), overlay }
    }

    /// The exact text of a file that is to change.
    ///
    /// # Errors
    /// When the file cannot be read, is reached by a link, or is not UTF-8, with the reason for people.
    pub fn text_to_change(&self, path: &RepoPath) -> Result<Arc<str>, String> {
        if let Some(text) = self.overlay.get(path) {
            return Ok(Arc::clone(text));
        }
        if self.is_link(path) {
            return Err("it is a symbolic link; fix the file that it leads to".to_owned());
        }
        let mut bytes = Vec::new();
        self.read_bytes(path, &mut bytes).map_err(|why| why.to_string())?;
        String::from_utf8(bytes)
            .map(Arc::from)
            .map_err(|_| "it is not UTF-8, so its bytes would not survive".to_owned())
    }

    /// Replaces the text of a file that holds `before`, keeping its permissions: first beside it, then into its place.
    ///
    /// # Errors
    /// When the file has changed, cannot be written, or is reached by a link, with the reason for people; it is then
    /// as it was.
    pub fn replace(&self, path: &RepoPath, before: &str, after: &str) -> Result<(), String> {
        let root = self.disk().ok_or("it is not on disk")?;
        if self.is_link(path) || !root.contains(path) {
            return Err("it is reached by a symbolic link or gone".to_owned());
        }
        let at = root.path().join(path.as_str());
        overwrite(&at, before, after).map_err(|error| error.to_string())
    }

    #[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
    fn is_link(&self, path: &RepoPath) -> bool {
        if let Some(snapshot) = self.snapshot() {
            return snapshot.is_link(path);
        }
        let metadata = self.root().and_then(|root| std::fs::symlink_metadata(root.join(path.as_str())).ok());
        metadata.is_some_and(|metadata| metadata.is_symlink())
    }
}

fn overwrite(at: &Path, before: &str, after: &str) -> io::Result<()> {
    // A file that may not be written is left alone, even where its folder would let it be replaced.
    let mut old = File::options().read(true).write(true).open(at)?;
    let permissions = old.metadata()?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    let mut found = Vec::with_capacity(before.len());
    old.read_to_end(&mut found)?;
    if found != before.as_bytes() {
        return Err(io::Error::other("it has changed since it was judged; run again"));
    }
    let mut beside = at.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let mut new = File::options().write(true).create_new(true).open(&beside)?;
    let done = (|| {
        new.write_all(after.as_bytes())?;
        new.set_permissions(permissions)?;
        std::fs::rename(&beside, at)
    })();
    if done.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    done
}
