//! Writes a report to a file, whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes what `write` produces to `path`: first beside it, then into its place.
///
/// # Errors
/// When the file cannot be written; whatever stood at `path` is then still there.
#[expect(clippy::disallowed_methods, reason = "this is where reports are written")]
pub fn create(path: &Path, write: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if let Ok(metadata) = std::fs::metadata(path)
        && !metadata.is_file()
    {
        // A pipe or `/dev/stdout` cannot be replaced, only written to.
        let mut out = BufWriter::new(File::options().write(true).open(path)?);
        write(&mut out)?;
        return out.flush();
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    // Never through a link that waits under this name.
    let file = File::options().write(true).create_new(true).open(&beside)?;
    let done = (|| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()?;
        std::fs::rename(&beside, path)
    })();
    if done.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    done
}
