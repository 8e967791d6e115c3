//! An outcome as a page of Markdown: a headline, a table of the findings with the gravest first, and what could not be
//! judged. Never longer than its reader takes; what is left out is counted.

use std::fmt::Write;

use super::style::Style;
use super::{markup, summary, words};
use crate::finding::Finding;
use crate::pipeline::Outcome;

/// Room that is kept for the lines below the table, in bytes.
const RESERVE: usize = 400;

/// How many failures are listed, and how many bytes each text takes at most.
const MAX_FAILURES: usize = 20;
const MAX_TEXT: usize = 500;

const HEAD: &str = "| severity | place | policy | what is wrong | what to do |\n|---|---|---|---|---|\n";

/// The page, of at most `limit` bytes.
pub(super) fn page(outcome: &Outcome, limit: usize) -> String {
    // A bot that comments finds its own comment by the first line.
    let mut page = String::from("<!-- policylint -->\n");
    let failures = failures(outcome);
    // Writing to a string cannot fail.
    let _ = writeln!(page, "### policylint: {}", headline(outcome));
    let room = limit.saturating_sub(failures.len() + RESERVE);
    let findings = words::gravest_first(&outcome.findings);
    let mut n_shown = 0;
    if !findings.is_empty() {
        page.push('\n');
        page.push_str(HEAD);
    }
    for finding in &findings {
        let row = row(finding);
        if page.len() + row.len() > room {
            break;
        }
        page.push_str(&row);
        n_shown += 1;
    }
    if n_shown < findings.len() {
        let rest = words::counts(findings[n_shown..].iter().copied());
        let _ = writeln!(page, "\nThere is no room for {rest} more.");
    }
    page.push_str(&failures);
    page
}

/// `found 2 errors in 2 of 7 files; 1 suppressed`
fn headline(outcome: &Outcome) -> String {
    let style = Style::default();
    let mut parts = vec![summary::found(outcome, &style)];
    parts.extend(summary::remarks(outcome, &style));
    parts.join("; ")
}

fn row(finding: &Finding) -> String {
    format!(
        "| {} | {} | {} | {} | {} |\n",
        finding.severity,
        markup::code(&words::crop(&words::position(&finding.place), MAX_TEXT)),
        markup::code(&words::crop(&finding.policy, MAX_TEXT)),
        markup::prose(&words::crop(&words::one_line(&finding.message), MAX_TEXT)),
        markup::prose(&words::crop(&words::one_line(&finding.help), MAX_TEXT))
    )
}

fn failures(outcome: &Outcome) -> String {
    if outcome.failures.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n**Not everything could be judged:**\n\n");
    for failure in outcome.failures.iter().take(MAX_FAILURES) {
        let place = failure.path.as_ref().map(|place| markup::code(&words::position(place)) + ": ");
        let words = words::crop(&failure.message, MAX_TEXT);
        let _ = writeln!(text, "- {}{}", place.unwrap_or_default(), markup::prose(&words));
    }
    let n_more = outcome.failures.len().saturating_sub(MAX_FAILURES);
    if n_more > 0 {
        let _ = writeln!(text, "- and {n_more} more");
    }
    text
}
