//! Says why a run judged nothing. Zero files is not a pass: something removed them, and the user should know what.

use super::{Names, Outcome, Run};
use crate::glob::PathSet;
use crate::source::RepoPath;
use crate::workspace::{Discovery, PassedOver, Targets, Visitor};

/// Counts what a walk without any rules finds.
#[derive(Debug, Default)]
struct Count {
    files: usize,
    first: Option<RepoPath>,
}

impl Visitor for Count {
    fn file(&mut self, path: RepoPath) {
        self.files += 1;
        if self.first.as_ref().is_none_or(|first| path < *first) {
            self.first = Some(path);
        }
    }

    fn passed_over(&mut self, _: RepoPath, _: PassedOver) {}

    fn failed(&mut self, _: RepoPath, _: String) {}
}

/// Why nothing was judged, and what to do; nothing if something was, or if there is nothing to judge.
#[must_use]
pub fn why_nothing(run: &Run<'_>, outcome: &Outcome) -> Option<String> {
    let summary = &outcome.summary;
    // A change may touch nothing that can be judged.
    if matches!(run.targets, Targets::Changes(_)) {
        return None;
    }
    if let Targets::Files(files) = run.targets
        && !files.paths().is_empty()
        && !summary.skipped.is_empty()
        && summary.skipped.values().sum::<usize>() >= files.paths().len()
    {
        let reasons: Vec<_> = summary.skipped.keys().copied().collect();
        return Some(format!("no file was judged: what was named is {}", reasons.join(" or ")));
    }
    if summary.files > 0 {
        return (summary.policies_run() == 0).then(|| {
            "no policy ran: each is turned off or does not apply here; `--verbose` says why, `--select` names one".to_owned()
        });
    }
    let Targets::Folders(folders) = run.targets else { return None };
    let excluded = summary.skipped.get(PassedOver::Excluded.word()).copied().unwrap_or_default();
    if excluded > 0 {
        return Some("no file was judged: `exclude` in the configuration covers all of them".to_owned());
    }
    let nothing = PathSet::none();
    let plain = Discovery { names: Names::PlainWalk, folders, exclude: &nothing, threads: 1 };
    let count = run.workspace.discover(&plain, &Count::default).ok()?.into_iter().next()?;
    let first = count.first?;
    let (some, them) = if count.files == 1 {
        ("1 file".to_owned(), "it")
    } else {
        (format!("{} files", count.files), "all of them")
    };
    Some(match run.names {
        Names::Index => format!(
            "no file was judged: git tracks nothing of what lies here ({some}, `{first}` for one); add it, or use `--no-tracked`"
        ),
        _ => format!(
            "no file was judged: ignore files cover {them} ({some}, `{first}` for one); use `--no-ignore` to judge {them}"
        ),
    })
}
