//! The SARIF report against the schema of OASIS, and point by point against what GitHub asks for. Needs no network: the
//! schema lies in `tests/schemas`.

use std::sync::LazyLock;

use policylint::finding::{Finding, Severity};
use policylint::pipeline::Outcome;
use policylint::report;
use policylint::source::{Place, RepoPath, SourceFile, Span};
use serde_json::{Value, json};

use super::sample::{finding, outcome, source, sources};
use super::{plain, text};

/// The published schema.
static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    // The published pattern for languages, which no run of ours names, has a bracket too many.
    let schema = include_str!("../schemas/sarif-schema-2.1.0.json").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
});

/// What is wrong with a log by the schema.
pub(crate) fn errors(log: &Value) -> Vec<String> {
    VALIDATOR.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn log(outcome: &Outcome) -> Value {
    serde_json::from_str(&text("sarif", outcome, &plain(80))).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn logs_are_as_the_schema_says() {
    for outcome in [outcome(), Outcome::default(), Outcome { findings: Vec::new(), ..outcome() }] {
        assert_eq!(errors(&log(&outcome)), [""; 0]);
    }
    // The schema is strict, or the test above says little.
    let mut log = log(&outcome());
    log["runs"][0]["results"][0]["surprise"] = json!(1);
    assert!(!errors(&log).is_empty());
}

#[test]
fn rules_are_complete_and_results_point_at_them() {
    let log = log(&outcome());
    assert_eq!(log["runs"].as_array().unwrap().len(), 1, "GitHub refuses several runs");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        for path in [
            "/id",
            "/name",
            "/shortDescription/text",
            "/fullDescription/text",
            "/help/text",
            "/help/markdown",
            "/defaultConfiguration/level",
            "/properties/precision",
            "/properties/problem.severity",
        ] {
            let text = rule.pointer(path).and_then(Value::as_str).unwrap_or_default();
            assert!(!text.is_empty() && text.chars().count() <= 1_024, "{path} of {rule}");
        }
        assert!(rule["properties"]["tags"].is_array());
    }
    for result in results(&log) {
        let number = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[number]["id"], result["ruleId"]);
    }
    assert!(
        rules.iter().any(|rule| rule["id"] == "no-empty-file"),
        "a policy that is known by its findings only"
    );
    assert!(rules.iter().all(|rule| rule["id"] != "python-pinned"), "a policy that did not run");
}

#[test]
fn places_are_relative_escaped_and_have_four_numbers() {
    let log = log(&outcome());
    for result in results(&log) {
        let related = result["relatedLocations"].as_array().cloned().unwrap_or_default();
        for location in result["locations"].as_array().unwrap().iter().chain(&related) {
            let physical = &location["physicalLocation"];
            let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~%".contains(&b)), "{uri}");
            assert_eq!(physical["artifactLocation"]["uriBaseId"], "%SRCROOT%");
            for key in ["startLine", "startColumn", "endLine", "endColumn"] {
                assert!(physical["region"][key].as_u64().unwrap() > 0, "{key}");
            }
        }
        for location in &related {
            let link = format!("]({})", location["id"]);
            assert!(
                result["message"]["text"].as_str().unwrap().contains(&link),
                "{link} is not in the message"
            );
        }
    }
    let uris: Vec<&Value> = results(&log)
        .iter()
        .map(|one| &one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        .collect();
    assert!(uris.contains(&&json!("docs/bad%1B%5B2J.md")), "{uris:?}");
}

#[test]
fn columns_count_characters_as_the_log_says() {
    let file = source("a.md", "🦀é pip\n");
    let findings = vec![finding(file.place(Span::new(7, 10)), "uv-only", "`pip` is run directly")];
    let log = log(&Outcome { findings, sources: sources([file]), ..Outcome::default() });
    assert_eq!(log["runs"][0]["columnKind"], "unicodeCodePoints");
    let region = &results(&log)[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startColumn"], &region["endColumn"]), (&json!(4), &json!(7)));
}

#[test]
fn names_are_stable_and_no_two_are_equal() {
    let log = log(&outcome());
    let mut names: Vec<&Value> =
        results(&log).iter().map(|one| &one["partialFingerprints"]["policylint/v1"]).collect();
    let n_names = names.len();
    names.sort_by_key(|name| name.as_str());
    names.dedup();
    assert_eq!(names.len(), n_names);
}

#[test]
fn hashes_of_lines_are_given_only_where_github_can_compute_the_same() {
    let key = "primaryLocationLineHash";
    let file = source("a.md", "# Shop\r\n\r\n\tpip install 🦀\r\n  uv sync\r\n");
    let mut mended = SourceFile::new(RepoPath::new("b.md"), "a ? b");
    mended.is_mended = true;
    let mended = std::sync::Arc::new(mended);
    let findings = vec![
        finding(file.place(Span::new(11, 14)), "uv-only", "one"),
        finding(mended.place(Span::new(0, 1)), "uv-only", "two"),
        finding(Place::whole(RepoPath::new("folder")), "uv-only", "three"),
    ];
    let log = log(&Outcome { findings, sources: sources([file, mended]), ..Outcome::default() });
    let hashes: Vec<&Value> = results(&log).iter().map(|one| &one["partialFingerprints"][key]).collect();
    assert_eq!(hashes, [&json!("6b816bc4332d03ad:1"), &Value::Null, &Value::Null]);
}

#[test]
fn known_findings_say_who_knows_them() {
    let with = log(&outcome());
    let count = |key: &str| results(&with).iter().filter(|result| result.get(key).is_some()).count();
    // The format wants each of them on all results or on none.
    assert_eq!((count("suppressions"), count("baselineState")), (results(&with).len(), results(&with).len()));
    let kinds: Vec<&Value> =
        results(&with).iter().filter_map(|result| result.pointer("/suppressions/0/kind")).collect();
    assert_eq!(kinds, ["external", "inSource", "external"]);
    let unchanged = results(&with).iter().filter(|result| result["baselineState"] == "unchanged").count();
    assert_eq!(unchanged, 1);
    let without = log(&Outcome { waived: Vec::new(), ..outcome() });
    for result in results(&without) {
        assert!(result.get("suppressions").is_none() && result.get("baselineState").is_none());
    }
}

#[test]
fn failures_are_notifications_and_the_run_is_no_success() {
    let log = log(&outcome());
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notifications.len(), 2);
    assert_eq!(notifications[0]["descriptor"]["id"], "budget");
    assert_eq!(notifications[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
    let clean = Outcome { failures: Vec::new(), ..outcome() };
    assert_eq!(self::log(&clean)["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn a_log_that_would_be_refused_is_cut_and_says_so() {
    let one = |line: usize, severity| Finding {
        severity,
        key: line.to_string().into(),
        ..finding(Place::whole(RepoPath::new(&format!("{line:06}"))), "uv-only", "`pip` is run directly")
    };
    let mild = (0..20_000).map(|line| one(line, Severity::Warning));
    let grave = (20_000..30_000).map(|line| one(line, Severity::Error));
    let outcome = Outcome { findings: mild.chain(grave).collect(), ..Outcome::default() };
    let log = log(&outcome);
    assert_eq!(results(&log).len(), 25_000);
    assert_eq!(results(&log).iter().filter(|result| result["level"] == "error").count(), 10_000);
    let words = "`sarif` holds 25,000 of 30,000 findings, the gravest: its readers take no more";
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["toolExecutionNotifications"][0]["message"]["text"], words);
    assert_eq!(report::left_out(&outcome, report::reporter("sarif").unwrap()).as_deref(), Some(words));
}
