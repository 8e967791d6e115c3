//! `policylint schema`: the JSON Schema of the configuration, the options of the policies included.

use std::io::Write;

use super::arguments::{CommonArguments, FileArguments};
use super::session::{Session, error_style, stdout};
use super::{Exit, Stop};
use crate::config::schema::{PolicyKeys, schema as config_schema};
use crate::policy::Policy;
use crate::workspace::Environment;

pub(super) fn schema(common: &CommonArguments, environment: &Environment) -> Result<Exit, Stop> {
    let session = Session::open(&FileArguments::default(), common, environment)?;
    let loaded = session.policies();
    let keys: Vec<_> = loaded.policies.iter().map(|policy| keys(policy)).collect();
    let mut out = stdout();
    writeln!(out, "{:#}", config_schema(&keys))?;
    out.flush()?;
    drop(keys);
    Ok(session.tell(loaded.failures, loaded.sources, &error_style(common, environment)))
}

fn keys(policy: &Policy) -> PolicyKeys<'_> {
    let options =
        policy.header.options.iter().map(|(name, spec)| (name.as_str(), spec.help.as_str(), &spec.default));
    PolicyKeys { id: &policy.id, title: &policy.header.title, options: options.collect() }
}
