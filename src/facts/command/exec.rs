//! Commands written as a list of words, `["uv", "run", "x"]`, turned back into shell text whose every byte knows its
//! place. Never runs into the next line's format: it reads one list and stops.

use super::block::Document;
use super::literal;
use super::yaml::{self, Scalar, Tree};
use crate::shell::{Form, Script};

/// Reads the JSON list that starts at byte `at` of the document; nothing if it is not a list of strings.
pub(super) fn list(document: Document<'_>, at: usize, end: usize) -> Option<Script> {
    let text = document.text().get(..end)?;
    let bytes = text.as_bytes();
    let mut at = skip_space(bytes, at);
    if bytes.get(at) != Some(&b'[') {
        return None;
    }
    at += 1;
    let mut script = Script::default();
    loop {
        at = skip_space(bytes, at);
        match bytes.get(at)? {
            b']' => break,
            b',' => at += 1,
            b'"' => at = word(document, at, end, &mut script)?,
            _ => return None,
        }
    }
    (!script.text().is_empty()).then(|| script.in_form(Form::List))
}

/// The words of a list that has been read already, each quoted unless it is plain.
pub(super) fn words(document: Document<'_>, words: &[&Scalar]) -> Script {
    let mut script = Script::default();
    for scalar in words {
        let read = yaml::script(document, scalar);
        let (text, host) = (read.text(), |at: usize| read.host_offset(at));
        if !script.text().is_empty() {
            script.push(" ", host(0));
        }
        if words.len() == 1 || is_plain(text) {
            Document::of(&read).follow(0, text.len(), &mut script);
            continue;
        }
        script.push("'", host(0));
        let mut at = 0;
        for (quote, _) in text.match_indices('\'') {
            Document::of(&read).follow(at, quote, &mut script);
            script.push("'\\''", host(quote));
            at = quote + 1;
        }
        Document::of(&read).follow(at, text.len(), &mut script);
        script.push("'", host(text.len().saturating_sub(1)));
    }
    // One item alone may be a whole line for a shell, into which words can be written.
    let is_line = words.len() == 1 && !is_plain(script.text());
    script.in_form(if is_line { Form::Encoded } else { Form::List })
}

/// Adds the words of another script behind those of the first, if they stand behind them in the host as well: a
/// command is one stretch of it.
pub(super) fn add_words(script: &mut Script, words: &Script) {
    if !words.text().is_empty() && words.host_offset(0) > script.host_offset(script.text().len()) {
        script.push(" ", words.host_offset(0));
        Document::of(words).follow(0, words.text().len(), script);
    }
}

/// A command and its arguments that stand under keys of their own: `"command": "uv", "args": ["run", "x"]`. The command
/// may be a list itself; nothing if it is neither.
pub(super) fn call(
    document: Document<'_>,
    tree: &Tree,
    command: usize,
    args: Option<usize>,
) -> Option<Script> {
    let mut script = match &tree.nodes[command].scalar {
        Some(scalar) => yaml::script(document, scalar),
        None => words(document, &items(tree, command)),
    };
    if script.text().is_empty() {
        return None;
    }
    let args = args.map(|args| items(tree, args)).unwrap_or_default();
    for arg in args {
        let (word, end) = (yaml::script(document, arg), script.host_offset(script.text().len()));
        script.push(" ", end);
        literal::append_word(&word, &mut script);
    }
    // A program and its arguments are values of two keys: a word more would be part of a name.
    Some(script.in_form(Form::Apart))
}

/// The texts in a list, and the values of those that say how they are to be quoted.
fn items(tree: &Tree, list: usize) -> Vec<&Scalar> {
    let mut items: Vec<_> = tree
        .children(list)
        .filter_map(|item| {
            let item = tree.child(item, "value").unwrap_or(item);
            tree.nodes[item].scalar.as_ref()
        })
        .collect();
    items.reverse();
    items
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    // A Dockerfile may break the line with a backslash.
    while bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'\\') {
        at += 1;
    }
    at
}

/// Appends one string that opens at `open`; gives the byte after its closing quote.
fn word(document: Document<'_>, open: usize, end: usize, script: &mut Script) -> Option<usize> {
    let text = document.text().get(..end)?;
    let bytes = text.as_bytes();
    let mut close = open + 1;
    while *bytes.get(close)? != b'"' {
        close += if bytes[close] == b'\\' { 2 } else { 1 };
    }
    let inside = text.get(open + 1..close)?;
    let host = |at: usize| document.script.host_offset(at);
    if !script.text().is_empty() {
        script.push(" ", host(open));
    }
    if is_plain(inside) {
        script.push(inside, host(open + 1));
        return Some(close + 1);
    }
    script.push("'", host(open));
    let mut at = open + 1;
    while at < close {
        let rest = &text[at..close];
        let plain = rest.find(['\\', '\'', '\n']).unwrap_or(rest.len());
        script.push(&rest[..plain], host(at));
        at += plain;
        let Some(special) = text[at..close].chars().next() else { break };
        let (decoded, taken) = decode(special, text[at + special.len_utf8()..close].chars().next());
        script.push(decoded, host(at));
        at += taken;
    }
    script.push("'", host(close));
    Some(close + 1)
}

/// A character that cannot stand between single quotes as it is, and how many bytes of the host it took.
fn decode(special: char, next: Option<char>) -> (&'static str, usize) {
    match (special, next) {
        ('\'', _) => ("'\\''", 1),
        ('\n', _) => ("\n", 1),
        (_, Some('"')) => ("\"", 2),
        (_, Some('n')) => ("\n", 2),
        (_, Some('t')) => ("\t", 2),
        (_, Some('\\')) => ("\\", 2),
        (_, Some('/')) => ("/", 2),
        (_, Some(other)) => ("_", 1 + other.len_utf8()),
        (_, None) => ("_", 1),
    }
}

/// Whether the shell reads these characters as they stand.
fn is_plain(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte) || byte >= 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let script = Script::verbatim(text, 0);
        let document = Document::of(&script);
        list(document, 0, text.len()).map(|script| script.text().to_owned())
    }

    #[test]
    fn words_keep_their_borders() {
        assert_eq!(read(r#"["sh", "-c", "a && b"]"#).as_deref(), Some("sh -c 'a && b'"));
        assert_eq!(read(r#" [ "a'b", "\"q\"" ] x"#).as_deref(), Some(r#"'a'\''b' '"q"'"#));
        assert_eq!(read(r#"["a", 1]"#), None);
        assert_eq!(read(r#"["a"#), None);
        assert_eq!(read(r#"["a\"#), None);
        assert_eq!(read("[]"), None);
    }
}
