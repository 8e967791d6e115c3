//! What a comment says to this program: `policylint: ignore[uv-only] reason="…" until=2027-01-31`. Text in, meaning
//! or what is wrong with it out; knows no place and no policy.

use std::sync::Arc;

use crate::day::Day;
use crate::document::unknown;
pub use crate::facts::MARK;

/// What a directive does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Allows findings in the same line, or in the next.
    Ignore,
    /// Allows findings in the file.
    File,
    /// Allows findings from here on.
    Begin,
    /// Ends what [`Verb::Begin`] began.
    End,
}

/// A directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// What it does.
    pub verb: Verb,
    /// The policies it names.
    pub policies: Vec<Arc<str>>,
    /// Why.
    pub reason: Option<Arc<str>>,
    /// The last day on which it counts.
    pub until: Option<Day>,
}

/// The words of directives. The first of each meaning is the one that is written.
const VERBS: &[(&str, Verb)] = &[
    ("ignore", Verb::Ignore),
    ("ignore-file", Verb::File),
    ("begin", Verb::Begin),
    ("end", Verb::End),
    ("ignore-begin", Verb::Begin),
    ("ignore-end", Verb::End),
];

/// The directive in the text of a comment, or what is wrong with it; nothing where the comment is about something
/// else. A comment that speaks to several programs may have it behind another comment's mark.
#[must_use]
pub fn read(comment: &str) -> Option<Result<Directive, String>> {
    let start = comment.match_indices(MARK).map(|(at, _)| at).find(|at| {
        let before = comment[..*at].trim_end();
        before.is_empty() || before.ends_with(['#', '/', '-', ';', '*', '!', '%'])
    })?;
    let mut rest = comment[start + MARK.len()..].trim();
    let length = rest.find(|character: char| !character.is_ascii_alphabetic() && character != '-');
    let (word, tail) = rest.split_at(length.unwrap_or(rest.len()));
    let word = word.trim_end_matches('-');
    rest = tail.trim_start();
    match VERBS.iter().find(|(known, _)| *known == word) {
        Some((_, verb)) => Some(Reader { rest }.directive(*verb)),
        // A sentence that happens to begin so is none.
        None if rest.starts_with('[') => {
            Some(Err(unknown("directive", word, VERBS[..4].iter().map(|(known, _)| *known))))
        }
        None => None,
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn directive(mut self, verb: Verb) -> Result<Directive, String> {
        let policies = self.policies()?;
        if policies.is_empty() && verb != Verb::End {
            return Err(
                "the suppression names no policy; write their ids in brackets, as in `ignore[uv-only]`"
                    .to_owned(),
            );
        }
        let mut directive = Directive { verb, policies, reason: None, until: None };
        while !self.rest.is_empty() {
            let (name, value) = self.field()?;
            let is_twice = match &*name {
                "reason" if verb != Verb::End => directive.reason.replace(Arc::from(value.trim())).is_some(),
                "until" if verb != Verb::End => directive.until.replace(value.parse()?).is_some(),
                _ => return Err(unknown("part of a suppression", &name, ["reason", "until"])),
            };
            if is_twice {
                return Err(format!("the suppression says `{name}` twice"));
            }
        }
        directive.reason = directive.reason.filter(|reason| !reason.is_empty());
        Ok(directive)
    }

    /// `[a, b]`.
    fn policies(&mut self) -> Result<Vec<Arc<str>>, String> {
        let Some(rest) = self.rest.strip_prefix('[') else { return Ok(Vec::new()) };
        let (list, rest) = rest.split_once(']').ok_or("the list of policies has no `]`")?;
        self.rest = rest.trim_start();
        let ids = list.split(',').map(str::trim).filter(|id| !id.is_empty());
        let mut ids: Vec<Arc<str>> = ids.map(Arc::from).collect();
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    /// `name="value"`, `name='value'` or `name=value`.
    fn field(&mut self) -> Result<(String, String), String> {
        let stop = self.rest.find(|character: char| character == '=' || character.is_whitespace());
        let (name, rest) = self.rest.split_at(stop.unwrap_or(self.rest.len()));
        let Some(rest) = rest.trim_start().strip_prefix('=') else {
            return Err(format!("`{name}` is no part of a suppression; say why in `reason=\"…\"`"));
        };
        let rest = rest.trim_start();
        let (value, rest) = match rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            Some(quote) => quoted(&rest[1..], quote)
                .ok_or_else(|| format!("the text of `{name}` has no closing quote"))?,
            None => {
                let (value, rest) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
                (value.to_owned(), rest)
            }
        };
        let name = name.to_owned();
        self.rest = rest.trim_start_matches([',', ' ', '\t', '\r', '\n']);
        Ok((name, value))
    }
}

/// A text up to its closing quote, and what follows; a backslash lets a quote stand in it.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => match characters.next()?.1 {
                escaped if escaped == quote || escaped == '\\' => value.push(escaped),
                other => value.extend(['\\', other]),
            },
            _ if character == quote => return Some((value, &text[at + character.len_utf8()..])),
            // A text may go over several lines.
            _ if character.is_whitespace() => {
                if !value.ends_with(' ') {
                    value.push(' ');
                }
            }
            other => value.push(other),
        }
    }
    None
}

/// How a directive is written.
#[must_use]
pub fn write(verb: Verb, policies: &[Arc<str>], reason: &str) -> String {
    let word = VERBS.iter().find(|(_, known)| *known == verb).map_or("ignore", |(word, _)| *word);
    let reason = reason.replace('\\', "\\\\").replace('"', "\\\"");
    format!("{MARK} {word}[{}] reason=\"{reason}\"", policies.join(", "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Directive {
        read(text).unwrap().unwrap()
    }

    #[test]
    fn directives_are_read() {
        let all =
            parsed(" policylint: ignore[uv-only, tests-first] reason=\"a \\\"b\\\"\" until=2027-01-31 ");
        assert_eq!(all.policies, [Arc::from("tests-first"), Arc::from("uv-only")]);
        assert_eq!((all.verb, all.reason.as_deref()), (Verb::Ignore, Some("a \"b\"")));
        assert_eq!(all.until, "2027-01-31".parse().ok());
        assert_eq!(parsed("policylint:ignore-file[a] until='2027-01-31'").verb, Verb::File);
        assert_eq!(parsed("policylint: begin[a] reason=x").reason.as_deref(), Some("x"));
        assert_eq!(parsed("policylint: end").verb, Verb::End);
        assert_eq!(parsed(" noqa: E501  # policylint: ignore[a]").verb, Verb::Ignore);
        assert_eq!(
            parsed("policylint: ignore[a] reason=\"over\n  two lines\"").reason.as_deref(),
            Some("over two lines")
        );
    }

    #[test]
    fn other_comments_are_none() {
        for text in
            ["see policylint: ignore[a]", "policylint: the linter", "policylint ignore[a]", "", "policylint:"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn slips_are_told() {
        for (text, part) in [
            ("policylint: ignore", "names no policy"),
            ("policylint: ignore[]", "names no policy"),
            ("policylint: ignor[a]", "did you mean `ignore`?"),
            ("policylint: ignore[a] because", "say why in `reason"),
            ("policylint: ignore[a", "no `]`"),
            ("policylint: ignore[a] raeson=\"x\"", "did you mean `reason`?"),
            ("policylint: ignore[a] reason=\"x", "no closing quote"),
            ("policylint: ignore[a] until=2027-02-30", "no day"),
            ("policylint: ignore[a] until=soon", "no day"),
            ("policylint: ignore[a] reason=x reason=y", "twice"),
            ("policylint: end reason=x", "unknown part"),
        ] {
            let message = read(text).unwrap().unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(policylint:|ignore|end|\\[|\\]|a|,| |reason|until|=|\"|'|\\\\|é|2027-01-31|\n){0,20}") {
            let _ = read(&text);
        }

        #[test]
        fn what_is_written_is_read_back(reason in "[\\PC&&[^ ]]([\\PC]{0,20}[\\PC&&[^ ]])?") {
            let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assume!(!reason.is_empty());
            let written = write(Verb::Ignore, &["a-b".into()], &reason);
            let directive = parsed(&written);
            prop_assert_eq!(directive.reason.as_deref(), Some(&*reason));
        }
    }
}
