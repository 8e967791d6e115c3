//! TOML of ours, read strictly: every value keeps its place, every unknown key is a problem with a suggestion, and
//! one bad line never hides the rest. Files of others that are TOML are facts, and read elsewhere.

use std::fmt::Write;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::source::Span;

/// Something wrong in a document, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where, in bytes of the document.
    pub span: Span,
    /// What is wrong and what to do.
    pub message: String,
}

impl Problem {
    /// A problem at a range.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

/// A value of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// A list of texts; an empty list is one too.
    Texts(Vec<String>),
    /// A list of whole numbers.
    Ints(Vec<i64>),
}

impl Setting {
    /// The type in words, for messages and documentation.
    #[must_use]
    pub fn type_word(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Int(_) => "a whole number",
            Self::Bool(_) => "`true` or `false`",
            Self::Texts(_) => "a list of texts",
            Self::Ints(_) => "a list of whole numbers",
        }
    }

    /// The value as TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let quoted = |text: &String| toml::Value::String(text.clone()).to_string();
        match self {
            Self::Text(text) => quoted(text),
            Self::Int(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Texts(items) => format!("[{}]", items.iter().map(quoted).collect::<Vec<_>>().join(", ")),
            Self::Ints(items) => {
                format!("[{}]", items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Whether `other` may stand where this stands: the same type, or an empty list for a list.
    #[must_use]
    pub fn accepts(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
            || (matches!(self, Self::Ints(_)) && matches!(other, Self::Texts(items) if items.is_empty()))
    }
}

/// A table, or the document itself.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    entries: Vec<Entry<'a>>,
    span: Span,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    value: Spanned<DeValue<'a>>,
}

/// Parses a document; what could be read is returned beside the problems.
#[must_use]
pub fn parse(text: &str) -> (Table<'_>, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let problems = errors
        .iter()
        .map(|error| {
            let at = error.span().unwrap_or(0..0);
            Problem::new(Span::new(at.start, at.end), format!("not valid TOML: {}", error.message()))
        })
        .collect();
    let span = Span::new(table.span().start, table.span().end);
    (Table { entries: entries(table.into_inner()), span }, problems)
}

fn entries(table: DeTable<'_>) -> Vec<Entry<'_>> {
    table
        .into_iter()
        .map(|(key, value)| Entry {
            key_span: Span::new(key.span().start, key.span().end),
            key: key.into_inner().into_owned(),
            value,
        })
        .collect()
}

impl<'a> Table<'a> {
    /// The entries in the order of their keys.
    #[must_use]
    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// Where the table stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The entry with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Adds a problem for each key that is not among `known`.
    pub fn reject_unknown(&self, what: &str, known: &[&str], problems: &mut Vec<Problem>) {
        for entry in &self.entries {
            if !known.contains(&entry.key.as_str()) {
                problems.push(Problem::new(entry.key_span, unknown(what, &entry.key, known.iter().copied())));
            }
        }
    }

    /// The text under `key`, if there is one.
    pub fn text(&self, key: &str, problems: &mut Vec<Problem>) -> Option<String> {
        match self.get(key)?.setting(problems)? {
            Setting::Text(text) => Some(text),
            other => self.mismatch(key, "text", &other, problems),
        }
    }

    /// The text under `key`, or the date as it is written, if there is one.
    pub fn text_or_date(&self, key: &str, problems: &mut Vec<Problem>) -> Option<String> {
        match self.get(key)?.value.get_ref() {
            DeValue::Datetime(date) => Some(date.to_string()),
            _ => self.text(key, problems),
        }
    }

    /// The tables under `key`, written as `[[key]]`.
    pub fn tables(&self, key: &str, problems: &mut Vec<Problem>) -> Vec<Self> {
        let Some(entry) = self.get(key) else { return Vec::new() };
        let items: Vec<_> = match entry.value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![&entry.value],
        };
        let is_list = entry.value.get_ref().is_array();
        let tables = items.into_iter().filter_map(|item| match item.get_ref() {
            DeValue::Table(table) if is_list => {
                let span = Span::new(item.span().start, item.span().end);
                Some(Self { entries: entries(table.clone()), span })
            }
            _ => {
                let span = Span::new(item.span().start, item.span().end);
                problems.push(Problem::new(
                    span,
                    format!("`{key}` is a list of tables; write `[[{key}]]` above each"),
                ));
                None
            }
        });
        tables.collect()
    }

    /// The truth value under `key`, if there is one.
    pub fn bool(&self, key: &str, problems: &mut Vec<Problem>) -> Option<bool> {
        match self.get(key)?.setting(problems)? {
            Setting::Bool(value) => Some(value),
            other => self.mismatch(key, "`true` or `false`", &other, problems),
        }
    }

    /// The list of texts under `key`; a single text counts as a list of one.
    pub fn texts(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Vec<String>> {
        match self.get(key)?.setting(problems)? {
            Setting::Texts(items) => Some(items),
            Setting::Text(item) => Some(vec![item]),
            other => self.mismatch(key, "a list of texts", &other, problems),
        }
    }

    /// The table under `key`, if there is one.
    pub fn table(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Self> {
        self.get(key)?.table(problems)
    }

    fn mismatch<T>(
        &self,
        key: &str,
        wanted: &str,
        found: &Setting,
        problems: &mut Vec<Problem>,
    ) -> Option<T> {
        let entry = self.get(key)?;
        let message = format!("`{key}` takes {wanted}, not {}", found.type_word());
        problems.push(Problem::new(entry.value_span(), message));
        None
    }
}

impl<'a> Entry<'a> {
    /// Where the value stands.
    #[must_use]
    pub fn value_span(&self) -> Span {
        Span::new(self.value.span().start, self.value.span().end)
    }

    /// Whether the value is a table.
    #[must_use]
    pub fn is_table(&self) -> bool {
        self.value.get_ref().is_table()
    }

    /// The value as a table; a problem where it is none.
    pub fn table(&self, problems: &mut Vec<Problem>) -> Option<Table<'a>> {
        match self.value.get_ref() {
            DeValue::Table(table) => Some(Table { entries: entries(table.clone()), span: self.key_span }),
            other => {
                let message = format!("`{}` is a table, not {}", self.key, article(other.type_str()));
                problems.push(Problem::new(self.value_span(), message));
                None
            }
        }
    }

    /// The value; a problem where it is of no type that we use.
    pub fn setting(&self, problems: &mut Vec<Problem>) -> Option<Setting> {
        let found = setting(self.value.get_ref());
        if found.is_none() {
            let message = format!(
                "`{}` takes text, a whole number, `true` or `false`, or a list of texts or of whole numbers, not {}",
                self.key,
                article(self.value.get_ref().type_str())
            );
            problems.push(Problem::new(self.value_span(), message));
        }
        found
    }
}

fn setting(value: &DeValue<'_>) -> Option<Setting> {
    let int = |value: &DeValue<'_>| {
        let digits = value.as_integer()?;
        i64::from_str_radix(digits.as_str(), digits.radix()).ok()
    };
    match value {
        DeValue::String(text) => Some(Setting::Text(text.clone().into_owned())),
        DeValue::Integer(_) => int(value).map(Setting::Int),
        DeValue::Boolean(value) => Some(Setting::Bool(*value)),
        DeValue::Array(items) if items.iter().all(|item| item.get_ref().is_str()) => Some(Setting::Texts(
            items.iter().filter_map(|item| item.get_ref().as_str()).map(str::to_owned).collect(),
        )),
        DeValue::Array(items) => {
            items.iter().map(|item| int(item.get_ref())).collect::<Option<_>>().map(Setting::Ints)
        }
        _ => None,
    }
}

fn article(noun: &str) -> String {
    let an = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if an { "an" } else { "a" })
}

/// A message for a name that is not known, with the nearest known one or all of them.
#[must_use]
pub fn unknown<'k>(what: &str, name: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let mut message = format!("unknown {what} `{name}`");
    match nearest(name, &known) {
        Some(near) => {
            let _ = write!(message, "; did you mean `{near}`?");
        }
        None if known.is_empty() => message.push_str("; there are none"),
        None => {
            let _ = write!(message, "; known are `{}`", known.join("`, `"));
        }
    }
    message
}

/// The known name that a typing error most likely stands for.
#[must_use]
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let folded = name.replace('_', "-").to_ascii_lowercase();
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.replace('_', "-")), *candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_types_and_places() {
        let text = "a = 1\nb = [\"x\"]\nc = 0x1f\nd = [1, 2]\n[t]\nk = true\n";
        let (table, mut problems) = parse(text);
        assert_eq!(table.get("a").unwrap().setting(&mut problems), Some(Setting::Int(1)));
        assert_eq!(table.texts("b", &mut problems), Some(vec!["x".to_owned()]));
        assert_eq!(table.get("c").unwrap().setting(&mut problems), Some(Setting::Int(31)));
        assert_eq!(table.get("d").unwrap().setting(&mut problems), Some(Setting::Ints(vec![1, 2])));
        assert_eq!(table.table("t", &mut problems).unwrap().bool("k", &mut problems), Some(true));
        assert_eq!(&text[table.get("b").unwrap().value_span().range()], "[\"x\"]");
        assert!(problems.is_empty());
    }

    #[test]
    fn one_bad_line_leaves_the_rest() {
        let (table, problems) = parse("a = \nb = 2\n");
        assert_eq!(problems.len(), 1);
        assert_eq!(table.get("b").unwrap().setting(&mut Vec::new()), Some(Setting::Int(2)));
    }

    #[test]
    fn unknown_keys_are_suggested() {
        let (table, mut problems) = parse("exlude = []\nzzz = 1\n");
        table.reject_unknown("key", &["exclude", "select"], &mut problems);
        assert_eq!(problems[0].message, "unknown key `exlude`; did you mean `exclude`?");
        assert_eq!(problems[1].message, "unknown key `zzz`; known are `exclude`, `select`");
    }

    #[test]
    fn wrong_types_are_problems() {
        let (table, mut problems) = parse("a = 1.5\nb = 1\nc = [[1]]\n");
        assert_eq!(table.text("a", &mut problems), None);
        assert_eq!(table.text("b", &mut problems), None);
        assert_eq!(table.table("c", &mut problems).map(|_| ()), None);
        assert_eq!(problems.len(), 3);
        assert_eq!(problems[1].message, "`b` takes text, not a whole number");
    }
}
