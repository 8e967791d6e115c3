//! Tests of the shell as data: a snippet, and the commands it runs, one line each.
//!
//! A line reads `ASSIGNMENT wrapper, wrapper: program|word|word`, then ` ?` if the program is not settled,
//! ` ~container` or ` ~remote`, and ` @text` where the marked text differs from the words with spaces between.

use super::{Command, Environment, Script, commands};
use crate::source::Span;

mod basics;
mod constructs;
mod hostile;
mod nested;
mod places;
mod prompts;
mod wrapped;

/// A snippet and the commands in it.
type Case = (&'static str, &'static [&'static str]);

fn shown(text: &str, command: &Command) -> String {
    let mut out = String::new();
    for assignment in &command.assignments {
        out += &format!("{assignment} ");
    }
    if !command.wrappers.is_empty() {
        out += &format!("{}: ", command.wrappers.join(", "));
    }
    out += &command.program;
    for word in &command.argv {
        out += &format!("|{word}");
    }
    out += if command.unresolved { " ?" } else { "" };
    out += match command.environment {
        Environment::Repository => "",
        Environment::Container => " ~container",
        Environment::Remote => " ~remote",
    };
    let words: Vec<_> = std::iter::once(&command.written).chain(&command.argv).map(AsRef::as_ref).collect();
    let marked = &text[command.span.range()];
    if marked != words.join(" ") {
        out += &format!(" @{marked}");
    }
    out
}

fn check(cases: &[Case]) {
    let mut failures = String::new();
    for (text, expected) in cases {
        let script = Script::verbatim(text, 0);
        let found = commands(&script);
        let found: Vec<_> = found.iter().map(|command| shown(text, command)).collect();
        if found != *expected {
            failures += &format!("\n{text:?}\n  expected {expected:?}\n  found    {found:?}");
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn slices(text: &str, spans: impl IntoIterator<Item = Span>) -> Vec<&str> {
    spans.into_iter().map(|span| &text[span.range()]).collect()
}
