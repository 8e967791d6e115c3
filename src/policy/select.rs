//! The facts that a policy asks for: field values and path patterns, compared natively before any script runs.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Problem, Setting, Table, unknown};
use crate::facts::{COMMON, Fact, Kind, Type, Value, Wanted};
use crate::glob::PathSet;
use crate::source::RepoPath;

/// A `[select.<kind>]` or `[applies.<kind>]` table. All its fields must fit; of a field's values any one.
#[derive(Debug, Clone)]
pub struct Selection {
    kind: &'static Kind,
    paths: Option<PathSet>,
    fields: Vec<FieldSelection>,
}

#[derive(Debug, Clone)]
struct FieldSelection {
    name: String,
    /// Where the field stands in [`Fact::values`].
    at: usize,
    values: Vec<Scalar>,
}

/// How many of the values that a selection asks for are told to whoever asks why a fact is none of them.
const MAX_TOLD: usize = 6;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Scalar {
    Text(String),
    Int(i64),
    Bool(bool),
}

impl Selection {
    /// Everything of a kind.
    #[must_use]
    pub fn all(kind: &'static Kind) -> Self {
        Self { kind, paths: None, fields: Vec::new() }
    }

    /// Reads a table. A field that the kind does not have, or a value of another type, is a problem.
    pub fn read(kind: &'static Kind, table: &Table<'_>, problems: &mut Vec<Problem>) -> Self {
        let mut selection = Self::all(kind);
        for entry in table.entries() {
            let Some(setting) = entry.setting(problems) else { continue };
            let result = if entry.key == "path" {
                path_set(setting).map(|paths| selection.paths = Some(paths))
            } else {
                field(kind, &entry.key, setting).map(|field| selection.fields.push(field))
            };
            if let Err(message) = result {
                let span = if message.starts_with("unknown") { entry.key_span } else { entry.value_span() };
                problems.push(Problem::new(span, message));
            }
        }
        selection
    }

    /// The kind it chooses from.
    #[must_use]
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// Whether a file can hold a fact that is chosen.
    #[must_use]
    pub fn admits_path(&self, path: &RepoPath) -> bool {
        self.paths.as_ref().is_none_or(|paths| paths.matches_path(path))
    }

    /// Whether a fact of the kind is chosen.
    #[must_use]
    pub fn matches(&self, fact: &Fact) -> bool {
        self.admits_path(&fact.place.path)
            && self.fields.iter().all(|field| field.matches(&fact.values[field.at]))
    }

    /// What of a fact is not chosen, one reason for each field; empty where it matches.
    #[must_use]
    pub fn mismatches(&self, fact: &Fact) -> Vec<String> {
        let mut reasons = Vec::new();
        if let Some(paths) = self.paths.as_ref().filter(|paths| !paths.matches_path(&fact.place.path)) {
            reasons.push(format!("`path` matches none of `{}`", paths.patterns().join("`, `")));
        }
        for field in self.fields.iter().filter(|field| !field.matches(&fact.values[field.at])) {
            let mut wanted: Vec<_> = field.values.iter().take(MAX_TOLD).map(Scalar::to_text).collect();
            if field.values.len() > MAX_TOLD {
                wanted.push("…".to_owned());
            }
            let found = match fact.values[field.at].shown() {
                Some(found) => format!("`{found}`"),
                None => "absent".to_owned(),
            };
            reasons.push(format!("`{}` is {found}; asked for is `{}`", field.name, wanted.join("` or `")));
        }
        reasons
    }

    /// The names of the options whose items are values here.
    pub(super) fn options(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().flat_map(|field| &field.values).filter_map(|value| match value {
            Scalar::Text(text) => option_name(text),
            _ => None,
        })
    }

    /// Puts the items of options in the place of their names.
    pub(super) fn fill_in(&mut self, options: &BTreeMap<String, Setting>) {
        for field in &mut self.fields {
            let values = std::mem::take(&mut field.values).into_iter().flat_map(|value| {
                let named = match &value {
                    Scalar::Text(text) => option_name(text).and_then(|name| options.get(name)),
                    _ => None,
                };
                match named {
                    Some(Setting::Texts(items)) => items.iter().cloned().map(Scalar::Text).collect(),
                    Some(Setting::Text(text)) => vec![Scalar::Text(text.clone())],
                    _ => vec![value],
                }
            });
            field.values = values.collect();
        }
    }

    /// The values asked for, by field.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let values =
            |field: &FieldSelection| field.values.iter().map(Scalar::to_text).collect::<BTreeSet<_>>();
        self.fields.iter().map(|field| (field.name.clone(), values(field))).collect()
    }

    /// The selection in words: "`program` is `pip` or `python`".
    #[must_use]
    pub fn describe(&self) -> String {
        let mut parts = Vec::new();
        if let Some(paths) = &self.paths {
            parts.push(format!("`path` matches `{}`", paths.patterns().join("` or `")));
        }
        for field in &self.fields {
            let values: Vec<_> = field.values.iter().map(Scalar::to_text).collect();
            parts.push(format!("`{}` is `{}`", field.name, values.join("` or `")));
        }
        let name = self.kind.name;
        if parts.is_empty() {
            format!("any `{name}`")
        } else {
            format!("`{name}` where {}", parts.join(" and "))
        }
    }
}

impl FieldSelection {
    fn matches(&self, value: &Value) -> bool {
        match value {
            Value::None => false,
            Value::Text(text) => {
                self.values.iter().any(|wanted| matches!(wanted, Scalar::Text(known) if **known == **text))
            }
            Value::Int(number) => self.values.contains(&Scalar::Int(*number)),
            Value::Bool(value) => self.values.contains(&Scalar::Bool(*value)),
            Value::List(items) => items.iter().any(|item| {
                self.values.iter().any(|wanted| matches!(wanted, Scalar::Text(known) if **known == **item))
            }),
        }
    }
}

impl Scalar {
    fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
        }
    }

    fn fits(&self, ty: Type) -> bool {
        match self {
            Self::Text(_) => matches!(ty, Type::Text | Type::List),
            Self::Int(_) => ty == Type::Int,
            Self::Bool(_) => ty == Type::Bool,
        }
    }
}

/// `tools` of `{tools}`: the items of that option are meant.
fn option_name(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}

fn path_set(setting: Setting) -> Result<PathSet, String> {
    match setting {
        Setting::Text(pattern) => PathSet::new(&[pattern]).map_err(|error| error.to_string()),
        Setting::Texts(patterns) => PathSet::new(&patterns).map_err(|error| error.to_string()),
        other => Err(format!("`path` takes a list of path patterns, not {}", other.type_word())),
    }
}

fn field(kind: &'static Kind, name: &str, setting: Setting) -> Result<FieldSelection, String> {
    let Some(at) = kind.fields.iter().position(|field| field.name == name) else {
        let known = kind.fields.iter().map(|field| field.name).chain(["path"]);
        let positions = COMMON.iter().any(|field| field.name == name);
        let hint = if positions { "; a place cannot be selected" } else { "" };
        return Err(format!("{}{hint}", unknown(&format!("field of `{}`", kind.name), name, known)));
    };
    let values = match setting {
        Setting::Text(text) => vec![Scalar::Text(text)],
        Setting::Int(number) => vec![Scalar::Int(number)],
        Setting::Bool(value) => vec![Scalar::Bool(value)],
        Setting::Texts(items) => items.into_iter().map(Scalar::Text).collect(),
        Setting::Ints(items) => items.into_iter().map(Scalar::Int).collect(),
    };
    let ty = kind.fields[at].ty;
    if values.is_empty() {
        return Err(format!("`{name}` names no value, so nothing would ever match"));
    }
    if values.iter().any(|value| !value.fits(ty)) {
        return Err(format!("`{name}` of `{}` is {}", kind.name, ty.word()));
    }
    Ok(FieldSelection { name: name.to_owned(), at, values })
}
