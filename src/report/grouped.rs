//! Findings under the file they stand in, one line each, for people with many of them. Never shows source text.

use std::io;

use super::style::{Ink, Style};
use super::{Reporter, clean};
use crate::finding::Finding;
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "grouped",
    doc: "One line per finding, below the name of its file",
    needs_sources: false,
    limit: None,
    write,
};

fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let files = outcome.findings.chunk_by(|a, b| a.place.path == b.place.path);
    for (number, findings) in files.enumerate() {
        if number > 0 {
            out.write_all(b"\n")?;
        }
        write_file(findings, style, out)?;
    }
    Ok(())
}

fn write_file(findings: &[Finding], style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if let Some(first) = findings.first() {
        writeln!(out, "{}", style.paint(Ink::Path, &style.path(&first.place.path)))?;
    }
    let rows: Vec<(String, String)> =
        findings.iter().map(|finding| (position(finding), tag(finding))).collect();
    let width =
        |column: fn(&(String, String)) -> &str| rows.iter().map(|row| clean::cells(column(row))).max();
    let widths = (width(|row| &row.0).unwrap_or(0), width(|row| &row.1).unwrap_or(0));
    for (finding, (position, tag)) in findings.iter().zip(&rows) {
        let mark = match style.reach.and_then(|reach| reach.fix(finding)) {
            Some(_) => style.paint(Ink::Note, "[*]").into_owned() + " ",
            None => String::new(),
        };
        let line = format!(
            "  {}{position}  {}{}  {mark}{}",
            spaces(widths.0, position),
            style.paint(Ink::from(finding.severity), tag),
            spaces(widths.1, tag),
            clean::line(&finding.message)
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn position(finding: &Finding) -> String {
    format!("{}:{}", finding.place.start.line, finding.place.start.column)
}

fn tag(finding: &Finding) -> String {
    format!("{}[{}]", finding.severity, clean::line(&finding.policy))
}

/// What a text lacks to fill its column.
fn spaces(width: usize, text: &str) -> String {
    // Rust's own widths end at 65,535.
    " ".repeat(width.saturating_sub(clean::cells(text)))
}
