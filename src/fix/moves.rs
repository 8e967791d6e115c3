//! Moves of folders that findings offer: which of them can be made, and what they do to each file. Each is made whole or
//! refused whole, after all edits of texts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Reach, Uncommitted, failure};
use crate::finding::{Failure, Finding, Move};
use crate::pipeline::Run;
use crate::source::RepoPath;
use crate::workspace::Targets;

/// A move with the files it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relocation {
    /// The folder and where it goes.
    pub of: Move,
    /// Each of its files and the path it goes to, sorted.
    pub renames: Vec<(RepoPath, RepoPath)>,
}

/// What can be moved, and why the rest cannot.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) relocations: Vec<Relocation>,
    pub(super) failures: Vec<Failure>,
}

/// Plans the moves that these findings offer.
pub(super) fn plan(run: &Run<'_>, findings: &[Finding], reach: Reach, uncommitted: Uncommitted) -> Plan {
    let moves: BTreeSet<&Move> =
        findings.iter().filter_map(|finding| reach.fix(finding)).flat_map(|fix| &fix.moves).collect();
    // Of a folder around a few named files too little is known to move it.
    if moves.is_empty() || matches!(run.targets, Targets::Files(_)) {
        return Plan::default();
    }
    if let Some(reason) = why_unsafe(run, uncommitted) {
        let failures = moves.into_iter().map(|one| failure(&one.from, &reason)).collect();
        return Plan { relocations: Vec::new(), failures };
    }
    let mut plan = Plan::default();
    let mut taken = BTreeMap::new();
    for one in moves {
        match renames(run, one, &taken) {
            Ok(renames) => {
                taken.extend(renames.iter().map(|(from, to)| (to.clone(), from.clone())));
                plan.relocations.push(Relocation { of: one.clone(), renames });
            }
            Err(reason) => plan.failures.push(failure(&one.from, &reason)),
        }
    }
    plan
}

/// Why nothing may be moved at all: what is not committed could not be told from the move afterwards.
fn why_unsafe(run: &Run<'_>, uncommitted: Uncommitted) -> Option<String> {
    if uncommitted == Uncommitted::Allowed {
        return None;
    }
    match run.workspace.uncommitted() {
        Ok(None) => None,
        Ok(Some(path)) => {
            Some(format!("`{path}` has changes that are not committed; commit them first, or use `--force`"))
        }
        Err(reason) => Some(format!("{reason}; `--force` moves it all the same")),
    }
}

/// The files of a move with their new paths; those that other moves have taken are not free.
fn renames(
    run: &Run<'_>,
    one: &Move,
    taken: &BTreeMap<RepoPath, RepoPath>,
) -> Result<Vec<(RepoPath, RepoPath)>, String> {
    let overlaps = one.to.is_under(one.from.as_str()) || one.from.is_under(one.to.as_str());
    let leaves = one.to.as_str().split('/').any(|part| matches!(part, "" | "." | ".."))
        || one.to.as_str().starts_with('/');
    if overlaps || leaves {
        return Err(format!("a folder cannot be moved to `{}`", one.to));
    }
    let files = run.workspace.files_to_move(&one.from)?;
    let mut renames = Vec::with_capacity(files.len());
    for from in files {
        let to = one.to.join(&from.as_str()[one.from.as_str().len() + 1..]);
        if let Some(other) = taken.get(&to) {
            return Err(format!("`{other}` is to be moved to `{to}` as well"));
        }
        run.workspace.is_free(&to)?;
        renames.push((from, to));
    }
    Ok(renames)
}

/// Takes the findings away that the moves mend; says how many.
pub(super) fn settle(findings: &mut Vec<Finding>, relocations: &[Relocation], reach: Reach) -> usize {
    let n_before = findings.len();
    findings.retain(|finding| {
        let is_made = |one: &Move| relocations.iter().any(|made| made.of == *one);
        !reach.fix(finding).is_some_and(|fix| !fix.moves.is_empty() && fix.moves.iter().all(is_made))
    });
    n_before - findings.len()
}
