//! Words: what they say without their quotes, and what their shape tells.

use super::frame::Word;
use crate::source::Span;

/// How long the subscript of an assignment may be, in bytes.
const LONGEST_SUBSCRIPT: usize = 256;

/// Whether a byte can stand in the name of a variable.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// Whether this is the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    text.bytes().all(is_name_byte) && text.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
}

/// The name and the place of the `=` in `NAME=…`, `NAME+=…` and `NAME[…]=…`.
pub(super) fn assignment(raw: &str) -> Option<(&str, usize)> {
    let bytes = raw.as_bytes();
    let length = bytes.iter().take_while(|byte| is_name_byte(**byte)).count();
    if length == 0 || bytes[0].is_ascii_digit() {
        return None;
    }
    let at = match bytes.get(length)? {
        b'[' => length + subscript_length(&bytes[length..])?,
        _ => length,
    };
    let at = if bytes.get(at) == Some(&b'+') { at + 1 } else { at };
    (bytes.get(at) == Some(&b'=')).then_some((&raw[..length], at))
}

/// The length of `[…]`, which may hold brackets of its own: `[${#names[@]}]`.
fn subscript_length(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let end = bytes.iter().take(LONGEST_SUBSCRIPT).position(|byte| {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    Some(end + 1)
}

/// Whether this is the part of an assignment before its value.
pub(super) fn is_assignment_head(raw: &str) -> bool {
    raw.ends_with('=') && assignment(raw).is_some_and(|(_, at)| at + 1 == raw.len())
}

/// A word of `text` without its quotes; what it expands stays as written.
pub(super) fn unquote(text: &str, word: &Word, expansions: &[Span]) -> String {
    let expansions = expansions.get(word.expansions.0..word.expansions.1).unwrap_or_default();
    let raw = &text[word.start..word.end];
    let mut out = String::with_capacity(raw.len());
    let mut unquoter = Unquoter { text, end: word.end, at: word.start, double: false };
    let mut expansions = expansions.iter().peekable();
    while unquoter.at < unquoter.end {
        while expansions.peek().is_some_and(|span| span.start < unquoter.at) {
            expansions.next();
        }
        if let Some(span) = expansions.next_if(|span| span.start == unquoter.at && span.end <= unquoter.end) {
            out.push_str(&text[span.range()]);
            unquoter.at = span.end.max(unquoter.at + 1);
        } else {
            unquoter.step(&mut out);
        }
    }
    out
}

struct Unquoter<'t> {
    text: &'t str,
    end: usize,
    at: usize,
    double: bool,
}

impl<'t> Unquoter<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    /// Takes one quoted piece, one escape, or one run of ordinary characters.
    fn step(&mut self, out: &mut String) {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        match bytes[0] {
            b'"' => {
                self.double = !self.double;
                self.at += 1;
            }
            b'\\' => self.escape(out),
            b'\'' if !self.double => match rest[1..].find('\'') {
                Some(length) => {
                    out.push_str(&rest[1..=length]);
                    self.at += length + 2;
                }
                None => self.take(1, out),
            },
            b'$' if !self.double && bytes.get(1) == Some(&b'\'') => self.ansi(out),
            b'$' if !self.double && bytes.get(1) == Some(&b'"') => self.at += 1,
            _ => {
                // An expansion starts with one of these, so a run ends before the next one.
                let stop =
                    |byte: &u8| matches!(byte, b'"' | b'\\' | b'\'' | b'$' | b'`' | b'<' | b'>' | b'(');
                let length = bytes[1..].iter().position(stop).map_or(bytes.len(), |at| at + 1);
                self.take(length, out);
            }
        }
    }

    fn take(&mut self, length: usize, out: &mut String) {
        out.push_str(&self.rest()[..length]);
        self.at += length;
    }

    fn escape(&mut self, out: &mut String) {
        let rest = self.rest();
        self.at += 1;
        let Some(next) = rest[1..].chars().next() else {
            out.push('\\');
            return;
        };
        if rest[1..].starts_with("\r\n") {
            self.at += 2;
            return;
        }
        self.at += next.len_utf8();
        if next == '\n' {
            return;
        }
        if self.double && !matches!(next, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(next);
    }

    /// `$'…'` with the escapes that matter in commands; the others stay as written.
    fn ansi(&mut self, out: &mut String) {
        let rest = self.rest();
        let mut characters = rest[2..].char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\'' => {
                    self.at += at + 3;
                    return;
                }
                '\\' => match characters.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, 'r')) => out.push('\r'),
                    Some((_, escaped @ ('\\' | '\'' | '"'))) => out.push(escaped),
                    Some((_, other)) => out.extend(['\\', other]),
                    None => out.push('\\'),
                },
                _ => out.push(character),
            }
        }
        self.at = self.end;
    }
}
