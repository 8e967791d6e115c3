//! Finds the comments of a stretch of text, by the marks of its language. One pass, without recursion.

use std::ops::Range;

use super::Comment;
use super::syntax::{At, Escapes, Language, LineMark, Lines, Quote, Special};
use crate::source::Span;

/// How many here-documents without an end are looked for: each search runs to the end of the text.
const MAX_ENDLESS: usize = 16;

/// Adds the comments in `range`.
pub(super) fn scan(text: &str, range: Range<usize>, language: &Language, found: &mut Vec<Comment>) {
    let mut scan = Scan {
        text: text.as_bytes(),
        start: range.start,
        end: range.end,
        at: range.start,
        language,
        unclosed: Vec::new(),
        missing: Vec::new(),
        documents: Vec::new(),
        n_endless: 0,
    };
    while scan.at < scan.end {
        found.extend(scan.step());
    }
}

struct Scan<'t> {
    text: &'t [u8],
    start: usize,
    end: usize,
    at: usize,
    language: &'t Language,
    /// Quotes that are not closed on the current line, so that none is looked for twice.
    unclosed: Vec<&'static str>,
    /// Marks that end a comment and that stand nowhere in the rest of the text.
    missing: Vec<&'static str>,
    /// The words that end the here-documents that begin on the next line.
    documents: Vec<Vec<u8>>,
    n_endless: usize,
}

impl Scan<'_> {
    /// Goes on by one character, string or comment.
    fn step(&mut self) -> Option<Comment> {
        let byte = self.text[self.at];
        if byte == b'\n' {
            self.at += 1;
            self.unclosed.clear();
            self.skip_documents();
            return None;
        }
        if let Some(comment) = self.block_comment().or_else(|| self.line_comment()) {
            self.at = comment.span.end;
            return Some(comment);
        }
        if self.language.special == Special::Shell {
            if byte == b'\\' {
                self.at = (self.at + 2).min(self.end);
                return None;
            }
            self.document();
        }
        if byte == b'\'' && self.language.special == Special::Characters {
            self.at += self.character_length();
            return None;
        }
        self.at = self.string_end().unwrap_or(self.at + 1);
        None
    }

    fn line_comment(&self) -> Option<Comment> {
        let is_here = |line: &&LineMark| self.starts_with(line.mark) && self.is_at(line.at);
        let line = self.language.line.iter().find(is_here)?;
        let end = self.line_end(self.at);
        let inner = self.at + line.mark.len();
        if self.language.special == Special::Directives
            && memchr::memmem::find(&self.text[inner..end], b"::").is_some()
        {
            return None;
        }
        Some(Comment { span: Span::new(self.at, end), inner: Span::new(inner.min(end), end) })
    }

    fn block_comment(&mut self) -> Option<Comment> {
        let language = self.language;
        for (open, close) in language.block.iter().chain(language.template) {
            if !self.starts_with(open) || self.missing.contains(close) {
                continue;
            }
            let inner = self.at + open.len();
            match memchr::memmem::find(&self.text[inner..self.end], close.as_bytes()) {
                Some(length) => {
                    let end = inner + length;
                    let span = Span::new(self.at, end + close.len());
                    return Some(Comment { span, inner: Span::new(inner, end) });
                }
                None => self.missing.push(close),
            }
        }
        None
    }

    /// Where the string that begins here ends; nothing where none begins.
    fn string_end(&mut self) -> Option<usize> {
        let is_here = |quote: &&Quote| self.starts_with(quote.open) && self.is_at(quote.at);
        let quote = self.language.quotes.iter().find(is_here)?;
        if self.unclosed.contains(&quote.open) {
            return None;
        }
        let stop = if quote.lines == Lines::One { self.line_end(self.at) } else { self.end };
        let mut at = self.at + quote.open.len();
        while at < stop {
            if self.text[at] == b'\\' && quote.escapes == Escapes::Backslash {
                at += 2;
            } else if self.text[at..stop].starts_with(quote.close.as_bytes()) {
                return Some(at + quote.close.len());
            } else {
                at += 1;
            }
        }
        if quote.lines == Lines::Many {
            return Some(self.end);
        }
        // An apostrophe in plain text: what follows on the line is none either.
        self.unclosed.push(quote.open);
        None
    }

    /// How long a character literal is: `'"'` must not begin a string; a lifetime is one quote.
    fn character_length(&self) -> usize {
        let rest = &self.text[self.at + 1..self.end.min(self.at + 14)];
        let close = match rest {
            [b'\\', _, rest @ ..] => memchr::memchr(b'\'', rest).map(|at| at + 2),
            _ => memchr::memchr(b'\'', &rest[..rest.len().min(5)]),
        };
        let is_one = |length: &usize| {
            rest.first() == Some(&b'\\')
                || std::str::from_utf8(&rest[..*length]).is_ok_and(|one| one.chars().count() == 1)
        };
        close.filter(is_one).map_or(1, |at| at + 2)
    }

    /// Takes note of a here-document that begins on the next line.
    fn document(&mut self) {
        let is_here = self.starts_with("<<") && !self.starts_with("<<<");
        if !is_here
            || (self.at > self.start && self.text[self.at - 1] == b'<')
            || self.n_endless >= MAX_ENDLESS
        {
            return;
        }
        let line = &self.text[self.at + 2..self.line_end(self.at)];
        let line =
            line.strip_prefix(b"-").or_else(|| line.strip_prefix(b"~")).unwrap_or(line).trim_ascii_start();
        let line = line.strip_prefix(b"\\").unwrap_or(line);
        let is_quoted = line.first().is_some_and(|byte| matches!(byte, b'\'' | b'"'));
        let line = if is_quoted { &line[1..] } else { line };
        let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let length = line.iter().take_while(is_word).count();
        if line.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_') {
            self.documents.push(line[..length].to_vec());
        }
    }

    /// Passes over the here-documents that begin here; one without an end is none.
    fn skip_documents(&mut self) {
        for word in std::mem::take(&mut self.documents) {
            let mut start = self.at;
            let mut end = None;
            while start < self.end && end.is_none() {
                let stop = self.line_end(start);
                if self.text[start..stop].trim_ascii() == word {
                    end = Some(stop);
                }
                start = stop + 1;
            }
            match end {
                Some(end) => self.at = end.min(self.end),
                None => self.n_endless += 1,
            }
        }
    }

    fn starts_with(&self, mark: &str) -> bool {
        self.text[self.at..self.end].starts_with(mark.as_bytes())
    }

    fn is_at(&self, at: At) -> bool {
        let before = &self.text[self.start..self.at];
        match at {
            At::Anywhere => true,
            At::Word => before.last().is_none_or(|byte| {
                byte.is_ascii_whitespace()
                    || matches!(byte, b';' | b'&' | b'|' | b'(' | b'[' | b'{' | b',' | b'=' | b':' | b')')
            }),
            At::Line => {
                let line = memchr::memrchr(b'\n', before).map_or(before, |end| &before[end + 1..]);
                line.iter().all(u8::is_ascii_whitespace)
            }
        }
    }

    /// The end of the line that holds a byte, its line end left out.
    fn line_end(&self, at: usize) -> usize {
        let rest = &self.text[at..self.end];
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        at + if end > 0 && rest[end - 1] == b'\r' { end - 1 } else { end }
    }
}
