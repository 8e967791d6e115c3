//! MDX without what makes it more than Markdown: imports, tags and expressions blotted out, so that the Markdown below
//! them is read as such. Every byte keeps its place.

use std::ops::Range;

/// The text with blanks where MDX is no Markdown, and what stood there: each place with the rest of its line.
pub(super) fn masked(text: &str) -> (String, Vec<(usize, &str)>) {
    let mut masked = String::with_capacity(text.len());
    let mut tags = Vec::new();
    let mut kept = 0;
    for hole in holes(text) {
        // Two tags on one line are told by the first.
        if kept == 0 || text[kept..hole.start].contains('\n') {
            let rest = &text[hole.end..];
            let near = &rest[..rest.floor_char_boundary(MAX_TAG)];
            tags.push((hole.start, &text[hole.start..hole.end + near.find('\n').unwrap_or(near.len())]));
        }
        masked.push_str(&text[kept..hole.start]);
        masked.extend(text[hole.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        kept = hole.end;
    }
    masked.push_str(&text[kept..]);
    (masked, tags)
}

/// The stretches that are no Markdown, in order.
fn holes(text: &str) -> Vec<Range<usize>> {
    let mut holes = Vec::new();
    let mut fence: Option<&str> = None;
    let (mut at, mut is_paragraph) = (0, false);
    // What is looked for in vain costs, so tags that never close end the search.
    let mut budget = 64 * MAX_TAG + 4 * text.len();
    while at < text.len() {
        let line = text[at..].split_inclusive('\n').next().unwrap_or_default();
        let body = line.trim_start();
        let start = at + line.len() - body.len();
        at += line.len();
        let signs = fence_signs(body);
        match fence {
            Some(open) => {
                if signs.is_some_and(|signs| signs.starts_with(open))
                    && body.trim_end().trim_start_matches(&open[..1]).is_empty()
                {
                    fence = None;
                }
                continue;
            }
            None if signs.is_some() => {
                fence = signs;
                continue;
            }
            None => {}
        }
        let is_module = !is_paragraph
            && start + body.len() == at
            && (body.starts_with("import ") || body.starts_with("export "));
        is_paragraph = !body.trim().is_empty();
        if is_module && line.len() == body.len() {
            // Statements go on to the next empty line.
            let end = text[start..].find("\n\n").map_or(text.len(), |end| start + end + 1);
            holes.push(start..end);
            at = end;
        } else if body.starts_with(['<', '{']) && budget >= MAX_TAG {
            let n_holes = holes.len();
            let end = tags(text, start, &mut holes);
            if holes.len() == n_holes {
                budget -= MAX_TAG;
            }
            at = end.max(at);
            is_paragraph = false;
        }
    }
    holes
}

/// The backticks or tildes that open or close a fence.
fn fence_signs(body: &str) -> Option<&str> {
    let sign = body.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let signs = &body[..body.len() - body.trim_start_matches(sign).len()];
    (signs.len() >= 3).then_some(signs)
}

/// Adds the tags and expressions that follow each other from a byte on; gives the end of the line on which the last
/// one closes.
fn tags(text: &str, start: usize, holes: &mut Vec<Range<usize>>) -> usize {
    let mut at = start;
    loop {
        let rest = &text[at..];
        let skip = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let Some(length) = tag(&rest[skip..]) else { break };
        holes.push(at..at + skip + length);
        at += skip + length;
    }
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    // A tag that closes on the line of its text leaves the text.
    if let Some(close) = text[at..end].rfind("</").map(|found| at + found)
        && let Some(length) = tag(&text[close..])
        && close + length <= end
    {
        holes.push(close..close + length);
    }
    end
}

/// The longest tag or expression that is known as one, in bytes.
const MAX_TAG: usize = 2000;

/// The length of the tag or the expression at the start of a text, whose attributes may hold expressions.
fn tag(text: &str) -> Option<usize> {
    let near = &text[..text.floor_char_boundary(MAX_TAG)];
    let is_tag = near
        .strip_prefix('<')
        .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '>'));
    if !is_tag && !near.starts_with('{') {
        return None;
    }
    let (mut depth, mut quote) = (0_usize, None);
    for (at, byte) in near.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') if at > 0 && depth + usize::from(is_tag) > 0 => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 && !is_tag {
                    return Some(at + 1);
                }
            }
            (None, b'>') if depth == 0 && is_tag => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_left_and_the_rest_is_blotted_out() {
        let text = "import A from 'a'\nimport B from 'b'\n\n# T\n\n<Tabs items={['a > b']}>\n  <Tab title=\"x\n y\">\n```bash\n<a>\npip list\n```\n  </Tab>\n\
                    <Note>Run `pytest -q` now.</Note>\n{/* `pip` */}\nimports are text\n";
        let masked = masked(text).0;
        assert_eq!(masked.len(), text.len());
        let lines: Vec<_> = masked.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(
            lines,
            ["# T", "```bash", "<a>", "pip list", "```", "Run `pytest -q` now.", "imports are text"]
        );
    }

    #[test]
    fn what_never_closes_is_text() {
        for text in ["<", "<A", "{", "<A b='", "import", "```\n<A>", "<A>é{", "~~~"] {
            assert_eq!(masked(text).0.len(), text.len(), "{text}");
        }
        assert_eq!(masked("a < b\n<- c\n").0, "a < b\n<- c\n");
    }
}
