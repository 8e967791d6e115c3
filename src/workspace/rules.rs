//! Looks at the ignore files of a folder before the walker opens them: a pipe would block it, a link to a device would
//! fill the memory. Reads none of them.

use std::path::{Path, PathBuf};

/// The files that the walker reads in each folder.
const NAMES: [&str; 2] = [".gitignore", ".ignore"];

/// Ignore files larger than this are not read, in bytes: every rule costs time for every file.
const MAX_SIZE: u64 = 1 << 20;

/// The first ignore file in `folder` that must not be opened, and why.
pub(super) fn unsafe_file(root: &Path, folder: &Path) -> Option<(PathBuf, &'static str)> {
    NAMES.iter().find_map(|name| {
        let path = folder.join(name);
        let reason = why_unsafe(root, &path)?;
        Some((path, reason))
    })
}

/// Why a file must not be opened; nothing if it may, or if nothing is there.
#[expect(clippy::disallowed_methods, reason = "this is where the disk is asked")]
fn why_unsafe(root: &Path, path: &Path) -> Option<&'static str> {
    let mut metadata = std::fs::symlink_metadata(path).ok()?;
    if metadata.is_symlink() {
        // A link that leads nowhere is not opened either.
        let real = std::fs::canonicalize(path).ok()?;
        if !std::fs::canonicalize(root).is_ok_and(|root| real.starts_with(root)) {
            return Some("it lies outside the repository");
        }
        metadata = std::fs::metadata(path).ok()?;
    }
    if metadata.is_dir() || (metadata.is_file() && metadata.len() <= MAX_SIZE) {
        return None;
    }
    Some(if metadata.is_file() { "it is too large" } else { "it is not a regular file" })
}
