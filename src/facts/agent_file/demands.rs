//! What the prose of an instruction demands, by a small table of phrasings. Reads words, not meaning: a phrasing that
//! is negated does not count, one that is not in the table is not seen.

/// A phrasing: words in order, `*` for up to [`GAP`] others.
type Phrase = &'static [&'static str];

/// How many words a `*` stands for at most.
const GAP: usize = 5;

/// What can be demanded and how it is said. Sorted by name.
static DEMANDS: &[(&str, &[Phrase])] =
    &[("tests-first", TESTS_FIRST), ("thoughts-at-root", THOUGHTS_AT_ROOT), ("uv", UV)];

const TESTS_FIRST: &[Phrase] = &[
    &["tdd"],
    &["test", "driven"],
    &["tests", "first"],
    &["test", "first", "development"],
    &["test", "first", "approach"],
    &["work", "test", "first"],
    &["failing", "test", "first"],
    &["write", "*", "test", "first"],
    &["write", "*", "failing", "tests"],
    &["write", "*", "failing", "test"],
    &["write", "*", "tests", "before"],
    &["write", "*", "test", "before"],
    &["tests", "before", "implementation"],
    &["tests", "before", "implementing"],
    &["tests", "before", "code"],
    &["tests", "before", "writing"],
    &["after", "tests", "exist"],
    &["until", "tests", "exist"],
    &["red", "green", "refactor"],
];

const THOUGHTS_AT_ROOT: &[Phrase] = &[
    &["thoughts", "*", "relative", "to", "*", "root"],
    &["thoughts", "*", "at", "*", "root"],
    &["thoughts", "*", "in", "*", "root"],
    &["thoughts", "*", "from", "*", "root"],
    &["thoughts", "only", "*", "root"],
];

const UV: &[Phrase] = &[
    &["use", "uv"],
    &["using", "uv", "run"],
    &["uv", "only"],
    &["only", "uv"],
    &["via", "uv"],
    &["through", "uv"],
    &["run", "*", "with", "uv"],
    &["prefix", "*", "with", "uv"],
    &["uv", "*", "instead", "of", "pip"],
    &["uv", "not", "pip"],
    &["uv", "is", "required"],
    &["uv", "is", "mandatory"],
];

/// What is forbidden where something is demanded. These count only in a text that also names the tool demanded.
static FORBIDDEN: &[(&str, &str, &[Phrase])] = &[
    (
        "thoughts-at-root",
        "thoughts",
        &[&["create", "thoughts", "*", "in"], &["create", "*", "thoughts", "*", "subdirectories"]],
    ),
    (
        "uv",
        "uv",
        &[
            &["use", "*", "pip"],
            &["run", "*", "pip"],
            &["call", "*", "pip"],
            &["run", "*", "python"],
            &["use", "*", "python", "directly"],
            &["run", "*", "pytest"],
            &["bare", "python"],
            &["bare", "pip"],
            &["bare", "pytest"],
        ],
    ),
];

/// Words that turn what follows into its opposite.
const NEGATIONS: &[&str] = &[
    "not", "never", "no", "dont", "doesnt", "without", "avoid", "cannot", "skip", "needn", "isnt", "neednt",
];

/// Words that make what follows a possibility.
const POSSIBILITIES: &[&str] = &["if", "can", "may", "could", "might", "optionally", "whether", "or"];

/// How many words before a phrase can negate it.
const NEGATION_REACH: usize = 3;

/// The names of what a text demands, sorted.
pub(super) fn demands(text: &str) -> Vec<&'static str> {
    let mut found: Vec<_> = places(text).into_iter().map(|(name, _)| name).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What a text demands, each time with the byte where a sentence begins to say so.
pub(super) fn places(text: &str) -> Vec<(&'static str, usize)> {
    // Only ASCII letters are lowered: every byte keeps its place.
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut start = 0;
    for sentence in sentences(&lower) {
        let words = words(sentence);
        let mut add = |name: &'static str, word: Option<usize>| {
            found.extend(word.map(|word| (name, start + word_start(sentence, word))));
        };
        for (name, phrases) in DEMANDS {
            let forbidden = FORBIDDEN.iter().filter(|row| row.0 == *name).flat_map(|row| row.2);
            let demanded = phrases.iter().find_map(|phrase| demanded(&words, phrase));
            add(
                name,
                demanded.or_else(|| forbidden.into_iter().find_map(|phrase| forbidden_at(&words, phrase))),
            );
        }
        add("context-limit", context_limit(&words));
        start += sentence.len();
    }
    // A text that forbids pip and never names uv is for another tool.
    let named = words(&lower);
    found.retain(|(name, _)| {
        FORBIDDEN.iter().filter(|row| row.0 == *name).all(|(_, tool, _)| named.contains(tool))
    });
    found
}

/// The text in pieces that end at a full stop before a blank, at a blank line, or before a list item or heading.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .char_indices()
            .find(|&(at, character)| match character {
                '.' | '!' | '?' | ';' | '|' => rest[at + 1..].starts_with(char::is_whitespace),
                '\n' => {
                    let next = rest[at + 1..].trim_start_matches([' ', '\t', '>', '\r']);
                    next.starts_with(['\n', '-', '*', '#', '|', '`'])
                        || next.starts_with(|c: char| c.is_ascii_digit())
                }
                _ => false,
            })
            .map_or(rest.len(), |(at, character)| at + character.len_utf8());
        let (sentence, after) = rest.split_at(end);
        rest = after;
        Some(sentence)
    })
}

fn is_part_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '%' | '\'' | '’')
}

/// The byte where a word of a sentence begins, by its number.
fn word_start(sentence: &str, number: usize) -> usize {
    let mut inside = false;
    let starts = sentence.char_indices().filter(|&(_, character)| {
        let was_inside = std::mem::replace(&mut inside, is_part_of_word(character));
        inside && !was_inside
    });
    starts.map(|(at, _)| at).nth(number).unwrap_or_default()
}

/// The words of a sentence: letters, digits and `%`; an apostrophe joins.
fn words(sentence: &str) -> Vec<&str> {
    sentence
        .split(|c: char| !is_part_of_word(c))
        .filter(|word| !word.is_empty())
        .map(|word| match word {
            "don't" | "don’t" => "dont",
            "doesn't" | "doesn’t" => "doesnt",
            "isn't" | "isn’t" => "isnt",
            "needn't" | "needn’t" => "neednt",
            word => word.trim_matches(['\'', '’']),
        })
        .collect()
}

/// The first word of the phrase where nothing negates it.
fn demanded(words: &[&str], phrase: Phrase) -> Option<usize> {
    occurrences(words, phrase).find(|&at| {
        let before = &words[at.saturating_sub(NEGATION_REACH)..at];
        !before.iter().any(|word| NEGATIONS.contains(word) || POSSIBILITIES.contains(word))
    })
}

/// The first word of the phrase where a word before it forbids it.
fn forbidden_at(words: &[&str], phrase: Phrase) -> Option<usize> {
    occurrences(words, phrase)
        .find(|&at| words[at.saturating_sub(NEGATION_REACH)..at].iter().any(|word| NEGATIONS.contains(word)))
}

/// Where the phrase starts in the words.
fn occurrences(words: &[&str], phrase: Phrase) -> impl Iterator<Item = usize> {
    (0..words.len()).filter(move |&at| Some(&words[at]) == phrase.first() && follows(&words[at..], phrase))
}

/// Whether the phrase starts the words. Each `*` takes as few words as possible, which keeps it linear.
fn follows(words: &[&str], phrase: Phrase) -> bool {
    let mut at = 0;
    let mut gap = 0;
    for part in phrase {
        if *part == "*" {
            gap = GAP;
            continue;
        }
        let reach = words.len().min(at + gap + 1);
        match words.get(at..reach).unwrap_or_default().iter().position(|word| word == part) {
            Some(offset) => at += offset + 1,
            None => return false,
        }
        gap = 0;
    }
    true
}

/// The percentage by which a sentence bounds the use of the context.
fn context_limit(words: &[&str]) -> Option<usize> {
    const LINKS: &[&str] = &[
        "above",
        "over",
        "exceeds",
        "exceed",
        "reaches",
        "reach",
        "hits",
        "at",
        "below",
        "under",
        "past",
        "before",
        "when",
        "if",
        "once",
        "until",
        "keep",
        "approaching",
        "approaches",
        "limit",
        "threshold",
    ];
    let is_percentage = |word: &&str| {
        let number = word.strip_suffix('%').and_then(|number| number.parse::<u32>().ok());
        number.is_some_and(|number| (10..100).contains(&number))
    };
    let names_context = |word: &&str| matches!(*word, "context" | "컨텍스트") || word.starts_with("컨텍스트");
    let at = words.iter().position(is_percentage)?;
    let near = &words[at.saturating_sub(10)..words.len().min(at + 6)];
    let is_limit = near.iter().any(names_context)
        && (near.iter().any(|word| LINKS.contains(word))
            || near.iter().any(|word| matches!(*word, "초과" | "이하")))
        && !near
            .iter()
            .any(|word| matches!(*word, "savings" | "reduction" | "reduces" | "reduced" | "less" | "saves"));
    is_limit.then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn phrasings_are_seen_through_markup() {
        for (text, expected) in [
            ("**Always** use `uv run` for Python.", "uv"),
            ("NEVER use pip. uv manages the environment.", "uv"),
            ("Don't run `python` directly; uv does it", "uv"),
            ("Run scripts\nwith uv.", "uv"),
            ("IMPLEMENT AFTER TESTS EXIST", "tests-first"),
            ("Write the tests before any code", "tests-first"),
            ("We follow TDD.", "tests-first"),
            ("All `thoughts/` paths are relative to the **project root**.", "thoughts-at-root"),
            ("If context is above 70%, hand off", "context-limit"),
        ] {
            assert_eq!(demands(text), [expected], "{text}");
        }
    }

    #[test]
    fn what_is_negated_or_merely_told_is_no_demand() {
        for text in [
            "Do not use uv here.",
            "You can use uv if you like.",
            "Never use pip; poetry manages the environment.",
            "No TDD in this project.",
            "```\nuv sync\nuv run pytest\n```",
            "// Test first page",
            "This is tested. First, open the door.",
            "The change cuts context by 32%, a reduction if there ever was.",
        ] {
            assert_eq!(demands(text), [""; 0], "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(use|uv|never|pip|tests|first|thoughts|root|context|70%|\\.|\n|- | |é|'|.){0,80}") {
            demands(&text);
        }
    }
}
