//! Finds the tests that cover each module: by name, then for what is left by what tests are seen to reach. A test that
//! proves nothing covers nothing, and is kept as rejected.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, Ordering};

use rayon::prelude::*;

use super::code::{Code, read_code};
use super::pairing::{Match, Pairing};
use super::proof::{Proof, proof_of};
use super::reach::reaching_tests;
use super::routes::may_answer;
use super::{File, Files, Survey, TESTS_NAMED, may_match};
use crate::facts::MARK;
use crate::source::Place;
use crate::workspace::text_of;

/// What was found out about a file.
#[derive(Default)]
pub(super) struct Cover {
    /// The tests that cover it, best first.
    pub(super) tests: Vec<Match>,
    /// The files that look like its tests and do not count.
    pub(super) rejected: Vec<Match>,
    /// Those as files of their own, by number, where they are the reason for a finding.
    pub(super) related: Vec<(u32, Self)>,
    /// What it consists of, if it was read.
    pub(super) kind_of_code: Option<&'static str>,
    /// Where it starts, if it was read.
    pub(super) place: Option<Place>,
    /// Whether it was read and holds no mark of a suppression.
    pub(super) is_unmarked: bool,
    /// Why it does not count, for a test.
    pub(super) fault: Option<&'static str>,
}

/// Of a run over more modules than this, tests are not opened to see what they are worth: names alone count then.
const MANY_MODULES: usize = 8_000;

/// The search for covers.
pub(super) struct Covering<'s, 'a> {
    survey: &'s Survey<'s>,
    files: &'s Files<'a>,
    pairing: &'s Pairing<'a, 's>,
    /// What each file is worth as a test, by number, as far as it is known.
    proofs: Vec<AtomicU8>,
}

impl<'s, 'a> Covering<'s, 'a> {
    pub(super) fn new(survey: &'s Survey<'s>, files: &'s Files<'a>, pairing: &'s Pairing<'a, 's>) -> Self {
        Self { survey, files, pairing, proofs: Vec::new() }
    }

    /// The covers of the code among these files. A module that is missing in the answer has a test and no reader who
    /// asks which.
    pub(super) fn covers(mut self, asked: &[u32]) -> BTreeMap<u32, Cover> {
        let code: Vec<u32> =
            asked.iter().copied().filter(|&number| self.file(number).role.is_code()).collect();
        if code.len() <= MANY_MODULES {
            self.proofs.resize_with(self.files.all.len(), AtomicU8::default);
        }
        let mut covers = self.by_name(&code);
        let bare = covers.iter().filter(|(_, cover)| cover.tests.is_empty());
        let bare: Vec<u32> = bare.map(|(&number, _)| number).collect();
        let read: Vec<_> = bare
            .par_iter()
            .map_init(Vec::new, |buffer, &number| (number, self.read(number, buffer)))
            .collect();
        let (mut untested, mut answering) = (Vec::new(), Vec::new());
        for (number, seen) in read {
            if seen.code.kind == "code" {
                untested.push(number);
            }
            if seen.may_answer {
                answering.push(number);
            }
            let cover = covers.entry(number).or_default();
            cover.is_unmarked = seen.is_unmarked;
            (cover.kind_of_code, cover.place) = (Some(seen.code.kind), Some(seen.place));
        }
        self.add(&mut covers, self.pairing.loose_tests(&untested));
        untested.retain(|number| covers[number].tests.is_empty());
        answering.retain(|number| covers[number].tests.is_empty());
        self.add(&mut covers, reaching_tests(self.survey.workspace, self.files, &untested, &answering));
        for number in untested {
            if let Some(cover) = covers.get_mut(&number).filter(|cover| cover.tests.is_empty()) {
                cover.related =
                    cover.rejected.iter().map(|found| (found.test, self.rejected(found.test))).collect();
            }
        }
        covers
    }

    fn file(&self, number: u32) -> &'s File<'a> {
        &self.files.all[number as usize]
    }

    fn by_name(&self, code: &[u32]) -> BTreeMap<u32, Cover> {
        let are_tested_asked = may_match(self.survey.wanted, "has_test", "true");
        let by_name = code.par_iter().map_init(Vec::new, |buffer, &number| {
            let mut found = self.pairing.tests_of(self.file(number));
            if !are_tested_asked && found.iter().any(|found| self.counts(found.test, buffer)) {
                return None;
            }
            found.truncate(TESTS_NAMED);
            let (tests, rejected) = found.into_iter().partition(|found| self.counts(found.test, buffer));
            Some((number, Cover { tests, rejected, ..Cover::default() }))
        });
        by_name.flatten().collect()
    }

    /// Adds what was found to the covers, tests that do not count apart.
    fn add(&self, covers: &mut BTreeMap<u32, Cover>, found: Vec<(u32, Match)>) {
        let mut buffer = Vec::new();
        for (number, found) in found {
            let cover = covers.entry(number).or_default();
            let is_known = |known: &Match| known.test == found.test;
            let counts = self.counts(found.test, &mut buffer);
            let list = if counts { &mut cover.tests } else { &mut cover.rejected };
            if list.len() < TESTS_NAMED && !list.iter().any(is_known) {
                list.push(found);
                list.sort_unstable();
            }
        }
    }

    /// Whether a test proves anything. What cannot be read is not held against it.
    fn counts(&self, test: u32, buffer: &mut Vec<u8>) -> bool {
        let Some(known) = self.proofs.get(test as usize) else { return true };
        let proof = Proof::of_number(known.load(Ordering::Relaxed)).unwrap_or_else(|| {
            let path = self.file(test).path;
            let proof = match self.survey.workspace.read_bytes(path, buffer) {
                Ok(()) => proof_of(&text_of(buffer)).0,
                Err(_) => Proof::Counts,
            };
            known.store(proof.number(), Ordering::Relaxed);
            proof
        });
        proof == Proof::Counts
    }

    /// A test that does not count, with the place that shows it.
    fn rejected(&self, test: u32) -> Cover {
        let path = self.file(test).path;
        let Ok(source) = self.survey.workspace.read(path) else { return Cover::default() };
        let (proof, span) = proof_of(&source.text);
        let place = span.map(|span| source.place(span));
        Cover { fault: proof.fault(), place, ..Cover::default() }
    }

    /// What a module consists of, and where its first definition stands.
    fn read(&self, number: u32, buffer: &mut Vec<u8>) -> Seen {
        let file = self.file(number);
        if self.survey.workspace.read_bytes(file.path, buffer).is_err() {
            let (code, place) = (Code { kind: "unread", ..Code::default() }, Place::whole(file.path.clone()));
            return Seen { code, place, may_answer: false, is_unmarked: false };
        }
        let is_unmarked = memchr::memmem::find(buffer, MARK.as_bytes()).is_none();
        let text = text_of(buffer);
        let code = read_code(file.stem(), &text);
        let place = match code.first_definition {
            Some(span) => Place::of(file.path.clone(), &text, span),
            None => Place::whole(file.path.clone()),
        };
        Seen { code, place, may_answer: may_answer(&text), is_unmarked }
    }
}

/// What was seen of a module.
struct Seen {
    code: Code,
    /// Its first definition.
    place: Place,
    /// Whether it may answer requests to an HTTP interface.
    may_answer: bool,
    is_unmarked: bool,
}
