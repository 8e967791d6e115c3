//! The head of a policy file: TOML in `//!` comments. Says all there is to know of a policy without running it.

use std::collections::BTreeMap;

use super::select::Selection;
use crate::document::{Problem, Setting, Table, parse, unknown};
use crate::facts::{KINDS, kind};
use crate::finding::Severity;
use crate::source::Span;

/// The keys at the top of a header.
const KEYS: [&str; 10] =
    ["applies", "examples", "help", "id", "options", "select", "severity", "tags", "title", "why"];

/// What a header says.
#[derive(Debug, Clone)]
pub struct Header {
    /// The policy's name, equal to the stem of its file.
    pub id: String,
    /// What the policy wants, as a sentence without a full stop.
    pub title: String,
    /// Why that is worth wanting.
    pub why: String,
    /// What to do about a finding.
    pub help: String,
    /// How much a finding matters unless the configuration says otherwise.
    pub severity: Severity,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// The names of test cases that show best what it flags and what it leaves alone.
    pub examples: Vec<String>,
    /// The facts that show that the policy makes sense in a repository; any one will do. Empty: it always does.
    pub applies: Vec<Selection>,
    /// The only facts its functions are asked about, by kind.
    pub select: BTreeMap<&'static str, Selection>,
    /// The options it takes, by name.
    pub options: BTreeMap<String, OptionSpec>,
}

/// An option that a policy takes.
#[derive(Debug, Clone)]
pub struct OptionSpec {
    /// Its value where the configuration is silent; its type is the option's type.
    pub default: Setting,
    /// What it does.
    pub help: String,
}

/// Reads the header of a policy file. A header with a problem is no header: nothing else can be known of the policy.
///
/// # Errors
/// With everything that is wrong; spans are those of the file.
pub(super) fn read(id: &str, text: &str) -> Result<Header, Vec<Problem>> {
    let toml = blanked(text);
    let (table, mut problems) = parse(&toml);
    if toml.trim().is_empty() {
        let message = "a policy starts with a header in `//!` comments; `title`, `why`, `help` and `severity` are required";
        return Err(vec![Problem::new(Span::default(), message)]);
    }
    table.reject_unknown("key", &KEYS, &mut problems);
    let header = Header {
        id: same_id(id, &table, &mut problems),
        title: required(&table, "title", &mut problems),
        why: required(&table, "why", &mut problems),
        help: required(&table, "help", &mut problems),
        severity: severity(&table, &mut problems),
        tags: table.texts("tags", &mut problems).unwrap_or_default(),
        examples: table.texts("examples", &mut problems).unwrap_or_default(),
        applies: selections(&table, "applies", &mut problems),
        select: selections(&table, "select", &mut problems)
            .into_iter()
            .map(|one| (one.kind().name, one))
            .collect(),
        options: options(&table, &mut problems),
    };
    options_exist(&header, &toml, &mut problems);
    if problems.is_empty() { Ok(header) } else { Err(problems) }
}

/// A selection can only name options that hold texts.
fn options_exist(header: &Header, toml: &str, problems: &mut Vec<Problem>) {
    for name in header.select.values().chain(&header.applies).flat_map(Selection::options) {
        let found = header.options.get(name).map(|spec| &spec.default);
        let message = match found {
            Some(Setting::Texts(_) | Setting::Text(_)) => continue,
            Some(other) => {
                format!("the option `{name}` is {}, and a selection takes texts", other.type_word())
            }
            None => unknown("option", name, header.options.keys().map(String::as_str)),
        };
        let written = format!("{{{name}}}");
        let start = toml.find(&written).unwrap_or_default();
        problems.push(Problem::new(Span::new(start, start + written.len()), message));
    }
}

/// The text with everything but the header's TOML turned into spaces, so that spans in the TOML are spans in the
/// file. The header ends at the first line that is neither a `//!` comment nor empty.
fn blanked(text: &str) -> String {
    let mut toml = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches('\u{feff}').trim_start();
        let Some(rest) = content.strip_prefix("//!") else {
            if content.is_empty() {
                toml.push_str(line);
                continue;
            }
            break;
        };
        // One space for each byte, not each character: offsets are bytes.
        toml.extend(std::iter::repeat_n(' ', line.len() - rest.len()));
        toml.push_str(rest);
    }
    toml
}

fn required(table: &Table<'_>, key: &str, problems: &mut Vec<Problem>) -> String {
    if table.get(key).is_none() {
        problems.push(Problem::new(Span::default(), format!("the header has no `{key}`; it is required")));
    }
    let text = table.text(key, problems).unwrap_or_default();
    if let Some(entry) = table.get(key).filter(|_| text.trim().is_empty()) {
        problems.push(Problem::new(entry.key_span, format!("`{key}` is empty; it is required")));
    }
    text
}

fn same_id(id: &str, table: &Table<'_>, problems: &mut Vec<Problem>) -> String {
    let written = table.text("id", problems);
    if let (Some(written), Some(entry)) = (&written, table.get("id"))
        && written != id
    {
        let message = format!("the id is `{written}` but the file is called `{id}.rhai`; make them the same");
        problems.push(Problem::new(entry.value_span(), message));
    }
    let is_kebab =
        id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') && !id.is_empty();
    if !is_kebab {
        let message = format!("`{id}` is no id; use lower-case letters, digits and `-`");
        problems.push(Problem::new(Span::default(), message));
    }
    id.to_owned()
}

fn severity(table: &Table<'_>, problems: &mut Vec<Problem>) -> Severity {
    let word = required(table, "severity", problems);
    word.parse().unwrap_or_else(|message: String| {
        if let Some(entry) = table.get("severity").filter(|_| !word.is_empty()) {
            problems.push(Problem::new(entry.value_span(), message));
        }
        Severity::Error
    })
}

/// The tables `[select.<kind>]` or `[applies.<kind>]`.
fn selections(table: &Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Vec<Selection> {
    let Some(tables) = table.get(key).and_then(|entry| entry.table(problems)) else { return Vec::new() };
    let mut selections = Vec::new();
    for entry in tables.entries() {
        let Some(kind) = kind(&entry.key) else {
            let names = KINDS.iter().map(|kind| kind.name);
            problems.push(Problem::new(entry.key_span, unknown("kind of fact", &entry.key, names)));
            continue;
        };
        if let Some(table) = entry.table(problems) {
            selections.push(Selection::read(kind, &table, problems));
        }
    }
    selections
}

/// The tables `[options.<name>]`.
fn options(table: &Table<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, OptionSpec> {
    let mut options = BTreeMap::new();
    let Some(tables) = table.get("options").and_then(|entry| entry.table(problems)) else { return options };
    for entry in tables.entries() {
        let Some(spec) = entry.table(problems) else { continue };
        spec.reject_unknown("key", &["default", "help"], problems);
        if crate::config::POLICY_KEYS.contains(&entry.key.as_str()) {
            let message = format!("`{}` is a key of every policy and cannot be an option", entry.key);
            problems.push(Problem::new(entry.key_span, message));
        }
        let help = spec.text("help", problems);
        let default = spec.get("default").and_then(|value| value.setting(problems));
        match (default, help) {
            (Some(default), Some(help)) => {
                options.insert(entry.key.clone(), OptionSpec { default, help });
            }
            _ => {
                let message = format!("the option `{}` needs a `default` and a `help`", entry.key);
                problems.push(Problem::new(entry.key_span, message));
            }
        }
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "//! title = \"T\"\n//! why = \"W\"\n//! help = \"H\"\n//! severity = \"error\"\n";

    #[test]
    fn a_whole_header_is_read() {
        let text = format!(
            "{HEAD}//!\n//! [select.file]\n//! path = [\"**/*.py\"]\n//! [options.max]\n//! default = 3\n//! help = \"n\"\n\nfn file(f, o) {{}}\n"
        );
        let header = read("p", &text).unwrap();
        assert_eq!(header.options["max"].default, Setting::Int(3));
        assert_eq!(header.select.keys().copied().collect::<Vec<_>>(), ["file"]);
    }

    #[test]
    fn spans_are_those_of_the_file() {
        let text = format!("\u{feff}{}//! severty = 1\r\nfn x() {{}}", HEAD.replace('\n', "\r\n"));
        let problems = read("p", &text).unwrap_err();
        assert_eq!(&text[problems[0].span.range()], "severty");
        assert!(problems[0].message.contains("did you mean `severity`"));
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let text = "//! id = \"q\"\n//! severity = \"fatal\"\n//! [select.comand]\n//! [options.o]\n//! default = 1\n";
        let messages: Vec<_> =
            read("p", text).unwrap_err().into_iter().map(|problem| problem.message).collect();
        for part in [
            "`q` but the file",
            "no `title`",
            "no `why`",
            "no `help`",
            "`fatal`",
            "did you mean `command`",
            "needs a `default`",
        ] {
            assert!(messages.iter().any(|message| message.contains(part)), "{part}: {messages:?}");
        }
    }

    #[test]
    fn a_file_without_a_header_is_told_so() {
        assert!(read("p", "fn command(c, o) {}").unwrap_err()[0].message.contains("starts with a header"));
    }
}
