//! The configuration of a run: one `policylint.toml`, `.policylint.toml` or `[tool.policylint]`, read strictly and
//! with spans. Knows the names of its keys, nothing of what a policy's options mean.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::document::{Problem, Setting, Table};
use crate::finding::{Failure, FailureKind, Severity};
use crate::source::{RepoPath, SourceFile, Span};
use crate::workspace::{Unread, Workspace};

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
    /// The search for a root ends at this file's folder, even below a git checkout.
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
    /// The file that it stands in, where that is not the configuration's own.
    pub file: Option<Arc<SourceFile>>,
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
#[derive(Debug, Clone)]
pub struct OptionValue {
    /// The value.
    pub setting: Setting,
    /// Where the key stands.
    pub key_span: Span,
    /// Where the value stands.
    pub span: Span,
    /// The file that it stands in, where that is not the configuration's own.
    pub file: Option<Arc<SourceFile>>,
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
    let Some(Ok(file)) = discover(&Workspace::on_disk(folder)) else { return false };
    let mut problems = Vec::new();
    let (document, _) = crate::document::parse(&file.text);
    read::section(&file, &document, &mut problems)
        .is_some_and(|table| table.bool("root", &mut problems) == Some(true))
}

/// Whether a folder holds a configuration.
#[must_use]
pub fn is_configured(folder: &Path) -> bool {
    discover(&Workspace::on_disk(folder)).is_some()
}

/// Whether a repository's `pyproject.toml` configures policylint.
#[must_use]
pub fn is_in_pyproject(workspace: &Workspace) -> bool {
    matches!(present(workspace, "pyproject.toml"), Some(Ok(_)))
}

/// The file that configures a repository, whether or not it can be read.
#[must_use]
pub fn file_of(workspace: &Workspace) -> Option<RepoPath> {
    discover(workspace).map(|found| match found {
        Ok(file) => file.path,
        Err((path, _)) => path,
    })
}

/// Finds and reads the configuration of a repository. One that is there but cannot be read is a failure: a run
/// without the rules somebody wrote must not look like one with them.
#[must_use]
pub fn load(workspace: &Workspace) -> Loaded {
    match discover(workspace) {
        None => Loaded::default(),
        Some(Ok(file)) => {
            let second = second_configuration(&file, workspace);
            let mut loaded = load_text(file);
            if let (Some(problem), Some(file)) = (second, &loaded.config.file) {
                loaded.failures.extend(failures(file, vec![problem]));
            }
            loaded
        }
        Some(Err((path, why))) => {
            let message = format!("the configuration `{path}` cannot be read: {why}");
            let path = Some(crate::source::Place::whole(path));
            let failure = Failure { kind: FailureKind::Config, path, policy: None, message };
            Loaded { failures: vec![failure], ..Loaded::default() }
        }
    }
}

/// Reads a configuration file.
#[must_use]
pub fn load_text(file: SourceFile) -> Loaded {
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
        loaded.config.lay_over(over, &document, &file);
        loaded.failures.extend(failures(&file, problems));
        loaded.sources.push(file);
    }
}

fn quoted(setting: &str) -> String {
    let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
    format!("{key}={}", Setting::Text(value.trim().to_owned()).to_toml())
}

impl Config {
    /// Lays what was set on a command line over this; a list that is set to nothing is set all the same.
    fn lay_over(&mut self, over: Self, document: &Table<'_>, file: &Arc<SourceFile>) {
        let replace = |key: &str, mine: &mut Vec<String>, theirs: Vec<String>| {
            if document.get(key).is_some() {
                *mine = theirs;
            }
        };
        replace("exclude", &mut self.exclude, over.exclude);
        replace("select", &mut self.select, over.select);
        replace("ignore", &mut self.ignore, over.ignore);
        self.severity = over.severity.or(self.severity);
        self.fail_on = over.fail_on.or(self.fail_on);
        self.policy_paths = over.policy_paths.or(self.policy_paths.take());
        for (id, theirs) in over.policies {
            let mine = self.policies.entry(id).or_insert_with(|| PolicyConfig {
                file: Some(Arc::clone(file)),
                span: theirs.span,
                ..PolicyConfig::default()
            });
            mine.level = theirs.level.or(mine.level);
            if !theirs.include.is_empty() {
                mine.include = theirs.include;
            }
            if !theirs.exclude.is_empty() {
                mine.exclude = theirs.exclude;
            }
            let options = theirs.options.into_iter();
            mine.options.extend(
                options.map(|(name, value)| (name, OptionValue { file: Some(Arc::clone(file)), ..value })),
            );
        }
    }
}

/// A configuration file, or why it cannot be read.
type Discovered = Result<SourceFile, (RepoPath, Unread)>;

/// The configuration file of a repository, by the order of [`FILE_NAMES`]; `pyproject.toml` only with a section.
fn discover(workspace: &Workspace) -> Option<Discovered> {
    FILE_NAMES.iter().find_map(|name| present(workspace, name))
}

fn present(workspace: &Workspace, name: &str) -> Option<Discovered> {
    let path = RepoPath::new(name);
    match workspace.read(&path) {
        Ok(file) => is_ours(&file).then_some(Ok(file)),
        // What cannot be read cannot be known to be ours, except by its name.
        Err(Unread::Missing) => None,
        Err(_) if name == "pyproject.toml" => None,
        Err(why) => Some(Err((path, why))),
    }
}

fn is_ours(file: &SourceFile) -> bool {
    if file.path.name() != "pyproject.toml" {
        return true;
    }
    // Nearly every Python project has this file: it is parsed only where the word stands in it.
    let mut problems = Vec::new();
    file.text.contains("policylint")
        && read::section(file, &crate::document::parse(&file.text).0, &mut problems).is_some()
}

/// Two configurations in one folder contradict each other sooner or later: only the first counts, and that is said.
fn second_configuration(file: &SourceFile, workspace: &Workspace) -> Option<Problem> {
    let at = FILE_NAMES.iter().position(|name| *name == file.path.as_str())?;
    let other = FILE_NAMES[at + 1..].iter().find(|name| present(workspace, name).is_some())?;
    let message = format!("`{other}` configures policylint as well and is not used; keep one of the two");
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

/// The keys of every table under `[policies]`; all others are options that only the policy knows.
pub(crate) const POLICY_KEYS: [&str; 3] = ["exclude", "include", "severity"];

/// The keys at the top of a configuration.
pub(crate) fn top_keys() -> Vec<&'static str> {
    schema::KEYS.iter().map(|key| key.name).collect()
}
