//! Which suppressions of a file count where only those of another revision are trusted: those that stood there, about the
//! same lines. Reads suppressions, decides nothing else.

use std::collections::BTreeMap;

use super::suppression::{Reach, Suppression, Suppressions};
use crate::source::SourceFile;

/// What is said of a suppression that does not count.
const UNTRUSTED: &str = "it is not so in the revision that is trusted, and silences nothing";

/// Makes those suppressions count for nothing that do not stand in `base`, the same file in the trusted revision.
pub(super) fn distrust(
    file: &SourceFile,
    suppressions: &mut Suppressions,
    base: Option<(&SourceFile, &Suppressions)>,
) {
    let mut trusted: BTreeMap<String, usize> = BTreeMap::new();
    if let Some((file, suppressions)) = base {
        for one in suppressions.all.iter().filter(|one| one.directive.is_ok()) {
            *trusted.entry(meaning(file, one)).or_default() += 1;
        }
    }
    for one in suppressions.all.iter_mut().filter(|one| one.directive.is_ok()) {
        let known = trusted.get_mut(&meaning(file, one)).filter(|n_left| **n_left > 0);
        match known {
            Some(n_left) => *n_left -= 1,
            None => one.directive = Err(UNTRUSTED.to_owned()),
        }
    }
}

/// The comment with the first and the last line that it is about, which it must not leave for others.
fn meaning(file: &SourceFile, one: &Suppression) -> String {
    let comment = file.slice(one.place.span);
    let Reach::Lines(lines) = &one.reach else { return comment.to_owned() };
    let line = |number: u32| {
        let number = (number as usize).saturating_sub(1);
        if number >= file.lines().count() { "" } else { &file.text[file.lines().range(&file.text, number)] }
    };
    format!("{comment}\n{}\n{}", line(*lines.start()).trim(), line(*lines.end()).trim())
}
