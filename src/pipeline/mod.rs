//! The one road from a repository to findings: discover, read, extract, evaluate, filter. Shows nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use crate::config::Languages;
use crate::facts::{Fact, Kind};
use crate::filter::{self, SUPPRESSIONS, Waivers};
use crate::finding::{Failure, FailureKind, Severity};
use crate::glob::PathSet;
use crate::policy::{Choice, Chosen, Evaluator, Selection};
use crate::source::{RepoPath, SourceFile};
use crate::workspace::{Discovery, IndexError, PathIndex, Targets, Visitor, Workspace};

mod changed;
mod judge;
mod known;
mod named;
mod nothing;
mod outcome;
mod plan;
mod scan;
mod why;

pub use crate::workspace::Names;
pub use nothing::why_nothing;
pub use outcome::{About, Outcome, PolicyRun, Summary};
pub use scan::Progress;
pub use why::{Decision, FactWhy, PolicyWhy, Why, why};

use judge::{Evidence, Judgement};
use named::from_names;
use plan::Plan;
use scan::{Found, Judged, Scanner};

/// The stack of each thread, in bytes: scripts nest, and the engine's own limits are tuned to this size.
const STACK: usize = 16 << 20;

/// The folders around a named file that are listed whole, because tests live there.
const LISTED_WHOLE: [&str; 2] = ["test", "tests"];

/// What to run.
#[derive(Debug)]
pub struct Run<'a> {
    /// The repository.
    pub workspace: &'a Workspace,
    /// What to judge in it.
    pub targets: &'a Targets,
    /// Where names come from; [`Names::Arguments`] for named files.
    pub names: Names,
    /// Paths that are left out.
    pub exclude: &'a PathSet,
    /// The conventions of languages that the configuration adds or changes.
    pub languages: &'a Languages,
    /// How many threads to use, at least 1.
    pub threads: usize,
    /// How far it has come.
    pub progress: &'a Progress,
}

/// How to judge and what to keep.
#[derive(Debug)]
pub struct Judging<'a> {
    /// The policies.
    pub chosen: &'a Chosen,
    /// The mildest severity to show.
    pub severity: Severity,
    /// Whether the texts that findings stand in are wanted.
    pub sources: Sources,
    /// What is known beforehand.
    pub waivers: &'a Waivers,
}

/// Whether texts are wanted beside findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sources {
    /// They are.
    Wanted,
    /// They are not.
    Unwanted,
}

/// Judges a repository.
///
/// # Errors
/// When names are to come from git's index and it cannot be read.
pub fn check(run: &Run<'_>, judging: &Judging<'_>) -> Result<Outcome, IndexError> {
    let started = Instant::now();
    let mut outcome = on_threads(run, || check_here(run, judging))?;
    outcome.summary.elapsed = started.elapsed();
    Ok(outcome)
}

/// The same on the threads that are there.
fn check_here(run: &Run<'_>, judging: &Judging<'_>) -> Result<Outcome, IndexError> {
    let plan = Plan::new(&judging.chosen.choices);
    let mut found = scan(run, &plan)?;
    let names = Arc::new(PathIndex::new(std::mem::take(&mut found.names)));
    let focus = focus(run, &mut found);
    from_names(run, &plan, &names, focus.as_ref(), &mut found);
    sort(&mut found.facts);
    let evidence = Evidence { facts: &found.facts, names: &names, focus: focus.as_ref() };
    Ok(evaluate(run, judging, evidence, &found))
}

/// The facts of some kinds, sorted by kind and place, and what could not be read.
///
/// # Errors
/// When names are to come from git's index and it cannot be read.
pub fn facts(run: &Run<'_>, kinds: &[&'static Kind]) -> Result<(Vec<Arc<Fact>>, Vec<Failure>), IndexError> {
    on_threads(run, || {
        let plan = Plan::everything(kinds);
        let mut found = scan(run, &plan)?;
        let names = PathIndex::new(std::mem::take(&mut found.names));
        let focus = focus(run, &mut found);
        from_names(run, &plan, &names, focus.as_ref(), &mut found);
        sort(&mut found.facts);
        if let Some(focus) = &focus {
            found.facts.retain(|fact| focus.contains(fact.place.path.as_str()));
        }
        found.failures.sort();
        Ok((found.facts, found.failures))
    })
}

/// The names of the files that are judged, sorted, and what could not be listed.
///
/// # Errors
/// When names are to come from git's index and it cannot be read.
pub fn files(run: &Run<'_>) -> Result<(PathIndex, Vec<Failure>), IndexError> {
    let folders = match run.targets {
        Targets::Folders(folders) => folders,
        Targets::Files(files) => return Ok((files.clone(), Vec::new())),
        Targets::Changes(changes) => return Ok((changes.files().clone(), Vec::new())),
    };
    on_threads(run, || {
        let plan = Plan::of_names();
        let make = || Scanner::new(run.workspace, &plan, Judged::All, run.progress);
        let scanners = run.workspace.discover(&discovery(run, folders), &make)?;
        let found =
            scanners.into_iter().map(|scanner| scanner.found).reduce(Found::merge).unwrap_or_default();
        Ok((PathIndex::new(found.names), found.failures))
    })
}

/// Runs `work` on threads of our own, as many as were asked for and with the stack that scripts may need; for a few
/// named files on one.
fn on_threads<T: Send>(run: &Run<'_>, work: impl FnOnce() -> T + Send) -> T {
    let is_small = run.targets.files().is_some_and(|files| files.paths().len() < 16);
    let n_threads = if is_small { 1 } else { run.threads };
    match rayon::ThreadPoolBuilder::new().num_threads(n_threads).stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        // A system that grants no threads still gets its answer.
        Err(_) => work(),
    }
}

fn discovery<'a>(run: &'a Run<'_>, folders: &'a [RepoPath]) -> Discovery<'a> {
    Discovery { names: run.names, folders, exclude: run.exclude, threads: run.threads }
}

/// Discovers, reads and extracts.
fn scan(run: &Run<'_>, plan: &Plan) -> Result<Found, IndexError> {
    match run.targets {
        Targets::Files(files) => Ok(scan_files(run, plan, files)),
        Targets::Changes(changes) => Ok(scan_files(run, plan, changes.judged())),
        Targets::Folders(folders) => {
            let everything = [RepoPath::new("")];
            // What lies around the folders matters to some policies; it is looked at, not judged.
            let looked_at: &[RepoPath] = if plan.looks_around() { &everything } else { folders };
            let judged = if run.targets.is_everything() { Judged::All } else { Judged::Under(folders) };
            let make = || Scanner::new(run.workspace, plan, judged, run.progress);
            let scanners = run.workspace.discover(&discovery(run, looked_at), &make)?;
            let found = scanners.into_iter().map(|scanner| scanner.found);
            Ok(found.reduce(Found::merge).unwrap_or_default())
        }
    }
}

/// Scans named files and, where a policy needs it, what lies around them. Walks nothing else.
fn scan_files(run: &Run<'_>, plan: &Plan, files: &PathIndex) -> Found {
    let mut found = scan_all(run, plan, files.paths(), Judged::All);
    if plan.looks_around() {
        let around = run.workspace.around(files, &LISTED_WHOLE);
        let around: Vec<RepoPath> =
            around.paths().iter().filter(|path| !files.contains(path.as_str())).cloned().collect();
        found = found.merge(scan_all(run, plan, &around, Judged::None));
    }
    // The tests of a module may lie anywhere; git's index knows where, for a fraction of what a walk costs.
    if plan.needs_names()
        && files.paths().iter().any(|path| path.extension() == "py")
        && let Some(tracked) = run.workspace.tracked_names()
    {
        found.names.extend(tracked.paths().iter().cloned());
    }
    found
}

fn scan_all(run: &Run<'_>, plan: &Plan, paths: &[RepoPath], judged: Judged<'_>) -> Found {
    let make = || Scanner::new(run.workspace, plan, judged, run.progress);
    if paths.len() < 64 {
        return paths.iter().fold(make(), visit).found;
    }
    paths.par_iter().fold(make, visit).map(|scanner| scanner.found).reduce(Found::default, Found::merge)
}

fn visit<'a>(mut scanner: Scanner<'a>, path: &RepoPath) -> Scanner<'a> {
    scanner.file(path.clone());
    scanner
}

/// The files that are judged, where those are not all.
fn focus(run: &Run<'_>, found: &mut Found) -> Option<PathIndex> {
    match run.targets {
        Targets::Files(files) => Some(files.clone()),
        Targets::Changes(changes) => Some(changes.judged().clone()),
        Targets::Folders(_) if run.targets.is_everything() => None,
        Targets::Folders(_) => Some(PathIndex::new(std::mem::take(&mut found.focus))),
    }
}

fn sort(facts: &mut [Arc<Fact>]) {
    facts.sort_by(|a, b| (a.kind.name, &a.place, &a.key).cmp(&(b.kind.name, &b.place, &b.key)));
}

/// Decides which policies apply, asks them, and puts everything in order.
fn evaluate(run: &Run<'_>, judging: &Judging<'_>, evidence: Evidence<'_>, found: &Found) -> Outcome {
    let evaluator = Evaluator::default();
    let scripted = judging.chosen.choices.iter().filter(|choice| *choice.policy.id != *SUPPRESSIONS);
    let (active, inapplicable): (Vec<&Choice>, Vec<&Choice>) =
        scripted.partition(|choice| applies(choice, evidence.facts));
    let judgements: Vec<Judgement> = if evidence.facts.len() < 256 {
        active.iter().map(|choice| judge::judge(choice, evidence, &evaluator)).collect()
    } else {
        active.par_iter().map(|choice| judge::judge(choice, evidence, &evaluator)).collect()
    };

    let mut failures = [&judging.chosen.failures[..], &found.failures[..]].concat();
    let mut findings = Vec::with_capacity(judgements.iter().map(|judgement| judgement.findings.len()).sum());
    let skipped = judging.chosen.skipped.iter().map(|(id, reason)| not_run(id, reason.clone()));
    let unfit = inapplicable.iter().map(|choice| not_run(&choice.policy.id, why_inapplicable(choice)));
    let mut policies: Vec<PolicyRun> = skipped.chain(unfit).collect();
    for judgement in judgements {
        findings.extend(judgement.findings);
        failures.extend(judgement.failures);
        policies.push(judgement.run);
    }
    let mut filtered = filter::filter(findings, &known::scene(run, judging, &active, &failures, found));
    let old = match run.targets {
        Targets::Changes(changes) => {
            changed::take_old(run, judging, changes, &mut filtered.kept, &mut failures)
        }
        Targets::Folders(_) | Targets::Files(_) => 0,
    };
    known::add_suppressions(judging, &filtered, &mut policies);
    for policy in &mut policies {
        policy.findings = filtered.kept.iter().filter(|finding| finding.policy == policy.id).count();
    }
    policies.sort_by(|a, b| a.id.cmp(&b.id));
    failures.sort();
    failures.dedup();
    let mut outcome = Outcome::new(filtered, failures);
    outcome.about = judging.chosen.choices.iter().map(about).collect();
    outcome.summary = Summary {
        files: found.files,
        files_read: found.files_read,
        names: run.names,
        skipped: found.skipped.clone(),
        policies,
        unchanged: old,
        ..outcome.summary
    };
    if judging.sources == Sources::Wanted {
        outcome.sources = sources(run.workspace, &outcome, &active);
    }
    outcome
}

/// Whether a policy makes sense here: somebody named it, or a fact shows it.
fn applies(choice: &Choice, facts: &[Arc<Fact>]) -> bool {
    let signs = &choice.policy.header.applies;
    choice.is_named
        || signs.is_empty()
        || signs
            .iter()
            .any(|sign| facts.iter().any(|fact| fact.kind.name == sign.kind().name && sign.matches(fact)))
}

fn why_inapplicable(choice: &Choice) -> String {
    let signs: Vec<_> = choice.policy.header.applies.iter().map(Selection::describe).collect();
    let id = &choice.policy.id;
    format!("the repository holds no sign of it: {}; `--select {id}` runs it all the same", signs.join(", "))
}

fn not_run(id: &Arc<str>, reason: String) -> PolicyRun {
    PolicyRun { id: Arc::clone(id), skipped: Some(reason), facts: 0, findings: 0, operations: 0 }
}

fn about(choice: &Choice) -> (Arc<str>, About) {
    let header = &choice.policy.header;
    let about = About {
        title: header.title.clone(),
        why: header.why.clone(),
        help: header.help.clone(),
        tags: header.tags.clone(),
        severity: choice.severity,
    };
    (Arc::clone(&choice.policy.id), about)
}

/// The texts that findings, labels and failures stand in.
fn sources(
    workspace: &Workspace,
    outcome: &Outcome,
    active: &[&Choice],
) -> BTreeMap<RepoPath, Arc<SourceFile>> {
    let known = outcome.waived.iter().map(|waived| &waived.finding);
    let places = outcome.findings.iter().chain(known).flat_map(|finding| {
        std::iter::once(&finding.place).chain(finding.labels.iter().map(|label| &label.place))
    });
    let wanted: std::collections::BTreeSet<&RepoPath> = places.map(|place| &place.path).collect();
    let wanted: Vec<&RepoPath> = wanted.into_iter().collect();
    let read = |path: &&RepoPath| workspace.read(path).ok().map(|file| ((*path).clone(), Arc::new(file)));
    let mut sources: BTreeMap<_, _> = if wanted.len() < 64 {
        wanted.iter().filter_map(read).collect()
    } else {
        wanted.par_iter().filter_map(read).collect()
    };
    let failed = outcome.failures.iter().filter(|failure| !matches!(failure.kind, FailureKind::Read));
    for path in failed.filter_map(|failure| Some(&failure.path.as_ref()?.path)) {
        let policy = active.iter().find(|choice| choice.policy.file.path == *path);
        if let Some(choice) = policy {
            sources.insert(path.clone(), Arc::clone(&choice.policy.file));
        }
    }
    sources
}
