//! An outcome as a list of tests, for formats that know nothing else: a finding is a test that fails, a policy that finds
//! nothing is one that passes, a known finding is skipped, and a failure is a test that could not be run.

use std::collections::BTreeMap;

use super::{clean, words};
use crate::finding::{Failure, Finding, Waiver};
use crate::pipeline::Outcome;

/// One test.
#[derive(Debug)]
pub(super) struct Test<'a> {
    /// No two tests share it: readers keep the first of equal names only.
    pub(super) name: String,
    pub(super) result: TestResult<'a>,
}

/// How a test came out.
#[derive(Debug, Clone, Copy)]
pub(super) enum TestResult<'a> {
    /// A policy has nothing to say.
    Passed,
    /// A policy has found something.
    Failed(&'a Finding),
    /// It is known.
    Skipped(&'a Finding, &'a Waiver),
    /// A policy, or something before all policies, could not do its work.
    Broken(&'a Failure),
}

/// The tests by policy, the policies that ran among them; what is no policy's fault is under our own name.
pub(super) fn tests(outcome: &Outcome) -> BTreeMap<&str, Vec<Test<'_>>> {
    let mut results: BTreeMap<&str, Vec<TestResult<'_>>> = BTreeMap::new();
    for finding in &outcome.findings {
        results.entry(&finding.policy).or_default().push(TestResult::Failed(finding));
    }
    for known in &outcome.waived {
        let result = TestResult::Skipped(&known.finding, &known.by);
        results.entry(&known.finding.policy).or_default().push(result);
    }
    for failure in &outcome.failures {
        let policy = failure.policy.as_deref().unwrap_or(words::OURSELVES);
        results.entry(policy).or_default().push(TestResult::Broken(failure));
    }
    for policy in outcome.summary.policies.iter().filter(|policy| policy.skipped.is_none()) {
        let results = results.entry(&policy.id).or_default();
        if !results.iter().any(|result| matches!(result, TestResult::Failed(_) | TestResult::Broken(_))) {
            results.push(TestResult::Passed);
        }
    }
    results.into_iter().map(|(policy, results)| (policy, named(policy, results))).collect()
}

/// Gives each result a name, those behind the first of one name a number.
fn named<'a>(policy: &str, results: Vec<TestResult<'a>>) -> Vec<Test<'a>> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let name = |result: &TestResult<'_>| {
        let policy = clean::line(policy);
        match result {
            TestResult::Passed => policy.into_owned(),
            TestResult::Failed(finding) | TestResult::Skipped(finding, _) => {
                format!("{policy} {}", words::position(&finding.place))
            }
            TestResult::Broken(failure) => match &failure.path {
                Some(place) => format!("{policy} {} {}", words::failure_tag(failure), words::position(place)),
                None => format!("{policy} {}", words::failure_tag(failure)),
            },
        }
    };
    let mut tests = Vec::with_capacity(results.len());
    for result in results {
        let name = name(&result);
        let n_before = seen.entry(name.clone()).and_modify(|n| *n += 1).or_insert(0);
        let name = if *n_before == 0 { name } else { format!("{name} ({})", *n_before + 1) };
        tests.push(Test { name, result });
    }
    tests
}
