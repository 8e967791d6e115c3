//! What is wrong with what is allowed: suppressions that cannot be read, that give no reason, that have ended or that
//! silence nothing, and stale entries of the baseline. Silences nothing itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::baseline::Stale;
use super::suppression::{Suppression, policies};
use super::waive::Waiving;
use super::{BaselineUse, SUPPRESSIONS, Scene};
use crate::day::Day;
use crate::document::unknown;
use crate::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::policy::Choice;
use crate::source::Place;

/// A comment or an entry that says that findings are allowed.
struct Claim<'c> {
    place: &'c Place,
    policies: Vec<&'c str>,
    has_reason: bool,
    until: Option<Day>,
    used: Option<&'c BTreeSet<Arc<str>>>,
    /// What to take out to be rid of it.
    removal: &'c [Place],
}

/// The findings of the policy about suppressions.
pub(super) fn findings(scene: &Scene<'_>, waiving: &Waiving<'_>, stale: &[Stale]) -> Vec<Finding> {
    let mut findings = match scene.policy {
        Some(choice) => of_claims(choice, scene, waiving),
        None => Vec::new(),
    };
    // Whoever asks for it strictly means it, whatever else runs.
    if scene.waivers.strictness == BaselineUse::Strict {
        findings.extend(stale.iter().map(stale_entry));
    }
    findings
}

/// What is wrong with comments and entries, no graver than the configuration says.
fn of_claims(choice: &Choice, scene: &Scene<'_>, waiving: &Waiving<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, suppressions) in &waiving.files {
        let used = waiving.used.get(path);
        for (number, one) in suppressions.all.iter().enumerate() {
            match &one.directive {
                Err(message) => findings.push(malformed(one, message)),
                Ok(directive) => {
                    let claim = Claim {
                        place: &one.place,
                        policies: policies(one).iter().map(|policy| &**policy).collect(),
                        has_reason: directive.reason.is_some(),
                        until: directive.until,
                        used: used.and_then(|used| used.get(&number)),
                        removal: &one.removal,
                    };
                    judge(&claim, scene, waiving, &mut findings);
                }
            }
        }
    }
    for (number, entry) in scene.waivers.ledger.entries.iter().enumerate() {
        let claim = Claim {
            place: &entry.place,
            policies: entry.suppress.policies.iter().map(String::as_str).collect(),
            has_reason: entry.suppress.reason.is_some(),
            until: entry.suppress.until,
            used: waiving.used_entries.get(&number),
            removal: &[],
        };
        // An entry may be about files that this run has not looked at.
        judge(&claim, scene, waiving, &mut findings);
    }
    findings.retain(|finding| {
        let path = &finding.place.path;
        (choice.include.is_empty() || choice.include.matches_path(path)) && !choice.exclude.matches_path(path)
    });
    for finding in &mut findings {
        finding.severity = finding.severity.min(choice.severity);
    }
    findings
}

fn malformed(one: &Suppression, message: &str) -> Finding {
    let help = "write it as `policylint: ignore[policy] reason=\"why\" until=2027-01-31`; as it is, it silences nothing";
    finding(&one.place, Severity::Error, message.to_owned(), help)
}

fn judge(claim: &Claim<'_>, scene: &Scene<'_>, waiving: &Waiving<'_>, findings: &mut Vec<Finding>) {
    for policy in &claim.policies {
        if *policy == SUPPRESSIONS {
            let message = format!("`{SUPPRESSIONS}` cannot be silenced like this");
            let help =
                format!("mend what it is about, or set its severity under `[policies.{SUPPRESSIONS}]`");
            findings.push(finding(claim.place, Severity::Error, message, &help));
        } else if scene.known.binary_search(policy).is_err() {
            let message = unknown("policy", policy, scene.known.iter().copied());
            findings.push(finding(
                claim.place,
                Severity::Error,
                message,
                "name a policy that `policylint list` shows",
            ));
        }
    }
    let names = enumerated(&claim.policies);
    if let Some(until) = claim.until.filter(|_| waiving.is_over(claim.until)) {
        let message = format!("the suppression of {names} ended on {until}");
        let help = "mend what it silenced and delete it, or agree on another day";
        findings.push(finding(claim.place, Severity::Error, message, help));
    } else if !claim.has_reason && waiving.needs_reason(claim.policies.iter().copied()) {
        let message = format!("the suppression of {names} gives no reason, so it silences nothing");
        findings.push(finding(claim.place, Severity::Error, message, "say why: `reason=\"…\"`"));
    } else {
        unused(claim, scene, findings);
    }
}

/// A suppression of policies that ran, and of which it silenced nothing.
fn unused(claim: &Claim<'_>, scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let is_everything = scene.targets.is_everything();
    if claim.removal.is_empty() && !is_everything {
        return;
    }
    let is_unused = |policy: &&&str| {
        scene.ran.contains_key(**policy) && claim.used.is_none_or(|used| !used.contains(**policy))
    };
    let idle: Vec<&str> = claim.policies.iter().filter(is_unused).copied().collect();
    if idle.is_empty() {
        return;
    }
    let message = format!("the suppression of {} silences nothing", enumerated(&idle));
    let is_whole = idle.len() == claim.policies.len();
    let help =
        if is_whole { "delete it".to_owned() } else { format!("take {} out of it", enumerated(&idle)) };
    let mut found = finding(claim.place, Severity::Warning, message, &help);
    // Files that are judged alone may lack what a policy looks up elsewhere.
    if is_whole && is_everything && !claim.removal.is_empty() {
        let edit = |place: &Place| Edit { place: place.clone(), replacement: "".into() };
        found.fixes.push(Fix {
            title: "delete the suppression".into(),
            edits: claim.removal.iter().map(edit).collect(),
            moves: Vec::new(),
            applicability: Applicability::Safe,
        });
    }
    findings.push(found);
}

fn stale_entry(stale: &Stale) -> Finding {
    let identity = &stale.entry.identity;
    let message =
        format!("the baseline knows a finding of `{}` in `{}` that is gone", identity.policy, identity.path);
    let help = match &stale.moved_to {
        Some(path) => format!(
            "if it has moved to `{path}`, run `policylint baseline --update`; else `policylint baseline --prune`"
        ),
        None => "run `policylint baseline --prune`, and commit the baseline".to_owned(),
    };
    finding(&stale.place, Severity::Error, message, &help)
}

fn finding(place: &Place, severity: Severity, message: String, help: &str) -> Finding {
    Finding {
        place: place.clone(),
        policy: SUPPRESSIONS.into(),
        key: message.as_str().into(),
        message: message.into(),
        severity,
        help: help.into(),
        labels: Vec::new(),
        fixes: Vec::new(),
        occurrence: 0,
    }
}

fn enumerated(policies: &[&str]) -> String {
    let quoted: Vec<String> = policies.iter().map(|policy| format!("`{policy}`")).collect();
    match quoted.as_slice() {
        [start @ .., last] if !start.is_empty() => format!("{} and {last}", start.join(", ")),
        _ => quoted.concat(),
    }
}
