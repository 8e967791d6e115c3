//! A page of Markdown for a comment on a pull request or merge request. Fits into one comment.

use std::io;

use super::page::page;
use super::{Reporter, Style};
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "markdown",
    doc: "A table for a comment on a pull request",
    needs_sources: false,
    limit: None,
    write,
};

/// Bytes in a comment: GitHub takes 65,536 characters.
const MAX_COMMENT: usize = 65_000;

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(page(outcome, MAX_COMMENT).as_bytes())
}
