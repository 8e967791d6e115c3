//! The JSON report, version 1, for programs. Described by `docs/schema/report-v1.schema.json`: keys may be added in
//! this version, never renamed or removed. Holds no clock, so equal runs give equal bytes.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::{Reporter, Style, clean};
use crate::finding::{Applicability, Edit, Failure, Finding, Fix, Label, Severity, fingerprints};
use crate::pipeline::{Outcome, PolicyRun, Summary};

pub(super) static REPORTER: Reporter = Reporter {
    name: "json",
    doc: "The whole outcome for programs, schema version 1",
    needs_sources: false,
    write,
};

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&ReportJson::new(outcome))?;
    out.write_all(clean::json(&text).as_bytes())?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct ReportJson<'a> {
    schema_version: u32,
    tool: ToolJson,
    root: &'static str,
    findings: Vec<FindingJson<'a>>,
    failures: Vec<FailureJson<'a>>,
    summary: SummaryJson<'a>,
    policies: Vec<PolicyJson<'a>>,
}

#[derive(Serialize)]
struct ToolJson {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    policy: &'a str,
    severity: &'static str,
    message: &'a str,
    help: &'a str,
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    labels: Vec<LabelJson<'a>>,
    fixes: Vec<FixJson<'a>>,
    fingerprint: String,
}

#[derive(Serialize)]
struct LabelJson<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct FixJson<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    path: &'a str,
    start: usize,
    end: usize,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    replacement: &'a str,
}

#[derive(Serialize)]
struct FailureJson<'a> {
    kind: &'static str,
    path: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    policy: Option<&'a str>,
    message: &'a str,
}

#[derive(Serialize)]
struct SummaryJson<'a> {
    files: usize,
    files_read: usize,
    policies: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    baselined: usize,
    below_severity: usize,
    unchanged: usize,
    fixed: usize,
    names: &'static str,
    revision: Option<&'a str>,
    since: Option<&'a str>,
    trusted: Option<&'a str>,
    overruled: Vec<&'a str>,
    skipped: &'a BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct PolicyJson<'a> {
    id: &'a str,
    status: &'static str,
    reason: Option<&'a str>,
    facts: usize,
    findings: usize,
    operations: u64,
}

impl<'a> ReportJson<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        let named = outcome.findings.iter().zip(fingerprints(&outcome.findings));
        Self {
            schema_version: 1,
            tool: ToolJson { name: "policylint", version: env!("CARGO_PKG_VERSION") },
            root: ".",
            findings: named.map(|(finding, fingerprint)| FindingJson::new(finding, fingerprint)).collect(),
            failures: outcome.failures.iter().map(FailureJson::new).collect(),
            summary: SummaryJson::new(outcome),
            policies: outcome.summary.policies.iter().map(PolicyJson::new).collect(),
        }
    }
}

impl<'a> FindingJson<'a> {
    fn new(finding: &'a Finding, fingerprint: String) -> Self {
        let place = &finding.place;
        Self {
            policy: &finding.policy,
            severity: finding.severity.word(),
            message: &finding.message,
            help: &finding.help,
            path: place.path.as_str(),
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
            labels: finding.labels.iter().map(LabelJson::new).collect(),
            fixes: finding.fixes.iter().map(FixJson::new).collect(),
            fingerprint,
        }
    }
}

impl<'a> LabelJson<'a> {
    fn new(label: &'a Label) -> Self {
        let place = &label.place;
        Self {
            path: place.path.as_str(),
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
            text: &label.text,
        }
    }
}

impl<'a> FixJson<'a> {
    fn new(fix: &'a Fix) -> Self {
        let applicability = match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
            Applicability::DisplayOnly => "display-only",
        };
        Self { title: &fix.title, applicability, edits: fix.edits.iter().map(EditJson::new).collect() }
    }
}

impl<'a> EditJson<'a> {
    fn new(edit: &'a Edit) -> Self {
        let place = &edit.place;
        Self {
            path: place.path.as_str(),
            start: place.span.start,
            end: place.span.end,
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
            replacement: &edit.replacement,
        }
    }
}

impl<'a> FailureJson<'a> {
    fn new(failure: &'a Failure) -> Self {
        let place = failure.path.as_ref();
        Self {
            kind: failure.kind.word(),
            path: place.map(|place| place.path.as_str()),
            line: place.map(|place| place.start.line),
            column: place.map(|place| place.start.column),
            policy: failure.policy.as_deref(),
            message: &failure.message,
        }
    }
}

impl<'a> SummaryJson<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        let summary = &outcome.summary;
        Self {
            files: summary.files,
            files_read: summary.files_read,
            policies: summary.policies.iter().filter(|policy| policy.skipped.is_none()).count(),
            errors: Summary::count(&outcome.findings, Severity::Error),
            warnings: Summary::count(&outcome.findings, Severity::Warning),
            infos: Summary::count(&outcome.findings, Severity::Info),
            suppressed: summary.suppressed,
            baselined: summary.baselined,
            below_severity: summary.below_severity,
            unchanged: summary.unchanged,
            fixed: summary.fixed,
            names: summary.names.word(),
            revision: summary.revision.as_deref(),
            since: summary.since.as_deref(),
            trusted: summary.trusted.as_deref(),
            overruled: summary.overruled.iter().map(|path| path.as_str()).collect(),
            skipped: &summary.skipped,
        }
    }
}

impl<'a> PolicyJson<'a> {
    fn new(policy: &'a PolicyRun) -> Self {
        Self {
            id: &policy.id,
            status: if policy.skipped.is_none() { "ran" } else { "skipped" },
            reason: policy.skipped.as_deref(),
            facts: policy.facts,
            findings: policy.findings,
            operations: policy.operations,
        }
    }
}
