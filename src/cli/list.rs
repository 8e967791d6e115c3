//! `policylint list`: the policies, one a line.

use std::io::Write;

use super::arguments::{FileArguments, ListArguments};
use super::session::{Session, error_style, stdout};
use super::{Exit, Stop};
use crate::policy::Origin;
use crate::report::printable;
use crate::workspace::Environment;

pub(super) fn list(arguments: &ListArguments, environment: &Environment) -> Result<Exit, Stop> {
    let session = Session::open(&FileArguments::default(), &arguments.common, environment)?;
    let loaded = session.policies();
    let width = loaded.policies.iter().map(|policy| policy.id.len()).max().unwrap_or_default();
    let mut out = stdout();
    for policy in &loaded.policies {
        let origin = match policy.origin {
            Origin::BuiltIn => String::new(),
            Origin::Custom => format!("  ({})", printable(policy.file.path.as_str())),
        };
        let header = &policy.header;
        writeln!(out, "{:<width$}  {:<7}  {}{origin}", policy.id, header.severity, printable(&header.title))?;
    }
    out.flush()?;
    Ok(session.tell(loaded.failures, loaded.sources, &error_style(&arguments.common, environment)))
}
