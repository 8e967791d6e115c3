//! The files that a file for agents imports by `@path`, as Claude Code and Gemini read it: anywhere in the prose, never
//! in code. Knows no files: what it names may not exist.

/// A path is no longer than this, in bytes.
const LONGEST: usize = 1024;

/// The paths behind `@` at the start of a word, in order, outside code spans and fences.
pub(super) fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fence: Option<(char, usize)> = None;
    for line in text.lines() {
        let start = line.trim_start();
        let mark = start.chars().next().unwrap_or_default();
        let length = start.chars().take_while(|&c| c == mark).count();
        let is_fence = matches!(mark, '`' | '~') && length >= 3;
        match fence {
            Some((open, least)) => {
                if is_fence && mark == open && length >= least && start[length..].trim().is_empty() {
                    fence = None;
                }
            }
            // A fence in backticks has none in its first line; else it is a span.
            None if is_fence && !(mark == '`' && start[length..].contains('`')) => {
                fence = Some((mark, length));
            }
            None => in_line(line, &mut found),
        }
    }
    found
}

/// The imports of a line of prose.
fn in_line(line: &str, found: &mut Vec<String>) {
    let mut is_border = true;
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        if character == '`' {
            let length = rest.bytes().take_while(|&byte| byte == b'`').count();
            rest = behind_span(&rest[length..], length);
            is_border = false;
        } else if character == '@' && is_border {
            let (path, after) = path(&rest[1..]);
            if !path.is_empty() && path.len() <= LONGEST {
                found.push(path);
            }
            rest = after;
            is_border = false;
        } else {
            is_border = character.is_whitespace();
            rest = &rest[character.len_utf8()..];
        }
    }
}

/// What stands behind a code span that has been opened by so many backticks; all, where nothing closes it.
fn behind_span(rest: &str, length: usize) -> &str {
    let mut at = 0;
    while let Some(offset) = rest[at..].find('`') {
        let start = at + offset;
        let run = rest[start..].bytes().take_while(|&byte| byte == b'`').count();
        if run == length {
            return &rest[start + run..];
        }
        at = start + run;
    }
    rest
}

/// The path that a text starts with, `\ ` for a blank in it, and what stands behind it.
fn path(text: &str) -> (String, &str) {
    let mut path = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if text[at..].starts_with("\\ ") => {
                path.push(' ');
                characters.next();
            }
            _ if character.is_whitespace() || character == '`' => return (path, &text[at..]),
            _ => path.push(character),
        }
    }
    (path, "")
}

/// The paths in the repository that an import in a file of this folder can mean, the likeliest first: a full stop
/// behind it may end the sentence, and `#part` names a heading.
pub(super) fn candidates(folder: &str, import: &str) -> Vec<String> {
    let without_part = import.split_once('#').map_or(import, |(path, _)| path);
    let mut candidates = Vec::new();
    for spelling in [
        import,
        without_part,
        without_part.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', '*']),
    ] {
        candidates.extend(resolved(folder, spelling).filter(|path| !candidates.contains(path)));
    }
    candidates
}

/// The path from a folder, with `.` and `..` followed; nothing outside the repository.
fn resolved(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '~']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn imports_stand_in_prose() {
        let text = "See @README.md and @docs/git.md.\n- @./a\\ b.md\nmail me@example.org, (@no)\n`@code` ``a ` @b`` @after\n\
                    ```sh\n@fenced\n```\n~~~\n```\n@inner\n~~~\n@../up.md\n`open @seen\n@~/.claude/own.md";
        assert_eq!(
            imports(text),
            ["README.md", "docs/git.md.", "./a b.md", "after", "../up.md", "seen", "~/.claude/own.md"]
        );
    }

    #[test]
    fn imports_are_relative_to_their_file() {
        assert_eq!(candidates("docs", "../a/./b.md."), ["a/b.md.", "a/b.md"]);
        assert_eq!(candidates("", "a.md#part"), ["a.md#part", "a.md"]);
        for outside in ["../x", "/etc/passwd", "~/.claude/own.md"] {
            assert!(candidates("", outside).is_empty(), "{outside}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(@|`|``|```|~~~|\n| |a|/|\\.|\\\\|é){0,60}") {
            for import in imports(&text) {
                candidates("a", &import);
            }
        }
    }
}
