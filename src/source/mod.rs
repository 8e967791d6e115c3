//! A file as the rest of the program sees it: a path in the repository, its text, and the table that turns byte
//! offsets into lines and columns. Never touches the disk.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

mod path;

pub use path::{PathBlock, RepoPath, is_under};

/// A half-open range of bytes in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// First byte, 0-based.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range from `start` up to, not including, `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether nothing lies between start and end.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same range for indexing.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A line and a column, both 1-based; columns count Unicode characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Position {
    /// The very first character of a file.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// Where something stands: a file and, unless the file as a whole is meant, a range in it.
///
/// Positions are computed once, when the file's text is at hand, so a place outlives the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The file.
    pub path: RepoPath,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// The same range in bytes.
    pub span: Span,
}

impl Place {
    /// The place of a range of a text, for a single one: several in one text are cheaper by [`SourceFile::place`].
    #[must_use]
    pub fn of(path: RepoPath, text: &str, span: Span) -> Self {
        let position = |at: usize| {
            let before = &text.as_bytes()[..at.min(text.len())];
            let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
            let column = characters(&before[start..]);
            Position {
                line: count(memchr::memchr_iter(b'\n', before).count() + 1),
                column: count(column + 1),
            }
        };
        Self { path, start: position(span.start), end: position(span.end), span }
    }

    /// The place of a file as a whole: its first character, nothing marked.
    #[must_use]
    pub fn whole(path: RepoPath) -> Self {
        Self { path, start: Position::START, end: Position::START, span: Span::default() }
    }
}

/// Where each line of a text starts.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Finds the lines of a text; `\n` ends a line, a `\r` before it belongs to the line's end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 32 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self { starts }
    }

    /// How many lines there are; a text that ends in a line end has an empty last line.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The 0-based number of the line that holds byte `at`.
    #[must_use]
    pub fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|&start| start <= at) - 1
    }

    /// The bytes of the 0-based line `number`, without its line end; empty beyond the last line.
    #[must_use]
    pub fn range(&self, text: &str, number: usize) -> Range<usize> {
        let Some(&start) = self.starts.get(number) else { return text.len()..text.len() };
        let end = self.starts.get(number + 1).map_or(text.len(), |next| next - 1);
        let end = if end > start && text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end };
        start..end
    }

    /// Line and column of byte `at`, clamped to the text.
    #[must_use]
    pub fn position(&self, text: &str, at: usize) -> Position {
        let at = at.min(text.len());
        let line = self.line_of(at);
        let column = characters(&text.as_bytes()[self.starts[line]..at]);
        Position { line: count(line + 1), column: count(column + 1) }
    }
}

/// Finds positions that come roughly in order: each is counted on from the one before, where they share a line.
#[derive(Debug)]
pub struct Cursor<'f> {
    text: &'f str,
    lines: &'f LineIndex,
    line: usize,
    at: usize,
    column: usize,
}

impl Cursor<'_> {
    /// Line and column of byte `at`, clamped to the text.
    pub fn position(&mut self, at: usize) -> Position {
        let at = at.min(self.text.len());
        let starts = &self.lines.starts;
        let is_on_line = at >= starts[self.line] && starts.get(self.line + 1).is_none_or(|&next| at < next);
        if !is_on_line {
            self.line = self.lines.line_of(at);
            (self.at, self.column) = (starts[self.line], 0);
        }
        let characters = |from: usize, to: usize| characters(&self.text.as_bytes()[from..to]);
        let start = starts[self.line];
        self.column = if at >= self.at {
            self.column + characters(self.at, at)
        } else if self.at - at < at - start {
            self.column - characters(at, self.at)
        } else {
            characters(start, at)
        };
        self.at = at;
        Position { line: count(self.line + 1), column: count(self.column + 1) }
    }
}

/// How many characters begin in these bytes of a text: those that are no UTF-8 continuation bytes, so that it is right
/// even where the bytes start or end inside of a character.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A file's path and text, with its line table made on first use.
#[derive(Debug)]
pub struct SourceFile {
    /// Where it lies.
    pub path: RepoPath,
    /// What it holds. Bytes that are not UTF-8 have been replaced one for one, so offsets are the file's own.
    pub text: Arc<str>,
    /// Whether bytes have been replaced, so that the text is not what others read in the file.
    pub is_mended: bool,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// A file with this text.
    #[must_use]
    pub fn new(path: RepoPath, text: impl Into<Arc<str>>) -> Self {
        Self { path, text: text.into(), is_mended: false, lines: OnceLock::new() }
    }

    /// The line table.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// A finder of positions in this file, for many that come roughly in order.
    #[must_use]
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { text: &self.text, lines: self.lines(), line: 0, at: 0, column: 0 }
    }

    /// The place of a range of this file.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let lines = self.lines();
        Place {
            path: self.path.clone(),
            start: lines.position(&self.text, span.start),
            end: lines.position(&self.text, span.end),
            span,
        }
    }

    /// The text of a range, or nothing where the range is not on character borders.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_apart() {
        let path = RepoPath::new("./a/b.test.py");
        assert_eq!(
            (path.name(), path.stem(), path.extension(), path.parent()),
            ("b.test.py", "b.test", "py", "a")
        );
        assert_eq!(RepoPath::new(".env").extension(), "");
        assert_eq!(RepoPath::new("."), RepoPath::new(""));
        assert!(path.is_under("a") && path.is_under("") && !RepoPath::new("ab").is_under("a"));
    }

    #[test]
    fn columns_count_characters() {
        let file = SourceFile::new(RepoPath::new("x"), "é\r\nab🦀c\n");
        let place = file.place(Span::new(6, 10));
        assert_eq!(Place::of(file.path.clone(), &file.text, Span::new(6, 10)), place);
        assert_eq!((place.start.line, place.start.column, place.end.column), (2, 3, 4));
        let mut cursor = file.cursor();
        for at in [0, 1, 2, 4, 10, 5, 6, 11, 4, 3, 99, 0] {
            assert_eq!(cursor.position(at), file.lines().position(&file.text, at), "{at}");
        }
        assert_eq!(file.lines().range(&file.text, 0), 0..2);
        assert_eq!(file.lines().range(&file.text, 1), 4..11);
        assert_eq!(file.lines().count(), 3);
    }
}
