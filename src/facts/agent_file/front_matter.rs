//! The YAML between `---` lines at the start of a file, as a flat table of texts and lists. Never fails: what YAML
//! cannot read is read line by line, the way agents do.

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};

/// The front matter of a file.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    /// What there is.
    pub(super) state: State,
    /// The values of its top-level keys.
    values: BTreeMap<String, Vec<Arc<str>>>,
}

/// Whether there is front matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum State {
    /// There is none.
    #[default]
    None,
    /// It is YAML.
    Valid,
    /// It is not YAML.
    Malformed,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Valid => "valid",
            Self::Malformed => "malformed",
        }
    }
}

/// Longer front matter is not parsed as YAML, in bytes.
const LONGEST: usize = 64 * 1024;

impl FrontMatter {
    /// Reads the front matter of a text.
    pub(super) fn read(text: &str) -> Self {
        let Some(block) = block(text) else { return Self::default() };
        match (block.len() <= LONGEST).then(|| yaml(block)).flatten() {
            Some(values) => Self { state: State::Valid, values },
            None => Self { state: State::Malformed, values: line_by_line(block) },
        }
    }

    /// The value of a key as one text; nothing where it is empty.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        let value = self.values.get(key)?.first()?;
        (!value.is_empty()).then_some(&**value)
    }

    /// Whether it has no keys but these.
    pub(super) fn has_only(&self, keys: &[&str]) -> bool {
        self.values.keys().all(|key| keys.contains(&key.as_str()))
    }

    /// The value of a key as a list; a text is cut at commas outside brackets and braces.
    pub(super) fn list(&self, key: &str) -> Vec<Arc<str>> {
        let values = self.values.get(key).map(Vec::as_slice).unwrap_or_default();
        match values {
            [one] => at_commas(one),
            many => many.to_vec(),
        }
    }
}

/// The text between the fences, which stand on lines of their own.
fn block(text: &str) -> Option<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, rest) = text.split_once('\n')?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return Some(&rest[..at]);
        }
        at += line.len();
    }
    None
}

/// The top-level keys of a mapping; deeper values are passed over. Nothing where it is no mapping or no YAML.
fn yaml(block: &str) -> Option<BTreeMap<String, Vec<Arc<str>>>> {
    let mut values: BTreeMap<String, Vec<Arc<str>>> = BTreeMap::new();
    let mut depth = 0_usize;
    let mut key: Option<String> = None;
    // Inside the value of a key: nothing in a list; in a mapping, whether a key comes next.
    let mut inner_key: Option<bool> = None;
    let mut n_documents = 0;
    for event in Parser::new_from_str(block) {
        match event.ok()?.0 {
            Event::DocumentStart(_) => n_documents += 1,
            start @ (Event::MappingStart(..) | Event::SequenceStart(..)) => {
                depth += 1;
                if depth == 2 {
                    inner_key = matches!(start, Event::MappingStart(..)).then_some(true);
                }
            }
            Event::MappingEnd | Event::SequenceEnd => {
                depth = depth.checked_sub(1)?;
                match depth {
                    1 => key = None,
                    2 => inner_key = inner_key.map(|_| true),
                    _ => {}
                }
            }
            Event::Scalar(..) if depth == 0 => return None,
            Event::Scalar(text, style, ..) if depth == 1 => match key.take() {
                None => {
                    values.entry(text.to_string()).or_default();
                    key = Some(text.into_owned());
                }
                Some(key) => {
                    let is_null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null");
                    if !is_null {
                        values.insert(key, vec![Arc::from(text.trim_end())]);
                    }
                }
            },
            Event::Scalar(text, ..) if depth == 2 => {
                let Some(list) = key.as_ref().and_then(|key| values.get_mut(key)) else { continue };
                // Of `{bash: true, edit: false}` the names that are not switched off count.
                if inner_key == Some(false) {
                    if &*text == "false" {
                        list.pop();
                    }
                } else {
                    list.push(Arc::from(&*text));
                }
                inner_key = inner_key.map(|is_key| !is_key);
            }
            Event::Alias(_) if depth == 1 => key = None,
            _ => {}
        }
    }
    (n_documents <= 1).then_some(values)
}

/// Keys at the start of a line and what stands behind their colon; indented lines go on with the value.
fn line_by_line(block: &str) -> BTreeMap<String, Vec<Arc<str>>> {
    let mut texts: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        let indented = line.starts_with([' ', '\t']);
        match line.split_once(':') {
            Some((key, value)) if !indented && is_key(key) => {
                let value = value.trim();
                let opens_block = matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+");
                texts.push((
                    key.to_string(),
                    if opens_block { String::new() } else { unquoted(value).to_string() },
                ));
            }
            _ => {
                let Some((_, text)) = texts.last_mut() else { continue };
                let item = line.trim();
                if let Some(item) = item.strip_prefix("- ") {
                    push(text, ", ", unquoted(item));
                } else {
                    push(text, " ", item);
                }
            }
        }
    }
    texts.into_iter().map(|(key, text)| (key, vec![Arc::from(text)])).collect()
}

fn push(text: &mut String, separator: &str, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str(separator);
    }
    text.push_str(more);
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].iter().find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}

/// The parts of `Read, Bash(git add:*, git commit), "**/*.{ts,tsx}"`.
fn at_commas(text: &str) -> Vec<Arc<str>> {
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, character) in text.char_indices() {
        match character {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
        .into_iter()
        .map(|part| unquoted(part.trim()))
        .filter(|part| !part.is_empty())
        .map(Arc::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(front: &FrontMatter, key: &str) -> Vec<String> {
        front.list(key).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn yaml_is_read_whatever_the_line_ends() {
        let front = FrontMatter::read(
            "\u{feff}---\r\nname: qa\r\ntools: Read, Bash(git add:*, git log)\r\nmodel:\r\n---\r\nx",
        );
        assert_eq!((front.state, front.text("name"), front.text("model")), (State::Valid, Some("qa"), None));
        assert_eq!(list(&front, "tools"), ["Read", "Bash(git add:*, git log)"]);
        let front =
            FrontMatter::read("---\ntools: {bash: true, edit: false, read: {a: b}, list: true}\n---\n");
        assert_eq!(list(&front, "tools"), ["bash", "read", "list"]);
        let front = FrontMatter::read(
            "---\ntools:\n  - Read\n  - Bash\ndescription: >\n  a\n  b\nhooks:\n  a:\n    b: c\n---\n",
        );
        assert_eq!(
            (list(&front, "tools"), front.text("description")),
            (vec!["Read".into(), "Bash".into()], Some("a b"))
        );
    }

    #[test]
    fn what_yaml_refuses_still_has_a_name() {
        let text = "---\nname: qa\ndescription: Use it: when <example>a: b</example>\n  and more\nglobs: *.py,**/*.{a,b}\n---\n";
        let front = FrontMatter::read(text);
        assert_eq!((front.state, front.text("name")), (State::Malformed, Some("qa")));
        assert_eq!(front.text("description"), Some("Use it: when <example>a: b</example> and more"));
        assert_eq!(list(&front, "globs"), ["*.py", "**/*.{a,b}"]);
    }

    #[test]
    fn a_rule_across_the_page_is_no_front_matter() {
        for text in ["", "---", "---\nname: a\n", "# a\n---\nb: c\n---\n", " ---\na: b\n---\n"] {
            assert_eq!(FrontMatter::read(text).state, State::None, "{text}");
        }
        assert_eq!(FrontMatter::read("---\n---\n").state, State::Valid);
        assert_eq!(FrontMatter::read("---\njust words\n---\n").state, State::Malformed);
    }

    proptest! {
        #[test]
        fn any_front_matter_is_read(inner in "([a-z]{1,3}: ?|[-{}|>&*!\"'\\[\\],]|\n|  |é|[a-z]|:){0,60}") {
            let front = FrontMatter::read(&format!("---\n{inner}\n---\n"));
            prop_assert!(front.state != State::None);
            front.list("a");
        }
    }
}
