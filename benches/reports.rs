//! The time that each format takes for ten thousand findings in a thousand files, with labels, fixes and sources. Prints
//! a table and judges nothing.

#![expect(clippy::print_stdout, reason = "a program that measures prints")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use policylint::finding::{Applicability, Edit, Finding, Fix, Label, Severity};
use policylint::pipeline::Outcome;
use policylint::report::{REPORTERS, Style};
use policylint::source::{Place, RepoPath, SourceFile, Span};

/// How often each report is written; the best time counts.
const ROUNDS: usize = 5;

const N_FILES: usize = 1_000;
const N_FINDINGS: usize = 10;

/// What a finding stands on.
const COMMAND: &str = "pip install shop";

fn main() {
    let outcome = outcome();
    println!("{:<12} {:>10} {:>9}", "format", "KiB", "ms");
    for reporter in REPORTERS {
        let mut best = f64::INFINITY;
        let mut bytes = Vec::new();
        for _ in 0..ROUNDS {
            bytes.clear();
            let started = Instant::now();
            let result = (reporter.write)(&outcome, &Style::default(), &mut bytes);
            best = best.min(started.elapsed().as_secs_f64() * 1e3);
            assert!(result.is_ok(), "{}", reporter.name);
        }
        println!("{:<12} {:>10} {best:>9.1}", reporter.name, bytes.len() >> 10);
    }
}

fn outcome() -> Outcome {
    let (mut findings, mut sources) = (Vec::new(), BTreeMap::new());
    for number in 0..N_FILES {
        let paragraph = format!("A line of prose, as documents have them, number {number}.\n{COMMAND}\n");
        let path = RepoPath::new(&format!("packages/package-{number}/docs/README.md"));
        let file = Arc::new(SourceFile::new(path, paragraph.repeat(N_FINDINGS * 5)));
        let commands = file.text.match_indices(COMMAND).step_by(5);
        findings.extend(commands.map(|(at, _)| finding(file.place(Span::new(at, at + COMMAND.len())))));
        sources.insert(file.path.clone(), file);
    }
    findings.sort();
    Outcome { findings, sources, ..Outcome::default() }
}

fn finding(place: Place) -> Finding {
    let severity = Severity::ALL[place.start.line as usize % Severity::ALL.len()];
    let label = Label { place: Place::whole(place.path.clone()), text: "the house rule".into() };
    let edit = Edit { place: place.clone(), replacement: "uv add shop".into() };
    let fix = Fix { title: "use `uv add`".into(), edits: vec![edit], applicability: Applicability::Safe };
    Finding {
        place,
        policy: "uv-only".into(),
        message: "`pip` runs outside uv".into(),
        severity,
        help: "use `uv add` or `uv sync` for dependencies of the project, else `uv pip`".into(),
        labels: vec![label],
        fixes: vec![fix],
        key: COMMAND.into(),
    }
}
