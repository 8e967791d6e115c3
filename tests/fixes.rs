//! Fixes on real files: what is written, what is kept, what is refused, and how the program ends.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test prepares repositories on disk")]

use std::fs;
use std::path::Path;
use std::process::Command;

use policylint::source::RepoPath;
use policylint::workspace::Workspace;
use serde_json::Value;
use tempfile::TempDir;

/// What a run gave: its exit code, what it printed, and what it said beside that.
struct Answer {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(root: &Path, arguments: &str) -> Answer {
    let output = Command::new(env!("CARGO_BIN_EXE_policylint"))
        .args(arguments.split_whitespace())
        .current_dir(root)
        .env_clear()
        .output()
        .unwrap();
    Answer {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A repository on disk, with a policy that wants `from` to be `to`, as safely as it says, for each of these.
fn repository(policies: &[(&str, &str, &str)], files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &[u8]| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("policylint.toml", b"");
    for (from, to, safety) in policies {
        let policy = format!(
            "//! title = \"No {from}\"\n//! why = \"A test\"\n//! help = \"write `{to}`\"\n//! severity = \"error\"\n//!\n\
             //! [select.command]\n//! program = \"{from}\"\n\
             fn command(cmd, options) {{\n    finding(cmd, \"{from} it is\").fix(\"write {to}\", \"{safety}\", \
             cmd.replace_words(0, 1, \"{to}\"))\n}}\n"
        );
        write(&format!(".policylint/policies/no-{from}.rhai"), policy.as_bytes());
    }
    for (path, text) in files {
        write(path, text);
    }
    folder
}

fn text(folder: &TempDir, path: &str) -> String {
    String::from_utf8(fs::read(folder.path().join(path)).unwrap()).unwrap()
}

const OLD_TO_NEW: &[(&str, &str, &str)] = &[("old", "new -x", "safe")];

#[test]
fn line_ends_marks_and_missing_ends_are_kept() {
    let folder = repository(
        OLD_TO_NEW,
        &[
            ("a.sh", b"\xEF\xBB\xBFtrue\r\nold a\r\n\told 'b\r\nc'\r\n# \xC3\xA9\rold\r\nold"),
            ("b/c.sh", b"old\n"),
        ],
    );
    let answer = run(folder.path(), "--fix --select no-old");
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert_eq!(text(&folder, "a.sh"), "\u{feff}true\r\nnew -x a\r\n\tnew -x 'b\r\nc'\r\n# é\rold\r\nnew -x");
    assert_eq!(text(&folder, "b/c.sh"), "new -x\n");
    assert!(answer.err.contains("4 findings (4 fixed, 0 left)"), "{}", answer.err);
    assert!(fs::read_dir(folder.path().join("b")).unwrap().count() == 1, "something lies beside the file");
    let again = run(folder.path(), "--fix --select no-old");
    assert!(again.code == Some(0) && !again.err.contains("fixed"), "{}", again.err);
}

#[test]
fn a_diff_changes_nothing_and_is_what_a_fix_does() {
    let folder = repository(OLD_TO_NEW, &[("a.sh", b"true\nold a\nfalse\n")]);
    let answer = run(folder.path(), "--diff --select no-old");
    assert_eq!((answer.code, text(&folder, "a.sh").as_str()), (Some(1), "true\nold a\nfalse\n"));
    assert_eq!(answer.out, "--- a/a.sh\n+++ b/a.sh\n@@ -1,3 +1,3 @@\n true\n-old a\n+new -x a\n false\n");
    assert_eq!(answer.err, "would fix 1 of 1 finding in 1 file\n");
    assert_eq!(run(folder.path(), "--diff --fix --select no-old").code, Some(1));
    assert_eq!(text(&folder, "a.sh"), "true\nold a\nfalse\n");
    assert_eq!(run(folder.path(), "--diff --select no-old --output-file p.diff").out, "");
    assert_eq!(text(&folder, "p.diff"), answer.out);
    assert_eq!(run(folder.path(), "--fix a.sh --select no-old").code, Some(0));
    let answer = run(folder.path(), "--diff --select no-old");
    assert_eq!((answer.code, answer.out.as_str()), (Some(0), ""));
}

/// The patch is one that git takes, whatever the line ends and the names, and it leads to what a fix leads to.
#[test]
fn git_takes_the_diff() {
    let files: &[(&str, &[u8])] = &[
        ("a.sh", b"true\r\nold a\r\nfalse"),
        ("b c/é d.sh", b"old\n"),
        ("c.sh", b"# one\n# two\n# three\n# four\nold x\n# six\n# seven\n# eight\n# nine\nold y\n"),
    ];
    let (patched, fixed) = (repository(OLD_TO_NEW, files), repository(OLD_TO_NEW, files));
    assert_eq!(run(patched.path(), "--diff --select no-old --output-file p.diff").code, Some(1));
    let git = Command::new("git").args(["apply", "p.diff"]).current_dir(patched.path()).output().unwrap();
    assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    assert_eq!(run(fixed.path(), "--fix --select no-old").code, Some(0));
    for (path, _) in files {
        assert_eq!(text(&patched, path), text(&fixed, path), "{path}");
    }
}

#[test]
fn fixing_only_reports_nothing_and_fails_for_nothing_that_is_left() {
    let policies = &[("old", "new", "safe"), ("bad", "good", "display")];
    let folder = repository(policies, &[("a.sh", b"old\nbad\n")]);
    let answer = run(folder.path(), "--fix-only --select no-old,no-bad");
    assert_eq!((answer.code, answer.out.as_str()), (Some(0), ""), "{}", answer.err);
    assert_eq!(
        (text(&folder, "a.sh").as_str(), answer.err.as_str()),
        ("new\nbad\n", "fixed 1 finding, 1 left\n")
    );
    let answer = run(folder.path(), "--fix-only --fix");
    assert!(answer.code == Some(2) && answer.err.contains("--fix"), "{}", answer.err);
}

#[test]
fn unsafe_fixes_are_made_when_asked_for_and_shown_ones_never() {
    let policies = &[("old", "new", "unsafe"), ("bad", "good", "display"), ("worse", "better", "safe")];
    let folder = repository(policies, &[("a.sh", b"old\nbad\nworse\n")]);
    let select = "--select no-old,no-bad,no-worse";
    let shown = run(folder.path(), &format!("{select} --output-format concise"));
    assert_eq!(
        shown.out,
        "a.sh:1:1: error[no-old] old it is\na.sh:2:1: error[no-bad] bad it is\na.sh:3:1: error[no-worse] [*] worse it is\n"
    );
    assert!(shown.err.contains("[*] 1 fixable with --fix (1 more with --unsafe-fixes)\n"), "{}", shown.err);
    let answer = run(folder.path(), &format!("--fix {select}"));
    assert_eq!((answer.code, text(&folder, "a.sh").as_str()), (Some(1), "old\nbad\nbetter\n"));
    assert!(answer.err.contains("3 findings (1 fixed, 2 left)"), "{}", answer.err);
    assert!(answer.err.contains("[*] 1 fixable with --fix --unsafe-fixes\n"), "{}", answer.err);
    let answer = run(folder.path(), &format!("--fix --unsafe-fixes {select}"));
    assert_eq!((answer.code, text(&folder, "a.sh").as_str()), (Some(1), "new\nbad\nbetter\n"));
    let answer = run(folder.path(), "--unsafe-fixes");
    assert!(answer.code == Some(2) && answer.err.contains("--fix"), "{}", answer.err);
}

#[test]
fn fixes_of_what_a_fix_wrote_are_made() {
    let policies = &[("old", "sudo newer", "safe"), ("newer", "newest", "safe")];
    let folder = repository(policies, &[("a.sh", b"old y\n")]);
    let answer = run(folder.path(), "--fix --select no-old,no-newer");
    assert_eq!((answer.code, text(&folder, "a.sh").as_str()), (Some(0), "sudo newest y\n"), "{}", answer.err);
}

#[test]
fn fixes_that_chase_each_other_are_not_made() {
    let policies = &[("one", "two", "safe"), ("two", "one", "safe"), ("old", "new", "safe")];
    let folder = repository(policies, &[("a.sh", b"one\n"), ("b.sh", b"old\n")]);
    let answer = run(folder.path(), "--fix --select no-one,no-two,no-old");
    assert_eq!(answer.code, Some(2));
    assert!(answer.err.contains("`a.sh` is not fixed"), "{}", answer.err);
    assert_eq!((text(&folder, "a.sh").as_str(), text(&folder, "b.sh").as_str()), ("one\n", "new\n"));
}

#[test]
fn bytes_that_are_not_utf_8_are_not_lost() {
    let folder = repository(OLD_TO_NEW, &[("a.sh", b"old \xFF\n"), ("b.sh", b"old\n")]);
    let answer = run(folder.path(), "--fix --select no-old");
    assert_eq!(answer.code, Some(2));
    assert!(answer.err.contains("`a.sh` is not fixed: it is not UTF-8"), "{}", answer.err);
    assert_eq!(fs::read(folder.path().join("a.sh")).unwrap(), b"old \xFF\n");
    assert_eq!(text(&folder, "b.sh"), "new -x\n");
    assert!(answer.err.contains("2 findings (1 fixed, 1 left)"), "{}", answer.err);
}

#[test]
fn a_file_that_has_changed_or_gone_is_left_alone() {
    let folder = repository(&[], &[("a.sh", b"old\n")]);
    let workspace = Workspace::on_disk(folder.path());
    let path = RepoPath::new("a.sh");
    assert!(workspace.replace(&path, "other\n", "new\n").unwrap_err().contains("has changed"));
    assert_eq!(text(&folder, "a.sh"), "old\n");
    assert_eq!(workspace.replace(&path, "old\n", "new\n"), Ok(()));
    assert_eq!(text(&folder, "a.sh"), "new\n");
    assert!(workspace.replace(&RepoPath::new("b.sh"), "", "new\n").is_err());
    assert!(!folder.path().join("b.sh").exists());
}

#[test]
fn edits_in_the_report_lead_to_the_same_text() {
    let before = "é; old \\\n  a | old\n";
    let folder = repository(OLD_TO_NEW, &[("a.sh", before.as_bytes())]);
    let report = run(folder.path(), "--select no-old --output-format json").out;
    let report: Value = serde_json::from_str(&report).unwrap();
    let mut after = before.to_owned();
    for finding in report["findings"].as_array().unwrap().iter().rev() {
        let fix = &finding["fixes"][0];
        assert_eq!(
            (fix["title"].as_str(), fix["applicability"].as_str()),
            (Some("write new -x"), Some("safe"))
        );
        let edit = &fix["edits"][0];
        assert_eq!((&edit["line"], &edit["column"]), (&finding["line"], &finding["column"]));
        let at = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
        assert_eq!(edit["path"], "a.sh");
        after.replace_range(at("start")..at("end"), edit["replacement"].as_str().unwrap());
    }
    let report = run(folder.path(), "--fix --select no-old --output-format json").out;
    assert_eq!(text(&folder, "a.sh"), after);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(
        (&report["summary"]["fixed"], &report["findings"]),
        (&Value::from(2), &Value::Array(Vec::new()))
    );
}

#[test]
fn the_example_of_the_documentation_works() {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/writing-policies.md")).unwrap();
    let (_, policy) = page.split_once("```rhai npm-ci.rhai\n").unwrap();
    let (policy, _) = policy.split_once("```").unwrap();
    let folder = repository(
        &[],
        &[
            (".policylint/policies/npm-ci.rhai", policy.as_bytes()),
            ("Dockerfile", b"RUN npm install\nRUN npm install x\nCMD [\"npm\", \"install\"]\nRUN npm test\n"),
        ],
    );
    let answer = run(folder.path(), "--fix --select npm-ci --output-format concise");
    assert_eq!(answer.out, "Dockerfile:2:5: error[npm-ci] `npm install` may change the lock file\n");
    assert_eq!(
        text(&folder, "Dockerfile"),
        "RUN npm ci\nRUN npm install x\nCMD [\"npm\", \"ci\"]\nRUN npm test\n"
    );
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn set_mode(folder: &TempDir, path: &str, mode: u32) {
        fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn modes_are_kept() {
        let folder = repository(OLD_TO_NEW, &[("a.sh", b"old\n"), ("b.sh", b"old\n")]);
        set_mode(&folder, "a.sh", 0o755);
        set_mode(&folder, "b.sh", 0o600);
        assert_eq!(run(folder.path(), "--fix --select no-old").code, Some(0));
        for (path, mode) in [("a.sh", 0o755), ("b.sh", 0o600)] {
            let found = fs::metadata(folder.path().join(path)).unwrap().permissions().mode();
            assert_eq!((found & 0o777, text(&folder, path).as_str()), (mode, "new -x\n"));
        }
    }

    #[test]
    fn a_read_only_file_is_a_failure_and_stops_no_other() {
        let folder = repository(OLD_TO_NEW, &[("a.sh", b"old\n"), ("b.sh", b"old\n")]);
        set_mode(&folder, "a.sh", 0o444);
        let answer = run(folder.path(), "--fix --select no-old --output-format concise");
        assert_eq!(answer.code, Some(2));
        assert_eq!((text(&folder, "a.sh").as_str(), text(&folder, "b.sh").as_str()), ("old\n", "new -x\n"));
        // What was not written is still found.
        assert_eq!(answer.out, "a.sh:1:1: error[no-old] [*] old it is\n");
        assert!(answer.err.contains("failure[fix]: `a.sh` is not fixed"), "{}", answer.err);
        assert!(answer.err.contains("2 findings (1 fixed, 1 left)"), "{}", answer.err);
    }

    #[test]
    fn links_are_not_followed() {
        let folder = repository(OLD_TO_NEW, &[("real/a.sh", b"old\n")]);
        let outside = repository(&[], &[("a.sh", b"old\n")]);
        symlink("real/a.sh", folder.path().join("inside.sh")).unwrap();
        symlink(outside.path(), folder.path().join("away")).unwrap();
        let answer = run(folder.path(), "--fix inside.sh away/a.sh --select no-old");
        assert_eq!(answer.code, Some(2), "{}", answer.err);
        assert_eq!(
            (text(&folder, "real/a.sh").as_str(), text(&outside, "a.sh").as_str()),
            ("old\n", "old\n")
        );
        let workspace = Workspace::on_disk(folder.path());
        for path in ["inside.sh", "away/a.sh"] {
            assert!(workspace.replace(&RepoPath::new(path), "old\n", "new\n").is_err(), "{path}");
        }
        assert_eq!(text(&outside, "a.sh"), "old\n");
    }
}
