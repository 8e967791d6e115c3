//! `--since` and `--staged`: which files are judged, and which findings a change is told of.

use crate::made::{Ended, Made, git, run};

/// A document with one finding in each block.
fn document(programs: &[&str]) -> String {
    programs.iter().map(|program| format!("```sh\npip install {program}\n```\n")).collect()
}

fn made() -> Made {
    let made = Made::new();
    made.write("uv.lock", "version = 1\n").write("pyproject.toml", "[project]\nname = \"root\"\n[tool.uv]\n");
    made.write("old.md", document(&["a", "b"])).write("docs/other.md", document(&["c"]));
    made.write("src/shop/__init__.py", "").write("src/shop/cart.py", CODE).write("tests/test_cart.py", TEST);
    made.write("src/shop/price.py", CODE.replace("cart", "price"))
        .write("tests/test_price.py", TEST.replace("cart", "price"));
    made.write(".gitignore", "ignored.md\n").commit("base");
    made
}

const CODE: &str = "def cart(x):\n    y = x + 1\n    return y\n";
const TEST: &str = "from shop.cart import cart\n\n\ndef test_cart():\n    assert cart(1) == 2\n";

/// `path:line` of each finding.
fn places(ended: &Ended) -> Vec<String> {
    let place = |line: &str| line.splitn(3, ':').take(2).collect::<Vec<_>>().join(":");
    ended.out.lines().map(place).collect()
}

#[test]
fn only_changed_lines_of_changed_files_are_told_of() {
    let made = made();
    made.git(&["checkout", "--quiet", "-b", "topic"]);
    // One line committed, one staged, one on disk alone, one in a file that git does not know.
    made.write("old.md", document(&["a", "b", "committed"])).commit("topic");
    made.write("old.md", document(&["a", "b", "committed", "staged"])).git(&["add", "old.md"]);
    made.write("old.md", document(&["disk", "a", "b", "committed", "staged"]));
    made.write("new.md", document(&["n"]));
    made.write("ignored.md", document(&["i"]));
    // What happens on the other branch is not of this change.
    made.git(&["stash", "--quiet", "--include-untracked"]);
    made.git(&["checkout", "--quiet", "main"]);
    made.write("docs/other.md", document(&["c", "main"])).commit("main goes on");
    made.git(&["checkout", "--quiet", "topic"]);
    made.git(&["stash", "pop", "--quiet", "--index"]);

    let ended = made.run(&["--since", "main"]);
    assert_eq!(places(&ended), ["new.md:2", "old.md:2", "old.md:11", "old.md:14"], "{ended:?}");
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("2 on lines that have not changed"), "{}", ended.err);
    assert!(ended.err.contains("names from changes since "), "{}", ended.err);
    let whole = made.run(&["--since", "main", "--whole-files"]);
    assert_eq!(places(&whole).len(), 6, "{whole:?}");
    // With names from the index alone, what git does not know is not judged.
    assert_eq!(places(&made.run(&["--since", "main", "--tracked"])), ["old.md:2", "old.md:11", "old.md:14"]);
    assert_eq!(places(&made.run(&["--since", "HEAD"])), ["new.md:2", "old.md:2", "old.md:14"]);
    assert_eq!(places(&made.run(&["--since", "main", "new.md", "docs"])), ["new.md:2"]);
    assert_eq!(places(&made.run(&["--since", "main", "--rev", "topic"])), ["old.md:8"]);
    assert_eq!(places(&made.run(&["--since", "topic", "--rev", "main"])), ["docs/other.md:5"]);
    assert_eq!(places(&made.run(&["--staged"])), ["old.md:2", "old.md:5", "old.md:8", "old.md:11"]);
    assert_eq!(places(&made.run(&["--staged", "--since", "HEAD"])), ["old.md:11"]);
    assert_eq!(places(&made.run(&["--staged", "--since", "main"])), ["old.md:8", "old.md:11"]);
}

#[test]
fn nothing_changed_is_a_clean_pass_that_says_so() {
    let made = made();
    let head = made.git(&["rev-parse", "HEAD"]);
    for (arguments, message) in [
        (&["--since", "main"][..], "nothing has changed since `main`, so nothing was judged"),
        (&["--since", "HEAD", "--rev", "main"], "nothing has changed since `HEAD`, so nothing was judged"),
        (&["--since", &head, "docs"], "so nothing was judged"),
        (&["--staged"], "nothing is staged, so nothing was judged"),
        (&["--staged", "--diff"], "nothing is staged, so nothing was judged"),
    ] {
        let ended = made.run(arguments);
        assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{ended:?}");
        assert!(ended.err.contains(message), "{}", ended.err);
    }
    made.commit("an empty one");
    assert!(made.run(&["--since", "main~1"]).err.contains("nothing has changed since `main~1`"));
    made.git(&["rm", "--quiet", "docs/other.md"]);
    assert!(made.run(&["--staged"]).err.contains("files were only removed"));
    made.write("policylint.toml", "exclude = [\"new.md\", \"policylint.toml\"]\n")
        .write("new.md", document(&["n"]));
    let ended = made.run(&["--since", "main"]);
    assert!(ended.code == 0 && ended.err.contains("files were only removed"), "{ended:?}");
    made.git(&["add", "--all"]);
    let ended = made.run(&["--since", "main"]);
    assert!(
        ended.code == 0 && ended.err.contains("all that has changed since `main` is excluded"),
        "{ended:?}"
    );
}

#[test]
fn moved_and_touched_files_have_not_changed() {
    let made = made();
    made.git(&["mv", "old.md", "docs/moved.md"]);
    made.git(&["update-index", "--chmod=+x", "docs/other.md"]);
    assert_eq!(places(&made.run(&["--since", "HEAD"])), [""; 0]);
    // A move that changes a line as well is told of that line.
    made.write("docs/moved.md", document(&["a", "x", "b"]));
    assert_eq!(places(&made.run(&["--since", "HEAD"])), ["docs/moved.md:5"]);
    made.git(&["add", "--all"]);
    assert_eq!(places(&made.run(&["--since", "HEAD"])), ["docs/moved.md:5"]);
    made.commit("moved");
    assert_eq!(places(&made.run(&["--since", "HEAD~1", "--rev", "HEAD"])), ["docs/moved.md:5"]);
    // Other times, line ends or bits say nothing.
    made.write("docs/other.md", document(&["c"]).replace('\n', "\r\n"));
    assert!(made.run(&["--since", "HEAD"]).err.contains("nothing has changed"));
    made.git(&["-c", "core.autocrlf=false", "add", "--all"]);
    assert_eq!(places(&made.run(&["--staged", "--since", "HEAD"])), [""; 0]);
}

#[test]
fn a_finding_about_a_whole_file_counts_where_it_was_not_there() {
    let made = made();
    let policy = "//! title = \"x\"\n//! why = \"x\"\n//! help = \"x\"\n//! severity = \"error\"\n//!\n\
                  //! [select.file]\n//! stem = \"todo\"\n\nfn file(f, options) { finding(f, \"called todo\") }\n";
    made.write(".policylint/policies/no-todo.rhai", policy)
        .write("todo.txt", "one\n")
        .commit("a file of old");
    made.write("todo.txt", "one\ntwo\n").write("docs/todo.txt", "one\n");
    let select = ["--select", "no-todo"];
    assert_eq!(places(&made.run(&[&select[..], &["--since", "HEAD"]].concat())), ["docs/todo.txt:1"]);
    assert_eq!(places(&made.run(&[&select[..], &["--since", "HEAD", "--whole-files"]].concat())).len(), 2);
    made.commit("two");
    made.git(&["mv", "docs/todo.txt", "src/todo.txt"]);
    made.git(&["mv", "todo.txt", "done.txt"]);
    made.git(&["mv", "old.md", "todo.md"]);
    assert_eq!(places(&made.run(&[&select[..], &["--since", "HEAD"]].concat())), ["todo.md:1"]);
}

#[test]
fn a_test_that_is_gone_is_missed() {
    let made = made();
    made.git(&["rm", "--quiet", "tests/test_cart.py"]);
    for arguments in [&["--since", "HEAD"][..], &["--staged"], &["--since", "HEAD", "--tracked"]] {
        let ended = made.run(arguments);
        assert_eq!(places(&ended), ["src/shop/cart.py:1"], "{ended:?}");
    }
    // What the files as they were had to tell stands in its place among what the lines tell.
    made.write("z.md", "```sh\npip install z\n```\n");
    assert_eq!(places(&made.run(&["--since", "HEAD"])), ["src/shop/cart.py:1", "z.md:2"]);
    made.remove("z.md");
    // The module has changed as well, but not where the finding stands.
    made.write("src/shop/cart.py", format!("{CODE}\n\nLIMIT = 3\n"));
    assert_eq!(places(&made.run(&["--since", "HEAD"])), ["src/shop/cart.py:1"]);
    made.commit("without a test");
    assert_eq!(places(&made.run(&["--since", "HEAD~1", "--rev", "HEAD"])), ["src/shop/cart.py:1"]);
    // One that was there before is old.
    made.write("src/shop/cart.py", CODE).write("tests/test_absent.py", TEST).commit("shorter");
    made.remove("tests/test_absent.py");
    assert_eq!(places(&made.run(&["--since", "HEAD"])), [""; 0]);
}

#[test]
fn what_is_taken_out_of_a_command_changes_it() {
    let made = made();
    let before = "```sh\npip \\\n  --dry-run \\\n  install a\n```\n";
    made.write("long.md", before).commit("long");
    made.write("long.md", before.replace("  --dry-run \\\n", ""));
    assert_eq!(places(&made.run(&["--since", "HEAD"])), ["long.md:2"]);
}

#[test]
fn merges_worktrees_and_detached_heads() {
    let made = made();
    made.git(&["checkout", "--quiet", "-b", "topic"]);
    made.write("topic.md", document(&["t"])).commit("topic");
    made.git(&["checkout", "--quiet", "main"]);
    made.write("main.md", document(&["m"])).commit("main");
    made.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "topic"]);
    assert_eq!(places(&made.run(&["--since", "HEAD^1"])), ["topic.md:2"]);
    assert_eq!(places(&made.run(&["--since", "HEAD^2", "--rev", "HEAD"])), ["main.md:2"]);
    made.git(&["checkout", "--quiet", "--detach", "topic"]);
    assert_eq!(places(&made.run(&["--since", "main~1"])), ["topic.md:2"]);
    made.git(&["worktree", "add", "--quiet", "../other", "topic~0"]);
    let other = made.at("other");
    std::fs::write(other.join("w.md"), document(&["w"])).unwrap();
    assert_eq!(places(&run(&other, &["--since", "main~1"], "")), ["topic.md:2", "w.md:2"]);
    assert_eq!(places(&run(&other, &["--rev", "main", "main.md"], "")), ["main.md:2"]);
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let made = Made::new();
    let told = |ended: Ended, message: &str| {
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
        assert!(ended.err.contains(message), "`{message}` is not in {ended:?}");
    };
    made.write("a.md", document(&["a"]));
    for arguments in [&["--since", "HEAD"][..], &["--rev", "HEAD"], &["--since", "main"]] {
        told(made.run(arguments), "the repository has no commits yet");
    }
    // The first commit can be judged before it is made.
    made.git(&["add", "a.md"]);
    assert_eq!(made.run(&["--staged", "--select", "uv-only"]).out.lines().count(), 1);
    made.commit("one");
    made.write("a.md", document(&["a", "b"])).commit("two");
    for arguments in [&["--since", "absent"][..], &["--rev", "absent"], &["--staged", "--since", "absent"]] {
        told(made.run(arguments), "there is no revision `absent`");
    }
    told(made.run(&["--since", "HEAD", "../elsewhere"]), "does not exist");
    told(made.run(&["--rev", "HEAD", "absent"]), "`absent` does not exist");
    told(made.run(&["--rev", "HEAD", "a.md", "../elsewhere"]), "lies outside");
    told(made.run(&["--git-dir", "absent"]), "is no git repository that can be read");
    told(run(&made.at("."), &["--since", "HEAD"], ""), "`--since` needs a git checkout");
    told(run(&made.at("."), &["--staged"], ""), "`--staged` needs a git checkout");

    made.git(&["checkout", "--quiet", "--orphan", "alone"]);
    made.commit("alone");
    told(made.run(&["--since", "main"]), "have no commit in common");

    let url = format!("file://{}", made.root().display());
    git(&made.at("."), &["clone", "--quiet", "--depth=1", "--branch=main", &url, "shallow"]);
    let shallow = made.at("shallow");
    git(&shallow, &["fetch", "--quiet", "--depth=1", "origin", "alone:alone"]);
    told(run(&shallow, &["--since", "alone"], ""), "is cut off in this shallow clone");
    told(run(&shallow, &["--since", "HEAD~1"], ""), "shallow clone; fetch more of it");

    made.git(&["checkout", "--quiet", "main"]);
    made.git(&["checkout", "--quiet", "-b", "left", "main"]);
    made.write("a.md", document(&["left"])).commit("left");
    made.git(&["checkout", "--quiet", "-b", "right", "main"]);
    made.write("a.md", document(&["right"])).commit("right");
    let merged = std::process::Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@b.c", "merge", "left"])
        .current_dir(made.root())
        .output()
        .unwrap();
    assert!(!merged.status.success());
    told(made.run(&["--staged"]), "git's index is in the middle of a merge (1 unmerged, `a.md` for one)");
    // On disk the file is there, with the marks of the conflict.
    assert_eq!(made.run(&["--since", "main", "--select", "uv-only"]).code, 1);
}

#[test]
fn fixes_are_made_where_something_has_changed() {
    let made = made();
    made.write("old.md", document(&["x", "a", "b"]).replace("pip install", "pytest"));
    made.git(&["add", "old.md"]);
    made.commit("pytest");
    made.write(
        "old.md",
        format!("```sh\npytest new\n```\n{}", document(&["x", "a", "b"]).replace("pip install", "pytest")),
    );
    let ended = made.run(&["--since", "HEAD", "--fix"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let text = std::fs::read_to_string(made.root().join("old.md")).unwrap();
    assert!(text.starts_with("```sh\nuv run pytest new\n```\n```sh\npytest x\n"), "{text}");
    let diff = made.run(&["--rev", "HEAD~1", "--diff", "--unsafe-fixes", "old.md"]);
    assert!(diff.code == 1 && diff.out.contains("+uv add a"), "{diff:?}");
}
