//! Bad input to the real program: files, folders, indexes, configurations and policies that are broken, missing, huge or
//! hostile. Each case checks the exit code, what is said, and that whatever else there is to find is still found.

#![expect(clippy::disallowed_methods, reason = "tests make repositories on disk")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

#[cfg(unix)]
mod unix;

/// How long a run may take before it counts as hanging.
const MAX_WAIT: Duration = Duration::from_secs(20);

/// A header that is valid.
const HEADER: &str = "//! title = \"t\"\n//! why = \"w\"\n//! help = \"h\"\n//! severity = \"warning\"\n\n";

/// A repository with one finding of a built-in policy, in `run.sh`.
struct Repository {
    folder: TempDir,
}

/// What a run said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Repository {
    fn new() -> Self {
        let repository = Self::empty();
        repository.write("uv.lock", "").write("run.sh", "#!/bin/sh\npip install healthy\n");
        repository
    }

    fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    fn policy(&self, id: &str, text: &str) -> &Self {
        self.write(&format!(".policylint/policies/{id}.rhai"), text)
    }

    /// Runs the program in the repository.
    fn run(&self, arguments: &[&str]) -> Said {
        said(program(self.folder.path()).args(arguments))
    }

    /// Runs git in the repository; false where there is no git.
    fn git(&self, arguments: &[&str]) -> bool {
        let git = Command::new("git").args(arguments).current_dir(self.folder.path()).output();
        git.is_ok_and(|output| output.status.success())
    }

    /// Makes the repository a checkout that tracks all its files; false where there is no git.
    fn track(&self) -> bool {
        self.git(&["init", "-q"]) && self.git(&["add", "--all", "--force"])
    }
}

impl Said {
    /// The finding in `run.sh` is there, and the exit code is this one.
    #[track_caller]
    fn still_finds(&self, code: i32) -> &Self {
        assert!(
            self.out.contains("pip install healthy") || self.out.contains("run.sh"),
            "{}{}",
            self.out,
            self.err
        );
        self.ends(code)
    }

    #[track_caller]
    fn ends(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        assert!(!self.err.contains("internal error"), "{}", self.err);
        self
    }

    #[track_caller]
    fn tells(&self, part: &str) -> &Self {
        // Messages are wrapped to the width.
        let words: Vec<&str> = self.err.split_whitespace().collect();
        assert!(words.join(" ").contains(part), "no {part:?} in {}", self.err);
        self
    }

    #[track_caller]
    fn shows(&self, part: &str) -> &Self {
        assert!(self.out.contains(part), "no {part:?} in {}", self.out);
        self
    }

    #[track_caller]
    fn hides(&self, part: &str) -> &Self {
        assert!(!self.out.contains(part) && !self.err.contains(part), "{}{}", self.out, self.err);
        self
    }
}

/// The program in a folder, and in surroundings that say nothing.
fn program(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_policylint"));
    program
        .current_dir(folder)
        .env_clear()
        .env("COLUMNS", "100")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    program
}

/// Runs a program to its end, which must come soon.
fn said(program: &mut Command) -> Said {
    let started = Instant::now();
    let output = tempfile::tempdir().unwrap();
    let (out, err) = (output.path().join("out"), output.path().join("err"));
    program.stdout(fs::File::create(&out).unwrap()).stderr(fs::File::create(&err).unwrap());
    let mut child = program.spawn().unwrap();
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if started.elapsed() > MAX_WAIT {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the run hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let read = |path| String::from_utf8(fs::read(path).unwrap()).unwrap();
    Said { code, out: read(out), err: read(err) }
}

fn succeeds(program: &str, arguments: &[&str], folder: &Path) -> bool {
    let output: Result<Output, _> = Command::new(program).args(arguments).current_dir(folder).output();
    output.is_ok_and(|output| output.status.success())
}

const CONCISE: [&str; 2] = ["--output-format", "concise"];

#[test]
fn text_in_other_encodings() {
    let repository = Repository::new();
    repository.write("latin.sh", b"# caf\xe9\necho \xe9\xe8; pip install x\n");
    let wide: Vec<u8> = "pip install x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    repository.write("wide.sh", wide);
    repository
        .run(&CONCISE)
        .still_finds(1)
        .shows("latin.sh:2:10: error[uv-only]")
        .hides("wide.sh")
        .tells("1 binary");
}

#[test]
fn files_too_large_or_binary_are_counted() {
    let repository = Repository::new();
    repository.write("large.sh", "pip install x\n".repeat(100_000)).write("binary.sh", b"pip install x\n\0");
    repository.run(&[]).still_finds(1).hides("large.sh").tells("2 skipped: 1 binary, 1 too large");
}

/// Nobody reads ten thousand findings in one file; that there are more is said, and never looks like success.
#[test]
fn more_commands_than_anybody_reads() {
    let repository = Repository::new();
    repository.write("generated.sh", "pip install a\n".repeat(10_001));
    repository
        .run(&[])
        .still_finds(2)
        .tells("more than 10000 facts of the kind `command`")
        .tells("generated.sh:10001:1");
}

#[test]
fn a_line_of_seventy_thousand_columns() {
    let repository = Repository::new();
    let long = "x".repeat(70_000);
    repository
        .write("policylint.toml", format!("policies.uv-only = {{ allow = [\"{long}\"], alow = [] }}\n"));
    let said = repository.run(&["--output-format", "human"]);
    said.still_finds(2).tells("policylint.toml:1:70036").tells("alow = []");
    assert!(said.err.len() < 3_000, "the line is not cropped");
}

#[test]
fn deep_nesting() {
    let repository = Repository::new();
    let brackets = "[".repeat(10_000);
    repository
        .write("a.yml", &brackets)
        .write(".github/workflows/b.yml", format!("jobs: {brackets}"))
        .write("CLAUDE.md", format!("---\nx: {brackets}\n---\n{brackets}"))
        .write("deep.md", format!("{}\n{}", "> ".repeat(10_000), "- ".repeat(10_000)))
        .write("toml.md", format!("+++\nx = {brackets}\n+++\n"))
        .write("pyproject.toml", format!("x = {brackets}"))
        .write("deep.sh", format!("{}pip install x", "$(".repeat(10_000)));
    repository.run(&CONCISE).still_finds(1);
}

#[test]
fn paths_that_cannot_be_judged() {
    let (repository, other) = (Repository::new(), Repository::new());
    repository.run(&["absent"]).ends(2).tells("`absent` does not exist");
    repository.run(&[".", other.folder.path().to_str().unwrap()]).ends(2).tells("lies outside");
}

#[test]
fn a_tracked_file_that_is_gone() {
    let repository = Repository::new();
    repository.write("gone.sh", "pip install x\n");
    if repository.track() {
        fs::remove_file(repository.path("gone.sh")).unwrap();
        repository.run(&["--tracked"]).still_finds(1).hides("gone.sh").tells("1 gone");
    }
}

#[test]
fn an_index_that_cannot_be_read() {
    let repository = Repository::new();
    repository.run(&["--tracked"]).ends(2).tells("needs a git checkout");
    let bomb = b"DIRC\0\0\0\x02\xff\xff\xff\xff".iter().copied().chain([7; 200]).collect::<Vec<u8>>();
    for index in [&b"no index"[..], b"DIRC", &bomb] {
        repository.write(".git/index", index);
        repository.run(&["--tracked"]).ends(2).tells("cannot be read");
        repository.run(&[]).still_finds(1);
    }
}

#[test]
fn nothing_to_judge() {
    let repository = Repository::empty();
    repository.run(&[]).ends(0);
    repository.write("a.sh", "").write("b.py", "").write("c.md", "").write("uv.lock", "");
    repository.run(&[]).ends(0);
    repository.write(".gitignore", "*\n");
    repository.run(&[]).ends(2).tells("ignore files cover all");
    repository.run(&["--no-ignore"]).ends(0);
    fs::remove_file(repository.path(".gitignore")).unwrap();
    repository.write("policylint.toml", "exclude = [\"**\"]\n");
    repository.run(&[]).ends(2).tells("`exclude`");
}

#[test]
fn broken_configurations() {
    for (text, parts) in [
        ("exlude = []\n", &["policylint.toml:1:1", "did you mean `exclude`", "exlude = []"][..]),
        ("exclude = [\n", &["policylint.toml:"]),
        ("[policies.uv-onli]\n", &["did you mean `uv-only`"]),
        ("[policies.uv-only]\nallow = 3\n", &["policylint.toml:2:9", "`allow` takes"]),
        ("[policies.uv-only]\nalow = []\n", &["did you mean `allow`"]),
    ] {
        let repository = Repository::new();
        let said = repository.write("policylint.toml", text).run(&[]);
        said.still_finds(2);
        for part in parts {
            said.tells(part);
        }
    }
    let repository = Repository::new();
    repository.write("policylint.toml", "").write(".policylint.toml", "");
    repository.run(&[]).still_finds(2).tells("keep one of the two");
    repository.run(&["--config", "absent.toml"]).ends(2).tells("does not exist");
}

#[test]
fn broken_policies() {
    for (id, text, part) in [
        ("p", format!("{HEADER}fn file(f, o) {{ let }}"), "not valid"),
        ("p", "//! title = 3\nfn file(f, o) { }".to_owned(), "title"),
        ("p", format!("//! titel = \"t\"\n{HEADER}fn file(f, o) {{ }}"), "did you mean `title`"),
        (
            "p",
            format!(
                "{}//!\n//! [select.file]\n//! nme = [\"a\"]\n\nfn file(f, o) {{ }}",
                HEADER.trim_end().to_owned() + "\n"
            ),
            "did you mean `name`",
        ),
        ("uv-only", format!("{HEADER}fn file(f, o) {{ }}"), "there is a policy `uv-only` already"),
        ("p", format!("{HEADER}fn file(f, o) {{ 42 }}"), "returned a value of type `i64`"),
        ("p", format!("{HEADER}fn file(f, o) {{ [1] }}"), "an array that holds something else"),
        ("p", format!("{HEADER}fn file(f, o) {{ f.pth }}"), "did you mean `path`"),
        ("p", format!("{HEADER}fn file(f, o) {{ fnding(f) }}"), "fnding"),
        ("p", format!("{HEADER}let x = 1;\nfn file(f, o) {{ }}"), "functions only"),
        ("p", HEADER.to_owned(), "no function"),
        ("p", String::new(), "title"),
    ] {
        let repository = Repository::new();
        let said = repository
            .policy("healthy", &format!("{HEADER}fn file(f, o) {{ finding(f, \"seen\") }}"))
            .policy(id, &text)
            .run(&CONCISE);
        said.still_finds(2).tells(part).tells(&format!(".policylint/policies/{id}.rhai"));
        assert_eq!(said.out.matches("[healthy] seen").count(), 4, "{}", said.out);
    }
}

#[test]
fn reports_that_cannot_be_written() {
    let repository = Repository::new();
    repository.run(&["-o", "absent/report.json"]).ends(2).tells("cannot be written");
    fs::create_dir(repository.path("folder")).unwrap();
    repository.run(&["-o", "folder"]).ends(2).tells("cannot be written");
    let entries = fs::read_dir(repository.folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["folder", "run.sh", "uv.lock"]);
}
