//! `policylint init`: writes a configuration that fits the repository and the files by which a service runs
//! policylint. Never replaces a file unless it is told to, and writes all of them or none.

use std::io::Write;

use super::arguments::{CommonArguments, FileArguments, InitArguments, Service};
use super::session::{Session, error_style, stdout};
use super::{Exit, Stop};
use crate::config;
use crate::finding::Severity;
use crate::init::{Part, WiredFile, Wiring, configuration, survey, wiring};
use crate::pipeline::{Progress, Summary};
use crate::policy;
use crate::report::printable;
use crate::source::RepoPath;
use crate::workspace::{Environment, create_below};

/// What becomes of a file.
enum Fate {
    /// It is written.
    Written,
    /// It says already what it is to say.
    Kept,
    /// It is there, belongs to others as well, and has to be completed by hand.
    Incomplete(Part),
}

pub(super) fn init(arguments: &InitArguments, environment: &Environment) -> Result<Exit, Stop> {
    let files = |paths| FileArguments { paths, ..FileArguments::default() };
    // What is written does not depend on what is configured.
    let common = CommonArguments { isolated: true, ..arguments.common.clone() };
    let session = Session::open(&files(arguments.path.iter().cloned().collect()), &common, environment)?;
    let session = Session::open(&files(vec![session.root]), &common, environment)?;
    let loaded = session.policies();
    let (own, hint) = own_configuration(&session, arguments, &loaded)?;
    let wired = arguments.ci.iter().flat_map(|service| wiring(wired_by(*service)));
    let files: Vec<WiredFile> = own.into_iter().chain(wired).collect();
    let fates = fates(&session, &files, arguments)?;
    let written: Vec<(RepoPath, String)> = files
        .iter()
        .zip(&fates)
        .filter(|(_, fate)| matches!(fate, Fate::Written))
        .map(|(file, _)| (file.path.clone(), file.text.clone()))
        .collect();
    create_below(&session.root, &written)
        .map_err(|(path, error)| Stop::Usage(format!("`{path}` cannot be written: {error}; nothing was")))?;
    tell(&files, &fates, &hint)?;
    Ok(session.tell(loaded.failures, loaded.sources, &error_style(&arguments.common, environment)))
}

/// The configuration to write, and what to do next; no file where there is one that is to be kept.
fn own_configuration(
    session: &Session,
    arguments: &InitArguments,
    loaded: &policy::Loaded,
) -> Result<(Option<WiredFile>, String), Stop> {
    let path = RepoPath::new(config::FILE_NAMES[0]);
    match config::file_of(&session.workspace) {
        Some(found) if found == path && arguments.force => {}
        Some(found) if !arguments.ci.is_empty() => return Ok((None, format!("`{found}` stays as it is"))),
        Some(found) if found == path => {
            return Err(Stop::Usage(format!("`{found}` exists; use `--force` to replace it")));
        }
        Some(found) => {
            let message = format!(
                "`{found}` configures policylint already; a second configuration would contradict it"
            );
            return Err(Stop::Usage(message));
        }
        None => {}
    }
    let progress = Progress::default();
    let run = session.run(&FileArguments::default(), &progress);
    let survey = survey(&run, &loaded.policies).map_err(|error| Stop::Usage(error.to_string()))?;
    let text = configuration(&survey);
    let n_errors = Summary::count(&survey.outcome.findings, Severity::Error);
    let hint = match (survey.outcome.findings.len(), n_errors) {
        (0, _) => "`policylint` finds nothing today".to_owned(),
        (n, 0) => format!("`policylint` shows {n} today, none of which fails a run"),
        (n, _) => format!("`policylint` shows {n} today, and {n_errors} of them fail a run"),
    };
    Ok((Some(WiredFile { path, text, part: None }), hint))
}

fn wired_by(service: Service) -> Wiring {
    match service {
        Service::Github => Wiring::Github,
        Service::Gitlab => Wiring::Gitlab,
        Service::PreCommit => Wiring::PreCommit,
    }
}

/// Decides about every file before any is written.
fn fates(session: &Session, files: &[WiredFile], arguments: &InitArguments) -> Result<Vec<Fate>, Stop> {
    let mut in_the_way = Vec::new();
    let fates = files.iter().map(|file| {
        let found = session.workspace.read(&file.path);
        match (&found, &file.part) {
            (Ok(found), _) if *found.text == *file.text => Fate::Kept,
            (Ok(found), Some(part)) if found.text.contains(part.sign) => Fate::Kept,
            (Ok(_), Some(part)) => Fate::Incomplete(part.clone()),
            (Err(crate::workspace::Unread::Missing), _) => Fate::Written,
            (_, None) if arguments.force => Fate::Written,
            _ => {
                in_the_way.push(format!("`{}`", file.path));
                Fate::Kept
            }
        }
    });
    let fates = fates.collect();
    if in_the_way.is_empty() {
        return Ok(fates);
    }
    let exist = if in_the_way.len() == 1 { "exists" } else { "exist" };
    Err(Stop::Usage(format!("{} {exist}; use `--force` to replace what is there", in_the_way.join(" and "))))
}

/// Says what was written, what was not, and what to do next.
fn tell(files: &[WiredFile], fates: &[Fate], hint: &str) -> Result<(), Stop> {
    let mut out = stdout();
    for (file, fate) in files.iter().zip(fates) {
        match fate {
            Fate::Written => writeln!(out, "wrote `{}`", file.path)?,
            Fate::Kept => writeln!(out, "`{}` is as it should be", file.path)?,
            Fate::Incomplete(part) => {
                writeln!(out, "`{}` is there and stays as it is; add to it:\n", file.path)?;
                for line in part.lines.lines() {
                    writeln!(out, "    {line}")?;
                }
                writeln!(out)?;
            }
        }
    }
    writeln!(out, "{}", printable(hint))?;
    Ok(out.flush()?)
}
