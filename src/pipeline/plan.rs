//! What a run has to extract: the kinds that its policies judge or are to be recognised by, with the byte filters in
//! front of the parsers. Reads nothing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::facts::{Interest, KINDS, Kind, Sieve, Source, TextSource, Wanted};
use crate::policy::{Choice, Selection};
use crate::source::RepoPath;

/// The kinds to extract.
#[derive(Debug)]
pub(super) struct Plan {
    /// Kinds made from texts.
    pub(super) texts: Vec<PlannedText>,
    /// Kinds made from names, or from the history.
    pub(super) names: Vec<Planned>,
    /// Whether a policy asks about names itself.
    asks_names: bool,
}

/// A kind with all that is asked of it.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) kind: &'static Kind,
    /// What policies judge.
    pub(super) select: Vec<Selection>,
    /// What shows that a policy applies, and what policies look things up in: it may lie anywhere.
    pub(super) evidence: Vec<Selection>,
    /// For kinds made from names: what shows that a policy applies, apart, since one row of each is enough.
    pub(super) signs: Vec<Selection>,
    pub(super) wanted: Wanted,
}

/// What is asked of a kind: what is judged, what is looked up, and what shows that a policy applies.
type Asked<'p> = BTreeMap<&'p str, [Vec<Selection>; 3]>;

/// A kind made from texts.
#[derive(Debug)]
pub(super) struct PlannedText {
    pub(super) planned: Planned,
    pub(super) source: &'static TextSource,
    /// What a text must hold to be parsed. Built for the first file that is read: a small repository may have none.
    sieve: OnceLock<Sieve>,
}

impl Plan {
    /// The plan for these policies.
    pub(super) fn new(choices: &[Choice]) -> Self {
        let mut asked = Asked::new();
        for choice in choices {
            for selection in choice.selections() {
                let [select, evidence, _] = asked.entry(selection.kind().name).or_default();
                let is_evidence = choice.policy.is_evidence(selection.kind().name);
                if is_evidence { evidence } else { select }.push(selection);
            }
            if !choice.is_named {
                for selection in &choice.policy.header.applies {
                    asked.entry(selection.kind().name).or_default()[2].push(selection.clone());
                }
            }
        }
        Self::of(asked, choices.iter().any(|choice| choice.policy.judges_repo()))
    }

    /// The plan for showing all facts of some kinds.
    pub(super) fn everything(kinds: &[&'static Kind]) -> Self {
        let asked =
            kinds.iter().map(|kind| (kind.name, [vec![Selection::all(kind)], Vec::new(), Vec::new()]));
        Self::of(asked.collect(), false)
    }

    /// The plan for names alone.
    pub(super) fn of_names() -> Self {
        Self::of(BTreeMap::new(), true)
    }

    fn of(mut asked: Asked<'_>, asks_names: bool) -> Self {
        let mut plan = Self { texts: Vec::new(), names: Vec::new(), asks_names };
        for kind in KINDS.iter().copied() {
            let Some([select, mut evidence, mut signs]) = asked.remove(kind.name) else { continue };
            if matches!(kind.source, Source::Text(_)) {
                evidence.append(&mut signs);
            }
            let wanted = union(select.iter().chain(&evidence));
            let planned = Planned { kind, select, evidence, signs, wanted };
            match &kind.source {
                Source::Names(_) | Source::History(_) => plan.names.push(planned),
                Source::Text(source) => {
                    plan.texts.push(PlannedText { planned, source, sieve: OnceLock::new() });
                }
            }
        }
        plan
    }

    /// Whether the names of all files are needed beside the files themselves.
    pub(super) fn needs_names(&self) -> bool {
        self.asks_names || !self.names.is_empty()
    }

    /// Whether files beyond those that are judged can change what is judged.
    pub(super) fn looks_around(&self) -> bool {
        self.needs_names() || self.texts.iter().any(|text| !text.planned.evidence.is_empty())
    }
}

impl Planned {
    /// The selections in force for a file that is judged, or only looked at.
    pub(super) fn selections(&self, is_judged: bool) -> impl Iterator<Item = &Selection> {
        let select = if is_judged { &self.select[..] } else { &[] };
        select.iter().chain(&self.evidence)
    }
}

impl PlannedText {
    /// Whether a file is worth reading for this kind.
    pub(super) fn interest(&self, path: &RepoPath, is_judged: bool) -> Interest {
        let interest = (self.source.wants)(path);
        if interest == Interest::No || !self.planned.selections(is_judged).any(|one| one.admits_path(path)) {
            return Interest::No;
        }
        interest
    }

    /// What a text must hold to be parsed.
    pub(super) fn sieve(&self) -> &Sieve {
        let wanted = &self.planned.wanted;
        self.sieve.get_or_init(|| Sieve::new(wanted.clone(), &(self.source.literals)(wanted)))
    }
}

/// The values that all readers together ask for: a field counts only where every one of them constrains it.
fn union<'s>(selections: impl Iterator<Item = &'s Selection>) -> Wanted {
    let mut all: Vec<Wanted> = selections.map(Selection::wanted).collect();
    let Some(mut union) = all.pop() else { return Wanted::new() };
    for wanted in &all {
        union.retain(|field, _| wanted.contains_key(field));
        for (field, values) in &mut union {
            values.extend(wanted[field].iter().cloned());
        }
    }
    union
}
