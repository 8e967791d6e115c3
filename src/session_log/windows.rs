//! How large the windows of models are, as far as a model's name decides it. A name that leaves it open is unknown:
//! a share of the wrong window is worse than none.

/// The window of models that end in this, in tokens.
const LONG: (&str, u64) = ("[1m]", 1_000_000);

/// Beginnings of names and the one window that each has, as of August 2026; the first that fits counts. Sonnet 4 to 4.6
/// and Opus 4.6 are left out: they have one of two windows, and a log does not say which.
static WINDOWS: &[(&str, u64)] = &[
    ("claude-3-", 200_000),
    ("claude-haiku-4-", 200_000),
    ("claude-opus-4-2025", 200_000),
    ("claude-opus-4-0", 200_000),
    ("claude-opus-4-1", 200_000),
    ("claude-opus-4-5", 200_000),
    ("claude-opus-4-7", 1_000_000),
    ("claude-opus-4-8", 1_000_000),
    ("claude-opus-4-9", 1_000_000),
    ("claude-opus-5", 1_000_000),
    ("claude-sonnet-5", 1_000_000),
    ("claude-fable-5", 1_000_000),
];

/// The window of a model in tokens, where its name decides it. Names with a cloud's prefix or suffix have the window
/// that was chosen there.
pub(super) fn window(model: &str) -> Option<u64> {
    if model.ends_with(LONG.0) {
        return Some(LONG.1);
    }
    WINDOWS
        .iter()
        .find(|(beginning, _)| model.starts_with(beginning) && !model.contains('@'))
        .map(|row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_decide_have_a_window() {
        for (model, expected) in [
            ("claude-opus-4-5-20251101", Some(200_000)),
            ("claude-opus-4-7", Some(1_000_000)),
            ("claude-sonnet-4-6[1m]", Some(1_000_000)),
            ("claude-sonnet-4-6", None),
            ("claude-sonnet-4-5-20250929", None),
            ("us.anthropic.claude-opus-4-7-v1:0", None),
            ("claude-opus-4-7@20260401", None),
            ("gpt-9", None),
        ] {
            assert_eq!(window(model), expected, "{model}");
        }
    }
}
