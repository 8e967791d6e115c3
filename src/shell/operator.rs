//! Operators, redirections, comments and line ends: what stands between words.

use super::frame::{Close, Mode, NOWHERE, Redirect, State};
use super::reader::{Class, Reader};
use super::word;
use crate::source::Span;

/// How long a placeholder such as `<your name>` may be, in bytes.
const LONGEST_PLACEHOLDER: usize = 60;

impl Reader<'_, '_, '_> {
    /// One operator, at a place where words are read.
    pub(super) fn operator(&mut self, byte: u8) {
        match self.frame.mode {
            Mode::Array => self.array_operator(byte),
            Mode::Pattern => self.pattern_operator(byte),
            _ if self.frame.state == State::Condition && byte != b';' => self.literal(1),
            _ => match byte {
                b';' => self.semicolon(),
                b'&' if self.byte_at(self.at + 1) == b'>' => self.redirect(Redirect::Target, 2),
                b'&' | b'|' => self.separator(),
                b'(' => self.open_paren(),
                b')' => self.close_paren(),
                _ => self.angle(byte),
            },
        }
    }

    fn array_operator(&mut self, byte: u8) {
        match byte {
            b')' if self.frame.parens > 0 => {
                self.frame.parens -= 1;
                self.at += 1;
            }
            b')' => {
                self.end_word();
                self.at += 1;
                self.pop_expansion();
            }
            b'(' => {
                self.frame.parens += 1;
                self.literal(1);
            }
            b'<' | b'>' if self.byte_at(self.at + 1) == b'(' => {
                self.begin_word();
                self.open_substitution(Close::Paren, 2);
            }
            _ => self.literal(1),
        }
    }

    fn separator(&mut self) {
        // The bar of `@(a|b)` and of `(a | b)` in a sentence.
        if self.frame.parens > 0 && self.bytes[self.at] == b'|' {
            return self.literal(1);
        }
        self.end_word();
        self.end_command();
        self.at += if matches!(self.byte_at(self.at + 1), b'&' | b'|') { 2 } else { 1 };
    }

    fn semicolon(&mut self) {
        self.end_word();
        self.end_command();
        if self.frame.mode == Mode::Commands(Close::Case) && matches!(self.byte_at(self.at + 1), b';' | b'&')
        {
            self.at += if self.byte_at(self.at + 2) == b'&' { 3 } else { 2 };
            self.frame.mode = Mode::Pattern;
            return;
        }
        self.at += 1;
    }

    fn open_paren(&mut self) {
        if self.frame.word != NOWHERE && self.frame.state == State::Start && self.is_keyword_before_paren() {
            self.end_word();
        }
        let in_word = self.frame.word != NOWHERE;
        if in_word
            && word::is_assignment_head(&self.text[self.frame.word..self.at])
            && self.at < self.last_paren
        {
            self.frame.quoted = true;
            self.push(Mode::Array, 1);
            return;
        }
        let (next, byte) = self.next_solid(self.at + 1);
        let n_words = self.words.len() - self.frame.words_base + usize::from(in_word);
        if byte == b')' && n_words <= 1 && self.frame.state != State::Discard {
            // `name()`: the name is no command.
            self.drop_word();
            self.words.truncate(self.frame.words_base);
            self.frame.state = State::Start;
            self.at = next + 1;
            return;
        }
        let starts_command = n_words == 0 && self.frame.state == State::Start;
        if !in_word && (starts_command || self.frame.state == State::Discard) && self.opens_arithmetic() {
            self.frame.state = State::Discard;
            self.begin_word();
            self.push(Mode::Arithmetic, 2);
        } else if starts_command {
            self.push(Mode::Commands(Close::Paren), 1);
        } else {
            self.frame.parens += 1;
            self.literal(1);
        }
    }

    /// Whether the word before a parenthesis is a keyword, which needs no blank behind it: `for((`, `if(`.
    fn is_keyword_before_paren(&self) -> bool {
        matches!(
            &self.bytes[self.frame.word..self.at],
            b"if" | b"then" | b"elif" | b"else" | b"while" | b"until" | b"do" | b"for" | b"!"
        )
    }

    fn opens_arithmetic(&self) -> bool {
        self.byte_at(self.at + 1) == b'(' && self.is_arithmetic(self.at + 2)
    }

    fn close_paren(&mut self) {
        if self.frame.parens > 0 {
            self.frame.parens -= 1;
            return self.literal(1);
        }
        self.end_word();
        self.end_command();
        // A `case` without `esac` ends with the list around it.
        while matches!(self.frame.mode, Mode::Commands(Close::Case)) {
            self.pop();
        }
        self.at += 1;
        if self.frame.mode == Mode::Commands(Close::Paren) {
            self.end_word();
            self.end_command();
            self.pop_expansion();
        }
    }

    /// `<` and `>` in all their forms.
    fn angle(&mut self, byte: u8) {
        let next = self.byte_at(self.at + 1);
        if next == b'(' {
            self.begin_word();
            self.frame.expands = true;
            self.open_substitution(Close::Paren, 2);
            return;
        }
        if byte == b'<'
            && let Some(length) = self.placeholder_length()
        {
            self.literal(length);
            return;
        }
        match (byte, next, self.byte_at(self.at + 2)) {
            (b'<', b'<', b'<') => self.redirect(Redirect::HereString, 3),
            (b'<', b'<', b'-') => self.redirect(Redirect::HereDocumentTabs, 3),
            (b'<', b'<', _) => self.redirect(Redirect::HereDocument, 2),
            (b'<', b'>' | b'&', _) | (b'>', b'>' | b'&' | b'|', _) => self.redirect(Redirect::Target, 2),
            _ => self.redirect(Redirect::Target, 1),
        }
    }

    fn redirect(&mut self, redirect: Redirect, length: usize) {
        if self.frame.word != NOWHERE {
            // `2>` and `{fd}>` name a descriptor; any other word ends here.
            let before = &self.text[self.frame.word..self.at];
            let is_number = before.bytes().all(|byte| byte.is_ascii_digit());
            let is_name = before.starts_with('{')
                && before.ends_with('}')
                && word::is_name(&before[1..before.len() - 1]);
            if is_number || is_name {
                self.drop_word();
            } else {
                self.end_word();
            }
        }
        self.frame.redirect = redirect;
        self.at += length;
        // `&>>` has one character more.
        if self.bytes[self.at - 1] == b'>' && self.byte_at(self.at) == b'>' {
            self.at += 1;
        }
    }

    /// The length of `<name>`, where that is a word and no redirection. With spaces inside it must end a word.
    fn placeholder_length(&self) -> Option<usize> {
        let rest = &self.bytes[self.at + 1..];
        let fits = |byte: &&u8| {
            !matches!(byte, b'<' | b'>' | b'\n' | b'&' | b';' | b'$' | b'"' | b'\'' | b'`' | b'(')
        };
        let length = rest.iter().take(LONGEST_PLACEHOLDER).take_while(fits).count();
        if length == 0 || rest.get(length) != Some(&b'>') {
            return None;
        }
        let inner = &rest[..length];
        if !inner.iter().any(u8::is_ascii_whitespace) {
            return Some(length + 2);
        }
        let ends_word = self.class_at(self.at + length + 2) != Class::Plain;
        let looks_named = inner[0].is_ascii_alphabetic() && inner[length - 1].is_ascii_alphabetic();
        (ends_word && looks_named).then_some(length + 2)
    }

    /// `# …` up to the end of the line.
    pub(super) fn comment(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let line = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest, |length| &rest[..length]);
        if matches!(self.frame.mode, Mode::Commands(_)) {
            self.end_command();
        }
        self.at += line.len();
        if !self.frame.silent {
            self.collector.comment(Span::new(start, start + line.trim_end().len()));
        }
    }

    /// The end of a line.
    pub(super) fn newline(&mut self) {
        self.end_word();
        if self.frame.mode == Mode::Pattern && self.frame.state != State::Start {
            // Words without a `)` are no pattern: this was not a `case`.
            self.pop();
        }
        if matches!(self.frame.mode, Mode::Commands(_)) && !self.condition_goes_on() && !self.case_goes_on() {
            self.end_command();
        }
        self.at += 1;
        if !self.heredocs.is_empty() {
            self.read_heredocs();
        }
        self.collector.next_line();
        if matches!(self.frame.mode, Mode::Commands(_)) {
            self.begin_line();
        }
    }

    /// Whether the `in` of a `case` begins the next line.
    fn case_goes_on(&self) -> bool {
        if self.frame.state != State::CaseIn {
            return false;
        }
        let (next, _) = self.next_solid(self.at + 1);
        self.bytes[next.min(self.bytes.len())..].starts_with(b"in") && self.class_at(next + 2) != Class::Plain
    }

    /// Whether the line ends in an operator inside of `[[ … ]]`.
    fn condition_goes_on(&self) -> bool {
        let before = self.text[..self.at].strip_suffix('\r').unwrap_or(&self.text[..self.at]);
        self.frame.state == State::Condition && (before.ends_with("&&") || before.ends_with("||"))
    }
}
