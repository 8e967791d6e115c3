//! Takes the wrappers off a simple command, one by one, until the program that runs is in front.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::collect::{Collector, Keep, Stdin};
use super::word::assignment;
use super::wrappers::{self, Step};
use super::{Command, Environment, program, variables};

/// How many wrappers and variables are followed on the way to one program.
const MAX_STEPS: usize = 16;

/// How long the path of a program may be, in bytes.
const LONGEST_PATH: usize = 1024;

/// One word of a command.
#[derive(Clone, Debug)]
pub(super) struct Argument<'t> {
    /// What it says without its quotes.
    pub(super) text: Cow<'t, str>,
    /// How it is written; empty for what a variable stood for.
    pub(super) raw: &'t str,
    /// First byte in the text being read.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// Whether it holds quotes or backslashes.
    pub(super) quoted: bool,
    /// Whether it holds a variable or a substitution.
    pub(super) expands: bool,
}

/// A command on the way to its program.
#[derive(Clone, Debug)]
pub(super) struct Run<'t> {
    /// What is left of it, the program or a wrapper first.
    pub(super) arguments: Vec<Argument<'t>>,
    pub(super) assignments: Vec<Cow<'t, str>>,
    pub(super) wrappers: Vec<Cow<'static, str>>,
    pub(super) environment: Environment,
    /// Where it starts in the text of the script, wrappers and assignments included.
    pub(super) outer: usize,
}

impl<'s> Collector<'s> {
    /// Adds the command that runs in the end, or the text that holds it. Answers with the shell that it starts on its
    /// standard input, if it does.
    pub(super) fn unwrap<'t>(&mut self, run: Run<'t>, keep: Keep<'t, 's>) -> Option<Stdin> {
        let mut open = VecDeque::new();
        let mut stdin = self.follow(run, keep, &mut open);
        // `find -exec find -exec …` adds to what is open; each turn costs as much as its words.
        for _ in 1..MAX_STEPS {
            let Some(run) = open.pop_front() else { break };
            let found = self.follow(run, keep, &mut open);
            stdin = stdin.or(found);
        }
        stdin
    }

    fn follow<'t>(
        &mut self,
        mut run: Run<'t>,
        keep: Keep<'t, 's>,
        open: &mut VecDeque<Run<'t>>,
    ) -> Option<Stdin> {
        let mut at = 0;
        for _ in 0..MAX_STEPS {
            if self.resolve(&mut run.arguments, at) {
                continue;
            }
            let name = effective_name(run.arguments.get(at)?);
            match wrappers::step(&name, &run.arguments, at) {
                Step::Stop => break,
                Step::Inner(inner) => {
                    if inner.at >= run.arguments.len() {
                        break;
                    }
                    run.wrappers.push(inner.shown);
                    run.environment = inner.environment.unwrap_or(run.environment);
                    run.arguments.truncate(inner.end);
                    at = inner.at;
                }
                Step::Entrypoint { shown, environment, word, from, rest } => {
                    let mut program = run.arguments[word].clone();
                    if from > 0 {
                        program.text = Cow::Owned(program.text[from..].to_owned());
                        program.raw = "";
                    }
                    let rest = run.arguments.drain(rest.min(run.arguments.len())..);
                    run.arguments = std::iter::once(program).chain(rest).collect();
                    run.wrappers.push(shown);
                    run.environment = environment.unwrap_or(run.environment);
                    at = 0;
                }
                Step::Split { at } => {
                    let words = split(&run.arguments[at].text, &run.arguments[at]);
                    run.arguments.splice(at..=at, words);
                }
                Step::Scripts { shown, environment, texts } => {
                    for text in texts {
                        self.script_in(&run.arguments[text], around(&run, shown.clone(), environment));
                    }
                    return None;
                }
                // A `find` in a `find` would have all its words read once more.
                Step::Beside { shown, .. } if run.wrappers.contains(&shown) => break,
                Step::Beside { shown, inner } => {
                    open.extend(inner.into_iter().map(|range| Run {
                        arguments: run.arguments[range].to_vec(),
                        assignments: Vec::new(),
                        wrappers: run.wrappers.iter().chain([&shown]).cloned().collect(),
                        ..run
                    }));
                    break;
                }
                Step::Stdin { environment } => {
                    let stdin = around(&run, Cow::Owned(name.into_owned()), environment);
                    self.emit(run, keep, at);
                    return Some(stdin);
                }
            }
        }
        self.emit(run, keep, at);
        None
    }

    /// Puts the value of a variable in its place. Says whether it did.
    fn resolve(&mut self, arguments: &mut Vec<Argument<'_>>, at: usize) -> bool {
        let Some(argument) = arguments.get(at).filter(|argument| argument.expands) else { return false };
        let Some(value) = self.variables.resolve(&argument.text) else { return false };
        if value.len() > self.budget {
            return false;
        }
        self.budget -= value.len();
        let words = split(value, argument);
        arguments.splice(at..=at, words);
        true
    }

    /// Adds the command whose program stands at `at`.
    fn emit<'t>(&mut self, mut run: Run<'t>, keep: Keep<'t, 's>, at: usize) {
        let Some(first) = run.arguments.get(at) else { return };
        let end = run.arguments[run.arguments.len() - 1].end.max(first.end);
        let place = self.place(first.start, end);
        let written = written(first);
        let is_known = !first.expands || names_uv(first) || program::has_settled_name(&written);
        let program = if is_known { effective_name(first) } else { written.clone() };
        let program = wrappers::without_version(program, run.wrappers.last().map(AsRef::as_ref));
        let rest = &run.arguments[at + 1..];
        let module = if program == "uv" { wrappers::uv_module(rest) } else { None };
        for argument in rest.iter().filter(|_| wrappers::declares(&program)) {
            if assignment(&argument.text).is_some() {
                self.variables.assign(&argument.text);
            }
        }
        // What a variable stood for is not written here.
        let is_written = |argument: &Argument<'_>| !argument.raw.is_empty();
        let words = self.places(
            run.arguments[at..]
                .iter()
                .map(|argument| is_written(argument).then_some((argument.start, argument.end))),
        );
        let mut command = Command {
            argv: run.arguments.drain(at + 1..).map(|argument| argument.text).collect(),
            module,
            wrappers: run.wrappers,
            environment: run.environment,
            assignments: run.assignments,
            unresolved: !is_known,
            words,
            written,
            program,
            ..Command::default()
        };
        if command.program == "python" {
            command.module = wrappers::python_module(&command.argv);
        }
        self.add(keep(command), place, run.outer);
    }
}

/// The words of a value, all of which stand where the word does that it was written as.
fn split(value: &str, place: &Argument<'_>) -> Vec<Argument<'static>> {
    value
        .split_ascii_whitespace()
        .map(|word| Argument {
            expands: word.contains('$'),
            quoted: false,
            text: Cow::Owned(word.trim_matches(['"', '\'']).to_owned()),
            raw: "",
            start: place.start,
            end: place.end,
        })
        .collect()
}

/// What stands around a script that `run` starts under one more wrapper.
fn around(run: &Run<'_>, shown: Cow<'static, str>, environment: Option<Environment>) -> Stdin {
    let wrappers = run.wrappers.iter().cloned().chain([shown]).collect();
    Stdin { wrappers, environment: environment.unwrap_or(run.environment), outer: run.outer }
}

/// The program word as it is to be read: a path of Windows keeps its backslashes.
fn written<'t>(argument: &Argument<'t>) -> Cow<'t, str> {
    let is_bare =
        argument.quoted && argument.text.len() < LONGEST_PATH && !argument.raw.contains(['"', '\'', '\n']);
    if is_bare && program::is_windows_path(argument.raw) {
        Cow::Borrowed(argument.raw)
    } else {
        argument.text.clone()
    }
}

/// The name under which wrappers are looked up.
fn effective_name<'t>(argument: &Argument<'t>) -> Cow<'t, str> {
    if names_uv(argument) {
        return Cow::Borrowed("uv");
    }
    match written(argument) {
        written if argument.expands && !program::has_settled_name(&written) => Cow::Borrowed(""),
        Cow::Borrowed(written) => Cow::Borrowed(program::name(written)),
        Cow::Owned(written) => Cow::Owned(program::name(&written).to_owned()),
    }
}

/// Whether the word is a variable whose name says that it holds uv: `$(UV)`.
fn names_uv(argument: &Argument<'_>) -> bool {
    argument.expands
        && variables::name(&argument.text).is_some_and(|name| {
            let bytes = name.as_bytes();
            bytes.len() >= 2 && bytes[bytes.len() - 2..].eq_ignore_ascii_case(b"uv")
        })
}
