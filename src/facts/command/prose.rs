//! A passage of prose and the code spans in it: which of them tell the reader to run something. Prefers to miss a
//! command over taking a name for one.

use super::block::{Block, Judgement, Role};
use super::programs;
use super::sentence::{self, CODE};
use crate::facts::Sieve;
use crate::shell::Script;
use crate::source::Span;

/// Where a passage stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Position {
    Prose,
    Item,
    Cell,
}

/// How many code spans and quotations of a passage are judged: nobody reads a sentence that has more.
const MAX_CODES: usize = 128;

#[derive(Debug)]
struct CodeSpan {
    /// Where its sign stands in the text.
    at: usize,
    script: Script,
    is_struck: bool,
}

/// The prose of one paragraph, item or cell.
#[derive(Debug, Default)]
pub(super) struct Passage {
    text: Script,
    codes: Vec<CodeSpan>,
    n_struck: usize,
}

impl Passage {
    pub(super) fn text(&mut self, text: &str, host: usize) {
        self.text.push(text, host);
    }

    pub(super) fn code(&mut self, script: Script, host: usize) {
        let at = self.text.text().len();
        self.text.push("\u{fffc}", host);
        if self.codes.len() >= MAX_CODES {
            return;
        }
        self.codes.push(CodeSpan { at, script, is_struck: self.n_struck > 0 });
    }

    pub(super) fn strike(&mut self) {
        self.n_struck += 1;
    }

    pub(super) fn unstrike(&mut self) {
        self.n_struck = self.n_struck.saturating_sub(1);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.text().is_empty()
    }

    pub(super) fn into_text(self) -> String {
        self.text.into_text()
    }

    /// The words before the first code span, and all words where there is none.
    pub(super) fn label(&self) -> &str {
        let text = self.text.text();
        text.split(CODE).next().unwrap_or(text)
    }

    /// The text with its code spans spelt out; empties the passage.
    pub(super) fn take_text(&mut self) -> String {
        let passage = std::mem::take(self);
        let mut codes = passage.codes.iter();
        let mut spelt = String::new();
        for character in passage.text.text().chars() {
            match character {
                CODE => spelt.push_str(codes.next().map_or("", |code| code.script.text())),
                other => spelt.push(other),
            }
        }
        spelt
    }

    /// The commands of the passage that are asked for, each judged by the words around it, and by what surrounds the
    /// passage where that says something.
    pub(super) fn blocks(
        &self,
        position: Position,
        sieve: &Sieve,
        surroundings: impl Fn() -> Option<Judgement>,
    ) -> Vec<Block> {
        let mut blocks = Vec::new();
        for code in &self.codes {
            let command = code.script.text();
            if !programs::is_known(programs::first_word(command)) || !sieve.admits(command.as_bytes()) {
                continue;
            }
            let own = self.judge(code, position);
            let own = if own.role == Role::Instructed { self.beside_uv(code).unwrap_or(own) } else { own };
            let judgement = match own.role {
                Role::Instructed => surroundings().unwrap_or(own),
                _ => own,
            };
            blocks.push(Block::new(code.script.clone(), judgement));
        }
        blocks.extend(self.quoted(sieve, surroundings));
        blocks
    }

    fn judge(&self, code: &CodeSpan, position: Position) -> Judgement {
        if code.is_struck {
            return Judgement::new(Role::Forbidden, "struck through");
        }
        let text = self.text.text();
        let after = &text[code.at + CODE.len_utf8()..];
        let after = &after[..after.floor_char_boundary(MAX_AFTER)];
        let around = sentence::before(&text[..code.at]);
        if let Some(evidence) = sentence::refusal(around, after) {
            return Judgement::new(Role::Forbidden, evidence);
        }
        let command = code.script.text();
        if !programs::is_complete(command) {
            return Judgement::new(Role::Mentioned, "incomplete command in prose");
        }
        let is_bare = !command.trim().contains(char::is_whitespace);
        let alone = self.codes.len() == 1 && text.trim().len() == CODE.len_utf8();
        let evidence = match position {
            Position::Cell if alone && !is_bare => Some("table cell".to_owned()),
            Position::Prose if alone && !is_bare => Some("paragraph of its own".to_owned()),
            Position::Item if !is_bare && opens_item(&text[..code.at], after) => Some("list item".to_owned()),
            _ if sentence::tells(after) => None,
            _ => sentence::instruction(around, command),
        };
        evidence.map_or_else(
            || Judgement::new(Role::Mentioned, "named in prose"),
            |evidence| Judgement::new(Role::Instructed, evidence),
        )
    }

    /// A command is an alternative where an "or" joins it to one with uv: "`uv add x` or `pip install x`".
    fn beside_uv(&self, code: &CodeSpan) -> Option<Judgement> {
        let at = self.codes.partition_point(|other| other.at < code.at);
        let is_uv = |other: &CodeSpan| matches!(programs::first_word(other.script.text()), "uv" | "uvx");
        let joins = |left: &CodeSpan, right: &CodeSpan| {
            let between = self.text.text().get(left.at + CODE.len_utf8()..right.at).unwrap_or_default();
            between.len() <= MAX_BETWEEN && sentence::joins(between)
        };
        let before = at.checked_sub(1).map(|before| &self.codes[before]);
        let after = self.codes.get(at + 1);
        let is_alternative = !is_uv(code)
            && (before.is_some_and(|before| is_uv(before) && joins(before, code))
                || after.is_some_and(|after| is_uv(after) && joins(code, after)));
        is_alternative.then(|| Judgement::new(Role::Alternative, "`or` beside a command with uv"))
    }

    /// Commands in quotation marks behind a verb: `run "pytest" to …`.
    fn quoted(&self, sieve: &Sieve, surroundings: impl Fn() -> Option<Judgement>) -> Vec<Block> {
        let text = self.text.text();
        let mut blocks = Vec::new();
        let mut marks =
            text.match_indices(['"', '“', '”']).map(|(at, mark)| (at, mark.len())).take(2 * MAX_CODES);
        while let (Some((open, width)), Some((close, _))) = (marks.next(), marks.next()) {
            let command = &text[open + width..close];
            let is_command = programs::is_known(programs::first_word(command))
                && programs::is_complete(command)
                && sieve.admits(command.as_bytes())
                && !command.contains(CODE);
            if !is_command {
                continue;
            }
            let around = sentence::before(&text[..open]);
            let Some(verb) = sentence::strong_verb(around) else { continue };
            let own = match sentence::refusal(around, "") {
                Some(evidence) => Judgement::new(Role::Forbidden, evidence),
                None => Judgement::new(Role::Instructed, format!("`{verb}` before the quotation")),
            };
            let mut script = Script::default();
            let host = self.text.host_span(Span::new(open + width, close));
            // Only where the quotation is one stretch of the host.
            if host.len() == command.len() {
                script.push(command, host.start);
                blocks.push(Block::new(script, surroundings().unwrap_or(own)));
            }
        }
        blocks
    }
}

/// How far two commands stand apart that an "or" joins, in bytes.
const MAX_BETWEEN: usize = 40;

/// How much is read behind a code span, in bytes.
const MAX_AFTER: usize = 100;

/// Whether a code span opens a list item and is all of it or is explained behind a colon or dash.
fn opens_item(before: &str, after: &str) -> bool {
    let is_first = before.trim_matches([' ', '[', ']', 'x', '*']).is_empty();
    let after = after.trim_start();
    is_first && (after.is_empty() || after.starts_with([':', '-', '—', '–', '→', '#']))
}
