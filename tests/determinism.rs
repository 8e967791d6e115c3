//! The same repository gives the same bytes: for any number of threads, from any folder, by a walk, by git's index
//! or out of memory. Writes into temporary folders only.

#![expect(clippy::disallowed_methods, reason = "the repository is written to disk first")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use policylint::config::Config;
use policylint::filter::Waivers;
use policylint::finding::Severity;
use policylint::glob::PathSet;
use policylint::pipeline::{self, Judging, Names, Outcome, Progress, Run, Sources};
use policylint::policy::{self, Request, choose};
use policylint::report::{self, Style};
use policylint::source::RepoPath;
use policylint::workspace::{Targets, Workspace};

/// How many parts the repository has; each is a component with eight files.
const N_PARTS: usize = 40;

/// The files of a repository on which every policy has something to say.
fn files() -> Vec<(String, String)> {
    let mut files = vec![
        ("pyproject.toml".to_owned(), "[project]\nname = \"root\"\n[tool.uv]\n".to_owned()),
        ("uv.lock".to_owned(), "version = 1\n".to_owned()),
        ("AGENTS.md".to_owned(), "Stop at 65% context. Run `pytest -q` first.\n".to_owned()),
        (".hidden/notes.md".to_owned(), "```sh\npip install hidden\n```\n".to_owned()),
    ];
    for n in 0..N_PARTS {
        // Names that sort differently as bytes and as parts: `part-1`, `part-10`, `part.2`.
        let part = format!("part{}{n}", ["-", ".", "_", "/"][n % 4]);
        let code = |name: &str| format!("def {name}_{n}(x):\n    y = x + {n}\n    return y\n");
        let mut add = |name: &str, text: String| files.push((format!("{part}/{name}"), text));
        add(
            "README.md",
            format!("# é{n}\n\n```bash\npip install a{n}\nuv run pytest\npython -m b{n}\n```\n"),
        );
        add("Makefile", format!("test:\n\tpytest part{n}\n\t@python tools/{n}.py\n"));
        add("pyproject.toml", format!("[project]\nname = \"part{n}\"\n"));
        add("src/shop/__init__.py", String::new());
        add("src/shop/carts.py", code("carts"));
        add("src/shop/prices.py", code("prices"));
        add("tests/test_prices.py", code("test"));
        add("thoughts/shared/plans/plan.md", format!("Stop when context exceeds {}%.\n", 50 + n % 30));
    }
    files
}

fn write(root: &Path) {
    for (path, text) in files() {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn check(workspace: &Workspace, names: Names, threads: usize) -> Outcome {
    let policies = policy::load(workspace, &[]);
    let request = Request { select: vec!["ALL".to_owned()], ignore: Vec::new() };
    let chosen = choose(&policies.policies, &Config::default(), &request).unwrap();
    let run = Run {
        workspace,
        targets: &Targets::Folders(vec![RepoPath::new("")]),
        names,
        exclude: &PathSet::none(),
        languages: &Config::default().languages,
        threads,
        progress: &Progress::default(),
    };
    let waivers = Waivers::default();
    let judging =
        Judging { chosen: &chosen, severity: Severity::Info, sources: Sources::Unwanted, waivers: &waivers };
    pipeline::check(&run, &judging).unwrap()
}

fn json(outcome: &Outcome) -> String {
    let mut bytes = Vec::new();
    (report::reporter("json").unwrap().write)(outcome, &Style::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Asserts equality without printing two reports of a thousand lines.
fn assert_same(one: &str, other: &str, what: &str) {
    let difference = one.lines().zip(other.lines()).find(|(one, other)| one != other);
    assert!(one == other, "{what}: {difference:?}, {} and {} bytes", one.len(), other.len());
}

#[test]
fn threads_do_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let workspace = Workspace::on_disk(folder.path());
    let outcome = check(&workspace, Names::Walk, 1);
    assert!(outcome.findings.len() > 5 * N_PARTS, "only {} findings", outcome.findings.len());
    assert!(outcome.findings.is_sorted() && outcome.failures.is_empty());
    for policy in &outcome.summary.policies {
        assert!(policy.findings > 0, "`{}` finds nothing, so that its order is not tested", policy.id);
    }
    let alone = json(&outcome);
    for threads in [2, 8] {
        for _ in 0..3 {
            assert_same(
                &alone,
                &json(&check(&workspace, Names::Walk, threads)),
                &format!("{threads} threads"),
            );
        }
    }
}

#[test]
fn the_folder_does_not_matter() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let deep = there.path().join("with a space/é/tests/thoughts");
    write(here.path());
    write(&deep);
    let one = json(&check(&Workspace::on_disk(here.path()), Names::Walk, 2));
    assert_same(&one, &json(&check(&Workspace::on_disk(&deep), Names::Walk, 2)), "two folders");
}

#[test]
fn memory_and_disk_agree() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let disk = check(&Workspace::on_disk(folder.path()), Names::Walk, 2);
    let files = files().into_iter().map(|(path, text)| (RepoPath::new(&path), Arc::from(text)));
    let memory = check(&Workspace::in_memory(files), Names::Memory, 2);
    assert!(disk.findings == memory.findings, "the findings on disk and in memory differ");
    assert_eq!(disk.summary.files, memory.summary.files);
}

#[test]
fn walk_and_index_agree() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    // A machine without git has no index to compare with.
    if !git(folder.path(), &["init", "--quiet"]) || !git(folder.path(), &["add", "--all"]) {
        return;
    }
    let workspace = Workspace::on_disk(folder.path());
    let walked = check(&workspace, Names::Walk, 2);
    let listed = check(&workspace, Names::Index, 2);
    assert!(walked.findings == listed.findings, "the findings by walk and by index differ");
    assert_eq!(walked.summary.files, listed.summary.files);
    let alone = json(&check(&workspace, Names::Index, 1));
    assert_same(&alone, &json(&check(&workspace, Names::Index, 8)), "the index with 8 threads");
}

/// Runs git on a repository of its own, without the settings of whoever runs the test; says whether it worked.
fn git(folder: &Path, arguments: &[&str]) -> bool {
    let status = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .env("GIT_CONFIG_GLOBAL", "")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
