//! The walk against another reading of the same ignore files, on small trees on disk.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::glob::PathSet;

#[derive(Default)]
struct Seen(Vec<String>);

impl Visitor for Seen {
    fn file(&mut self, path: RepoPath) {
        self.0.push(path.as_str().to_owned());
    }

    fn passed_over(&mut self, path: RepoPath, why: PassedOver) {
        self.0.push(format!("{path} {why:?}"));
    }

    fn failed(&mut self, path: RepoPath, message: String) {
        self.0.push(format!("{path} {message}"));
    }
}

fn walked(root: &Path) -> Vec<String> {
    let everywhere = [RepoPath::new("")];
    let exclude = PathSet::new::<&str>(&[]).unwrap();
    let discovery = Discovery {
        names: crate::workspace::Names::Walk,
        folders: &everywhere,
        exclude: &exclude,
        threads: 2,
    };
    let mut seen: Vec<String> =
        walk(&Root::new(root), &discovery, &[], &Seen::default).into_iter().flat_map(|seen| seen.0).collect();
    seen.sort();
    seen
}

/// What the walker of the library that reads the rules for us makes of the tree.
fn walked_by_the_library(root: &Path) -> Vec<String> {
    let mut builder = ignore::WalkBuilder::new(root);
    builder.hidden(false).require_git(false).git_global(false).parents(false);
    let files = builder.build().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    let paths = files.map(|entry| lossy(root, entry.path()).as_str().to_owned());
    let mut paths: Vec<_> = paths.filter(|path| !path.starts_with(".git/")).collect();
    paths.sort();
    paths
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn ignore_files_mean_what_the_library_says(
        files in prop::collection::vec("([abc]/){0,3}[abc](\\.[xy])?", 1..20),
        rules in prop::collection::vec(
            ("([abc]/){0,2}\\.(git)?ignore", prop::collection::vec("!?/?(\\*\\*/)?[abc*](/[abc*])?(\\.[xy*])?/?", 1..4)),
            0..5,
        ),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        // Outside of a checkout fewer folders count as ignored.
        fs::create_dir(root.join(".git")).unwrap();
        for path in &files {
            // A name may be a folder already, or a folder on its way may be a file.
            if !root.join(path).exists() && fs::create_dir_all(root.join(path).parent().unwrap()).is_ok() {
                let _ = fs::write(root.join(path), "");
            }
        }
        for (path, lines) in &rules {
            if fs::create_dir_all(root.join(path).parent().unwrap()).is_ok() {
                fs::write(root.join(path), lines.join("\n")).unwrap();
            }
        }
        prop_assert_eq!(walked(root), walked_by_the_library(root));
    }
}

#[test]
fn what_an_unpacked_archive_holds_is_tracked() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), ".gitignore", "exercises\nnode_modules\n*.log\n");
    for path in ["src/exercises/a.py", "node_modules/b.js", "c.log", "sub/exercises/d.py"] {
        write(folder.path(), path, "");
    }
    assert_eq!(walked(folder.path()), [".gitignore", "src/exercises/a.py", "sub/exercises/d.py"]);
    // A checkout inside knows what it tracks.
    write(folder.path(), "sub/.git/HEAD", "");
    assert_eq!(walked(folder.path()), [".gitignore", "src/exercises/a.py"]);
}

#[test]
fn a_folder_of_many_files_is_shared_out() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..1000 {
        write(folder.path(), &format!("a/{number:04}.py"), "");
    }
    let seen = walked(folder.path());
    assert_eq!((seen.len(), seen[999].as_str()), (1000, "a/0999.py"));
}

#[test]
fn personal_rules_of_checkouts_count() {
    let folder = tempfile::tempdir().unwrap();
    let main = folder.path().join("main");
    write(&main, ".git/info/exclude", "*.log\n");
    write(&main, "a.log", "");
    write(&main, "sub/.git/info/exclude", "b.py\n");
    write(&main, "sub/b.py", "");
    write(&main, "sub/c.py", "");
    assert_eq!(walked(&main), ["sub/c.py"]);
    // A worktree keeps them with the repository that it belongs to.
    write(&main, ".git/worktrees/other/commondir", "../..\n");
    let other = folder.path().join("other");
    write(&other, ".git", "gitdir: ../main/.git/worktrees/other\n");
    write(&other, "a.log", "");
    write(&other, "d.py", "");
    assert_eq!(walked(&other), ["d.py"]);
}
