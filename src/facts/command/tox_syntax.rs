//! How tox writes commands: without a shell, with a prefix that forgives failure, and with expressions in braces.
//! Never expands an expression.

use super::block::{Block, Document, Judgement, Role};
use super::exec;
use super::ini::{self, Entry};
use super::key_path;
use super::yaml::Tree;
use crate::shell::Script;

/// The keys that hold commands, a line each.
const KEYS: &[&str] = &[
    "commands",
    "commands_pre",
    "commands_post",
    "extra_setup_commands",
    "install_command",
    "list_dependencies_command",
    "recreate_commands",
];

/// The commands of a configuration in the INI format.
pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    blocks(document, |_| true)
}

/// The commands in the sections whose names `is_section` accepts.
pub(super) fn blocks(document: Document<'_>, is_section: impl Fn(&str) -> bool) -> Vec<Block> {
    let entries = ini::entries(document.text());
    let commands = entries.iter().filter(|entry| KEYS.contains(&entry.key) && is_section(entry.section));
    commands.flat_map(|entry| entry_blocks(document, entry)).collect()
}

fn entry_blocks(document: Document<'_>, entry: &Entry<'_>) -> Vec<Block> {
    let text = document.text();
    let mut blocks = Vec::new();
    let mut script = Script::default();
    for (number, line) in entry.lines.iter().enumerate() {
        let start =
            if script.text().is_empty() { line.start + factors(&text[line.clone()]) } else { line.start };
        document.copy(start, line.end, &mut script);
        script.push("\n", document.script.host_offset(line.end));
        if text[line.clone()].ends_with('\\') && number + 1 < entry.lines.len() {
            continue;
        }
        let script = expanded(unprefixed(std::mem::take(&mut script)));
        // A reference to the commands of another section, which are read there.
        if !script.text().trim_start().starts_with("$[") {
            let judgement = Judgement::new(Role::Executed, format!("`{}` of tox", entry.key));
            let context = Some(entry.section.to_owned());
            blocks.push(Block::new(script, judgement).under(context).run_by(Some("tox")));
        }
    }
    blocks
}

/// The length of the conditions in front of a command: `py312,!lint: `.
fn factors(line: &str) -> usize {
    let Some(colon) = line.find(':') else { return 0 };
    let rest = &line[colon + 1..];
    let is_condition = |c: char| c.is_ascii_alphanumeric() || " _{}.!,-".contains(c);
    // A dash alone is the prefix of a command, and an expression that ends in a colon has no closing brace yet.
    let is_whole = line[..colon].matches('{').count() == line[..colon].matches('}').count();
    let has_words = line.trim_start().starts_with(|c: char| c != '-');
    if rest.starts_with([' ', '\t']) && is_whole && has_words && line[..colon].chars().all(is_condition) {
        line.len() - rest.trim_start().len()
    } else {
        0
    }
}

/// A script without the `-` or `!` in front, which makes nothing of a failure.
pub(super) fn unprefixed(mut script: Script) -> Script {
    let text = script.text();
    let blanks = text.len() - text.trim_start().len();
    let marks = text[blanks..].bytes().take_while(|byte| matches!(byte, b'-' | b'!')).count();
    if marks > 0 {
        script.overwrite(blanks, &" ".repeat(marks));
    }
    script
}

/// The words of one command of the TOML format.
pub(super) fn words(document: Document<'_>, tree: &Tree, node: usize) -> Vec<Script> {
    let words = key_path::texts(tree, node);
    let command = match words.first() {
        Some(first) if matches!(first.value.as_str(), "-" | "!") => &words[1..],
        _ => &words[..],
    };
    if command.is_empty() {
        return Vec::new();
    }
    vec![expanded(exec::words(document, command))]
}

/// The script with each expression as text of the same length that the shell reads as what it stands for: the
/// interpreter, what is run when nothing is asked for, and otherwise a variable that nobody sets.
fn expanded(mut script: Script) -> Script {
    let mut at = 0;
    while let Some(start) = script.text().get(at..).and_then(|rest| rest.find('{')).map(|found| at + found) {
        let length = match expression(&script.text()[start..]) {
            Ok(length) => length,
            Err(read) => {
                at = start + read;
                continue;
            }
        };
        let inside = &script.text()[start + 1..start + length - 1];
        let is_first = script.text()[..start].trim().is_empty();
        let mask = match inside {
            "envpython" | "env_python" => format!("{:/>length$}", "python"),
            "/" => "///".to_owned(),
            _ if is_first && inside.starts_with('[') => format!("$[{}", "_".repeat(length - 2)),
            _ if is_first && inside.starts_with("posargs:") => {
                format!("{}{} ", " ".repeat("{posargs:".len()), &inside["posargs:".len()..])
            }
            _ => format!("${}", "_".repeat(length - 1)),
        };
        at = if is_first && inside.starts_with("posargs:") {
            start + "{posargs:".len()
        } else {
            start + length
        };
        script.overwrite(start, &mask);
    }
    script
}

/// The longest expression that is known as one, in bytes.
const MAX_EXPRESSION: usize = 1000;

/// The length of the expression that opens at the start, or how far it was looked for where its line has no end of it.
fn expression(text: &str) -> Result<usize, usize> {
    let near = &text[..text.floor_char_boundary(MAX_EXPRESSION)];
    let mut depth = 0;
    for (at, byte) in near.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Ok(at + 1),
            b'}' => depth -= 1,
            b'\n' => return Err(at),
            _ => {}
        }
    }
    Err(near.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_keep_their_length() {
        for (text, expected) in [
            ("{envpython} -m x {posargs:a {b} c}", "/////python -m x $________________"),
            ("{posargs:pytest {x}}", "         pytest $__ "),
            ("{env_bin_dir}{/}pytest", "$____________///pytest"),
            ("{[base]commands}", "$[______________"),
            ("awk {a", "awk {a"),
        ] {
            assert_eq!(expanded(Script::verbatim(text, 0)).text(), expected);
        }
    }

    #[test]
    fn conditions_and_prefixes() {
        assert_eq!(factors("py{310,311},!lint: pytest"), "py{310,311},!lint: ".len());
        assert_eq!(factors("pytest -k a:b"), 0);
        assert_eq!(factors("{posargs: a}"), 0);
        assert_eq!(unprefixed(Script::verbatim(" -  pytest -q", 0)).text(), "    pytest -q");
    }
}
