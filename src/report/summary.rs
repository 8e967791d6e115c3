//! The line that ends a run: what was found, in how much, by how many. Goes beside the report, never into it, and is
//! the only text that tells the time a run took.

use std::time::Duration;

use super::style::{Ink, Style};
use super::{Reporter, clean, concise};
use crate::finding::{Finding, Severity, Waived, Waiver};
use crate::fix::{Planned, Reach};
use crate::pipeline::{Outcome, PolicyRun, Summary};

/// How many digits of a commit are shown.
const SHORT: usize = 10;

/// The summary, with line ends: one line, and under `verbose` one more for each policy. Empty under `quiet`.
#[must_use]
pub fn summary(outcome: &Outcome, style: &Style) -> String {
    if style.quiet {
        return String::new();
    }
    let summary = &outcome.summary;
    let (ran, skipped): (Vec<_>, Vec<_>) =
        summary.policies.iter().partition(|policy| policy.skipped.is_none());
    let mut text = format!(
        "{} ({}) by {} in {}",
        found(outcome, style),
        scope(summary),
        count(ran.len(), "policy", "policies"),
        seconds(summary.elapsed)
    );
    for remark in remarks(outcome, style) {
        text.push_str("; ");
        text.push_str(&remark);
    }
    text.push('\n');
    text.push_str(&overruled(summary));
    text.push_str(&fixable(outcome, style));
    text.push_str(&outdated(summary));
    if style.verbose {
        for policy in ran.into_iter().chain(skipped) {
            text.push_str(&policy_line(policy, style));
        }
    } else if !skipped.is_empty() {
        let skipped = count(skipped.len(), "policy", "policies");
        text.push_str(&format!("{skipped} skipped, see --verbose\n"));
    }
    text
}

/// `found 2 errors and 1 warning in 2 of 1,204 files`.
pub(super) fn found(outcome: &Outcome, style: &Style) -> String {
    let n_files = outcome.summary.files;
    if outcome.findings.is_empty() {
        let words = if n_files == 0 { "no files to judge" } else { "no findings" };
        let words = style.paint(Ink::Strong, words);
        return if n_files == 0 { words.into_owned() } else { format!("{words} in {}", files(n_files)) };
    }
    let mut parts = Vec::new();
    for severity in Severity::ALL.into_iter().rev() {
        let n = Summary::count(&outcome.findings, severity);
        if n > 0 {
            let words = count(n, severity.word(), &format!("{severity}s"));
            parts.push(style.paint(Ink::from(severity), &words).into_owned());
        }
    }
    let n_hit = n_files_hit(&outcome.findings);
    // Findings may stand in folders, or in files that a policy misses, which are not among the files judged.
    let scope = if n_hit <= n_files {
        format!("{} of {}", thousands(n_hit), files(n_files))
    } else {
        count(n_hit, "place", "places")
    };
    format!("found {} in {scope}", enumerate(&parts))
}

/// `names from git index, 96 read, 3 skipped: 2 binary, 1 too large`.
pub(super) fn scope(summary: &Summary) -> String {
    let mut text = format!("names from {}", summary.names.word());
    let short = |hash: &str| hash.get(..SHORT).unwrap_or(hash).to_owned();
    match (&summary.since, &summary.revision) {
        (Some(since), Some(revision)) => {
            text.push_str(&format!(" from {} to {}", short(since), short(revision)));
        }
        (Some(since), None) => text.push_str(&format!(" since {}", short(since))),
        (None, Some(revision)) => text.push_str(&format!(" {}", short(revision))),
        (None, None) => {}
    }
    text.push_str(&format!(", {} read", thousands(summary.files_read)));
    let n_skipped: usize = summary.skipped.values().sum();
    if n_skipped > 0 {
        let reasons: Vec<String> =
            summary.skipped.iter().map(|(reason, n)| format!("{} {reason}", thousands(*n))).collect();
        text.push_str(&format!(", {} skipped: {}", thousands(n_skipped), reasons.join(", ")));
    }
    text
}

/// `rules are those of 0123456789; not trusted: policylint.toml`, where some are not.
pub(super) fn overruled(summary: &Summary) -> String {
    let Some(trusted) = summary.trusted.as_deref().filter(|_| !summary.overruled.is_empty()) else {
        return String::new();
    };
    let paths: Vec<_> = summary.overruled.iter().map(|path| clean::line(path.as_str())).collect();
    format!(
        "rules are those of {}; not trusted: {}\n",
        trusted.get(..SHORT).unwrap_or(trusted),
        paths.join(", ")
    )
}

/// `[*] 9 fixable with --fix (2 more with --unsafe-fixes)`, if any is.
fn fixable(outcome: &Outcome, style: &Style) -> String {
    let Some(reach) = style.reach else { return String::new() };
    let n_fixes =
        |reach: Reach| outcome.findings.iter().filter(|finding| reach.fix(finding).is_some()).count();
    let (n_safe, n_all) = (n_fixes(Reach::Safe), n_fixes(Reach::Unsafe));
    let words = match (n_safe, n_all - n_safe, reach) {
        (_, 0, _) if n_safe == 0 => return String::new(),
        (_, 0, _) => format!("{} fixable with --fix", thousands(n_safe)),
        (_, _, Reach::Unsafe) | (0, _, _) => {
            format!("{} fixable with --fix --unsafe-fixes", thousands(n_all))
        }
        (_, n_more, Reach::Safe) => format!(
            "{} fixable with --fix ({} more with --unsafe-fixes)",
            thousands(n_safe),
            thousands(n_more)
        ),
    };
    format!("{} {words}\n", style.paint(Ink::Note, "[*]"))
}

/// How many findings a report leaves out because its reader refuses more.
#[must_use]
pub fn left_out(outcome: &Outcome, reporter: &Reporter) -> Option<String> {
    let n_findings = outcome.findings.len() + outcome.waived.len();
    let limit = reporter.limit.filter(|&limit| n_findings > limit)?;
    Some(format!(
        "`{}` holds {} of {} findings, the gravest: its readers take no more",
        reporter.name,
        thousands(limit),
        thousands(n_findings)
    ))
}

/// What has become of the baseline, and which suppressions could not be judged.
fn outdated(summary: &Summary) -> String {
    let mut text = String::new();
    if summary.stale > 0 {
        let entries = count(summary.stale, "entry of the baseline fits", "entries of the baseline fit");
        text.push_str(&format!(
            "{entries} no finding any more; `policylint baseline --prune` drops what is stale\n"
        ));
    }
    if summary.moved > 0 {
        let entries = count(
            summary.moved,
            "of them looks like a finding that has moved",
            "of them look like findings that have moved",
        );
        text.push_str(&format!("{entries}; `policylint baseline --update` takes along what was moved\n"));
    }
    if summary.undated > 0 {
        let suppressions = count(summary.undated, "suppression ends", "suppressions end");
        text.push_str(&format!(
            "{suppressions} on a day, and no commit says which day it is; `--as-of` does\n"
        ));
    }
    text
}

/// The findings that are known, a line each, with who says so.
#[must_use]
pub fn waived(outcome: &Outcome, style: &Style) -> String {
    let mut text = String::new();
    // What is known is not fixed either.
    let style = &Style { reach: None, ..style.clone() };
    for Waived { finding, by } in &outcome.waived {
        let (by, reason) = match by {
            Waiver::Baseline => ("in the baseline".to_owned(), None),
            Waiver::Comment { place, reason } => {
                (format!("suppressed in line {}", place.start.line), reason.as_deref())
            }
            Waiver::Ledger { place, reason } => (
                format!("suppressed in {}:{}", clean::line(place.path.as_str()), place.start.line),
                reason.as_deref(),
            ),
        };
        let reason = reason.map(|reason| format!(": {}", clean::line(reason))).unwrap_or_default();
        text.push_str(&format!("{} ({by}{reason})\n", concise::line(finding, style)));
    }
    text
}

/// What the fixes of a diff would do: `would fix 9 of 12 findings in 3 files`.
#[must_use]
pub fn diff_summary(planned: &Planned, style: &Style) -> String {
    if style.quiet {
        return String::new();
    }
    let summary = &planned.outcome.summary;
    let n_findings = summary.fixed + planned.outcome.findings.len();
    let renames = planned.relocations.iter().flat_map(|one| &one.renames);
    let moved: std::collections::BTreeSet<_> = renames.map(|(from, _)| from).collect();
    let n_changed = planned.changes.iter().filter(|change| !moved.contains(&change.path)).count();
    let n_files = files(n_changed + moved.len());
    format!(
        "would fix {} of {} in {n_files}\n",
        thousands(summary.fixed),
        count(n_findings, "finding", "findings")
    )
}

/// How many findings were mended, where nothing else is reported.
#[must_use]
pub fn fixed_summary(outcome: &Outcome, style: &Style) -> String {
    if style.quiet {
        return String::new();
    }
    let (n_fixed, n_left) = (outcome.summary.fixed, outcome.findings.len());
    format!("fixed {}, {} left\n", count(n_fixed, "finding", "findings"), thousands(n_left))
}

/// What was mended, what is not shown, and what could not be judged.
pub(super) fn remarks(outcome: &Outcome, style: &Style) -> Vec<String> {
    let summary = &outcome.summary;
    let hidden = [
        (summary.suppressed, "suppressed"),
        (summary.baselined, "in the baseline"),
        (summary.below_severity, "below the severity shown"),
        (summary.unchanged, "on lines that have not changed"),
    ];
    let mut remarks: Vec<String> = hidden
        .into_iter()
        .filter(|&(n, _)| n > 0)
        .map(|(n, words)| format!("{} {words}", thousands(n)))
        .collect();
    if summary.fixed > 0 {
        let n_left = outcome.findings.len();
        let n_findings = count(summary.fixed + n_left, "finding", "findings");
        let words = format!("{n_findings} ({} fixed, {} left)", thousands(summary.fixed), thousands(n_left));
        remarks.insert(0, words);
    }
    if !outcome.failures.is_empty() {
        let n = count(outcome.failures.len(), "failure", "failures");
        remarks.push(style.paint(Ink::Error, &format!("incomplete: {n}")).into_owned());
    }
    remarks
}

fn policy_line(policy: &PolicyRun, style: &Style) -> String {
    let id = clean::line(&policy.id);
    let id = style.paint(Ink::Strong, &id);
    match &policy.skipped {
        Some(reason) => format!("  {id}: skipped: {}\n", clean::line(reason)),
        None => format!(
            "  {id}: {} over {}, {}\n",
            count(policy.findings, "finding", "findings"),
            count(policy.facts, "fact", "facts"),
            count(usize::try_from(policy.operations).unwrap_or(usize::MAX), "operation", "operations")
        ),
    }
}

/// How many files the findings stand in; sorted findings of one file are neighbours.
fn n_files_hit(findings: &[Finding]) -> usize {
    findings.chunk_by(|a, b| a.place.path == b.place.path).count()
}

fn files(n: usize) -> String {
    count(n, "file", "files")
}

/// `1 file`, `1,204 files`, and nothing for none.
pub(super) fn some(n: usize, one: &str, many: &str) -> String {
    if n == 0 { String::new() } else { count(n, one, many) }
}

/// `1 file`, `1,204 files`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// `1,204`.
pub(super) fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `a, b and c`.
pub(super) fn enumerate(parts: &[String]) -> String {
    match parts {
        [start @ .., last] if !start.is_empty() => format!("{} and {last}", start.join(", ")),
        _ => parts.concat(),
    }
}

/// `0.04 s`; one digit more where two would say nothing.
fn seconds(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if seconds < 0.01 { format!("{seconds:.3} s") } else { format!("{seconds:.2} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!((&*thousands(7), &*thousands(1_204), &*thousands(1_000_000)), ("7", "1,204", "1,000,000"));
        assert_eq!(count(1, "policy", "policies"), "1 policy");
        assert_eq!(enumerate(&["a".into(), "b".into(), "c".into()]), "a, b and c");
        assert_eq!(seconds(Duration::from_millis(4)), "0.004 s");
    }
}
