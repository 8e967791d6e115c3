//! The ignore rules that hold in a folder: its own ignore files and those of the folders above. Opens an ignore file
//! only where that can neither block, nor fill the memory, nor lead out of the repository.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Unread;
use super::listing::{EntryKind, Listing};
use super::open::Root;
use crate::source::RepoPath;

/// Ignore files larger than this are not read, in bytes: every rule costs time for every file.
pub(super) const MAX_SIZE: u64 = 1 << 20;

/// The kinds of ignore file, the strongest first; a file of a nearer folder goes before one of its own kind further up.
const SORTS: usize = 3;

/// Which of [`SORTS`] are the `.gitignore` files.
const GITIGNORE: usize = 1;

/// Folders that tools make, sorted. Those whose names begin with a dot are taken for such as well.
const MADE: [&str; 24] = [
    "__pycache__",
    "__pypackages__",
    "bin",
    "bower_components",
    "build",
    "coverage",
    "dist",
    "eggs",
    "env",
    "htmlcov",
    "jspm_packages",
    "log",
    "logs",
    "node_modules",
    "obj",
    "out",
    "pip-wheel-metadata",
    "target",
    "temp",
    "tmp",
    "vendor",
    "venv",
    "virtualenv",
    "wheels",
];

/// The rules that hold for the names in a folder. Cheap to clone: folders without ignore files share those above.
#[derive(Debug, Default, Clone)]
pub(super) struct Rules {
    level: Option<Arc<Level>>,
    state: State,
}

/// Whether somebody can say which files are tracked although a `.gitignore` names them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The index of a checkout can.
    #[default]
    Checkout,
    /// Nobody can: an archive was unpacked, or git was never used here. An archive holds what is tracked and nothing
    /// else, so a folder counts as ignored only where its name is one that tools make.
    Unpacked,
}

/// What one folder adds.
#[derive(Debug)]
struct Level {
    above: Rules,
    /// Where the paths of its entries go on behind its own, in bytes.
    start: usize,
    /// The rules of `.ignore`, `.gitignore` and git's `info/exclude`.
    files: [Gitignore; SORTS],
}

/// An ignore file that must not be opened.
#[derive(Debug)]
pub(super) struct Refused {
    /// The file.
    pub(super) path: RepoPath,
    /// Why.
    pub(super) reason: String,
}

impl Rules {
    /// Whether a name in the folder, or somewhere below, is to be left out. What lies in a folder that is left out is
    /// not asked about.
    pub(super) fn leave_out(&self, path: &str, kind: EntryKind) -> bool {
        let mut verdicts: [Option<bool>; SORTS] = [None; SORTS];
        let mut level = self.level.as_deref();
        while let Some(here) = level {
            let below = Path::new(path.get(here.start..).unwrap_or_default());
            for (verdict, rules) in verdicts.iter_mut().zip(&here.files) {
                if verdict.is_none() {
                    *verdict = match rules.matched(below, kind == EntryKind::Folder) {
                        Match::None => None,
                        Match::Ignore(_) => Some(true),
                        Match::Whitelist(_) => Some(false),
                    };
                }
            }
            level = here.above.level.as_deref();
        }
        if verdicts[GITIGNORE] == Some(true) && self.may_be_tracked(path, kind) {
            verdicts[GITIGNORE] = None;
        }
        verdicts.into_iter().flatten().next().unwrap_or(false)
    }

    fn may_be_tracked(&self, path: &str, kind: EntryKind) -> bool {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let is_made =
            || name.starts_with('.') || name.ends_with(".egg-info") || MADE.binary_search(&name).is_ok();
        self.state == State::Unpacked && kind == EntryKind::Folder && !is_made()
    }

    /// The rules inside a folder, given what it holds.
    ///
    /// # Errors
    /// With the first ignore file that must not be opened.
    pub(super) fn within(&self, root: &Root, folder: &str, listing: &Listing) -> Result<Self, Refused> {
        let mut files: [Option<Gitignore>; SORTS] = Default::default();
        let mut state = self.state;
        for entry in listing.entries() {
            if entry.name == ".git" {
                state = State::Checkout;
            }
            let (sort, name) = match (entry.name, entry.kind) {
                (".ignore", EntryKind::File | EntryKind::Symlink | EntryKind::Special) => (0, ".ignore"),
                (".gitignore", EntryKind::File | EntryKind::Symlink | EntryKind::Special) => {
                    (GITIGNORE, ".gitignore")
                }
                (".git", EntryKind::Folder) => (2, ".git/info/exclude"),
                _ => continue,
            };
            let path = RepoPath::new(folder).join(name);
            files[sort] =
                read(root, &path).map_err(|reason| Refused { path, reason })?.map(|text| parse(&text));
        }
        let above = Self { state, ..self.clone() };
        if files.iter().all(Option::is_none) {
            return Ok(above);
        }
        Ok(above.with(folder, files.map(|file| file.unwrap_or_else(Gitignore::empty))))
    }

    /// No rules, in a folder of that state.
    pub(super) fn none(state: State) -> Self {
        Self { level: None, state }
    }

    /// These rules and, weaker than any, those that the checkout keeps outside its own folder, as worktrees do.
    pub(super) fn with_exclude(&self, text: &str) -> Self {
        self.with("", [Gitignore::empty(), Gitignore::empty(), parse(text)])
    }

    fn with(&self, folder: &str, files: [Gitignore; SORTS]) -> Self {
        let start = if folder.is_empty() { 0 } else { folder.len() + 1 };
        Self { level: Some(Arc::new(Level { above: self.clone(), start, files })), state: self.state }
    }
}

/// The text of an ignore file; nothing if there is none.
fn read(root: &Root, path: &RepoPath) -> Result<Option<String>, String> {
    let opened = match root.open(path) {
        Ok(opened) => opened,
        Err(Unread::Missing) => return Ok(None),
        Err(why) => return Err(why.to_string()),
    };
    let mut bytes = Vec::new();
    opened.file.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err("it is too large".to_owned());
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The rules of an ignore file. Like git, leaves out a line that makes no sense.
fn parse(text: &str) -> Gitignore {
    // Paths are handed over relative to the file's folder, so that nothing is to be cut off them.
    let mut builder = GitignoreBuilder::new(".");
    for line in text.trim_start_matches('\u{feff}').lines() {
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(files: &[(&str, usize, &str)]) -> Rules {
        files.iter().fold(Rules::default(), |rules, &(folder, sort, text)| {
            let mut files = [Gitignore::empty(), Gitignore::empty(), Gitignore::empty()];
            files[sort] = parse(text);
            rules.with(folder, files)
        })
    }

    #[test]
    fn nearer_files_and_stronger_sorts_win() {
        let rules = rules(&[("", 1, "*.log\n/build/\n!keep.log"), ("a", 1, "!b.log\n/x"), ("a", 0, "c.py")]);
        let leaves_out = |path: &str| rules.leave_out(path, EntryKind::File);
        assert!(
            leaves_out("z.log") && leaves_out("a/z.log") && !leaves_out("a/b.log") && !leaves_out("keep.log")
        );
        assert!(leaves_out("a/x") && leaves_out("a/d/c.py") && !leaves_out("a/d/x"));
        assert!(rules.leave_out("build", EntryKind::Folder) && !leaves_out("build"));
        assert!(!rules.leave_out("a/build", EntryKind::Folder));
    }

    #[test]
    fn only_what_tools_make_is_ignored_where_nothing_is_known_of_tracked_files() {
        assert!(MADE.is_sorted());
        let mut rules =
            rules(&[("", 1, "exercises\n/build/\n*.egg-info/\n.cache/\n*.log\n"), ("", 0, "notes")]);
        let leaves_out = |rules: &Rules, path: &str| rules.leave_out(path, EntryKind::Folder);
        assert!(leaves_out(&rules, "src/exercises"));
        rules.state = State::Unpacked;
        assert!(!leaves_out(&rules, "src/exercises") && leaves_out(&rules, "src/notes"));
        assert!(["build", "a.egg-info", "a/.cache"].iter().all(|path| leaves_out(&rules, path)));
        assert!(rules.leave_out("exercises", EntryKind::File) && rules.leave_out("a.log", EntryKind::File));
    }

    #[test]
    fn a_broken_line_costs_itself_alone() {
        let rules = rules(&[("", 1, "\u{feff}*.log\n[\n{a\nb.py\r\n")]);
        assert!(rules.leave_out("z.log", EntryKind::File) && rules.leave_out("b.py", EntryKind::File));
    }
}
