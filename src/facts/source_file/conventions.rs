//! The conventions by which tests lie beside sources, by language: a table in TOML that a configuration may add to.
//! Knows no language by name.

use std::collections::BTreeMap;

use super::pair::Pair;
use crate::config::Languages;
use crate::document::parse;
use crate::glob::PathSet;

/// The built-in table.
const TABLE: &str = include_str!("conventions.toml");

/// What the table says, list by list, for each language.
pub(super) type Lists = BTreeMap<String, Vec<String>>;

/// The lists of all languages, with those of the configuration over them.
pub(super) fn table(own: &Languages) -> Languages {
    let mut problems = Vec::new();
    let (document, _) = parse(TABLE);
    let mut languages = Languages::new();
    for entry in document.table("languages", &mut problems).iter().flat_map(|table| table.entries()) {
        let Some(table) = entry.table(&mut problems) else { continue };
        let lists = table
            .entries()
            .iter()
            .filter_map(|list| Some((list.key.clone(), table.texts(&list.key, &mut Vec::new())?)));
        languages.insert(entry.key.clone(), lists.collect());
    }
    for (name, lists) in own {
        languages.entry(name.clone()).or_default().extend(lists.clone());
    }
    languages
}

/// How modules of a language are named in tests that are not named after them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Evidence {
    /// By their path, in an import.
    Paths,
    /// By the type that carries the name of the file.
    Types,
    /// By the name of the file in front of or behind `::`.
    Modules,
}

/// A language, ready for use.
#[derive(Debug)]
pub(super) struct Language {
    pub(super) name: String,
    pub(super) pairs: Vec<Pair>,
    /// Files that are tests or serve them, relative to the component.
    pub(super) tests: PathSet,
    /// Files that need no test, relative to the component.
    pub(super) apart: PathSet,
    pub(super) evidence: Vec<Evidence>,
    lists: Lists,
}

impl Language {
    /// Makes a language of its lists.
    pub(super) fn new(name: &str, lists: &Lists) -> Self {
        let list = |key: &str| lists.get(key).map_or(&[][..], Vec::as_slice);
        // Patterns of a configuration were checked when it was read.
        let paths = |key: &str| PathSet::new(list(key)).unwrap_or_else(|_| PathSet::none());
        let evidence = list("evidence").iter().filter_map(|word| match word.as_str() {
            "paths" => Some(Evidence::Paths),
            "types" => Some(Evidence::Types),
            "modules" => Some(Evidence::Modules),
            _ => None,
        });
        Self {
            name: name.to_owned(),
            pairs: list("pairs").iter().filter_map(|pair| Pair::new(pair)).collect(),
            tests: paths("tests"),
            apart: paths("apart"),
            evidence: evidence.collect(),
            lists: lists.clone(),
        }
    }

    /// A list of the table.
    pub(super) fn list(&self, key: &str) -> &[String] {
        self.lists.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether a word is in a list, where a `*` stands for anything.
    pub(super) fn has(&self, key: &str, word: &str) -> bool {
        self.list(key).iter().any(|item| fits(item, word))
    }
}

/// Whether a name fits a pattern with at most one `*`.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_can_be_used() {
        let table = table(&Languages::new());
        assert!(table.len() >= 9, "{:?}", table.keys());
        for (name, lists) in &table {
            let language = Language::new(name, lists);
            assert_eq!(language.pairs.len(), language.list("pairs").len(), "{name}");
            assert!(!language.pairs.is_empty() && !language.list("manifests").is_empty(), "{name}");
            for key in ["tests", "apart"] {
                assert!(PathSet::new(language.list(key)).is_ok(), "{name}.{key}");
            }
            let known = crate::config::LANGUAGE_KEYS;
            assert!(lists.keys().all(|key| known.contains(&key.as_str())), "{name}: {:?}", lists.keys());
        }
    }

    #[test]
    fn a_configuration_adds_and_replaces() {
        let list = |items: &[&str]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
        let own = Languages::from([
            ("elm".to_owned(), Lists::from([("extensions".to_owned(), list(&["elm"]))])),
            ("go".to_owned(), Lists::from([("apart".to_owned(), list(&["x.go"]))])),
        ]);
        let table = table(&own);
        assert_eq!(table["elm"]["extensions"], ["elm"]);
        assert_eq!((table["go"]["apart"].len(), table["go"]["extensions"].len()), (1, 1));
    }
}
