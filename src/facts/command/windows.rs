//! Lines for the shells of Windows, as far as they are written otherwise than for those of Unix: remarks, conditions,
//! loops, and the signs that join lines. Reads a line at a time; runs and expands nothing.

use std::ops::Range;

/// Whether a line opens or closes a comment of more than one line, in PowerShell.
pub(super) fn toggles_comment(line: &str, is_comment: bool) -> bool {
    if is_comment { line.contains("#>") } else { line.trim_start().starts_with("<#") && !line.contains("#>") }
}

/// Whether a line is a remark.
pub(super) fn is_remark(line: &str) -> bool {
    let body = line.trim_start().trim_start_matches('@');
    starts_with_word(body, "rem") || body.starts_with("::") || body.starts_with("<#")
}

/// The part of a line that is a command: behind the mark that hides it, the condition or the loop before it, and
/// before the sign that joins it to the next line.
pub(super) fn command(line: &str) -> Range<usize> {
    let mut end = line.trim_end().len();
    if is_joined(line) {
        end = line[..end - 1].trim_end().len();
    }
    let mut start = line.len() - line.trim_start().len();
    if is_remark(line) || start >= end {
        return end..end;
    }
    for _ in 0..MAX_NESTED {
        let body = &line[start..end];
        let inner = body.trim_start_matches(['@', ' ', '\t']);
        start = end - inner.len();
        let Some(skip) = condition(inner).or_else(|| looped(inner)) else { break };
        start += skip;
        if line[start..end].starts_with('(') && line[..end].ends_with(')') {
            (start, end) = (start + 1, end - 1);
        }
    }
    start..end.max(start)
}

/// How many conditions and loops of a line are opened.
const MAX_NESTED: usize = 8;

/// Whether the command of a line goes on in the next one.
pub(super) fn is_joined(line: &str) -> bool {
    let line = line.trim_end();
    line.ends_with(" ^") || line.ends_with(" `")
}

/// The bytes of `if exist x ` before the command of a condition in brackets.
fn condition(body: &str) -> Option<usize> {
    let rest = body.get(2..).filter(|_| starts_with_word(body, "if"))?;
    // PowerShell has its condition in brackets, and the command in braces.
    if rest.trim_start().starts_with('(') {
        return None;
    }
    rest.find(" (").map(|at| 2 + at + 1)
}

/// The bytes of `for %%f in (*) do ` before the command of a loop.
fn looped(body: &str) -> Option<usize> {
    let is_loop = starts_with_word(body, "for") && body.contains('%');
    let at = body.find(") do ").filter(|_| is_loop)?;
    Some(at + ") do ".len())
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && text[word.len()..]
            .chars()
            .next()
            .is_none_or(|next| !next.is_alphanumeric() && next != '.' && next != '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_lines() {
        for (line, expected) in [
            ("  @python a.py", "python a.py"),
            ("python a.py ^", "python a.py"),
            ("python -m x `", "python -m x"),
            ("if exist a (pip list)", "pip list"),
            ("IF NOT EXIST a (@pip list)", "pip list"),
            ("if (Test-Path a) { pip list }", "if (Test-Path a) { pip list }"),
            ("for %%f in (*.py) do python %%f", "python %%f"),
            ("for /f %%i in ('dir') do (pip list)", "pip list"),
            ("rem pip list", ""),
            ("REM", ""),
            ("@rem pip list", ""),
            ("remove x", "remove x"),
            (":: pip", ""),
            ("é ^", "é"),
            ("^", "^"),
            ("", ""),
            ("@", ""),
            ("if x (", "("),
        ] {
            assert_eq!(&line[command(line)], expected, "{line}");
        }
    }
}
