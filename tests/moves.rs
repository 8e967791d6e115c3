//! Folders of notes on a real disk: links, ignored folders, and what moving them does, refuses and leaves.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test prepares repositories on disk")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// What a run gave: its exit code, what it printed, and what it said beside that.
struct Answer {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(root: &Path, arguments: &str) -> Answer {
    let output = Command::new(env!("CARGO_BIN_EXE_policylint"))
        .args(
            ["--select", "thoughts-at-root", "--output-format", "concise"]
                .iter()
                .filter(|_| !arguments.contains("--diff")),
        )
        .args(["--select", "thoughts-at-root"].iter().filter(|_| arguments.contains("--diff")))
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

fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "policylint.toml", "");
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn git(root: &Path, arguments: &str) {
    let status = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments.split_whitespace())
        .current_dir(root)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(status.status.success(), "git {arguments}: {}", String::from_utf8_lossy(&status.stderr));
}

/// A checkout in which everything is committed.
fn committed(files: &[(&str, &str)]) -> TempDir {
    let folder = repository(files);
    git(folder.path(), "init -q");
    git(folder.path(), "add -A");
    git(folder.path(), "commit -q -m x");
    folder
}

const NOTES: &[(&str, &str)] =
    &[("be/thoughts/shared/plans/a.md", "# A\n"), ("be/thoughts/x.txt", "x"), ("thoughts/b.md", "# B\n")];

const MOVE: &str = "--fix --unsafe-fixes";

#[test]
fn notes_are_moved_once_and_empty_folders_go() {
    let folder = committed(NOTES);
    let answer = run(folder.path(), MOVE);
    assert_eq!(answer.code, Some(0), "{}{}", answer.out, answer.err);
    assert!(answer.err.contains("1 finding (1 fixed, 0 left)"), "{}", answer.err);
    assert_eq!(fs::read_to_string(folder.path().join("thoughts/shared/plans/a.md")).unwrap(), "# A\n");
    assert!(folder.path().join("thoughts/x.txt").exists() && folder.path().join("thoughts/b.md").exists());
    assert!(!folder.path().join("be").exists(), "an empty folder was left");
    let again = run(folder.path(), "--fix --unsafe-fixes --force");
    assert_eq!((again.code, again.out.as_str()), (Some(0), ""), "{}", again.err);
}

#[test]
fn a_move_is_not_safe() {
    let folder = committed(NOTES);
    let answer = run(folder.path(), "--fix");
    assert_eq!(answer.code, Some(1), "{}", answer.err);
    assert!(answer.err.contains("1 fixable with --fix --unsafe-fixes"), "{}", answer.err);
    assert!(folder.path().join("be/thoughts/x.txt").exists());
}

#[test]
fn the_diff_shows_renames_that_git_takes() {
    let folder = committed(NOTES);
    let answer = run(folder.path(), "--diff --unsafe-fixes");
    assert_eq!(answer.code, Some(1), "{}", answer.err);
    assert!(
        answer.out.starts_with(
            "diff --git a/be/thoughts/shared/plans/a.md b/thoughts/shared/plans/a.md\nsimilarity index 100%\n\
             rename from be/thoughts/shared/plans/a.md\nrename to thoughts/shared/plans/a.md\n"
        ),
        "{}",
        answer.out
    );
    assert!(answer.err.contains("would fix 1 of 1 finding in 2 files"), "{}", answer.err);
    fs::write(folder.path().join(".git/change.diff"), &answer.out).unwrap();
    git(folder.path(), "apply .git/change.diff");
    assert!(
        folder.path().join("thoughts/x.txt").exists() && !folder.path().join("be/thoughts/x.txt").exists()
    );
}

#[test]
fn a_file_in_the_way_refuses_the_whole_move() {
    let folder = committed(&[NOTES, &[("thoughts/x.txt", "another")]].concat());
    let answer = run(folder.path(), MOVE);
    assert_eq!(answer.code, Some(2), "{}", answer.out);
    assert!(
        answer.err.contains("`be/thoughts` is not fixed: `thoughts/x.txt` exists already"),
        "{}",
        answer.err
    );
    assert!(folder.path().join("be/thoughts/shared/plans/a.md").exists());
    assert!(!folder.path().join("thoughts/shared").exists(), "half of it was moved");
    assert_eq!(fs::read_to_string(folder.path().join("thoughts/x.txt")).unwrap(), "another");
}

#[test]
fn two_folders_that_meet_are_not_mixed() {
    let folder = committed(&[("a/thoughts/plans/p.md", "a"), ("b/thoughts/plans/p.md", "b")]);
    let answer = run(folder.path(), MOVE);
    assert!(
        answer.err.contains("`b/thoughts` is not fixed: `a/thoughts/plans/p.md` is to be moved to"),
        "{}",
        answer.err
    );
    assert_eq!(fs::read_to_string(folder.path().join("thoughts/plans/p.md")).unwrap(), "a");
    assert!(folder.path().join("b/thoughts/plans/p.md").exists());
}

#[test]
fn changes_that_are_not_committed_refuse_a_move_unless_forced() {
    for staged in [false, true] {
        let folder = committed(NOTES);
        write(folder.path(), "policylint.toml", "# changed\n");
        if staged {
            git(folder.path(), "add -A");
        }
        let answer = run(folder.path(), MOVE);
        assert_eq!(answer.code, Some(2), "{}", answer.out);
        assert!(
            answer.err.contains("`policylint.toml` has changes that are not committed"),
            "{}",
            answer.err
        );
        assert!(folder.path().join("be/thoughts/x.txt").exists());
        assert_eq!(run(folder.path(), "--fix --unsafe-fixes --force").code, Some(0));
        assert!(folder.path().join("thoughts/x.txt").exists());
    }
}

#[test]
fn links_are_named_and_never_followed_or_moved() {
    let folder = repository(NOTES);
    std::os::unix::fs::symlink("/nowhere/of/mine", folder.path().join("be/thoughts/shared/own")).unwrap();
    fs::create_dir(folder.path().join("ui")).unwrap();
    std::os::unix::fs::symlink("../thoughts", folder.path().join("ui/thoughts")).unwrap();
    std::os::unix::fs::symlink("gone", folder.path().join("thoughts/left")).unwrap();
    fs::create_dir(folder.path().join("app")).unwrap();
    std::os::unix::fs::symlink("../../elsewhere", folder.path().join("app/thoughts")).unwrap();
    let answer = run(folder.path(), "--severity info");
    for part in [
        "be/thoughts/shared/own:1:1: info[thoughts-at-root] `be/thoughts/shared/own` is a symbolic link out of the repository, to `/nowhere/of/mine`",
        "thoughts/left:1:1: info[thoughts-at-root] `thoughts/left` is a symbolic link to `gone`, which does not exist",
        "app/thoughts:1:1: warning[thoughts-at-root] `app/thoughts` is a symbolic link out of the repository, to `../../elsewhere`",
        "ui/thoughts:1:1: info[thoughts-at-root] `ui/thoughts` is a symbolic link to `thoughts`",
    ] {
        assert!(answer.out.contains(part), "{part}\n{}", answer.out);
    }
    let answer = run(folder.path(), MOVE);
    assert!(answer.err.contains("`be/thoughts/shared/own` is a link"), "{}", answer.err);
    assert!(folder.path().join("be/thoughts/x.txt").exists());
}

#[test]
fn a_root_that_is_a_link_takes_nothing() {
    let folder = repository(&NOTES[..2]);
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("thoughts")).unwrap();
    let answer = run(folder.path(), MOVE);
    assert!(answer.err.contains("`thoughts` is a symbolic link"), "{}", answer.err);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn ignored_notes_are_judged_where_they_lie_and_not_in_ci() {
    let folder = committed(&[(".gitignore", "be/thoughts/\nweb/thoughts/plans/\nnode_modules\n")]);
    write(folder.path(), "be/thoughts/ledgers/CONTINUITY_x.md", "# X\n");
    write(folder.path(), "web/thoughts/plans/p.md", "# P\n");
    write(folder.path(), "node_modules/x/thoughts/plans/p.md", "# P\n");
    let answer = run(folder.path(), "--severity info");
    assert!(answer.out.contains("warning[thoughts-at-root] notes live in `be/thoughts`"), "{}", answer.out);
    assert!(answer.out.contains("warning[thoughts-at-root] notes live in `web/thoughts`"), "{}", answer.out);
    assert!(!answer.out.contains("node_modules"), "{}", answer.out);
    assert!(
        answer.out.contains(".gitignore:1:1: info[thoughts-at-root] git ignores `be/thoughts/`"),
        "{}",
        answer.out
    );
    let in_ci = run(folder.path(), "--severity info --tracked");
    assert!(!in_ci.out.contains("notes live") && in_ci.out.contains("skipped in CI"), "{}", in_ci.out);
}

#[test]
fn a_checkout_inside_has_its_own_root() {
    let folder =
        repository(&[("tool/thoughts/plans/p.md", "# P\n"), ("tool/be/thoughts/plans/q.md", "# Q\n")]);
    git(&folder.path().join("tool"), "init -q");
    let answer = run(folder.path(), "");
    assert!(answer.out.contains("notes live in `tool/be/thoughts`, not at `tool`"), "{}", answer.out);
    assert_eq!(answer.out.lines().count(), 1, "{}", answer.out);
}
