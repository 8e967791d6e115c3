//! The same content gives the same findings, whichever way it comes: from disk, the index, a revision, a bare mirror,
//! an overlay or standard input.

use std::sync::Arc;

use policylint::config::Config;
use policylint::finding::Severity;
use policylint::glob::PathSet;
use policylint::pipeline::{self, Judging, Names, Progress, Run, Sources};
use policylint::policy::{self, Request, choose};
use policylint::report::{self, Style};
use policylint::source::RepoPath;
use policylint::workspace::{Targets, Workspace};
use serde_json::Value as Json;

use crate::made::{Made, git, run};

/// A repository on which every policy has something to say, with what is hard to read the same way twice.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |path: &str, text: &str| files.push((path.to_owned(), text.as_bytes().to_vec()));
    let own = "//! title = \"No TODO in names\"\n//! why = \"x\"\n//! help = \"x\"\n//! severity = \"warning\"\n//!\n\
               //! [select.file]\n//! stem = \"todo\"\n\nfn file(f, options) { finding(f, \"a file is called todo\") }\n";
    add(
        "policylint.toml",
        "exclude = [\"vendor\"]\nfail-on = \"error\"\n[policies.uv-only]\nseverity = \"warning\"\n",
    );
    add(".policylint/policies/no-todo.rhai", own);
    add(".policylint/policies/deep/README.md", "not a policy\n");
    add("pyproject.toml", "[project]\nname = \"root\"\n[tool.uv]\n");
    add("uv.lock", "version = 1\n");
    add("AGENTS.md", "Stop at 65% context. Run `pytest -q` first. Use uv only.\n");
    add("docs/crlf.md", "# A\r\n\r\n```sh\r\npip install a\r\n```\r\n");
    add("docs/a b \u{e9} \"q\".md", "```sh\npip install b\n```\n");
    add("docs/-dash.md", "```sh\npip install c\n```\n");
    add("docs/todo.md", "");
    add("vendor/x.md", "```sh\npip install vendored\n```\n");
    add("vendor/deep/y.md", "```sh\npip install vendored\n```\n");
    add("shop/__init__.py", "");
    add("shop/carts.py", "def carts(x):\n    y = x + 1\n    return y\n");
    add("shop/prices.py", "def prices(x):\n    y = x + 1\n    return y\n");
    add("tests/test_prices.py", "def test_prices():\n    assert True\n");
    add("be/thoughts/shared/plans/plan.md", "Stop when context exceeds 55%.\n");
    add("run", "#!/bin/sh\npip install d\n");
    add("bin/plain", "pip install e\n");
    add("a.b/c.md", "```sh\npytest\n```\n");
    add("a/c.md", "```sh\npytest\n```\n");
    add("a-b/c.md", "```sh\npytest\n```\n");
    files.push(("docs/latin.md".to_owned(), b"caf\xe9\n\n```sh\npip install f\n```\n".to_vec()));
    files.push(("docs/binary.md".to_owned(), b"```sh\npip install g\0\n```\n".to_vec()));
    files.push(("docs/large.md".to_owned(), b"```sh\npip install h\n```\n".repeat(60_000)));
    files
}

fn made(hash: &str) -> Made {
    let made = Made::with_hash(hash);
    for (path, bytes) in files() {
        made.write(&path, bytes);
    }
    std::os::unix::fs::symlink("AGENTS.md", made.root().join("CLAUDE.md")).unwrap();
    std::os::unix::fs::symlink("docs", made.root().join("manual")).unwrap();
    made.git(&["config", "core.autocrlf", "false"]);
    made.commit("all");
    made
}

/// The report without what says where the content came from.
fn findings(text: &str) -> Json {
    let mut report: Json = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let summary = report["summary"].as_object_mut().unwrap();
    for key in ["names", "revision", "since"] {
        summary.remove(key);
    }
    report
}

fn assert_same(one: &Json, other: &Json, what: &str) {
    if one != other {
        let (one, other) = [one, other].map(|json| serde_json::to_string_pretty(json).unwrap()).into();
        let difference: Vec<_> =
            one.lines().zip(other.lines()).filter(|(one, other)| one != other).take(3).collect();
        panic!("{what}: {difference:?}");
    }
}

#[test]
fn all_of_it() {
    for hash in ["sha1", "sha256"] {
        let made = made(hash);
        git(&made.at("."), &["clone", "--quiet", "--bare", "here", "bare.git"]);
        git(&made.at("bare.git"), &["gc", "--quiet"]);
        let json = |arguments: &[&str]| {
            let all = [&["--output-format", "json", "--severity", "info"], arguments].concat();
            let ended = made.run(&all);
            assert!(ended.code < 2, "{arguments:?}: {ended:?}");
            findings(&ended.out)
        };
        let disk = json(&[]);
        for policy in disk["policies"].as_array().unwrap() {
            assert!(policy["findings"].as_u64() > Some(0), "{policy} finds nothing");
        }
        assert_eq!(
            disk["summary"]["skipped"],
            serde_json::json!({
                "binary": 1, "excluded": 1, "symbolic link": 2, "too large": 1
            })
        );
        assert_same(&disk, &json(&["--rev", "HEAD"]), "a revision");
        assert_same(&disk, &json(&["--rev", "HEAD", "-j", "1"]), "a revision on one thread");
        assert_same(&disk, &json(&["--git-dir", "../bare.git"]), "a bare mirror");
        assert_same(&disk, &json(&["--git-dir", ".git", "--rev", "main"]), "the folder of git");
        for part in
            [&["docs"][..], &["docs/crlf.md", "run"], &["CLAUDE.md"], &["shop/carts.py"], &["a", "be"]]
        {
            let disk = json(part);
            assert_same(
                &disk,
                &json(&[&["--rev", "HEAD"], part].concat()),
                &format!("{part:?} of a revision"),
            );
        }
        // What is on disk plays no part.
        for (path, _) in files() {
            made.remove(&path);
        }
        assert_same(&disk, &json(&["--rev", "HEAD"]), "a revision without its files");
    }
}

#[test]
fn what_is_staged() {
    let made = made("sha1");
    // Staged over nothing, all is staged.
    made.git(&["checkout", "--quiet", "--orphan", "fresh"]);
    let json = |arguments: &[&str]| {
        let ended = made.run(&[&["--output-format", "json", "--severity", "info"], arguments].concat());
        assert!(ended.code < 2, "{arguments:?}: {ended:?}");
        findings(&ended.out)
    };
    let mut disk = json(&[]);
    // Links have not changed, they are no files; an excluded folder is left out file by file.
    let skipped = disk["summary"]["skipped"].as_object_mut().unwrap();
    skipped.remove("symbolic link");
    skipped.insert("excluded".to_owned(), 2.into());
    for (path, _) in files() {
        made.write(&path, "pip install from-disk\n");
    }
    made.remove(".policylint/policies/no-todo.rhai");
    assert_same(&disk, &json(&["--staged"]), "the index");
}

#[test]
fn one_file_as_overlay_and_input() {
    let made = made("sha1");
    let root = made.root();
    let policies = policy::load(&Workspace::on_disk(&root), &[]);
    let request = Request { select: vec!["ALL".to_owned()], ignore: Vec::new() };
    let chosen = choose(&policies.policies, &Config::default(), &request).unwrap();
    for path in ["docs/crlf.md", "AGENTS.md", "run", "shop/carts.py", "be/thoughts/shared/plans/plan.md"] {
        let text = std::fs::read_to_string(root.join(path)).unwrap();
        let judge = |workspace: &Workspace| {
            let run = Run {
                workspace,
                targets: &Targets::Files(policylint::workspace::PathIndex::new(vec![RepoPath::new(path)])),
                names: Names::Arguments,
                exclude: &PathSet::none(),
                threads: 2,
                progress: &Progress::default(),
            };
            let judging = Judging { chosen: &chosen, severity: Severity::Info, sources: Sources::Unwanted };
            let outcome = pipeline::check(&run, &judging).unwrap();
            assert!(!outcome.findings.is_empty(), "{path}");
            let mut bytes = Vec::new();
            (report::reporter("json").unwrap().write)(&outcome, &Style::default(), &mut bytes).unwrap();
            findings(&String::from_utf8(bytes).unwrap())
        };
        std::fs::write(root.join(path), &text).unwrap();
        let disk = judge(&Workspace::on_disk(&root));
        let arguments = ["--isolated", "--select", "ALL", "--output-format", "json", "--severity", "info"];
        let named = findings(&made.run(&[&arguments[..], &[path]].concat()).out);
        // The file on disk says something else now, or nothing at all.
        made.write(path, "nothing to see\n");
        let over = |below: Workspace| judge(&below.with_texts([(RepoPath::new(path), Arc::from(&*text))]));
        assert_same(&disk, &over(Workspace::on_disk(&root)), "an overlay over another text");
        let input = |more: &[&str]| {
            let all = [&arguments[..], &["--stdin-filename", path], more].concat();
            findings(&run(&root, &all, &text).out)
        };
        assert_same(&named, &input(&[]), "standard input");
        assert_same(&named, &input(&["--rev", "HEAD"]), "standard input over a revision");
        made.remove(path);
        assert_same(&disk, &over(Workspace::on_disk(&root)), "an overlay over nothing");
        assert_same(&named, &input(&[]), "standard input as a file that is not there");
        made.write(path, &text);
    }
}
