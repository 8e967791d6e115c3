//! What makes two findings the same one for the baseline, in versions: how it is told may change with a release, and
//! a file that was written by an older one is still read its own way. Knows no file.

use std::sync::Arc;

use crate::finding::Finding;

/// What makes a finding the one that it is, in the order of the lines of a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Identity {
    /// The file it stands in.
    pub path: Arc<str>,
    /// The policy.
    pub policy: Arc<str>,
    /// What it stands on, free of lines, of white space and of quotes.
    pub key: String,
    /// What it says, free of names and of numbers: two complaints about one thing are two.
    pub message: String,
}

/// A way to tell findings apart.
#[derive(Debug)]
pub struct Scheme {
    /// Its version, which the first line of a file names.
    pub version: u32,
    /// The identity of a finding.
    pub identity: fn(&Finding) -> Identity,
}

/// Every scheme, oldest first; files are written by the last.
pub(super) static SCHEMES: &[Scheme] = &[Scheme { version: 1, identity: first }];

/// The scheme that files are written by.
#[must_use]
pub(super) fn newest() -> &'static Scheme {
    &SCHEMES[SCHEMES.len() - 1]
}

/// Keys longer than this are cut and hashed, in bytes: a line of the file is to be read by people.
const LONGEST_KEY: usize = 160;

fn first(finding: &Finding) -> Identity {
    Identity {
        path: finding.place.path.to_shared(),
        policy: Arc::clone(&finding.policy),
        key: short(plain(&finding.key)),
        message: short(shape(&finding.message)),
    }
}

/// A text without quotes and without the backslashes that join lines, its white space folded.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let word: String = word.chars().filter(|character| !matches!(character, '"' | '\'' | '`')).collect();
        if word.is_empty() || word == "\\" {
            continue;
        }
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(&word);
    }
    plain
}

/// A message without what it quotes in backticks and without its numbers: those change while the finding stays.
fn shape(message: &str) -> String {
    let mut shape = String::with_capacity(message.len());
    for (number, part) in message.split('`').enumerate() {
        if number % 2 == 1 {
            shape.push_str("`…`");
        } else {
            without_numbers(part, &mut shape);
        }
    }
    shape
}

/// Adds a text with `#` for each of its numbers, `5,123` among them.
fn without_numbers(text: &str, shape: &mut String) {
    let mut characters = text.chars().peekable();
    let mut is_number = false;
    while let Some(character) = characters.next() {
        let goes_on = matches!(character, ',' | '.') && characters.peek().is_some_and(char::is_ascii_digit);
        match character {
            _ if character.is_ascii_digit() => {
                if !is_number {
                    shape.push('#');
                }
                is_number = true;
            }
            _ if is_number && goes_on => {}
            other => {
                shape.push(other);
                is_number = false;
            }
        }
    }
}

/// A text that fits on a line: its beginning, and a hash of all of it.
fn short(text: String) -> String {
    if text.len() <= LONGEST_KEY {
        return text;
    }
    // FNV-1a, 64 bit, as in fingerprints.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{}… {hash:016x}", &text[..text.floor_char_boundary(LONGEST_KEY)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reformatting_changes_no_key() {
        for text in ["pip install 'a'", "pip  install\t\"a\"", "pip install \\\n    a", " pip install a "] {
            assert_eq!(plain(text), "pip install a", "{text}");
        }
        assert_ne!(plain("pip install a"), plain("pip install ab"));
        assert_eq!(plain("''"), "");
    }

    #[test]
    fn names_and_numbers_are_no_part_of_what_is_said() {
        assert_eq!(
            shape("the file has about 5,123 tokens, more than 980"),
            "the file has about # tokens, more than #"
        );
        assert_eq!(shape("`shop.cart` has no test"), "`…` has no test");
        assert_eq!(shape("at 0.75.1 of it, 3."), "at # of it, #.");
        assert_ne!(shape("the file has no licence"), shape("the file has no title"));
    }

    #[test]
    fn long_texts_are_cut_and_still_told_apart() {
        let (one, two) = (short("é".repeat(500) + "a"), short("é".repeat(500) + "b"));
        assert!(one.len() < 200 && one != two);
    }

    proptest! {
        #[test]
        fn any_text_has_a_key_that_is_its_own(text in "\\PC{0,40}|([a1,.`'\" \\\\\n#]){0,40}") {
            let once = plain(&text);
            prop_assert_eq!(plain(&once), once.clone());
            prop_assert!(!shape(&text).contains(|character: char| character.is_ascii_digit()));
        }
    }
}
