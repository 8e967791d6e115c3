//! `policylint explain ID`: what a policy wants, why, and what can be set.

use std::io::Write;

use super::arguments::{ExplainArguments, FileArguments};
use super::session::{Session, error_style, stdout, style};
use super::{Exit, Stop};
use crate::document::unknown;
use crate::policy::{Origin, Policy, Selection};
use crate::report::printable;
use crate::workspace::Environment;

pub(super) fn explain(arguments: &ExplainArguments, environment: &Environment) -> Result<Exit, Stop> {
    let session = Session::open(&FileArguments::default(), &arguments.common, environment)?;
    let loaded = session.policies();
    let Some(policy) = loaded.policies.iter().find(|policy| *policy.id == *arguments.id) else {
        let known = loaded.policies.iter().map(|policy| &*policy.id);
        return Err(Stop::Usage(unknown("policy", &arguments.id, known)));
    };
    let bold = |text: &str| {
        if style(&arguments.common, environment).color {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    };
    let mut out = stdout();
    write(&mut out, policy, &bold)?;
    out.flush()?;
    Ok(session.tell(loaded.failures, loaded.sources, &error_style(&arguments.common, environment)))
}

fn write(out: &mut dyn Write, policy: &Policy, bold: &dyn Fn(&str) -> String) -> std::io::Result<()> {
    let header = &policy.header;
    writeln!(out, "{}  {}", bold(&policy.id), printable(&header.title))?;
    writeln!(out, "\n{}\n  {}", bold("Why"), printable(&header.why))?;
    writeln!(out, "\n{}\n  {}", bold("What to do"), printable(&header.help))?;
    writeln!(out, "\n{}  {}", bold("Severity"), header.severity)?;
    if !header.tags.is_empty() {
        writeln!(out, "{}  {}", bold("Tags"), printable(&header.tags.join(", ")))?;
    }
    let origin = match policy.origin {
        Origin::BuiltIn => "built in",
        Origin::Custom => policy.file.path.as_str(),
    };
    writeln!(out, "{}  {origin}", bold("Origin"))?;
    writeln!(out, "\n{}", bold("Judges"))?;
    for selection in policy.selections() {
        writeln!(out, "  {}", printable(&selection.describe()))?;
    }
    if policy.judges_repo() {
        writeln!(out, "  the repository as a whole")?;
    }
    writeln!(out, "\n{}", bold("Applies"))?;
    if header.applies.is_empty() {
        writeln!(out, "  always")?;
    } else {
        writeln!(out, "  where the repository holds one of")?;
        for sign in header.applies.iter().map(Selection::describe) {
            writeln!(out, "  - {}", printable(&sign))?;
        }
    }
    options(out, policy, bold)
}

fn options(out: &mut dyn Write, policy: &Policy, bold: &dyn Fn(&str) -> String) -> std::io::Result<()> {
    if policy.header.options.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", bold("Options"))?;
    writeln!(out, "  [policies.{}]", policy.id)?;
    for (name, option) in &policy.header.options {
        writeln!(out, "  {name} = {}  # {}", printable(&option.default.to_toml()), printable(&option.help))?;
    }
    Ok(())
}
