//! What a folder's path says about the Python files in it: which component it belongs to, whether its files are
//! sources, tests or neither, and what its tests are beside. Judges by names alone.

use std::collections::{HashMap, HashSet};

use crate::source::RepoPath;

/// What a file is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Code that ships.
    Source,
    /// A test, or what tests use.
    Test,
    /// Neither: scripts, examples, migrations, generated and vendored files.
    Other,
}

impl Role {
    /// The word used in the row.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Test => "test",
            Self::Other => "other",
        }
    }
}

/// A folder that holds Python files.
#[derive(Debug)]
pub(super) struct Folder<'a> {
    /// Its path.
    pub(super) path: &'a str,
    /// The nearest folder upward that holds a manifest; the root if there is none.
    pub(super) component: &'a str,
    /// Whether there is such a manifest.
    pub(super) managed: bool,
    /// What its files are for, as far as the folder decides.
    pub(super) role: Role,
    /// Where imports start: the parent of the topmost package, or the folder after `src`.
    pub(super) import_root: &'a str,
    /// Whether its own `__init__.py` is there.
    pub(super) is_package: bool,
    /// For tests: the folder that `tests/` lies in. Tests are about what lies beside or below them.
    pub(super) beside: &'a str,
    /// For tests: the outermost folder of tests, `tests` in `tests/unit/api`.
    pub(super) tests_root: Option<&'a str>,
}

impl<'a> Folder<'a> {
    /// The path below `src`, or below where imports start: `["api", "routes"]` of `src/api/routes`.
    pub(super) fn package_parts(&self) -> impl DoubleEndedIterator<Item = &'a str> + use<'a> {
        below(self.path, self.import_root).split('/').filter(|part| !part.is_empty())
    }

    /// The folder that says what a test is about: the last one that is not a sort of test.
    pub(super) fn topic(&self) -> Option<&'a str> {
        let Some(root) = self.tests_root else {
            return last_part(below(self.path, self.component)).filter(|part| !is_source_root(part));
        };
        let inner = below(self.path, root).rsplit('/').find(|part| !part.is_empty() && !is_sort_of_test(part));
        inner.or_else(|| last_part(below(self.beside, self.component)).filter(|part| !is_source_root(part)))
    }
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

/// A folder that holds packages and is none.
pub(super) fn is_source_root(part: &str) -> bool {
    matches!(part, "src" | "lib" | "python")
}

/// A folder of tests that says how they test, not what.
pub(super) fn is_sort_of_test(part: &str) -> bool {
    matches!(
        part,
        "unit" | "units" | "integration" | "functional" | "e2e" | "acceptance" | "system" | "regression" | "smoke"
            | "fast" | "slow" | "small" | "medium" | "large"
    ) || is_tests(part)
}

fn is_tests(part: &str) -> bool {
    matches!(part, "tests" | "test" | "unittests" | "unit_test" | "integration_test")
        || ["_tests", "-tests"].iter().any(|end| part.ends_with(end))
        || ["tests_", "tests-"].iter().any(|start| part.starts_with(start))
}

/// A folder of files that nobody in this repository writes by hand, or that a tool runs once.
fn is_foreign(part: &str) -> bool {
    matches!(
        part,
        "vendor" | "_vendor" | "vendored" | "_vendored" | "third_party" | "thirdparty" | "3rdparty" | "extern"
            | "node_modules" | "site-packages" | "venv" | "__pycache__" | "migrations" | "alembic" | "generated"
            | "_generated" | "stubs" | "typings" | "gen"
    ) || (part.starts_with('.') && part.len() > 1)
        || part.contains("{{")
}

/// A folder of loose files, unless it lies in a package.
fn is_loose(part: &str) -> bool {
    matches!(
        part,
        "docs" | "doc" | "example" | "examples" | "sample" | "samples" | "demo" | "demos" | "script" | "scripts"
            | "bin" | "benchmark" | "benchmarks" | "bench" | "notebooks" | "tutorial" | "tutorials" | "hack" | "ci"
            | "build" | "dist" | "templates" | "cookbook" | "hooks" | "playground" | "experiments" | "fixtures"
            | "testdata" | "packaging" | "deploy" | "infra"
    )
}

/// A folder that an application keeps its code in, with or without an `__init__.py`.
fn is_application(part: &str) -> bool {
    is_source_root(part) || matches!(part, "app" | "apps" | "backend" | "server")
}

fn is_manifest(name: &str) -> bool {
    matches!(name, "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile")
        || (name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in")))
}

/// The folders that hold manifests and packages, found in one pass over the names.
#[derive(Default)]
pub(super) struct Marks<'a> {
    components: HashSet<&'a str>,
    packages: HashSet<&'a str>,
    /// Components that hold a package or a source folder: their loose files are not what ships.
    structured: HashSet<&'a str>,
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
        for path in paths.iter().filter(|path| is_candidate(path.as_str())) {
            let (folder, name) = (path.parent(), path.name());
            // A module of a package may be called `setup.py`, and tests and pages have requirements of their own.
            let inner = name == "setup.py" && marks.packages.contains(folder);
            if is_manifest(name) && !inner && !folder.split('/').any(|part| is_tests(part) || is_apart(part)) {
                marks.components.insert(folder);
            } else if folder.ends_with("requirements") && name.ends_with(".txt") {
                marks.components.insert(above(folder).unwrap_or_default());
            }
        }
        let mut packages: Vec<_> = marks.packages.iter().copied().collect();
        packages.sort_unstable();
        for package in packages {
            let part = last_part(package).unwrap_or_default();
            if !is_tests(part) && !is_loose(part) {
                marks.structured.insert(marks.component(package).0);
            }
        }
        marks
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
            component,
            managed,
            role: Role::Other,
            import_root: component,
            is_package: self.packages.contains(path),
            beside: path,
            tests_root: None,
        };
        let mut in_package = false;
        let mut in_application = false;
        let mut apart = false;
        let mut end = 0;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let parent = &path[..end.max(1) - usize::from(end > 0)];
            let parent = if end == 0 { "" } else { parent };
            let here = &path[..end + part.len()];
            end += part.len() + 1;
            if is_tests(part) && folder.tests_root.is_none() {
                folder.tests_root = Some(here);
                folder.beside = parent;
            }
            let is_inner = here.len() > component.len();
            apart |= is_foreign(part) || (is_loose(part) && !in_package && !in_application);
            if is_inner && is_source_root(part) && !in_package {
                folder.import_root = here;
            } else if self.packages.contains(here) && !in_package {
                if folder.import_root.len() < parent.len() {
                    folder.import_root = parent;
                }
                in_package = true;
            }
            in_application |= is_inner && is_application(part);
        }
        folder.role = match (folder.tests_root, apart) {
            (Some(_), _) => Role::Test,
            (None, true) => Role::Other,
            (None, false) if in_package || in_application || !self.is_structured(component) => Role::Source,
            (None, false) => Role::Other,
        };
        folder
    }

    fn is_structured(&self, component: &str) -> bool {
        self.structured.contains(component)
    }
}

/// Folders whose requirements are not those of a component.
fn is_apart(part: &str) -> bool {
    matches!(part, "docs" | "doc" | ".devcontainer" | ".github" | "ci")
}

/// A quick look at the end of a path: most files of most repositories are neither manifests nor requirements.
fn is_candidate(path: &str) -> bool {
    [".toml", ".txt", "setup.py", ".cfg", "Pipfile", ".in"].iter().any(|end| path.ends_with(end))
}

/// A module by its path: the file's own name may decide what the folder leaves open.
pub(super) fn role_of(folder: &Folder<'_>, path: &RepoPath) -> Role {
    let name = path.name();
    let is_setup = matches!(
        name,
        "setup.py" | "noxfile.py" | "toxfile.py" | "fabfile.py" | "dodo.py" | "versioneer.py" | "hatch_build.py"
            | "manage.py" | "tasks.py" | "conf.py" | "gunicorn.conf.py" | "sitecustomize.py" | "wsgi.py" | "asgi.py"
    );
    let is_made = matches!(name, "_version.py" | "__version__.py" | "__about__.py")
        || ["_pb2.py", "_pb2_grpc.py", "_generated.py"].iter().any(|end| name.ends_with(end));
    match folder.role {
        Role::Test => Role::Test,
        _ if is_test_name(path.stem()) || name == "conftest.py" => Role::Test,
        // Django keeps the tests of an application in one module of it.
        _ if name == "tests.py" && folder.is_package => Role::Test,
        Role::Source if is_made || (is_setup && !folder.is_package) => Role::Other,
        role => role,
    }
}

/// Whether a test runner takes a file of this name for a test.
pub(super) fn is_test_name(stem: &str) -> bool {
    stem.starts_with("test_") || stem.ends_with("_test")
}

/// Numbers the folders of files, each looked at once.
pub(super) fn number_folders<'a>(marks: &Marks<'a>, files: &[&'a RepoPath]) -> (Vec<Folder<'a>>, Vec<u32>) {
    let mut known: HashMap<&str, u32> = HashMap::new();
    let mut folders = Vec::new();
    let mut of_file = Vec::with_capacity(files.len());
    let mut last = (None, 0);
    for file in files {
        let parent = file.parent();
        if last.0 != Some(parent) {
            let number = *known.entry(parent).or_insert_with(|| {
                folders.push(marks.folder(parent));
                u32::try_from(folders.len() - 1).unwrap_or(u32::MAX)
            });
            last = (Some(parent), number);
        }
        of_file.push(last.1);
    }
    (folders, of_file)
}
