//! Policies: read, chosen, compiled and asked. The only code that knows Rhai; knows no file but those of policies.

use std::sync::{Arc, OnceLock};

use crate::document::Problem;
use crate::finding::{Failure, FailureKind, Finding, Severity};
use crate::source::{RepoPath, SourceFile, Span};
use crate::workspace::Workspace;

mod builtin;
mod choose;
mod evaluate;
mod fixes;
mod header;
pub mod host;
mod iterators;
mod paths;
mod repo;
mod sandbox;
mod script;
mod select;
mod values;

pub use choose::{Choice, Chosen, Request, choose};
pub use evaluate::{Evaluator, Verdict};
pub use header::{Header, OptionSpec};
pub use repo::RepoView;
pub use sandbox::is_running_script;
pub use script::Script;
pub use select::Selection;
pub use values::Options;

/// A policy: its header, and its script once that is needed.
#[derive(Debug)]
pub struct Policy {
    /// Its id.
    pub id: Arc<str>,
    /// What its header says.
    pub header: Header,
    /// Where it comes from.
    pub origin: Origin,
    /// Its file.
    pub file: Arc<SourceFile>,
    /// The kinds of fact it judges, and `repo`.
    pub judges: Vec<&'static str>,
    compiled: OnceLock<Result<Script, Failure>>,
}

/// Where a policy comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is part of the program.
    BuiltIn,
    /// It is a file of the repository.
    Custom,
}

/// The policies that exist, and those that could not be read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Sorted by id.
    pub policies: Vec<Arc<Policy>>,
    /// What is wrong with the others.
    pub failures: Vec<Failure>,
    /// The files that the failures stand in.
    pub sources: Vec<Arc<SourceFile>>,
}

impl Policy {
    /// Reads a policy file; the script is not looked at beyond the names of its functions.
    ///
    /// # Errors
    /// With everything that is wrong with the header.
    pub fn read(origin: Origin, file: SourceFile) -> Result<Self, Vec<Failure>> {
        let id: Arc<str> = Arc::from(file.path.stem());
        let judges = script::judged(&file.text);
        match header::read(&id, &file.text).and_then(|header| all_judged(header, &judges, &file)) {
            Ok(header) => {
                Ok(Self { judges, id, header, origin, file: Arc::new(file), compiled: OnceLock::new() })
            }
            Err(problems) => Err(problems
                .into_iter()
                .map(|problem| Failure {
                    kind: FailureKind::Policy,
                    path: Some(file.place(problem.span)),
                    policy: Some(Arc::clone(&id)),
                    message: problem.message,
                })
                .collect()),
        }
    }

    /// Whether the script judges this kind of fact one by one.
    #[must_use]
    pub fn judges_kind(&self, kind: &str) -> bool {
        self.judges.contains(&kind)
    }

    /// Whether the script judges the repository as a whole.
    #[must_use]
    pub fn judges_repo(&self) -> bool {
        self.judges_kind(script::REPO)
    }

    /// Whether the script only looks facts of this kind up while it judges others.
    #[must_use]
    pub fn is_evidence(&self, kind: &str) -> bool {
        !self.judges_kind(kind) && !self.judges_repo()
    }

    /// The selections by which facts reach the script: those of the header, and all facts of a kind that is judged
    /// without one.
    #[must_use]
    pub fn selections(&self) -> Vec<Selection> {
        let unselected = self.judges.iter().filter(|kind| !self.header.select.contains_key(*kind));
        let all = unselected.filter_map(|name| crate::facts::kind(name)).map(Selection::all);
        self.header.select.values().cloned().chain(all).collect()
    }
}

/// A header whose selections all reach a function: one that does not is a slip of the pen in one of the two.
fn all_judged(header: Header, judges: &[&str], file: &SourceFile) -> Result<Header, Vec<Problem>> {
    // A function with a third parameter may look any kind up.
    let asks_anything = judges.is_empty() || judges.contains(&script::REPO) || script::asks_repo(&file.text);
    let is_judged = |kind: &&str| asks_anything || judges.contains(kind);
    let problems: Vec<Problem> = header
        .select
        .keys()
        .filter(|kind| !is_judged(kind))
        .map(|kind| {
            let table = format!("[select.{kind}]");
            let start = file.text.find(&table).unwrap_or_default();
            let message = format!(
                "nothing judges `{kind}`; write `fn {kind}(…)` or `fn repo(…)`, or take the repository as a third parameter, or drop the selection"
            );
            Problem::new(Span::new(start, start + table.len()), message)
        })
        .collect();
    if problems.is_empty() { Ok(header) } else { Err(problems) }
}

/// Reads the built-in policies and those in `folders`. A policy that is not valid is a failure and takes no other
/// with it; of two with one id the built-in one, or the first, stays.
#[must_use]
pub fn load(workspace: &Workspace, folders: &[RepoPath]) -> Loaded {
    let mut loaded = Loaded::default();
    for (id, text) in builtin::POLICIES {
        let file = SourceFile::new(RepoPath::new(&format!("policies/{id}.rhai")), *text);
        loaded.add(Origin::BuiltIn, file);
    }
    // A folder inside another one would bring its policies twice.
    let outermost =
        |folder: &&RepoPath| !folders.iter().any(|other| other != *folder && folder.is_under(other.as_str()));
    let folders: std::collections::BTreeSet<&RepoPath> = folders.iter().filter(outermost).collect();
    for folder in folders {
        let scripts = workspace.scripts(folder, "rhai");
        for (path, reason) in scripts.failures {
            loaded.failures.push(Failure {
                kind: FailureKind::Policy,
                path: Some(crate::source::Place::whole(path)),
                policy: None,
                message: format!("the policy cannot be read: {reason}"),
            });
        }
        for file in scripts.files {
            loaded.add(Origin::Custom, file);
        }
    }
    loaded.policies.sort_by(|a, b| a.id.cmp(&b.id));
    loaded
}

impl Loaded {
    fn add(&mut self, origin: Origin, file: SourceFile) {
        let shown = Arc::new(SourceFile::new(file.path.clone(), Arc::clone(&file.text)));
        match Policy::read(origin, file) {
            Ok(policy) => match self.policies.iter().find(|known| known.id == policy.id) {
                Some(known) => {
                    let message = format!(
                        "there is a policy `{}` already, in `{}`; rename this one",
                        known.id, known.file.path
                    );
                    self.failures.push(Failure {
                        kind: FailureKind::Policy,
                        path: Some(policy.file.place(Span::default())),
                        policy: Some(Arc::clone(&policy.id)),
                        message,
                    });
                    self.sources.push(shown);
                }
                None => self.policies.push(Arc::new(policy)),
            },
            Err(failures) => {
                self.failures.extend(failures);
                self.sources.push(shown);
            }
        }
    }
}

impl Verdict {
    /// How many findings the call made.
    #[must_use]
    pub fn n_findings(&self) -> usize {
        self.drafts.len()
    }

    /// The findings of a call, with the policy's name, help and severity.
    #[must_use]
    pub fn into_findings(self, policy: &Policy, severity: Severity) -> Vec<Finding> {
        let help: Arc<str> = Arc::from(policy.header.help.as_str());
        let finding = |draft: values::Draft| Finding {
            place: draft.place,
            policy: Arc::clone(&policy.id),
            message: draft.message,
            // A script may call a finding milder than the policy, never graver: the configuration has the last word.
            severity: draft.severity.map_or(severity, |own| own.min(severity)),
            help: draft.help.unwrap_or_else(|| Arc::clone(&help)),
            labels: draft.labels,
            fixes: draft.fixes,
            key: draft.key,
            occurrence: 0,
        };
        self.drafts.into_iter().map(finding).collect()
    }
}
