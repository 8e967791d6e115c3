//! Files that are named by a list or come on standard input, and flags that contradict each other.

use crate::made::{Ended, Made, git, run};

const DOC: &str = "```sh\npip install x\n```\n";

fn made() -> Made {
    let made = Made::new();
    made.write("uv.lock", "version = 1\n").write("policylint.toml", "exclude = [\"legacy\"]\n");
    for path in ["a.md", "docs/b c.md", "docs/d.md", "legacy/v.md"] {
        made.write(path, DOC);
    }
    made.commit("all");
    made
}

fn paths(ended: &Ended) -> Vec<&str> {
    ended.out.lines().filter_map(|line| line.split(':').next()).collect()
}

#[test]
fn lists_end_their_names_with_lines_or_nul() {
    let made = made();
    let listed = |text: &str| run(&made.root(), &["--files-from", "-"], text);
    for text in
        ["a.md\ndocs/b c.md\n", "a.md\r\ndocs/b c.md", "a.md\0docs/b c.md\0", "./a.md\n\n./docs/b c.md\n"]
    {
        let ended = listed(text);
        assert_eq!((paths(&ended), ended.code), (vec!["a.md", "docs/b c.md"], 1), "{text:?}");
        assert!(ended.err.contains("names from list"), "{}", ended.err);
    }
    std::fs::write(made.at("list"), "a.md").unwrap();
    assert_eq!(paths(&made.run(&["--files-from", "../list"])), ["a.md"]);
    assert_eq!(paths(&listed("docs\na.md\n")), ["a.md", "docs/b c.md", "docs/d.md"]);
    let ended = listed("");
    assert!(
        ended.code == 0 && ended.err.contains("the list names no file, so nothing was judged"),
        "{ended:?}"
    );
    // What is missing hides nothing, and is no pass.
    let ended = listed("a.md\nabsent.md\n");
    assert_eq!((paths(&ended), ended.code), (vec!["a.md"], 2));
    assert!(ended.err.contains("`absent.md` does not exist"), "{}", ended.err);
    for (list, message) in [("absent", "`absent` cannot be read"), (".", "`.` cannot be read")] {
        let ended = made.run(&["--files-from", list]);
        assert!(ended.code == 2 && ended.err.contains(message), "{ended:?}");
    }
    std::fs::write(made.at("list"), b"caf\xe9.md\n").unwrap();
    let ended = made.run(&["--files-from", "../list"]);
    assert!(ended.code == 2 && ended.err.contains("is not UTF-8"), "{ended:?}");
    let ended = run(&made.root(), &["--files-from", "-", "--rev", "HEAD"], "docs/d.md\n");
    assert_eq!(paths(&ended), ["docs/d.md"]);
}

#[test]
fn excludes_hold_for_named_files_if_that_is_asked_for() {
    let made = made();
    assert_eq!(paths(&made.run(&["legacy/v.md"])), ["legacy/v.md"]);
    let ended = made.run(&["legacy/v.md", "--force-exclude"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert!(ended.err.contains("all that was named is excluded, so nothing was judged"), "{}", ended.err);
    assert!(ended.err.contains("1 skipped: 1 excluded"), "{}", ended.err);
    assert_eq!(paths(&made.run(&["legacy/v.md", "a.md", "--force-exclude"])), ["a.md"]);
    assert_eq!(
        paths(&run(&made.root(), &["--files-from", "-", "--force-exclude"], "legacy/v.md\na.md")),
        ["a.md"]
    );
    let input = ["--stdin-filename", "legacy/v.md"];
    assert_eq!(paths(&run(&made.root(), &input, DOC)), ["legacy/v.md"]);
    let ended = run(&made.root(), &[&input[..], &["--force-exclude"]].concat(), DOC);
    assert!(ended.code == 0 && ended.err.contains("is excluded, so nothing was judged"), "{ended:?}");
}

#[test]
fn standard_input_stands_in_for_a_file() {
    let made = made();
    let judge = |path: &str, text: &str| run(&made.root(), &["--stdin-filename", path], text);
    assert_eq!(paths(&judge("new/folder/n.md", DOC)), ["new/folder/n.md"]);
    assert_eq!(paths(&judge("./docs/../a.md", DOC)), ["a.md"]);
    let ended = judge("a.md", "nothing\n");
    assert!(ended.code == 0 && ended.err.contains("names from standard input"), "{ended:?}");
    for (path, text, message) in [
        ("a.md", "a\0b", "standard input is binary"),
        ("a.md", &*"a\n".repeat(600_000), "standard input is too large"),
    ] {
        let ended = judge(path, text);
        assert!(ended.code == 2 && ended.err.contains(message), "{message}: {ended:?}");
    }
    // What would be changed can be shown, and nothing is written.
    let ended =
        run(&made.root(), &["--stdin-filename", "a.md", "--diff", "--unsafe-fixes"], &DOC.replace('x', "y"));
    assert!(ended.code == 1 && ended.out.contains("-pip install y"), "{ended:?}");
    // In a folder below, paths are those of the folder.
    assert_eq!(paths(&run(&made.root().join("docs"), &["--stdin-filename", "d.md"], DOC)), ["docs/d.md"]);
    assert_eq!(paths(&run(&made.root().join("docs"), &["--rev", "HEAD", "d.md"], "")), ["docs/d.md"]);
    git(&made.at("."), &["clone", "--quiet", "--bare", "here", "bare.git"]);
    let bare = ["--git-dir", "bare.git", "--stdin-filename", "docs/n.md"];
    assert_eq!(paths(&run(&made.at("."), &bare, DOC)), ["docs/n.md"]);
    assert_eq!(paths(&run(&made.at("."), &["--git-dir", "bare.git", "docs/d.md"], "")), ["docs/d.md"]);
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let made = made();
    for arguments in [
        &["--staged", "--rev", "HEAD"][..],
        &["--staged", "--git-dir", ".git"],
        &["--rev", "HEAD", "--tracked"],
        &["--rev", "HEAD", "--no-ignore"],
        &["--since", "HEAD", "--no-ignore"],
        &["--whole-files"],
        &["--files-from", "-", "a.md"],
        &["--files-from", "-", "--since", "HEAD"],
        &["--files-from", "-", "--stdin-filename", "a.md"],
        &["--stdin-filename", "a.md", "--staged"],
        &["--stdin-filename", "a.md", "b.md"],
        &["--fix", "--staged"],
        &["--fix", "--rev", "HEAD"],
        &["--fix", "--git-dir", ".git"],
        &["--fix", "--stdin-filename", "a.md"],
    ] {
        let ended = made.run(arguments);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments:?}: {ended:?}");
        let is_told = ended.err.contains("cannot be used with") || ended.err.contains("were not provided");
        assert!(is_told, "{arguments:?}: {}", ended.err);
    }
}
