//! Ways beside each other: a listing, a tab, a row or a section for uv and others for the tools that it replaces, in
//! whatever order they stand. Knows labels and blocks, no format.

use std::ops::Range;

use super::block::{Block, Judgement, Role};
use super::{intent, way_label};

/// The ways that a reader can choose from at one place of a document.
#[derive(Debug, Default)]
pub(super) struct Ways {
    shows_uv: bool,
    /// The blocks of ways without uv, and their labels, as long as no way with uv has been seen.
    others: Vec<(Range<usize>, String)>,
    /// The blocks of the last listing, and whether it uses uv.
    last: Option<(Range<usize>, bool)>,
}

impl Ways {
    /// Forgets all ways: another place begins.
    pub(super) fn clear(&mut self) {
        self.shows_uv = false;
        self.others.clear();
        self.last = None;
    }

    /// Notes that the way with uv has been told of.
    pub(super) fn show_uv(&mut self, blocks: &mut [Block]) {
        self.shows_uv = true;
        for (range, label) in self.others.drain(..) {
            set_aside(&mut blocks[range], &label);
        }
    }

    /// Takes the blocks from `from` on for a listing that stands under `label`. A mere "or" between two listings, of
    /// which one uses uv, makes the other an alternative.
    pub(super) fn add_listing(&mut self, label: &str, blocks: &mut [Block], from: usize, text: &str) {
        self.add(label, blocks, from);
        let uses_uv = text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches("$ ");
            line.starts_with("uv ") || line.starts_with("uvx ")
        });
        if let Some((last, last_uses_uv)) = self.last.take()
            && way_label::is_or(label)
            && last_uses_uv != uses_uv
        {
            let rival = if uses_uv { last } else { from..blocks.len() };
            set_aside(&mut blocks[rival], label);
        }
        self.last = Some((from..blocks.len(), uses_uv));
    }

    /// Takes the blocks from `from` on for the way that `label` names, if it names one.
    pub(super) fn add(&mut self, label: &str, blocks: &mut [Block], from: usize) {
        if intent::names_uv(label) {
            self.show_uv(blocks);
        } else if way_label::names_way(label) {
            if self.shows_uv {
                set_aside(&mut blocks[from..], label);
            } else if from < blocks.len() {
                self.others.push((from..blocks.len(), label.trim().to_owned()));
            }
        }
    }
}

/// Turns what readers were told to run into one way among others.
fn set_aside(blocks: &mut [Block], label: &str) {
    for block in blocks.iter_mut().filter(|block| block.judgement.role == Role::Instructed) {
        block.judgement =
            Judgement::new(Role::Alternative, format!("`{}` beside a way with uv", label.trim()));
    }
}
