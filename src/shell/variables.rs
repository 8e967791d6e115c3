//! What the script has assigned so far, as far as it is plain text, and what a word that is one variable stands for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::word::{assignment, is_name, is_name_byte};

/// How much of a value is kept, in bytes. Enough for a command; not enough to multiply a hostile text.
const LONGEST_VALUE: usize = 256;

/// The values of variables.
#[derive(Debug, Default)]
pub(super) struct Variables {
    values: BTreeMap<String, String>,
}

impl Variables {
    /// Takes note of `NAME=value`, with `text` the word without its quotes. A value that a substitution computes makes
    /// the variable unknown.
    pub(super) fn assign(&mut self, text: &str) {
        let Some((name, at)) = assignment(text) else { return };
        let value = text[at + 1..]
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .unwrap_or(&text[at + 1..]);
        let appends = text[..at].ends_with('+');
        if value.contains("$(") || value.contains('`') {
            if !appends {
                self.values.remove(name);
            }
            return;
        }
        let value = self.settle(value);
        let old = self.values.get(name).map(String::as_str);
        let value = match old {
            Some(old) if appends => format!("{old}{}{value}", if text.ends_with(')') { " " } else { "" }),
            _ => value.into_owned(),
        };
        // `RUN=""` in one branch does not undo `RUN="uv run"` in the other.
        if !value.trim().is_empty() || old.is_none() {
            self.values.insert(name.to_owned(), cut(&value).to_owned());
        }
    }

    /// A value with the variable at its start settled: `python3 -u` for `${PYTHON:-python3} -u`. Later it could not be
    /// told, as `PYTHON=${PYTHON:-python3}` names itself.
    fn settle<'a>(&self, value: &'a str) -> Cow<'a, str> {
        let (variable, rest) = value.split_at(variable_length(value));
        self.resolve(variable).map_or(Cow::Borrowed(value), |settled| Cow::Owned(format!("{settled}{rest}")))
    }

    /// What a word stands for that is one variable and nothing else.
    pub(super) fn resolve<'a>(&'a self, word: &'a str) -> Option<&'a str> {
        let (name, default) = parts(word)?;
        self.values.get(name).map(String::as_str).or(default)
    }
}

/// The name of the variable that a word consists of: `$X`, `${X}`, `${X[@]}`, `${X:-default}`, and make's `$(X)`.
pub(super) fn name(word: &str) -> Option<&str> {
    let (name, _) = parts(word)?;
    Some(name)
}

fn parts(word: &str) -> Option<(&str, Option<&str>)> {
    let rest = word.strip_prefix('$')?;
    if is_name(rest) {
        return Some((rest, None));
    }
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return is_name(inner).then_some((inner, None));
    }
    let inner = rest.strip_prefix('{')?.strip_suffix('}')?;
    let length = inner.bytes().take_while(|&byte| is_name_byte(byte)).count();
    let (name, modifier) = inner.split_at(length);
    if !is_name(name) {
        return None;
    }
    if matches!(modifier, "" | "[@]" | "[*]") {
        return Some((name, None));
    }
    let default = [":-", ":=", "-", "="].iter().find_map(|operator| modifier.strip_prefix(operator))?;
    let default = default.trim_matches(['"', '\'']);
    let is_plain = !default.contains("$(") && !default.contains('`') && default.len() <= LONGEST_VALUE;
    Some((name, Some(default).filter(|default| is_plain && !default.trim().is_empty())))
}

/// The length of the variable that a value starts with, `$X` or `${X…}`.
fn variable_length(value: &str) -> usize {
    let Some(rest) = value.strip_prefix('$') else { return 0 };
    if !rest.starts_with('{') {
        return 1 + rest.bytes().take_while(|&byte| is_name_byte(byte)).count();
    }
    let mut depth = 0_usize;
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    value.len()
}

/// The value, cut between words where it is too long.
fn cut(value: &str) -> &str {
    if value.len() <= LONGEST_VALUE {
        return value;
    }
    let mut end = LONGEST_VALUE;
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    value[..end].rfind(char::is_whitespace).map_or("", |space| &value[..space])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_appended_and_forgotten() {
        let mut variables = Variables::default();
        for (assigned, word, expected) in [
            ("PY=python3", "$PY", Some("python3")),
            ("PY=", "${PY}", Some("python3")),
            ("PY=$PY -u", "$PY", Some("python3 -u")),
            ("PY+= -q", "$PY", Some("python3 -u -q")),
            ("PY=$(which python)", "$PY", None),
            ("RUN=(uv run)", "${RUN[@]}", Some("uv run")),
            ("RUN+=(pytest)", "${RUN[*]}", Some("uv run pytest")),
            ("X=1", "${Y:-pip3}", Some("pip3")),
            ("X=1", "${X:-pip3}", Some("1")),
            ("X=1", "$(X)", Some("1")),
            ("X=1", "$X/bin", None),
            ("X=1", "${X%.py}", None),
            ("Z=${Z:-python3}", "$Z", Some("python3")),
            ("Z=${Z:-pip}", "$Z", Some("python3")),
            ("W=${W:-\"uv run\"} pytest", "$W", Some("uv run pytest")),
            ("W=${V:=pip3} -q", "$W", Some("pip3 -q")),
            ("W=$Z/bin", "$W", Some("python3/bin")),
            ("W=${Y:-${Z}}", "$W", Some("${Z}")),
            ("W=${Y:-", "$W", Some("${Y:-")),
            ("U=${U:-$(which python)}", "$U", None),
        ] {
            variables.assign(assigned);
            assert_eq!(variables.resolve(word), expected, "{assigned} {word}");
        }
    }
}
