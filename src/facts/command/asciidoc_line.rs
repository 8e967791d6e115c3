//! The lines of AsciiDoc, as far as a line alone tells what it is. Remembers nothing of the lines before.

use std::ops::Range;

/// A monospaced part of a line, with and without its signs.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) outer: Range<usize>,
    pub(super) inner: Range<usize>,
}

/// The level and the title of `== Title`.
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let title = line.trim_start_matches('=');
    let title = if title.len() == line.len() { line.trim_start_matches('#') } else { title };
    let level = line.len() - title.len();
    ((1..=6).contains(&level) && title.starts_with(' ')).then(|| (level, title.trim()))
}

/// The level of a title that is underlined by the next line, which is about as long.
pub(super) fn underline_level(line: &str, next: &str) -> Option<usize> {
    let next = next.trim_end();
    let level = "=-~^+".find(next.chars().next()?)? + 1;
    let sign = next.as_bytes()[0];
    let is_rule = next.len() >= 3 && next.bytes().all(|byte| byte == sign);
    let length = line.trim_end().chars().count();
    let is_title = line.starts_with(|c: char| c.is_alphanumeric()) && length.abs_diff(next.len()) <= 1;
    (is_rule && is_title).then_some(level)
}

/// Whether a line opens or closes a block.
pub(super) fn is_delimiter(line: &str) -> bool {
    let Some(&first) = line.as_bytes().first() else { return false };
    match first {
        b'-' | b'.' | b'/' | b'+' | b'=' | b'*' | b'_' => {
            (line.len() >= 4 || line == "--") && line.bytes().all(|byte| byte == first)
        }
        b'|' | b',' | b':' | b'!' => line[1..].len() >= 3 && line[1..].bytes().all(|byte| byte == b'='),
        _ => false,
    }
}

/// The language that the attributes of a block name: `bash` of `source,bash,linenums`. Empty for a listing that names
/// none; nothing where the attributes do not make a listing.
pub(super) fn language(attributes: &str) -> Option<String> {
    let mut parts = attributes.split(',');
    let style = parts.next().unwrap_or_default().split(['%', '#', '.']).next().unwrap_or_default().trim();
    match style {
        "source" | "" => {
            let language = parts.next().unwrap_or_default().trim().trim_matches('"');
            let is_name = !language.contains('=') && (style == "source" || !language.is_empty());
            is_name.then(|| language.to_owned())
        }
        "listing" | "literal" => Some(String::new()),
        _ => None,
    }
}

/// `Title` of `.Title`, which stands above a block.
pub(super) fn block_title(line: &str) -> Option<&str> {
    line.strip_prefix('.').filter(|title| !title.starts_with(['.', ' ']))
}

/// Whether a line shows nothing: a comment, an attribute, a condition, an inclusion.
pub(super) fn is_silent(line: &str) -> bool {
    let is_attribute = line
        .strip_prefix(':')
        .and_then(|rest| rest.split_once(':'))
        .is_some_and(|(name, _)| !name.is_empty() && !name.contains(' '));
    line.starts_with("//")
        || is_attribute
        || ["ifdef::", "ifndef::", "ifeval::", "endif::", "include::"]
            .iter()
            .any(|directive| line.starts_with(directive))
}

/// Whether a line of a table begins a cell: `|a |b`, `a|x`, `2+|x`.
pub(super) fn is_row(body: &str) -> bool {
    body.find('|').is_some_and(|at| {
        at <= 4 && body[..at].bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+*^<>".contains(&byte))
    })
}

/// The bytes of the sign that opens a list item: `* `, `.. `, `1. `, `<1> `, `term:: `.
pub(super) fn item(body: &str) -> Option<usize> {
    let word = body.split(' ').next().unwrap_or_default();
    let all = |signs: &[u8]| word.bytes().all(|byte| signs.contains(&byte));
    let is_bullet = !word.is_empty() && word.len() <= 5 && (all(b"*") || all(b".") || word == "-");
    let is_number = word.len() > 1
        && word.strip_suffix('.').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let is_callout = word.starts_with('<') && word.ends_with('>') && word.len() <= 5;
    if (is_bullet || is_number || is_callout) && body.len() > word.len() {
        return Some(word.len() + 1);
    }
    let term = body.find(":: ").map(|at| at + 3).filter(|_| !body.starts_with('`'));
    term.or_else(|| body.ends_with("::").then_some(body.len()))
}

/// A line of a listing without the numbers of the notes below it: `pytest <1>`.
pub(super) fn without_callouts(line: &str) -> &str {
    let mut line = line.trim_end();
    while let Some(rest) =
        line.strip_suffix('>').map(|rest| rest.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.'))
    {
        match rest.strip_suffix('<').filter(|before| before.ends_with([' ', '\t'])) {
            Some(before) if rest.len() + 1 < line.len() => line = before.trim_end(),
            _ => break,
        }
    }
    line
}

/// The monospaced parts of a line: `` `x` ``, ``` ``x`` ``` and `` `+x+` ``; quotation marks made with backticks are none.
pub(super) fn codes(text: &str) -> Vec<Code> {
    let bytes = text.as_bytes();
    let mut codes = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('`').map(|found| at + found) {
        let width = if bytes.get(open + 1) == Some(&b'`') { 2 } else { 1 };
        let start = open + width;
        let Some(end) = text[start..].find(&"``"[..width]).map(|found| start + found) else { break };
        at = end + width;
        let is_quotation =
            open > 0 && matches!(bytes[open - 1], b'"' | b'\'') && bytes.get(at) == Some(&bytes[open - 1]);
        let inside = &text[start..end];
        if is_quotation || inside.is_empty() {
            continue;
        }
        let is_literal = inside.len() > 2 && inside.starts_with('+') && inside.ends_with('+');
        let inner = if is_literal { start + 1..end - 1 } else { start..end };
        codes.push(Code { outer: open..at, inner });
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_name_languages() {
        for (attributes, name) in [
            ("source,bash", Some("bash")),
            ("source%linenums,console,subs=x", Some("console")),
            (",shell", Some("shell")),
            ("source", Some("")),
            ("source,indent=0", None),
            ("WARNING", None),
            ("#id", None),
            ("listing", Some("")),
        ] {
            assert_eq!(language(attributes).as_deref(), name, "{attributes}");
        }
    }

    #[test]
    fn callouts_and_items() {
        assert_eq!(without_callouts("a <1> <.>"), "a");
        assert_eq!(without_callouts("a > b <x> <>"), "a > b <x> <>");
        assert_eq!(
            (item("* a"), item("... a"), item("12. a"), item("<1> a")),
            (Some(2), Some(4), Some(4), Some(4))
        );
        assert_eq!((item("a:: b"), item("a::"), item("*a*"), item(".Title")), (Some(4), Some(3), None, None));
    }
}
