//! An excerpt as a page shows it: numbered lines, marked ranges, and words below the line that they are about.

use std::io::{self, Write};
use std::ops::Range;

use super::super::excerpt::{Crop, Excerpt, Group, Mark};
use super::escape::{Source, Text, Words};
use crate::finding::Label;
use crate::pipeline::Outcome;
use crate::source::Place;

/// Lines are cropped so that a mark in the middle is in sight without scrolling.
const CROP: Crop = Crop { columns: 110, ellipsis: "…" };

/// More labels are only counted, as in the report for people.
const MAX_LABELS: usize = 20;

/// Writes the source around a place and its labels. `class` colours the mark of the place itself. Labels whose source
/// is not at hand are listed below.
pub(super) fn snippet(
    outcome: &Outcome,
    place: &Place,
    labels: &[Label],
    class: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown = &labels[..labels.len().min(MAX_LABELS)];
    let places: Vec<&Place> = [place].into_iter().chain(shown.iter().map(|label| &label.place)).collect();
    let excerpt = Excerpt::new(&places, &outcome.sources, CROP);
    for group in &excerpt.groups {
        write!(out, "<figure class=\"source\"><figcaption>{}</figcaption><pre>", Text(group.path.as_str()))?;
        lines(&excerpt, group, shown, class, out)?;
        write!(out, "</pre></figure>")?;
    }
    let unmarked = excerpt.left_out.iter().filter_map(|&number| shown.get(number.checked_sub(1)?));
    let n_more = labels.len() - shown.len();
    list(unmarked, n_more, out)
}

/// Writes labels by their places alone.
pub(super) fn list<'a>(
    labels: impl Iterator<Item = &'a Label>,
    n_more: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut labels = labels.peekable();
    if labels.peek().is_none() && n_more == 0 {
        return Ok(());
    }
    write!(out, "<dl>")?;
    for label in labels {
        write!(out, "<dt>see</dt><dd>{}: {}</dd>", placed(&label.place), Words(&label.text))?;
    }
    if n_more > 0 {
        write!(out, "<dt>see</dt><dd>and {n_more} more</dd>")?;
    }
    write!(out, "</dl>")
}

/// `path:line:column`.
pub(super) fn placed(place: &Place) -> String {
    let path = if place.path.as_str().is_empty() { "." } else { place.path.as_str() };
    let (line, column) = (place.start.line, place.start.column);
    format!("<span class=\"place\">{}<i>:{line}:{column}</i></span>", Text(path))
}

fn lines(
    excerpt: &Excerpt,
    group: &Group,
    labels: &[Label],
    class: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut start = group.range.start;
    for (number, line) in excerpt.text[group.range.clone()].split_inclusive('\n').enumerate() {
        let range = start..start + line.trim_end_matches('\n').len();
        start += line.len();
        let marks: Vec<&Mark> = excerpt.marks.iter().filter(|mark| touches(mark, &range)).collect();
        let hit = if marks.iter().any(|mark| mark.places.contains(&0)) { " hit" } else { "" };
        write!(out, "<span class=\"line{hit}\" data-n=\"{}\">", group.first_line + number + 1)?;
        let mut at = range.start;
        for mark in &marks {
            let (from, until) = (mark.range.start.max(at), mark.range.end.min(range.end).max(at));
            let class = if mark.places.contains(&0) { format!("first {class}") } else { "also".to_owned() };
            let (before, marked) = (&excerpt.text[at..from], &excerpt.text[from..until.max(from)]);
            write!(out, "{}<mark class=\"{class}\">{}</mark>", Source(before), Source(marked))?;
            at = until.max(from);
        }
        write!(out, "{}</span>", Source(&excerpt.text[at..range.end]))?;
        for mark in marks.iter().filter(|mark| mark.range.end <= range.end) {
            words(mark, labels, out)?;
        }
    }
    Ok(())
}

/// Whether something of a mark stands on a line; an empty mark stands where it starts.
fn touches(mark: &Mark, line: &Range<usize>) -> bool {
    let range = &mark.range;
    if range.is_empty() {
        return line.start <= range.start && range.start <= line.end;
    }
    range.start < line.end && line.start < range.end
}

/// What is to be said about a mark.
fn words(mark: &Mark, labels: &[Label], out: &mut dyn Write) -> io::Result<()> {
    for label in mark.places.iter().filter_map(|&number| labels.get(number.checked_sub(1)?)) {
        if !label.text.trim().is_empty() {
            write!(out, "<span class=\"words\">{}</span>", Words(&label.text))?;
        }
    }
    if let Some(line) = mark.until {
        write!(out, "<span class=\"words\">to line {line}</span>")?;
    }
    Ok(())
}
