//! TAP, version 13, which test harnesses read: a point for each finding, and one for each policy that finds nothing.

use std::io;

use super::as_tests::{Test, TestResult, tests};
use super::{Reporter, Style, clean, words};
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "tap",
    doc: "Test Anything Protocol, version 13",
    needs_sources: false,
    limit: None,
    write,
};

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let tests = tests(outcome);
    let tests: Vec<(&&str, &Test<'_>)> =
        tests.iter().flat_map(|(policy, tests)| tests.iter().map(move |test| (policy, test))).collect();
    out.write_all(b"TAP version 13\n")?;
    match tests.len() {
        0 => out.write_all(b"1..0 # SKIP no policy ran\n")?,
        n => writeln!(out, "1..{n}")?,
    }
    for (number, (policy, test)) in (1..).zip(tests) {
        write_point(number, policy, test, out)?;
    }
    Ok(())
}

fn write_point(number: usize, policy: &str, test: &Test<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let name = escaped(&test.name);
    match test.result {
        TestResult::Passed => writeln!(out, "ok {number} - {name}"),
        TestResult::Skipped(_, waiver) => {
            writeln!(out, "ok {number} - {name} # SKIP {}", escaped(&words::waiver(waiver)))
        }
        TestResult::Failed(finding) => {
            writeln!(out, "not ok {number} - {name} {}", escaped(&clean::line(&finding.message)))?;
            let lines = finding.place.start.line.to_string();
            let details = [
                ("message", &*finding.message),
                ("severity", finding.severity.word()),
                ("help", &*finding.help),
                ("policy", policy),
                ("file", finding.place.path.as_str()),
            ];
            write_details(&details, Some(&lines), out)
        }
        TestResult::Broken(failure) => {
            writeln!(out, "not ok {number} - {name} {}", escaped(&clean::line(&failure.message)))?;
            let details =
                [("message", &*failure.message), ("severity", "failure"), ("kind", failure.kind.word())];
            write_details(&details, None, out)
        }
    }
}

/// A block of YAML, in which every value is a JSON string, for that is YAML too.
fn write_details(details: &[(&str, &str)], line: Option<&str>, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(b"  ---\n")?;
    for (key, value) in details {
        let value = serde_json::to_string(value)?;
        writeln!(out, "  {key}: {}", clean::json(&value))?;
    }
    if let Some(line) = line {
        writeln!(out, "  line: {line}")?;
    }
    out.write_all(b"  ...\n")
}

/// A description in which no `#` begins a directive.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}
