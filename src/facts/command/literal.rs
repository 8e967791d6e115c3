//! String literals of programming languages as shell text whose every byte knows its place. Knows quotes, escapes and
//! placeholders; knows no statement.

use std::ops::Range;

use super::block::Document;
use crate::shell::Script;

/// What stands for a value in a literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holes {
    None,
    /// `{name}`, a doubled brace being one.
    Braces,
    /// `${name}`.
    Dollars,
}

/// A literal of a program.
#[derive(Debug)]
pub(super) struct Literal {
    /// The byte behind its closing quote.
    pub(super) end: usize,
    inner: Range<usize>,
}

impl Literal {
    /// The literal whose opening quote stands at byte `at`; one that never closes ends with its line, or with the
    /// text where it may have more lines.
    pub(super) fn at(text: &str, at: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let quote = *bytes.get(at).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let is_long = bytes.get(at..at + 3).is_some_and(|open| open.iter().all(|&byte| byte == quote));
        let width = if is_long { 3 } else { 1 };
        let start = at + width;
        let mut close = start;
        while close < bytes.len() {
            let here = bytes[close];
            let is_end = here == quote
                && (!is_long
                    || bytes.get(close..close + 3).is_some_and(|end| end.iter().all(|&byte| byte == quote)));
            if is_end {
                return Some(Self { end: close + width, inner: start..close });
            }
            if here == b'\n' && !is_long {
                break;
            }
            close += if here == b'\\' { 2 } else { 1 };
        }
        // A character behind the last backslash may have more than one byte.
        let close = text.floor_char_boundary(close.min(bytes.len()));
        Some(Self { end: close, inner: start.min(close)..close })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// The text between the quotes, as written.
    pub(super) fn written<'a>(&self, document: Document<'a>) -> &'a str {
        document.text().get(self.inner.clone()).unwrap_or_default()
    }

    /// Appends what the literal says, each placeholder as the use of a variable that nobody sets.
    pub(super) fn append(&self, document: Document<'_>, holes: Holes, is_raw: bool, script: &mut Script) {
        let text = document.text();
        let Range { start: mut at, end } = self.inner;
        while at < end {
            let rest = &text[at..end];
            let plain = rest.find(['\\', '{', '}', '$', '\n']).unwrap_or(rest.len());
            document.copy(at, at + plain, script);
            at += plain;
            let rest = &text[at..end];
            let host = document.script.host_offset(at);
            if let Some(length) = hole(rest, holes) {
                script.push("$", host);
                script.push(&"_".repeat(length - 1), host + 1);
                at += length;
                continue;
            }
            let Some(special) = rest.chars().next() else { break };
            let (decoded, taken) = match (special, rest[1..].chars().next()) {
                ('\\', Some(next)) if !is_raw => escape(next),
                ('{', Some('{')) if holes == Holes::Braces => ("{", 2),
                ('}', Some('}')) if holes == Holes::Braces => ("}", 2),
                _ => (&rest[..1], 1),
            };
            script.push(decoded, host);
            at += taken;
        }
    }
}

/// The longest placeholder that is known as one, in bytes.
const MAX_HOLE: usize = 400;

/// The length of the placeholder that opens at the start.
fn hole(text: &str, holes: Holes) -> Option<usize> {
    let open = match holes {
        Holes::None => return None,
        Holes::Braces => "{",
        Holes::Dollars => "${",
    };
    let inside = text.strip_prefix(open).filter(|inside| !inside.starts_with('{'))?;
    let near = &inside[..inside.floor_char_boundary(MAX_HOLE)];
    let mut depth = 1_usize;
    for (at, byte) in near.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(open.len() + at + 1),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What an escape stands for, and its length in bytes.
fn escape(next: char) -> (&'static str, usize) {
    match next {
        'n' => ("\n", 2),
        't' => ("\t", 2),
        '\\' => ("\\", 2),
        '"' => ("\"", 2),
        '\'' => ("'", 2),
        '$' => ("$", 2),
        // A literal goes on behind a line that ends in a backslash.
        '\n' => ("", 2),
        other => ("_", 1 + other.len_utf8()),
    }
}

/// Appends shell text as one word, between quotes unless it is plain. What it holds of variables is still one.
pub(super) fn append_word(word: &Script, script: &mut Script) {
    let inner = Document::of(word);
    let text = word.text();
    let is_plain = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./:=@%+,$".contains(&byte) || byte >= 0x80);
    if is_plain {
        inner.follow(0, text.len(), script);
        return;
    }
    script.push("\"", word.host_offset(0));
    let mut at = 0;
    for (special, _) in text.match_indices(['"', '\\', '`']) {
        inner.follow(at, special, script);
        script.push("\\", word.host_offset(special));
        at = special;
    }
    inner.follow(at, text.len(), script);
    script.push("\"", word.host_offset(text.len().saturating_sub(1)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, holes: Holes) -> (String, usize) {
        let whole = Script::verbatim(text, 0);
        let literal = Literal::at(text, 0).unwrap();
        let mut script = Script::default();
        literal.append(Document::of(&whole), holes, false, &mut script);
        (script.text().to_owned(), literal.end)
    }

    #[test]
    fn quotes_escapes_and_placeholders() {
        assert_eq!(read(r#""a \"b\" \n{x}" c"#, Holes::None), ("a \"b\" \n{x}".to_owned(), 15));
        assert_eq!(read("'a {x} {{y}}'", Holes::Braces), ("a $__ {y}".to_owned(), 13));
        assert_eq!(read("'''a\n'b' ${x.y}'''", Holes::Dollars), ("a\n'b' $_____".to_owned(), 18));
        assert_eq!(read("''", Holes::None), (String::new(), 2));
        assert_eq!(read("'a\nb'", Holes::None), ("a".to_owned(), 2));
        for torn in ["'", "'\\", "\"\"\"", "'''é\\é", "'{", "'${", "'\\é"] {
            read(torn, Holes::Braces);
            read(torn, Holes::Dollars);
        }
    }

    #[test]
    fn words_stay_words() {
        let mut script = Script::default();
        append_word(&Script::verbatim("a `b` \"c\"", 0), &mut script);
        assert_eq!(script.text(), "\"a \\`b\\` \\\"c\\\"\"");
    }
}
