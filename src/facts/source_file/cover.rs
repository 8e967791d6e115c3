//! Finds the tests that cover each source: by the pairs of its language, by a mark within the source, and then by what
//! tests name. A test that proves nothing covers nothing.

use super::reach::reaching_tests;
use super::text::{code_of, fault, first_function, is_generated};
use super::{
    BTreeMap, Files, IntoParallelRefIterator, Key, KeyMap, ParallelIterator, Role, Survey, TESTS_NAMED, key,
};
use crate::facts::naming::is_common;
use crate::source::{Place, Span};
use crate::workspace::text_of;

/// What was found out about a file.
#[derive(Default)]
pub(super) struct Cover {
    /// The tests that cover it with how they were found, best first.
    pub(super) tests: Vec<(usize, &'static str)>,
    /// The files that look like its tests, with why they do not count.
    pub(super) rejected: Vec<(usize, &'static str)>,
    /// What it consists of, if it was read.
    pub(super) kind_of_code: Option<&'static str>,
    /// Where its first function stands, if it was read.
    pub(super) place: Option<Place>,
    /// Why it does not count, for a test.
    pub(super) fault: Option<&'static str>,
    /// Where its test is expected.
    pub(super) expected: Option<String>,
}

/// At most so many tests of one name are compared with a source.
const GROUP: usize = 16;

/// Of a run over more sources than this, tests are not opened to see what they are worth.
const MANY: usize = 8_000;

/// The tests of a language by what they are about.
struct Index<'f, 'a> {
    files: &'f Files<'a>,
    /// By subject within a scope.
    by_subject: KeyMap<Vec<usize>>,
    /// Tests that are about their folder.
    by_folder: KeyMap<Vec<usize>>,
    /// How many sources have a name within a scope.
    owners: KeyMap<usize>,
}

/// The covers of these files; tests and others have empty ones.
pub(super) fn covers(survey: &Survey<'_>, files: &Files<'_>, asked: &[usize]) -> BTreeMap<usize, Cover> {
    let index = Index::new(files);
    let is_opened = asked.len() <= MANY;
    let by_name = asked.par_iter().map_init(Vec::new, |buffer, &number| {
        let mut cover = Cover::default();
        if files.all[number].role != Role::Source {
            return (number, cover);
        }
        for (test, reason) in index.tests_of(number).into_iter().take(TESTS_NAMED) {
            match is_opened.then(|| fault_of(survey, files, test, buffer)).flatten() {
                Some(fault) => cover.rejected.push((test, fault)),
                None => cover.tests.push((test, reason)),
            }
        }
        if cover.tests.is_empty() {
            look_into(survey, files, number, buffer, &mut cover);
        }
        (number, cover)
    });
    let mut covers: BTreeMap<usize, Cover> = by_name.collect();
    let untested: Vec<usize> = covers
        .iter()
        .filter(|(_, cover)| cover.kind_of_code == Some("code"))
        .map(|(&number, _)| number)
        .collect();
    for (number, test, reason) in reaching_tests(survey, files, &untested) {
        let cover = covers.entry(number).or_default();
        if cover.tests.len() < TESTS_NAMED {
            cover.tests.push((test, reason));
        }
    }
    let habit = index.habit();
    for number in untested {
        if let Some(cover) = covers.get_mut(&number).filter(|cover| cover.tests.is_empty()) {
            cover.expected = index.expected(number, &habit);
        }
    }
    covers
}

fn fault_of(
    survey: &Survey<'_>,
    files: &Files<'_>,
    test: usize,
    buffer: &mut Vec<u8>,
) -> Option<&'static str> {
    survey.workspace.read_bytes(files.all[test].path, buffer).ok()?;
    fault(&code_of(&text_of(buffer), files.language), files.language)
}

/// Reads a source for which no test is found by its name.
fn look_into(survey: &Survey<'_>, files: &Files<'_>, number: usize, buffer: &mut Vec<u8>, cover: &mut Cover) {
    let path = files.all[number].path;
    if survey.workspace.read_bytes(path, buffer).is_err() {
        cover.kind_of_code = Some("unread");
        return;
    }
    let text = text_of(buffer);
    if files.language.list("inline").iter().any(|mark| text.contains(mark.as_str())) {
        cover.tests.push((number, "tests within"));
        return;
    }
    let function = first_function(&code_of(&text, files.language), files.language);
    cover.kind_of_code = Some(match function {
        _ if is_generated(&text) => "generated",
        Some(_) => "code",
        None => "declarative",
    });
    cover.place = function.map(|start| {
        let end = start + text[start..].find('\n').unwrap_or(text.len() - start);
        let end = start + text[start..end].trim_end().len();
        let start = start + (text[start..end].len() - text[start..end].trim_start().len());
        Place::of(path.clone(), &text, Span::new(start, end))
    });
}

impl<'f, 'a> Index<'f, 'a> {
    fn new(files: &'f Files<'a>) -> Self {
        let (by_subject, by_folder, owners) = (KeyMap::default(), KeyMap::default(), KeyMap::default());
        let mut index = Self { files, by_subject, by_folder, owners };
        for (number, file) in files.all.iter().enumerate() {
            match file.role {
                Role::Source => {
                    *index.owners.entry(key(file.path.stem()).within(file.scope)).or_default() += 1;
                }
                Role::Test => index.add_test(number),
                Role::Other => {}
            }
        }
        index
    }

    fn add_test(&mut self, number: usize) {
        let file = &self.files.all[number];
        let mut subjects = Vec::new();
        for pair in &self.files.language.pairs {
            match pair.subject(file.folder(), file.path.stem()) {
                Some(Some(subject)) => subjects.push(key(subject).within(file.scope)),
                Some(None) => {
                    let folder = self.by_folder.entry(Key::EMPTY.within(file.path.parent())).or_default();
                    if folder.last() != Some(&number) {
                        folder.push(number);
                    }
                }
                None => {}
            }
        }
        subjects.sort_unstable();
        subjects.dedup();
        for subject in subjects {
            self.by_subject.entry(subject).or_default().push(number);
        }
    }

    /// The tests of a source, best first, with how they were found.
    fn tests_of(&self, number: usize) -> Vec<(usize, &'static str)> {
        let file = &self.files.all[number];
        let name = key(file.path.stem()).within(file.scope);
        let named = self.by_subject.get(&name).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<(usize, usize)> = Vec::new();
        for &test in named.iter().take(GROUP) {
            let folder = self.files.all[test].folder_from(file.component);
            let is_joined = |pair: &super::pair::Pair| pair.joins(file.folder(), folder);
            match self.files.language.pairs.iter().position(is_joined) {
                Some(pair) => found.push((pair, test)),
                // A name that is nobody else's is proof enough wherever the test lies.
                None if self.is_only(number, name) => found.push((usize::MAX, test)),
                None => {}
            }
        }
        found.sort_unstable();
        let mut found: Vec<_> = found
            .into_iter()
            .map(|(pair, test)| (test, if pair == usize::MAX { "same name" } else { "pair of names" }))
            .collect();
        let is_of_folder = self.files.language.pairs.iter().any(super::pair::Pair::is_of_folder);
        if found.is_empty() && is_of_folder {
            let tests = self.by_folder.get(&Key::EMPTY.within(file.path.parent()));
            found.extend(tests.into_iter().flatten().take(GROUP).map(|&test| (test, "test of the folder")));
        }
        found
    }

    fn is_only(&self, number: usize, name: Key) -> bool {
        let stem = self.files.all[number].path.stem();
        self.owners.get(&name).is_none_or(|count| *count == 1) && !is_common(stem)
    }

    /// How often each pair joins a source and its test, in each scope.
    fn habit(&self) -> BTreeMap<(&'a str, usize), usize> {
        let mut habit = BTreeMap::new();
        for (number, file) in
            self.files.all.iter().enumerate().filter(|(_, file)| file.role == Role::Source).take(MANY)
        {
            for (test, _) in self.tests_of(number).into_iter().take(1) {
                let folder = self.files.all[test].folder_from(file.component);
                let (stem, test) = (file.path.stem(), self.files.all[test].path.stem());
                let fits = |pair: &super::pair::Pair| {
                    pair.joins(file.folder(), folder)
                        && pair.expected(file.folder(), stem).is_some_and(|(_, name)| name == test)
                };
                if let Some(pair) = self.files.language.pairs.iter().position(fits) {
                    *habit.entry((file.scope, pair)).or_default() += 1;
                }
            }
        }
        habit
    }

    /// Where the test of a source is expected: as most tests of its scope lie, else by the first pair that fits, or
    /// within itself.
    fn expected(&self, number: usize, habit: &BTreeMap<(&'a str, usize), usize>) -> Option<String> {
        let file = &self.files.all[number];
        let language = self.files.language;
        let usual = habit
            .range((file.scope, 0)..=(file.scope, usize::MAX))
            .max_by_key(|((_, pair), count)| (**count, std::cmp::Reverse(*pair)))
            .map(|((_, pair), _)| &language.pairs[*pair]);
        if !language.list("inline").is_empty() {
            return Some(file.path.as_str().to_owned());
        }
        let by_pair = |pair: &super::pair::Pair| pair.expected(file.folder(), file.path.stem());
        let (folder, name) = usual.and_then(by_pair).or_else(|| language.pairs.iter().find_map(by_pair))?;
        let extension =
            language.list("test-extensions").first().map_or(file.path.extension(), String::as_str);
        let parts = [file.component, &folder].into_iter().filter(|part| !part.is_empty());
        Some(
            format!("{}/{name}.{extension}", parts.collect::<Vec<_>>().join("/"))
                .trim_start_matches('/')
                .to_owned(),
        )
    }
}
