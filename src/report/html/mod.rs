//! The report as one page that holds all it needs, for a browser. Asks no network for anything; summary, charts,
//! table and excerpts are there with scripts disabled, and the script only filters and sorts what is there.

use std::io::{self, Write};

use super::summary::{count, found, overruled, scope, thousands};
use super::{Reporter, Style};
use crate::finding::{Finding, Severity};
use crate::pipeline::{Outcome, Summary};

mod chart;
mod count;
mod escape;
mod lists;
mod row;
mod security;
mod snippet;

use count::Groups;
use escape::{Lines, Text};
use row::{Detail, Marks};

pub(super) static REPORTER: Reporter = Reporter {
    name: "html",
    doc: "One self-contained page with charts, a table that can be searched, and the source",
    needs_sources: true,
    limit: Some(MAX_ROWS),
    write,
};

const PAGE: &str = include_str!("page.html");
const FINDINGS: &str = include_str!("findings.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The most findings in the table: what browsers lay out and sort without a pause that is felt as one.
const MAX_ROWS: usize = 20_000;

/// The most findings that are shown with their source.
const MAX_EXCERPTS: usize = 2_000;

fn write(outcome: &Outcome, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let policies = count::by_policy(&outcome.findings);
    let folders = count::by_folder(&outcome.findings);
    let plain = Style { color: false, hyperlinks: None, ..style.clone() };
    fill(PAGE, out, &mut |part, out| match part {
        "security" => write!(out, "{}", security::policy(STYLE, SCRIPT)),
        "version" => write!(out, "{}", env!("CARGO_PKG_VERSION")),
        "headline" => write!(out, "{}", Text(&found(outcome, &plain))),
        "style" => out.write_all(STYLE.as_bytes()),
        "scope" => write!(out, "{}", Text(&scope(&outcome.summary))),
        "overruled" => match overruled(&outcome.summary) {
            words if words.is_empty() => Ok(()),
            words => writeln!(out, "<p class=\"overruled\">{}</p>", Lines(&words)),
        },
        "tiles" => tiles(outcome, style, out),
        "failures" => lists::failures(outcome, out),
        "charts" => chart::charts(&policies, &folders, out),
        "findings" => findings(outcome, &policies, &folders, out),
        "known" => lists::known(outcome, out),
        "policies" => lists::policies(outcome, out),
        "script" => out.write_all(SCRIPT.as_bytes()),
        _ => unknown(part),
    })
}

/// Writes a template, with what `part` writes in place of each name in double braces.
fn fill(
    template: &str,
    out: &mut dyn Write,
    part: &mut dyn FnMut(&str, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.write_all(before.as_bytes())?;
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        part(name, out)?;
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

fn unknown(part: &str) -> io::Result<()> {
    Err(io::Error::other(format!("the template names `{part}`, which nothing writes")))
}

/// The figures at the top; those that are nothing only where nothing is an answer.
fn tiles(outcome: &Outcome, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let summary = &outcome.summary;
    let n_fixable = style
        .reach
        .map_or(0, |reach| outcome.findings.iter().filter(|finding| reach.fix(finding).is_some()).count());
    for severity in Severity::ALL.into_iter().rev() {
        let n = Summary::count(&outcome.findings, severity);
        let class = if n > 0 { severity.word() } else { "none" };
        let word = if n == 1 { severity.word().to_owned() } else { format!("{severity}s") };
        writeln!(out, "<li class=\"{class}\"><b>{}</b> {word}</li>", thousands(n))?;
    }
    let always = [(summary.files, "files judged"), (summary.policies_run(), "policies ran")];
    let sometimes = [
        (n_fixable, "can be fixed"),
        (summary.fixed, "fixed"),
        (summary.suppressed, "suppressed"),
        (summary.baselined, "in the baseline"),
        (summary.below_severity, "below the severity shown"),
    ];
    for (n, words) in always.into_iter().chain(sometimes.into_iter().filter(|&(n, _)| n > 0)) {
        writeln!(out, "<li><b>{}</b> {words}</li>", thousands(n))?;
    }
    Ok(())
}

/// The table with its controls.
fn findings(outcome: &Outcome, policies: &Groups, folders: &Groups, out: &mut dyn Write) -> io::Result<()> {
    if outcome.findings.is_empty() {
        let words =
            if outcome.failures.is_empty() { "No findings." } else { "No findings in what could be judged." };
        return writeln!(out, "<p class=\"passed\">{words}</p>");
    }
    let shown = shown(&outcome.findings);
    fill(FINDINGS, out, &mut |part, out| match part {
        "policy-options" => options(policies, out),
        "folder-options" => options(folders, out),
        "notices" => notices(outcome.findings.len(), out),
        "rows" => shown.iter().enumerate().try_for_each(|(nth, &number)| {
            let detail = if nth < MAX_EXCERPTS { Detail::Source } else { Detail::Words };
            let marks = Marks { policy: policies.of[number], folder: folders.of[number], detail };
            row::row(outcome, &outcome.findings[number], &marks, out)
        }),
        _ => unknown(part),
    })
}

fn options(groups: &Groups, out: &mut dyn Write) -> io::Result<()> {
    groups.groups.iter().enumerate().try_for_each(|(number, group)| {
        write!(out, "<option value=\"{number}\">{}</option>", Text(&group.label))
    })
}

/// The numbers of the findings in the table, in their order: all, or the gravest of too many.
fn shown(findings: &[Finding]) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..findings.len()).collect();
    if numbers.len() > MAX_ROWS {
        numbers.sort_by_key(|&number| count::rank(findings[number].severity));
        numbers.truncate(MAX_ROWS);
        numbers.sort_unstable();
    }
    numbers
}

/// Says what is left out.
fn notices(n_findings: usize, out: &mut dyn Write) -> io::Result<()> {
    if n_findings > MAX_ROWS {
        writeln!(
            out,
            "<p class=\"notice\">The table holds the {} gravest of {}; the JSON report has all of them.</p>",
            thousands(MAX_ROWS),
            count(n_findings, "finding", "findings")
        )?;
    }
    if n_findings > MAX_EXCERPTS {
        writeln!(
            out,
            "<p class=\"notice\">The source is shown for the first {} of {}.</p>",
            thousands(MAX_EXCERPTS),
            count(n_findings.min(MAX_ROWS), "finding", "findings")
        )?;
    }
    Ok(())
}
