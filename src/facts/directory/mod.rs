//! The `directory` kind: every folder that holds files, and whether they are code or working notes. Judges by names
//! alone and never reads a file.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fact, Field, Kind, Source, Survey, Type, Value};
use crate::source::{Place, RepoPath};

mod content;

use content::{Content, judge};

/// The fields of both kinds.
static FIELDS: &[Field] = &[
    Field { name: "name", ty: Type::Text, doc: "The last part of its path, `c` of `a/b/c`" },
    Field { name: "folder", ty: Type::Text, doc: "The folder that holds it; empty for the root" },
    Field { name: "depth", ty: Type::Int, doc: "How many parts its path has; 1 for a folder at the root" },
    Field { name: "files", ty: Type::Int, doc: "How many files lie in it, at any depth" },
    Field {
        name: "content",
        ty: Type::Text,
        doc: "`code` (sources or a manifest), `notes` (plans, handoffs, ledgers of people and agents), `mixed` \
              (both) or `other` (pages, data, templates)",
    },
    Field {
        name: "evidence",
        ty: Type::Text,
        doc: "What decided the content, `has Cargo.toml` for instance",
    },
    Field {
        name: "first_file",
        ty: Type::Text,
        doc: "The path of a file in it, on which a finding stands: the first note, or else the first file",
    },
    Field { name: "in_thoughts", ty: Type::Bool, doc: "Whether it lies inside a folder of the same name" },
    Field {
        name: "repository",
        ty: Type::Text,
        doc: "The folder of the repository that it lies in, the nearest one above it that has a `.git` of its own: a \
              worktree or a submodule for instance; empty for the root",
    },
    Field {
        name: "above",
        ty: Type::List,
        doc: "The folders above it up to its repository, the nearest first; the repository is not among them",
    },
    Field {
        name: "is_root_level",
        ty: Type::Bool,
        doc: "Whether it lies at the root, or at the root of the repository inside this one that it lies in",
    },
    Field {
        name: "belongs",
        ty: Type::Text,
        doc: "Where it would lie if the outermost folder of its name were moved to the root of its repository, \
              `thoughts` for `backend/thoughts`",
    },
];

/// One row for each folder.
pub(super) static KIND: Kind = Kind {
    name: "directory",
    doc: "A folder that holds files, at any depth, with what its names say about its content",
    fields: FIELDS,
    source: Source::Names(rows),
};

/// One row for each folder that ignore files leave out.
pub(super) static IGNORED: Kind = Kind {
    name: "ignored_directory",
    doc: "A folder that ignore files leave out, or whose files they all do; known only where the repository is walked, and not in CI",
    fields: FIELDS,
    source: Source::Names(ignored_rows),
};

/// So many files of an ignored folder are looked at: enough to tell what it holds.
const MOST_IGNORED: usize = 1000;

fn rows(survey: &Survey<'_>, facts: &mut Vec<Fact>) {
    let names = survey.wanted.get("name");
    let mut repositories = Repositories::default();
    let mut previous = "";
    for path in survey.names.paths() {
        let path = path.as_str();
        // The files of a folder stand side by side in byte order, so a folder is new exactly where its path ends
        // beyond what this file shares with the one before it.
        let shared = path.bytes().zip(previous.bytes()).take_while(|(one, other)| one == other).count();
        previous = path;
        for slash in path.bytes().enumerate().skip(shared).filter(|&(_, byte)| byte == b'/').map(|(at, _)| at)
        {
            let folder = &path[..slash];
            let name = folder.rsplit('/').next().unwrap_or_default();
            if names.is_none_or(|names| names.contains(name)) {
                let files = survey.names.under(folder);
                let repository = repositories.around(survey, folder).to_owned();
                facts.extend(row(&KIND, survey, folder, &repository, files));
            }
        }
    }
}

fn ignored_rows(survey: &Survey<'_>, facts: &mut Vec<Fact>) {
    let names = survey.wanted.get("name");
    let mut repositories = Repositories::default();
    let mut seen = BTreeSet::new();
    for path in survey.ignored {
        let path = path.as_str();
        for end in
            path.bytes().enumerate().filter(|&(_, byte)| byte == b'/').map(|(at, _)| at).chain([path.len()])
        {
            let folder = &path[..end];
            let name = folder.rsplit('/').next().unwrap_or_default();
            if names.is_some_and(|names| !names.contains(name))
                || survey.names.has_folder(folder)
                || !seen.insert(folder)
            {
                continue;
            }
            let files = survey.workspace.ignored_files_below(&RepoPath::new(folder), MOST_IGNORED);
            let repository = repositories.around(survey, folder).to_owned();
            // Nobody can ask for a file that is not judged.
            let all = Survey { focus: None, ..*survey };
            facts.extend(row(&IGNORED, &all, folder, &repository, &files));
        }
    }
}

/// The repositories inside this one, as far as they were asked for.
#[derive(Default)]
struct Repositories(BTreeMap<String, bool>);

impl Repositories {
    /// The nearest folder above this one that is the top of a repository; empty for the root.
    fn around<'f>(&mut self, survey: &Survey<'_>, folder: &'f str) -> &'f str {
        let mut above = parent(folder);
        while !above.is_empty() {
            let is_one = match self.0.get(above) {
                Some(known) => *known,
                None => {
                    let is_one = survey.workspace.is_repository(&RepoPath::new(above));
                    self.0.insert(above.to_owned(), is_one);
                    is_one
                }
            };
            if is_one {
                return above;
            }
            above = parent(above);
        }
        above
    }
}

fn parent(folder: &str) -> &str {
    folder.rfind('/').map_or("", |slash| &folder[..slash])
}

/// The row of one folder, or none if no file in it is judged.
fn row(
    kind: &'static Kind,
    survey: &Survey<'_>,
    folder: &str,
    repository: &str,
    files: &[RepoPath],
) -> Option<Fact> {
    let anchor = anchor(survey, files)?;
    let (parent_folder, name) = (parent(folder), folder.rsplit('/').next().unwrap_or_default());
    // The path in its own repository.
    let start = if repository.is_empty() { 0 } else { repository.len() + 1 };
    let own = &folder[start..];
    let Content { word, evidence } = judge(survey.names, folder, files);
    let above = std::iter::successors(Some(parent_folder), |above| Some(parent(above)));
    let values = vec![
        Value::text(name),
        Value::text(parent_folder),
        Value::count(folder.split('/').count()),
        Value::count(files.len()),
        Value::text(word),
        Value::text(evidence),
        Value::Text(anchor.to_shared()),
        Value::Bool(parent(own).split('/').any(|part| part == name)),
        Value::text(repository),
        Value::list(above.take_while(|above| above.len() > repository.len())),
        Value::Bool(parent_folder == repository),
        Value::text(format!("{}{}", &folder[..start], belongs(own, name))),
    ];
    Some(Fact::new(kind, Place::whole(anchor.clone()), folder, values))
}

/// The file on which a finding about the folder stands: the first note that is judged, or else the first file.
fn anchor<'a>(survey: &Survey<'_>, files: &'a [RepoPath]) -> Option<&'a RepoPath> {
    let judged = || files.iter().filter(|path| survey.is_in_focus(path.as_str()));
    let mut notes = judged().filter(|path| content::is_prose(path.name()));
    // A mirror for searching sorts before what it mirrors, and is not what has to be moved.
    let is_mirrored = |path: &&RepoPath| content::is_mirrored(path.as_str());
    let first = notes.clone().find(|path| !is_mirrored(path)).or_else(|| notes.next());
    first.or_else(|| judged().next())
}

/// The path from the outermost folder of this name on.
fn belongs<'a>(folder: &'a str, name: &str) -> &'a str {
    let mut start = 0;
    for part in folder.split('/') {
        if part == name {
            return &folder[start..];
        }
        start += part.len() + 1;
    }
    folder
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::workspace::{PathIndex, Workspace};

    fn directories(paths: &[&str], wanted: &str) -> Vec<Fact> {
        let names = PathIndex::new(paths.iter().map(|path| RepoPath::new(path)).collect());
        let workspace = Workspace::default();
        let mut filter = BTreeMap::new();
        if !wanted.is_empty() {
            filter.insert("name".to_owned(), BTreeSet::from([wanted.to_owned()]));
        }
        let survey = Survey {
            workspace: &workspace,
            names: &names,
            links: &[],
            ignored: &[],
            wanted: &filter,
            focus: None,
            languages: &crate::config::Languages::new(),
            enough: crate::facts::Enough::NEVER,
        };
        let mut facts = Vec::new();
        rows(&survey, &mut facts);
        facts
    }

    fn text(fact: &Fact, field: &str) -> String {
        match fact.get(field) {
            Some(Value::Text(text)) => text.to_string(),
            other => format!("{other:?}"),
        }
    }

    /// The content of the one folder called `thoughts`.
    fn content(paths: &[&str]) -> String {
        let facts = directories(paths, "thoughts");
        assert_eq!(facts.len(), 1, "{facts:?}");
        text(&facts[0], "content")
    }

    #[test]
    fn every_folder_has_one_row() {
        let facts = directories(&["a/b.py", "a/b/c.py", "a/c.py", "a-x/d.py", "a/b-c/e/f.py", "g.py"], "");
        let folders: Vec<_> = facts.iter().map(|fact| fact.key.to_string()).collect();
        assert_eq!(folders, ["a-x", "a", "a/b-c", "a/b-c/e", "a/b"]);
        assert_eq!(facts[1].get("files"), Some(Value::Int(4)));
    }

    #[test]
    fn notes_stand_on_a_note_and_know_where_they_belong() {
        let facts = directories(
            &["be/thoughts/a.png", "be/thoughts/shared/plans/x.md", "be/thoughts/shared/thoughts/plan.md"],
            "thoughts",
        );
        assert_eq!(text(&facts[0], "first_file"), "be/thoughts/shared/plans/x.md");
        assert_eq!(
            (text(&facts[0], "belongs"), text(&facts[0], "content")),
            ("thoughts".into(), "notes".into())
        );
        assert_eq!(facts[0].get("in_thoughts"), Some(Value::Bool(false)));
        assert_eq!(facts[1].get("in_thoughts"), Some(Value::Bool(true)));
        assert_eq!(text(&facts[1], "belongs"), "thoughts/shared/thoughts");
    }

    #[test]
    fn notes_by_folders_names_and_place() {
        assert_eq!(content(&["be/thoughts/ledgers/CONTINUITY_a.md"]), "notes");
        assert_eq!(content(&["be/thoughts/2026-01-06_leak.md"]), "notes");
        assert_eq!(content(&["be/thoughts/refactoring-plan.md", "be/thoughts/x.txt"]), "notes");
        assert_eq!(content(&["be/package.json", "be/thoughts/auth.md"]), "notes");
        assert_eq!(
            content(&["be/thoughts/shared/research/a.md", "be/thoughts/shared/research/try.py"]),
            "notes"
        );
    }

    #[test]
    fn code_is_not_notes() {
        assert_eq!(content(&["src/thoughts/__init__.py", "src/thoughts/plans/a.md"]), "code");
        assert_eq!(content(&["apps/thoughts/Cargo.toml", "apps/thoughts/README.md"]), "code");
        assert_eq!(
            content(&["cli/src/commands/thoughts/sync.ts", "cli/src/commands/thoughts/plan.md"]),
            "code"
        );
        assert_eq!(content(&["a/thoughts/plans/a.md", "a/thoughts/b.go", "a/thoughts/c.go"]), "mixed");
    }

    #[test]
    fn pages_templates_and_mirrors_are_not_notes() {
        assert_eq!(
            content(&["content/thoughts/2024-01-02-on-tests.md", "content/thoughts/_index.md"]),
            "other"
        );
        assert_eq!(content(&["docs/thoughts/on-tests.md"]), "other");
        assert_eq!(content(&["site/thoughts/on-tests.md"]), "other");
        assert_eq!(content(&["templates/thoughts/ledgers/x.md"]), "other");
        assert_eq!(content(&["be/thoughts/searchable/shared/plans/x.md"]), "other");
        assert_eq!(content(&["be/thoughts/ledgers/.gitkeep"]), "other");
    }

    proptest! {
        #[test]
        fn any_names_do(paths in prop::collection::vec("([a-cé.-]{1,3}/|thoughts/|plans/){0,5}[a-z.é]{1,6}", 0..30)) {
            let paths: Vec<_> = paths.iter().map(String::as_str).collect();
            let facts = directories(&paths, "");
            let names = PathIndex::new(paths.iter().map(|path| RepoPath::new(path)).collect());
            prop_assert_eq!(facts.len(), names.folders().len());
        }
    }
}
