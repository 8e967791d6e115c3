//! `--add-ignore REASON`: writes down that the findings there are are allowed, in comments where there is room for
//! them, else in the configuration. Each file is written whole or not at all.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::arguments::{CheckArguments, CommonArguments};
use super::session::{Session, error_style};
use super::{Exit, Stop};
use crate::config;
use crate::document::Setting;
use crate::finding::{Failure, FailureKind, Finding};
use crate::fix;
use crate::pipeline::{Judging, Run};
use crate::report::printable;
use crate::source::{RepoPath, SourceFile};
use crate::workspace::{Environment, Unread};

/// Writes suppressions with a reason for all that is found.
pub(super) fn allow(
    reason: &str,
    (session, run, judging): (&Session, &Run<'_>, &Judging<'_>),
    failures: &[Failure],
    arguments: &CheckArguments,
    environment: &Environment,
) -> Result<Exit, Stop> {
    if reason.trim().is_empty() {
        return Err(Stop::Usage(
            "`--add-ignore` needs a reason, which is written beside each suppression".to_owned(),
        ));
    }
    let allowed = fix::allow(run, judging, reason.trim()).map_err(|error| Stop::Usage(error.to_string()))?;
    let style = error_style(&arguments.common, environment);
    let failures: Vec<Failure> = allowed.outcome.failures.iter().chain(failures).cloned().collect();
    if session.tell(failures, Vec::new(), &style) != Exit::Clean {
        return Err(Stop::Usage("not everything could be judged, so no suppression is written".to_owned()));
    }
    let ledger = ledger(session, &arguments.common, &allowed.left, reason.trim())?;
    let mut failures = Vec::new();
    for change in &allowed.changes {
        if let Err(reason) = session.workspace.replace(&change.path, &change.before, &change.after) {
            failures.push(unwritten(&change.path, &reason));
        }
    }
    let mut message = format!(
        "{} allowed in comments of {}",
        count(allowed.n_silenced, "finding", "findings"),
        count(allowed.changes.len(), "file", "files")
    );
    if let Some(ledger) = &ledger {
        if let Err(reason) = session.workspace.write(&ledger.path, &ledger.text) {
            failures.push(unwritten(&ledger.path, &reason));
        }
        let _ = write!(message, ", {} in `{}`", allowed.left.len(), ledger.path);
    }
    let exit = session.tell(failures, Vec::new(), &style);
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{}", printable(&message));
    Ok(exit)
}

fn unwritten(path: &RepoPath, reason: &str) -> Failure {
    let message = format!("`{path}` cannot be written: {reason}");
    let path = Some(crate::source::Place::whole(path.clone()));
    Failure { kind: FailureKind::Fix, path, policy: None, message }
}

/// The configuration with entries for findings that no comment can allow; nothing where there are none.
fn ledger(
    session: &Session,
    common: &CommonArguments,
    left: &[Finding],
    reason: &str,
) -> Result<Option<SourceFile>, Stop> {
    if left.is_empty() {
        return Ok(None);
    }
    if common.config.iter().any(|argument| !argument.contains('=')) {
        let n_left =
            count(left.len(), "finding stands where no comment can", "findings stand where no comment can");
        return Err(Stop::Usage(format!(
            "{n_left}, and `--config` names another configuration; run without it"
        )));
    }
    let path = session.config.config.file.as_ref().map(|file| file.path.clone());
    let path = path.unwrap_or_else(|| RepoPath::new(config::FILE_NAMES[0]));
    let header =
        if path.name() == "pyproject.toml" { "[[tool.policylint.suppress]]" } else { "[[suppress]]" };
    let mut text = match session.workspace.read_whole(&path) {
        Ok(file) => file.text.to_string(),
        Err(Unread::Missing) => String::new(),
        Err(why) => return Err(Stop::Usage(format!("`{path}` cannot be read: {why}"))),
    };
    let mut entries = BTreeSet::new();
    for finding in left {
        entries.insert((&finding.place.path, &finding.policy, &finding.key));
    }
    for (file, policy, key) in entries {
        let quoted = |text: &str| Setting::Text(text.to_owned()).to_toml();
        if !text.is_empty() {
            text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
        }
        // A path is meant as it is, not as a pattern.
        let pattern: String = format!("/{file}").chars().flat_map(escaped).collect();
        let _ = write!(text, "{header}\npolicy = {}\npath = {}\n", quoted(policy), quoted(&pattern));
        if **key != *file.as_str() {
            let _ = writeln!(text, "match = {}", quoted(key));
        }
        let _ = writeln!(text, "reason = {}", quoted(reason));
    }
    let file = SourceFile::new(path.clone(), text.as_str());
    let problems = config::load_text(SourceFile::new(path.clone(), text.as_str())).failures;
    if problems.is_empty() {
        return Ok(Some(file));
    }
    Err(Stop::Usage(format!("`{path}` cannot take entries of `suppress`; write them by hand:\n{text}")))
}

/// A character of a path as it stands in a pattern.
fn escaped(character: char) -> impl Iterator<Item = char> {
    let is_special = matches!(character, '*' | '?' | '[' | ']' | '{' | '}' | '\\');
    is_special.then_some('\\').into_iter().chain([character])
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
