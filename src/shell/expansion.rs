//! Quotes, escapes and expansions: what stands inside of words. An impossible opening is an ordinary character, so that
//! a lone quote never swallows the rest of a text.

use super::frame::{Close, MAX_DEPTH, Mode, NOWHERE};
use super::reader::{Again, Reader, Reading};
use super::word::is_name_byte;
use crate::source::Span;

/// How many bytes ahead the end of an arithmetic expansion or of a `${{ … }}` template is looked for.
const LOOK_AHEAD: usize = 256;

/// How many parentheses may be open in arithmetic.
const DEEPEST_ARITHMETIC: usize = 16;

impl Reader<'_, '_, '_> {
    /// `'…'`, between words or in one.
    pub(super) fn single_quote(&mut self) {
        self.begin_word();
        let rest = &self.bytes[self.at + 1..];
        let length = if self.reading.short_single {
            memchr::memchr2(b'\'', b'\n', rest).filter(|&at| rest[at] == b'\'')
        } else if self.at < self.last_single {
            memchr::memchr(b'\'', rest)
        } else {
            self.again = Some(Again(Reading { short_single: true, ..self.reading }));
            None
        };
        if let Some(length) = length {
            self.frame.quoted = true;
            self.at += length + 2;
        } else {
            self.at += 1;
        }
    }

    /// The opening of `"…"`.
    pub(super) fn double_quote(&mut self) {
        if self.frame.holds_words() {
            self.begin_word();
        }
        if self.at >= self.last_double {
            if !self.reading.short_double && !self.reading.document {
                self.again = Some(Again(Reading { short_double: true, ..self.reading }));
            }
            self.at += 1;
            return;
        }
        if self.reading.short_double {
            let rest = &self.bytes[self.at + 1..];
            if memchr::memchr2(b'"', b'\n', rest).is_none_or(|at| rest[at] == b'\n') {
                self.at += 1;
                return;
            }
        }
        if let Some((end, expands)) = self.plain_string() {
            self.frame.quoted = true;
            self.frame.expands |= expands;
            self.at = end;
            return;
        }
        let quoted = self.frame.holds_words();
        if self.push(Mode::Double, 1)
            && quoted
            && let Some(parent) = self.stack.last_mut()
        {
            parent.quoted = true;
        }
    }

    /// The end of the string that opens here in a word, and whether it holds a variable. Nothing where a construct of
    /// its own stands in it. As much is read as will be skipped, or left as an open string behind it.
    fn plain_string(&self) -> Option<(usize, bool)> {
        if !self.frame.holds_words() || self.stack.len() >= MAX_DEPTH {
            return None;
        }
        let (mut at, mut expands) = (self.at + 1, false);
        loop {
            match self.bytes.get(at)? {
                b'"' => return Some((at + 1, expands)),
                b'\n' if self.reading.short_double => return None,
                b'`' => return None,
                b'\\' if self.backticks > 0 => return None,
                b'\\' => at += 1,
                b'$' => match self.byte_at(at + 1) {
                    b'(' | b'{' => return None,
                    byte if is_parameter(byte) => {
                        expands = true;
                        at += usize::from(!is_name_byte(byte));
                    }
                    _ => {}
                },
                _ => {}
            }
            at += 1;
        }
    }

    /// A backslash in or between words.
    pub(super) fn backslash(&mut self) {
        match (self.byte_at(self.at + 1), self.byte_at(self.at + 2)) {
            (b'\n', _) => self.continue_line(2),
            (b'\r', b'\n') => self.continue_line(3),
            (b'`', _) if self.backticks > 0 => self.nested_backtick(),
            _ => {
                self.begin_word();
                self.frame.quoted = true;
                self.at = (self.at + 2).min(self.bytes.len());
            }
        }
    }

    fn continue_line(&mut self, length: usize) {
        if self.frame.word != NOWHERE {
            self.frame.quoted = true;
        }
        self.at += length;
        self.skip_continuation_prompt();
    }

    /// One step inside of `"…"`.
    pub(super) fn read_double(&mut self) {
        let special = |byte: u8| matches!(byte, b'"' | b'\\' | b'$' | b'`' | b'\n');
        let Some(skip) = self.bytes[self.at..].iter().position(|&byte| special(byte)) else {
            self.at = self.bytes.len();
            return;
        };
        self.at += skip;
        match self.bytes[self.at] {
            b'"' if !self.stack.is_empty() => {
                self.at += 1;
                self.pop();
            }
            b'\n' if self.reading.short_double && !self.stack.is_empty() => self.pop(),
            b'\\' if self.backticks > 0 && self.byte_at(self.at + 1) == b'`' => self.nested_backtick(),
            b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
            b'$' if !matches!(self.byte_at(self.at + 1), b'\'' | b'"') => self.dollar(),
            b'`' => self.backtick(),
            _ => self.at += 1,
        }
    }

    /// One step inside of `${…}`.
    pub(super) fn read_parameter(&mut self) {
        match self.bytes[self.at] {
            b'}' => {
                self.at += 1;
                self.pop_expansion();
            }
            b'\n' => self.pop_expansion(),
            b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
            b'"' => self.double_quote(),
            b'$' => self.dollar(),
            b'`' => self.backtick(),
            _ => self.at += 1,
        }
    }

    /// One step inside of `$((…))` or `((…))`.
    pub(super) fn read_arithmetic(&mut self) {
        match self.bytes[self.at] {
            b'(' => {
                self.frame.parens += 1;
                self.at += 1;
            }
            b')' if self.frame.parens > 0 => {
                self.frame.parens -= 1;
                self.at += 1;
            }
            b')' => {
                self.at += if self.byte_at(self.at + 1) == b')' { 2 } else { 1 };
                self.pop_expansion();
            }
            b'$' => self.dollar(),
            b'`' => self.backtick(),
            _ => self.at += 1,
        }
    }

    /// Whether `((` whose text starts at `at` is arithmetic: the parentheses close together, and soon.
    pub(super) fn is_arithmetic(&self, at: usize) -> bool {
        let mut depth = 0_usize;
        let end = self.bytes.len().min(at + LOOK_AHEAD);
        for here in at..end {
            match self.bytes[here] {
                b'(' if depth == DEEPEST_ARITHMETIC => return false,
                b'(' => depth += 1,
                b')' if depth == 0 => return self.byte_at(here + 1) == b')',
                b')' => depth -= 1,
                _ => {}
            }
        }
        false
    }

    /// `$` and what it expands.
    pub(super) fn dollar(&mut self) {
        match self.byte_at(self.at + 1) {
            b'(' => {
                self.note_expansion();
                self.dollar_paren();
            }
            b'{' => self.dollar_brace(),
            b'[' => self.dollar_bracket(),
            b'\'' if self.frame.holds_words() => self.dollar_single_quote(),
            b'"' if self.frame.holds_words() => {
                self.at += 1;
                self.double_quote();
            }
            byte if is_parameter(byte) => {
                self.note_expansion();
                self.at += if is_name_byte(byte) { 1 } else { 2 };
            }
            _ => self.at += 1,
        }
    }

    fn dollar_paren(&mut self) {
        let inner = self.at + 2;
        if self.byte_at(inner) == b'(' && self.is_arithmetic(inner + 1) {
            self.push(Mode::Arithmetic, 3);
            return;
        }
        // `$(UV)` is a variable of make: no program has such a name.
        let name = self.bytes[inner..].iter().take(LOOK_AHEAD);
        let length = name.take_while(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_')).count();
        if length > 0 && self.byte_at(inner + length) == b')' {
            let open = self.at;
            self.at = inner + length + 1;
            self.expansions.push(Span::new(open, self.at));
            return;
        }
        self.open_substitution(Close::Paren, 2);
    }

    fn dollar_brace(&mut self) {
        let open = self.at;
        if self.byte_at(open + 2) == b'{' {
            let end = self.bytes.len().min(open + LOOK_AHEAD);
            let pairs =
                self.bytes[open + 1..end].windows(2).take_while(|pair| !matches!(pair[0], b'\n' | b'$'));
            let length = pairs.enumerate().find(|(_, pair)| *pair == b"}}").map(|(at, _)| at + 3);
            if let Some(length) = length {
                self.note_expansion();
                self.at += length;
                self.expansions.push(Span::new(open, self.at));
                return;
            }
        }
        if open >= self.last_brace {
            self.at += 2;
            return;
        }
        self.note_expansion();
        let length = self.bytes[open + 2..].iter().take_while(|&&byte| is_name_byte(byte)).count();
        if self.byte_at(open + 2 + length) == b'}' {
            self.at += length + 3;
            self.expansions.push(Span::new(open, self.at));
            return;
        }
        self.push(Mode::Parameter, 2);
    }

    /// `$[…]`, arithmetic as it was once written; without an end on its line and near it is text.
    fn dollar_bracket(&mut self) {
        let rest = self.bytes[self.at..].iter().take(LOOK_AHEAD).take_while(|&&byte| byte != b'\n');
        let mut depth = 0_usize;
        for (length, byte) in rest.enumerate() {
            match byte {
                b'[' => depth += 1,
                b']' if depth == 1 => {
                    self.note_expansion();
                    let open = self.at;
                    self.at += length + 1;
                    self.expansions.push(Span::new(open, self.at));
                    return;
                }
                b']' => depth -= 1,
                b'"' | b'\'' | b'`' => break,
                _ => {}
            }
        }
        self.at += 1;
    }

    fn dollar_single_quote(&mut self) {
        if self.at + 1 >= self.last_single {
            self.at += 1;
            return;
        }
        let mut at = self.at + 2;
        while at < self.bytes.len() && self.bytes[at] != b'\'' {
            at += if self.bytes[at] == b'\\' { 2 } else { 1 };
        }
        if at >= self.bytes.len() {
            // Every quote up to the end was escaped; none that follows can be closed either.
            self.last_single = 0;
            self.at += 1;
            return;
        }
        self.frame.quoted = true;
        self.at = at + 1;
    }

    /// Opens a list of commands inside of a word.
    pub(super) fn open_substitution(&mut self, close: Close, length: usize) {
        if self.push(Mode::Commands(close), length) {
            self.frame.silent |= self.reading.substituted;
            if matches!(close, Close::Backtick | Close::NestedBacktick) {
                self.backticks += 1;
            }
        }
    }

    /// Notes on the word around this place that it holds an expansion.
    fn note_expansion(&mut self) {
        if self.frame.holds_words() {
            self.frame.expands = true;
        } else if self.frame.mode == Mode::Double
            && let Some(parent) = self.stack.last_mut()
            && parent.holds_words()
        {
            parent.expands = true;
        }
    }

    /// `` ` ``: closes the list in backticks that is open, or opens one.
    pub(super) fn backtick(&mut self) {
        if self.backticks > 0 {
            self.close_backticks(Close::Backtick, 1);
        } else if self.at < self.last_backtick {
            if self.frame.holds_words() {
                self.begin_word();
            }
            self.note_expansion();
            self.open_substitution(Close::Backtick, 1);
        } else {
            self.literal(1);
        }
    }

    /// `` \` `` inside of backticks: the same one level deeper.
    fn nested_backtick(&mut self) {
        if self.backticks > 1 {
            self.close_backticks(Close::NestedBacktick, 2);
        } else {
            if self.frame.holds_words() {
                self.begin_word();
            }
            self.note_expansion();
            self.open_substitution(Close::NestedBacktick, 2);
        }
    }

    /// Closes everything down to the nearest list in such backticks, and it.
    fn close_backticks(&mut self, close: Close, length: usize) {
        let mode = Mode::Commands(close);
        while self.frame.mode != mode && !self.stack.is_empty() {
            self.close_down_to(self.stack.len() - 1);
        }
        if self.frame.mode != mode {
            self.at += length;
            return;
        }
        self.end_word();
        self.end_command();
        self.at += length;
        self.pop_expansion();
    }
}

/// Whether a `$` in front of this byte stands for the value of a parameter.
fn is_parameter(byte: u8) -> bool {
    is_name_byte(byte) || matches!(byte, b'@' | b'*' | b'#' | b'?' | b'!' | b'-' | b'$')
}
