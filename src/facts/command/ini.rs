//! Files of sections, keys and values with continuation lines, as Python's `configparser` reads them. Never expands a
//! reference, and goes on past what it does not understand.

use std::ops::Range;

/// A key and its value.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// The section it stands in; empty before the first.
    pub(super) section: &'a str,
    pub(super) key: &'a str,
    /// The bytes of each line of the value, without the blanks around it; no line is empty or a comment.
    pub(super) lines: Vec<Range<usize>>,
}

/// The entries in their order.
pub(super) fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut section = "";
    // Whether an indented line continues the last entry.
    let mut is_open = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        let first = start + (line.len() - line.trim_start().len());
        if line.starts_with([' ', '\t']) {
            if let Some(entry) = entries.last_mut().filter(|_| is_open) {
                entry.lines.push(first..first + content.len());
            }
            continue;
        }
        if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')) {
            section = name.0.trim();
            is_open = false;
            continue;
        }
        is_open = true;
        let Some(mark) = content.find(['=', ':']) else {
            is_open = false;
            continue;
        };
        let value = content[mark + 1..].trim_start();
        let end = first + content.len();
        let lines = std::iter::once(end - value.len()..end).filter(|line| !line.is_empty()).collect();
        entries.push(Entry { section, key: content[..mark].trim(), lines });
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_lines() {
        let text = "x\n[a:b]\r\nk = v # w\r\n\tx\n\n# no\n  # no\n  é y \nl:\n  z\n [q]\n[c]\n  lost\nm==\n";
        let seen: Vec<_> = entries(text)
            .into_iter()
            .map(|entry| {
                let lines: Vec<_> = entry.lines.into_iter().map(|line| &text[line]).collect();
                format!("{} {} {}", entry.section, entry.key, lines.join("|"))
            })
            .collect();
        assert_eq!(seen, ["a:b k v # w|x|é y", "a:b l z|[q]", "c m ="]);
    }
}
