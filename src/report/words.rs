//! What a finding or a failure says, in the few words that formats for other programs have room for, made safe to
//! print. Never chooses what is shown.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt::Write;

use super::clean;
use crate::finding::{Failure, Finding, Severity, Waiver};
use crate::source::Place;

/// The policy under which formats show what could not be judged, where no policy is to blame.
pub(super) const OURSELVES: &str = "policylint";

/// What is wrong and what to do about it, on one line.
pub(super) fn advice(finding: &Finding) -> String {
    let mut words = one_line(&finding.message);
    if !finding.help.is_empty() {
        words.push_str("; ");
        words.push_str(&one_line(&finding.help));
    }
    words
}

/// What is wrong, what to do about it, and where to look as well, on lines of their own.
pub(super) fn story(finding: &Finding) -> String {
    let mut words = lines(&finding.message);
    if !finding.help.is_empty() {
        words.push_str("\nhelp: ");
        words.push_str(&lines(&finding.help));
    }
    for label in &finding.labels {
        // Writing to a string cannot fail.
        let _ = write!(words, "\nsee {}", position(&label.place));
        if !label.text.is_empty() {
            let _ = write!(words, ": {}", clean::line(&label.text));
        }
    }
    words
}

/// What could not be judged, on one line.
pub(super) fn failure(failure: &Failure) -> String {
    let mut words = clean::line(&failure.message).into_owned();
    if let Some(policy) = &failure.policy {
        // Writing to a string cannot fail.
        let _ = write!(words, " (policy {})", clean::line(policy));
    }
    words
}

/// `failure[budget]`
pub(super) fn failure_tag(failure: &Failure) -> String {
    format!("failure[{}]", failure.kind.word())
}

/// `path:line:column`
pub(super) fn position(place: &Place) -> String {
    format!("{}:{}:{}", path(place), place.start.line, place.start.column)
}

/// The path, fit to be printed.
pub(super) fn path(place: &Place) -> Cow<'_, str> {
    clean::line(if place.path.as_str().is_empty() { "." } else { place.path.as_str() })
}

/// Text whose line ends stay line ends, and whose other control characters are spelt out.
pub(super) fn lines(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.trim().lines().map(clean::line).collect();
    lines.join("\n")
}

/// Text whose line ends are spaces, and whose other control characters are spelt out.
pub(super) fn one_line(text: &str) -> String {
    lines(text).replace('\n', " ")
}

/// The reason why a finding is known.
pub(super) fn waiver(waiver: &Waiver) -> Cow<'_, str> {
    match waiver {
        Waiver::Comment { reason: Some(reason), .. } | Waiver::Ledger { reason: Some(reason), .. } => {
            clean::line(reason)
        }
        Waiver::Comment { .. } => Cow::Borrowed("suppressed by a comment"),
        Waiver::Ledger { .. } => Cow::Borrowed("suppressed by the configuration"),
        Waiver::Baseline => Cow::Borrowed("in the baseline"),
    }
}

/// The first `limit` characters, the last of which is an ellipsis where text is cut off.
pub(super) fn crop(text: &str, limit: usize) -> Cow<'_, str> {
    // As many bytes as characters is the most that a text can have; most texts are far from any limit.
    if text.len() <= limit || text.chars().nth(limit).is_none() {
        return Cow::Borrowed(text);
    }
    let mut cropped: String = text.chars().take(limit.saturating_sub(1)).collect();
    cropped.push('…');
    Cow::Owned(cropped)
}

/// The findings with the gravest first, otherwise in their order.
pub(super) fn gravest_first(findings: &[Finding]) -> Vec<&Finding> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| Reverse(finding.severity));
    sorted
}

/// `3 errors and 1 warning`, the gravest first; nothing for no findings.
pub(super) fn counts<'f>(findings: impl Iterator<Item = &'f Finding> + Clone) -> String {
    let mut parts = Vec::new();
    for severity in Severity::ALL.into_iter().rev() {
        let n = findings.clone().filter(|finding| finding.severity == severity).count();
        if n > 0 {
            parts.push(super::summary::count(n, severity.word(), &format!("{severity}s")));
        }
    }
    super::summary::enumerate(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cropped_to_characters() {
        assert_eq!(crop("日本語", 3), "日本語");
        assert_eq!(crop("日本語!", 3), "日本…");
        assert_eq!(crop("", 0), "");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(lines("a\r\nb\u{1b}\n"), "a\nb\\u{1b}");
    }
}
