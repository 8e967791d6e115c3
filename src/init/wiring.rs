//! The files by which a service runs policylint: templates with the version of this program, so that a run of today
//! can be repeated.

use crate::source::RepoPath;

/// Where policylint is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wiring {
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// The pre-commit framework.
    PreCommit,
}

/// A file of a wiring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WiredFile {
    /// Where it belongs.
    pub path: RepoPath,
    /// What stands in it.
    pub text: String,
    /// How it is known that the file has its part already, and what to add where it has not. Only for files in which
    /// others have their part too; these are never replaced.
    pub part: Option<Part>,
}

/// A part of a file that belongs to others as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Text that shows that it is there.
    pub sign: &'static str,
    /// The lines to add.
    pub lines: String,
}

/// The files of a wiring.
#[must_use]
pub fn wiring(wiring: Wiring) -> Vec<WiredFile> {
    match wiring {
        Wiring::Github => vec![own(".github/workflows/policylint.yml", include_str!("github.yml"))],
        Wiring::Gitlab => vec![
            own(".gitlab/policylint.gitlab-ci.yml", include_str!("gitlab.yml")),
            shared(
                ".gitlab-ci.yml",
                include_str!("gitlab-include.yml"),
                "local: .gitlab/policylint.gitlab-ci.yml",
            ),
        ],
        Wiring::PreCommit => {
            vec![shared(".pre-commit-config.yaml", include_str!("pre-commit.yaml"), "id: policylint")]
        }
    }
}

fn own(path: &str, template: &str) -> WiredFile {
    let text = template.replace("{{version}}", env!("CARGO_PKG_VERSION"));
    WiredFile { path: RepoPath::new(path), text, part: None }
}

/// A file whose list others have entries in: what stands below its first key is to be added there.
fn shared(path: &str, template: &str, sign: &'static str) -> WiredFile {
    let file = own(path, template);
    let lines = file.text.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
    WiredFile { part: Some(Part { sign, lines }), ..file }
}
