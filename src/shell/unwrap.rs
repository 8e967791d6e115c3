//! Takes the wrappers off a simple command, one by one, until the program that runs is in front.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::collect::{Collector, Stdin};
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
    pub(super) assignments: Vec<String>,
    pub(super) wrappers: Vec<String>,
    pub(super) environment: Environment,
    /// Where it starts in the text of the script, wrappers and assignments included.
    pub(super) outer: usize,
}

impl Collector<'_> {
    /// Adds the command that runs in the end, or the text that holds it. Answers with the shell that it starts on its
    /// standard input, if it does.
    pub(super) fn unwrap(&mut self, run: Run<'_>) -> Option<Stdin> {
        let mut stdin = None;
        let mut open = VecDeque::from([run]);
        // `find -exec find -exec …` adds to what is open; each turn costs as much as its words.
        for _ in 0..MAX_STEPS {
            let Some(run) = open.pop_front() else { break };
            let found = self.follow(run, &mut open);
            stdin = stdin.or(found);
        }
        stdin
    }

    fn follow<'t>(&mut self, mut run: Run<'t>, open: &mut VecDeque<Run<'t>>) -> Option<Stdin> {
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
                Step::Split { at } => {
                    let words = split(&run.arguments[at].text, &run.arguments[at]);
                    run.arguments.splice(at..=at, words);
                }
                Step::Scripts { shown, environment, texts } => {
                    for text in texts {
                        self.script_in(&run.arguments[text], around(&run, &shown, environment));
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
                    self.emit(&run, at);
                    return Some(around(&run, &name, environment));
                }
            }
        }
        self.emit(&run, at);
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
    fn emit(&mut self, run: &Run<'_>, at: usize) {
        let Some(first) = run.arguments.get(at) else { return };
        let rest = &run.arguments[at + 1..];
        let end = rest.last().unwrap_or(first).end.max(first.end);
        let place = self.place(first.start, end);
        let written = written(first);
        let is_known = !first.expands || names_uv(first) || program::has_settled_name(&written);
        let program = if is_known { effective_name(first) } else { Cow::Borrowed(written.as_ref()) };
        let program = wrappers::without_version(&program, run.wrappers.last().map(String::as_str)).to_owned();
        let argv: Vec<String> = rest.iter().map(|argument| argument.text.to_string()).collect();
        let module = match program.as_str() {
            "python" => wrappers::python_module(&argv),
            "uv" => wrappers::uv_module(rest),
            _ => None,
        };
        for argument in rest.iter().filter(|_| wrappers::declares(&program)) {
            if assignment(&argument.text).is_some() {
                self.variables.assign(&argument.text);
            }
        }
        let command = Command {
            written: written.into_owned(),
            argv,
            module,
            wrappers: run.wrappers.clone(),
            environment: run.environment,
            assignments: run.assignments.clone(),
            unresolved: !is_known,
            words: self.places(run.arguments[at..].iter().map(|argument| {
                // What a variable stood for is not written here.
                (!argument.raw.is_empty()).then_some((argument.start, argument.end))
            })),
            program,
            ..Command::default()
        };
        self.add(command, place, run.outer);
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
fn around(run: &Run<'_>, shown: &str, environment: Option<Environment>) -> Stdin {
    let wrappers = run.wrappers.iter().map(String::as_str).chain([shown]).map(ToOwned::to_owned).collect();
    Stdin { wrappers, environment: environment.unwrap_or(run.environment), outer: run.outer }
}

/// The program word as it is to be read: a path of Windows keeps its backslashes.
fn written<'a>(argument: &'a Argument<'_>) -> Cow<'a, str> {
    let is_bare =
        argument.quoted && argument.text.len() < LONGEST_PATH && !argument.raw.contains(['"', '\'', '\n']);
    if is_bare && program::is_windows_path(argument.raw) {
        Cow::Borrowed(argument.raw)
    } else {
        Cow::Borrowed(argument.text.as_ref())
    }
}

/// The name under which wrappers are looked up.
fn effective_name(argument: &Argument<'_>) -> Cow<'static, str> {
    if names_uv(argument) {
        return Cow::Borrowed("uv");
    }
    let written = written(argument);
    if argument.expands && !program::has_settled_name(&written) {
        return Cow::Borrowed("");
    }
    Cow::Owned(program::name(&written).to_owned())
}

/// Whether the word is a variable whose name says that it holds uv: `$(UV)`.
fn names_uv(argument: &Argument<'_>) -> bool {
    argument.expands
        && variables::name(&argument.text).is_some_and(|name| {
            let bytes = name.as_bytes();
            bytes.len() >= 2 && bytes[bytes.len() - 2..].eq_ignore_ascii_case(b"uv")
        })
}
