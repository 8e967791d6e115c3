//! JSON, comments and trailing commas allowed, as the same flat tree that YAML is read into. Reads on past whatever
//! it does not know.

use super::yaml::{Scalar, Tree};

/// How deep a file may nest before the rest is left out.
const MAX_DEPTH: usize = 256;

/// Reads the text.
pub(super) fn tree(text: &str) -> Tree {
    let mut tree = Tree::with_root();
    let mut open: Vec<(usize, bool)> = vec![(0, false)];
    let mut key: Option<String> = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let &(parent, is_object) = open.last().unwrap_or(&(0, false));
        match bytes[at] {
            b'{' | b'[' => {
                if open.len() >= MAX_DEPTH {
                    break;
                }
                let node = tree.add(parent, key.take().unwrap_or_default(), None);
                open.push((node, bytes[at] == b'{'));
            }
            b'}' | b']' if open.len() > 1 => {
                open.pop();
                key = None;
            }
            b'"' => {
                let close = string_end(bytes, at);
                let value = text.get(at + 1..close).unwrap_or_default().to_owned();
                if is_object && key.is_none() {
                    key = Some(value);
                } else {
                    let scalar = Scalar::quoted(value, at, (close + 1).min(text.len()));
                    tree.add(parent, key.take().unwrap_or_default(), Some(scalar));
                }
                at = close;
            }
            b',' => key = None,
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = find(bytes, at, b"\n"),
            b'/' if bytes.get(at + 1) == Some(&b'*') => at = find(bytes, at + 2, b"*/") + 1,
            _ => {}
        }
        at += 1;
    }
    tree
}

/// The byte of the quote that closes the string opened at `open`, or the end.
fn string_end(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> usize {
    bytes
        .get(from..)
        .and_then(|rest| rest.windows(what.len()).position(|window| window == what))
        .map_or(bytes.len(), |found| from + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_torn_ends() {
        let tree = tree("{ // \"x\": 1\n\t\"a\": {\"b\\\"\": [\"c\", 1,],}, /* \"q\" */ \"d\": \"e\"}");
        let seen: Vec<_> = tree
            .nodes
            .iter()
            .filter_map(|node| Some((node.key.as_str(), node.scalar.as_ref()?.value.as_str())))
            .collect();
        assert_eq!(seen, [("", "c"), ("d", "e")]);
        for torn in ["{\"", "{\"a\\", "/*", "/* *", "]]]", "{\"a\":\"é"] {
            super::tree(torn);
        }
    }
}
