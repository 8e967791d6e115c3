//! How scripts walk lists of texts and of facts: item by item over shared data, never a copy of the list.

use std::sync::Arc;

use rhai::{Dynamic, ImmutableString};

use super::values::{FactValue, Facts, Texts};

impl IntoIterator for Texts {
    type Item = Dynamic;
    type IntoIter = TextsIterator;

    fn into_iter(self) -> TextsIterator {
        TextsIterator { list: self, at: 0 }
    }
}

/// Walks a list of texts.
#[derive(Debug, Clone)]
pub(super) struct TextsIterator {
    list: Texts,
    at: usize,
}

impl Iterator for TextsIterator {
    type Item = Dynamic;

    fn next(&mut self) -> Option<Dynamic> {
        let item = self.list.0.get(self.at)?;
        self.at += 1;
        Some(Dynamic::from(ImmutableString::from(&**item)))
    }
}

impl IntoIterator for Facts {
    type Item = Dynamic;
    type IntoIter = FactsIterator;

    fn into_iter(self) -> FactsIterator {
        FactsIterator { list: self, at: 0 }
    }
}

/// Walks a list of facts.
#[derive(Debug, Clone)]
pub(super) struct FactsIterator {
    list: Facts,
    at: usize,
}

impl Iterator for FactsIterator {
    type Item = Dynamic;

    fn next(&mut self) -> Option<Dynamic> {
        let item = self.list.0.get(self.at)?;
        self.at += 1;
        Some(Dynamic::from(FactValue(Arc::clone(item))))
    }
}
