//! Suppressions with the real program on real folders: the day by which they end, what writes them, and what they do
//! to counts and exit codes. What is allowed where is a case in `fixtures/suppressions`.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test makes folders and reads them")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

struct Repository(TempDir);

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.write("uv.lock", "");
        for (name, text) in files {
            repository.write(name, text);
        }
        repository
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let mut program = Command::new(env!("CARGO_BIN_EXE_policylint"));
        program.env_clear().env("COLUMNS", "100").env("CLAUDECODE", "1").current_dir(self.0.path());
        let output = program.args(arguments).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        Said {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: err.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

/// Runs git with nothing of the machine's own; false where there is none.
fn git(at: &Path, arguments: &[&str]) -> bool {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    git.env("GIT_COMMITTER_DATE", "2026-06-15T23:30:00+0000")
        .env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00+0000");
    git.current_dir(at).output().is_ok_and(|output| output.status.success())
}

const ENDS: &str =
    "pip install a  # policylint: ignore[uv-only] reason=\"until the image has uv\" until=2026-06-15\n";

#[test]
fn a_suppression_ends_behind_its_last_day() {
    let repository = Repository::new(&[("run.sh", ENDS)]);
    assert_eq!(repository.run(&["--as-of", "2026-06-15"]).code, 0);
    let said = repository.run(&["--as-of", "2026-06-16"]);
    assert_eq!((said.code, said.out.lines().count()), (1, 2));
    assert!(
        said.out.contains("error[suppressions] the suppression of `uv-only` ended on 2026-06-15"),
        "{}",
        said.out
    );
    let said = repository.run(&["--as-of", "tomorrow"]);
    assert!(said.code == 2 && said.err.contains("`tomorrow` is no day"), "{}", said.err);
}

#[test]
fn the_day_is_that_of_the_commit_not_of_the_clock() {
    let repository = Repository::new(&[("run.sh", ENDS)]);
    // Without a commit nothing ends, and that is said.
    let said = repository.run(&[]);
    assert_eq!(said.code, 0);
    assert!(
        said.err.contains("1 suppression ends on a day, and no commit says which day it is"),
        "{}",
        said.err
    );
    let at = repository.0.path();
    if !git(at, &["init", "-q"]) || !git(at, &["add", "."]) || !git(at, &["commit", "-qm", "x"]) {
        return;
    }
    let said = repository.run(&[]);
    assert!(said.code == 0 && !said.err.contains("ends on a day"), "{}", said.err);
    repository.write("run.sh", &ENDS.replace("2026-06-15", "2026-06-14"));
    assert_eq!(repository.run(&[]).code, 1);
}

#[test]
fn what_is_suppressed_is_counted_and_listed() {
    let entry = "[[suppress]]\npolicy = \"uv-only\"\npath = \"*.json\"\nreason = \"no comments\"\n";
    let files = [
        ("run.sh", ENDS),
        ("package.json", "{\"scripts\": {\"a\": \"pip install b\"}}"),
        ("policylint.toml", entry),
    ];
    let repository = Repository::new(&files);
    let said = repository.run(&["--show-suppressed", "--as-of", "2026-01-01"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    for part in [
        "(suppressed in line 1: until the image has uv)",
        "(suppressed in policylint.toml:1: no comments)",
        "; 2 suppressed",
    ] {
        assert!(said.err.contains(part), "no {part} in {}", said.err);
    }
    let said = repository.run(&["--output-format", "json", "--as-of", "2026-01-01"]);
    assert!(said.out.contains("\"suppressed\": 2,"), "{}", said.out);
}

#[test]
fn only_policies_that_ran_can_be_silenced_for_nothing() {
    let repository =
        Repository::new(&[("run.sh", "ls # policylint: ignore[uv-only] reason=\"x\"\npip install a\n")]);
    assert!(repository.run(&[]).out.contains("[*] the suppression of `uv-only` silences nothing"));
    assert!(!repository.run(&["--select", "tests-first"]).out.contains("suppressions"));
    assert!(
        !repository.run(&["--config", "policies.suppressions.severity=off"]).out.contains("suppressions")
    );
    // What silences nothing can be taken out.
    assert_eq!(repository.run(&["--fix"]).code, 0);
    assert_eq!(repository.text("run.sh"), "ls\nuv pip install a\n");
}

#[test]
fn reasons_are_needed_as_the_configuration_says() {
    let repository = Repository::new(&[("run.sh", "pip install a # policylint: ignore[uv-only]\n")]);
    assert_eq!(repository.run(&[]).code, 1);
    assert_eq!(repository.run(&["--config", "require-reason=off"]).code, 0);
    assert_eq!(repository.run(&["--config", "policies.uv-only.severity=warning"]).out, "");
    let settings = ["--config", "policies.uv-only.severity=warning", "--config", "require-reason=warning"];
    assert_eq!(repository.run(&settings).out.lines().count(), 2);
}

#[test]
fn findings_are_allowed_where_they_stand() {
    let files = [
        ("run.sh", "#!/bin/sh\nif a; then\n  pip install a \\\n    b\nfi\n"),
        (
            "README.md",
            "# A\n\nRun `pip install a`.\n\n```sh\npip install b\n```\n\n| a |\n|---|\n| `pip install c` |\n",
        ),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: |\n          pip install a\n"),
        ("package.json", "{\"scripts\": {\"a\": \"pip install a\"}}"),
        ("legacy/thoughts/shared/plans/x.md", "# Plan\n"),
        ("doc.sh", "bash <<END\npip install a\nEND\npip install b\n"),
    ];
    let repository = Repository::new(&files);
    assert_eq!(repository.run(&[]).code, 1);
    let said = repository.run(&["--add-ignore", "agreed \"here\""]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let said = repository.run(&[]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    let note = "policylint: ignore[uv-only] reason=\"agreed \\\"here\\\"\"";
    assert_eq!(
        repository.text("run.sh"),
        format!("#!/bin/sh\nif a; then\n  # {note}\n  pip install a \\\n    b\nfi\n")
    );
    let readme = repository.text("README.md");
    assert!(readme.contains(&format!("Run `pip install a`. <!-- {note} -->\n")), "{readme}");
    assert!(
        readme.contains(&format!("<!-- {note} -->\n```sh\n"))
            && readme.contains(&format!("c` <!-- {note} --> |")),
        "{readme}"
    );
    let ledger = repository.text("policylint.toml");
    assert!(ledger.contains("path = \"/package.json\"\nmatch = \"pip install a\"\n"), "{ledger}");
    assert!(ledger.contains("path = \"/doc.sh\"") && !ledger.contains("README"), "{ledger}");
    // Again there is nothing to do.
    let before = (readme, ledger);
    assert_eq!(repository.run(&["--add-ignore", "again"]).code, 0);
    assert_eq!((repository.text("README.md"), repository.text("policylint.toml")), before);
}

#[test]
fn a_reason_that_would_end_its_comment_goes_elsewhere() {
    let repository = Repository::new(&[("a.md", "Run `pip install a`.\n")]);
    assert_eq!(repository.run(&["--add-ignore", "see --> there"]).code, 0);
    assert_eq!(repository.text("a.md"), "Run `pip install a`.\n");
    assert!(repository.text("policylint.toml").contains("see --> there"));
    assert_eq!(repository.run(&[]).code, 0);
    assert_eq!(repository.run(&["--add-ignore", " "]).code, 2);
}

#[test]
fn a_custom_policy_cannot_take_the_place_of_the_one_about_suppressions() {
    let policy = "//! title = \"t\"\n//! why = \"w\"\n//! help = \"h\"\n//! severity = \"info\"\n\nfn file(f, options) {}\n";
    let repository = Repository::new(&[
        ("run.sh", "pip install a # policylint: ignore[uv-only]\n"),
        (".policylint/policies/suppressions.rhai", policy),
    ]);
    let said = repository.run(&[]);
    assert_eq!(said.code, 2);
    assert!(
        said.out.contains("gives no reason") && said.err.contains("there is a policy `suppressions` already"),
        "{}",
        said.err
    );
}

#[test]
fn a_broken_entry_is_drawn_and_allows_nothing() {
    let repository = Repository::new(&[
        ("run.sh", "pip install a\n"),
        ("policylint.toml", "[[suppress]]\npolicy = \"uv-only\"\npaht = \"run.sh\"\nreason = \"x\"\n"),
    ]);
    let said = repository.run(&[]);
    assert_eq!((said.code, said.out.lines().count()), (2, 1));
    assert!(said.err.contains("unknown key `paht`; did you mean `path`?"), "{}", said.err);
}
