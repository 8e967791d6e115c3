//! reviewdog's diagnostic format as one document. Holds what reviewdog can post, so failures without a place are not
//! in it.

use std::io;

use serde::Serialize;

use super::diagnostics::{Diagnostic, SOURCE, Source, diagnostics};
use super::{Reporter, Style, text_json};
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "rdjson",
    doc: "Diagnostics for reviewdog, one document",
    // Columns are bytes there, and characters here.
    needs_sources: true,
    limit: None,
    write,
};

#[derive(Serialize)]
struct DiagnosticResult<'a> {
    source: Source,
    diagnostics: Vec<Diagnostic<'a>>,
}

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let diagnostics = diagnostics(outcome).collect();
    text_json::write_pretty(out, &DiagnosticResult { source: SOURCE, diagnostics })
}
