//! Which tests name the sources that no test is named after: by an import of their path, by the type that carries the
//! name of the file, or by the name of the module. Reads tests, and the files that pass on what lies beside them.

use std::collections::HashMap;

use super::conventions::Evidence;
use super::text::{code_of, fault, words};
use super::{Files, IntoParallelRefIterator, ParallelIterator, Role, Survey, above, below};
use crate::workspace::text_of;

/// In a repository with more tests of a language than this, none is read for what it names.
const MANY_TESTS: usize = 4_000;

/// A map from what tests write to the sources that it may mean.
type Named = HashMap<String, Vec<usize>, ahash::RandomState>;

/// How many sources one name may mean.
const GROUP: usize = 8;

/// What tests may name.
#[derive(Default)]
struct Names {
    paths: Named,
    types: Named,
    modules: Named,
}

/// The sources that tests name, each with the test and how it does.
pub(super) fn reaching_tests(
    survey: &Survey<'_>,
    files: &Files<'_>,
    untested: &[usize],
) -> Vec<(usize, usize, &'static str)> {
    let scopes: std::collections::BTreeSet<&str> =
        untested.iter().map(|&number| files.all[number].scope).collect();
    let is_near =
        |&number: &usize| files.all[number].role == Role::Test && scopes.contains(files.all[number].scope);
    let tests: Vec<usize> = (0..files.all.len()).filter(is_near).collect();
    if untested.is_empty() || files.language.evidence.is_empty() || tests.len() > MANY_TESTS {
        return Vec::new();
    }
    let names = Names::new(survey, files, untested);
    let found = tests.par_iter().map_init(Vec::new, |buffer, &test| {
        if survey.workspace.read_bytes(files.all[test].path, buffer).is_err() {
            return Vec::new();
        }
        let text = text_of(buffer);
        let code = code_of(&text, files.language);
        let mut found = Vec::new();
        for string in &code.strings {
            let path = resolved(string, files.all[test].path.parent());
            found.extend(sources(&names.paths, &path, files, test).map(|source| (source, "import")));
        }
        for (at, word) in words(&code.bytes) {
            let last = word.rsplit(['.', ':']).next().unwrap_or(word);
            for part in [word.split('.').next().unwrap_or(word), last] {
                found.extend(
                    sources(&names.types, part, files, test).map(|source| (source, "name of the type")),
                );
            }
            let joins = word.contains("::") || code.bytes[at + word.len()..].starts_with(b"::");
            for part in word.split("::").filter(|_| joins) {
                found.extend(
                    sources(&names.modules, part, files, test).map(|source| (source, "name of the module")),
                );
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|(source, _)| *source);
        if found.is_empty() || fault(&code, files.language).is_some() {
            return Vec::new();
        }
        found.into_iter().map(|(source, reason)| (source, test, reason)).collect()
    });
    let mut found: Vec<_> = found.collect::<Vec<Vec<_>>>().into_iter().flatten().collect();
    found.sort_unstable();
    found
}

fn sources<'n>(
    named: &'n Named,
    name: &str,
    files: &'n Files<'_>,
    test: usize,
) -> impl Iterator<Item = usize> + 'n {
    let scope = files.all[test].scope;
    named.get(name).into_iter().flatten().copied().filter(move |&source| files.all[source].scope == scope)
}

impl Names {
    fn new(survey: &Survey<'_>, files: &Files<'_>, untested: &[usize]) -> Self {
        let mut names = Self::default();
        for &number in untested {
            let (path, stem) = (files.all[number].path, files.all[number].path.stem());
            for evidence in &files.language.evidence {
                match evidence {
                    Evidence::Types => add(&mut names.types, type_name(stem), number),
                    Evidence::Modules => add(&mut names.modules, stem.to_owned(), number),
                    Evidence::Paths => names.add_paths(survey, files, number, path.parent(), stem),
                }
            }
        }
        names
    }

    fn add_paths(&mut self, survey: &Survey<'_>, files: &Files<'_>, number: usize, folder: &str, stem: &str) {
        let whole = if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") };
        let inner = below(&whole, files.all[number].component).to_owned();
        for start in ["src/", "lib/", "app/", "lib/src/"] {
            if let Some(short) = inner.strip_prefix(start) {
                add(&mut self.paths, short.to_owned(), number);
            }
        }
        // A folder's index passes on what lies beside it.
        for extension in files.language.list("extensions") {
            let index = crate::source::RepoPath::new(&format!("{folder}/index.{extension}"));
            let is_passed_on = survey.names.contains(index.as_str())
                && survey.workspace.read(&index).is_ok_and(|file| {
                    ["\"", "'"].iter().any(|quote| {
                        file.text.contains(&format!("./{stem}{quote}"))
                            || file.text.contains(&format!("./{stem}."))
                    })
                });
            if is_passed_on {
                add(&mut self.paths, folder.to_owned(), number);
                add(&mut self.paths, format!("{folder}/index"), number);
            }
        }
        add(&mut self.paths, inner, number);
        add(&mut self.paths, whole, number);
    }
}

fn add(named: &mut Named, name: String, number: usize) {
    let group = named.entry(name).or_default();
    if group.len() < GROUP && !group.contains(&number) {
        group.push(number);
    }
}

/// The type that a file is named after: `RateLimit` of `rate_limit`. A name of one small word is no type.
fn type_name(stem: &str) -> String {
    let mut name = String::with_capacity(stem.len());
    for word in stem.split(['_', '-', '.']) {
        let mut letters = word.chars();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(letters.as_str());
    }
    name
}

/// The path that an import means, without its extension: from the folder of the test, or from a root behind an alias.
fn resolved(import: &str, folder: &str) -> String {
    let known = [".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".dart"];
    let import = known.iter().find_map(|end| import.strip_suffix(end)).unwrap_or(import);
    // A word without a folder is a package, or no import at all.
    if !import.contains('/') && !import.starts_with('.') {
        return String::new();
    }
    if !import.starts_with('.') {
        let path = import
            .strip_prefix("package:")
            .map_or(import, |path| path.split_once('/').map_or("", |(_, path)| path));
        return ["@/", "~/", "#/", "$lib/", "/"]
            .iter()
            .find_map(|alias| path.strip_prefix(alias))
            .unwrap_or(path)
            .to_owned();
    }
    let mut base = folder;
    let mut rest = import;
    loop {
        if let Some(tail) = rest.strip_prefix("../") {
            base = above(base).unwrap_or_default();
            rest = tail;
        } else if let Some(tail) = rest.strip_prefix("./") {
            rest = tail;
        } else {
            break;
        }
    }
    match rest {
        "." | "" => base.to_owned(),
        ".." => above(base).unwrap_or_default().to_owned(),
        rest if base.is_empty() => rest.trim_end_matches('/').to_owned(),
        rest => format!("{base}/{}", rest.trim_end_matches('/')),
    }
}
