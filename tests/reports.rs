//! One outcome with everything that is hard to show, through each reporter, against golden files; `UPDATE_GOLDEN=1`
//! rewrites those. Never reads a clock or a terminal.

#![expect(clippy::disallowed_methods, reason = "tests read their golden files")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use policylint::finding::{Applicability, Edit, Failure, FailureKind, Finding, Fix, Label, Severity};
use policylint::fix::Reach;
use policylint::pipeline::{Outcome, PolicyRun};
use policylint::report::{self, Style};
use policylint::source::{Place, RepoPath, SourceFile, Span};
use proptest::collection::vec;
use proptest::prelude::proptest;
use serde_json::{Value, json};

/// A column beyond what fits into the 16-bit widths of Rust's formatting.
const FAR: usize = 70_000;

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
        ("json.json", without_version(&text("json", &outcome, &plain(80)))),
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
    for format in ["human", "concise"] {
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
fn json_is_as_its_schema_says() {
    let schema = include_str!("../docs/schema/report-v1.schema.json");
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

fn source(path: &str, text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(RepoPath::new(path), text))
}

fn sources<const N: usize>(files: [Arc<SourceFile>; N]) -> BTreeMap<RepoPath, Arc<SourceFile>> {
    files.into_iter().map(|file| (file.path.clone(), file)).collect()
}

/// The range of the first occurrence of `part`.
fn span(source: &SourceFile, part: &str) -> Span {
    let start = source.text.find(part).unwrap();
    Span::new(start, start + part.len())
}

fn label(source: &SourceFile, span: Span, text: &str) -> Label {
    Label { place: source.place(span), text: text.into() }
}

fn finding(place: Place, policy: &str, message: &str) -> Finding {
    Finding {
        place,
        policy: policy.into(),
        message: message.into(),
        severity: Severity::Error,
        help: "Put `uv run` in front, or use `uv add` / `uv pip`.".into(),
        labels: Vec::new(),
        fixes: Vec::new(),
        key: message.into(),
        occurrence: 0,
    }
}

fn outcome() -> Outcome {
    let readme =
        source("README.md", "# Shop\n\nInstall it:\n\n```console\n$ pip install shop\n$ uv run shop\n```\n");
    let agents = source(
        "docs/agents.md",
        "# Agents\r\n\r\nWe manage Python with uv only.\r\n\r\n🦀 日本 then `python -m shop`,\tnothing else\r\n\r\nrun\r\n",
    );
    let hostile = source("docs/bad\u{1b}[2J.md", "fine\n\u{1b}]0;title\u{7}run pip\u{202e}txt.exe now\n");
    let minified = source("site/app.js", &format!("{}pip install{}", "a;".repeat(FAR / 2), ";b".repeat(FAR)));
    let empty = source("src/shop/__init__.py", "");
    let module = source("src/shop/pay.py", "\"\"\"Payments.\"\"\"\n\ndef pay():\n    return 1\n");
    let long = source("tests.sh", "for f in *; do\n  a\n  b\n  c\n  d\n  e\n  pip \\\n  install $f\ndone\n");
    let policy = source(".policylint/policies/slow.rhai", "fn command(cmd, options) {\n    loop {}\n}\n");
    let mut findings = readme_findings(&readme, &agents);
    findings.extend(hard_findings(&agents, &hostile, &minified, &long));
    findings.extend(file_findings(&empty, &module, &agents));
    findings.sort();
    let slow = Failure {
        kind: FailureKind::Budget,
        path: Some(policy.place(span(&policy, "loop {}"))),
        policy: Some("slow".into()),
        message: "`command` used more than 1,000,000 operations; select fewer facts in the header".to_owned(),
    };
    let unread = Failure {
        kind: FailureKind::Read,
        path: None,
        policy: None,
        message: "no access to `secret\u{9b}`".to_owned(),
    };
    let mut outcome = Outcome {
        findings,
        failures: vec![slow, unread],
        sources: sources([readme, agents, hostile, minified, empty, module, long, policy]),
        ..Outcome::default()
    };
    fill_summary(&mut outcome);
    outcome
}

/// A fix, a label in the same lines, a label in another file.
fn readme_findings(readme: &SourceFile, agents: &SourceFile) -> Vec<Finding> {
    let pip = span(readme, "pip install shop");
    let edit =
        Edit { place: readme.place(Span::new(pip.start, pip.start + 11)), replacement: "uv add".into() };
    let fix =
        Fix { title: "use `uv add`".into(), edits: vec![edit.clone()], applicability: Applicability::Unsafe };
    let shown =
        Fix { applicability: Applicability::DisplayOnly, title: "drop the step".into(), edits: Vec::new() };
    let safe = Fix { applicability: Applicability::Safe, title: "quote it".into(), edits: vec![edit] };
    let rule =
        label(agents, span(agents, "uv only"), "the house rule, which every person and every agent follows");
    let right = label(readme, span(readme, "uv run"), "this line has it right");
    let labels = vec![right, rule];
    vec![Finding {
        labels,
        fixes: vec![fix, shown, safe],
        ..finding(readme.place(pip), "uv-only", "`pip` is run directly")
    }]
}

/// Text that is hard to draw: control characters, far columns, wide characters, many lines.
fn hard_findings(
    agents: &SourceFile,
    hostile: &SourceFile,
    minified: &SourceFile,
    long: &SourceFile,
) -> Vec<Finding> {
    let python = finding(agents.place(span(agents, "python -m shop")), "uv-only", "`python` is run directly");
    let tab = label(agents, span(agents, "nothing else"), "after a tab");
    let inside = label(agents, span(agents, "-m"), "inside the finding");
    let bad = finding(
        hostile.place(span(hostile, "pip\u{202e}txt")),
        "uv-only",
        "`pip\u{202e}txt\u{1b}[0m\n` is odd",
    );
    let far = finding(minified.place(span(minified, "pip")), "uv-only", "`pip` is run directly");
    let near = label(minified, span(minified, "install"), "in sight");
    let away = label(minified, Span::new(0, 1), "far away on the same line");
    let loops = finding(
        long.place(Span::new(0, long.text.len())),
        "no-loops",
        "a loop over all files runs `pip` once for each of them, which takes minutes where one call takes a second",
    );
    let several = finding(long.place(span(long, "pip \\\n  install")), "uv-only", "`pip` is run directly");
    vec![
        Finding { labels: vec![tab, inside], ..python },
        Finding { severity: Severity::Warning, help: "a \u{7} bell".into(), ..bad },
        Finding { labels: vec![near, away], ..far },
        Finding { severity: Severity::Info, help: "".into(), ..loops },
        several,
    ]
}

/// Findings about a file as a whole: with text, without, and a folder that is no file at all.
fn file_findings(empty: &SourceFile, module: &SourceFile, agents: &SourceFile) -> Vec<Finding> {
    let help = "Write `tests/test_pay.py` first: one test that fails for the reason you expect, then the code that \
                makes it pass.\nTests that only import the module do not count.";
    let rule = Label { place: Place::whole(agents.path.clone()), text: "tests come first".into() };
    let untested = finding(Place::whole(module.path.clone()), "tests-first", "`src/shop/pay.py` has no test");
    let whole = finding(Place::whole(empty.path.clone()), "no-empty-file", "the file is empty");
    let folder =
        finding(Place::whole(RepoPath::new("thoughts/old")), "thoughts-at-root", "the folder is stale");
    vec![
        Finding { help: help.into(), labels: vec![rule], severity: Severity::Warning, ..untested },
        Finding { help: "Delete it.".into(), ..whole },
        folder,
    ]
}

fn fill_summary(outcome: &mut Outcome) {
    let run = |id: &str, facts, findings, operations| PolicyRun {
        id: id.into(),
        skipped: None,
        facts,
        findings,
        operations,
    };
    let reason = Some("nothing in the repository says that Python is managed with uv".to_owned());
    let summary = &mut outcome.summary;
    summary.files = 1_204;
    summary.files_read = 96;
    summary.skipped = BTreeMap::from([("binary", 2), ("too large", 1)]);
    summary.policies = vec![
        run("no-loops", 1, 1, 12),
        PolicyRun { skipped: reason, ..run("python-pinned", 0, 0, 0) },
        run("uv-only", 40, 6, 12_345),
    ];
    summary.below_severity = 3;
    summary.suppressed = 2;
    summary.baselined = 1_000;
    summary.elapsed = Duration::from_millis(43);
}
