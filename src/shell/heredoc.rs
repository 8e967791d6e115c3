//! Here-documents: where their bodies end, and which of them are scripts.

use super::collect::Stdin;
use super::frame::Word;
use super::reader::Reader;
use super::word;

/// A here-document whose body has not been reached.
#[derive(Clone, Debug)]
pub(super) struct Heredoc {
    delimiter: String,
    /// Whether the delimiter was quoted: nothing in the body expands.
    quoted: bool,
    strip_tabs: bool,
    silent: bool,
    /// The shell that reads the body.
    pub(super) stdin: Option<Stdin>,
}

impl Reader<'_, '_, '_> {
    /// Notes the here-document with this delimiter.
    pub(super) fn begin_heredoc(&mut self, word: Word, strip_tabs: bool) {
        let delimiter = word::unquote(self.text, &word, &self.expansions);
        let silent = self.frame.silent;
        self.heredocs.push(Heredoc { delimiter, quoted: word.quoted, strip_tabs, silent, stdin: None });
    }

    /// Reads the bodies of the here-documents of the line that has just ended.
    pub(super) fn read_heredocs(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            let start = self.at;
            let Some((end, next)) = self.find_end(&heredoc) else { continue };
            self.at = next;
            let body = start..end;
            if heredoc.silent {
                continue;
            }
            match heredoc.stdin {
                Some(stdin) => self.collector.script_on_stdin(self.text, body, stdin),
                None if !heredoc.quoted => self.collector.document(self.text, body),
                None => {}
            }
        }
        self.frame.heredocs_base = 0;
    }

    /// Where the body ends and where the line after its delimiter starts. Without a delimiter the body is the whole
    /// rest if that was plainly meant; otherwise `<<` was no here-document.
    fn find_end(&mut self, heredoc: &Heredoc) -> Option<(usize, usize)> {
        let mut at = self.at;
        let mut indented = None;
        while at < self.bytes.len() && at - self.at <= self.search_budget {
            let rest = &self.text[at..];
            let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let next = (at + length + 1).min(self.bytes.len());
            let line = rest[..length].strip_suffix('\r').unwrap_or(&rest[..length]);
            let line = if heredoc.strip_tabs { line.trim_start_matches('\t') } else { line };
            if line == heredoc.delimiter {
                return Some((at, next));
            }
            // A host may have left some indentation, a terminal its `> `.
            if indented.is_none() && line.trim_start_matches([' ', '\t', '>']).trim_end() == heredoc.delimiter
            {
                indented = Some((at, next));
            }
            at = next;
        }
        self.search_budget = self.search_budget.saturating_sub(at - self.at);
        if indented.is_some() {
            return indented;
        }
        let is_shouted =
            heredoc.delimiter.len() > 1 && heredoc.delimiter.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_meant = heredoc.quoted || is_shouted || heredoc.stdin.is_some();
        is_meant.then_some((self.bytes.len(), self.bytes.len()))
    }
}
