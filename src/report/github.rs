//! Workflow commands of GitHub Actions: annotations of the gravest findings, as many as GitHub shows, and the rest as
//! lines of a folded group. No text of a finding can be another command.

use std::fmt::Write;
use std::io;

use super::page::page;
use super::style::Style;
use super::{Reporter, concise, words};
use crate::finding::{Failure, Finding, Severity};
use crate::pipeline::Outcome;
use crate::source::Place;

pub(super) static REPORTER: Reporter = Reporter {
    name: "github",
    doc: "Annotations by GitHub Actions, and the summary of the step",
    needs_sources: false,
    limit: None,
    write,
};

/// How many annotations of each level GitHub shows for one step.
const MAX_ANNOTATIONS: usize = 10;

/// Bytes that GitHub takes in the summary of a step (1 MiB), with room for what else the step writes.
const MAX_SUMMARY: usize = 1_000_000;

/// What is added to the summary of the step, where GitHub names a file for it.
#[must_use]
pub fn step_summary(outcome: &Outcome) -> String {
    page(outcome, MAX_SUMMARY)
}

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let n_failures = outcome.failures.len().min(MAX_ANNOTATIONS);
    let (told, untold) = outcome.failures.split_at(n_failures);
    for failure in told {
        let title = words::failure_tag(failure);
        let message = data(&words::failure(failure));
        writeln!(out, "{}", command("error", &title, failure.path.as_ref(), &message))?;
    }
    let mut rest: Vec<&Finding> = Vec::new();
    for level in Severity::ALL.into_iter().rev() {
        let findings = outcome.findings.iter().filter(|finding| finding.severity == level);
        let n_taken = if level == Severity::Error { n_failures } else { 0 };
        for (number, finding) in findings.enumerate() {
            if number + n_taken < MAX_ANNOTATIONS {
                writeln!(out, "{}", annotation(finding))?;
            } else {
                rest.push(finding);
            }
        }
    }
    write_rest(untold, &rest, out)
}

/// What GitHub would not show as annotations, for whoever reads the log.
fn write_rest(failures: &[Failure], findings: &[&Finding], out: &mut dyn io::Write) -> io::Result<()> {
    if failures.is_empty() && findings.is_empty() {
        return Ok(());
    }
    let failed = super::summary::some(failures.len(), "failure", "failures");
    let counts = [failed, words::counts(findings.iter().copied())];
    let counts: Vec<&str> = counts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    writeln!(out, "::group::and {} more", counts.join(", "))?;
    let failures = failures.iter().map(|one| format!("{} {}", words::failure_tag(one), words::failure(one)));
    let findings = findings.iter().map(|finding| concise::line(finding, &Style::default()));
    for line in failures.chain(findings) {
        // A line that begins with two colons is a command, as is what stands anywhere behind two signs and a bracket.
        writeln!(out, "- {}", line.replace("##", "# #"))?;
    }
    writeln!(out, "::endgroup::")
}

fn annotation(finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut message = data(&words::lines(&finding.message));
    if !finding.help.is_empty() {
        message.push_str("%0A");
        message.push_str(&data(&words::lines(&finding.help)));
    }
    command(level, &finding.policy, Some(&finding.place), &message)
}

/// One command; the message is escaped already.
fn command(level: &str, title: &str, place: Option<&Place>, message: &str) -> String {
    let mut command = format!("::{level} title={}", property(&super::clean::line(title)));
    if let Some(place) = place {
        let (start, end) = (place.start, place.end);
        // Writing to a string cannot fail.
        let _ = write!(command, ",file={},line={}", property(&words::path(place)), start.line);
        let _ = write!(command, ",endLine={}", end.line);
        // GitHub refuses columns where a range ends on another line.
        if start.line == end.line {
            let _ = write!(command, ",col={},endColumn={}", start.column, end.column);
        }
    }
    command.push_str("::");
    command.push_str(message);
    command
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
