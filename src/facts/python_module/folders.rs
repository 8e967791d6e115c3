//! What a folder's path says about the Python files in it: which component it belongs to, whether its files are
//! sources, tests or neither, and what its tests are beside. Judges by names alone.

use std::collections::HashSet;

use super::naming::{Key, KeyMap, key};
use super::roles::{
    Role, has_own_needs, is_application, is_foreign, is_loose, is_manifest, is_scripts, is_sort_of_test,
    is_source_root, is_tests, may_be_manifest,
};
use super::settings::{Settings, may_configure};
use crate::source::RepoPath;

/// A folder that holds Python files. There may be a hundred thousand: what is a part of its path is kept as a length.
#[derive(Debug)]
pub(super) struct Folder<'a> {
    /// Its path.
    pub(super) path: &'a str,
    component: Length,
    scope: Length,
    import_root: Length,
    beside: Length,
    tests_root: Length,
    /// Where the topic starts in the path, and where it ends; twice the same where there is none.
    topic: (Length, Length),
    /// How many parts the package path has.
    pub(super) depth: u32,
    /// What its files are for, as far as the folder decides.
    pub(super) role: Role,
    /// Whether there is a manifest in its component.
    pub(super) managed: bool,
    /// Whether its own `__init__.py` is there.
    pub(super) is_package: bool,
    /// Whether it lies in a package or a source folder.
    has_structure: bool,
    /// Whether its files are scripts, examples, generated or vendored.
    pub(super) is_apart: bool,
}

/// A set of paths of folders.
pub(super) type FolderSet<'a> = HashSet<&'a str, ahash::RandomState>;

/// How long the beginning of a path is, in bytes.
type Length = u32;

fn length(text: &str) -> Length {
    Length::try_from(text.len()).unwrap_or(Length::MAX)
}

impl<'a> Folder<'a> {
    fn upto(&self, end: Length) -> &'a str {
        &self.path[..end as usize]
    }

    /// The nearest folder upward that holds a manifest; the root if there is none.
    pub(super) fn component(&self) -> &'a str {
        self.upto(self.component)
    }

    /// The nearest component upward that has tests of its own: tests of other scopes need better proof.
    pub(super) fn scope(&self) -> &'a str {
        self.upto(self.scope)
    }

    /// Where imports start: the parent of the topmost package, or the folder after `src`.
    pub(super) fn import_root(&self) -> &'a str {
        self.upto(self.import_root)
    }

    /// For tests: the folder that `tests/` lies in. Tests are about what lies beside or below them.
    pub(super) fn beside(&self) -> &'a str {
        self.upto(self.beside)
    }

    /// For tests: the outermost folder of tests, `tests` in `tests/unit/api`.
    pub(super) fn tests_root(&self) -> Option<&'a str> {
        Some(self.upto(self.tests_root)).filter(|root| !root.is_empty())
    }

    /// The folder that says what a test is about: the last one that is not a sort of test.
    pub(super) fn topic(&self) -> Option<&'a str> {
        let (start, end) = self.topic;
        (start < end).then(|| &self.path[start as usize..end as usize])
    }

    /// The key of the topic.
    pub(super) fn topic_key(&self) -> Option<Key> {
        self.topic().map(key)
    }

    /// The key of the folder that its tests lie beside.
    pub(super) fn site(&self) -> Key {
        Key::EMPTY.within(self.beside())
    }

    /// The keys of the folders that tests of its modules can lie beside, the nearest first.
    pub(super) fn sites(&self) -> impl Iterator<Item = Key> + use<'a> {
        std::iter::successors(Some(self.path), |here| above(here)).map(|here| Key::EMPTY.within(here))
    }

    /// For sources: the package path, and the same without the topmost package. For tests: the path below `tests/`
    /// without sorts of test, twice. A test mirrors a module where one is the other.
    pub(super) fn mirrors(&self) -> [Key; 2] {
        let path =
            |parts: &mut dyn Iterator<Item = &str>| parts.fold(Key::EMPTY, |path, part| path.and(key(part)));
        match self.tests_root() {
            Some(_) => [path(&mut self.inner_parts()); 2],
            None => [path(&mut self.package_parts()), path(&mut self.package_parts().skip(1))],
        }
    }

    /// The path below `src`, or below where imports start: `["api", "routes"]` of `src/api/routes`.
    pub(super) fn package_parts(&self) -> impl DoubleEndedIterator<Item = &'a str> + use<'a> {
        parts_below(self.path, self.import_root())
    }

    /// For tests: the folders below `tests/`, without those that name a sort of test.
    pub(super) fn inner_parts(&self) -> impl DoubleEndedIterator<Item = &'a str> + use<'a> {
        let inner = self.tests_root().map_or("", |root| below(self.path, root));
        inner.split('/').filter(|part| !part.is_empty() && !is_sort_of_test(part))
    }

    /// The folder that says what a test is about: the last one that is not a sort of test.
    fn find_topic(&self) -> Option<&'a str> {
        let beside = if self.tests_root().is_some() { self.beside() } else { self.path };
        let inner = self.inner_parts().next_back();
        inner.or_else(|| last_part(below(beside, self.component())).filter(|part| !is_source_root(part)))
    }

    /// Works out what pairing asks of every file again and again.
    fn prepare(&mut self) {
        if let Some(topic) = self.find_topic() {
            // The topic is a part of the path: what lies between their beginnings is where it starts.
            let start = topic.as_ptr().addr() - self.path.as_ptr().addr();
            let start = Length::try_from(start).unwrap_or_default();
            self.topic = (start, start + length(topic));
        }
        self.depth = u32::try_from(self.package_parts().count()).unwrap_or(u32::MAX);
    }
}

fn parts_below<'a>(path: &'a str, folder: &str) -> impl DoubleEndedIterator<Item = &'a str> + use<'a> {
    below(path, folder).split('/').filter(|part| !part.is_empty())
}

fn last_part(path: &str) -> Option<&str> {
    path.rsplit('/').next().filter(|part| !part.is_empty())
}

/// The rest of `path` below `folder`; empty where it is that folder.
pub(super) fn below<'a>(path: &'a str, folder: &str) -> &'a str {
    if folder.is_empty() {
        return path;
    }
    path.strip_prefix(folder).map_or("", |rest| rest.trim_start_matches('/'))
}

/// The folder above; nothing above the root.
pub(super) fn above(folder: &str) -> Option<&str> {
    if folder.is_empty() { None } else { Some(folder.rfind('/').map_or("", |slash| &folder[..slash])) }
}

/// The folders that hold manifests and packages, found in one pass over the names.
#[derive(Default)]
pub(super) struct Marks<'a> {
    components: FolderSet<'a>,
    packages: FolderSet<'a>,
    /// Files that may configure tests.
    pub(super) configurations: Vec<&'a RepoPath>,
    /// Folders that hold tests by configuration.
    test_folders: FolderSet<'a>,
}

impl<'a> Marks<'a> {
    /// Reads the marks off the names.
    pub(super) fn of(paths: &'a [RepoPath]) -> Self {
        let mut marks = Self::default();
        for path in paths {
            let whole = path.as_str();
            if whole.ends_with("/__init__.py") {
                marks.packages.insert(path.parent());
            }
        }
        for path in paths.iter().filter(|path| may_be_manifest(path.as_str())) {
            let (folder, name) = (path.parent(), path.name());
            if may_configure(name) {
                marks.configurations.push(path);
            }
            // A module of a package may be called `setup.py`, and tests and pages have requirements of their own.
            let inner = name == "setup.py" && marks.packages.contains(folder);
            if is_manifest(name)
                && !inner
                && !folder.split('/').any(|part| is_tests(part) || has_own_needs(part))
            {
                marks.components.insert(folder);
            } else if folder.ends_with("requirements") && name.ends_with(".txt") {
                marks.components.insert(above(folder).unwrap_or_default());
            }
        }
        marks
    }

    /// Takes a configuration's word for folders of tests, but for those that hold more code than tests: pytest is
    /// often told to look into the sources as well.
    pub(super) fn configure(&mut self, paths: &'a [RepoPath], settings: &Settings) {
        for named in &settings.test_folders {
            let start = paths.partition_point(|path| path.as_str() < named.as_str());
            let (mut n_tests, mut n_others, mut folder) = (0_usize, 0_usize, None);
            for path in paths[start..].iter().take_while(|path| path.as_str().starts_with(named.as_str())) {
                if path.extension() != "py" || !path.is_under(named) || path.stem() == "__init__" {
                    continue;
                }
                folder = Some(&path.as_str()[..named.len()]);
                match settings.subject(path.parent(), path.stem()) {
                    Some(_) => n_tests += 1,
                    None => n_others += 1,
                }
            }
            self.test_folders.extend(folder.filter(|_| n_tests > n_others));
        }
    }

    /// The component of a folder, and whether it has a manifest.
    fn component(&self, folder: &'a str) -> (&'a str, bool) {
        let mut at = Some(folder);
        while let Some(here) = at {
            if self.components.contains(here) {
                return (here, true);
            }
            at = above(here);
        }
        ("", false)
    }

    /// Everything there is to know about a folder.
    pub(super) fn folder(&self, path: &'a str) -> Folder<'a> {
        let (component, managed) = self.component(path);
        let mut folder = Folder {
            path,
            component: length(component),
            scope: length(component),
            import_root: length(component),
            beside: length(path),
            tests_root: 0,
            topic: (0, 0),
            depth: 0,
            role: Role::Other,
            managed,
            is_package: self.packages.contains(path),
            has_structure: false,
            is_apart: false,
        };
        let (mut in_package, mut in_source, mut in_scripts) = (false, false, false);
        let mut is_foreign_or_loose = false;
        for (parent, part, here) in steps(path) {
            if (is_tests(part) || self.test_folders.contains(here)) && folder.tests_root == 0 {
                folder.tests_root = length(here);
                folder.beside = length(parent);
            }
            let is_loose = is_loose(part) && !in_package && !in_source;
            in_scripts |= is_loose && is_scripts(part) && !folder.is_apart;
            is_foreign_or_loose |= is_foreign(part) || (is_loose && !is_scripts(part));
            folder.is_apart |= is_foreign(part) || is_loose;
            if here.len() <= component.len() {
                continue;
            }
            if is_source_root(part) && !in_package {
                folder.import_root = length(here);
                in_source = true;
            } else if self.packages.contains(here) && !in_package {
                folder.import_root = length(parent).max(folder.import_root);
                in_package = true;
            }
            folder.has_structure |= is_application(part);
        }
        folder.has_structure |= in_package;
        folder.role = match folder.tests_root() {
            Some(_) => Role::Test,
            None if in_scripts && !is_foreign_or_loose => Role::Script,
            None if folder.is_apart => Role::Other,
            None => Role::Source,
        };
        folder
    }
}

/// The steps down a path: the folder above, the part, and the folder so far.
fn steps(path: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut start = 0_usize;
    path.split('/').filter(|part| !part.is_empty()).map(move |part| {
        let (parent, here) = (&path[..start.saturating_sub(1)], &path[..start + part.len()]);
        start += part.len() + 1;
        (parent, part, here)
    })
}

/// Numbers the folders of files, each looked at once: the folders, and the number of each file's.
pub(super) fn number_folders<'a>(
    marks: &Marks<'a>,
    parents: impl Iterator<Item = &'a str>,
) -> (Vec<Folder<'a>>, Vec<u32>) {
    let (paths, of_file) = number(parents);
    // There may be as many as files, so their table is made for the number of them, and when it is known.
    let mut folders: Vec<Folder<'a>> = paths.into_iter().map(|path| marks.folder(path)).collect();
    set_loose_files_apart(&mut folders);
    set_scopes(&mut folders);
    folders.iter_mut().for_each(Folder::prepare);
    (folders, of_file)
}

/// The folders in the order of their first file, and the number of each file's.
fn number<'a>(parents: impl Iterator<Item = &'a str>) -> (Vec<&'a str>, Vec<u32>) {
    let mut known: KeyMap<u32> = KeyMap::default();
    let (mut paths, mut of_file) = (Vec::new(), Vec::new());
    let mut last = (None, 0);
    for parent in parents {
        if last.0 != Some(parent) {
            let number = *known.entry(Key::EMPTY.within(parent)).or_insert_with(|| {
                paths.push(parent);
                u32::try_from(paths.len() - 1).unwrap_or(u32::MAX)
            });
            last = (Some(parent), number);
        }
        of_file.push(last.1);
    }
    (paths, of_file)
}

/// Where a component has packages or a source folder, its loose files are not what ships.
fn set_loose_files_apart(folders: &mut [Folder<'_>]) {
    let is_core = |folder: &Folder<'_>| folder.has_structure && folder.role == Role::Source;
    let structured: FolderSet<'_> =
        folders.iter().filter(|folder| is_core(folder)).map(Folder::component).collect();
    for folder in folders {
        if folder.role == Role::Source && !folder.has_structure && structured.contains(folder.component()) {
            folder.role = Role::Script;
        }
    }
}

/// A component without tests of its own is judged with the one around it.
fn set_scopes(folders: &mut [Folder<'_>]) {
    let tested: FolderSet<'_> =
        folders.iter().filter(|one| one.role == Role::Test).map(Folder::component).collect();
    for folder in folders {
        let mut here = Some(folder.component());
        while let Some(component) = here.filter(|component| !tested.contains(component)) {
            here = above(component);
        }
        folder.scope = here.map_or(0, length);
    }
}
