//! Reports: an outcome in, bytes out. A reporter decides nothing; what is shown and in which order is settled before.
//!
//! To add a format is to add a file here with a `static REPORTER`, and a line in [`REPORTERS`].

use std::io;

use crate::pipeline::Outcome;

mod clean;
mod diff;
mod excerpt;
mod style;
mod summary;

mod concise;
mod human;
mod json;

pub use clean::json as printable_json;
pub use clean::line as printable;
pub use diff::{Exactness, diff};
pub use human::failures;
pub use style::Style;
pub use summary::{diff_summary, summary, waived};

/// Every reporter, sorted by name.
pub static REPORTERS: &[&Reporter] = &[&concise::REPORTER, &human::REPORTER, &json::REPORTER];

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
    /// Writes the findings of an outcome. Ends in an error only where the sink does.
    pub write: fn(&Outcome, &Style, &mut dyn io::Write) -> io::Result<()>,
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
