//! YAML as a flat tree of nodes, and its scalars as shell text whose every byte knows its place. Built from parser
//! events without recursion; what follows an error is not seen.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::block::Document;
use super::toml_tree;
use crate::shell::Script;

/// A mapping, a sequence or a scalar.
#[derive(Debug)]
pub(super) struct Node {
    /// The node that holds this one; the root holds itself.
    pub(super) parent: usize,
    /// Its key in a mapping; empty in a sequence.
    pub(super) key: String,
    /// What a scalar says.
    pub(super) scalar: Option<Scalar>,
    /// The node that an alias stands for, which was read before it.
    pub(super) alias: Option<usize>,
    /// The node before this one with the same parent.
    previous: Option<usize>,
    /// The last child so far.
    last: Option<usize>,
}

/// A scalar and where it stands.
#[derive(Debug)]
pub(super) struct Scalar {
    pub(super) value: String,
    style: Style,
    /// Bytes of the document.
    start: usize,
    end: usize,
}

/// In which language a scalar is written.
#[derive(Clone, Copy, Debug)]
enum Style {
    Yaml(ScalarStyle),
    Toml,
}

impl Scalar {
    /// A scalar in double quotes, which stand at both ends of the range.
    pub(super) fn quoted(value: String, start: usize, end: usize) -> Self {
        Self { value, style: Style::Yaml(ScalarStyle::DoubleQuoted), start, end }
    }

    /// A text of TOML, its quotes included.
    pub(super) fn toml(value: String, start: usize, end: usize) -> Self {
        Self { value, style: Style::Toml, start, end }
    }
}

/// All nodes in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
}

impl Tree {
    /// Reads the text up to its first error.
    pub(super) fn new(text: &str) -> Self {
        let offsets = Offsets::new(text);
        let mut tree = Self::with_root();
        let mut open: Vec<(usize, bool)> = vec![(0, false)];
        let mut key: Option<String> = None;
        let mut anchors: BTreeMap<usize, usize> = BTreeMap::new();
        let mut parser = Parser::new_from_str(text);
        while let Some(Ok((event, span))) = parser.next_event() {
            let &(parent, is_mapping) = open.last().unwrap_or(&(0, false));
            // What has no anchor goes by the number 0, which no alias has.
            let (scalar, anchor, alias) = match event {
                Event::MappingStart(anchor, _) | Event::SequenceStart(anchor, _) => {
                    let node = tree.add(parent, key.take().unwrap_or_default(), None);
                    anchors.insert(anchor, node);
                    open.push((node, matches!(event, Event::MappingStart(..))));
                    continue;
                }
                Event::MappingEnd | Event::SequenceEnd => {
                    key = None;
                    if open.len() > 1 {
                        open.pop();
                    }
                    continue;
                }
                Event::Scalar(value, style, anchor, _) => {
                    let (start, end) = (offsets.byte(span.start.index()), offsets.byte(span.end.index()));
                    let style = Style::Yaml(style);
                    (Some(Scalar { value: value.into_owned(), style, start, end }), anchor, None)
                }
                Event::Alias(anchor) => (None, 0, anchors.get(&anchor).copied()),
                _ => continue,
            };
            match (is_mapping && key.is_none(), scalar) {
                (true, scalar) => key = Some(scalar.map(|scalar| scalar.value).unwrap_or_default()),
                (false, scalar) => {
                    let node = tree.add(parent, key.take().unwrap_or_default(), scalar);
                    tree.nodes[node].alias = alias;
                    anchors.insert(anchor, node);
                }
            }
        }
        tree
    }

    /// A tree of the root alone.
    pub(super) fn with_root() -> Self {
        let mut tree = Self::default();
        tree.add(0, String::new(), None);
        tree
    }

    pub(super) fn add(&mut self, parent: usize, key: String, scalar: Option<Scalar>) -> usize {
        let at = self.nodes.len();
        let previous = self.nodes.get_mut(parent).and_then(|parent| parent.last.replace(at));
        self.nodes.push(Node { parent, key, scalar, alias: None, previous, last: None });
        at
    }

    /// The children of a node, last first.
    pub(super) fn children(&self, node: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.nodes[node].last, |&child| self.nodes[child].previous)
    }

    /// What a node's scalar child called `key` says.
    pub(super) fn value(&self, node: usize, key: &str) -> Option<&str> {
        let child = self.child(node, key)?;
        self.nodes[child].scalar.as_ref().map(|scalar| scalar.value.as_str())
    }

    /// The child called `key`.
    pub(super) fn child(&self, node: usize, key: &str) -> Option<usize> {
        // The items of a sequence have no keys, and a mapping with very many of them is no step.
        let last = self.nodes[node].last?;
        if self.nodes[last].key.is_empty() {
            return None;
        }
        self.children(node).take(64).find(|&child| self.nodes[child].key == key)
    }

    /// The node that holds this one.
    pub(super) fn parent(&self, node: usize) -> &Node {
        &self.nodes[self.nodes[node].parent]
    }

    /// The nodes above this one, nearest first, at most 16.
    pub(super) fn above(&self, node: usize) -> impl Iterator<Item = usize> {
        let parent = |&at: &usize| (at != 0).then(|| self.nodes[at].parent);
        std::iter::successors(parent(&node), parent).take(16)
    }
}

/// Byte offsets by character index: the parser counts characters.
#[derive(Debug)]
struct Offsets {
    /// Nothing where every character is one byte.
    starts: Option<Vec<usize>>,
    length: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let starts = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Self { starts, length: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        match &self.starts {
            None => character.min(self.length),
            Some(starts) => starts.get(character).copied().unwrap_or(self.length),
        }
    }
}

/// The shell text that a scalar holds.
pub(super) fn script(document: Document<'_>, scalar: &Scalar) -> Script {
    let Style::Yaml(style) = scalar.style else {
        return toml_tree::script(document, scalar.start, scalar.end);
    };
    let start = content_start(document.text(), scalar);
    let end = scalar.end.saturating_sub(1);
    match style {
        ScalarStyle::Literal => block_scalar(document, scalar, "\n"),
        ScalarStyle::Folded => block_scalar(document, scalar, " "),
        ScalarStyle::Plain => flow_scalar(document, start, scalar.end, Quote::None),
        ScalarStyle::SingleQuoted => flow_scalar(document, start + 1, end, Quote::Single),
        ScalarStyle::DoubleQuoted => flow_scalar(document, start + 1, end, Quote::Double),
    }
}

/// Where a scalar starts behind its anchor and its tag, which the parser counts in.
fn content_start(text: &str, scalar: &Scalar) -> usize {
    let mut rest = text.get(scalar.start..scalar.end).unwrap_or_default();
    while rest.starts_with(['&', '!']) {
        rest = rest.trim_start_matches(|c: char| !c.is_whitespace()).trim_start();
    }
    scalar.end - rest.len().min(scalar.end)
}

/// The lines of a `|` or `>` scalar without their indentation.
fn block_scalar(document: Document<'_>, scalar: &Scalar, fold: &str) -> Script {
    let text = document.text();
    let line_start = text[..scalar.start].rfind('\n').map_or(0, |at| at + 1);
    // With an anchor or a tag the parser points at that; the content starts on the next line.
    let is_content = text[line_start..scalar.start].trim().is_empty();
    let first = if is_content {
        line_start
    } else {
        text[scalar.start..].find('\n').map_or(text.len(), |at| scalar.start + at + 1)
    };
    let mut script = Script::default();
    let mut indent = None;
    let mut at = first;
    let body = text.get(first..scalar.end).unwrap_or_default();
    for line in body.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let own = content.len() - content.trim_start_matches(' ').len();
        let is_blank = own == content.len();
        let indent = if is_blank { indent.unwrap_or(own) } else { *indent.get_or_insert(own) };
        let skip = indent.min(own);
        document.copy(at + skip, at + content.len(), &mut script);
        // Folding keeps the ends of lines that are blank or further in.
        let end = if is_blank || own > indent { "\n" } else { fold };
        script.push(end, document.script.host_offset(at + content.len()));
        at += line.len();
    }
    script
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Quote {
    None,
    Single,
    Double,
}

/// A plain or quoted scalar: its lines joined by blanks, its escapes decoded.
fn flow_scalar(document: Document<'_>, start: usize, end: usize, quote: Quote) -> Script {
    // An empty text has a place too.
    let mut script = Script::verbatim("", document.script.host_offset(start));
    let mut at = start;
    let Some(body) = document.text().get(start..end) else { return script };
    for line in body.split_inclusive('\n') {
        let content = line.trim_start();
        let mut from = at + (line.len() - content.len());
        let stop = from + content.trim_end().len();
        if at != start {
            script.push(" ", document.script.host_offset(at.saturating_sub(1)));
        }
        while from < stop {
            let rest = &document.text()[from..stop];
            let plain = match quote {
                Quote::None => rest.len(),
                Quote::Single => rest.find("''").unwrap_or(rest.len()),
                Quote::Double => rest.find('\\').unwrap_or(rest.len()),
            };
            document.copy(from, from + plain, &mut script);
            from += plain;
            if from >= stop {
                break;
            }
            let (decoded, taken) = escape(quote, document.text()[from + 1..stop].chars().next());
            script.push(decoded, document.script.host_offset(from));
            from += taken;
        }
        at += line.len();
    }
    script
}

/// What an escape stands for, and its length in bytes.
fn escape(quote: Quote, next: Option<char>) -> (&'static str, usize) {
    match (quote, next) {
        (Quote::Single, _) => ("'", 2),
        (_, Some('n')) => ("\n", 2),
        (_, Some('t' | ' ')) => (" ", 2),
        (_, Some('"')) => ("\"", 2),
        (_, Some('\\')) => ("\\", 2),
        (_, Some('/')) => ("/", 2),
        (_, Some(other)) => ("_", 1 + other.len_utf8()),
        // A backslash at the end of a line joins it to the next without a blank.
        (_, None) => ("", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scripts(text: &str) -> Vec<String> {
        let whole = Script::verbatim(text, 0);
        let document = Document::of(&whole);
        let tree = Tree::new(text);
        let scalars =
            tree.nodes.iter().filter(|node| node.key == "run").filter_map(|node| node.scalar.as_ref());
        scalars
            .map(|scalar| {
                let script = script(document, scalar);
                for (at, byte) in
                    script.text().bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric())
                {
                    assert_eq!(text.as_bytes()[script.host_offset(at)], byte, "{text}");
                }
                script.text().trim_end().to_owned()
            })
            .collect()
    }

    #[test]
    fn every_style() {
        assert_eq!(
            scripts("é: 1\na:\n  - run: |\n      foo\n        bar\n\n      baz\n    b: c\n"),
            ["foo\n  bar\n\nbaz"]
        );
        assert_eq!(scripts("- run: >-\n    a\n    b\n  c: d\n"), ["a b"]);
        assert_eq!(scripts("- run: &x |2\n     y\n    z\n"), ["y\nz"]);
        assert_eq!(scripts("- {run: a b, c: [d]}\n- run: p\n    q # r\n"), ["a b", "p q"]);
        assert_eq!(
            scripts("- run: \"a \\\"b\\\" ü\"\n- run: 'it''s'\n- run: ''\n"),
            ["a \"b\" ü", "it's", ""]
        );
        assert_eq!(scripts("- run: |\r\n    a\r\n    b\r\n"), ["a\nb"]);
        assert_eq!(
            scripts("- run: &x a b\n- run: !!str &y 'c'\n- run: &z \"d\"\n- run: &e\n- run: !t\n"),
            ["a b", "c", "d", "", ""]
        );
    }

    #[test]
    fn aliases_lead_to_their_anchors() {
        let tree = Tree::new("a: &x [p, &y q]\nb: *x\nc: *y\nd: &x r\ne: *x\n");
        let target = |key: &str| {
            let alias = tree.nodes.iter().find(|node| node.key == key)?.alias?;
            Some((
                tree.nodes[alias].key.as_str(),
                tree.nodes[alias].scalar.as_ref().map(|scalar| scalar.value.as_str()),
            ))
        };
        assert_eq!(target("a"), None);
        assert_eq!(target("b"), Some(("a", None)));
        assert_eq!(target("c"), Some(("", Some("q"))));
        assert_eq!(target("e"), Some(("d", Some("r"))));
    }

    #[test]
    fn what_stands_before_an_error_is_kept() {
        assert_eq!(scripts("run: a\nb: [\n"), ["a"]);
        assert!(Tree::new(&"[".repeat(50_000)).nodes.len() < 10_000);
    }
}
