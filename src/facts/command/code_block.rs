//! A code block of a document by the language of its fence. Never guesses a language from a block that names one.

use super::block::{Block, Document, Judgement, Role};
use super::listing::{self, Manner};
use super::split_excerpt;

/// What a fence's language makes of its lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Content {
    Listing(Manner),
    /// A notebook cell: only lines that begin with `!` or `%` and a program.
    Cell,
    /// Another format that holds commands, or none.
    Other,
}

/// The blocks of a code block with this info string; an indented one has none. Most code in documents names no program
/// that is asked for: it is not even judged.
pub(super) fn blocks(
    document: Document<'_>,
    info: Option<&str>,
    judge: impl FnOnce() -> Judgement,
) -> Vec<Block> {
    if !document.sieve.admits(document.text().as_bytes()) {
        return Vec::new();
    }
    let judgement = judge();
    match info.map(language) {
        Some(language) if !language.is_empty() => with_language(document, &language, &judgement),
        _ => without_language(document, &judgement),
    }
}

fn with_language(document: Document<'_>, language: &str, judgement: &Judgement) -> Vec<Block> {
    let mut blocks = match content(language) {
        Content::Listing(Manner::Output) => {
            listing::blocks(document, Manner::Output, &Judgement::new(Role::Output, "listing of output"))
        }
        Content::Listing(manner) => listing::blocks(document, manner, judgement),
        Content::Cell => cell(document, judgement),
        Content::Other => nested(document, language, judgement),
    };
    if !language.is_empty() {
        for block in &mut blocks {
            block.language = Some(language.to_owned());
        }
    }
    blocks
}

/// The language that an info string names: `bash` of `bash {title="x"}`, `{.bash}`, `bash,ignore`, `bash:run.sh`.
fn language(info: &str) -> String {
    let info = info.trim().trim_start_matches(['{', '.', ' ']);
    let end = info.find(|c: char| c.is_whitespace() || "{},:;=".contains(c)).unwrap_or(info.len());
    // `title=x` alone names no language.
    if info[end..].starts_with('=') { String::new() } else { info[..end].to_lowercase() }
}

/// The title that an info string gives a listing: `pip` of `bash [pip]`, `bash title="pip"` and `{tab} pip`.
pub(super) fn title(info: &str) -> &str {
    if let Some(start) = info.find("title=") {
        let value = &info[start + "title=".len()..];
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        return quote.and_then(|quote| value[1..].split(quote).next()).unwrap_or_default();
    }
    let (open, close) = if info.starts_with('{') { ("}", "\n") } else { ("[", "]") };
    let title = info.split_once(open).map_or("", |(_, rest)| rest);
    title.split(close).next().unwrap_or_default()
}

fn content(language: &str) -> Content {
    match language {
        "bash" | "sh" | "shell" | "zsh" | "ksh" | "fish" | "console" | "shell-session" | "sh-session"
        | "shellsession" | "bash-session" | "terminal" | "shellscript" | "command" | "commandline"
        | "cli" | "termynal" => Content::Listing(Manner::Script),
        "cmd" | "bat" | "batch" | "dos" | "doscon" | "powershell" | "pwsh" | "ps1" | "ps" | "pscon"
        | "posh" => Content::Listing(Manner::Windows),
        "" => Content::Listing(Manner::Unknown),
        "text" | "txt" | "plain" | "plaintext" | "none" => Content::Listing(Manner::Text),
        "output" | "log" | "logs" | "ansi" => Content::Listing(Manner::Output),
        "python" | "py" | "python3" | "ipython" | "ipython3" | "jupyter" => Content::Cell,
        _ => Content::Other,
    }
}

/// Directives of a site generator, written as fences, that hold text with fences of its own.
const DIRECTIVES: &[&str] = &[
    "admonition",
    "dropdown",
    "hint",
    "important",
    "note",
    "tab",
    "tab-item",
    "tab-set",
    "tabbed",
    "tip",
    "warning",
];

fn nested(document: Document<'_>, language: &str, judgement: &Judgement) -> Vec<Block> {
    if DIRECTIVES.contains(&language) {
        return without_language(document, judgement);
    }
    let mut blocks = split_excerpt(document, language);
    for block in &mut blocks {
        block.judgement = judgement.clone();
    }
    blocks
}

/// The lines of a notebook cell that go to the shell.
fn cell(document: Document<'_>, judgement: &Judgement) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (start, line) in document.lines() {
        let body = line.trim_start();
        let Some(command) = body.strip_prefix(['!', '%']) else { continue };
        // `%time x` and `%%bash` are no programs; `%pip` and `%conda` are.
        if body.starts_with('%') && !command.starts_with("pip ") && !command.starts_with("conda ") {
            continue;
        }
        let from = start + line.len() - command.len();
        let end = start + line.len();
        blocks.push(Block::new(document.part(from, end), judgement.clone()));
    }
    blocks
}

/// A block without a language. It may hold fences of its own: below a tab or an admonition of some site generators
/// it does by rights; elsewhere a fence too many has turned inside out all that follow.
fn without_language(document: Document<'_>, judgement: &Judgement) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String, usize)> = None;
    let mut has_fence = false;
    for (start, line) in document.lines() {
        let body = line.trim_start();
        let ticks = &body[..body.len() - body.trim_start_matches('`').len()];
        match open.take() {
            Some((fence, name, from)) if body.trim_end() == fence => {
                blocks.extend(inner(document, from, start, &name, judgement));
            }
            Some(still) => open = Some(still),
            None if ticks.len() >= 3 => {
                has_fence = true;
                let from = (start + line.len() + 1).min(document.text().len());
                open = Some((ticks, language(&body[ticks.len()..]), from));
            }
            None => {}
        }
    }
    if let Some((_, name, from)) = open {
        blocks.extend(inner(document, from, document.text().len(), &name, judgement));
    }
    if has_fence { blocks } else { with_language(document, "", judgement) }
}

/// The blocks of a fence within a block, if it names a language.
fn inner(
    document: Document<'_>,
    from: usize,
    to: usize,
    language: &str,
    judgement: &Judgement,
) -> Vec<Block> {
    if language.is_empty() {
        return Vec::new();
    }
    let script = document.part(from, to);
    with_language(document.inner(&script), language, judgement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for (info, name) in [
            ("bash {title=\"x\"}", "bash"),
            ("{.bash}", "bash"),
            ("Bash title=x", "bash"),
            ("sh,ignore", "sh"),
            ("{ .console .yes }", "console"),
            ("", ""),
            ("title=\"bash\"", ""),
        ] {
            assert_eq!(language(info), name, "{info}");
        }
    }
}
