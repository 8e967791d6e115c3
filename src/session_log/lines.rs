//! The lines of a stream, each up to a bound: memory does not grow with what a file holds. Never fails: an error of the
//! reader ends the stream.

use std::io::{BufRead, ErrorKind};

/// A line of more bytes is passed over (32 MiB): images and whole files stand in logs as one line.
const MAX_LINE: usize = 32 << 20;

/// A line without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// A whole one.
    Whole(&'a [u8]),
    /// The last one, which no line end closes.
    Unended(&'a [u8]),
    /// One that was too long to keep.
    TooLong,
}

/// The lines of a stream that are not empty.
pub(super) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    left: u64,
    is_cut: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R, max_bytes: u64) -> Self {
        Self { reader, buffer: Vec::new(), left: max_bytes, is_cut: false }
    }

    /// Whether the stream was not read to its end.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn next_line(&mut self) -> Option<Line<'_>> {
        loop {
            let (is_ended, is_long) = self.fill()?;
            if is_long {
                return Some(Line::TooLong);
            }
            if !self.buffer.trim_ascii().is_empty() {
                let line = self.buffer.trim_ascii();
                return Some(if is_ended { Line::Whole(line) } else { Line::Unended(line) });
            }
            if !is_ended {
                return None;
            }
        }
    }

    /// Takes the next line into the buffer: whether a line end closes it, and whether it was too long. Nothing at the
    /// end of the stream.
    fn fill(&mut self) -> Option<(bool, bool)> {
        self.buffer.clear();
        let (mut is_long, mut is_any) = (false, false);
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => {
                    self.is_cut = true;
                    &[]
                }
            };
            if self.left == 0 && !chunk.is_empty() {
                self.is_cut = true;
            }
            if chunk.is_empty() || self.left == 0 {
                return is_any.then_some((false, is_long));
            }
            is_any = true;
            let end = memchr::memchr(b'\n', chunk);
            let n_bytes = end.map_or(chunk.len(), |end| end + 1);
            let text = &chunk[..end.unwrap_or(chunk.len())];
            if is_long || self.buffer.len() + text.len() > MAX_LINE {
                is_long = true;
                self.buffer.clear();
            } else {
                self.buffer.extend_from_slice(text);
            }
            self.reader.consume(n_bytes);
            self.left = self.left.saturating_sub(n_bytes as u64);
            if end.is_some() {
                return Some((true, is_long));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one_however_the_stream_is_cut() {
        for size in [1, 2, 7, 100] {
            let text: &[u8] = b"one\r\n\n  \ntwo\nthree";
            let mut lines = Lines::new(std::io::BufReader::with_capacity(size, text), u64::MAX);
            assert_eq!(lines.next_line(), Some(Line::Whole(b"one")));
            assert_eq!(lines.next_line(), Some(Line::Whole(b"two")));
            assert_eq!(lines.next_line(), Some(Line::Unended(b"three")));
            assert_eq!(lines.next_line(), None);
            assert!(!lines.is_cut());
        }
    }

    #[test]
    fn a_line_that_is_too_long_costs_itself_alone() {
        let mut text = vec![b'x'; MAX_LINE + 1];
        text.extend_from_slice(b"\nok\n");
        let mut lines = Lines::new(&text[..], u64::MAX);
        assert_eq!(lines.next_line(), Some(Line::TooLong));
        assert_eq!(lines.next_line(), Some(Line::Whole(b"ok")));
    }

    #[test]
    fn a_stream_ends_at_its_bound() {
        let mut lines = Lines::new(&b"a\nb\n"[..], 2);
        assert_eq!(lines.next_line(), Some(Line::Whole(b"a")));
        assert_eq!(lines.next_line(), None);
        assert!(lines.is_cut());
    }
}
