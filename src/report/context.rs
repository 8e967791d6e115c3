//! What agents always load, for people as a bar chart and for programs as JSON. Decides nothing about limits.

use std::fmt::Write;

use serde::Serialize;

use super::clean;
use super::style::{Ink, Style};

/// How many parts of an agent are drawn, unless all are asked for.
const MOST_PARTS: usize = 12;

/// The columns of a bar.
const BAR: usize = 24;

/// What one agent always loads.
#[derive(Debug, Clone, Serialize)]
pub struct ContextLoad {
    /// Which agent.
    pub agent: String,
    /// The tokens, as estimated.
    #[serde(flatten)]
    pub tokens: Tokens,
    /// The files, the largest part first.
    pub parts: Vec<ContextPart>,
}

/// A number of tokens with its bounds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Tokens {
    /// The most likely number.
    pub tokens: u64,
    /// The lower bound.
    pub tokens_low: u64,
    /// The upper bound.
    pub tokens_high: u64,
}

/// What one file adds.
#[derive(Debug, Clone, Serialize)]
pub struct ContextPart {
    /// The file.
    pub path: String,
    /// Why it is loaded.
    pub reason: String,
    /// The files by which an import comes in, the outermost first.
    pub chain: Vec<String>,
    /// Its share in per cent.
    pub share: u64,
    /// The tokens, as estimated.
    #[serde(flatten)]
    pub tokens: Tokens,
}

#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    budget: Option<u64>,
    loads: &'a [ContextLoad],
}

/// The loads as JSON, with a line end.
#[must_use]
pub fn context_json(loads: &[ContextLoad], budget: Option<u64>) -> String {
    let report = Report { schema_version: 1, budget, loads };
    // Texts and numbers always become JSON.
    let text = serde_json::to_string_pretty(&report).unwrap_or_default();
    format!("{}\n", clean::json(&text))
}

/// The loads as bar charts.
#[must_use]
pub fn context(loads: &[ContextLoad], budget: Option<u64>, style: &Style) -> String {
    if loads.is_empty() {
        return "no agent loads anything from this repository when a session begins\n".to_owned();
    }
    let charts: Vec<String> = loads.iter().map(|load| chart(load, budget, style)).collect();
    let note = "Estimates of an OpenAI vocabulary, right within 10 % for nine files in ten; what agents bring themselves is not among them.";
    format!("{}\n{note}\n", charts.join("\n"))
}

fn chart(load: &ContextLoad, budget: Option<u64>, style: &Style) -> String {
    let Tokens { tokens, tokens_low, tokens_high } = load.tokens;
    let who =
        if load.agent == "any" { "any agent".to_owned() } else { clean::line(&load.agent).into_owned() };
    let dash = if style.unicode { "–" } else { "-" };
    let mut text = format!(
        "{} always loads about {} tokens ({}{dash}{})",
        style.paint(Ink::Strong, &who),
        thousands(tokens),
        thousands(tokens_low),
        thousands(tokens_high)
    );
    if let Some(budget) = budget {
        let ink = if tokens_low > budget { Ink::Warning } else { Ink::Plain };
        let words = format!("{} % of the budget of {}", tokens * 100 / budget.max(1), thousands(budget));
        // Writing to a string cannot fail.
        let _ = write!(text, ", {}", style.paint(ink, &words));
    }
    text.push('\n');
    let n_shown = if style.verbose { load.parts.len() } else { MOST_PARTS };
    for part in load.parts.iter().take(n_shown) {
        text.push_str(&row(part, tokens, style));
    }
    let rest = &load.parts[n_shown.min(load.parts.len())..];
    if !rest.is_empty() {
        let tokens: u64 = rest.iter().map(|part| part.tokens.tokens).sum();
        let _ = writeln!(text, "  {:BAR$}  {:>11} more from {} files", "", thousands(tokens), rest.len());
    }
    text
}

fn row(part: &ContextPart, total: u64, style: &Style) -> String {
    let tokens = part.tokens.tokens;
    let by = match (part.chain.last(), part.reason.as_str()) {
        (Some(_), _) => {
            let arrow = if style.unicode { " → " } else { " > " };
            let chain: Vec<_> = part.chain.iter().map(|path| clean::line(path)).collect();
            format!(", imported by {}", chain.join(arrow))
        }
        (None, "instructions") => String::new(),
        (None, reason) => format!(", {}", clean::line(reason)),
    };
    let path = clean::line(&part.path);
    let share = if part.share == 0 { "<1".to_owned() } else { part.share.to_string() };
    format!(
        "  {} {share:>3} % {:>7}  {}{by}\n",
        bar(tokens, total, style.unicode),
        thousands(tokens),
        style.paint(Ink::Path, &path)
    )
}

/// A bar of [`BAR`] columns, in eighths of a column where the terminal has them.
fn bar(part: u64, whole: u64, unicode: bool) -> String {
    let eighths = part.saturating_mul(8 * BAR as u64) / whole.max(1);
    let (full, rest) = (usize::try_from(eighths / 8).unwrap_or(BAR).min(BAR), eighths % 8);
    let mut bar = if unicode { "█" } else { "#" }.repeat(full);
    if full < BAR {
        let partial = match (unicode, rest) {
            (true, 0) | (false, 0..4) => ' ',
            (true, rest) => ['▏', '▎', '▍', '▌', '▋', '▊', '▉'][usize::try_from(rest - 1).unwrap_or(0)],
            (false, _) => '#',
        };
        bar.push(partial);
        bar.extend(std::iter::repeat_n(' ', BAR - full - 1));
    }
    bar
}

/// A number with a comma before every third digit from the end.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(path: &str, chain: &[&str], tokens: u64, share: u64) -> ContextPart {
        let tokens = Tokens { tokens, tokens_low: tokens, tokens_high: tokens };
        let chain = chain.iter().map(ToString::to_string).collect();
        ContextPart { path: path.into(), reason: "instructions".into(), chain, share, tokens }
    }

    #[test]
    fn bars_are_as_long_as_their_shares() {
        assert_eq!(bar(1, 1, false), "#".repeat(BAR));
        assert_eq!(bar(1, 2, true).trim_end(), "█".repeat(BAR / 2));
        assert_eq!(bar(1, 64, true).trim_end(), "▍");
        for (part, whole) in [(0, 0), (7, 3), (u64::MAX, 1), (1, 3)] {
            assert_eq!(bar(part, whole, true).chars().count(), BAR, "{part}/{whole}");
            assert_eq!(bar(part, whole, false).len(), BAR, "{part}/{whole}");
        }
    }

    #[test]
    fn charts_name_files_and_chains() {
        let tokens = Tokens { tokens: 1000, tokens_low: 900, tokens_high: 1100 };
        let parts =
            vec![part("CLAUDE.md", &[], 750, 75), part("a\u{1b}.md", &["CLAUDE.md", "b.md"], 250, 25)];
        let load = ContextLoad { agent: "claude".into(), tokens, parts };
        let shown = context(&[load], Some(800), &Style { unicode: false, ..Style::default() });
        assert!(
            shown.starts_with(
                "claude always loads about 1,000 tokens (900-1,100), 125 % of the budget of 800\n"
            ),
            "{shown}"
        );
        assert!(shown.contains("  ##################        75 %     750  CLAUDE.md\n"), "{shown}");
        assert!(shown.contains(" 250  a\\u{1b}.md, imported by CLAUDE.md > b.md\n"), "{shown}");
    }
}
