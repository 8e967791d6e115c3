//! Thresholds of the context in code: conditions that compare a percentage, and settings that hold one.

use std::ops::Range;

use super::line::{Line, Mention};
use super::name::{LEVELS, MEASURES, Name, SETTINGS, name_before, name_behind};
use super::number::Amount;

/// A threshold in code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Stated {
    /// Where the number stands in the line.
    pub(super) range: Range<usize>,
    /// The number.
    pub(super) amount: Amount,
    /// `condition` or `code`.
    pub(super) form: &'static str,
}

/// What is known of the names in a file so far.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Names that were given a value made from the context: `pct = read_context_pct()`.
    aliases: Vec<String>,
    /// The lines that open the blocks around the present one, by indentation, and whether they name the context.
    parents: Vec<(usize, bool)>,
    /// Whether the last table header of a TOML file names the context.
    in_section: bool,
    /// Whether one of the last lines spoke of the size of the context.
    pub(super) near: bool,
}

/// How many names are kept: a file that has more is no hook.
const MAX_ALIASES: usize = 64;

/// How many blocks are kept around a line.
const MAX_PARENTS: usize = 64;

impl Scope {
    /// Takes note of a line, after its own thresholds were read.
    pub(super) fn enter(&mut self, raw: &str, mention: Mention) {
        let raw = raw.trim_end();
        let indentation = raw.len() - raw.trim_start().len();
        if raw.is_empty() {
            return;
        }
        let named = mention > Mention::No;
        self.parents.retain(|&(parent, _)| parent < indentation);
        if raw.starts_with('[') {
            self.in_section = named;
        } else if raw.ends_with(['{', ':', '(', '[']) && self.parents.len() < MAX_PARENTS {
            self.parents.push((indentation, named));
        }
        if named && self.aliases.len() < MAX_ALIASES {
            self.aliases.extend(assigned(raw));
        }
    }

    /// Whether a line that does not name the context can still state a threshold of it.
    pub(super) fn is_about_context(&self) -> bool {
        self.near
            || self.in_section
            || !self.aliases.is_empty()
            || self.parents.iter().any(|&(_, named)| named)
    }

    /// Whether a block around lines of this indentation is about the context.
    fn is_inside_context(&self, indentation: usize) -> bool {
        self.in_section || self.parents.iter().any(|&(parent, named)| named && parent < indentation)
    }
}

/// The name that a line gives a value.
fn assigned(raw: &str) -> Option<String> {
    let name = raw.split_once('=')?.0.trim_end_matches([' ', ':', '?', '+']);
    let start = name.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    name.get(start..).filter(|name| !name.is_empty()).map(ToString::to_string)
}

/// How many thresholds of one line are read; a line that has more is made by a program.
const MOST_IN_LINE: usize = 16;

/// The thresholds that a line of code states.
pub(super) fn thresholds(line: &Line<'_>, scope: &Scope) -> Vec<Stated> {
    let mut found = Vec::new();
    let bytes = line.raw.as_bytes();
    let mut at = 0;
    while at < bytes.len() && found.len() < MOST_IN_LINE {
        let stated = match operator(line.raw, at) {
            Some((Operator::Compare, length)) => condition(line, at, at + length, scope),
            Some((Operator::Assign, length)) => setting(line, at, at + length, scope),
            None => None,
        };
        found.extend(stated);
        at += operator(line.raw, at).map_or(1, |(_, length)| length);
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Compare,
    Assign,
}

/// The operator at byte `at` and its length; also the parts of longer ones, as nothing.
fn operator(raw: &str, at: usize) -> Option<(Operator, usize)> {
    let rest = raw.as_bytes().get(at..)?;
    let before = at.checked_sub(1).map(|at| raw.as_bytes()[at]);
    for word in [b" -ge ", b" -gt ", b" -le ", b" -lt "] {
        if rest.starts_with(word) {
            return Some((Operator::Compare, word.len()));
        }
    }
    match rest {
        [b'>' | b'<', b'=', ..] => Some((Operator::Compare, 2)),
        [b'>', b'>', ..] | [b'<', b'<', ..] => None,
        [b'>', ..] if matches!(before, Some(b'-' | b'=' | b'>')) => None,
        [b'<', ..] if before == Some(b'<') => None,
        [b'>' | b'<', ..] => Some((Operator::Compare, 1)),
        [b':', b'-', ..] => Some((Operator::Assign, 2)),
        [b'=', b'=', ..] | [b'=', b'>', ..] => None,
        [b'=', ..] if matches!(before, Some(b'=' | b'!' | b'>' | b'<')) => None,
        [b'=' | b':', ..] => Some((Operator::Assign, 1)),
        _ => None,
    }
}

/// `context_pct >= 80`, `[ "$PCT" -ge 80 ]`, `80 <= contextPct`.
fn condition(line: &Line<'_>, at: usize, behind: usize, scope: &Scope) -> Option<Stated> {
    let (name, literal) = match literal(line.raw, behind) {
        Some(literal) => (name_before(line, at)?, literal),
        None => (name_behind(line, behind)?, literal_before(line.raw, at)?),
    };
    // The difference of two percentages is no use of the context.
    if name.is_subtracted {
        return None;
    }
    let says_context =
        name.is_context() || scope.aliases.contains(&name.text) || (name.is_percentage() && scope.near);
    let measures = name.is_percentage() || name.has(MEASURES) || literal.is_fraction();
    if !says_context || !measures || !name.is_plain() {
        return None;
    }
    let amount = literal.amount(&name)?;
    // A bare `pct` says enough for a percentage, not for a fraction.
    (!literal.is_fraction() || name.is_context()).then_some(Stated {
        range: literal.range,
        amount,
        form: "condition",
    })
}

/// `CONTEXT_THRESHOLD = 85`, `"contextWarnPercent": 80`, `${CONTEXT_WARN:-70}`, and keys below `context:`.
fn setting(line: &Line<'_>, at: usize, behind: usize, scope: &Scope) -> Option<Stated> {
    let literal = literal(line.raw, behind)?;
    let name = name_before(line, at)?;
    let indentation = line.raw.len() - line.raw.trim_start().len();
    let says_context = name.is_context() || scope.is_inside_context(indentation);
    if !says_context || !name.is_plain() || !name.has(SETTINGS) {
        return None;
    }
    let amount = literal.amount(&name)?;
    let says_unit = match amount {
        Amount::Tokens(_) => {
            name.has(&["threshold", "warn", "warning", "critical", "trigger", "handoff", "stop"])
        }
        // So small a number counts something else: lines, turns, seconds.
        Amount::Percent(..20) if !literal.is_fraction() && !name.is_percentage() => false,
        _ => literal.is_fraction() || name.is_percentage() || name.has(LEVELS),
    };
    says_unit.then_some(Stated { range: literal.range, amount, form: "code" })
}

/// A number as code writes it.
struct Literal {
    range: Range<usize>,
    whole: u64,
    /// Hundredths, where there is a fraction.
    hundredths: Option<u64>,
}

impl Literal {
    fn is_fraction(&self) -> bool {
        self.whole == 0 && self.hundredths.is_some()
    }

    fn amount(&self, name: &Name) -> Option<Amount> {
        let remains = name.has(super::words::REMAINDERS);
        let percent = if self.is_fraction() { self.hundredths? } else { self.whole };
        match u32::try_from(percent) {
            // Ten tokens are ten tokens.
            Ok(1..=99) if !self.is_fraction() && name.has(&["token", "tokens"]) && !name.is_percentage() => {
                None
            }
            Ok(percent @ 1..=99) if remains => Some(Amount::Percent(100 - percent)),
            Ok(percent @ 10..=99) => Some(Amount::Percent(percent)),
            _ => {
                (self.whole >= 10_000 && name.has(&["token", "tokens"])).then_some(Amount::Tokens(self.whole))
            }
        }
    }
}

fn literal(raw: &str, at: usize) -> Option<Literal> {
    let rest = raw.get(at..)?;
    let start = at + (rest.len() - rest.trim_start_matches([' ', '"', '\'', '(']).len());
    let bytes = raw.as_bytes();
    let (mut whole, mut end) = (0_u64, start);
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'0'..=b'9' => whole = whole.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?,
            b'_' if end > start => {}
            _ => break,
        }
        end += 1;
    }
    if end == start {
        return None;
    }
    let mut hundredths = None;
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        let digit = |at: usize| {
            bytes.get(at).filter(|byte| byte.is_ascii_digit()).map_or(0, |byte| u64::from(byte - b'0'))
        };
        hundredths = Some(digit(end + 1) * 10 + digit(end + 2) * u64::from(bytes[end + 1].is_ascii_digit()));
        end += 1 + bytes[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    let part_of_word =
        bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    (!part_of_word).then_some(Literal { range: start..end, whole, hundredths })
}

fn literal_before(raw: &str, at: usize) -> Option<Literal> {
    let head = raw.get(..at)?.trim_end();
    let start = head
        .rfind(|c: char| !c.is_ascii_digit() && c != '.')
        .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    let part_of_word = head[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    if part_of_word { None } else { literal(head, start) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(code: &str) -> Vec<Amount> {
        let mut scope = Scope::default();
        let mut found = Vec::new();
        for raw in code.lines() {
            let line = Line::new(raw);
            found.extend(thresholds(&line, &scope).into_iter().map(|stated| stated.amount));
            scope.enter(raw, line.any_mention());
        }
        found
    }

    #[test]
    fn conditions_in_several_languages() {
        for code in [
            "if [ \"$CONTEXT_PCT\" -ge 80 ]; then",
            "elif (( context_pct > 80 )); then",
            "} else if (contextPct >= 80) {",
            "if data.context_window.used_percentage >= 80:",
            "if 80 <= context_percent:",
            "if context_usage > 0.8:",
            "PCT=\"${CLAUDE_CONTEXT_PCT:-0}\"\nif [ \"$PCT\" -ge 80 ]; then",
            "if context_remaining_pct < 20:",
            "used=$(jq -r '.context_window.used_percentage')\nif [ \"$used\" -ge 80 ]; then",
        ] {
            assert_eq!(amounts(code), [Amount::Percent(80)], "{code}");
        }
    }

    #[test]
    fn settings_by_name_and_by_parent() {
        for code in [
            "CONTEXT_THRESHOLD = 85   # Block at 85%+",
            "  \"contextWarnPercent\": 85,",
            "WARN=\"${CONTEXT_WARN:-85}\"",
            "context:\n  warn_percent: 85",
            "[context]\nwarn_percent = 85",
            "export CLAUDE_AUTOCOMPACT_PCT_OVERRIDE=85",
            "context_threshold: 0.85",
        ] {
            assert_eq!(amounts(code), [Amount::Percent(85)], "{code}");
        }
        assert_eq!(amounts("CONTEXT_WARNING_TOKENS = 150_000"), [Amount::Tokens(150_000)]);
    }

    #[test]
    fn other_numbers_are_no_thresholds() {
        for code in [
            "if coverage_pct >= 80:",
            "context_similarity_threshold = 0.8",
            "if len(context) > 50:",
            "context_lines = 20",
            "context_pct = 45",
            "tokens = len(context)\nif tokens > 50:",
            "[[ \"$context_pct\" -gt 100 ]] && context_pct=100",
            "MAX_CONTEXT_TOKENS = 200_000",
            "if prev_pct - context_pct > 10:",
            "x -> 80 => 70 << 60 >> 50",
        ] {
            assert_eq!(amounts(code), [], "{code}");
        }
    }
}
