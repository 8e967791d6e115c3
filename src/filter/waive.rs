//! Sets findings aside: by a comment, by an entry of the configuration, by the baseline, in this order. Takes note of
//! what each of them has silenced.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::Scene;
use super::baseline::{Comparison, Identity};
use super::directive::{Directive, MARK};
use super::suppression::{self, Finder, Suppressions};
use super::trust::distrust;
use crate::config::Suppress;
use crate::day::Day;
use crate::finding::{Finding, Waiver};
use crate::source::RepoPath;
use crate::workspace::Targets;

/// What silences, and what it has silenced.
pub(super) struct Waiving<'a> {
    scene: &'a Scene<'a>,
    /// The files with suppressions.
    pub(super) files: BTreeMap<RepoPath, Suppressions>,
    /// For each suppression of each file, and for each entry of the configuration, the policies that it has silenced.
    pub(super) used: BTreeMap<RepoPath, BTreeMap<usize, BTreeSet<Arc<str>>>>,
    pub(super) used_entries: BTreeMap<usize, BTreeSet<Arc<str>>>,
    day: OnceCell<Option<Day>>,
}

impl<'a> Waiving<'a> {
    /// Reads the suppressions of the files that hold a mark, and of those that findings stand in and nobody has read.
    pub(super) fn new(scene: &'a Scene<'a>, findings: &[Finding]) -> Self {
        let mut waiving = Self {
            scene,
            files: BTreeMap::new(),
            used: BTreeMap::new(),
            used_entries: BTreeMap::new(),
            day: OnceCell::new(),
        };
        let unmarked: BTreeSet<&RepoPath> = scene.unmarked.iter().collect();
        let mut paths: BTreeSet<&RepoPath> = findings.iter().map(|finding| &finding.place.path).collect();
        paths.retain(|path| !unmarked.contains(path));
        paths.extend(scene.marked);
        let paths: Vec<&RepoPath> = paths.into_iter().collect();
        let read = |path: &&RepoPath| {
            let file = scene.workspace.read(path).ok()?;
            memchr::memmem::find(file.text.as_bytes(), MARK.as_bytes())?;
            let mut suppressions = suppression::read(&file);
            if let Some(trusted) = &scene.waivers.trusted {
                let base = trusted.read(path).ok().map(|file| (suppression::read(&file), file));
                let base = base.as_ref().map(|(suppressions, file)| (file, suppressions));
                distrust(&file, &mut suppressions, base);
            }
            (!suppressions.all.is_empty()).then(|| ((*path).clone(), suppressions))
        };
        waiving.files = if paths.len() < 64 {
            paths.iter().filter_map(read).collect()
        } else {
            paths.par_iter().filter_map(read).collect()
        };
        waiving
    }

    /// Who silences each of the sorted findings; nothing where nobody does.
    pub(super) fn silence(&mut self, findings: &[Finding]) -> Vec<Option<Waiver>> {
        let mut silenced = Vec::with_capacity(findings.len());
        for of_file in findings.chunk_by(|a, b| a.place.path == b.place.path) {
            let Some(path) = of_file.first().map(|finding| &finding.place.path) else { continue };
            let mut used = BTreeMap::new();
            let suppressions = self.files.get(path);
            let counts = |directive: &Directive| self.counts(directive);
            let mut finder = suppressions.map(|suppressions| Finder::new(suppressions, &counts));
            let mut used_entries = Vec::new();
            for finding in of_file {
                let by_comment = finder.as_mut().and_then(|finder| finder.find(finding)).and_then(|number| {
                    let suppression = &suppressions?.all[number];
                    let used: &mut BTreeSet<_> = used.entry(number).or_default();
                    used.insert(Arc::clone(&finding.policy));
                    let reason = suppression.directive.as_ref().ok()?.reason.clone();
                    Some(Waiver::Comment { place: suppression.place.clone(), reason })
                });
                silenced.push(by_comment.or_else(|| {
                    let counts = |entry: &Suppress| self.entry_counts(entry);
                    let number = self.scene.waivers.ledger.find(finding, &counts)?;
                    used_entries.push((number, Arc::clone(&finding.policy)));
                    let entry = &self.scene.waivers.ledger.entries[number];
                    Some(Waiver::Ledger { place: entry.place.clone(), reason: entry.suppress.reason.clone() })
                }));
            }
            if !used.is_empty() {
                self.used.insert(path.clone(), used);
            }
            for (number, policy) in used_entries {
                self.used_entries.entry(number).or_default().insert(policy);
            }
        }
        silenced
    }

    /// Compares what is left with the baseline.
    pub(super) fn compare(&self, findings: &[Finding]) -> Comparison {
        match &self.scene.waivers.baseline {
            None => Comparison { known: vec![false; findings.len()], stale: Vec::new() },
            Some(baseline) => baseline.compare(findings, &|identity| self.could_find(identity)),
        }
    }

    /// Whether the run would have made a finding, were it still there.
    fn could_find(&self, identity: &Identity) -> bool {
        let scene = self.scene;
        let is_everything = scene.targets.is_everything();
        let is_gone = is_everything && scene.known.binary_search(&&*identity.policy).is_err();
        let is_judged = match scene.targets {
            Targets::Files(files) => files.contains(&identity.path),
            Targets::Folders(folders) => {
                let path = RepoPath::new(&identity.path);
                folders.iter().any(|folder| path.is_under(folder.as_str()))
            }
            Targets::Changes(changes) => changes.files().contains(&identity.path),
        };
        (scene.ran.contains_key(&*identity.policy) || is_gone)
            && is_judged
            && !scene.unread.iter().any(|path| path.as_str() == &*identity.path)
    }

    /// The day by which suppressions end, asked for only where one does.
    fn day(&self) -> Option<Day> {
        let of_head = || self.scene.workspace.head_time().and_then(Day::of_seconds);
        *self.day.get_or_init(|| self.scene.waivers.as_of.or_else(of_head))
    }

    /// Whether a last day, itself included, is over.
    pub(super) fn is_over(&self, until: Option<Day>) -> bool {
        until.is_some_and(|until| self.day().is_some_and(|day| day > until))
    }

    /// Whether one of these policies wants a reason for what it does not show.
    pub(super) fn needs_reason<'p>(&self, mut policies: impl Iterator<Item = &'p str>) -> bool {
        let from = self.scene.waivers.reason_from;
        from.is_some_and(|from| {
            policies.any(|policy| self.scene.ran.get(policy).is_some_and(|own| *own >= from))
        })
    }

    fn counts(&self, directive: &Directive) -> bool {
        let policies = || directive.policies.iter().map(|policy| &**policy);
        !self.is_over(directive.until)
            && (directive.reason.is_some() || !self.needs_reason(policies()))
            && !policies().any(|policy| policy == super::SUPPRESSIONS)
    }

    fn entry_counts(&self, entry: &Suppress) -> bool {
        !self.is_over(entry.until)
            && (entry.reason.is_some() || !self.needs_reason(entry.policies.iter().map(String::as_str)))
    }

    /// How many suppressions there are.
    pub(super) fn count(&self) -> usize {
        self.files.values().map(|file| file.all.len()).sum::<usize>()
            + self.scene.waivers.ledger.entries.len()
    }

    /// How many suppressions end on a day, where there is none to compare it with.
    pub(super) fn undated(&self) -> usize {
        let directives = self.files.values().flat_map(|file| &file.all);
        let directives = directives.filter_map(|one| one.directive.as_ref().ok()?.until).count();
        let entries = self.scene.waivers.ledger.entries.iter();
        let n_ending = directives + entries.filter(|entry| entry.suppress.until.is_some()).count();
        if n_ending > 0 && self.day().is_none() { n_ending } else { 0 }
    }
}
