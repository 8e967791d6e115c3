//! Whether a number in a sentence or a table cell states a threshold of the context, by the words around it.

use super::line::{Line, Mention};
use super::number::{Amount, Number};
use super::{foreign, words};

/// What the lines around a line say about its subject.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Surroundings {
    /// Whether the heading, the list or the paragraph it stands in is about the size of the context.
    pub(super) topic: bool,
    /// Whether it is a row of a table whose header or section is about the context.
    pub(super) table: bool,
}

/// Numbers below this are shares of single things, unless they tell what remains.
const LOWEST_PERCENT: u32 = 10;

/// How many bytes around a number are looked at: a sentence, not a paragraph.
const REACH: usize = 240;

/// The part of a line that a number is judged by.
struct Clause<'a> {
    line: &'a Line<'a>,
    number: &'a Number,
    /// The clause's words.
    first: usize,
    end: usize,
    /// The words directly before and behind the number.
    before: usize,
    behind: usize,
}

/// Whether this number states a threshold; with what remains turned into what is used.
pub(super) fn threshold(line: &Line<'_>, number: &Number, around: Surroundings) -> Option<Amount> {
    let clause = Clause::new(line, number);
    let amount = clause.amount()?;
    (!clause.is_statistic() && clause.is_threshold(around)).then_some(amount)
}

impl<'a> Clause<'a> {
    fn new(line: &'a Line<'a>, number: &'a Number) -> Self {
        let Number { range, .. } = number;
        let start = clause_start(line.raw, range.start);
        let end = clause_end(line.raw, range.end);
        Self {
            line,
            number,
            first: line.words_until(start),
            end: line.words_until(end),
            before: line.words_before(range.start),
            behind: line.words_until(range.end),
        }
    }

    fn amount(&self) -> Option<Amount> {
        let remains = self.is_remainder();
        let in_bounds = |percent: u32| percent < 100 && percent >= if remains { 1 } else { LOWEST_PERCENT };
        match self.number.amount {
            Amount::Percent(used) if in_bounds(used) => {
                Some(Amount::Percent(if remains { 100 - used } else { used }))
            }
            Amount::Percents(low, high) if low < high && high <= 100 && (low == 0 || in_bounds(low)) => {
                Some(if remains { Amount::Percents(100 - high, 100 - low) } else { self.number.amount })
            }
            Amount::Tokens(_) => Some(self.number.amount),
            _ => None,
        }
    }

    /// Whether the number tells what remains: "the last 20 %", "20 % left", but not "20 %: plenty left".
    fn is_remainder(&self) -> bool {
        let is_next = |word: &super::line::Word| {
            let between = &self.line.raw[self.number.range.end..word.start];
            words::REMAINDERS.contains(&word.text.as_str()) && !between.contains([':', ')', ',', '"', '→'])
        };
        let end = (self.behind + 5).min(self.end);
        let foreign = |first: usize, end: usize| {
            self.line.has_stem(first.max(self.first), end.min(self.end), foreign::REMAINDERS)
        };
        foreign(self.before.saturating_sub(3), self.before)
            || foreign(self.behind, self.behind + 1)
            || self.has_near(3, 0, words::REMAINDERS)
            || self.line.words[self.behind.min(end)..end].iter().any(is_next)
    }

    /// Whether a word of the list is among the `n_before` words before and the `n_behind` words behind the number.
    fn has_near(&self, n_before: usize, n_behind: usize, list: &[&str]) -> bool {
        let first = self.before.saturating_sub(n_before).max(self.first);
        self.line.has(first, self.before, list)
            || self.line.has(self.behind, (self.behind + n_behind).min(self.end), list)
    }

    fn has(&self, list: &[&str]) -> bool {
        self.line.has(self.first, self.end, list)
    }

    fn has_stem(&self, stems: &[&str]) -> bool {
        self.line.has_stem(self.first, self.end, stems)
    }

    fn is_statistic(&self) -> bool {
        // "instead of 20 %" and "95 % less" stand close; "30 % of the context is saved" is a little further off.
        self.has_near(2, 4, words::STATISTICS)
            || (self.has_near(0, 6, words::SPENT) && !self.has(words::ORDERS))
            || self.has_near(0, 1, words::CHANGES)
            || self.has_near(1, 0, words::AMOUNTS)
            || (self.has_near(4, 1, words::CONSUMPTION) && !self.has(words::ORDERS))
    }

    fn is_threshold(&self, around: Surroundings) -> bool {
        let mention = self.line.mention(self.first, self.end);
        let direct = mention > Mention::No;
        let rule = self.is_rule(around);
        let in_table = around.table && (rule || self.is_in_first_cell());
        let link = self.link();
        match (self.number.amount, link) {
            // "A window of 200k tokens" is a fact about a model: a count needs a link and an order.
            (Amount::Tokens(_), Link::Limit | Link::Comparison) => direct && rule,
            (Amount::Tokens(_), Link::None) => around.table && rule && self.before == self.first,
            (_, Link::Limit) => direct || (around.topic && rule) || in_table,
            (_, Link::Comparison) => {
                (direct && (rule || self.opens_clause())) || (around.topic && rule) || in_table
            }
            (Amount::Percents(..), Link::None) => {
                in_table || (direct && rule) || (around.topic && self.names_zone())
            }
            (_, Link::None) => {
                let leads = (around.topic && self.leads_item()) || (around.table && self.fills_cell());
                rule && (leads || self.is_next_to_mention())
            }
        }
    }

    /// Whether the clause, or in a table the row, orders something or states a condition.
    fn is_rule(&self, around: Surroundings) -> bool {
        let (first, end) = if around.table { (0, self.line.words.len()) } else { (self.first, self.end) };
        self.line.has(first, end, words::ACTIONS)
            || self.has(words::CONDITIONS)
            || self.has_stem(foreign::ACTIONS)
            || self.has_stem(foreign::COMPARISONS)
    }

    /// Whether the number stands in the first cell of a row, where tables of thresholds have their levels.
    fn is_in_first_cell(&self) -> bool {
        !self.line.raw[..self.number.range.start].trim_start().trim_start_matches('|').contains('|')
    }

    fn link(&self) -> Link {
        let raw = self.line.raw;
        let before =
            raw[..self.number.range.start].trim_end_matches([' ', '*', '`', '(', '~', '≈', '_', '"', '\\']);
        let behind = raw[self.number.range.end..].trim_start_matches(['*', '`']);
        let arrow = before.ends_with("->") || before.ends_with("=>");
        let sign = !arrow && before.ends_with(['>', '<', '≥', '≤', '⩾', '⩽', '＞', '＜'])
            || before.ends_with(">=")
            || before.ends_with("<=")
            || before.ends_with("&gt;")
            || before.ends_with("&lt;");
        let more = self.line.words.get(self.behind).is_some_and(|word| word.text == "or")
            && self.line.has(
                self.behind + 1,
                self.behind + 2,
                &["more", "higher", "above", "over", "greater", "less"],
            );
        let open = behind.starts_with(['+', '↑']) && !matches!(self.number.amount, Amount::Tokens(_));
        if sign || open || more {
            return Link::Limit;
        }
        // Words of measure may stand between: "above roughly 70 %", "exceeds its 70 %".
        let first = self.before.saturating_sub(2).max(self.first);
        let limit = self.line.has(first, self.before, words::LIMITS)
            || self.line.has(self.behind, (self.behind + 4).min(self.end), words::MARKS)
            || self.has_stem(foreign::COMPARISONS)
            || self.has_near(2, 2, foreign::LIMITS);
        if limit {
            Link::Limit
        } else if self.line.has(first, self.before, words::COMPARISONS) {
            Link::Comparison
        } else {
            Link::None
        }
    }

    /// Whether the clause opens with the comparison: "At 80 % of the context:".
    fn opens_clause(&self) -> bool {
        self.before <= self.first + 4 && self.is_next_to_mention()
    }

    /// Whether the context is named within a few words of the number.
    fn is_next_to_mention(&self) -> bool {
        let first = self.before.saturating_sub(3).max(self.first);
        self.line.mention(first, self.before) > Mention::No
            || self.line.mention(self.behind, (self.behind + 5).min(self.end)) > Mention::No
    }

    /// Whether the number heads a list item: "- **60 %**: hand off".
    fn leads_item(&self) -> bool {
        let is_numbering = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let behind = self.line.raw[self.number.range.end..].trim_start_matches(['*', '`', ' ', ')']);
        let marks = [":", "→", "->", "=>", "–", "—", "- ", "="];
        self.line.words[..self.before].iter().all(|word| is_numbering(&word.text))
            && marks.iter().any(|mark| behind.starts_with(mark))
    }

    /// Whether the number stands in brackets behind the name of a zone: "- yellow (50-70 %): slow down".
    fn names_zone(&self) -> bool {
        let before = self.line.raw[..self.number.range.start].trim_end_matches(['*', '`', ' ', '~']);
        let behind = self.line.raw[self.number.range.end..].trim_start_matches(['*', '`', ' ']);
        before.ends_with('(') && behind.starts_with(')') && self.has_near(2, 0, foreign::ZONES)
    }

    /// Whether the number is all that its table cell says.
    fn fills_cell(&self) -> bool {
        self.first == self.before && self.behind >= self.end
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    Limit,
    Comparison,
    None,
}

/// Where the clause begins that reaches up to byte `at`: behind a full stop, a semicolon or a table's bar.
fn clause_start(raw: &str, at: usize) -> usize {
    let from = border(raw, at.saturating_sub(REACH));
    let head = &raw[from..at];
    head.char_indices()
        .rev()
        .find(|&(offset, c)| {
            matches!(c, '。' | '|' | '；')
                || (matches!(c, '.' | '!' | '?' | ';')
                    && head[offset + 1..].starts_with(char::is_whitespace)
                    && !is_numbering(&head[..offset]))
        })
        .map_or(from, |(offset, c)| from + offset + c.len_utf8())
}

/// The last character border at or before byte `at`.
fn border(raw: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| raw.is_char_boundary(at)).unwrap_or(0)
}

/// Whether a full stop behind this text belongs to the number of a list item.
fn is_numbering(before: &str) -> bool {
    before.trim_start().len() <= 3 && before.trim().bytes().all(|byte| byte.is_ascii_digit())
}

/// Where the clause ends that goes on from byte `at`.
fn clause_end(raw: &str, at: usize) -> usize {
    let until = border(raw, (at + REACH).min(raw.len()));
    let tail = &raw[at..until];
    tail.char_indices()
        .find(|&(offset, c)| {
            matches!(c, '。' | '|' | '；')
                || (matches!(c, '.' | '!' | '?' | ';')
                    && tail[offset + 1..].chars().next().is_none_or(char::is_whitespace))
        })
        .map_or(until, |(offset, _)| at + offset)
}
