//! Why a run says what it says about one file: the facts that stand in it, and what each policy made of them. Decides
//! nothing anew: what is found is what a run finds.

use std::sync::Arc;

use super::{Judging, Outcome, Run, check, facts};
use crate::facts::{Fact, KINDS, Kind};
use crate::finding::{Failure, Finding, Waived};
use crate::policy::Choice;
use crate::source::RepoPath;
use crate::workspace::IndexError;

/// What was decided about one file.
#[derive(Debug)]
pub struct Why {
    /// Every policy, sorted by id.
    pub policies: Vec<PolicyWhy>,
    /// What could not be read or judged.
    pub failures: Vec<Failure>,
}

/// What one policy decided.
#[derive(Debug)]
pub struct PolicyWhy {
    /// Its id.
    pub id: Arc<str>,
    /// Why it did not run; nothing if it did.
    pub skipped: Option<String>,
    /// The kinds of fact that it judges one by one.
    pub kinds: Vec<&'static Kind>,
    /// The facts of these kinds that stand here.
    pub facts: Vec<FactWhy>,
    /// Findings here that do not stand on one of the facts.
    pub others: Vec<Finding>,
}

/// What a policy decided about one fact.
#[derive(Debug)]
pub struct FactWhy {
    /// The fact.
    pub fact: Arc<Fact>,
    /// The decision.
    pub decision: Decision,
}

/// What became of a fact.
#[derive(Debug)]
pub enum Decision {
    /// The policy was not asked; with the reasons.
    Unasked(Vec<String>),
    /// It was asked and had nothing to say.
    Silent,
    /// It found these.
    Found(Vec<Finding>),
    /// What it found is known.
    Known(Vec<Waived>),
}

/// Judges one file and tells what was decided at a line of it, or all over.
///
/// # Errors
/// When names are to come from git's index and it cannot be read.
pub fn why(
    run: &Run<'_>,
    judging: &Judging<'_>,
    path: &RepoPath,
    line: Option<u32>,
) -> Result<Why, IndexError> {
    let outcome = check(run, judging)?;
    let choices = &judging.chosen.choices;
    let is_judged = |kind: &&&'static Kind| choices.iter().any(|choice| choice.policy.judges_kind(kind.name));
    let kinds: Vec<&'static Kind> = KINDS.iter().filter(is_judged).copied().collect();
    let (mut facts, failures) = facts(run, &kinds)?;
    facts.retain(|fact| fact.place.path == *path && line.is_none_or(|line| covers(fact, line)));
    let policies = outcome.summary.policies.iter().map(|policy| {
        let choice = choices.iter().find(|choice| choice.policy.id == policy.id);
        let skipped = policy.skipped.clone();
        explain(&policy.id, skipped, choice, &facts, &outcome, (path, line))
    });
    let policies = policies.collect();
    let mut failures = [failures, outcome.failures.clone()].concat();
    failures.sort();
    failures.dedup();
    Ok(Why { policies, failures })
}

/// Whether a fact stands on a line, or is about the file as a whole.
fn covers(fact: &Fact, line: u32) -> bool {
    fact.place.span.is_empty() || (fact.place.start.line..=fact.place.end.line).contains(&line)
}

fn explain(
    id: &Arc<str>,
    skipped: Option<String>,
    choice: Option<&Choice>,
    facts: &[Arc<Fact>],
    outcome: &Outcome,
    (path, line): (&RepoPath, Option<u32>),
) -> PolicyWhy {
    let judged = choice.map(|choice| &choice.policy);
    let kinds: Vec<&'static Kind> = KINDS
        .iter()
        .copied()
        .filter(|kind| judged.is_some_and(|policy| policy.judges_kind(kind.name)))
        .collect();
    let mut why = PolicyWhy { id: Arc::clone(id), skipped, kinds, facts: Vec::new(), others: Vec::new() };
    let Some(choice) = choice.filter(|_| why.skipped.is_none()) else { return why };
    for fact in facts.iter().filter(|fact| choice.policy.judges_kind(fact.kind.name)) {
        why.facts.push(FactWhy { fact: Arc::clone(fact), decision: decide(choice, fact, outcome) });
    }
    let is_here = |finding: &&Finding| {
        let place = &finding.place;
        let on_line = line.is_none_or(|line| (place.start.line..=place.end.line).contains(&line));
        finding.policy == *id
            && place.path == *path
            && on_line
            && !why.facts.iter().any(|one| one.fact.place == *place)
    };
    why.others = outcome.findings.iter().filter(is_here).cloned().collect();
    why
}

fn decide(choice: &Choice, fact: &Arc<Fact>, outcome: &Outcome) -> Decision {
    let reasons = choice.why_not_asked(fact);
    if !reasons.is_empty() {
        return Decision::Unasked(reasons);
    }
    let stands_here = |finding: &Finding| finding.policy == choice.policy.id && finding.place == fact.place;
    let found: Vec<Finding> = outcome.findings.iter().filter(|one| stands_here(one)).cloned().collect();
    if !found.is_empty() {
        return Decision::Found(found);
    }
    let known: Vec<Waived> = outcome.waived.iter().filter(|one| stands_here(&one.finding)).cloned().collect();
    if known.is_empty() { Decision::Silent } else { Decision::Known(known) }
}
