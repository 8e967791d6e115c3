//! SARIF 2.1.0 as GitHub reads it: one run, with the rules in full, every finding under a stable name, known ones as
//! suppressed or unchanged, and failures as notifications. Holds no clock and no absolute path.

use std::cmp::Reverse;
use std::io;

use serde::Serialize;

use super::known::{self, Named};
use super::{Reporter, Style, summary, text_json, words};
use crate::finding::Waiver;
use crate::pipeline::Outcome;

mod location;
mod notification;
mod result;
mod rule;

use notification::{Descriptor, Descriptors, Notification};
use result::{Hashes, SarifResult};
use rule::{Rule, Rules};

pub(super) static REPORTER: Reporter = Reporter {
    name: "sarif",
    doc: "SARIF 2.1.0, for GitHub code scanning and other readers",
    // The hashes by which GitHub recognises lines are made from their text.
    needs_sources: true,
    // GitHub refuses a run with more.
    limit: Some(25_000),
    write,
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    /// Always one: GitHub refuses several of one tool.
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    automation_details: Automation,
    column_kind: &'static str,
    default_encoding: &'static str,
    original_uri_base_ids: Bases,
    invocations: [Invocation<'a>; 1],
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    information_uri: &'static str,
    rules: Vec<Rule<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notifications: Vec<Descriptor>,
}

#[derive(Serialize)]
struct Automation {
    id: &'static str,
}

/// What relative addresses are relative to; where that lies is another matter on each machine.
#[derive(Serialize)]
struct Bases {
    #[serde(rename = "%SRCROOT%")]
    root: Base,
}

#[derive(Serialize)]
struct Base {
    description: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification<'a>>,
}

/// A plain text.
#[derive(Serialize)]
struct Text {
    text: String,
}

impl Text {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

fn write(outcome: &Outcome, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let named = within_limit(known::named(outcome));
    let rules = Rules::new(outcome);
    let hashes = Hashes::new(&named, outcome);
    let states = States::of(outcome);
    let results =
        named.into_iter().map(|one| SarifResult::new(one, &rules, &hashes, &states)).collect::<Vec<_>>();
    let cut = summary::left_out(outcome, &REPORTER);
    let descriptors = Descriptors::new(outcome, cut.as_ref());
    let failures = outcome.failures.iter().map(|failure| Notification::of(failure, &rules, &descriptors));
    let cut = cut.map(|message| Notification::cut(message, &descriptors));
    let run = Run {
        tool: Tool { driver: driver(rules.all(outcome), descriptors.all()) },
        // The category of an upload, unless the upload names one; nothing behind the slash, for that would be a date.
        automation_details: Automation { id: "policylint/" },
        column_kind: "unicodeCodePoints",
        default_encoding: "utf-8",
        original_uri_base_ids: Bases { root: Base { description: Text::new("The root of the repository.") } },
        invocations: [Invocation {
            execution_successful: outcome.failures.is_empty(),
            tool_execution_notifications: failures.chain(cut).collect(),
        }],
        results,
    };
    text_json::write_pretty(out, &Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

fn driver(rules: Vec<Rule<'_>>, notifications: Vec<Descriptor>) -> Driver<'_> {
    Driver {
        name: words::OURSELVES,
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_HOMEPAGE"),
        rules,
        notifications,
    }
}

/// The findings that fit, the shown ones before the known and the gravest before the milder, in their order.
fn within_limit(mut named: Vec<Named<'_>>) -> Vec<Named<'_>> {
    let Some(limit) = REPORTER.limit.filter(|&limit| named.len() > limit) else { return named };
    named.sort_by_key(|one| (one.waiver.is_some(), Reverse(one.finding.severity)));
    named.truncate(limit);
    named.sort_by(|a, b| a.finding.cmp(b.finding));
    named
}

/// Which properties every result has: the format wants each on all of them or on none.
struct States {
    /// There is a baseline, so each result is new or not.
    has_baseline: bool,
    /// There are suppressions, so each result has some or none.
    has_suppressions: bool,
}

impl States {
    fn of(outcome: &Outcome) -> Self {
        Self {
            has_baseline: outcome.waived.iter().any(|known| known.by == Waiver::Baseline),
            has_suppressions: !outcome.waived.is_empty(),
        }
    }
}
