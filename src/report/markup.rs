//! Untrusted text as Markdown on one line that shows just that text: no link, image, mention, reference, HTML or table
//! cell begins in it. Knows GitHub's and GitLab's dialects, no report.

use std::fmt::Write;

use super::clean;

/// Punctuation that means nothing in the middle of a cell.
const HARMLESS: &str = ",.:;/-()'\"?";

/// Words in which code stands in backticks, as messages and helps have them; it is shown as code, the rest as prose.
pub(super) fn prose(text: &str) -> String {
    let text = clean::line(text);
    let parts: Vec<&str> = text.split('`').collect();
    let mut markup = String::with_capacity(text.len() + 16);
    for (number, part) in parts.iter().enumerate() {
        let is_closed = number + 1 < parts.len();
        match number % 2 {
            1 if is_closed => push_code(&mut markup, part),
            1 => {
                markup.push_str("&#96;");
                push_words(&mut markup, part);
            }
            _ => push_words(&mut markup, part),
        }
    }
    markup
}

/// A text that is shown as code.
pub(super) fn code(text: &str) -> String {
    let mut markup = String::with_capacity(text.len() + 16);
    push_code(&mut markup, &clean::line(text));
    markup
}

/// Prose, in which a word that a forge might read as a mention or a reference is shown as code, where forges look for
/// neither.
fn push_words(markup: &mut String, text: &str) {
    for (number, word) in text.split(' ').enumerate() {
        if number > 0 {
            markup.push(' ');
        }
        if word.contains(['@', '#', '!', '~', '%', '$', '&', '^'])
            || word.contains("://")
            || word.contains("www.")
        {
            push_code(markup, word);
        } else {
            push_escaped(markup, word, HARMLESS);
        }
    }
}

/// Backticks where what is between them can neither end them nor a cell; else an element, in which Markdown goes on.
fn push_code(markup: &mut String, text: &str) {
    let is_plain = |character: char| !matches!(character, '`' | '|' | '\\');
    if !text.is_empty() && text.trim() == text && text.chars().all(is_plain) {
        markup.extend(["`", text, "`"]);
    } else if !text.is_empty() {
        markup.push_str("<code>");
        push_escaped(markup, text, " ");
        markup.push_str("</code>");
    }
}

/// The text with everything as a reference that Markdown or HTML might read as more than a character, but what is named
/// as harmless.
fn push_escaped(markup: &mut String, text: &str, harmless: &str) {
    for character in text.chars() {
        if character.is_ascii_punctuation() && !harmless.contains(character) {
            // Writing to a string cannot fail.
            let _ = write!(markup, "&#{};", u32::from(character));
        } else {
            markup.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_prose_show_what_they_are() {
        assert_eq!(prose("`pip` is run; use `uv add`"), "`pip` is run; use `uv add`");
        assert_eq!(
            prose("a | b `c | d` <b> [x](y)"),
            "a &#124; b <code>c &#124; d</code> &#60;b&#62; &#91;x&#93;(y)"
        );
        assert_eq!(prose("ask @all about #1 or http://x"), "ask `@all` about `#1` or `http://x`");
        assert_eq!(prose("an odd ` stays"), "an odd &#96; stays");
        assert_eq!(code("a`b"), "<code>a&#96;b</code>");
        assert_eq!(code(" x "), "<code> x </code>");
    }
}
