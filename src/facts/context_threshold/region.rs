//! Where in a Markdown document a line stands, as far as that tells its subject: section, list, table, fenced code.
//! Follows the lines in order and looks no further back than a paragraph.

use super::line::{Line, Mention};
use super::prose::Surroundings;
use super::words;

/// What the lines so far say about the next one.
#[derive(Debug, Default)]
pub(super) struct Region {
    /// The headings above, by level, and whether each is about the size of the context.
    headings: Vec<(usize, bool)>,
    /// How many more lines a mention in a list or paragraph still counts.
    carried: usize,
    fence: Option<Fence>,
    table: Option<Table>,
    last_row: String,
}

#[derive(Debug)]
struct Fence {
    mark: u8,
    length: usize,
}

/// A table by its header cells.
#[derive(Debug)]
struct Table {
    /// Whether each column is about the context.
    columns: Vec<bool>,
    /// Whether each column tells how much is used.
    ranges: Vec<bool>,
    /// Whether each column is a statistic.
    statistics: Vec<bool>,
}

/// Words in the heads of columns that tell how much is used.
const RANGES: &[&str] = &[
    "usage",
    "used",
    "range",
    "threshold",
    "fill",
    "utilization",
    "utilisation",
    "capacity",
    "pct",
    "percent",
    "percentage",
    "trigger",
];

/// How many lines a paragraph's mention of the context carries.
const CARRY: usize = 6;

impl Region {
    /// Takes note of a line before it is read.
    pub(super) fn enter(&mut self, raw: &str, mention: Mention) {
        let text = raw.trim_start().trim_start_matches("> ");
        if self.fence(text) {
            return;
        }
        if let Some(level) = heading_level(text) {
            self.headings.retain(|&(known, _)| known < level);
            self.headings.push((level, mention == Mention::Size));
            self.carried = 0;
            self.table = None;
        } else if text.starts_with('|') {
            self.row(text);
        } else {
            self.table = None;
            self.last_row.clear();
            self.carried = self.carried.saturating_sub(1);
        }
        if mention == Mention::Size {
            self.carried = CARRY;
        }
    }

    /// Whether the line belongs to fenced code.
    fn fence(&mut self, text: &str) -> bool {
        let mark = text.bytes().next().unwrap_or_default();
        let length = text.bytes().take_while(|&byte| byte == mark).count();
        let is_fence = matches!(mark, b'`' | b'~') && length >= 3;
        match &self.fence {
            Some(open) => {
                if is_fence && mark == open.mark && length >= open.length && text[length..].trim().is_empty()
                {
                    self.fence = None;
                }
                true
            }
            None if is_fence => {
                self.fence = Some(Fence { mark, length });
                true
            }
            None => false,
        }
    }

    fn row(&mut self, text: &str) {
        let is_delimiter = text.contains('-') && text.bytes().all(|byte| b"|-: \t".contains(&byte));
        if is_delimiter && self.table.is_none() {
            let header = std::mem::take(&mut self.last_row);
            let cells: Vec<_> = header.trim_matches('|').split('|').map(Line::new).collect();
            self.table = Some(Table {
                columns: cells.iter().map(|cell| cell.any_mention() > Mention::No).collect(),
                ranges: cells.iter().map(|cell| cell.has(0, cell.words.len(), RANGES)).collect(),
                statistics: cells
                    .iter()
                    .map(|cell| cell.has(0, cell.words.len(), words::STATISTICS))
                    .collect(),
            });
        } else if self.table.is_none() {
            self.last_row = text.trim_end().to_string();
        }
    }

    /// Whether the present line is fenced code.
    pub(super) fn is_code(&self) -> bool {
        self.fence.is_some()
    }

    /// What is known of byte `at` of the present line.
    pub(super) fn surroundings(&self, line: &Line<'_>, at: usize) -> Surroundings {
        let section = self.headings.last().is_some_and(|&(_, size)| size);
        let topic = section || self.carried > 0;
        let Some(table) = &self.table else {
            return Surroundings { topic: topic && !self.is_code(), table: false };
        };
        let column = line.raw[..at].matches('|').count().saturating_sub(1);
        let is = |list: &[bool]| list.get(column).copied().unwrap_or_default();
        // In a section about the context the first column tells when, the others what to do.
        let about = is(&table.columns) || (topic && (column == 0 || is(&table.ranges)));
        Surroundings { topic, table: about && !is(&table.statistics) }
    }

    /// The form of the present line.
    pub(super) fn form(&self, line: &Line<'_>) -> &'static str {
        let text = line.raw.trim_start();
        let numbered = text.trim_start_matches(|c: char| c.is_ascii_digit());
        if self.table.is_some() {
            "table"
        } else if self.is_code() {
            "prose"
        } else if text.starts_with("- ")
            || text.starts_with("* ")
            || text.starts_with("+ ")
            || (numbered.len() < text.len() && numbered.starts_with(['.', ')']))
        {
            "list"
        } else {
            "prose"
        }
    }
}

fn heading_level(text: &str) -> Option<usize> {
    let level = text.bytes().take_while(|&byte| byte == b'#').count();
    ((1..=6).contains(&level) && text[level..].starts_with([' ', '\t'])).then_some(level)
}
