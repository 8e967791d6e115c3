//! Shell text as the commands it would run. Takes a plain string and a map of its bytes back to the file it was cut
//! from; knows nothing of files, hosts or policies. Tolerant and iterative: any text gives some commands, none
//! gives a panic or a long wait.

use crate::source::Span;

/// Shell text cut out of a host file.
///
/// A host may have stripped indentation, prompts or quoting, so the text is made of pieces, each of which stood
/// somewhere in the host.
#[derive(Debug, Default, Clone)]
pub struct Script {
    text: String,
    /// Where each piece starts: offset in `text`, offset in the host. Bytes of a piece run in step.
    pieces: Vec<(usize, usize)>,
}

impl Script {
    /// A script that is one stretch of its host, starting at byte `host`.
    #[must_use]
    pub fn verbatim(text: &str, host: usize) -> Self {
        let mut script = Self::default();
        script.push(text, host);
        script
    }

    /// Appends text that stood at byte `host` of the host file.
    pub fn push(&mut self, text: &str, host: usize) {
        self.pieces.push((self.text.len(), host));
        self.text.push_str(text);
    }

    /// The text as the shell would read it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where byte `at` of the text stood in the host.
    #[must_use]
    pub fn host_offset(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|&(start, _)| start <= at).saturating_sub(1);
        self.pieces.get(piece).map_or(at, |&(start, host)| host + (at - start))
    }

    /// The stretch of the host that a range of the text came from.
    #[must_use]
    pub fn host_span(&self, span: Span) -> Span {
        if span.is_empty() {
            let at = self.host_offset(span.start);
            return Span::new(at, at);
        }
        // The end is the byte after the last one: the next byte may belong to another piece.
        Span::new(self.host_offset(span.start), self.host_offset(span.end - 1) + 1)
    }
}
