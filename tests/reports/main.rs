//! One outcome with everything that is hard to show, through each reporter, against golden files; `UPDATE_GOLDEN=1`
//! rewrites those. Never reads a clock or a terminal.

#![expect(clippy::disallowed_methods, reason = "tests read their golden files")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use policylint::finding::Finding;
use policylint::fix::Reach;
use policylint::pipeline::Outcome;
use policylint::report::{self, Style};
use policylint::source::Span;
use proptest::collection::vec;
use proptest::prelude::proptest;
use serde_json::{Value, json};

mod any_text;
mod sample;
mod sarif;

use sample::{finding, label, outcome, source, sources};

fn plain(width: usize) -> Style {
    Style { width, ..Style::default() }
}

#[test]
fn reports_match_their_golden_files() {
    let outcome = outcome();
    let colored =
        Style { color: true, hyperlinks: Some("file:///home/me/project/".to_owned()), ..plain(100) };
    let ascii = Style { unicode: false, ..plain(80) };
    let verbose = Style { verbose: true, ..plain(100) };
    let fixing = Style { reach: Some(Reach::Unsafe), ..plain(100) };
    let cases = [
        ("human-80.txt", text("human", &outcome, &plain(80))),
        ("human-140.txt", text("human", &outcome, &plain(140))),
        ("human-ascii.txt", text("human", &outcome, &ascii)),
        ("human-color.txt", text("human", &outcome, &colored)),
        ("concise.txt", text("concise", &outcome, &plain(80))),
        ("concise-color.txt", text("concise", &outcome, &colored)),
        ("concise-fixes.txt", text("concise", &outcome, &fixing)),
        ("summary-fixes.txt", report::summary(&outcome, &fixing)),
        ("agent.txt", text("agent", &outcome, &fixing)),
        ("azure.txt", text("azure", &outcome, &plain(80))),
        ("checkstyle.xml", text("checkstyle", &outcome, &plain(80))),
        ("github.txt", text("github", &outcome, &plain(80))),
        ("github-summary.md", report::step_summary(&outcome)),
        ("gitlab.json", text("gitlab", &outcome, &plain(80))),
        ("grouped.txt", text("grouped", &outcome, &fixing)),
        ("grouped-color.txt", text("grouped", &outcome, &colored)),
        ("json.json", without_version(&text("json", &outcome, &plain(80)))),
        ("jsonl.jsonl", without_version(&text("jsonl", &outcome, &plain(80)))),
        ("junit.xml", text("junit", &outcome, &plain(80))),
        ("markdown.md", text("markdown", &outcome, &plain(80))),
        ("rdjson.json", text("rdjson", &outcome, &plain(80))),
        ("rdjsonl.jsonl", text("rdjsonl", &outcome, &plain(80))),
        ("sarif.sarif", without_version(&text("sarif", &outcome, &plain(80)))),
        ("tap.txt", text("tap", &outcome, &plain(80))),
        ("teamcity.txt", text("teamcity", &outcome, &plain(80))),
        ("summary.txt", report::summary(&outcome, &plain(80))),
        ("summary-verbose.txt", report::summary(&outcome, &verbose)),
        ("failures.txt", report::failures(&outcome, &plain(80))),
    ];
    for (name, text) in cases {
        check(name, &text);
    }
}

#[test]
fn reports_hold_no_raw_control_characters_and_no_trailing_spaces() {
    for format in ["human", "concise", "grouped", "agent", "github", "azure", "tap", "teamcity", "markdown"] {
        let text = text(format, &outcome(), &plain(80));
        let raw =
            text.chars().find(|&c| (c.is_control() && c != '\n') || ('\u{2028}'..='\u{202e}').contains(&c));
        assert_eq!(raw, None, "{format}");
        assert!(text.lines().all(|line| line == line.trim_end()), "{format}");
    }
}

#[test]
fn a_report_is_the_same_every_time() {
    for reporter in report::REPORTERS {
        assert_eq!(text(reporter.name, &outcome(), &plain(80)), text(reporter.name, &outcome(), &plain(80)));
    }
}

#[test]
fn findings_show_without_their_sources() {
    let outcome = Outcome { sources: BTreeMap::new(), ..outcome() };
    let text = text("human", &outcome, &plain(80));
    for finding in &outcome.findings {
        assert!(text.contains(&format!(":{}:{}", finding.place.start.line, finding.place.start.column)));
    }
    assert!(!text.contains('│'));
}

#[test]
fn a_run_without_findings_says_so() {
    let mut outcome = Outcome::default();
    outcome.summary.files = 1_204;
    assert!(
        report::summary(&outcome, &plain(80))
            .starts_with("no findings in 1,204 files (names from walk, 0 read)")
    );
    assert_eq!(text("human", &outcome, &plain(80)), "");
    outcome.summary.files = 0;
    assert!(report::summary(&outcome, &plain(80)).starts_with("no files to judge"));
    assert_eq!(report::summary(&outcome, &Style { quiet: true, ..plain(80) }), "");
}

#[test]
fn every_format_has_a_golden_file() {
    let golden = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).unwrap();
    let names: Vec<String> = golden.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    for reporter in report::REPORTERS {
        let starts = |name: &String| name.split(['.', '-']).next() == Some(reporter.name);
        assert!(names.iter().any(starts), "{} has none", reporter.name);
    }
}

#[test]
fn json_lines_are_those_of_the_document() {
    let schema = include_str!("../../docs/schema/report-lines-v1.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let document = include_str!("../../docs/schema/report-v1.schema.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let whole: Value = serde_json::from_str(&text("json", &outcome(), &plain(80))).unwrap();
    let mut lines = text("jsonl", &outcome(), &plain(80)).lines().map(str::to_owned).collect::<Vec<_>>();
    let mut parsed: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.pop().unwrap().starts_with("{\"type\":\"summary\""));
    let kinds = schema["properties"]["type"]["enum"].as_array().unwrap();
    for line in &mut parsed {
        let kind = line.as_object_mut().unwrap().shift_remove("type").unwrap();
        assert!(kinds.contains(&kind), "{kind}");
        if kind == "run" {
            assert_eq!(line["schema_version"], whole["schema_version"]);
            continue;
        }
        // A line is what the schema of the document says of the same thing.
        let kind = kind.as_str().unwrap();
        let shape = json!({ "$ref": format!("#/$defs/{kind}"), "$defs": document["$defs"] });
        let errors: Vec<String> = jsonschema::validator_for(&shape)
            .unwrap()
            .iter_errors(line)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, [""; 0], "{kind}");
    }
    let findings: Vec<&Value> = parsed.iter().filter(|line| line.get("fingerprint").is_some()).collect();
    assert_eq!(findings, whole["findings"].as_array().unwrap().iter().collect::<Vec<_>>());
}

#[test]
fn json_is_as_its_schema_says() {
    let schema = include_str!("../../docs/schema/report-v1.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for outcome in [outcome(), Outcome::default(), Outcome { findings: Vec::new(), ..outcome() }] {
        let report = serde_json::from_str(&text("json", &outcome, &plain(80))).unwrap();
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
    }
    // The schema is strict, or the test above says little.
    let mut report: Value = serde_json::from_str(&text("json", &outcome(), &plain(80))).unwrap();
    report["findings"][0]["surprise"] = json!(1);
    assert!(!validator.is_valid(&report));
}

#[test]
fn many_labels_are_cut_short() {
    let source = source("many.txt", &"x\n".repeat(100));
    let labels = (0..50).map(|line| label(&source, Span::new(2 * line, 2 * line + 1), "here")).collect();
    let finding = Finding { labels, ..finding(source.place(Span::new(150, 151)), "uv-only", "too many") };
    let outcome = Outcome { findings: vec![finding], sources: sources([source]), ..Outcome::default() };
    let text = text("human", &outcome, &plain(80));
    assert_eq!(text.matches("here").count(), 20);
    assert!(text.contains("see: and 30 more"));
}

proptest! {
    /// The fallback for a drawing that panics has no help, so its absence would show here.
    #[test]
    fn any_text_and_any_places_are_drawn(
        text in "([a🦀é\t\r\n\u{202e}\u{301}]|[x日]{30}){0,40}",
        spans in vec((0_usize..700, 0_usize..700), 1..8),
        width in 0_usize..160,
    ) {
        let source = source("any.txt", &text);
        let mut places = spans.iter().map(|&(start, end)| Span::new(start, end));
        let main = finding(source.place(places.next().unwrap()), "uv-only", &text);
        let labels = places.map(|span| label(&source, span, &text)).collect();
        let outcome =
            Outcome { findings: vec![Finding { labels, ..main }], sources: sources([source]), ..Outcome::default() };
        let report = self::text("human", &outcome, &plain(width));
        assert!(report.contains("  help: Put"), "{report}");
        assert!(report.lines().all(|line| line == line.trim_end()), "{report:?}");
    }
}

fn text(format: &str, outcome: &Outcome, style: &Style) -> String {
    let mut bytes = Vec::new();
    (report::reporter(format).unwrap().write)(outcome, style, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn without_version(json: &str) -> String {
    json.replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"VERSION\"")
}

fn check(name: &str, text: &str) {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == text, "{name} differs; see the change with UPDATE_GOLDEN=1 and git diff\n{text}");
}
