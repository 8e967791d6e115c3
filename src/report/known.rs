//! Every finding of an outcome with the name that it keeps when lines move, those that are known among those that are
//! shown, because both count when equal ones are told apart. Decides nothing about which are written.

use std::collections::BTreeMap;

use crate::finding::{Finding, Waiver, fingerprint};
use crate::pipeline::Outcome;

/// A finding under its name.
#[derive(Debug)]
pub(super) struct Named<'a> {
    pub(super) finding: &'a Finding,
    /// 16 hexadecimal digits; no two findings of a run share them.
    pub(super) fingerprint: String,
    /// Who says that it is known; nothing for a finding that is shown.
    pub(super) waiver: Option<&'a Waiver>,
}

/// All findings, shown and known, in their total order.
pub(super) fn named(outcome: &Outcome) -> Vec<Named<'_>> {
    let shown = outcome.findings.iter().map(|finding| (finding, None));
    let known = outcome.waived.iter().map(|waived| (&waived.finding, Some(&waived.by)));
    let mut all: Vec<(&Finding, Option<&Waiver>)> = shown.chain(known).collect();
    // Stable, and what comes in is two sorted runs.
    all.sort_by(|a, b| a.0.cmp(b.0));
    let mut seen = BTreeMap::new();
    let mut named = Vec::with_capacity(all.len());
    for (finding, waiver) in all {
        let equal = (&finding.policy, &finding.place.path, &finding.key);
        let occurrence = seen.entry(equal).and_modify(|n| *n += 1).or_insert(0_usize);
        named.push(Named { finding, fingerprint: fingerprint(finding, *occurrence), waiver });
    }
    named
}

/// The findings that are shown, with their names, in their total order.
pub(super) fn shown(outcome: &Outcome) -> impl Iterator<Item = Named<'_>> {
    named(outcome).into_iter().filter(|named| named.waiver.is_none())
}
