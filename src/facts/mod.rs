//! Facts: what is true of a repository, read out by native code. A fact is one row of one kind; it knows its place
//! and its fields, and nothing of policies.
//!
//! To add a kind is to add a file here with a `static KIND`, and a line in `KINDS`. The field table of a kind is
//! the one source for scripts, `policylint facts`, the reference pages and the checks of `[select]` tables.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::Languages;
use crate::source::{Place, RepoPath, SourceFile};
use crate::workspace::{History, PathIndex, Workspace};

mod agent_file;
mod command;
mod context_threshold;
mod directory;
mod enough;
mod file;
mod ignore_rule;
mod link;
mod manifest;
mod module_history;
mod naming;
mod python_module;
mod session_log;
mod session_note;
mod sieve;
mod source_file;
mod words;

pub use enough::Enough;
pub use sieve::{MARK, Sieve};
pub use words::Words;

/// Every kind of fact, sorted by name.
pub static KINDS: &[&Kind] = &[
    &agent_file::KIND,
    &command::KIND,
    &agent_file::LOAD,
    &agent_file::PART,
    &context_threshold::KIND,
    &agent_file::DEMAND,
    &directory::KIND,
    &file::KIND,
    &ignore_rule::KIND,
    &directory::IGNORED,
    &command::IMAGE,
    &link::KIND,
    &manifest::KIND,
    &module_history::KIND,
    &agent_file::MENTION,
    &python_module::KIND,
    &session_log::KIND,
    &session_note::KIND,
    &source_file::KIND,
];

/// The kind called `name`.
#[must_use]
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.name == name)
}

/// The normal form of a package's name: lower case, `-` for every run of `-`, `_` and `.`.
fn package_name(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            other => normal.push(other.to_ascii_lowercase()),
        }
    }
    normal
}

/// A kind of fact.
#[derive(Debug)]
pub struct Kind {
    /// Its name, in the singular: `command`.
    pub name: &'static str,
    /// One sentence on what a row of this kind is.
    pub doc: &'static str,
    /// The fields of a row beside the [`COMMON`] ones, in the order of [`Fact::values`].
    pub fields: &'static [Field],
    /// How rows come about.
    pub source: Source,
}

/// A field of a kind.
#[derive(Debug)]
pub struct Field {
    /// Its name, in snake case.
    pub name: &'static str,
    /// The type of its values.
    pub ty: Type,
    /// What it says: units, bounds, when it is absent.
    pub doc: &'static str,
}

/// The fields that every fact has.
pub static COMMON: &[Field] = &[
    Field { name: "kind", ty: Type::Text, doc: "The kind of the fact, `command` for instance" },
    Field { name: "path", ty: Type::Text, doc: "The file it stands in, relative to the root, with `/`" },
    Field { name: "line", ty: Type::Int, doc: "Its first line, from 1" },
    Field { name: "column", ty: Type::Int, doc: "Its first column in characters, from 1" },
];

/// The type of a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// True or false.
    Bool,
    /// A list of texts.
    List,
}

impl Type {
    /// The word used in documentation and messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int => "number",
            Self::Bool => "true or false",
            Self::List => "list of texts",
        }
    }
}

/// The value of a field.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// The field does not apply to this row; `()` in scripts, `null` in JSON.
    None,
    /// Text.
    Text(Arc<str>),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// A list of texts.
    List(Arc<[Arc<str>]>),
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Arc::from(text.as_ref()))
    }

    /// A text, or nothing.
    #[must_use]
    pub fn maybe(text: Option<impl AsRef<str>>) -> Self {
        text.map_or(Self::None, Self::text)
    }

    /// A count.
    #[must_use]
    pub fn count(n: usize) -> Self {
        Self::Int(i64::try_from(n).unwrap_or(i64::MAX))
    }

    /// A list of texts.
    pub fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(|item| Arc::from(item.as_ref())).collect())
    }

    /// The value in words, the items of a list apart by blanks; nothing where it does not apply.
    #[must_use]
    pub fn shown(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Text(text) => Some(text.to_string()),
            Self::Int(number) => Some(number.to_string()),
            Self::Bool(value) => Some(value.to_string()),
            Self::List(items) => Some(items.join(" ")),
        }
    }

    /// Whether the value has this type; absence fits every type.
    #[must_use]
    pub fn fits(&self, ty: Type) -> bool {
        match self {
            Self::None => true,
            Self::Text(_) => ty == Type::Text,
            Self::Int(_) => ty == Type::Int,
            Self::Bool(_) => ty == Type::Bool,
            Self::List(_) => ty == Type::List,
        }
    }
}

/// One row.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its kind.
    pub kind: &'static Kind,
    /// Where it stands.
    pub place: Place,
    /// Its fields, in the order of [`Kind::fields`].
    pub values: Box<[Value]>,
    /// What a finding on this fact stands on, free of line numbers (see [`crate::finding::Finding::key`]).
    pub key: Arc<str>,
    /// Where the words of a command stand, for fixes; nothing where none can be told.
    pub words: Option<Words>,
    /// Facts that it refers to: of a module without a test, the files that look like its tests and are none.
    pub related: Box<[Arc<Self>]>,
    /// Whether its file was read when it was made, and holds no [`MARK`]; then nobody needs to look again.
    pub is_unmarked: bool,
}

impl Fact {
    /// A row of `kind`.
    ///
    /// # Panics
    /// In debug builds, when the values do not fit the field table.
    #[must_use]
    pub fn new(kind: &'static Kind, place: Place, key: impl Into<Arc<str>>, values: Vec<Value>) -> Self {
        debug_assert_eq!(values.len(), kind.fields.len(), "{} has another number of fields", kind.name);
        debug_assert!(
            values.iter().zip(kind.fields).all(|(value, field)| value.fits(field.ty)),
            "a value of {} does not fit its field: {values:?}",
            kind.name
        );
        Self {
            kind,
            place,
            values: values.into_boxed_slice(),
            key: key.into(),
            words: None,
            related: Box::default(),
            is_unmarked: false,
        }
    }

    /// The value of a field, common ones included; nothing where the kind has no such field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<Value> {
        if let Some(at) = self.kind.fields.iter().position(|known| known.name == field) {
            return Some(self.values[at].clone());
        }
        match field {
            "kind" => Some(Value::text(self.kind.name)),
            "path" => Some(Value::Text(self.place.path.to_shared())),
            "line" => Some(Value::Int(i64::from(self.place.start.line))),
            "column" => Some(Value::Int(i64::from(self.place.start.column))),
            _ => None,
        }
    }
}

/// How the rows of a kind come about.
#[derive(Debug)]
pub enum Source {
    /// From one file's text.
    Text(TextSource),
    /// From the names of all files, once they are known, and from such files as the kind cares to read.
    Names(fn(&Survey<'_>, &mut Vec<Fact>)),
    /// From the names and the commits that brought them, where somebody asks for the history. What of it cannot be
    /// read is a failure, with the rows that could be made all the same.
    History(fn(&Survey<'_>, &History, &mut Vec<Fact>) -> Result<(), String>),
}

/// A kind whose rows are read out of one file at a time. Extraction is pure, cannot fail, and depends on the text
/// alone: a malformed file gives fewer rows, or a row that says so.
#[derive(Debug)]
pub struct TextSource {
    /// Whether a file can hold such rows, judged by its path.
    pub wants: fn(&RepoPath) -> Interest,
    /// The literals one of which a file must contain to hold a row that is asked for. They are a filter in front of
    /// the parser and never change a result.
    pub literals: fn(&Wanted) -> Literals,
    /// Adds the rows of a file; those that the sieve does not let through may be left out, and so may all behind one
    /// more than [`MAX_ROWS`].
    pub extract: fn(&SourceFile, &Sieve, &mut Vec<Fact>),
}

/// How many rows of one kind a file gives at most. Nobody writes or follows so many; what comes behind them is not
/// judged, and the run says so.
pub const MAX_ROWS: usize = 10_000;

/// Whether a file is worth reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interest {
    /// It is not.
    No,
    /// It is.
    Yes,
    /// It is if it starts with `#!`.
    Shebang,
}

/// What all readers of a kind together ask for: field values by field name. A field that is missing here is not
/// constrained by every reader.
pub type Wanted = BTreeMap<String, BTreeSet<String>>;

/// Literals that a file must contain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Literals {
    /// Any file may hold a row.
    Any,
    /// Only a file with one of these can.
    OneOf(Vec<String>),
    /// Only a file with one of these as a word can: no letter before it, no small letter behind it.
    Words(Vec<String>),
}

impl Literals {
    /// One of these.
    #[must_use]
    pub fn of(words: &[&str]) -> Self {
        Self::OneOf(words.iter().map(ToString::to_string).collect())
    }
}

/// What a kind made from names may look at.
#[derive(Clone, Copy, Debug)]
pub struct Survey<'a> {
    /// The files of the repository.
    pub workspace: &'a Workspace,
    /// The names of all files, sorted.
    pub names: &'a PathIndex,
    /// The symbolic links, sorted.
    pub links: &'a [RepoPath],
    /// The folders and files that ignore files leave out, sorted; none where names come from elsewhere than a walk.
    pub ignored: &'a [RepoPath],
    /// What the readers of this kind ask for.
    pub wanted: &'a Wanted,
    /// The files that are judged, where that is not all of them: rows about other files need not be made.
    pub focus: Option<&'a PathIndex>,
    /// The conventions of languages that the configuration adds or changes.
    pub languages: &'a Languages,
    /// The row behind which no more are wanted.
    pub enough: Enough<'a>,
}

impl Survey<'_> {
    /// Whether a row about this path can be judged.
    #[must_use]
    pub fn is_in_focus(&self, path: &str) -> bool {
        self.focus.is_none_or(|focus| focus.contains(path))
    }

    /// The folders in which instructions for coding agents, or rules, demand something.
    fn demands(&self, subject: &str) -> Vec<String> {
        let Source::Text(source) = &agent_file::DEMAND.source else { return Vec::new() };
        let mut rows = Vec::new();
        for path in self.names.paths().iter().filter(|path| (source.wants)(path) != Interest::No) {
            if let Ok(file) = self.workspace.read(path) {
                (source.extract)(&file, Sieve::OPEN, &mut rows);
            }
        }
        let text = |row: &Fact, field: &str| match row.get(field) {
            Some(Value::Text(text)) => text.to_string(),
            _ => String::new(),
        };
        // Agents, commands and skills are for those who call them.
        let for_all = |row: &&Fact| matches!(&*text(row, "role"), "instructions" | "rule");
        let about = rows.iter().filter(for_all).filter(|row| text(row, "subject") == subject);
        let mut folders: Vec<String> = about.map(|row| text(row, "folder")).collect();
        folders.sort_unstable();
        folders.dedup();
        folders
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_name_is_its_own() {
        let names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted);
        for kind in KINDS {
            let mut fields: Vec<_> = COMMON.iter().chain(kind.fields).map(|field| field.name).collect();
            assert!(
                COMMON
                    .iter()
                    .chain(kind.fields)
                    .all(|field| !field.doc.is_empty() && !field.doc.ends_with('.'))
            );
            fields.sort_unstable();
            let n_fields = fields.len();
            fields.dedup();
            assert_eq!(fields.len(), n_fields, "{} names a field twice", kind.name);
        }
    }
}
