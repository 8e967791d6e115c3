//! `policylint check`, the default command: judge and report.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::arguments::CheckArguments;
use super::outputs::{Outputs, diff_target, unwritable};
use super::progress::with_progress;
use super::session::{Session, error_style, stdout, style};
use super::{Exit, Stop, allow, show};
use crate::filter::{BaselineUse, Waivers};
use crate::finding::Severity;
use crate::fix::{self, Planned, Reach, Uncommitted};
use crate::pipeline::{self, Judging, Outcome, Progress, Run, Sources, Summary};
use crate::policy::{Request, choose};
use crate::report::{self, Exactness, Style};
use crate::source::SourceFile;
use crate::workspace::{Environment, IndexError, create};

pub(super) fn check(arguments: &CheckArguments, environment: &Environment) -> Result<Exit, Stop> {
    let session = Session::open(&arguments.files, &arguments.common, environment)?;
    let progress = Progress::default();
    let run = session.run(&arguments.files, &progress);
    if arguments.show_files {
        return show::files(&run, &session, &error_style(&arguments.common, environment));
    }
    let policies = session.policies();
    let request = Request { select: arguments.select.clone(), ignore: arguments.ignore.clone() };
    let chosen = choose(&policies.policies, &session.config.config, &request).map_err(Stop::Usage)?;
    if arguments.show_settings {
        return show::settings(&session, &chosen, &error_style(&arguments.common, environment));
    }
    let mut known = Waivers::load(session.rules(), &session.config.config, baseline_use(arguments));
    known.waivers.as_of = arguments.as_of;
    known.waivers.trusted = session.trusted();
    let outputs = Outputs::new(arguments, environment)?;
    let fail_on = arguments.fail_on.or(session.config.config.fail_on).unwrap_or(Severity::Error);
    let judging = Judging {
        chosen: &chosen,
        // What fails a run is shown, whatever else is.
        severity: arguments
            .severity
            .or(session.config.config.severity)
            .unwrap_or(Severity::Warning)
            .min(fail_on),
        sources: if outputs.needs_sources() { Sources::Wanted } else { Sources::Unwanted },
        waivers: &known.waivers,
    };
    if let Some(reason) = &arguments.add_ignore {
        let failures = [&policies.failures[..], &known.failures[..]].concat();
        return allow::allow(reason, (&session, &run, &judging), &failures, arguments, environment);
    }
    let planned = with_progress(&progress, environment, arguments.quiet, || judge(&run, &judging, arguments))
        .map_err(|error| Stop::Usage(error.to_string()))?;
    let Planned { changes, relocations, mut outcome } = planned;
    session.complete(&mut outcome);
    let sources = session.config.sources.iter().chain(&policies.sources).chain(&known.sources);
    let failures = [&session.config.failures[..], &policies.failures[..], &known.failures[..]].concat();
    add_failures(&mut outcome, failures, sources);
    if arguments.fix_only {
        let nothing = told_nothing(&run, &session, &outcome, arguments);
        return Ok(tell_fixed(&outcome, &nothing, arguments, environment));
    }
    if arguments.diff {
        let planned = Planned { changes, relocations, outcome };
        let nothing = told_nothing(&run, &session, &planned.outcome, arguments);
        return show_diff(&planned, &nothing, arguments, environment);
    }

    let look = Style {
        hyperlinks: hyperlinks(session.workspace.root(), environment),
        ..look(style(&arguments.common, environment), arguments)
    };
    outputs.write(&outcome, &look, arguments, environment)?;
    let nothing = told_nothing(&run, &session, &outcome, arguments);
    tell(&outcome, &nothing, &outputs, arguments, environment);
    Ok(exit(&outcome, &nothing, fail_on, arguments))
}

/// What is said where nothing was judged.
#[derive(Debug)]
enum Nothing {
    /// Something was.
    No,
    /// There was nothing to judge, and that is fine; with the line that says so.
    Fine(String),
    /// Something removed the files; with the line that says what.
    Wrong(String),
}

impl Nothing {
    /// The line, or nothing.
    fn line(&self) -> &str {
        match self {
            Self::No => "",
            Self::Fine(line) | Self::Wrong(line) => line,
        }
    }
}

fn told_nothing(run: &Run<'_>, session: &Session, outcome: &Outcome, arguments: &CheckArguments) -> Nothing {
    if let Some(reason) = &session.judged.nothing {
        let line = format!("{}, so nothing was judged\n", report::printable(reason));
        return Nothing::Fine(if arguments.quiet { String::new() } else { line });
    }
    match pipeline::why_nothing(run, outcome) {
        Some(message) => Nothing::Wrong(format!("error: {}\n", report::printable(&message))),
        None => Nothing::No,
    }
}

fn baseline_use(arguments: &CheckArguments) -> BaselineUse {
    match (arguments.no_baseline, arguments.strict_baseline) {
        (true, _) => BaselineUse::Ignored,
        (_, true) => BaselineUse::Strict,
        _ => BaselineUse::Used,
    }
}

/// Judges, and fixes as far as the arguments say: in memory, on disk, or not at all.
fn judge(run: &Run<'_>, judging: &Judging<'_>, arguments: &CheckArguments) -> Result<Planned, IndexError> {
    let reach = reach(arguments);
    let uncommitted = if arguments.force { Uncommitted::Allowed } else { Uncommitted::Refused };
    if arguments.diff {
        return fix::plan(run, judging, reach, uncommitted);
    }
    let outcome = if arguments.fix || arguments.fix_only {
        fix::make(run, judging, reach, uncommitted)?
    } else {
        pipeline::check(run, judging)?
    };
    Ok(Planned { changes: Vec::new(), relocations: Vec::new(), outcome })
}

fn reach(arguments: &CheckArguments) -> Reach {
    if arguments.unsafe_fixes { Reach::Unsafe } else { Reach::Safe }
}

/// Writes what the fixes would change, and says on standard error what stands in their way.
fn show_diff(
    planned: &Planned,
    nothing: &Nothing,
    arguments: &CheckArguments,
    environment: &Environment,
) -> Result<Exit, Stop> {
    let write = |exactness: Exactness, look: &Style, out: &mut dyn Write| {
        out.write_all(report::diff(planned, exactness, look).as_bytes())
    };
    match diff_target(arguments, environment)? {
        Some(path) => create(&path, &|out| write(Exactness::Verbatim, &Style::default(), out))
            .map_err(|error| unwritable(&path, &error))?,
        None => {
            let is_terminal = environment.stdout_is_terminal;
            let exactness = if is_terminal { Exactness::Printable } else { Exactness::Verbatim };
            let mut out = stdout();
            write(exactness, &style(&arguments.common, environment), &mut out)?;
            out.flush()?;
        }
    }
    let look = Style { quiet: arguments.quiet, ..error_style(&arguments.common, environment) };
    let failures = report::failures(&planned.outcome, &look);
    // Where standard error is closed there is nobody left to tell.
    let _ = write!(io::stderr(), "{failures}{}{}", nothing.line(), report::diff_summary(planned, &look));
    Ok(match failed(&planned.outcome, nothing) {
        Some(exit) => exit,
        None if (planned.changes.is_empty() && planned.relocations.is_empty()) || arguments.exit_zero => {
            Exit::Clean
        }
        None => Exit::Findings,
    })
}

/// Says on standard error what was mended, and what stood in the way. Findings that are left fail nothing.
fn tell_fixed(
    outcome: &Outcome,
    nothing: &Nothing,
    arguments: &CheckArguments,
    environment: &Environment,
) -> Exit {
    let look = Style { quiet: arguments.quiet, ..error_style(&arguments.common, environment) };
    let failures = report::failures(outcome, &look);
    // Where standard error is closed there is nobody left to tell.
    let _ = write!(io::stderr(), "{failures}{}{}", nothing.line(), report::fixed_summary(outcome, &look));
    failed(outcome, nothing).unwrap_or(Exit::Clean)
}

/// Adds what went wrong before the run, with the texts to show it.
fn add_failures<'s>(
    outcome: &mut Outcome,
    failures: Vec<crate::finding::Failure>,
    sources: impl Iterator<Item = &'s Arc<SourceFile>>,
) {
    outcome.failures.extend(failures);
    outcome.failures.sort();
    outcome.failures.dedup();
    for file in sources {
        outcome.sources.entry(file.path.clone()).or_insert_with(|| Arc::clone(file));
    }
}

/// Where paths lead to when they are clicked on; only a terminal knows what to do with them.
fn hyperlinks(root: Option<&Path>, environment: &Environment) -> Option<String> {
    let is_wanted = environment.stdout_is_terminal && !environment.is_dumb && !environment.is_ci;
    root.filter(|_| is_wanted).map(|root| format!("file://{}/", root.display()))
}

/// The look of a stream, with what the arguments say about it.
fn look(style: Style, arguments: &CheckArguments) -> Style {
    Style { verbose: arguments.verbose, quiet: arguments.quiet, reach: Some(reach(arguments)), ..style }
}

/// Says on standard error what could not be judged, and the counts.
fn tell(
    outcome: &Outcome,
    nothing: &Nothing,
    outputs: &Outputs,
    arguments: &CheckArguments,
    environment: &Environment,
) {
    let is_drawn = outputs.is_drawn();
    let look = look(error_style(&arguments.common, environment), arguments);
    let mut err = io::stderr().lock();
    // Where standard error is closed there is nobody left to tell.
    let failures = report::failures(outcome, &look);
    let nothing = nothing.line().to_owned();
    let summary = if arguments.quiet { String::new() } else { report::summary(outcome, &look) };
    let left_out = outputs.left_out(outcome).iter().map(|words| format!("note: {words}\n")).collect();
    let known = if arguments.show_suppressed { report::waived(outcome, &look) } else { String::new() };
    let parts = [failures, nothing, left_out, known, summary].into_iter().filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        return;
    }
    // Drawings take several lines each: an empty one tells them from what follows.
    let gap = if is_drawn && !outcome.findings.is_empty() { "\n" } else { "" };
    let _ = write!(err, "{gap}{}", parts.join(if is_drawn { "\n" } else { "" }));
}

fn exit(outcome: &Outcome, nothing: &Nothing, fail_on: Severity, arguments: &CheckArguments) -> Exit {
    if let Some(exit) = failed(outcome, nothing) {
        return exit;
    }
    let levels = Severity::ALL.into_iter().filter(|level| *level >= fail_on);
    let n_failing: usize = levels.map(|level| Summary::count(&outcome.findings, level)).sum();
    if n_failing > 0 && !arguments.exit_zero { Exit::Findings } else { Exit::Clean }
}

/// How a run ends that could not judge everything.
fn failed(outcome: &Outcome, nothing: &Nothing) -> Option<Exit> {
    if outcome.failures.iter().any(|failure| failure.kind == crate::finding::FailureKind::Internal) {
        return Some(Exit::Internal);
    }
    (!outcome.failures.is_empty() || matches!(nothing, Nothing::Wrong(_))).then_some(Exit::Failed)
}
