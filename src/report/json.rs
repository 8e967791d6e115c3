//! The JSON report, version 1, for programs. Described by `docs/schema/report-v1.schema.json`: keys may be added in
//! this version, never renamed or removed. Holds no clock, so equal runs give equal bytes.

use std::io;

use serde::Serialize;

use super::records::{FailureJson, FindingJson, PolicyJson, SummaryJson, TOOL, ToolJson};
use super::{Reporter, Style, known, text_json};
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "json",
    doc: "The whole outcome for programs, schema version 1",
    needs_sources: false,
    limit: None,
    write,
};

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    text_json::write_pretty(out, &ReportJson::new(outcome))
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

impl<'a> ReportJson<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        Self {
            schema_version: 1,
            tool: TOOL,
            root: ".",
            findings: known::shown(outcome).map(FindingJson::new).collect(),
            failures: outcome.failures.iter().map(FailureJson::new).collect(),
            summary: SummaryJson::new(outcome),
            policies: outcome.summary.policies.iter().map(PolicyJson::new).collect(),
        }
    }
}
