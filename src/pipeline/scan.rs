//! Reads files and extracts facts, one scanner for each thread. Keeps only the facts that somebody asks for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::plan::Plan;
use crate::facts::{Fact, Interest, MAX_ROWS};
use crate::filter::directive::MARK;
use crate::finding::{Failure, FailureKind};
use crate::source::{Place, RepoPath, SourceFile};
use crate::workspace::{PassedOver, Unread, Visitor, Workspace, text_of};

/// How far a run has come, for whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files found so far.
    pub files: AtomicUsize,
}

/// Which files are judged, rather than only looked at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Judged<'a> {
    /// All of them.
    All,
    /// Those in these folders.
    Under(&'a [RepoPath]),
    /// None: the surroundings of the files that are.
    None,
}

/// A thread's share of a scan.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    workspace: &'a Workspace,
    plan: &'a Plan,
    judged: Judged<'a>,
    progress: &'a Progress,
    buffer: Vec<u8>,
    interests: Vec<Interest>,
    mark: memchr::memmem::Finder<'static>,
    rows: Vec<Fact>,
    pub(super) found: Found,
}

/// What a scan brought.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The names of all files, where the plan needs them.
    pub(super) names: Vec<RepoPath>,
    /// The names of the files that are judged, where those are not all.
    pub(super) focus: Vec<RepoPath>,
    /// Files that are judged and hold the mark of a suppression.
    pub(super) marked: Vec<RepoPath>,
    /// Files that are judged, bring facts, and do not hold it.
    pub(super) unmarked: Vec<RepoPath>,
    /// The symbolic links, where the plan needs names.
    pub(super) links: Vec<RepoPath>,
    /// What ignore files leave out, where the plan needs names.
    pub(super) ignored: Vec<RepoPath>,
    pub(super) facts: Vec<Arc<Fact>>,
    pub(super) failures: Vec<Failure>,
    pub(super) files: usize,
    pub(super) files_read: usize,
    pub(super) skipped: BTreeMap<&'static str, usize>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(
        workspace: &'a Workspace,
        plan: &'a Plan,
        judged: Judged<'a>,
        progress: &'a Progress,
    ) -> Self {
        Self {
            workspace,
            plan,
            judged,
            progress,
            buffer: Vec::new(),
            interests: Vec::new(),
            mark: memchr::memmem::Finder::new(MARK),
            rows: Vec::new(),
            found: Found::default(),
        }
    }

    fn is_judged(&self, path: &RepoPath) -> bool {
        match self.judged {
            Judged::All => true,
            Judged::Under(folders) => folders.iter().any(|folder| path.is_under(folder.as_str())),
            Judged::None => false,
        }
    }

    /// Reads a file if a kind wants it, and extracts those kinds whose literals it holds.
    fn look_into(&mut self, path: &RepoPath, is_judged: bool) {
        let plan = self.plan;
        self.interests.clear();
        self.interests.extend(plan.texts.iter().map(|text| text.interest(path, is_judged)));
        // A kind that wants the file whatever it starts with decides for all.
        let interest = if self.interests.contains(&Interest::Yes) {
            Interest::Yes
        } else if self.interests.contains(&Interest::Shebang) {
            Interest::Shebang
        } else {
            return;
        };
        let read = match interest {
            Interest::Shebang => self.workspace.read_shebang(path, &mut self.buffer),
            _ => self.workspace.read_bytes(path, &mut self.buffer),
        };
        if let Err(why) = read {
            self.unread(path, why, is_judged);
            return;
        }
        self.found.files_read += 1;
        let n_facts = self.found.facts.len();
        let is_script = self.buffer.starts_with(b"#!");
        let mut file: Option<SourceFile> = None;
        for (text, interest) in plan.texts.iter().zip(&self.interests) {
            let wanted = match interest {
                Interest::No => false,
                Interest::Yes => true,
                Interest::Shebang => is_script,
            };
            if !wanted || !text.sieve().admits(&self.buffer) {
                continue;
            }
            let file = file.get_or_insert_with(|| SourceFile::new(path.clone(), text_of(&self.buffer)));
            (text.source.extract)(file, text.sieve(), &mut self.rows);
            if self.rows.len() > MAX_ROWS && is_judged {
                self.found.failures.push(too_many(text.planned.kind.name, &self.rows[MAX_ROWS]));
            }
            let is_asked = |row: &Fact| text.planned.selections(is_judged).any(|one| one.matches(row));
            self.found.facts.extend(self.rows.drain(..).take(MAX_ROWS).filter(is_asked).map(Arc::new));
        }
        if is_judged {
            self.look_for_mark(path, self.found.facts.len() > n_facts);
        }
    }

    /// Takes note of a file whose text may allow findings, so that only those are looked at again.
    fn look_for_mark(&mut self, path: &RepoPath, has_facts: bool) {
        if self.mark.find(&self.buffer).is_some() {
            self.found.marked.push(path.clone());
        } else if has_facts {
            self.found.unmarked.push(path.clone());
        }
    }

    fn unread(&mut self, path: &RepoPath, why: Unread, is_judged: bool) {
        let reason = match why {
            Unread::NoShebang => return,
            Unread::TooLarge => "too large",
            Unread::Binary => "binary",
            Unread::Missing => "gone",
            Unread::Outside => PassedOver::Symlink.word(),
            Unread::Special => PassedOver::Special.word(),
            Unread::Failed(message) => {
                self.failed(path.clone(), message);
                return;
            }
        };
        if is_judged {
            *self.found.skipped.entry(reason).or_default() += 1;
        }
    }
}

/// A file that holds more than anybody reads.
fn too_many(kind: &str, first_unjudged: &Fact) -> Failure {
    Failure {
        kind: FailureKind::Read,
        path: Some(first_unjudged.place.clone()),
        policy: None,
        message: format!(
            "more than {MAX_ROWS} facts of the kind `{kind}` stand in this file; what follows here is not judged: \
             exclude the file, or split it"
        ),
    }
}

impl Visitor for Scanner<'_> {
    fn file(&mut self, path: RepoPath) {
        let is_judged = self.is_judged(&path);
        if is_judged {
            self.found.files += 1;
            // The number is looked at a few times a second; every 64th file is near enough.
            if self.found.files.is_multiple_of(64) {
                self.progress.files.fetch_add(64, Ordering::Relaxed);
            }
        }
        self.look_into(&path, is_judged);
        if is_judged && matches!(self.judged, Judged::Under(_)) {
            self.found.focus.push(path.clone());
        }
        if self.plan.needs_names() {
            self.found.names.push(path);
        }
    }

    fn passed_over(&mut self, path: RepoPath, why: PassedOver) {
        if self.is_judged(&path) {
            *self.found.skipped.entry(why.word()).or_default() += 1;
        }
        if why == PassedOver::Symlink && self.plan.needs_names() {
            self.found.links.push(path);
        }
    }

    fn ignored(&mut self, path: &str) {
        if self.plan.needs_names() {
            self.found.ignored.push(RepoPath::new(path));
        }
    }

    fn failed(&mut self, path: RepoPath, message: String) {
        let message = format!("`{path}` cannot be read: {message}");
        self.found.failures.push(Failure {
            kind: FailureKind::Read,
            path: Some(Place::whole(path)),
            policy: None,
            message,
        });
    }
}

impl Found {
    /// Adds another thread's share.
    pub(super) fn merge(mut self, other: Self) -> Self {
        // There may be a million, and a vector that grows by itself may take twice what it holds.
        self.names.reserve_exact(other.names.len());
        self.names.extend(other.names);
        self.focus.extend(other.focus);
        self.marked.extend(other.marked);
        self.unmarked.extend(other.unmarked);
        self.links.extend(other.links);
        self.ignored.extend(other.ignored);
        self.facts.extend(other.facts);
        self.failures.extend(other.failures);
        self.files += other.files;
        self.files_read += other.files_read;
        for (reason, n_files) in other.skipped {
            *self.skipped.entry(reason).or_default() += n_files;
        }
        self
    }
}
