//! The JSON report in lines, version 1: one object for the run, then one for each finding, failure and policy, then the
//! summary, so that a text without one is known to be cut off. Described by `docs/schema/report-lines-v1.schema.json`.

use std::io;

use serde::Serialize;

use super::records::{FailureJson, FindingJson, PolicyJson, SummaryJson, TOOL, ToolJson};
use super::{Reporter, Style, known, text_json};
use crate::pipeline::Outcome;

pub(super) static REPORTER: Reporter = Reporter {
    name: "jsonl",
    doc: "The JSON report in lines, schema version 1",
    needs_sources: false,
    limit: None,
    write,
};

/// One line, which says by its `type` what it is.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Run { schema_version: u32, tool: ToolJson, root: &'static str },
    Finding(FindingJson<'a>),
    Failure(FailureJson<'a>),
    Policy(PolicyJson<'a>),
    Summary(SummaryJson<'a>),
}

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    text_json::write_line(out, &Line::Run { schema_version: 1, tool: TOOL, root: "." })?;
    for named in known::shown(outcome) {
        text_json::write_line(out, &Line::Finding(FindingJson::new(named)))?;
    }
    for failure in &outcome.failures {
        text_json::write_line(out, &Line::Failure(FailureJson::new(failure)))?;
    }
    for policy in &outcome.summary.policies {
        text_json::write_line(out, &Line::Policy(PolicyJson::new(policy)))?;
    }
    text_json::write_line(out, &Line::Summary(SummaryJson::new(outcome)))
}
