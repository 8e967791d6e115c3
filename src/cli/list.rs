//! `policylint list`: the policies, one a line.

use std::io::Write;

use super::arguments::ListArguments;
use super::session::{Session, stdout};
use super::{Exit, Stop};
use crate::pipeline::Outcome;
use crate::policy::Origin;
use crate::report::{self, Style};
use crate::workspace::Environment;

pub(super) fn list(arguments: &ListArguments, environment: &Environment) -> Result<Exit, Stop> {
    let session = Session::open(&[], &arguments.common, environment)?;
    let loaded = session.policies();
    let width = loaded.policies.iter().map(|policy| policy.id.len()).max().unwrap_or_default();
    let mut out = stdout();
    for policy in &loaded.policies {
        let origin = match policy.origin {
            Origin::BuiltIn => String::new(),
            Origin::Custom => format!("  ({})", policy.file.path),
        };
        let header = &policy.header;
        writeln!(out, "{:<width$}  {:<7}  {}{origin}", policy.id, header.severity, header.title)?;
    }
    out.flush()?;
    tell_failures(&session, loaded, environment)
}

/// Says what is wrong with policies or the configuration, beside what could be shown.
pub(super) fn tell_failures(
    session: &Session,
    loaded: crate::policy::Loaded,
    environment: &Environment,
) -> Result<Exit, Stop> {
    let mut failures = [&session.config.failures[..], &loaded.failures[..]].concat();
    failures.sort();
    if failures.is_empty() {
        return Ok(Exit::Clean);
    }
    let sources = session.config.sources.iter().cloned().chain(loaded.sources);
    let sources = sources.map(|file| (file.path.clone(), file)).collect();
    let outcome = Outcome { failures, sources, ..Outcome::default() };
    let style = Style { unicode: environment.unicode, ..Style::default() };
    let _ = write!(std::io::stderr(), "{}", report::failures(&outcome, &style));
    Ok(Exit::Failed)
}
