//! The reference pages that are made from the program: held equal to it here, rewritten with `UPDATE_DOCS=1`.

#![expect(clippy::disallowed_methods, reason = "tests read and write the documents they check")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

use policylint::case;
use policylint::facts::COMMON;
use policylint::policy::host::FUNCTIONS;
use policylint::policy::{self, Policy};
use policylint::workspace::Workspace;

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

const POLICIES_HEAD: &str = "\
# The built-in policies

This page is made from the program: `UPDATE_DOCS=1 cargo test --test docs` writes it.

| policy | severity | what it wants |
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

#[test]
fn the_pages_of_the_policies_are_current() {
    let loaded = policy::load(&Workspace::default(), &[]);
    assert!(loaded.failures.is_empty(), "{:?}", loaded.failures);
    let mut index = POLICIES_HEAD.to_owned();
    for policy in &loaded.policies {
        let (id, header) = (&policy.id, &policy.header);
        writeln!(index, "| [{id}](policies/{id}.md) | {} | {} |", header.severity, cell(&header.title))
            .unwrap();
        check(&format!("docs/policies/{id}.md"), &policy_page(policy));
    }
    check("docs/policies.md", &index);
}

/// What a policy wants, what can be set, and cases that show it.
fn policy_page(policy: &Policy) -> String {
    let (id, header) = (&policy.id, &policy.header);
    let mut page = format!(
        "# {id}: {}\n\nThis page is made from the policy and its cases: `UPDATE_DOCS=1 cargo test --test docs` writes it.\n\n{}\n\nWhat to do: {}.\n\nIts findings are of the severity `{}`",
        header.title, header.why, header.help, header.severity
    );
    if !header.tags.is_empty() {
        write!(page, "; its tags are {}", header.tags.join(", ")).unwrap();
    }
    page.push_str(".\n\n## What it judges\n\n");
    let judged = policy.selections().into_iter().filter(|one| policy.judges_kind(one.kind().name));
    for selection in judged {
        writeln!(page, "- {}", selection.describe()).unwrap();
    }
    page.push_str("\nThe fields are explained on the page of [facts](../facts.md).\n");
    if header.applies.is_empty() {
        page.push_str("It runs in every repository.\n");
    } else {
        page.push_str("It runs where somebody names it, or where the repository holds one of these:\n\n");
        for sign in &header.applies {
            writeln!(page, "- {}", sign.describe()).unwrap();
        }
    }
    write!(page, "\n## Options\n\nThey are set under `[policies.{id}]` in the [configuration](../configuration.md).\n\n| option | default | what it does |\n|---|---|---|\n").unwrap();
    for (name, option) in &header.options {
        let (default, help) = (cell(&option.default.to_toml()), cell(&option.help));
        writeln!(page, "| `{name}` | `{default}` | {help} |").unwrap();
    }
    page.push_str("| `severity`, `include`, `exclude` | | as for every policy |\n\n## Examples\n");
    let cases = cases(id);
    for name in &header.examples {
        let (_, text) = cases
            .iter()
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| panic!("{id} has no case `{name}`"));
        page.push_str(&example(text));
    }
    page.push_str("\n## All cases\n\nEach is a small repository with the report that it gets, in [`fixtures`](../../fixtures).\n");
    for (title, is_silent) in [("What it flags", false), ("What it leaves alone", true)] {
        write!(page, "\n{title}:\n\n").unwrap();
        for (name, text) in &cases {
            let case = case::parse(text);
            if case.expected.as_deref().unwrap_or_default().is_empty() == is_silent {
                let prose = case.prose.split_whitespace().collect::<Vec<_>>().join(" ");
                writeln!(page, "- `{name}`: {prose}").unwrap();
            }
        }
    }
    page
}

/// A case in full: its sentence, the files, and what is reported.
fn example(text: &str) -> String {
    let case = case::parse(text);
    let mut example = format!("\n### {}\n\n~~~~~~text\n", case.prose.trim().trim_end_matches('.'));
    for (path, text) in &case.files {
        writeln!(example, "==> {path} <==\n{}\n", text.trim_end()).unwrap();
    }
    let expected = case.expected.as_deref().unwrap_or_default().trim_end();
    let report = if expected.is_empty() { "nothing to report" } else { expected };
    write!(example, "~~~~~~\n\nThe report:\n\n~~~~~~text\n{report}\n~~~~~~\n").unwrap();
    example
}

/// The names and texts of the cases of a policy, sorted.
fn cases(id: &str) -> Vec<(String, String)> {
    let folder = root().join("fixtures").join(id);
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n"))
        })
        .collect();
    cases.sort();
    cases
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
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == made,
        "{name} is not current; run UPDATE_DOCS=1 cargo test --test docs and look at git diff"
    );
}
