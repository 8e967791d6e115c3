//! The logical lines of a Python file: strings, brackets and continuations are followed, nothing is parsed. Linear
//! and without recursion on any text.

/// One statement, or the head of a block.
#[derive(Debug)]
pub(super) struct LogicalLine<'a> {
    /// Where it starts in the file, behind its indentation.
    pub(super) start: usize,
    /// How far it is indented, in bytes.
    pub(super) indent: usize,
    /// Its text up to a closing comment or its end.
    pub(super) text: &'a str,
    /// Where in `text` its first colon outside brackets and strings is.
    pub(super) colon: Option<usize>,
    /// Whether it is nothing but a string.
    pub(super) is_string: bool,
}

/// The logical lines of a text, without blank lines and comments.
pub(super) fn logical_lines(text: &str) -> LogicalLines<'_> {
    LogicalLines { text, at: 0 }
}

/// See [`logical_lines`].
#[derive(Debug)]
pub(super) struct LogicalLines<'a> {
    text: &'a str,
    at: usize,
}

/// What one logical line has been found to be so far.
#[derive(Default)]
struct State {
    depth: usize,
    colon: Option<usize>,
    /// Where the first comment outside brackets starts.
    comment: Option<usize>,
    n_strings: usize,
    /// Bytes outside strings, comments and blanks.
    n_other: usize,
}

impl<'a> Iterator for LogicalLines<'a> {
    type Item = LogicalLine<'a>;

    fn next(&mut self) -> Option<LogicalLine<'a>> {
        let bytes = self.text.as_bytes();
        loop {
            let line = self.at;
            let start =
                line + bytes[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0c)).count();
            match bytes.get(start) {
                None => return None,
                Some(b'\n' | b'\r') => self.at = start + 1,
                Some(b'#') => self.at = end_of_line(bytes, start),
                Some(_) => return Some(self.line_from(line, start)),
            }
        }
    }
}

impl<'a> LogicalLines<'a> {
    fn line_from(&mut self, line: usize, start: usize) -> LogicalLine<'a> {
        let (end, state) = scan(self.text.as_bytes(), start);
        self.at = end;
        let text = self.text.get(start..state.comment.unwrap_or(end)).unwrap_or_default();
        // A string may carry up to two letters in front, as in `rb"…"`.
        let is_string = state.n_strings > 0
            && state.n_other <= 2
            && text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).starts_with(['"', '\'']);
        let colon = state.colon.map(|at| at - start);
        LogicalLine { start, indent: start - line, text: text.trim_end(), colon, is_string }
    }
}

/// Runs over one logical line: where it ends, and what it holds.
fn scan(bytes: &[u8], start: usize) -> (usize, State) {
    let mut state = State::default();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\n' if state.depth == 0 => break,
            // Brackets that never close must not swallow the rest of the file.
            b'\n' if starts_definition(&bytes[at..]) => break,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'#' => {
                if state.depth == 0 {
                    state.comment.get_or_insert(at - 1);
                }
                at = end_of_line(bytes, at);
            }
            b'\\' => at += 1 + usize::from(bytes.get(at..at + 2) == Some(b"\r\n")),
            b'"' | b'\'' => {
                state.n_strings += 1;
                at = end_of_string(bytes, at - 1);
            }
            b'(' | b'[' | b'{' | b')' | b']' | b'}' | b':' => {
                state.n_other += 1;
                match byte {
                    b'(' | b'[' | b'{' => state.depth += 1,
                    b':' if state.depth == 0 => _ = state.colon.get_or_insert(at - 1),
                    b':' => {}
                    _ => state.depth = state.depth.saturating_sub(1),
                }
            }
            _ => {
                // Most of a file is names: they are passed over in one go.
                let more = bytes[at..].iter().take_while(|byte| is_name(**byte)).count();
                state.n_other += 1 + more;
                at += more;
            }
        }
    }
    (at.min(bytes.len()), state)
}

fn starts_definition(rest: &[u8]) -> bool {
    [&b"def "[..], b"class ", b"async def "].iter().any(|word| rest.starts_with(word))
}

pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.'
}

pub(super) fn end_of_line(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

/// One past the string that opens at `at`; an ordinary string ends at the latest with its line.
pub(super) fn end_of_string(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let is_triple = bytes.get(at..at + 3).is_some_and(|three| three.iter().all(|&byte| byte == quote));
    let mut here = at + if is_triple { 3 } else { 1 };
    // A line end matters to an ordinary string only; looking for the quote twice costs nothing.
    let line_end = if is_triple { quote } else { b'\n' };
    while let Some(next) = bytes.get(here..).and_then(|rest| memchr::memchr3(quote, b'\\', line_end, rest)) {
        here += next;
        match bytes[here] {
            b'\\' => here += 2,
            b'\n' => return here,
            _ if !is_triple => return here + 1,
            _ if bytes[here..].starts_with(&[quote; 3]) => return here + 3,
            _ => here += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        logical_lines(text).map(|line| line.text).collect()
    }

    #[test]
    fn statements_are_whole() {
        let text = "# c\nx = [1,\n  2] # two\n\ny = 'a\\\n#b'\r\n\"\"\"d\n#e\"\"\"\nif x: # :\n\tz = \\\n 1";
        assert_eq!(
            texts(text),
            ["x = [1,\n  2]", "y = 'a\\\n#b'", "\"\"\"d\n#e\"\"\"", "if x:", "z = \\\n 1"]
        );
        assert_eq!(logical_lines(text).map(|line| line.indent).collect::<Vec<_>>(), [0, 0, 0, 0, 1]);
        assert_eq!(logical_lines(text).filter(|line| line.is_string).count(), 1);
    }

    #[test]
    fn an_open_bracket_ends_at_the_next_definition() {
        assert_eq!(texts("x = (1,\ndef f(): pass\n"), ["x = (1,", "def f(): pass"]);
    }

    proptest! {
        #[test]
        fn any_text_does(text in "[\\PC\n\r\t #:\\\\'\"()a-d]{0,80}") {
            let mut end = 0;
            for line in logical_lines(&text) {
                prop_assert!(line.start >= end && !line.text.is_empty());
                prop_assert!(line.colon.is_none_or(|colon| colon < text.len()));
                end = line.start + line.text.len();
            }
        }
    }
}
