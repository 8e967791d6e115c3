//! Which test covers which module, by their names alone. Two indexes of the tests, by subject and by subject and
//! topic, are asked for each module; nothing is compared with everything.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::folders::{Folder, FolderSet};
use super::naming::{Key, KeyMap, KeySet, is_common, key, words};
use super::roles::{Role, is_source_root};
use super::{File, Files};

/// By what a test was found, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Convention {
    /// `src/a/b.py` and `tests/a/test_b.py`.
    Mirror,
    /// The test lies beside the module, or in a folder of tests beside it.
    InPackage,
    /// `tests/test_b.py`.
    Flat,
    /// `tests/unit/test_b.py`.
    UnitFolder,
    /// `tests/c/test_b.py`.
    OtherFolder,
    /// `test_a_b.py` for `a/b.py`.
    ParentInName,
    /// `tests/b/test_x.py` for `b.py`.
    FolderOfTests,
    /// `test_a.py` for the modules of the package `a`.
    PackageTest,
    /// `test_b_x.py`.
    NameFirst,
    /// `test_x_b.py`.
    NameContained,
    /// Another test imports the module.
    Imported,
    /// Another test uses a name of the module that a package passes on.
    PassedOn,
    /// Another test asks for an HTTP route that the module answers.
    Route,
    /// Another test runs the command that the module is.
    Command,
}

impl Convention {
    /// The words used in the row.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Mirror => "mirrored path",
            Self::InPackage => "beside the module",
            Self::Flat => "same name",
            Self::UnitFolder => "same name in a folder of unit tests",
            Self::OtherFolder => "same name in another folder",
            Self::ParentInName => "package and name",
            Self::FolderOfTests => "folder of tests",
            Self::PackageTest => "test of the package",
            Self::NameFirst => "name and more words",
            Self::NameContained => "name among other words",
            Self::Imported => "import",
            Self::PassedOn => "import through a package",
            Self::Route => "HTTP route",
            Self::Command => "name of the command",
        }
    }
}

/// A test that covers a module, best first by the derived order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Match {
    pub(super) convention: Convention,
    /// The number of the test file.
    pub(super) test: u32,
}

/// At most so many tests of one key are compared with a module: more are as good as none.
const GROUP: usize = 16;

/// The tests by what they are about, and the modules by what they are called.
pub(super) struct Pairing<'a, 'f> {
    files: &'f Files<'a>,
    /// The tests by site and subject, with and without the topic.
    subjects: Chains,
    /// The tests by site and topic. By itself: one table for both would be half empty.
    topics: Chains,
    /// The folders that tests lie beside.
    sites: KeySet,
    /// The modules by name and topic, and the topics, to know whose a test is where several could claim it.
    owners: KeySet,
    /// The least depth of the modules of a name in a scope.
    shallowest: KeyMap<u32>,
    /// Topmost packages that are the only one of their component: their name stands for everything.
    whole: FolderSet<'a>,
}

/// The tests of each key, in the order in which they were added.
struct Chains {
    /// The first and the last link of the chain of a key.
    ends: KeyMap<(u32, u32)>,
    links: Vec<Link>,
}

/// A test of a key, and the next one.
struct Link {
    test: u32,
    next: u32,
}

/// Where a chain ends.
const END: u32 = u32::MAX;

impl Chains {
    fn with_capacity(n_links: usize) -> Self {
        Self {
            ends: KeyMap::with_capacity_and_hasher(n_links, BuildHasherDefault::default()),
            links: Vec::with_capacity(n_links),
        }
    }

    fn add(&mut self, key: Key, test: u32) {
        let at = u32::try_from(self.links.len()).unwrap_or(END);
        self.links.push(Link { test, next: END });
        let chain = self.ends.entry(key).or_insert((at, at));
        if chain.1 != at {
            self.links[chain.1 as usize].next = at;
            chain.1 = at;
        }
    }

    fn tests_at(&self, key: Key) -> impl Iterator<Item = u32> + '_ {
        let first = self.ends.get(&key).map(|chain| &self.links[chain.0 as usize]);
        let chain = std::iter::successors(first, |link| self.links.get(link.next as usize));
        chain.take(GROUP).map(|link| link.test)
    }
}

impl<'a, 'f> Pairing<'a, 'f> {
    /// Indexes all files.
    pub(super) fn new(files: &'f Files<'a>) -> Self {
        let tests = (0_u32..).zip(&files.all).filter(|(_, file)| files.subject(file).is_some());
        let mut tests: Vec<u32> = tests.map(|(number, _)| number).collect();
        // Where a chain is cut, its shallow tests stay.
        tests.sort_by_key(|&test| files.folder(&files.all[test as usize]).path.len());
        let sources = || files.all.iter().filter(|file| file.role == Role::Source);
        let n_sources = sources().count();
        let mut pairing = Self {
            files,
            subjects: Chains::with_capacity(tests.len() * 2),
            topics: Chains::with_capacity(tests.len()),
            sites: KeySet::default(),
            owners: KeySet::with_capacity_and_hasher(n_sources, BuildHasherDefault::default()),
            shallowest: KeyMap::with_capacity_and_hasher(n_sources, BuildHasherDefault::default()),
            whole: whole_packages(&files.folders),
        };
        for test in tests {
            pairing.add_test(test);
        }
        let topics =
            files.folders.iter().filter(|one| one.role == Role::Source).filter_map(|one| one.topic_key());
        pairing.owners.extend(topics);
        for file in sources() {
            let (name, folder) = (key(file.stem()), files.folder(file));
            pairing.owners.extend(folder.topic_key().map(|topic| name.and(topic)));
            let least = pairing.shallowest.entry(name.within(folder.scope())).or_insert(folder.depth);
            *least = folder.depth.min(*least);
        }
        pairing
    }

    fn add_test(&mut self, test: u32) {
        let files = self.files;
        let file = &files.all[test as usize];
        let Some(subject) = files.subject(file).map(key) else { return };
        let folder = files.folder(file);
        let site = folder.site();
        self.sites.insert(site);
        self.subjects.add(site.and(subject), test);
        if let Some(topic) = folder.topic_key() {
            self.subjects.add(site.and(subject).and(topic), test);
            self.topics.add(site.and(topic), test);
        }
    }

    /// The tests of a module, best first; none if no name says so.
    pub(super) fn tests_of(&self, module: &File<'a>) -> Vec<Match> {
        let folder = self.files.folder(module);
        let name = key(module.stem());
        let mut matches = Vec::new();
        for site in folder.sites().filter(|site| self.sites.contains(site)) {
            self.tests_beside(site, name, module, folder, &mut matches);
            if matches.is_empty() {
                self.wider_tests(site, name, module, folder, &mut matches);
            }
            if !matches.is_empty() {
                break;
            }
        }
        matches.sort_unstable();
        matches.dedup_by_key(|one| one.test);
        matches
    }

    fn tests_beside(
        &self,
        site: Key,
        name: Key,
        module: &File<'a>,
        folder: &Folder<'a>,
        matches: &mut Vec<Match>,
    ) {
        let claimed =
            self.subjects.tests_at(site.and(name)).filter(|&test| self.may_claim(test, folder, name));
        matches.extend(claimed.map(|test| Match { convention: self.place(test, folder), test }));
        if let Some(topic) = folder.topic() {
            let topic_key = key(topic);
            let mirrored = self.subjects.tests_at(site.and(name).and(topic_key));
            matches.extend(mirrored.map(|test| Match { convention: self.place(test, folder), test }));
            for both in [name.then(topic), topic_key.then(module.stem())] {
                let run = self.subjects.tests_at(site.and(both)).filter(|&test| self.is_near(test, folder));
                matches.extend(run.map(|test| Match { convention: Convention::ParentInName, test }));
            }
        }
    }

    /// Tests of the whole package, and folders of tests named after the module.
    fn wider_tests(
        &self,
        site: Key,
        name: Key,
        module: &File<'a>,
        folder: &Folder<'a>,
        matches: &mut Vec<Match>,
    ) {
        // `tests/api/` is about the module `api.py` unless there is a folder `api` that it mirrors.
        if !self.owners.contains(&name) {
            let run = self.topics.tests_at(site.and(name)).filter(|&test| self.same_scope(test, folder));
            let paths = folder.mirrors().map(|path| path.and(name));
            let fit = run.filter(|&test| paths.contains(&self.folder(test).mirrors()[0]));
            matches.extend(fit.map(|test| Match { convention: Convention::FolderOfTests, test }));
        }
        let stands_for_all = self.whole.contains(folder.path) && module.stem() != "__init__";
        let Some(package) = folder.topic_key().filter(|_| !stands_for_all) else { return };
        let run = self.subjects.tests_at(site.and(package)).filter(|&test| self.same_scope(test, folder));
        let fit = run.filter(|&test| self.folder(test).inner_parts().all(|part| is_part_of(folder, part)));
        matches.extend(fit.map(|test| Match { convention: Convention::PackageTest, test }));
    }

    fn folder(&self, test: u32) -> &Folder<'a> {
        self.files.folder(&self.files.all[test as usize])
    }

    /// Whether a test of the module's name is about this module, not about another one of the same name.
    fn may_claim(&self, test: u32, folder: &Folder<'a>, name: Key) -> bool {
        let least = self.shallowest.get(&name.within(folder.scope())).copied().unwrap_or(u32::MAX);
        let is_owned = |topic: Key| self.owners.contains(&name.and(topic));
        folder.depth <= least
            && !self.folder(test).topic_key().is_some_and(is_owned)
            && self.is_near(test, folder)
    }

    /// Whether nothing in the test's path says that it is about another package.
    fn is_near(&self, test: u32, folder: &Folder<'a>) -> bool {
        let is_other = |part: &str| self.owners.contains(&key(part)) && !is_part_of(folder, part);
        self.same_scope(test, folder) && !self.folder(test).inner_parts().any(is_other)
    }

    fn same_scope(&self, test: u32, folder: &Folder<'a>) -> bool {
        self.folder(test).scope() == folder.scope()
    }

    /// By which convention a test of the right name lies where it lies.
    fn place(&self, test: u32, module: &Folder<'a>) -> Convention {
        let folder = self.folder(test);
        let Some(root) = folder.tests_root() else { return Convention::InPackage };
        if folder.beside() == module.path
            && !folder.beside().is_empty()
            && !is_source_root(last(folder.beside()))
        {
            return Convention::InPackage;
        }
        let mirrored = folder.mirrors()[0];
        let is_flat = mirrored == Key::EMPTY;
        if !is_flat && module.mirrors().contains(&mirrored) {
            Convention::Mirror
        } else if folder.path == root {
            Convention::Flat
        } else if is_flat {
            Convention::UnitFolder
        } else {
            Convention::OtherFolder
        }
    }

    /// Tests whose names contain that of a module, for the modules that have no better.
    pub(super) fn loose_tests(&self, modules: &[u32]) -> Vec<(u32, Match)> {
        let mut by_key: KeyMap<Vec<u32>> = KeyMap::default();
        for &number in modules {
            by_key.entry(key(self.files.all[number as usize].stem())).or_default().push(number);
        }
        let mut found = Vec::new();
        for (test, file) in (0_u32..).zip(&self.files.all) {
            // A test that carries the exact name of some module is about that module.
            let scope = self.files.folder(file).scope();
            let is_exact = |subject: &str| self.shallowest.contains_key(&key(subject).within(scope));
            let Some(subject) = self.files.subject(file).filter(|subject| !is_exact(subject)) else {
                continue;
            };
            each_part(subject, |key, convention| {
                let candidates = by_key.get(&key).into_iter().flatten().take(GROUP);
                let fit = candidates.filter(|&&module| self.is_loose_match(module, test));
                found.extend(fit.map(|&module| (module, Match { convention, test })));
            });
        }
        found
    }

    fn is_loose_match(&self, module: u32, test: u32) -> bool {
        let module = &self.files.all[module as usize];
        let folder = self.files.folder(module);
        let topic = self.folder(test).topic_key();
        let is_beside = topic.is_some() && topic == folder.topic_key();
        let stem = module.stem();
        is_beside && self.same_scope(test, folder)
            || !is_common(stem) && self.may_claim(test, folder, key(stem))
    }
}

/// Calls `add` with each name that a test's subject may contain beside other words.
fn each_part(subject: &str, mut add: impl FnMut(Key, Convention)) {
    let all: Vec<_> = words(subject).take(MAX_WORDS).collect();
    for start in 0..all.len() {
        let mut run = Key::EMPTY;
        for (end, word) in all.iter().enumerate().skip(start) {
            run = run.word(word);
            // `test_pool_size_limit` is about the pool; `test_limit_size_pool_now` may be about anything.
            if start == 0 {
                add(run, Convention::NameFirst);
            } else if start + all.len() - 1 - end <= 1 {
                add(run, Convention::NameContained);
            }
        }
    }
}

/// How many words of a test's name are looked at.
const MAX_WORDS: usize = 8;

fn is_part_of(folder: &Folder<'_>, part: &str) -> bool {
    let wanted = key(part);
    folder.package_parts().any(|known| key(known) == wanted)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The topmost packages that are alone in their component.
fn whole_packages<'a>(folders: &[Folder<'a>]) -> FolderSet<'a> {
    let mut first: HashMap<&str, &str, ahash::RandomState> = HashMap::default();
    let mut several = FolderSet::default();
    let sources = || folders.iter().filter(|folder| folder.role == Role::Source);
    for folder in sources() {
        let Some(top) = folder.package_parts().next() else { continue };
        if *first.entry(folder.component()).or_insert(top) != top {
            several.insert(folder.component());
        }
    }
    let is_whole =
        |folder: &&Folder<'_>| folder.package_parts().count() == 1 && !several.contains(folder.component());
    sources().filter(is_whole).map(|folder| folder.path).collect()
}
