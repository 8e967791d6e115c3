//! The reference pages that are made from the program: held equal to it here, rewritten with `UPDATE_DOCS=1`.

#![expect(clippy::disallowed_methods, reason = "tests read and write the documents they check")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

use policylint::facts::COMMON;
use policylint::policy::host::FUNCTIONS;

const FACTS_HEAD: &str = "\
# Facts and functions

This page is made from the program: `UPDATE_DOCS=1 cargo test --test docs` writes it.
`policylint facts --kind KIND` shows the facts of a repository, `policylint facts --fields` shows this reference.

A policy judges facts: it has one function for each kind it judges, called after the kind, with the fact and the options as parameters.
A field that does not apply to a fact is `()` in scripts and `null` in JSON, and is matched by no `[select]` table.

## Every fact

| field | type | what it says |
|---|---|---|
";

const FUNCTIONS_HEAD: &str = "
## Functions

Beside the language's own, a script may call these.

| function | what it gives |
|---|---|
";

#[test]
fn the_page_of_facts_is_current() {
    let mut page = FACTS_HEAD.to_owned();
    for field in COMMON {
        writeln!(page, "| `{}` | {} | {} |", field.name, field.ty.word(), cell(field.doc)).unwrap();
    }
    for kind in program(&["facts", "--fields"]).split("\n\n").filter(|kind| !kind.trim().is_empty()) {
        page.push_str(&section(kind.trim_start_matches('\n')));
    }
    page.push_str(FUNCTIONS_HEAD);
    for function in FUNCTIONS {
        writeln!(page, "| `{}` | {} |", cell(function.signature).replace('`', ""), cell(function.doc))
            .unwrap();
    }
    check("docs/facts.md", &page);
}

#[test]
fn the_schema_of_the_configuration_is_current() {
    check("docs/schema/policylint.schema.json", &program(&["schema", "--isolated"]));
}

#[test]
fn the_schema_accepts_what_the_program_accepts() {
    let text = std::fs::read_to_string(root().join("docs/schema/policylint.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    let is_valid = |text: &str| schema.is_valid(&toml::from_str(text).unwrap());
    for name in ["policylint.toml", "demo/policylint.toml"] {
        assert!(is_valid(&std::fs::read_to_string(root().join(name)).unwrap()), "{name}");
    }
    assert!(is_valid("[policies.tests-first]\nseverity = \"off\"\n[policies.my-own]\nanything = 1"));
    for text in
        ["severty = \"info\"", "fail-on = \"off\"", "[policies.context-thresholds]\nlevels = [\"70\"]"]
    {
        assert!(!is_valid(text), "{text}");
    }
}

/// A kind, as `facts --fields` writes it, as a section: name and sentence, then a row for each field of its own.
fn section(kind: &str) -> String {
    let mut lines = kind.lines();
    let (name, doc) = lines.next().unwrap().split_once("  ").unwrap();
    let mut section = format!("\n## `{name}`\n\n{doc}.\n\n| field | type | what it says |\n|---|---|---|\n");
    for line in lines {
        let columns = line.trim_start().splitn(2, "  ").flat_map(|rest| rest.trim_start().splitn(2, "  "));
        let columns: Vec<&str> = columns.map(str::trim).collect();
        let [field, ty, doc] = columns[..] else { panic!("not a field: {line}") };
        if COMMON.iter().any(|common| common.name == field) {
            continue;
        }
        writeln!(section, "| `{field}` | {ty} | {} |", cell(doc)).unwrap();
    }
    section
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn program(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_policylint")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn check(name: &str, made: &str) {
    let path = root().join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == made,
        "{name} is not current; run UPDATE_DOCS=1 cargo test --test docs and look at git diff"
    );
}
