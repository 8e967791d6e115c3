//! The `source_file` kind: the sources of languages other than Python, and which tests cover them, by a table of
//! conventions. Pairs by names; reads tests that are found, and sources for which none is.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::{Fact, Kind, Source, Survey, naming};
use crate::source::RepoPath;

mod conventions;
mod cover;
mod fields;
mod pair;
mod reach;
mod text;

use conventions::{Language, fits, table};
use cover::covers;
use naming::{Key, KeyMap, key};

/// One row for each source.
pub(super) static KIND: Kind = Kind {
    name: "source_file",
    doc: "A source of a language other than Python, what it is for, and the tests that cover it",
    fields: fields::FIELDS,
    source: Source::Names(rows),
};

/// At most so many tests are named in a row.
const TESTS_NAMED: usize = 8;

/// What a file is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    /// Code that ships.
    Source,
    /// A test, or what tests use.
    Test,
    /// Neither: configuration, generated files, examples.
    Other,
}

/// A file of a language.
#[derive(Debug)]
struct File<'a> {
    path: &'a RepoPath,
    /// The nearest folder upward with a manifest.
    component: &'a str,
    /// Whether there is one.
    managed: bool,
    /// The nearest component upward that has tests.
    scope: &'a str,
    role: Role,
}

impl<'a> File<'a> {
    /// Its folder, relative to the component.
    fn folder(&self) -> &'a str {
        below(self.path.parent(), self.component)
    }

    /// The folder of a test, relative to the component of a source.
    fn folder_from(&self, component: &str) -> &'a str {
        below(self.path.parent(), component)
    }
}

/// The files of one language.
#[derive(Debug)]
struct Files<'a> {
    language: &'a Language,
    all: Vec<File<'a>>,
}

fn below<'p>(path: &'p str, folder: &str) -> &'p str {
    if folder.is_empty() {
        path
    } else {
        path.strip_prefix(folder).map_or("", |rest| rest.trim_start_matches('/'))
    }
}

fn above(folder: &str) -> Option<&str> {
    if folder.is_empty() { None } else { Some(folder.rfind('/').map_or("", |slash| &folder[..slash])) }
}

fn rows(survey: &Survey<'_>, facts: &mut Vec<Fact>) {
    let table = table(survey.languages);
    let grounds = survey.wanted.get("grounds");
    let is_named = |name: &str| grounds.is_none_or(|grounds| grounds.contains(name));
    let may_be_demanded = grounds.is_none_or(|grounds| grounds.contains(DEMANDED));
    if !may_be_demanded && !table.keys().any(|name| is_named(name)) {
        return;
    }
    let present = present(survey, &table);
    if present.is_empty() {
        return;
    }
    let demanded = if may_be_demanded { survey.demands("tests-first") } else { Vec::new() };
    for (name, paths) in present {
        if !is_named(name) && demanded.is_empty() {
            continue;
        }
        let language = Language::new(name, &table[name]);
        let files = Files::of(&language, survey.names.paths(), paths);
        let is_demanded = |file: &File<'_>| demanded.iter().any(|folder| file.path.is_under(folder));
        let asked = |file: &File<'_>| {
            survey.is_in_focus(file.path.as_str())
                && (is_named(name) || is_demanded(file))
                && is_role_asked(survey, file)
        };
        let asked: Vec<usize> = (0..files.all.len()).filter(|&number| asked(&files.all[number])).collect();
        for (number, cover) in covers(survey, &files, &asked) {
            let file = &files.all[number];
            facts.push(fields::row(&files, file, cover, is_demanded(file)));
        }
    }
}

/// The ground on which a source is judged whose language nobody has named.
const DEMANDED: &str = "demanded";

fn is_role_asked(survey: &Survey<'_>, file: &File<'_>) -> bool {
    survey.wanted.get("role").is_none_or(|roles| roles.contains(file.role.word()))
        && survey
            .wanted
            .get("managed")
            .is_none_or(|values| values.contains(if file.managed { "true" } else { "false" }))
}

/// The files of each language that the repository holds.
fn present<'a, 't>(
    survey: &Survey<'a>,
    table: &'t crate::config::Languages,
) -> BTreeMap<&'t str, Vec<&'a RepoPath>> {
    let mut by_extension: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, lists) in table {
        for key in ["extensions", "test-extensions"] {
            for extension in lists.get(key).into_iter().flatten() {
                by_extension.entry(extension).or_default().push(name);
            }
        }
    }
    let mut present: BTreeMap<&str, Vec<&RepoPath>> = BTreeMap::new();
    for path in survey.names.paths() {
        for name in by_extension.get(path.extension()).into_iter().flatten() {
            present.entry(name).or_default().push(path);
        }
    }
    present
}

impl Role {
    /// The word used in the row.
    fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Test => "test",
            Self::Other => "other",
        }
    }
}

impl<'a> Files<'a> {
    fn of(language: &'a Language, names: &'a [RepoPath], paths: Vec<&'a RepoPath>) -> Self {
        let manifests = language.list("manifests");
        let is_manifest = |path: &&RepoPath| manifests.iter().any(|name| fits(name, path.name()));
        let components: HashSet<&str, ahash::RandomState> =
            names.iter().filter(is_manifest).map(RepoPath::parent).collect();
        let mut last = ("", ("", false));
        let mut all: Vec<File<'a>> = Vec::with_capacity(paths.len());
        for path in paths {
            if all.is_empty() || last.0 != path.parent() {
                last = (path.parent(), component(&components, path.parent()));
            }
            let (component, managed) = last.1;
            let mut file = File { path, component, managed, scope: component, role: Role::Other };
            file.role = role_of(language, &file);
            all.push(file);
        }
        let tested: HashSet<&str, ahash::RandomState> =
            all.iter().filter(|file| file.role == Role::Test).map(|file| file.component).collect();
        for file in &mut all {
            let mut here = Some(file.component);
            while let Some(folder) = here.filter(|folder| !tested.contains(folder)) {
                here = above(folder);
            }
            file.scope = here.unwrap_or(file.component);
        }
        Self { language, all }
    }
}

fn component<'a>(components: &HashSet<&str, ahash::RandomState>, folder: &'a str) -> (&'a str, bool) {
    let mut at = Some(folder);
    while let Some(here) = at {
        if components.contains(here) {
            return (here, true);
        }
        at = above(here);
    }
    ("", false)
}

fn role_of(language: &Language, file: &File<'_>) -> Role {
    let relative = below(file.path.as_str(), file.component);
    let is_test_only = !language.has("extensions", file.path.extension());
    let (folder, stem) = (file.folder(), file.path.stem());
    // A pair whose test has no mark of its own says nothing about what a file is.
    let is_marked = |pair: &&pair::Pair| pair.is_marked();
    let is_paired =
        || language.pairs.iter().filter(is_marked).any(|pair| pair.subject(folder, stem).is_some());
    if language.tests.matches(relative) || is_paired() {
        Role::Test
    } else if is_test_only || language.apart.matches(relative) {
        Role::Other
    } else {
        Role::Source
    }
}

#[cfg(test)]
mod tests;
