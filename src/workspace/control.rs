//! What decides about a run instead of being judged in it: the baseline, and the time of the commit that is checked
//! out. Written whole or not at all, and never outside the root.

use std::io::Write;

use super::{Repository, Unread, Workspace, create, fill, text_of};
use crate::source::{RepoPath, SourceFile};

/// The largest file that is read here, in bytes (64 MiB): half a million known findings.
const MAX_SIZE: u64 = 64 << 20;

impl Workspace {
    /// The text of a file that may be longer than those that are judged.
    ///
    /// # Errors
    /// When the file cannot or should not be read as text.
    pub fn read_whole(&self, path: &RepoPath) -> Result<SourceFile, Unread> {
        if let Some(text) = self.overlay.get(path) {
            return Ok(SourceFile::new(path.clone(), std::sync::Arc::clone(text)));
        }
        let mut buffer = Vec::new();
        match self.snapshot() {
            Some(snapshot) => snapshot.read_up_to(path, MAX_SIZE, &mut buffer)?,
            None => fill(self.open(path)?, MAX_SIZE, &mut buffer)?,
        }
        Ok(SourceFile::new(path.clone(), text_of(&buffer)))
    }

    /// When the commit that is judged or checked out was made, in seconds since 1970; nothing outside of git, before
    /// the first commit, and where it cannot be read.
    #[must_use]
    pub fn head_time(&self) -> Option<i64> {
        if let Some(snapshot) = self.snapshot() {
            return snapshot.time();
        }
        let repository = Repository::open(self.root()?).ok()?;
        let head = repository.head().ok()??;
        repository.commit_time(head).ok()
    }

    /// Writes a file, and the folders above it that are missing.
    ///
    /// # Errors
    /// When it cannot be written, or is reached by a link, with the reason for people; what was there is then still
    /// there.
    pub fn write(&self, path: &RepoPath, text: &str) -> Result<(), String> {
        let root = self.root().ok_or("it is only in memory")?;
        let mut above = RepoPath::new("");
        for part in path.parts().rev().skip(1).collect::<Vec<_>>().into_iter().rev() {
            above = above.join(part);
            if self.is_link(&above) {
                return Err(format!("`{above}` is a symbolic link"));
            }
            match std::fs::create_dir(root.join(above.as_str())) {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                    return Err(error.to_string());
                }
                _ => {}
            }
        }
        if self.is_link(path) {
            return Err("it is a symbolic link".to_owned());
        }
        let write = |out: &mut dyn Write| out.write_all(text.as_bytes());
        create(&root.join(path.as_str()), &write).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make folders")]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_with_their_folders_and_read_whatever_their_size() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::on_disk(folder.path());
        let path = RepoPath::new("a/b/c.jsonl");
        let text = "x".repeat(2 << 20);
        assert_eq!(workspace.write(&path, &text), Ok(()));
        assert_eq!(workspace.read(&path).map(|_| ()), Err(Unread::TooLarge));
        assert_eq!(&*workspace.read_whole(&path).unwrap().text, text);
        assert_eq!(workspace.write(&path, "y"), Ok(()));
        assert_eq!(std::fs::read_dir(folder.path().join("a/b")).unwrap().count(), 1);
        assert_eq!(workspace.head_time(), None);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(outside.path(), folder.path().join("a")).unwrap();
        let workspace = Workspace::on_disk(folder.path());
        assert!(workspace.write(&RepoPath::new("a/b.jsonl"), "x").is_err());
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
    }
}
