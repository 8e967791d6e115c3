//! What a policy says about a place. A finding owns all it needs to be sorted and shown; it knows neither the
//! script that made it nor the format that will show it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::source::{Place, RepoPath};

/// How much a finding matters. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing; hidden unless asked for.
    Info,
    /// Should be mended; does not fail a run by default.
    Warning,
    /// Must be mended; fails the run.
    Error,
}

impl Severity {
    /// All levels, mildest first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// The word used in configuration, headers and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|level| level.word() == word)
            .ok_or_else(|| format!("`{word}` is no severity; it is one of `info`, `warning`, `error`"))
    }
}

/// A second place with a few words: the cause of a finding, or where it belongs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Label {
    /// Where to look as well; may be in another file.
    pub place: Place,
    /// What stands there.
    pub text: Arc<str>,
}

/// Whether a fix may be made without a person looking at it. The words are those of the Rust compiler and of ruff.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Applicability {
    /// Keeps the meaning; `--fix` makes it.
    Safe,
    /// Probably what is wanted; `--unsafe-fixes` makes it.
    Unsafe,
    /// Shown, never made.
    DisplayOnly,
}

/// One replacement of a range of a file, which most often is the finding's.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Edit {
    /// What to replace; an empty range to insert.
    pub place: Place,
    /// What stands there afterwards.
    pub replacement: Arc<str>,
}

/// A folder that goes to another place with all its files.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Move {
    /// The folder.
    pub from: RepoPath,
    /// Where it is to lie; what is there already stays.
    pub to: RepoPath,
}

/// A way to mend a finding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Fix {
    /// What the fix does, in the imperative.
    pub title: Arc<str>,
    /// The replacements, all or none of which are made.
    pub edits: Vec<Edit>,
    /// The folders that are moved, each whole or not at all; a fix has either edits or moves.
    pub moves: Vec<Move>,
    /// How safe it is.
    pub applicability: Applicability,
}

/// What a policy found.
///
/// The order of the fields is the order of reports: place, policy, message; so the derived `Ord` is the total order
/// in which findings are shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// The policy's id.
    pub policy: Arc<str>,
    /// What is wrong: present tense, lower case, no full stop.
    pub message: Arc<str>,
    /// How much it matters.
    pub severity: Severity,
    /// What to do about it.
    pub help: Arc<str>,
    /// Further places.
    pub labels: Vec<Label>,
    /// Ways to mend it, of which the first is the one that is made.
    pub fixes: Vec<Fix>,
    /// What the finding stands on, free of line numbers: the text of the command, the name of the module. Equal
    /// keys of one policy in one file are told apart by their order.
    pub key: Arc<str>,
    /// How many findings of this policy with this key stand before it in its file, known ones included; see
    /// [`number`].
    pub occurrence: usize,
}

/// Who says that a finding is known and need not be shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Waiver {
    /// A comment in a scanned file.
    Comment {
        /// Where the comment stands.
        place: Place,
        /// Why, in the words of whoever wrote it.
        reason: Option<Arc<str>>,
    },
    /// An entry of the configuration.
    Ledger {
        /// Where the entry stands.
        place: Place,
        /// Why, in the words of whoever wrote it.
        reason: Option<Arc<str>>,
    },
    /// The baseline: it was there before.
    Baseline,
}

/// A finding that is known: counted, written into formats that can tell, and otherwise not shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Waived {
    /// What was found.
    pub finding: Finding,
    /// Who says that it is known.
    pub by: Waiver,
}

/// Numbers equal findings, which are sorted. It is done once, before any of them is set aside, so that none gets
/// another name when its neighbour becomes known.
pub fn number(findings: &mut [Finding]) {
    let mut seen = std::collections::BTreeMap::new();
    for finding in findings {
        let key = (Arc::clone(&finding.policy), finding.place.path.clone(), Arc::clone(&finding.key));
        let next = seen.entry(key).or_insert(0_usize);
        finding.occurrence = *next;
        *next += 1;
    }
}

/// A stable name for a finding that survives moved lines: 16 hexadecimal digits over policy, path, key and the
/// number of equal findings before it in the file.
#[must_use]
pub fn fingerprint(finding: &Finding) -> String {
    // FNV-1a, 64 bit (http://www.isthe.com/chongo/tech/comp/fnv/): stable across platforms and releases.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let occurrence = finding.occurrence.to_string();
    for part in ["1", &finding.policy, finding.place.path.as_str(), &finding.key, &occurrence] {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

/// The fingerprints of findings, in their order.
#[must_use]
pub fn fingerprints(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(fingerprint).collect()
}

/// Something that could not be judged. Never hides a result, and never looks like success: a run with failures
/// exits with 2.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Failure {
    /// What sort of failure.
    pub kind: FailureKind,
    /// The file that could not be judged, or the policy file that could not be run.
    pub path: Option<Place>,
    /// The policy that failed, where it is one.
    pub policy: Option<Arc<str>>,
    /// What happened and what to do.
    pub message: String,
}

/// The sorts of failure; the words are part of the JSON report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FailureKind {
    /// The configuration is not valid.
    Config,
    /// A file or folder could not be read.
    Read,
    /// A policy is not valid: its header, its script, or its selection.
    Policy,
    /// A policy stopped with an error while judging.
    Script,
    /// A policy used up its budget of operations, memory or time.
    Budget,
    /// A fix could not be made.
    Fix,
    /// A fault of the program itself.
    Internal,
}

impl FailureKind {
    /// The word used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Read => "read",
            Self::Policy => "policy",
            Self::Script => "script",
            Self::Budget => "budget",
            Self::Fix => "fix",
            Self::Internal => "internal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(key: &str, line: u32) -> Finding {
        let mut place = Place::whole(RepoPath::new("a.md"));
        place.start.line = line;
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

    fn numbered(mut findings: [Finding; 3]) -> [Finding; 3] {
        number(&mut findings);
        findings
    }

    #[test]
    fn fingerprints_ignore_lines_and_tell_equal_findings_apart() {
        let here = numbered([finding("pip install a", 1), finding("pip install a", 2), finding("pip", 3)]);
        let moved = numbered([finding("pip install a", 5), finding("pip install a", 9), finding("pip", 30)]);
        let (here, moved) = (fingerprints(&here), fingerprints(&moved));
        assert_eq!(here, moved);
        assert!(here[0] != here[1] && here[1] != here[2]);
    }

    #[test]
    fn severities_are_ordered_and_read_back() {
        assert!(Severity::Info < Severity::Warning && Severity::Warning < Severity::Error);
        assert_eq!("warning".parse(), Ok(Severity::Warning));
        assert!("fatal".parse::<Severity>().is_err());
    }
}
