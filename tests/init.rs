//! `policylint init` on repositories of many shapes: what it writes loads, judges as before, and is never written over
//! what is there.

#![expect(clippy::disallowed_methods, reason = "the test builds repositories on disk")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use policylint::{case, cli};

const EVERYWHERE: [&str; 3] = ["github", "gitlab", "pre-commit"];

#[test]
fn what_is_written_judges_as_before() {
    let mut n_repositories = 0;
    for folder in ["clean", "tests-first", "thoughts-at-root", "uv-only", "context-thresholds"] {
        for file in files(&root().join("fixtures").join(folder)).into_iter().take(12) {
            let case = case::parse(&fs::read_to_string(&file).unwrap());
            if case.files.iter().any(|(path, _)| path.as_str().contains("policylint")) {
                continue;
            }
            let repository = tempfile::tempdir().unwrap();
            for (path, text) in &case.files {
                write(repository.path(), path.as_str(), text);
            }
            let before = report(repository.path());
            let written = run(repository.path(), &["init", "--ci", &EVERYWHERE.join(",")]);
            assert_eq!(code(&written), 0, "{}: {}", file.display(), text(&written.stderr));
            let after = report(repository.path());
            assert_eq!(code(&before), code(&after), "{}: {}", file.display(), text(&after.stderr));
            assert_eq!(text(&before.stdout), text(&after.stdout), "{}", file.display());
            n_repositories += 1;
        }
    }
    assert!(n_repositories > 20, "the fixtures were not found");
}

#[test]
fn code_of_others_is_left_out() {
    let repository = tempfile::tempdir().unwrap();
    write(repository.path(), "uv.lock", "version = 1\n");
    write(repository.path(), "third_party/lib/thoughts/shared/plans/2026-01-12-lib.md", "# Plan: lib\n");
    assert_eq!(code(&report(repository.path())), 1);
    run(repository.path(), &["init"]);
    let written = fs::read_to_string(repository.path().join("policylint.toml")).unwrap();
    assert!(written.contains("exclude = [\"/third_party\"]"), "{written}");
    assert!(written.contains("# [policies.tests-first]"), "{written}");
    assert_eq!(code(&report(repository.path())), 0);
}

#[test]
fn nothing_is_written_over_what_is_there() {
    let repository = tempfile::tempdir().unwrap();
    let read = |name: &str| fs::read_to_string(repository.path().join(name)).unwrap_or_default();
    write(repository.path(), ".github/workflows/policylint.yml", "mine\n");
    let refused = run(repository.path(), &["init", "--ci", "github"]);
    assert_eq!(code(&refused), 2);
    assert!(text(&refused.stderr).contains("`.github/workflows/policylint.yml` exists"), "{refused:?}");
    assert_eq!(read("policylint.toml"), "", "one file in the way stops all");

    assert_eq!(code(&run(repository.path(), &["init", "--ci", "github", "--force"])), 0);
    assert!(read(".github/workflows/policylint.yml").contains("uvx policylint@"));
    assert_eq!(code(&run(repository.path(), &["init"])), 2);
    write(repository.path(), "policylint.toml", "fail-on = \"info\"\n");
    assert_eq!(code(&run(repository.path(), &["init", "--ci", "github"])), 0);
    assert_eq!(read("policylint.toml"), "fail-on = \"info\"\n");

    // Others have their part in this one, so that not even `--force` replaces it.
    write(repository.path(), ".pre-commit-config.yaml", "repos: []\n");
    let told = run(repository.path(), &["init", "--ci", "pre-commit", "--force"]);
    assert_eq!((code(&told), &*read(".pre-commit-config.yaml")), (0, "repos: []\n"));
    assert!(text(&told.stdout).contains("add to it") && text(&told.stdout).contains("- id: policylint"));
}

#[test]
fn another_configuration_is_not_contradicted() {
    let repository = tempfile::tempdir().unwrap();
    write(repository.path(), "pyproject.toml", "[tool.policylint]\nfail-on = \"info\"\n");
    for arguments in [&["init"][..], &["init", "--force"]] {
        let refused = run(repository.path(), arguments);
        assert_eq!(code(&refused), 2);
        assert!(text(&refused.stderr).contains("`pyproject.toml` configures policylint already"));
    }
    assert!(!repository.path().join("policylint.toml").exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let (repository, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(outside.path(), repository.path().join(".github")).unwrap();
    write(repository.path(), "README.md", "# R\n");
    let refused = run(repository.path(), &["init", "--ci", "github", "--force"]);
    assert_eq!(code(&refused), 2, "{refused:?}");
    assert!(text(&refused.stderr).contains("symbolic link"));
    assert!(fs::read_dir(outside.path()).unwrap().next().is_none());
    assert!(!repository.path().join("policylint.toml").exists());
}

#[test]
fn the_commands_of_services_are_understood() {
    let repository = tempfile::tempdir().unwrap();
    write(repository.path(), "README.md", "# R\n");
    run(repository.path(), &["init", "--ci", &EVERYWHERE.join(",")]);
    let mut n_commands = 0;
    for path in
        [".github/workflows/policylint.yml", ".gitlab/policylint.gitlab-ci.yml", ".pre-commit-config.yaml"]
    {
        let text = fs::read_to_string(repository.path().join(path)).unwrap();
        let starts = ["uvx policylint@", "entry: policylint"];
        for line in text.lines().filter(|line| starts.iter().any(|start| line.contains(start))) {
            n_commands += 1;
            let (_, arguments) = line.split_once("policylint").unwrap();
            let arguments = arguments.split_whitespace().filter(|word| !word.starts_with('@'));
            let parsed = cli::command().try_get_matches_from(["policylint"].into_iter().chain(arguments));
            assert!(parsed.is_ok(), "{path}: {line}: {parsed:?}");
        }
        let version = env!("CARGO_PKG_VERSION");
        assert!(
            text.contains(&format!("policylint@{version}"))
                || text.contains(&format!("policylint=={version}"))
        );
    }
    assert_eq!(n_commands, 3);
}

#[test]
fn pages_and_packages_name_this_version_and_show_what_is_written() {
    let repository = tempfile::tempdir().unwrap();
    write(repository.path(), "README.md", "# R\n");
    run(repository.path(), &["init", "--ci", &EVERYWHERE.join(",")]);
    let page = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    for path in [".gitlab/policylint.gitlab-ci.yml", ".pre-commit-config.yaml"] {
        let written = fs::read_to_string(repository.path().join(path)).unwrap();
        let shown: String = written.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
        assert!(page.contains(&format!("```yaml\n{shown}```")), "docs/ci.md shows another {path}");
    }
    let version = env!("CARGO_PKG_VERSION");
    for sign in ["policylint==", "policylint@"] {
        let named =
            page.split(sign).skip(1).filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
        assert!(named.into_iter().all(|rest| rest.starts_with(version)), "docs/ci.md names another version");
    }
    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    assert!(action.contains(&format!("default: \"{version}\"")), "action.yml installs another version");
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|known| known == "txtar")).collect();
    files.sort();
    files
}

fn write(repository: &Path, path: &str, text: &str) {
    let at = repository.join(path);
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::write(at, text).unwrap();
}

fn run(repository: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_policylint"));
    program.args(arguments).current_dir(repository).env("CI", "").output().unwrap()
}

fn report(repository: &Path) -> Output {
    run(repository, &["check", "--quiet", "--output-format", "concise"])
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
