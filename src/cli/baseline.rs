//! `policylint baseline`: write down the findings there are, so that only new ones are shown. Writes one file, whole
//! or not at all.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::arguments::{BaselineArguments, FileArguments};
use super::progress::with_progress;
use super::session::{Session, error_style};
use super::{Exit, Stop};
use crate::filter::baseline::{Entry, text};
use crate::filter::{BaselineUse, Waivers};
use crate::finding::Severity;
use crate::pipeline::{self, Judging, Outcome, Progress, Sources};
use crate::policy::{Request, choose};
use crate::report::printable;
use crate::workspace::{Environment, Targets};

pub(super) fn baseline(arguments: &BaselineArguments, environment: &Environment) -> Result<Exit, Stop> {
    let session = Session::open(&arguments.files, &arguments.common, environment)?;
    if session.workspace.root().is_none() {
        return Err(Stop::Usage("a baseline is written for what lies on disk".to_owned()));
    }
    let config = &session.config.config;
    let mut known = Waivers::load(&session.workspace, config, BaselineUse::Used);
    (known.waivers.as_of, known.waivers.is_recording) = (arguments.as_of, true);
    refuse(arguments, &session, &known.waivers)?;

    let policies = session.policies();
    let request = Request { select: arguments.select.clone(), ignore: arguments.ignore.clone() };
    let chosen = choose(&policies.policies, config, &request).map_err(Stop::Usage)?;
    let progress = Progress::default();
    let run = session.run(&arguments.files, &progress);
    let fail_on = config.fail_on.unwrap_or(Severity::Error);
    let judging = Judging {
        chosen: &chosen,
        // A baseline holds what a run without it would show.
        severity: arguments.severity.or(config.severity).unwrap_or(Severity::Warning).min(fail_on),
        sources: Sources::Unwanted,
        waivers: &known.waivers,
    };
    let judged = with_progress(&progress, environment, false, || pipeline::check(&run, &judging));
    let mut outcome = judged.map_err(|error| Stop::Usage(error.to_string()))?;
    // A line that is damaged is written anew; all else that went wrong would leave findings out.
    let damages = if arguments.update { Vec::new() } else { known.failures.clone() };
    outcome.failures.extend(policies.failures.iter().chain(&damages).cloned());
    let sources = policies.sources.iter().chain(&known.sources).cloned().collect();
    let style = error_style(&arguments.common, environment);
    let exit = session.tell(outcome.failures.clone(), sources, &style);
    if exit != Exit::Clean {
        let path = config.baseline();
        return Err(Stop::Usage(format!("not everything could be judged, so `{path}` is left as it is")));
    }
    if let Some(nothing) = pipeline::why_nothing(&run, &outcome) {
        return Err(Stop::Usage(nothing));
    }
    write(arguments, &session, &known.waivers, &outcome)
}

/// Refuses what would lose entries, before anything is judged.
fn refuse(arguments: &BaselineArguments, session: &Session, known: &Waivers) -> Result<(), Stop> {
    let path = session.config.config.baseline();
    let stop = |message: String| Err(Stop::Usage(message));
    match &known.baseline {
        None if arguments.prune => {
            stop(format!("there is no baseline `{path}` to prune; `policylint baseline` writes one"))
        }
        Some(_) if !arguments.update && !arguments.prune => stop(format!(
            "there is a baseline `{path}` already; `--update` takes new findings into it, `--prune` drops what is stale"
        )),
        Some(baseline) if baseline.is_newer() => {
            stop(format!("the baseline `{path}` was written by a later policylint; update this one"))
        }
        // Entries that are not judged have no finding from which new keys could be made.
        Some(baseline) if !baseline.has_newest_keys() && is_partial(arguments, &session.judged.targets) => {
            stop(format!(
                "the baseline `{path}` has keys of an older version; run over the whole repository, with all policies"
            ))
        }
        _ => Ok(()),
    }
}

fn is_partial(arguments: &BaselineArguments, targets: &Targets) -> bool {
    let FileArguments { paths, .. } = &arguments.files;
    !arguments.select.is_empty()
        || !arguments.ignore.is_empty()
        || (!paths.is_empty() && !targets.is_everything())
}

/// Writes the entries that stay and, unless only stale ones are to go, those of the findings that are new.
fn write(
    arguments: &BaselineArguments,
    session: &Session,
    known: &Waivers,
    outcome: &Outcome,
) -> Result<Exit, Stop> {
    let path = session.config.config.baseline();
    let stale: BTreeSet<&Entry> = outcome.stale.iter().map(|stale| &stale.entry).collect();
    // Keys of an older version are replaced by those that the same findings have today.
    let current = known.baseline.iter().filter(|baseline| baseline.has_newest_keys());
    let old = current.flat_map(|baseline| baseline.entries()).chain(&outcome.migrated);
    let new: &[Entry] = if arguments.prune { &[] } else { &outcome.entries };
    let mut entries: BTreeSet<&Entry> = old.filter(|entry| !stale.contains(entry)).collect();
    let n_kept = entries.len();
    entries.extend(new);
    let n_new = entries.len() - n_kept;
    if n_new > 0 || !stale.is_empty() || known.baseline.is_none() || arguments.update {
        let written = session.workspace.write(&path, &text(entries.iter().copied()));
        written.map_err(|reason| Stop::Usage(format!("`{path}` cannot be written: {reason}")))?;
    }
    let n_all = entries.len();
    let entries = if n_all == 1 { "entry" } else { "entries" };
    let message = format!("`{path}` has {n_all} {entries}: {n_new} new, {} dropped", stale.len());
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{}", printable(&message));
    Ok(Exit::Clean)
}
