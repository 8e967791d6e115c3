//! Shell text as the commands it would run. Takes a plain string and a map of its bytes back to the file it was cut
//! from; knows nothing of files, hosts or policies. Tolerant and iterative: any text gives some commands, none
//! gives a panic or a long wait.

use std::borrow::Cow;

use crate::source::Span;

mod collect;
mod compound;
mod expansion;
mod frame;
mod heredoc;
mod operator;
mod program;
mod prompt;
mod reader;
mod unwrap;
mod variables;
mod word;
mod wrappers;

#[cfg(test)]
mod tests;

/// The commands that a script would run, in the order of their position in the text.
#[must_use]
pub fn commands(script: &Script) -> Vec<Command<'_>> {
    collect::commands(script)
}

/// A command: the innermost program that runs, and what stands around it.
///
/// `sudo env A=1 uv run pytest -q` is one command: the program `pytest` under the wrappers `sudo`, `env` and
/// `uv run`. What the script says as it stands is borrowed from it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Command<'s> {
    /// The normalised name: `python` for `/usr/bin/python3.12` and `py -3`, `pip` for `.venv/bin/pip3`, otherwise
    /// the last part of the path.
    pub program: Cow<'s, str>,
    /// The word that names the program, without its quotes.
    pub written: Cow<'s, str>,
    /// The words after the program, without their quotes; redirections are not among them.
    pub argv: Vec<Cow<'s, str>>,
    /// `X` of `python -m X`, and of `uv run -m X`.
    pub module: Option<Cow<'s, str>>,
    /// What the program runs under, outermost first: `sudo`, `uv run`, `bash -c`, …
    pub wrappers: Vec<Cow<'static, str>>,
    /// Where the program runs.
    pub environment: Environment,
    /// The assignments in front of the command, as written.
    pub assignments: Vec<Cow<'s, str>>,
    /// Whether the name of the program hangs on a variable or a substitution that this script does not settle.
    pub unresolved: bool,
    /// From the program to its last argument, in bytes of the host.
    pub span: Span,
    /// The same from the first wrapper or assignment on, in bytes of the host.
    pub outer: Span,
    /// The comment that trails on the same line, in bytes of the host.
    pub comment: Option<Span>,
    /// Whether no other command stands before it on its line.
    pub line_start: bool,
    /// Where the program and each word of `argv` stand in the text of the script, with their quotes. The span of a
    /// word that does not stand there, since a variable held it, is empty; there are none at all where the whole
    /// command was put together.
    pub words: Vec<Span>,
    /// What the command stands in.
    pub enclosure: Enclosure,
}

/// What a command stands in, which decides what may be written beside its words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Enclosure {
    /// The text of the script, or a here-document in it.
    #[default]
    Text,
    /// A quoted word of another command: `bash -c 'pytest'`.
    Quotes,
    /// A word without quotes, which a blank would end: `bash -c pytest`.
    Word,
}

impl Command<'_> {
    /// The same with nothing borrowed.
    fn into_owned(self) -> Command<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Command {
            program: owned(self.program),
            written: owned(self.written),
            argv: self.argv.into_iter().map(owned).collect(),
            module: self.module.map(owned),
            wrappers: self.wrappers,
            environment: self.environment,
            assignments: self.assignments.into_iter().map(owned).collect(),
            unresolved: self.unresolved,
            span: self.span,
            outer: self.outer,
            comment: self.comment,
            line_start: self.line_start,
            words: self.words,
            enclosure: self.enclosure,
        }
    }
}

/// Where a program runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Environment {
    /// Where the repository is checked out.
    #[default]
    Repository,
    /// In a container: `docker run`, `docker compose exec`, `kubectl exec`.
    Container,
    /// On another machine: `ssh`.
    Remote,
}

/// Shell text cut out of a host file.
///
/// A host may have stripped indentation, prompts or quoting, so the text is made of pieces, each of which stood
/// somewhere in the host.
#[derive(Debug, Default, Clone)]
pub struct Script {
    text: String,
    /// Where each piece starts: offset in `text`, offset in the host. Bytes of a piece run in step.
    pieces: Vec<(usize, usize)>,
    form: Form,
}

/// How a host writes shell text, which decides what may be written into it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Form {
    /// In a notation of its own, such as a JSON string or a YAML scalar, in which quotes mean something else.
    #[default]
    Encoded,
    /// As it is: what a shell may be given can be written there.
    Verbatim,
    /// As a list with an item for each word: `["pytest", "-q"]`.
    List,
    /// In parts, between which no word can be written: `"command": "pytest", "args": ["-q"]`.
    Apart,
}

impl Script {
    /// A script that is one stretch of its host, starting at byte `host`.
    #[must_use]
    pub fn verbatim(text: &str, host: usize) -> Self {
        let mut script = Self::default();
        script.push(text, host);
        script
    }

    /// Appends text that stood at byte `host` of the host file.
    pub fn push(&mut self, text: &str, host: usize) {
        self.pieces.push((self.text.len(), host));
        self.text.push_str(text);
    }

    /// The same script, known to be written in this form.
    #[must_use]
    pub fn in_form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// How the host writes it.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// Writes `mask` over as many bytes from `at` on, each of which keeps its place in the host. Does nothing where
    /// that would cut a character.
    pub fn overwrite(&mut self, at: usize, mask: &str) {
        let end = at + mask.len();
        if self.text.is_char_boundary(at) && self.text.is_char_boundary(end) {
            self.text.replace_range(at..end, mask);
        }
    }

    /// The text as the shell would read it.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where byte `at` of the text stood in the host.
    #[must_use]
    pub fn host_offset(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|&(start, _)| start <= at).saturating_sub(1);
        self.pieces.get(piece).map_or(at, |&(start, host)| host + (at - start))
    }

    /// Where a range of the text stands in the host, if the host holds just that there.
    #[must_use]
    pub fn span_as_written(&self, span: Span, host: &str) -> Option<Span> {
        let found = self.host_span(span);
        let is_same = host.get(found.range())? == self.text.get(span.range())?;
        (is_same && !span.is_empty()).then_some(found)
    }

    /// The stretch of the host that a range of the text came from.
    #[must_use]
    pub fn host_span(&self, span: Span) -> Span {
        if span.is_empty() {
            let at = self.host_offset(span.start);
            return Span::new(at, at);
        }
        // The end is the byte after the last one: the next byte may belong to another piece.
        Span::new(self.host_offset(span.start), self.host_offset(span.end - 1) + 1)
    }
}
