//! Holds the layers: no import points upwards, siblings in open folders do not know each other, every file says what
//! it is, none grows without a reason, and each foreign library has its own place.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test reads the source tree")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The layers, lowest first; modules on one line do not use each other.
const LAYERS: &[&[&str]] = &[
    &["alloc", "source", "tokens"],
    &["document", "glob", "shell", "finding"],
    &["workspace"],
    &["config"],
    &["facts"],
    &["policy"],
    &["filter"],
    &["pipeline"],
    &["fix"],
    &["report"],
    &["case", "init"],
    &["cli"],
];

/// Folders that are extended by adding a file: what lies in them uses the folder's `mod.rs`, never a neighbour.
/// The modules named beside a folder are shared by all its files.
const OPEN: &[(&str, &[&str])] = &[
    ("src/facts", &["words"]),
    (
        "src/report",
        &[
            "as_tests",
            "clean",
            "concise",
            "diagnostics",
            "diff",
            "excerpt",
            "known",
            "line_hash",
            "markup",
            "page",
            "records",
            "style",
            "summary",
            "text_json",
            "words",
            "xml",
        ],
    ),
];

/// Files over the limit of lines, each with its reason.
const LONG: &[(&str, &str)] = &[];

const MAX_LINES: usize = 400;

/// Who may name a library.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("clap", &["src/cli/"]),
    ("clap_mangen", &["src/cli/man.rs"]),
    ("data_encoding", &["src/report/html/security.rs"]),
    ("gix", &["src/workspace/"]),
    ("gix_index", &["src/workspace/git.rs"]),
    ("globset", &["src/glob.rs"]),
    ("ignore", &["src/workspace/"]),
    ("indicatif", &["src/cli/progress.rs"]),
    ("miette", &["src/report/human.rs", "src/report/excerpt.rs"]),
    ("quick_xml", &["src/report/xml.rs"]),
    ("rhai", &["src/policy/"]),
    ("sha2", &["src/report/html/security.rs"]),
    ("similar", &["src/report/diff.rs", "src/workspace/changes/lines.rs"]),
    ("toml", &["src/document.rs", "src/facts/command/toml_tree.rs", "src/facts/manifest/"]),
    ("walkdir", &["src/workspace/"]),
];

fn files() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder)).unwrap() {
            let path = folder.join(entry.unwrap().file_name());
            if root.join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(root.join(&path)).unwrap();
                found.insert(path.to_str().unwrap().replace('\\', "/"), text);
            }
        }
    }
    assert!(found.len() > 50, "the source tree was not found");
    found
}

/// The top module that a file belongs to.
fn module(path: &str) -> &str {
    path.trim_start_matches("src/").split('/').next().unwrap().trim_end_matches(".rs")
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|names| names.contains(&module))
}

/// The modules named after `crate::`, in `use` groups too, with their line numbers.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
        for part in line.split("crate::").skip(1) {
            let names = part.strip_prefix('{').map_or(part, |group| group.split('}').next().unwrap_or(group));
            let is_group = part.starts_with('{');
            for name in names.split(',').take(if is_group { usize::MAX } else { 1 }) {
                let name: String =
                    name.trim().chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                found.push((number + 1, name));
            }
        }
    }
    found
}

#[test]
fn every_module_has_a_layer() {
    for path in files().keys().filter(|path| !matches!(path.as_str(), "src/lib.rs" | "src/main.rs")) {
        assert!(layer(module(path)).is_some(), "{path} belongs to no layer");
    }
}

#[test]
fn no_import_points_upwards() {
    let mut wrong = Vec::new();
    for (path, text) in files() {
        let Some(own) = layer(module(&path)) else { continue };
        for (line, name) in imports(&text) {
            if let Some(other) = layer(&name)
                && name != module(&path)
                && other >= own
            {
                wrong.push(format!("{path}:{line} uses `{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_test_of_layers_can_fail() {
    assert_eq!(imports("use crate::{cli::x, source};\n// crate::cli\n let y = crate::report::z();").len(), 3);
}

#[test]
fn siblings_in_open_folders_do_not_know_each_other() {
    let mut wrong = Vec::new();
    let files = files();
    for (folder, shared) in OPEN {
        let part = |path: &str| {
            path[folder.len() + 1..].split('/').next().unwrap().trim_end_matches(".rs").to_owned()
        };
        let inside: Vec<_> =
            files.iter().filter(|(path, _)| path.starts_with(&format!("{folder}/"))).collect();
        let siblings: Vec<String> =
            inside.iter().map(|(path, _)| part(path)).filter(|name| name != "mod").collect();
        let parent = folder.rsplit('/').next().unwrap();
        for (path, text) in &inside {
            let own = part(path);
            if own == "mod" || shared.contains(&own.as_str()) {
                continue;
            }
            for sibling in siblings.iter().filter(|name| **name != own && !shared.contains(&name.as_str())) {
                let is_top = path.matches('/').count() == 2;
                let named = text.contains(&format!("crate::{parent}::{sibling}::"))
                    || (is_top && text.contains(&format!("super::{sibling}::")))
                    || (!is_top && text.contains(&format!("super::super::{sibling}::")));
                if named {
                    wrong.push(format!("{path} uses its sibling `{sibling}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    let mut wrong = Vec::new();
    for (path, text) in files() {
        if !text.starts_with("//! ") {
            wrong.push(format!("{path} does not open with a `//!` sentence"));
        }
        let n_lines = text.lines().count();
        if n_lines > MAX_LINES && !LONG.iter().any(|(name, reason)| *name == path && !reason.is_empty()) {
            wrong.push(format!("{path} has {n_lines} lines; split it, or name it in LONG with a reason"));
        }
        if ["utils", "helpers", "common"].iter().any(|name| path.contains(&format!("/{name}"))) {
            wrong.push(format!("{path} is a grab bag by its name"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_library_has_its_place() {
    let mut wrong = Vec::new();
    for (path, text) in files() {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for (library, places) in LIBRARIES {
                let named =
                    line.contains(&format!("use {library}::")) || line.contains(&format!(" {library}::"));
                if named && !places.iter().any(|place| path.starts_with(place)) {
                    wrong.push(format!("{path} names `{library}`: {}", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_lives_in_one_file() {
    for (path, text) in files() {
        let has_unsafe =
            text.lines().any(|line| line.contains("unsafe ") && !line.trim_start().starts_with("//"));
        assert!(!has_unsafe || path == "src/alloc.rs", "{path} has unsafe code");
    }
}
