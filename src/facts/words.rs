//! Where the words of a command stand in their file, and the edits that put other words there. Never changes a text,
//! and offers no edit where one could break the notation around the command.

use std::sync::Arc;

use crate::finding::Edit;
use crate::shell::{Command, Enclosure, Form, Script};
use crate::source::{Place, Position, RepoPath, SourceFile, Span};

/// The words of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    places: Box<[Option<WordPlace>]>,
    notation: Notation,
}

/// How words are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Notation {
    /// With blanks between them, and quotes as a shell reads them.
    Shell,
    /// With blanks between them, within a notation in which quotes mean something else.
    Encoded,
    /// As items of a list.
    List(ItemQuote),
}

/// What stands around an item of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ItemQuote {
    None,
    Single,
    Double,
}

/// Where one word stands, with its quotes. Half the size of a [`Place`]: there is one for each word of each command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct WordPlace {
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    end_column: u32,
    /// Whether only what parts two words stands between it and the word before it.
    adjoins: bool,
}

impl Words {
    /// The words of a command that stands at `place`; nothing where no word can be written beside them.
    #[must_use]
    pub fn new(file: &SourceFile, place: &Place, script: &Script, command: &Command<'_>) -> Option<Self> {
        let is_list = script.form() == Form::List;
        let notation = match (script.form(), command.enclosure) {
            // In a list a word has the quotes of its item around it.
            (Form::List, Enclosure::Text) => Notation::List(ItemQuote::None),
            (Form::List, _) => Notation::Encoded,
            (_, Enclosure::Word) | (Form::Apart, _) => return None,
            (Form::Verbatim, Enclosure::Text) => Notation::Shell,
            _ => Notation::Encoded,
        };
        if command.words.is_empty() || u32::try_from(file.text.len()).is_err() {
            return None;
        }
        let is_item = is_list && notation != Notation::Encoded;
        let span = |word: &Span| {
            if is_item {
                item(&file.text, script.host_span(*word))
            } else {
                script.span_as_written(*word, &file.text)
            }
        };
        let spans = command.words.iter().map(span);
        let mut cursor = Cursor { file, at: place.span.start, position: place.start, is_item };
        let places: Box<[_]> = spans.map(|span| cursor.place(span?)).collect();
        let first = places.iter().flatten().next()?;
        let notation = if is_item { Notation::List(item_quote(&file.text, first)) } else { notation };
        Some(Self { places, notation })
    }

    /// The edits after which `text` stands in place of the words from number `from` up to, not including, `until`;
    /// the program is number 0. An empty range inserts. Nothing where the words cannot be told apart from what is
    /// around them, or where the text would need quotes that cannot be written there.
    #[must_use]
    pub fn replace(&self, path: &RepoPath, from: usize, until: usize, text: &str) -> Option<Vec<Edit>> {
        let new: Vec<&str> = text.split_ascii_whitespace().collect();
        if from > until || until > self.places.len() || !new.iter().all(|word| self.accepts(word)) {
            return None;
        }
        let edit = |(start, end): (End, End), text: String| Edit {
            place: Place { path: path.clone(), start: start.1, end: end.1, span: Span::new(start.0, end.0) },
            replacement: Arc::from(text),
        };
        if from == until {
            let text = (!new.is_empty()).then(|| self.written(&new))?;
            let gap = self.gap();
            return Some(vec![match self.places.get(from) {
                Some(place) => edit(place.as_ref().map(|place| (place.start(), place.start()))?, text + gap),
                None => {
                    let last = self.places.last()?.as_ref()?.end();
                    edit((last, last), format!("{gap}{text}"))
                }
            }]);
        }
        if new.is_empty() {
            return Some(vec![edit(self.removed(from, until)?, String::new())]);
        }
        let (first, last) = (self.places[from]?, self.places[until - 1]?);
        if first.line == last.line && self.adjoin(from + 1, until) {
            return Some(vec![edit((first.start(), last.end()), self.written(&new))]);
        }
        // Word by word, so that a command over several lines keeps them.
        let n_pairs = new.len().min(until - from);
        let mut edits = Vec::with_capacity(n_pairs);
        for (number, word) in new[..n_pairs - 1].iter().enumerate() {
            let place = self.places[from + number]?;
            edits.push(edit((place.start(), place.end()), self.written(&[word])));
        }
        let place = self.places[from + n_pairs - 1]?;
        if !self.adjoin(from + n_pairs, until) {
            return None;
        }
        edits.push(edit((place.start(), last.end()), self.written(&new[n_pairs - 1..])));
        Some(edits)
    }

    /// The range that goes with the words, and the gap on one side of them.
    fn removed(&self, from: usize, until: usize) -> Option<(End, End)> {
        if let Some(next) = self.places.get(until) {
            return self
                .adjoin(from + 1, until + 1)
                .then_some(())
                .and(Some((self.places[from]?.start(), next.as_ref()?.start())));
        }
        let before = self.places.get(from.checked_sub(1)?)?.as_ref()?;
        self.adjoin(from, until).then_some((before.end(), self.places[until - 1]?.end()))
    }

    /// Whether each of these words follows the word before it and nothing else.
    fn adjoin(&self, from: usize, until: usize) -> bool {
        self.places[from..until.max(from)].iter().all(|place| place.is_some_and(|place| place.adjoins))
    }

    fn gap(&self) -> &'static str {
        if matches!(self.notation, Notation::List(_)) { ", " } else { " " }
    }

    fn written(&self, words: &[&str]) -> String {
        let quote = match self.notation {
            Notation::List(ItemQuote::Double) => "\"",
            Notation::List(ItemQuote::Single) => "'",
            _ => "",
        };
        let words: Vec<String> = words.iter().map(|word| format!("{quote}{word}{quote}")).collect();
        words.join(self.gap())
    }

    /// Whether a word can be written as it is.
    fn accepts(&self, word: &str) -> bool {
        match self.notation {
            Notation::Shell => is_shell_word(word),
            Notation::List(ItemQuote::Double | ItemQuote::Single) => word.bytes().all(is_plain),
            Notation::Encoded => is_scalar(word),
            // Alone, such a word may be a number or a truth.
            Notation::List(ItemQuote::None) => {
                is_scalar(word)
                    && word.len() > 1
                    && word.starts_with(|c: char| c.is_ascii_alphabetic())
                    && !is_truth(word)
            }
        }
    }
}

/// An end of a range: its byte, its line and column.
type End = (usize, Position);

impl WordPlace {
    fn start(&self) -> End {
        (self.start as usize, Position { line: self.line, column: self.column })
    }

    fn end(&self) -> End {
        (self.end as usize, Position { line: self.line, column: self.end_column })
    }
}

/// Walks from word to word, so that no column is counted twice.
struct Cursor<'f> {
    file: &'f SourceFile,
    at: usize,
    position: Position,
    is_item: bool,
}

impl Cursor<'_> {
    /// The place of the next word; nothing where it stands before the last one or on several lines.
    fn place(&mut self, span: Span) -> Option<WordPlace> {
        let text = &self.file.text;
        if self.is_item && span.start + 1 == self.at {
            // The quote of the first item stands before the command.
            (self.at, self.position.column) = (span.start, self.position.column.saturating_sub(1));
        }
        let gap = text.get(self.at..span.start)?;
        let word = text.get(span.range()).filter(|word| !word.contains('\n'))?;
        if let Some(line_end) = gap.rfind('\n') {
            self.position.line += count(gap.matches('\n').count());
            self.position.column = 1 + count(gap[line_end + 1..].chars().count());
        } else {
            self.position.column += count(gap.chars().count());
        }
        let start = self.position;
        self.position.column += count(word.chars().count());
        self.at = span.end;
        Some(WordPlace {
            start: count(span.start),
            end: count(span.end),
            line: start.line,
            column: start.column,
            end_column: self.position.column,
            adjoins: is_gap(gap, self.is_item),
        })
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Whether only what parts words stands here: blanks, joined lines, and the comma between items.
fn is_gap(gap: &str, is_item: bool) -> bool {
    let n_commas = gap.bytes().filter(|byte| *byte == b',').count();
    gap.bytes().all(|byte| is_space(byte) || byte == b',')
        && n_commas == usize::from(is_item)
        && !gap.is_empty()
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'\\'
}

/// The whole item of a list in brackets that a word stands in; nothing where it stands in no such list.
fn item(text: &str, word: Span) -> Option<Span> {
    let bytes = text.as_bytes();
    let before = word.start.checked_sub(1).and_then(|at| bytes.get(at));
    let is_inside = matches!(before, Some(b'"' | b'\'')) && before == bytes.get(word.end);
    let span = if is_inside { Span::new(word.start - 1, word.end + 1) } else { word };
    let opens = bytes.get(..span.start)?.iter().rev().find(|byte| !is_space(**byte));
    let closes = bytes.get(span.end..)?.iter().find(|byte| !is_space(**byte));
    (matches!(opens, Some(b'[' | b',')) && matches!(closes, Some(b']' | b','))).then_some(span)
}

fn item_quote(text: &str, place: &WordPlace) -> ItemQuote {
    match text.as_bytes().get(place.start as usize) {
        Some(b'"') => ItemQuote::Double,
        Some(b'\'') => ItemQuote::Single,
        _ => ItemQuote::None,
    }
}

/// Whether a byte means itself to shells, and in a JSON, TOML or YAML string.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._/:=@%+,".contains(&byte)
}

/// Whether a word is safe anywhere in a YAML scalar without quotes, and so in every other notation: such a scalar
/// ends at `: `, in some places at `,`, and cannot begin with some signs.
fn is_scalar(word: &str) -> bool {
    let begins_well = word.starts_with(|c: char| c.is_ascii_alphanumeric() || "-./_".contains(c));
    begins_well
        && word != "-"
        && !word.ends_with(':')
        && word.bytes().all(|byte| is_plain(byte) && byte != b',')
}

/// Whether YAML reads this word as a truth or as nothing.
fn is_truth(word: &str) -> bool {
    ["true", "false", "yes", "no", "on", "off", "null"].iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a shell reads this as one word that expands nothing: plain, or with plain quotes.
fn is_shell_word(word: &str) -> bool {
    let mut quote = None;
    for byte in word.bytes() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, _) if is_plain(byte) => {}
            (Some(open), _) if open == byte => quote = None,
            (Some(_), b'"' | b'\'' | b'$' | b'`' | b'\\' | b'!') => return false,
            (Some(_), _) if byte.is_ascii_graphic() => {}
            _ => return false,
        }
    }
    quote.is_none()
}
