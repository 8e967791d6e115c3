//! The keys of a configuration as a table, and the JSON Schema made from it. Reads nothing.

use serde_json::{Map, Value, json};

use super::suppress::KEYS as SUPPRESS_KEYS;
use crate::document::Setting;

/// A key at the top of a configuration.
#[derive(Debug)]
pub struct Key {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// What it takes.
    pub takes: Takes,
}

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// `true` or `false`.
    Bool,
    /// A severity.
    Severity,
    /// Text.
    Text,
    /// A severity, or `off`.
    Level,
    /// A list of texts.
    Texts,
    /// A list of tables, each of which allows findings.
    Suppressions,
    /// Conventions of languages.
    Languages,
    /// Tables of single policies.
    Policies,
}

/// Every key, sorted.
pub static KEYS: &[Key] = &[
    Key {
        name: "baseline",
        doc: "The file of known findings, relative to the root; `.policylint/baseline.jsonl` by default",
        takes: Takes::Text,
    },
    Key { name: "exclude", doc: "Path patterns that no policy judges", takes: Takes::Texts },
    Key {
        name: "fail-on",
        doc: "The mildest severity that makes the exit code 1; `error` by default",
        takes: Takes::Severity,
    },
    Key { name: "ignore", doc: "Ids of policies that do not run", takes: Takes::Texts },
    Key {
        name: "languages",
        doc: "Conventions by which tests lie beside sources, by language, over the built-in ones",
        takes: Takes::Languages,
    },
    Key { name: "policies", doc: "What single policies are to do, by id", takes: Takes::Policies },
    Key {
        name: "policy-paths",
        doc: "Folders of custom policies, relative to the root; `.policylint/policies` by default",
        takes: Takes::Texts,
    },
    Key {
        name: "require-reason",
        doc: "The mildest severity of policies whose suppressions need a reason; `error` by default",
        takes: Takes::Level,
    },
    Key {
        name: "root",
        doc: "Whether the repository starts here, even inside another git checkout",
        takes: Takes::Bool,
    },
    Key {
        name: "select",
        doc: "Ids of the policies that run, whatever the repository holds",
        takes: Takes::Texts,
    },
    Key {
        name: "severity",
        doc: "The mildest severity that is shown; `warning` by default",
        takes: Takes::Severity,
    },
    Key {
        name: "suppress",
        doc: "Findings that are allowed in files that cannot say so in a comment",
        takes: Takes::Suppressions,
    },
];

/// What the schema needs to know of a policy.
#[derive(Debug)]
pub struct PolicyKeys<'a> {
    /// The policy's id.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its options: name, help, default.
    pub options: Vec<(&'a str, &'a str, &'a Setting)>,
}

/// The JSON Schema of a configuration in which these policies exist.
#[must_use]
pub fn schema(policies: &[PolicyKeys<'_>]) -> Value {
    let mut properties = Map::new();
    for key in KEYS {
        let mut schema = match key.takes {
            Takes::Bool => json!({"type": "boolean"}),
            Takes::Severity => json!({"enum": ["info", "warning", "error"]}),
            Takes::Level => json!({"enum": ["off", "info", "warning", "error"]}),
            Takes::Text => json!({"type": "string"}),
            Takes::Texts => texts(),
            Takes::Suppressions => suppressions(),
            Takes::Languages => language_tables(),
            Takes::Policies => policy_tables(policies),
        };
        schema["description"] = json!(key.doc);
        properties.insert(key.name.to_owned(), schema);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "policylint.toml",
        "description": "The configuration of policylint",
        "type": "object",
        "properties": properties,
        "additionalProperties": false
    })
}

fn policy_tables(policies: &[PolicyKeys<'_>]) -> Value {
    let mut properties = Map::new();
    for policy in policies {
        let mut keys = Map::new();
        keys.insert("severity".to_owned(), json!({"enum": ["off", "info", "warning", "error"]}));
        keys.insert("include".to_owned(), texts());
        keys.insert("exclude".to_owned(), texts());
        for (name, help, default) in &policy.options {
            let mut schema = option(default);
            schema["description"] = json!(help);
            keys.insert((*name).to_owned(), schema);
        }
        let table = json!({
            "type": "object", "description": policy.title, "properties": keys, "additionalProperties": false
        });
        properties.insert(policy.id.to_owned(), table);
    }
    // Custom policies bring tables that this schema cannot know.
    json!({"type": "object", "properties": properties, "additionalProperties": {"type": "object"}})
}

fn suppressions() -> Value {
    let mut properties = Map::new();
    for (name, doc) in SUPPRESS_KEYS {
        let mut schema = if matches!(*name, "policy" | "path") { texts() } else { json!({"type": "string"}) };
        schema["description"] = json!(doc);
        properties.insert((*name).to_owned(), schema);
    }
    json!({"type": "array", "items": {
        "type": "object", "properties": properties, "required": ["policy", "path"], "additionalProperties": false
    }})
}

fn language_tables() -> Value {
    let lists: Map<String, Value> =
        super::LANGUAGE_KEYS.iter().map(|key| ((*key).to_owned(), texts())).collect();
    let table = json!({"type": "object", "properties": lists, "additionalProperties": false});
    json!({"type": "object", "additionalProperties": table})
}

fn texts() -> Value {
    json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
}

fn option(default: &Setting) -> Value {
    match default {
        Setting::Text(text) => json!({"type": "string", "default": text}),
        Setting::Int(number) => json!({"type": "integer", "default": number}),
        Setting::Bool(value) => json!({"type": "boolean", "default": value}),
        Setting::Texts(items) => json!({"type": "array", "items": {"type": "string"}, "default": items}),
        Setting::Ints(items) => json!({"type": "array", "items": {"type": "integer"}, "default": items}),
    }
}
