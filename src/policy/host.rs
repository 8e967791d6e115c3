//! Every function that a script may call beside the language's own, in one table. Few on purpose: what a script
//! needs to know should be a field of a fact.

use std::sync::Arc;

use rhai::{Engine, INT, ImmutableString};

use super::repo::RepoView;
use super::sandbox::{self, MAX_STRING, MAX_TEXT, Spent};
use super::values::{Answer, Draft, EditValue, FactValue, Facts, Options, Texts};
use super::{fixes, paths};
use crate::finding::{Label, Severity};
use crate::source::{Place, RepoPath};

/// How many labels a finding may carry: more help nobody.
const MAX_LABELS: usize = 20;

/// A function of the host.
#[derive(Debug)]
pub struct HostFunction {
    /// Its name.
    pub name: &'static str,
    /// How it is written, with its result.
    pub signature: &'static str,
    /// What it does.
    pub doc: &'static str,
    register: fn(&mut Engine),
}

/// All functions, sorted by name.
pub static FUNCTIONS: &[HostFunction] = &[
    HostFunction {
        name: "also",
        signature: "edit.also(edit) -> edit or ()",
        doc: "Both edits as one; `()` where either is `()`",
        register: |engine| {
            engine.register_fn("also", fixes::also);
        },
    },
    HostFunction {
        name: "begins_with_words",
        signature: "text.begins_with_words(list) -> bool",
        doc: "Whether the words of a text begin with those of one of the texts in a list; a version behind a word, as in `uv==0.8`, does not count",
        register: |engine| {
            engine.register_fn("begins_with_words", |text: &mut ImmutableString, list: Texts| {
                list.0.iter().any(|prefix| begins_with_words(text, prefix))
            });
        },
    },
    HostFunction {
        name: "contains",
        signature: "list.contains(text) -> bool",
        doc: "Whether a list has this text; `text in list` asks the same",
        register: |engine| {
            engine.register_fn("contains", |list: &mut Texts, text: ImmutableString| {
                list.0.iter().any(|item| **item == *text)
            });
        },
    },
    HostFunction {
        name: "exists",
        signature: "repo.exists(path) -> bool",
        doc: "Whether the repository has a file with this path",
        register: |engine| {
            engine.register_fn("exists", |repo: &mut RepoView, path: ImmutableString| {
                repo.names.contains(&path)
            });
        },
    },
    HostFunction {
        name: "facts",
        signature: "repo.facts(kind) -> list of facts",
        doc: "The facts of a kind that the header selects",
        register: |engine| {
            engine.register_fn("facts", |repo: &mut RepoView, kind: ImmutableString| repo.facts(&kind));
        },
    },
    HostFunction {
        name: "files",
        signature: "repo.files(pattern) -> list of texts",
        doc: "The paths that match a pattern, sorted",
        register: |engine| {
            engine.register_fn("files", files);
        },
    },
    HostFunction {
        name: "find",
        signature: "repo.find(kind, field, text) -> list of facts",
        doc: "Of the facts of a kind that the header selects those whose field is the text, or is a list that holds it; found at once, however many there are",
        register: |engine| {
            engine.register_fn(
                "find",
                |repo: &mut RepoView,
                 kind: ImmutableString,
                 field: ImmutableString,
                 value: ImmutableString| { repo.find(&kind, &field, &value) },
            );
        },
    },
    HostFunction {
        name: "finding",
        signature: "finding(fact, message) -> finding",
        doc: "A finding at the place of a fact",
        register: |engine| {
            engine.register_fn("finding", finding);
        },
    },
    HostFunction {
        name: "fix",
        signature: "finding.fix(title, safety, edit) -> finding",
        doc: "The finding with a way to mend it, `safe`, `unsafe` or `display`; the first is the one that is made, and an edit of `()` adds none",
        register: |engine| {
            engine.register_fn("fix", fixes::fix);
        },
    },
    HostFunction {
        name: "help",
        signature: "finding.help(text) -> finding",
        doc: "The finding with its own help instead of the header's",
        register: |engine| {
            engine.register_fn("help", help);
        },
    },
    HostFunction {
        name: "is_empty",
        signature: "list.is_empty() -> bool",
        doc: "Whether a list has no items",
        register: |engine| {
            engine.register_fn("is_empty", |list: &mut Texts| list.0.is_empty());
            engine.register_fn("is_empty", |list: &mut Facts| list.0.is_empty());
        },
    },
    HostFunction {
        name: "is_path",
        signature: "text.is_path(list) -> bool",
        doc: "Whether a path itself, not only a folder above it, matches a pattern of the list",
        register: |engine| {
            engine.register_fn("is_path", paths::is_path);
        },
    },
    HostFunction {
        name: "is_within",
        signature: "list.is_within(other) -> bool",
        doc: "Whether another list, or array of texts, has every item of a list",
        register: |engine| {
            engine.register_fn("is_within", |list: &mut Texts, other: Texts| {
                list.0.iter().all(|item| other.0.contains(item))
            });
            engine.register_fn("is_within", |list: &mut Texts, other: rhai::Array| {
                let has = |item: &Arc<str>| {
                    other
                        .iter()
                        .any(|known| known.as_immutable_string_ref().is_ok_and(|known| **known == **item))
                };
                list.0.iter().all(has)
            });
        },
    },
    HostFunction {
        name: "join",
        signature: "list.join(separator) -> text",
        doc: "The items of a list as one text",
        register: |engine| {
            engine.register_fn("join", |list: &mut Texts, separator: ImmutableString| join(list, &separator));
        },
    },
    HostFunction {
        name: "label",
        signature: "finding.label(fact, text) -> finding",
        doc: "The finding with a second place: its cause, or where it belongs; the path of a file may stand for a fact",
        register: |engine| {
            engine.register_fn("label", |draft: &mut Draft, fact: FactValue, text: ImmutableString| {
                label(draft, fact.0.place.clone(), &text)
            });
            engine.register_fn("label", |draft: &mut Draft, path: ImmutableString, text: ImmutableString| {
                label(draft, Place::whole(RepoPath::new(&path)), &text)
            });
        },
    },
    HostFunction {
        name: "len",
        signature: "list.len() -> number",
        doc: "How many items a list has",
        register: |engine| {
            engine.register_fn("len", |list: &mut Texts| count(list.0.len()));
            engine.register_fn("len", |list: &mut Facts| count(list.0.len()));
        },
    },
    HostFunction {
        name: "matches_path",
        signature: "text.matches_path(pattern or list) -> bool",
        doc: "Whether a path, or a folder above it, matches a pattern",
        register: |engine| {
            engine.register_fn("matches_path", |path: &mut ImmutableString, pattern: ImmutableString| {
                paths::patterns(&[pattern.as_str()]).map(|set| set.matches(path))
            });
            engine.register_fn("matches_path", |path: &mut ImmutableString, list: Texts| {
                paths::matches_any(path, &list)
            });
        },
    },
    HostFunction {
        name: "move_to",
        signature: "directory.move_to(path) -> edit",
        doc: "The edit that moves a folder with all its files to a path; what is there already stays, and a file in the way refuses the whole move",
        register: |engine| {
            engine.register_fn("move_to", fixes::move_to);
        },
    },
    HostFunction {
        name: "nearest",
        signature: "repo.nearest(kind, fact) -> list of facts",
        doc: "Of the facts of a kind with a field `folder` those about the folder that a fact lies in, or else about the nearest folder above it that any is about",
        register: |engine| {
            engine.register_fn("nearest", |repo: &mut RepoView, kind: ImmutableString, fact: FactValue| {
                repo.nearest(&kind, &fact.0)
            });
        },
    },
    HostFunction {
        name: "parent_of",
        signature: "text.parent_of(name) -> text or ()",
        doc: "The folder in which the first part of a path lies that is called so, empty for the root; `()` where no part is, and where what stands before it is no plain path in the repository: it starts at `/` or `~`, climbs with `..`, or holds a variable or a placeholder",
        register: |engine| {
            engine.register_fn("parent_of", paths::parent_of);
        },
    },
    HostFunction {
        name: "related",
        signature: "fact.related() -> list of facts",
        doc: "The facts that a fact refers to: of a module without a test, the files that look like its tests and do not count",
        register: |engine| {
            engine.register_fn("related", |fact: &mut FactValue| Facts(Arc::from(fact.0.related.clone())));
        },
    },
    HostFunction {
        name: "replace_words",
        signature: "command.replace_words(from, until, text) -> edit or ()",
        doc: "The edit that puts a text in place of the words from number `from` up to, not including, `until`, where the program is 0 and `args[0]` is 1; `from` and `until` alike insert, an empty text removes, and `()` says that it cannot be written there",
        register: |engine| {
            engine.register_fn("replace_words", fixes::replace_words);
        },
    },
    HostFunction {
        name: "severity",
        signature: "finding.severity(level) -> finding",
        doc: "The finding with another severity, `info`, `warning` or `error`; never above what the policy has",
        register: |engine| {
            engine.register_fn("severity", severity);
        },
    },
];

/// Registers the types and all functions.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<FactValue>("fact");
    engine.register_type_with_name::<Texts>("list of texts");
    engine.register_type_with_name::<Facts>("list of facts");
    engine.register_type_with_name::<Options>("options");
    engine.register_type_with_name::<Draft>("finding");
    engine.register_type_with_name::<EditValue>("edit");
    engine.register_type_with_name::<RepoView>("repository");
    // A property that is not registered falls back to the indexer: every field of every kind is reached here.
    engine.register_indexer_get(|fact: &mut FactValue, name: ImmutableString| fact.field(&name));
    engine.register_indexer_get(|options: &mut Options, name: ImmutableString| options.get(&name));
    engine.register_indexer_get(|list: &mut Texts, at: INT| {
        let item = usize::try_from(at).ok().and_then(|at| list.0.get(at));
        item.map(|item| ImmutableString::from(&**item)).ok_or_else(|| beyond(at, list.0.len()))
    });
    engine.register_indexer_get(|list: &mut Facts, at: INT| {
        let item = usize::try_from(at).ok().and_then(|at| list.0.get(at));
        item.map(|item| FactValue(Arc::clone(item))).ok_or_else(|| beyond(at, list.0.len()))
    });
    engine.register_iterator::<Texts>();
    engine.register_iterator::<Facts>();
    engine.register_fn("to_string", |list: &mut Texts| join(list, ", "));
    for function in FUNCTIONS {
        (function.register)(engine);
    }
}

fn beyond(at: INT, length: usize) -> Box<rhai::EvalAltResult> {
    format!("there is no item {at} in a list of {length}").into()
}

fn count(n: usize) -> INT {
    INT::try_from(n).unwrap_or(INT::MAX)
}

fn finding(fact: FactValue, message: ImmutableString) -> Answer<Draft> {
    Ok(Draft {
        place: fact.0.place.clone(),
        key: Arc::clone(&fact.0.key),
        message: readable(&message)?,
        help: None,
        severity: None,
        labels: Vec::new(),
        fixes: Vec::new(),
    })
}

fn help(draft: &mut Draft, text: ImmutableString) -> Answer<Draft> {
    Ok(Draft { help: Some(readable(&text)?), ..draft.clone() })
}

fn label(draft: &Draft, place: Place, text: &str) -> Answer<Draft> {
    let mut labelled = draft.clone();
    if labelled.labels.len() < MAX_LABELS {
        labelled.labels.push(Label { place, text: readable(text)? });
    }
    Ok(labelled)
}

/// A text for people, unless it is too long to be one.
pub(super) fn readable(text: &str) -> Answer<Arc<str>> {
    if text.chars().nth(MAX_TEXT).is_some() {
        return Err(sandbox::refusal(Spent::Text));
    }
    Ok(Arc::from(text))
}

/// Joins texts. The size is added up before: the engine looks at what was made only afterwards.
fn join(list: &Texts, separator: &str) -> Answer<String> {
    let size: usize = list.0.iter().map(|item| item.len() + separator.len()).sum();
    if size > MAX_STRING + separator.len() {
        return Err(sandbox::refusal(Spent::String));
    }
    Ok(list.0.join(separator))
}

fn severity(draft: &mut Draft, level: ImmutableString) -> Answer<Draft> {
    let level: Severity = level.parse()?;
    Ok(Draft { severity: Some(level), ..draft.clone() })
}

fn files(repo: &mut RepoView, pattern: ImmutableString) -> Answer<Texts> {
    let set = paths::patterns(&[pattern.as_str()])?;
    let paths = repo.names.paths().iter().filter(|path| set.matches_path(path));
    Ok(Texts(paths.map(RepoPath::to_shared).collect()))
}

/// Whether `text` starts with the words of `prefix`, versions apart: `uv==0.8` is the word `uv`. A prefix of no words
/// starts nothing.
fn begins_with_words(text: &str, prefix: &str) -> bool {
    let mut words = text.split_whitespace();
    let mut wanted = prefix.split_whitespace().peekable();
    wanted.peek().is_some() && wanted.all(|wanted| words.next().is_some_and(|word| is_word(word, wanted)))
}

/// Whether a word is the wanted one, as it stands or with a version behind it.
fn is_word(word: &str, wanted: &str) -> bool {
    let operators = ["==", ">=", "<=", "~=", "!=", ">", "<"];
    word.strip_prefix(wanted)
        .is_some_and(|rest| rest.is_empty() || operators.iter().any(|operator| rest.starts_with(operator)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_documented() {
        let names: Vec<_> = FUNCTIONS.iter().map(|function| function.name).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted);
        assert!(
            FUNCTIONS
                .iter()
                .all(|function| function.signature.contains(function.name) && !function.doc.ends_with('.'))
        );
    }

    #[test]
    fn words_not_letters() {
        assert!(begins_with_words("pip  install uv", "pip install"));
        assert!(!begins_with_words("pip installer", "pip install"));
        assert!(begins_with_words("pip install uv==0.8", "pip install uv"));
        assert!(!begins_with_words("pip install uv-tools>=1", "pip install uv"));
        assert!(!begins_with_words("pip", " "));
    }
}
