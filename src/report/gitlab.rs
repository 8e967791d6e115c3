//! The Code Quality report of GitLab: a JSON array with an entry for each finding, and one for each failure. Its widget
//! collapses entries with equal fingerprints, so no two have one.

use std::io;

use serde::Serialize;

use super::{Reporter, Style, known, text_json, words};
use crate::finding::{Failure, Severity};
use crate::pipeline::Outcome;
use crate::source::Place;

pub(super) static REPORTER: Reporter = Reporter {
    name: "gitlab",
    doc: "Code Quality for GitLab's merge requests",
    needs_sources: false,
    limit: None,
    write,
};

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = known::shown(outcome).map(|named| Entry {
        description: words::advice(named.finding),
        check_name: &named.finding.policy,
        fingerprint: named.fingerprint,
        severity: severity(named.finding.severity),
        location: Location::of(&named.finding.place),
    });
    let failures = outcome.failures.iter().enumerate().map(|(number, failure)| failed(number, failure));
    text_json::write_pretty(out, &findings.chain(failures).collect::<Vec<_>>())
}

/// GitLab has no place for what could not be judged but that of the gravest finding.
fn failed(number: usize, failure: &Failure) -> Entry<'_> {
    Entry {
        description: format!("not judged: {}", words::failure(failure)),
        check_name: failure.policy.as_deref().unwrap_or(words::OURSELVES),
        fingerprint: format!("{}-{number}", words::failure_tag(failure)),
        severity: "blocker",
        location: failure.path.as_ref().map_or_else(Location::nowhere, Location::of),
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}

impl<'a> Location<'a> {
    fn of(place: &'a Place) -> Self {
        Self {
            path: if place.path.as_str().is_empty() { "." } else { place.path.as_str() },
            lines: Lines { begin: place.start.line, end: place.end.line },
        }
    }

    fn nowhere() -> Self {
        Self { path: ".", lines: Lines { begin: 1, end: 1 } }
    }
}
