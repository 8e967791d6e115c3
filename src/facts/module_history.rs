//! The `module_history` kind: when a module that has a test came into git's history, and when its test. Takes modules
//! and their tests from whichever kinds pair them; looks at no commit itself.

use super::{Fact, Field, KINDS, Kind, Source, Survey, Type, Value, Wanted};
use crate::source::{Place, RepoPath};
use crate::workspace::{Birth, History, Life, Trace, Traces};

/// One row for each module that has a test.
pub(super) static KIND: Kind = Kind {
    name: "module_history",
    doc: "A module that has a test, and how both came into git's history; only with `--history`",
    fields: FIELDS,
    source: Source::History(rows),
};

static FIELDS: &[Field] = &[
    Field { name: "name", ty: Type::Text, doc: "The module's name, `pkg.api.users`" },
    Field { name: "managed", ty: Type::Bool, doc: "Whether its component has a manifest" },
    Field {
        name: "order",
        ty: Type::Text,
        doc: "`test-first` (a test was there before), `together` (one commit or merge brought both), `code-first` (the \
              module came without a test), `other-tests` (so it did, and its commit adds or changes others, which may \
              have been about it), `split` (so it did, but most of its lines, or of its oldest test's, come out of \
              another file), `imported` (so it did, with the first commit or with another repository's files), `older` (before the commits that are looked at), or `unknown` (the history is cut off, or so much \
              was moved at once that nothing can be told)",
    },
    Field {
        name: "commit",
        ty: Type::Text,
        doc: "The commit of the mainline that brought the module, shortened; absent if none has or it is not known",
    },
    Field {
        name: "born_at",
        ty: Type::Text,
        doc: "When that was committed, `2026-01-31T09:15:00+00:00`; absent if no commit has it or it is not known",
    },
    Field {
        name: "born_as",
        ty: Type::Text,
        doc: "The path under which the module came; absent if it is the same",
    },
    Field {
        name: "came_with",
        ty: Type::Int,
        doc: "How many files of its extension came with it, itself among them; absent if it is not known",
    },
    Field {
        name: "out_of",
        ty: Type::Text,
        doc: "The path of a file that its commit changes or removes and that most of its lines come out of",
    },
    Field { name: "test", ty: Type::Text, doc: "The path of the oldest of its tests" },
    Field {
        name: "is_named",
        ty: Type::Bool,
        doc: "Whether that test belongs to the module by its name and place, not only by what it does; else there may \
              have been others before",
    },
    Field {
        name: "test_commit",
        ty: Type::Text,
        doc: "The commit that brought the test, shortened; absent if none has or it is not known",
    },
    Field {
        name: "test_born_at",
        ty: Type::Text,
        doc: "When that was committed; absent if no commit has it or it is not known",
    },
];

/// The reasons by which kinds find tests that are not called after the module.
const BY_CONTENT: [&str; 5] =
    ["import", "import through a package", "imported by", "HTTP route", "name of the command"];

/// A module with its tests, by their numbers among the paths that are followed.
struct Pair {
    module: Fact,
    first: usize,
    n_tests: usize,
}

fn rows(survey: &Survey<'_>, history: &History, facts: &mut Vec<Fact>) -> Result<(), String> {
    let mut modules = Vec::new();
    for kind in KINDS.iter().filter(|kind| pairs_modules(kind)) {
        if let Source::Names(rows) = kind.source {
            rows(&Survey { wanted: &tested(survey.wanted), ..*survey }, &mut modules);
        }
    }
    let mut paths = Vec::new();
    let mut pairs = Vec::new();
    for module in modules {
        let Some(Value::List(tests)) = module.get("tests") else { continue };
        if tests.is_empty() {
            continue;
        }
        let first = paths.len();
        paths.push(module.place.path.clone());
        paths.extend(tests.iter().map(|path| RepoPath::new(path)));
        pairs.push(Pair { module, first, n_tests: tests.len() });
    }
    let asked: Vec<&RepoPath> = paths.iter().collect();
    let followed =
        history.follow(survey.workspace, &asked, &looks_like_test).map_err(|error| error.to_string())?;
    let mut n_unknown = 0;
    for pair in &pairs {
        let traces = &followed.traces[pair.first..=pair.first + pair.n_tests];
        let (order, test) = judge(&traces[0], &traces[1..]);
        n_unknown += usize::from(order == "unknown");
        let path = &paths[pair.first + 1 + test];
        facts.push(row(&pair.module, order, traces[0].life(), path, traces[1 + test].life()));
    }
    if n_unknown == 0 { Ok(()) } else { obstacle(&followed, n_unknown).map_or(Ok(()), Err) }
}

/// Whether a kind says which tests cover which module.
fn pairs_modules(kind: &Kind) -> bool {
    ["tests", "has_test"].iter().all(|name| kind.fields.iter().any(|field| field.name == *name))
}

/// What is asked of such a kind: only modules with a test have an order.
fn tested(wanted: &Wanted) -> Wanted {
    let only = |field: &str, value: &str| (field.to_owned(), [value.to_owned()].into());
    let managed = wanted.get_key_value("managed").map(|(field, values)| (field.clone(), values.clone()));
    [only("role", "source"), only("has_test", "true")].into_iter().chain(managed).collect()
}

/// Who came first, and the number of the test that says so: the oldest.
///
/// What counts is the commit that brought the module: had it a test, or did it bring one? A test that was there, was
/// removed and came again was there.
fn judge(module: &Trace, tests: &[Trace]) -> (&'static str, usize) {
    let at = module.life().oldest;
    let there = tests.iter().enumerate().filter_map(|(number, test)| Some((number, test.life_at(at)?)));
    let oldest = there.max_by_key(|(number, life)| (life.oldest, std::cmp::Reverse(*number)));
    let first = || {
        let numbered = tests.iter().enumerate();
        numbered.max_by_key(|(number, test)| (test.life().oldest, std::cmp::Reverse(*number)))
    };
    let first = first().map_or(0, |(number, _)| number);
    match (&module.life().birth, oldest) {
        (Birth::Older, _) => ("older", first),
        (Birth::Unknown, _) => ("unknown", first),
        (_, Some((number, life))) if life.oldest > at => ("test-first", number),
        (_, Some((number, _))) => ("together", number),
        (_, None) if tests.iter().any(|test| test.life().birth == Birth::Unknown) => ("unknown", first),
        (Birth::Commit(commit), None) if commit.is_import => ("imported", first),
        _ if module.life().out_of.is_some() || tests[first].life().out_of.is_some() => ("split", first),
        _ if module.life().n_companions > 0 => ("other-tests", first),
        (Birth::Commit(_) | Birth::Uncommitted, None) => ("code-first", first),
    }
}

/// Whether a path of whatever commit looks like a test's, in any language: nobody knows the roles that files had then.
fn looks_like_test(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let ends = ["_test", "_tests", "_spec", "Test", "Tests", "Spec"];
    ["test_", "Test"].iter().any(|start| stem.starts_with(start))
        || ends.iter().any(|end| stem.ends_with(end))
        || [".test.", ".spec."].iter().any(|part| name.contains(part))
        || folders
            .split('/')
            .any(|part| matches!(part, "test" | "tests" | "spec" | "__tests__" | "testsuite"))
}

fn row(module: &Fact, order: &str, life: &Life, test: &RepoPath, test_life: &Life) -> Fact {
    let path = &module.place.path;
    let is_followed = matches!(life.birth, Birth::Commit(_) | Birth::Uncommitted);
    let values = vec![
        module.get("name").unwrap_or(Value::None),
        module.get("managed").unwrap_or(Value::None),
        Value::text(order),
        commit(life),
        time(life),
        Value::maybe((is_followed && *life.path != *path.as_str()).then_some(&life.path)),
        if is_followed { Value::count(life.came_with) } else { Value::None },
        Value::maybe(life.out_of.as_ref()),
        Value::Text(test.to_shared()),
        Value::Bool(!is_by_content(module)),
        commit(test_life),
        time(test_life),
    ];
    Fact::new(&KIND, Place::whole(path.clone()), path.as_str(), values)
}

/// Whether the best of a module's tests was found by what it does.
fn is_by_content(module: &Fact) -> bool {
    match module.get("reasons") {
        Some(Value::List(reasons)) => reasons.first().is_some_and(|why| BY_CONTENT.contains(&&**why)),
        _ => false,
    }
}

fn commit(life: &Life) -> Value {
    match &life.birth {
        Birth::Commit(commit) => Value::text(&commit.id),
        Birth::Uncommitted | Birth::Older | Birth::Unknown => Value::None,
    }
}

fn time(life: &Life) -> Value {
    match &life.birth {
        Birth::Commit(commit) => Value::text(commit.time()),
        Birth::Uncommitted | Birth::Older | Birth::Unknown => Value::None,
    }
}

/// Why modules could not be judged, and what to do. Nothing where nothing can be done.
fn obstacle(followed: &Traces, n_unknown: usize) -> Option<String> {
    let what = if n_unknown == 1 {
        "whether a module or its test came first".to_owned()
    } else {
        format!("of {n_unknown} modules whether they or their tests came first")
    };
    if let Some(commit) = &followed.cut {
        return Some(format!(
            "the clone is shallow and its history ends with `{commit}`, so {what} cannot be told; fetch the rest with \
             `git fetch --unshallow`, or check out with `fetch-depth: 0`"
        ));
    }
    (followed.n_missing > 0).then(|| {
        format!(
            "the clone is partial and lacks the contents of old files, so {what} cannot be told; fetch them with `git \
             fetch --refetch --no-filter`"
        )
    })
}
