//! The `python_module` kind: every Python file, what it is for, and which tests cover it. Pairs by names; reads the
//! tests that are found, the modules for which none is, and then the tests that might reach those.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Fact, Kind, Source, Survey, Value, Wanted, naming};
use crate::source::{Place, RepoPath};

mod code;
mod cover;
mod expected;
mod fields;
mod folders;
mod imports;
mod lines;
mod pairing;
mod proof;
mod reach;
mod roles;
mod routes;
mod settings;
mod tokens;

use cover::{Cover, Covering};
use expected::Habits;
use fields::FIELDS;
use folders::{Folder, Marks, number_folders};
use pairing::{Match, Pairing};
use roles::{Role, role_of};
use settings::Settings;

/// One row for each Python file.
pub(super) static KIND: Kind = Kind {
    name: "python_module",
    doc: "A Python file (`.py`), what it is for, and the tests that cover it",
    fields: FIELDS,
    source: Source::Names(rows),
};

/// At most so many tests are named in a row.
const TESTS_NAMED: usize = 8;

/// A Python file. There may be a hundred thousand: what its path says is read off when it is asked for.
#[derive(Debug)]
struct File<'a> {
    path: &'a RepoPath,
    folder: u32,
    role: Role,
}

impl<'a> File<'a> {
    /// Its name without `.py`.
    fn stem(&self) -> &'a str {
        self.path.stem()
    }
}

/// All Python files, in order, and their folders.
#[derive(Debug)]
struct Files<'a> {
    all: Vec<File<'a>>,
    folders: Vec<Folder<'a>>,
    settings: Settings,
}

impl<'a> Files<'a> {
    fn of(survey: &Survey<'a>) -> Self {
        let paths = survey.names.paths();
        let modules = || paths.iter().filter(|path| path.extension() == "py");
        let n_modules = modules().count();
        if n_modules == 0 {
            return Self { all: Vec::new(), folders: Vec::new(), settings: Settings::default() };
        }
        let mut marks = Marks::of(paths);
        let settings = Settings::read(survey.workspace, &marks.configurations);
        marks.configure(paths, &settings);
        let (folders, of_file) = number_folders(&marks, modules().map(RepoPath::parent));
        let mut all = Vec::with_capacity(n_modules);
        all.extend(modules().zip(of_file).map(|(path, folder)| {
            let role = role_of(&folders[folder as usize], path.stem(), &settings);
            File { path, folder, role }
        }));
        Self { all, folders, settings }
    }

    /// What a test says it tests; nothing for what no test runner collects, so that it covers nothing.
    fn subject(&self, file: &File<'a>) -> Option<&'a str> {
        match file.stem() {
            _ if file.role != Role::Test => None,
            // A `tests.py` is about its folder.
            "tests" => self.folder(file).path.rsplit('/').next(),
            stem => self.settings.subject(self.folder(file).path, stem),
        }
    }

    fn folder(&self, file: &File<'a>) -> &Folder<'a> {
        &self.folders[file.folder as usize]
    }
}

fn rows(survey: &Survey<'_>, facts: &mut Vec<Fact>) {
    let files = Files::of(survey);
    let is_asked = |file: &File<'_>| {
        may_match(survey.wanted, "role", file.role.word())
            && may_match(survey.wanted, "managed", truth(files.folder(file).managed))
            && survey.is_in_focus(file.path.as_str())
    };
    let asked: Vec<u32> =
        numbers(&files).filter(|(_, file)| is_asked(file)).map(|(number, _)| number).collect();
    if !asked.iter().any(|&number| files.all[number as usize].role.is_code()) {
        // Tests and other files have nothing to be paired with.
        for number in asked {
            facts.push(row(&files, &files.all[number as usize], Cover::default(), None));
            if survey.enough.is_reached(facts) {
                break;
            }
        }
        return;
    }
    let pairing = Pairing::new(&files);
    let mut covers = Covering::new(survey, &files, &pairing).covers(&asked);
    let mut habits = BTreeMap::new();
    for number in asked {
        let file = &files.all[number as usize];
        let cover = match covers.remove(&number) {
            Some(cover) if may_match(survey.wanted, "has_test", truth(!cover.tests.is_empty())) => cover,
            None if !file.role.is_code() => Cover::default(),
            _ => continue,
        };
        let scope = files.folder(file).scope();
        let needs_habits = file.role.is_code() && cover.tests.is_empty();
        let habits =
            needs_habits.then(|| &*habits.entry(scope).or_insert_with(|| learn(&files, &pairing, scope)));
        facts.push(row(&files, file, cover, habits));
        if survey.enough.is_reached(facts) {
            break;
        }
    }
}

fn numbers<'f, 'a>(files: &'f Files<'a>) -> impl Iterator<Item = (u32, &'f File<'a>)> {
    (0_u32..).zip(&files.all)
}

/// Whether some reader may want a row with this value.
fn may_match(wanted: &Wanted, field: &str, value: &str) -> bool {
    wanted.get(field).is_none_or(|values| values.contains(value))
}

fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// The habits of a scope, from its tests and the modules they cover by name.
fn learn<'a>(files: &Files<'a>, pairing: &Pairing<'a, '_>, scope: &str) -> Habits<'a> {
    let mut habits = Habits::default();
    let start = files.all.partition_point(|file| !file.path.is_under(scope) && file.path.as_str() < scope);
    let inside = files.all[start..].iter().take_while(|file| file.path.is_under(scope));
    for file in inside.filter(|file| files.folder(file).scope() == scope) {
        match file.role {
            Role::Test if files.subject(file).is_some() => habits.note_tests(files.folder(file)),
            Role::Source if !habits.is_settled() => {
                if let Some(&found) = pairing.tests_of(file).first() {
                    habits.learn(files, file, found);
                }
            }
            _ => {}
        }
    }
    habits
}

fn row(files: &Files<'_>, file: &File<'_>, cover: Cover, habits: Option<&Habits<'_>>) -> Fact {
    let folder = files.folder(file);
    let paths = |found: &[Match]| {
        let path = |one: &Match| files.all[one.test as usize].path.to_shared();
        Value::List(found.iter().take(TESTS_NAMED).map(path).collect())
    };
    let has_test = if file.role.is_code() { Value::Bool(!cover.tests.is_empty()) } else { Value::None };
    let reasons = cover.tests.iter().take(TESTS_NAMED).map(|found| found.convention.words());
    let place = cover.place.unwrap_or_else(|| Place::whole(file.path.clone()));
    let values = vec![
        Value::text(dotted_name(file, folder)),
        Value::text(file.stem()),
        Value::maybe(folder.is_package.then(|| folder.package_parts().collect::<Vec<_>>().join("."))),
        Value::text(folder.component()),
        Value::Bool(folder.managed),
        Value::text(file.role.word()),
        Value::maybe(cover.kind_of_code),
        paths(&cover.tests),
        has_test,
        Value::list(reasons),
        paths(&cover.rejected),
        Value::maybe(cover.fault),
        Value::maybe(habits.map(|habits| habits.expected(file, folder))),
        Value::maybe(habits.and_then(Habits::tests_root)),
    ];
    let is_unmarked = cover.is_unmarked;
    let related = cover
        .related
        .into_iter()
        .map(|(test, cover)| Arc::new(row(files, &files.all[test as usize], cover, None)));
    let related = related.collect();
    Fact { related, is_unmarked, ..Fact::new(&KIND, place, file.path.as_str(), values) }
}

/// The name under which the module is imported.
fn dotted_name(file: &File<'_>, folder: &Folder<'_>) -> String {
    let mut parts: Vec<_> = folder.package_parts().collect();
    if file.stem() != "__init__" || parts.is_empty() {
        parts.push(file.stem());
    }
    parts.join(".")
}

#[cfg(test)]
mod tests;
