//! What SARIF is told beside results: what could not be judged, and that results were left out.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Text;
use super::location::Location;
use super::rule::Rules;
use crate::finding::Failure;
use crate::pipeline::Outcome;
use crate::report::words;

/// What a notification is about, by the name that notifications have it by.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: Text,
    full_description: Text,
    help: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notification<'a> {
    descriptor: Reference<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_rule: Option<Reference<'a>>,
    level: &'static str,
    message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
}

#[derive(Serialize)]
struct Reference<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
}

/// What may be told: the kinds of failure, then results that are left out; with name, what happened, and what to do.
const DESCRIPTIONS: [(&str, &str, &str, &str); 8] = [
    ("config", "InvalidConfiguration", "The configuration is not valid.", "Mend the configuration."),
    ("read", "UnreadableFile", "A file or folder could not be read.", "Make it readable, or exclude it."),
    ("policy", "InvalidPolicy", "A policy is not valid.", "Mend the policy, or ignore it."),
    ("script", "FailedPolicy", "A policy stopped with an error.", "Mend the policy, or ignore it."),
    (
        "budget",
        "SpentBudget",
        "A policy used up its operations, memory or time.",
        "Let it select fewer facts.",
    ),
    ("fix", "FailedFix", "A fix could not be made.", "Mend the finding by hand."),
    ("internal", "InternalError", "There is a fault in policylint itself.", "Report it."),
    (
        CUT,
        "ResultsLeftOut",
        "There are more results than readers take.",
        "Mend some, or judge less at a time.",
    ),
];

const CUT: &str = "cut";

/// The descriptors that a run needs, by which its notifications refer to them.
pub(super) struct Descriptors {
    used: BTreeSet<&'static str>,
}

impl Descriptors {
    pub(super) fn new(outcome: &Outcome, cut: Option<&String>) -> Self {
        let failures = outcome.failures.iter().map(|failure| failure.kind.word());
        Self { used: failures.chain(cut.map(|_| CUT)).collect() }
    }

    /// The descriptors, in the order of their numbers.
    pub(super) fn all(&self) -> Vec<Descriptor> {
        let used = DESCRIPTIONS.into_iter().filter(|(id, ..)| self.used.contains(id));
        let mut all: Vec<Descriptor> = used
            .map(|(id, name, text, act)| Descriptor {
                id,
                name,
                short_description: Text::new(text),
                full_description: Text::new(text),
                help: Text::new(act),
            })
            .collect();
        all.sort_by_key(|descriptor| descriptor.id);
        all
    }

    fn reference(&self, id: &'static str) -> Reference<'static> {
        Reference { id, index: self.used.iter().position(|used| *used == id) }
    }
}

impl<'a> Notification<'a> {
    pub(super) fn of(failure: &'a Failure, rules: &Rules<'a>, descriptors: &Descriptors) -> Self {
        let rule = failure.policy.as_deref();
        let associated_rule =
            rule.and_then(|id| rules.index(id).map(|index| Reference { id, index: Some(index) }));
        Self {
            descriptor: descriptors.reference(failure.kind.word()),
            associated_rule,
            level: "error",
            message: Text::new(words::failure(failure)),
            locations: failure.path.iter().map(Location::new).collect(),
        }
    }

    pub(super) fn cut(message: String, descriptors: &Descriptors) -> Self {
        Self {
            descriptor: descriptors.reference(CUT),
            associated_rule: None,
            level: "warning",
            message: Text::new(message),
            locations: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::FailureKind::{Budget, Config, Fix, Internal, Policy, Read, Script};

    #[test]
    fn every_kind_of_failure_is_described() {
        for kind in [Config, Read, Policy, Script, Budget, Fix, Internal] {
            let failure = Failure { kind, path: None, policy: None, message: String::new() };
            let outcome = Outcome { failures: vec![failure], ..Outcome::default() };
            assert_eq!(Descriptors::new(&outcome, None).all().len(), 1, "{kind:?}");
        }
    }
}
