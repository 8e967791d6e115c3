//! What stands around the findings: what could not be judged, what is known already, and what became of each policy.

use std::io::{self, Write};

use super::super::summary::thousands;
use super::escape::{Lines, Text, Words};
use super::snippet;
use crate::finding::Waiver;
use crate::pipeline::Outcome;

/// More failures than this are only counted: nobody reads on.
const MAX_FAILURES: usize = 200;

/// More known findings than this are only counted.
const MAX_KNOWN: usize = 1_000;

/// Writes what could not be judged, with the place where it went wrong.
pub(super) fn failures(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    if outcome.failures.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section class=\"failures\" aria-labelledby=\"failures\">")?;
    writeln!(out, "<h2 id=\"failures\">What could not be judged</h2>\n<ul>")?;
    for failure in outcome.failures.iter().take(MAX_FAILURES) {
        write!(out, "<li><span class=\"tag\">{}</span> {}", failure.kind.word(), Lines(&failure.message))?;
        if let Some(policy) = &failure.policy {
            write!(out, " <span class=\"muted\">policy {}</span>", Text(policy))?;
        }
        if let Some(place) = &failure.path {
            write!(out, "<br>{}", snippet::placed(place))?;
            snippet::snippet(outcome, place, &[], "error", out)?;
        }
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</ul>")?;
    more(outcome.failures.len(), MAX_FAILURES, out)?;
    writeln!(out, "</section>")
}

/// Writes the findings that a comment, the configuration or the baseline knows.
pub(super) fn known(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let waived = &outcome.waived;
    if waived.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section>\n<details><summary>Known findings ({})</summary>\n<table class=\"plain\">",
        thousands(waived.len())
    )?;
    writeln!(
        out,
        "<thead><tr><th scope=\"col\">Policy</th><th scope=\"col\">Place</th><th scope=\"col\">Message</th><th scope=\"col\">Known by</th></tr></thead>\n<tbody>"
    )?;
    for known in waived.iter().take(MAX_KNOWN) {
        let finding = &known.finding;
        let (word, reason) = match &known.by {
            Waiver::Comment { reason, .. } => ("a comment", reason.as_deref()),
            Waiver::Ledger { reason, .. } => ("the configuration", reason.as_deref()),
            Waiver::Baseline => ("the baseline", None),
        };
        write!(out, "<tr><td>{}</td><td>{}</td>", Text(&finding.policy), snippet::placed(&finding.place))?;
        write!(out, "<td>{}</td><td>{word}", Words(&finding.message))?;
        if let Some(reason) = reason {
            write!(out, ": {}", Words(reason))?;
        }
        writeln!(out, "</td></tr>")?;
    }
    writeln!(out, "</tbody>\n</table>")?;
    more(waived.len(), MAX_KNOWN, out)?;
    writeln!(out, "</details>\n</section>")
}

/// Writes the policies: those that ran, then those that did not, with the reason.
pub(super) fn policies(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    if outcome.summary.policies.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section aria-labelledby=\"policies\">\n<h2 id=\"policies\">Policies</h2>")?;
    writeln!(
        out,
        "<table class=\"plain\">\n<thead><tr><th scope=\"col\">Policy</th><th scope=\"col\" class=\"number\">Findings</th><th scope=\"col\" class=\"number\">Facts</th><th scope=\"col\">State</th></tr></thead>\n<tbody>"
    )?;
    let (ran, skipped): (Vec<_>, Vec<_>) =
        outcome.summary.policies.iter().partition(|policy| policy.skipped.is_none());
    for policy in ran.into_iter().chain(skipped) {
        write!(out, "<tr><th scope=\"row\">{}</th>", Text(&policy.id))?;
        match &policy.skipped {
            None => write!(
                out,
                "<td class=\"number\">{}</td><td class=\"number\">{}</td><td>ran</td>",
                thousands(policy.findings),
                thousands(policy.facts)
            )?,
            Some(reason) => {
                write!(out, "<td></td><td></td><td class=\"muted\"><b>skipped</b>: {}</td>", Words(reason))?;
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</section>")
}

fn more(n_all: usize, most: usize, out: &mut dyn Write) -> io::Result<()> {
    if n_all > most {
        writeln!(out, "<p class=\"muted\">and {} more</p>", thousands(n_all - most))?;
    }
    Ok(())
}
