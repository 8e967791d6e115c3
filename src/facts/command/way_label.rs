//! The labels of ways: headings, tabs and comments that name uv, a tool that it replaces, or just another way. Reads
//! words, no format.

use super::intent::{RIVALS, Word, words};

/// How many words the label of a way has at most.
const MAX_WAY: usize = 8;

/// Whether a label names a way with a tool that takes the place of uv: "pip", "Using pip", "Option 2: pip", "With pip
/// (legacy)". "Install the pip packages" is a step, not a way.
pub(super) fn names_way(label: &str) -> bool {
    if !may_name(label) {
        return false;
    }
    let words = words(label);
    let names = |word: &Word, list: &[&str]| list.contains(&word.lower.as_str());
    words.len() <= MAX_WAY
        && !words.iter().any(|word| word.lower == "uv")
        && words.iter().enumerate().any(|(at, word)| {
            let opens = at == 0
                || words[at - 1].is_closed
                || names(&words[at - 1], BEFORE_WAY)
                || names(&words[at - 1], RIVALS);
            let ends = word.is_closed
                || words.get(at + 1).is_none_or(|next| {
                    // "pip install" is a way, "pip install x" a command.
                    let is_name = next.lower == "install" && (next.is_closed || at + 2 == words.len());
                    is_name || names(next, AFTER_WAY) || names(next, RIVALS)
                });
            names(word, RIVALS) && opens && ends
        })
}

/// What every name in [`RIVALS`] contains one of.
const STEMS: [&str; 7] = ["conda", "mamba", "pdm", "pip", "poetry", "venv", "virtualenv"];

/// Whether the letters of a rival stand in a label: in most they do not, and cutting words costs more than looking.
fn may_name(label: &str) -> bool {
    let bytes = label.as_bytes();
    let opens = |at: usize, stem: &str| {
        bytes[at..].get(..stem.len()).is_some_and(|here| here.eq_ignore_ascii_case(stem.as_bytes()))
    };
    let is_first = |byte: u8| matches!(byte | 0x20, b'c' | b'm' | b'p' | b'v');
    (0..bytes.len()).any(|at| is_first(bytes[at]) && STEMS.iter().any(|stem| opens(at, stem)))
}

/// Whether a label only says that another way follows.
pub(super) fn is_or(label: &str) -> bool {
    let words = words(label);
    words.len() <= 2
        && words
            .first()
            .is_some_and(|word| matches!(word.lower.as_str(), "alternatively" | "or" | "otherwise"))
}

/// What the tag of a tab or a folded part calls it: `<TabItem label="pip">`, `<summary>With pip</summary>`.
pub(super) fn of_tab(html: &str) -> Option<&str> {
    if let Some((_, rest)) = html.split_once("<summary>") {
        let text = rest.split("</summary>").next().unwrap_or(rest);
        return Some(text.trim_matches(|c: char| c.is_whitespace() || "<>/b".contains(c)));
    }
    let (_, attributes) = html.split_once("<Tab")?;
    let attributes = attributes.split('>').next().unwrap_or(attributes);
    ["label=", "title=", "name=", "value="].iter().find_map(|name| {
        let (_, value) = attributes.split_once(name)?;
        let value = value.trim_start_matches('{');
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        value[1..].split(quote).next()
    })
}

/// Words before the tool that a label names as the way.
const BEFORE_WAY: &[&str] = &[
    "a",
    "and",
    "by",
    "classic",
    "directly",
    "from",
    "normal",
    "only",
    "option",
    "or",
    "plain",
    "regular",
    "standard",
    "tab",
    "tab-item",
    "the",
    "through",
    "traditional",
    "use",
    "using",
    "via",
    "with",
];

/// Words behind it.
const AFTER_WAY: &[&str] = &[
    "alternative",
    "and",
    "fallback",
    "for",
    "if",
    "installation",
    "instead",
    "legacy",
    "method",
    "only",
    "or",
    "setup",
    "user",
    "users",
    "way",
    "workflow",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rival_is_seen_at_once() {
        assert!(RIVALS.iter().all(|rival| may_name(rival) && may_name(&rival.to_uppercase())));
        assert!(!may_name("Create a component; p"));
    }

    #[test]
    fn ways_and_steps() {
        for label in [
            "pip",
            "Using pip",
            "=== \"pip\"",
            "Option 2: pip",
            "With pip (legacy):",
            "pip installation",
            ":::{tab} pip",
        ] {
            assert!(names_way(label), "{label}");
        }
        for label in [
            "Install the pip packages",
            "uv or pip",
            "Run the tests",
            "pip packages",
            "Cache pip downloads:",
            "pip install httpx==0.27.0",
            "",
        ] {
            assert!(!names_way(label), "{label}");
        }
        assert!(is_or("or:") && is_or("Alternatively") && !is_or("or run the tests again"));
    }
}
