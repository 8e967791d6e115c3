//! `policylint why PATH[:LINE] [POLICY]…`: the facts that stand in a file, and what each policy made of them.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Value as Json, json};

use super::arguments::{FileArguments, WhyArguments, WhyFormat};
use super::session::{Session, error_style, stdout, style};
use super::{Exit, Stop, facts};
use crate::document::unknown;
use crate::facts::Fact;
use crate::finding::{Finding, Severity, Waiver};
use crate::pipeline::{self, Decision, FactWhy, Judging, PolicyWhy, Progress, Sources, Why};
use crate::policy::{Policy, Request, choose};
use crate::report::{printable, printable_json};
use crate::source::RepoPath;
use crate::workspace::{Environment, Targets, absolute};

pub(super) fn why(arguments: &WhyArguments, environment: &Environment) -> Result<Exit, Stop> {
    let (path, line) = place(&arguments.place, environment);
    let files = FileArguments { paths: vec![path], ..FileArguments::default() };
    let session = Session::open(&files, &arguments.common, environment)?;
    let Targets::Files(named) = &session.judged.targets else {
        return Err(Stop::Usage(format!("`{}` is a folder; name a file in it", arguments.place)));
    };
    let Some(path) = named.paths().first().cloned() else {
        return Err(Stop::Usage(format!("`{}` is none of the files that can be judged", arguments.place)));
    };
    let loaded = session.policies();
    let known = || loaded.policies.iter().map(|policy: &std::sync::Arc<Policy>| &*policy.id);
    if let Some(id) = arguments.policies.iter().find(|id| !known().any(|known| known == **id)) {
        return Err(Stop::Usage(unknown("policy", id, known())));
    }
    let chosen =
        choose(&loaded.policies, &session.config.config, &Request::default()).map_err(Stop::Usage)?;
    let progress = Progress::default();
    let run = session.run(&files, &progress);
    let judging = Judging { chosen: &chosen, severity: Severity::Info, sources: Sources::Unwanted };
    let mut why =
        pipeline::why(&run, &judging, &path, line).map_err(|error| Stop::Usage(error.to_string()))?;
    if !arguments.policies.is_empty() {
        why.policies.retain(|policy| arguments.policies.iter().any(|id| **id == *policy.id));
    }
    let notes = notes(&session, &path);
    let mut out = stdout();
    match arguments.format {
        WhyFormat::Text => {
            let color = style(&arguments.common, environment).color;
            let telling = Telling { color, fields: !arguments.policies.is_empty() };
            telling.write(&mut out, &path, &notes, &why)?;
        }
        WhyFormat::Json => {
            let whole = json!({
                "path": path.as_str(), "line": line, "notes": notes,
                "policies": why.policies.iter().map(policy_json).collect::<Vec<_>>(),
            });
            writeln!(out, "{}", printable_json(&format!("{whole:#}")))?;
        }
    }
    out.flush()?;
    let failures = [why.failures, loaded.failures, chosen.failures].concat();
    Ok(session.tell(failures, loaded.sources, &error_style(&arguments.common, environment)))
}

/// `a.md:12` as a path and a line, unless a file has that very name.
fn place(argument: &str, environment: &Environment) -> (PathBuf, Option<u32>) {
    let line = argument.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?)));
    match line {
        Some((path, line)) if absolute(&environment.current_folder.join(argument)).is_err() => {
            (PathBuf::from(path), Some(line))
        }
        _ => (PathBuf::from(argument), None),
    }
}

/// What a run over the folder does with the file.
fn notes(session: &Session, path: &RepoPath) -> Vec<String> {
    let mut notes = Vec::new();
    if session.exclude.matches_path(path) {
        notes.push("a run over its folder leaves it out: `exclude` in the configuration names it".to_owned());
    }
    if let Err(why) = session.workspace.read(path) {
        notes.push(format!("no text of it is judged: {why}"));
    }
    notes
}

/// How decisions are told to people.
struct Telling {
    color: bool,
    /// Whether all fields of the facts are shown.
    fields: bool,
}

impl Telling {
    fn bold(&self, text: &str) -> String {
        let text = printable(text);
        if self.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.into_owned() }
    }

    fn write(&self, out: &mut dyn Write, path: &RepoPath, notes: &[String], why: &Why) -> io::Result<()> {
        writeln!(out, "{}", self.bold(path.as_str()))?;
        for note in notes {
            writeln!(out, "  note: {}", printable(note))?;
        }
        for policy in &why.policies {
            writeln!(out, "\n{}", self.bold(&policy.id))?;
            self.policy(out, policy)?;
        }
        Ok(())
    }

    fn policy(&self, out: &mut dyn Write, policy: &PolicyWhy) -> io::Result<()> {
        if let Some(reason) = &policy.skipped {
            return writeln!(out, "  does not run: {}", printable(reason));
        }
        if policy.facts.is_empty() && policy.others.is_empty() {
            let kinds: Vec<_> = policy.kinds.iter().map(|kind| format!("`{}`", kind.name)).collect();
            return match kinds.as_slice() {
                [] => writeln!(out, "  judges the repository as a whole, and found nothing here"),
                _ => writeln!(out, "  judges {}, and none stands here", kinds.join(" and ")),
            };
        }
        for fact in &policy.facts {
            self.fact(out, fact)?;
        }
        for finding in &policy.others {
            writeln!(out, "  {}", found(finding))?;
        }
        Ok(())
    }

    fn fact(&self, out: &mut dyn Write, why: &FactWhy) -> io::Result<()> {
        let FactWhy { fact, decision } = why;
        let place = &fact.place.start;
        writeln!(out, "  {}:{}  {} `{}`", place.line, place.column, fact.kind.name, printable(&fact.key))?;
        match decision {
            Decision::Unasked(reasons) => {
                for reason in reasons {
                    writeln!(out, "    not asked: {}", printable(reason))?;
                }
            }
            Decision::Silent => writeln!(out, "    asked, and has nothing to say")?,
            Decision::Found(findings) => {
                for finding in findings {
                    writeln!(out, "    {}", found(finding))?;
                }
            }
            Decision::Known(known) => {
                for waived in known {
                    writeln!(out, "    {}; {}", found(&waived.finding), printable(&waiver(&waived.by)))?;
                }
            }
        }
        if self.fields {
            fields(out, fact)?;
        }
        Ok(())
    }
}

/// The fields of a fact that have a value, one a line.
fn fields(out: &mut dyn Write, fact: &Fact) -> io::Result<()> {
    for (field, value) in fact.kind.fields.iter().zip(&fact.values) {
        if let Some(text) = value.shown().filter(|text| !text.is_empty()) {
            writeln!(out, "      {} = {}", field.name, printable(&text))?;
        }
    }
    Ok(())
}

fn found(finding: &Finding) -> String {
    let hidden = if finding.severity == Severity::Info { ", which is hidden by default" } else { "" };
    format!("found: {} ({}{hidden})", printable(&finding.message), finding.severity)
}

fn waiver(by: &Waiver) -> String {
    let told = |reason: &Option<std::sync::Arc<str>>| {
        reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
    };
    match by {
        Waiver::Comment { place, reason } => {
            format!("known by the comment in line {}{}", place.start.line, told(reason))
        }
        Waiver::Ledger { place, reason } => {
            format!("known by line {} of `{}`{}", place.start.line, place.path, told(reason))
        }
        Waiver::Baseline => "known by the baseline".to_owned(),
    }
}

fn policy_json(policy: &PolicyWhy) -> Json {
    json!({
        "id": &*policy.id,
        "skipped": policy.skipped,
        "kinds": policy.kinds.iter().map(|kind| kind.name).collect::<Vec<_>>(),
        "facts": policy.facts.iter().map(fact_json).collect::<Vec<_>>(),
        "others": policy.others.iter().map(finding_json).collect::<Vec<_>>(),
    })
}

fn fact_json(why: &FactWhy) -> Json {
    let (decision, reasons, findings) = match &why.decision {
        Decision::Unasked(reasons) => ("unasked", reasons.clone(), Vec::new()),
        Decision::Silent => ("silent", Vec::new(), Vec::new()),
        Decision::Found(findings) => ("found", Vec::new(), findings.iter().map(finding_json).collect()),
        Decision::Known(known) => (
            "known",
            known.iter().map(|one| waiver(&one.by)).collect(),
            known.iter().map(|one| finding_json(&one.finding)).collect(),
        ),
    };
    json!({ "fact": facts::row(&why.fact), "decision": decision, "reasons": reasons, "findings": findings })
}

fn finding_json(finding: &Finding) -> Json {
    let start = &finding.place.start;
    json!({
        "severity": finding.severity.word(), "message": &*finding.message, "help": &*finding.help,
        "line": start.line, "column": start.column,
    })
}
