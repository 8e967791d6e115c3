//! Shell text as the commands it would run. Takes a plain string and a map of its bytes back to the file it was cut
//! from; knows nothing of files, hosts or policies. Tolerant and iterative: any text gives some commands, none
//! gives a panic or a long wait.

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
pub fn commands(script: &Script) -> Vec<Command> {
    collect::commands(script)
}

/// A command: the innermost program that runs, and what stands around it.
///
/// `sudo env A=1 uv run pytest -q` is one command: the program `pytest` under the wrappers `sudo`, `env` and
/// `uv run`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Command {
    /// The normalised name: `python` for `/usr/bin/python3.12` and `py -3`, `pip` for `.venv/bin/pip3`, otherwise
    /// the last part of the path.
    pub program: String,
    /// The word that names the program, without its quotes.
    pub written: String,
    /// The words after the program, without their quotes; redirections are not among them.
    pub argv: Vec<String>,
    /// `X` of `python -m X`, and of `uv run -m X`.
    pub module: Option<String>,
    /// What the program runs under, outermost first: `sudo`, `uv run`, `bash -c`, …
    pub wrappers: Vec<String>,
    /// Where the program runs.
    pub environment: Environment,
    /// The assignments in front of the command, as written.
    pub assignments: Vec<String>,
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
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where byte `at` of the text stood in the host.
    #[must_use]
    pub fn host_offset(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|&(start, _)| start <= at).saturating_sub(1);
        self.pieces.get(piece).map_or(at, |&(start, host)| host + (at - start))
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
