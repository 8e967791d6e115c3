//! Objects and trees that no honest git would write: each is an error or is left out, and nothing hangs, panics or
//! leaves the repository.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::made::Made;

const DOC: &str = "```sh\npip install x\n```\n";

/// Writes an object that git would refuse, and gives its hash.
fn object(made: &Made, kind: &str, bytes: &[u8]) -> String {
    let mut program = Command::new("git");
    program.args(["hash-object", "-w", "--stdin", "--literally", "-t", kind]).current_dir(made.root());
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A tree of entries with mode, name and object.
fn tree(made: &Made, entries: &[(&str, &[u8], &str)]) -> String {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend_from_slice(mode.as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(name);
        bytes.push(0);
        let digits = (0..id.len()).step_by(2);
        bytes.extend(digits.map(|at| u8::from_str_radix(&id[at..at + 2], 16).unwrap()));
    }
    object(made, "tree", &bytes)
}

fn commit(made: &Made, tree: &str) -> String {
    made.git(&["commit-tree", tree, "-m", "made by hand"])
}

#[test]
fn names_that_no_checkout_could_have_are_left_out() {
    let made = Made::new();
    let blob = object(&made, "blob", DOC.as_bytes());
    let inner = tree(&made, &[("100644", b"in.md", &blob)]);
    let top = tree(
        &made,
        &[
            ("100644", b"../out.md", &blob),
            ("40000", b"..", &inner),
            ("40000", b".git", &inner),
            ("100644", b"", &blob),
            ("100644", b"/etc/x.md", &blob),
            ("100644", b"a.md", &blob),
            ("100644", b"caf\xe9.md", &blob),
            ("100644", b"esc\x1b[31m.md", &blob),
            ("160000", b"sub", &blob),
            ("120000", b"link.md", &object(&made, "blob", b"../../../../etc/passwd")),
            ("120000", b"loop.md", &object(&made, "blob", b"loop.md")),
        ],
    );
    let commit = commit(&made, &top);
    let ended = made.run(&["--rev", &commit, "--select", "uv-only"]);
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(lines.len(), 2, "{ended:?}");
    assert!(lines[0].starts_with("a.md:2:1: ") && !ended.out.contains('\x1b'), "{ended:?}");
    assert!(ended.err.contains("1 name is not UTF-8, 1 submodule, 2 symbolic link"), "{}", ended.err);
    for path in ["link.md", "loop.md", "../out.md", ".git/in.md"] {
        let ended = made.run(&["--rev", &commit, path]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{path}: {ended:?}");
    }
}

#[test]
fn trees_that_name_themselves_again_and_again_come_to_an_end() {
    let made = Made::new();
    let blob = object(&made, "blob", b"x");
    let names: Vec<Vec<u8>> = (0..50_u8).map(|n| vec![b'a' + n / 26, b'a' + n % 26]).collect();
    let mut id = tree(&made, &names.iter().map(|name| ("100644", &name[..], &*blob)).collect::<Vec<_>>());
    for _ in 0..8 {
        id = tree(&made, &names.iter().map(|name| ("40000", &name[..], &*id)).collect::<Vec<_>>());
    }
    let ended = made.run(&["--rev", &commit(&made, &id), "--select", "uv-only"]);
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("it holds more than"), "{}", ended.err);

    let mut deep = tree(&made, &[("100644", b"a.md", &object(&made, "blob", DOC.as_bytes()))]);
    for _ in 0..25 {
        deep = tree(&made, &[("40000", &[b'f'; 200], &deep)]);
    }
    let ended = made.run(&["--rev", &commit(&made, &deep), "--select", "uv-only"]);
    assert!(ended.code == 2 && ended.err.contains("a path in it is too long"), "{}", ended.err);
}

#[test]
fn damage_is_told_and_hides_nothing() {
    let made = Made::new();
    made.write("a/one.md", DOC).write("b/two.md", DOC.replace('x', "y")).write("c/three.md", "three\n");
    let head = made.commit("all");
    let spoil = |name: &str, bytes: Option<&[u8]>| {
        let id = made.git(&["rev-parse", name]);
        let path = made.root().join(".git/objects").join(&id[..2]).join(&id[2..]);
        let before = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        if let Some(bytes) = bytes {
            fs::write(&path, bytes).unwrap();
        }
        (path, before)
    };
    let select = ["--select", "uv-only"];
    for name in ["HEAD:b/two.md", "HEAD:b"] {
        for bytes in [None, Some(&b"garbage"[..]), Some(&b""[..])] {
            let (path, before) = spoil(name, bytes);
            let ended = made.run(&[&["--rev", "HEAD"], &select[..]].concat());
            assert_eq!(ended.code, 2, "{ended:?}");
            assert!(
                ended.out.starts_with("a/one.md:2:1") && ended.err.contains("cannot be read"),
                "{ended:?}"
            );
            let _ = fs::remove_file(&path);
            fs::write(&path, before).unwrap();
        }
    }
    // What a file was cannot be read: all of it counts as changed, and the run is no success.
    made.write("b/two.md", format!("{DOC}{}", DOC.replace('x', "y")));
    made.git(&["commit", "--quiet", "--all", "--message", "more"]);
    let (path, before) = spoil(&format!("{head}:b/two.md"), None);
    let ended = made.run(&[&["--since", &*head], &select[..]].concat());
    assert_eq!((ended.code, ended.out.lines().count()), (2, 2), "{ended:?}");
    assert!(ended.err.contains("what `b/two.md` was cannot be read"), "{}", ended.err);
    fs::write(&path, before).unwrap();
    assert_eq!(made.run(&[&["--since", &*head], &select[..]].concat()).out.lines().count(), 1);
    for name in [&*format!("{head}^{{tree}}"), &head] {
        let (path, before) = spoil(name, Some(b"garbage"));
        let ended = made.run(&[&["--since", &*head], &select[..]].concat());
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
        fs::write(&path, before).unwrap();
    }
}

#[test]
fn a_damaged_index_or_git_folder_is_an_error() {
    let made = Made::new();
    made.write("a.md", DOC).commit("all");
    let index = made.root().join(".git/index");
    let good = fs::read(&index).unwrap();
    for bytes in [
        &b""[..],
        b"garbage",
        &good[..good.len() / 2],
        &[b"DIRC\0\0\0\x02\xff\xff\xff\xff", &good[12..]].concat(),
    ] {
        fs::write(&index, bytes).unwrap();
        for arguments in [&["--staged"][..], &["--since", "HEAD"]] {
            let ended = made.run(arguments);
            assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
            assert!(ended.err.contains("git's index") && !ended.err.contains("internal error"), "{ended:?}");
        }
    }
    fs::write(&index, &good).unwrap();
    // Another repository's configuration can run nothing and lead nowhere.
    let config = made.root().join(".git/config");
    let honest = fs::read_to_string(&config).unwrap();
    let hostile = "[core]\n\tfsmonitor = touch ../pwned\n\thooksPath = ..\n[filter \"x\"]\n\tsmudge = touch pwned\n\
                   [include]\n\tpath = /dev/zero\n[alias]\n\tx = !touch pwned\n";
    fs::write(&config, format!("{honest}{hostile}")).unwrap();
    made.write(".gitattributes", "* filter=x\n");
    assert_eq!(made.run(&["--rev", "HEAD", "--select", "uv-only"]).out.lines().count(), 1);
    assert_eq!(made.run(&["--since", "HEAD", "--select", "uv-only"]).code, 0);
    assert!(!made.at("pwned").exists() && !made.root().join("pwned").exists());
    for text in ["[core\n", "[core]\n\trepositoryformatversion = 9\n"] {
        fs::write(&config, text).unwrap();
        let ended = made.run(&["--rev", "HEAD"]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
    }
}
