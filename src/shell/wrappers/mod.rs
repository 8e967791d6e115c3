//! Programs that run other programs: how to step from one of them to what it runs.

use std::borrow::Cow;
use std::ops::Range;

use super::Environment;
use super::unwrap::Argument;
use super::word::assignment;

mod options;
mod table;

pub(super) use options::{python_module, uv_module};
use options::{skip_options, takes_next};
use table::{Holds, SHELLS, WRAPPERS, Wrapper};

/// What a program does with the words after it.
#[derive(Debug)]
pub(super) enum Step {
    /// It runs nothing else that can be seen.
    Stop,
    /// It runs the command in these words.
    Inner(Inner),
    /// It runs the scripts that these words hold.
    Scripts { shown: Cow<'static, str>, environment: Option<Environment>, texts: Vec<usize> },
    /// It runs, and so do the commands in these ranges of words.
    Beside { shown: Cow<'static, str>, inner: Vec<Range<usize>> },
    /// It splits this word, and what it runs is the words that come out and those behind them.
    Split { at: usize },
    /// It runs the program that this word names from byte `from` on, with the words from `rest` on.
    Entrypoint {
        shown: Cow<'static, str>,
        environment: Option<Environment>,
        word: usize,
        from: usize,
        rest: usize,
    },
    /// It is a shell that reads its commands from standard input.
    Stdin { environment: Option<Environment> },
}

/// A command inside of the words of its wrapper.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) shown: Cow<'static, str>,
    pub(super) environment: Option<Environment>,
    /// Its first word, and one past its last.
    pub(super) at: usize,
    pub(super) end: usize,
}

/// The programs that are looked at more closely beside those of the table.
const SPECIAL: [&str; 8] = ["command", "find", "export", "local", "readonly", "declare", "typeset", "xargs"];

/// The traces that the names of this module leave; most other programs leave another one.
static TRACES: [bool; 1024] = {
    let mut traces = [false; 1024];
    let mut at = 0;
    while at < WRAPPERS.len() {
        traces[trace(WRAPPERS[at].name)] = true;
        at += 1;
    }
    at = 0;
    while at < SPECIAL.len() {
        traces[trace(SPECIAL[at])] = true;
        at += 1;
    }
    at = 0;
    while at < SHELLS.len() {
        traces[trace(SHELLS[at])] = true;
        at += 1;
    }
    traces
};

const fn trace(name: &str) -> usize {
    let bytes = name.as_bytes();
    match bytes.len() {
        0 => 0,
        length => (bytes[0] as usize * 37 + bytes[length - 1] as usize * 5 + length * 11) % 1024,
    }
}

/// The program of a bare word at the start of a command, if it wraps nothing, so that no wrapper need be sought.
pub(super) fn ordinary(raw: &str) -> Option<&str> {
    let name = super::program::name(raw);
    let is_ordinary =
        || !SPECIAL.contains(&name) && name != "uv" && !SHELLS.contains(&name) && rows(name).is_empty();
    (!TRACES[trace(name)] || is_ordinary()).then_some(name)
}

/// Whether the program assigns variables named in its words.
pub(super) fn declares(name: &str) -> bool {
    matches!(name, "export" | "local" | "readonly" | "declare" | "typeset")
}

/// `ruff` of `uvx ruff@latest`.
pub(super) fn without_version<'t>(name: Cow<'t, str>, wrapper: Option<&str>) -> Cow<'t, str> {
    let part: fn(&str) -> &str = match wrapper {
        Some("uvx" | "uv tool run" | "pipx run") => |name| {
            let end = name.find(['@', '=', '[', '<', '>']).filter(|&at| at > 0).unwrap_or(name.len());
            &name[..end]
        },
        Some("hatch run") => |name| name.rsplit(':').next().unwrap_or(name),
        _ => return name,
    };
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(part(name)),
        Cow::Owned(name) => Cow::Owned(part(&name).to_owned()),
    }
}

/// What the program called `name`, whose word stands at `at`, does with the words after it.
pub(super) fn step(name: &str, arguments: &[Argument<'_>], at: usize) -> Step {
    if !TRACES[trace(name)] {
        return Step::Stop;
    }
    match name {
        "find" => return find(arguments, at),
        "command" if matches!(text(arguments, at + 1), Some("-v" | "-V" | "-pv" | "-pV")) => {
            return Step::Stop;
        }
        _ if SHELLS.contains(&name) => return shell(name, arguments, at),
        _ => {}
    }
    for row in rows(name) {
        if let Some(operands) = row_operands(row, arguments, at) {
            return apply(row, arguments, operands);
        }
    }
    Step::Stop
}

/// The rows of the table for a name; those with more words come first.
fn rows(name: &str) -> &'static [Wrapper] {
    let start = WRAPPERS.partition_point(|row| row.name < name);
    let length = WRAPPERS[start..].iter().take_while(|row| row.name == name).count();
    &WRAPPERS[start..start + length]
}

fn text<'a>(arguments: &'a [Argument<'_>], at: usize) -> Option<&'a str> {
    arguments.get(at).map(|argument| argument.text.as_ref())
}

/// Where the options of a row start, if the words that follow the program are the row's.
fn row_operands(row: &Wrapper, arguments: &[Argument<'_>], at: usize) -> Option<usize> {
    let mut here = at + 1;
    for word in row.words.split_whitespace() {
        here = skip_options(arguments, here, row.values);
        if text(arguments, here) != Some(word) {
            return None;
        }
        here += 1;
    }
    Some(here)
}

/// What a row does with its words, which start at `here`.
fn apply(row: &Wrapper, arguments: &[Argument<'_>], here: usize) -> Step {
    let end = arguments.len();
    let operands = skip_options(arguments, here, row.values) + row.operands;
    match row.holds {
        Holds::UvCommand if runs_module(row, arguments, here) => Step::Stop,
        Holds::Command if row.environment == Some(Environment::Container) => {
            entrypoint(row, arguments, here, operands).unwrap_or_else(|| words(row, arguments, operands, end))
        }
        Holds::CommandOrOption(option) if text(arguments, operands) == Some(option) => {
            if operands + 1 < end {
                scripts(row, vec![operands + 1])
            } else {
                Step::Stop
            }
        }
        Holds::Command | Holds::CommandOrOption(_) | Holds::UvCommand => words(row, arguments, operands, end),
        Holds::Assignments => {
            let is_before = |word: &Argument<'_>| assignment(&word.text).is_some() || word.text == "--";
            let skipped = arguments.iter().skip(operands).take_while(|word| is_before(word)).count();
            let at = operands + skipped;
            // `env -S 'python -u'` splits what it is given; `sudo 'a b'` does not.
            match row.name == "env" && holds_script(arguments, at) {
                true if at + 1 < end => Step::Split { at },
                // Nothing is to be added, so the text can be read where it stands, with the quotes in it.
                true => scripts(row, vec![at]),
                false => words(row, arguments, at, end),
            }
        }
        Holds::After(markers) => {
            let marker = arguments.iter().skip(here).position(|word| markers.contains(&word.text.as_ref()));
            marker.map_or(Step::Stop, |marker| words_or_script(row, arguments, here + marker + 1, end))
        }
        Holds::Text => {
            // What follows `:::` is data for GNU parallel.
            let end = arguments.iter().position(|word| word.text.starts_with(":::")).unwrap_or(end);
            if operands >= end && row.environment == Some(Environment::Remote) {
                return Step::Stdin { environment: row.environment };
            }
            let is_opaque = row.name == "eval" && arguments.get(operands).is_some_and(is_only_expanded);
            if is_opaque { Step::Stop } else { words_or_script(row, arguments, operands, end) }
        }
        Holds::Texts => {
            let texts = texts(row, arguments, here);
            if texts.is_empty() { Step::Stop } else { scripts(row, texts) }
        }
        Holds::Option(options) => {
            let option = arguments.iter().skip(here).position(|word| options.contains(&word.text.as_ref()));
            let Some(at) = option.map(|option| here + option + 1).filter(|&at| at < end) else {
                return Step::Stop;
            };
            let shown = format!("{} {}", shown(row), arguments[at - 1].text);
            Step::Scripts { shown: shown.into(), environment: row.environment, texts: vec![at] }
        }
        Holds::Handler => {
            let at = here + usize::from(text(arguments, here) == Some("--"));
            let is_handler = |word: &str| {
                !word.starts_with('-') && word.bytes().any(|byte| !byte.is_ascii_digit()) && at + 1 < end
            };
            // `trap - INT`, `trap '' INT`, `trap 2` and `trap INT` all take a handler away.
            let has_handler = text(arguments, at).is_some_and(is_handler);
            if has_handler { scripts(row, vec![at]) } else { Step::Stop }
        }
    }
}

/// The name of a row as it is reported.
fn shown(row: &Wrapper) -> Cow<'static, str> {
    if row.words.is_empty() { row.name.into() } else { format!("{} {}", row.name, row.words).into() }
}

fn scripts(row: &Wrapper, texts: Vec<usize>) -> Step {
    Step::Scripts { shown: shown(row), environment: row.environment, texts }
}

fn words_or_script(row: &Wrapper, arguments: &[Argument<'_>], at: usize, end: usize) -> Step {
    if at < end && holds_script(arguments, at) {
        scripts(row, vec![at])
    } else {
        words(row, arguments, at, end)
    }
}

/// The words from `at` to `end` as a command, if they are one. An option where a program should be is meant for a
/// program that is not named.
fn words(row: &Wrapper, arguments: &[Argument<'_>], at: usize, end: usize) -> Step {
    let names_program =
        |first: &Argument<'_>| at < end && !first.text.is_empty() && !first.text.starts_with('-');
    if !arguments.get(at).is_some_and(names_program) {
        return Step::Stop;
    }
    Step::Inner(Inner { shown: shown(row), environment: row.environment, at, end })
}

/// `--entrypoint python image args`: what takes the place of the image's own program.
fn entrypoint(row: &Wrapper, arguments: &[Argument<'_>], here: usize, rest: usize) -> Option<Step> {
    const OPTION: &str = "--entrypoint";
    let options = arguments.get(here..rest.min(arguments.len()))?;
    let at = options.iter().position(|word| word.text.starts_with(OPTION))?;
    let (word, from) = match &options[at].text[OPTION.len()..] {
        "" => (here + at + 1, 0),
        value if value.starts_with('=') => (here + at, OPTION.len() + 1),
        _ => return None,
    };
    let names_program = arguments.get(word).is_some_and(|word| word.text.len() > from);
    let (shown, environment) = (shown(row), row.environment);
    (names_program && word < rest).then_some(Step::Entrypoint { shown, environment, word, from, rest })
}

/// Whether `uv run` is told to run a module, or its standard input.
fn runs_module(row: &Wrapper, arguments: &[Argument<'_>], here: usize) -> bool {
    let operands = skip_options(arguments, here, row.values).min(arguments.len());
    arguments[here.min(operands)..operands].iter().any(|word| matches!(word.text.as_ref(), "-m" | "--module"))
        || text(arguments, operands) == Some("-")
}

/// Whether a word is a script rather than the name of a program.
fn holds_script(arguments: &[Argument<'_>], at: usize) -> bool {
    arguments.get(at).is_some_and(|word| {
        word.quoted && !is_only_expanded(word) && word.text.trim().contains([' ', '\t', '\n', ';', '|', '&'])
    })
}

/// Whether what a word says is for an expansion to tell.
fn is_only_expanded(word: &Argument<'_>) -> bool {
    word.expands && word.text.starts_with(['$', '`'])
}

/// The operands of a program that takes any number of scripts.
fn texts(row: &Wrapper, arguments: &[Argument<'_>], here: usize) -> Vec<usize> {
    let mut texts = Vec::new();
    let mut at = here;
    while at < arguments.len() {
        let word = arguments[at].text.as_ref();
        // `--prepare` and its like take scripts too.
        if matches!(word, "--prepare" | "-p" | "--setup" | "-s" | "--cleanup" | "-c" | "--conclude") {
            at += 1;
            texts.extend((at < arguments.len()).then_some(at));
        } else if word.starts_with('-') {
            at += usize::from(takes_next(word, row.values));
        } else {
            texts.push(at);
        }
        at += 1;
    }
    texts
}

/// A shell: the text after `-c`, or standard input where no file is named.
fn shell(name: &str, arguments: &[Argument<'_>], at: usize) -> Step {
    let mut here = at + 1;
    let mut has_text = false;
    let mut reads_stdin = false;
    while let Some(word) = text(arguments, here) {
        let Some(letters) = word.strip_prefix(['-', '+']) else { break };
        if word == "--" || letters.is_empty() {
            here += 1;
            break;
        }
        let is_long = letters.starts_with('-');
        has_text |= !is_long && word.starts_with('-') && letters.contains('c');
        reads_stdin |= !is_long && letters.contains('s');
        let takes_next = if is_long {
            matches!(word, "--rcfile" | "--init-file")
        } else {
            letters.ends_with(['o', 'O']) || (letters.contains('c') && letters.contains('o'))
        };
        here += 1 + usize::from(takes_next);
    }
    if has_text {
        if here >= arguments.len() {
            return Step::Stop;
        }
        return Step::Scripts { shown: format!("{name} -c").into(), environment: None, texts: vec![here] };
    }
    if here >= arguments.len() || reads_stdin { Step::Stdin { environment: None } } else { Step::Stop }
}

/// `find … -exec cmd … ;`.
fn find(arguments: &[Argument<'_>], at: usize) -> Step {
    let mut inner = Vec::new();
    let mut here = at + 1;
    while here < arguments.len() {
        if matches!(arguments[here].text.as_ref(), "-exec" | "-execdir" | "-ok" | "-okdir") {
            let start = here + 1;
            let ends = |word: &Argument<'_>| matches!(word.text.as_ref(), ";" | "+");
            here = arguments[start..].iter().position(ends).map_or(arguments.len(), |length| start + length);
            if here > start {
                inner.push(start..here);
            }
        }
        here += 1;
    }
    if inner.is_empty() { Step::Stop } else { Step::Beside { shown: "find -exec".into(), inner } }
}
