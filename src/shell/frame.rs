//! What the reader remembers about each construct that is still open. Plain data; the reader gives it meaning.

/// How many constructs may be open at once. Deeper openings are read as ordinary characters.
pub(super) const MAX_DEPTH: usize = 64;

/// No position.
pub(super) const NOWHERE: usize = usize::MAX;

/// What kind of text is being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Commands, up to the end that opened them.
    Commands(Close),
    /// The words of an array, up to `)`.
    Array,
    /// The patterns of a `case`, up to `)`.
    Pattern,
    /// A double-quoted string.
    Double,
    /// `${…}`.
    Parameter,
    /// `$((…))` and `((…))`.
    Arithmetic,
}

/// What ends a list of commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Close {
    /// The end of the text.
    Never,
    /// `)`.
    Paren,
    /// `` ` ``.
    Backtick,
    /// `` \` ``, inside of backticks.
    NestedBacktick,
    /// `;;` or `esac`.
    Case,
}

/// What the next word means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// It may be a keyword or begin a command.
    Start,
    /// It goes on with a command.
    Words,
    /// It belongs to something that is no command: the head of a `for`, or arithmetic.
    Discard,
    /// It is what a `case` looks at.
    CaseSubject,
    /// It is the `in` of a `case`.
    CaseIn,
    /// It is the name of a function.
    FunctionName,
    /// It stands inside of `[[ … ]]`.
    Condition,
}

/// What the next word is to a redirection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Redirect {
    /// Nothing.
    None,
    /// A file or a descriptor.
    Target,
    /// The delimiter of a here-document.
    HereDocument,
    /// The delimiter of a here-document whose lines lose their leading tabs.
    HereDocumentTabs,
    /// A here-string.
    HereString,
}

/// One word of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Word {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// Its expansions, as a range of the reader's list of expansions.
    pub(super) expansions: (usize, usize),
    /// Whether it holds quotes or backslashes.
    pub(super) quoted: bool,
    /// Whether it holds a variable or a substitution.
    pub(super) expands: bool,
}

/// A construct that is still open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// What kind of text it holds.
    pub(super) mode: Mode,
    /// Where it was opened.
    pub(super) open: usize,
    /// Whether its commands are not to be reported.
    pub(super) silent: bool,
    /// Where the word being read starts, or [`NOWHERE`].
    pub(super) word: usize,
    /// How many expansions there were when the word started.
    pub(super) word_expansions: usize,
    /// Whether the word holds quotes or backslashes.
    pub(super) quoted: bool,
    /// Whether the word holds a variable or a substitution.
    pub(super) expands: bool,
    /// What the next word means.
    pub(super) state: State,
    /// What the next word is to a redirection.
    pub(super) redirect: Redirect,
    /// The word of a here-string.
    pub(super) here_string: Option<Word>,
    /// Parentheses that are open inside of it and are ordinary characters.
    pub(super) parens: usize,
    /// How many words, expansions and here-documents there were before its current command.
    pub(super) words_base: usize,
    pub(super) expansions_base: usize,
    pub(super) heredocs_base: usize,
}

impl Frame {
    /// A construct opened at `open`, with nothing read yet.
    pub(super) fn new(mode: Mode, open: usize) -> Self {
        Self {
            mode,
            open,
            silent: false,
            word: NOWHERE,
            word_expansions: 0,
            quoted: false,
            expands: false,
            state: State::Start,
            redirect: Redirect::None,
            here_string: None,
            parens: 0,
            words_base: 0,
            expansions_base: 0,
            heredocs_base: 0,
        }
    }

    /// Whether words are read in it.
    pub(super) fn holds_words(&self) -> bool {
        matches!(self.mode, Mode::Commands(_) | Mode::Array | Mode::Pattern)
    }
}
