//! Which findings the user sees: those that are known are set aside, with who says so, and milder ones are left out.
//! Changes no finding; the only ones it adds are about suppressions that are wrong.

use std::collections::BTreeMap;

use crate::finding::{Finding, Severity, Waived, Waiver, number};
use crate::policy::Choice;
use crate::source::RepoPath;
use crate::workspace::{Targets, Workspace};

pub mod add;
pub mod baseline;
pub mod comment;
pub mod directive;
mod hygiene;
mod ledger;
mod suppression;
mod trust;
mod waive;
mod waivers;

pub use waivers::{BaselineUse, Waivers};

use baseline::{Entry, Stale};

/// The id of the policy about suppressions. It has a header like any other, and is judged here.
pub const SUPPRESSIONS: &str = "suppressions";

/// What was judged, and how it is to be shown.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The repository.
    pub workspace: &'a Workspace,
    /// What of it was judged.
    pub targets: &'a Targets,
    /// The mildest severity that is shown.
    pub severity: Severity,
    /// What is known beforehand.
    pub waivers: &'a Waivers,
    /// The ids of all policies, sorted.
    pub known: Vec<&'a str>,
    /// The policies that have judged all they were asked about, with the severity of their findings.
    pub ran: BTreeMap<&'a str, Severity>,
    /// The policy about suppressions, where it runs.
    pub policy: Option<&'a Choice>,
    /// Files that were read and hold the mark of a directive.
    pub marked: &'a [RepoPath],
    /// Files that were read, bring facts, and do not hold it.
    pub unmarked: &'a [RepoPath],
    /// Files that could not be read.
    pub unread: Vec<&'a RepoPath>,
}

/// Findings kept, and what became of the others.
#[derive(Debug, Default)]
pub struct Filtered {
    /// What is shown, sorted and without duplicates.
    pub kept: Vec<Finding>,
    /// What is known, sorted.
    pub waived: Vec<Waived>,
    /// How many are milder than what is shown.
    pub below_severity: usize,
    /// Entries of the baseline that fit nothing any more.
    pub stale: Vec<Stale>,
    /// What a baseline would hold of the findings that are shown.
    pub entries: Vec<Entry>,
    /// What it would hold of the findings that are known, where it has keys of an older version.
    pub migrated: Vec<Entry>,
    /// How many suppressions there are, comments and entries of the configuration.
    pub n_suppressions: usize,
    /// How many of them end on a day, where no day is known to compare it with.
    pub undated: usize,
}

/// Sorts findings, drops duplicates, sets aside what is known, and leaves out what is milder than is shown.
#[must_use]
pub fn filter(mut findings: Vec<Finding>, scene: &Scene<'_>) -> Filtered {
    findings.sort_unstable();
    findings.dedup();
    number(&mut findings);
    let mut filtered = Filtered::default();
    let mut waiving = waive::Waiving::new(scene, &findings);
    let silenced = waiving.silence(&findings);
    let taken = take(&mut findings, silenced.iter().map(Option::is_some));
    let waived = taken.into_iter().zip(silenced.into_iter().flatten());
    let mut silent: Vec<Waived> = waived.map(|(finding, by)| Waived { finding, by }).collect();
    let compared = waiving.compare(&findings);
    let entries = if scene.waivers.is_recording { baseline::entries(&findings) } else { Vec::new() };
    let is_older = scene.waivers.baseline.as_ref().is_some_and(|baseline| !baseline.has_newest_keys());
    for ((entry, finding), &is_known) in entries.into_iter().zip(&findings).zip(&compared.known) {
        if is_known && is_older {
            filtered.migrated.push(entry);
        } else if !is_known && finding.severity >= scene.severity {
            filtered.entries.push(entry);
        }
    }
    let known = take(&mut findings, compared.known.iter().copied());
    silent.extend(known.into_iter().map(|finding| Waived { finding, by: Waiver::Baseline }));
    filtered.kept = findings;
    filtered.n_suppressions = waiving.count();
    filtered.undated = waiving.undated();
    filtered.kept.extend(hygiene::findings(scene, &waiving, &compared.stale));
    filtered.kept.sort_unstable();
    number_own(&mut filtered.kept);
    filtered.stale = compared.stale;
    filtered.show(silent, scene.severity)
}

/// Takes findings out of those that stay, in place: there may be many, and mostly none is taken.
fn take(findings: &mut Vec<Finding>, mut is_taken: impl Iterator<Item = bool>) -> Vec<Finding> {
    findings.extract_if(.., |_| is_taken.next().unwrap_or_default()).collect()
}

/// Numbers the findings of the policy about suppressions, which came last.
fn number_own(findings: &mut [Finding]) {
    let mut own: Vec<Finding> = findings.iter().filter(|one| *one.policy == *SUPPRESSIONS).cloned().collect();
    number(&mut own);
    let places = findings.iter_mut().filter(|one| *one.policy == *SUPPRESSIONS);
    for (finding, numbered) in places.zip(own) {
        *finding = numbered;
    }
}

impl Filtered {
    /// Leaves out what is milder than is shown, whether it is known or not.
    fn show(mut self, mut waived: Vec<Waived>, severity: Severity) -> Self {
        let before = self.kept.len() + waived.len();
        self.kept.retain(|finding| finding.severity >= severity);
        waived.retain(|waived| waived.finding.severity >= severity);
        waived.sort();
        self.below_severity = before - self.kept.len() - waived.len();
        self.waived = waived;
        self
    }
}
