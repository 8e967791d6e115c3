//! What the names in a folder say about it: code, working notes, both, or neither. Never reads a file.

use crate::source::RepoPath;
use crate::workspace::PathIndex;

/// A verdict and its reason.
pub(super) struct Content {
    /// `code`, `notes`, `mixed` or `other`.
    pub(super) word: &'static str,
    /// What decided.
    pub(super) evidence: String,
}

/// Files that make a folder the root of a package.
const MANIFESTS: &[&str] = &[
    "BUILD.bazel",
    "CMakeLists.txt",
    "Cargo.toml",
    "Gemfile",
    "Package.swift",
    "__init__.py",
    "build.gradle",
    "build.gradle.kts",
    "composer.json",
    "deno.json",
    "go.mod",
    "mix.exs",
    "package.json",
    "pom.xml",
    "pubspec.yaml",
    "pyproject.toml",
    "setup.py",
    "tsconfig.json",
];

/// Extensions of source files.
const SOURCES: &[&str] = &[
    "c", "cc", "clj", "cpp", "cs", "css", "cxx", "dart", "erl", "ex", "exs", "fs", "go", "h", "hpp", "hs",
    "html", "java", "jl", "js", "jsx", "kt", "kts", "lua", "m", "ml", "mjs", "mm", "nim", "php", "pl", "pm",
    "ps1", "py", "pyi", "r", "rb", "rs", "scala", "scss", "sh", "sql", "svelte", "swift", "ts", "tsx", "vue",
    "zig",
];

/// Extensions of what people and agents write down.
const PROSE: &[&str] = &["md", "markdown", "txt", "org", "rst", "yaml", "yml", "json", "jsonl"];

/// Folders in which working notes are kept.
const NOTE_FOLDERS: &[&str] = &[
    "decisions",
    "handoff",
    "handoffs",
    "implement",
    "ledger",
    "ledgers",
    "personal",
    "plan",
    "plans",
    "prs",
    "research",
    "reviews",
    "sessions",
    "shared",
    "specs",
    "tickets",
    "validate",
    "validation",
];

/// Words in the names of working notes.
const NOTE_WORDS: &[&str] = &[
    "analysis",
    "continuity",
    "decision",
    "decisions",
    "draft",
    "handoff",
    "handover",
    "idea",
    "ideas",
    "investigation",
    "ledger",
    "note",
    "notes",
    "plan",
    "plans",
    "progress",
    "research",
    "retro",
    "scratch",
    "session",
    "status",
    "task",
    "tasks",
    "ticket",
    "todo",
    "todos",
    "validation",
    "worklog",
];

/// Folders whose Markdown is published, so that dates and titles in names mean pages.
const PUBLISHED: &[&str] = &[
    "_posts", "articles", "blog", "blogs", "content", "contents", "doc", "docs", "pages", "posts", "public",
    "site", "website", "wiki", "www",
];

/// Folders whose files stand for other files.
const STAND_INS: &[&str] = &[
    "example",
    "examples",
    "fixture",
    "fixtures",
    "sample",
    "samples",
    "skeleton",
    "template",
    "templates",
    "testdata",
];

/// Whether a file of this name is written for people: Markdown, plain text, YAML or JSON.
pub(super) fn is_prose(name: &str) -> bool {
    extension(name).is_some_and(|ending| PROSE.contains(&ending)) && !MANIFESTS.contains(&name)
}

/// Whether a path lies in a second view of the same notes, made by a tool.
pub(super) fn is_mirrored(path: &str) -> bool {
    path.split('/').any(|part| part == "searchable")
}

fn extension(name: &str) -> Option<&str> {
    name.rfind('.').filter(|&dot| dot > 0).map(|dot| &name[dot + 1..])
}

/// What was counted below a folder.
#[derive(Default)]
struct Tally<'a> {
    manifest: Option<&'a str>,
    n_sources: usize,
    n_prose: usize,
    source: Option<&'a str>,
    note_folder: Option<&'a str>,
    continuity: Option<&'a str>,
    note_name: Option<&'a str>,
    dated: Option<&'a str>,
    is_plain: bool,
}

impl<'a> Tally<'a> {
    fn of(folder: &str, files: &'a [RepoPath]) -> Self {
        let mut tally = Self { is_plain: true, ..Self::default() };
        for path in files {
            let below = &path.as_str()[folder.len() + 1..];
            if !is_mirrored(below) {
                tally.add(below, path.name());
            }
        }
        tally
    }

    fn add(&mut self, below: &'a str, name: &'a str) {
        if below == name && MANIFESTS.contains(&name) {
            self.manifest = Some(name);
        } else if extension(name).is_some_and(|ending| SOURCES.contains(&ending)) {
            self.n_sources += 1;
            self.source.get_or_insert(below);
        } else if is_prose(name) {
            self.add_prose(below, name);
        }
    }

    fn add_prose(&mut self, below: &'a str, name: &'a str) {
        self.n_prose += 1;
        // A note stands at most two folders down: `shared/plans/x.md`, `alice/plans/x.md`.
        let note_folder = below.split('/').take(2).find(|part| *part != name && NOTE_FOLDERS.contains(part));
        self.note_folder = self.note_folder.or(note_folder);
        let stem = name.rfind('.').map_or(name, |dot| &name[..dot]);
        let is_front_page = matches!(stem, "README" | "readme" | "index" | "_index" | "CLAUDE" | "AGENTS");
        if name.starts_with("CONTINUITY_") {
            self.continuity.get_or_insert(name);
        }
        let mut words = stem.split(|mark: char| !mark.is_ascii_alphabetic());
        if words.any(|word| NOTE_WORDS.contains(&word.to_ascii_lowercase().as_str())) {
            self.note_name.get_or_insert(name);
        }
        if has_date(stem) {
            self.dated.get_or_insert(name);
        }
        self.is_plain &= !is_front_page || below != name || !stem.ends_with("index");
    }
}

/// Whether a name holds a date such as `2026-01-06`.
fn has_date(stem: &str) -> bool {
    stem.as_bytes().windows(10).any(|window| {
        window.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => matches!(byte, b'-' | b'_'),
            _ => byte.is_ascii_digit(),
        })
    })
}

/// Judges a folder by the names of its files.
pub(super) fn judge(names: &PathIndex, folder: &str, files: &[RepoPath]) -> Content {
    let tally = Tally::of(folder, files);
    let content = |word, evidence| Content { word, evidence };
    if let Some(manifest) = tally.manifest {
        return content("code", format!("has {manifest}"));
    }
    let notes = note_evidence(names, folder, &tally);
    match (tally.source, notes) {
        (None, Some(evidence)) => content("notes", evidence),
        (None, None) if tally.n_prose > 0 => {
            content("other", "text, but nothing that marks working notes".into())
        }
        (None, None) => content("other", "neither sources nor notes".into()),
        // A script or two beside the notes that mention them does not make code of a notebook.
        (Some(_), Some(evidence)) if is_strong(&tally) && tally.n_sources < tally.n_prose.max(2) => {
            content("notes", evidence)
        }
        (Some(source), Some(_)) if is_strong(&tally) => {
            content("mixed", format!("notes, and sources such as {source}"))
        }
        (Some(source), _) => content("code", format!("has sources such as {source}")),
    }
}

/// Whether the notes are such beyond doubt, so that sources beside them do not outweigh them.
fn is_strong(tally: &Tally<'_>) -> bool {
    tally.note_folder.is_some() || tally.continuity.is_some()
}

/// What marks the folder's texts as working notes, if anything does.
fn note_evidence(names: &PathIndex, folder: &str, tally: &Tally<'_>) -> Option<String> {
    if tally.n_prose == 0 {
        return None;
    }
    let above = || folder.split('/').rev().skip(1);
    if above().any(|part| STAND_INS.contains(&part) || part.contains("{{")) {
        return None;
    }
    if let Some(name) = tally.continuity {
        return Some(format!("has the ledger {name}"));
    }
    if let Some(part) = tally.note_folder {
        return Some(format!("has notes under {part}/"));
    }
    if above().any(|part| PUBLISHED.contains(&part)) || !tally.is_plain {
        return None;
    }
    if let Some(name) = tally.note_name {
        return Some(format!("has the note {name}"));
    }
    if let Some(name) = tally.dated {
        return Some(format!("has the dated note {name}"));
    }
    let parent = folder.rfind('/').map(|slash| &folder[..slash])?;
    let manifest = MANIFESTS.iter().find(|name| names.contains(&format!("{parent}/{name}")))?;
    Some(format!("only texts, in a component that has {manifest}"))
}
