//! Patterns over the keys that lead to a node, so that where a format keeps its commands is data. Never looks at what
//! stands there.
//!
//! Keys stand between slashes. `*` is any key or item, `-` an item of a list, `a|b` either key, `x-*` and `*_script`
//! keys that begin or end so, and `**` any number of keys. A pattern that starts with `/` starts at the top.

use super::block::Document;
use super::exec;
use super::yaml::{self, Scalar, Tree};
use crate::shell::Script;

/// What a list at a place means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum List {
    /// Each item is a command.
    Commands,
    /// The items are the words of one command.
    Words,
    /// The items are no commands, but names for instance.
    Other,
}

/// Whether the keys that lead to a node fit a pattern.
pub(super) fn fits(tree: &Tree, node: usize, pattern: &str) -> bool {
    match pattern.strip_prefix('/') {
        Some(keys) => fits_below(tree, node, keys, |above| tree.nodes[above].parent == 0),
        None => fits_below(tree, node, pattern, |_| true),
    }
}

/// Whether the keys that lead from a node for which `is_top` holds to this one fit a pattern.
pub(super) fn fits_below(tree: &Tree, node: usize, pattern: &str, is_top: impl Fn(usize) -> bool) -> bool {
    let (first, last) = pattern.split_once("**/").unwrap_or((pattern, ""));
    if last.is_empty() {
        return climb(tree, node, pattern).is_some_and(is_top);
    }
    let Some(below) = climb(tree, node, last) else { return false };
    let first = first.trim_end_matches('/');
    std::iter::once(below).chain(tree.above(below)).any(|here| match first {
        "" => is_top(here),
        first => climb(tree, here, first).is_some_and(&is_top),
    })
}

/// The node above the first key of a pattern whose last key is that of `node`.
fn climb(tree: &Tree, node: usize, keys: &str) -> Option<usize> {
    let mut here = node;
    for wanted in keys.rsplit('/') {
        // The root and the document below it have no key.
        let above = tree.nodes[here].parent;
        if above == 0 || !wanted.split('|').any(|wanted| fits_key(wanted, &tree.nodes[here].key)) {
            return None;
        }
        here = above;
    }
    Some(here)
}

fn fits_key(wanted: &str, key: &str) -> bool {
    match wanted {
        "-" => key.is_empty(),
        _ => match (wanted.strip_prefix('*'), wanted.strip_suffix('*')) {
            (Some(end), _) => key.ends_with(end),
            (None, Some(start)) => key.starts_with(start),
            (None, None) => key == wanted,
        },
    }
}

/// The scripts that stand at a node: its text, or the items of its list.
pub(super) fn scripts(document: Document<'_>, tree: &Tree, node: usize, list: List) -> Vec<Script> {
    if let Some(scalar) = &tree.nodes[node].scalar {
        return vec![yaml::script(document, scalar)];
    }
    let texts = texts(tree, node);
    match list {
        List::Other => Vec::new(),
        List::Words if texts.is_empty() => Vec::new(),
        List::Words => vec![exec::words(document, &texts)],
        List::Commands => texts.into_iter().map(|text| yaml::script(document, text)).collect(),
    }
}

/// The texts in a list, in their order.
pub(super) fn texts(tree: &Tree, list: usize) -> Vec<&Scalar> {
    let items = tree.children(list).filter(|&child| tree.nodes[child].key.is_empty());
    let mut texts: Vec<_> = items.filter_map(|item| tree.nodes[item].scalar.as_ref()).collect();
    texts.reverse();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, pattern: &str) -> Vec<String> {
        let tree = Tree::new(text);
        let nodes = (0..tree.nodes.len()).filter(|&node| fits(&tree, node, pattern));
        nodes.filter_map(|node| Some(tree.nodes[node].scalar.as_ref()?.value.clone())).collect()
    }

    #[test]
    fn patterns() {
        let text = "a:\n  b: [p, {c: q}]\n  x-y: r\nb: s\nd_b: {a: {b: t}}\n";
        for (pattern, expected) in [
            ("/b", vec!["s"]),
            ("b", vec!["s", "t"]),
            ("a/b", vec!["t"]),
            ("/a/b/-", vec!["p"]),
            ("-/c|z", vec!["q"]),
            ("/a/x-*", vec!["r"]),
            ("/*_b/*/b", vec!["t"]),
            ("/a/**/c", vec!["q"]),
            ("/a/**/x-y", vec!["r"]),
            ("**/b", vec!["s", "t"]),
            ("/**/a/b", vec!["t"]),
            ("/a/c", vec![]),
        ] {
            assert_eq!(found(text, pattern), expected, "{pattern}");
        }
    }
}
