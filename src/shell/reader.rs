//! The reader of shell text: one pass over the bytes, with a stack of open constructs, that hands every simple command
//! to the collector. Never recurses and never looks back.

use super::collect::{Collector, Keep};
use super::frame::{Close, Frame, MAX_DEPTH, Mode, NOWHERE, Redirect, State, Word};
use super::heredoc::Heredoc;
use crate::source::Span;

/// How a text is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    /// Only lines after a prompt are commands.
    pub(super) prompted: bool,
    /// A single-quoted string ends on its line.
    pub(super) short_single: bool,
    /// A double-quoted string ends on its line.
    pub(super) short_double: bool,
    /// The text stood in double quotes: its substitutions have been read already.
    pub(super) substituted: bool,
    /// The text is no script, only its substitutions run.
    pub(super) document: bool,
}

/// Why a text must be read again, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Again(pub(super) Reading);

/// The classes of bytes between words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Plain,
    Blank,
    Newline,
    Hash,
    Single,
    Double,
    Backslash,
    Dollar,
    Backtick,
    Operator,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain; 256];
    classes[b' ' as usize] = Class::Blank;
    classes[b'\t' as usize] = Class::Blank;
    classes[b'\r' as usize] = Class::Blank;
    classes[b'\n' as usize] = Class::Newline;
    classes[b'#' as usize] = Class::Hash;
    classes[b'\'' as usize] = Class::Single;
    classes[b'"' as usize] = Class::Double;
    classes[b'\\' as usize] = Class::Backslash;
    classes[b'$' as usize] = Class::Dollar;
    classes[b'`' as usize] = Class::Backtick;
    let operators = b";&|()<>";
    let mut at = 0;
    while at < operators.len() {
        classes[operators[at] as usize] = Class::Operator;
        at += 1;
    }
    classes
};

/// The state of one pass.
pub(super) struct Reader<'t, 'c, 's> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) frame: Frame,
    pub(super) stack: Vec<Frame>,
    pub(super) words: Vec<Word>,
    pub(super) expansions: Vec<Span>,
    pub(super) heredocs: Vec<Heredoc>,
    pub(super) reading: Reading,
    pub(super) again: Option<Again>,
    /// How many lists in backticks are open.
    pub(super) backticks: usize,
    /// Whether the line before was typed at a prompt.
    pub(super) after_prompt: bool,
    /// How many bytes may still be searched in vain for the ends of here-documents.
    pub(super) search_budget: usize,
    /// The last place of each closing character: nothing can be closed after it.
    pub(super) last_single: usize,
    pub(super) last_double: usize,
    pub(super) last_backtick: usize,
    pub(super) last_brace: usize,
    pub(super) last_paren: usize,
    pub(super) keep: Keep<'t, 's>,
    pub(super) collector: &'c mut Collector<'s>,
}

impl<'t, 'c, 's> Reader<'t, 'c, 's> {
    /// A reader at the start of a text.
    pub(super) fn new(
        text: &'t str,
        reading: Reading,
        keep: Keep<'t, 's>,
        collector: &'c mut Collector<'s>,
    ) -> Self {
        let last = |byte: u8| memchr::memrchr(byte, text.as_bytes()).unwrap_or(0);
        let mode = if reading.document { Mode::Double } else { Mode::Commands(Close::Never) };
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            frame: Frame::new(mode, 0),
            stack: Vec::new(),
            words: Vec::new(),
            expansions: Vec::new(),
            heredocs: Vec::new(),
            reading,
            again: None,
            backticks: 0,
            after_prompt: false,
            search_budget: text.len().saturating_mul(2),
            last_single: last(b'\''),
            last_double: last(b'"'),
            last_backtick: last(b'`'),
            last_brace: last(b'}'),
            last_paren: last(b')'),
            keep,
            collector,
        }
    }

    /// Reads the text to its end, unless it turns out that it must be read in another way.
    pub(super) fn run(mut self) -> Result<(), Again> {
        self.begin_line();
        while self.at < self.bytes.len() {
            match self.frame.mode {
                Mode::Double => self.read_double(),
                Mode::Parameter => self.read_parameter(),
                Mode::Arithmetic => self.read_arithmetic(),
                Mode::Commands(_) | Mode::Array | Mode::Pattern => self.read_token(),
            }
            if let Some(again) = self.again {
                return Err(again);
            }
        }
        let open_string =
            self.frame.mode == Mode::Double || self.stack.iter().any(|frame| frame.mode == Mode::Double);
        if open_string && !self.reading.short_double && !self.reading.document {
            return Err(Again(Reading { short_double: true, ..self.reading }));
        }
        self.close_down_to(0);
        if self.frame.holds_words() {
            self.end_word();
            self.end_command();
        }
        Ok(())
    }

    /// Reads one step of a text that is made of words.
    fn read_token(&mut self) {
        match self.class_at(self.at) {
            Class::Plain => {
                self.begin_word();
                self.at += 1;
                while self.at < self.bytes.len()
                    && matches!(CLASSES[usize::from(self.bytes[self.at])], Class::Plain | Class::Hash)
                {
                    self.at += 1;
                }
            }
            Class::Blank => {
                self.end_word();
                self.at += 1;
            }
            Class::Newline => self.newline(),
            Class::Hash if self.frame.word == NOWHERE => self.comment(),
            Class::Hash => self.at += 1,
            Class::Single => self.single_quote(),
            Class::Double => self.double_quote(),
            Class::Backslash => self.backslash(),
            Class::Dollar => {
                self.begin_word();
                self.dollar();
            }
            Class::Backtick => self.backtick(),
            Class::Operator => self.operator(self.bytes[self.at]),
        }
    }

    /// The class of the byte at `at`; beyond the end everything is a line end.
    pub(super) fn class_at(&self, at: usize) -> Class {
        self.bytes.get(at).map_or(Class::Newline, |&byte| CLASSES[usize::from(byte)])
    }

    /// The byte at `at`, or NUL beyond the end.
    pub(super) fn byte_at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The next byte from `at` on that is neither a space nor a tab, with its position.
    pub(super) fn next_solid(&self, mut at: usize) -> (usize, u8) {
        while matches!(self.byte_at(at), b' ' | b'\t') {
            at += 1;
        }
        (at, self.byte_at(at))
    }

    /// Takes `length` bytes as ordinary characters of a word.
    pub(super) fn literal(&mut self, length: usize) {
        if self.frame.holds_words() {
            self.begin_word();
        }
        self.at = (self.at + length).min(self.bytes.len());
    }

    /// Notes that a word starts here, unless one is being read.
    pub(super) fn begin_word(&mut self) {
        if self.frame.word == NOWHERE {
            self.frame.word = self.at;
            self.frame.word_expansions = self.expansions.len();
        }
    }

    /// Ends the word that is being read, if any.
    pub(super) fn end_word(&mut self) {
        if self.frame.word == NOWHERE {
            return;
        }
        let word = Word {
            start: self.frame.word,
            end: self.at,
            expansions: (self.frame.word_expansions, self.expansions.len()),
            quoted: self.frame.quoted,
            expands: self.frame.expands,
        };
        self.drop_word();
        self.accept(word);
    }

    /// Forgets the word that is being read.
    pub(super) fn drop_word(&mut self) {
        self.frame.word = NOWHERE;
        self.frame.quoted = false;
        self.frame.expands = false;
    }

    /// Gives a finished word its meaning.
    fn accept(&mut self, word: Word) {
        match std::mem::replace(&mut self.frame.redirect, Redirect::None) {
            Redirect::None => {}
            Redirect::Target => return,
            Redirect::HereDocument => return self.begin_heredoc(word, false),
            Redirect::HereDocumentTabs => return self.begin_heredoc(word, true),
            Redirect::HereString => {
                self.frame.here_string = Some(word);
                return;
            }
        }
        match self.frame.mode {
            Mode::Commands(_) => self.accept_in_command(word),
            Mode::Pattern => self.accept_in_pattern(word),
            Mode::Array | Mode::Double | Mode::Parameter | Mode::Arithmetic => {}
        }
    }

    /// Ends the simple command that is being read, if any, and hands it on.
    pub(super) fn end_command(&mut self) {
        let base = self.frame.words_base.min(self.words.len());
        if self.words.len() > base && !self.frame.silent {
            let words = &self.words[base..];
            let here_string = self.frame.here_string;
            let stdin = self.collector.simple(self.text, self.keep, words, &self.expansions, here_string);
            if let Some(stdin) = stdin {
                let heredocs_base = self.frame.heredocs_base.min(self.heredocs.len());
                for heredoc in &mut self.heredocs[heredocs_base..] {
                    heredoc.stdin = Some(stdin.clone());
                }
            }
        }
        self.words.truncate(base);
        self.expansions.truncate(self.frame.expansions_base);
        self.frame.state = State::Start;
        self.frame.redirect = Redirect::None;
        self.frame.here_string = None;
        self.frame.parens = 0;
        self.frame.heredocs_base = self.heredocs.len();
    }

    /// Opens a construct here, whose text starts `length` bytes on; deeper than [`MAX_DEPTH`] it is a literal.
    pub(super) fn push(&mut self, mode: Mode, length: usize) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            self.literal(length);
            return false;
        }
        let mut frame = Frame::new(mode, self.at);
        frame.silent = self.frame.silent;
        frame.words_base = self.words.len();
        frame.expansions_base = self.expansions.len();
        frame.heredocs_base = self.heredocs.len();
        self.stack.push(std::mem::replace(&mut self.frame, frame));
        self.at += length;
        true
    }

    /// Closes the innermost construct; its text has been read.
    pub(super) fn pop(&mut self) {
        let Some(parent) = self.stack.pop() else { return };
        let closed = std::mem::replace(&mut self.frame, parent);
        self.words.truncate(closed.words_base);
        if matches!(closed.mode, Mode::Commands(Close::Backtick | Close::NestedBacktick)) {
            self.backticks = self.backticks.saturating_sub(1);
        }
    }

    /// Closes the innermost construct and notes it as one expansion of the word around it.
    pub(super) fn pop_expansion(&mut self) {
        let (open, base) = (self.frame.open, self.frame.expansions_base);
        self.pop();
        self.expansions.truncate(base);
        self.expansions.push(Span::new(open, self.at));
    }

    /// Closes constructs, ending their words and commands, until `depth` are left around the innermost.
    pub(super) fn close_down_to(&mut self, depth: usize) {
        while self.stack.len() > depth {
            if self.frame.holds_words() {
                self.end_word();
            }
            // A word can itself close a construct: `esac`.
            if self.stack.len() <= depth {
                return;
            }
            if matches!(self.frame.mode, Mode::Commands(_)) {
                self.end_command();
            }
            match self.frame.mode {
                Mode::Commands(Close::Case) | Mode::Pattern | Mode::Double | Mode::Array => self.pop(),
                Mode::Commands(_) | Mode::Parameter | Mode::Arithmetic => self.pop_expansion(),
            }
        }
    }
}
