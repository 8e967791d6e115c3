//! Asks the policies about the facts they select, in parallel, with a result that does not depend on the threads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::outcome::PolicyRun;
use crate::facts::{Fact, Kind};
use crate::finding::{Failure, FailureKind, Finding};
use crate::policy::{Choice, Evaluator, RepoView, Selection, Verdict};
use crate::workspace::PathIndex;

/// How many facts one task judges: enough to be worth a thread, few enough to share the work.
const CHUNK: usize = 64;

/// What the judging of one policy brought.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) run: PolicyRun,
    pub(super) findings: Vec<Finding>,
    pub(super) failures: Vec<Failure>,
}

/// What all policies look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence<'a> {
    /// Every fact that was kept, sorted.
    pub(super) facts: &'a [Arc<Fact>],
    /// The names of all files.
    pub(super) names: &'a Arc<PathIndex>,
    /// The files that are judged, where those are not all.
    pub(super) focus: Option<&'a PathIndex>,
}

/// Judges with one policy.
pub(super) fn judge(choice: &Choice, evidence: Evidence<'_>, evaluator: &Evaluator) -> Judgement {
    let policy = &choice.policy;
    let selections = choice.selections();
    let selected = |selection: &Selection| -> Vec<Arc<Fact>> {
        // What a policy only looks things up in may lie anywhere.
        let is_evidence = policy.is_evidence(selection.kind().name);
        let is_asked = |fact: &&Arc<Fact>| {
            (is_evidence || is_admitted(choice, evidence, fact)) && selection.matches(fact)
        };
        of_kind(evidence.facts, selection.kind().name).iter().filter(is_asked).cloned().collect()
    };
    let by_kind: Vec<(&'static Kind, Arc<[Arc<Fact>]>)> =
        selections.iter().map(|one| (one.kind(), Arc::from(selected(one)))).collect();
    let asked: Vec<Arc<Fact>> = by_kind
        .iter()
        .filter(|(kind, _)| policy.judges_kind(kind.name))
        .flat_map(|(_, facts)| facts.iter().cloned())
        .collect();

    let view = RepoView::new(by_kind, Arc::clone(evidence.names));
    let mut verdicts = judge_all(choice, &asked, &view, evaluator);
    if policy.judges_repo() {
        verdicts.push(evaluator.judge_repo(policy, &view, &choice.options));
    } else if asked.is_empty()
        && policy.origin == crate::policy::Origin::Custom
        && let Err(failure) = evaluator.compiled(policy)
    {
        // A custom policy that cannot run must never look like one that found nothing.
        verdicts.push(Verdict::failed(failure.clone()));
    }
    gather(choice, asked.len(), verdicts)
}

/// The facts of one kind; facts are sorted by kind first.
fn of_kind<'f>(facts: &'f [Arc<Fact>], kind: &str) -> &'f [Arc<Fact>] {
    let start = facts.partition_point(|fact| fact.kind.name < kind);
    let end = facts.partition_point(|fact| fact.kind.name <= kind);
    &facts[start..end]
}

fn is_admitted(choice: &Choice, evidence: Evidence<'_>, fact: &Fact) -> bool {
    let path = &fact.place.path;
    evidence.focus.is_none_or(|focus| focus.contains(path.as_str()))
        && (choice.include.is_empty() || choice.include.matches_path(path))
        && !choice.exclude.matches_path(path)
}

/// Judges facts in chunks. A spent budget stops the policy: chunks behind the first such fact are not begun, those
/// before it are finished, so the verdicts up to that fact are the same for any number of threads.
fn judge_all(choice: &Choice, facts: &[Arc<Fact>], view: &RepoView, evaluator: &Evaluator) -> Vec<Verdict> {
    let first_stop = AtomicUsize::new(usize::MAX);
    let judge_chunk = |(number, chunk): &(usize, &[Arc<Fact>])| {
        let mut verdicts = Vec::with_capacity(chunk.len());
        for (offset, fact) in chunk.iter().enumerate() {
            let at = number * CHUNK + offset;
            if at > first_stop.load(Ordering::Relaxed) {
                break;
            }
            let verdict = evaluator.judge(&choice.policy, fact, view, &choice.options);
            let stops = verdict.failure.as_ref().is_some_and(|failure| failure.kind != FailureKind::Script);
            verdicts.push((at, verdict));
            if stops {
                first_stop.fetch_min(at, Ordering::Relaxed);
                break;
            }
        }
        verdicts
    };
    let chunks: Vec<_> = facts.chunks(CHUNK).enumerate().collect();
    let judged: Vec<Vec<(usize, Verdict)>> = if chunks.len() < 2 {
        chunks.iter().map(judge_chunk).collect()
    } else {
        chunks.par_iter().map(judge_chunk).collect()
    };
    let last = first_stop.into_inner();
    judged.into_iter().flatten().filter(|(at, _)| *at <= last).map(|(_, verdict)| verdict).collect()
}

/// Adds up the verdicts of a policy. Of the failures at one place the first is told, with their number: a script that
/// stumbles over every fact, each time in other words, must not bury the rest.
fn gather(choice: &Choice, n_facts: usize, verdicts: Vec<Verdict>) -> Judgement {
    let mut failures: BTreeMap<_, (Failure, usize)> = BTreeMap::new();
    let mut findings = Vec::with_capacity(verdicts.iter().map(Verdict::n_findings).sum());
    let mut operations = 0;
    for mut verdict in verdicts {
        operations += verdict.operations;
        if let Some(failure) = verdict.failure.take() {
            let place = (failure.kind, failure.path.clone());
            failures.entry(place).or_insert((failure, 0)).1 += 1;
        }
        findings.extend(verdict.into_findings(&choice.policy, choice.severity));
    }
    let failures = failures.into_values().map(|(mut failure, times)| {
        if times > 1 {
            failure.message = format!("{} ({times} times)", failure.message);
        }
        failure
    });
    Judgement {
        run: PolicyRun {
            id: Arc::clone(&choice.policy.id),
            skipped: None,
            facts: n_facts,
            findings: 0,
            operations,
        },
        findings,
        failures: failures.collect(),
    }
}
