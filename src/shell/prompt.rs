//! Prompts: what a terminal wrote in front of a command. Where one line has a prompt, lines without are output.

use super::frame::{Mode, State};
use super::reader::{Again, Reader, Reading};
use super::word::is_name_byte;

/// How long a prompt may be, in bytes.
const LONGEST_PROMPT: usize = 120;

impl Reader<'_, '_, '_> {
    /// Looks at the start of a line: skips its prompt, or the whole line where it is no shell.
    pub(super) fn begin_line(&mut self) {
        if !matches!(self.frame.mode, Mode::Commands(_))
            || self.reading.document
            || self.frame.state != State::Start
        {
            return;
        }
        let (start, first) = self.next_solid(self.at);
        if matches!(first, b'>' | b'.')
            && [">>> ", "... "].iter().any(|prompt| self.text[start..].starts_with(prompt))
        {
            self.skip_line();
            return;
        }
        if !self.reading.prompted && !self.may_start_prompt(start) {
            return;
        }
        if let Some(length) = prompt_length(self.line_at(start)) {
            if self.reading.prompted {
                self.close_down_to(0);
                self.at = start + length;
                self.after_prompt = true;
            } else if self.stack.is_empty() {
                self.again = Some(Again(Reading { prompted: true, ..self.reading }));
            }
            return;
        }
        if !self.reading.prompted {
            return;
        }
        if first == b'>' && self.after_prompt {
            self.at = start + 1;
        } else if self.stack.is_empty() {
            self.after_prompt = false;
            self.skip_line();
        }
    }

    /// Skips the `> ` that a terminal wrote in front of a continued line.
    pub(super) fn skip_continuation_prompt(&mut self) {
        let (start, first) = self.next_solid(self.at);
        if self.reading.prompted && first == b'>' && self.byte_at(start + 1) == b' ' {
            self.at = start + 1;
        }
    }

    /// A quick look, so that ordinary lines cost nothing.
    fn may_start_prompt(&self, start: usize) -> bool {
        match self.byte_at(start) {
            b'$' | b'%' => matches!(self.byte_at(start + 1), b' ' | b'\n' | b'\r' | 0),
            b'(' | b'[' => true,
            b'P' if self.byte_at(start + 1) == b'S' && self.byte_at(start + 2) == b' ' => true,
            byte if byte == b'_' || byte.is_ascii_alphanumeric() => {
                let rest = &self.bytes[start..];
                let end = rest.iter().position(|&byte| !is_name_byte(byte) && !matches!(byte, b'.' | b'-'));
                matches!(end.map(|end| rest[end]), Some(b'@')) || (end == Some(1) && rest[1] == b':')
            }
            _ => false,
        }
    }

    fn line_at(&self, start: usize) -> &str {
        let rest = &self.text[start..];
        let mut end = rest.len().min(LONGEST_PROMPT);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        rest[..end].split('\n').next().unwrap_or_default()
    }

    fn skip_line(&mut self) {
        self.at =
            memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.text.len(), |length| self.at + length);
    }
}

/// The length of the prompt that a line starts with.
fn prompt_length(line: &str) -> Option<usize> {
    let named = line.strip_prefix('(').and_then(|rest| rest.find(") ").map(|at| at + 3)).unwrap_or(0);
    let rest = &line[named..];
    let simple = ["$ ", "% "].iter().any(|prompt| rest.starts_with(prompt)) || (rest == "$" && named == 0);
    if simple {
        return Some(named + rest.len().min(2));
    }
    if let Some(length) = power_shell_prompt(rest).or_else(|| user_prompt(rest)) {
        return Some(named + length);
    }
    None
}

/// `PS C:\> ` and `C:\work> `.
fn power_shell_prompt(line: &str) -> Option<usize> {
    let path = line.strip_prefix("PS ").unwrap_or(line);
    let is_path = matches!(path.as_bytes(), [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic());
    let is_bare = line.starts_with("PS ") && path.starts_with(['>', '/', '~']);
    let close = path.find('>').filter(|_| is_path || is_bare)?;
    let length = line.len() - path.len() + close + 1;
    (!path[..close].contains(' ')).then(|| length + usize::from(line[length..].starts_with(' ')))
}

/// `user@host:~/work$ ` and `[user@host work]# `.
fn user_prompt(line: &str) -> Option<usize> {
    let open = usize::from(line.starts_with('['));
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
    let user = line.as_bytes()[open..].iter().take_while(|byte| is_name(byte)).count();
    let host = line.as_bytes().get(open + user + 1..)?.iter().take_while(|byte| is_name(byte)).count();
    if user == 0 || host == 0 || line.as_bytes()[open + user] != b'@' {
        return None;
    }
    let after = open + user + 1 + host;
    let separator = line.as_bytes().get(after)?;
    let end = [line[after..].find("$ "), line[after..].find("# "), line[after..].find("% ")]
        .into_iter()
        .flatten()
        .min()?;
    let path = &line[after..after + end];
    let fits = matches!(separator, b':' | b' ' | b'$' | b'#' | b'%') && path.matches(' ').count() <= 1;
    fits.then_some(after + end + 2)
}
