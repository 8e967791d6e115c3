//! Every case under `fixtures/` through the policy that its folder names; `UPDATE_FIXTURES=1` rewrites the expected
//! reports. Works in memory: reads the cases and nothing else.

#![expect(clippy::disallowed_methods, reason = "tests read their fixtures")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use policylint::case::{self, Case};
use policylint::facts;
use policylint::policy;
use policylint::source::RepoPath;
use policylint::workspace::Workspace;
use similar::TextDiff;

/// The folder of healthy repositories, on which every policy is silent.
const CLEAN: &str = "clean";

/// How the names of tricky cases begin.
const TRICKY: &str = "trap-";

/// A case as it lies on disk.
struct Fixture {
    path: PathBuf,
    text: String,
    case: Case,
}

impl Fixture {
    fn name(&self) -> &str {
        self.path.file_stem().unwrap().to_str().unwrap()
    }

    fn expected(&self) -> &str {
        self.case.expected.as_deref().unwrap_or_default()
    }
}

/// The cases of a folder, sorted by name.
fn fixtures(folder: &str) -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            assert_eq!(path.extension().and_then(|end| end.to_str()), Some("txtar"), "{}", path.display());
            let text = fs::read_to_string(&path).unwrap();
            let case = case::parse(&text);
            Fixture { path, text, case }
        })
        .collect()
}

fn policies() -> Vec<String> {
    let loaded = policy::load(&Workspace::default(), &[]);
    assert!(loaded.failures.is_empty(), "{:?}", loaded.failures);
    loaded.policies.iter().map(|policy| policy.id.to_string()).collect()
}

#[test]
fn every_case_gives_what_it_expects() {
    let is_update = std::env::var_os("UPDATE_FIXTURES").is_some();
    let (mut differences, mut n_failed) = (String::new(), 0);
    for policy in policies() {
        for fixture in fixtures(&policy) {
            let actual = case::run(&fixture.case, Some(&policy));
            if is_update {
                let mut text = case::rewrite(&fixture.text, &actual);
                if !fixture.case.fixed.is_empty() {
                    text = case::rewrite_fixed(&text, &case::fixed(&fixture.case, Some(&policy)).unwrap());
                }
                fs::write(&fixture.path, text).unwrap();
            } else if fixture.case.expected.as_deref() != Some(&actual) {
                n_failed += 1;
                differences.push_str(&difference(&fixture, &actual));
            }
        }
    }
    assert!(
        n_failed == 0,
        "{n_failed} cases differ; UPDATE_FIXTURES=1 accepts what they give now\n{differences}"
    );
}

/// Fixes come to an end, a second run finds nothing more to fix, and a case that shows a file after its fixes shows
/// all of them. Cases without such files are fixed as well.
#[test]
fn every_case_can_be_fixed() {
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        return;
    }
    let (mut differences, mut n_shown) = (String::new(), 0);
    for policy in policies() {
        for mut fixture in fixtures(&policy) {
            let path = fixture.path.clone();
            let fixed = match case::fixed(&fixture.case, Some(&policy)) {
                Ok(fixed) => fixed,
                // A move that would hit another file is refused, and that is right.
                Err(reason) if reason.ends_with("exists already") => continue,
                Err(reason) => panic!("{}: {reason}", path.display()),
            };
            let shown = std::mem::take(&mut fixture.case.fixed);
            if !shown.is_empty() {
                n_shown += 1;
                differences.push_str(&fixed_difference(&fixture, &shown, &fixed));
            }
            let left = case::left(&fixture.case, Some(&policy)).unwrap();
            let is_new = |path: &RepoPath| fixed.iter().any(|(known, _)| known == path);
            fixture.case.files.retain(|(path, _)| !left.contains(path) && !is_new(path));
            fixture.case.files.extend(fixed);
            let again = case::fixed(&fixture.case, Some(&policy)).unwrap();
            assert!(again.is_empty(), "a second run fixes more in {}: {again:#?}", path.display());
        }
    }
    assert!(n_shown > 0, "no case shows what fixes do");
    assert!(differences.is_empty(), "UPDATE_FIXTURES=1 accepts these fixes\n{differences}");
}

/// Where the shown files are not those that fixes make; a part of a case ends with a line end, whatever the file does.
fn fixed_difference(
    fixture: &Fixture,
    shown: &[(RepoPath, Arc<str>)],
    fixed: &[(RepoPath, Arc<str>)],
) -> String {
    let text = |files: &[(RepoPath, Arc<str>)]| {
        let files =
            files.iter().map(|(path, text)| format!("-- fixed/{path} --\n{}\n", text.trim_end_matches('\n')));
        files.collect::<String>()
    };
    let (shown, fixed) = (text(shown), text(fixed));
    if shown == fixed {
        return String::new();
    }
    let diff = TextDiff::from_lines(&shown, &fixed);
    format!("\n{}\n{}", fixture.path.display(), diff.unified_diff().context_radius(1).header("shown", "made"))
}

#[test]
fn every_policy_is_silent_on_healthy_repositories() {
    let mut differences = String::new();
    for fixture in fixtures(CLEAN) {
        assert_eq!(fixture.case.expected, None, "{} expects something", fixture.path.display());
        let actual = case::run(&fixture.case, None);
        // What is merely worth knowing is not shown unless somebody asks.
        let actual: String = actual.split_inclusive('\n').filter(|line| !line.contains(": info[")).collect();
        if !actual.is_empty() {
            differences.push_str(&difference(&fixture, &actual));
        }
    }
    assert!(differences.is_empty(), "healthy repositories have findings\n{differences}");
}

fn difference(fixture: &Fixture, actual: &str) -> String {
    let path = fixture.path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
    let mut text = format!("\n{}\n", path.display());
    let diff = TextDiff::from_lines(fixture.expected(), actual);
    write!(text, "{}", diff.unified_diff().context_radius(0).header("expected", "actual")).unwrap();
    text
}

#[test]
fn every_policy_has_failing_passing_and_tricky_cases() {
    for policy in policies() {
        let fixtures = fixtures(&policy);
        assert!(
            fixtures.iter().any(|fixture| !fixture.expected().is_empty()),
            "{policy} has no failing case"
        );
        assert!(fixtures.iter().any(|fixture| fixture.expected().is_empty()), "{policy} has no passing case");
        assert!(
            fixtures.iter().any(|fixture| fixture.name().starts_with(TRICKY)),
            "{policy} has no tricky case"
        );
    }
    assert!(fixtures(CLEAN).len() >= 4, "there are few healthy repositories");
}

#[test]
fn every_folder_of_cases_belongs_to_a_policy() {
    let folders = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")).unwrap();
    let known: BTreeSet<String> =
        policies().into_iter().chain([CLEAN.to_owned(), "hostile".to_owned()]).collect();
    for folder in folders {
        let name = folder.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name), "`fixtures/{name}` is no policy's");
    }
}

/// The documentation of the field `host` names every format; each has a case of its own.
#[test]
fn every_host_format_has_a_case() {
    let host = facts::kind("command").unwrap().fields.iter().find(|field| field.name == "host").unwrap();
    let cases = fixtures("uv-only");
    for name in host.doc.split('`').skip(1).step_by(2) {
        let start = format!("host-{name}");
        assert!(cases.iter().any(|case| case.name().starts_with(&start)), "the format `{name}` has no case");
    }
}

#[test]
fn every_case_says_what_it_proves_and_names_each_file_once() {
    for folder in policies().into_iter().chain([CLEAN.to_owned()]) {
        for fixture in fixtures(&folder) {
            let path = fixture.path.display();
            assert!(!fixture.case.prose.trim().is_empty(), "{path} says nothing");
            assert!(!fixture.case.files.is_empty(), "{path} has no file");
            let names: BTreeSet<_> = fixture.case.files.iter().map(|(path, _)| path).collect();
            assert_eq!(names.len(), fixture.case.files.len(), "{path} names a file twice");
        }
    }
}
