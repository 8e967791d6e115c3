//! TOML as the same flat tree that YAML is read into, and its texts as shell text whose every byte knows its place.
//! What stands in a line with an error is not seen.

use toml::de::{DeTable, DeValue};

use super::block::Document;
use super::yaml::{Scalar, Tree};
use crate::shell::Script;

/// Reads the text. The parser bounds how deep it nests.
pub(super) fn tree(text: &str) -> Tree {
    let (table, _) = DeTable::parse_recoverable(text);
    let document = DeValue::Table(table.into_inner());
    let mut tree = Tree::with_root();
    let top = tree.add(0, String::new(), None);
    let mut open = vec![(top, &document)];
    while let Some((node, value)) = open.pop() {
        let members: Vec<_> = match value {
            DeValue::Table(table) => {
                table.iter().map(|(key, value)| (key.get_ref().as_ref(), value)).collect()
            }
            DeValue::Array(items) => items.iter().map(|item| ("", item)).collect(),
            _ => continue,
        };
        for (key, member) in members {
            let span = member.span();
            // After an error a word without quotes can pass for a text.
            let is_quoted = text.get(span.clone()).is_some_and(|raw| raw.starts_with(['"', '\'']));
            let value = member.get_ref().as_str().filter(|_| is_quoted);
            let scalar = value.map(|value| Scalar::toml(value.to_owned(), span.start, span.end));
            let child = tree.add(node, key.to_owned(), scalar);
            open.push((child, member.get_ref()));
        }
    }
    tree
}

/// The shell text that a text of TOML holds, which stands between `start` and `end` with its quotes.
pub(super) fn script(document: Document<'_>, start: usize, end: usize) -> Script {
    // An empty text has a place too.
    let mut script = Script::verbatim("", document.script.host_offset(start));
    let Some(raw) = document.text().get(start..end) else { return script };
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let is_basic = raw.starts_with('"');
    let Some(body) = raw.get(quotes..raw.len().saturating_sub(quotes)) else { return script };
    // The line end behind the opening quotes is no part of the text.
    let skipped = if quotes == 3 { body.len() - trimmed_line_end(body).len() } else { 0 };
    let mut at = start + quotes + skipped;
    let stop = end - quotes;
    while at < stop {
        let rest = &document.text()[at..stop];
        let plain = rest.find('\\').filter(|_| is_basic).unwrap_or(rest.len());
        document.copy(at, at + plain, &mut script);
        at += plain;
        if at >= stop {
            break;
        }
        let (decoded, length) = escape(&document.text()[at + 1..stop]);
        if let Some(decoded) = decoded {
            script.push(decoded.encode_utf8(&mut [0; 4]), document.script.host_offset(at));
        }
        at += 1 + length;
    }
    script
}

fn trimmed_line_end(text: &str) -> &str {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text)
}

/// What the characters behind a backslash stand for, and their length in bytes.
fn escape(rest: &str) -> (Option<char>, usize) {
    let digits = |length: usize| {
        let code = rest.get(1..=length).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        (Some(code.and_then(char::from_u32).unwrap_or('_')), if code.is_some() { 1 + length } else { 1 })
    };
    match rest.chars().next() {
        Some('n') => (Some('\n'), 1),
        Some('t') => (Some('\t'), 1),
        Some('r') => (Some('\r'), 1),
        Some('x') => digits(2),
        Some('u') => digits(4),
        Some('U') => digits(8),
        Some(quote @ ('"' | '\\')) => (Some(quote), 1),
        // A backslash at the end of a line joins it to the next text, whatever lines are between.
        Some(blank) if blank.is_ascii_whitespace() => {
            (None, rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len())
        }
        Some(other) => (Some('_'), other.len_utf8()),
        None => (None, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::yaml;
    use super::*;

    fn scripts(text: &str) -> Vec<String> {
        let whole = Script::verbatim(text, 0);
        let document = Document::of(&whole);
        let tree = tree(text);
        let scalars = tree.nodes.iter().filter_map(|node| node.scalar.as_ref());
        scalars
            .map(|scalar| {
                let script = yaml::script(document, scalar);
                for (at, byte) in
                    script.text().bytes().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase())
                {
                    assert_eq!(text.as_bytes()[script.host_offset(at)], byte, "{text}");
                }
                assert_eq!(script.text(), scalar.value, "{text}");
                script.text().to_owned()
            })
            .collect()
    }

    #[test]
    fn texts_of_all_kinds_keep_their_places() {
        for (text, expected) in [
            ("a = \"X Y\" # \"Z\"\n", "X Y"),
            ("a = 'X \\Y'\n", "X \\Y"),
            ("a = \"X \\\"Y\\\" \\\\ \\u00e9 \\x61 Z\"\n", "X \"Y\" \\ é a Z"),
            ("é = \"\"\"\nX \\\n\n   Y\n  Z \"\"\"\"\n", "X Y\n  Z \""),
            ("a = '''\r\nX\r\nY'''\n", "X\r\nY"),
            ("\u{feff}a = 'X'\n", "X"),
            ("[t]\na.b = { c = [[\"X\"]] }\n", "X"),
            ("a = ''\n", ""),
        ] {
            assert_eq!(scripts(text), [expected], "{text}");
        }
    }

    #[test]
    fn errors_hide_little() {
        assert_eq!(scripts("a = 'X'\nb = = 1\nc = 'Y'\n"), ["X", "Y"]);
        assert!(tree(&"[".repeat(50_000)).nodes.len() < 1000);
        for torn in ["a = \"", "a = \"\"\"", "a = '''\n", "a = \"\\", "a = \"\\u12\"", "a = \"\\é\"", "= ''"]
        {
            let whole = Script::verbatim(torn, 0);
            let document = Document::of(&whole);
            for scalar in tree(torn).nodes.iter().filter_map(|node| node.scalar.as_ref()) {
                yaml::script(document, scalar);
            }
        }
    }
}
