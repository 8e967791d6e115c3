//! Opening repositories and resolving revisions, and what is said where that fails.

use std::fs;

use policylint::source::RepoPath;
use policylint::workspace::{Repository, RepositoryError, Unread};

use crate::made::{Made, git};

#[test]
fn revisions_are_found_in_every_sort_of_repository() {
    for hash in ["sha1", "sha256"] {
        let made = Made::with_hash(hash);
        let first = made.write("a/b.txt", "one\n").commit("one");
        let second = made.write("a/b.txt", "two\n").commit("two");
        made.git(&["tag", "-a", "v1", "-m", "v1", &first]);
        made.git(&["worktree", "add", "--quiet", "../other", "HEAD~1"]);
        git(&made.at("."), &["clone", "--quiet", "--bare", "here", "bare.git"]);
        for (place, head) in
            [("here", &second), ("here/.git", &second), ("bare.git", &second), ("other", &first)]
        {
            let repository = Repository::open(&made.at(place)).unwrap();
            assert_eq!(repository.head().unwrap().unwrap().to_string(), *head, "{place}");
            let tagged = repository.resolve("v1").unwrap();
            assert_eq!(tagged.to_string(), first);
            assert_eq!(repository.resolve(&first).unwrap(), tagged);
            // The library finds the start of a hash among those of SHA-1 alone.
            assert_eq!(repository.resolve(&first[..8]).is_ok(), hash == "sha1");
            assert_eq!(repository.resolve("main~1").unwrap(), tagged);
            assert_eq!(repository.commit_time(tagged).unwrap(), 1_700_000_000);
            assert_eq!(repository.read(tagged, &RepoPath::new("a/b.txt")).unwrap(), b"one\n");
            assert_eq!(repository.read(tagged, &RepoPath::new("a")), Err(Unread::Special));
            assert_eq!(repository.read(tagged, &RepoPath::new("a/b.txt/c")), Err(Unread::Missing));
        }
    }
}

#[test]
fn what_cannot_be_resolved_is_told() {
    let made = Made::new();
    let open = || Repository::open(&made.root()).unwrap();
    assert_eq!(open().head().unwrap(), None);
    assert_eq!(open().resolve("HEAD"), Err(RepositoryError::NoCommits("HEAD".into())));
    made.write("a", "a").commit("one");
    let told = |revision: &str| open().resolve(revision).unwrap_err().to_string();
    for revision in ["absent", "main..main", "HEAD~7", "HEAD:a", "", "a b", "0123456789", "@{u}"] {
        assert!(
            told(revision).starts_with(&format!("there is no revision `{revision}`: ")),
            "{}",
            told(revision)
        );
    }
    assert!(matches!(Repository::open(&made.at(".")), Err(RepositoryError::None { .. })));
    assert!(matches!(Repository::open(&made.at("absent")), Err(RepositoryError::None { .. })));
}

#[test]
fn merge_bases_are_found_or_their_absence_is_told() {
    let made = Made::new();
    let first = made.write("a", "1").commit("one");
    made.git(&["checkout", "--quiet", "-b", "topic"]);
    made.write("b", "2").commit("two");
    made.git(&["checkout", "--quiet", "main"]);
    made.write("c", "3").commit("three");
    made.git(&["checkout", "--quiet", "--orphan", "alone"]);
    made.commit("four");
    let repository = Repository::open(&made.root()).unwrap();
    let base = |repository: &Repository, one: &str, other: &str| {
        let named = |name| (repository.resolve(name).unwrap(), name);
        repository.merge_base(named(one), named(other)).map(|base| base.to_string())
    };
    assert_eq!(base(&repository, "topic", "main"), Ok(first));
    assert!(matches!(base(&repository, "alone", "main"), Err(RepositoryError::Unrelated { .. })));

    let url = format!("file://{}", made.root().display());
    git(&made.at("."), &["clone", "--quiet", "--depth=1", "--no-single-branch", &url, "shallow"]);
    let shallow = Repository::open(&made.at("shallow")).unwrap();
    assert!(matches!(base(&shallow, "origin/topic", "origin/main"), Err(RepositoryError::CutOff { .. })));
    assert!(shallow.resolve("origin/main~1").unwrap_err().to_string().contains("shallow"));
}

#[test]
fn damaged_objects_are_errors() {
    let made = Made::new();
    made.write("a/b.txt", "text\n".repeat(100)).commit("one");
    let blob = made.git(&["rev-parse", "HEAD:a/b.txt"]);
    let object = made.root().join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    let bytes = fs::read(&object).unwrap();
    fs::remove_file(&object).unwrap();
    let read = || {
        let repository = Repository::open(&made.root()).unwrap();
        let head = repository.head().unwrap().unwrap();
        repository.read(head, &RepoPath::new("a/b.txt"))
    };
    assert!(matches!(read(), Err(Unread::Failed(_))));
    for broken in [&b""[..], b"garbage", &bytes[..bytes.len() / 2], &[0; 64]] {
        fs::write(&object, broken).unwrap();
        assert!(matches!(read(), Err(Unread::Failed(_))), "{broken:?}");
        fs::remove_file(&object).unwrap();
    }
    fs::write(&object, &bytes).unwrap();
    assert!(read().is_ok());
}
