//! The arguments of a call in Python that starts a program, as shell text. Reads one call and stops; knows no file.

use super::block::Document;
use super::literal::{Holes, Literal, append_word};
use crate::shell::{self, Script};

/// How a function is told what to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// By one argument, a list of words or a line.
    Command,
    /// By one argument for each word.
    Words,
    /// The same, and the words are those of `pip install`.
    Install,
}

/// The longest call that is read, in bytes.
const MAX_CALL: usize = 4000;

/// The dotted name at the start of a text, empty if there is none.
pub(super) fn name(text: &str) -> &str {
    let end = text.bytes().position(|byte| !byte.is_ascii_alphanumeric() && !b"_.".contains(&byte));
    &text[..end.unwrap_or(text.len())]
}

/// The bytes of blanks, line ends and comments at the start of a text.
pub(super) fn gap(text: &str) -> usize {
    let mut rest = text.trim_start();
    while rest.starts_with('#') {
        rest = rest.find('\n').map_or("", |end| rest[end..].trim_start());
    }
    text.len() - rest.len()
}

/// The arguments that a text starts with, up to the bracket that closes them.
pub(super) fn arguments(text: &str) -> &str {
    let near = &text[..text.floor_char_boundary(MAX_CALL)];
    &near[..end_of(near, b"")]
}

/// Where a text reaches one of these bytes, or a bracket that closes what it is inside of.
fn end_of(text: &str, stops: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(&byte) = text.as_bytes().get(at) {
        match byte {
            b'"' | b'\'' => {
                at = Literal::at(text, at).map_or(at + 1, |literal| literal.end).max(at + 1);
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => return at,
            b')' | b']' | b'}' => depth -= 1,
            _ if depth == 0 && stops.contains(&byte) => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// What a call runs whose first argument starts at `at`, and how far that was read; nothing where the program is no
/// literal.
pub(super) fn script(document: Document<'_>, form: Form, call: usize, at: usize) -> (Option<Script>, usize) {
    let text = document.text();
    let end = text.floor_char_boundary((at + MAX_CALL).min(text.len()));
    let mut words =
        Words { document, end, script: Script::default(), written: shell::Form::Encoded, read_to: at };
    let found = match form {
        Form::Words => words.list(at),
        Form::Install => {
            // The words stand for the name of the method, whose place they take.
            words.script.push("pip", document.script.host_offset(call));
            words.script.push(" install", document.script.host_offset(call + "session".len()));
            words.list(at)
        }
        Form::Command => {
            let rest = &text[at..end];
            match rest.strip_prefix(['[', '(']) {
                Some(_) => words.list(at + 1),
                None => {
                    let at = rest.strip_prefix("shlex.split(").map_or(at, |inside| {
                        let inside = inside.trim_start();
                        end - inside.len()
                    });
                    words.literal(at).map(|(line, end)| {
                        words.script = line;
                        words.read_to = end;
                    })
                }
            }
        }
    };
    let Words { script, written, read_to, .. } = words;
    let script = found.map(|()| script.in_form(written)).filter(|script| !script.text().is_empty());
    (script, read_to)
}

#[derive(Debug)]
struct Words<'a> {
    document: Document<'a>,
    /// The byte behind which nothing is read.
    end: usize,
    script: Script,
    /// How the program writes it.
    written: shell::Form,
    /// How far the arguments have been read.
    read_to: usize,
}

impl Words<'_> {
    fn rest(&self, at: usize) -> &str {
        self.document.text().get(at..self.end).unwrap_or_default()
    }

    /// The literals that start at a byte and follow each other, as one text, and where they end.
    fn literal(&self, at: usize) -> Option<(Script, usize)> {
        let mut script = Script::default();
        let mut end = None;
        let mut at = at;
        loop {
            let prefix = self.rest(at).bytes().take_while(|byte| b"rRbBfFuU".contains(byte)).count();
            let literal = Literal::at(self.document.text(), at + prefix)
                .filter(|literal| prefix <= 2 && literal.end <= self.end);
            let Some(literal) = literal else { break };
            let signs = self.rest(at)[..prefix].to_ascii_lowercase();
            let holes = if signs.contains('f') { Holes::Braces } else { Holes::None };
            literal.append(self.document, holes, signs.contains('r'), &mut script);
            end = Some(literal.end);
            at = literal.end + gap(self.rest(literal.end));
        }
        end.map(|end| (script, end))
    }

    /// The items up to the bracket that closes them, or to an argument with a name.
    fn list(&mut self, at: usize) -> Option<()> {
        self.written = shell::Form::Apart;
        let mut at = at;
        loop {
            at += gap(self.rest(at));
            let rest = self.rest(at);
            if rest.starts_with([']', ')']) {
                return Some(());
            }
            let keyword = name(rest);
            let is_named = !keyword.is_empty()
                && rest[keyword.len()..]
                    .trim_start()
                    .strip_prefix('=')
                    .is_some_and(|rest| !rest.starts_with('='));
            if is_named {
                return Some(());
            }
            let (word, end) = match self.literal(at) {
                Some(found) => found,
                // The interpreter that runs already, or a program that only running would tell.
                None if self.script.text().is_empty() => return None,
                None => (Script::default(), at),
            };
            let next = end + end_of(self.rest(end), b",");
            self.read_to = next;
            let host = self.document.script.host_offset(at);
            if !self.script.text().is_empty() {
                self.script.push(" ", host);
            }
            let is_literal = end > at && self.rest(end)[..next - end].trim().is_empty();
            if is_literal {
                append_word(&word, &mut self.script);
            } else {
                // An expression, as a variable that nobody sets and whose ends stand where its own do.
                let written = self.rest(at)[..next - at].trim_end().len();
                self.script.push("$", host);
                self.script.push("_", self.document.script.host_offset(at + written.saturating_sub(1)));
            }
            match self.document.text().as_bytes().get(next).filter(|_| next < self.end)? {
                b',' => at = next + 1,
                _ => return Some(()),
            }
        }
    }
}
