//! Sorts findings into groups for charts and filters: by policy, and by the folders that tell most about where they
//! lie. Knows nothing of how the groups are drawn.

use std::collections::BTreeMap;

use crate::finding::{Finding, Severity};

/// The most folders that a chart names.
const MAX_FOLDERS: usize = 10;

/// How many findings there are of each severity, gravest first.
pub(super) type Counts = [usize; 3];

/// A group of findings.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) label: String,
    pub(super) counts: Counts,
}

/// Groups, the largest first, and the number of its group for each finding.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) groups: Vec<Group>,
    pub(super) of: Vec<usize>,
}

impl Group {
    /// How many findings are in it.
    pub(super) fn total(&self) -> usize {
        self.counts.iter().sum()
    }
}

/// The findings by policy.
pub(super) fn by_policy(findings: &[Finding]) -> Groups {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, finding) in findings.iter().enumerate() {
        members.entry(&finding.policy).or_default().push(number);
    }
    groups(findings, members.into_iter().map(|(policy, members)| (policy.to_owned(), members)).collect())
}

/// The findings by folder. A folder that holds more than a quarter of them is divided into those below it, so that a
/// repository with a single `src` is told apart too.
pub(super) fn by_folder(findings: &[Finding]) -> Groups {
    let everything =
        Folder { prefix: String::new(), is_whole: false, members: (0..findings.len()).collect() };
    let mut folders = everything.divide(findings);
    while let Some(largest) = divisible(&folders, findings.len()) {
        let parts = folders[largest].divide(findings);
        let is_leaf = matches!(&parts[..], [only] if only.is_whole);
        if is_leaf || folders.len() - 1 + parts.len() > MAX_FOLDERS {
            folders[largest].is_whole = true;
        } else {
            folders.splice(largest..=largest, parts);
        }
    }
    let named = folders.into_iter().map(|folder| (folder.prefix, folder.members)).collect();
    fold(groups(findings, named))
}

/// A folder and all that lies in it, or only the files that lie in it directly.
struct Folder {
    /// Ends in `/`, or in `*` for the files alone.
    prefix: String,
    /// It cannot be divided, or not without too many parts.
    is_whole: bool,
    members: Vec<usize>,
}

impl Folder {
    fn divide(&self, findings: &[Finding]) -> Vec<Self> {
        let mut parts: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for &number in &self.members {
            let rest = &findings[number].place.path.as_str()[self.prefix.len()..];
            parts.entry(rest.split_once('/').map(|(folder, _)| folder)).or_default().push(number);
        }
        let part = |(name, members): (Option<&str>, Vec<usize>)| match name {
            Some(name) => Self { prefix: format!("{}{name}/", self.prefix), is_whole: false, members },
            None if self.prefix.is_empty() => Self { prefix: "(root)".to_owned(), is_whole: true, members },
            None => Self { prefix: format!("{}*", self.prefix), is_whole: true, members },
        };
        parts.into_iter().map(part).collect()
    }
}

/// The number of the largest folder that is worth dividing.
fn divisible(folders: &[Folder], n_findings: usize) -> Option<usize> {
    let candidates = folders.iter().enumerate().filter(|(_, folder)| !folder.is_whole);
    let (number, folder) =
        candidates.max_by_key(|(number, folder)| (folder.members.len(), usize::MAX - number))?;
    (folder.members.len() * 4 > n_findings).then_some(number)
}

/// Counts the members, and puts the largest group first.
fn groups(findings: &[Finding], mut named: Vec<(String, Vec<usize>)>) -> Groups {
    named.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    let mut of = vec![0; findings.len()];
    let mut groups = Vec::with_capacity(named.len());
    for (label, members) in named {
        let mut counts = [0; 3];
        for number in members {
            of[number] = groups.len();
            counts[rank(findings[number].severity)] += 1;
        }
        groups.push(Group { label, counts });
    }
    Groups { groups, of }
}

/// Makes one group of the smallest where there are too many.
fn fold(mut all: Groups) -> Groups {
    if all.groups.len() <= MAX_FOLDERS {
        return all;
    }
    let rest = all.groups.split_off(MAX_FOLDERS - 1);
    let mut folded = Group { label: format!("{} other folders", rest.len()), counts: [0; 3] };
    for group in rest {
        for (sum, count) in folded.counts.iter_mut().zip(group.counts) {
            *sum += count;
        }
    }
    all.groups.push(folded);
    all.of.iter_mut().for_each(|of| *of = (*of).min(MAX_FOLDERS - 1));
    all
}

/// The place of a severity in [`Counts`].
pub(super) fn rank(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Place, RepoPath};

    fn findings(paths: &[&str]) -> Vec<Finding> {
        let finding = |path: &&str| Finding {
            place: Place::whole(RepoPath::new(path)),
            policy: "p".into(),
            message: "m".into(),
            severity: Severity::Error,
            help: "h".into(),
            labels: Vec::new(),
            fixes: Vec::new(),
            key: "k".into(),
        };
        paths.iter().map(finding).collect()
    }

    fn labels(groups: &Groups) -> Vec<(&str, usize)> {
        groups.groups.iter().map(|group| (&*group.label, group.total())).collect()
    }

    #[test]
    fn a_large_folder_is_divided() {
        let found = findings(&["src/a/1", "src/a/2", "src/b/3", "src/4", "docs/5", "README.md", ""]);
        let groups = by_folder(&found);
        assert_eq!(
            labels(&groups),
            [("(root)", 2), ("src/a/", 2), ("docs/", 1), ("src/*", 1), ("src/b/", 1)]
        );
        assert_eq!(groups.of, [1, 1, 4, 3, 2, 0, 0]);
    }

    #[test]
    fn many_folders_are_folded() {
        let paths: Vec<String> = (0..100).map(|number| format!("folder-{number:02}/file")).collect();
        let groups = by_folder(&findings(&paths.iter().map(String::as_str).collect::<Vec<_>>()));
        assert_eq!(groups.groups.len(), MAX_FOLDERS);
        assert_eq!(labels(&groups)[MAX_FOLDERS - 1], ("91 other folders", 91));
        assert_eq!(groups.of.iter().max(), Some(&(MAX_FOLDERS - 1)));
    }

    #[test]
    fn a_deep_folder_is_followed_to_where_it_branches() {
        let groups = by_folder(&findings(&["a/b/c/d/1", "a/b/c/d/2"]));
        assert_eq!(labels(&groups), [("a/b/c/d/", 2)]);
        assert!(by_folder(&[]).groups.is_empty());
    }
}
