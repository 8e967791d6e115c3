//! The report for a coding agent that is about to act: a short line for each of the gravest findings, and below it what
//! to do. Never longer than an agent should read between two steps; what is left out is counted.

use std::io;

use super::style::Style;
use super::{Reporter, concise, words};
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "agent",
    doc: "The five gravest findings for a coding agent, each with what to do",
    needs_sources: false,
    limit: None,
    write,
};

/// How many findings, and how many failures, are shown.
const MAX_SHOWN: usize = 5;

/// How many characters a line has at most.
const MAX_LINE: usize = 240;

fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    // A colour would be cut through with the line.
    let plain = Style { color: false, hyperlinks: None, ..style.clone() };
    let findings = words::gravest_first(&outcome.findings);
    for finding in findings.iter().take(MAX_SHOWN) {
        writeln!(out, "{}", words::crop(concise::line(finding, &plain).trim_end(), MAX_LINE))?;
        if !finding.help.is_empty() {
            let act = format!("  do: {}", words::one_line(&finding.help));
            writeln!(out, "{}", words::crop(act.trim_end(), MAX_LINE))?;
        }
    }
    for failure in outcome.failures.iter().take(MAX_SHOWN) {
        let line = format!("{} {}", words::failure_tag(failure), words::failure(failure));
        writeln!(out, "{}", words::crop(&line, MAX_LINE))?;
    }
    let rest = words::counts(findings.iter().skip(MAX_SHOWN).copied());
    let n_failures = outcome.failures.len().saturating_sub(MAX_SHOWN);
    let rest = [rest, super::summary::some(n_failures, "failure", "failures")];
    let rest: Vec<&str> = rest.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    if !rest.is_empty() {
        writeln!(out, "and {} more: --output-format concise shows all", rest.join(", "))?;
    }
    Ok(())
}
