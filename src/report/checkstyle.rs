//! The XML of Checkstyle, which Jenkins and many converters read. Failures are errors in the file that they concern, so
//! that no report with one looks clean.

use std::io;

use super::xml::Document;
use super::{Reporter, Style, words};
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "checkstyle",
    doc: "Checkstyle's XML, for Jenkins and converters",
    needs_sources: false,
    limit: None,
    write,
};

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut document = Document::begin(out)?;
    // The version of Checkstyle whose format this is; readers ask for one.
    document.open("checkstyle", &[("version", "4.3")])?;
    for findings in outcome.findings.chunk_by(|a, b| a.place.path == b.place.path) {
        document.open("file", &[("name", &words::path(&findings[0].place))])?;
        for finding in findings {
            document.empty(
                "error",
                &[
                    ("line", &finding.place.start.line.to_string()),
                    ("column", &finding.place.start.column.to_string()),
                    ("severity", finding.severity.word()),
                    ("message", &words::advice(finding)),
                    ("source", &format!("policylint.{}", super::clean::line(&finding.policy))),
                ],
            )?;
        }
        document.close("file")?;
    }
    for failure in &outcome.failures {
        let place = failure.path.as_ref();
        document.open("file", &[("name", &place.map_or(".".into(), words::path))])?;
        document.empty(
            "error",
            &[
                ("line", &place.map_or(1, |place| place.start.line).to_string()),
                ("column", &place.map_or(1, |place| place.start.column).to_string()),
                ("severity", "error"),
                ("message", &format!("not judged: {}", words::failure(failure))),
                ("source", &format!("policylint.{}", words::failure_tag(failure))),
            ],
        )?;
        document.close("file")?;
    }
    document.close("checkstyle")?;
    document.end()
}
