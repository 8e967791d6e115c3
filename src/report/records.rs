//! The shapes of the JSON report and of its lines, version 1: keys may be added, never renamed or removed. Holds no
//! clock, so equal runs give equal bytes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::known::Named;
use crate::finding::{Applicability, Edit, Failure, Fix, Label, Severity};
use crate::pipeline::{Outcome, PolicyRun, Summary};

#[derive(Serialize)]
pub(super) struct ToolJson {
    name: &'static str,
    version: &'static str,
}

/// This program.
pub(super) const TOOL: ToolJson = ToolJson { name: "policylint", version: env!("CARGO_PKG_VERSION") };

#[derive(Serialize)]
pub(super) struct FindingJson<'a> {
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
pub(super) struct LabelJson<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    text: &'a str,
}

#[derive(Serialize)]
pub(super) struct FixJson<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct EditJson<'a> {
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
pub(super) struct FailureJson<'a> {
    kind: &'static str,
    path: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    policy: Option<&'a str>,
    message: &'a str,
}

#[derive(Serialize)]
pub(super) struct SummaryJson<'a> {
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
pub(super) struct PolicyJson<'a> {
    id: &'a str,
    status: &'static str,
    reason: Option<&'a str>,
    facts: usize,
    findings: usize,
    operations: u64,
}

impl<'a> FindingJson<'a> {
    pub(super) fn new(named: Named<'a>) -> Self {
        let Named { finding, fingerprint, .. } = named;
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
    pub(super) fn new(label: &'a Label) -> Self {
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
    pub(super) fn new(fix: &'a Fix) -> Self {
        let applicability = match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
            Applicability::DisplayOnly => "display-only",
        };
        Self { title: &fix.title, applicability, edits: fix.edits.iter().map(EditJson::new).collect() }
    }
}

impl<'a> EditJson<'a> {
    pub(super) fn new(edit: &'a Edit) -> Self {
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
    pub(super) fn new(failure: &'a Failure) -> Self {
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
    pub(super) fn new(outcome: &'a Outcome) -> Self {
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
    pub(super) fn new(policy: &'a PolicyRun) -> Self {
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
