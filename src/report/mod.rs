//! Reports: an outcome in, bytes out. A reporter decides nothing; what is shown and in which order is settled before.
//!
//! To add a format is to add a file here with a `static REPORTER`, and a line in [`REPORTERS`].

use std::io;

use crate::pipeline::Outcome;

mod as_tests;
mod clean;
mod diagnostics;
mod diff;
mod excerpt;
mod known;
mod line_hash;
mod markup;
mod page;
mod records;
mod style;
mod summary;
mod text_json;
mod words;
mod xml;

mod agent;
mod azure;
mod checkstyle;
mod concise;
mod context;
mod github;
mod gitlab;
mod grouped;
mod html;
mod human;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod rdjson;
mod rdjsonl;
mod sarif;
mod session_use;
mod tap;
mod teamcity;

pub use clean::json as printable_json;
pub use clean::line as printable;
pub use context::{ContextLoad, ContextPart, Tokens, context, context_json};
pub use diff::{Exactness, diff};
pub use github::step_summary;
pub use human::failures;
pub use session_use::{session, session_json};
pub use style::Style;
pub use summary::{diff_summary, fixed_summary, left_out, summary, waived};

/// Every reporter, sorted by name.
pub static REPORTERS: &[&Reporter] = &[
    &agent::REPORTER,
    &azure::REPORTER,
    &checkstyle::REPORTER,
    &concise::REPORTER,
    &github::REPORTER,
    &gitlab::REPORTER,
    &grouped::REPORTER,
    &html::REPORTER,
    &human::REPORTER,
    &json::REPORTER,
    &jsonl::REPORTER,
    &junit::REPORTER,
    &markdown::REPORTER,
    &rdjson::REPORTER,
    &rdjsonl::REPORTER,
    &sarif::REPORTER,
    &tap::REPORTER,
    &teamcity::REPORTER,
];

/// The reporter called `name`.
#[must_use]
pub fn reporter(name: &str) -> Option<&'static Reporter> {
    REPORTERS.iter().copied().find(|reporter| reporter.name == name)
}

/// A format of reports.
#[derive(Debug)]
pub struct Reporter {
    /// Its name on the command line.
    pub name: &'static str,
    /// One sentence on what it writes.
    pub doc: &'static str,
    /// Whether it shows source text, so that the run must keep the files that findings stand in.
    pub needs_sources: bool,
    /// How many findings it holds at most, the gravest, because its reader refuses more; nothing if all.
    pub limit: Option<usize>,
    /// Writes the findings of an outcome. Ends in an error only where the sink does.
    pub write: fn(&Outcome, &Style, &mut dyn io::Write) -> io::Result<()>,
}

impl Reporter {
    /// Whether each finding takes several lines, so that what follows is set apart.
    #[must_use]
    pub fn is_drawing(&self) -> bool {
        self.name == human::REPORTER.name
    }

    /// Whether GitHub Actions is told, whose steps have summaries.
    #[must_use]
    pub fn has_step_summary(&self) -> bool {
        self.name == github::REPORTER.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reporters_are_sorted_and_found() {
        assert!(REPORTERS.is_sorted_by(|a, b| a.name < b.name));
        assert!(REPORTERS.iter().all(|known| reporter(known.name).is_some()));
        assert!(reporter("no-such-format").is_none());
    }
}
