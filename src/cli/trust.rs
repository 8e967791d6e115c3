//! Whose configuration and policies count: those of what is judged, or those of a revision that a change cannot reach.

use std::collections::BTreeSet;

use super::Stop;
use super::arguments::SourceArguments;
use super::ground::{Ground, told};
use crate::config;
use crate::source::RepoPath;
use crate::workspace::{Revision, Workspace};

/// The folder that holds what policylint itself reads.
const OWN_FOLDER: &str = ".policylint";

/// A revision whose rules hold.
#[derive(Debug)]
pub(super) struct Trusted {
    pub(super) workspace: Workspace,
    pub(super) revision: Revision,
}

impl Trusted {
    /// The revision that the arguments name; nothing if they name none.
    pub(super) fn open(source: &SourceArguments, ground: &Ground) -> Result<Option<Self>, Stop> {
        let Some(name) = &source.trust_base else { return Ok(None) };
        let repository = ground.repository("--trust-base")?;
        let revision = repository.resolve(name).map_err(told)?;
        let workspace = Workspace::at_revision(&repository, revision).map_err(told)?;
        Ok(Some(Self { workspace, revision }))
    }

    /// The files with rules that say something else, or are there at all, in what is judged. They do not count.
    pub(super) fn overruled(&self, judged: &Workspace, config: &config::Config) -> Vec<RepoPath> {
        let mut folders = config.policy_paths();
        folders.push(RepoPath::new(OWN_FOLDER));
        let mut paths: BTreeSet<RepoPath> =
            config::FILE_NAMES.iter().map(|name| RepoPath::new(name)).collect();
        for folder in &folders {
            for workspace in [judged, &self.workspace] {
                paths.extend(workspace.files_below(folder).paths().iter().cloned());
            }
        }
        let differs = |path: &RepoPath| {
            let text = |workspace: &Workspace| workspace.read(path).ok().map(|file| file.text);
            text(judged) != text(&self.workspace)
        };
        // A manifest is of no concern unless it configures policylint.
        let is_rule = |path: &RepoPath| {
            path.as_str() != "pyproject.toml"
                || [judged, &self.workspace].into_iter().any(config::is_in_pyproject)
        };
        paths.into_iter().filter(|path| differs(path) && is_rule(path)).collect()
    }
}
