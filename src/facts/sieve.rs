//! What is asked of a kind, as a question in front of its parser: can this text hold a row that somebody wants? Never
//! changes a result, only spares the reading of what nobody asks for.

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Literals, Wanted};

/// The word that every comment begins with that silences a finding. It is looked for in every text that is read.
pub const MARK: &str = "policylint:";

/// What all readers of a kind together ask for. The one by default lets everything through.
#[derive(Debug, Default)]
pub struct Sieve {
    wanted: Wanted,
    search: Option<Search>,
}

/// A search for literals.
#[derive(Debug)]
struct Search {
    literals: AhoCorasick,
    /// Whether a literal counts only as a word.
    is_words: bool,
}

impl Sieve {
    /// Lets everything through.
    pub const OPEN: &'static Self = &Self { wanted: Wanted::new(), search: None };

    /// A sieve for rows with these values, which only texts with one of these literals hold.
    #[must_use]
    pub fn new(wanted: Wanted, literals: &Literals) -> Self {
        Self { wanted, search: Search::new(literals) }
    }

    /// Whether a text, or a part of one, can hold a row that is asked for.
    #[must_use]
    pub fn admits(&self, bytes: &[u8]) -> bool {
        self.search.as_ref().is_none_or(|search| search.admits(bytes))
    }

    /// Whether a row with this value in a field can be asked for.
    #[must_use]
    pub fn admits_value(&self, field: &str, value: &str) -> bool {
        self.wanted.get(field).is_none_or(|values| values.contains(value))
    }
}

impl Search {
    fn new(literals: &Literals) -> Option<Self> {
        let (words, is_words) = match literals {
            Literals::Any => return None,
            Literals::OneOf(words) => (words, false),
            Literals::Words(words) => (words, true),
        };
        // Only a leftmost search uses the vector instructions that make it several times faster. Too many literals
        // for the automaton is no error of anybody: then every file is parsed.
        let literals = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()?;
        Some(Self { literals, is_words })
    }

    fn admits(&self, bytes: &[u8]) -> bool {
        if !self.is_words {
            return self.literals.is_match(bytes);
        }
        self.literals.find_iter(bytes).any(|found| is_word(bytes, found.start(), found.end()))
    }
}

/// Whether bytes stand alone: `pip` in `/pip3` and `"\npip`, not in `pipe` or `recipip`.
fn is_word(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_escape = start > 1 && bytes[start - 2] == b'\\';
    let before = start.checked_sub(1).is_some_and(|at| bytes[at].is_ascii_alphabetic()) && !is_escape;
    let is_closed = bytes[end - 1] == b' ' || !bytes.get(end).is_some_and(u8::is_ascii_lowercase);
    !before && is_closed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone() {
        let sieve = Sieve::new(Wanted::new(), &Literals::Words(vec!["pip".to_owned(), "py ".to_owned()]));
        for hit in ["pip install", "/bin/pip3", "x\\npip install", "`pip`", "pip-compile", "py -3", "$(pip"] {
            assert!(sieve.admits(hit.as_bytes()), "{hit}");
        }
        for miss in ["pipe", "recipip", "copy -r", "PIP", ""] {
            assert!(!sieve.admits(miss.as_bytes()), "{miss}");
        }
    }
}
