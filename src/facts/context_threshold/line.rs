//! One line of a file, cut into words, and where it speaks of the agent's context. Judges nothing.

/// A line with its words.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// The line as it stands, without its line end.
    pub(super) raw: &'a str,
    /// The words, in order.
    pub(super) words: Vec<Word>,
}

/// A word: a run of letters and digits, cut where a capital follows a small letter, so that the parts of
/// `contextPct` and `CONTEXT_PCT` are words as well.
#[derive(Debug)]
pub(super) struct Word {
    /// In small letters.
    pub(super) text: String,
    /// Its first byte in the line.
    pub(super) start: usize,
    /// One past its last byte.
    pub(super) end: usize,
}

/// How a text speaks of the context.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Mention {
    /// Not at all, or of another sort of context.
    No,
    /// By the word alone.
    Bare,
    /// By the word and one that tells that its size is meant: `context usage`, `CONTEXT_PCT`.
    Size,
}

/// Whether a line can name the context; a cheap question in front of [`Line::new`].
pub(super) fn may_mention(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    bytes.iter().enumerate().any(|(at, &byte)| match byte {
        b'c' | b'C' => {
            starts(&bytes[at..], b"context")
                || starts(&bytes[at..], b"contes")
                || starts(&bytes[at..], b"ctx")
        }
        b'k' | b'K' => starts(&bytes[at..], b"kontext") || starts(&bytes[at..], b"kontekst"),
        b'b' | b'B' => starts(&bytes[at..], "bağlam".as_bytes()),
        b'a' | b'A' => starts(&bytes[at..], b"auto"),
        // The first bytes of Cyrillic, Chinese, Japanese and Korean letters.
        0xD0 | 0xE3..=0xED => true,
        _ => false,
    })
}

/// Whether a word ends between two of its characters: at a capital, and where a script without blanks meets a number.
fn is_cut(last: char, next: char) -> bool {
    (last.is_lowercase() && next.is_uppercase())
        || (last.is_ascii_digit() && is_unspaced(next))
        || (is_unspaced(last) && next.is_ascii_digit())
}

/// Whether a character belongs to a script that parts words by no blank, or joins particles to them: Chinese, Japanese,
/// Korean.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Whether the bytes start with this word, whatever the case of its letters.
fn starts(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

impl<'a> Line<'a> {
    pub(super) fn new(raw: &'a str) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let mut last: Option<char> = None;
        for (at, character) in raw.char_indices() {
            let joins = last.is_some_and(|last| !is_cut(last, character));
            if !character.is_alphanumeric() {
                last = None;
                continue;
            }
            if !joins {
                words.push(Word { text: String::new(), start: at, end: at });
            }
            if let Some(word) = words.last_mut() {
                word.text.extend(character.to_lowercase());
                word.end = at + character.len_utf8();
            }
            last = Some(character);
        }
        Self { raw, words }
    }

    /// Whether one of the words from `first` up to `end` starts with a stem, or holds one that needs no blanks around it.
    pub(super) fn has_stem(&self, first: usize, end: usize, stems: &[&str]) -> bool {
        let end = end.min(self.words.len());
        let is_in = |word: &Word, stem: &str| {
            if stem.starts_with(is_unspaced) { word.text.contains(stem) } else { word.text.starts_with(stem) }
        };
        self.words[first.min(end)..end].iter().any(|word| stems.iter().any(|stem| is_in(word, stem)))
    }

    /// How many words end at or before byte `at`.
    pub(super) fn words_before(&self, at: usize) -> usize {
        self.words.partition_point(|word| word.end <= at)
    }

    /// How many words start before byte `at`.
    pub(super) fn words_until(&self, at: usize) -> usize {
        self.words.partition_point(|word| word.start < at)
    }

    /// Whether one of the words from `first` up to `end` is in the list.
    pub(super) fn has(&self, first: usize, end: usize, list: &[&str]) -> bool {
        let end = end.min(self.words.len());
        self.words[first.min(end)..end].iter().any(|word| list.contains(&word.text.as_str()))
    }

    /// The strongest mention of the context among the words from `first` up to `end`.
    pub(super) fn mention(&self, first: usize, end: usize) -> Mention {
        (first..end.min(self.words.len())).map(|at| self.mention_at(at)).max().unwrap_or(Mention::No)
    }

    /// The strongest mention in the line.
    pub(super) fn any_mention(&self) -> Mention {
        self.mention(0, self.words.len())
    }

    /// How the word at index `at` speaks of the context.
    pub(super) fn mention_at(&self, at: usize) -> Mention {
        let word = &self.words[at];
        if FOREIGN.iter().any(|stem| word.text.contains(stem)) {
            return Mention::Size;
        }
        if !CONTEXT.contains(&word.text.as_str()) {
            return Mention::No;
        }
        let before = |n: usize| at.checked_sub(n).map_or("", |at| self.words[at].text.as_str());
        let after = |n: usize| self.words.get(at + n).map_or("", |word| word.text.as_str());
        if SIZE_AFTER.contains(&after(1))
            || SIZE_BEFORE.contains(&before(1))
            || self.raw[word.end..].trim_start().starts_with('%')
            || (after(1) == "is" && SIZE_AFTER.contains(&after(2)))
        {
            return Mention::Size;
        }
        let idiom = OTHER_BEFORE.contains(&before(1))
            || OTHER_AFTER.contains(&after(1))
            || (before(2) == "in" && ["the", "a", "an", "our", "your"].contains(&before(1)))
            || (before(2) == "of" && before(1) == "the" && after(1) == "of");
        if idiom { Mention::No } else { Mention::Bare }
    }
}

/// The words for context in languages that are written with spaces; also the usual abbreviation.
const CONTEXT: &[&str] = &["context", "contexts", "contexte", "contexto", "contesto", "ctx", "autocompact"];

/// The word for context where compounds or particles are written together with it.
pub(super) const FOREIGN: &[&str] =
    &["컨텍스트", "上下文", "コンテキスト", "コンテクスト", "kontext", "kontekst", "контекст", "bağlam"];

/// A word after `context` that tells that its size is meant.
const SIZE_AFTER: &[&str] = &[
    "above",
    "approaches",
    "approaching",
    "awareness",
    "below",
    "budget",
    "budgets",
    "capacity",
    "check",
    "compaction",
    "consumption",
    "control",
    "critical",
    "degradation",
    "discipline",
    "exceeds",
    "exhaustion",
    "fill",
    "fills",
    "full",
    "gets",
    "grows",
    "handling",
    "health",
    "hits",
    "hygiene",
    "left",
    "level",
    "levels",
    "limit",
    "limits",
    "load",
    "management",
    "monitor",
    "monitoring",
    "over",
    "overflow",
    "pct",
    "percent",
    "percentage",
    "pressure",
    "ratio",
    "reaches",
    "remaining",
    "remains",
    "rot",
    "size",
    "threshold",
    "thresholds",
    "token",
    "tokens",
    "under",
    "usage",
    "use",
    "used",
    "utilisation",
    "utilization",
    "warn",
    "warning",
    "warnings",
    "window",
    "windows",
    "zone",
    "zones",
];

/// A word before `context` that tells that its size is meant.
const SIZE_BEFORE: &[&str] = &[
    "compact",
    "critical",
    "max",
    "maximum",
    "monitor",
    "preserve",
    "remaining",
    "token",
    "through",
    "usage",
    "used",
];

/// A word before `context` that tells that another sort of context is meant.
const OTHER_BEFORE: &[&str] = &[
    "additional",
    "android",
    "app",
    "application",
    "auth",
    "bounded",
    "browser",
    "build",
    "business",
    "canvas",
    "docker",
    "domain",
    "error",
    "execution",
    "for",
    "function",
    "graphics",
    "historical",
    "in",
    "kube",
    "kubernetes",
    "market",
    "missing",
    "react",
    "relevant",
    "rendering",
    "request",
    "same",
    "security",
    "ssl",
    "test",
    "that",
    "this",
    "tls",
    "user",
    "webgl",
    "which",
];

/// A word after `context` that tells that another sort of context is meant.
const OTHER_AFTER: &[&str] = &[
    "manager",
    "managers",
    "menu",
    "menus",
    "object",
    "path",
    "precision",
    "processor",
    "provider",
    "providers",
    "recall",
    "relevance",
    "relevancy",
    "retrieval",
    "similarity",
    "switch",
    "switches",
    "switching",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(raw: &str) -> Mention {
        Line::new(raw).any_mention()
    }

    #[test]
    fn words_come_apart_at_marks_and_capitals() {
        let line = Line::new("if contextPct >= MAX_CONTEXT: 컨텍스트가");
        let words: Vec<_> = line.words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(words, ["if", "context", "pct", "max", "context", "컨텍스트가"]);
        assert_eq!(&line.raw[line.words[2].start..line.words[2].end], "Pct");
        assert_eq!((line.words_before(5), line.words_until(5)), (1, 2));
    }

    #[test]
    fn mentions_tell_size_from_other_contexts() {
        for size in
            ["context usage", "CONTEXT_PCT", "contextWarning", "Context %:", "used context", "컨텍스트가 60"]
        {
            assert_eq!(mention(size), Mention::Size, "{size}");
        }
        assert_eq!(mention("## Context"), Mention::Bare);
        for other in
            ["in this context", "in the context of tests", "a React context", "context managers", "text"]
        {
            assert_eq!(mention(other), Mention::No, "{other}");
        }
    }
}
