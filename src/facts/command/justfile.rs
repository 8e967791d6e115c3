//! Justfiles: the recipes, with the variables that the file itself sets put in. Never evaluates an expression.

use std::collections::BTreeMap;

use super::block::{Block, Document, Judgement, Role};
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

pub(super) fn wants(path: &RepoPath) -> Interest {
    let is_justfile = path.name().eq_ignore_ascii_case("justfile")
        || path.name().eq_ignore_ascii_case(".justfile")
        || path.extension() == "just";
    if is_justfile { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let variables: BTreeMap<&str, &str> = document.lines().filter_map(|(_, line)| assignment(line)).collect();
    let settings = Settings::new(document);
    let mut is_script = None;
    let mut blocks = Vec::new();
    let mut recipe: Option<Recipe<'_>> = None;
    for (start, line) in document.lines() {
        let is_indented = line.starts_with([' ', '\t']);
        match &mut recipe {
            Some(recipe) if is_indented || line.is_empty() => recipe.line(document, start, line, &variables),
            _ if is_indented || line.starts_with('#') => {}
            _ => {
                blocks.extend(recipe.take().and_then(Recipe::finish));
                blocks.extend(backticks(document, start, line));
                is_script = attribute(line).or(is_script);
                if let Some(name) = name(line) {
                    let mut next = Recipe::new(name);
                    next.is_foreign = settings.is_foreign(is_script.take());
                    recipe = Some(next);
                }
            }
        }
    }
    blocks.extend(recipe.take().and_then(Recipe::finish));
    blocks
}

/// What the settings of a file say of the programs that read its recipes.
#[derive(Debug)]
struct Settings {
    is_foreign_shell: bool,
    is_foreign_interpreter: bool,
}

impl Settings {
    fn new(document: Document<'_>) -> Self {
        let is_foreign = |setting: &str| {
            document.lines().any(|(_, line)| {
                let value =
                    line.strip_prefix("set ").and_then(|line| line.trim_start().strip_prefix(setting));
                value.and_then(|value| value.split_once(":=")).is_some_and(|(_, value)| !names_shell(value))
            })
        };
        Self {
            is_foreign_shell: is_foreign("shell"),
            is_foreign_interpreter: is_foreign("script-interpreter"),
        }
    }

    /// Whether a recipe is no shell's: one that is a script names its interpreter, or has that of the settings.
    fn is_foreign(&self, script: Option<&str>) -> bool {
        match script {
            None => self.is_foreign_shell,
            Some("") => self.is_foreign_interpreter,
            Some(interpreter) => !names_shell(interpreter),
        }
    }
}

/// Whether the words of a list name a shell.
fn names_shell(list: &str) -> bool {
    list.split(|c: char| !(c.is_alphanumeric() || c == '-')).any(|word| {
        matches!(
            word,
            "ash" | "bash" | "cmd" | "dash" | "fish" | "ksh" | "nu" | "powershell" | "pwsh" | "sh" | "zsh"
        )
    })
}

/// The interpreter in `[script("python")]`, empty where the attribute names none.
fn attribute(line: &str) -> Option<&str> {
    let attributes = line.strip_prefix('[')?.trim_end().strip_suffix(']')?;
    let start = attributes.split(',').position(|part| part.trim_start().starts_with("script"))?;
    let script = attributes.splitn(start + 1, ',').last()?.trim_start().strip_prefix("script")?;
    Some(script.strip_prefix('(').and_then(|inside| inside.split(')').next()).unwrap_or_default())
}

/// How many commands of an assignment are read.
const MAX_BACKTICKS: usize = 64;

/// The commands between backticks in an assignment, which run when the file is read.
fn backticks(document: Document<'_>, start: usize, line: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let Some(value) = line.find(":=") else { return blocks };
    let mut open: Option<usize> = None;
    let mut quote: Option<char> = None;
    for (at, character) in line[value..].char_indices().map(|(at, character)| (value + at, character)) {
        match (quote, open, character) {
            (None, None, '`') => open = Some(at + 1),
            (None, Some(from), '`') => {
                let script = document.part(start + from, start + at);
                blocks.push(Block::new(script, Judgement::new(Role::Executed, "value of a variable")));
                open = None;
            }
            // Between quotes the backticks are those of a text.
            (None, None, '"' | '\'') => quote = Some(character),
            (Some(sign), _, _) if sign == character => quote = None,
            _ => {}
        }
        if blocks.len() == MAX_BACKTICKS {
            break;
        }
    }
    blocks
}

#[derive(Debug)]
struct Recipe<'a> {
    name: &'a str,
    script: Script,
    /// A recipe that begins with `#!` is a script for that interpreter.
    is_foreign: bool,
    goes_on: bool,
}

impl<'a> Recipe<'a> {
    fn new(name: &'a str) -> Self {
        Self { name, script: Script::default(), is_foreign: false, goes_on: false }
    }

    fn line(&mut self, document: Document<'_>, start: usize, line: &str, variables: &BTreeMap<&str, &str>) {
        let body = line.trim_start();
        if self.script.text().is_empty() && body.starts_with("#!") {
            self.is_foreign = !body.trim_end().ends_with("sh") && !body.contains("sh -");
        }
        let body = if self.goes_on { body } else { body.trim_start_matches(['@', '-']) };
        self.goes_on = line.ends_with('\\');
        let (mut at, end) = (start + line.len() - body.len(), start + line.len());
        let text = document.text();
        while let Some(open) = text[at..end].find("{{").map(|found| at + found) {
            let Some(close) = text[open..end].find("}}").map(|found| open + found + 2) else { break };
            document.copy(at, open, &mut self.script);
            let host = document.script.host_offset(open);
            match variables.get(text[open + 2..close - 2].trim()) {
                Some(value) if self.script.text().len() < MAX_RECIPE => value.chars().for_each(|character| {
                    self.script.push(character.encode_utf8(&mut [0; 4]), host);
                }),
                // A value that the file does not tell, as a variable of the same length that nobody sets.
                _ => {
                    self.script.push("$", host);
                    self.script.push(&"_".repeat(close - open - 1), host + 1);
                }
            }
            at = close;
        }
        document.copy(at, end, &mut self.script);
        self.script.push("\n", document.script.host_offset(end));
    }

    fn finish(self) -> Option<Block> {
        let block = Block::new(self.script, Judgement::new(Role::Executed, "recipe"));
        (!self.is_foreign).then(|| block.under(Some(self.name.to_owned())))
    }
}

/// The longest recipe into which values are put, in bytes.
const MAX_RECIPE: usize = 1 << 16;

/// The longest value of a variable that is put in, in bytes.
const MAX_VALUE: usize = 200;

/// `name := "value"`.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(":=")?;
    let name = name.trim().trim_start_matches("export ").trim();
    let value = value.trim();
    let inner = value.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
    (inner.len() <= MAX_VALUE && !inner.contains(['"', '\'', '\\'])).then_some((name, inner))
}

/// The name of the recipe that a line heads: `test *args: build`.
fn name(line: &str) -> Option<&str> {
    let colon = line.find(':')?;
    if line[colon..].starts_with(":=") {
        return None;
    }
    let name = line[..colon].split_whitespace().next()?.trim_start_matches('@');
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c))).then_some(name)
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn recipes() {
        let text = "py := \"python3\"\nset shell := [\"bash\"]\n\n# pip list\n@test *args: build\n    @pip list {{args}}\n\n\
                    \x20   {{py}} a.py && \\\n      pytest\n\nother:\n  #!/usr/bin/env python\n  import pip\n";
        assert_eq!(check("justfile", text), ["6 pip executed", "8 python executed", "9 pytest executed"]);
    }

    #[test]
    fn other_interpreters() {
        let text = "v := `python -V`\nset shell := [\"bash\", \"-c\"]\n[group: 'x']\n[script('python3')]\na:\n  pip list\n\n[private, script]\nb:\n  tox\n\
                    [no-cd]\nc:\n  nox\n";
        assert_eq!(check("a.just", text), ["1 python executed", "10 tox executed", "13 nox executed"]);
        let text = "set shell := ['python3', '-c']\na:\n  pip list\nb:\n  #!/bin/sh\n  tox\n[script('bash')]\nc:\n  nox\n";
        assert_eq!(check(".justfile", text), ["6 tox executed", "9 nox executed"]);
        check("justfile", "[\n[script(\n[,script]\nx := `\nset shell\n");
    }
}
