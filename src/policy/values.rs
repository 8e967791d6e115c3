//! What a script sees: facts, options, lists and findings as opaque values over shared native data. Never a Rhai map
//! or array of facts, and never a file's text.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Array, Dynamic, EvalAltResult, ImmutableString};

use crate::document::{Setting, unknown};
use crate::facts::{COMMON, Fact, Value};
use crate::finding::{Edit, Fix, Label, Move, Severity};
use crate::source::Place;

/// The result of a host function that may refuse its arguments.
pub(super) type Answer<T> = Result<T, Box<EvalAltResult>>;

/// A fact.
#[derive(Debug, Clone)]
pub(super) struct FactValue(pub(super) Arc<Fact>);

/// A list of texts.
#[derive(Debug, Clone)]
pub(super) struct Texts(pub(super) Arc<[Arc<str>]>);

/// A list of facts.
#[derive(Debug, Clone)]
pub(super) struct Facts(pub(super) Arc<[Arc<Fact>]>);

/// The options of a policy, as the configuration has set them.
#[derive(Debug, Clone)]
pub struct Options {
    settings: Arc<BTreeMap<String, Setting>>,
    values: Arc<BTreeMap<String, Dynamic>>,
}

/// A finding in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) place: Place,
    pub(super) key: Arc<str>,
    pub(super) message: Arc<str>,
    pub(super) help: Option<Arc<str>>,
    pub(super) severity: Option<Severity>,
    pub(super) labels: Vec<Label>,
    pub(super) fixes: Vec<Fix>,
}

/// A change of the repository that a fix may make.
#[derive(Debug, Clone)]
pub(super) enum EditValue {
    /// Edits of its texts, none of which overlap.
    Texts(Vec<Edit>),
    /// A move of a folder.
    Move(Move),
}

impl FactValue {
    /// A field by its name.
    pub(super) fn field(&self, name: &str) -> Answer<Dynamic> {
        match self.0.get(name) {
            Some(value) => Ok(to_dynamic(value)),
            None => {
                let known = self.0.kind.fields.iter().chain(COMMON).map(|field| field.name);
                Err(unknown(&format!("field of `{}`", self.0.kind.name), name, known).into())
            }
        }
    }
}

impl Options {
    /// Options with these values; a name is spelt with `-` in TOML and with `_` in scripts.
    #[must_use]
    pub fn new(settings: BTreeMap<String, Setting>) -> Self {
        let values =
            settings.iter().map(|(name, setting)| (name.replace('-', "_"), setting_to_dynamic(setting)));
        Self { values: Arc::new(values.collect()), settings: Arc::new(settings) }
    }

    /// The options as the configuration spells them, sorted by name.
    #[must_use]
    pub fn settings(&self) -> &BTreeMap<String, Setting> {
        &self.settings
    }

    /// An option by its name.
    pub(super) fn get(&self, name: &str) -> Answer<Dynamic> {
        match self.values.get(name) {
            Some(value) => Ok(value.clone()),
            None => Err(unknown("option", name, self.values.keys().map(String::as_str)).into()),
        }
    }
}

fn to_dynamic(value: Value) -> Dynamic {
    match value {
        Value::None => Dynamic::UNIT,
        Value::Text(text) => Dynamic::from(ImmutableString::from(&*text)),
        Value::Int(number) => Dynamic::from_int(number),
        Value::Bool(value) => Dynamic::from_bool(value),
        Value::List(items) => Dynamic::from(Texts(items)),
    }
}

fn setting_to_dynamic(setting: &Setting) -> Dynamic {
    match setting {
        Setting::Text(text) => Dynamic::from(ImmutableString::from(text)),
        Setting::Int(number) => Dynamic::from_int(*number),
        Setting::Bool(value) => Dynamic::from_bool(*value),
        Setting::Texts(items) => {
            Dynamic::from(Texts(items.iter().map(|item| Arc::from(item.as_str())).collect()))
        }
        Setting::Ints(items) => {
            Dynamic::from_array(items.iter().map(|item| Dynamic::from_int(*item)).collect::<Array>())
        }
    }
}
