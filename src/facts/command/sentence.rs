//! The sentence around a command in prose: whether it orders, forbids or merely tells of it. Reads words, in English
//! alone; a sentence in another language mentions.

use super::intent;

/// Stands in the text of a passage for a code span.
pub(super) const CODE: char = '\u{fffc}';

/// The longest sentence that is read, in bytes; what stands further off says little.
const MAX_SENTENCE: usize = 240;

/// Verbs that tell somebody to run what follows them.
const VERBS: &[&str] = &[
    "call", "enter", "execute", "invoke", "issue", "prefer", "rerun", "run", "start", "try", "type", "use",
    "using", "via", "with",
];

/// Verbs that need no object of their own: a bare program behind them is a command.
const STRONG: &[&str] = &["execute", "invoke", "rerun", "run", "type"];

/// Verbs that open an order whose means is named behind `with`.
const ORDERS: &[&str] = &[
    "activate", "add", "build", "bump", "check", "create", "execute", "format", "generate", "install",
    "launch", "lint", "publish", "run", "set", "start", "sync", "test", "update", "upgrade", "validate",
    "verify",
];

/// Words behind which a verb gives an order: `to run`, `and run`, `you should run`.
const BEFORE_ORDER: &[&str] = &[
    "", "agents", "also", "always", "and", "can", "first", "instead", "just", "manually", "must", "not",
    "now", "or", "please", "should", "simply", "then", "to", "we", "you",
];

/// Words that open a clause which tells of something and does not ask for it.
const TELLING: &[&str] =
    &["after", "because", "before", "if", "once", "since", "unless", "until", "when", "whenever", "while"];

/// Words behind a code span that make it what the sentence is about: "`pytest -q` fails", "the `make x` target".
const TOLD: &[&str] = &[
    "action", "behaves", "calls", "can't", "does", "doesn't", "failed", "fails", "flag", "hangs", "has",
    "is", "job", "output", "prints", "reports", "returns", "shows", "target", "was", "works", "would",
];

/// Words between a refusal and the command that it is meant for: "never run the bare `pytest`".
const FILLERS: &[&str] = &[
    "a", "bare", "call", "calling", "direct", "directly", "execute", "global", "just", "plain", "raw", "run",
    "running", "system", "the", "to", "use", "using",
];

/// Words right before a command that refuse it.
const REFUSALS: &[&str] =
    &["avoid", "cannot", "don't", "never", "not", "over", "replaces", "unlike", "versus", "vs", "without"];

/// Words that open advice after a refusal: "do not use A, use B".
const TURNS: &[&str] = &["always", "but", "instead", "prefer", "run", "try", "use"];

/// What stands right behind a command that is refused.
const REFUSALS_AFTER: &[&str] = &[
    "(bad",
    "(wrong",
    "directly ❌",
    "is banned",
    "is deprecated",
    "is forbidden",
    "is not allowed",
    "is prohibited",
    "is wrong",
    "must not",
    "should not",
    "❌",
];

/// The end of a text from the start of its last sentence on.
pub(super) fn before(text: &str) -> &str {
    let text = &text[text.ceil_char_boundary(text.len().saturating_sub(MAX_SENTENCE))..];
    let ends = [". ", "! ", "? ", "; ", "\n", "。"];
    let start = ends.iter().filter_map(|end| text.rfind(end).map(|at| at + end.len())).max();
    &text[start.unwrap_or(0)..]
}

/// The last sentence of a passage, its full stop or colon included.
pub(super) fn last(text: &str) -> &str {
    let text = text.trim_end();
    let body = text.trim_end_matches(['.', ':', '!', '?']);
    &text[body.len() - before(body).len()..]
}

/// Why the words around a command forbid it.
pub(super) fn refusal(sentence: &str, after: &str) -> Option<String> {
    let lower = sentence.to_lowercase().replace('’', "'");
    if let Some(word) = refusal_before(&lower) {
        return Some(format!("`{word}` before the command"));
    }
    let clause = sentence.rsplit([',', '—', '–']).next().unwrap_or(sentence);
    for part in [sentence, clause] {
        let Some((intent::Verdict::Wrong, word)) = intent::label(part) else { continue };
        let last = part.rsplit([',', ';', '—', '–', '-', '.']).next().unwrap_or(part);
        let turns = last.len() < part.len() && TURNS.contains(&first_word(last).as_str());
        if !turns {
            return Some(format!("sentence says `{word}`"));
        }
    }
    let next = after.trim_start_matches([' ', '"', '*', ')']).to_lowercase();
    let found = REFUSALS_AFTER.iter().find(|refusal| next.starts_with(*refusal))?;
    Some(format!("`{found}` behind the command"))
}

/// The refusing words right before a command, or before the first of a chain: "never run `a` or `b`".
fn refusal_before(lower: &str) -> Option<&str> {
    let before = unchained(lower, &[" or", " and", " nor"]);
    let mut words: Vec<&str> = before
        .split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == CODE))
        .filter(|word| !word.is_empty())
        .collect();
    while words.last().is_some_and(|word| FILLERS.contains(word)) {
        words.pop();
    }
    match words.as_slice() {
        [.., "instead", "of"] => Some("instead of"),
        [.., "rather", "than"] => Some("rather than"),
        [.., last] => REFUSALS.contains(last).then_some(*last),
        [] => None,
    }
}

/// The text before a chain of code spans that these words and commas join.
fn unchained<'a>(text: &'a str, links: &[&str]) -> &'a str {
    let mut before = text.trim_end();
    loop {
        let mut shorter = before.trim_end_matches([' ', CODE, ',', '/', '(', '"', '*', '_']);
        for link in links {
            shorter = shorter.trim_end_matches(link);
        }
        if shorter.len() == before.len() {
            return before;
        }
        before = shorter;
    }
}

/// Why the sentence before a command tells the reader to run it. A bare program needs a stronger verb.
pub(super) fn instruction(sentence: &str, command: &str) -> Option<String> {
    let is_bare = !command.trim().contains(char::is_whitespace);
    let before = unchained(sentence, &[" and", " or", " then"]);
    let is_labelled = before.ends_with(':');
    let before = before.trim_end_matches([':', ' ']);
    let clause = before.rsplit([',', '(', '—', '–', '→']).next().unwrap_or(before);
    let clause = clause.rsplit(": ").next().unwrap_or(clause);
    // A verb before another command has that for its object: "run `a` and read what `b` says".
    let clause = clause.rsplit(CODE).next().unwrap_or(clause);
    let words: Vec<String> = clause.split_whitespace().map(bare_word).collect();
    let opening = words.first().map_or("", String::as_str);
    if TELLING.contains(&opening) {
        return None;
    }
    match words.iter().enumerate().rev().find(|(at, _)| is_order(&words, *at)) {
        Some((_, verb)) => {
            let is_strong = STRONG.contains(&opening) || STRONG.contains(&verb.as_str());
            (!is_bare || is_strong).then(|| format!("`{verb}` before the command"))
        }
        None => (is_labelled && !is_bare).then(|| "label before the command".to_owned()),
    }
}

/// Whether the word at `at` is a verb in a form that gives an order.
fn is_order(words: &[String], at: usize) -> bool {
    let word = words[at].as_str();
    match word {
        // `install it with`, `run the tests using`: only where the clause itself is an order.
        "with" | "using" | "via" => ORDERS.contains(&words[0].as_str()),
        _ if VERBS.contains(&word) => at == 0 || BEFORE_ORDER.contains(&words[at - 1].as_str()),
        _ => false,
    }
}

/// Whether the words behind a command make it what the sentence is about.
pub(super) fn tells(after: &str) -> bool {
    after.starts_with(' ') && TOLD.contains(&first_word(after).as_str())
}

/// Whether the words between two commands make them a choice: "or", "(or", "; alternatively, with pip:".
pub(super) fn joins(between: &str) -> bool {
    !between.contains(". ")
        && between
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| matches!(word.to_ascii_lowercase().as_str(), "or" | "alternatively" | "otherwise"))
}

/// The last word before a quotation, if it is a verb that a command follows.
pub(super) fn strong_verb(sentence: &str) -> Option<&'static str> {
    let last = bare_word(sentence.split_whitespace().next_back()?);
    STRONG.iter().copied().find(|verb| *verb == last)
}

fn first_word(text: &str) -> String {
    bare_word(text.split_whitespace().next().unwrap_or_default())
}

/// A word without punctuation, in lower case.
fn bare_word(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals() {
        for sentence in [
            "never run the bare ",
            "use A instead of ",
            "Do not use ",
            "Prefer A over ",
            "don't call \u{fffc} or ",
        ] {
            assert!(refusal(sentence, "").is_some(), "{sentence}");
        }
        for sentence in ["Do not use \u{fffc}, use ", "Do not forget to run ", "Run ", ""] {
            assert!(refusal(sentence, "").is_none(), "{sentence}");
        }
        assert!(refusal("", " is not allowed").is_some());
    }

    #[test]
    fn orders() {
        for sentence in
            ["Run ", "To test: ", "then run ", "Install it with ", "run \u{fffc}, \u{fffc} and ", "Tests: "]
        {
            assert!(instruction(sentence, "a b").is_some(), "{sentence}");
        }
        for sentence in [
            "Run \u{fffc} and read what ",
            "If you run ",
            "The script runs ",
            "a wrapper around ",
            "works with ",
            "",
        ] {
            assert!(instruction(sentence, "a b").is_none(), "{sentence}");
        }
        assert!(instruction("Use ", "pytest").is_none() && instruction("Run ", "pytest").is_some());
    }
}
