//! Untrusted text made safe to print: characters that steer a terminal, reorder a line or hide are spelt out. Never
//! changes a character that a reader can see.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether the character is spelt out: C0, DEL and C1 controls, line separators, marks that change the direction of
/// text, and characters without a shape that text has been smuggled in.
///
/// The joiners U+200C and U+200D stay: scripts and emoji need them.
fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether every character is visible ASCII, as in most source: a quick answer that saves a look at each character.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Text for one line: all hidden characters, line ends and tabs among them, as `\n` or `\u{1b}`.
pub fn line(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push(&mut clean, character);
    }
    Cow::Owned(clean)
}

/// JSON text with the hidden characters that its writer leaves as they are spelt as escapes. They stand in strings
/// only, so the values stay the same.
pub fn json(text: &str) -> Cow<'_, str> {
    let is_raw = |character: char| character > '\u{7e}' && is_hidden(character);
    if text.is_ascii() || !text.contains(is_raw) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_raw(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// Appends a stretch of one source line; tabs stay, since whoever draws the line expands them.
pub(super) fn push_source(clean: &mut String, text: &str) {
    if is_plain(text) {
        clean.push_str(text);
        return;
    }
    for character in text.chars() {
        if character == '\t' { clean.push('\t') } else { push(clean, character) }
    }
}

/// How many bytes [`push_source`] appends for this text.
pub(super) fn source_len(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    let len = |character: char| {
        if is_hidden(character) && character != '\t' {
            character.escape_default().len()
        } else {
            character.len_utf8()
        }
    };
    text.chars().map(len).sum()
}

/// How many terminal cells a text takes at most, spelt as [`push_source`] spells it.
pub(super) fn cells(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.chars().map(width).sum() }
}

/// How many terminal cells a character takes at most.
///
/// Coarse on purpose: too large a figure only crops or wraps a little early, and a table of widths is a dependency.
pub(super) fn width(character: char) -> usize {
    match character {
        ' '..='~' => 1,
        '\t' => 4,
        _ if is_hidden(character) => character.escape_default().len(),
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// Breaks text into lines of at most `columns` cells between words. Line ends in the text stay line ends; a word that
/// is too long stays whole, so that paths and commands can be copied.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim().split('\n') {
        let mut current = String::new();
        let mut used = 0;
        for word in line(paragraph).split(' ') {
            let word_cells = cells(word);
            if used > 0 && used + 1 + word_cells > columns {
                lines.push(current.trim_end().to_owned());
                current.clear();
                used = 0;
            }
            // A break swallows the space before the next word; a space at the start of a paragraph is kept.
            if used > 0 || (current.is_empty() && word.is_empty()) {
                current.push(' ');
                used += 1;
            }
            current.push_str(word);
            used += word_cells;
        }
        lines.push(current.trim_end().to_owned());
    }
    lines
}

fn push(clean: &mut String, character: char) {
    if is_hidden(character) { clean.extend(character.escape_default()) } else { clean.push(character) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::proptest;

    #[test]
    fn hidden_characters_are_spelt_out() {
        assert_eq!(line("a\u{1b}[31m\r\n\u{202e}b\u{9b}"), "a\\u{1b}[31m\\r\\n\\u{202e}b\\u{9b}");
        assert!(matches!(line("plain 日本 👩\u{200d}👩"), Cow::Borrowed(_)));
    }

    #[test]
    fn text_wraps_between_words() {
        assert_eq!(wrap("one two  three\nfour", 8), ["one two", "three", "four"]);
        assert_eq!(wrap("a averyveryverylongword b", 6), ["a", "averyveryverylongword", "b"]);
        assert_eq!(wrap("", 10), [""]);
    }

    proptest! {
        #[test]
        fn cleaned_text_hides_nothing_and_has_the_length_foretold(text in "\\PC*|[\\x00-\u{ff}\u{2020}-\u{2070}]*") {
            assert!(!line(&text).contains(is_hidden));
            let mut clean = String::new();
            push_source(&mut clean, &text);
            assert_eq!(clean.len(), source_len(&text));
        }

        #[test]
        fn wrapping_loses_no_word(text in "[a-z \n日]{0,80}", columns in 0_usize..30) {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let lines = wrap(&text, columns);
            assert_eq!(words(&lines.join("\n")), words(&text));
            assert!(lines.iter().all(|line| cells(line) <= columns || !line.trim().contains(' ')));
        }
    }
}
