//! reviewdog's diagnostic format in lines, one diagnostic each. No line is longer than reviewdog reads.

use std::io;

use super::diagnostics::diagnostics;
use super::{Reporter, Style, text_json};
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "rdjsonl",
    doc: "Diagnostics for reviewdog, one a line",
    // Columns are bytes there, and characters here.
    needs_sources: true,
    limit: None,
    write,
};

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for mut diagnostic in diagnostics(outcome) {
        let mut line = Vec::new();
        text_json::write_line(&mut line, &diagnostic)?;
        if diagnostic.shorten(line.len()) {
            line.clear();
            text_json::write_line(&mut line, &diagnostic)?;
        }
        out.write_all(&line)?;
    }
    Ok(())
}
