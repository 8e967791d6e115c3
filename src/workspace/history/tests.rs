//! Histories made by chance, followed back, against the same told forwards.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::step::{Content, Entry, Step};
use super::{Birth, History, ListedCommit, renames};
use crate::source::RepoPath;
use crate::workspace::Workspace;

/// What may happen to one of few files in a commit: it comes, goes, changes or takes another's name.
type Change = (u8, u8, u8);

/// Plays changes as far as they make sense, and gives the commits and for each file that is left the commit and the
/// path of its first day.
fn play(commits: &[Vec<Change>]) -> (Vec<ListedCommit>, BTreeMap<String, (String, String)>) {
    let mut files: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut listed = Vec::new();
    for (number, changes) in commits.iter().enumerate() {
        let id = format!("c{}", number + 1);
        let mut commit = ListedCommit { id: id.clone(), ..ListedCommit::default() };
        let mut touched = Vec::new();
        for (what, one, other) in changes {
            let (one, other) = (format!("{one}.py"), format!("{other}.py"));
            if touched.contains(&one) || touched.contains(&other) {
                continue;
            }
            match (what % 3, files.contains_key(&one), files.contains_key(&other)) {
                (0, false, _) => {
                    files.insert(one.clone(), (id.clone(), one.clone()));
                    commit.added.push(one.clone());
                }
                (1, true, _) => {
                    files.remove(&one);
                    commit.deleted.push(one.clone());
                }
                // Two files change places.
                (2, true, true) if one != other => {
                    let (first, second) = (files[&one].clone(), files[&other].clone());
                    files.insert(one.clone(), second);
                    files.insert(other.clone(), first);
                    commit.renamed.push((one.clone(), other.clone()));
                    commit.renamed.push((other.clone(), one.clone()));
                }
                (2, true, false) => {
                    let file = files.remove(&one).unwrap();
                    files.insert(other.clone(), file);
                    commit.renamed.push((one.clone(), other.clone()));
                }
                _ => continue,
            }
            touched.extend([one, other]);
        }
        listed.push(commit);
    }
    (listed, files)
}

proptest! {
    #[test]
    fn what_is_followed_back_is_what_went_forwards(
        commits in prop::collection::vec(prop::collection::vec((0..3_u8, 0..5_u8, 0..5_u8), 0..4), 1..14),
    ) {
        let (listed, files) = play(&commits);
        let paths: Vec<RepoPath> = files.keys().map(|path| RepoPath::new(path)).collect();
        let asked: Vec<&RepoPath> = paths.iter().collect();
        let history = History::listed(listed);
        let followed = history.follow(&Workspace::default(), &asked, &|_| false).unwrap();
        for ((path, (id, first)), trace) in files.iter().zip(&followed.traces) {
            let life = trace.life();
            let Birth::Commit(commit) = &life.birth else { panic!("{path}: {life:?}") };
            prop_assert_eq!((&*commit.id, &*life.path), (id.as_str(), first.as_str()), "{}", path);
            prop_assert!(trace.life_at(0).is_some());
            prop_assert!(trace.lives.windows(2).all(|lives| lives[0].oldest < lives[1].newest));
        }
    }
}

fn entries(names: &[(&str, u32)]) -> Vec<Entry> {
    let entry =
        |(path, number): &(&str, u32)| Entry { path: (*path).to_owned(), content: Content::Number(*number) };
    names.iter().map(entry).collect()
}

/// Finds origins among files whose texts are the lines given by number.
fn origins(added: &[(&str, u32)], deleted: &[(&str, u32)], texts: &[&str]) -> renames::Origins {
    let step = Step { added: entries(added), deleted: entries(deleted), ..Step::default() };
    let wanted: Vec<usize> = (0..added.len()).collect();
    let mut read = |entry: &Entry, bytes: &mut Vec<u8>| {
        let Content::Number(number) = entry.content else { return Ok(false) };
        bytes.extend_from_slice(texts.get(number as usize).copied().unwrap_or_default().as_bytes());
        Ok(texts.len() > number as usize)
    };
    renames::origins(&step, &wanted, &mut read).unwrap()
}

#[test]
fn the_same_content_goes_to_the_file_that_keeps_its_name() {
    let found = origins(&[("x/a.py", 0), ("x/b.py", 0)], &[("b.py", 0), ("a.py", 0)], &[]);
    assert_eq!(found.of, [(0, 1), (1, 0)].into());
}

#[test]
fn the_most_similar_go_together_and_kinds_of_file_stay_apart() {
    let texts = ["a\nb\nc\nd\n", "a\nb\nc\nx\n", "a\nb\ny\nx\n"];
    let found = origins(&[("new.py", 0), ("other.py", 2)], &[("old.py", 1)], &texts);
    assert_eq!(found.of, [(0, 0)].into());
    assert_eq!(origins(&[("new.py", 0)], &[("old.md", 1)], &texts).of, [].into());
}

#[test]
fn what_is_split_off_came_out_of_the_whole() {
    let texts = ["a\nb\n", "a\nb\nc\nd\ne\nf\n", "x\ny\n"];
    let found = origins(&[("part.py", 0), ("new.py", 2)], &[("whole.py", 1)], &texts);
    assert_eq!((found.of.len(), found.out_of), (0, [(0, "whole.py".to_owned())].into()));
}

#[test]
fn what_is_missing_or_too_much_is_not_guessed() {
    let found = origins(&[("new.py", 0)], &[("old.py", 1)], &["a\nb\n"]);
    assert!(found.of.is_empty() && found.missing.contains(&0) && found.unsure.contains(&0));

    let names: Vec<String> = (0..600).map(|number| format!("{number}.py")).collect();
    let added: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 0)).collect();
    let deleted: Vec<(&str, u32)> = names.iter().skip(1).map(|name| (name.as_str(), 1)).collect();
    let found = origins(&added, &deleted, &["a\nb\nc\n", "a\nb\nd\n"]);
    assert_eq!(
        (found.of.len(), found.unsure.len()),
        (599, 1),
        "files of the same name are compared all the same"
    );
}

#[test]
fn a_history_without_the_file_says_that_it_is_not_committed() {
    let history =
        History::listed(vec![ListedCommit::read("c1", "2026-01-31", "A a.py\nM a.py\nR\nshallow now\n")]);
    let paths = [RepoPath::new("a.py"), RepoPath::new("b.py")];
    let followed =
        history.follow(&Workspace::default(), &[&paths[0], &paths[1]], &|path| path == "a.py").unwrap();
    assert_eq!(followed.traces[1].life().birth, Birth::Uncommitted);
    let Birth::Commit(commit) = &followed.traces[0].life().birth else { panic!("{followed:?}") };
    assert_eq!((commit.time().as_str(), commit.is_import), ("2026-01-31T00:00:00+00:00", true));
    let life = followed.traces[0].life();
    assert_eq!((&*life.path, life.came_with, life.n_companions), ("a.py", 1, 2));
}
