//! Which findings the user sees. Changes no finding, only leaves some out and counts them.

use crate::finding::{Finding, Severity};

/// Findings kept, and how many were not.
#[derive(Debug, Default)]
pub struct Filtered {
    /// What is shown, sorted and without duplicates.
    pub kept: Vec<Finding>,
    /// How many are milder than what is shown.
    pub below_severity: usize,
}

/// Sorts findings, drops duplicates, and leaves out those milder than `severity`.
#[must_use]
pub fn filter(mut findings: Vec<Finding>, severity: Severity) -> Filtered {
    findings.sort();
    findings.dedup();
    let before = findings.len();
    findings.retain(|finding| finding.severity >= severity);
    Filtered { below_severity: before - findings.len(), kept: findings }
}
