//! The facts that are made from the names of all files, and from the history of some. Reads no file itself.

use std::sync::Arc;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::Run;
use super::plan::{Plan, Planned};
use super::scan::Found;
use crate::facts::{Enough, Fact, Source, Survey};
use crate::finding::{Failure, FailureKind};
use crate::source::RepoPath;
use crate::workspace::PathIndex;

/// Adds the facts that are made from names, and from the history.
pub(super) fn from_names(
    run: &Run<'_>,
    plan: &Plan,
    names: &PathIndex,
    focus: Option<&PathIndex>,
    found: &mut Found,
) {
    found.links.sort();
    found.ignored.sort();
    let (links, ignored) = (&found.links[..], &found.ignored[..]);
    let extract = |planned: &Planned| extract(run, planned, (names, links, ignored), focus);
    let facts: Vec<(Vec<Arc<Fact>>, Option<Failure>)> = if names.paths().len() < 256 {
        plan.names.iter().map(extract).collect()
    } else {
        plan.names.par_iter().map(extract).collect()
    };
    for (facts, failure) in facts {
        let unmarked = facts.iter().filter(|fact| fact.is_unmarked);
        found.unmarked.extend(unmarked.map(|fact| fact.place.path.clone()));
        found.facts.extend(facts);
        found.failures.extend(failure);
    }
}

/// The facts of one kind, and what kept the others from being made.
fn extract(
    run: &Run<'_>,
    planned: &Planned,
    (names, links, ignored): (&PathIndex, &[RepoPath], &[RepoPath]),
    focus: Option<&PathIndex>,
) -> (Vec<Arc<Fact>>, Option<Failure>) {
    // What is looked up may lie anywhere.
    let focus = focus.filter(|_| planned.evidence.is_empty());
    let (workspace, languages, wanted) = (run.workspace, run.languages, &planned.wanted);
    let survey = Survey { workspace, names, links, ignored, wanted, focus, languages, enough: Enough::NEVER };
    let (mut facts, mut failure) = (Vec::new(), None);
    if planned.selections(true).next().is_some() {
        failure = rows(planned, &survey, &mut facts);
    }
    facts.retain(|fact| planned.selections(true).any(|one| one.matches(fact)));
    for sign in &planned.signs {
        // A fact anywhere can show that a policy applies, and the first one does.
        let mut shown = Vec::new();
        let matches = |fact: &Fact| sign.matches(fact);
        let (wanted, enough) = (&sign.wanted(), Enough::new(&matches));
        let refused = rows(planned, &Survey { wanted, focus: None, enough, ..survey }, &mut shown);
        failure = failure.or(refused);
        let is_known =
            |fact: &Fact| facts.iter().any(|known| known.place == fact.place && known.key == fact.key);
        let first = shown.into_iter().find(matches).filter(|fact| !is_known(fact));
        facts.extend(first);
    }
    (facts.into_iter().map(Arc::new).collect(), failure)
}

fn rows(planned: &Planned, survey: &Survey<'_>, facts: &mut Vec<Fact>) -> Option<Failure> {
    let result = match (&planned.kind.source, survey.workspace.history()) {
        (Source::Names(rows), _) => {
            rows(survey, facts);
            Ok(())
        }
        (Source::History(rows), Some(history)) => rows(survey, history, facts),
        (Source::History(_), None) | (Source::Text(_), _) => Ok(()),
    };
    let unread = |message| Failure { kind: FailureKind::Read, path: None, policy: None, message };
    result.err().map(unread)
}
