//! What a run brought: findings, failures and counts, and the texts that a report needs to draw them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::finding::{Failure, Finding, Severity, Waived};
use crate::source::{RepoPath, SourceFile};
use crate::workspace::Names;

/// What a run brought.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings to show, in their total order.
    pub findings: Vec<Finding>,
    /// Findings that are known, in the same order.
    pub waived: Vec<Waived>,
    /// What could not be judged.
    pub failures: Vec<Failure>,
    /// The files that findings and their labels stand in, for reports that show text; empty if none was asked for.
    pub sources: BTreeMap<RepoPath, Arc<SourceFile>>,
    /// What the policies that were chosen are about, by id.
    pub about: BTreeMap<Arc<str>, About>,
    /// Counts.
    pub summary: Summary,
}

/// What a policy is about, in the words of its header, for reports that explain what they name.
#[derive(Debug, Clone)]
pub struct About {
    /// What it wants.
    pub title: String,
    /// Why that is worth wanting.
    pub why: String,
    /// What to do about a finding.
    pub help: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// The severity that its findings have in this run, unless it calls one milder.
    pub severity: Severity,
}

impl AsMut<Self> for Outcome {
    fn as_mut(&mut self) -> &mut Self {
        self
    }
}

/// The counts of a run. All but `elapsed` are the same on every run over the same input.
#[derive(Debug, Default, Clone)]
pub struct Summary {
    /// Files judged: those that are neither ignored nor excluded.
    pub files: usize,
    /// Files whose text was read.
    pub files_read: usize,
    /// Where the names came from.
    pub names: Names,
    /// The commit that was judged, where it is one.
    pub revision: Option<String>,
    /// The commit that was compared with, where only what has changed since is judged.
    pub since: Option<String>,
    /// The commit whose configuration and policies hold, where it is one.
    pub trusted: Option<String>,
    /// The files with rules that are not as that commit has them, and do not count.
    pub overruled: Vec<RepoPath>,
    /// Files that were not read as text, by reason: `too large`, `binary`, …
    pub skipped: BTreeMap<&'static str, usize>,
    /// Every policy that was loaded, sorted by id.
    pub policies: Vec<PolicyRun>,
    /// Findings that were made but are below the severity shown.
    pub below_severity: usize,
    /// Findings that stand where nothing has changed, and were there before.
    pub unchanged: usize,
    /// Findings silenced by comments or the configuration.
    pub suppressed: usize,
    /// Findings known to the baseline.
    pub baselined: usize,
    /// Findings that were mended before this outcome, and are not among its findings.
    pub fixed: usize,
    /// Wall time from start to the last finding.
    pub elapsed: Duration,
}

/// What became of one policy in a run.
#[derive(Debug, Clone)]
pub struct PolicyRun {
    /// Its id.
    pub id: Arc<str>,
    /// Why it did not run; nothing if it did.
    pub skipped: Option<String>,
    /// How many facts it was asked about.
    pub facts: usize,
    /// How many findings are shown.
    pub findings: usize,
    /// How many script operations it took.
    pub operations: u64,
}

impl Summary {
    /// How many shown findings have this severity.
    #[must_use]
    pub fn count(findings: &[Finding], severity: Severity) -> usize {
        findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// How many policies ran.
    #[must_use]
    pub fn policies_run(&self) -> usize {
        self.policies.iter().filter(|policy| policy.skipped.is_none()).count()
    }
}
