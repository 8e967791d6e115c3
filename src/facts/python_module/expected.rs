//! Where the test of a module is expected: where the other tests of its component lie in relation to their modules,
//! or else where the house rule puts it.

use std::collections::BTreeMap;

use super::folders::{Folder, below};
use super::pairing::{Convention, Match};
use super::roles::{is_sort_of_test, is_source_root};
use super::{File, Files};

/// How the tests of a component lie in relation to its modules.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Layout {
    /// `tests/pkg/api/test_x.py` for `src/pkg/api/x.py`.
    WholeMirror,
    /// `tests/api/test_x.py` for `src/pkg/api/x.py`.
    InnerMirror,
    /// `tests/test_x.py`.
    Flat,
    /// `tests/test_x.py` for `src/pkg/x.py`: flat or an inner mirror, which counts where nothing tells.
    Top,
    /// `src/pkg/api/tests/test_x.py`.
    TestsBeside,
    /// `src/pkg/api/test_x.py`.
    Beside,
}

/// What stands before and behind the name of a module in that of its test: `test_` and nothing.
type Form<'a> = (&'a str, &'a str);

/// What is known about the tests of a component.
#[derive(Debug, Default)]
pub(super) struct Habits<'a> {
    layouts: BTreeMap<(&'a str, Layout), usize>,
    forms: BTreeMap<Form<'a>, usize>,
    roots: BTreeMap<&'a str, usize>,
}

/// At most so many pairs of a component are looked at to learn its habits.
const ENOUGH: usize = 400;

impl<'a> Habits<'a> {
    /// Learns from a module and its test.
    pub(super) fn learn(&mut self, files: &Files<'a>, module: &File<'a>, found: Match) {
        if found.convention > Convention::ParentInName {
            return;
        }
        let test = &files.all[found.test as usize];
        let (folder, test_folder) = (files.folder(module), files.folder(test));
        let form = files.subject(test).and_then(|subject| test.stem().split_once(subject));
        *self.forms.entry(form.unwrap_or(("test_", ""))).or_default() += 1;
        let layout = match test_folder.tests_root() {
            None => Some(("", Layout::Beside)),
            Some(_) if found.convention == Convention::InPackage => Some(("", Layout::TestsBeside)),
            Some(root) => mirror(folder, test_folder, root),
        };
        if let Some(layout) = layout {
            *self.layouts.entry(layout).or_default() += 1;
        }
    }

    /// Whether enough pairs have been seen.
    pub(super) fn is_settled(&self) -> bool {
        self.forms.values().sum::<usize>() >= ENOUGH
    }

    /// Notes a folder of tests.
    pub(super) fn note_tests(&mut self, folder: &Folder<'a>) {
        if let Some(root) = folder.tests_root() {
            *self.roots.entry(root).or_default() += 1;
        }
    }

    /// The folder that most tests lie in.
    pub(super) fn tests_root(&self) -> Option<&'a str> {
        most(&self.roots)
    }

    /// The layout of most pairs that tell one from another, with the folder in which it starts.
    fn layout(&self) -> Option<(&'a str, Layout)> {
        let telling = self.layouts.iter().filter(|((_, layout), _)| *layout != Layout::Top);
        most(telling).or_else(|| most(&self.layouts))
    }

    /// The path where a test of this module is expected.
    pub(super) fn expected(&self, module: &File<'a>, folder: &Folder<'a>) -> String {
        let parts: Vec<_> = folder.package_parts().collect();
        let (name, parts) = match (module.stem(), parts.split_last()) {
            ("__init__", Some((package, rest))) => (*package, rest),
            (stem, _) => (stem, parts.as_slice()),
        };
        let name = name.trim_start_matches('_');
        let (start, end) = most(&self.forms).unwrap_or(("test_", ""));
        let file = format!("{start}{name}{end}.py");
        let inner = parts.get(1..).unwrap_or_default();
        let path = match self.layout() {
            Some((root, Layout::WholeMirror)) => join(root, parts, &file),
            Some((root, Layout::InnerMirror | Layout::Top)) => join(root, inner, &file),
            Some((root, Layout::Flat)) => join(root, &[], &file),
            Some((_, Layout::TestsBeside)) => join(folder.path, &["tests"], &file),
            Some((_, Layout::Beside)) => join(folder.path, &[], &file),
            None => match self.tests_root() {
                Some(root) => join(root, parts, &file),
                None => join(folder.component(), &[&["tests"], parts].concat(), &file),
            },
        };
        path.trim_start_matches('/').to_owned()
    }
}

fn join(folder: &str, parts: &[&str], file: &str) -> String {
    let mut path = folder.to_owned();
    for part in parts.iter().chain([&file]) {
        path.push('/');
        path.push_str(part);
    }
    path
}

/// The entry with the greatest count; the first of equals.
fn most<'m, K: Copy + Ord + 'm>(counts: impl IntoIterator<Item = (&'m K, &'m usize)>) -> Option<K> {
    counts.into_iter().max_by_key(|&(key, count)| (count, std::cmp::Reverse(key))).map(|(key, _)| *key)
}

/// How a test under `root` mirrors the module's folder, and the folder the mirror starts in.
fn mirror<'a>(module: &Folder<'a>, test: &Folder<'a>, root: &'a str) -> Option<(&'a str, Layout)> {
    let mut start = root;
    for part in below(test.path, root).split('/').filter(|part| !part.is_empty()) {
        if !is_sort_of_test(part) {
            break;
        }
        start = &test.path[..start.len() + 1 + part.len()];
    }
    let inner = || below(test.path, start).split('/').filter(|part| !part.is_empty());
    let parts: Vec<_> = module.package_parts().filter(|part| !is_source_root(part)).collect();
    match (inner().count(), parts.len()) {
        // A module outside of packages says nothing about mirrors.
        (0, 0) => None,
        (0, 1) => Some((start, Layout::Top)),
        (0, _) => Some((start, Layout::Flat)),
        _ if inner().eq(parts.iter().copied()) => Some((start, Layout::WholeMirror)),
        _ if inner().eq(parts.iter().skip(1).copied()) => Some((start, Layout::InnerMirror)),
        _ => None,
    }
}
