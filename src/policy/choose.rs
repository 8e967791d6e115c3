//! Which policies run, and how: the command line over the configuration over the header.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Options, Policy, Selection};
use crate::config::{Config, Level, PolicyConfig, failures};
use crate::document::{Problem, Setting, unknown};
use crate::facts::Fact;
use crate::finding::{Failure, FailureKind, Severity};
use crate::glob::PathSet;
use crate::source::{SourceFile, Span};

/// The word that selects every policy.
const ALL: &str = "ALL";

/// What the command line says about policies.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Ids after `--select`.
    pub select: Vec<String>,
    /// Ids after `--ignore`.
    pub ignore: Vec<String>,
}

/// A policy that may run, with its settings.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The policy.
    pub policy: Arc<Policy>,
    /// The severity of its findings.
    pub severity: Severity,
    /// The only paths it judges; empty for all.
    pub include: PathSet,
    /// Paths it does not judge.
    pub exclude: PathSet,
    /// Its options.
    pub options: Options,
    /// Somebody named it, so it runs whatever the repository holds.
    pub is_named: bool,
}

impl Choice {
    /// The selections by which facts reach the script, with the values that the options hold.
    #[must_use]
    pub fn selections(&self) -> Vec<Selection> {
        let mut selections = self.policy.selections();
        selections.iter_mut().for_each(|selection| selection.fill_in(self.options.settings()));
        selections
    }

    /// Why the script is not asked about a fact of a kind that it judges; empty if it is.
    #[must_use]
    pub fn why_not_asked(&self, fact: &Fact) -> Vec<String> {
        let path = &fact.place.path;
        if self.exclude.matches_path(path) {
            return vec!["`exclude` of the policy names the file".to_owned()];
        }
        if !self.include.is_empty() && !self.include.matches_path(path) {
            return vec!["`include` of the policy does not name the file".to_owned()];
        }
        let selections = self.selections();
        let of_kind = selections.iter().filter(|selection| selection.kind().name == fact.kind.name);
        of_kind.flat_map(|selection| selection.mismatches(fact)).collect()
    }
}

/// The result of choosing.
#[derive(Debug, Default)]
pub struct Chosen {
    /// The policies that may run, sorted by id.
    pub choices: Vec<Choice>,
    /// The policies that do not, with the reason, sorted by id.
    pub skipped: Vec<(Arc<str>, String)>,
    /// Problems of the configuration's policy tables.
    pub failures: Vec<Failure>,
}

/// Chooses among the policies.
///
/// # Errors
/// When the command line names a policy that does not exist, with a suggestion.
pub fn choose(policies: &[Arc<Policy>], config: &Config, request: &Request) -> Result<Chosen, String> {
    for id in request.select.iter().chain(&request.ignore) {
        check_id(policies, id)?;
    }
    let mut chosen = Chosen::default();
    let mut problems = Problems { own: config.file.clone(), failures: Vec::new() };
    let empty = PolicyConfig::default();
    for policy in policies {
        let table = config.policies.get(&*policy.id);
        let options = options(policy, table.unwrap_or(&empty), &mut problems);
        match why_not(policy, table, config, request) {
            Some(reason) => chosen.skipped.push((Arc::clone(&policy.id), reason)),
            None => chosen.choices.push(choice(policy, table, config, request, options)),
        }
    }
    let known = || policies.iter().map(|policy| &*policy.id);
    for (id, table) in &config.policies {
        if !known().any(|policy| policy == id) {
            problems.add(table.file.as_ref(), Problem::new(table.span, unknown("policy", id, known())));
        }
    }
    for id in config.select.iter().chain(&config.ignore) {
        if let Err(message) = check_id(policies, id) {
            let span = config
                .file
                .as_ref()
                .and_then(|file| file.text.find(&format!("\"{id}\"")))
                .unwrap_or_default();
            problems.add(None, Problem::new(Span::new(span, span + id.len() + 2), message));
        }
    }
    chosen.failures = problems.failures;
    Ok(chosen)
}

/// The problems of policy tables, each in the file that it stands in.
struct Problems {
    /// The configuration's own file.
    own: Option<Arc<SourceFile>>,
    failures: Vec<Failure>,
}

impl Problems {
    fn add(&mut self, file: Option<&Arc<SourceFile>>, problem: Problem) {
        match file.or(self.own.as_ref()) {
            Some(file) => self.failures.extend(failures(file, vec![problem])),
            None => self.failures.push(Failure {
                kind: FailureKind::Config,
                path: None,
                policy: None,
                message: problem.message,
            }),
        }
    }
}

fn check_id(policies: &[Arc<Policy>], id: &str) -> Result<(), String> {
    if id == ALL || policies.iter().any(|policy| *policy.id == *id) {
        return Ok(());
    }
    Err(unknown("policy", id, policies.iter().map(|policy| &*policy.id)))
}

/// Whether a list of ids names a policy, by its own id or by the word for all.
fn names(list: &[String], policy: &Policy) -> bool {
    list.iter().any(|id| id == ALL || **id == *policy.id)
}

/// Why a policy is not to run at all; nothing if it may.
fn why_not(
    policy: &Policy,
    table: Option<&PolicyConfig>,
    config: &Config,
    request: &Request,
) -> Option<String> {
    let names = |list: &[String]| names(list, policy);
    if names(&request.ignore) {
        return Some("`--ignore` names it".to_owned());
    }
    if !request.select.is_empty() {
        return (!names(&request.select)).then(|| "`--select` does not name it".to_owned());
    }
    if table.is_some_and(|table| table.level == Some(Level::Off)) {
        return Some("the configuration turns it off".to_owned());
    }
    if names(&config.ignore) {
        return Some("the configuration ignores it".to_owned());
    }
    if !config.select.is_empty() && !names(&config.select) && table.is_none() {
        return Some("the configuration does not select it".to_owned());
    }
    None
}

fn choice(
    policy: &Arc<Policy>,
    table: Option<&PolicyConfig>,
    config: &Config,
    request: &Request,
    options: Options,
) -> Choice {
    let names = |list: &[String]| names(list, policy);
    // Patterns were checked when the configuration was read.
    let paths = |patterns: Option<&Vec<String>>| {
        PathSet::new(patterns.map_or(&[][..], Vec::as_slice)).unwrap_or_else(|_| PathSet::none())
    };
    let severity = match table.and_then(|table| table.level) {
        Some(Level::On(severity)) => severity,
        _ => policy.header.severity,
    };
    Choice {
        severity,
        include: paths(table.map(|table| &table.include)),
        exclude: paths(table.map(|table| &table.exclude)),
        options,
        is_named: names(&request.select) || names(&config.select) || table.is_some(),
        policy: Arc::clone(policy),
    }
}

/// The options of a policy: the header's defaults under what the configuration says. A value of another type, or an
/// option that the policy does not have, is a problem and has no effect.
fn options(policy: &Policy, table: &PolicyConfig, problems: &mut Problems) -> Options {
    let specs = &policy.header.options;
    let mut values: BTreeMap<String, Setting> =
        specs.iter().map(|(name, spec)| (name.clone(), spec.default.clone())).collect();
    for (name, value) in &table.options {
        let Some(spec) = specs.get(name) else {
            let known = specs.keys().map(String::as_str).chain(crate::config::POLICY_KEYS);
            let message = format!("`{}` has no such option: {}", policy.id, unknown("option", name, known));
            problems.add(value.file.as_ref(), Problem::new(value.key_span, message));
            continue;
        };
        if spec.default.accepts(&value.setting) {
            let setting = match (&spec.default, &value.setting) {
                // An empty list has the type of the list that it replaces.
                (Setting::Ints(_), Setting::Texts(_)) => Setting::Ints(Vec::new()),
                (_, setting) => setting.clone(),
            };
            values.insert(name.clone(), setting);
        } else {
            let message =
                format!("`{name}` takes {}, not {}", spec.default.type_word(), value.setting.type_word());
            problems.add(value.file.as_ref(), Problem::new(value.span, message));
        }
    }
    Options::new(values)
}
