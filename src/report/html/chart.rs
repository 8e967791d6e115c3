//! Bars of findings by severity, drawn as SVG beside their labels and figures, so that a chart can be looked at
//! without scripts and read aloud.

use std::io::{self, Write};

use super::super::summary::{count, thousands};
use super::count::{Counts, Group, Groups};
use super::escape::Text;
use crate::finding::Severity;

/// The most groups that a chart shows.
const MAX_BARS: usize = 12;

/// The width of the longest bar, in units of the drawing.
const WIDTH: usize = 1000;

/// The severities in the order of [`Counts`].
const ORDER: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

/// Draws the three charts; none where there is nothing to show.
pub(super) fn charts(policies: &Groups, folders: &Groups, out: &mut dyn Write) -> io::Result<()> {
    if policies.groups.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section class=\"charts\" aria-label=\"Charts\">")?;
    let severities = by_severity(policies);
    chart("Findings by severity", "", &severities, out)?;
    chart("Findings by policy", "policy", &policies.groups, out)?;
    chart("Findings by folder", "folder", &folders.groups, out)?;
    writeln!(out, "</section>")
}

/// One group for each severity.
fn by_severity(policies: &Groups) -> Vec<Group> {
    let group = |(number, severity): (usize, &Severity)| {
        let mut counts = [0; 3];
        counts[number] = policies.groups.iter().map(|group| group.counts[number]).sum();
        Group { label: severity.word().to_owned(), counts }
    };
    ORDER.iter().enumerate().map(group).collect()
}

/// Draws a bar for each group. `pick` is the control that shows a group alone.
fn chart(caption: &str, pick: &str, groups: &[Group], out: &mut dyn Write) -> io::Result<()> {
    let shown = &groups[..groups.len().min(MAX_BARS)];
    let longest = shown.iter().map(Group::total).max().unwrap_or_default().max(1);
    writeln!(out, "<figure class=\"chart\"><figcaption>{caption}</figcaption>\n<table>")?;
    for (number, group) in shown.iter().enumerate() {
        write!(out, "<tr><th scope=\"row\">")?;
        match pick {
            "" => write!(out, "<span class=\"{0} severity\">{0}</span>", Text(&group.label))?,
            _ => write!(
                out,
                "<span data-pick=\"{pick}\" data-value=\"{number}\">{}</span>",
                Text(&group.label)
            )?,
        }
        write!(out, "</th><td>")?;
        bar(&group.counts, longest, out)?;
        writeln!(out, "</td><td class=\"number\">{}</td></tr>", thousands(group.total()))?;
    }
    writeln!(out, "</table>")?;
    if groups.len() > shown.len() {
        writeln!(out, "<p class=\"muted\">and {} more</p>", thousands(groups.len() - shown.len()))?;
    }
    writeln!(out, "</figure>")
}

/// Draws the counts as parts of one bar, the gravest first.
fn bar(counts: &Counts, longest: usize, out: &mut dyn Write) -> io::Result<()> {
    let parts: Vec<(Severity, usize)> =
        ORDER.into_iter().zip(*counts).filter(|&(_, count)| count > 0).collect();
    let said: Vec<String> =
        parts.iter().map(|&(severity, n)| count(n, severity.word(), &format!("{severity}s"))).collect();
    let said = if said.is_empty() { "none".to_owned() } else { said.join(", ") };
    write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{said}\"><title>{said}</title>"
    )?;
    let mut start = 0;
    for (severity, n) in parts {
        // What is there can be seen, however little it is.
        let width = (n * WIDTH / longest).max(6);
        write!(
            out,
            "<rect class=\"{severity}\" x=\"{start}\" width=\"{}\" height=\"10\"/>",
            width.saturating_sub(3)
        )?;
        start += width;
    }
    write!(out, "</svg>")
}
