//! Fits a configuration to a repository: looks at what it holds, and says in TOML and comments which policies apply
//! and why. Only makes texts; never writes a file.

use std::sync::Arc;

use crate::config::Config;
use crate::finding::Severity;
use crate::glob::PathSet;
use crate::pipeline::{self, Judging, Outcome, Run, Sources};
use crate::policy::{Policy, Request, choose};
use crate::workspace::IndexError;

mod configuration;
mod vendored;
mod wiring;

pub use configuration::configuration;
pub use wiring::{Part, WiredFile, Wiring, wiring};

/// What a repository holds, as far as its configuration is concerned.
#[derive(Debug)]
pub struct Survey<'a> {
    /// The policies that exist for it.
    pub policies: &'a [Arc<Policy>],
    /// Patterns for the folders with code of others.
    pub vendored: Vec<String>,
    /// What the policies say about the rest.
    pub outcome: Outcome,
}

/// Looks at a repository as if it had no configuration.
///
/// # Errors
/// When names are to come from git's index and it cannot be read.
pub fn survey<'a>(run: &Run<'_>, policies: &'a [Arc<Policy>]) -> Result<Survey<'a>, IndexError> {
    let (names, _) = pipeline::files(run)?;
    let vendored = vendored::patterns(&names);
    let exclude = PathSet::new(&vendored).unwrap_or_else(|_| PathSet::none());
    let run = Run { exclude: &exclude, threads: run.threads, ..*run };
    // Nothing is named, so nothing can be named wrongly.
    let chosen = choose(policies, &Config::default(), &Request::default()).unwrap_or_default();
    let judging = Judging { chosen: &chosen, severity: Severity::Warning, sources: Sources::Unwanted };
    Ok(Survey { policies, vendored, outcome: pipeline::check(&run, &judging)? })
}
