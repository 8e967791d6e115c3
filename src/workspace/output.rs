//! Writes reports to files, whole or not at all; of several that belong together all or none.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What produces the bytes of a file.
type Producer<'a> = &'a dyn Fn(&mut dyn Write) -> io::Result<()>;

/// A file to write, and what to write to it.
#[derive(Clone, Copy)]
pub struct Output<'a> {
    /// Where it lies.
    pub path: &'a Path,
    /// What writes it.
    pub write: Producer<'a>,
}

impl std::fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.path.fmt(f)
    }
}

/// Writes what `write` produces to `path`: first beside it, then into its place.
///
/// # Errors
/// When the file cannot be written; whatever stood at `path` is then still there.
pub fn create(path: &Path, write: Producer<'_>) -> io::Result<()> {
    stage(&Output { path, write })?.commit()
}

/// Writes several files: each beside its place first, and into their places when all are written.
///
/// # Errors
/// With the number of the first file that cannot be written; whatever stood in the places is then still there.
pub fn create_all(outputs: &[Output<'_>]) -> Result<(), (usize, io::Error)> {
    let staged =
        outputs.iter().enumerate().map(|(number, output)| stage(output).map_err(|error| (number, error)));
    let staged = staged.collect::<Result<Vec<Staged>, _>>()?;
    for (number, staged) in staged.into_iter().enumerate() {
        staged.commit().map_err(|error| (number, error))?;
    }
    Ok(())
}

/// Adds a text to the end of a file, which is made if it is not there.
///
/// # Errors
/// When the file cannot be written.
pub fn append(path: &Path, text: &str) -> io::Result<()> {
    File::options().append(true).create(true).open(path)?.write_all(text.as_bytes())
}

/// Where a file would be written, the same for each way to spell it.
///
/// # Errors
/// When no file can be written there: its folder is missing, or it is a folder itself.
#[expect(clippy::disallowed_methods, reason = "this is where reports are written")]
pub fn place_of(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().filter(|_| !path.is_dir()).ok_or(io::ErrorKind::IsADirectory)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(std::fs::canonicalize(folder)?.join(name))
}

/// A file that is written, but not in its place.
enum Staged {
    /// It lies beside its place.
    Beside(Beside),
    /// It is to go to what cannot be replaced, only written to: a pipe, or `/dev/stdout`.
    Held { stream: File, bytes: Vec<u8> },
}

/// A file under another name, which is removed unless it comes into its place.
struct Beside {
    temporary: PathBuf,
    path: PathBuf,
}

impl Drop for Beside {
    fn drop(&mut self) {
        // There is nothing under this name once the file has come into its place.
        let _ = std::fs::remove_file(&self.temporary);
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where reports are written")]
fn stage(output: &Output<'_>) -> io::Result<Staged> {
    let path = output.path;
    if let Ok(metadata) = std::fs::metadata(path)
        && !metadata.is_file()
    {
        let stream = File::options().write(true).open(path)?;
        let mut bytes = Vec::new();
        (output.write)(&mut bytes)?;
        return Ok(Staged::Held { stream, bytes });
    }
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = PathBuf::from(temporary);
    // Never through a link that waits under this name.
    let file = File::options().write(true).create_new(true).open(&temporary)?;
    let beside = Beside { temporary, path: path.to_path_buf() };
    let mut out = BufWriter::with_capacity(64 << 10, file);
    (output.write)(&mut out)?;
    out.flush()?;
    Ok(Staged::Beside(beside))
}

impl Staged {
    fn commit(self) -> io::Result<()> {
        match self {
            Self::Beside(beside) => std::fs::rename(&beside.temporary, &beside.path),
            Self::Held { mut stream, bytes } => stream.write_all(&bytes),
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test looks at what was written")]
mod tests {
    use super::*;

    #[test]
    fn of_several_files_all_are_written_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("missing/other"));
        std::fs::write(&one, "old").unwrap();
        let write = |out: &mut dyn Write| out.write_all(b"new");
        let failing = |_: &mut dyn Write| Err(io::ErrorKind::StorageFull.into());
        let output = |path, write| Output { path, write };
        assert_eq!(create_all(&[output(&one, &write), output(&other, &write)]).unwrap_err().0, 1);
        assert_eq!(create_all(&[output(&one, &failing)]).unwrap_err().0, 0);
        assert_eq!(std::fs::read_to_string(&one).unwrap(), "old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        create_all(&[output(&one, &write)]).unwrap();
        append(&one, "er").unwrap();
        assert_eq!(std::fs::read_to_string(&one).unwrap(), "newer");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn one_file_has_one_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        assert_eq!(place_of(&path.join("a")).unwrap(), place_of(&path.join(".").join("a")).unwrap());
        assert!(place_of(path).is_err() && place_of(&path.join("no/a")).is_err());
    }
}
