//! Makes the fixes that findings offer: judges, changes the texts in memory, judges again until there is nothing left
//! to change, and only then writes. Decides nothing about what a fix is, and prints nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::finding::{Applicability, Failure, FailureKind, Finding, Fix};
use crate::pipeline::{self, Judging, Outcome, Progress, Run};
use crate::source::{Place, RepoPath};
use crate::workspace::IndexError;

mod allow;
mod apply;
mod moves;

pub use moves::Relocation;

pub use allow::{Allowed, allow};

/// How often texts are changed and judged again before their fixes are taken to chase each other.
const MAX_ROUNDS: usize = 10;

/// Which fixes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those that keep the meaning.
    Safe,
    /// Those that probably are what is wanted as well.
    Unsafe,
}

impl Reach {
    /// The fix of a finding that is made: the first one, if it may be.
    #[must_use]
    pub fn fix(self, finding: &Finding) -> Option<&Fix> {
        let fix = finding.fixes.first().filter(|fix| !fix.edits.is_empty() || !fix.moves.is_empty())?;
        let is_made = match fix.applicability {
            Applicability::Safe => true,
            Applicability::Unsafe => self == Self::Unsafe,
            Applicability::DisplayOnly => false,
        };
        is_made.then_some(fix)
    }
}

/// What becomes of moves where a checkout has changes that are not committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncommitted {
    /// They are refused.
    Refused,
    /// They are made.
    Allowed,
}

/// A file before and after its fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: RepoPath,
    /// What it holds.
    pub before: Arc<str>,
    /// What it is to hold.
    pub after: Arc<str>,
}

/// What the fixes would do, and what they would leave.
#[derive(Debug)]
pub struct Planned {
    /// The files that change, sorted by path.
    pub changes: Vec<Change>,
    /// The folders that move, sorted, after the texts in them have changed.
    pub relocations: Vec<Relocation>,
    /// The outcome of judging the changed texts.
    pub outcome: Outcome,
}

impl AsMut<Outcome> for Planned {
    fn as_mut(&mut self) -> &mut Outcome {
        &mut self.outcome
    }
}

/// Judges a repository and makes fixes in memory until none is left. Writes nothing.
///
/// # Errors
/// When names are to come from git's index and it cannot be read.
pub fn plan(
    run: &Run<'_>,
    judging: &Judging<'_>,
    reach: Reach,
    uncommitted: Uncommitted,
) -> Result<Planned, IndexError> {
    let mut planned = plan_edits(run, judging, reach)?;
    let plan = moves::plan(run, &planned.outcome.findings, reach, uncommitted);
    let outcome = &mut planned.outcome;
    outcome.summary.fixed += moves::settle(&mut outcome.findings, &plan.relocations, reach);
    add(outcome, plan.failures.into_iter());
    planned.relocations = plan.relocations;
    Ok(planned)
}

/// The same for the edits of texts.
fn plan_edits(run: &Run<'_>, judging: &Judging<'_>, reach: Reach) -> Result<Planned, IndexError> {
    let mut planning = Planning::default();
    let mut rounds = 0;
    let mut n_found = None;
    let mut elapsed = Duration::ZERO;
    let unseen = Progress::default();
    loop {
        let texts = planning.changes.values().map(|change| (change.path.clone(), Arc::clone(&change.after)));
        let workspace = run.workspace.with_texts(texts);
        // Whoever shows how far the run has come is told of each file once.
        let progress = if n_found.is_none() { run.progress } else { &unseen };
        let run = Run { workspace: &workspace, progress, ..*run };
        let mut outcome = pipeline::check(&run, judging)?;
        elapsed += outcome.summary.elapsed;
        outcome.summary.elapsed = elapsed;
        let n_found = *n_found.get_or_insert(outcome.findings.len());
        let fixes = outcome.findings.iter().filter_map(|finding| reach.fix(finding));
        let fixes: Vec<&Fix> = fixes.filter(|fix| fix.moves.is_empty()).collect();
        let fixes = planning.still_possible(fixes);
        // The first outcome is about what was on disk then; edits are made to no text but the very one judged.
        if planning.hold_texts(&run, &fixes) {
            continue;
        }
        if rounds == MAX_ROUNDS && !fixes.is_empty() {
            planning.give_up(&fixes);
            continue;
        }
        rounds += 1;
        if !planning.make(&fixes) {
            return Ok(planning.finish(outcome, n_found));
        }
    }
}

/// Judges a repository, makes fixes and writes the files that they change. The outcome is about what is left.
///
/// # Errors
/// When names are to come from git's index and it cannot be read.
pub fn make(
    run: &Run<'_>,
    judging: &Judging<'_>,
    reach: Reach,
    uncommitted: Uncommitted,
) -> Result<Outcome, IndexError> {
    let planned = plan(run, judging, reach, uncommitted)?;
    let write = |change: &Change| {
        let written = run.workspace.replace(&change.path, &change.before, &change.after);
        written.err().map(|reason| failure(&change.path, &reason))
    };
    let mut failures: Vec<Failure> = planned.changes.iter().filter_map(write).collect();
    let relocate = |one: &Relocation| {
        run.workspace.relocate(&one.renames).err().map(|reason| failure(&one.of.from, &reason))
    };
    failures.extend(planned.relocations.iter().filter_map(relocate));
    let mut outcome = planned.outcome;
    if !failures.is_empty() || !planned.relocations.is_empty() {
        // What could not be written is still as it was, and so are its findings; what was moved is judged where it is.
        let known: Vec<Failure> =
            outcome.failures.into_iter().filter(|known| known.kind == FailureKind::Fix).collect();
        let n_found = outcome.summary.fixed + outcome.findings.len();
        outcome = pipeline::check(run, judging)?;
        outcome.summary.fixed = n_found.saturating_sub(outcome.findings.len());
        add(&mut outcome, known.into_iter().chain(failures));
    }
    Ok(outcome)
}

/// The changes so far, and the files that are left alone.
#[derive(Debug, Default)]
struct Planning {
    changes: BTreeMap<RepoPath, Change>,
    refused: BTreeMap<RepoPath, Failure>,
}

impl Planning {
    /// The fixes that touch no file that is left alone.
    fn still_possible<'f>(&self, fixes: Vec<&'f Fix>) -> Vec<&'f Fix> {
        let is_possible = |fix: &&Fix| paths(fix).all(|path| !self.refused.contains_key(path));
        fixes.into_iter().filter(is_possible).collect()
    }

    /// Takes the texts of files that are to change for the first time. Says whether there were any.
    fn hold_texts(&mut self, run: &Run<'_>, fixes: &[&Fix]) -> bool {
        let wanted: BTreeSet<&RepoPath> =
            fixes.iter().flat_map(|fix| paths(fix)).filter(|path| !self.changes.contains_key(path)).collect();
        let is_any = !wanted.is_empty();
        for path in wanted {
            match run.workspace.text_to_change(path) {
                Ok(text) => {
                    let (before, after) = (Arc::clone(&text), text);
                    self.changes.insert(path.clone(), Change { path: path.clone(), before, after });
                }
                Err(reason) => {
                    self.refused.insert(path.clone(), failure(path, &reason));
                }
            }
        }
        is_any
    }

    /// Makes as many of the fixes as do not overlap. Says whether a text has changed.
    fn make(&mut self, fixes: &[&Fix]) -> bool {
        let texts: BTreeMap<&RepoPath, &str> =
            self.changes.iter().map(|(path, change)| (path, &*change.after)).collect();
        let made = apply::without_overlaps(&texts, fixes);
        let edited = apply::edited(&texts, &made);
        let edited: Vec<(RepoPath, String)> =
            edited.into_iter().map(|(path, text)| (path.clone(), text)).collect();
        let mut has_changed = false;
        for (path, text) in edited {
            if let Some(change) = self.changes.get_mut(&path).filter(|change| *change.after != *text) {
                change.after = Arc::from(text);
                has_changed = true;
            }
        }
        has_changed
    }

    /// Leaves the files alone that are never done.
    fn give_up(&mut self, fixes: &[&Fix]) {
        for path in fixes.iter().flat_map(|fix| paths(fix)) {
            self.changes.remove(path);
            let reason = format!("its fixes do not come to an end in {MAX_ROUNDS} rounds");
            self.refused.insert(path.clone(), failure(path, &reason));
        }
    }

    /// What came of it. One fix can mend several findings: where a variable is set, those where it is run.
    fn finish(self, mut outcome: Outcome, n_found: usize) -> Planned {
        outcome.summary.fixed = n_found.saturating_sub(outcome.findings.len());
        add(&mut outcome, self.refused.into_values());
        let changes: Vec<Change> =
            self.changes.into_values().filter(|change| change.before != change.after).collect();
        Planned { changes, relocations: Vec::new(), outcome }
    }
}

/// The files that a fix changes.
fn paths(fix: &Fix) -> impl Iterator<Item = &RepoPath> {
    fix.edits.iter().map(|edit| &edit.place.path)
}

fn failure(path: &RepoPath, reason: &str) -> Failure {
    Failure {
        kind: FailureKind::Fix,
        path: Some(Place::whole(path.clone())),
        policy: None,
        message: format!("`{path}` is not fixed: {reason}"),
    }
}

fn add(outcome: &mut Outcome, failures: impl Iterator<Item = Failure>) {
    outcome.failures.extend(failures);
    outcome.failures.sort();
}
