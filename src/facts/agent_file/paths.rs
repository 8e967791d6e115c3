//! Paths in prose, and what a sentence says to do with them. Reads words, not meaning: the nearest verb before a path
//! decides, and a word that forbids turns it.

use std::ops::Range;

/// A path in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// What is said of it.
    pub(super) role: Role,
    /// The word that says so.
    pub(super) verb: Option<String>,
}

/// What a sentence says of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// To write there.
    Write,
    /// To read it.
    Read,
    /// That nothing may be written there.
    Forbidden,
    /// Nothing in particular.
    Mention,
}

impl Role {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Read => "read",
            Self::Forbidden => "forbidden",
            Self::Mention => "mention",
        }
    }
}

const WRITES: &[&str] = &[
    "add",
    "append",
    "archive",
    "belong",
    "belongs",
    "create",
    "created",
    "creates",
    "document",
    "dump",
    "export",
    "generate",
    "generated",
    "go",
    "goes",
    "keep",
    "kept",
    "live",
    "lives",
    "log",
    "output",
    "persist",
    "place",
    "placed",
    "put",
    "puts",
    "record",
    "recorded",
    "save",
    "saved",
    "saves",
    "saving",
    "store",
    "stored",
    "stores",
    "storing",
    "update",
    "write",
    "writes",
    "writing",
    "written",
    "creating",
    "placing",
    "keeping",
];

const READS: &[&str] = &[
    "analyze", "check", "cat", "consult", "explore", "find", "follow", "grep", "inspect", "list", "load",
    "look", "ls", "open", "read", "reading", "reads", "refer", "review", "scan", "search", "see", "use",
    "using",
];

/// Words that forbid what follows, or what stands just before.
const FORBIDS: &[&str] = &[
    "avoid",
    "bad",
    "cannot",
    "deprecated",
    "don't",
    "dont",
    "don’t",
    "doesn't",
    "forbidden",
    "incorrect",
    "instead",
    "isn't",
    "legacy",
    "move",
    "migrate",
    "moved",
    "mustn't",
    "never",
    "no",
    "nor",
    "not",
    "old",
    "prohibited",
    "rather",
    "remove",
    "delete",
    "shouldn't",
    "than",
    "without",
    "wrong",
];

/// Words behind a path that forbid it.
const FORBIDS_BEHIND: &[&str] =
    &["wrong", "forbidden", "incorrect", "not", "never", "prohibited", "deprecated", "bad", "isn't"];

/// Longer lines are data, not rules. In bytes.
const LONGEST_LINE: usize = 4000;

/// How many words before a path are looked at.
const REACH: usize = 14;

/// How many words behind it.
const REACH_BEHIND: usize = 4;

/// What the lines above say about the next one.
#[derive(Debug, Default)]
struct Above {
    /// A heading that forbids what stands below it.
    heading: bool,
    /// What a line that ends in a colon says about the list below it.
    intro: Option<(Role, Option<String>)>,
    /// Whether a list has begun below the introduction.
    in_list: bool,
    /// The end of the sentence that goes on in the next line.
    words: Vec<String>,
}

/// The paths of a text in order.
pub(super) fn mentions(text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut above = Above::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        above.enter(line);
        for range in if line.len() > LONGEST_LINE { Vec::new() } else { paths(line) } {
            let (role, verb) = above.judge(line, &range);
            found.push(Mention { range: start + range.start..start + range.end, role, verb });
        }
        if line.len() <= LONGEST_LINE {
            above.leave(line);
        }
        start += line.len();
    }
    found
}

impl Above {
    fn enter(&mut self, line: &str) {
        let text = line.trim();
        let is_item = is_item(text)
            || line.starts_with([' ', '\t'])
            || ["```", "~~~", "|"].iter().any(|mark| text.starts_with(mark));
        if text.starts_with('#') {
            *self = Self { heading: has_any(&words(text), FORBIDS) || is_crossed(text), ..Self::default() };
        } else if text.is_empty() {
            self.words.clear();
            // A blank line may stand between an introduction and its list, not behind the list.
            if self.in_list {
                self.intro = None;
                self.in_list = false;
            }
        } else if is_item {
            self.in_list = true;
            self.words.clear();
        } else if self.in_list || !self.words.is_empty() {
            self.intro = None;
            self.in_list = false;
        }
    }

    fn leave(&mut self, line: &str) {
        let text = line.trim();
        let last = sentence_start(line, line.trim_end().len());
        let mut own = words(&line[last..]);
        if text.ends_with(':') || text.ends_with(":**") {
            let mut all = std::mem::take(&mut self.words);
            all.extend(own);
            self.intro = Some(verdict(&all)).filter(|(role, _)| *role != Role::Mention);
            self.in_list = false;
        } else if text.ends_with(['.', '!', '?']) || text.starts_with('#') {
            self.words.clear();
        } else if last > 0 {
            self.words = own;
        } else {
            self.words.append(&mut own);
            let surplus = self.words.len().saturating_sub(REACH);
            self.words.drain(..surplus);
        }
    }

    fn judge(&self, line: &str, range: &Range<usize>) -> (Role, Option<String>) {
        let start = sentence_start(line, range.start);
        let mut before = if start == 0 { self.words.clone() } else { Vec::new() };
        before.extend(words(&line[start..range.start]));
        let behind = &line[range.end..sentence_end(line, range.end)];
        let words_behind = words(behind);
        let words_behind = &words_behind[..words_behind.len().min(REACH_BEHIND)];
        let is_crossed = is_crossed(line) || has_any(words_behind, FORBIDS_BEHIND);
        let (role, verb) = match verdict(&before) {
            (Role::Mention, _) => self.intro.clone().unwrap_or((Role::Mention, None)),
            decided => decided,
        };
        let forbidden = is_crossed || self.heading;
        if forbidden && role != Role::Read { (Role::Forbidden, verb) } else { (role, verb) }
    }
}

/// What the words before a path say of it.
fn verdict(words: &[String]) -> (Role, Option<String>) {
    let near = &words[words.len().saturating_sub(REACH)..];
    let is_verb = |word: &String| WRITES.contains(&word.as_str()) || READS.contains(&word.as_str());
    let verb = near.iter().rposition(is_verb);
    // What forbids stands up to a few words before the verb, or between it and the path.
    let first = verb.map_or(near.len().saturating_sub(4), |at| at.saturating_sub(4));
    let forbids = has_any(&near[first..], FORBIDS);
    let word = verb.map(|at| near[at].clone());
    match &word {
        _ if forbids && word.as_ref().is_none_or(|word| WRITES.contains(&word.as_str())) => {
            (Role::Forbidden, word)
        }
        Some(verb) if WRITES.contains(&verb.as_str()) => (Role::Write, word),
        Some(_) => (Role::Read, word),
        None => (Role::Mention, None),
    }
}

fn has_any(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

fn is_crossed(line: &str) -> bool {
    line.contains(['❌', '🚫', '✗', '✘', '⛔'])
}

fn is_item(text: &str) -> bool {
    let marked = text.starts_with(['-', '*', '+', '•', '✅', '❌']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    marked || (digits > 0 && text[digits..].starts_with(['.', ')']))
}

/// The words of a text in small letters; an apostrophe joins.
fn words(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’');
    text.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Where the sentence begins that reaches up to byte `at`: behind a mark that a blank follows, or a table's bar.
fn sentence_start(line: &str, at: usize) -> usize {
    let ends = |(offset, c): &(usize, char)| {
        let behind = &line[offset + c.len_utf8()..];
        *c == '|'
            || (matches!(c, '.' | '!' | '?' | ';')
                && behind.starts_with(char::is_whitespace)
                && !is_number(&line[..*offset]))
    };
    line[..at].char_indices().rev().find(ends).map_or(0, |(offset, c)| offset + c.len_utf8())
}

fn sentence_end(line: &str, at: usize) -> usize {
    let ends = |&(offset, c): &(usize, char)| {
        c == '|'
            || (matches!(c, '.' | '!' | '?' | ';')
                && line[at + offset + c.len_utf8()..].chars().next().is_none_or(char::is_whitespace))
    };
    line[at..].char_indices().find(ends).map_or(line.len(), |(offset, _)| at + offset)
}

/// Whether a full stop behind this belongs to the number of a list item.
fn is_number(before: &str) -> bool {
    let before = before.trim();
    !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words of a line that are paths: with a slash that is neither an address's nor between two plain words.
fn paths(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, character) in line.char_indices().chain([(line.len(), ' ')]) {
        let is_part = !character.is_whitespace() && !"`\"'()[],;|*!?\\".contains(character);
        match (is_part, start) {
            (true, None) => start = Some(at),
            (false, Some(first)) => {
                start = None;
                let word = line[first..at].trim_end_matches(['.', ':', '_', '—']);
                if is_path(word) {
                    found.push(first..first + word.len());
                }
            }
            _ => {}
        }
    }
    found
}

fn is_path(word: &str) -> bool {
    let inner = word.trim_matches('/');
    word.contains('/')
        && !word.contains("//")
        && inner.chars().any(char::is_alphabetic)
        && !word.starts_with("</")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(text: &str) -> Vec<String> {
        let line = |mention: &Mention| format!("{} {}", mention.role.word(), &text[mention.range.clone()]);
        mentions(text).iter().map(line).collect()
    }

    #[test]
    fn sentences_say_what_to_do_with_paths() {
        for (text, expected) in [
            ("Save your plan to `src/thoughts/plan.md`.", "write src/thoughts/plan.md"),
            ("Handoffs are stored in **backend/thoughts/shared**", "write backend/thoughts/shared"),
            ("Read src/thoughts/plan.md before you write code.", "read src/thoughts/plan.md"),
            ("Never create `backend/thoughts/`.", "forbidden backend/thoughts/"),
            ("Do not save anything in backend/thoughts.", "forbidden backend/thoughts"),
            ("Save it at the root, not in backend/thoughts/", "forbidden backend/thoughts/"),
            ("❌ `mkdir -p backend/thoughts`", "forbidden backend/thoughts"),
            ("- `backend/thoughts/` is wrong", "forbidden backend/thoughts/"),
            ("Notes: see backend/thoughts/", "read backend/thoughts/"),
            ("The folder backend/thoughts has notes", "mention backend/thoughts"),
            ("Write the ledger. Check backend/thoughts/x.md", "read backend/thoughts/x.md"),
        ] {
            assert_eq!(seen(text), [expected], "{text}");
        }
    }

    #[test]
    fn what_stands_above_counts() {
        let list = "Never write to:\n\n- `a/thoughts/`\n- b/thoughts/\n\nThe folder c/thoughts.\n";
        assert_eq!(seen(list), ["forbidden a/thoughts/", "forbidden b/thoughts/", "mention c/thoughts"]);
        assert_eq!(seen("Save notes to:\n- a/thoughts/x.md\n"), ["write a/thoughts/x.md"]);
        assert_eq!(
            seen("## Wrong\n\nSave to a/b.\n## Right\nSave to a/b.\n"),
            ["forbidden a/b", "write a/b"]
        );
        assert_eq!(
            seen("Never create\na/thoughts or b/thoughts - use\n`c/`"),
            ["forbidden a/thoughts", "forbidden b/thoughts", "read c/"]
        );
    }

    #[test]
    fn the_words_of_the_rule_itself_are_no_order() {
        let rule = "> All `thoughts/` paths are relative to the **project root**, not component directories.\n\
                    > Never create `backend/thoughts/` or `src/thoughts/` - always use the root `thoughts/` directory.\n";
        let seen = seen(rule);
        assert!(seen.contains(&"forbidden backend/thoughts/".to_owned()), "{seen:?}");
        assert!(seen.contains(&"forbidden src/thoughts/".to_owned()), "{seen:?}");
        assert!(!seen.iter().any(|line| line.starts_with("write")), "{seen:?}");
    }

    #[test]
    fn addresses_and_alternatives_are_no_paths() {
        assert_eq!(seen("See https://a.org/b/thoughts and 1/2 of it"), [""; 0]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(never|save|see|:|\\.|a/b|thoughts/|\n|\n\n|- |#|é|❌|`| |;|.){0,60}") {
            for mention in mentions(&text) {
                prop_assert!(text.get(mention.range).is_some_and(|path| path.contains('/')));
            }
        }
    }
}
