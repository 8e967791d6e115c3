//! The few lines of source that a finding is shown with: cut out of its files, cropped, made safe to print, and with
//! every marked range carried over. Never looks at more of a file than it shows, so its cost does not depend on the
//! length of files or lines. Knows nothing of how it will be drawn.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::clean;
use crate::source::{Place, Position, RepoPath, SourceFile};

/// A range over more lines than this is marked on its first line only.
const MAX_LINES: usize = 6;

/// Lines out of one or more files, one group after another. A byte that belongs to no group ends each group, so that
/// the end of one is not the start of the next.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    /// The lines of all groups, each with its line end.
    pub(super) text: String,
    /// Runs of neighbouring lines; the first holds the first place.
    pub(super) groups: Vec<Group>,
    /// The marked ranges, sorted; no two overlap.
    pub(super) marks: Vec<Mark>,
    /// The places, by number, that could not be marked: no text is at hand, or the mark would cover another.
    pub(super) left_out: Vec<usize>,
}

/// Neighbouring lines of one file.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) path: RepoPath,
    /// Where they stand in the excerpt.
    pub(super) range: Range<usize>,
    /// The number of the first line, from 0.
    pub(super) first_line: usize,
    pub(super) n_lines: usize,
}

/// A marked range.
#[derive(Debug)]
pub(super) struct Mark {
    /// The numbers of the places that lie exactly here.
    pub(super) places: Vec<usize>,
    /// The range in the excerpt. One that marks a file as a whole is empty and lies behind the lines of its group.
    pub(super) range: Range<usize>,
    /// Where the range starts in its file.
    pub(super) start: Position,
    /// The last line, from 1, of a range that is marked on its first line only.
    pub(super) until: Option<u32>,
    /// How many cells stand left of the middle of the mark.
    pub(super) indent: usize,
}

/// How wide lines may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crop {
    /// Cells for text.
    pub(super) columns: usize,
    /// What stands for text that was cut off.
    pub(super) ellipsis: &'static str,
}

impl Excerpt {
    /// The lines around these places. The first place decides the order of groups and, within a line that is too
    /// long, the part that is shown.
    pub(super) fn new(places: &[&Place], sources: &BTreeMap<RepoPath, Arc<SourceFile>>, crop: Crop) -> Self {
        let mut excerpt = Self::default();
        let mut groups: Vec<Rows<'_>> = Vec::new();
        for (number, &place) in places.iter().enumerate() {
            let stretch = sources.get(&place.path).and_then(|source| Stretch::new(number, source, place));
            match (stretch, sources.get(&place.path)) {
                // A mark that shows nothing has no room for words.
                (Some(stretch), Some(source)) if number == 0 || !stretch.is_whole => {
                    let mut rows = Rows { source, lines: stretch.lines(source), stretches: vec![stretch] };
                    groups.retain_mut(|other| !rows.absorb(other));
                    groups.push(rows);
                }
                _ => excerpt.left_out.push(number),
            }
        }
        let first = places.first().map(|place| &place.path);
        groups.sort_by_key(|rows| {
            let holds_first = rows.stretches.iter().any(|stretch| stretch.place == 0);
            (!holds_first, Some(&rows.source.path) != first, rows.source.path.clone(), rows.lines.start)
        });
        for rows in groups {
            excerpt.push(rows, crop);
        }
        excerpt.left_out.sort_unstable();
        excerpt
    }

    /// Whether the second mark stands on the line that holds all of the first.
    pub(super) fn shares_line(&self, mark: &Mark, next: &Mark) -> bool {
        let between = mark.range.start..next.range.start.max(mark.range.start);
        self.text.get(between).is_some_and(|text| !text.contains('\n'))
    }

    fn push(&mut self, mut rows: Rows<'_>, crop: Crop) {
        let start = self.text.len();
        rows.stretches.sort_by_key(|stretch| stretch.place);
        let shown: Vec<Shown> = rows.lines.clone().map(|line| self.push_line(&rows, line, crop)).collect();
        let end = self.text.len();
        self.groups.push(Group {
            path: rows.source.path.clone(),
            range: start..end,
            first_line: rows.lines.start,
            n_lines: rows.lines.len(),
        });
        self.text.push('\n');
        let n_before = self.marks.len();
        for stretch in &rows.stretches {
            let mark = if stretch.is_whole {
                Some(stretch.mark(end..end, 0))
            } else {
                let first = &shown[stretch.first_line - rows.lines.start];
                let last = &shown[stretch.last_line - rows.lines.start];
                self.mark(stretch, &rows.source.text, first, last)
            };
            match mark {
                Some(mark) => self.place(mark, n_before),
                None => self.left_out.push(stretch.place),
            }
        }
        self.marks[n_before..].sort_by_key(|mark| mark.range.start);
    }

    /// Appends one line, cropped to the part that matters.
    fn push_line(&mut self, rows: &Rows<'_>, line: usize, crop: Crop) -> Shown {
        let range = rows.source.lines().range(&rows.source.text, line);
        let text = &rows.source.text[range.clone()];
        let focus =
            rows.stretches.iter().find_map(|stretch| stretch.on_line(line, &range)).unwrap_or_default();
        let window = window(text, focus, crop.columns);
        let line_start = self.text.len();
        if window.start > 0 {
            self.text.push_str(crop.ellipsis);
        }
        let text_start = self.text.len();
        clean::push_source(&mut self.text, &text[window.clone()]);
        if window.end < text.len() {
            self.text.push_str(crop.ellipsis);
        }
        self.text.push('\n');
        let source = range.start + window.start..range.start + window.end;
        Shown { source, line_start, text_start }
    }

    /// The mark of a range, unless it starts in a part that is not shown.
    fn mark(&self, stretch: &Stretch, text: &str, first: &Shown, last: &Shown) -> Option<Mark> {
        let carry = |shown: &Shown, at: usize| {
            shown.text_start + clean::source_len(&text[shown.source.start..at.min(shown.source.end)])
        };
        if stretch.span.start < first.source.start || stretch.span.start > first.source.end {
            return None;
        }
        let start = carry(first, stretch.span.start);
        let end = carry(last, stretch.span.end.max(last.source.start)).max(start);
        let before = clean::cells(&self.text[first.line_start..start]);
        let marked =
            if stretch.first_line == stretch.last_line { clean::cells(&self.text[start..end]) } else { 0 };
        Some(stretch.mark(start..end, before + marked / 2))
    }

    /// Adds a mark to those from `n_before` on, which are of the same group.
    fn place(&mut self, mark: Mark, n_before: usize) {
        let overlaps = |other: &&mut Mark| {
            let end = |range: &Range<usize>| range.end.max(range.start + 1);
            mark.range.start < end(&other.range) && other.range.start < end(&mark.range)
        };
        match self.marks[n_before..].iter_mut().find(overlaps) {
            Some(other) if other.range == mark.range => other.places.extend(mark.places),
            Some(_) => self.left_out.extend(mark.places),
            None => self.marks.push(mark),
        }
    }
}

/// A line in the excerpt: the bytes of the file that it shows and where they start.
struct Shown {
    source: Range<usize>,
    line_start: usize,
    text_start: usize,
}

/// A group in the making.
struct Rows<'a> {
    source: &'a SourceFile,
    lines: Range<usize>,
    stretches: Vec<Stretch>,
}

impl Rows<'_> {
    /// Takes over a group of the same file that overlaps or touches this one, and says whether it did.
    fn absorb(&mut self, other: &mut Self) -> bool {
        let touches = self.lines.start <= other.lines.end && other.lines.start <= self.lines.end;
        if !touches || self.source.path != other.source.path {
            return false;
        }
        self.lines = self.lines.start.min(other.lines.start)..self.lines.end.max(other.lines.end);
        self.stretches.append(&mut other.stretches);
        true
    }
}

/// A place, fitted to the text: inside it, on character borders, not over line ends.
struct Stretch {
    place: usize,
    span: Range<usize>,
    start: Position,
    first_line: usize,
    last_line: usize,
    until: Option<u32>,
    is_whole: bool,
}

impl Stretch {
    fn new(number: usize, source: &SourceFile, place: &Place) -> Option<Self> {
        let (text, lines) = (&*source.text, source.lines());
        if text.is_empty() || place.span.start > text.len() {
            return None;
        }
        let mut stretch = Self {
            place: number,
            span: 0..0,
            start: place.start,
            first_line: 0,
            last_line: 0,
            until: None,
            is_whole: place.span.range() == (0..0),
        };
        if stretch.is_whole {
            stretch.first_line = usize::try_from(place.start.line).ok()?.checked_sub(1)?;
            stretch.last_line = stretch.first_line;
            return (stretch.first_line < lines.count()).then_some(stretch);
        }
        let start = border_before(text, place.span.start);
        let mut end = border_before(text, place.span.end.min(text.len())).max(start);
        stretch.first_line = lines.line_of(start);
        stretch.last_line = lines.line_of(start.max(end.saturating_sub(1)));
        if stretch.last_line - stretch.first_line >= MAX_LINES {
            stretch.until = u32::try_from(stretch.last_line + 1).ok();
            stretch.last_line = stretch.first_line;
            end = text.len();
        }
        let start = start.min(lines.range(text, stretch.first_line).end);
        stretch.span = start..end.min(lines.range(text, stretch.last_line).end).max(start);
        Some(stretch)
    }

    /// The lines to show: one more on either side of a range, the line itself for a file as a whole.
    fn lines(&self, source: &SourceFile) -> Range<usize> {
        if self.is_whole {
            return self.first_line..self.last_line + 1;
        }
        let count = source.lines().count();
        let last_is_empty = source.text.ends_with('\n');
        let end = (self.last_line + 2).min(if last_is_empty { count - 1 } else { count });
        self.first_line.saturating_sub(1)..end.max(self.last_line + 1)
    }

    /// The part that lies on a line, counted from the line's start, if the range starts or ends there.
    fn on_line(&self, line: usize, range: &Range<usize>) -> Option<Range<usize>> {
        if self.is_whole || (line != self.first_line && line != self.last_line) {
            return None;
        }
        Some(self.span.start.max(range.start) - range.start..self.span.end.min(range.end) - range.start)
    }

    fn mark(&self, range: Range<usize>, indent: usize) -> Mark {
        Mark { places: vec![self.place], range, start: self.start, until: self.until, indent }
    }
}

/// The last character border at or before byte `at`.
fn border_before(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The part of a line that fits into so many cells: all of it, or what surrounds the focus.
fn window(line: &str, focus: Range<usize>, columns: usize) -> Range<usize> {
    // A character has at most four bytes and at least one cell, so a longer line cannot fit.
    if line.len() <= 4 * columns && clean::cells(line) <= columns {
        return 0..line.len();
    }
    let taken = |part: &str| forwards(part, columns).1;
    let lead = ((columns - taken(&line[focus.clone()])) / 2).max(columns / 8);
    let (start, _) = backwards(&line[..focus.start], lead);
    let (length, used) = forwards(&line[start..], columns);
    if start + length < line.len() {
        return start..start + length;
    }
    let (start, _) = backwards(&line[..start], columns - used);
    start..line.len()
}

/// How many bytes from the start fit into so many cells, and how many cells they take.
fn forwards(text: &str, columns: usize) -> (usize, usize) {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        let cells = clean::width(character);
        if used + cells > columns {
            return (at, used);
        }
        used += cells;
    }
    (text.len(), used)
}

/// From which byte on the end of the text fits into so many cells, and how many cells it takes.
fn backwards(text: &str, columns: usize) -> (usize, usize) {
    let (mut start, mut used) = (text.len(), 0);
    for (at, character) in text.char_indices().rev() {
        let cells = clean::width(character);
        if used + cells > columns {
            break;
        }
        (start, used) = (at, used + cells);
    }
    (start, used)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;
    use proptest::prelude::proptest;

    const CROP: Crop = Crop { columns: 40, ellipsis: "…" };

    fn excerpt(text: &str, spans: &[(usize, usize)]) -> Excerpt {
        let source = Arc::new(SourceFile::new(RepoPath::new("a.md"), text));
        let places: Vec<Place> =
            spans.iter().map(|&(start, end)| source.place(Span::new(start, end))).collect();
        let sources = BTreeMap::from([(source.path.clone(), Arc::clone(&source))]);
        Excerpt::new(&places.iter().collect::<Vec<_>>(), &sources, CROP)
    }

    #[test]
    fn marks_follow_escapes_and_crops() {
        let text = format!("{}\u{1b}🦀pip{}", "é".repeat(70_000), "x".repeat(70_000));
        let at = text.find("pip").unwrap();
        let excerpt = excerpt(&text, &[(at, at + 3)]);
        assert_eq!(&excerpt.text[excerpt.marks[0].range.clone()], "pip");
        assert!(excerpt.text.contains("\\u{1b}🦀pip") && excerpt.text.chars().count() < 50);
        assert_eq!(excerpt.marks[0].start.column, 70_003);
    }

    #[test]
    fn neighbours_share_a_group_and_distant_lines_do_not() {
        let text = "a\nb\nc\nd\ne\nf\ng\nh\ni\n";
        let excerpt = excerpt(text, &[(8, 9), (4, 5), (16, 17), (8, 9)]);
        let lines: Vec<_> = excerpt.groups.iter().map(|group| (group.first_line, group.n_lines)).collect();
        assert_eq!(lines, [(1, 5), (7, 2)]);
        assert_eq!(excerpt.marks.len(), 3);
        assert_eq!(excerpt.marks[1].places, [0, 3]);
    }

    proptest! {
        #[test]
        fn any_spans_of_any_text_are_marked_apart_or_left_out(
            text in "([a🦀é\t\r\n\u{202e}]|[x]{30}){0,40}",
            spans in proptest::collection::vec((0_usize..700, 0_usize..700), 1..6),
        ) {
            let excerpt = excerpt(&text, &spans);
            let marked: usize = excerpt.marks.iter().map(|mark| mark.places.len()).sum();
            assert_eq!(marked + excerpt.left_out.len(), spans.len());
            for mark in &excerpt.marks {
                assert!(excerpt.text.get(mark.range.clone()).is_some());
            }
            assert!(excerpt.marks.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        }
    }
}
