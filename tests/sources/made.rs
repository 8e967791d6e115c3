//! Repositories made for a test, and the program run in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A git checkout in a temporary folder.
pub(crate) struct Made {
    folder: TempDir,
}

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    /// Standard error with its line breaks folded.
    pub(crate) err: String,
}

impl Made {
    /// An empty repository on the branch `main`.
    pub(crate) fn new() -> Self {
        Self::with_hash("sha1")
    }

    /// An empty repository whose objects are named by this kind of hash.
    pub(crate) fn with_hash(hash: &str) -> Self {
        let made = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(made.at("here")).unwrap();
        made.git(&["init", "--quiet", "--initial-branch=main", &format!("--object-format={hash}")]);
        made
    }

    /// The checkout.
    pub(crate) fn root(&self) -> PathBuf {
        self.at("here")
    }

    /// A place beside the checkout.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.root().join(path)).unwrap();
        self
    }

    /// Commits everything and gives the hash.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git in the checkout and gives what it prints.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.root(), arguments)
    }

    /// Runs the program in the checkout.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        run(&self.root(), arguments, "")
    }
}

/// Runs git without the settings of whoever runs the test; the dates of commits are always the same.
pub(crate) fn git(at: &Path, arguments: &[&str]) -> String {
    let mut program = Command::new("git");
    program.args(["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "protocol.file.allow=always"]);
    program.args(arguments).current_dir(at).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    program
        .env_remove("GIT_INDEX_FILE")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    program.env("GIT_AUTHOR_DATE", "1700000000 +0000").env("GIT_COMMITTER_DATE", "1700000000 +0000");
    let output = program.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "git {arguments:?}: {out}{err}");
    out.trim_end().to_owned()
}

/// Runs the program with a text on its standard input.
pub(crate) fn run(at: &Path, arguments: &[&str], input: &str) -> Ended {
    use std::io::Write;
    let mut program = Command::new(env!("CARGO_BIN_EXE_policylint"));
    program.env_clear().env("COLUMNS", "100").current_dir(at).args(arguments);
    let reports =
        !arguments.iter().any(|argument| ["--output-format", "--diff", "baseline"].contains(argument));
    if reports {
        program.args(["--output-format", "concise"]);
    }
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that stops before it reads closes the pipe.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    Ended {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: err.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}
