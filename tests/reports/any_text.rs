//! Whatever stands in messages, helps, paths and sources, a report stays what it is: it can be read again, and no text
//! becomes a command, an element, a link or a test of its own.

use policylint::finding::{Failure, FailureKind, Finding, Severity};
use policylint::pipeline::Outcome;
use policylint::source::{Place, RepoPath, SourceFile, Span};
use proptest::collection::vec;
use proptest::prelude::{Strategy, proptest};
use proptest::sample::select;
use pulldown_cmark::{Event, Options, Parser, Tag};
use quick_xml::events::Event as XmlEvent;
use serde_json::Value;

use super::sample::{finding, label, sources};
use super::{plain, sarif, text};

/// What each format has reason to fear.
const FEARED: &[&str] = &[
    "::error::",
    "\n",
    "\r",
    "%0A",
    "%",
    "##vso[task.setvariable variable=x]y",
    "##[command]x",
    "##teamcity[x]",
    "]]>",
    "<b>",
    "</failure>",
    "&",
    "&amp;",
    "|",
    "||",
    "'",
    "\"",
    "]",
    "[",
    "`",
    "``",
    "\0",
    "\u{b}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{202e}",
    "\u{1b}[2J",
    "\u{9b}",
    "](http://x)",
    "![x](y)",
    "http://x.org",
    "www.x.org",
    "@all",
    "#1",
    "<!--",
    "-->",
    "<script>",
    "ok 1",
    "not ok",
    "Bail out!",
    "1..9",
    "# SKIP",
    "\\",
    "\\|",
    ",",
    ";",
    ":",
    "=",
    "🦀",
    "é",
    " ",
    "\t",
    "a",
    "word",
    "```",
    "~~~",
    "---",
    "*x*",
    "_x_",
    "{0}",
    "\u{2028}",
    "../",
    "/",
];

fn feared() -> impl Strategy<Value = String> {
    vec(select(FEARED), 0..8).prop_map(|parts| parts.concat())
}

/// Three findings, one of each severity, and two failures, all made of these texts.
fn outcome(message: &str, help: &str, path: &str) -> Outcome {
    let path = RepoPath::new(path);
    let file = std::sync::Arc::new(SourceFile::new(path.clone(), message));
    let span = Span::new(0, message.len());
    let findings = [Severity::Error, Severity::Warning, Severity::Info].into_iter().map(|severity| Finding {
        severity,
        help: help.into(),
        labels: vec![label(&file, span, help)],
        ..finding(file.place(span), if help.is_empty() { "uv-only" } else { help }, message)
    });
    let mut findings: Vec<Finding> = findings.collect();
    findings.sort();
    let failure = |path| Failure { kind: FailureKind::Read, path, policy: None, message: message.to_owned() };
    let failures = vec![failure(None), failure(Some(Place::whole(path)))];
    Outcome { findings, failures, sources: sources([file]), ..Outcome::default() }
}

proptest! {
    #[test]
    fn json_is_read_again(message in feared(), help in feared(), path in feared()) {
        let outcome = outcome(&message, &help, &path);
        for format in ["gitlab", "json", "rdjson"] {
            let text = text(format, &outcome, &plain(80));
            assert!(serde_json::from_str::<Value>(&text).is_ok(), "{format}: {text}");
        }
        for format in ["jsonl", "rdjsonl"] {
            for line in text(format, &outcome, &plain(80)).lines() {
                assert!(serde_json::from_str::<Value>(line).is_ok(), "{format}: {line}");
            }
        }
        let log = serde_json::from_str(&text("sarif", &outcome, &plain(80))).unwrap();
        assert_eq!(sarif::errors(&log), [""; 0]);
    }

    #[test]
    fn xml_is_read_again(message in feared(), help in feared(), path in feared()) {
        let outcome = outcome(&message, &help, &path);
        assert_eq!(elements(&text("junit", &outcome, &plain(80)), "testcase"), 5);
        assert_eq!(elements(&text("checkstyle", &outcome, &plain(80)), "error"), 5);
    }

    #[test]
    fn commands_are_ours_alone(message in feared(), help in feared(), path in feared()) {
        let outcome = outcome(&message, &help, &path);
        let github = text("github", &outcome, &plain(80));
        let levels: Vec<&str> = github.lines().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(levels, ["::error", "::error", "::error", "::warning", "::notice"], "{github}");
        for line in github.lines() {
            let (properties, _) = line[2..].split_once("::").unwrap();
            let n_properties = properties.split_once(' ').unwrap().1.split(',').count();
            assert!([1, 4, 6].contains(&n_properties), "{line}");
        }
        let azure = text("azure", &outcome, &plain(80));
        let commands = azure.lines().filter(|line| line.starts_with("##vso[task.logissue type="));
        assert_eq!((azure.lines().count(), commands.count()), (5, 4), "{azure}");
        let info = azure.lines().find(|line| !line.starts_with("##vso[")).unwrap();
        assert!(!info.contains("##"), "{info}");
        for line in text("teamcity", &outcome, &plain(80)).lines() {
            let inside = line.strip_prefix("##teamcity[").and_then(|line| line.strip_suffix(']')).unwrap();
            assert!(closes_at_its_end(inside), "{line}");
        }
    }

    #[test]
    fn points_are_ours_alone(message in feared(), help in feared(), path in feared()) {
        let tap = text("tap", &outcome(&message, &help, &path), &plain(80));
        let points = tap.lines().filter(|line| line.starts_with("ok ") || line.starts_with("not ok "));
        assert_eq!(points.count(), 5, "{tap}");
        for line in tap.lines().skip(2) {
            assert!(line.starts_with("not ok ") || line.starts_with("  "), "{line}");
            let is_directive = |(at, _): (usize, &str)| !line[..at].ends_with('\\');
            assert!(line.starts_with("  ") || !line.match_indices('#').any(is_directive), "{line}");
        }
    }

    #[test]
    fn markup_is_ours_alone(message in feared(), help in feared(), path in feared()) {
        let page = text("markdown", &outcome(&message, &help, &path), &plain(80));
        let (mut n_rows, mut n_cells, mut is_code) = (0, 0, false);
        for event in Parser::new_ext(&page, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Start(Tag::TableRow) => n_rows += 1,
                Event::Start(Tag::TableCell) => n_cells += 1,
                Event::Html(html) => assert_eq!(html.trim(), "<!-- policylint -->", "{page}"),
                Event::InlineHtml(html) => {
                    assert!(["<code>", "</code>"].contains(&&*html), "{html} in {page}");
                    is_code = &*html == "<code>";
                }
                Event::Start(
                    Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strikethrough | Tag::CodeBlock(_),
                ) => panic!("{event:?} in {page}"),
                // What a forge would make a link or a mention of, outside of code.
                Event::Text(text) if !is_code => {
                    assert!(!["://", "www.", "@"].iter().any(|word| text.contains(word)), "{text} in {page}");
                }
                _ => {}
            }
        }
        // Five cells of the head and of each row.
        assert_eq!((n_rows, n_cells), (3, 20), "{page}");
    }

    #[test]
    fn agents_read_few_short_lines(message in feared(), help in feared(), path in feared()) {
        let shown = text("agent", &outcome(&message.repeat(50), &help.repeat(50), &path), &plain(80));
        assert!(shown.lines().count() <= 8 && shown.lines().all(|line| line.chars().count() <= 240), "{shown}");
    }
}

#[test]
fn what_does_not_fit_is_counted() {
    let one = |n: usize, severity| Finding {
        severity,
        ..finding(Place::whole(RepoPath::new(&format!("{n:04}.md"))), "uv-only", "`pip` is run directly")
    };
    let mut findings: Vec<Finding> = (0..3_000).map(|n| one(n, Severity::Warning)).collect();
    findings.extend((3_000..3_020).map(|n| one(n, Severity::Error)));
    let outcome = Outcome { findings, ..Outcome::default() };
    let agent = text("agent", &outcome, &plain(80));
    assert!(agent.starts_with("3000.md:1:1: error[uv-only]"), "{agent}");
    assert!(agent.contains("\nand 15 errors and 3,000 warnings more: "), "{agent}");
    let github = text("github", &outcome, &plain(80));
    let n_commands =
        |level: &str| github.lines().filter(|line| line.starts_with(&format!("::{level} "))).count();
    assert_eq!((n_commands("error"), n_commands("warning")), (10, 10));
    assert!(github.contains("\n::group::and 10 errors and 2,990 warnings more\n- 3010.md:1:1: error"));
    assert_eq!(github.lines().count(), 20 + 3_000 + 2);
    let page = text("markdown", &outcome, &plain(80));
    assert!(page.len() <= 65_000 && page.len() > 60_000, "{}", page.len());
    assert!(page.trim_end().ends_with("warnings more."), "{}", &page[page.len() - 200..]);
}

#[test]
fn no_line_is_longer_than_reviewdog_reads() {
    let file = super::source("a.md", "pip\n");
    let labels = (0..50).map(|_| label(&file, Span::new(0, 3), &"x".repeat(5_000))).collect();
    let findings =
        vec![Finding { labels, ..finding(file.place(Span::new(0, 3)), "uv-only", &"é".repeat(99_999)) }];
    let outcome = Outcome { findings, sources: sources([file]), ..Outcome::default() };
    let lines = text("rdjsonl", &outcome, &plain(80));
    assert_eq!(lines.lines().count(), 1);
    assert!(lines.len() < 64 << 10, "{}", lines.len());
}

/// Whether the quotes of a service message come in pairs, and nothing but its own attributes stands outside of them.
fn closes_at_its_end(message: &str) -> bool {
    let (mut is_inside, mut characters) = (false, message.chars());
    while let Some(character) = characters.next() {
        match character {
            '|' if is_inside => _ = characters.next(),
            '\'' => is_inside = !is_inside,
            '[' | ']' | '\n' => return false,
            _ => {}
        }
    }
    !is_inside && message.ends_with('\'')
}

/// How many elements of this name a document has; every attribute and text in it can be read.
fn elements(xml: &str, name: &str) -> usize {
    let forbidden = |c: char| (c.is_control() && !"\t\n\r".contains(c)) || "\u{fffe}\u{ffff}".contains(c);
    assert_eq!(xml.find(forbidden), None, "{xml:?}");
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut n_elements = 0;
    loop {
        match reader.read_event().unwrap() {
            XmlEvent::Start(element) | XmlEvent::Empty(element) => {
                n_elements += usize::from(element.name().into_inner() == name);
                for attribute in element.attributes() {
                    quick_xml::escape::unescape(&attribute.unwrap().value).unwrap();
                }
            }
            XmlEvent::Eof => return n_elements,
            _ => {}
        }
    }
}
