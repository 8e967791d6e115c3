//! What came first, a module or its test: told by real repositories, made by git in a temporary folder.

#![expect(clippy::disallowed_methods, reason = "the tests make repositories on disk")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A module that is long enough to be recognised when a line of it changes.
const MODULE: &str = "\"\"\"The users.\"\"\"\n\n\ndef users_of(order):\n    total = order.lines + 1\n    return total\n\n\ndef names(users):\n    return [user.name for user in users]\n";
const TEST: &str = "from shop.users import users_of\n\n\ndef test_users():\n    order = Order(lines=2)\n    assert users_of(order) == 3\n\n\ndef test_names():\n    assert names([]) == []\n";

/// A checkout in a temporary folder.
struct Shop {
    folder: TempDir,
}

impl Shop {
    /// A repository whose first commit holds a manifest and an empty package.
    fn new() -> Self {
        Self::made(&["init", "--quiet", "--initial-branch=main"])
    }

    fn made(init: &[&str]) -> Self {
        let shop = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(shop.root()).unwrap();
        shop.git(init);
        shop.write("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\n");
        shop.write("src/shop/__init__.py", "").commit("start");
        shop
    }

    fn root(&self) -> PathBuf {
        self.at("here")
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.root(), arguments)
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.root().join(path)).unwrap();
        self
    }

    fn rename(&self, from: &str, to: &str) -> &Self {
        let text = fs::read_to_string(self.root().join(from)).unwrap();
        self.remove(from).write(to, &text)
    }

    /// Commits everything and gives the start of the hash that reports show.
    fn commit(&self, subject: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", subject]);
        self.git(&["rev-parse", "--short=10", "HEAD"])
    }

    fn add_module(&self) -> String {
        self.write("src/shop/users.py", MODULE).commit("users")
    }

    fn add_test(&self) -> String {
        self.write("tests/test_users.py", TEST).commit("test the users")
    }

    /// The one row about a module with a test.
    fn row(&self) -> Value {
        let rows = rows(&self.root());
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.into_iter().next().unwrap()
    }

    fn order(&self) -> String {
        self.row()["order"].as_str().unwrap().to_owned()
    }
}

/// Runs git without the settings of whoever runs the test.
fn git(at: &Path, arguments: &[&str]) -> String {
    let mut program = Command::new("git");
    program.args(["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "protocol.file.allow=always"]);
    program.args(arguments).current_dir(at).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    program
        .env_remove("GIT_INDEX_FILE")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    program.env("GIT_AUTHOR_DATE", "1700000000 +0900").env("GIT_COMMITTER_DATE", "1700000000 +0900");
    let output = program.output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {err}");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Runs the program: its exit code, what it prints, and what it says beside that on one line.
fn run(at: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_policylint"));
    let output = program.env_clear().env("COLUMNS", "100").current_dir(at).args(arguments).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        err.split_whitespace().collect::<Vec<_>>().join(" "),
    )
}

fn rows(at: &Path) -> Vec<Value> {
    let (code, out, err) = run(at, &["facts", "--kind", "module_history", "--history", "--format", "jsonl"]);
    assert_eq!((code, err.as_str()), (0, ""));
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_test_that_comes_later_is_told_with_both_commits() {
    let shop = Shop::new();
    let (module, test) = (shop.add_module(), shop.add_test());
    let row = shop.row();
    assert_eq!(row["order"], "code-first");
    assert_eq!((row["commit"].as_str(), row["test_commit"].as_str()), (Some(&*module), Some(&*test)));
    assert_eq!((&row["born_at"], &row["came_with"]), (&"2023-11-14T22:13:20+00:00".into(), &1.into()));
    let (code, out, _) =
        run(&shop.root(), &["--history", "--select", "tests-first", "--output-format", "concise"]);
    assert_eq!(code, 1);
    assert!(out.contains(&format!("came in `{module}` (2023-11-14) without a test")), "{out}");
    let (code, out, _) = run(&shop.root(), &["--select", "tests-first", "--output-format", "concise"]);
    assert_eq!((code, out.contains("error")), (0, false), "without the flag no history is read: {out}");
}

#[test]
fn a_test_may_come_before_or_with_its_module() {
    let shop = Shop::new();
    shop.add_test();
    shop.add_module();
    assert_eq!(shop.order(), "test-first");
    let shop = Shop::new();
    shop.write("src/shop/users.py", MODULE);
    shop.add_test();
    assert_eq!(shop.order(), "together");
}

#[test]
fn what_a_merge_or_a_squash_brings_came_together() {
    for arguments in
        [&["merge", "--quiet", "--no-ff", "--no-edit", "work"][..], &["merge", "--squash", "work"]]
    {
        let shop = Shop::new();
        shop.git(&["checkout", "--quiet", "-b", "work"]);
        shop.add_module();
        shop.add_test();
        assert_eq!(shop.order(), "code-first", "on the branch its commits stand for themselves");
        shop.git(&["checkout", "--quiet", "main"]);
        shop.git(arguments);
        let last = shop.commit("squashed, or nothing");
        assert_eq!(shop.order(), "together", "{arguments:?} gave {last}");
    }
}

#[test]
fn a_merge_of_many_branches_is_one_step() {
    let shop = Shop::new();
    for (branch, path, text) in [
        ("one", "src/shop/users.py", MODULE),
        ("two", "tests/test_users.py", TEST),
        ("three", "notes.md", "x"),
    ] {
        shop.git(&["checkout", "--quiet", "-b", branch, "main"]);
        shop.write(path, text).commit(branch);
    }
    shop.git(&["checkout", "--quiet", "main"]);
    shop.write("README.md", "x").commit("read me");
    shop.git(&["merge", "--quiet", "--no-edit", "one", "two", "three"]);
    assert_eq!(shop.order(), "together");
}

#[test]
fn renames_are_followed_while_half_of_the_lines_stay() {
    let shop = Shop::new();
    shop.add_test();
    let born = shop.add_module();
    shop.write("src/shop/api/__init__.py", "");
    shop.rename("src/shop/users.py", "src/shop/api/users.py").commit("move between packages");
    let changed = TEST.replace("order = Order(lines=2)", "order = Order(lines=3)").replace("== 3", "== 4");
    shop.remove("tests/test_users.py")
        .write("tests/api/test_users.py", &changed)
        .commit("move and change the test");
    let row = shop.row();
    assert_eq!((&row["order"], &row["commit"]), (&"test-first".into(), &born.into()));
    assert_eq!(
        (&row["path"], &row["born_as"]),
        (&"src/shop/api/users.py".into(), &"src/shop/users.py".into())
    );

    shop.remove("tests/api/test_users.py");
    shop.write("tests/api/test_users.py", "def test_nothing_of_the_old_one():\n    assert 1\n")
        .commit("write it anew");
    assert_eq!(shop.order(), "test-first", "a file that changes in its place is the same file");
    shop.remove("tests/api/test_users.py");
    shop.write("tests/unit/test_users.py", "import other\n\n\ndef test_other():\n    assert other.a\n")
        .commit("replace it elsewhere");
    assert_eq!(shop.order(), "code-first", "a file that shares less is another one");
}

#[test]
fn a_file_that_moved_is_nobody_elses_origin() {
    let shop = Shop::new();
    shop.write("src/shop/people.py", MODULE).commit("people, without a test");
    shop.rename("src/shop/people.py", "src/shop/persons.py");
    shop.write("src/shop/users.py", &MODULE.replace("lines + 1", "lines + 2"));
    shop.add_test();
    assert_eq!(shop.order(), "together");
}

#[test]
fn what_is_split_off_is_no_new_code() {
    let shop = Shop::new();
    let more = "\n\ndef prices_of(order):\n    return [line.price for line in order.lines]\n";
    shop.write("src/shop/all.py", &format!("{MODULE}{more}{more}{more}{more}{more}"))
        .commit("everything in one");
    shop.write("src/shop/all.py", more);
    shop.add_module();
    shop.add_test();
    let row = shop.row();
    assert_eq!((&row["order"], &row["out_of"]), (&"split".into(), &"src/shop/all.py".into()));
}

#[test]
fn other_tests_in_the_same_commit_may_be_about_it() {
    let shop = Shop::new();
    shop.write("tests/test_shop.py", "def test_shop():\n    assert 1\n").commit("a test");
    shop.write("tests/test_shop.py", "def test_shop():\n    assert 2\n");
    shop.add_module();
    shop.add_test();
    let rows = rows(&shop.root());
    let row = rows.iter().find(|row| row["path"] == "src/shop/users.py").unwrap();
    assert_eq!(row["order"], "other-tests");
}

#[test]
fn reverts_and_files_that_come_again() {
    let shop = Shop::new();
    shop.add_test();
    shop.add_module();
    shop.git(&["revert", "--no-edit", "HEAD"]);
    shop.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(shop.order(), "test-first");
    shop.remove("tests/test_users.py").commit("drop the test");
    shop.add_test();
    assert_eq!(shop.order(), "test-first", "the test was there when the module came");

    let shop = Shop::new();
    shop.add_module();
    shop.remove("src/shop/users.py").commit("drop the module");
    shop.add_test();
    shop.add_module();
    assert_eq!(shop.order(), "test-first", "the module that is there today came after its test");
}

#[test]
fn an_import_has_its_history_elsewhere() {
    let shop = Shop { folder: tempfile::tempdir().unwrap() };
    fs::create_dir(shop.root()).unwrap();
    shop.git(&["init", "--quiet", "--initial-branch=main"]);
    shop.write("pyproject.toml", "[project]\nname = \"shop\"\n").write("src/shop/__init__.py", "");
    shop.add_module();
    shop.add_test();
    assert_eq!(shop.order(), "imported", "the first commit");

    let shop = Shop::new();
    let other = Shop::new();
    other.git(&["commit", "--quiet", "--amend", "--message", "another start"]);
    other.add_module();
    shop.git(&["fetch", "--quiet", other.root().to_str().unwrap(), "main"]);
    shop.git(&["merge", "--quiet", "--no-edit", "--allow-unrelated-histories", "-X", "ours", "FETCH_HEAD"]);
    shop.add_test();
    assert_eq!(shop.order(), "imported", "a merge of another repository");
}

#[test]
fn what_a_shallow_clone_lacks_is_a_failure() {
    let shop = Shop::new();
    shop.add_module();
    shop.add_test();
    shop.write("README.md", "x").commit("read me");
    let origin = format!("file://{}", shop.root().display());
    let clone = |depth: &str| {
        let to = shop.at(depth);
        git(shop.folder.path(), &["clone", "--quiet", "--depth", depth, &origin, to.to_str().unwrap()]);
        let (code, out, err) =
            run(&to, &["--history", "--select", "tests-first", "--output-format", "concise", "--quiet"]);
        (code, out + &err)
    };
    let (code, said) = clone("2");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("the clone is shallow") && said.contains("fetch-depth: 0"), "{said}");
    assert!(!said.contains("without a test"), "nothing is guessed: {said}");
    let (code, said) = clone("4");
    assert_eq!((code, said.contains("shallow")), (1, false), "enough was fetched: {said}");
}

#[test]
fn a_partial_clone_is_judged_as_far_as_it_goes() {
    let shop = Shop::new();
    shop.git(&["config", "uploadpack.allowFilter", "true"]);
    shop.add_test();
    shop.add_module();
    let changed = TEST.replace("lines=2", "lines=3").replace("== 3", "== 4");
    shop.remove("tests/test_users.py").write("tests/unit/test_users.py", &changed).commit("move and change");
    let (origin, to) = (format!("file://{}", shop.root().display()), shop.at("partial"));
    git(shop.folder.path(), &["clone", "--quiet", "--filter=blob:none", &origin, to.to_str().unwrap()]);
    let (code, out, err) = run(&to, &["--history", "--select", "tests-first", "--output-format", "concise"]);
    assert_eq!(code, 2, "{out}{err}");
    assert!((out + &err).contains("the clone is partial"));
}

#[test]
fn what_is_not_committed_is_the_newest_step() {
    let shop = Shop::new();
    shop.write("src/shop/users.py", MODULE).write("tests/test_users.py", TEST);
    assert_eq!(shop.order(), "together");
    assert_eq!(shop.row()["commit"], Value::Null);
    shop.remove("tests/test_users.py");
    shop.add_module();
    shop.write("tests/test_users.py", TEST);
    assert_eq!(shop.order(), "code-first");

    let shop = Shop::new();
    shop.add_test();
    shop.add_module();
    shop.rename("tests/test_users.py", "tests/unit/test_users.py");
    shop.rename("src/shop/users.py", "src/shop/people.py").rename("src/shop/people.py", "src/shop/users.py");
    assert_eq!(shop.order(), "test-first", "a test that is only moved is no new one");
}

#[test]
fn a_repository_without_commits_or_none_at_all() {
    let shop = Shop { folder: tempfile::tempdir().unwrap() };
    fs::create_dir(shop.root()).unwrap();
    shop.write("pyproject.toml", "[project]\nname = \"shop\"\n");
    shop.write("src/shop/users.py", MODULE).write("tests/test_users.py", TEST);
    let (code, _, err) = run(&shop.root(), &["--history"]);
    assert_eq!(code, 2);
    assert!(err.contains("is no git checkout"), "{err}");
    shop.git(&["init", "--quiet"]);
    assert_eq!(shop.order(), "together");
}

#[test]
fn a_root_below_the_checkout_and_another_worktree() {
    let shop = Shop::new();
    shop.write("app/policylint.toml", "root = true\n")
        .write("app/pyproject.toml", "[project]\nname = \"app\"\n");
    shop.write("app/src/app/users.py", MODULE).commit("the app");
    shop.write("app/tests/test_users.py", TEST).commit("its test");
    let rows = rows(&shop.root().join("app"));
    assert_eq!((rows.len(), &rows[0]["order"]), (1, &"code-first".into()));

    let other = shop.at("other");
    shop.git(&["worktree", "add", "--quiet", other.to_str().unwrap(), "HEAD~1"]);
    fs::create_dir_all(other.join("app/tests")).unwrap();
    fs::write(other.join("app/tests/test_users.py"), TEST).unwrap();
    let rows = self::rows(&other.join("app"));
    assert_eq!(rows[0]["test_commit"], Value::Null, "there the test is not committed");
}

#[test]
fn hashes_of_the_other_kind() {
    let shop = Shop::made(&["init", "--quiet", "--initial-branch=main", "--object-format=sha256"]);
    shop.add_module();
    shop.rename("src/shop/users.py", "src/shop/people.py").commit("rename");
    shop.write("tests/test_people.py", TEST).commit("test");
    assert_eq!(shop.row()["born_as"], "src/shop/users.py");
}

#[test]
fn a_few_objects_that_name_endless_files_are_an_error() {
    use std::io::Write;
    let shop = Shop::new();
    shop.write("src/shop/users.py", MODULE).write("tests/test_users.py", TEST);
    let tree = |entries: &str| {
        let mut program = Command::new("git");
        program.args(["mktree"]).current_dir(shop.root()).stdin(std::process::Stdio::piped());
        let mut child = program.stdout(std::process::Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(entries.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
    };
    let blob = shop.git(&["rev-parse", "HEAD:pyproject.toml"]);
    let mut last = tree(&format!("100644 blob {blob}\tf.py\n"));
    for _ in 0..10 {
        let entries: String =
            (0..10).map(|number| format!("040000 tree {last}\t{number}{:0200}\n", 0)).collect();
        last = tree(&entries);
    }
    let much = shop.git(&["commit-tree", &last, "-p", "HEAD", "-m", "much"]);
    shop.git(&["add", "--all"]);
    let commit = shop.git(&["commit-tree", &shop.git(&["write-tree"]), "-p", &much, "-m", "little"]);
    shop.git(&["update-ref", "refs/heads/main", &commit]);
    let (code, out, err) =
        run(&shop.root(), &["--history", "--select", "tests-first", "--output-format", "concise"]);
    assert_eq!(code, 2);
    assert!((out + &err).contains("too large"), "{commit}");
}

#[test]
fn damaged_objects_are_an_error() {
    let shop = Shop::new();
    shop.add_module();
    shop.add_test();
    for what in ["HEAD~1^{tree}", "HEAD~1"] {
        let id = shop.git(&["rev-parse", what]);
        let path = shop.root().join(".git/objects").join(&id[..2]).join(&id[2..]);
        let whole = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        for bytes in [&b"no object"[..], &whole[..whole.len() / 2], b""] {
            fs::write(&path, bytes).unwrap();
            let (code, out, err) = run(&shop.root(), &["--history", "--output-format", "concise"]);
            assert_eq!(code, 2, "{what}: {out}{err}");
            assert!((out + &err).contains("history cannot be read"), "{what}");
        }
        fs::write(&path, whole).unwrap();
    }
}

#[test]
fn what_has_changed_is_judged_by_its_history_too() {
    let shop = Shop::new();
    shop.write("src/shop/old.py", MODULE).commit("old code without a test");
    shop.git(&["checkout", "--quiet", "-b", "work"]);
    shop.add_module();
    shop.add_test();
    shop.write("src/shop/old.py", &MODULE.replace("+ 1", "+ 2"));
    shop.write("tests/test_old.py", "def test_old():\n    assert 1\n")
        .commit("test the old code and change it");
    shop.git(&["checkout", "--quiet", "main"]);
    shop.write("src/shop/prices.py", MODULE).commit("prices");
    shop.write("tests/test_prices.py", TEST).commit("test the prices");
    shop.git(&["checkout", "--quiet", "work"]);
    shop.git(&["merge", "--quiet", "--no-edit", "main"]);
    shop.write("src/shop/carts.py", MODULE).write("tests/test_carts.py", TEST);
    let (code, out, err) =
        run(&shop.root(), &["--since", "main", "--select", "tests-first", "--output-format", "concise"]);
    assert_eq!(code, 1, "{out}{err}");
    let found: Vec<&str> = out.lines().filter(|line| line.contains("without a test")).collect();
    assert_eq!(found.len(), 1, "what is older, or came from the other branch, is left alone: {out}");
    assert!(found[0].starts_with("src/shop/users.py:1:1: error[tests-first]"), "{out}");

    let (code, out, err) = run(
        &shop.root(),
        &["--rev", "work", "--history", "--select", "tests-first", "--output-format", "concise"],
    );
    assert_eq!((code, out.matches("without a test").count()), (1, 2), "{out}{err}");
}
