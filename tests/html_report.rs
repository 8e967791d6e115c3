//! The HTML report against text that would break it, and against the sizes it is made for; `tests/browser` looks at
//! it in a browser. Never opens one itself.

#![expect(clippy::disallowed_methods, reason = "a test reads its golden file")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::Path;
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

#[test]
fn the_page_is_as_its_golden_file() {
    let page = body(&page(&sample()));
    // The style, the script and their hashes are looked at in a browser.
    let (before, rest) = page.split_once("style-src").unwrap();
    let (_, after) = rest.split_once("; base-uri").unwrap();
    let page = format!("{before}[..]; base-uri{after}").replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/html.html"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    assert!(golden == page, "html.html differs; see the change with UPDATE_GOLDEN=1 and git diff\n{page}");
}

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
    let fix = Fix {
        title: text.into(),
        edits: Vec::new(),
        moves: Vec::new(),
        applicability: Applicability::Unsafe,
    };
    let finding = Finding {
        place: place.clone(),
        policy: text.into(),
        message: text.into(),
        severity: Severity::Warning,
        help: text.into(),
        labels: vec![label],
        fixes: vec![fix],
        occurrence: 0,
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

/// Findings of every severity, with all that can be said about one, and everything that stands around them.
fn sample() -> Outcome {
    let file = |path: &str, text: &str| Arc::new(SourceFile::new(RepoPath::new(path), text));
    let readme = file("README.md", "# Shop\n\n```console\n$ pip install shop\n$ uv run shop\n```\n");
    let rules = file("docs/<b>&\u{202e}.md", "Use uv \"only\".\n\tThen `a` && b\u{7}.\n");
    let span = |file: &SourceFile, part: &str| {
        let start = file.text.find(part).unwrap();
        file.place(Span::new(start, start + part.len()))
    };
    let plain = |place: Place, policy: &str, severity, message: &str| Finding {
        place,
        policy: policy.into(),
        message: message.into(),
        severity,
        help: "".into(),
        labels: Vec::new(),
        fixes: Vec::new(),
        occurrence: 0,
        key: message.into(),
    };
    let fix = |title: &str, applicability| Fix {
        title: title.into(),
        edits: Vec::new(),
        moves: Vec::new(),
        applicability,
    };
    let pip = Finding {
        help: "put `uv run` in front\nor use `uv add`".into(),
        labels: vec![
            Label { place: span(&readme, "uv run"), text: "this line has it right".into() },
            Label { place: span(&rules, "\"only\""), text: "the rule".into() },
            Label { place: Place::whole(RepoPath::new("gone.md")), text: "not at hand".into() },
        ],
        fixes: vec![
            fix("use `uv add`", Applicability::Safe),
            fix("drop it", Applicability::Unsafe),
            fix("think", Applicability::DisplayOnly),
        ],
        ..plain(span(&readme, "pip install shop"), "uv-only", Severity::Error, "`pip` runs outside uv")
    };
    let lines = plain(span(&rules, "\".\n\tThen `a` &&"), "two-lines", Severity::Info, "over two lines");
    let folder = plain(Place::whole(RepoPath::new("")), "layout", Severity::Warning, "an <odd> `root`");
    let known = |by| Waived { finding: pip.clone(), by };
    let reason = Some("until the `move`".into());
    let mut outcome = Outcome {
        waived: vec![
            known(Waiver::Baseline),
            known(Waiver::Ledger { place: Place::whole(RepoPath::new("policylint.toml")), reason }),
        ],
        failures: vec![Failure {
            kind: FailureKind::Read,
            path: None,
            policy: None,
            message: "no access to `secret\u{9b}`".to_owned(),
        }],
        findings: vec![folder, pip, lines],
        sources: BTreeMap::from([(readme.path.clone(), readme), (rules.path.clone(), rules)]),
        ..Outcome::default()
    };
    let run = |id: &str, skipped| PolicyRun { id: id.into(), skipped, facts: 2, findings: 1, operations: 3 };
    outcome.summary.policies = vec![
        run("layout", None),
        run("tests-first", Some("no `sign` of it".to_owned())),
        run("uv-only", None),
    ];
    outcome.summary.trusted = Some("0123456789abcdef".to_owned());
    outcome.summary.overruled = vec![RepoPath::new("policylint.toml")];
    (outcome.summary.files, outcome.summary.files_read, outcome.summary.baselined) = (1_204, 96, 1);
    outcome
}
