//! The `[[suppress]]` entries of the configuration as a filter: which finding an entry allows. Reads no file.

use std::sync::Arc;

use crate::config::{Config, Suppress};
use crate::finding::Finding;
use crate::source::{Place, SourceFile};

/// The entries of a configuration, each at its place.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) entries: Vec<Entry>,
}

/// An entry at its place.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) suppress: Suppress,
    pub(super) place: Place,
}

impl Ledger {
    /// The entries of a configuration.
    #[must_use]
    pub(super) fn new(config: &Config) -> Self {
        let entry = |suppress: &Suppress| {
            let file: Option<&Arc<SourceFile>> = suppress.file.as_ref().or(config.file.as_ref());
            file.map(|file| Entry { suppress: suppress.clone(), place: file.place(suppress.span) })
        };
        Self { entries: config.suppress.iter().filter_map(entry).collect() }
    }

    /// The number of the first entry that `counts` and allows a finding.
    pub(super) fn find(&self, finding: &Finding, counts: &dyn Fn(&Suppress) -> bool) -> Option<usize> {
        self.entries.iter().position(|entry| allows(&entry.suppress, finding) && counts(&entry.suppress))
    }
}

fn allows(suppress: &Suppress, finding: &Finding) -> bool {
    let holds = |text: &String| finding.key.contains(text) || finding.message.contains(text);
    suppress.policies.iter().any(|policy| **policy == *finding.policy)
        && suppress.paths.matches_path(&finding.place.path)
        && suppress.matching.as_ref().is_none_or(holds)
}
