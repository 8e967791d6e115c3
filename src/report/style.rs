//! How a report may look: colours, characters, width. Decided by the caller; never asks the terminal or the
//! environment.

use std::borrow::Cow;
use std::fmt::Write;

use super::clean;
use crate::finding::Severity;
use crate::fix::Reach;
use crate::source::{Place, RepoPath};

/// How a report may look.
#[derive(Debug, Clone)]
pub struct Style {
    /// Whether to colour.
    pub color: bool,
    /// Whether to draw with other characters than ASCII.
    pub unicode: bool,
    /// The address that paths are appended to in terminal links (OSC 8), `file:///home/me/project/` for instance;
    /// nothing for no links.
    pub hyperlinks: Option<String>,
    /// How many columns to fill, at least 40.
    pub width: usize,
    /// Whether to say what was skipped and what each policy did.
    pub verbose: bool,
    /// Whether to leave out the summary.
    pub quiet: bool,
    /// The fixes that are pointed out, those that the next run could make; nothing for none.
    pub reach: Option<Reach>,
}

impl Default for Style {
    /// For a file or a pipe: no colours, no links, 100 columns.
    fn default() -> Self {
        Self {
            color: false,
            unicode: true,
            hyperlinks: None,
            width: 100,
            verbose: false,
            quiet: false,
            reach: None,
        }
    }
}

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ink {
    /// Must be seen: errors and failures.
    Error,
    /// Should be seen.
    Warning,
    /// May be seen: infos, notes, helps.
    Note,
    /// Stands out without alarm.
    Strong,
    /// A path.
    Path,
    /// All else.
    Plain,
}

impl From<Severity> for Ink {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Note,
        }
    }
}

impl Style {
    /// The columns to fill, never too few to say anything.
    pub(super) fn columns(&self) -> usize {
        self.width.max(40)
    }

    /// The text in a colour, if colours are wanted.
    pub(super) fn paint<'a>(&self, ink: Ink, text: &'a str) -> Cow<'a, str> {
        let code = match ink {
            _ if !self.color || text.is_empty() => return Cow::Borrowed(text),
            Ink::Plain => return Cow::Borrowed(text),
            Ink::Error => "1;31",
            Ink::Warning => "1;33",
            Ink::Note => "1;36",
            Ink::Strong => "1",
            Ink::Path => "36",
        };
        Cow::Owned(format!("\u{1b}[{code}m{text}\u{1b}[0m"))
    }

    /// A path, made safe to print, and a link if links are wanted.
    pub(super) fn path<'a>(&self, path: &'a RepoPath) -> Cow<'a, str> {
        let shown = clean::line(if path.as_str().is_empty() { "." } else { path.as_str() });
        match &self.hyperlinks {
            None => shown,
            Some(base) => {
                let address = format!("{}{}", clean::line(base), encoded(path.as_str()));
                Cow::Owned(format!("\u{1b}]8;;{address}\u{1b}\\{shown}\u{1b}]8;;\u{1b}\\"))
            }
        }
    }

    /// `path:line:column`.
    pub(super) fn place(&self, place: &Place) -> String {
        let text = format!("{}:{}:{}", self.path(&place.path), place.start.line, place.start.column);
        self.paint(Ink::Path, &text).into_owned()
    }
}

/// A path with every byte escaped that is not plain in a URL.
pub(super) fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
