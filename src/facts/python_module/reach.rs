//! Which tests reach the modules that no test is named after: by an import of their own, through a package that
//! passes their names on, by an HTTP route or by the name of a command. Reads tests and package files.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::folders::{Folder, above, below};
use super::imports::{Reached, defined, each_import, reached};
use super::naming::{Key, KeyMap, KeySet, words};
use super::pairing::{Convention, Match};
use super::routes::Routes;
use super::tokens::{Token, tokens};
use super::{File, Files, TESTS_NAMED};
use crate::workspace::{Workspace, text_of};

/// In a scope with more tests than this, only those that share a word with a module in question are read.
const MANY_TESTS: usize = 2_000;

/// How many letters of a word make its root: `migrate` and `migrations` share theirs.
const ROOT: usize = 5;

/// How many routes or names of commands one name is compared with.
const GROUP: usize = 16;

/// By what tests can reach some modules.
struct Ways<'s, 'a> {
    workspace: &'s Workspace,
    files: &'s Files<'a>,
    names: KeyMap<Vec<(u32, Convention)>>,
    commands: BTreeMap<&'s str, u32>,
    routes: Routes,
}

/// Finds the tests that reach each of these modules, of which some may answer requests.
pub(super) fn reaching_tests(
    workspace: &Workspace,
    files: &Files<'_>,
    modules: &[u32],
    answering: &[u32],
) -> Vec<(u32, Match)> {
    if modules.is_empty() {
        return Vec::new();
    }
    let tests = tests_to_read(files, modules);
    if tests.is_empty() {
        return Vec::new();
    }
    let ways = Ways::new(workspace, files, modules, answering);
    let read: Vec<Vec<(u32, Match)>> =
        tests.into_par_iter().map_init(Vec::new, |buffer, test| ways.taken_by(test, buffer)).collect();
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    let mut found: Vec<_> = read.into_iter().flatten().collect();
    found.sort_unstable_by_key(|&(module, found)| (module, found));
    found.retain(|(module, _)| {
        let count = counts.entry(*module).or_default();
        *count += 1;
        *count <= TESTS_NAMED
    });
    found
}

impl<'s, 'a> Ways<'s, 'a> {
    fn new(workspace: &'s Workspace, files: &'s Files<'a>, modules: &[u32], answering: &[u32]) -> Self {
        let mut ways = Self {
            workspace,
            files,
            names: KeyMap::default(),
            commands: BTreeMap::new(),
            routes: Routes::default(),
        };
        for &number in modules {
            for (name, scope) in ways.names_of(number) {
                ways.add(name.within(scope), number, Convention::Imported);
            }
        }
        for (folder, name, module) in &files.settings.commands {
            let scope = ways.scope_of(folder);
            let started = ways.names.get(&Key::EMPTY.dotted(module).within(scope));
            if let Some(&(module, _)) = started.into_iter().flatten().next() {
                ways.commands.insert(name, module);
            }
        }
        ways.pass_on(modules);
        let mut buffer = Vec::new();
        for &number in answering {
            if workspace.read_bytes(files.all[number as usize].path, &mut buffer).is_ok() {
                ways.routes.add(number, &text_of(&buffer));
            }
        }
        ways
    }

    fn add(&mut self, name: Key, module: u32, convention: Convention) {
        let group = self.names.entry(name).or_default();
        if group.len() < GROUP && !group.iter().any(|(known, _)| *known == module) {
            group.push((module, convention));
        }
    }

    /// The scope of the files that lie in a folder.
    fn scope_of(&self, folder: &str) -> &'s str {
        let files: &'s Files<'a> = self.files;
        files.folders.iter().find(|one| one.component() == folder).map_or("", Folder::scope)
    }

    /// The names under which tests import a module, each with the scope in which that is its name.
    fn names_of(&self, number: u32) -> Vec<(Key, &'s str)> {
        let files: &'s Files<'a> = self.files;
        let file = &files.all[number as usize];
        let folder = files.folder(file);
        let path = match file.stem() {
            "__init__" => folder.path,
            _ => &file.path.as_str()[..file.path.as_str().len() - ".py".len()],
        };
        let dotted = |from: &str| Key::EMPTY.dotted(below(path, from));
        let mut names = vec![(dotted(""), "")];
        names.extend([folder.component(), folder.import_root()].map(|from| (dotted(from), folder.scope())));
        let roots = files.settings.import_roots.iter().filter(|root| file.path.is_under(root));
        names.extend(roots.map(|root| (dotted(root), folder.scope())));
        if folder.is_package {
            names.push((dotted(folder.import_root()), ""));
        } else {
            // Without a package, tests put the folder on the path and import by the bare name.
            names.push((Key::EMPTY.dotted(file.stem()), folder.scope()));
        }
        names
    }

    /// Adds the names that packages above the modules pass on: the innermost first, so that one may pass on what
    /// another one does.
    fn pass_on(&mut self, modules: &[u32]) {
        let mut packages = std::collections::BTreeSet::new();
        for &number in modules {
            let mut here = Some(self.files.folder(&self.files.all[number as usize]).path);
            while let Some(folder) =
                here.filter(|folder| packages.insert((usize::MAX - folder.len(), *folder)))
            {
                here = above(folder);
            }
        }
        let packages: Vec<&str> = packages.into_iter().map(|(_, folder)| folder).collect();
        let read = |buffer: &mut Vec<u8>, folder: &&str| {
            let path = format!("{folder}/__init__.py");
            let at = self.files.all.binary_search_by(|file| file.path.as_str().cmp(&path)).ok()?;
            self.workspace.read_bytes(self.files.all[at].path, buffer).ok()?;
            // Most package files are empty.
            memchr::memmem::find(buffer, b"import")?;
            Some((u32::try_from(at).ok()?, text_of(buffer).into_owned()))
        };
        // They are read all at once, and then taken in their order.
        let inits: Vec<_> = packages.par_iter().map_init(Vec::new, read).collect();
        for (number, text) in inits.into_iter().flatten() {
            self.pass_on_from(number, &text);
        }
    }

    fn pass_on_from(&mut self, init: u32, text: &str) {
        let folder = self.files.folder(&self.files.all[init as usize]);
        let mut passed: Vec<(u32, String)> = Vec::new();
        let mut starred = Vec::new();
        each_import(text, |import| {
            let (origin, is_relative) = import.origin(folder.path);
            let is_star = import.name == "*";
            for key in [Some(origin), (!is_star).then(|| origin.dotted(import.name))].into_iter().flatten() {
                let inside = (!is_relative).then(|| key.within(folder.scope()));
                for key in inside.into_iter().chain([key.within("")]) {
                    let modules = self.names.get(&key).into_iter().flatten().map(|(module, _)| *module);
                    if is_star {
                        starred.extend(modules);
                    } else {
                        passed.extend(modules.map(|module| (module, import.alias.to_owned())));
                    }
                }
            }
        });
        starred.sort_unstable();
        starred.dedup();
        let mut buffer = Vec::new();
        for module in starred {
            if self.workspace.read_bytes(self.files.all[module as usize].path, &mut buffer).is_ok() {
                let text = text_of(&buffer);
                passed.extend(defined(&text).into_iter().map(|name| (module, name.to_owned())));
            }
        }
        let own = self.names_of(init);
        for (module, alias) in passed.into_iter().filter(|(module, _)| *module != init) {
            for (name, scope) in &own {
                self.add(name.dotted(&alias).within(scope), module, Convention::PassedOn);
            }
        }
    }

    /// The modules that one test reaches, and how.
    fn taken_by(&self, test: u32, buffer: &mut Vec<u8>) -> Vec<(u32, Match)> {
        let file = &self.files.all[test as usize];
        let folder = self.files.folder(file);
        if self.workspace.read_bytes(file.path, buffer).is_err() {
            return Vec::new();
        }
        let text = text_of(buffer);
        let mut found = Vec::new();
        let keys = |(key, is_relative): Reached| {
            let inside = (!is_relative).then(|| key.within(folder.scope()));
            inside.into_iter().chain([key.within("")])
        };
        for key in reached(&text, folder.path).into_iter().flat_map(keys) {
            found.extend(self.names.get(&key).into_iter().flatten().copied());
        }
        if !self.routes.is_empty() {
            let answering = self.routes.reached(&text).into_iter();
            let near = answering.filter(|&module| {
                self.files.folder(&self.files.all[module as usize]).scope() == folder.scope()
            });
            found.extend(near.map(|module| (module, Convention::Route)));
        }
        if !self.commands.is_empty() {
            found.extend(self.run_by(&text).map(|module| (module, Convention::Command)));
        }
        found.sort_unstable();
        found.dedup_by_key(|(module, _)| *module);
        found.into_iter().map(|(module, convention)| (module, Match { convention, test })).collect()
    }

    /// The modules whose commands a test runs: `subprocess.run(["shop", "--help"])`.
    fn run_by(&self, text: &str) -> impl Iterator<Item = u32> {
        let mut last = [Token::Mark(0); 3];
        tokens(text).filter_map(move |token| {
            let before = last;
            last = [last[1], last[2], token];
            let Token::Text(words) = token else { return None };
            let call = match before {
                [Token::Name(call), Token::Mark(b'('), Token::Mark(b'[')]
                | [_, Token::Name(call), Token::Mark(b'(')] => call,
                _ => return None,
            };
            let runs = ["run", "call", "Popen", "output", "spawn", "invoke", "exec", "shell"];
            let name =
                words.split_whitespace().next().filter(|_| runs.iter().any(|end| call.ends_with(end)))?;
            self.commands.get(name).copied()
        })
    }
}

/// The tests that may reach the modules, by number.
fn tests_to_read(files: &Files<'_>, modules: &[u32]) -> Vec<u32> {
    let mut roots = KeySet::default();
    let mut scopes: BTreeMap<&str, usize> = BTreeMap::new();
    for &number in modules {
        let file = &files.all[number as usize];
        let folder = files.folder(file);
        roots.extend(words(file.stem()).chain(folder.topic()).map(root));
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
            .chain(files.folder(file).topic())
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
