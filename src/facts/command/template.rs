//! Files that a template engine fills in before anybody reads them: what the engine reads, blotted out. Every byte keeps
//! its place; never fills anything in.

use crate::source::RepoPath;

/// The endings of templates, which stand behind the ending of what they become.
const ENDINGS: &[&str] = &["j2", "jinja", "jinja2", "tmpl", "tpl", "template"];

/// The words of Go's templates that stand for no text.
const CONTROLS: &[&str] = &["block", "define", "else", "end", "if", "range", "template", "with"];

/// How far a tag is looked for, in bytes.
const MAX_TAG: usize = 1000;

/// The name of what a template becomes: `Dockerfile` of `Dockerfile.j2`; nothing where the file is no template.
pub(super) fn target(path: &RepoPath) -> Option<&str> {
    ENDINGS.contains(&path.extension()).then(|| path.stem())
}

/// The text with its control tags as blanks and its placeholders as variables that nobody sets.
pub(super) fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    // What is looked for in vain costs, so tags that never close end the search.
    let mut budget = 64 * MAX_TAG + 4 * text.len();
    while let Some(open) = text[at..].find('{').map(|found| at + found) {
        masked.push_str(&text[at..open]);
        let length = if budget < MAX_TAG { 1 } else { tag(&text[open..]) };
        let is_open = matches!(text.as_bytes().get(open + 1), Some(b'{' | b'%' | b'#'));
        if length == 1 && is_open {
            budget = budget.saturating_sub(MAX_TAG);
        }
        let written = &text[open..open + length];
        let is_placeholder = written.starts_with("{{") && !is_control(written);
        match length {
            1 => masked.push('{'),
            _ if is_placeholder => {
                masked.push('$');
                masked.push_str(&"_".repeat(length - 1));
            }
            _ => masked.extend(written.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' })),
        }
        at = open + length;
    }
    masked.push_str(&text[at..]);
    masked
}

/// The length of the tag at the start of a text, or 1.
fn tag(text: &str) -> usize {
    let near = &text[..text.floor_char_boundary(MAX_TAG)];
    let close = match near.as_bytes().get(1) {
        Some(b'{') => "}}",
        Some(b'%') => "%}",
        Some(b'#') => "#}",
        _ => return 1,
    };
    let end = near[2..].find(close).map(|end| 2 + end + close.len());
    end.filter(|&end| close != "}}" || !near[..end].contains('\n')).unwrap_or(1)
}

fn is_control(written: &str) -> bool {
    let word = written.trim_start_matches(['{', '-', ' ']).split([' ', '}', '-']).next().unwrap_or_default();
    CONTROLS.contains(&word) || word.starts_with("/*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_keeps_its_place() {
        let text = "{% if é %}\nRUN {{ x }} {a} {# b\nc #}\n{{- end }}\n{{";
        let masked = masked(text);
        assert_eq!(masked.len(), text.len());
        let lines: Vec<_> = masked.lines().map(str::trim).collect();
        assert_eq!(lines, ["", "RUN $______ {a}", "", "", "{{"]);
    }

    #[test]
    fn templates_by_name() {
        assert_eq!(target(&RepoPath::new("a/Dockerfile.j2")), Some("Dockerfile"));
        assert_eq!(target(&RepoPath::new("a/Dockerfile")), None);
    }
}
