//! A heading or an introduction over a part of a document. Reads what it says only when a command below it asks: few do.

use std::cell::OnceCell;

use super::block::Judgement;
use super::intent;

/// The longest heading that is taken for a title, in bytes.
const MAX_TITLE: usize = 100;

/// A heading or an introduction, and what it says of what stands below it, which is asked of few.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) text: String,
    /// What sort of label it is.
    place: &'static str,
    judgement: OnceCell<Option<Judgement>>,
}

impl Label {
    pub(super) fn new(text: String, place: &'static str) -> Self {
        Self { text, place, judgement: OnceCell::new() }
    }

    pub(super) fn judgement(&self) -> Option<Judgement> {
        // Underlined paragraphs are headings to the format alone.
        let is_title = self.place != "heading" || self.text.len() <= MAX_TITLE;
        let judge = || is_title.then(|| intent::below(&self.text, self.place)).flatten();
        self.judgement.get_or_init(judge).clone()
    }
}
