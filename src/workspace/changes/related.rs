//! Finds the files that a test was about which is gone: they may be without a test now, although nobody touched them.

use std::collections::BTreeSet;

use super::super::Workspace;
use super::super::discover::Discovery;
use super::Changes;
use crate::source::RepoPath;

/// What a test's name has before or behind the name of what it tests.
const MARKS: &[&str] = &["test_", "tests_", "_test", "_tests", ".test", ".spec", "-test", "Test", "Tests"];

/// The files that are named like what the tests that are gone were about. A test by another name is not understood.
pub(super) fn find(changes: &Changes, workspace: &Workspace, discovery: &Discovery<'_>) -> Vec<RepoPath> {
    let subjects: BTreeSet<(&str, &str)> = changes
        .gone
        .paths()
        .iter()
        .filter_map(|path| subject(path.stem()).map(|subject| (subject, path.extension())))
        .collect();
    if subjects.is_empty() {
        return Vec::new();
    }
    let Some(names) = workspace.tracked_names() else { return Vec::new() };
    let is_asked = |path: &&RepoPath| {
        subjects.contains(&(path.stem(), path.extension()))
            && discovery.folders.iter().any(|folder| path.is_under(folder.as_str()))
            && !discovery.exclude.matches_path(path)
            && !changes.gone.contains(path.as_str())
            && workspace.exists(path)
    };
    names.paths().iter().filter(is_asked).cloned().collect()
}

/// What a test is about, by its name; nothing for what is named like no test.
fn subject(stem: &str) -> Option<&str> {
    let bare = |mark: &&str| stem.strip_prefix(mark).or_else(|| stem.strip_suffix(mark));
    MARKS.iter().find_map(bare).filter(|subject| !subject.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_named_after_what_they_test() {
        let subjects = ["test_cart", "cart_test", "cart.spec", "CartTest", "tests_cart"].map(subject);
        assert_eq!(subjects, [Some("cart"), Some("cart"), Some("cart"), Some("Cart"), Some("cart")]);
        assert_eq!(["cart", "test_", "testing", "conftest"].map(subject), [None; 4]);
    }
}
