//! Findings as SARIF's results: message with links to further places, names that survive moved lines, and who says that a
//! finding is known.

use std::collections::BTreeMap;

use serde::Serialize;

use super::location::{Artifact, Location, Region};
use super::rule::{Rules, level};
use super::{States, Text};
use crate::finding::{Applicability, Finding, Fix, Waiver};
use crate::pipeline::Outcome;
use crate::report::clean;
use crate::report::known::Named;
use crate::report::line_hash::line_hashes;
use crate::report::words;
use crate::source::RepoPath;

/// How many further places GitHub shows of a result.
const MAX_RELATED: usize = 100;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Vec<Suppression>>,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "policylint/v1")]
    own: String,
    #[serde(rename = "primaryLocationLineHash", skip_serializing_if = "Option::is_none")]
    line_hash: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix<'a> {
    description: Text,
    artifact_changes: Vec<Change<'a>>,
    properties: FixProperties,
}

#[derive(Serialize)]
struct FixProperties {
    applicability: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Inserted<'a>,
}

#[derive(Serialize)]
struct Inserted<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
}

/// GitHub's hashes of the lines that results stand on, by file.
pub(super) struct Hashes<'a> {
    by_file: BTreeMap<&'a RepoPath, BTreeMap<u32, String>>,
}

impl<'a> Hashes<'a> {
    /// Folders and missing files have none, nor have files that GitHub would read as another text than ours.
    pub(super) fn new(named: &[Named<'a>], outcome: &Outcome) -> Self {
        let mut lines: BTreeMap<&RepoPath, Vec<u32>> = BTreeMap::new();
        for one in named {
            let place = &one.finding.place;
            lines.entry(&place.path).or_default().push(place.start.line);
        }
        let mut by_file = BTreeMap::new();
        for (path, lines) in lines {
            if let Some(source) = outcome.sources.get(path).filter(|source| !source.is_mended) {
                by_file.insert(path, line_hashes(&source.text, &lines));
            }
        }
        Self { by_file }
    }

    fn get(&self, finding: &Finding) -> Option<String> {
        self.by_file.get(&finding.place.path)?.get(&finding.place.start.line).cloned()
    }
}

impl<'a> SarifResult<'a> {
    pub(super) fn new(named: Named<'a>, rules: &Rules<'_>, hashes: &Hashes<'_>, states: &States) -> Self {
        let Named { finding, fingerprint, waiver } = named;
        let is_baselined = waiver == Some(&Waiver::Baseline);
        let state = if is_baselined { "unchanged" } else { "new" };
        Self {
            rule_id: &finding.policy,
            rule_index: rules.index(&finding.policy),
            level: level(finding.severity),
            message: Text::new(message(finding)),
            locations: [Location::new(&finding.place)],
            related_locations: related(finding),
            partial_fingerprints: Fingerprints { own: fingerprint, line_hash: hashes.get(finding) },
            fixes: finding.fixes.iter().filter(|fix| !fix.edits.is_empty()).map(SarifFix::new).collect(),
            baseline_state: states.has_baseline.then_some(state),
            suppressions: states.has_suppressions.then(|| waiver.map(suppression).into_iter().collect()),
        }
    }
}

/// What is wrong, what to do, and links to the further places.
fn message(finding: &Finding) -> String {
    let mut message = unlinked(&words::lines(&finding.message));
    if !finding.help.is_empty() {
        message.push('\n');
        message.push_str(&unlinked(&words::lines(&finding.help)));
    }
    for (label, id) in finding.labels.iter().take(MAX_RELATED).zip(1..) {
        let text = clean::line(&label.text);
        let text = if text.trim().is_empty() { words::position(&label.place).into() } else { text };
        let text = text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        message.push_str(&format!("\nsee [{text}]({id})"));
    }
    let n_more = finding.labels.len().saturating_sub(MAX_RELATED);
    if n_more > 0 {
        message.push_str(&format!("\nand {n_more} more places"));
    }
    message
}

/// Text in which no link begins.
fn unlinked(text: &str) -> String {
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() }
}

fn related(finding: &Finding) -> Vec<Location> {
    let labels = finding.labels.iter().take(MAX_RELATED).zip(1..);
    let location = |(label, id): (&crate::finding::Label, usize)| Location {
        id: Some(id),
        message: Some(label.text.trim())
            .filter(|text| !text.is_empty())
            .map(|text| Text::new(words::lines(text))),
        ..Location::new(&label.place)
    };
    labels.map(location).collect()
}

impl<'a> SarifFix<'a> {
    fn new(fix: &'a Fix) -> Self {
        let mut changes: BTreeMap<&RepoPath, Change<'a>> = BTreeMap::new();
        for edit in &fix.edits {
            let new = || Change { artifact_location: Artifact::new(&edit.place), replacements: Vec::new() };
            changes.entry(&edit.place.path).or_insert_with(new).replacements.push(Replacement {
                deleted_region: Region::new(&edit.place),
                inserted_content: Inserted { text: &edit.replacement },
            });
        }
        let applicability = match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
            Applicability::DisplayOnly => "display-only",
        };
        Self {
            description: Text::new(words::lines(&fix.title)),
            artifact_changes: changes.into_values().collect(),
            properties: FixProperties { applicability },
        }
    }
}

fn suppression(waiver: &Waiver) -> Suppression {
    let (kind, place) = match waiver {
        Waiver::Comment { place, .. } => ("inSource", Some(place)),
        Waiver::Ledger { place, .. } => ("external", Some(place)),
        Waiver::Baseline => ("external", None),
    };
    let justification = words::waiver(waiver).into_owned();
    Suppression { kind, status: "accepted", justification, location: place.map(Location::new) }
}
