//! The text of a fitted configuration: a table for each policy that applies, a comment for each that does not.

use std::fmt::Write;

use super::Survey;
use crate::config::DEFAULT_POLICY_PATH;
use crate::document::Setting;
use crate::finding::Severity;
use crate::pipeline::PolicyRun;
use crate::policy::{Policy, Selection};
use crate::report::printable;

/// The configuration for a repository. It judges as no configuration does, but for the folders that it excludes.
#[must_use]
pub fn configuration(survey: &Survey<'_>) -> String {
    let mut text = format!(
        "# Configuration of policylint {}, fitted to what the repository held when it was written.\n\
         # `policylint list` shows the policies, `policylint explain ID` what can be set for one,\n\
         # and `policylint schema` prints the JSON Schema of this file.\n\n",
        env!("CARGO_PKG_VERSION")
    );
    exclude(survey, &mut text);
    text.push_str(
        "# The mildest severity that fails a run; what is milder is only shown.\nfail-on = \"error\"\n",
    );
    let (ran, skipped): (Vec<_>, Vec<_>) =
        survey.outcome.summary.policies.iter().partition(|run| run.skipped.is_none());
    for (run, policy) in described(&ran, survey) {
        active(run, policy, survey, &mut text);
    }
    if !skipped.is_empty() {
        text.push_str("\n# Not active, since nothing here is a sign of them. A table turns a policy on.\n");
    }
    for (_, policy) in described(&skipped, survey) {
        inactive(policy, &mut text);
    }
    let _ = write!(
        text,
        "\n# Policies of your own lie in `{DEFAULT_POLICY_PATH}/ID.rhai`; they need no entry here.\n"
    );
    text
}

/// Runs with the policies that they are of.
fn described<'s>(
    runs: &'s [&'s PolicyRun],
    survey: &'s Survey<'_>,
) -> impl Iterator<Item = (&'s PolicyRun, &'s Policy)> {
    runs.iter().filter_map(|run| {
        let policy = survey.policies.iter().find(|policy| policy.id == run.id)?;
        Some((*run, &**policy))
    })
}

fn exclude(survey: &Survey<'_>, text: &mut String) {
    if survey.vendored.is_empty() {
        text.push_str(
            "# Paths that no policy judges, for instance [\"/generated\", \"*.snap\"].\nexclude = []\n\n",
        );
    } else {
        let patterns = Setting::Texts(survey.vendored.clone()).to_toml();
        let _ = write!(
            text,
            "# Code of others, which is not for this repository to mend.\nexclude = {patterns}\n\n"
        );
    }
}

fn active(run: &PolicyRun, policy: &Policy, survey: &Survey<'_>, text: &mut String) {
    let _ = write!(text, "\n# {}.\n", sentence(&policy.header.title));
    if run.findings > 0 {
        let own = survey.outcome.findings.iter().filter(|finding| finding.policy == run.id);
        let n_errors = own.filter(|finding| finding.severity == Severity::Error).count();
        let (findings, them) = if run.findings == 1 { ("finding", "it") } else { ("findings", "them") };
        let _ = write!(text, "# {} {findings} today", run.findings);
        text.push_str(&if n_errors == 0 {
            ": shown, but no reason to fail.\n".to_owned()
        } else {
            format!(
                ": mend {them}, accept {them} with `policylint baseline`, or say \"warning\" meanwhile.\n"
            )
        });
    }
    let _ = write!(text, "[policies.{}]\nseverity = \"{}\"\n", policy.id, policy.header.severity);
}

fn inactive(policy: &Policy, text: &mut String) {
    let _ = write!(text, "#\n# {}. It would show by\n", sentence(&policy.header.title));
    for sign in policy.header.applies.iter().map(Selection::describe) {
        let _ = writeln!(text, "# - {}", printable(&sign));
    }
    let _ = write!(text, "# [policies.{}]\n# severity = \"{}\"\n", policy.id, policy.header.severity);
}

/// A title as it may stand in a comment, without a full stop.
fn sentence(title: &str) -> String {
    printable(title.trim_end_matches('.')).into_owned()
}
