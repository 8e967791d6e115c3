//! Which modules the tests import, for the modules that no test is named after. Reads test files alone: what a
//! package passes on to a test under its own name does not count for the module it comes from.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::folders::{Folder, above, below};
use super::lines::logical_lines;
use super::naming::{Key, KeyMap, KeySet, words};
use super::pairing::{Convention, Match};
use super::{File, Files};
use crate::workspace::{Workspace, text_of};

/// In a scope with more tests than this, only those that share a word with a module in question are read.
const MANY_TESTS: usize = 2_000;

/// How many letters of a word make its root: `migrate` and `migrations` share theirs.
const ROOT: usize = 5;

/// Finds the first test that imports each of these modules.
pub(super) fn importing_tests(
    workspace: &Workspace,
    files: &Files<'_>,
    modules: &[u32],
) -> Vec<(u32, Match)> {
    let mut importers: KeyMap<u32> = KeyMap::default();
    let tests = tests_to_read(files, modules);
    let read: Vec<(u32, Vec<Key>)> = tests
        .into_par_iter()
        .map_init(Vec::new, |buffer, number| (number, imported(workspace, files, number, buffer)))
        .collect();
    for (test, keys) in read {
        for key in keys {
            importers.entry(key).or_insert(test);
        }
    }
    let importer = |&number: &u32| {
        let file = &files.all[number as usize];
        let names = names_of(file, files.folder(file));
        let test = names.iter().filter_map(|name| importers.get(name)).min()?;
        Some((number, Match { convention: Convention::Imported, test: *test }))
    };
    modules.iter().filter_map(importer).collect()
}

/// The tests that may import the modules, by number.
fn tests_to_read(files: &Files<'_>, modules: &[u32]) -> Vec<u32> {
    let mut roots = KeySet::default();
    let mut scopes: BTreeMap<&str, usize> = BTreeMap::new();
    for &number in modules {
        let file = &files.all[number as usize];
        let folder = files.folder(file);
        roots.extend(words(file.stem()).chain(folder.topic().map(|(topic, _)| topic)).map(root));
        let mut scope = Some(folder.scope());
        while let Some(here) = scope {
            scopes.insert(here, 0);
            scope = above(here);
        }
    }
    let tests = || (0_u32..).zip(&files.all).filter(|(_, file)| files.subject(file).is_some());
    for (_, file) in tests() {
        if let Some(count) = scopes.get_mut(files.folder(file).scope()) {
            *count += 1;
        }
    }
    let is_near = |file: &File<'_>| {
        words(files.subject(file).unwrap_or_default())
            .chain(files.folder(file).topic().map(|(topic, _)| topic))
            .any(|word| roots.contains(&root(word)))
    };
    tests()
        .filter(|(_, file)| {
            scopes.get(files.folder(file).scope()).is_some_and(|&count| count <= MANY_TESTS || is_near(file))
        })
        .map(|(number, _)| number)
        .collect()
}

fn root(word: &str) -> Key {
    let end = word.char_indices().nth(ROOT).map_or(word.len(), |(at, _)| at);
    Key::EMPTY.word(&word[..end])
}

/// What one test file imports, in the scope of its component and in that of the whole repository.
fn imported(workspace: &Workspace, files: &Files<'_>, number: u32, buffer: &mut Vec<u8>) -> Vec<Key> {
    let file = &files.all[number as usize];
    let folder = files.folder(file);
    if workspace.read_bytes(file.path, buffer).is_err() {
        return Vec::new();
    }
    let mut keys = Vec::new();
    each_import(&text_of(buffer), |import| {
        let (start, module, is_relative) = import.origin(folder.path);
        let module = start.dotted(module);
        for key in [module, module.dotted(import.name)] {
            if !is_relative {
                keys.push(key.within(folder.scope()));
            }
            keys.push(key.within(""));
        }
    });
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The names under which tests import a module.
fn names_of(file: &File<'_>, folder: &Folder<'_>) -> Vec<Key> {
    let path = match file.stem() {
        "__init__" => folder.path,
        _ => &file.path.as_str()[..file.path.as_str().len() - ".py".len()],
    };
    let dotted = |from: &str| Key::EMPTY.dotted(below(path, from));
    let mut names = vec![dotted("").within("")];
    names.extend([folder.component(), folder.import_root()].map(|from| dotted(from).within(folder.scope())));
    if folder.is_package {
        names.push(dotted(folder.import_root()).within(""));
    } else {
        // Without a package, tests put the folder on the path and import by the bare name.
        names.push(Key::EMPTY.dotted(file.stem()).within(folder.scope()));
    }
    names
}

/// One imported name: `from module import name`, or `import module`.
struct Import<'a> {
    module: &'a str,
    name: &'a str,
}

impl<'a> Import<'a> {
    /// Where the module's name starts, the rest of it, and whether it is relative to the file's own folder.
    fn origin(&self, folder: &str) -> (Key, &'a str, bool) {
        let rest = self.module.trim_start_matches('.');
        let n_dots = self.module.len() - rest.len();
        let mut base = if n_dots == 0 { "" } else { folder };
        for _ in 1..n_dots {
            base = above(base).unwrap_or_default();
        }
        (Key::EMPTY.dotted(base), rest, n_dots > 0)
    }
}

/// Calls `add` for each import of a file, at any indentation.
fn each_import<'a>(text: &'a str, mut add: impl FnMut(Import<'a>)) {
    for line in logical_lines(text) {
        if let Some(rest) = line.text.strip_prefix("import ") {
            for item in rest.split([',', ';']) {
                let module = item.split_whitespace().next().unwrap_or_default();
                add(Import { module, name: "" });
            }
        } else if let Some((module, names)) =
            line.text.strip_prefix("from ").and_then(|rest| rest.split_once("import"))
        {
            let module = module.trim();
            let names = names.lines().flat_map(|part| part.split('#').next().unwrap_or_default().split(','));
            for item in names {
                if let Some(name) = item.split(|letter| !is_name_letter(letter)).find(|part| !part.is_empty())
                {
                    add(Import { module, name });
                }
            }
        }
    }
}

fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
