//! The name beside a number in code, in words, and what such words say. Judges no number.

use super::line::{FOREIGN, Line};

/// The name that is compared or set, in words.
pub(super) struct Name {
    /// As it stands, the whole path.
    pub(super) text: String,
    /// Whether a minus stands before it.
    pub(super) is_subtracted: bool,
    words: Vec<String>,
}

impl Name {
    pub(super) fn has(&self, list: &[&str]) -> bool {
        is_any(&self.words.iter().map(String::as_str).collect::<Vec<_>>(), list)
    }

    pub(super) fn is_context(&self) -> bool {
        self.has(&["context", "ctx", "autocompact"])
            || (self.has(&["auto"]) && self.has(&["compact", "compaction"]))
            || self.words.iter().any(|word| FOREIGN.contains(&word.as_str()))
    }

    pub(super) fn is_percentage(&self) -> bool {
        self.has(&["pct", "percent", "percentage", "perc"])
    }

    /// Whether every word is one of those that thresholds of the context are named with: `context_similarity` is not.
    pub(super) fn is_plain(&self) -> bool {
        let known: [&[&str]; 5] = [MEASURES, SETTINGS, LEVELS, PLAIN, super::words::REMAINDERS];
        self.words.iter().all(|word| known.iter().any(|list| list.contains(&word.as_str())))
    }
}

fn is_any(words: &[&str], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(word))
}

/// How far a name reaches before an operator, in bytes.
const NAME_REACH: usize = 80;

pub(super) fn name_before(line: &Line<'_>, at: usize) -> Option<Name> {
    let head = line.raw.get(..at)?.trim_end();
    let start = head
        .bytes()
        .rev()
        .take(NAME_REACH)
        .position(|byte| !is_name_byte(byte))
        .map_or(head.len().saturating_sub(NAME_REACH), |length| head.len() - length);
    name(line, start, head.len())
}

pub(super) fn name_behind(line: &Line<'_>, behind: usize) -> Option<Name> {
    let rest = line.raw.get(behind..)?;
    let start = behind + (rest.len() - rest.trim_start().len());
    let length =
        line.raw.as_bytes()[start..].iter().take(NAME_REACH).take_while(|byte| is_name_byte(**byte)).count();
    name(line, start, start + length)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.$\"'{}()[]%*-?!#/".contains(&byte)
}

/// The name between two bytes: of a path such as `data.context_window.used_percentage` the last two parts.
fn name(line: &Line<'_>, start: usize, end: usize) -> Option<Name> {
    let words = &line.words[line.words_until(start).min(line.words_before(end))..line.words_before(end)];
    let (first, last) = (words.first()?, words.last()?);
    let mut from = first.start;
    let path = &line.raw[from..last.end];
    if let Some((dot, _)) = path.rmatch_indices('.').nth(1) {
        from += dot + 1;
    }
    let words: Vec<_> =
        words.iter().filter(|word| word.start >= from).map(|word| word.text.clone()).collect();
    let is_subtracted = line.raw[..first.start].ends_with(" - ");
    Some(Name { is_subtracted, text: line.raw[first.start..last.end].to_string(), words })
}

/// Words for what is measured.
pub(super) const MEASURES: &[&str] = &[
    "usage",
    "used",
    "utilization",
    "utilisation",
    "threshold",
    "level",
    "ratio",
    "fill",
    "fraction",
    "token",
    "tokens",
    "pct",
    "percent",
    "percentage",
    "perc",
    "full",
    "load",
];

/// Words for what a setting sets.
pub(super) const SETTINGS: &[&str] = &[
    "threshold",
    "thresholds",
    "warn",
    "warning",
    "critical",
    "crit",
    "limit",
    "max",
    "maximum",
    "stop",
    "trigger",
    "handoff",
    "compact",
    "compaction",
    "alert",
    "override",
    "soft",
    "hard",
    "notice",
    "block",
    "danger",
    "suggest",
    "caution",
];

/// Words for levels, which make a plain number a percentage.
pub(super) const LEVELS: &[&str] = &[
    "threshold",
    "thresholds",
    "warn",
    "warning",
    "critical",
    "crit",
    "trigger",
    "alert",
    "notice",
    "stop",
    "danger",
    "caution",
];

/// Further words that may be part of such a name.
const PLAIN: &[&str] = &[
    "result",
    "metrics",
    "tracker",
    "get",
    "bar",
    "context",
    "ctx",
    "autocompact",
    "auto",
    "window",
    "claude",
    "codex",
    "agent",
    "default",
    "min",
    "low",
    "high",
    "current",
    "total",
    "red",
    "yellow",
    "orange",
    "green",
    "at",
    "above",
    "int",
    "float",
    "parse",
    "math",
    "round",
    "number",
    "self",
    "this",
    "data",
    "state",
    "config",
    "options",
    "settings",
    "code",
    "session",
    "env",
    "process",
    "opts",
    "args",
    "f",
    "0",
    "5",
    "local",
    "let",
    "const",
    "export",
    "if",
    "and",
    "or",
    "elif",
    "while",
    "monitor",
    "stats",
    "status",
    "info",
    "prev",
    "new",
    "value",
    "val",
    "is",
    "s",
    "g",
    "i",
    "d",
    "n",
];
