//! Allows the findings there are: a comment for each that has room for one. Judges again whether the comments silence
//! what they are meant to, and takes back those that do not. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Change, failure};
use crate::filter::{SUPPRESSIONS, add};
use crate::finding::{Failure, Finding};
use crate::pipeline::{self, Judging, Outcome, Progress, Run};
use crate::source::{RepoPath, SourceFile};
use crate::workspace::IndexError;

/// The comments that would be written, and the findings that none can silence.
#[derive(Debug)]
pub struct Allowed {
    /// The files that change, sorted by path.
    pub changes: Vec<Change>,
    /// How many findings the comments silence.
    pub n_silenced: usize,
    /// Findings for which there is no comment.
    pub left: Vec<Finding>,
    /// What was found before.
    pub outcome: Outcome,
}

/// What tells a finding from the others, wherever it stands.
type Name = (Arc<str>, RepoPath, Arc<str>, usize);

fn name(finding: &Finding) -> Name {
    let path = finding.place.path.clone();
    (Arc::clone(&finding.policy), path, Arc::clone(&finding.key), finding.occurrence)
}

/// Judges a repository, and writes in memory why its findings are allowed.
///
/// # Errors
/// When names are to come from git's index and it cannot be read.
pub fn allow(run: &Run<'_>, judging: &Judging<'_>, reason: &str) -> Result<Allowed, IndexError> {
    let mut outcome = pipeline::check(run, judging)?;
    let mut failures = Vec::new();
    let is_ours = |finding: &&Finding| *finding.policy != *SUPPRESSIONS;
    let (mut texts, mut wanted) = (BTreeMap::new(), Vec::new());
    for finding in outcome.findings.iter().filter(is_ours) {
        let path = &finding.place.path;
        if !texts.contains_key(path) {
            texts.insert(path.clone(), text(run, path, &mut failures));
        }
        wanted.push(finding);
    }
    let mut hopeless = BTreeSet::new();
    // First all of them are tried, then those that have helped; in a file in which that does not help either, none.
    let mut round = 0;
    loop {
        let changes = changes(&texts, &wanted, &hopeless, reason);
        let unhelped = unhelped(run, judging, &changes, &outcome, &wanted)?;
        let is_done = unhelped.iter().all(|name| hopeless.contains(name));
        if round == 1 {
            let paths: BTreeSet<&RepoPath> =
                unhelped.difference(&hopeless).map(|(_, path, ..)| path).collect();
            let rest =
                wanted.iter().map(|finding| name(finding)).filter(|(_, path, ..)| paths.contains(path));
            let rest: Vec<Name> = rest.collect();
            hopeless.extend(rest);
        }
        hopeless.extend(unhelped);
        if is_done || round == 2 {
            let left = wanted.iter().filter(|finding| hopeless.contains(&name(finding)));
            let left: Vec<Finding> = left.map(|finding| (*finding).clone()).collect();
            let n_silenced = wanted.len() - left.len();
            outcome.failures.extend(failures);
            return Ok(Allowed { changes, n_silenced, left, outcome });
        }
        round += 1;
    }
}

/// The text of a file that is to change; nothing where it cannot, with the reason.
fn text(run: &Run<'_>, path: &RepoPath, failures: &mut Vec<Failure>) -> Option<Arc<str>> {
    // A folder and a file that is gone hold findings, too; an entry of the configuration allows those.
    if !run.workspace.exists(path) {
        return None;
    }
    run.workspace.text_to_change(path).map_err(|reason| failures.push(failure(path, &reason))).ok()
}

/// The files with comments for what is wanted and not hopeless.
fn changes(
    texts: &BTreeMap<RepoPath, Option<Arc<str>>>,
    wanted: &[&Finding],
    hopeless: &BTreeSet<Name>,
    reason: &str,
) -> Vec<Change> {
    let change = |(path, text): (&RepoPath, &Option<Arc<str>>)| {
        let before = Arc::clone(text.as_ref()?);
        let here = wanted.iter().copied().filter(|finding| finding.place.path == *path);
        let here: Vec<&Finding> = here.filter(|finding| !hopeless.contains(&name(finding))).collect();
        if here.is_empty() {
            return None;
        }
        let after = add::add(&SourceFile::new(path.clone(), Arc::clone(&before)), &here, reason)?;
        Some(Change { path: path.clone(), before, after: Arc::from(after) })
    };
    texts.iter().filter_map(change).collect()
}

/// What is still found with the changes, and what is found in a file only because of them.
fn unhelped(
    run: &Run<'_>,
    judging: &Judging<'_>,
    changes: &[Change],
    before: &Outcome,
    wanted: &[&Finding],
) -> Result<BTreeSet<Name>, IndexError> {
    let texts = changes.iter().map(|change| (change.path.clone(), Arc::clone(&change.after)));
    let workspace = run.workspace.with_texts(texts);
    let unseen = Progress::default();
    let after = pipeline::check(&Run { workspace: &workspace, progress: &unseen, ..*run }, judging)?;
    let known: BTreeSet<Name> = before.findings.iter().map(name).collect();
    let found: BTreeSet<Name> = after.findings.iter().map(name).collect();
    let spoilt: BTreeSet<&RepoPath> = found.difference(&known).map(|(_, path, ..)| path).collect();
    let still = |name: &Name| found.contains(name) || spoilt.contains(&name.1);
    Ok(wanted.iter().map(|finding| name(finding)).filter(still).collect())
}
