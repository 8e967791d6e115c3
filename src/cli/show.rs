//! What `policylint check` shows instead of findings: files, settings, counts.

use std::io::{self, Write};

use super::session::{Session, stdout};
use super::{Exit, Stop};
use crate::config::{Level, Suppress};
use crate::finding::Severity;
use crate::pipeline::{self, Outcome, Run};
use crate::policy::Chosen;
use crate::report::Style;

/// Lists the files that would be judged.
pub(super) fn files(run: &Run<'_>, session: &Session, style: &Style) -> Result<Exit, Stop> {
    let (names, failures) = pipeline::files(run).map_err(|error| Stop::Usage(error.to_string()))?;
    let mut out = stdout();
    for path in names.paths() {
        writeln!(out, "{}", crate::report::printable(path.as_str()))?;
    }
    out.flush()?;
    Ok(session.tell(failures, Vec::new(), style))
}

/// Prints the configuration in force, as TOML with its origin.
pub(super) fn settings(session: &Session, chosen: &Chosen, style: &Style) -> Result<Exit, Stop> {
    let config = &session.config.config;
    let mut out = stdout();
    writeln!(out, "# root: {}", session.root.display())?;
    match &config.file {
        Some(file) => writeln!(out, "# configuration: {}", file.path)?,
        None => writeln!(out, "# configuration: none, these are the defaults")?,
    }
    writeln!(out, "baseline = {}", text(config.baseline().as_str()))?;
    writeln!(out, "exclude = {}", list(&config.exclude))?;
    writeln!(out, "fail-on = \"{}\"", config.fail_on.unwrap_or(Severity::Error))?;
    writeln!(out, "ignore = {}", list(&config.ignore))?;
    let paths: Vec<_> = config.policy_paths().iter().map(ToString::to_string).collect();
    writeln!(out, "policy-paths = {}", list(&paths))?;
    let reason_from = match config.require_reason {
        Some(Level::Off) => "off",
        Some(Level::On(severity)) => severity.word(),
        None => Severity::Error.word(),
    };
    writeln!(out, "require-reason = \"{reason_from}\"")?;
    writeln!(out, "root = {}", config.is_root)?;
    writeln!(out, "select = {}", list(&config.select))?;
    writeln!(out, "severity = \"{}\"", config.severity.unwrap_or(Severity::Warning))?;
    for entry in &config.suppress {
        suppression(&mut out, entry)?;
    }
    for choice in &chosen.choices {
        writeln!(out, "\n[policies.{}]", choice.policy.id)?;
        writeln!(out, "severity = \"{}\"", choice.severity)?;
        writeln!(out, "include = {}", list(choice.include.patterns()))?;
        writeln!(out, "exclude = {}", list(choice.exclude.patterns()))?;
        for (name, value) in choice.options.settings() {
            writeln!(out, "{name} = {}", value.to_toml())?;
        }
    }
    for (id, reason) in &chosen.skipped {
        writeln!(out, "\n# {id} does not run: {reason}")?;
    }
    out.flush()?;
    Ok(session.tell(chosen.failures.clone(), Vec::new(), style))
}

fn suppression(out: &mut dyn Write, entry: &Suppress) -> io::Result<()> {
    writeln!(
        out,
        "\n[[suppress]]\npolicy = {}\npath = {}",
        list(&entry.policies),
        list(entry.paths.patterns())
    )?;
    let until = entry.until.map(|day| day.to_string());
    let values = [
        ("match", entry.matching.as_deref()),
        ("reason", entry.reason.as_deref()),
        ("until", until.as_deref()),
    ];
    for (key, value) in values.into_iter().filter_map(|(key, value)| Some((key, value?))) {
        writeln!(out, "{key} = {}", text(value))?;
    }
    Ok(())
}

fn text(value: &str) -> String {
    crate::document::Setting::Text(value.to_owned()).to_toml()
}

fn list(items: &[String]) -> String {
    crate::document::Setting::Texts(items.to_vec()).to_toml()
}

/// Counts findings by policy and severity, most first.
pub(super) fn statistics(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    let mut counts = std::collections::BTreeMap::new();
    for finding in &outcome.findings {
        *counts.entry((&finding.policy, finding.severity)).or_insert(0_usize) += 1;
    }
    let mut rows: Vec<_> =
        counts.into_iter().map(|((policy, severity), count)| (count, policy, severity)).collect();
    rows.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)).then(b.2.cmp(&a.2)));
    let width = rows.first().map_or(1, |row| row.0.to_string().len());
    for (count, policy, severity) in rows {
        writeln!(out, "{count:>width$}  {severity:<7}  {policy}")?;
    }
    Ok(())
}
