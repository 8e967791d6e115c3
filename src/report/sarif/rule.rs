//! Policies as SARIF's rules, with everything that GitHub shows of one.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Text;
use crate::finding::Severity;
use crate::pipeline::Outcome;
use crate::report::words::{crop, lines};

/// How many characters GitHub takes of a name, and of a description.
const MAX_NAME: usize = 255;
const MAX_DESCRIPTION: usize = 1_024;

/// How many tags GitHub takes.
const MAX_TAGS: usize = 20;

/// The numbers of the rules that a run has, by id.
pub(super) struct Rules<'a> {
    numbers: BTreeMap<&'a str, usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule<'a> {
    id: &'a str,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Help,
    default_configuration: Configuration,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties<'a> {
    tags: Vec<&'a str>,
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
}

impl<'a> Rules<'a> {
    /// The policies that ran, and those that findings name.
    pub(super) fn new(outcome: &'a Outcome) -> Self {
        let ran = outcome.summary.policies.iter().filter(|policy| policy.skipped.is_none());
        let found = outcome.findings.iter().chain(outcome.waived.iter().map(|known| &known.finding));
        let ids = ran.map(|policy| &*policy.id).chain(found.map(|finding| &*finding.policy));
        let ids: std::collections::BTreeSet<&str> = ids.collect();
        Self { numbers: ids.into_iter().zip(0..).collect() }
    }

    pub(super) fn index(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// The rules, in the order of their numbers.
    pub(super) fn all(&self, outcome: &'a Outcome) -> Vec<Rule<'a>> {
        self.numbers.keys().map(|id| rule(id, outcome)).collect()
    }
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule<'a>(id: &'a str, outcome: &'a Outcome) -> Rule<'a> {
    let about = outcome.about.get(id);
    let title = about.map_or(id, |about| &about.title);
    let (why, act) = about.map_or(("", ""), |about| (&about.why, &about.help));
    let severity = about.map_or(Severity::Warning, |about| about.severity);
    let or_title = |text: String| if text.trim().is_empty() { lines(title) } else { text };
    let paragraphs = |parts: &[&str]| {
        let parts: Vec<String> =
            parts.iter().map(|part| lines(part)).filter(|part| !part.is_empty()).collect();
        or_title(parts.join("\n\n"))
    };
    let markdown = match (why, act) {
        ("", "") => lines(title),
        _ => format!("# {}\n\n{}\n\n## What to do\n\n{}\n", lines(title), lines(why), lines(act)),
    };
    Rule {
        id,
        name: crop(&pascal_case(id), MAX_NAME).into_owned(),
        short_description: Text::new(crop(&lines(title), MAX_DESCRIPTION)),
        full_description: Text::new(crop(&paragraphs(&[why]), MAX_DESCRIPTION)),
        help: Help { text: paragraphs(&[why, act]), markdown },
        default_configuration: Configuration { level: level(severity) },
        properties: Properties {
            tags: about
                .map_or(&[][..], |about| &about.tags)
                .iter()
                .map(String::as_str)
                .take(MAX_TAGS)
                .collect(),
            precision: "high",
            problem_severity: match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    }
}

/// `uv-only` as `UvOnly`, which is how readers want names.
fn pascal_case(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    for word in id.split(|character: char| !character.is_alphanumeric()) {
        let mut characters = word.chars();
        name.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        name.extend(characters);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_readers_want() {
        assert_eq!(pascal_case("uv-only"), "UvOnly");
        assert_eq!(pascal_case("thoughts_at-root 2"), "ThoughtsAtRoot2");
    }
}
