//! Keywords and compound commands: which words begin a command, and which only hold others together.

use super::frame::{Close, Mode, State, Word};
use super::reader::{Class, Reader};
use super::word;

impl Reader<'_, '_, '_> {
    /// A word in a list of commands.
    pub(super) fn accept_in_command(&mut self, mut word: Word) {
        match self.frame.state {
            State::Words => self.words.push(word),
            State::Discard => {}
            State::Start => {
                self.skip_bangs(&mut word);
                if !self.keyword(&word) {
                    self.words.push(word);
                    self.frame.state = State::Words;
                }
            }
            State::CaseSubject => self.frame.state = State::CaseIn,
            State::CaseIn if self.raw(&word) == "in" => {
                self.frame.state = State::Start;
                self.push(Mode::Pattern, 0);
            }
            State::CaseIn => self.frame.state = State::Discard,
            State::FunctionName => self.frame.state = State::Start,
            State::Condition if self.raw(&word) == "]]" => self.frame.state = State::Discard,
            State::Condition => {}
        }
    }

    /// A word where the patterns of a `case` stand.
    pub(super) fn accept_in_pattern(&mut self, word: Word) {
        if self.frame.state == State::Start && self.raw(&word) == "esac" {
            self.pop();
        } else {
            self.frame.state = State::Words;
        }
    }

    fn raw(&self, word: &Word) -> &str {
        &self.text[word.start..word.end]
    }

    /// `!cmd` of a notebook runs `cmd`.
    fn skip_bangs(&self, word: &mut Word) {
        let raw = &self.bytes[word.start..word.end];
        let n_bangs = raw.iter().take_while(|&&byte| byte == b'!').count();
        let starts_command = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./~${\"'\\".contains(byte);
        if n_bangs > 0 && raw.get(n_bangs).is_some_and(starts_command) {
            word.start += n_bangs;
        }
    }

    /// Whether the word that begins a command is a keyword; if so, it has been acted on.
    fn keyword(&mut self, word: &Word) -> bool {
        let may_be =
            matches!(self.bytes[word.start], b'!' | b'[' | b'c'..=b'f' | b'i' | b's'..=b'w' | b'{' | b'}');
        if word.quoted || word.expands || !may_be || word.end - word.start > 8 {
            return false;
        }
        match &self.bytes[word.start..word.end] {
            b"if" | b"then" | b"elif" | b"else" | b"fi" | b"do" | b"done" | b"while" | b"until" | b"{"
            | b"}" | b"!" => {}
            b"for" | b"select" => self.frame.state = State::Discard,
            b"case" => self.frame.state = State::CaseSubject,
            b"function" => self.frame.state = State::FunctionName,
            b"[[" => self.frame.state = State::Condition,
            b"coproc" => self.skip_coprocess_name(),
            b"time" => return self.times_a_compound(),
            b"esac" => {
                if self.frame.mode == Mode::Commands(Close::Case) {
                    self.end_command();
                    self.pop();
                }
            }
            _ => return false,
        }
        true
    }

    /// `coproc NAME { …; }`: the name is no command.
    fn skip_coprocess_name(&mut self) {
        let (start, _) = self.next_solid(self.at);
        let end = start + self.bytes[start..].iter().take_while(|byte| word::is_name_byte(**byte)).count();
        if end > start && matches!(self.next_solid(end), (_, b'{' | b'(')) {
            self.at = end;
        }
    }

    /// Whether `time` stands before a compound command rather than a program.
    fn times_a_compound(&self) -> bool {
        let (start, byte) = self.next_solid(self.at);
        let length = (start..start + 9).take_while(|&at| self.class_at(at) == Class::Plain).count();
        byte == b'('
            || matches!(
                &self.bytes[start..start + length],
                b"{" | b"for" | b"while" | b"until" | b"if" | b"case" | b"!"
            )
    }

    /// An operator where the patterns of a `case` stand.
    pub(super) fn pattern_operator(&mut self, byte: u8) {
        match byte {
            b')' if self.frame.parens > 0 => {
                self.frame.parens -= 1;
                self.literal(1);
            }
            b')' => {
                self.end_word();
                // `esac)` closes the `case` and what is around it.
                if self.frame.mode != Mode::Pattern {
                    return;
                }
                self.at += 1;
                self.frame.mode = Mode::Commands(Close::Case);
                self.frame.state = State::Start;
            }
            b'(' if self.frame.word == super::frame::NOWHERE => self.at += 1,
            b'(' => {
                self.frame.parens += 1;
                self.literal(1);
            }
            b'|' | b';' if self.frame.parens == 0 => {
                self.end_word();
                match self.frame.mode {
                    // Words without a `)` are no pattern: this was not a `case`.
                    Mode::Pattern if byte == b';' && self.frame.state != State::Start => self.pop(),
                    Mode::Pattern => self.at += 1,
                    // The word was `esac`: the operator is for what is around.
                    _ => {}
                }
            }
            _ => self.literal(1),
        }
    }
}
