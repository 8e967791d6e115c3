//! The configuration of a run: one `policylint.toml`, `.policylint.toml` or `[tool.policylint]`, read strictly and
//! with spans. Knows the names of its keys, nothing of what a policy's options mean.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::document::{Problem, Setting, Table};
use crate::finding::{Failure, FailureKind, Severity};
use crate::source::{RepoPath, SourceFile, Span};
use crate::workspace::Workspace;

mod read;
pub mod schema;

/// The file names of a configuration, in the order in which they are looked for.
pub const FILE_NAMES: [&str; 3] = ["policylint.toml", ".policylint.toml", "pyproject.toml"];

/// Where custom policies lie unless the configuration says otherwise.
pub const DEFAULT_POLICY_PATH: &str = ".policylint/policies";

/// The effective configuration.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file it was read from; none for the defaults.
    pub file: Option<Arc<SourceFile>>,
    /// The root of the repository ends the search for a root here, even below a git checkout.
    pub is_root: bool,
    /// Paths that no policy judges.
    pub exclude: Vec<String>,
    /// The policies to run, whatever the repository holds; empty for those that apply.
    pub select: Vec<String>,
    /// Policies not to run.
    pub ignore: Vec<String>,
    /// The mildest severity that is shown.
    pub severity: Option<Severity>,
    /// The mildest severity that fails a run.
    pub fail_on: Option<Severity>,
    /// Folders of custom policies, relative to the root.
    pub policy_paths: Option<Vec<String>>,
    /// The tables of single policies, by id.
    pub policies: BTreeMap<String, PolicyConfig>,
}

/// What the configuration says about one policy.
#[derive(Debug, Clone, Default)]
pub struct PolicyConfig {
    /// How much its findings matter, or that it is off.
    pub level: Option<Level>,
    /// The only paths it judges; empty for all.
    pub include: Vec<String>,
    /// Paths it does not judge.
    pub exclude: Vec<String>,
    /// Its own options, still to be checked against its header.
    pub options: BTreeMap<String, OptionValue>,
    /// Where its table stands.
    pub span: Span,
}

/// A severity, or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The policy does not run.
    Off,
    /// Its findings have this severity.
    On(Severity),
}

/// An option's value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionValue {
    /// The value.
    pub setting: Setting,
    /// Where the key stands.
    pub key_span: Span,
    /// Where the value stands.
    pub span: Span,
}

/// A configuration and what is wrong with it. What could be read is in force all the same, so that one bad line
/// hides no finding.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Its problems.
    pub failures: Vec<Failure>,
    /// The files that the problems stand in, for reports that show text.
    pub sources: Vec<Arc<SourceFile>>,
}

impl Config {
    /// The folders of custom policies.
    #[must_use]
    pub fn policy_paths(&self) -> Vec<RepoPath> {
        match &self.policy_paths {
            Some(paths) => paths.iter().map(|path| RepoPath::new(path)).collect(),
            None => vec![RepoPath::new(DEFAULT_POLICY_PATH)],
        }
    }
}

/// Whether a folder holds a configuration that says `root = true`.
#[must_use]
pub fn is_declared_root(folder: &Path) -> bool {
    let workspace = Workspace::on_disk(folder);
    discover(&workspace).is_some_and(|file| {
        let mut problems = Vec::new();
        let (document, _) = crate::document::parse(&file.text);
        read::section(&file, &document, &mut problems)
            .is_some_and(|table| table.bool("root", &mut problems) == Some(true))
    })
}

/// Finds and reads the configuration of a repository.
#[must_use]
pub fn load(workspace: &Workspace) -> Loaded {
    discover(workspace).map_or_else(Loaded::default, |file| load_text(file, workspace))
}

/// Reads a configuration file that was named.
#[must_use]
pub fn load_text(file: SourceFile, workspace: &Workspace) -> Loaded {
    let file = Arc::new(file);
    let mut problems = Vec::new();
    let (document, syntax) = crate::document::parse(&file.text);
    let mut config = match read::section(&file, &document, &mut problems) {
        Some(table) => read::config(&table, &mut problems),
        None => Config::default(),
    };
    if let Some(first) = syntax.into_iter().next() {
        // Behind a slip of syntax, what is read of the rest may be in force but is nothing to complain about.
        problems = vec![first];
    }
    problems.extend(second_configuration(&file, workspace));
    config.file = Some(Arc::clone(&file));
    let failures = failures(&file, problems);
    Loaded { config, failures, sources: vec![file] }
}

/// Lays `KEY=VALUE` settings of a command line over a configuration.
pub fn override_with(loaded: &mut Loaded, settings: &[String]) {
    for setting in settings {
        let name = RepoPath::new("--config");
        // A value without quotes is what most people type in a shell.
        let text =
            if crate::document::parse(setting).1.is_empty() { setting.clone() } else { quoted(setting) };
        let file = Arc::new(SourceFile::new(name, text));
        let (document, mut problems) = crate::document::parse(&file.text);
        let over = read::config(&document, &mut problems);
        loaded.config.lay_over(over);
        loaded.failures.extend(failures(&file, problems));
        loaded.sources.push(file);
    }
}

fn quoted(setting: &str) -> String {
    let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
    format!("{key}={}", Setting::Text(value.trim().to_owned()).to_toml())
}

impl Config {
    fn lay_over(&mut self, over: Self) {
        let replace = |mine: &mut Vec<String>, theirs: Vec<String>| {
            if !theirs.is_empty() {
                *mine = theirs;
            }
        };
        replace(&mut self.exclude, over.exclude);
        replace(&mut self.select, over.select);
        replace(&mut self.ignore, over.ignore);
        self.severity = over.severity.or(self.severity);
        self.fail_on = over.fail_on.or(self.fail_on);
        self.policy_paths = over.policy_paths.or(self.policy_paths.take());
        for (id, theirs) in over.policies {
            let mine = self.policies.entry(id).or_default();
            mine.level = theirs.level.or(mine.level);
            replace(&mut mine.include, theirs.include);
            replace(&mut mine.exclude, theirs.exclude);
            mine.options.extend(theirs.options);
        }
    }
}

/// The configuration file of a repository, by the order of [`FILE_NAMES`]; `pyproject.toml` only with a section.
fn discover(workspace: &Workspace) -> Option<SourceFile> {
    FILE_NAMES.iter().find_map(|name| present(workspace, name))
}

fn present(workspace: &Workspace, name: &str) -> Option<SourceFile> {
    let file = workspace.read(&RepoPath::new(name)).ok()?;
    let is_ours = name != "pyproject.toml" || file.text.contains("[tool.policylint");
    is_ours.then_some(file)
}

/// Two configurations in one folder contradict each other sooner or later: only the first counts, and that is said.
fn second_configuration(file: &SourceFile, workspace: &Workspace) -> Option<Problem> {
    let at = FILE_NAMES.iter().position(|name| *name == file.path.as_str())?;
    let other = FILE_NAMES[at + 1..].iter().find_map(|name| present(workspace, name))?;
    let message =
        format!("`{}` configures policylint as well and is not used; keep one of the two", other.path);
    Some(Problem::new(Span::default(), message))
}

/// Problems of a file as failures.
#[must_use]
pub fn failures(file: &SourceFile, problems: Vec<Problem>) -> Vec<Failure> {
    let failure = |problem: Problem| Failure {
        kind: FailureKind::Config,
        path: Some(file.place(problem.span)),
        policy: None,
        message: problem.message,
    };
    problems.into_iter().map(failure).collect()
}

/// A table under `[policies]`, for messages about keys that only a policy knows.
pub(crate) const POLICY_KEYS: [&str; 3] = ["exclude", "include", "severity"];

/// The keys at the top of a configuration.
pub(crate) fn top_keys() -> Vec<&'static str> {
    schema::KEYS.iter().map(|key| key.name).collect()
}

/// A table of a configuration.
pub(crate) type ConfigTable<'a> = Table<'a>;
