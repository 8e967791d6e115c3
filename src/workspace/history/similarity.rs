//! How much two texts have in common, by their lines, as git counts it. Compares sorted numbers, never texts.

use std::hash::{DefaultHasher, Hasher};

/// A text as the multitude of its lines: for each different line its hash and how many bytes it takes in all.
#[derive(Debug, Default)]
pub(super) struct Lines {
    lines: Vec<(u64, u32)>,
    /// The length of the text in bytes.
    size: u64,
}

impl Lines {
    pub(super) fn of(text: &[u8]) -> Self {
        let mut lines: Vec<(u64, u32)> = text
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| {
                let mut hasher = DefaultHasher::new();
                // A file whose line ends were turned is the same file.
                hasher.write(line.trim_ascii_end());
                (hasher.finish(), u32::try_from(line.len()).unwrap_or(u32::MAX))
            })
            .collect();
        lines.sort_unstable();
        lines.dedup_by(|next, first| {
            let is_same = next.0 == first.0;
            if is_same {
                first.1 = first.1.saturating_add(next.1);
            }
            is_same
        });
        Self { size: lines.iter().map(|line| u64::from(line.1)).sum(), lines }
    }

    /// How many different lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The share of the larger text that the two have in common, in percent.
    pub(super) fn similarity(&self, other: &Self) -> u64 {
        let larger = self.size.max(other.size);
        // Nothing to compare: no text of half the size has half of the larger one.
        if larger == 0 || self.size.min(other.size) * 2 < larger {
            return 0;
        }
        self.common(other) * 100 / larger
    }

    /// The share of this text that stands in the other as well, in percent.
    pub(super) fn share_in(&self, other: &Self) -> u64 {
        (self.common(other) * 100).checked_div(self.size).unwrap_or_default()
    }

    /// How many bytes of lines the two have in common.
    fn common(&self, other: &Self) -> u64 {
        let (mut mine, mut theirs) = (self.lines.iter().peekable(), other.lines.iter().peekable());
        let mut common: u64 = 0;
        while let (Some(one), Some(two)) = (mine.peek(), theirs.peek()) {
            match one.0.cmp(&two.0) {
                std::cmp::Ordering::Less => {
                    mine.next();
                }
                std::cmp::Ordering::Greater => {
                    theirs.next();
                }
                std::cmp::Ordering::Equal => {
                    common += u64::from(one.1.min(two.1));
                    mine.next();
                    theirs.next();
                }
            }
        }
        common
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similarity(one: &str, other: &str) -> u64 {
        Lines::of(one.as_bytes()).similarity(&Lines::of(other.as_bytes()))
    }

    #[test]
    fn lines_in_common_count_by_their_bytes_and_in_any_order() {
        assert_eq!(similarity("aaaa\nbbbb\n", "bbbb\naaaa\n"), 100);
        assert_eq!(similarity("aaaa\nbbbb\n", "aaaa\ncccc\n"), 50);
        assert_eq!(similarity("a\na\na\nb\n", "a\nc\nd\ne\n"), 25);
        assert_eq!(similarity("a\nbbbbbbbbbbbb\n", "a\ncccccccccccc\n"), 13);
    }

    #[test]
    fn what_is_half_as_long_or_empty_has_nothing_in_common() {
        assert_eq!(similarity("a\n", "a\nb\nc\n"), 0);
        assert_eq!(similarity("", ""), 0);
    }

    #[test]
    fn a_part_shares_all_of_itself() {
        let (part, whole) = (Lines::of(b"bbbb\n"), Lines::of(b"aaaa\nbbbb\ncccc\n"));
        assert_eq!((part.share_in(&whole), whole.share_in(&part)), (100, 33));
        assert_eq!(Lines::of(b"").share_in(&whole), 0);
    }

    #[test]
    fn turned_line_ends_are_no_difference() {
        assert_eq!(similarity("aaaa\nbbbb\n", "aaaa\r\nbbbb\r\n"), 83);
    }
}
