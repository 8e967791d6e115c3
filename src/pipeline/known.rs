//! Tells the filter what it has to know of a run, and the run of the policy that is judged there. Decides nothing.

use std::sync::Arc;

use super::scan::Found;
use super::{Judging, PolicyRun, Run};
use crate::filter::{Filtered, SUPPRESSIONS, Scene};
use crate::finding::{Failure, FailureKind};
use crate::policy::Choice;

/// What the filter has to know of the run.
pub(super) fn scene<'a>(
    run: &'a Run<'_>,
    judging: &'a Judging<'_>,
    active: &[&'a Choice],
    failures: &'a [Failure],
    found: &'a Found,
) -> Scene<'a> {
    let chosen = judging.chosen;
    let mut known: Vec<&str> = chosen.choices.iter().map(|choice| &*choice.policy.id).collect();
    known.extend(chosen.skipped.iter().map(|(id, _)| &**id));
    known.sort_unstable();
    let has_failed =
        |choice: &Choice| failures.iter().any(|one| one.policy.as_ref() == Some(&choice.policy.id));
    let ran = active.iter().filter(|choice| !has_failed(choice));
    let unread = failures.iter().filter(|failure| failure.kind == FailureKind::Read);
    Scene {
        workspace: run.workspace,
        targets: run.targets,
        severity: judging.severity,
        waivers: judging.waivers,
        known,
        ran: ran.map(|choice| (&*choice.policy.id, choice.severity)).collect(),
        policy: chosen.choices.iter().find(|choice| *choice.policy.id == *SUPPRESSIONS),
        marked: &found.marked,
        unmarked: &found.unmarked,
        unread: unread.filter_map(|failure| Some(&failure.path.as_ref()?.path)).collect(),
    }
}

/// Names the policy about suppressions among those that ran, where there was anything for it to judge; else not at
/// all, so that whoever suppresses nothing need not know of it.
pub(super) fn add_suppressions(judging: &Judging<'_>, filtered: &Filtered, policies: &mut Vec<PolicyRun>) {
    let is_at_work =
        filtered.n_suppressions > 0 || filtered.kept.iter().any(|finding| *finding.policy == *SUPPRESSIONS);
    if !is_at_work {
        policies.retain(|policy| *policy.id != *SUPPRESSIONS);
        return;
    }
    if let Some(choice) = judging.chosen.choices.iter().find(|choice| *choice.policy.id == *SUPPRESSIONS) {
        policies.push(PolicyRun {
            id: Arc::clone(&choice.policy.id),
            skipped: None,
            facts: filtered.n_suppressions,
            findings: 0,
            operations: 0,
        });
    }
}
