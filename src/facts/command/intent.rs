//! What the words around a command say about it: do it, never do it, or one way among others. Reads labels (headings,
//! comments, the sentence in front of a listing) and knows no format.

use super::block::{Judgement, Role};

/// What a label says about the lines below it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// This is how to do it.
    Right,
    /// This is how not to do it.
    Wrong,
    /// This is another way, beside the recommended one.
    Aside,
}

const CROSSES: &[char] = &['❌', '🚫', '✗', '✘', '⛔', '👎', '✖', '❎'];
const CHECKS: &[char] = &['✅', '✔', '✓', '☑', '👍'];

/// Words that say "wrong" when they open a label, are shouted, or are followed by a colon.
const WRONG: &[&str] = &[
    "anti-pattern",
    "anti-patterns",
    "antipattern",
    "antipatterns",
    "bad",
    "banned",
    "disallowed",
    "don'ts",
    "forbidden",
    "incorrect",
    "prohibited",
    "wrong",
];

/// Words that say "right" under the same conditions.
const RIGHT: &[&str] =
    &["better", "correct", "do", "good", "instead", "preferred", "recommended", "right", "yes"];

/// Verbs whose negation forbids a command: "do not hesitate" forbids nothing.
const DEEDS: &[&str] = &[
    "call", "do", "ever", "execute", "invoke", "just", "manually", "ever", "rely", "run", "try", "type",
    "use", "using", "write",
];

/// Tools that take the place of the recommended one.
pub(super) const RIVALS: &[&str] =
    &["anaconda", "conda", "mamba", "pdm", "pip", "pip3", "pipenv", "pipx", "poetry", "venv", "virtualenv"];

/// Whether the character is a mark of approval or of refusal, or belongs to one.
pub(super) fn is_mark(character: char) -> bool {
    CROSSES.contains(&character) || CHECKS.contains(&character) || character == '\u{fe0f}'
}

/// What a heading, a comment or an introducing sentence says of what follows; with the words that say so.
pub(super) fn label(text: &str) -> Option<(Verdict, String)> {
    if let Some(found) = marks(text) {
        return Some(found);
    }
    let words = words(text);
    (0..words.len()).find_map(|at| word_verdict(&words, at)).or_else(|| aside(&words))
}

/// The first approving or refusing mark, unless the text shows both kinds, as a legend does.
fn marks(text: &str) -> Option<(Verdict, String)> {
    let cross = text.find(CROSSES);
    let check = text.find(CHECKS);
    match (cross, check) {
        (Some(_), Some(_)) | (None, None) => None,
        (Some(at), None) => Some((Verdict::Wrong, text[at..].chars().take(1).collect())),
        (None, Some(at)) => Some((Verdict::Right, text[at..].chars().take(1).collect())),
    }
}

/// A word of a label, with what the reading of it depends on.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) lower: String,
    is_shouted: bool,
    /// A colon, a dash, a bracket or the end follows.
    pub(super) is_closed: bool,
    /// It opens a clause: nothing, punctuation or a linking word stands before it.
    is_opening: bool,
}

/// How many words of a label are read: what says "wrong" stands early.
const MAX_WORDS: usize = 40;

pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_opening = true;
    for raw in text.split(|c: char| c.is_whitespace() || "*_`\"“”".contains(c)).take(3 * MAX_WORDS) {
        let core = raw.trim_matches(|c: char| !c.is_alphanumeric());
        if core.is_empty() {
            // A dash or a bullet between blanks ends what stood before it.
            if let (false, Some(last)) = (raw.is_empty(), words.last_mut()) {
                last.is_closed = true;
                is_opening = true;
            }
            continue;
        }
        let lower = core.replace('’', "'").to_lowercase();
        let is_linking = matches!(
            lower.as_str(),
            "and" | "but" | "so" | "please" | "then" | "always" | "or" | "must" | "should" | "shall"
        );
        let is_closed = raw.ends_with([':', '.', ',', ';', '!', '?', ')', ']', '-', '—', '–']);
        let is_shouted = core.chars().count() > 2
            && core.chars().all(|c| !c.is_lowercase())
            && core.chars().any(char::is_uppercase);
        words.push(Word {
            lower,
            is_shouted,
            is_closed,
            is_opening: is_opening || raw.starts_with(['(', '[']),
        });
        is_opening = is_closed || is_linking;
        if words.len() == MAX_WORDS {
            return words;
        }
    }
    if let Some(last) = words.last_mut() {
        last.is_closed = true;
    }
    words
}

fn word_verdict(words: &[Word], at: usize) -> Option<(Verdict, String)> {
    let word = &words[at];
    let next = words.get(at + 1);
    let follows = |list: &[&str]| next.is_some_and(|next| list.contains(&next.lower.as_str()));
    let name = word.lower.as_str();
    let evidence = || if word.is_shouted { word.lower.to_uppercase() } else { word.lower.clone() };
    if is_refusal(words, at) {
        return Some((Verdict::Wrong, evidence()));
    }
    let is_label = word.is_closed
        || word.is_shouted
        || follows(&[
            "way",
            "ways",
            "example",
            "examples",
            "practice",
            "practices",
            "approach",
            "pattern",
            "patterns",
            "usage",
            "command",
            "commands",
        ]);
    let starts = word.is_opening && at == 0 || word.is_shouted;
    if starts && is_label {
        if WRONG.contains(&name) {
            return Some((Verdict::Wrong, evidence()));
        }
        if RIGHT.contains(&name) {
            return Some((Verdict::Right, evidence()));
        }
    }
    let is_verdict = word.is_closed
        && at > 0
        && words[at - 1].lower == "is"
        && matches!(name, "wrong" | "bad" | "forbidden" | "incorrect");
    is_verdict.then(|| (Verdict::Wrong, evidence()))
}

/// Whether the word at `at` begins a prohibition: `never run`, `do not use`, `avoid`, `instead of`, `not:`.
fn is_refusal(words: &[Word], at: usize) -> bool {
    let word = &words[at];
    let after = |n: usize| words.get(at + n).map_or("", |word| word.lower.as_str());
    match word.lower.as_str() {
        "never" => word.is_shouted || word.is_closed || DEEDS.contains(&after(1)),
        "don't" | "dont" => word.is_opening && (word.is_closed || DEEDS.contains(&after(1))),
        "do" => word.is_opening && after(1) == "not" && (after(2).is_empty() || DEEDS.contains(&after(2))),
        "must" | "should" | "shall" | "can" if after(1) == "not" || after(1) == "never" => {
            DEEDS.contains(&after(2))
        }
        "mustn't" | "shouldn't" => DEEDS.contains(&after(1)),
        "avoid" => {
            word.is_opening
                && (word.is_closed
                    || matches!(
                        after(1),
                        "this" | "these" | "using" | "running" | "calling" | "doing" | "bare" | "the"
                    ))
        }
        "instead" => at == 0 && after(1) == "of",
        "rather" => at == 0 && after(1) == "than",
        "not" => {
            word.is_opening
                && (at == 0 || word.is_shouted)
                && (word.is_closed
                    || word.is_shouted
                    || matches!(after(1), "this" | "like" | "recommended" | "allowed" | "supported"))
        }
        "what" => after(1) == "not" && after(2) == "to",
        _ => false,
    }
}

/// Another way beside the recommended one: "or with pip", "without uv", "if you don't use uv".
fn aside(words: &[Word]) -> Option<(Verdict, String)> {
    let has = |name: &str| words.iter().position(|word| word.lower == name);
    if let Some(uv) = has("uv") {
        let before = &words[uv.saturating_sub(4)..uv];
        let is_without = before.last().is_some_and(|word| matches!(word.lower.as_str(), "without" | "no"))
            || before.iter().any(|word| matches!(word.lower.as_str(), "don't" | "not" | "cannot" | "can't"))
            || words.get(uv + 1).is_some_and(|word| word.lower == "is")
                && words.get(uv + 2).is_some_and(|word| matches!(word.lower.as_str(), "not" | "unavailable"));
        if is_without {
            return Some((Verdict::Aside, "without uv".to_owned()));
        }
    }
    let rival = words.iter().find(|word| RIVALS.contains(&word.lower.as_str()))?;
    let choice = words.iter().enumerate().find(|(at, word)| match word.lower.as_str() {
        "or" => *at == 0,
        "alternatively" | "otherwise" | "alternative" | "traditional" | "legacy" | "fallback" => true,
        "prefer" => *at > 0 && words[at - 1].lower == "you",
        _ => false,
    })?;
    Some((Verdict::Aside, format!("{} {}", choice.1.lower, rival.lower)))
}

/// Whether a heading names uv.
pub(super) fn names_uv(heading: &str) -> bool {
    // Most do not even have the letters.
    heading.as_bytes().windows(2).any(|pair| pair.eq_ignore_ascii_case(b"uv"))
        && words(heading).iter().any(|word| word.lower == "uv")
}

/// The judgement that a label makes of the commands below it, where `place` says what the label is.
pub(super) fn below(text: &str, place: &str) -> Option<Judgement> {
    let (verdict, words) = label(text)?;
    let role = match verdict {
        Verdict::Right => Role::Instructed,
        Verdict::Wrong => Role::Forbidden,
        Verdict::Aside => Role::Alternative,
    };
    Some(Judgement::new(role, format!("{place} says `{words}`")))
}

/// The judgement of a comment behind a command on the same line.
pub(super) fn trailing(comment: &str) -> Option<Judgement> {
    let text = comment.trim_start_matches(['#', ' ', '\t']);
    let words = words(text);
    let offers_uv = words.first().is_some_and(|word| matches!(word.lower.as_str(), "alternatively" | "or"))
        && words.iter().any(|word| word.lower == "uv");
    if offers_uv {
        return Some(Judgement::new(Role::Alternative, "comment offers uv"));
    }
    below(text, "comment").filter(|judgement| judgement.role != Role::Instructed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> Option<Verdict> {
        label(text).map(|(verdict, _)| verdict)
    }

    #[test]
    fn refusals() {
        for text in [
            "❌ WRONG - Never run directly",
            "WRONG: Never use pip directly",
            "Bad:",
            "Never run pytest directly",
            "Don't do this",
            "do not use pip here",
            "Avoid:",
            "instead of",
            "NOT this",
            "Wrong way",
            "Anti-patterns",
            "You must not run bare python",
            "🚫 Using python",
            "NOT ENOUGH",
            "This is wrong",
            "What not to do",
        ] {
            assert_eq!(verdict(text), Some(Verdict::Wrong), "{text}");
        }
    }

    #[test]
    fn approvals() {
        for text in ["✅ CORRECT - Always use uv run", "CORRECT: Use uv pip", "Good:", "DO:", "Recommended"]
        {
            assert_eq!(verdict(text), Some(Verdict::Right), "{text}");
        }
    }

    #[test]
    fn asides() {
        for text in [
            "or with pip",
            "Without uv:",
            "If you don't use uv",
            "Alternatively, use pip",
            "If uv is not installed",
        ] {
            assert_eq!(verdict(text), Some(Verdict::Aside), "{text}");
        }
    }

    #[test]
    fn plain_labels_say_nothing() {
        for text in [
            "Do not forget to install",
            "Run the tests",
            "Fix wrong permissions",
            "Install dependencies",
            "",
            "Do the migration",
            "Use the cache to avoid rebuilds",
            "✅ pass / ❌ fail",
            "It never ends",
            "Good morning all",
            "If it does not start, run",
        ] {
            assert_eq!(verdict(text), None, "{text}");
        }
    }
}
