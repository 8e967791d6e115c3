//! The baseline on real folders, with the real program: what it knows, what it never hides, and what becomes of it
//! when the repository changes or the file is damaged.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test makes folders and reads them")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

const FILE: &str = ".policylint/baseline.jsonl";

/// A folder with a lock file, so that `uv-only` applies.
struct Repository(TempDir);

/// What a run said: its exit code, standard output, and standard error with its line breaks folded.
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

    /// A script that runs these commands, all of them in the baseline.
    fn known(commands: &str) -> Self {
        let repository = Self::new(&[("run.sh", commands)]);
        assert_eq!(repository.run(&["baseline"]).code, 0);
        let said = repository.run(&[]);
        assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
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

    fn baseline(&self) -> String {
        fs::read_to_string(self.path(FILE)).unwrap()
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

    /// The lines of `run.sh` that are shown, and how many entries are stale.
    fn shown(&self) -> (Vec<u32>, usize) {
        let said = self.run(&[]);
        let line = |line: &str| line.strip_prefix("run.sh:")?.split(':').next()?.parse().ok();
        let stale =
            said.err.split(" of the baseline fit").next().filter(|before| before.len() < said.err.len());
        let stale = stale.and_then(|before| before.rsplit(' ').nth(1)?.parse().ok());
        assert_eq!(said.code, i32::from(!said.out.is_empty()), "{}", said.err);
        (said.out.lines().filter_map(line).collect(), stale.unwrap_or_default())
    }
}

#[test]
fn one_finding_replaced_by_two_others_shows_both() {
    let repository = Repository::known("pip install a\n");
    repository.write("run.sh", "pip install b\npip install c\n");
    assert_eq!(repository.shown(), (vec![1, 2], 1));
}

#[test]
fn one_finding_replaced_by_another_of_its_kind_shows_it() {
    let repository = Repository::known("pip install a\npip install b\n");
    repository.write("run.sh", "pip install a\npip install c\n");
    assert_eq!(repository.shown(), (vec![2], 1));
    repository.write("run.sh", "pip install b\npip install a\npython x.py\n");
    assert_eq!(repository.shown(), (vec![3], 0));
}

#[test]
fn of_two_equal_findings_one_that_goes_is_stale() {
    let repository = Repository::known("pip install a\necho\npip install a\n");
    repository.write("run.sh", "pip install a\n");
    assert_eq!(repository.shown(), (vec![], 1));
}

#[test]
fn a_third_equal_finding_is_new_wherever_it_stands() {
    let repository = Repository::known("pip install a\npip install a\n");
    repository.write("run.sh", "pip install a\npip install a\npip install a\n");
    assert_eq!(repository.shown(), (vec![3], 0));
}

#[test]
fn the_same_finding_in_another_file_is_new() {
    let repository = Repository::known("pip install a\n");
    repository.write("other.sh", "pip install a\n");
    let said = repository.run(&[]);
    assert!(said.out.starts_with("other.sh:1:1") && said.out.lines().count() == 1, "{}", said.out);
}

#[test]
fn moving_and_reformatting_hides_nothing_and_shows_nothing() {
    let repository = Repository::known("pip install a b\n");
    repository.write("run.sh", "#!/bin/sh\n\nif true; then\n  pip  install \\\n    'a' \"b\"\nfi\n");
    assert_eq!(repository.shown(), (vec![], 0));
}

#[test]
fn another_complaint_about_the_same_thing_is_new() {
    let policy = |message: &str| {
        format!(
            "//! title = \"t\"\n//! why = \"w\"\n//! help = \"h\"\n//! severity = \"error\"\n//!\n//! [select.file]\n//! \
             name = \"run.sh\"\n\nfn file(f, options) {{ finding(f, \"{message}\") }}\n"
        )
    };
    let repository = Repository::known("ls\n");
    repository.write(".policylint/policies/own.rhai", &policy("it has 12 lines too many"));
    assert_eq!(repository.run(&["baseline", "--update"]).code, 0);
    repository.write(".policylint/policies/own.rhai", &policy("it has 7 lines too many"));
    assert_eq!(repository.shown(), (vec![], 0));
    repository.write(".policylint/policies/own.rhai", &policy("it has no licence"));
    assert_eq!(repository.shown(), (vec![1], 1));
}

#[test]
fn a_renamed_file_is_recognised_and_taken_along() {
    let repository = Repository::known("pip install a\n");
    fs::rename(repository.path("run.sh"), repository.path("start.sh")).unwrap();
    let said = repository.run(&[]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("1 of them looks like a finding that has moved; `policylint baseline --update`"),
        "{}",
        said.err
    );
    assert_eq!(repository.run(&["baseline", "--update"]).code, 0);
    assert_eq!(repository.run(&["--strict-baseline"]).code, 0);
    assert!(repository.baseline().contains("start.sh") && !repository.baseline().contains("run.sh"));
}

#[test]
fn stale_entries_are_told_dropped_and_refused() {
    let repository = Repository::known("pip install a\npip install b\n");
    repository.write("run.sh", "pip install b\n");
    assert_eq!(repository.shown(), (vec![], 1));
    let said = repository.run(&["--strict-baseline"]);
    assert_eq!(said.code, 1);
    assert!(said.out.starts_with(&format!("{FILE}:2:1: error[suppressions]")), "{}", said.out);
    assert_eq!(repository.run(&["--strict-baseline", "--select", "uv-only"]).code, 1);
    // What this run did not look at is not stale.
    repository.write("other.sh", "ls\n");
    for arguments in [&["other.sh"][..], &["--select", "tests-first"], &["--no-baseline", "other.sh"]] {
        let said = repository.run(arguments);
        assert!(!said.err.contains("any more"), "{}", said.err);
    }
    // Pruning takes nothing new.
    repository.write("other.sh", "pip install z\n");
    assert_eq!(repository.run(&["baseline", "--prune"]).code, 0);
    assert_eq!(repository.baseline().lines().count(), 2);
    assert_eq!(repository.run(&[]).code, 1);
}

#[test]
fn known_findings_are_shown_where_asked_and_never_fixed() {
    let repository = Repository::known("pip install a\n");
    let said = repository.run(&["--no-baseline"]);
    assert_eq!((said.code, said.out.lines().count()), (1, 1));
    let said = repository.run(&["--show-suppressed"]);
    assert!(
        said.err.contains("run.sh:1:1: error[uv-only]") && said.err.contains("(in the baseline)"),
        "{}",
        said.err
    );
    assert!(said.err.contains("; 1 in the baseline"), "{}", said.err);
    repository.write("run.sh", "pip install a\npip freeze\n");
    assert_eq!(repository.run(&["--fix"]).code, 0);
    assert_eq!(fs::read_to_string(repository.path("run.sh")).unwrap(), "pip install a\nuv pip freeze\n");
}

#[test]
fn a_fingerprint_stays_when_a_neighbour_becomes_known() {
    let repository = Repository::new(&[("run.sh", "pip install a\npip install a\n")]);
    let prints = |said: &Said| {
        let lines = said.out.lines().filter(|line| line.contains("\"fingerprint\"")).map(str::to_owned);
        lines.collect::<Vec<_>>()
    };
    let before = prints(&repository.run(&["--output-format", "json"]));
    repository.write("run.sh", "pip install a\n");
    assert_eq!(repository.run(&["baseline"]).code, 0);
    repository.write("run.sh", "pip install a\npip install a\n");
    assert_eq!(prints(&repository.run(&["--output-format", "json"])), before[1..]);
}

#[test]
fn the_file_is_sorted_and_the_same_for_the_same_findings() {
    let repository = Repository::known("pip install b\npip install a\npip install b\n");
    let written = repository.baseline();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[0], "{\"baseline\":\"policylint\",\"keys\":1}");
    assert!(lines.len() == 4 && lines.is_sorted(), "{written}");
    repository.write("run.sh", "\n\npip install a\npip install b\npip install b\n");
    assert_eq!(repository.run(&["baseline", "--update"]).code, 0);
    assert_eq!(repository.baseline(), written);
}

#[test]
fn what_a_part_of_the_repository_says_leaves_the_rest() {
    let repository = Repository::known("pip install a\n");
    repository.write("docs/x.sh", "pip install b\n");
    assert_eq!(repository.run(&["baseline", "--update", "docs"]).code, 0);
    assert_eq!(repository.run(&["--strict-baseline"]).code, 0);
    assert_eq!(repository.baseline().lines().count(), 3);
}

#[test]
fn a_damaged_line_is_drawn_and_the_others_hold() {
    let repository = Repository::known("pip install a\npip install b\n");
    let damaged = repository.baseline().replacen("{\"path\"", "{\"path", 1);
    repository.write(FILE, &damaged);
    let said = repository.run(&[]);
    assert_eq!(said.code, 2);
    assert_eq!(said.out.lines().count(), 1);
    assert!(
        said.err.contains("this line of the baseline is damaged") && said.err.contains("jsonl:2:1"),
        "{}",
        said.err
    );
    assert_eq!(repository.run(&["baseline", "--prune"]).code, 2);
    assert_eq!(repository.baseline(), damaged);
    assert_eq!(repository.run(&["baseline", "--update"]).code, 0);
    assert_eq!(repository.run(&["--strict-baseline"]).code, 0);
}

#[test]
fn keys_of_a_later_version_are_refused_and_left_alone() {
    let repository = Repository::known("pip install a\n");
    let later = repository.baseline().replace("\"keys\":1", "\"keys\":9");
    repository.write(FILE, &later);
    let said = repository.run(&[]);
    assert_eq!((said.code, said.out.lines().count()), (2, 1));
    assert!(said.err.contains("keys of version 9"), "{}", said.err);
    for argument in ["--update", "--prune"] {
        assert_eq!(repository.run(&["baseline", argument]).code, 2);
        assert_eq!(repository.baseline(), later);
    }
}

#[test]
fn nothing_is_written_where_something_stands_in_the_way() {
    let repository =
        Repository::new(&[("run.sh", "pip install a\n"), (".policylint/policies/bad.rhai", "fn x(")]);
    let said = repository.run(&["baseline"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("is left as it is") && !repository.path(FILE).exists(), "{}", said.err);
    fs::remove_dir_all(repository.path(".policylint")).unwrap();
    assert_eq!(repository.run(&["baseline", "--prune"]).code, 2);
    assert_eq!(repository.run(&["baseline"]).code, 0);
    let said = repository.run(&["baseline"]);
    assert!(said.code == 2 && said.err.contains("there is a baseline"), "{}", said.err);
    let said = repository.run(&["--config", "baseline=../outside.jsonl"]);
    assert!(said.code == 2 && said.err.contains("lies outside the repository"), "{}", said.err);
}

#[test]
fn the_configuration_names_another_file() {
    let repository = Repository::new(&[
        ("run.sh", "pip install a\n"),
        ("policylint.toml", "baseline = \"ci/known.jsonl\"\n"),
    ]);
    assert_eq!(repository.run(&[]).code, 1);
    assert_eq!(repository.run(&["baseline"]).code, 0);
    assert!(repository.path("ci/known.jsonl").exists() && !repository.path(FILE).exists());
    assert_eq!(repository.run(&[]).code, 0);
}
