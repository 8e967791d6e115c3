//! What every command starts with: the root, the configuration, the policies, and the look of the output.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::arguments::{CommonArguments, FileArguments, When};
use super::ground::{Ground, Judged};
use super::trust::Trusted;
use super::{Exit, Stop};
use crate::config;
use crate::finding::{Failure, FailureKind};
use crate::glob::PathSet;
use crate::pipeline::{Outcome, Progress, Run};
use crate::policy;
use crate::report::{self, Style};
use crate::source::{RepoPath, SourceFile};
use crate::workspace::{Environment, PassedOver, Workspace, absolute};

/// A repository with its configuration.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) workspace: Workspace,
    pub(super) root: PathBuf,
    pub(super) judged: Judged,
    /// Whose rules hold, where that is not what is judged.
    trusted: Option<Trusted>,
    pub(super) config: config::Loaded,
    /// Paths that no policy judges.
    pub(super) exclude: PathSet,
}

impl Session {
    /// Finds the repository of the paths, reads its configuration, and finds out what is to be judged.
    pub(super) fn open(
        files: &FileArguments,
        common: &CommonArguments,
        environment: &Environment,
    ) -> Result<Self, Stop> {
        let ground = Ground::open(files, environment)?;
        let trusted = Trusted::open(&files.source, &ground)?;
        let rules = trusted.as_ref().map_or(&ground.workspace, |trusted| &trusted.workspace);
        let mut config = configuration(rules, common, environment)?;
        config.failures.extend(ground.unresolved.iter().map(|message| Failure {
            kind: FailureKind::Read,
            path: None,
            policy: None,
            message: message.clone(),
        }));
        let exclude = PathSet::new(&config.config.exclude).map_err(|error| Stop::Usage(error.to_string()))?;
        let judged = ground.judged(files, &exclude, environment)?;
        let history = ground.history(files, &judged)?;
        let workspace = match history {
            Some(history) => ground.workspace.with_history(history),
            None => ground.workspace,
        };
        Ok(Self { workspace, root: ground.root, judged, trusted, config, exclude })
    }

    /// Where the configuration and the policies come from.
    pub(super) fn rules(&self) -> &Workspace {
        self.trusted.as_ref().map_or(&self.workspace, |trusted| &trusted.workspace)
    }

    /// The revision whose rules hold, where it is not what is judged.
    pub(super) fn trusted(&self) -> Option<Workspace> {
        self.trusted.as_ref().map(|trusted| trusted.workspace.with_texts([]))
    }

    /// The policies that exist for this repository.
    pub(super) fn policies(&self) -> policy::Loaded {
        let config = &self.config.config;
        let mut loaded = policy::load(self.rules(), &config.policy_paths());
        // The default folder may be missing; one that somebody has named may not.
        let named = config.policy_paths.iter().flatten().map(|path| RepoPath::new(path));
        for folder in named.filter(|folder| !self.rules().has_folder(folder)) {
            loaded.failures.push(Failure {
                kind: FailureKind::Config,
                path: None,
                policy: None,
                message: format!("the folder of policies `{folder}` does not exist"),
            });
        }
        loaded
    }

    /// Says on standard error what is wrong with the configuration and what else failed; gives the exit code.
    pub(super) fn tell(&self, failures: Vec<Failure>, sources: Vec<Arc<SourceFile>>, style: &Style) -> Exit {
        let mut failures = [self.config.failures.clone(), failures].concat();
        if failures.is_empty() {
            return Exit::Clean;
        }
        failures.sort();
        let sources = self.config.sources.iter().cloned().chain(sources);
        let sources = sources.map(|file| (file.path.clone(), file)).collect();
        let outcome = Outcome { failures, sources, ..Outcome::default() };
        // Where standard error is closed there is nobody left to tell.
        let _ = write!(io::stderr(), "{}", report::failures(&outcome, style));
        Exit::Failed
    }

    /// What to run, as the arguments ask for it.
    pub(super) fn run<'a>(&'a self, files: &FileArguments, progress: &'a Progress) -> Run<'a> {
        Run {
            workspace: &self.workspace,
            targets: &self.judged.targets,
            names: self.judged.names,
            exclude: &self.exclude,
            languages: &self.config.config.languages,
            threads: threads(files),
            progress,
        }
    }

    /// Adds to the counts of a run what was known before it.
    pub(super) fn complete(&self, outcome: &mut Outcome) {
        let summary = &mut outcome.summary;
        summary.revision = self.judged.revision.map(|revision| revision.to_string());
        summary.since = self.judged.since.map(|revision| revision.to_string());
        if let Some(trusted) = &self.trusted {
            summary.trusted = Some(trusted.revision.to_string());
            summary.overruled = trusted.overruled(&self.workspace, &self.config.config);
        }
        if self.judged.n_excluded > 0 {
            *summary.skipped.entry(PassedOver::Excluded.word()).or_default() += self.judged.n_excluded;
        }
    }
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
            config::load_text(source)
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

/// The look of what goes to standard error.
pub(super) fn error_style(common: &CommonArguments, environment: &Environment) -> Style {
    Style {
        color: use_color(common.color, environment.stderr_is_terminal, environment),
        ..style(common, environment)
    }
}

/// Standard output, buffered: a report is thousands of small writes.
pub(super) fn stdout() -> io::BufWriter<io::StdoutLock<'static>> {
    io::BufWriter::with_capacity(64 << 10, io::stdout().lock())
}
