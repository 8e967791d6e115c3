//! Logging commands of Azure Pipelines: an issue for each error, warning and failure, and a plain line for each info, for
//! which Azure has no type. No text of a finding can be another command.

use std::io;

use super::{Reporter, Style, concise, words};
use crate::finding::Severity;
use crate::pipeline::Outcome;
use crate::source::Place;

pub(super) static REPORTER: Reporter = Reporter {
    name: "azure",
    doc: "Logging commands of Azure Pipelines",
    needs_sources: false,
    limit: None,
    write,
};

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &outcome.findings {
        let kind = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => {
                // The agent looks for commands anywhere in a line.
                let line = concise::line(finding, &Style::default()).replace("##", "# #");
                writeln!(out, "{line}")?;
                continue;
            }
        };
        write_issue(kind, Some(&finding.place), &finding.policy, &words::advice(finding), out)?;
    }
    for failure in &outcome.failures {
        let words = format!("not judged: {}", words::failure(failure));
        write_issue("error", failure.path.as_ref(), &words::failure_tag(failure), &words, out)?;
    }
    Ok(())
}

fn write_issue(
    kind: &str,
    place: Option<&Place>,
    code: &str,
    message: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    write!(out, "##vso[task.logissue type={kind};")?;
    if let Some(place) = place {
        let (path, start) = (property(&words::path(place)), place.start);
        write!(out, "sourcepath={path};linenumber={};columnnumber={};", start.line, start.column)?;
    }
    writeln!(out, "code={};]{}", property(&super::clean::line(code)), data(message))
}

/// A value between semicolons.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

/// A message. The words are on one line already, so only the percent sign is left to escape.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}
