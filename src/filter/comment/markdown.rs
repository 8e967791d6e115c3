//! The comments of a Markdown document: its own, those of its listings in their languages, and those of its front
//! matter. What a listing shows of Markdown or HTML is an example, not a comment.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::syntax::{self, Language};
use super::{Comment, Comments, scan};
use crate::source::{RepoPath, SourceFile, Span};

pub(super) fn is_markdown(path: &RepoPath) -> bool {
    let is_rules = matches!(path.name(), ".clinerules" | ".cursorrules" | ".goosehints" | ".windsurfrules");
    is_rules
        || matches!(
            path.extension(),
            "markdown" | "md" | "mdc" | "mdown" | "mdx" | "mkd" | "qmd" | "rmd" | "Rmd"
        )
}

/// Adds the comments and the listings of a document.
pub(super) fn read(file: &SourceFile, found: &mut Comments) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let markup = syntax::of_listing("html");
    let mut walk = Walk { text: &file.text, markup, block: None, code: Vec::new(), found };
    for (event, range) in Parser::new_ext(&file.text, options).into_offset_iter() {
        walk.event(event, range);
    }
    if file.path.extension() == "mdx" {
        let Walk { text, code, found, .. } = walk;
        jsx_comments(text, &code, found);
    }
}

struct Walk<'t> {
    text: &'t str,
    /// How the document's own comments are written.
    markup: Option<Language>,
    /// The language of the listing, or of the front matter, around the current place, and its stretches.
    block: Option<(Option<Language>, Vec<Range<usize>>)>,
    /// What is code.
    code: Vec<Range<usize>>,
    found: &'t mut Comments,
}

impl Walk<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match &kind {
                    CodeBlockKind::Indented => None,
                    CodeBlockKind::Fenced(info) => {
                        self.found.listings.push(range.clone());
                        let word = info.split([' ', ',', '{', '\t']).find(|word| !word.is_empty());
                        // A document within the document, and a page, are examples.
                        word.filter(|word| !is_markup(word)).and_then(syntax::of_listing)
                    }
                };
                self.code.push(range);
                self.block = Some((language, Vec::new()));
            }
            Event::Start(Tag::MetadataBlock(_)) => {
                self.block = Some((syntax::of_listing("yaml"), Vec::new()));
            }
            Event::End(TagEnd::CodeBlock | TagEnd::MetadataBlock(_)) => self.finish_block(),
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => {
                if let Some(markup) = &self.markup {
                    scan::scan(self.text, range, markup, &mut self.found.comments);
                }
            }
            Event::Code(_) => self.code.push(range),
            Event::Text(_) => {
                if let Some((Some(_), pieces)) = &mut self.block {
                    match pieces.last_mut() {
                        Some(last) if last.end == range.start => last.end = range.end,
                        _ => pieces.push(range),
                    }
                }
            }
            _ => {}
        }
    }

    fn finish_block(&mut self) {
        let Some((Some(language), pieces)) = self.block.take() else { return };
        for piece in pieces {
            scan::scan(self.text, piece, &language, &mut self.found.comments);
        }
    }
}

fn is_markup(language: &str) -> bool {
    matches!(language.to_ascii_lowercase().as_str(), "html" | "xml" | "svg" | "vue" | "svelte" | "astro")
}

/// `{/* … */}` outside of code, the comments of MDX.
fn jsx_comments(text: &str, code: &[Range<usize>], found: &mut Comments) {
    let mut at = 0;
    let mut code = code.iter().peekable();
    while let Some(start) = text[at..].find("{/*").map(|found| at + found) {
        while code.next_if(|range| range.end <= start).is_some() {}
        if let Some(range) = code.peek().filter(|range| range.contains(&start)) {
            at = range.end;
            continue;
        }
        let inner = start + 3;
        let Some(end) = text[inner..].find("*/}").map(|found| inner + found) else { return };
        found.comments.push(Comment { span: Span::new(start, end + 3), inner: Span::new(inner, end) });
        at = end + 3;
    }
}
