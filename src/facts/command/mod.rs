//! The `command` kind: every command that a repository tells a machine, a person or an agent to run, wherever it
//! hides. Reads text and judges what its surroundings say; decides nothing about what is allowed.
//!
//! To read another format is to add a file here and a line in [`HOSTS`].

use super::{Fact, Field, Interest, Kind, Literals, MAX_ROWS, Sieve, Source, TextSource, Type, Wanted};
use crate::shell::Script;
use crate::source::{RepoPath, SourceFile};

use self::block::{Block, Document};

mod agent_command;
mod agent_hook;
mod asciidoc;
mod asciidoc_line;
mod block;
mod ci;
mod ci_services;
mod code_block;
mod compose;
mod crontab;
mod dockerfile;
mod exec;
mod image;
mod ini;
mod intent;
mod jenkinsfile;
mod json;
mod jsx;
mod justfile;
mod key_path;
mod label;
mod listing;
mod literal;
mod make_syntax;
mod makefile;
mod markdown;
mod opaque;
mod package_json;
mod packages;
mod permission;
mod platform;
mod pre_commit;
mod procfile;
mod programs;
mod prose;
mod pyproject;
mod python;
mod python_call;
mod rst;
mod script;
mod sentence;
mod systemd;
mod template;
mod toml_tree;
mod tox;
mod tox_syntax;
mod vscode;
mod way_label;
mod ways;
mod windows;
mod workflow;
mod yaml;

#[cfg(test)]
mod rewording;
#[cfg(test)]
mod tests;

/// One row for each command.
pub(super) static KIND: Kind = Kind {
    name: "command",
    doc: "A command that the repository tells a machine, a person or an agent to run",
    fields: &[
        Field {
            name: "program",
            ty: Type::Text,
            doc: "The program, without folder, version or `.exe`: `python` of `/usr/bin/python3.12`",
        },
        Field { name: "args", ty: Type::List, doc: "The words behind the program, without their quotes" },
        Field {
            name: "text",
            ty: Type::Text,
            doc: "The command as it stands, from the program to the last argument, on one line",
        },
        Field {
            name: "module",
            ty: Type::Text,
            doc: "The module that `python -m` runs; absent for other commands",
        },
        Field {
            name: "wrappers",
            ty: Type::List,
            doc: "The programs that start this one, outermost first: `sudo`, `uv run`, `env`; for a task of a tool \
                  that brings an environment, the tool, such as `hatch run`, `poe`, `tox` or `pre-commit`",
        },
        Field { name: "under_uv", ty: Type::Bool, doc: "Whether `uv run`, `uvx` or `uv tool run` starts it" },
        Field {
            name: "host",
            ty: Type::Text,
            doc: "The format it stands in: `markdown`, `rst`, `workflow`, `dockerfile`, `makefile`, `justfile`, `ci`, \
                  `compose`, `pre-commit`, `package-json`, `pyproject`, `tox`, `procfile`, `crontab`, `systemd`, `platform`, \
                  `agent-hook` or `shell`",
        },
        Field {
            name: "role",
            ty: Type::Text,
            doc: "What is wanted of it: `executed`, `instructed`, `alternative` where it is shown beside a way with uv, `mentioned`, `forbidden` or `output`",
        },
        Field {
            name: "evidence",
            ty: Type::Text,
            doc: "What speaks for the role, such as `fenced block` or `comment says WRONG`",
        },
        Field {
            name: "environment",
            ty: Type::Text,
            doc: "Where it runs: `repository`; `image`, one that the repository builds; `uv-image`, one that also puts the environment that uv made on PATH; `container`, somebody else's; or `remote`",
        },
        Field {
            name: "unresolved",
            ty: Type::Bool,
            doc: "Whether the program is a variable whose value the text does not tell",
        },
        Field {
            name: "context",
            ty: Type::Text,
            doc: "The heading, job and step, make target or build stage it stands under; absent if there is none",
        },
        Field {
            name: "language",
            ty: Type::Text,
            doc: "The language of the fence it stands in; absent if there is none",
        },
        Field {
            name: "written",
            ty: Type::Text,
            doc: "The word that names the program, without its quotes: `.venv/bin/python3`",
        },
        Field {
            name: "options",
            ty: Type::List,
            doc: "The options among its words, without their values: `--index-url` of `--index-url=x`; behind the module for `python -m`",
        },
        Field {
            name: "packages",
            ty: Type::List,
            doc: "The packages that an installer such as `pip install` names, in normal form: `foo-bar` of `Foo_Bar[x]>=1`, the repository of a URL",
        },
    ],
    source: Source::Text(TextSource { wants, literals, extract }),
};

/// One row for each file that builds an image.
pub(super) static IMAGE: Kind = Kind {
    name: "image",
    doc: "A Dockerfile or Containerfile",
    fields: &[
        Field { name: "folder", ty: Type::Text, doc: "The folder it lies in; empty for the root" },
        Field {
            name: "environment",
            ty: Type::Text,
            doc: "Where the programs of its last stage run: `image`, or `uv-image` where an environment that uv made is on PATH",
        },
    ],
    source: Source::Text(TextSource {
        wants: dockerfile::wants,
        literals: |_| Literals::Any,
        extract: |file, _, facts| dockerfile::image(file, facts),
    }),
};

/// A format that holds commands.
#[derive(Debug)]
struct Host {
    /// Its name, the value of the field `host`.
    name: &'static str,
    /// Whether a file is of this format, judged by its path.
    wants: fn(&RepoPath) -> Interest,
    /// Cuts the text into stretches of shell.
    split: fn(Document<'_>) -> Vec<Block>,
    /// The words behind a Markdown fence that name this format.
    languages: &'static [&'static str],
}

/// Every format that is read. A file belongs to the first that wants it.
static HOSTS: &[Host] = &[
    Host { name: "markdown", wants: markdown::wants, split: markdown::split, languages: &[] },
    Host { name: "rst", wants: rst::wants, split: rst::split, languages: &[] },
    Host { name: "asciidoc", wants: asciidoc::wants, split: asciidoc::split, languages: &[] },
    Host { name: "workflow", wants: workflow::wants, split: workflow::split, languages: &["yaml", "yml"] },
    Host {
        name: "dockerfile",
        wants: dockerfile::wants,
        split: dockerfile::split,
        languages: &["containerfile", "docker", "dockerfile"],
    },
    Host {
        name: "makefile",
        wants: makefile::wants,
        split: makefile::split,
        languages: &["make", "makefile"],
    },
    Host {
        name: "justfile",
        wants: justfile::wants,
        split: justfile::split,
        languages: &["just", "justfile"],
    },
    Host { name: "ci", wants: ci::wants, split: ci::split, languages: &["yaml", "yml"] },
    Host { name: "compose", wants: compose::wants, split: compose::split, languages: &["yaml", "yml"] },
    Host {
        name: "pre-commit",
        wants: pre_commit::wants,
        split: pre_commit::split,
        languages: &["yaml", "yml"],
    },
    Host { name: "package-json", wants: package_json::wants, split: package_json::split, languages: &[] },
    Host { name: "pyproject", wants: pyproject::wants, split: pyproject::split, languages: &["toml"] },
    Host { name: "tox", wants: tox::wants, split: tox::split, languages: &["cfg", "ini"] },
    Host { name: "procfile", wants: procfile::wants, split: procfile::split, languages: &["procfile"] },
    Host { name: "crontab", wants: crontab::wants, split: crontab::split, languages: &["cron", "crontab"] },
    Host {
        name: "systemd",
        wants: systemd::wants,
        split: systemd::split,
        languages: &["ini", "service", "systemd"],
    },
    Host { name: "platform", wants: platform::wants, split: platform::split, languages: &[] },
    Host { name: "vscode", wants: vscode::wants, split: vscode::split, languages: &[] },
    Host { name: "agent-hook", wants: agent_hook::wants, split: agent_hook::split, languages: &[] },
    Host {
        name: "jenkinsfile",
        wants: jenkinsfile::wants,
        split: jenkinsfile::split,
        languages: &["groovy", "jenkinsfile"],
    },
    Host { name: "python", wants: python::wants, split: python::split, languages: &[] },
    Host { name: "shell", wants: script::wants, split: script::split, languages: &[] },
];

fn wants(path: &RepoPath) -> Interest {
    let mut interests = HOSTS.iter().map(|host| (host.wants)(path));
    interests.find(|interest| *interest != Interest::No).unwrap_or(Interest::No)
}

fn host(path: &RepoPath) -> Option<&'static Host> {
    HOSTS.iter().find(|host| (host.wants)(path) != Interest::No)
}

/// The blocks of a code block in a document, by every format that its language can mean.
fn split_excerpt(document: Document<'_>, language: &str) -> Vec<Block> {
    let hosts = HOSTS.iter().filter(|host| host.languages.contains(&language));
    hosts.flat_map(|host| (host.split)(document)).collect()
}

/// A file can only run a program that it names, in full or by the name of one of its versions.
fn literals(wanted: &Wanted) -> Literals {
    let Some(programs) = wanted.get("program") else { return Literals::Any };
    let mut words = Vec::with_capacity(programs.len() + 1);
    for program in programs {
        words.push(program.clone());
        if program == "python" {
            // The launcher of Windows, where it can stand as a word of its own.
            words.push("py ".to_owned());
        }
    }
    Literals::Words(words)
}

fn extract(file: &SourceFile, sieve: &Sieve, facts: &mut Vec<Fact>) {
    let Some(host) = host(&file.path) else { return };
    let script = Script::verbatim(&file.text, 0);
    let first = facts.len();
    let mut finder = block::Finder::new(file);
    for block in (host.split)(Document { script: &script, path: Some(&file.path), sieve }) {
        block::rows(file, host.name, &block, sieve, &mut finder, facts);
        if facts.len() - first > MAX_ROWS {
            break;
        }
    }
    facts[first..].sort_by_key(|fact| fact.place.span);
}

/// The rows of a file in memory, as `line program role`.
#[cfg(test)]
fn check(path: &str, text: &str) -> Vec<String> {
    let file = SourceFile::new(RepoPath::new(path), text);
    let mut facts = Vec::new();
    extract(&file, &Sieve::default(), &mut facts);
    let word = |fact: &Fact, field: &str| match fact.get(field) {
        Some(super::Value::Text(text)) => text.to_string(),
        _ => String::new(),
    };
    facts
        .iter()
        .map(|fact| format!("{} {} {}", fact.place.start.line, word(fact, "program"), word(fact, "role")))
        .collect()
}
