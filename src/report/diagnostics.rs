//! The shapes of reviewdog's diagnostic format, which counts columns in bytes of UTF-8. Knows neither of its two
//! spellings, as one document and as lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::words;
use crate::finding::{Applicability, Finding, Fix, Severity};
use crate::pipeline::Outcome;
use crate::source::{Place, RepoPath, SourceFile};

/// reviewdog stops reading at a line that is longer than 64 KiB, without a word; in bytes, with room for the rest.
const MAX_LINE: usize = 60_000;

/// The characters of a message that are kept.
const MAX_MESSAGE: usize = 4_000;

/// The further places of a finding that are kept.
const MAX_RELATED: usize = 20;

/// A finding, or a failure that has a place.
#[derive(Serialize)]
pub(super) struct Diagnostic<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    pub(super) source: Source,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'a>>,
}

/// The program that speaks.
#[derive(Serialize, Clone, Copy)]
pub(super) struct Source {
    name: &'static str,
}

/// This program.
pub(super) const SOURCE: Source = Source { name: "policylint" };

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize, Clone, Copy)]
struct Position {
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location<'a>,
}

type Sources = BTreeMap<RepoPath, Arc<SourceFile>>;

/// The findings, then the failures that have a place: a diagnostic is nothing without one.
pub(super) fn diagnostics(outcome: &Outcome) -> impl Iterator<Item = Diagnostic<'_>> {
    let sources = &outcome.sources;
    let findings = outcome.findings.iter().map(|finding| Diagnostic {
        message: words::crop(&words::advice(finding), MAX_MESSAGE).into_owned(),
        location: location(&finding.place, sources),
        severity: severity(finding.severity),
        source: SOURCE,
        code: Code { value: &finding.policy },
        suggestions: suggestions(finding, sources),
        related_locations: related(finding, sources),
    });
    let failures = outcome.failures.iter().filter_map(|failure| {
        let message = format!("not judged: {}", words::failure(failure));
        Some(Diagnostic {
            message: words::crop(&message, MAX_MESSAGE).into_owned(),
            location: location(failure.path.as_ref()?, sources),
            severity: "ERROR",
            source: SOURCE,
            code: Code { value: failure.policy.as_deref().unwrap_or(words::OURSELVES) },
            suggestions: Vec::new(),
            related_locations: Vec::new(),
        })
    });
    findings.chain(failures)
}

impl Diagnostic<'_> {
    /// Leaves out what may be long, where a line of this many bytes would be.
    pub(super) fn shorten(&mut self, n_bytes: usize) -> bool {
        if n_bytes > MAX_LINE {
            self.suggestions.clear();
            self.related_locations.clear();
        }
        n_bytes > MAX_LINE
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    }
}

/// The edits of the fix that would be made, if they all stand in the finding's file: a suggestion names none.
fn suggestions<'a>(finding: &'a Finding, sources: &Sources) -> Vec<Suggestion<'a>> {
    let is_here = |fix: &&Fix| fix.edits.iter().all(|edit| edit.place.path == finding.place.path);
    let made = finding.fixes.first().filter(|fix| fix.applicability != Applicability::DisplayOnly);
    let edits = made.filter(is_here).map_or(&[][..], |fix| &fix.edits[..]);
    let suggestions: Vec<Suggestion<'a>> = edits
        .iter()
        .map(|edit| Suggestion { range: range(&edit.place, sources), text: &edit.replacement })
        .collect();
    // Without columns a suggestion would replace whole lines.
    let is_exact = |one: &Suggestion<'_>| one.range.start.column.is_some() && one.range.end.column.is_some();
    if suggestions.iter().all(is_exact) { suggestions } else { Vec::new() }
}

fn related<'a>(finding: &'a Finding, sources: &Sources) -> Vec<Related<'a>> {
    let labels = finding.labels.iter().take(MAX_RELATED);
    labels.map(|label| Related { message: &label.text, location: location(&label.place, sources) }).collect()
}

fn location<'a>(place: &'a Place, sources: &Sources) -> Location<'a> {
    let path = if place.path.as_str().is_empty() { "." } else { place.path.as_str() };
    Location { path, range: range(place, sources) }
}

fn range(place: &Place, sources: &Sources) -> Range {
    let source = sources.get(&place.path).map(|source| &**source);
    let position = |line: u32, at: usize| Position { line, column: column(source, line, at) };
    let (start, end) =
        (position(place.start.line, place.span.start), position(place.end.line, place.span.end));
    match (start.column, end.column) {
        (Some(_), Some(_)) => Range { start, end },
        // One of the two alone would be read as another range.
        _ => Range { start: Position { column: None, ..start }, end: Position { column: None, ..end } },
    }
}

/// The column of byte `at` in bytes, from 1; nothing where the text is not at hand, or another than was judged.
fn column(source: Option<&SourceFile>, line: u32, at: usize) -> Option<usize> {
    let source = source.filter(|source| at <= source.text.len())?;
    let number = usize::try_from(line).ok()?.checked_sub(1)?;
    let start = source.lines().range(&source.text, number).start;
    Some(at.checked_sub(start)? + 1)
}
