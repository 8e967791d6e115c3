//! The imports of a Python file and the names that it reaches through them. Reads no other file, and follows no
//! import.

use std::collections::BTreeMap;

use super::folders::above;
use super::lines::logical_lines;
use super::naming::Key;
use super::tokens::{Token, tokens};

/// One imported name: `from module import name`, or `import module`.
pub(super) struct Import<'a> {
    module: &'a str,
    /// The name that is imported from it; empty for the module itself.
    pub(super) name: &'a str,
    /// What the file calls it.
    pub(super) alias: &'a str,
}

impl<'a> Import<'a> {
    /// The key of the module, and whether the import is relative to the file's own folder.
    pub(super) fn origin(&self, folder: &str) -> (Key, bool) {
        let rest = self.module.trim_start_matches('.');
        let n_dots = self.module.len() - rest.len();
        let mut base = if n_dots == 0 { "" } else { folder };
        for _ in 1..n_dots {
            base = above(base).unwrap_or_default();
        }
        (Key::EMPTY.dotted(base).dotted(rest), n_dots > 0)
    }
}

/// Calls `add` for each import of a file, at any indentation.
pub(super) fn each_import<'a>(text: &'a str, mut add: impl FnMut(Import<'a>)) {
    for line in logical_lines(text) {
        if let Some(rest) = line.text.strip_prefix("import ") {
            for item in rest.split([',', ';']) {
                let mut words = item.split_whitespace();
                let module = words.next().unwrap_or_default();
                // `import a.b` binds `a`.
                let alias = words.nth(1).unwrap_or_else(|| module.split('.').next().unwrap_or_default());
                add(Import { module, name: "", alias });
            }
        } else if let Some((module, names)) =
            line.text.strip_prefix("from ").and_then(|rest| rest.split_once("import"))
        {
            let module = module.trim();
            let names = names.lines().flat_map(|part| part.split('#').next().unwrap_or_default().split(','));
            for item in names {
                let mut words = item.split(|letter| !is_name_letter(letter)).filter(|part| !part.is_empty());
                if let Some(name) = words.next() {
                    let alias = words.nth(1).unwrap_or(name);
                    add(Import { module, name, alias });
                } else if item.contains('*') {
                    add(Import { module, name: "*", alias: "" });
                }
            }
        }
    }
}

fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// A name that a file reaches, as a key from where imports start, and whether that is the root of the repository.
pub(super) type Reached = (Key, bool);

/// How many parts of a dotted name are looked at.
const DEEPEST: usize = 5;

/// Everything that a file reaches: what it imports, what it takes out of an imported module by a dot, and modules
/// that it names to an importer or to `python -m`.
pub(super) fn reached(text: &str, folder: &str) -> Vec<Reached> {
    let mut found = Vec::new();
    let mut aliases: BTreeMap<&str, Reached> = BTreeMap::new();
    each_import(text, |import| {
        let (module, is_relative) = import.origin(folder);
        found.push((module, is_relative));
        if import.name.is_empty() {
            let is_first_part = import.module.split('.').next() == Some(import.alias);
            let bound = if is_first_part { Key::EMPTY.dotted(import.alias) } else { module };
            aliases.insert(import.alias, (bound, is_relative));
        } else if import.name != "*" {
            found.push((module.dotted(import.name), is_relative));
            aliases.insert(import.alias, (module.dotted(import.name), is_relative));
        }
    });
    let mut last = [Token::Mark(0); 2];
    for token in tokens(text) {
        match (last[0], last[1], token) {
            (Token::Name(way), Token::Mark(b'('), Token::Text(module))
                if way.ends_with("import_module") || way.ends_with("run_module") =>
            {
                found.push((Key::EMPTY.dotted(module), false));
            }
            (Token::Text("-m"), Token::Mark(b','), Token::Text(module)) => {
                found.push((Key::EMPTY.dotted(module), false));
            }
            (_, _, Token::Name(name)) => each_attribute(name, &aliases, &mut found),
            _ => {}
        }
        last = [last[1], token];
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn each_attribute(name: &str, aliases: &BTreeMap<&str, Reached>, found: &mut Vec<Reached>) {
    let Some((head, rest)) = name.split_once('.') else { return };
    let Some(&(mut key, is_relative)) = aliases.get(head) else { return };
    for part in rest.split('.').take(DEEPEST) {
        key = key.dotted(part);
        found.push((key, is_relative));
    }
}

/// The names that a module defines for others.
pub(super) fn defined(text: &str) -> Vec<&str> {
    let lines = logical_lines(text).filter(|line| line.indent == 0);
    let names = lines.filter_map(|line| {
        let rest = ["def ", "class ", "async def "].iter().find_map(|start| line.text.strip_prefix(start))?;
        rest.split(|letter| !is_name_letter(letter)).next()
    });
    names.filter(|name| !name.is_empty() && !name.starts_with('_')).collect()
}
