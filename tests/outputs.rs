//! The program as CI runs it: equal exit codes for every format, reports beside each other, readers that go away, and
//! nothing written where not all can be. Writes into temporary folders only.

#![expect(clippy::disallowed_methods, reason = "the test looks at what was written")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use policylint::report::REPORTERS;

const POLICY: &[&str] = &["--select", "uv-only"];

/// The program in a folder, free of what the surroundings say.
fn program(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_policylint"));
    program.current_dir(folder).env_clear().env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
    program
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder).args(POLICY).args(arguments).output().unwrap()
}

/// A repository with two findings.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("README.md"), "```sh\npip install a\nuv sync\npip install b\n```\n")
        .unwrap();
    folder
}

/// The names of the files in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn message(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn exit_codes_are_equal_for_every_format() {
    let folder = repository();
    let broken = repository();
    fs::write(broken.path().join("policylint.toml"), "severity = \"fatal\"\n").unwrap();
    for reporter in REPORTERS {
        let code = |folder: &Path, arguments: &[&str]| {
            let arguments = [&["--output-format", reporter.name], arguments].concat();
            run(folder, &arguments).status.code()
        };
        let name = reporter.name;
        assert_eq!(code(folder.path(), &[]), Some(1), "{name}");
        assert_eq!(code(folder.path(), &["--exit-zero"]), Some(0), "{name}");
        let milder = ["--config", "policies.uv-only.severity = \"warning\""];
        assert_eq!(code(folder.path(), &milder), Some(0), "{name}");
        assert_eq!(code(broken.path(), &["--exit-zero"]), Some(2), "{name}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let folder = repository();
    for reporter in REPORTERS {
        let mut program = program(folder.path());
        program.args(POLICY).args(["--quiet", "--output-format", reporter.name]);
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), &*message(&output)), (Some(0), ""), "{}", reporter.name);
    }
}

#[test]
fn reports_are_written_beside_each_other() {
    let folder = repository();
    let alone = run(folder.path(), &["--output-format", "grouped"]);
    let output =
        run(folder.path(), &["--output-format", "grouped", "-o", "sarif=a.sarif", "-o", "junit=b.xml"]);
    assert_eq!((output.stdout, output.status.code()), (alone.stdout, Some(1)));
    assert_eq!(names(folder.path()), ["README.md", "a.sarif", "b.xml"]);
    for (file, format) in [("a.sarif", "sarif"), ("b.xml", "junit")] {
        let alone = run(folder.path(), &["--output-format", format, "README.md"]);
        let written = fs::read(folder.path().join(file)).unwrap();
        assert!(written == alone.stdout, "{format}");
    }
}

#[test]
fn a_report_without_a_format_replaces_that_on_the_terminal() {
    let folder = repository();
    let alone = run(folder.path(), &["--output-format", "concise"]);
    let output = run(folder.path(), &["--output-format", "concise", "-o", "a.txt", "-o", "tap=b.txt"]);
    assert_eq!(output.stdout, b"");
    assert_eq!(fs::read(folder.path().join("a.txt")).unwrap(), alone.stdout);
    assert!(fs::read_to_string(folder.path().join("b.txt")).unwrap().starts_with("TAP version 13\n1..2\n"));
    for stdout in ["-", "concise=-"] {
        let arguments = if stdout == "-" { &["--output-format", "concise"][..] } else { &[] };
        assert_eq!(run(folder.path(), &[arguments, &["-o", stdout]].concat()).stdout, alone.stdout);
    }
    run(folder.path(), &["-o", "./json=c.txt"]);
    assert!(names(folder.path()).contains(&"json=c.txt".to_owned()));
}

#[test]
fn what_cannot_be_written_whole_is_not_written() {
    let folder = repository();
    fs::create_dir(folder.path().join("taken")).unwrap();
    let cases: &[(&[&str], &str)] = &[
        (&["-o", "sarif=a", "-o", "json=./a"], "two reports would go to"),
        (&["-o", "sarif=-", "-o", "json=-"], "two reports would go to standard output"),
        (&["--output-format", "tap", "-o", "json=-"], "two reports would go to standard output"),
        (&["-o", "a", "-o", "sarfi=b"], "unknown format `sarfi`; did you mean `sarif`?"),
        (&["-o", "sarif="], "a file is missing"),
        (&["-o", "sarif=a", "-o", "json=missing/b"], "missing/b` cannot be written"),
        (&["-o", "sarif=a", "-o", "json=taken"], "taken` cannot be written"),
        (&["--diff", "-o", "sarif=a"], "one diff and no report"),
    ];
    for (arguments, words) in cases {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(message(&output).contains(words), "{arguments:?}: {}", message(&output));
        assert_eq!(output.stdout, b"", "{arguments:?}");
        assert_eq!(names(folder.path()), ["README.md", "taken"], "{arguments:?}");
    }
}

#[test]
fn the_summary_of_a_step_is_added_to() {
    let folder = repository();
    let summary = folder.path().join("summary");
    fs::write(&summary, "before\n").unwrap();
    let run = |format: &str| {
        let mut program = program(folder.path());
        program.args(POLICY).args(["--output-format", format, "README.md"]);
        program.env("GITHUB_STEP_SUMMARY", &summary).output().unwrap()
    };
    run("concise");
    assert_eq!(fs::read_to_string(&summary).unwrap(), "before\n");
    assert_eq!(run("github").status.code(), Some(1));
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("before\n<!-- policylint -->\n### policylint: found 2 errors"), "{text}");
    fs::remove_file(&summary).unwrap();
    fs::create_dir(&summary).unwrap();
    assert_eq!(run("github").status.code(), Some(2));
}
