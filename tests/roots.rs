//! Where a repository starts, which configuration counts, and what is told when part of what was asked for is
//! missing: the real program on folders made for the purpose.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test makes folders and reads them")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Runs the program: exit code, standard output, standard error with its line breaks folded.
fn run(at: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_policylint"));
    program.env_clear().env("COLUMNS", "100").current_dir(at).args(arguments);
    let output = program.args(["--output-format", "concise"]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let err = err.split_whitespace().collect::<Vec<_>>().join(" ");
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap(), err)
}

const DOC: &str = "```bash\npip install x\n```\n";

#[test]
fn outside_git_a_part_is_judged_like_the_whole() {
    let repository = folder(&[("uv.lock", ""), ("docs/a.md", DOC), ("docs/b.md", DOC)]);
    let at = repository.path();
    let (code, whole, _) = run(at, &["."]);
    assert_eq!((code, whole.lines().count()), (1, 2));
    assert_eq!(run(at, &["docs"]).1, whole);
    assert_eq!(run(at, &["docs/a.md", "docs/b.md"]).1, whole);
    // The nearest configuration above makes the root, wherever the program was started.
    fs::write(at.join("policylint.toml"), "exclude = [\"docs/b.md\"]\n").unwrap();
    let (code, part, _) = run(&at.join("docs"), &["."]);
    assert_eq!((code, part.as_str()), (1, &whole[..=whole.find('\n').unwrap()]));
}

#[test]
fn a_missing_path_hides_no_other() {
    let repository = folder(&[("uv.lock", ""), ("a.md", DOC)]);
    let (code, out, err) = run(repository.path(), &["absent.md", "a.md"]);
    assert_eq!(code, 2);
    assert!(out.starts_with("a.md:2:1: error[uv-only]"), "{out}");
    assert!(err.contains("`absent.md` does not exist"), "{err}");
}

#[test]
fn a_named_file_that_cannot_be_judged_is_no_pass() {
    let repository = folder(&[("uv.lock", ""), ("run.sh", "pip install x\0\n")]);
    let (code, _, err) = run(repository.path(), &["run.sh"]);
    assert_eq!(code, 2);
    assert!(err.contains("no file was judged: what was named is binary"), "{err}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_told() {
    let repository = folder(&[("uv.lock", ""), ("a.md", DOC), ("policylint.toml", "exclude = []\0")]);
    let (code, out, err) = run(repository.path(), &[]);
    assert_eq!(code, 2);
    assert!(out.contains("a.md:2:1"), "{out}");
    assert!(err.contains("`policylint.toml` cannot be read: binary"), "{err}");
}

#[test]
fn a_section_counts_however_it_is_spelt_and_a_comment_does_not() {
    let off = "[ tool . policylint ]\nignore = [\"uv-only\"]\n";
    let repository = folder(&[("uv.lock", ""), ("a.md", DOC), ("pyproject.toml", off)]);
    assert_eq!(run(repository.path(), &[]).0, 0);
    fs::write(repository.path().join("pyproject.toml"), "# [tool.policylint]\n").unwrap();
    fs::write(repository.path().join("policylint.toml"), "").unwrap();
    assert_eq!(run(repository.path(), &[]).0, 1);
}

#[test]
fn settings_of_the_command_line_are_checked_and_win() {
    let repository = folder(&[("uv.lock", ""), ("a.md", DOC), ("policylint.toml", "exclude = [\"a.md\"]\n")]);
    let at = repository.path();
    assert_eq!(run(at, &["--config", "exclude=[]"]).0, 1);
    assert_eq!(run(at, &["--config", "exclude=[]", "--config", "policies.uv-only.severity=off"]).0, 0);
    let (code, _, err) = run(at, &["--isolated", "--config", "policies.uv-onyl.severity=off"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `uv-only`?"), "{err}");
    let (code, _, err) = run(at, &["--config", "policy-paths=[\"nowhere\"]"]);
    assert_eq!(code, 2);
    assert!(err.contains("`nowhere` does not exist"), "{err}");
}

#[test]
fn an_empty_list_of_numbers_is_one() {
    let rules = "Stop at 75 % of your context.\n";
    let repository = folder(&[("AGENTS.md", rules)]);
    let (code, out, err) = run(repository.path(), &["--config", "policies.context-thresholds.levels=[]"]);
    assert_eq!((code, out.lines().count()), (0, 1), "{out}{err}");
}

#[test]
fn what_fails_a_run_is_shown() {
    let repository = folder(&[("AGENTS.md", "Stop at 75 % of your context.\n")]);
    let policy = "policies.context-thresholds.severity=info";
    let (code, out, _) = run(repository.path(), &["--config", policy]);
    assert_eq!((code, out.as_str()), (0, ""));
    let (code, out, _) = run(repository.path(), &["--config", policy, "--fail-on", "info"]);
    assert_eq!((code, out.lines().count()), (1, 1));
}

#[test]
fn a_submodule_is_another_repository() {
    let modules = "[submodule \"x\"]\n\tpath = libs/x\n";
    let repository = folder(&[("uv.lock", ""), ("libs/x/a.md", DOC), (".gitmodules", modules)]);
    let (code, _, err) = run(repository.path(), &[]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("1 submodule"), "{err}");
}
