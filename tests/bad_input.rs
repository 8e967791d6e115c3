//! Bad input to the real program: files, folders, indexes, configurations and policies that are broken, missing, huge or
//! hostile. Each case checks the exit code, what is said, and that whatever else there is to find is still found.

#![expect(clippy::disallowed_methods, reason = "tests make repositories on disk")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

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
        assert!(self.err.contains(part), "no {part:?} in {}", self.err);
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

#[test]
fn a_line_of_seventy_thousand_columns() {
    let repository = Repository::new();
    repository.write("long.sh", format!("true {}; pip install far\n", "x".repeat(70_000)));
    let said = repository.run(&[]);
    said.still_finds(1).shows("long.sh:1:70008").shows("pip install far");
    assert!(said.out.len() < 5_000, "the line is not cropped");
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

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn pipe(repository: &Repository, name: &str) {
        assert!(succeeds("mkfifo", &[name], repository.folder.path()), "no mkfifo here");
    }

    #[test]
    fn folders_that_may_not_be_read() {
        let repository = Repository::new();
        repository.write("shut/a.sh", "pip install x\n");
        fs::set_permissions(repository.path("shut"), fs::Permissions::from_mode(0)).unwrap();
        let is_shut = fs::read_dir(repository.path("shut")).is_err();
        let said = repository.run(&CONCISE);
        fs::set_permissions(repository.path("shut"), fs::Permissions::from_mode(0o700)).unwrap();
        // Root reads it all the same.
        if is_shut {
            said.still_finds(2).tells("`shut` cannot be read");
        }
    }

    #[test]
    fn links_stay_in_the_root() {
        let (repository, outside) = (Repository::new(), Repository::empty());
        outside.write("secret.sh", "pip install secret\n").write("policies/p.rhai", "secret");
        outside.write("policylint.toml", "secret = 1");
        symlink(outside.folder.path(), repository.path("folder")).unwrap();
        symlink(outside.path("secret.sh"), repository.path("file.sh")).unwrap();
        symlink(".", repository.path("loop")).unwrap();
        symlink(outside.path("policylint.toml"), repository.path("policylint.toml")).unwrap();
        fs::create_dir(repository.path(".policylint")).unwrap();
        repository.run(&[]).still_finds(1).hides("secret");
        repository.run(&["--no-ignore"]).still_finds(1).hides("secret");
        symlink(outside.path("policies"), repository.path(".policylint/policies")).unwrap();
        repository.run(&[]).still_finds(2).hides("secret").tells("it lies outside the repository");
    }

    #[test]
    fn tracked_files_behind_links() {
        let (repository, outside) = (Repository::new(), Repository::empty());
        outside.write("a.sh", "pip install secret\n");
        repository.write("deep/er/a.sh", "").write("deep/er/b.sh", "pip install x\n").write("b.sh", "");
        if !repository.track() {
            return;
        }
        fs::remove_dir_all(repository.path("deep/er")).unwrap();
        symlink(outside.folder.path(), repository.path("deep/er")).unwrap();
        fs::remove_file(repository.path("b.sh")).unwrap();
        symlink(outside.path("a.sh"), repository.path("b.sh")).unwrap();
        repository.run(&["--tracked"]).still_finds(1).hides("secret").tells("3 symbolic link");
        repository.run(&[]).still_finds(1).hides("secret");
    }

    #[test]
    fn pipes_are_never_opened() {
        let repository = Repository::new();
        pipe(&repository, "pipe.sh");
        repository.run(&[]).still_finds(1).tells("1 not a regular file");
        repository.run(&["pipe.sh"]).ends(2).tells("is neither a file nor a folder");
        repository.run(&["--no-ignore"]).still_finds(1);
        pipe(&repository, "policylint.toml");
        repository.run(&[]).still_finds(1);
        repository.run(&["--config", "policylint.toml"]).ends(2).tells("not a regular file");
    }

    #[test]
    fn tracked_pipes_are_never_opened() {
        let repository = Repository::new();
        repository.write("a.sh", "");
        if !repository.track() {
            return;
        }
        fs::remove_file(repository.path("a.sh")).unwrap();
        pipe(&repository, "a.sh");
        repository.run(&["--tracked"]).still_finds(1).tells("1 not a regular file");
        fs::remove_file(repository.path(".git/index")).unwrap();
        pipe(&repository, ".git/index");
        repository.run(&["--tracked"]).ends(2).tells("not a regular file");
        repository.run(&[]).still_finds(1);
    }

    #[test]
    fn ignore_files_that_are_none() {
        for name in [".gitignore", ".ignore"] {
            let repository = Repository::new();
            repository.write("sub/a.sh", "pip install hidden\n").write("other/b.sh", "pip install x\n");
            symlink("/dev/zero", repository.path(&format!("sub/{name}"))).unwrap();
            let said = repository.run(&CONCISE);
            said.still_finds(2).shows("other/b.sh").tells("nothing in `sub` was judged");
            symlink("/dev/zero", repository.path(name)).unwrap();
            repository.run(&CONCISE).still_finds(2).shows("other/b.sh").tells("without ignore rules");
            fs::remove_file(repository.path(name)).unwrap();
            pipe(&repository, name);
            repository.run(&CONCISE).still_finds(2).tells("without ignore rules");
        }
    }

    #[test]
    fn names_that_are_not_text() {
        let repository = Repository::new();
        let path = repository.folder.path().join(std::ffi::OsStr::from_bytes(b"a\xff.sh"));
        // Some file systems do not have such names.
        if fs::write(&path, "pip install x\n").is_ok() {
            repository.run(&[]).still_finds(1).tells("1 name is not UTF-8");
            said(program(repository.folder.path()).arg(path)).ends(2).tells("is not UTF-8");
        }
    }

    #[test]
    fn control_characters_are_spelt_out() {
        let repository = Repository::new();
        let evil = "\u{1b}[31m\u{7}\r\u{202e}\u{200f}\u{9b}";
        for name in [format!("a{evil}.sh"), "b\n.sh".to_owned()] {
            repository.write(&name, format!("pip install {evil}\n"));
        }
        repository.policy(
            "evil",
            &format!("{HEADER}fn file(f, o) {{ finding(f, `{evil}` + f.path).help(`{evil}`) }}"),
        );
        repository.policy("thrown", &format!("{HEADER}fn file(f, o) {{ throw `{evil}` + f.path }}"));
        repository.policy("broken", &format!("{HEADER}fn file(f, o) {{ {evil} }}"));
        repository.write(
            "policylint.toml",
            format!(
                "\"{}\" = 1\n",
                evil.escape_unicode().to_string().replace("\\u{1b}", "\\u001B").replace("\\u{7}", "\\u0007")
            ),
        );
        let is_raw = |character: char| {
            (character.is_control() && character != '\n') || ('\u{200e}'..='\u{202e}').contains(&character)
        };
        for format in ["human", "concise"] {
            let said = repository.run(&["--output-format", format, "-v"]);
            said.still_finds(2);
            assert!(!said.out.contains(is_raw), "{:?}", said.out);
            assert!(!said.err.contains(is_raw), "{:?}", said.err);
        }
        for arguments in [&["--show-files"][..], &["list"], &["facts", "--kind", "file"]] {
            let said = repository.run(arguments);
            assert!(!said.out.contains(is_raw), "{arguments:?}: {:?}", said.out);
            assert!(!said.err.contains(is_raw), "{arguments:?}: {:?}", said.err);
        }
        let said = repository.run(&["--output-format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(
            json["findings"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|finding| finding["policy"] == "uv-only")
                .count(),
            3
        );
        let missing = format!("no{evil}");
        let said = repository.run(&[missing.as_str()]);
        assert!(!said.ends(2).err.contains(is_raw), "{:?}", said.err);
    }

    #[test]
    fn folders_nested_deeper_than_a_path_is_long() {
        let repository = Repository::new();
        let script = "i=0; while [ $i -lt 5000 ]; do mkdir d && cd -P d || exit 1; i=$((i+1)); done; echo pip install x > a.sh";
        if succeeds("sh", &["-c", script], repository.folder.path()) {
            let said = repository.run(&CONCISE);
            assert!(matches!(said.code, Some(1 | 2)), "{}", said.err);
            said.still_finds(said.code.unwrap());
        }
        // The library that removes temporary folders recurses.
        succeeds("rm", &["-rf", "d"], repository.folder.path());
    }

    #[test]
    fn a_reader_that_leaves() {
        let repository = Repository::new();
        repository.write("many.sh", "pip install x\n".repeat(20_000));
        let mut child =
            program(repository.folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
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
