//! reStructuredText: code blocks, literal blocks and inline literals that tell a reader what to run. Directives other
//! than those for code are read through, comments are not.

use std::collections::BTreeMap;

use super::block::{Block, Document, Role};
use super::prose::{Passage, Position};
use super::ways::Ways;
use super::{code_block, intent, listing, sentence, way_label};
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

/// Directives whose body is code in the language that they name.
const DIRECTIVES: &[&str] = &["code", "code-block", "console", "parsed-literal", "prompt", "sourcecode"];

pub(super) fn wants(path: &RepoPath) -> Interest {
    if matches!(path.extension(), "rst" | "rest") { Interest::Yes } else { Interest::No }
}

/// An indented block that is being read.
#[derive(Debug)]
struct Open {
    /// The column that its lines stand further in than.
    base: usize,
    content: Content,
    /// The column of its first line.
    indent: Option<usize>,
    script: Script,
}

#[derive(Debug)]
enum Content {
    Code(String),
    Comment,
}

#[derive(Debug)]
struct Reader<'a> {
    document: Document<'a>,
    blocks: Vec<Block>,
    open: Option<Open>,
    passage: Passage,
    position: Position,
    heading: Option<String>,
    lead: String,
    /// The label of the tab that listings stand under, and the column of its directive.
    tab: (String, usize),
    /// The ways that the listings of the current section show.
    ways: Ways,
    /// The rules below titles, each with the ways that neighbouring sections of that level show.
    sections: BTreeMap<char, Ways>,
    /// The rule below the current title, and the first block of its section.
    section: Option<(char, usize)>,
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let mut reader = Reader {
        document,
        blocks: Vec::new(),
        open: None,
        passage: Passage::default(),
        position: Position::Prose,
        heading: None,
        lead: String::new(),
        tab: (String::new(), 0),
        ways: Ways::default(),
        sections: BTreeMap::new(),
        section: None,
    };
    let mut lines = document.lines().peekable();
    while let Some((start, line)) = lines.next() {
        if reader.is_inside(start, line) {
            continue;
        }
        let is_title =
            lines.peek().is_some_and(|(_, next)| is_rule(next)) && !line.trim().is_empty() && !is_rule(line);
        if is_title {
            reader.finish_passage();
            reader.finish_section();
            let rule = lines.peek().and_then(|(_, next)| next.chars().next());
            reader.section = rule.map(|rule| (rule, reader.blocks.len()));
            reader.heading = Some(line.trim().to_owned());
            reader.lead.clear();
        } else if !is_rule(line) {
            reader.line(start, line);
        }
    }
    reader.finish_open();
    reader.finish_passage();
    reader.finish_section();
    reader.blocks
}

impl Reader<'_> {
    /// Takes a line for the open block; closes the block where the line is no part of it.
    fn is_inside(&mut self, start: usize, line: &str) -> bool {
        let Some(open) = &mut self.open else { return false };
        let own = line.len() - line.trim_start().len();
        if !line.trim().is_empty() && own <= open.base {
            self.finish_open();
            return false;
        }
        // `:caption: x` below the directive is an option, not code.
        let is_option = open.indent.is_none() && line.trim_start().starts_with(':') && line.trim().len() > 1;
        if !is_option && (open.indent.is_some() || !line.trim().is_empty()) {
            let indent = *open.indent.get_or_insert(own);
            self.document.copy(start + indent.min(own), start + line.len(), &mut open.script);
            open.script.push("\n", self.document.script.host_offset(start + line.len()));
        }
        true
    }

    /// A line outside of any block.
    fn line(&mut self, start: usize, line: &str) {
        let body = line.trim();
        let indent = line.len() - line.trim_start().len();
        if body.is_empty() {
            return self.finish_passage();
        }
        if indent <= self.tab.1 {
            self.tab.0.clear();
        }
        if let Some(directive) =
            body.strip_prefix("..").filter(|rest| rest.is_empty() || rest.starts_with(' '))
        {
            self.finish_passage();
            match directive.trim().split_once("::") {
                Some((name, language)) if DIRECTIVES.contains(&name.trim()) => {
                    let language = if language.trim().is_empty() { name.trim() } else { language.trim() };
                    self.start_block(
                        indent,
                        Content::Code(language.replace("code-block", "").replace("prompt", "console")),
                    );
                }
                Some((name, argument)) => {
                    argument.trim().clone_into(&mut self.lead);
                    if name.contains("tab") {
                        self.tab = (self.lead.clone(), indent);
                    }
                }
                // A link target or a footnote takes one line or more, like a comment.
                None => self.start_block(indent, Content::Comment),
            }
            return;
        }
        let is_item = ["- ", "* ", "+ ", "#. "].iter().any(|bullet| body.starts_with(bullet))
            || body
                .split_once(". ")
                .is_some_and(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()));
        if is_item {
            self.finish_passage();
            self.position = Position::Item;
        }
        self.prose(start, line);
        if body.ends_with("::") {
            self.finish_passage();
            self.start_block(indent, Content::Code(String::new()));
        }
    }

    fn start_block(&mut self, base: usize, content: Content) {
        self.open = Some(Open { base, content, indent: None, script: Script::default() });
    }

    /// Adds a line of prose, its inline literals as code spans.
    fn prose(&mut self, start: usize, line: &str) {
        let host = |at: usize| self.document.script.host_offset(start + at);
        let mut at = line.len() - line.trim_start_matches([' ', '-', '*', '+', '#', '\t']).len();
        while let Some(open) = line[at..].find("``").map(|found| at + found) {
            let Some(close) = line[open + 2..].find("``").map(|found| open + 2 + found) else { break };
            self.passage.text(&line[at..open], host(at));
            self.passage.code(self.document.part(start + open + 2, start + close), host(open));
            at = close + 2;
        }
        self.passage.text(&line[at..], host(at));
        self.passage.text(" ", host(line.len()));
    }

    fn finish_passage(&mut self) {
        if self.passage.is_empty() {
            return;
        }
        let passage = std::mem::take(&mut self.passage);
        let blocks = passage.blocks(self.position, self.document.sieve, || None);
        self.blocks.extend(blocks.into_iter().map(|block| block.under(self.heading.clone())));
        self.position = Position::Prose;
        self.lead = passage.into_text();
    }

    /// Ends a section. One for pip is an alternative where the one before or behind it is for uv.
    fn finish_section(&mut self) {
        self.ways.clear();
        let (Some((rule, first)), Some(heading)) = (self.section.take(), &self.heading) else { return };
        let ways = self.sections.entry(rule).or_default();
        if intent::names_uv(heading) || way_label::names_way(heading) {
            ways.add(heading, &mut self.blocks, first);
        } else {
            ways.clear();
        }
    }

    fn finish_open(&mut self) {
        let Some(open) = self.open.take() else { return };
        let Content::Code(language) = open.content else { return };
        let lead = std::mem::take(&mut self.lead);
        let heading = || self.heading.as_deref().and_then(|heading| intent::below(heading, "heading"));
        let judge = || {
            intent::below(sentence::last(&lead), "introduction")
                .or_else(heading)
                .filter(|judgement| judgement.role != Role::Instructed)
                .unwrap_or_else(|| listing::instructed("code block"))
        };
        let first = self.blocks.len();
        let blocks = code_block::blocks(self.document.inner(&open.script), Some(&language), judge);
        self.blocks.extend(blocks.into_iter().map(|block| block.under(self.heading.clone())));
        let label = if self.tab.0.is_empty() { sentence::last(&lead) } else { &self.tab.0 };
        self.ways.add_listing(label, &mut self.blocks, first, open.script.text());
    }
}

/// Whether a line is the rule below or above a title.
fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    let Some(first) = line.chars().next() else { return false };
    line.len() >= 3
        && first.is_ascii_punctuation()
        && first != ':'
        && line.chars().all(|character| character == first)
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn blocks_and_literals() {
        let text = "Title\n=====\n\nInstall::\n\n    $ pip install -e .\n    Collecting x\n\n.. code-block:: console\n\
                    \x20   :caption: x\n\n    $ python3 -m venv .venv\n\n.. tab:: Windows\n\n    .. code-block:: bat\n\n\
                    \x20       > py -3 -m venv .venv\n\nRun ``pytest -q`` now. See ``python``.\n\n.. comment\n    $ pip list\n";
        assert_eq!(
            check("a.rst", text),
            [
                "6 pip instructed",
                "12 python instructed",
                "18 python instructed",
                "20 pytest instructed",
                "20 python mentioned"
            ]
        );
    }

    #[test]
    fn wrong_ways() {
        let text = "Do not use this::\n\n    pip install x\n\nthen::\n\n    pip install y\n";
        assert_eq!(check("a.rst", text), ["3 pip forbidden", "7 pip instructed"]);
    }
}
