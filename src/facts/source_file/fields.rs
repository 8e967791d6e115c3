//! The fields of a source file, and a row of them.

use std::sync::Arc;

use super::cover::Cover;
use super::{DEMANDED, File, Files, KIND, Role, TESTS_NAMED};
use crate::facts::{Fact, Field, Type, Value};
use crate::source::Place;

/// All fields, in the order of the rows.
pub(super) static FIELDS: &[Field] = &[
    Field { name: "name", ty: Type::Text, doc: "Its path below the component" },
    Field {
        name: "language",
        ty: Type::Text,
        doc: "`csharp`, `dart`, `elixir`, `go`, `java`, `kotlin`, `php`, `ruby`, `rust`, `typescript` (JavaScript \
              too), or one that the configuration adds",
    },
    Field {
        name: "grounds",
        ty: Type::List,
        doc: "Why it may be judged: its language, and `demanded` where a file for coding agents demands tests first",
    },
    Field {
        name: "component",
        ty: Type::Text,
        doc: "The nearest folder upward with a manifest of its language; empty for the root",
    },
    Field { name: "managed", ty: Type::Bool, doc: "Whether there is such a manifest" },
    Field {
        name: "role",
        ty: Type::Text,
        doc: "`source` (code that ships), `test` (tests and what they use) or `other` (configuration, entry points, \
              generated files, examples)",
    },
    Field {
        name: "kind_of_code",
        ty: Type::Text,
        doc: "For sources without a test: `code` (has functions with bodies), `declarative` (has none), `generated`, \
              or `unread`; absent for all others, which are not read",
    },
    Field {
        name: "tests",
        ty: Type::List,
        doc: "The paths of the tests that cover it, best first, at most 8",
    },
    Field {
        name: "has_test",
        ty: Type::Bool,
        doc: "Whether there is one that counts; absent for what is not source",
    },
    Field {
        name: "reasons",
        ty: Type::List,
        doc: "How each of them was found, in the same order: the pair of the conventions, `test of the folder`, \
              `same name`, `import`, `name of the type`, `name of the module`, or `tests within` the file",
    },
    Field {
        name: "rejected",
        ty: Type::List,
        doc: "The paths of files that look like its tests and do not count, where it has none; `related()` gives \
              them as facts",
    },
    Field {
        name: "fault",
        ty: Type::Text,
        doc: "For a test that was looked into and does not count: `there is no test`, `all tests are skipped` or `no \
              test asserts anything`",
    },
    Field {
        name: "expected",
        ty: Type::Text,
        doc: "For sources without a test: the path where one is expected; its own where tests stand within sources",
    },
];

/// The row of a file.
pub(super) fn row(files: &Files<'_>, file: &File<'_>, cover: Cover, is_demanded: bool) -> Fact {
    let paths = |tests: &mut dyn Iterator<Item = usize>| {
        Value::List(tests.take(TESTS_NAMED).map(|test| files.all[test].path.to_shared()).collect())
    };
    let is_source = file.role == Role::Source;
    let language = files.language.name.as_str();
    let grounds = [Some(language), is_demanded.then_some(DEMANDED)];
    let has_test = if is_source { Value::Bool(!cover.tests.is_empty()) } else { Value::None };
    let values = vec![
        Value::text(super::below(file.path.as_str(), file.component)),
        Value::text(language),
        Value::list(grounds.into_iter().flatten()),
        Value::text(file.component),
        Value::Bool(file.managed),
        Value::text(file.role.word()),
        Value::maybe(cover.kind_of_code),
        paths(&mut cover.tests.iter().map(|(test, _)| *test)),
        has_test,
        Value::list(cover.tests.iter().take(TESTS_NAMED).map(|(_, reason)| *reason)),
        paths(&mut cover.rejected.iter().map(|(test, _)| *test)),
        Value::maybe(cover.fault),
        Value::maybe(cover.expected),
    ];
    let related = cover.rejected.iter().map(|&(test, fault)| {
        let cover = Cover { fault: Some(fault), ..Cover::default() };
        Arc::new(row(files, &files.all[test], cover, is_demanded))
    });
    let related = related.collect();
    let place = cover.place.unwrap_or_else(|| Place::whole(file.path.clone()));
    Fact { related, ..Fact::new(&KIND, place, file.path.as_str(), values) }
}
