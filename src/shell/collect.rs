//! Gathers commands while texts are read: the script itself, then the scripts that its words and here-documents hold.
//! Knows where each text stood in the host.

use std::borrow::Cow;
use std::ops::Range;

use super::frame::Word;
use super::reader::{Again, Reader, Reading};
use super::unwrap::{Argument, Run};
use super::variables::Variables;
use super::word::{assignment, unquote};
use super::{Command, Enclosure, Environment, Script, wrappers};
use crate::source::Span;

/// How deeply scripts may stand in words of scripts.
const MAX_NESTING: usize = 8;

/// How much of a word with a substitution in it is kept, in bytes.
const LONGEST_EXPANSION: usize = 4096;

/// A shell that reads commands from its standard input.
#[derive(Clone, Debug)]
pub(super) struct Stdin {
    pub(super) wrappers: Vec<Cow<'static, str>>,
    pub(super) environment: Environment,
    pub(super) outer: usize,
}

/// Where a text comes from.
#[derive(Debug)]
enum Origin {
    /// It is a stretch of the script.
    Stretch(Range<usize>),
    /// It was computed from a word of the script, and all of it stands where the word does.
    Word(String, Span),
}

/// A text to read, and what stands around it.
#[derive(Debug)]
struct Job {
    origin: Origin,
    wrappers: Vec<Cow<'static, str>>,
    environment: Environment,
    outer: Option<usize>,
    comment: Option<Span>,
    enclosure: Enclosure,
    nesting: usize,
    reading: Reading,
}

/// How a command of the text being read becomes one of the script: as it is where the text is a stretch of the script,
/// else with nothing borrowed.
pub(super) type Keep<'t, 's> = fn(Command<'t>) -> Command<'s>;

/// The commands found so far, and the texts that are still to be read.
pub(super) struct Collector<'s> {
    script: &'s Script,
    commands: Vec<Command<'s>>,
    /// Where each command starts in the text of the script.
    starts: Vec<usize>,
    jobs: Vec<Job>,
    job: Job,
    pub(super) variables: Variables,
    /// How many bytes of values may still be put in place of variables.
    pub(super) budget: usize,
    /// How many commands and jobs there were when the line started.
    line: (usize, usize),
}

/// The commands of a script, by position.
pub(super) fn commands(script: &Script) -> Vec<Command<'_>> {
    let whole = Job {
        origin: Origin::Stretch(0..script.text().len()),
        wrappers: Vec::new(),
        environment: Environment::Repository,
        outer: None,
        comment: None,
        enclosure: Enclosure::Text,
        nesting: 0,
        reading: Reading::default(),
    };
    let mut collector = Collector {
        script,
        commands: Vec::new(),
        starts: Vec::new(),
        jobs: Vec::new(),
        job: whole,
        variables: Variables::default(),
        budget: script.text().len() / 4 + 4096,
        line: (0, 0),
    };
    collector.read();
    while let Some(job) = collector.jobs.pop() {
        collector.job = job;
        collector.read();
    }
    collector.finish()
}

impl<'s> Collector<'s> {
    /// Reads the current text, as often as it takes to know how.
    fn read(&mut self) {
        match &mut self.job.origin {
            Origin::Stretch(range) => {
                let text = &self.script.text()[range.clone()];
                self.read_text(text, std::convert::identity);
            }
            Origin::Word(text, _) => {
                let text = std::mem::take(text);
                self.read_text(&text, Command::into_owned);
            }
        }
    }

    fn read_text<'t>(&mut self, text: &'t str, keep: Keep<'t, 's>) {
        let (n_commands, n_jobs) = (self.commands.len(), self.jobs.len());
        let mut reading = self.job.reading;
        self.line = (n_commands, n_jobs);
        while let Err(Again(next)) = Reader::new(text, reading, keep, self).run() {
            reading = next;
            self.commands.truncate(n_commands);
            self.starts.truncate(n_commands);
            self.jobs.truncate(n_jobs);
            self.line = (n_commands, n_jobs);
        }
    }

    /// Orders the commands and says which are first on their lines.
    fn finish(mut self) -> Vec<Command<'s>> {
        if !self.starts.is_sorted() {
            let mut order: Vec<usize> = (0..self.starts.len()).collect();
            order.sort_by_key(|&at| self.starts[at]);
            self.starts.sort_unstable();
            // In place, cycle by cycle: a second list of commands would cost more than the sorting.
            for first in 0..order.len() {
                let mut at = first;
                while order[at] != first {
                    let next = std::mem::replace(&mut order[at], at);
                    self.commands.swap(at, next);
                    at = next;
                }
                order[at] = at;
            }
        }
        let text = self.script.text().as_bytes();
        let mut before = None;
        for (command, &start) in self.commands.iter_mut().zip(&self.starts) {
            command.line_start = before.is_none_or(|before: usize| text[before..start].contains(&b'\n'));
            before = Some(start);
        }
        self.commands
    }

    /// Takes a simple command. Answers with the shell that it starts on its standard input, if it does.
    pub(super) fn simple<'t>(
        &mut self,
        text: &'t str,
        keep: Keep<'t, 's>,
        words: &[Word],
        expansions: &[Span],
        here_string: Option<Word>,
    ) -> Option<Stdin> {
        let raw = |word: &Word| &text[word.start..word.end];
        let n_assignments = words.iter().take_while(|word| assignment(raw(word)).is_some()).count();
        let Some(first) = words.get(n_assignments) else {
            for word in words {
                self.variables.assign(&unquoted(text, word, expansions));
            }
            return None;
        };
        if !first.quoted
            && !first.expands
            && let Some(program) = wrappers::ordinary(raw(first))
        {
            let (command, place, outer) = self.plain(text, words, n_assignments, expansions, program);
            self.add(keep(command), place, outer);
            return None;
        }
        let argument = |word: &Word| Argument {
            text: unquoted(text, word, expansions),
            raw: raw(word),
            start: word.start,
            end: word.end,
            quoted: word.quoted,
            expands: word.expands,
        };
        let outer = self.job.outer.unwrap_or_else(|| self.place(words[0].start, words[0].end).start);
        let run = Run {
            arguments: words[n_assignments..].iter().map(argument).collect(),
            assignments: words[..n_assignments].iter().map(|word| Cow::Borrowed(raw(word))).collect(),
            wrappers: self.job.wrappers.clone(),
            environment: self.job.environment,
            outer,
        };
        let stdin = self.unwrap(run, keep)?;
        if let Some(word) = here_string {
            self.script_in(&argument(&word), stdin.clone());
        }
        Some(stdin)
    }

    /// A command whose first word is a program and nothing else, with its place and where what stands around starts.
    fn plain<'t>(
        &self,
        text: &'t str,
        words: &[Word],
        n_assignments: usize,
        expansions: &[Span],
        program: &'t str,
    ) -> (Command<'t>, Span, usize) {
        let raw = |word: &Word| &text[word.start..word.end];
        let (assignments, words) = words.split_at(n_assignments);
        let place = self.place(words[0].start, words[words.len() - 1].end);
        let outer = self.job.outer.unwrap_or_else(|| {
            assignments.first().map_or(place.start, |word| self.place(word.start, word.end).start)
        });
        let mut command = Command {
            program: Cow::Borrowed(program),
            written: Cow::Borrowed(raw(&words[0])),
            argv: words[1..].iter().map(|word| unquoted(text, word, expansions)).collect(),
            wrappers: self.job.wrappers.clone(),
            environment: self.job.environment,
            assignments: assignments.iter().map(|word| Cow::Borrowed(raw(word))).collect(),
            words: self.places(words.iter().map(|word| Some((word.start, word.end)))),
            ..Command::default()
        };
        if program == "python" {
            command.module = wrappers::python_module(&command.argv);
        }
        (command, place, outer)
    }

    /// Adds a command that stands at `place` in the text of the script.
    pub(super) fn add(&mut self, mut command: Command<'s>, place: Span, outer: usize) {
        command.span = self.script.host_span(place);
        command.outer = if outer >= place.start {
            command.span
        } else {
            self.script.host_span(Span::new(outer, place.end))
        };
        command.comment = self.job.comment;
        command.enclosure = self.job.enclosure;
        self.commands.push(command);
        self.starts.push(place.start);
    }

    /// Where a range of the current text stands in the text of the script.
    pub(super) fn place(&self, start: usize, end: usize) -> Span {
        match &self.job.origin {
            Origin::Stretch(range) => Span::new(range.start + start, range.start + end),
            Origin::Word(_, span) => *span,
        }
    }

    /// Where the words of a command stand in the text of the script; none of them where it was computed.
    pub(super) fn places(&self, words: impl Iterator<Item = Option<(usize, usize)>>) -> Vec<Span> {
        match &self.job.origin {
            Origin::Stretch(range) => {
                let place = |(start, end)| Span::new(range.start + start, range.start + end);
                words.map(|word| word.map(place).unwrap_or_default()).collect()
            }
            Origin::Word(..) => Vec::new(),
        }
    }

    /// Will read the script that a word holds.
    pub(super) fn script_in(&mut self, argument: &Argument<'_>, stdin: Stdin) {
        let raw = argument.raw;
        let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
        let is_single =
            raw.len() > 1 && raw.starts_with('\'') && raw.ends_with('\'') && !inner.contains('\'');
        let is_double = raw.len() > 1 && raw.starts_with('"') && raw.ends_with('"') && !inner.contains('\\');
        let whole = self.place(argument.start, argument.end);
        let origin = match &self.job.origin {
            Origin::Stretch(range) if is_single || is_double => {
                Origin::Stretch(range.start + argument.start + 1..range.start + argument.end - 1)
            }
            Origin::Stretch(_) if !argument.quoted && !raw.is_empty() => Origin::Stretch(whole.range()),
            _ => Origin::Word(argument.text.to_string(), whole),
        };
        let enclosure = if argument.quoted { Enclosure::Quotes } else { Enclosure::Word };
        let reading = Reading { substituted: !is_single, ..Reading::default() };
        self.enqueue(origin, stdin, reading, enclosure);
    }

    /// Will read the body of a here-document as a script.
    pub(super) fn script_on_stdin(&mut self, text: &str, body: Range<usize>, stdin: Stdin) {
        let origin = self.origin_of(text, body);
        self.enqueue(origin, stdin, Reading::default(), Enclosure::Text);
    }

    /// Will read the body of a here-document for the substitutions in it.
    pub(super) fn document(&mut self, text: &str, body: Range<usize>) {
        let content = &text[body.clone()];
        if content.contains("$(") || content.contains('`') {
            let origin = self.origin_of(text, body);
            let around = Stdin {
                wrappers: self.job.wrappers.clone(),
                environment: self.job.environment,
                outer: usize::MAX,
            };
            let reading = Reading { document: true, ..Reading::default() };
            self.enqueue(origin, around, reading, Enclosure::Text);
        }
    }

    fn origin_of(&self, text: &str, body: Range<usize>) -> Origin {
        match &self.job.origin {
            Origin::Stretch(range) => Origin::Stretch(range.start + body.start..range.start + body.end),
            Origin::Word(_, span) => Origin::Word(text[body].to_owned(), *span),
        }
    }

    fn enqueue(&mut self, origin: Origin, stdin: Stdin, reading: Reading, enclosure: Enclosure) {
        let nesting = self.job.nesting + 1;
        if nesting > MAX_NESTING {
            return;
        }
        let Stdin { wrappers, environment, outer } = stdin;
        let outer = if outer == usize::MAX { self.job.outer } else { Some(outer) };
        let comment = self.job.comment;
        let enclosure = enclosure.max(self.job.enclosure);
        self.jobs.push(Job { origin, wrappers, environment, outer, comment, enclosure, nesting, reading });
    }

    /// Takes a comment, which belongs to what stands before it on its line.
    pub(super) fn comment(&mut self, span: Span) {
        if let Origin::Word(..) = self.job.origin {
            return;
        }
        let host = Some(self.script.host_span(self.place(span.start, span.end)));
        for command in &mut self.commands[self.line.0..] {
            command.comment = host;
        }
        for job in &mut self.jobs[self.line.1..] {
            job.comment = host;
        }
    }

    /// Takes note that a line of the current text is over.
    pub(super) fn next_line(&mut self) {
        self.line = (self.commands.len(), self.jobs.len());
    }
}

/// A word without its quotes, cut where a substitution makes it so long that nested ones would add up.
fn unquoted<'t>(text: &'t str, word: &Word, expansions: &[Span]) -> Cow<'t, str> {
    if word.expands && word.end - word.start > LONGEST_EXPANSION {
        let mut end = word.start + LONGEST_EXPANSION;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        return Cow::Borrowed(&text[word.start..end]);
    }
    let raw = &text[word.start..word.end];
    if !word.quoted {
        return Cow::Borrowed(raw);
    }
    match bare(raw) {
        Some(inner) => Cow::Borrowed(inner),
        None => Cow::Owned(unquote(text, word, expansions)),
    }
}

/// What stands between the quotes of a word that is one quoted string without escapes.
fn bare(raw: &str) -> Option<&str> {
    let quote = raw.bytes().next().filter(|byte| matches!(byte, b'\'' | b'"'))?;
    let inner =
        raw.get(1..raw.len() - 1).filter(|_| raw.len() > 1 && raw.as_bytes()[raw.len() - 1] == quote)?;
    let is_plain = match quote {
        b'"' => memchr::memchr2(b'"', b'\\', inner.as_bytes()).is_none(),
        _ => memchr::memchr(quote, inner.as_bytes()).is_none(),
    };
    is_plain.then_some(inner)
}
