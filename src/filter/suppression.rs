//! The suppressions of one file: which lines each of its directives is about, and which finding it allows. Shows
//! nothing and knows no other file.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::comment::{Comment, Comments, comments};
use super::directive::{self, Directive, Verb};
use crate::finding::Finding;
use crate::source::{Place, Position, SourceFile, Span};

/// How many regions may be open at once.
const MAX_NESTING: usize = 64;

/// A directive at its place.
#[derive(Debug)]
pub(super) struct Suppression {
    pub(super) place: Place,
    /// What it says, or what is wrong with it.
    pub(super) directive: Result<Directive, String>,
    pub(super) reach: Reach,
    /// What to take out of the file to be rid of it.
    pub(super) removal: Vec<Place>,
}

/// What a suppression is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    /// Lines, from 1.
    Lines(RangeInclusive<u32>),
    /// The file.
    File,
}

/// The suppressions of a file.
#[derive(Debug, Default)]
pub(super) struct Suppressions {
    /// All of them, in their order.
    pub(super) all: Vec<Suppression>,
}

/// A comment that is a directive, with the lines that it stands on, from 0.
struct Found {
    comment: Comment,
    first_line: usize,
    last_line: usize,
    is_alone: bool,
    directive: Result<Directive, String>,
}

/// Reads the suppressions of a file.
pub(super) fn read(file: &SourceFile) -> Suppressions {
    let comments = comments(file);
    let found: Vec<Found> = comments.comments.iter().filter_map(|comment| found(file, *comment)).collect();
    if found.is_empty() {
        return Suppressions::default();
    }
    let lines = Lines::new(file, &comments);
    let mut cursor = file.cursor();
    let mut all = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for one in found {
        // A line may hold thousands of them, so each is counted on from the one before.
        let mut place = |span: Span| Place {
            path: file.path.clone(),
            start: cursor.position(span.start),
            end: cursor.position(span.end),
            span,
        };
        let verb = one.directive.as_ref().ok().map(|directive| directive.verb);
        let reach = match verb {
            Some(Verb::File) => Reach::File,
            Some(Verb::Ignore) if one.is_alone => Reach::Lines(lines.behind(one.last_line)),
            Some(Verb::Ignore) => Reach::Lines(lines.around(one.first_line, one.last_line)),
            _ => Reach::Lines(number(one.first_line)..=number(one.last_line)),
        };
        let (place, removal) = (place(one.comment.span), vec![place(removal(file, &one))]);
        let directive = match one.directive {
            Ok(end) if end.verb == Verb::End => {
                match close(&mut all, &mut open, &end, number(one.last_line), &removal) {
                    Ok(()) => continue,
                    Err(message) => Err(message),
                }
            }
            Ok(begin) if begin.verb == Verb::Begin && open.len() >= MAX_NESTING => {
                Err(format!("more than {MAX_NESTING} regions are open here; end some of them"))
            }
            other => other,
        };
        if directive.as_ref().is_ok_and(|directive| directive.verb == Verb::Begin) {
            open.push(all.len());
        }
        all.push(Suppression { place, directive, reach, removal });
    }
    for begun in open {
        all[begun].directive = Err("the region has no end; write `policylint: end` behind it".to_owned());
    }
    Suppressions { all }
}

fn found(file: &SourceFile, comment: Comment) -> Option<Found> {
    let directive = directive::read(file.slice(comment.inner))?;
    let lines = file.lines();
    let (first_line, last_line) = (lines.line_of(comment.span.start), lines.line_of(comment.span.end));
    let before = &file.text[lines.range(&file.text, first_line).start..comment.span.start];
    let after = &file.text[comment.span.end..lines.range(&file.text, last_line).end.max(comment.span.end)];
    // The braces around a comment of JSX, and the marks of a quoted passage, are nothing to be about.
    let is_alone = before.trim_matches(['>', ' ', '\t', '{']).is_empty()
        && after.trim_matches([' ', '\t', '}']).is_empty();
    Some(Found { comment, first_line, last_line, is_alone, directive })
}

/// Ends the last region that was begun, for the same policies where the end names some.
fn close(
    all: &mut [Suppression],
    open: &mut Vec<usize>,
    end: &Directive,
    last_line: u32,
    removal: &[Place],
) -> Result<(), String> {
    let is_meant = |begun: &usize| {
        let policies = all[*begun].directive.as_ref().map(|begin| &begin.policies);
        end.policies.is_empty() || policies.is_ok_and(|policies| *policies == end.policies)
    };
    let Some(at) = open.iter().rposition(is_meant) else {
        return Err("nothing was begun that this ends; write `policylint: begin[…]` before it".to_owned());
    };
    let begun = &mut all[open.remove(at)];
    begun.reach = Reach::Lines(begun.place.start.line..=last_line);
    begun.removal.extend_from_slice(removal);
    Ok(())
}

/// The line of a directive that stands alone, else the directive with the white space before it.
fn removal(file: &SourceFile, found: &Found) -> Span {
    let (text, lines) = (&*file.text, file.lines());
    let Comment { span, .. } = found.comment;
    let start = lines.range(text, found.first_line).start;
    if found.is_alone && text[start..span.start].trim().is_empty() {
        let end = lines.range(text, found.last_line).end;
        let end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
        return Span::new(start, end);
    }
    let before = text[start..span.start].trim_end_matches([' ', '\t']);
    Span::new(start + before.len(), span.end)
}

/// The lines of a file, as directives look at them, from 0. Each answer is worked out once: there may be as many
/// directives as lines.
struct Lines {
    /// The next line, the line itself included, on which more stands than a comment.
    content: Vec<usize>,
    /// The first and the last of the lines that backslashes join to a line.
    joined: Vec<(usize, usize)>,
    /// The last line of each listing, by its first.
    listings: BTreeMap<usize, usize>,
}

impl Lines {
    fn new(file: &SourceFile, comments: &Comments) -> Self {
        let lines = file.lines();
        let n_lines = lines.count();
        let text = |line: usize| &file.text[lines.range(&file.text, line)];
        let alone = lines_of_comments(file, comments);
        let mut content = vec![n_lines; n_lines + 1];
        let mut joined: Vec<(usize, usize)> = (0..=n_lines).map(|line| (line, line)).collect();
        for line in (0..n_lines).rev() {
            let is_empty = text(line).trim_matches(['>', ' ', '\t']).is_empty() || alone.contains(&line);
            content[line] = if is_empty { content[line + 1] } else { line };
            if line + 1 < n_lines && text(line).trim_end().ends_with('\\') {
                joined[line].1 = joined[line + 1].1;
            }
        }
        for line in 1..n_lines {
            if joined[line - 1].1 > line - 1 {
                joined[line].0 = joined[line - 1].0;
            }
        }
        let listings = comments.listings.iter().map(|listing| {
            let last = listing.end.saturating_sub(1).max(listing.start);
            (lines.line_of(listing.start), lines.line_of(last))
        });
        Self { content, joined, listings: listings.collect() }
    }

    /// The next line on which something stands, with those that it is joined to; all of a listing.
    fn behind(&self, line: usize) -> RangeInclusive<u32> {
        let first = self.content.get(line + 1).copied().unwrap_or(line + 1);
        let last = self.joined.get(first).map_or(first, |joined| joined.1);
        let last = self.listings.get(&first).copied().unwrap_or(last);
        number(first)..=number(last)
    }

    /// The lines themselves, with those that they are joined to.
    fn around(&self, first: usize, last: usize) -> RangeInclusive<u32> {
        let joined = |line: usize| self.joined.get(line).copied().unwrap_or((line, line));
        number(joined(first).0)..=number(joined(last).1)
    }
}

/// Lines on which nothing stands but a comment.
fn lines_of_comments(file: &SourceFile, comments: &Comments) -> BTreeSet<usize> {
    let lines = file.lines();
    let rows = |comment: &Comment| (lines.line_of(comment.span.start), lines.line_of(comment.span.end));
    let alone = comments.comments.iter().filter(|comment| {
        let (first, last) = rows(comment);
        let start = lines.range(&file.text, first).start;
        let end = lines.range(&file.text, last).end;
        file.text[start..comment.span.start].trim_matches(['>', ' ', '\t']).is_empty()
            && file.text[comment.span.end.min(end)..end].trim().is_empty()
    });
    let rows = alone.map(rows);
    rows.flat_map(|(first, last)| first..=last).collect()
}

/// A line from 1, as findings count them.
fn number(line: usize) -> u32 {
    u32::try_from(line + 1).unwrap_or(u32::MAX)
}

/// Finds the suppression of each of a file's findings, which come in their order.
pub(super) struct Finder<'s> {
    suppressions: &'s Suppressions,
    /// Those about lines, by the first of them.
    by_line: Vec<usize>,
    next: usize,
    /// Those that have begun, by policy; what has ended may still lie below the last.
    active: BTreeMap<&'s str, Vec<usize>>,
    by_policy: BTreeMap<&'s str, usize>,
}

impl<'s> Finder<'s> {
    /// Looks among those that `counts`.
    pub(super) fn new(suppressions: &'s Suppressions, counts: &dyn Fn(&Directive) -> bool) -> Self {
        let mut by_line = Vec::new();
        let mut by_policy = BTreeMap::new();
        for (number, one) in suppressions.all.iter().enumerate() {
            let Ok(directive) = &one.directive else { continue };
            if !counts(directive) {
                continue;
            }
            match one.reach {
                Reach::Lines(_) => by_line.push(number),
                Reach::File => {
                    for policy in &directive.policies {
                        by_policy.entry(&**policy).or_insert(number);
                    }
                }
            }
        }
        by_line.sort_by_key(|number| lines(&suppressions.all[*number]).start().to_owned());
        Self { suppressions, by_line, next: 0, active: BTreeMap::new(), by_policy }
    }

    /// The number of the suppression that allows a finding: of several the narrowest.
    pub(super) fn find(&mut self, finding: &Finding) -> Option<usize> {
        let all = &self.suppressions.all;
        let line = finding.place.start.line;
        let is_whole = finding.place.span.is_empty() && finding.place.start == Position::START;
        while self.next < self.by_line.len() && *lines(&all[self.by_line[self.next]]).start() <= line {
            let number = self.by_line[self.next];
            for policy in policies(&all[number]) {
                self.active.entry(policy).or_default().push(number);
            }
            self.next += 1;
        }
        // What is said of a file as a whole stands on no line.
        let active = self.active.get_mut(&*finding.policy).filter(|_| !is_whole);
        if let Some(active) = active {
            // Findings come in their order: what has ended is never asked for again.
            while active.last().is_some_and(|number| *lines(&all[*number]).end() < line) {
                active.pop();
            }
            if let Some(number) = active.last() {
                return Some(*number);
            }
        }
        self.by_policy.get(&*finding.policy).copied()
    }
}

fn lines(suppression: &Suppression) -> RangeInclusive<u32> {
    match &suppression.reach {
        Reach::Lines(lines) => lines.clone(),
        Reach::File => 0..=0,
    }
}

/// The policies that a directive names.
pub(super) fn policies(suppression: &Suppression) -> &[Arc<str>] {
    suppression.directive.as_ref().map_or(&[], |directive| &directive.policies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RepoPath;

    /// The lines that each directive is about, or the beginning of what is wrong with it.
    fn reaches(path: &str, text: &str) -> Vec<String> {
        let file = SourceFile::new(RepoPath::new(path), text);
        let read = read(&file);
        let reach = |one: &Suppression| match (&one.directive, &one.reach) {
            (Err(message), _) => message.split_whitespace().take(3).collect::<Vec<_>>().join(" "),
            (Ok(_), Reach::File) => "file".to_owned(),
            (Ok(_), Reach::Lines(lines)) => format!("{}-{}", lines.start(), lines.end()),
        };
        read.all.iter().map(reach).collect()
    }

    #[test]
    fn directives_are_about_their_line_or_the_next() {
        assert_eq!(reaches("a.sh", "x # policylint: ignore[a]\n"), ["1-1"]);
        assert_eq!(
            reaches("a.sh", "# policylint: ignore[a]\n\n# more\n# policylint: ignore[b]\nx \\\n  y\nz"),
            ["5-6", "5-6"]
        );
        assert_eq!(reaches("a.sh", "x \\\n y # policylint: ignore[a]\n"), ["1-2"]);
        assert_eq!(reaches("a.md", "<!-- policylint: ignore[a] -->\n\n```sh\nx\ny\n```\nz"), ["3-6"]);
        assert_eq!(reaches("a.md", "- <!-- policylint: ignore[a] --> x\n- y"), ["1-1"]);
        assert_eq!(reaches("a.md", "> <!-- policylint: ignore[a] -->\n>\n> ```sh\n> x\n> ```\n"), ["3-5"]);
        assert_eq!(reaches("a.jsx", "<p>\n  {/* policylint: ignore[a] */}\n  x\n</p>"), ["3-3"]);
        assert_eq!(reaches("a.py", "# policylint: ignore-file[a]"), ["file"]);
        assert_eq!(reaches("a.py", "# policylint: ignore[a]"), ["2-2"]);
    }

    #[test]
    fn regions_begin_and_end() {
        let text = "# policylint: begin[a]\nx\n# policylint: begin[b]\ny\n# policylint: end[a]\nz\n# policylint: end\n";
        assert_eq!(reaches("a.py", text), ["1-5", "3-7"]);
        assert_eq!(reaches("a.py", "# policylint: begin[a]\nx"), ["the region has"]);
        assert_eq!(reaches("a.py", "# policylint: end\nx"), ["nothing was begun"]);
    }

    #[test]
    fn text_about_directives_is_none() {
        assert_eq!(reaches("a.py", "x = '# policylint: ignore[a]'"), [""; 0]);
        assert_eq!(
            reaches("a.md", "Write `# policylint: ignore[a]` or `<!-- policylint: ignore[a] -->`.\n"),
            [""; 0]
        );
    }
}
