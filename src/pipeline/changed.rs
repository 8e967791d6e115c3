//! Tells what a change brought from what was there before: by the lines that have changed, and where lines do not say,
//! by judging the files as they were.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Judging, Names, Progress, Run, Sources, check_here};
use crate::filter::Waivers;
use crate::finding::{Failure, FailureKind, Finding, Severity};
use crate::source::{Place, RepoPath, SourceFile};
use crate::workspace::{Before, ChangedLines, Changes, Extent, PathIndex, Targets};

/// Commands are continued over no more lines than this.
const MAX_CONTINUED: u32 = 64;

/// Takes out of the findings to show those that the changes did not bring, and says how many they are.
pub(super) fn take_old(
    run: &Run<'_>,
    judging: &Judging<'_>,
    changes: &Changes,
    findings: &mut Vec<Finding>,
    failures: &mut Vec<Failure>,
) -> usize {
    let mut lines = Lines { run, changes, known: BTreeMap::new(), failures };
    let (mut new, mut old, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for finding in findings.drain(..) {
        match lines.verdict(&finding) {
            Verdict::New => new.push(finding),
            Verdict::Old => old.push(finding),
            Verdict::Open => open.push(finding),
        }
    }
    let mut before = Known::of(run, judging, changes, &open);
    for finding in open {
        if before.take(changes, &finding) { old.push(finding) } else { new.push(finding) }
    }
    // Those that were compared with the files as they were have come behind the others.
    new.sort();
    *findings = new;
    old.len()
}

/// What the changed lines say about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    New,
    Old,
    /// The finding stands on no line that could tell.
    Open,
}

/// The changed lines of the files with findings.
struct Lines<'a> {
    run: &'a Run<'a>,
    changes: &'a Changes,
    known: BTreeMap<RepoPath, (ChangedLines, Option<SourceFile>)>,
    failures: &'a mut Vec<Failure>,
}

impl Lines<'_> {
    fn verdict(&mut self, finding: &Finding) -> Verdict {
        let place = &finding.place;
        match self.changes.before(&place.path) {
            None => return Verdict::Open,
            Some(Before::New) => return Verdict::New,
            Some(Before::At(_)) if self.changes.extent == Extent::Files => return Verdict::New,
            Some(Before::At(_)) if place.start == place.end => return Verdict::Open,
            Some(Before::At(_)) => {}
        }
        if !self.known.contains_key(&place.path) {
            let lines = self.compare(&place.path);
            self.known.insert(place.path.clone(), lines);
        }
        let is_touched = self.known.get(&place.path).is_none_or(|(lines, file)| {
            let (first, last) = written_lines(place, file.as_ref());
            lines.touch(first, last)
        });
        match is_touched {
            true => Verdict::New,
            false if self.changes.is_related(&place.path) => Verdict::Open,
            false => Verdict::Old,
        }
    }

    /// What cannot be compared counts as changed, and the run is no success.
    fn compare(&mut self, path: &RepoPath) -> (ChangedLines, Option<SourceFile>) {
        let file = self.run.workspace.read(path);
        let lines = file.as_ref().map_err(Clone::clone).and_then(|file| self.changes.lines(path, &file.text));
        let lines = lines.unwrap_or_else(|why| {
            self.failures.push(Failure {
                kind: FailureKind::Read,
                path: Some(Place::whole(path.clone())),
                policy: None,
                message: format!("what `{path}` was cannot be read, so all of it counts as changed: {why}"),
            });
            ChangedLines::all()
        });
        (lines, file.ok())
    }
}

/// The first and last line of what a finding is about: where lines are continued with `\`, all of them, although the
/// finding may mark the first word alone.
fn written_lines(place: &Place, file: Option<&SourceFile>) -> (u32, u32) {
    // What ends at the start of a line does not stand on it.
    let ends_before = place.end.column == 1 && place.end.line > place.start.line;
    let (mut first, mut last) = (place.start.line, place.end.line - u32::from(ends_before));
    let Some(file) = file else { return (first, last) };
    let is_continued = |line: u32| {
        let range = file.lines().range(&file.text, line as usize - 1);
        file.text[range].trim_end().ends_with('\\')
    };
    let (start, end) = (first.saturating_sub(MAX_CONTINUED).max(1), last.saturating_add(MAX_CONTINUED));
    while first > start && is_continued(first - 1) {
        first -= 1;
    }
    while last < end && is_continued(last) {
        last += 1;
    }
    (first, last)
}

/// The findings in the files as they were: how many there are of each.
#[derive(Debug, Default)]
struct Known {
    /// By policy, path and key.
    exact: BTreeMap<(Arc<str>, RepoPath, Arc<str>), usize>,
    /// About whole files, by policy and path: the key may hold the path, which changes when a file is moved.
    whole: BTreeMap<(Arc<str>, RepoPath), usize>,
}

impl Known {
    /// Judges the files that these findings stand in as they were. Judges nothing for no findings.
    fn of(run: &Run<'_>, judging: &Judging<'_>, changes: &Changes, open: &[Finding]) -> Self {
        let paths: BTreeSet<&RepoPath> = open.iter().map(|finding| old_path(changes, finding)).collect();
        let paths = paths.into_iter().filter(|path| changes.base().exists(path)).cloned().collect();
        let targets = Targets::Files(PathIndex::new(paths));
        let mut known = Self::default();
        if targets.files().is_none_or(|files| files.paths().is_empty()) {
            return known;
        }
        let progress = Progress::default();
        let run = Run {
            workspace: changes.base(),
            targets: &targets,
            names: Names::Arguments,
            progress: &progress,
            ..*run
        };
        let judging = Judging {
            chosen: judging.chosen,
            severity: Severity::Info,
            sources: Sources::Unwanted,
            // What was there before was there before, known or not.
            waivers: &Waivers::default(),
        };
        // Named files are judged without git's index, so there is nothing that could fail as a whole.
        let Ok(outcome) = check_here(&run, &judging) else { return known };
        for finding in outcome.findings {
            let (policy, path) = (finding.policy, finding.place.path);
            if finding.place.start == finding.place.end {
                *known.whole.entry((Arc::clone(&policy), path.clone())).or_default() += 1;
            }
            *known.exact.entry((policy, path, finding.key)).or_default() += 1;
        }
        known
    }

    /// Whether a finding was there before. One that was there once is known once.
    fn take(&mut self, changes: &Changes, finding: &Finding) -> bool {
        let path = old_path(changes, finding).clone();
        let policy = Arc::clone(&finding.policy);
        let n_left = if path == finding.place.path {
            self.exact.get_mut(&(policy, path, Arc::clone(&finding.key)))
        } else {
            self.whole.get_mut(&(policy, path))
        };
        n_left.filter(|n_left| **n_left > 0).map(|n_left| *n_left -= 1).is_some()
    }
}

/// Where the file of a finding was.
fn old_path<'a>(changes: &'a Changes, finding: &'a Finding) -> &'a RepoPath {
    match changes.before(&finding.place.path) {
        Some(Before::At(old)) => old,
        Some(Before::New) | None => &finding.place.path,
    }
}
