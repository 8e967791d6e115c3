//! A `.txtar` case in, differences out: a small repository in one text, judged in memory. Never touches the disk.
//!
//! A case is prose that says what it proves, then files, each under a line `-- path --`. The file `expected` is no
//! part of the repository: it holds the concise report that the case must give. Nor are files under `fixed/`: they
//! hold what all fixes, unsafe ones too, must make of the file of that path. A `policylint.toml` among the files
//! configures the run. No text is malformed: what stands before the first file is prose.
//!
//! A case may carry a history, oldest commit first: each part `-- commit 2026-01-31: subject --` holds what that commit
//! changes, as `git log --name-status` writes it. The first is called `c1` in reports, and what no commit brings is not
//! committed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use crate::config;
use crate::filter::{BaselineUse, SUPPRESSIONS, Waivers};
use crate::finding::{Failure, FailureKind, Severity};
use crate::fix::{self, Planned, Reach, Uncommitted};
use crate::glob::PathSet;
use crate::pipeline::{self, Judging, Names, Outcome, Progress, Run, Sources};
use crate::policy::{self, Request};
use crate::report::{self, Style};
use crate::source::{Place, RepoPath};
use crate::workspace::{History, IndexError, ListedCommit, Targets, Workspace};

/// The name of the part that holds the expected report.
const EXPECTED: &str = "expected";

/// How the names of the parts begin that hold files after their fixes.
const FIXED: &str = "fixed/";

/// How the names of the parts begin that are commits.
const COMMIT: &str = "commit ";

/// The word that selects every policy.
const EVERY_POLICY: &str = "ALL";

/// A small repository and what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Case {
    /// What the case proves.
    pub prose: String,
    /// The files of the repository, in the order in which they stand.
    pub files: Vec<(RepoPath, Arc<str>)>,
    /// The concise report that it must give; nothing where the case does not say.
    pub expected: Option<String>,
    /// The files that fixes change, as they must be afterwards; none where the case does not say.
    pub fixed: Vec<(RepoPath, Arc<str>)>,
    /// Its commits, oldest first; without any its history is not looked at.
    pub commits: Vec<ListedCommit>,
}

/// Reads a case.
#[must_use]
pub fn parse(text: &str) -> Case {
    let mut case = Case::default();
    for part in parts(text) {
        let content = &text[part.content.clone()];
        match part.name {
            None => content.clone_into(&mut case.prose),
            Some(EXPECTED) => case.expected = Some(plain(content)),
            Some(name) if name.starts_with(COMMIT) => {
                let (day, _) = name[COMMIT.len()..].split_once(':').unwrap_or_default();
                let id = format!("c{}", case.commits.len() + 1);
                case.commits.push(ListedCommit::read(&id, day, content));
            }
            Some(name) => match name.strip_prefix(FIXED) {
                Some(name) => case.fixed.push((RepoPath::new(name), Arc::from(content))),
                None => case.files.push((RepoPath::new(name), Arc::from(content))),
            },
        }
    }
    case
}

/// The text of a case with another expected report. Everything else stays as it is.
#[must_use]
pub fn rewrite(text: &str, actual: &str) -> String {
    let mut lines = actual.to_owned();
    if !lines.is_empty() && !lines.ends_with('\n') {
        lines.push('\n');
    }
    let content =
        parts(text).into_iter().rev().find(|part| part.name == Some(EXPECTED)).map(|part| part.content);
    match content {
        Some(content) => {
            let before = &text[..content.start];
            let break_before = if before.ends_with('\n') { "" } else { "\n" };
            format!("{before}{break_before}{lines}{}", &text[content.end..])
        }
        None => {
            let break_before = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            format!("{text}{break_before}-- {EXPECTED} --\n{lines}")
        }
    }
}

/// The text of a case with other files after their fixes, behind all else.
#[must_use]
pub fn rewrite_fixed(text: &str, fixed: &[(RepoPath, Arc<str>)]) -> String {
    let mut rewritten = String::new();
    let mut start = 0;
    let is_fixed = |part: &Part<'_>| part.name.is_some_and(|name| name.starts_with(FIXED));
    for part in parts(text) {
        if !is_fixed(&part) {
            rewritten.push_str(&text[start..part.content.end]);
        }
        start = part.content.end;
    }
    for (path, content) in fixed {
        for piece in [&format!("-- {FIXED}{path} --"), &**content] {
            if !rewritten.is_empty() && !rewritten.ends_with('\n') {
                rewritten.push('\n');
            }
            rewritten.push_str(piece);
        }
    }
    rewritten
}

/// The concise report on a case, with every severity shown, and a line for each failure behind it: of one policy, or
/// of all, whether or not the repository shows a sign of them.
#[must_use]
pub fn run(case: &Case, policy: Option<&str>) -> String {
    let judged = with_run(case, policy, pipeline::check);
    judged.map_or_else(|message| format!("failure: {message}\n"), |outcome| show(&outcome))
}

/// What all fixes, unsafe ones too, make of the files of a case: those that change, sorted by path.
///
/// # Errors
/// When a fix cannot be made, with the reason.
pub fn fixed(case: &Case, policy: Option<&str>) -> Result<Vec<(RepoPath, Arc<str>)>, String> {
    let planned = planned(case, policy)?;
    let mut texts: BTreeMap<&RepoPath, Arc<str>> =
        case.files.iter().map(|(path, text)| (path, Arc::clone(text))).collect();
    texts.extend(planned.changes.iter().map(|change| (&change.path, Arc::clone(&change.after))));
    let mut fixed: BTreeMap<RepoPath, Arc<str>> =
        planned.changes.iter().map(|change| (change.path.clone(), Arc::clone(&change.after))).collect();
    for (from, to) in planned.relocations.iter().flat_map(|one| &one.renames) {
        fixed.remove(from);
        fixed.extend(texts.get(from).map(|text| (to.clone(), Arc::clone(text))));
    }
    Ok(fixed.into_iter().collect())
}

/// The paths that files of a case leave when fixes move them, sorted.
///
/// # Errors
/// When a fix cannot be made, with the reason.
pub fn left(case: &Case, policy: Option<&str>) -> Result<Vec<RepoPath>, String> {
    let planned = planned(case, policy)?;
    let mut left: Vec<RepoPath> =
        planned.relocations.into_iter().flat_map(|one| one.renames).map(|(from, _)| from).collect();
    left.sort();
    Ok(left)
}

/// What all fixes would do to a case.
fn planned(case: &Case, policy: Option<&str>) -> Result<Planned, String> {
    let plan =
        |run: &Run<'_>, judging: &Judging<'_>| fix::plan(run, judging, Reach::Unsafe, Uncommitted::Allowed);
    let planned = with_run(case, policy, plan)?;
    if let Some(failure) = planned.outcome.failures.iter().find(|failure| failure.kind == FailureKind::Fix) {
        return Err(failure.message.clone());
    }
    Ok(planned)
}

/// Judges a case in some way, with the failures of its configuration and policies.
fn with_run<T: AsMut<Outcome>>(
    case: &Case,
    policy: Option<&str>,
    judge: impl FnOnce(&Run<'_>, &Judging<'_>) -> Result<T, IndexError>,
) -> Result<T, String> {
    let mut workspace = Workspace::in_memory(case.files.iter().cloned());
    if !case.commits.is_empty() {
        workspace = workspace.with_history(History::listed(case.commits.clone()));
    }
    let loaded = config::load(&workspace);
    let policies = policy::load(&workspace, &loaded.config.policy_paths());
    // The policy about suppressions has nothing to say where no other runs.
    let policy = policy.filter(|policy| *policy != SUPPRESSIONS).unwrap_or(EVERY_POLICY);
    let request = Request { select: vec![policy.to_owned()], ignore: Vec::new() };
    let chosen = policy::choose(&policies.policies, &loaded.config, &request)?;
    // Patterns were checked when the configuration was read.
    let exclude = PathSet::new(&loaded.config.exclude).unwrap_or_else(|_| PathSet::none());
    let run = Run {
        workspace: &workspace,
        targets: &Targets::Folders(vec![RepoPath::new("")]),
        names: Names::Memory,
        exclude: &exclude,
        languages: &loaded.config.languages,
        threads: 1,
        progress: &Progress::default(),
    };
    let waivers = Waivers::load(&workspace, &loaded.config, BaselineUse::Used);
    let judging = Judging {
        chosen: &chosen,
        severity: Severity::Info,
        sources: Sources::Unwanted,
        waivers: &waivers.waivers,
    };
    let mut judged = judge(&run, &judging).map_err(|error| error.to_string())?;
    let outcome = judged.as_mut();
    outcome.failures.extend(loaded.failures.into_iter().chain(policies.failures).chain(waivers.failures));
    outcome.failures.sort();
    Ok(judged)
}

fn show(outcome: &Outcome) -> String {
    let mut report = Vec::new();
    if let Some(concise) = report::reporter("concise") {
        // A report into memory has no sink that could end.
        let _ = (concise.write)(outcome, &Style::default(), &mut report);
    }
    let lines = String::from_utf8_lossy(&report).into_owned();
    let mut report = String::new();
    // Each finding is one line; its labels, which the format leaves out, follow.
    for (at, line) in lines.split_inclusive('\n').enumerate() {
        report.push_str(line);
        for label in outcome.findings.get(at).map_or(&[][..], |finding| &finding.labels) {
            let Place { path, start, .. } = &label.place;
            let _ = writeln!(report, "    {path}:{}: {}", start.line, label.text);
        }
    }
    for failure in &outcome.failures {
        report.push_str(&line(failure));
    }
    report
}

/// A failure in one line: its kind, where it stands or which policy it is about, and what happened.
fn line(failure: &Failure) -> String {
    let place = failure.path.as_ref().map(|place| format!("{}:{}", place.path, place.start.line));
    let subject = failure.policy.as_deref().map(str::to_owned).or(place).unwrap_or_default();
    let message = report::printable(&failure.message);
    format!("failure[{}] {subject}: {message}\n", failure.kind.word())
}

/// A stretch of a case: the prose, or one file.
struct Part<'a> {
    /// The name of the file; nothing for the prose.
    name: Option<&'a str>,
    /// The bytes below the line that names it.
    content: Range<usize>,
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = vec![Part { name: None, content: 0..text.len() }];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if let Some(name) = marker(line) {
            if let Some(open) = parts.last_mut() {
                open.content.end = start;
            }
            parts.push(Part { name: Some(name), content: end..text.len() });
        }
        start = end;
    }
    parts
}

/// The name in a line that opens a file.
fn marker(line: &str) -> Option<&str> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let name = line.strip_prefix("-- ")?.strip_suffix(" --")?.trim();
    (!name.is_empty()).then_some(name)
}

/// A report as this program writes it: a checkout may have turned its line ends.
fn plain(content: &str) -> String {
    content.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str =
        "Proves a thing.\n\n-- a/b.md --\n# A\n-- no marker\n-- expected --\nold\n-- c --\nend";

    #[test]
    fn prose_files_and_expectation_come_apart() {
        let case = parse(TEXT);
        assert_eq!(case.prose, "Proves a thing.\n\n");
        assert_eq!(case.expected.as_deref(), Some("old\n"));
        let files: Vec<_> = case.files.iter().map(|(path, text)| (path.as_str(), &**text)).collect();
        assert_eq!(files, [("a/b.md", "# A\n-- no marker\n"), ("c", "end")]);
    }

    #[test]
    fn turned_line_ends_are_read() {
        let case = parse("x\r\n-- a --\r\nb\r\n-- expected --\r\nc\r\n");
        assert_eq!((case.files[0].0.as_str(), &*case.files[0].1), ("a", "b\r\n"));
        assert_eq!(case.expected.as_deref(), Some("c\n"));
    }

    #[test]
    fn only_the_expectation_is_rewritten() {
        let text = rewrite(TEXT, "new");
        assert_eq!(text, TEXT.replace("old", "new"));
        assert_eq!(rewrite("x", "y\n"), "x\n-- expected --\ny\n");
        assert_eq!(rewrite("x\n-- expected --", "y"), "x\n-- expected --\ny\n");
    }

    #[test]
    fn failures_are_part_of_the_answer() {
        let case = parse("-- policylint.toml --\nselekt = []\n-- a.md --\n");
        assert!(
            run(&case, Some("uv-only")).starts_with("failure[config] policylint.toml:1: "),
            "{}",
            run(&case, None)
        );
        assert!(run(&case, Some("uv-onli")).contains("uv-only"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_case_and_is_rewritten_stably(
            text in "(x|-- |--|a| |expected|\r|\n|-- expected --\n|-- é --\r\n){0,24}",
            actual in "([a-z:]{1,9}\n){0,3}",
        ) {
            let case = parse(&text);
            let rewritten = rewrite(&text, &actual);
            let again = parse(&rewritten);
            prop_assert_eq!(again.expected.as_deref(), Some(&*actual));
            prop_assert_eq!(again.files.len(), case.files.len());
            prop_assert_eq!(rewrite(&rewritten, &actual), rewritten);
        }
    }
}
