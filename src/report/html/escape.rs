//! Any text made safe to stand in a page: hidden characters are spelt out as in every report, and what HTML reads as
//! markup is escaped. The only way by which text of a repository reaches the page.

use std::fmt::{self, Display, Formatter};

use super::super::clean;

/// Text of one line, for an element or between the quotes of an attribute.
pub(super) struct Text<'a>(pub(super) &'a str);

/// Text of one line whose parts between backticks are set as code.
pub(super) struct Words<'a>(pub(super) &'a str);

/// Text of several lines, each like [`Words`].
pub(super) struct Lines<'a>(pub(super) &'a str);

/// Source text that an excerpt has made safe to print; its tabs stay.
pub(super) struct Source<'a>(pub(super) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        markup(&clean::line(self.0), f)
    }
}

impl Display for Words<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = clean::line(self.0);
        let n_marks = memchr::memchr_iter(b'`', text.as_bytes()).count();
        if n_marks % 2 == 1 {
            // Which of them belong together nobody can tell.
            return markup(&text, f);
        }
        for (number, part) in text.split('`').enumerate() {
            if number % 2 == 0 {
                markup(part, f)?;
            } else {
                f.write_str("<code>")?;
                markup(part, f)?;
                f.write_str("</code>")?;
            }
        }
        Ok(())
    }
}

impl Display for Lines<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (number, line) in self.0.trim().split('\n').enumerate() {
            if number > 0 {
                f.write_str("<br>")?;
            }
            Words(line).fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Source<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        markup(self.0, f)
    }
}

/// Writes text with the characters escaped that mean something to HTML, in an element or in quotes.
fn markup(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        f.write_str(&rest[..at])?;
        f.write_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    f.write_str(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::proptest;

    #[test]
    fn markup_and_hidden_characters_are_spelt_out() {
        assert_eq!(
            Text("<a b=\"c\">'&\u{202e}\n").to_string(),
            "&lt;a b=&quot;c&quot;&gt;&#39;&amp;\\u{202e}\\n"
        );
        assert_eq!(Words("use `a<b`, not `c`").to_string(), "use <code>a&lt;b</code>, not <code>c</code>");
        assert_eq!(Words("a lone ` stays").to_string(), "a lone ` stays");
        assert_eq!(Lines("one\n`two`\n").to_string(), "one<br><code>two</code>");
    }

    proptest! {
        #[test]
        fn no_text_becomes_markup(text in "([<>&\"'`a-z\n\t\u{1b}\u{202e}]|\\PC){0,60}") {
            let allowed = ["<code>", "</code>", "<br>"];
            let mut written = Lines(&text).to_string();
            for tag in allowed {
                written = written.replace(tag, "");
            }
            for written in [written, Text(&text).to_string(), Source(&text).to_string()] {
                assert!(!written.contains(['<', '>', '"', '\'']), "{written}");
                let entities = ["amp;", "lt;", "gt;", "quot;", "#39;"];
                assert!(written.split('&').skip(1).all(|part| entities.iter().any(|known| part.starts_with(known))));
            }
        }
    }
}
