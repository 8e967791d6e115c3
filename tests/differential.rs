//! The shell reader against tree-sitter-bash, on the texts of `tests/shell`: both see the same simple commands in the
//! same places. Says nothing of wrappers, which the grammar does not know.

#![expect(clippy::disallowed_methods, reason = "tests read the corpus from disk")]

use std::collections::BTreeMap;
use std::path::Path;

use policylint::shell::{Script, commands};
use tree_sitter::{Node, Parser};

/// Where the two differ on purpose: the text, and whose reading it is.
const DIFFERENCES: &[(&str, &str)] = &[
    ("ticks=", "the grammar does not read escaped backticks in backticks"),
    ("cat <<A <<B", "the grammar reads the body of the second here-document as commands"),
    ("python3 - <<", "the grammar takes a lone `-` in front of `<<` for a part of the redirection"),
];

/// The end of each simple command by its start; none where redirections or wrappers make ends incomparable.
type Found = BTreeMap<usize, Option<usize>>;

/// The simple commands that the grammar sees.
fn theirs(text: &str) -> Found {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).expect("the grammar fits the runtime");
    let tree = parser.parse(text, None).expect("parsing is not limited");
    let mut found = Found::new();
    let mut cursor = tree.walk();
    loop {
        note(cursor.node(), text, &mut found);
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

fn note(node: Node<'_>, text: &str, found: &mut Found) {
    let is_bracket = node.kind() == "test_command" && {
        let test = &text[node.byte_range()];
        test.starts_with('[') && !test.starts_with("[[")
    };
    let is_command = match node.kind() {
        "command" => node.child_by_field_name("name").is_some(),
        kind => is_bracket || matches!(kind, "declaration_command" | "unset_command"),
    };
    if is_command {
        let mut cursor = node.walk();
        let words = node.children(&mut cursor).filter(|child| !child.kind().ends_with("redirect"));
        let places: Vec<_> = words.map(|word| word.byte_range()).collect();
        if let (Some(first), Some(last)) = (places.first(), places.last()) {
            found.insert(first.start, Some(last.end));
        }
    }
}

/// The simple commands that the reader sees: the commands that share one start are wrapped in one.
fn ours(text: &str) -> Found {
    let script = Script::verbatim(text, 0);
    let mut found = Found::new();
    for command in commands(&script) {
        let end = Some(command.outer.end).filter(|_| command.wrappers.is_empty());
        found.entry(command.outer.start).and_modify(|end| *end = None).or_insert(end);
    }
    found
}

/// What differs in a text, one line for each command that only one side sees or that ends elsewhere.
fn differences(text: &str) -> Vec<String> {
    let (theirs, ours) = (theirs(text), ours(text));
    let line = |at: usize| text[at..].lines().next().unwrap_or_default().to_owned();
    let mut out = Vec::new();
    for (&start, &end) in &theirs {
        match ours.get(&start) {
            None => out.push(format!("only the grammar: {}", line(start))),
            Some(&Some(own)) if end.is_some_and(|end| end != own) => {
                let end = end.unwrap_or(start);
                out.push(format!(
                    "the grammar ends at `{}`, the reader at `{}`",
                    &text[start..end],
                    &text[start..own]
                ));
            }
            Some(_) => {}
        }
    }
    let only = ours.keys().filter(|start| !theirs.contains_key(start));
    out.extend(only.map(|&start| format!("only the reader: {}", line(start))));
    out
}

#[test]
fn both_see_the_same_commands() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shell");
    let (mut n_commands, mut n_files, mut failures) = (0, 0, String::new());
    let mut unused: Vec<_> = DIFFERENCES.iter().map(|(text, _)| *text).collect();
    for entry in std::fs::read_dir(folder).expect("the corpus is there").flatten() {
        let content =
            std::fs::read_to_string(entry.path()).expect("the corpus is text").replace("\r\n", "\n");
        n_files += 1;
        // What the grammar cannot read must not spoil what follows.
        for text in content.split("\n\n") {
            n_commands += ours(text).len();
            let found = differences(text);
            let n_known = unused.len();
            unused.retain(|known| found.is_empty() || !text.contains(known));
            if unused.len() == n_known && !found.is_empty() {
                failures += &format!("{}:\n  {}\n", entry.path().display(), found.join("\n  "));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(unused.is_empty(), "no longer different: {unused:?}");
    assert!(n_files >= 6 && n_commands > 400, "{n_commands} commands in {n_files} files");
}
