//! Percentages and token counts in a line of prose, as written; whether one is a threshold is not decided here.

use std::ops::Range;

/// A number with its unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Number {
    /// Where it stands in the line, unit included.
    pub(super) range: Range<usize>,
    /// What it counts.
    pub(super) amount: Amount,
}

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Amount {
    /// A percentage.
    Percent(u32),
    /// From one percentage to another.
    Percents(u32, u32),
    /// A number of tokens.
    Tokens(u64),
}

/// Whether a blank may stand between a number and `%`; in code that is the remainder of a division.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spacing {
    /// It may.
    Prose,
    /// It may not.
    Code,
}

/// The percentages and token counts of a line, in order.
pub(super) fn numbers(line: &str, spacing: Spacing) -> Vec<Number> {
    let bytes = line.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_digit(bytes, at) {
        let part_of_word = line[..start].chars().next_back().is_some_and(|c| {
            c.is_ascii_alphanumeric()
                || matches!(c, '_' | '.')
                || (c == '-' && start > 1 && bytes[start - 2].is_ascii_alphanumeric())
        });
        let end = digits(bytes, start);
        at = end;
        if part_of_word {
            continue;
        }
        if let Some(count) = tokens(line, start) {
            at = count.range.end;
            found.push(count);
        } else if let Some(next) = percents(line, start, spacing, &mut found) {
            at = next;
        }
    }
    found
}

fn next_digit(bytes: &[u8], at: usize) -> Option<usize> {
    bytes[at..].iter().position(u8::is_ascii_digit).map(|offset| at + offset)
}

fn digits(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |length| at + length)
}

/// Reads `70%`, `60-70 %`, `60% to 70%` or `70/80/90%` and says where reading goes on.
fn percents(line: &str, start: usize, spacing: Spacing, found: &mut Vec<Number>) -> Option<usize> {
    let mut parts: Vec<(u32, usize, usize)> = Vec::new();
    let mut listed = false;
    let mut at = start;
    let (mut with_unit, mut next) = (0, start);
    // Nobody writes more than a handful; the bound keeps `1/1/1/…` linear.
    while parts.len() < 8 {
        let Some((value, end)) = value(line, at) else { break };
        let unit = unit(line, end, spacing);
        parts.push((value, at, unit.unwrap_or(end)));
        if let Some(end) = unit {
            (with_unit, next) = (parts.len(), end);
        }
        let Some((separator, rest)) = separator(line, unit.unwrap_or(end)) else { break };
        listed |= separator == Separator::List;
        at = rest;
    }
    parts.truncate(with_unit);
    match parts[..] {
        [] => return None,
        [(low, from, _), (high, _, to)] if !listed => {
            found.push(Number { range: from..to, amount: Amount::Percents(low, high) });
        }
        _ => found.extend(
            parts.iter().map(|&(value, from, to)| Number { range: from..to, amount: Amount::Percent(value) }),
        ),
    }
    Some(next)
}

/// A whole number of at most three digits; decimals are dropped.
fn value(line: &str, at: usize) -> Option<(u32, usize)> {
    let bytes = line.as_bytes();
    let end = digits(bytes, at);
    if end == at || end - at > 3 {
        return None;
    }
    let value = line[at..end].parse().ok()?;
    let decimals = bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    Some((value, if decimals { digits(bytes, end + 1) } else { end }))
}

fn unit(line: &str, at: usize, spacing: Spacing) -> Option<usize> {
    let rest = line.get(at..)?;
    let trimmed =
        if spacing == Spacing::Prose { rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']) } else { rest };
    let blank = rest.len() - trimmed.len();
    if blank > 3 {
        return None;
    }
    for sign in ["%", "\\%", "％"] {
        if let Some(after) = trimmed.strip_prefix(sign) {
            // `%20` in an address and `%d` in a format are no percentages.
            let coded = after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '%');
            return (!coded).then_some(at + blank + sign.len());
        }
    }
    // In Chinese the unit may stand before its number: 百分之80.
    if line[..at].trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("百分之") {
        return Some(at);
    }
    let word = trimmed.strip_prefix('-').unwrap_or(trimmed);
    for name in [
        "percent",
        "per cent",
        "Prozent",
        "procent",
        "pour cent",
        "por ciento",
        "por cento",
        "per cento",
        "процент",
        "퍼센트",
        "パーセント",
    ] {
        if word.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)) {
            return Some(line.len() - word.len() + name.len());
        }
    }
    None
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Range,
    List,
}

fn separator(line: &str, at: usize) -> Option<(Separator, usize)> {
    let rest = line.get(at..)?.trim_start_matches('*');
    let (kind, after) = if let Some(after) = rest.strip_prefix(['-', '–', '—', '~', '～', '〜', '至', '到'])
    {
        (Separator::Range, after)
    } else if let Some(after) = rest.strip_prefix('/') {
        (Separator::List, after)
    } else {
        let spaced = [" - ", " – ", " — ", " to ", " bis ", " through ", " à ", " a ", " até ", " hasta "];
        if let Some(word) = spaced.iter().find(|word| rest.starts_with(*word)) {
            (Separator::Range, &rest[word.len()..])
        } else if let Some(after) = rest.strip_prefix(" / ") {
            (Separator::List, after)
        } else {
            return None;
        }
    };
    let after = after.trim_start_matches(['*', '~', '≈']);
    after.starts_with(|c: char| c.is_ascii_digit()).then_some((kind, line.len() - after.len()))
}

/// Reads `150k tokens`, `140,000 tokens` or `150K of context`.
fn tokens(line: &str, start: usize) -> Option<Number> {
    let bytes = line.as_bytes();
    let mut end = start;
    let (mut value, mut decimals, mut in_decimals): (u64, u32, bool) = (0, 0, false);
    while let Some(&byte) = bytes.get(end) {
        let digit_follows = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        match byte {
            b'0'..=b'9' => {
                value = value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
                decimals += u32::from(in_decimals);
            }
            b',' | b'_' if digit_follows && !in_decimals => {}
            b'.' if digit_follows && !in_decimals => in_decimals = true,
            _ => break,
        }
        end += 1;
    }
    let factor: u64 = match bytes.get(end) {
        Some(b'k' | b'K') => 1_000,
        Some(b'm' | b'M') => 1_000_000,
        _ => 1,
    };
    end += usize::from(factor > 1);
    let value = value.checked_mul(factor)? / 10_u64.checked_pow(decimals)?;
    let rest = line.get(end..)?;
    let word = rest.trim_start_matches(['+', '*', ' ', '-']);
    let is_token = ["token", "토큰", "トークン", "个令牌"]
        .iter()
        .any(|name| word.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)));
    let is_context = factor > 1 && ["of context", "context"].iter().any(|name| word.starts_with(name));
    // Smaller numbers are sizes of an answer or a chunk.
    (value >= 10_000 && rest.len() - word.len() <= 3 && (is_token || is_context))
        .then_some(Number { range: start..end, amount: Amount::Tokens(value) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amounts(line: &str) -> Vec<Amount> {
        numbers(line, Spacing::Prose).into_iter().map(|number| number.amount).collect()
    }

    #[test]
    fn percentages_ranges_and_lists() {
        use Amount::{Percent, Percents};
        assert_eq!(amounts("at 70% or 85 %, then 90 percent"), [Percent(70), Percent(85), Percent(90)]);
        assert_eq!(amounts("60-70%, **60–70 %**, 60% to 70%, 60%-70%"), [Percents(60, 70); 4]);
        assert_eq!(amounts("70/80/90% and 70%/80%"), [70, 80, 90, 70, 80].map(Percent));
        assert_eq!(amounts("99.5%"), [Percent(99)]);
        assert_eq!(amounts("a%20b 20%20c v70% 1234% 60％초과"), [Percent(60)]);
        assert_eq!(numbers("x = 10 % 3", Spacing::Code), []);
    }

    #[test]
    fn token_counts() {
        use Amount::Tokens;
        assert_eq!(
            amounts("150k tokens, 140,000 tokens, 1.5M tokens"),
            [150_000, 140_000, 1_500_000].map(Tokens)
        );
        assert_eq!(amounts("150K of context, 500 tokens, 150 apples"), [Tokens(150_000)]);
    }

    proptest! {
        #[test]
        fn any_line_is_read_and_ranges_lie_on_characters(line in "([0-9]{1,4}|%|-|/| |to|k|tokens|é|％|[.,*]|.){0,60}") {
            for number in numbers(&line, Spacing::Prose) {
                prop_assert!(line.get(number.range).is_some_and(|text| !text.is_empty()));
            }
        }
    }
}
