//! What every command starts with: the root, the configuration, the policies, and the look of the output.

use std::io;
use std::path::{Path, PathBuf};

use super::Stop;
use super::arguments::{CommonArguments, FileArguments, When};
use crate::config;
use crate::glob::PathSet;
use crate::policy;
use crate::report::Style;
use crate::source::RepoPath;
use crate::workspace::{Environment, Names, Targets, Workspace, absolute, find_root, is_checkout};

/// A repository with its configuration.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) workspace: Workspace,
    pub(super) root: PathBuf,
    pub(super) targets: Targets,
    pub(super) config: config::Loaded,
    /// Paths that no policy judges.
    pub(super) exclude: PathSet,
}

impl Session {
    /// Finds the repository of the paths, and reads its configuration.
    pub(super) fn open(
        paths: &[PathBuf],
        common: &CommonArguments,
        environment: &Environment,
    ) -> Result<Self, Stop> {
        let here = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &here[..] } else { paths };
        let resolved = paths
            .iter()
            .map(|path| {
                absolute(&environment.current_folder.join(path)).map_err(|error| as_written(path, &error))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let root = find_root(&resolved[0], &config::is_declared_root);
        let targets = Targets::new(&root, &resolved).map_err(|error| Stop::Usage(error.to_string()))?;
        let workspace = Workspace::on_disk(&root);
        let config = configuration(&workspace, common, environment)?;
        let exclude = PathSet::new(&config.config.exclude).map_err(|error| Stop::Usage(error.to_string()))?;
        Ok(Self { workspace, root, targets, config, exclude })
    }

    /// The policies that exist for this repository.
    pub(super) fn policies(&self) -> policy::Loaded {
        policy::load(&self.workspace, &self.config.config.policy_paths())
    }

    /// Where the names of files are to come from.
    pub(super) fn names(&self, files: &FileArguments, environment: &Environment) -> Result<Names, Stop> {
        if matches!(self.targets, Targets::Files(_)) {
            return Ok(Names::Arguments);
        }
        let has_index = is_checkout(&self.root);
        if files.tracked && !has_index {
            let message = format!("`--tracked` needs a git checkout, and `{}` is none", self.root.display());
            return Err(Stop::Usage(message));
        }
        if files.no_ignore {
            return Ok(Names::PlainWalk);
        }
        let by_default = environment.is_ci && has_index && !files.no_tracked;
        Ok(if files.tracked || by_default { Names::Index } else { Names::Walk })
    }
}

/// An error about a path in the words of the user, who did not write the absolute path.
fn as_written(path: &Path, error: &crate::workspace::ArgumentError) -> Stop {
    use crate::workspace::ArgumentError;
    Stop::Usage(match error {
        ArgumentError::Missing(_) => ArgumentError::Missing(path.display().to_string()).to_string(),
        other => other.to_string(),
    })
}

/// The configuration: the named file or the one found, under the settings of the command line.
fn configuration(
    workspace: &Workspace,
    common: &CommonArguments,
    environment: &Environment,
) -> Result<config::Loaded, Stop> {
    let (settings, files): (Vec<String>, Vec<String>) =
        common.config.iter().cloned().partition(|argument| argument.contains('='));
    let mut loaded = match files.as_slice() {
        [] if common.isolated => config::Loaded::default(),
        [] => config::load(workspace),
        [file] => {
            // Who names a file means what it leads to, wherever that lies.
            // The user has named it: a link may lead anywhere.
            let path = environment.current_folder.join(file);
            let path = absolute(&path).unwrap_or(path);
            let path = absolute(&path).unwrap_or(path);
            let folder = path.parent().unwrap_or(&path);
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let source = Workspace::on_disk(folder).read(&RepoPath::new(name));
            let source = source.map_err(|why| {
                let why = if why == crate::workspace::Unread::Missing {
                    "it does not exist".to_owned()
                } else {
                    why.to_string()
                };
                Stop::Usage(format!("the configuration `{file}` cannot be read: {why}"))
            })?;
            config::load_text(source, workspace)
        }
        _ => return Err(Stop::Usage("`--config` names two files; there is one configuration".to_owned())),
    };
    config::override_with(&mut loaded, &settings);
    Ok(loaded)
}

/// How many threads to use.
pub(super) fn threads(files: &FileArguments) -> usize {
    files
        .jobs
        .map_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get), usize::from)
}

/// Whether to colour what goes to a stream, by the order of precedence that tools agree on: the flag, `NO_COLOR`,
/// `FORCE_COLOR` and `CLICOLOR_FORCE`, then the terminal.
pub(super) fn use_color(when: When, is_terminal: bool, environment: &Environment) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if environment.no_color => false,
        When::Auto => environment.force_color || (is_terminal && !environment.is_dumb),
    }
}

/// The look of what goes to standard output.
pub(super) fn style(common: &CommonArguments, environment: &Environment) -> Style {
    Style {
        color: use_color(common.color, environment.stdout_is_terminal, environment),
        unicode: environment.unicode,
        width: environment.columns.unwrap_or(100).min(160),
        ..Style::default()
    }
}

/// Standard output, buffered: a report is thousands of small writes.
pub(super) fn stdout() -> io::BufWriter<io::StdoutLock<'static>> {
    io::BufWriter::with_capacity(64 << 10, io::stdout().lock())
}
