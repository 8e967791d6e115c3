//! Service messages of TeamCity: an inspection for each finding, a problem of the build for each failure. Never writes
//! a character of a finding that could end a value or a message.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;

use super::{Reporter, Style, clean, words};
use crate::finding::Severity;
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "teamcity",
    doc: "Service messages of TeamCity, as inspections",
    needs_sources: false,
    limit: None,
    write,
};

/// The characters that TeamCity takes in a name and in any other text.
const MAX_NAME: usize = 255;
const MAX_TEXT: usize = 4_000;

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let types: BTreeSet<&str> = outcome.findings.iter().map(|finding| &*finding.policy).collect();
    for policy in types {
        let about = outcome.about.get(policy);
        let title = about.map_or(policy, |about| &about.title);
        let why = about.map_or(policy, |about| &about.why);
        writeln!(
            out,
            "##teamcity[inspectionType id='{}' name='{}' category='policylint' description='{}']",
            value(policy, MAX_NAME),
            value(title, MAX_NAME),
            value(why, MAX_TEXT)
        )?;
    }
    for finding in &outcome.findings {
        writeln!(
            out,
            "##teamcity[inspection typeId='{}' message='{}' file='{}' line='{}' SEVERITY='{}']",
            value(&finding.policy, MAX_NAME),
            value(&words::advice(finding), MAX_TEXT),
            value(&words::path(&finding.place), MAX_TEXT),
            finding.place.start.line,
            severity(finding.severity)
        )?;
    }
    for failure in &outcome.failures {
        let words = format!("policylint {}: {}", words::failure_tag(failure), words::failure(failure));
        writeln!(out, "##teamcity[buildProblem description='{}']", value(&words, MAX_TEXT))?;
    }
    Ok(())
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    }
}

/// A text between quotes. What is not ASCII is spelt in UTF-16, since the agent's encoding is not ours to know.
fn value(text: &str, limit: usize) -> String {
    let mut value = String::with_capacity(text.len() + 16);
    for character in words::crop(&clean::line(text), limit).chars() {
        match character {
            '|' | '\'' | '[' | ']' => value.extend(['|', character]),
            ' '..='~' => value.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(value, "|0x{unit:04X}");
                }
            }
        }
    }
    value
}
