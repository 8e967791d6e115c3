//! One line per finding, `path:line:column: error[policy] message`, with `[*]` before the message where `--fix` mends it, for agents, editors and `grep`. Never shows
//! source text.

use std::io;

use super::style::{Ink, Style};
use super::{Reporter, clean};
use crate::finding::Finding;
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "concise",
    doc: "One line per finding: `path:line:column: severity[policy] message`",
    needs_sources: false,
    limit: None,
    write,
};

fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &outcome.findings {
        writeln!(out, "{}", line(finding, style))?;
    }
    Ok(())
}

/// The finding in one line, without the line's end.
pub(super) fn line(finding: &Finding, style: &Style) -> String {
    let tag = format!("{}[{}]", finding.severity, clean::line(&finding.policy));
    let tag = style.paint(Ink::from(finding.severity), &tag);
    let mark = match style.reach.and_then(|reach| reach.fix(finding)) {
        Some(_) => style.paint(Ink::Note, "[*]").into_owned() + " ",
        None => String::new(),
    };
    format!("{}: {tag} {mark}{}", style.place(&finding.place), clean::line(&finding.message))
}
