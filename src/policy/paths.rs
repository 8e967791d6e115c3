//! The functions by which a script takes paths apart. Pure: they look at texts, never at a repository.

use std::cell::RefCell;

use rhai::{Dynamic, ImmutableString};

use super::values::{Answer, Texts};
use crate::glob::PathSet;

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

thread_local! {
    /// The last list of patterns and what it became: a policy asks about fact after fact with the same option.
    static LAST_PATTERNS: RefCell<Option<(Texts, PathSet)>> = const { RefCell::new(None) };
}

/// Whether a path itself matches one of the patterns.
pub(super) fn is_path(path: &mut ImmutableString, list: Texts) -> Answer<bool> {
    LAST_PATTERNS.with_borrow_mut(|last| match last {
        Some((known, set)) if std::sync::Arc::ptr_eq(&known.0, &list.0) => Ok(set.matches(path)),
        _ => {
            let set = PathSet::exact(&list.0).map_err(|error| error.to_string())?;
            let matches = set.matches(path);
            *last = Some((list, set));
            Ok(matches)
        }
    })
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
