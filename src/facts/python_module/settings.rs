//! What the configuration of a component says of its tests and commands: pytest's own settings and the entry points
//! of a project. Reads sections and keys line by line; resolves nothing.

use rayon::prelude::*;

use super::folders::above;
use crate::source::RepoPath;
use crate::workspace::{Workspace, text_of};

/// What all configurations of a repository say together.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// Folders that tests are looked for in, sorted.
    pub(super) test_folders: Vec<String>,
    /// How test files are called below a folder, beside `test_*.py` and `*_test.py`; sorted by folder.
    patterns: Vec<(String, Pattern)>,
    /// Folders that tests have on their path.
    pub(super) import_roots: Vec<String>,
    /// The folder of a project, the name of a command, and the dotted module that it starts.
    pub(super) commands: Vec<(String, String, String)>,
}

/// A name with one `*` in it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pattern {
    start: String,
    end: String,
}

/// At most so many files are read: a repository with more is a collection of projects, and each says little.
const MANY: usize = 4_000;

/// Whether a file may configure tests.
pub(super) fn may_configure(name: &str) -> bool {
    matches!(name, "pyproject.toml" | "pytest.ini" | ".pytest.ini" | "pytest.toml" | "tox.ini" | "setup.cfg")
}

impl Settings {
    /// Reads the files that may configure tests.
    pub(super) fn read(workspace: &Workspace, files: &[&RepoPath]) -> Self {
        let read: Vec<Self> = files
            .par_iter()
            .take(MANY)
            .map_init(Vec::new, |buffer, path| match workspace.read_bytes(path, buffer) {
                Ok(()) => Self::of(path.parent(), path.name(), &text_of(buffer)),
                Err(_) => Self::default(),
            })
            .collect();
        let mut all = Self::default();
        for one in read {
            all.test_folders.extend(one.test_folders);
            all.patterns.extend(one.patterns);
            all.import_roots.extend(one.import_roots);
            all.commands.extend(one.commands);
        }
        all.test_folders.sort_unstable();
        all.test_folders.dedup();
        all.patterns.sort_unstable();
        all
    }

    fn of(folder: &str, file: &str, text: &str) -> Self {
        let mut settings = Self::default();
        each_entry(text, |section, key, value| {
            let is_pytest = match section {
                "tool.pytest.ini_options" | "tool.pytest" | "tool:pytest" => true,
                "pytest" => file != "pyproject.toml",
                _ => false,
            };
            match key {
                "testpaths" if is_pytest => settings.test_folders.extend(folders(folder, value)),
                "pythonpath" if is_pytest => settings.import_roots.extend(folders(folder, value)),
                "python_files" if is_pytest => {
                    let patterns = words(value).filter_map(Pattern::new);
                    settings.patterns.extend(patterns.map(|pattern| (folder.to_owned(), pattern)));
                }
                "console_scripts" if section == "options.entry_points" => {
                    for (name, target) in value.lines().filter_map(|line| line.split_once('=')) {
                        settings.command(folder, name, target);
                    }
                }
                name if matches!(section, "project.scripts" | "tool.poetry.scripts") => {
                    settings.command(folder, name, value);
                }
                _ => {}
            }
        });
        settings
    }

    fn command(&mut self, folder: &str, name: &str, target: &str) {
        let quotes = ['"', '\'', ' '];
        let module = target.trim().trim_matches(quotes).split([':', ' ']).next().unwrap_or_default();
        let name = name.trim().trim_matches(quotes);
        if !module.is_empty() && !name.is_empty() {
            self.commands.push((folder.to_owned(), name.to_owned(), module.to_owned()));
        }
    }

    /// What a test in this folder says it tests: `pool` of `test_pool` and of `pool_test`; nothing for other names.
    pub(super) fn subject<'s>(&self, folder: &str, stem: &'s str) -> Option<&'s str> {
        subject(stem).or_else(|| {
            let mut here = Some(folder).filter(|_| !self.patterns.is_empty());
            while let Some(folder) = here {
                let own = self.patterns.iter().filter(|(known, _)| known == folder);
                if let Some(subject) = own.filter_map(|(_, pattern)| pattern.subject(stem)).next() {
                    return Some(subject);
                }
                here = above(folder);
            }
            None
        })
    }
}

/// What a test says it tests where nothing is configured.
pub(super) fn subject(stem: &str) -> Option<&str> {
    stem.strip_prefix("test_").or_else(|| stem.strip_suffix("_test"))
}

impl Pattern {
    /// Of `check_*.py`, the two ends; nothing for what would fit every file.
    fn new(pattern: &str) -> Option<Self> {
        let name = pattern.rsplit('/').next()?.strip_suffix(".py")?;
        let (start, end) = name.split_once('*')?;
        let is_plain = !start.contains(['[', '?']) && !end.contains(['[', '?', '*']);
        (is_plain && start.len() + end.len() > 2)
            .then(|| Self { start: start.to_owned(), end: end.to_owned() })
    }

    fn subject<'s>(&self, stem: &'s str) -> Option<&'s str> {
        let inner = stem.strip_prefix(self.start.as_str())?.strip_suffix(self.end.as_str())?;
        Some(inner.trim_matches('_')).filter(|inner| !inner.is_empty())
    }
}

/// The folders that a value names; the component itself is none.
fn folders(folder: &str, value: &str) -> Vec<String> {
    let inside = |path: &str| {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        let leaves = path.is_empty() || path.starts_with(['/', '.']) || path.contains(['*', '$', '%', '{']);
        (!leaves).then(|| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") })
    };
    words(value).filter_map(inside).collect()
}

/// The items of a list in TOML, or the words of a line in an INI file.
fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split([' ', '\n', '\r', '\t', ',', '"', '\'', '[', ']']).filter(|word| !word.is_empty())
}

/// Calls `add` with the section, the key and the value of each entry; a value may run over several lines.
fn each_entry<'a>(text: &'a str, mut add: impl FnMut(&str, &str, &'a str)) {
    let mut section = "";
    let mut lines = text.split_inclusive('\n').scan(0, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line))
    });
    let mut next = lines.next();
    while let Some((at, line)) = next {
        next = lines.next();
        let trimmed = line.trim();
        if line.starts_with('[') {
            section = trimmed.trim_start_matches('[').split(']').next().unwrap_or_default().trim();
            continue;
        }
        let Some(equals) = line.find('=').filter(|_| !line.starts_with([' ', '\t', '#', ';'])) else {
            continue;
        };
        let key = line[..equals].trim();
        let mut end = at + line.len();
        let mut is_open = is_open_list(&line[equals + 1..]);
        while let Some((at, line)) = next {
            if !is_open && !line.starts_with([' ', '\t']) {
                break;
            }
            is_open = is_open && !line.contains(']');
            end = at + line.len();
            next = lines.next();
        }
        add(section, key, text[at + equals + 1..end].trim());
    }
}

fn is_open_list(value: &str) -> bool {
    value.trim_start().starts_with('[') && !value.contains(']')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pytest_is_configured_in_four_files() {
        let toml = "[project.scripts]\nshop = \"shop.cli:main\"\n[tool.pytest.ini_options]\ntestpaths = [\n  \"checks\", './qa/',\n]\n\
                    python_files = [\"check_*.py\", \"*.py\"]\npythonpath = [\"lib\"]\n";
        let settings = Settings::of("a", "pyproject.toml", toml);
        assert_eq!(settings.test_folders, ["a/checks", "a/qa"]);
        assert_eq!(settings.import_roots, ["a/lib"]);
        assert_eq!(settings.subject("a/b", "check_pool"), Some("pool"));
        assert_eq!(settings.subject("b", "check_pool"), None);
        assert_eq!(settings.commands, [("a".into(), "shop".into(), "shop.cli".into())]);
        let ini = "[pytest]\ntestpaths = checks\n    qa\npython_files = *_spec.py\n[other]\ntestpaths = x\n";
        let settings = Settings::of("", "tox.ini", ini);
        assert_eq!(settings.test_folders, ["checks", "qa"]);
        assert_eq!(settings.subject("", "pool_spec"), Some("pool"));
        let cfg = "[options.entry_points]\nconsole_scripts =\n    shop = shop.cli:main\n[tool:pytest]\ntestpaths=.\n";
        let settings = Settings::of("", "setup.cfg", cfg);
        assert_eq!(settings.commands.len(), 1);
        assert!(settings.test_folders.is_empty());
    }

    proptest! {
        #[test]
        fn any_text_does(text in "(\\[pytest\\]|\\[|\\]|=|testpaths|python_files|\\*\\.py|\n|\"|[\\PC]){0,60}") {
            Settings::of("a", "pytest.ini", &text);
        }
    }
}
