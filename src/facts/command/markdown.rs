//! Markdown: the listings and code spans that tell a reader what to run. Follows headings, lists and the sentences in
//! front of listings; HTML, comments and front matter are not read.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::{Block, Document, Judgement, Role};
use super::label::Label;
use super::prose::{Passage, Position};
use super::ways::Ways;
use super::{agent_command, code_block, intent, jsx, listing, sentence, way_label};
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

pub(super) fn wants(path: &RepoPath) -> Interest {
    match path.extension() {
        "markdown" | "md" | "mdc" | "mdown" | "mdx" | "mkd" | "qmd" | "rmd" | "Rmd" => Interest::Yes,
        // Rules for agents, written in Markdown under a name without an extension.
        "" if matches!(path.name(), ".clinerules" | ".cursorrules" | ".goosehints" | ".windsurfrules") => {
            Interest::Yes
        }
        _ => Interest::No,
    }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    if document.path.is_some_and(|path| path.extension() == "mdx") {
        let (masked, tags) = jsx::masked(document.text());
        let script = Script::verbatim(&masked, 0);
        return read(document.with(&script), &tags);
    }
    read(document, &[])
}

/// Reads a text from which these tags were taken out, each with where it stood.
fn read(document: Document<'_>, tags: &[(usize, &str)]) -> Vec<Block> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut walk = Walk { document, ..Walk::new(document) };
    let mut tags = tags.iter().peekable();
    for (event, range) in Parser::new_ext(document.text(), options).into_offset_iter() {
        while let Some((_, tag)) = tags.next_if(|(at, _)| *at < range.start) {
            walk.enter_tab(tag);
        }
        walk.event(event, range);
    }
    walk.finish_passage();
    walk.close_sections(0);
    walk.blocks
}

/// A heading and what it says of its section.
#[derive(Debug)]
struct Heading {
    level: usize,
    label: Label,
    /// The first block of its section.
    first: usize,
}

#[derive(Debug)]
struct Walk<'a> {
    document: Document<'a>,
    blocks: Vec<Block>,
    /// The headings that the current place stands under, outermost first.
    headings: Vec<Heading>,
    /// The ways that sections of one level under one heading show, by their level.
    sections: Vec<(usize, Ways)>,
    /// The prose since the last border of a block.
    passage: Passage,
    position: Position,
    /// What the lists around the current place were introduced with, where it can say something of them.
    lists: Vec<Option<Label>>,
    /// What the head of each column of the current table says.
    columns: Vec<Option<Judgement>>,
    /// The column of the current cell; nothing in the head.
    column: Option<usize>,
    /// The heads of the columns of the current table.
    heads: Vec<String>,
    /// What the first cell of the current row says, and the first block of the row.
    row: (String, usize),
    /// The ways that the listings, rows and items of the current section show.
    ways: Ways,
    /// The label of the tab around the current place; empty outside of one.
    tab: String,
    /// The last prose before the current place, until a listing has used it up.
    lead: String,
    /// The language and the lines of the listing that is being read.
    code: Option<(Option<String>, Script)>,
    /// How many of the open blocks are not read.
    n_hidden: usize,
    heading: Option<usize>,
    /// Whether the file is a prompt of an agent, which runs some of the code in it first.
    is_agents: bool,
}

impl<'a> Walk<'a> {
    fn new(document: Document<'a>) -> Self {
        Self {
            document,
            blocks: Vec::new(),
            headings: Vec::new(),
            sections: Vec::new(),
            passage: Passage::default(),
            position: Position::Prose,
            lists: Vec::new(),
            columns: Vec::new(),
            column: None,
            heads: Vec::new(),
            row: (String::new(), 0),
            ways: Ways::default(),
            tab: String::new(),
            lead: String::new(),
            code: None,
            n_hidden: 0,
            heading: None,
            is_agents: document.path.is_some_and(agent_command::is_prompt),
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Html(html) => self.enter_tab(&html),
            Event::Text(_) if self.n_hidden > 0 => self.front_matter(range),
            Event::Text(_) if self.code.is_some() => self.code_text(range),
            Event::Text(text) => self.passage.text(&text, self.document.script.host_offset(range.start)),
            Event::Code(code) => self.code_span(&code, &range),
            Event::SoftBreak => self.passage.text(" ", self.document.script.host_offset(range.start)),
            Event::HardBreak => self.passage.text("\n", self.document.script.host_offset(range.start)),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. } => return,
            Tag::Strikethrough => return self.passage.strike(),
            _ => self.finish_passage(),
        }
        match tag {
            Tag::MetadataBlock(_) | Tag::HtmlBlock => {
                self.n_hidden += 1;
                self.lead.clear();
            }
            Tag::Table(_) => {
                self.columns.clear();
                self.heads.clear();
                self.column = None;
            }
            Tag::TableRow => {
                self.column = Some(0);
                self.row = (String::new(), self.blocks.len());
            }
            Tag::Heading { level, .. } => self.heading = Some(*level as usize),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.to_string()),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((language, Script::default()));
            }
            Tag::List(_) => {
                let is_introduced = self.lead.trim_end().ends_with(':');
                self.lists.push(is_introduced.then(|| Label::new(self.lead.clone(), "introduction")));
            }
            Tag::Item => self.position = Position::Item,
            Tag::TableCell => self.position = Position::Cell,
            Tag::Paragraph if self.position != Position::Item => self.position = Position::Prose,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image => return,
            TagEnd::Strikethrough => return self.passage.unstrike(),
            TagEnd::Heading(_) => return self.finish_heading(),
            TagEnd::TableCell => return self.finish_cell(),
            TagEnd::CodeBlock => return self.finish_code(),
            TagEnd::TableHead => return self.finish_head(),
            TagEnd::TableRow => {
                let (label, first) = std::mem::take(&mut self.row);
                return self.ways.add(&label, &mut self.blocks, first);
            }
            _ => self.finish_passage(),
        }
        match tag {
            TagEnd::MetadataBlock(_) | TagEnd::HtmlBlock => self.n_hidden = self.n_hidden.saturating_sub(1),
            TagEnd::List(_) => {
                self.lists.pop();
                self.position = Position::Prose;
            }
            TagEnd::Item => self.position = Position::Prose,
            _ => {}
        }
    }

    /// The permissions in the front matter of a command or a skill.
    fn front_matter(&mut self, range: Range<usize>) {
        if self.is_agents && self.blocks.is_empty() {
            self.blocks.extend(agent_command::permissions(self.document, range));
        }
    }

    fn code_text(&mut self, range: Range<usize>) {
        if let Some((_, script)) = &mut self.code {
            self.document.copy(range.start, range.end, script);
        }
    }

    /// A code span; its text starts behind the backticks and one blank that may pad it.
    fn code_span(&mut self, code: &str, range: &Range<usize>) {
        let Some(raw) = self.document.text().get(range.clone()) else { return };
        // In a table a `\|` is one character of the code: such spans are not in step and are cut at the difference.
        let at = raw.find(code).unwrap_or_else(|| raw.len() - raw.trim_start_matches('`').len());
        let length = raw[at..].bytes().zip(code.bytes()).take_while(|(a, b)| a == b).count();
        let length = code.floor_char_boundary(length);
        let start = range.start + at;
        let script = self.document.part(start, start + length);
        if self.is_agents && agent_command::is_run(&self.document.text()[..range.start]) {
            let block = Block::new(script, agent_command::judgement()).under(self.context());
            self.blocks.push(block);
            return;
        }
        self.passage.code(script, self.document.script.host_offset(range.start));
    }

    fn finish_cell(&mut self) {
        match &mut self.column {
            Some(column) => {
                let judgement = self.columns.get(*column).cloned().flatten();
                if *column == 0 {
                    self.row.0 = self.passage.label().to_owned();
                }
                *column += 1;
                self.finish_passage_under(judgement.as_ref());
            }
            None => {
                let head = self.passage.take_text();
                self.columns.push(intent::below(&head, "head of the column"));
                self.heads.push(head);
            }
        }
        self.position = Position::Prose;
    }

    /// Sets the columns aside that stand beside one for uv.
    fn finish_head(&mut self) {
        if !self.heads.iter().any(|head| intent::names_uv(head)) {
            return;
        }
        for (column, head) in self.columns.iter_mut().zip(&self.heads) {
            if column.is_none() && way_label::names_way(head) {
                let evidence = format!("column `{head}` beside one for uv");
                *column = Some(Judgement::new(Role::Alternative, evidence));
            }
        }
    }

    /// Reads the label of a tab, or its end, in a piece of HTML.
    fn enter_tab(&mut self, html: &str) {
        if ["</Tab", "</tab", "</details"].iter().any(|end| html.contains(end)) {
            self.tab.clear();
        }
        if let Some(label) = way_label::of_tab(html) {
            label.clone_into(&mut self.tab);
        }
    }

    fn finish_heading(&mut self) {
        let text = self.passage.take_text();
        let Some(level) = self.heading.take() else { return };
        self.close_sections(level);
        self.lead.clear();
        self.tab.clear();
        self.ways.clear();
        let label = Label::new(text, "heading");
        self.headings.push(Heading { level, label, first: self.blocks.len() });
    }

    /// Ends the sections down to a level. A section for pip is an alternative where the one before or behind it is for uv.
    fn close_sections(&mut self, level: usize) {
        while let Some(ended) = self.headings.pop_if(|last| last.level >= level) {
            while self.sections.pop_if(|(inner, _)| *inner > ended.level).is_some() {}
            if self.sections.last().is_none_or(|(known, _)| *known != ended.level) {
                self.sections.push((ended.level, Ways::default()));
            }
            let Some((_, ways)) = self.sections.last_mut() else { return };
            let text = &ended.label.text;
            if intent::names_uv(text) || way_label::names_way(text) {
                ways.add(text, &mut self.blocks, ended.first);
            } else {
                ways.clear();
            }
        }
    }

    /// What the headings and introductions around the current place say.
    fn surroundings(&self) -> Option<Judgement> {
        let mut introductions = self.lists.iter().rev().flatten();
        let mut headings = self.headings.iter().rev();
        introductions
            .find_map(Label::judgement)
            .or_else(|| headings.find_map(|heading| heading.label.judgement()))
            .filter(|judgement| judgement.role != Role::Instructed)
    }

    fn context(&self) -> Option<String> {
        self.headings.last().map(|heading| heading.label.text.clone())
    }

    fn finish_passage(&mut self) {
        self.finish_passage_under(None);
    }

    /// Ends the passage; what stands over it counts before all other surroundings.
    fn finish_passage_under(&mut self, above: Option<&Judgement>) {
        if self.passage.is_empty() {
            return;
        }
        let passage = std::mem::take(&mut self.passage);
        let first = self.blocks.len();
        let surroundings = || match above {
            Some(judgement) => Some(judgement.clone()).filter(|above| above.role != Role::Instructed),
            None => self.surroundings(),
        };
        let blocks = passage.blocks(self.position, self.document.sieve, surroundings);
        if !blocks.is_empty() {
            let context = self.context();
            self.blocks.extend(blocks.into_iter().map(|block| block.under(context.clone())));
        }
        if self.position == Position::Item {
            self.ways.add(passage.label(), &mut self.blocks, first);
        }
        self.lead = passage.into_text();
    }

    /// What the sentence in front of a listing says of it.
    fn introduced(&self, lead: &str) -> Option<Judgement> {
        let is_label =
            lead.ends_with(':') || lead.split_whitespace().take(MAX_LABEL + 1).count() <= MAX_LABEL;
        if !is_label {
            return None;
        }
        intent::below(lead, "introduction")
    }

    fn finish_code(&mut self) {
        let Some((info, script)) = self.code.take() else { return };
        let lead = std::mem::take(&mut self.lead);
        let judge = || match self.introduced(sentence::last(&lead)) {
            Some(judgement) if judgement.role == Role::Instructed => listing::instructed("fenced block"),
            Some(judgement) => judgement,
            None => self.surroundings().unwrap_or_else(|| listing::instructed("fenced block")),
        };
        let first = self.blocks.len();
        let blocks = code_block::blocks(self.document.inner(&script), info.as_deref(), judge);
        if !blocks.is_empty() {
            let context = self.context();
            self.blocks.extend(blocks.into_iter().map(|block| block.under(context.clone())));
        }
        let title = info.as_deref().map_or("", code_block::title);
        let labels = [title, sentence::last(&lead), &self.tab];
        let label = labels.into_iter().find(|label| intent::names_uv(label) || way_label::names_way(label));
        self.ways.add_listing(label.unwrap_or(&lead), &mut self.blocks, first, script.text());
        if intent::names_uv(&lead) {
            self.ways.show_uv(&mut self.blocks);
        }
    }
}

/// How many words an introduction has that does not end in a colon.
const MAX_LABEL: usize = 8;
