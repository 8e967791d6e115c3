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
    let mut blocks = Vec::new();
    let mut recipe: Option<Recipe<'_>> = None;
    for (start, line) in document.lines() {
        let is_indented = line.starts_with([' ', '\t']);
        match &mut recipe {
            Some(recipe) if is_indented || line.is_empty() => recipe.line(document, start, line, &variables),
            _ if is_indented || line.starts_with('#') => {}
            _ => {
                blocks.extend(recipe.take().and_then(Recipe::finish));
                recipe = name(line).map(Recipe::new);
            }
        }
    }
    blocks.extend(recipe.take().and_then(Recipe::finish));
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
}
