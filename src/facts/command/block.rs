//! What a host format hands over: shell text with what is known of its surroundings, and how that becomes rows.
//! Knows no host format.

use std::borrow::Cow;
use std::sync::Arc;

use super::KIND;
use super::intent;
use super::packages;
use crate::facts::{Fact, MAX_ROWS, Sieve, Value, Words};
use crate::shell::{self, Command, Environment, Script};
use crate::source::{Cursor, Place, RepoPath, SourceFile, Span};

/// What a file wants of a command that stands in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// A machine runs it.
    Executed,
    /// A reader or an agent is told to run it.
    Instructed,
    /// It is shown as another way beside the one with uv.
    Alternative,
    /// It is named.
    Mentioned,
    /// It is shown as what not to do.
    Forbidden,
    /// It is part of what a program printed.
    Output,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Executed => "executed",
            Self::Instructed => "instructed",
            Self::Alternative => "alternative",
            Self::Mentioned => "mentioned",
            Self::Forbidden => "forbidden",
            Self::Output => "output",
        }
    }
}

/// A role and what speaks for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Judgement {
    pub(super) role: Role,
    pub(super) evidence: Cow<'static, str>,
}

impl Judgement {
    pub(super) fn new(role: Role, evidence: impl Into<Cow<'static, str>>) -> Self {
        Self { role, evidence: evidence.into() }
    }
}

/// A judgement that holds from a byte of the host on, until the next one.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// The byte of the host where it begins.
    pub(super) from: usize,
    /// What holds from there; nothing where the judgement of the block holds again.
    pub(super) judgement: Option<Judgement>,
}

/// A stretch of shell text and its surroundings.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) script: Script,
    pub(super) judgement: Judgement,
    /// Exceptions from the judgement, in the order of the host's bytes; the blocks of a listing share them.
    pub(super) marks: Arc<Vec<Mark>>,
    /// Where commands run that do not say otherwise.
    pub(super) environment: &'static str,
    /// The program that starts its commands, in an environment of its own: `hatch run`.
    pub(super) runner: Option<&'static str>,
    /// The heading, job, target or stage it stands under.
    pub(super) context: Option<String>,
    /// The language of its fence.
    pub(super) language: Option<String>,
}

impl Block {
    /// Shell text that runs in the repository, under this judgement.
    pub(super) fn new(script: Script, judgement: Judgement) -> Self {
        Self {
            script,
            judgement,
            marks: Arc::default(),
            environment: "repository",
            runner: None,
            context: None,
            language: None,
        }
    }

    pub(super) fn under(mut self, context: Option<String>) -> Self {
        self.context = context.filter(|context| !context.is_empty());
        self
    }

    pub(super) fn run_by(mut self, runner: Option<&'static str>) -> Self {
        self.runner = runner;
        self
    }

    fn judge(&self, file: &SourceFile, command: &Command<'_>) -> Judgement {
        let at = self.marks.partition_point(|mark| mark.from <= command.span.start);
        let marked = at.checked_sub(1).and_then(|at| self.marks[at].judgement.clone());
        let judgement = marked.unwrap_or_else(|| self.judgement.clone());
        match command.comment {
            Some(comment) if judgement.role == Role::Instructed => {
                intent::trailing(file.slice(comment)).unwrap_or(judgement)
            }
            _ => judgement,
        }
    }
}

/// A text to be split: a whole file, or a part of one whose lines know where they stood.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document<'a> {
    pub(super) script: &'a Script,
    /// The file, unless this is only a part of one.
    pub(super) path: Option<&'a RepoPath>,
    /// What is asked of it: a part that it does not let through need not be split.
    pub(super) sieve: &'a Sieve,
}

impl<'a> Document<'a> {
    /// A text by itself, all of which is asked for.
    pub(super) fn of(script: &'a Script) -> Self {
        Self { script, path: None, sieve: Sieve::OPEN }
    }

    /// This document with another text.
    pub(super) fn with(&self, script: &'a Script) -> Self {
        Self { script, ..*self }
    }

    /// A text that stands in this document, and is of no file's format.
    pub(super) fn inner(&self, script: &'a Script) -> Self {
        Self { script, path: None, ..*self }
    }

    pub(super) fn text(&self) -> &'a str {
        self.script.text()
    }

    /// Appends a range of the text to `script`, line by line, so that every line keeps its own place in the host.
    pub(super) fn copy(&self, start: usize, end: usize, script: &mut Script) {
        let mut at = start;
        let Some(text) = self.text().get(start..end) else { return };
        for line in text.split_inclusive('\n') {
            script.push(line, self.script.host_offset(at));
            at += line.len();
        }
    }

    /// Like [`Self::copy`] for a range that is not in step with its host within a line.
    pub(super) fn follow(&self, start: usize, end: usize, script: &mut Script) {
        let Some(text) = self.text().get(start..end) else { return };
        if text.is_empty() {
            return;
        }
        let mut from = start;
        for (at, _) in text.char_indices().skip(1) {
            let at = start + at;
            if self.script.host_offset(at) != self.script.host_offset(from) + (at - from) {
                script.push(&self.text()[from..at], self.script.host_offset(from));
                from = at;
            }
        }
        script.push(&self.text()[from..end], self.script.host_offset(from));
    }

    /// A range of the text as a script of its own.
    pub(super) fn part(&self, start: usize, end: usize) -> Script {
        let mut script = Script::default();
        self.copy(start, end, &mut script);
        script
    }

    /// The lines with the byte where each starts, without their line ends.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &'a str)> {
        let mut at = 0;
        self.text().split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            (start, line.trim_end_matches(['\n', '\r']))
        })
    }
}

/// How much of a command is kept as its text, in bytes. Commands that stand in each other's substitutions would
/// otherwise repeat the same text many times.
const LONGEST_TEXT: usize = 1 << 14;

/// Finds the starts and the ends of commands. One serves all blocks of a file: there may be a hundred thousand on a line.
pub(super) struct Finder<'f> {
    starts: Cursor<'f>,
    ends: Cursor<'f>,
}

impl<'f> Finder<'f> {
    pub(super) fn new(file: &'f SourceFile) -> Self {
        Self { starts: file.cursor(), ends: file.cursor() }
    }
}

/// Adds one row for each command of the block.
pub(super) fn rows(
    file: &SourceFile,
    host: &'static str,
    block: &Block,
    sieve: &Sieve,
    finder: &mut Finder<'_>,
    facts: &mut Vec<Fact>,
) {
    if !sieve.admits(block.script.text().as_bytes()) {
        return;
    }
    let shared = Shared::new(host, block);
    let last = facts.len() + MAX_ROWS;
    for command in shell::commands(&block.script) {
        if !sieve.admits_value("program", &command.program) {
            continue;
        }
        if facts.len() > last {
            return;
        }
        let span = within(&file.text, command.span);
        let end = file.text.floor_char_boundary(span.end.min(span.start + LONGEST_TEXT));
        let text: Arc<str> = fold(file.slice(Span::new(span.start, end))).into();
        if text.is_empty() {
            continue;
        }
        let judgement = block.judge(file, &command);
        let span = first_line(&file.text, span);
        // Commands come in order, so each start is counted on from the one before, and so is each end.
        let place = Place {
            path: file.path.clone(),
            start: finder.starts.position(span.start),
            end: finder.ends.position(span.end),
            span,
        };
        let words = Words::new(file, &place, &block.script, &command);
        let values = shared.values(&command, &judgement, Arc::clone(&text));
        facts.push(Fact { words, ..Fact::new(&KIND, place, text, values) });
    }
}

/// The values that all rows of a block have.
struct Shared<'b> {
    block: &'b Block,
    host: Value,
    environment: Value,
    role: Value,
    evidence: Value,
    context: Value,
    language: Value,
    no_words: Value,
}

impl<'b> Shared<'b> {
    fn new(host: &'static str, block: &'b Block) -> Self {
        Self {
            block,
            host: Value::text(host),
            environment: Value::text(block.environment),
            role: Value::text(block.judgement.role.word()),
            evidence: Value::text(&block.judgement.evidence),
            context: Value::maybe(block.context.as_deref()),
            language: Value::maybe(block.language.as_deref()),
            no_words: Value::List(Arc::from([])),
        }
    }

    fn words(&self, words: &[Cow<'_, str>]) -> Value {
        if words.is_empty() { self.no_words.clone() } else { Value::list(words) }
    }

    fn wrappers(&self, command: &Command<'_>) -> Value {
        match self.block.runner {
            None => self.words(&command.wrappers),
            Some(runner) => {
                Value::list(std::iter::once(runner).chain(command.wrappers.iter().map(AsRef::as_ref)))
            }
        }
    }

    fn values(&self, command: &Command<'_>, judgement: &Judgement, text: Arc<str>) -> Vec<Value> {
        let is_usual = *judgement == self.block.judgement;
        vec![
            Value::text(&command.program),
            self.words(&command.argv),
            Value::Text(text),
            Value::maybe(command.module.as_deref()),
            self.wrappers(command),
            Value::Bool(
                self.block.runner.is_some_and(is_uv) || command.wrappers.iter().any(|wrapper| is_uv(wrapper)),
            ),
            self.host.clone(),
            if is_usual { self.role.clone() } else { Value::text(judgement.role.word()) },
            if is_usual { self.evidence.clone() } else { Value::text(&judgement.evidence) },
            match command.environment {
                Environment::Repository => self.environment.clone(),
                Environment::Container => Value::text("container"),
                Environment::Remote => Value::text("remote"),
            },
            Value::Bool(command.unresolved),
            self.context.clone(),
            self.language.clone(),
            Value::text(&command.written),
            Value::list(packages::options(command)),
            Value::list(packages::packages(command)),
        ]
    }
}

/// Whether a wrapper makes uv choose the interpreter.
fn is_uv(wrapper: &str) -> bool {
    ["uv run", "uvx", "uv tool run"]
        .iter()
        .any(|name| wrapper.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

/// Text on one line: runs of white space become one blank, and the backslash that joins two lines goes.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if word == "\\" {
            continue;
        }
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// The span on character borders of the text. Expanded variables share the bytes of their name, so an end can fall
/// inside a character.
fn within(text: &str, span: Span) -> Span {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let mut end = span.end.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Span::new(start, end)
}

/// The part of the span up to the end of its first line.
fn first_line(text: &str, span: Span) -> Span {
    let stretch = &text[span.range()];
    // A string of a host that is not what it should be may begin with the end of a line.
    let n_empty = stretch.len() - stretch.trim_start_matches(['\n', '\r']).len();
    if n_empty > 0 && n_empty < stretch.len() {
        return first_line(text, Span::new(span.start + n_empty, span.end));
    }
    let line = memchr::memchr(b'\n', stretch.as_bytes()).map_or(stretch, |end| &stretch[..end]);
    Span::new(
        span.start,
        span.start + line.trim_end_matches(['\\', ' ', '\t', '\r']).len().max(1).min(span.len()),
    )
}
