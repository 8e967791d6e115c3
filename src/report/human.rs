//! The report for people: a headline, the source with marks, and the next step. The only reporter that draws with
//! miette. Never lets scanned text reach the terminal unescaped, and never lets a drawing that fails end the report.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use super::excerpt::{Crop, Excerpt};
use super::style::{Ink, Style};
use super::{Reporter, clean, concise};
use crate::finding::{Applicability, Failure, Finding, Label};
use crate::pipeline::Outcome;
use crate::source::Place;

pub(super) static REPORTER: Reporter = Reporter {
    name: "human",
    doc: "Findings in their source, with marks and the next step, for people",
    needs_sources: true,
    limit: None,
    write,
};

/// The time miette takes grows with the square of the number of labels in one drawing.
const MAX_LABELS: usize = 20;

/// Cells that a line number and its rule take, beside the digits of a large file.
const GUTTER: usize = 10;

fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for (number, finding) in outcome.findings.iter().enumerate() {
        if number > 0 {
            out.write_all(b"\n")?;
        }
        out.write_all(finding_text(finding, outcome, style).as_bytes())?;
    }
    Ok(())
}

/// What could not be judged, drawn where it happened: a few lines for each failure, nothing if there is none.
#[must_use]
pub fn failures(outcome: &Outcome, style: &Style) -> String {
    let texts: Vec<String> =
        outcome.failures.iter().map(|failure| failure_text(failure, outcome, style)).collect();
    texts.join("\n")
}

fn finding_text(finding: &Finding, outcome: &Outcome, style: &Style) -> String {
    let drawing = Drawing {
        tag: format!("{}[{}]", finding.severity, finding.policy),
        ink: Ink::from(finding.severity),
        message: &finding.message,
        place: Some(&finding.place),
        labels: &finding.labels,
        remarks: remarks(finding),
    };
    catch_unwind(AssertUnwindSafe(|| drawing.text(outcome, style)))
        .unwrap_or_else(|_| concise::line(finding, style) + "\n")
}

fn failure_text(failure: &Failure, outcome: &Outcome, style: &Style) -> String {
    let drawing = Drawing {
        tag: format!("failure[{}]", failure.kind.word()),
        ink: Ink::Error,
        message: &failure.message,
        place: failure.path.as_ref(),
        labels: &[],
        remarks: failure.policy.iter().map(|policy| ("policy", Cow::Borrowed(&**policy))).collect(),
    };
    catch_unwind(AssertUnwindSafe(|| drawing.text(outcome, style)))
        .unwrap_or_else(|_| format!("{}: {}\n", drawing.tag, clean::line(&failure.message)))
}

/// What stands below the source: what to do, and what can be done for the reader.
fn remarks(finding: &Finding) -> Vec<(&'static str, Cow<'_, str>)> {
    let mut remarks = Vec::new();
    if !finding.help.is_empty() {
        remarks.push(("help", Cow::Borrowed(&*finding.help)));
    }
    for fix in &finding.fixes {
        let remark = match fix.applicability {
            Applicability::Safe => ("fix", Cow::Borrowed(&*fix.title)),
            Applicability::Unsafe => ("fix", Cow::Owned(format!("{} (unsafe)", fix.title))),
            Applicability::DisplayOnly => ("suggestion", Cow::Borrowed(&*fix.title)),
        };
        remarks.push(remark);
    }
    remarks
}

/// One thing to show.
struct Drawing<'a> {
    tag: String,
    ink: Ink,
    message: &'a str,
    place: Option<&'a Place>,
    labels: &'a [Label],
    remarks: Vec<(&'static str, Cow<'a, str>)>,
}

impl Drawing<'_> {
    fn text(&self, outcome: &Outcome, style: &Style) -> String {
        let tag = clean::line(&self.tag);
        let mut text = paragraph(style, (self.ink, &tag), Ink::Strong, self.message);
        let shown = &self.labels[..self.labels.len().min(MAX_LABELS)];
        let mut left_out = Vec::new();
        if let Some(place) = self.place {
            let places: Vec<&Place> =
                [place].into_iter().chain(shown.iter().map(|label| &label.place)).collect();
            let excerpt = Excerpt::new(&places, &outcome.sources, crop(style));
            if excerpt.left_out.first() == Some(&0) {
                let arrow = if style.unicode { "─▶" } else { "-->" };
                text.push_str(&format!("  {arrow} {}\n", style.place(place)));
            }
            text.push_str(&self.snippet(&excerpt, shown, style));
            left_out = excerpt.left_out;
        }
        for label in left_out.iter().filter_map(|&number| shown.get(number.checked_sub(1)?)) {
            text.push_str(&pointer(style, label));
        }
        if self.labels.len() > shown.len() {
            let more = format!("and {} more", self.labels.len() - shown.len());
            text.push_str(&remark(style, "see", &more));
        }
        for (word, words) in &self.remarks {
            text.push_str(&remark(style, word, words));
        }
        text
    }

    /// The marked source, as miette draws it.
    fn snippet(&self, excerpt: &Excerpt, labels: &[Label], style: &Style) -> String {
        if excerpt.marks.is_empty() {
            return String::new();
        }
        let snippet = Snippet {
            excerpt,
            labels: (0..excerpt.marks.len()).map(|number| labeled(excerpt, number, labels, style)).collect(),
            names: excerpt.groups.iter().map(|group| style.path(&group.path).into_owned()).collect(),
        };
        let mut drawn = String::new();
        let handler = GraphicalReportHandler::new_themed(self.theme(excerpt, style))
            .with_width(style.columns())
            .with_context_lines(1);
        if handler.render_report(&mut drawn, &snippet).is_err() {
            return self.place.map(|place| format!("  {}\n", style.place(place))).unwrap_or_default();
        }
        // The first line is miette's headline, which ours replaces.
        let mut text = String::with_capacity(drawn.len());
        for line in drawn.lines().skip(1) {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The characters and colours: the first place in the colour of the severity, the others in a calm one.
    fn theme(&self, excerpt: &Excerpt, style: &Style) -> GraphicalTheme {
        let mut theme = match (style.unicode, style.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        let first = match self.ink {
            Ink::Warning => theme.styles.warning,
            Ink::Note => theme.styles.advice,
            _ => theme.styles.error,
        };
        let other = theme.styles.highlights[0];
        let pick = |is_first: bool| if is_first { first } else { other };
        theme.styles.highlights = excerpt.marks.iter().map(|mark| pick(mark.places.contains(&0))).collect();
        theme
    }
}

/// How source lines are cropped: to the width of the report, but neither to nothing nor to what nobody reads.
fn crop(style: &Style) -> Crop {
    let columns = style.columns().saturating_sub(GUTTER).clamp(30, 160);
    Crop { columns, ellipsis: if style.unicode { "…" } else { "..." } }
}

/// A mark and its words, wrapped in what is left of the line.
fn labeled(excerpt: &Excerpt, number: usize, labels: &[Label], style: &Style) -> LabeledSpan {
    let mark = &excerpt.marks[number];
    let texts = mark.places.iter().filter_map(|&place| labels.get(place.checked_sub(1)?));
    let mut words: Vec<Cow<'_, str>> = texts.map(|label| Cow::Borrowed(&*label.text)).collect();
    words.extend(mark.until.map(|line| Cow::Owned(format!("to line {line}"))));
    words.retain(|words| !words.trim().is_empty());
    if words.is_empty() && excerpt.marks.get(number + 1).is_some_and(|next| excerpt.shares_line(mark, next)) {
        // miette draws a stroke down from a mark that stands left of words; a stroke without words looks broken.
        words.push(Cow::Borrowed("here"));
    }
    let columns = style.columns().saturating_sub(GUTTER + mark.indent + 4).max(24);
    let lines: Vec<String> = words.iter().flat_map(|words| clean::wrap(words, columns)).collect();
    let text = (!lines.is_empty()).then(|| lines.join("\n"));
    let span = SourceSpan::new(mark.range.start.into(), mark.range.len());
    if mark.places.contains(&0) {
        LabeledSpan::new_primary_with_span(text, span)
    } else {
        LabeledSpan::new_with_span(text, span)
    }
}

/// `  see: path:line:column: words`, the words below their place if they do not fit beside it.
fn pointer(style: &Style, label: &Label) -> String {
    let (word, place) = (style.paint(Ink::Note, "see"), style.place(&label.place));
    let plain = Style { color: false, hyperlinks: None, ..style.clone() }.place(&label.place);
    let indent = "  see: ".len();
    let lines = clean::wrap(&label.text, style.columns() - indent);
    let used = indent + clean::cells(&plain) + 2;
    let text = match &*lines {
        [line] if used + clean::cells(line) <= style.columns() => format!("  {word}: {place}: {line}"),
        _ => format!("  {word}: {place}:\n{}{}", " ".repeat(indent), hang(&lines, indent)),
    };
    text.trim_end().to_owned() + "\n"
}

/// `  help: words`, the words wrapped and hanging.
fn remark(style: &Style, word: &str, words: &str) -> String {
    paragraph(style, (Ink::Note, &format!("  {word}")), Ink::Plain, words)
}

/// `tag: words`, the words wrapped and hanging below the first of them; under a tag that leaves no room beside it.
fn paragraph(style: &Style, (tag_ink, tag): (Ink, &str), words_ink: Ink, words: &str) -> String {
    let indent = clean::cells(tag) + 2;
    let painted = style.paint(tag_ink, tag);
    let (indent, space) = if indent * 2 > style.columns() { (4, "\n    ") } else { (indent, " ") };
    let lines = clean::wrap(words, style.columns() - indent);
    let lines: Vec<String> = lines.iter().map(|line| style.paint(words_ink, line).into_owned()).collect();
    let text = format!("{painted}:{space}{}", hang(&lines, indent));
    text.trim_end().to_owned() + "\n"
}

/// The lines, all but the first of them indented.
fn hang(lines: &[String], indent: usize) -> String {
    let space = " ".repeat(indent);
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            text.push('\n');
            text.push_str(if line.is_empty() { "" } else { &space });
        }
        text.push_str(line);
    }
    text
}

/// An excerpt in the form that miette reads: no headline, marks with their words, and a source.
struct Snippet<'a> {
    excerpt: &'a Excerpt,
    labels: Vec<LabeledSpan>,
    names: Vec<String>,
}

impl fmt::Display for Snippet<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl fmt::Debug for Snippet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.excerpt.text)
    }
}

impl std::error::Error for Snippet<'_> {}

impl Diagnostic for Snippet<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// miette asks for a span with context to learn its lines, and without to learn where the span itself starts. A span
/// over two groups is out of bounds, which keeps miette from drawing two files, or distant lines, as one.
impl SourceCode for Snippet<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset().saturating_add(span.len()));
        let holds = |range: &std::ops::Range<usize>| range.start <= start && end <= range.end;
        let found = self.excerpt.groups.iter().zip(&self.names).find(|(group, _)| holds(&group.range));
        let (group, name) = found.ok_or(MietteError::OutOfBounds)?;
        let mark = self.excerpt.marks.iter().find(|mark| mark.range.start == start);
        let (line, column) = match mark {
            Some(mark) if context_before == 0 => (zero_based(mark.start.line), zero_based(mark.start.column)),
            _ => (group.first_line, 0),
        };
        let range = SourceSpan::new(group.range.start.into(), group.range.len());
        let text = self.excerpt.text[group.range.clone()].as_bytes();
        Ok(Box::new(MietteSpanContents::new_named(name.clone(), text, range, line, column, group.n_lines)))
    }
}

fn zero_based(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1)
}
