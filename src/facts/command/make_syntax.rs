//! The lines and references of make, as far as a line alone tells. Knows no file and expands nothing.

/// Functions of make, and programs, that print what they are given.
const PRINTERS: &[&str] = &["$(error", "$(info", "$(warning", "echo", "printf"];

/// How far back the start of a command is looked for, in bytes.
const MAX_COMMAND: usize = 240;

/// The name and the start of the value of `NAME = value`, with any of make's signs of assignment.
pub(super) fn assignment(line: &str) -> Option<(&str, usize)> {
    if line.starts_with(['\t', '#']) {
        return None;
    }
    let sign = line.find('=')?;
    let left = line[..sign].trim_end_matches(['?', ':', '+']).trim();
    let name = ["export ", "override ", "private "]
        .iter()
        .fold(left, |left, word| left.strip_prefix(word).unwrap_or(left))
        .trim();
    let is_name = !name.is_empty() && name.bytes().all(is_name_byte);
    is_name.then_some((name, sign + 1))
}

pub(super) fn is_directive(word: &str) -> bool {
    matches!(
        word,
        "ifeq"
            | "ifneq"
            | "ifdef"
            | "ifndef"
            | "else"
            | "endif"
            | "include"
            | "-include"
            | "sinclude"
            | "export"
            | "unexport"
            | "vpath"
            | "undefine"
            | "override"
            | "private"
    )
}

/// The length of the reference that opens with `$`: `$(a $(b))`, `${a}`, `$@`.
pub(super) fn reference_end(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (open, close) = match characters.next()? {
        (_, '(') => ('(', ')'),
        (_, '{') => ('{', '}'),
        (at, other) => return Some(at + other.len_utf8()),
    };
    let mut depth = 1_usize;
    for (at, character) in characters {
        if character == open {
            depth += 1;
        } else if character == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// The name in `$(NAME)`, `${NAME}` or `$N`; nothing for calls of functions and automatic variables.
pub(super) fn name_of(reference: &str) -> Option<&str> {
    let name = reference.strip_prefix('$')?;
    let name = name.strip_prefix(['(', '{']).map_or(name, |name| name.trim_end_matches([')', '}']));
    let is_name = !name.is_empty() && name.bytes().all(is_name_byte);
    is_name.then_some(name)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)
}

/// Whether the next word of this shell text names a program.
pub(super) fn is_head(before: &str) -> bool {
    let near = before.floor_char_boundary(before.len().saturating_sub(80));
    let before = before[near..].trim_end_matches([' ', '\t']);
    before.is_empty()
        || before.ends_with(['\n', ';', '&', '|', '(', '!'])
        || before.ends_with(" then")
        || before.ends_with(" do")
}

/// The name behind `define`.
pub(super) fn defined(line: &str) -> Option<&str> {
    let mut words =
        line.split_whitespace().skip_while(|word| matches!(*word, "export" | "override" | "private"));
    (words.next() == Some("define")).then(|| words.next()).flatten()
}

/// The variables whose text a line runs as commands: `$(NAME)` where a program is named, and `$(call NAME,…)` where
/// nothing prints it.
pub(super) fn run_names(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices('$').filter_map(|(at, _)| {
        let (before, reference) = (&line[..at], &line[at..]);
        let body = reference.strip_prefix("$(").or_else(|| reference.strip_prefix("${"))?;
        let (called, name) =
            body.strip_prefix("call ").map_or((false, body), |name| (true, name.trim_start()));
        let length = name.bytes().take_while(|&byte| is_name_byte(byte)).count();
        let runs = if called {
            !is_printed(before)
        } else {
            name[length..].starts_with([')', '}']) && (is_head(before) || before.ends_with("$(eval "))
        };
        (runs && length > 0).then(|| &name[..length])
    })
}

/// Whether what stands behind this shell text is text for somebody to read.
fn is_printed(before: &str) -> bool {
    let near = before.ceil_char_boundary(before.len().saturating_sub(MAX_COMMAND));
    let command = before[near..].rsplit([';', '&', '|', '\n']).next().unwrap_or_default();
    let first = command.trim_start_matches(['\t', ' ', '@', '-', '+']).split([' ', '\t']).next();
    first.is_some_and(|first| PRINTERS.contains(&first)) || command.matches(['"', '\'']).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_defines() {
        for (line, name) in [
            ("define X", Some("X")),
            ("export define X =", Some("X")),
            ("override define é", Some("é")),
            ("define", None),
            ("defined X", None),
            ("export X", None),
        ] {
            assert_eq!(defined(line), name, "{line}");
        }
    }

    #[test]
    fn text_that_is_run_is_told_from_text_that_is_printed() {
        for (line, names) in [
            ("$(X)", vec!["X"]),
            ("cd a && ${X} b", vec!["X"]),
            ("if a; then $(X); fi", vec!["X"]),
            ("echo $(X)", vec![]),
            ("echo \"$$X\"", vec![]),
            ("$(call X,a)", vec!["X"]),
            ("$(foreach a,$(B),$(call X,$(a)))", vec!["X"]),
            ("$(foreach a,$(B),$(eval $(call X,$(a))))", vec!["X"]),
            ("$(eval $(X))", vec!["X"]),
            ("echo a; $(call X)", vec!["X"]),
            ("@echo $(call X)", vec![]),
            ("$(info $(call X))", vec![]),
            ("sh -c \"$(call X)\" $(call Y)", vec!["Y"]),
            ("$(", vec![]),
            ("$(call", vec![]),
            ("$(call é", vec![]),
            ("$()", vec![]),
        ] {
            assert_eq!(run_names(line).collect::<Vec<_>>(), names, "{line}");
        }
    }
}
