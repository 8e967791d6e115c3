//! `[[suppress]]` tables: findings that are allowed in files that cannot say so in a comment. Knows no policy and
//! no finding.

use std::sync::Arc;

use super::read::patterns;
use crate::day::Day;
use crate::document::{Entry, Problem, Table};
use crate::glob::PathSet;
use crate::source::{SourceFile, Span};

/// The keys of a table, each with what it does.
pub(super) static KEYS: &[(&str, &str)] = &[
    ("match", "A text that the finding's message, or what it stands on, must hold"),
    ("path", "Path patterns of the files that it is about"),
    ("policy", "Ids of the policies whose findings are allowed"),
    ("reason", "Why"),
    ("until", "The last day on which it counts, as `2027-01-31`"),
];

/// An entry: which findings are allowed, why, and until when.
#[derive(Debug, Clone)]
pub struct Suppress {
    /// The policies whose findings are allowed.
    pub policies: Vec<String>,
    /// The files that it is about.
    pub paths: PathSet,
    /// What a finding's message or key must hold.
    pub matching: Option<String>,
    /// Why.
    pub reason: Option<Arc<str>>,
    /// The last day on which it counts.
    pub until: Option<Day>,
    /// Where the entry stands.
    pub span: Span,
    /// The file that it stands in, where that is not the configuration's own.
    pub file: Option<Arc<SourceFile>>,
}

/// The entries of a configuration. One that is not whole is a problem and allows nothing.
pub(super) fn entries(table: &Table<'_>, problems: &mut Vec<Problem>) -> Vec<Suppress> {
    let tables = table.tables("suppress", problems);
    tables.iter().filter_map(|table| entry(table, problems)).collect()
}

fn entry(table: &Table<'_>, problems: &mut Vec<Problem>) -> Option<Suppress> {
    let n_problems = problems.len();
    let known: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
    table.reject_unknown("key", &known, problems);
    let policies = table.texts("policy", problems).unwrap_or_default();
    let paths = PathSet::new(&patterns(table, "path", problems)).unwrap_or_else(|_| PathSet::none());
    let text = |key: &str, problems: &mut Vec<Problem>| {
        table.text(key, problems).filter(|text| !text.trim().is_empty())
    };
    let (matching, reason) = (text("match", problems), text("reason", problems));
    let until = until(table, problems);
    for (key, is_missing, what) in [
        ("policy", policies.is_empty(), "the policies whose findings are allowed"),
        ("path", paths.is_empty(), "the files that it is about"),
    ] {
        if is_missing && problems.len() == n_problems {
            let message = format!("the entry names no {key}; say with `{key} = \"…\"` {what}");
            problems.push(Problem::new(table.span(), message));
        }
    }
    // What is wrong in part might allow more than was meant.
    let is_whole = problems.len() == n_problems;
    let span = table.span();
    is_whole.then(|| Suppress {
        policies,
        paths,
        matching,
        reason: reason.map(Arc::from),
        until,
        span,
        file: None,
    })
}

fn until(table: &Table<'_>, problems: &mut Vec<Problem>) -> Option<Day> {
    let text = table.text_or_date("until", problems)?;
    let span = table.get("until").map(Entry::value_span).unwrap_or_default();
    text.parse().map_err(|message: String| problems.push(Problem::new(span, message))).ok()
}
