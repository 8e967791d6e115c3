//! Which lines of a text have changed. A change of line ends alone changes no line; the time is bounded for any two
//! texts.

use std::collections::BTreeMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Texts that differ over more lines than this are compared without regard to order, which takes no longer for lines
/// that have nothing in common.
const MAX_ORDERED: usize = 8_000;

/// The lines of a text that were not there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLines {
    /// Lines from 1, ends exclusive, sorted. An empty range stands where lines were taken out.
    ranges: Vec<Range<u32>>,
}

impl ChangedLines {
    /// Every line.
    #[must_use]
    pub fn all() -> Self {
        Self { ranges: std::iter::once(0..u32::MAX).collect() }
    }

    /// No line.
    #[must_use]
    pub fn none() -> Self {
        Self { ranges: Vec::new() }
    }

    /// The lines of `new` that differ from `old`.
    #[must_use]
    pub fn between(old: &str, new: &str) -> Self {
        let (old, new) = (lines(old), lines(new));
        let n_start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let (old, new) = (&old[n_start..], &new[n_start..]);
        let n_end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
        let (old, new) = (&old[..old.len() - n_end], &new[..new.len() - n_end]);
        let ranges =
            if old.len() + new.len() <= MAX_ORDERED { ordered(old, new) } else { unordered(old, new) };
        let first = number(n_start) + 1;
        Self { ranges: ranges.into_iter().map(|range| range.start + first..range.end + first).collect() }
    }

    /// Whether lines `first` to `last`, both included, hold a line that has changed, or lie around one that is gone.
    #[must_use]
    pub fn touch(&self, first: u32, last: u32) -> bool {
        self.ranges.iter().any(|range| {
            if range.is_empty() {
                first < range.start && range.start <= last
            } else {
                first < range.end && range.start <= last
            }
        })
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

/// What differs, line by line in order.
fn ordered(old: &[&str], new: &[&str]) -> Vec<Range<u32>> {
    let differing = capture_diff_slices(Algorithm::Myers, old, new);
    let changed = differing.into_iter().filter(|step| !matches!(step, DiffOp::Equal { .. }));
    changed.map(|step| number(step.new_range().start)..number(step.new_range().end)).collect()
}

/// The lines that were not there, wherever they stood.
fn unordered(old: &[&str], new: &[&str]) -> Vec<Range<u32>> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for line in old {
        *known.entry(line).or_default() += 1;
    }
    let mut ranges = Vec::new();
    for (at, line) in new.iter().enumerate() {
        match known.get_mut(line) {
            Some(n_left) if *n_left > 0 => *n_left -= 1,
            _ => ranges.push(number(at)..number(at + 1)),
        }
    }
    ranges
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn changed(old: &str, new: &str) -> Vec<u32> {
        let lines = ChangedLines::between(old, new);
        (1..=9).filter(|&line| lines.touch(line, line)).collect()
    }

    #[test]
    fn lines_that_are_new_or_differ_have_changed() {
        assert_eq!(changed("a\nb\nc\n", "a\nx\nc\n"), [2]);
        assert_eq!(changed("a\nb\n", "0\na\nb\nz\n"), [1, 4]);
        assert_eq!(changed("", "a\nb\n"), [1, 2]);
        assert_eq!(changed("a\nb\n", "a\nb"), [0; 0]);
        assert_eq!(changed("a\r\nb\r\n", "a\nb\n"), [0; 0]);
        assert_eq!(changed("a\na\n", "a\na\na\n"), [3]);
        assert_eq!(changed("a\nb\nc\n", "c\nb\na\n").len(), 2);
    }

    #[test]
    fn what_is_taken_out_changes_what_lies_around_it() {
        let lines = ChangedLines::between("a \\\n b \\\n c\n", "a \\\n c\n");
        assert!(lines.touch(1, 2) && !lines.touch(1, 1) && !lines.touch(2, 2));
        assert!(!ChangedLines::none().touch(1, 9) && ChangedLines::all().touch(1, 1));
    }

    #[test]
    fn long_texts_are_compared_in_bounded_time() {
        let text = |start: u32| (start..start + 300_000).map(|n| format!("{n}\n")).collect::<String>();
        let lines = ChangedLines::between(&text(0), &format!("0\nx\n{}y\n", text(100_000)));
        assert!(lines.touch(2, 2) && lines.touch(300_003, 300_003));
        assert!(!lines.touch(3, 200_002) && lines.touch(200_003, 200_003));
    }

    proptest! {
        #[test]
        fn equal_texts_have_no_changes_and_new_lines_are_found(
            old in prop::collection::vec("[abc]{1,2}", 0..12),
            new in prop::collection::vec("[abc]{1,2}|new", 0..12),
        ) {
            prop_assert_eq!(ChangedLines::between(&old.join("\n"), &old.join("\n")), ChangedLines::none());
            for lines in [ordered, unordered] {
                let (old, new): (Vec<_>, Vec<_>) = (old.iter().map(|line| &**line).collect(), new.iter().map(|line| &**line).collect());
                let found = ChangedLines { ranges: lines(&old, &new) };
                for (at, line) in (0..).zip(&new) {
                    prop_assert!(*line != "new" || found.touch(at, at));
                }
            }
        }
    }
}
