//! What is known of findings before they are made: the baseline, the entries of the configuration, and the day by
//! which those that end are judged. Asks a workspace, never the disk or the clock.

use std::sync::Arc;

use super::baseline::Baseline;
use super::ledger::Ledger;
use crate::config::{self, Config, Level};
use crate::day::Day;
use crate::finding::{Failure, FailureKind, Severity};
use crate::source::{Place, SourceFile};
use crate::workspace::{Unread, Workspace};

/// What is known beforehand.
#[derive(Debug, Default)]
pub struct Waivers {
    /// The baseline, where there is one and it counts.
    pub baseline: Option<Baseline>,
    /// How entries that fit nothing any more are told.
    pub strictness: BaselineUse,
    /// The day by which suppressions end; nothing for that of the commit that is checked out.
    pub as_of: Option<Day>,
    /// The revision whose comments alone count, where not those of what is judged do.
    pub trusted: Option<Workspace>,
    /// Whether the entries of a new baseline are wanted.
    pub is_recording: bool,
    pub(super) ledger: Ledger,
    /// The mildest severity of policies whose suppressions need a reason; nothing where none does.
    pub(super) reason_from: Option<Severity>,
}

/// What a baseline is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BaselineUse {
    /// Nothing.
    Ignored,
    /// It says what is known; entries that fit nothing any more are counted.
    #[default]
    Used,
    /// Entries that fit nothing any more are findings.
    Strict,
}

/// What was read, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What is known beforehand.
    pub waivers: Waivers,
    /// What could not be read.
    pub failures: Vec<Failure>,
    /// The files that the failures stand in.
    pub sources: Vec<Arc<SourceFile>>,
}

impl Waivers {
    /// Reads what a repository and its configuration say is known.
    #[must_use]
    pub fn load(workspace: &Workspace, config: &Config, baseline_use: BaselineUse) -> Loaded {
        let mut loaded = Loaded::default();
        loaded.waivers.ledger = Ledger::new(config);
        loaded.waivers.strictness = baseline_use;
        loaded.waivers.reason_from = match config.require_reason {
            None => Some(Severity::Error),
            Some(Level::Off) => None,
            Some(Level::On(severity)) => Some(severity),
        };
        if baseline_use != BaselineUse::Ignored {
            loaded.read_baseline(workspace, config);
        }
        loaded
    }
}

impl Loaded {
    /// Without a file there is no baseline; one that is there but cannot be read is a failure.
    fn read_baseline(&mut self, workspace: &Workspace, config: &Config) {
        let path = config.baseline();
        match workspace.read_whole(&path) {
            Ok(file) => {
                let shown = Arc::new(SourceFile::new(path, Arc::clone(&file.text)));
                let (baseline, problems) = Baseline::read(file);
                if !problems.is_empty() {
                    self.failures.extend(config::failures(&shown, problems));
                    self.sources.push(shown);
                }
                self.waivers.baseline = Some(baseline);
            }
            Err(Unread::Missing) => {}
            Err(why) => self.failures.push(Failure {
                kind: FailureKind::Config,
                message: format!("the baseline `{path}` cannot be read: {why}"),
                path: Some(Place::whole(path)),
                policy: None,
            }),
        }
    }
}
