//! AsciiDoc: listings, literal paragraphs and inline code that tell a reader what to run. Follows headings, block
//! titles and lists; never reads comments or passthroughs, and opens no file that is included.

use super::block::{Block, Document, Role};
use super::prose::{Passage, Position};
use super::{asciidoc_line as lines, code_block, intent, listing, sentence};
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

pub(super) fn wants(path: &RepoPath) -> Interest {
    if matches!(path.extension(), "adoc" | "asciidoc" | "asc") { Interest::Yes } else { Interest::No }
}

/// A stretch of lines that are no prose.
#[derive(Debug)]
enum Open<'a> {
    /// Between two equal lines.
    Delimited(&'a str, Content),
    /// Until the next empty line.
    Paragraph(Content),
}

#[derive(Debug)]
enum Content {
    Code(String, Script),
    Nothing,
}

#[derive(Debug)]
struct Reader<'a> {
    document: Document<'a>,
    blocks: Vec<Block>,
    open: Option<Open<'a>>,
    /// The language that an attribute line gives to the block below it; empty where it names none.
    language: Option<String>,
    passage: Passage,
    position: Position,
    /// The headings that the current place stands under, outermost first, with their levels.
    headings: Vec<(usize, String)>,
    lead: String,
    is_table: bool,
    /// Whether the line before was empty, so that an indented one is a literal paragraph.
    after_gap: bool,
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let mut reader = Reader {
        document,
        blocks: Vec::new(),
        open: None,
        language: None,
        passage: Passage::default(),
        position: Position::Prose,
        headings: Vec::new(),
        lead: String::new(),
        is_table: false,
        after_gap: true,
    };
    let mut rest = document.lines().peekable();
    while let Some((start, line)) = rest.next() {
        if reader.is_inside(start, line) {
            continue;
        }
        let underline = rest.peek().and_then(|(_, next)| lines::underline_level(line, next));
        match underline.filter(|_| reader.passage.is_empty() && reader.language.is_none()) {
            Some(level) => {
                rest.next();
                reader.heading(level, line.trim());
            }
            None => reader.line(start, line),
        }
        reader.after_gap = line.trim().is_empty();
    }
    reader.finish_open();
    reader.finish_passage();
    reader.blocks
}

impl<'a> Reader<'a> {
    /// Takes a line for the open stretch, which it may close.
    fn is_inside(&mut self, start: usize, line: &str) -> bool {
        let Some(open) = &mut self.open else { return false };
        let (is_end, content) = match open {
            Open::Delimited(fence, content) => (line.trim_end() == *fence, content),
            Open::Paragraph(content) => (line.trim().is_empty(), content),
        };
        if is_end {
            self.finish_open();
            self.after_gap = true;
            return true;
        }
        if let Content::Code(_, script) = content {
            self.document.copy(start, start + lines::without_callouts(line).len(), script);
            script.push("\n", self.document.script.host_offset(start + line.len()));
        }
        true
    }

    fn line(&mut self, start: usize, line: &'a str) {
        let body = line.trim();
        if body.is_empty() || body == "+" {
            return self.finish_passage();
        }
        if let Some((level, title)) = lines::heading(line) {
            return self.heading(level, title);
        }
        if lines::is_delimiter(line.trim_end()) || line.starts_with("```") {
            return self.delimiter(line.trim_end());
        }
        if let Some(attributes) = body.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            self.finish_passage();
            self.language = lines::language(attributes).or(self.language.take());
            return;
        }
        if lines::is_silent(line) {
            return;
        }
        if let Some(title) = lines::block_title(line) {
            self.finish_passage();
            title.clone_into(&mut self.lead);
            return;
        }
        let is_literal = self.after_gap && line.starts_with([' ', '\t']) && lines::item(body).is_none();
        if self.language.is_some() || is_literal {
            self.finish_passage();
            let language = self.language.take().unwrap_or_default();
            self.open = Some(Open::Paragraph(Content::Code(language, Script::default())));
            self.is_inside(start, line);
            return;
        }
        self.prose(start, line);
    }

    /// A line that opens a block, or opens or closes something that only holds other blocks.
    fn delimiter(&mut self, line: &'a str) {
        self.finish_passage();
        let language = self.language.take();
        let content = match line.as_bytes()[0] {
            b'`' => {
                let name = line.trim_start_matches('`').trim().to_owned();
                self.open = Some(Open::Delimited("```", Content::Code(name, Script::default())));
                return;
            }
            b'-' if line.len() >= 4 => Content::Code(language.unwrap_or_default(), Script::default()),
            b'.' => Content::Code(language.unwrap_or_default(), Script::default()),
            b'/' | b'+' => Content::Nothing,
            b'|' => {
                self.is_table = !self.is_table;
                return;
            }
            // Examples, sidebars, quotations and open blocks.
            _ => {
                self.language = language;
                return;
            }
        };
        self.open = Some(Open::Delimited(line, content));
    }

    fn heading(&mut self, level: usize, title: &str) {
        self.finish_passage();
        self.lead.clear();
        self.language = None;
        self.headings.retain(|(other, _)| *other < level);
        self.headings.push((level, title.to_owned()));
    }

    /// Adds a line of prose; an item and a cell of a table begin a passage of their own.
    fn prose(&mut self, start: usize, line: &str) {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        if self.is_table && lines::is_row(body) {
            let mut at = indent;
            for cell in body.split('|') {
                self.finish_passage();
                self.position = Position::Cell;
                self.span(start + at, cell);
                at += cell.len() + 1;
            }
            return;
        }
        let mut at = indent;
        if let Some(sign) = lines::item(body) {
            self.finish_passage();
            self.position = Position::Item;
            at += sign;
        }
        self.span(start + at, &line[at..]);
        self.passage.text(" ", self.document.script.host_offset(start + line.len()));
    }

    /// Adds text with its monospaced parts as code spans.
    fn span(&mut self, start: usize, text: &str) {
        let text = text.trim_end();
        let skip = text.len() - text.trim_start().len();
        let host = |at: usize| self.document.script.host_offset(start + at);
        let mut at = skip;
        for code in lines::codes(text) {
            self.passage.text(&text[at..code.outer.start], host(at));
            let script = self.document.part(start + code.inner.start, start + code.inner.end);
            self.passage.code(script, host(code.outer.start));
            at = code.outer.end;
        }
        self.passage.text(&text[at..], host(at));
    }

    fn context(&self) -> Option<String> {
        self.headings.last().map(|(_, title)| title.clone())
    }

    fn finish_passage(&mut self) {
        if self.passage.is_empty() {
            return;
        }
        let context = self.context();
        let passage = std::mem::take(&mut self.passage);
        let blocks = passage.blocks(self.position, self.document.sieve, || None);
        self.blocks.extend(blocks.into_iter().map(|block| block.under(context.clone())));
        self.position = Position::Prose;
        self.lead = passage.into_text();
    }

    fn finish_open(&mut self) {
        let (Some(Open::Delimited(_, content) | Open::Paragraph(content)), lead) =
            (self.open.take(), std::mem::take(&mut self.lead))
        else {
            return;
        };
        let Content::Code(language, script) = content else { return };
        let heading =
            || self.headings.iter().rev().find_map(|(_, heading)| intent::below(heading, "heading"));
        let judge = || {
            intent::below(sentence::last(&lead), "introduction")
                .or_else(heading)
                .filter(|judgement| judgement.role != Role::Instructed)
                .unwrap_or_else(|| listing::instructed("listing"))
        };
        let context = self.context();
        let blocks = code_block::blocks(self.document.inner(&script), Some(&language), judge);
        self.blocks.extend(blocks.into_iter().map(|block| block.under(context.clone())));
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn listings() {
        let text = "= Guide\n:toc:\n\n.Install\n[source,bash,subs=\"+quotes\"]\n----\npip install x # <1>\npytest <2> <3>\n----\n\
                    <1> Run `pip list` too.\n\n[,console]\n----\n$ tox\nok\n----\n\n[source,python]\n----\nimport pip\n----\n\n\
                    ....\n$ pytest -q\n....\n\n  pip freeze\n\n```sh\nnox\n```\n";
        assert_eq!(
            check("a.adoc", text),
            [
                "7 pip instructed",
                "8 pytest instructed",
                "10 pip instructed",
                "14 tox instructed",
                "24 pytest instructed",
                "27 pip instructed",
                "30 nox instructed"
            ]
        );
    }

    #[test]
    fn prose_lists_and_tables() {
        let text = "Title\n-----\n\nRun `pytest -q` or ``tox -e x``.\nWe like `pip`, \"`pytest`\".\n\n* `pip list`: shows all\n. Never run `+pip install x+`.\n\
                    . Then:\n\
                    +\n--\n[source,sh]\n----\nmypy\n----\n--\n\n|===\n|A |B\n\n|Tests |`pytest tests`\n|===\n";
        assert_eq!(
            check("a.asciidoc", text),
            [
                "4 pytest instructed",
                "4 tox instructed",
                "5 pip mentioned",
                "7 pip instructed",
                "8 pip forbidden",
                "14 mypy instructed",
                "21 pytest instructed"
            ]
        );
    }

    #[test]
    fn what_is_not_shown_is_not_read() {
        let text = "////\nRun `pytest -q`.\n----\n////\n// Run `pytest -q`.\n++++\n<pre>pip list</pre>\n++++\n\n\
                    == Do not do this\n\n[source,bash]\npip list\n\n=== With it\n\n----\npip freeze\n----\n\n== Good\n\nNever:\n\n----\npytest\n----\n";
        assert_eq!(check("a.adoc", text), ["13 pip forbidden", "18 pip forbidden", "26 pytest forbidden"]);
    }

    #[test]
    fn nasty_ends() {
        for text in
            ["----", "```", "[source,", "[]", "|===\n|", "`+", "``", "=", "== ", ".", "é\n--", "<1>", "a::"]
        {
            check("a.adoc", text);
        }
    }
}
