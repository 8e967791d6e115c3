//! The table of services that run pipelines: which files are theirs, and under which keys these keep commands. Pure
//! data: to know another service is to add a row.

use crate::source::RepoPath;

/// A service and where its files keep commands.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) files: &'static [File],
    /// The patterns of the keys whose text, or whose items, are commands.
    pub(super) commands: &'static [&'static str],
    /// Which of these places count.
    pub(super) scope: Scope,
    /// How an expression of the service's own opens and closes.
    pub(super) expression: Option<(&'static str, &'static str)>,
}

/// How the files of a service are named, without their `.yml` or `.yaml`.
#[derive(Debug)]
pub(super) enum File {
    /// The path ends so.
    Ends(&'static str),
    /// The name starts so, in whatever case.
    Starts(&'static str),
    /// It lies in or below this folder.
    In(&'static str),
}

/// Which of the places that fit a pattern hold commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scope {
    Everywhere,
    /// Those in jobs, as GitLab has them, and in what jobs take in.
    Jobs,
}

impl Service {
    const fn new(files: &'static [File], commands: &'static [&'static str]) -> Self {
        Self { files, commands, scope: Scope::Everywhere, expression: None }
    }

    const fn with(mut self, open: &'static str, close: &'static str) -> Self {
        self.expression = Some((open, close));
        self
    }

    const fn in_jobs(mut self) -> Self {
        self.scope = Scope::Jobs;
        self
    }
}

/// GitLab, whose pipelines are the ones most often shown in documents.
pub(super) static GITLAB: Service = Service::new(
    &[File::Ends(".gitlab-ci"), File::In(".gitlab/ci"), File::In(".gitlab-ci")],
    &["after_script|before_script|script"],
)
.in_jobs();

static SERVICES: &[Service] = &[
    Service::new(
        &[File::In(".circleci")],
        // A step that runs a text or a mapping, and what a step of an orb is told to run.
        &["-/run", "-/run/command", "-/*/command"],
    )
    .with("<<", ">>"),
    Service::new(
        &[
            File::Starts("azure-pipeline"),
            File::In(".azure-pipelines"),
            File::In("azure-pipelines"),
            File::In(".azuredevops"),
            File::In(".azure/pipelines"),
        ],
        &["-/bash|powershell|pwsh|script", "-/inputs/inline|inlineScript|script"],
    )
    .with("${{", "}}"),
    Service::new(
        &[File::Ends(".travis")],
        &[
            "before_install|install|before_script|script|after_success|after_failure|after_script",
            "before_deploy|after_deploy|before_cache",
        ],
    ),
    Service::new(&[File::Ends("bitbucket-pipelines")], &["after-script|script"]),
    // Plugins have a key of this name as well, which is for a container.
    Service::new(&[File::In(".buildkite")], &["-/command|commands"]),
    Service::new(
        &[File::Ends(".readthedocs"), File::Ends("readthedocs")],
        &["/build/commands", "/build/jobs/*", "/build/jobs/build/*"],
    ),
    Service::new(
        &[File::Starts("taskfile"), File::In("taskfiles")],
        &[
            "/tasks/*",
            "/tasks/*/cmd|cmds|preconditions|status",
            "/tasks/*/cmds/-/cmd|defer",
            "/tasks/*/preconditions/-/sh",
            "/tasks/*/if",
            "vars|env/*/sh",
        ],
    )
    .with("{{", "}}"),
    Service::new(
        &[File::Ends(".drone"), File::Ends(".woodpecker"), File::In(".woodpecker")],
        &["clone|pipeline|services|steps/*/commands"],
    ),
    // `args` are words for an entry point, and are read beside this table.
    Service::new(&[File::Starts("cloudbuild")], &["/steps/-/script"]),
    Service::new(&[File::Starts("buildspec")], &["/phases/*/commands|finally"]),
    Service::new(&[File::Ends(".cirrus")], &["script|*_script"]),
    Service::new(
        &[File::Ends("appveyor")],
        &[
            "init|install|before_build|build_script|after_build|before_test|test_script|after_test",
            "before_deploy|deploy_script|after_deploy|on_success|on_failure|on_finish",
            "install|*_script|before_*|after_*/-/cmd|ps|pwsh|sh",
        ],
    ),
    Service::new(&[File::In(".semaphore")], &["commands"]),
    Service::new(&[File::Ends(".build"), File::In(".builds")], &["/tasks/-/*"]),
];

/// The service whose file this is.
pub(super) fn service(path: &RepoPath) -> Option<&'static Service> {
    // Most paths are told apart by their last letters.
    if !matches!(path.extension(), "yml" | "yaml") {
        return None;
    }
    std::iter::once(&GITLAB).chain(SERVICES).find(|service| service.files.iter().any(|file| file.fits(path)))
}

impl File {
    fn fits(&self, path: &RepoPath) -> bool {
        match *self {
            Self::Ends(end) => {
                path.as_str()[..path.as_str().len() - path.extension().len() - 1].ends_with(end)
            }
            Self::Starts(start) => {
                path.name().get(..start.len()).is_some_and(|name| name.eq_ignore_ascii_case(start))
            }
            Self::In(folder) => {
                let parent = path.parent();
                parent.match_indices(folder).any(|(at, _)| {
                    let (before, behind) = (&parent[..at], &parent[at + folder.len()..]);
                    (before.is_empty() || before.ends_with('/'))
                        && (behind.is_empty() || behind.starts_with('/'))
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (path, is_known) in [
            (".gitlab-ci.yml", true),
            ("ci/tests.gitlab-ci.yaml", true),
            (".gitlab/ci/a/test.yml", true),
            (".gitlab/issue.yml", false),
            ("azure-pipelines-nightly.yml", true),
            ("x/.azure-pipelines/steps/a.yml", true),
            ("Taskfile.dist.yml", true),
            ("taskfile.yaml", true),
            ("x.circleci/a.yml", false),
            (".readthedocs.yaml", true),
            ("cloudbuild.json", false),
            ("cloudbuild-dev.yaml", true),
            (".woodpecker/test.yaml", true),
            ("tasks.yml", false),
        ] {
            assert_eq!(service(&RepoPath::new(path)).is_some(), is_known, "{path}");
        }
    }
}
