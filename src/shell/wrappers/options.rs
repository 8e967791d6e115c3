//! Options on a command line: which words they take, and where the operands start.

use std::borrow::Cow;

use super::super::unwrap::Argument;

/// The options of `python` that take the next word.
const PYTHON_VALUES: [&str; 4] = ["-W", "-X", "-Q", "--check-hash-based-pycs"];

/// The first word from `at` on that is no option; `values` are the options that take the next word.
pub(super) fn skip_options(arguments: &[Argument<'_>], mut at: usize, values: &str) -> usize {
    while let Some(argument) = arguments.get(at) {
        let word = argument.text.as_ref();
        if word == "--" {
            return at + 1;
        }
        if !word.starts_with('-') || word == "-" {
            return at;
        }
        at += 1 + usize::from(takes_next(word, values));
    }
    at
}

/// Whether an option takes the next word: `-n` and `--user`, but neither `-n5` nor `--user=x`. In a bundle of letters
/// the last one counts.
pub(super) fn takes_next(word: &str, values: &str) -> bool {
    if values.split_ascii_whitespace().any(|value| value == word) {
        return true;
    }
    let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.starts_with('-')) else {
        return false;
    };
    let takes = |letter: char| {
        values
            .split_ascii_whitespace()
            .any(|value| value.strip_prefix('-').is_some_and(|value| value.chars().eq([letter])))
    };
    match letters.char_indices().find(|&(_, letter)| takes(letter)) {
        Some((at, letter)) => at + letter.len_utf8() == letters.len(),
        None => false,
    }
}

/// `X` of `python -m X`, from the words after `python`.
pub(in super::super) fn python_module<'t>(argv: &[Cow<'t, str>]) -> Option<Cow<'t, str>> {
    let mut at = 0;
    while let Some(word) = argv.get(at) {
        let letters = word.strip_prefix('-').filter(|letters| !letters.is_empty())?;
        if PYTHON_VALUES.contains(&word.as_ref()) {
            at += 2;
            continue;
        }
        let is_bundle = !letters.starts_with(['-', 'W', 'X']);
        if let Some(end) = letters.find(['m', 'c']).filter(|_| is_bundle).map(|found| found + 1) {
            let is_module = letters[..end].ends_with('m');
            let attached =
                Some(&letters[end..]).filter(|rest| !rest.is_empty()).map(|rest| Cow::Owned(rest.to_owned()));
            return attached.or_else(|| argv.get(at + 1).cloned()).filter(|_| is_module);
        }
        at += 1;
    }
    None
}

/// `X` of `uv run -m X`, from the words after `uv`.
pub(in super::super) fn uv_module<'t>(arguments: &[Argument<'t>]) -> Option<Cow<'t, str>> {
    let run = arguments.iter().position(|argument| argument.text == "run")?;
    let module =
        arguments[run..].iter().position(|argument| matches!(argument.text.as_ref(), "-m" | "--module"))?;
    arguments.get(run + module + 1).map(|argument| argument.text.clone())
}
