//! One outcome with everything that is hard to show. Reads nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use policylint::finding::{
    Applicability, Edit, Failure, FailureKind, Finding, Fix, Label, Severity, Waived, Waiver,
};
use policylint::pipeline::{About, Outcome, PolicyRun};
use policylint::source::{Place, RepoPath, SourceFile, Span};

/// A column beyond what fits into the 16-bit widths of Rust's formatting.
const FAR: usize = 70_000;

pub(crate) fn source(path: &str, text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(RepoPath::new(path), text))
}

pub(crate) fn sources<const N: usize>(files: [Arc<SourceFile>; N]) -> BTreeMap<RepoPath, Arc<SourceFile>> {
    files.into_iter().map(|file| (file.path.clone(), file)).collect()
}

/// The range of the first occurrence of `part`.
pub(crate) fn span(source: &SourceFile, part: &str) -> Span {
    let start = source.text.find(part).unwrap();
    Span::new(start, start + part.len())
}

pub(crate) fn label(source: &SourceFile, span: Span, text: &str) -> Label {
    Label { place: source.place(span), text: text.into() }
}

pub(crate) fn finding(place: Place, policy: &str, message: &str) -> Finding {
    Finding {
        place,
        policy: policy.into(),
        message: message.into(),
        severity: Severity::Error,
        help: "Put `uv run` in front, or use `uv add` / `uv pip`.".into(),
        labels: Vec::new(),
        fixes: Vec::new(),
        key: message.into(),
    }
}

pub(crate) fn outcome() -> Outcome {
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
    let waived = known(&agents);
    let mut outcome = Outcome {
        findings,
        waived,
        about: about(),
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

/// What three sorts of people say about a finding.
fn known(agents: &SourceFile) -> Vec<Waived> {
    let place = agents.place(span(agents, "uv only"));
    let one = |line: usize, by: Waiver| Waived {
        finding: finding(agents.place(Span::new(line, line + 1)), "uv-only", "`python` is run directly"),
        by,
    };
    let mut waived = vec![
        one(0, Waiver::Baseline),
        one(1, Waiver::Comment { place: place.clone(), reason: Some("the image has no uv".into()) }),
        one(2, Waiver::Ledger { place, reason: None }),
    ];
    waived.sort();
    waived
}

fn about() -> BTreeMap<Arc<str>, About> {
    let about = |title: &str, why: &str, tags: &[&str], severity| About {
        title: title.to_owned(),
        why: why.to_owned(),
        help: "put `uv run` in front".to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        severity,
    };
    BTreeMap::from([
        ("no-loops".into(), about("Loops are over batches", "A loop is slow.", &[], Severity::Info)),
        (
            "uv-only".into(),
            about(
                "Python runs through uv",
                "Whatever [is](1) first on PATH runs.\nElse.",
                &["python"],
                Severity::Error,
            ),
        ),
    ])
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
