//! Bad input that only Unix has: links, pipes, permissions, and names of any bytes. Makes what it needs on disk.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use std::fs;
use std::process::Stdio;

use super::{CONCISE, HEADER, Repository, program, said, succeeds};

fn pipe(repository: &Repository, name: &str) {
    assert!(succeeds("mkfifo", &[name], repository.folder.path()), "no mkfifo here");
}

#[test]
fn folders_that_may_not_be_read() {
    let repository = Repository::new();
    repository.write("shut/a.sh", "pip install x\n");
    fs::set_permissions(repository.path("shut"), fs::Permissions::from_mode(0o0)).unwrap();
    let is_shut = fs::read_dir(repository.path("shut")).is_err();
    let said = repository.run(&CONCISE);
    fs::set_permissions(repository.path("shut"), fs::Permissions::from_mode(0o700)).unwrap();
    // Root reads it all the same.
    if is_shut {
        said.still_finds(2).tells("`shut` cannot be read");
    }
}

#[test]
fn links_stay_in_the_root() {
    let (repository, outside) = (Repository::new(), Repository::empty());
    outside.write("secret.sh", "pip install secret\n").write("policies/p.rhai", "secret");
    outside.write("policylint.toml", "secret = 1");
    symlink(outside.folder.path(), repository.path("folder")).unwrap();
    symlink(outside.path("secret.sh"), repository.path("file.sh")).unwrap();
    symlink(".", repository.path("loop")).unwrap();
    fs::create_dir(repository.path(".policylint")).unwrap();
    repository.run(&[]).still_finds(1).hides("secret");
    repository.run(&["--no-ignore"]).still_finds(1).hides("secret");
    symlink(outside.path("policylint.toml"), repository.path("policylint.toml")).unwrap();
    repository.run(&[]).still_finds(2).hides("secret").tells("`policylint.toml` cannot be read");
    fs::remove_file(repository.path("policylint.toml")).unwrap();
    symlink(outside.path("policies"), repository.path(".policylint/policies")).unwrap();
    repository.run(&[]).still_finds(2).hides("secret").tells("it lies outside the repository");
}

#[test]
fn tracked_files_behind_links() {
    let (repository, outside) = (Repository::new(), Repository::empty());
    outside.write("a.sh", "pip install secret\n");
    repository.write("deep/er/a.sh", "").write("deep/er/b.sh", "pip install x\n").write("b.sh", "");
    if !repository.track() {
        return;
    }
    fs::remove_dir_all(repository.path("deep/er")).unwrap();
    symlink(outside.folder.path(), repository.path("deep/er")).unwrap();
    fs::remove_file(repository.path("b.sh")).unwrap();
    symlink(outside.path("a.sh"), repository.path("b.sh")).unwrap();
    repository.run(&["--tracked"]).still_finds(1).hides("secret").tells("3 symbolic link");
    repository.run(&[]).still_finds(1).hides("secret");
}

#[test]
fn pipes_are_never_opened() {
    let repository = Repository::new();
    pipe(&repository, "pipe.sh");
    repository.run(&[]).still_finds(1).tells("1 not a regular file");
    repository.run(&["pipe.sh"]).ends(2).tells("is neither a file nor a folder");
    repository.run(&["--no-ignore"]).still_finds(1);
    pipe(&repository, "policylint.toml");
    repository.run(&[]).still_finds(2).tells("not a regular file");
    repository.run(&["--config", "policylint.toml"]).ends(2).tells("not a regular file");
}

#[test]
fn tracked_pipes_are_never_opened() {
    let repository = Repository::new();
    repository.write("a.sh", "");
    if !repository.track() {
        return;
    }
    fs::remove_file(repository.path("a.sh")).unwrap();
    pipe(&repository, "a.sh");
    repository.run(&["--tracked"]).still_finds(1).tells("1 not a regular file");
    fs::remove_file(repository.path(".git/index")).unwrap();
    pipe(&repository, ".git/index");
    repository.run(&["--tracked"]).ends(2).tells("not a regular file");
    repository.run(&[]).still_finds(1);
}

#[test]
fn ignore_files_that_are_none() {
    for name in [".gitignore", ".ignore"] {
        let repository = Repository::new();
        repository.write("sub/a.sh", "pip install hidden\n").write("other/b.sh", "pip install x\n");
        symlink("/dev/zero", repository.path(&format!("sub/{name}"))).unwrap();
        let said = repository.run(&CONCISE);
        said.still_finds(2).shows("other/b.sh").tells("nothing in `sub` was judged");
        symlink("/dev/zero", repository.path(name)).unwrap();
        repository.run(&CONCISE).still_finds(2).shows("other/b.sh").tells("without ignore rules");
        fs::remove_file(repository.path(name)).unwrap();
        pipe(&repository, name);
        repository.run(&CONCISE).still_finds(2).tells("without ignore rules");
    }
}

#[test]
fn names_that_are_not_text() {
    let repository = Repository::new();
    let path = repository.folder.path().join(std::ffi::OsStr::from_bytes(b"a\xff.sh"));
    // Some file systems do not have such names.
    if fs::write(&path, "pip install x\n").is_ok() {
        repository.run(&[]).still_finds(1).tells("1 name is not UTF-8");
        said(program(repository.folder.path()).arg(path)).ends(2).tells("is not UTF-8");
    }
}

#[test]
fn control_characters_are_spelt_out() {
    let repository = Repository::new();
    let evil = "\u{1b}[31m\u{7}\r\u{202e}\u{200f}\u{9b}";
    for name in [format!("a{evil}.sh"), "b\n.sh".to_owned()] {
        repository.write(&name, format!("pip install {evil}\n"));
    }
    repository
        .policy("evil", &format!("{HEADER}fn file(f, o) {{ finding(f, `{evil}` + f.path).help(`{evil}`) }}"));
    repository.policy("thrown", &format!("{HEADER}fn file(f, o) {{ throw `{evil}` + f.path }}"));
    repository.policy("broken", &format!("{HEADER}fn file(f, o) {{ {evil} }}"));
    repository.write(
        "policylint.toml",
        format!(
            "\"{}\" = 1\n",
            evil.escape_unicode().to_string().replace("\\u{1b}", "\\u001B").replace("\\u{7}", "\\u0007")
        ),
    );
    let is_raw = |character: char| {
        (character.is_control() && character != '\n') || ('\u{200e}'..='\u{202e}').contains(&character)
    };
    for format in ["human", "concise"] {
        let said = repository.run(&["--output-format", format, "-v"]);
        said.still_finds(2);
        assert!(!said.out.contains(is_raw), "{:?}", said.out);
        assert!(!said.err.contains(is_raw), "{:?}", said.err);
    }
    for arguments in [&["--show-files"][..], &["list"], &["facts", "--kind", "file"]] {
        let said = repository.run(arguments);
        assert!(!said.out.contains(is_raw), "{arguments:?}: {:?}", said.out);
        assert!(!said.err.contains(is_raw), "{arguments:?}: {:?}", said.err);
    }
    let said = repository.run(&["--output-format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        json["findings"].as_array().unwrap().iter().filter(|finding| finding["policy"] == "uv-only").count(),
        3
    );
    let missing = format!("no{evil}");
    let said = repository.run(&[missing.as_str()]);
    assert!(!said.ends(2).err.contains(is_raw), "{:?}", said.err);
}

#[test]
fn folders_nested_deeper_than_a_path_is_long() {
    let repository = Repository::new();
    let script =
        "n=$(printf %0100d 0); i=0; while [ $i -lt 60 ]; do mkdir $n && cd -P $n || exit 1; i=$((i+1)); done";
    if succeeds("sh", &["-c", script], repository.folder.path()) {
        let said = repository.run(&CONCISE);
        assert!(matches!(said.code, Some(1 | 2)), "{}", said.err);
        said.still_finds(said.code.unwrap());
    }
    // The library that removes temporary folders recurses.
    succeeds("rm", &["-rf", &"0".repeat(100)], repository.folder.path());
}

#[test]
fn a_reader_that_leaves() {
    let repository = Repository::new();
    repository.write("many.sh", "pip install x\n".repeat(20_000));
    let mut child =
        program(repository.folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
