//! The fields of a Python module. Says what they mean, not how they come about.

use crate::facts::{Field, Type};

/// All fields, in the order of the rows.
pub(super) static FIELDS: &[Field] = &[
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
        doc: "`source` (code that ships), `test` (tests and what they use), `script` (folders of scripts and loose \
              files beside packages) or `other` (examples, docs, migrations, generated and vendored files)",
    },
    Field {
        name: "kind_of_code",
        ty: Type::Text,
        doc: "For code without a test: `code` (has functions with bodies), `declarative` (has none), `init`, \
              `entry_point`, `generated`, `empty`, or `unread`; absent for all others, which are not read",
    },
    Field {
        name: "tests",
        ty: Type::List,
        doc: "The paths of the tests that cover it, best first, at most 8",
    },
    Field {
        name: "has_test",
        ty: Type::Bool,
        doc: "Whether there is one that counts; absent for what is neither source nor script",
    },
    Field {
        name: "reasons",
        ty: Type::List,
        doc: "How each of them was found, in the same order: `mirrored path`, `same name`, `package and name`, \
              `import`, `HTTP route`, …",
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
        doc: "For a test that was looked into and does not count: `there is no test`, `all tests are skipped` \
              or `no test asserts anything`",
    },
    Field {
        name: "expected",
        ty: Type::Text,
        doc: "For code without a test: the path where one is expected, as the other tests of the component lie",
    },
    Field {
        name: "tests_root",
        ty: Type::Text,
        doc: "For code without a test: the folder of the component's tests; absent if it has none",
    },
];
