//! The baseline: findings that were there before, known one by one, so that only new ones are shown. Counts nothing:
//! whoever mends one finding and brings another is told of the other. Touches no disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::Problem;
use crate::finding::Finding;
use crate::source::{Place, SourceFile};

mod file;
mod identity;

pub use file::{Entry, text};
pub use identity::{Identity, Scheme};

use identity::newest;

/// A baseline as it was read.
#[derive(Debug)]
pub struct Baseline {
    file: Arc<SourceFile>,
    scheme: &'static Scheme,
    entries: BTreeMap<Entry, crate::source::Span>,
    is_newer: bool,
}

/// An entry that fits no finding any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stale {
    /// The entry.
    pub entry: Entry,
    /// Where it stands in the baseline.
    pub place: Place,
    /// The file of a finding that is shown and looks like the one that is gone, as when a file is renamed.
    pub moved_to: Option<Arc<str>>,
}

/// What a run says about a baseline.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Which of the findings are known, in their order.
    pub(super) known: Vec<bool>,
    /// The entries that fit none, although the run could have found it.
    pub(super) stale: Vec<Stale>,
}

impl Baseline {
    /// Reads a baseline, and says what is wrong with it; what can be read holds.
    #[must_use]
    pub fn read(file: SourceFile) -> (Self, Vec<Problem>) {
        let content = file::read(&file);
        let baseline = Self {
            file: Arc::new(file),
            scheme: content.scheme,
            entries: content.entries,
            is_newer: content.is_newer,
        };
        (baseline, content.problems)
    }

    /// Whether a later release wrote it, so that it must not be written over.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        self.is_newer
    }

    /// The entries.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.keys()
    }

    /// Whether its keys are those that are written today; older ones are read their own way.
    #[must_use]
    pub fn has_newest_keys(&self) -> bool {
        self.scheme.version == newest().version
    }

    /// Compares sorted findings with the entries, of which only those count as stale that the run `could_find`.
    pub(super) fn compare(&self, findings: &[Finding], could_find: &dyn Fn(&Identity) -> bool) -> Comparison {
        let found = numbered(findings.iter(), self.scheme);
        let known: Vec<bool> = found.iter().map(|entry| self.entries.contains_key(entry)).collect();
        let seen: BTreeSet<&Entry> = found.iter().collect();
        let mut stale: Vec<Stale> = self
            .entries
            .iter()
            .filter(|(entry, _)| !seen.contains(entry) && could_find(&entry.identity))
            .map(|(entry, span)| Stale {
                entry: entry.clone(),
                place: self.file.place(*span),
                moved_to: None,
            })
            .collect();
        if !stale.is_empty() {
            let new =
                found.iter().zip(&known).filter(|(_, known)| !**known).map(|(entry, _)| &entry.identity);
            let mut moved: BTreeMap<Moved<'_>, &Identity> = new.map(|new| (Moved::of(new), new)).collect();
            for entry in &mut stale {
                let target = moved.remove(&Moved::of(&entry.entry.identity));
                entry.moved_to = target.map(|target| Arc::clone(&target.path));
            }
        }
        Comparison { known, stale }
    }
}

/// What stays of an identity when a file is renamed.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Moved<'i> {
    policy: &'i str,
    key: &'i str,
    message: &'i str,
}

impl<'i> Moved<'i> {
    fn of(identity: &'i Identity) -> Self {
        // A finding on a file as a whole stands on its path, of which a moved file keeps the name.
        let key = &*identity.key;
        let is_path = key == &*identity.path;
        let key = if is_path { key.rsplit('/').next().unwrap_or(key) } else { key };
        Self { policy: &identity.policy, key, message: &identity.message }
    }
}

/// The entries that findings would have in a file that is written today.
#[must_use]
pub fn entries(findings: &[Finding]) -> Vec<Entry> {
    numbered(findings.iter(), newest())
}

/// The identities of sorted findings, equal ones numbered in their order: of several the last is the new one.
fn numbered<'f>(findings: impl Iterator<Item = &'f Finding>, scheme: &Scheme) -> Vec<Entry> {
    let mut seen: BTreeMap<Identity, usize> = BTreeMap::new();
    let entry = |finding| {
        let identity = (scheme.identity)(finding);
        let next = seen.entry(identity.clone()).or_insert(0);
        let occurrence = *next;
        *next += 1;
        Entry { identity, occurrence }
    };
    findings.map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::source::{RepoPath, Span};

    fn finding(path: &str, key: &str, line: u32) -> Finding {
        let mut place = Place::whole(RepoPath::new(path));
        place.start.line = line;
        place.span = Span::new(line as usize, line as usize + 1);
        Finding {
            place,
            policy: "p".into(),
            message: "m".into(),
            severity: Severity::Error,
            help: "h".into(),
            labels: Vec::new(),
            fixes: Vec::new(),
            key: key.into(),
            occurrence: 0,
        }
    }

    /// A baseline of some findings compared with others: the numbers of the new ones, and how many are stale.
    fn compare(before: &[Finding], after: &[Finding]) -> (Vec<usize>, usize) {
        let file = SourceFile::new(RepoPath::new("b"), text(&entries(before)));
        let compared = Baseline::read(file).0.compare(after, &|_| true);
        let new = compared.known.iter().enumerate().filter(|(_, known)| !**known).map(|(at, _)| at);
        (new.collect(), compared.stale.len())
    }

    #[test]
    fn a_swap_is_seen() {
        let one = |key: &str| finding("a", key, 1);
        assert_eq!(
            compare(&[one("pip install a")], &[one("pip install b"), one("pip install c")]),
            (vec![0, 1], 1)
        );
        assert_eq!(compare(&[one("x"), one("x")], &[one("x")]), (vec![], 1));
        assert_eq!(compare(&[one("x"), one("x")], &[one("x"), one("x"), one("x")]), (vec![2], 0));
        assert_eq!(compare(&[one("x")], &[finding("a", "x", 900)]), (vec![], 0));
        let other = Finding { message: "something else".into(), ..one("x") };
        assert_eq!(compare(&[one("x")], &[other]), (vec![0], 1));
    }

    #[test]
    fn a_file_that_was_renamed_is_recognised() {
        let file = SourceFile::new(
            RepoPath::new("b"),
            text(&entries(&[finding("old/a", "x", 1), finding("old/b", "old/b", 1)])),
        );
        let after = [finding("new/a", "x", 1), finding("new/b", "new/b", 1)];
        let compared = Baseline::read(file).0.compare(&after, &|_| true);
        let moved: Vec<_> = compared.stale.iter().filter_map(|stale| stale.moved_to.as_deref()).collect();
        assert_eq!((compared.known, moved), (vec![false, false], vec!["new/a", "new/b"]));
    }

    #[test]
    fn keys_of_an_older_scheme_are_read_their_own_way() {
        static OLDER: Scheme = Scheme {
            version: 0,
            identity: |finding| {
                let identity = (newest().identity)(finding);
                Identity { key: identity.key.to_uppercase(), message: String::new(), ..identity }
            },
        };
        let before = [finding("a", "x", 1), finding("a", "y", 2)];
        let entries = numbered(before.iter(), &OLDER).into_iter().map(|entry| (entry, Span::default()));
        let file = Arc::new(SourceFile::new(RepoPath::new("b"), ""));
        let baseline = Baseline { file, scheme: &OLDER, entries: entries.collect(), is_newer: false };
        let compared = baseline.compare(&[finding("a", "x", 3), finding("a", "z", 4)], &|_| true);
        assert_eq!((compared.known, compared.stale.len()), (vec![true, false], 1));
        assert!(!baseline.has_newest_keys());
    }
}
