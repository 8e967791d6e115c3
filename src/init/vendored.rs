//! Finds the folders that hold code of others, by their names and by what their tools leave in them.

use std::collections::BTreeSet;

use crate::source::RepoPath;
use crate::workspace::PathIndex;

/// Folders that hold nothing else, wherever they lie.
const NAMES: [&str; 8] = [
    "bower_components",
    "node_modules",
    "Pods",
    "site-packages",
    "third-party",
    "third_party",
    "thirdparty",
    "vendored",
];

/// A name that some projects also give to their own code: it counts at the root, and where a tool has left a file.
const AMBIGUOUS: &str = "vendor";

/// What Go and PHP leave in `vendor`.
const VENDOR_MARKS: [&str; 2] = ["autoload.php", "modules.txt"];

/// What every virtual environment of Python holds.
const ENVIRONMENT_MARK: &str = "pyvenv.cfg";

/// With more folders than this they are named by their last part.
const MAX_PATTERNS: usize = 12;

/// Patterns for the configuration, sorted: a path for each outermost folder, or a name for many.
pub(super) fn patterns(names: &PathIndex) -> Vec<String> {
    let folders: BTreeSet<&str> = names.folders();
    let mut outermost: Vec<&str> = Vec::new();
    // A folder comes before what lies in it, though others may stand between the two.
    for folder in folders.into_iter().filter(|folder| is_vendored(folder, names)) {
        if !outermost.iter().any(|outer| crate::source::is_under(folder, outer)) {
            outermost.push(folder);
        }
    }
    let is_plain = |folder: &&str| !folder.contains(['*', '?', '[', ']', '{', '}', '\\', '!']);
    if outermost.len() > MAX_PATTERNS || !outermost.iter().all(is_plain) {
        let names: BTreeSet<&str> = outermost.iter().map(|folder| name(folder)).collect();
        return names.into_iter().filter(is_plain).map(str::to_owned).collect();
    }
    outermost.into_iter().map(|folder| format!("/{folder}")).collect()
}

fn is_vendored(folder: &str, names: &PathIndex) -> bool {
    let holds = |mark: &str| names.contains(RepoPath::new(folder).join(mark).as_str());
    let is_ambiguous = name(folder) == AMBIGUOUS;
    !folder.is_empty()
        && (NAMES.contains(&name(folder))
            || (is_ambiguous && (folder == AMBIGUOUS || VENDOR_MARKS.iter().any(|mark| holds(mark))))
            || holds(ENVIRONMENT_MARK))
}

fn name(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str]) -> Vec<String> {
        patterns(&PathIndex::new(paths.iter().map(|path| RepoPath::new(path)).collect()))
    }

    #[test]
    fn code_of_others_is_found_by_name_and_by_mark() {
        let paths = [
            "third_party/zlib/vendor/x.c",
            "vendor/a.go",
            "services/api/vendor/modules.txt",
            "src/vendor/model.py",
            "env/pyvenv.cfg",
            "env/lib/site-packages/x.py",
            "third_party-tools/y",
        ];
        assert_eq!(found(&paths), ["/env", "/services/api/vendor", "/third_party", "/vendor"]);
        assert_eq!(found(&["src/main.rs", "vendor.txt"]), [""; 0]);
    }

    #[test]
    fn many_folders_are_named_by_their_last_part() {
        let paths: Vec<String> = (0..40).map(|number| format!("p{number}/node_modules/a.js")).collect();
        assert_eq!(found(&paths.iter().map(String::as_str).collect::<Vec<_>>()), ["node_modules"]);
        assert_eq!(found(&["[x]/vendored/a.js"]), ["vendored"]);
    }
}
