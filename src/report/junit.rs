//! JUnit's XML, which every CI reads: a suite for each policy. Every time is 0, so that equal runs give equal bytes.

use std::io;

use super::as_tests::{Test, TestResult, tests};
use super::xml::Document;
use super::{Reporter, Style, clean, words};
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "junit",
    doc: "JUnit's XML: a suite for each policy, a failed test for each finding",
    needs_sources: false,
    limit: None,
    write,
};

/// How many tests there are, and how they came out.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let suites = tests(outcome);
    let all = Counts::of(suites.values().flatten());
    let mut document = Document::begin(out)?;
    document.open(
        "testsuites",
        &[
            ("name", words::OURSELVES),
            ("tests", &all.tests.to_string()),
            ("failures", &all.failures.to_string()),
            ("errors", &all.errors.to_string()),
            ("time", "0"),
        ],
    )?;
    for (policy, tests) in &suites {
        let counts = Counts::of(tests.iter());
        let policy = clean::line(policy);
        document.open(
            "testsuite",
            &[
                ("name", &policy),
                ("tests", &counts.tests.to_string()),
                ("failures", &counts.failures.to_string()),
                ("errors", &counts.errors.to_string()),
                ("skipped", &counts.skipped.to_string()),
                ("time", "0"),
            ],
        )?;
        for test in tests {
            write_test(&mut document, &policy, test)?;
        }
        document.close("testsuite")?;
    }
    document.close("testsuites")?;
    document.end()
}

fn write_test(document: &mut Document<'_>, policy: &str, test: &Test<'_>) -> io::Result<()> {
    let place = match test.result {
        TestResult::Passed => None,
        TestResult::Failed(finding) | TestResult::Skipped(finding, _) => Some(&finding.place),
        TestResult::Broken(failure) => failure.path.as_ref(),
    };
    let path = place.map(words::path);
    let line = place.map(|place| place.start.line.to_string());
    let mut attributes = vec![("name", test.name.as_str()), ("classname", policy)];
    if let (Some(path), Some(line)) = (&path, &line) {
        attributes.extend([("file", &**path), ("line", line)]);
    }
    attributes.push(("time", "0"));
    match test.result {
        TestResult::Passed => return document.empty("testcase", &attributes),
        TestResult::Failed(finding) => {
            document.open("testcase", &attributes)?;
            let attributes =
                [("message", &*clean::line(&finding.message)), ("type", finding.severity.word())];
            let place = words::position(&finding.place);
            document.text("failure", &attributes, &format!("{place}: {}", words::story(finding)))?;
        }
        TestResult::Skipped(_, waiver) => {
            document.open("testcase", &attributes)?;
            document.empty("skipped", &[("message", &words::waiver(waiver))])?;
        }
        TestResult::Broken(failure) => {
            document.open("testcase", &attributes)?;
            let attributes =
                [("message", &*clean::line(&failure.message)), ("type", &*words::failure_tag(failure))];
            document.text("error", &attributes, &words::lines(&failure.message))?;
        }
    }
    document.close("testcase")
}

impl Counts {
    fn of<'t>(tests: impl Iterator<Item = &'t Test<'t>>) -> Self {
        let mut counts = Self::default();
        for test in tests {
            counts.tests += 1;
            match test.result {
                TestResult::Passed => {}
                TestResult::Failed(_) => counts.failures += 1,
                TestResult::Skipped(..) => counts.skipped += 1,
                TestResult::Broken(_) => counts.errors += 1,
            }
        }
        counts
    }
}
