//! Writes new files of a repository: all of them or none, and never through a symbolic link.

use std::io;
use std::path::Path;

use super::output::create;
use crate::source::RepoPath;

/// Writes files below `root`, making the folders that they need: all of them, or none where one fails.
///
/// # Errors
/// When a file cannot be written or would be reached by a symbolic link, with its path; new files are gone again.
#[expect(clippy::disallowed_methods, reason = "this is where files are written")]
pub fn create_below(root: &Path, files: &[(RepoPath, String)]) -> Result<(), (RepoPath, io::Error)> {
    // Links are looked for before anything is written.
    for (path, _) in files {
        own_path(root, path).map_err(|error| (path.clone(), error))?;
    }
    let mut made: Vec<&RepoPath> = Vec::new();
    for (path, text) in files {
        let at = root.join(path.as_str());
        let is_new = std::fs::symlink_metadata(&at).is_err();
        let written = at
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| create(&at, &|out| out.write_all(text.as_bytes())));
        if let Err(error) = written {
            for made in made {
                let _ = std::fs::remove_file(root.join(made.as_str()));
            }
            return Err((path.clone(), error));
        }
        if is_new {
            made.push(path);
        }
    }
    Ok(())
}

/// Makes sure that neither a path nor a folder above it is a symbolic link, which could lead out of the repository.
#[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
fn own_path(root: &Path, path: &RepoPath) -> io::Result<()> {
    let mut at = root.to_path_buf();
    for part in path.parts() {
        at.push(part);
        let metadata = match std::fs::symlink_metadata(&at) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        if metadata.is_symlink() {
            return Err(io::Error::other("it is reached by a symbolic link"));
        }
    }
    Ok(())
}
