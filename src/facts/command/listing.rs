//! A listing in a document: the lines of a code block as the scripts that a reader would run. Takes prompts off,
//! leaves output out, and reads the comments that say what not to run.

use std::sync::Arc;

use super::block::{Block, Document, Judgement, Mark, Role};
use super::{intent, programs, way_label, windows};
use crate::shell::Script;

/// How a listing shows commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Manner {
    /// Every line is a command, unless prompts show otherwise.
    Script,
    /// A Windows shell, whose prompt ends in `>`.
    Windows,
    /// Nothing says that it is a listing of commands: its lines have to look like it.
    Unknown,
    /// Said to be text: only lines behind a prompt are commands.
    Text,
    /// What programs printed: only lines behind a prompt are commands, and they are history.
    Output,
}

/// The blocks of a listing, each under `judgement` but for its marks.
pub(super) fn blocks(document: Document<'_>, manner: Manner, judgement: &Judgement) -> Vec<Block> {
    let is_session = document
        .lines()
        .filter(|(_, line)| !line.trim().is_empty() && !is_comment(line))
        .take(if manner == Manner::Windows { usize::MAX } else { 3 })
        .any(|(_, line)| prompt(line, manner).is_some());
    let mut blocks = if is_session {
        session(document, manner, judgement)
    } else {
        match manner {
            Manner::Output | Manner::Text => Vec::new(),
            Manner::Unknown if !looks_like_commands(document) => Vec::new(),
            Manner::Windows => vec![whole_of_windows(document, judgement)],
            _ => vec![whole(document, judgement)],
        }
    };
    let marks = Arc::new(marks(document));
    for block in &mut blocks {
        block.marks = Arc::clone(&marks);
    }
    blocks
}

/// All lines as one script, without the signs that a writer put in front of some.
fn whole(document: Document<'_>, judgement: &Judgement) -> Block {
    let mut script = Script::default();
    for (start, line) in document.lines() {
        let skip = sign(line);
        let drawn = line.trim_start().starts_with(is_drawn);
        // What is left out is replaced by an empty line, which ends a command all the same.
        if !drawn {
            document.copy(start + skip, start + line.len(), &mut script);
        }
        script.push("\n", document.script.host_offset(start + line.len()));
    }
    Block::new(script, judgement.clone())
}

/// All lines as one script, written as a shell of Unix would have them.
fn whole_of_windows(document: Document<'_>, judgement: &Judgement) -> Block {
    let mut script = Script::default();
    let mut is_comment = false;
    for (start, line) in document.lines() {
        let toggles = windows::toggles_comment(line, is_comment);
        if !is_comment && !toggles {
            let skip = sign(line);
            let part = windows::command(&line[skip..]);
            document.copy(start + skip + part.start, start + skip + part.end, &mut script);
        }
        is_comment ^= toggles;
        let end = if windows::is_joined(line) { " " } else { "\n" };
        script.push(end, document.script.host_offset(start + line.len()));
    }
    Block::new(script, judgement.clone())
}

/// The commands behind prompts, each a script of its own: what one leaves open cannot swallow the next.
fn session(document: Document<'_>, manner: Manner, judgement: &Judgement) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Script> = None;
    for (start, line) in document.lines() {
        let skip = match (open.is_some(), prompt(line, manner)) {
            (_, Some(skip)) => {
                close(&mut open, judgement, &mut blocks);
                skip
            }
            (true, None) => line.len() - line.trim_start_matches([' ', '\t']).trim_start_matches("> ").len(),
            (false, None) => continue,
        };
        let script = open.get_or_insert_default();
        let is_joined = manner == Manner::Windows && windows::is_joined(line);
        let length = if is_joined { line.trim_end().len() - 1 } else { line.len() };
        document.copy(start + skip, start + length.max(skip), script);
        let end = if is_joined { " " } else { "\n" };
        script.push(end, document.script.host_offset(start + line.len()));
        if !line.trim_end().ends_with(['\\', '`', '^']) {
            close(&mut open, judgement, &mut blocks);
        }
    }
    close(&mut open, judgement, &mut blocks);
    blocks
}

fn close(open: &mut Option<Script>, judgement: &Judgement, blocks: &mut Vec<Block>) {
    if let Some(script) = open.take() {
        blocks.push(Block::new(script, judgement.clone()));
    }
}

/// How far into a line a prompt is looked for, in bytes.
const MAX_PROMPT: usize = 80;

/// The bytes that a prompt takes: `$ `, `(venv) $ `, `user@host:~/x$ `, `PS C:\> `, `C:\x> `.
fn prompt(line: &str, manner: Manner) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    let body = &line[indent..];
    let named = match body.strip_prefix('(').and_then(|rest| rest.split_once(") ")) {
        Some((name, rest)) if name.len() < MAX_PROMPT => body.len() - rest.trim_start().len(),
        _ => 0,
    };
    let body = &body[named..];
    let plain = ["$ ", "❯ ", "➜ ", "% ", "λ "].into_iter().find(|sign| body.starts_with(sign)).map(str::len);
    let length = plain.or_else(|| place_prompt(body)).or_else(|| windows_prompt(body, manner))?;
    Some(indent + named + length)
}

/// A prompt that names a user and a machine.
fn place_prompt(body: &str) -> Option<usize> {
    let end = body.floor_char_boundary(MAX_PROMPT);
    let at = body[..end].find(['$', '#', '%'])?;
    let name = &body[..at];
    let is_place = name.contains('@')
        && (name.contains(':') || name.starts_with('['))
        && !name.contains(['"', '\'', '=', '(', '/']) | name.contains(":/") | name.contains(":~");
    (is_place && !name.contains("  ") && body[at + 1..].starts_with(' ')).then_some(at + 2)
}

fn windows_prompt(body: &str, manner: Manner) -> Option<usize> {
    let is_path = body.starts_with("PS ") || body.as_bytes().get(1..3) == Some(b":\\");
    if is_path {
        let end = body.floor_char_boundary(MAX_PROMPT);
        return body[..end].find('>').map(|at| at + 1 + usize::from(body[at + 1..].starts_with(' ')));
    }
    (manner == Manner::Windows && body.starts_with("> ")).then_some(2)
}

/// Whether the lines that begin a command mostly begin with the name of a program.
fn looks_like_commands(document: Document<'_>) -> bool {
    let (mut n_lines, mut n_known, mut goes_on) = (0_usize, 0_usize, false);
    for (_, line) in document.lines() {
        let is_part = std::mem::replace(&mut goes_on, line.ends_with('\\'));
        if line.trim().is_empty() || is_comment(line) || is_part {
            continue;
        }
        n_lines += 1;
        let body = &line[sign(line)..];
        let word = programs::first_word(body);
        n_known += usize::from(programs::is_known(word) && !is_prose(body));
    }
    n_known > 0 && n_known * 2 > n_lines
}

/// Words behind the name of a program that make the line a sentence about it.
const SAID: &[&str] = &[
    "and", "are", "can", "cannot", "could", "did", "does", "has", "have", "is", "may", "might", "must", "or",
    "should", "was", "were", "which", "will", "would",
];

/// Whether a line that begins with the name of a program is English all the same: `find it.`, `python is slow`.
fn is_prose(line: &str) -> bool {
    let second = line.split_whitespace().nth(1).unwrap_or_default().trim_end_matches(',');
    line.trim_end().ends_with(['.', ':', ',', '?']) && !line.contains(" .")
        || SAID.contains(&second)
        || ["n't", "n’t"].iter().any(|end| second.ends_with(end))
        // Within quotes a comma may be part of a program.
        || line.find(", ").is_some_and(|at| !line[..at].contains(['"', '\'', '(', '{', '[']))
}

fn is_comment(line: &str) -> bool {
    let body = line.trim_start();
    body.starts_with('#') || body.starts_with("//") || body.starts_with(":: ") || body.starts_with("REM ")
}

fn is_drawn(character: char) -> bool {
    ('\u{2500}'..='\u{259f}').contains(&character) || character == '|'
}

/// The bytes of the sign that a writer put before a command: a cross, a bullet, `BAD:`.
fn sign(line: &str) -> usize {
    let indent = line.len() - line.trim_start().len();
    let body = &line[indent..];
    let marks = body.trim_start_matches(|c: char| intent::is_mark(c) || c == ' ');
    let body_start = line.len() - marks.len();
    let word =
        ["WRONG:", "BAD:", "GOOD:", "CORRECT:", "RIGHT:", "Wrong:", "Bad:", "Good:", "Correct:", "Right:"]
            .into_iter()
            .find(|word| marks.starts_with(word));
    word.map_or(body_start, |word| body_start + word.len())
}

/// What the comments and signs of a listing say about its lines.
fn marks(document: Document<'_>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut standing: Option<Judgement> = None;
    let shows_uv = document.lines().any(|(_, line)| shows_uv(line));
    for (start, line) in document.lines() {
        let from = document.script.host_offset(start);
        if line.trim().is_empty() {
            standing = None;
        } else if is_comment(line) {
            let comment = line.trim_start().trim_start_matches(['#', '/', ' ']);
            let is_way = shows_uv
                && !is_command(comment)
                && (way_label::names_way(comment) || way_label::is_or(comment));
            standing = intent::below(comment, "comment").or_else(|| {
                is_way.then(|| {
                    Judgement::new(Role::Alternative, format!("comment `{comment}` beside a way with uv"))
                })
            });
        } else if sign(line) > line.len() - line.trim_start().len() {
            let own = intent::below(line, "line");
            if line[sign(line)..].trim().is_empty() {
                standing.clone_from(&own);
            }
            marks.push(Mark { from, judgement: own });
            continue;
        }
        // Equal neighbours are left out: a long listing needs few marks.
        if marks.last().and_then(|mark: &Mark| mark.judgement.as_ref()) != standing.as_ref() {
            marks.push(Mark { from, judgement: standing.clone() });
        }
    }
    marks
}

/// Whether a comment is a command that somebody has taken out: it labels nothing.
fn is_command(comment: &str) -> bool {
    let second = comment.split_whitespace().nth(1).unwrap_or_default();
    programs::is_known(programs::first_word(comment))
        && second.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '-' | '.' | '/'))
}

/// Whether a line of a listing uses uv, or a comment names it.
fn shows_uv(line: &str) -> bool {
    let body = line.trim_start().trim_start_matches("$ ");
    body.starts_with("uv ") || body.starts_with("uvx ") || is_comment(line) && intent::names_uv(body)
}

/// The judgement of a listing that tells the reader what to run.
pub(super) fn instructed(evidence: &'static str) -> Judgement {
    Judgement::new(Role::Instructed, evidence)
}
