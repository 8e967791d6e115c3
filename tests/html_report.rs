//! The HTML report against text that would break it, and against the sizes it is made for; `tests/browser` looks at
//! it in a browser. Never opens one itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::sync::Arc;

use policylint::finding::{
    Applicability, Failure, FailureKind, Finding, Fix, Label, Severity, Waived, Waiver,
};
use policylint::pipeline::{Outcome, PolicyRun};
use policylint::report::{self, Style};
use policylint::source::{Place, RepoPath, SourceFile, Span};
use proptest::prelude::proptest;

/// Every tag that the page is made of.
const TAGS: &[&str] = &[
    "!doctype",
    "b",
    "body",
    "br",
    "button",
    "code",
    "dd",
    "details",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "head",
    "header",
    "html",
    "i",
    "input",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "option",
    "output",
    "p",
    "div",
    "pre",
    "rect",
    "script",
    "section",
    "select",
    "span",
    "style",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

proptest! {
    #[test]
    fn no_text_reaches_the_page_as_markup(text in "(<zq|</(script|pre|title|style)>|[\"'&<>`{}a \n\t\u{1b}\u{202e}]|\\PC){1,40}") {
        let page = page(&outcome(&text, 3));
        let body = body(&page);
        for tag in body.split('<').skip(1) {
            let name: String =
                tag.trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '!').collect();
            assert!(TAGS.contains(&&*name), "<{tag}");
        }
        assert_eq!(page.matches("<script>").count(), 1);
        assert!(!page.contains(['\u{1b}', '\u{202e}', '\u{0}']));
    }
}

#[test]
fn a_page_asks_nothing_of_the_network() {
    let page = page(&outcome("plain", 3));
    let (head, _) = page.split_once("</head>").unwrap();
    assert!(head.contains("default-src 'none'"));
    for way in ["http:", "https:", "//", "@import", "url(", "fetch(", "XMLHttpRequest", "import("] {
        // Comments of the script are the only place for two slashes.
        let uses = page.lines().filter(|line| line.contains(way) && !line.trim_start().starts_with("//"));
        assert_eq!(uses.collect::<Vec<_>>(), [""; 0], "{way}");
    }
}

#[test]
fn many_findings_are_cut_with_a_notice() {
    let page = page(&outcome("plain", 20_001));
    assert_eq!(page.matches("<tr data-s=").count(), 20_000);
    assert!(page.contains("holds the 20,000 gravest of 20,001 findings"));
    assert!(page.contains("shown for the first 2,000 of 20,000 findings"));
    // That of the failure is the one more.
    assert_eq!(page.matches("<figure class=\"source\">").count(), 2_001);
}

fn page(outcome: &Outcome) -> String {
    let mut bytes = Vec::new();
    (report::reporter("html").unwrap().write)(outcome, &Style::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The page without its style and its script, which are the same for every report.
fn body(page: &str) -> String {
    let without = |text: &str, tag: &str| {
        let (before, rest) = text.split_once(&format!("<{tag}>")).unwrap();
        let (_, after) = rest.split_once(&format!("</{tag}>")).unwrap();
        format!("{before}{after}")
    };
    without(&without(page, "style"), "script")
}

/// An outcome with this text wherever a repository or a policy can put one.
fn outcome(text: &str, n_findings: usize) -> Outcome {
    let path = RepoPath::new(text);
    let source = Arc::new(SourceFile::new(path.clone(), text));
    let place = source.place(Span::new(0, source.text.len()));
    let label = Label { place: place.clone(), text: text.into() };
    let fix = Fix { title: text.into(), edits: Vec::new(), applicability: Applicability::Unsafe };
    let finding = Finding {
        place: place.clone(),
        policy: text.into(),
        message: text.into(),
        severity: Severity::Warning,
        help: text.into(),
        labels: vec![label],
        fixes: vec![fix],
        key: text.into(),
    };
    let policy: Arc<str> = text.into();
    let failure = Failure {
        kind: FailureKind::Script,
        path: Some(place),
        policy: Some(Arc::clone(&policy)),
        message: text.to_owned(),
    };
    let by = Waiver::Comment { place: Place::whole(path.clone()), reason: Some(text.into()) };
    let mut outcome = Outcome {
        findings: vec![finding.clone(); n_findings],
        waived: vec![Waived { finding, by }],
        failures: vec![failure],
        sources: BTreeMap::from([(path, source)]),
        ..Outcome::default()
    };
    let skipped = Some(text.to_owned());
    outcome.summary.policies = vec![PolicyRun { id: policy, skipped, facts: 0, findings: 0, operations: 0 }];
    outcome
}
