//! The words by which folders and files say what they are for: sources, tests, scripts, generated and vendored code.

use super::folders::Folder;
use super::settings::Settings;

/// What a file is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Code that ships.
    Source,
    /// A test, or what tests use.
    Test,
    /// Code beside what ships: a folder of scripts, loose files beside packages.
    Script,
    /// None of these: examples, migrations, generated and vendored files.
    Other,
}

impl Role {
    /// The word used in the row.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Test => "test",
            Self::Script => "script",
            Self::Other => "other",
        }
    }

    /// Whether it is code that may want a test.
    pub(super) fn is_code(self) -> bool {
        matches!(self, Self::Source | Self::Script)
    }
}

/// What a file is for: its own name may decide what the folder leaves open.
pub(super) fn role_of(folder: &Folder<'_>, stem: &str, settings: &Settings) -> Role {
    let is_setup = matches!(
        stem,
        "setup"
            | "noxfile"
            | "toxfile"
            | "fabfile"
            | "dodo"
            | "versioneer"
            | "hatch_build"
            | "manage"
            | "tasks"
            | "conf"
            | "gunicorn.conf"
            | "sitecustomize"
            | "wsgi"
            | "asgi"
    );
    let is_made = matches!(stem, "_version" | "__version__" | "__about__")
        || ["_pb2", "_pb2_grpc", "_generated"].iter().any(|end| stem.ends_with(end));
    match folder.role {
        Role::Test => Role::Test,
        // Beside scripts and in vendored code, such names say nothing about the modules of this repository.
        Role::Script if folder.is_apart && settings.subject(folder.path, stem).is_none() => Role::Script,
        _ if folder.is_apart => Role::Other,
        _ if settings.subject(folder.path, stem).is_some() || stem == "conftest" => Role::Test,
        // Django keeps the tests of an application in one module of it.
        _ if stem == "tests" && folder.is_package => Role::Test,
        Role::Source | Role::Script if is_made || (is_setup && !folder.is_package) => Role::Other,
        role => role,
    }
}

/// A folder that holds packages and is none.
pub(super) fn is_source_root(part: &str) -> bool {
    matches!(part, "src" | "lib" | "python")
}

/// A folder of tests that says how they test, not what.
pub(super) fn is_sort_of_test(part: &str) -> bool {
    matches!(
        part,
        "unit"
            | "units"
            | "integration"
            | "functional"
            | "e2e"
            | "acceptance"
            | "system"
            | "regression"
            | "smoke"
            | "fast"
            | "slow"
            | "small"
            | "medium"
            | "large"
    ) || is_tests(part)
}

pub(super) fn is_tests(part: &str) -> bool {
    matches!(part, "tests" | "test" | "unittests" | "unit_test" | "integration_test")
        || ["_tests", "-tests"].iter().any(|end| part.ends_with(end))
        || ["tests_", "tests-"].iter().any(|start| part.starts_with(start))
}

/// A folder of files that nobody in this repository writes by hand, or that a tool runs once.
pub(super) fn is_foreign(part: &str) -> bool {
    matches!(
        part,
        "vendor"
            | "_vendor"
            | "vendored"
            | "_vendored"
            | "third_party"
            | "thirdparty"
            | "3rdparty"
            | "extern"
            | "node_modules"
            | "site-packages"
            | "venv"
            | "__pycache__"
            | "migrations"
            | "alembic"
            | "generated"
            | "_generated"
            | "stubs"
            | "typings"
            | "gen"
    ) || (part.starts_with('.') && part.len() > 1)
        || part.contains("{{")
}

/// A folder of loose files, unless it lies in a package.
pub(super) fn is_loose(part: &str) -> bool {
    matches!(
        part,
        "docs"
            | "doc"
            | "example"
            | "examples"
            | "sample"
            | "samples"
            | "demo"
            | "demos"
            | "script"
            | "scripts"
            | "bin"
            | "benchmark"
            | "benchmarks"
            | "bench"
            | "notebooks"
            | "tutorial"
            | "tutorials"
            | "hack"
            | "ci"
            | "build"
            | "dist"
            | "templates"
            | "cookbook"
            | "hooks"
            | "playground"
            | "experiments"
            | "fixtures"
            | "testdata"
            | "packaging"
            | "deploy"
            | "infra"
    )
}

/// A folder of programs that somebody runs by hand.
pub(super) fn is_scripts(part: &str) -> bool {
    matches!(part, "script" | "scripts" | "bin" | "hack" | "ci")
}

/// A folder that an application keeps its code in, with or without an `__init__.py`.
pub(super) fn is_application(part: &str) -> bool {
    is_source_root(part) || matches!(part, "app" | "apps" | "backend" | "server")
}

pub(super) fn is_manifest(name: &str) -> bool {
    matches!(name, "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile")
        || (name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in")))
}

/// Folders whose requirements are not those of a component.
pub(super) fn has_own_needs(part: &str) -> bool {
    matches!(part, "docs" | "doc" | ".devcontainer" | ".github" | "ci")
}

/// A quick look at the end of a path: most files of most repositories are neither manifests nor requirements.
pub(super) fn may_be_manifest(path: &str) -> bool {
    [".toml", ".txt", "setup.py", ".cfg", "Pipfile", ".in", ".ini"].iter().any(|end| path.ends_with(end))
}
