//! The functions by which a script takes paths apart. Pure: they look at texts, never at a repository.

use std::cell::RefCell;
use std::sync::Arc;

use rhai::{Dynamic, ImmutableString};

use super::values::{Answer, Texts};
use crate::glob::{PathSet, PatternError};

/// Parts of paths in prose that stand for something else.
const STAND_INS: &[&str] = &[
    "bar",
    "component",
    "dir",
    "directory",
    "example",
    "folder",
    "foo",
    "my-app",
    "my-project",
    "path",
    "project",
    "repo",
    "root",
    "some",
    "subdir",
    "subdirectory",
    "to",
    "your-project",
    "…",
    "...",
];

/// A list of patterns and what it became.
type Known = RefCell<Option<(Texts, PathSet)>>;

thread_local! {
    /// The last list that was asked about a path and the folders above it: a policy asks about fact after fact with the
    /// same option.
    static LAST: Known = const { RefCell::new(None) };
    /// The last list that was asked about a path alone.
    static LAST_EXACT: Known = const { RefCell::new(None) };
}

/// Whether a path itself matches one of the patterns.
pub(super) fn is_path(path: &mut ImmutableString, list: Texts) -> Answer<bool> {
    LAST_EXACT.with(|last| matches(last, path, list, PathSet::exact))
}

/// Whether a path or a folder above it matches one of the patterns.
pub(super) fn matches_any(path: &str, list: &Texts) -> Answer<bool> {
    LAST.with(|last| matches(last, path, list.clone(), PathSet::new))
}

fn matches(
    last: &Known,
    path: &str,
    list: Texts,
    put_together: fn(&[Arc<str>]) -> Result<PathSet, PatternError>,
) -> Answer<bool> {
    let mut last = last.borrow_mut();
    if let Some((known, set)) = &*last
        && Arc::ptr_eq(&known.0, &list.0)
    {
        return Ok(set.matches(path));
    }
    let set = put_together(&list.0).map_err(|error| error.to_string())?;
    let matches = set.matches(path);
    *last = Some((list, set));
    Ok(matches)
}

/// A set of patterns.
pub(super) fn patterns<T: AsRef<str>>(patterns: &[T]) -> Answer<PathSet> {
    PathSet::new(patterns).map_err(|error| error.to_string().into())
}

/// The folder in which the first part called `name` lies.
pub(super) fn parent_of(path: &mut ImmutableString, name: ImmutableString) -> Dynamic {
    parent(path, &name).map_or(Dynamic::UNIT, |folder| Dynamic::from(ImmutableString::from(folder)))
}

fn parent(path: &str, name: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let at = parts.iter().position(|part| *part == name)?;
    let is_plain = |part: &&str| {
        !part.contains(['$', '{', '}', '<', '>', '%', '*', '?', '[', '~', ':', '\\', '@'])
            && *part != ".."
            && !STAND_INS.contains(&part.to_ascii_lowercase().as_str())
    };
    let before = &parts[..at];
    let is_inside = !path.starts_with(['/', '~']) && before.iter().all(is_plain);
    is_inside.then(|| before.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_have_a_folder() {
        for (path, expected) in [
            ("backend/thoughts/plan.md", Some("backend")),
            ("./a/b//thoughts/", Some("a/b")),
            ("thoughts/x/thoughts", Some("")),
            ("backend/afterthoughts", None),
            ("/app/thoughts", None),
            ("~/x/thoughts", None),
            ("../thoughts", None),
            ("$ROOT/thoughts", None),
            ("{module}/thoughts", None),
            ("<component>/thoughts", None),
            ("path/to/thoughts", None),
        ] {
            assert_eq!(parent(path, "thoughts").as_deref(), expected, "{path}");
        }
    }
}
