//! The names and strings of a Python text, one after the other. Passes over comments, and parses nothing.

use super::lines::{end_of_line, end_of_string, is_name};

/// A piece of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token<'a> {
    /// A name, with all that dots join to it: `client.get`.
    Name(&'a str),
    /// What stands between the quotes of a string.
    Text(&'a str),
    /// Any other byte that is no blank.
    Mark(u8),
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

/// See [`tokens`].
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let bytes = self.text.as_bytes();
        loop {
            let start = self.at;
            match *bytes.get(start)? {
                b' ' | b'\t' | b'\r' | b'\n' | 0x0c => self.at += 1,
                b'#' => self.at = end_of_line(bytes, start),
                b'"' | b'\'' => {
                    self.at = end_of_string(bytes, start);
                    return Some(Token::Text(self.between_quotes(start)));
                }
                byte if is_part_of_name(byte) => {
                    self.at += bytes[start..].iter().take_while(|byte| is_part_of_name(**byte)).count();
                    let name = self.text.get(start..self.at).unwrap_or_default();
                    let is_prefix = name.len() <= 2 && matches!(bytes.get(self.at), Some(b'"' | b'\''));
                    if !is_prefix {
                        return Some(Token::Name(name));
                    }
                }
                byte => {
                    self.at += 1;
                    return Some(Token::Mark(byte));
                }
            }
        }
    }
}

impl<'a> Tokens<'a> {
    fn between_quotes(&self, start: usize) -> &'a str {
        let whole = self.text.get(start..self.at).unwrap_or_default();
        let is_triple = whole.len() >= 6 && (whole.starts_with("\"\"\"") || whole.starts_with("'''"));
        let quote = if is_triple { 3 } else { 1 };
        whole.get(quote..whole.len().saturating_sub(quote)).unwrap_or_default()
    }
}

/// Letters beyond ASCII are letters of names.
fn is_part_of_name(byte: u8) -> bool {
    is_name(byte) || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_strings_come_apart() {
        let text = "r = client.get(f\"/a/{x}\", 'b')  # c 'd'\n\"\"\"e\nf\"\"\"\n''";
        let found: Vec<_> = tokens(text).filter(|token| !matches!(token, Token::Mark(_))).collect();
        let expected = [
            Token::Name("r"),
            Token::Name("client.get"),
            Token::Text("/a/{x}"),
            Token::Text("b"),
            Token::Text("e\nf"),
            Token::Text(""),
        ];
        assert_eq!(found, expected);
    }

    proptest! {
        #[test]
        fn any_text_does(text in "[\\PC\n\r\t #:\\\\'\"()a-dé.]{0,80}") {
            let length: usize = tokens(&text).map(|token| match token {
                Token::Name(name) => name.len(),
                Token::Text(text) => text.len(),
                Token::Mark(_) => 1,
            }).sum();
            prop_assert!(length <= text.len());
        }
    }
}
