//! The `python_module` kind: every Python file, what it is for, and which tests cover it. Pairs by names; reads only
//! the modules for which no test is found that way, and then the tests that might import them.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Fact, Field, Kind, Source, Survey, Type, Value, Wanted};
use crate::source::{Place, RepoPath};
use crate::workspace::text_of;

mod code;
mod expected;
mod folders;
mod imports;
mod lines;
mod naming;
mod pairing;
mod roles;

use code::{Code, read_code};
use expected::Habits;
use folders::{Folder, Marks, number_folders};
use imports::importing_tests;
use pairing::{Match, Pairing};
use roles::{Role, role_of};

/// One row for each Python file.
pub(super) static KIND: Kind = Kind {
    name: "python_module",
    doc: "A Python file (`.py`), what it is for, and the tests that cover it",
    fields: FIELDS,
    source: Source::Names(rows),
};

static FIELDS: &[Field] = &[
    Field {
        name: "name",
        ty: Type::Text,
        doc: "Its dotted name below `src` or the component, `pkg.api.users`",
    },
    Field { name: "stem", ty: Type::Text, doc: "Its name without `.py`" },
    Field {
        name: "package",
        ty: Type::Text,
        doc: "The dotted package it lies in; absent without an `__init__.py`",
    },
    Field {
        name: "component",
        ty: Type::Text,
        doc: "The nearest folder upward with a `pyproject.toml`, `setup.py`, `setup.cfg`, `Pipfile` or \
              `requirements*.txt`; empty for the root",
    },
    Field { name: "managed", ty: Type::Bool, doc: "Whether there is such a manifest" },
    Field {
        name: "role",
        ty: Type::Text,
        doc: "`source` (code that ships), `test` (tests and what they use) or `other` (scripts, examples, docs, \
              migrations, generated and vendored files)",
    },
    Field {
        name: "kind_of_code",
        ty: Type::Text,
        doc: "For sources without a test: `code` (has functions with bodies), `declarative` (has none), `init`, \
              `entry_point`, `generated`, `empty`, or `unread`; absent for all others, which are not read",
    },
    Field {
        name: "tests",
        ty: Type::List,
        doc: "The paths of the tests that cover it, best first, at most 8",
    },
    Field { name: "has_test", ty: Type::Bool, doc: "Whether there is one; absent for what is not source" },
    Field {
        name: "reason",
        ty: Type::Text,
        doc: "How the first test was found: `same name`, `imported by`, …",
    },
    Field {
        name: "expected",
        ty: Type::Text,
        doc: "For sources without a test: the path where one is expected, as the other tests of the component lie",
    },
    Field {
        name: "tests_root",
        ty: Type::Text,
        doc: "For sources without a test: the folder of the component's tests; absent if it has none",
    },
];

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
}

impl<'a> Files<'a> {
    fn of(paths: &'a [RepoPath]) -> Self {
        let modules = || paths.iter().filter(|path| path.extension() == "py");
        if modules().next().is_none() {
            return Self { all: Vec::new(), folders: Vec::new() };
        }
        let (folders, of_file) = number_folders(&Marks::of(paths), modules().map(RepoPath::parent));
        let files = modules().zip(of_file).map(|(path, folder)| {
            let role = role_of(&folders[folder as usize], path.stem());
            File { path, folder, role }
        });
        Self { all: files.collect(), folders }
    }

    /// What a test says it tests; nothing for what no test runner collects, so that it covers nothing.
    fn subject(&self, file: &File<'a>) -> Option<&'a str> {
        match file.stem() {
            _ if file.role != Role::Test => None,
            // A `tests.py` is about its folder.
            "tests" => self.folder(file).path.rsplit('/').next(),
            stem => naming::subject(stem),
        }
    }

    fn folder(&self, file: &File<'a>) -> &Folder<'a> {
        &self.folders[file.folder as usize]
    }
}

/// What was found out about a source module.
#[derive(Default)]
struct Cover {
    tests: Vec<Match>,
    /// What it consists of and where it starts, if it was read.
    code: Option<(Code, Place)>,
}

fn rows(survey: &Survey<'_>, facts: &mut Vec<Fact>) {
    let files = Files::of(survey.names.paths());
    let is_asked = |file: &File<'_>| {
        may_match(survey.wanted, "role", file.role.word())
            && may_match(survey.wanted, "managed", truth(files.folder(file).managed))
            && survey.is_in_focus(file.path.as_str())
    };
    let asked: Vec<u32> =
        numbers(&files).filter(|(_, file)| is_asked(file)).map(|(number, _)| number).collect();
    if asked.is_empty() {
        return;
    }
    let pairing = Pairing::new(&files);
    let mut covers = covers(survey, &files, &pairing, &asked);
    let mut habits = BTreeMap::new();
    for number in asked {
        let file = &files.all[number as usize];
        let cover = match covers.remove(&number) {
            Some(cover) if may_match(survey.wanted, "has_test", truth(!cover.tests.is_empty())) => cover,
            None if file.role != Role::Source => Cover::default(),
            _ => continue,
        };
        let scope = files.folder(file).scope();
        let needs_habits = file.role == Role::Source && cover.tests.is_empty();
        let habits =
            needs_habits.then(|| &*habits.entry(scope).or_insert_with(|| learn(&files, &pairing, scope)));
        facts.push(row(&files, file, cover, habits));
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

/// Finds the tests of the sources among these files: by name, then for what is left by reading. A module that is
/// missing in the answer has a test and no reader who asks which.
fn covers(
    survey: &Survey<'_>,
    files: &Files<'_>,
    pairing: &Pairing<'_, '_>,
    asked: &[u32],
) -> BTreeMap<u32, Cover> {
    let are_tested_asked = may_match(survey.wanted, "has_test", "true");
    let by_name = asked.par_iter().filter_map(|&number| {
        let file = &files.all[number as usize];
        let tests = if file.role == Role::Source { pairing.tests_of(file) } else { return None };
        (are_tested_asked || tests.is_empty()).then_some((number, Cover { tests, code: None }))
    });
    let mut covers: BTreeMap<u32, Cover> = by_name.collect();
    let bare: Vec<u32> =
        covers.iter().filter(|(_, cover)| cover.tests.is_empty()).map(|(&number, _)| number).collect();
    if bare.is_empty() {
        return covers;
    }
    let read = bare
        .par_iter()
        .map_init(Vec::new, |buffer, &number| (number, read(survey, &files.all[number as usize], buffer)));
    let read: Vec<_> = read.collect();
    let mut untested = Vec::new();
    for (number, code) in read {
        if code.0.kind == "code" {
            untested.push(number);
        }
        covers.entry(number).or_default().code = Some(code);
    }
    if untested.is_empty() {
        return covers;
    }
    for (number, found) in pairing.loose_tests(&untested) {
        covers.entry(number).or_default().tests.push(found);
    }
    untested.retain(|number| covers[number].tests.is_empty());
    for (number, found) in importing_tests(survey.workspace, files, &untested) {
        covers.entry(number).or_default().tests.push(found);
    }
    for cover in covers.values_mut() {
        cover.tests.sort_unstable();
        cover.tests.dedup_by_key(|found| found.test);
    }
    covers
}

/// What a module consists of, and where its first definition stands.
fn read(survey: &Survey<'_>, file: &File<'_>, buffer: &mut Vec<u8>) -> (Code, Place) {
    if survey.workspace.read_bytes(file.path, buffer).is_err() {
        return (Code { kind: "unread", ..Code::default() }, Place::whole(file.path.clone()));
    }
    let text = text_of(buffer);
    let code = read_code(file.stem(), &text);
    let place = match code.first_definition {
        Some(span) => Place::of(file.path.clone(), &text, span),
        None => Place::whole(file.path.clone()),
    };
    (code, place)
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
    let is_source = file.role == Role::Source;
    let first = cover.tests.first();
    let tests =
        cover.tests.iter().take(TESTS_NAMED).map(|found| files.all[found.test as usize].path.to_shared());
    let (code, place) = match cover.code {
        Some((code, place)) => (Some(code), place),
        None => (None, Place::whole(file.path.clone())),
    };
    let values = vec![
        Value::text(dotted_name(file, folder)),
        Value::text(file.stem()),
        Value::maybe(folder.is_package.then(|| folder.package_parts().collect::<Vec<_>>().join("."))),
        Value::text(folder.component()),
        Value::Bool(folder.managed),
        Value::text(file.role.word()),
        Value::maybe(code.as_ref().map(|code| code.kind)),
        Value::List(tests.collect()),
        if is_source { Value::Bool(first.is_some()) } else { Value::None },
        Value::maybe(first.map(|found| found.convention.words())),
        Value::maybe(habits.map(|habits| habits.expected(file, folder))),
        Value::maybe(habits.and_then(Habits::tests_root)),
    ];
    Fact::new(&KIND, place, file.path.as_str(), values)
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
