//! A finding as a row of the table: what can be sorted and searched, and behind its message what is known about it.

use std::io::{self, Write};

use super::escape::{Lines, Text, Words};
use super::snippet;
use crate::finding::{Applicability, Finding};
use crate::pipeline::Outcome;

/// What a row is marked with for the controls.
pub(super) struct Marks {
    /// The number of its policy.
    pub(super) policy: usize,
    /// The number of its folder.
    pub(super) folder: usize,
    /// Whether it is shown with its source.
    pub(super) detail: Detail,
}

/// How much of a finding is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// With the source that it stands in.
    Source,
    /// Without, since many are.
    Words,
}

/// Writes the row of a finding.
pub(super) fn row(
    outcome: &Outcome,
    finding: &Finding,
    marks: &Marks,
    out: &mut dyn Write,
) -> io::Result<()> {
    let severity = finding.severity;
    write!(out, "<tr data-s=\"{severity}\" data-p=\"{}\" data-f=\"{}\">", marks.policy, marks.folder)?;
    write!(out, "<td><span class=\"{severity} severity\">{severity}</span></td>")?;
    write!(out, "<td>{}</td><td>{}</td>", Text(&finding.policy), snippet::placed(&finding.place))?;
    write!(out, "<td><details><summary>{}</summary>", Words(&finding.message))?;
    remarks(finding, out)?;
    match marks.detail {
        Detail::Source => snippet::snippet(outcome, &finding.place, &finding.labels, severity.word(), out)?,
        Detail::Words => snippet::list(finding.labels.iter().take(3), 0, out)?,
    }
    writeln!(out, "</details></td></tr>")
}

/// What to do, and what can be done for the reader.
fn remarks(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    if finding.help.is_empty() && finding.fixes.is_empty() {
        return Ok(());
    }
    write!(out, "<dl>")?;
    if !finding.help.is_empty() {
        write!(out, "<dt>help</dt><dd>{}</dd>", Lines(&finding.help))?;
    }
    for fix in &finding.fixes {
        let (word, tag) = match fix.applicability {
            Applicability::Safe => ("fix", ""),
            Applicability::Unsafe => ("fix", " <span class=\"tag\">unsafe</span>"),
            Applicability::DisplayOnly => ("suggestion", ""),
        };
        write!(out, "<dt>{word}</dt><dd>{}{tag}</dd>", Words(&fix.title))?;
    }
    write!(out, "</dl>")
}
