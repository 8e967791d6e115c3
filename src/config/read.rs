//! Turns the TOML of a configuration into a [`Config`], collecting every problem on the way.

use std::collections::BTreeMap;

use super::{Config, LANGUAGE_KEYS, Level, OptionValue, POLICY_KEYS, PolicyConfig, suppress, top_keys};
use crate::document::{Problem, Table};
use crate::finding::Severity;
use crate::glob::PathSet;
use crate::source::SourceFile;

/// The part of a file that configures this program: all of it, or `[tool.policylint]`.
pub(super) fn section<'a>(
    file: &SourceFile,
    document: &Table<'a>,
    problems: &mut Vec<Problem>,
) -> Option<Table<'a>> {
    if file.path.name() == "pyproject.toml" {
        document.table("tool", problems)?.table("policylint", problems)
    } else {
        Some(document.clone())
    }
}

/// Reads the top of a configuration.
pub(super) fn config(table: &Table<'_>, problems: &mut Vec<Problem>) -> Config {
    table.reject_unknown("key", &top_keys(), problems);
    let mut config = Config {
        is_root: table.bool("root", problems).unwrap_or_default(),
        exclude: patterns(table, "exclude", problems),
        select: table.texts("select", problems).unwrap_or_default(),
        ignore: table.texts("ignore", problems).unwrap_or_default(),
        severity: severity(table, "severity", problems),
        fail_on: severity(table, "fail-on", problems),
        policy_paths: policy_paths(table, problems),
        baseline: baseline(table, problems),
        require_reason: level(table, "require-reason", problems),
        suppress: suppress::entries(table, problems),
        ..Config::default()
    };
    if let Some(languages) = table.table("languages", problems) {
        for entry in languages.entries() {
            if let Some(table) = entry.table(problems) {
                config.languages.insert(entry.key.clone(), language(&table, problems));
            }
        }
    }
    if let Some(policies) = table.table("policies", problems) {
        for entry in policies.entries() {
            if let Some(table) = entry.table(problems) {
                config.policies.insert(entry.key.clone(), policy(&table, problems));
            }
        }
    }
    config
}

/// The lists of a language; a list that could not be used is a problem and left out.
fn language(table: &Table<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Vec<String>> {
    table.reject_unknown("list", &LANGUAGE_KEYS, problems);
    let mut lists = BTreeMap::new();
    for key in LANGUAGE_KEYS.iter().filter(|key| table.get(key).is_some()) {
        let mut items = match *key {
            "apart" | "tests" => patterns(table, key, problems),
            _ => table.texts(key, problems).unwrap_or_default(),
        };
        if let ("pairs", Some(entry)) = (*key, table.get(key)) {
            items.retain(|pair| {
                let is_pair = pair.split_once("->").is_some_and(|(source, test)| {
                    source.contains("{name}") && (test.contains("{name}") || test.contains('*'))
                });
                if !is_pair {
                    let message = format!(
                        "`{pair}` is no pair; write a source and its test, as in `src/{{path}}/{{name}} -> test/{{path}}/{{name}}_test`"
                    );
                    problems.push(Problem::new(entry.value_span(), message));
                }
                is_pair
            });
        }
        lists.insert((*key).to_owned(), items);
    }
    lists
}

fn policy(table: &Table<'_>, problems: &mut Vec<Problem>) -> PolicyConfig {
    let mut policy = PolicyConfig {
        level: level(table, "severity", problems),
        include: patterns(table, "include", problems),
        exclude: patterns(table, "exclude", problems),
        span: table.span(),
        ..PolicyConfig::default()
    };
    for entry in table.entries().iter().filter(|entry| !POLICY_KEYS.contains(&entry.key.as_str())) {
        if let Some(setting) = entry.setting(problems) {
            let value =
                OptionValue { setting, key_span: entry.key_span, span: entry.value_span(), file: None };
            policy.options.insert(entry.key.clone(), value);
        }
    }
    policy
}

fn level(table: &Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Option<Level> {
    let word = table.text(key, problems)?;
    if word == "off" {
        return Some(Level::Off);
    }
    let message = format!("`{word}` is no severity; it is one of `info`, `warning`, `error`, or `off`");
    parse_severity(table, key, &word, message, problems).map(Level::On)
}

fn severity(table: &Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Option<Severity> {
    let word = table.text(key, problems)?;
    let message = word.parse::<Severity>().err().unwrap_or_default();
    parse_severity(table, key, &word, message, problems)
}

fn parse_severity(
    table: &Table<'_>,
    key: &str,
    word: &str,
    message: String,
    problems: &mut Vec<Problem>,
) -> Option<Severity> {
    let severity = word.parse().ok();
    if let (None, Some(entry)) = (severity, table.get(key)) {
        problems.push(Problem::new(entry.value_span(), message));
    }
    severity
}

/// Path patterns; one that is not valid is a problem and left out.
pub(super) fn patterns(table: &Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut patterns = table.texts(key, problems).unwrap_or_default();
    patterns.retain(|pattern| match PathSet::new(&[pattern]) {
        Ok(_) => true,
        Err(error) => {
            let span = table.get(key).map(crate::document::Entry::value_span).unwrap_or_default();
            problems.push(Problem::new(span, error.to_string()));
            false
        }
    });
    patterns
}

/// Folders of policies; one outside the repository is refused, since what it holds could differ between machines.
fn policy_paths(table: &Table<'_>, problems: &mut Vec<Problem>) -> Option<Vec<String>> {
    let mut paths = table.texts("policy-paths", problems)?;
    paths.retain(|path| lies_inside(table, "policy-paths", path, "keep policies inside it", problems));
    Some(paths)
}

/// The file of the baseline, inside the repository like everything that decides about it.
fn baseline(table: &Table<'_>, problems: &mut Vec<Problem>) -> Option<String> {
    let path = table.text("baseline", problems)?;
    lies_inside(table, "baseline", &path, "keep the baseline inside it", problems).then_some(path)
}

fn lies_inside(table: &Table<'_>, key: &str, path: &str, act: &str, problems: &mut Vec<Problem>) -> bool {
    let leaves = path.starts_with('/') || path.split(['/', '\\']).any(|part| part == "..");
    if let (true, Some(entry)) = (leaves, table.get(key)) {
        let message = format!("`{path}` lies outside the repository; {act}");
        problems.push(Problem::new(entry.value_span(), message));
    }
    !leaves
}
