//! Small repositories and the rows they give.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::workspace::{PathIndex, Workspace};

/// Code as well as a test that counts.
const CODE: &str = "import os\n\n\ndef f():\n    return os\n\n\ndef test_f():\n    assert f()\n";

fn modules_of(files: &[(&str, &str)], wanted: &Wanted) -> Vec<Fact> {
    let paths = files.iter().map(|(path, _)| RepoPath::new(path)).collect();
    let texts = files.iter().map(|(path, text)| (RepoPath::new(path), Arc::from(*text)));
    let (names, workspace) = (PathIndex::new(paths), Workspace::in_memory(texts));
    let mut facts = Vec::new();
    rows(
        &Survey {
            workspace: &workspace,
            names: &names,
            links: &[],
            ignored: &[],
            wanted,
            focus: None,
            languages: &BTreeMap::new(),
            enough: crate::facts::Enough::NEVER,
        },
        &mut facts,
    );
    facts
}

fn text(fact: &Fact, field: &str) -> String {
    match fact.get(field) {
        Some(Value::Text(text)) => text.to_string(),
        Some(Value::List(list)) => list.join(" "),
        Some(Value::Bool(value)) => value.to_string(),
        _ => "-".into(),
    }
}

/// The first test of the module at `path`, in a repository where every file holds the same code.
fn first_test(path: &str, others: &[&str]) -> String {
    let files: Vec<_> = others.iter().chain([&path, &"pyproject.toml"]).map(|path| (*path, CODE)).collect();
    let facts = modules_of(&files, &Wanted::new());
    let fact = facts.iter().find(|fact| &*fact.key == path).expect("every module has a row");
    text(fact, "tests").split(' ').next().unwrap_or_default().to_owned()
}

#[test]
fn tests_are_found_by_every_convention() {
    for (module, test) in [
        ("src/auth/auth.py", "tests/auth/test_auth.py"),
        ("src/auth/login.py", "tests/auth/test_login.py"),
        ("src/pkg/auth/login.py", "tests/pkg/auth/test_login.py"),
        ("src/pkg/auth/login.py", "tests/auth/test_login.py"),
        ("src/pkg/auth/login.py", "tests/test_login.py"),
        ("src/pkg/auth/login.py", "tests/unit/test_login.py"),
        ("src/pkg/auth/login.py", "tests/unit/auth/test_login.py"),
        ("src/pkg/auth/login.py", "tests/web/test_login.py"),
        ("src/pkg/auth/login.py", "tests/test_auth_login.py"),
        ("src/pkg/auth/login.py", "tests/test_login_errors.py"),
        ("src/pkg/auth/rate_limits.py", "tests/test_ratelimit.py"),
        ("src/pkg/auth/login.py", "tests/test_auth.py"),
        ("src/pkg/_login.py", "tests/test_login.py"),
        ("src/pkg/auth/login.py", "test/login_test.py"),
        ("src/pkg/auth/login.py", "src/pkg/auth/tests/test_login.py"),
        ("src/pkg/auth/login.py", "src/pkg/auth/test_login.py"),
        ("src/pkg/auth/login.py", "tests/test_http_login.py"),
        ("src/pkg/crud.py", "tests/crud/test_user.py"),
        ("shop/cart/views.py", "shop/cart/tests.py"),
    ] {
        let packages = ["shop/cart/__init__.py", "src/pkg/auth/__init__.py"];
        assert_eq!(first_test(module, &[test, packages[0], packages[1]]), test, "{module}");
    }
}

#[test]
fn a_test_of_another_module_is_no_test() {
    let others = ["src/worker/worker.py", "tests/worker/test_worker.py"];
    assert_eq!(first_test("src/exercises/worker.py", &others), "");
    assert_eq!(first_test("src/worker/worker.py", &others), "tests/worker/test_worker.py");
    assert_eq!(first_test("src/pkg/a/utils.py", &["src/pkg/utils.py", "tests/test_utils.py"]), "");
    assert_eq!(first_test("src/pkg/util/text.py", &["src/pkg/voice/a.py", "tests/voice/test_utils.py"]), "");
    assert_eq!(first_test("src/pkg/context.py", &["tests/test_memory_context.py"]), "");
    assert_eq!(first_test("src/pkg/login.py", &["scripts/test_login.py"]), "");
    assert_eq!(first_test("a/src/x.py", &["b/tests/test_x.py"]), "");
}

#[test]
fn an_import_is_evidence() {
    for line in [
        "from pkg.core.engine import run",
        "from pkg.core import (\n    clock,  # c\n    engine as e,\n)",
        "import os, pkg.core.engine as e",
        "def test():\n    from src.pkg.core.engine import run",
    ] {
        let test = format!("{line}\ndef test_all():\n    assert run\n");
        let files = [("pyproject.toml", ""), ("src/pkg/core/engine.py", CODE), ("tests/test_all.py", &test)];
        let facts = modules_of(&files, &Wanted::new());
        assert_eq!(
            (text(&facts[0], "tests"), text(&facts[0], "reasons")),
            ("tests/test_all.py".into(), "import".into())
        );
    }
    let strings = "'''\nfrom pkg.core.engine import run\n'''\n# import pkg.core.engine\n";
    let files = [
        ("src/pkg/core/engine.py", CODE),
        ("tests/test_all.py", strings),
        ("tests/conftest.py", "import engine"),
    ];
    assert_eq!(text(&modules_of(&files, &Wanted::new())[0], "has_test"), "false");
}

#[test]
fn tests_reach_modules_by_other_ways() {
    const INIT: &str = "from .core.engine import run as start\nfrom .core import clock\n";
    let reason = |module: &str, code: &str, test: &str| {
        let test = format!("{test}\ndef test_all():\n    assert 1\n");
        let files = [
            ("pyproject.toml", "[project.scripts]\nshop = \"pkg.entry:main\"\n"),
            ("src/pkg/__init__.py", INIT),
            ("src/pkg/core/__init__.py", "from .wheel import *\n"),
            (module, code),
            ("tests/test_all.py", &test),
        ];
        let facts = modules_of(&files, &Wanted::new());
        let fact = facts.iter().find(|fact| &*fact.key == module).expect("every module has a row");
        text(fact, "reasons")
    };
    let (engine, wheel, entry) = ("src/pkg/core/engine.py", "src/pkg/core/wheel.py", "src/pkg/entry.py");
    assert_eq!(reason(engine, CODE, "from pkg import start"), "import through a package");
    assert_eq!(reason(engine, CODE, "import pkg\nx = pkg.start()"), "import through a package");
    assert_eq!(reason(engine, CODE, "import pkg as p\nx = p.core.engine.f()"), "import");
    assert_eq!(reason(engine, CODE, "import pkg\nx = 'pkg.start'  # pkg.start"), "");
    assert_eq!(reason(engine, CODE, "from pkg import stop"), "");
    assert_eq!(reason(wheel, CODE, "from pkg.core import f"), "import through a package");
    assert_eq!(reason(entry, CODE, "subprocess.run(['shop', '--help'])"), "name of the command");
    assert_eq!(reason(entry, CODE, "subprocess.run([sys.executable, '-m', 'pkg.entry'])"), "import");
    assert_eq!(reason(entry, CODE, "print('shop')"), "");
    let answers = "@router.get('/users/{id}')\ndef f():\n    return 1\n";
    assert_eq!(reason(engine, answers, "r = client.get('/users/1')"), "HTTP route");
}

#[test]
fn a_placeholder_is_no_test() {
    let files = [
        ("pyproject.toml", ""),
        ("src/pkg/a.py", CODE),
        ("tests/test_a.py", "def test_a():\n    pytest.skip('awaiting implementation')\n"),
        ("tests/test_b.py", "from pkg.a import f\ndef test_b():\n    f()\n"),
    ];
    let fact = modules_of(&files, &Wanted::new()).remove(0);
    assert_eq!(
        (text(&fact, "has_test"), text(&fact, "rejected")),
        ("false".into(), "tests/test_a.py tests/test_b.py".into())
    );
    let related: Vec<_> =
        fact.related.iter().map(|test| (test.place.start.line, text(test, "fault"))).collect();
    assert_eq!(related, [(2, "all tests are skipped".into()), (2, "no test asserts anything".into())]);
}

#[test]
fn pytest_says_where_tests_lie_and_how_they_are_called() {
    let files = [
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\ntestpaths = ['checks', 'src']\npython_files = 'check_*.py'\n",
        ),
        ("checks/check_a.py", CODE),
        ("checks/plugin.py", CODE),
        ("checks/check_c.py", CODE),
        ("src/pkg/a.py", CODE),
        ("src/pkg/b.py", CODE),
    ];
    let facts = modules_of(&files, &Wanted::new());
    let rows: Vec<_> = facts.iter().map(|fact| (text(fact, "role"), text(fact, "has_test"))).collect();
    let is = |role: &str, has_test: &str| (role.to_owned(), has_test.to_owned());
    let [test, tested, bare] = [is("test", "-"), is("source", "true"), is("source", "false")];
    assert_eq!(rows, [test.clone(), test.clone(), test, tested, bare]);
}

#[test]
fn files_have_roles() {
    let files = [
        ("pyproject.toml", ""),
        ("app/alembic/versions/1_a.py", ""),
        ("app/models.py", ""),
        ("docs/conf.py", ""),
        ("noxfile.py", ""),
        ("pkg/__init__.py", ""),
        ("pkg/inner/deep.py", ""),
        ("pkg/scripts/cli.py", ""),
        ("pkg/thing_pb2.py", ""),
        ("scripts/test_x.py", ""),
        ("tests/helpers.py", ""),
        (".venv/lib/x.py", ""),
    ];
    let facts = modules_of(&files, &Wanted::new());
    let found: BTreeMap<_, _> = facts.iter().map(|fact| (fact.key.to_string(), text(fact, "role"))).collect();
    let with = |role: &str| {
        found.iter().filter(|(_, is)| *is == role).map(|(path, _)| path.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(
        with("source"),
        ["app/models.py", "pkg/__init__.py", "pkg/inner/deep.py", "pkg/scripts/cli.py"]
    );
    assert_eq!(with("test"), ["tests/helpers.py"]);
    assert_eq!(with("script"), [""; 0]);
}

#[test]
fn a_missing_test_is_expected_where_the_others_lie() {
    let expected = |tests: &[(&str, &str)]| {
        let module = [("pyproject.toml", ""), ("src/pkg/api/users.py", CODE), ("src/pkg/db/rows.py", CODE)];
        let facts = modules_of(&[&module, tests].concat(), &Wanted::new());
        let fact = facts.iter().find(|fact| fact.key.ends_with("users.py")).expect("it has a row");
        assert_eq!(fact.place.start.line, 4);
        text(fact, "expected")
    };
    assert_eq!(expected(&[]), "tests/pkg/api/test_users.py");
    assert_eq!(expected(&[("tests/db/test_rows.py", CODE)]), "tests/api/test_users.py");
    assert_eq!(expected(&[("tests/pkg/db/test_rows.py", CODE)]), "tests/pkg/api/test_users.py");
    assert_eq!(expected(&[("tests/unit/test_rows.py", CODE)]), "tests/unit/test_users.py");
    assert_eq!(expected(&[("src/pkg/db/tests/test_rows.py", CODE)]), "src/pkg/api/tests/test_users.py");
    assert_eq!(expected(&[("src/pkg/db/rows_test.py", CODE)]), "src/pkg/api/users_test.py");
}

#[test]
fn components_end_at_manifests() {
    let files = [
        ("a/pyproject.toml", ""),
        ("a/src/x.py", ""),
        ("b/src/pkg/__init__.py", ""),
        ("b/src/pkg/setup.py", ""),
        ("b/src/pkg/y.py", ""),
    ];
    let facts = modules_of(&files, &Wanted::new());
    assert_eq!((text(&facts[0], "component"), text(&facts[0], "managed")), ("a".into(), "true".into()));
    assert_eq!((text(&facts[3], "component"), text(&facts[3], "managed")), (String::new(), "false".into()));
    assert_eq!((text(&facts[0], "name"), text(&facts[3], "name")), ("x".into(), "pkg.y".into()));
}

proptest! {
    #[test]
    fn what_is_asked_changes_no_row(
        files in prop::collection::btree_map(
            "(src/|tests/|a/|b/|__init__.py/){0,4}(test_)?[ab_é]{0,3}(_test)?(\\.py|/__init__\\.py|/setup\\.py)",
            "(from a import b|import a\\.b|def f\\(\\):| return 1|[\\PC\n]){0,6}", 0..25),
    ) {
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let all = modules_of(&files, &Wanted::new());
        let wanted = BTreeMap::from([
            ("role".to_owned(), BTreeSet::from(["source".to_owned()])),
            ("has_test".to_owned(), BTreeSet::from(["false".to_owned()])),
        ]);
        let some = modules_of(&files, &wanted);
        let picked = all.iter().filter(|fact| text(fact, "role") == "source" && text(fact, "has_test") == "false");
        prop_assert!(some.iter().map(|fact| &fact.values).eq(picked.map(|fact| &fact.values)));
    }
}
