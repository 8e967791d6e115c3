//! The `context_threshold` kind: places that state how much of an agent's context may be used, in rules, scripts and
//! settings. Never tells whether the numbers agree.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Fact, Field, Interest, Kind, Literals, Source, TextSource, Type, Value};
use crate::source::{RepoPath, SourceFile, Span};

mod code;
mod foreign;
mod line;
mod name;
mod number;
mod prose;
mod region;
mod words;

use line::{Line, Mention};
use number::{Amount, Spacing};
use region::Region;

/// A stated threshold of the context.
pub(super) static KIND: Kind = Kind {
    name: "context_threshold",
    doc: "A place that states a threshold of an agent's use of its context, in prose, a table, a script or a setting",
    fields: &[
        Field {
            name: "percent",
            ty: Type::Int,
            doc: "Percentage of the context used, the lower end of a range; absent for a token count",
        },
        Field {
            name: "percent_to",
            ty: Type::Int,
            doc: "The upper end of a range of percentages; absent if it is none",
        },
        Field { name: "tokens", ty: Type::Int, doc: "Number of tokens; absent for a percentage" },
        Field {
            name: "level",
            ty: Type::Text,
            doc: "What is asked for there: `notice`, `warn` or `stop`; absent where the words do not tell",
        },
        Field {
            name: "form",
            ty: Type::Text,
            doc: "How it is stated: `prose`, `table`, `list`, `condition` (a comparison in code) or `code` (a setting)",
        },
        Field { name: "text", ty: Type::Text, doc: "The line, trimmed, at most 200 characters" },
    ],
    source: Source::Text(TextSource {
        wants,
        literals: |_| Literals::of(LITERALS),
        extract: |file, _, facts| rows(file, facts),
    }),
};

/// Words one of which stands in every file with a threshold, in the spellings that are in use.
const LITERALS: &[&str] = &[
    "context",
    "Context",
    "CONTEXT",
    "contesto",
    "Contesto",
    "ctx",
    "Ctx",
    "CTX",
    "autocompact",
    "autoCompact",
    "AutoCompact",
    "AUTOCOMPACT",
    "AUTO_COMPACT",
    "auto_compact",
    "auto-compact",
    "kontext",
    "Kontext",
    "kontekst",
    "Kontekst",
    "bağlam",
    "Bağlam",
    "컨텍스트",
    "上下文",
    "コンテキスト",
    "コンテクスト",
    "контекст",
    "Контекст",
];

/// Longer lines are data, not rules. In bytes.
const LONGEST_LINE: usize = 4000;

/// A line with more numbers than this is data, not a rule.
const MOST_NUMBERS: usize = 24;

/// How a file is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// Headings, lists, tables and fenced code.
    Prose,
    /// Code and settings.
    Code,
}

fn format(path: &RepoPath) -> Option<Format> {
    match path.extension() {
        "md" | "mdc" | "mdx" | "markdown" | "txt" | "rst" | "adoc" => Some(Format::Prose),
        "sh" | "bash" | "zsh" | "fish" | "py" | "ts" | "tsx" | "mts" | "js" | "mjs" | "cjs" | "jsx"
        | "json" | "jsonc" | "yml" | "yaml" | "toml" => Some(Format::Code),
        "" if matches!(path.name(), ".cursorrules" | ".windsurfrules" | ".clinerules") => Some(Format::Prose),
        "" => Some(Format::Code),
        _ => None,
    }
}

/// Parts of paths under which agents and their hooks are configured.
const AGENT_PATHS: &[&str] = &[
    "agent", "claude", "codex", "compact", "context", "cursor", "handoff", "hook", "ledger", "opencode",
    "prompt", "skill", "status",
];

/// Markdown states rules anywhere and shell scripts are few. Of all other files only those count that belong to an
/// agent's configuration by their path: reading every source of a large repository would take longer than all else.
fn wants(path: &RepoPath) -> Interest {
    let everywhere =
        matches!(path.extension(), "md" | "mdc" | "mdx" | "markdown" | "sh" | "bash" | "zsh" | "fish");
    match format(path) {
        None => Interest::No,
        Some(Format::Code) if path.extension().is_empty() => Interest::Shebang,
        Some(_) if everywhere || belongs_to_agents(path.as_str()) => Interest::Yes,
        Some(_) => Interest::No,
    }
}

fn belongs_to_agents(path: &str) -> bool {
    let is_hidden = path.starts_with('.') || path.contains("/.");
    is_hidden || AGENT_PATHS.iter().any(|part| path.contains(part))
}

/// Words one of which stands with a threshold where the context is named without a word for its size.
const AMOUNTS: &[&str] = &[
    "%",
    "％",
    "cent",
    "CENT",
    "cient",
    "rozent",
    "パーセント",
    "퍼센트",
    "百分之",
    "процент",
    "oken",
    "OKEN",
    "トークン",
];

static MENTIONS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| search(LITERALS));
static AMOUNT: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| search(AMOUNTS));

fn search(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
}

/// Whether a file can hold a threshold: it names the context with a word for its size, or by itself in a file that
/// also has a percentage or tokens. Most files that name a context mean another sort, and need no look at each line.
fn may_hold(file: &SourceFile) -> bool {
    let (Some(mentions), Some(amounts)) = (&*MENTIONS, &*AMOUNT) else { return true };
    let mut strongest = Mention::No;
    let mut next_line = 0;
    for found in mentions.find_iter(&*file.text) {
        if found.start() < next_line {
            continue;
        }
        let start = file.text[..found.start()].rfind('\n').map_or(0, |at| at + 1);
        let end = file.text[found.start()..].find('\n').map_or(file.text.len(), |at| found.start() + at);
        next_line = end;
        if end - start <= LONGEST_LINE {
            strongest = strongest.max(Line::new(&file.text[start..end]).any_mention());
        }
        if strongest == Mention::Size {
            return true;
        }
    }
    strongest == Mention::Bare && amounts.is_match(&*file.text)
}

fn rows(file: &SourceFile, facts: &mut Vec<Fact>) {
    if !may_hold(file) {
        return;
    }
    let format = format(&file.path).unwrap_or(Format::Prose);
    let (region, scope) = (Region::default(), code::Scope::default());
    let mut reader = Reader { file, facts, format, region, scope, near_until: 0 };
    for number in 0..file.lines().count() {
        let range = file.lines().range(&file.text, number);
        let raw = &file.text[range.clone()];
        if raw.len() <= LONGEST_LINE {
            reader.read(raw, number, range.start);
        }
    }
}

/// How many lines of code a mention of the context's size is remembered.
const NEAR_LINES: usize = 20;

struct Reader<'a> {
    file: &'a SourceFile,
    facts: &'a mut Vec<Fact>,
    format: Format,
    region: Region,
    scope: code::Scope,
    near_until: usize,
}

impl Reader<'_> {
    fn read(&mut self, raw: &str, number: usize, offset: usize) {
        let naming = line::may_mention(raw).then(|| Line::new(raw));
        let mention = naming.as_ref().map_or(Mention::No, Line::any_mention);
        if self.format == Format::Prose {
            self.region.enter(raw, mention);
        }
        let in_code = self.is_in_code();
        if in_code && mention == Mention::Size {
            self.near_until = number + NEAR_LINES;
        }
        self.scope.near = number < self.near_until;
        if raw.bytes().any(|byte| byte.is_ascii_digit()) {
            let about_context = in_code && self.scope.is_about_context();
            let worth_it = about_context || may_hold_percentage(raw);
            if let Some(line) = naming.or_else(|| worth_it.then(|| Line::new(raw))) {
                self.read_numbers(&line, number, offset);
            }
        }
        if in_code {
            self.scope.enter(raw, mention);
        }
    }

    fn is_in_code(&self) -> bool {
        self.format == Format::Code || self.region.is_code()
    }

    fn read_numbers(&mut self, line: &Line<'_>, number: usize, offset: usize) {
        let n_before = self.facts.len();
        if self.is_in_code() {
            self.read_code(line, number, offset);
        }
        // A setting's comment repeats its number.
        if self.facts.len() == n_before {
            self.read_prose(line, offset);
        }
        if self.facts.len() == n_before && !self.is_in_code() && holds_code(line.raw) {
            self.read_code(line, number, offset);
        }
    }

    fn read_code(&mut self, line: &Line<'_>, number: usize, offset: usize) {
        let stated = code::thresholds(line, &self.scope);
        let level = stated.first().and_then(|first| {
            words::level(line, 0, line.words.len()).or_else(|| self.level_below(number, first.form))
        });
        for stated in stated {
            self.add(line, offset, stated.range, stated.amount, stated.form, level);
        }
    }

    fn read_prose(&mut self, line: &Line<'_>, offset: usize) {
        let spacing = if self.is_in_code() { Spacing::Code } else { Spacing::Prose };
        let numbers = number::numbers(line.raw, spacing);
        if numbers.len() > MOST_NUMBERS {
            return;
        }
        for (at, number) in numbers.iter().enumerate() {
            let mut around = self.region.surroundings(line, number.range.start);
            around.topic |= self.scope.near && self.is_in_code() && is_comment(line.raw);
            let Some(amount) = prose::threshold(line, number, around) else { continue };
            let next = numbers.get(at + 1).map_or(line.raw.len(), |next| next.range.start);
            let next = sentence_end(&line.raw[..next], number.range.end);
            let behind = words::level(line, line.words_until(number.range.end), line.words_before(next));
            let level = behind.or_else(|| words::level(line, 0, line.words_before(number.range.start)));
            self.add(line, offset, number.range.clone(), amount, self.region.form(line), level);
        }
    }

    /// What the lines below a condition ask for, up to the next one.
    fn level_below(&self, number: usize, form: &str) -> Option<&'static str> {
        let mut level = None;
        for below in number + 1..number + if form == "condition" { 4 } else { 0 } {
            let raw = &self.file.text[self.file.lines().range(&self.file.text, below)];
            let ends = ["elif", "else", "fi", "}", "case", "if"];
            if raw.len() > LONGEST_LINE || ends.iter().any(|end| raw.trim_start().starts_with(end)) {
                break;
            }
            let line = Line::new(raw);
            level = words::graver(level, words::level(&line, 0, line.words.len()));
        }
        level
    }

    fn add(
        &mut self,
        line: &Line<'_>,
        offset: usize,
        range: std::ops::Range<usize>,
        amount: Amount,
        form: &'static str,
        level: Option<&'static str>,
    ) {
        let percent = |percent: u32| Value::Int(i64::from(percent));
        let (low, high, tokens) = match amount {
            Amount::Percent(low) => (percent(low), Value::None, Value::None),
            Amount::Percents(low, high) => (percent(low), percent(high), Value::None),
            Amount::Tokens(tokens) => {
                (Value::None, Value::None, Value::Int(i64::try_from(tokens).unwrap_or(i64::MAX)))
            }
        };
        let text: String = line.raw.trim().chars().take(200).collect();
        let place = self.file.place(Span::new(offset + range.start, offset + range.end));
        let values = vec![low, high, tokens, Value::maybe(level), Value::text(form), Value::text(&text)];
        self.facts.push(Fact::new(&KIND, place, text.as_str(), values));
    }
}

/// Where the sentence ends that goes on from byte `at`; the cells of a table's row are one.
fn sentence_end(raw: &str, at: usize) -> usize {
    let ends = ["; ", ". ", "。", "；"].iter().filter_map(|end| raw[at..].find(end));
    ends.min().map_or(raw.len(), |offset| at + offset)
}

/// Whether a line of prose may hold code: a template's condition, or a code span.
fn holds_code(raw: &str) -> bool {
    raw.contains("{{") || raw.contains("{%") || raw.contains('`')
}

/// Whether a line of code is a comment.
fn is_comment(raw: &str) -> bool {
    raw.trim_start().starts_with(['#', '*']) || raw.trim_start().starts_with("//")
}

/// Whether a line with a digit may hold a percentage.
fn may_hold_percentage(raw: &str) -> bool {
    raw.bytes().any(|byte| byte == b'%' || byte >= 0xD0)
        || raw.contains("cent")
        || raw.contains("cient")
        || raw.contains("rozent")
}

#[cfg(test)]
mod tests;
