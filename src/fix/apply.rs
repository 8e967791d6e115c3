//! Edits of texts: which fixes can be made together, and what the texts are afterwards. Pure: texts in, texts out.

use std::collections::BTreeMap;

use crate::finding::{Edit, Fix};
use crate::source::{RepoPath, Span};

/// The fixes that can be made at once: each whole or not at all, and of those that overlap or touch the first.
pub(super) fn without_overlaps<'f>(texts: &BTreeMap<&RepoPath, &str>, fixes: &[&'f Fix]) -> Vec<&'f Fix> {
    let mut taken: BTreeMap<&RepoPath, BTreeMap<usize, usize>> = BTreeMap::new();
    let mut made = Vec::new();
    for fix in fixes {
        let is_free = |edit: &Edit| {
            let place = &edit.place;
            texts.get(&place.path).is_some_and(|text| text.get(place.span.range()).is_some())
                && taken.get(&place.path).is_none_or(|taken| is_free(taken, place.span))
        };
        if fix.edits.iter().all(is_free) && changes_anything(texts, fix) && !overlaps_itself(fix) {
            for place in fix.edits.iter().map(|edit| &edit.place) {
                let taken = taken.entry(&place.path).or_default();
                let end = taken.entry(place.span.start).or_default();
                *end = place.span.end.max(*end);
            }
            made.push(*fix);
        }
    }
    made
}

/// Whether no range that is taken overlaps or touches this one.
fn is_free(taken: &BTreeMap<usize, usize>, span: Span) -> bool {
    // Ranges that are taken do not overlap, so the last that begins before the end reaches furthest.
    taken.range(..=span.end).next_back().is_none_or(|(_, &end)| end < span.start)
}

fn changes_anything(texts: &BTreeMap<&RepoPath, &str>, fix: &Fix) -> bool {
    fix.edits.iter().any(|edit| {
        let text = texts.get(&edit.place.path).and_then(|text| text.get(edit.place.span.range()));
        text != Some(&*edit.replacement)
    })
}

/// Whether two edits of a fix are about the same bytes, or insert at the same place.
fn overlaps_itself(fix: &Fix) -> bool {
    let mut places: Vec<_> = fix.edits.iter().map(|edit| &edit.place).collect();
    places.sort_by_key(|place| (&place.path, place.span));
    places.windows(2).any(|pair| {
        let (one, next) = (pair[0], pair[1]);
        one.path == next.path && (one.span.start == next.span.start || one.span.end > next.span.start)
    })
}

/// The texts that fixes change, after them. The fixes do not overlap.
pub(super) fn edited<'t>(
    texts: &BTreeMap<&'t RepoPath, &str>,
    fixes: &[&Fix],
) -> Vec<(&'t RepoPath, String)> {
    let mut edits: BTreeMap<&RepoPath, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        edits.entry(&edit.place.path).or_default().push(edit);
    }
    let edited = edits.into_iter().filter_map(|(path, edits)| {
        let (path, text) = texts.get_key_value(path)?;
        Some((*path, with_edits(text, edits)))
    });
    edited.collect()
}

fn with_edits(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| edit.place.span);
    let added: usize = edits.iter().map(|edit| edit.replacement.len()).sum();
    let mut result = String::with_capacity(text.len() + added);
    let mut at = 0;
    for edit in edits {
        let span = edit.place.span;
        result.push_str(text.get(at..span.start).unwrap_or_default());
        result.push_str(&edit.replacement);
        at = span.end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::finding::Applicability;
    use crate::source::{Place, SourceFile};

    fn fix(file: &SourceFile, edits: &[(usize, usize, &str)]) -> Fix {
        let edit = |&(start, end, text): &(usize, usize, &str)| Edit {
            place: file.place(Span::new(start, end)),
            replacement: text.into(),
        };
        Fix {
            title: "t".into(),
            edits: edits.iter().map(edit).collect(),
            moves: Vec::new(),
            applicability: Applicability::Safe,
        }
    }

    fn applied(text: &str, fixes: &[&[(usize, usize, &str)]]) -> (Vec<usize>, String) {
        let file = SourceFile::new(RepoPath::new("a"), text);
        let fixes: Vec<Fix> = fixes.iter().map(|edits| fix(&file, edits)).collect();
        let all: Vec<&Fix> = fixes.iter().collect();
        let texts = BTreeMap::from([(&file.path, text)]);
        let made = without_overlaps(&texts, &all);
        let numbers = made.iter().filter_map(|one| all.iter().position(|known| std::ptr::eq(*known, *one)));
        let result = edited(&texts, &made).pop().map_or_else(|| text.to_owned(), |(_, text)| text);
        (numbers.collect(), result)
    }

    #[test]
    fn the_first_of_overlapping_fixes_is_made_whole() {
        let fixes: &[&[_]] = &[&[(0, 1, "A"), (4, 5, "E")], &[(2, 3, "C"), (4, 4, "x")], &[(2, 3, "k")]];
        assert_eq!(applied("abcdef", fixes), (vec![0, 2], "AbkdEf".to_owned()));
        assert_eq!(applied("abc", &[&[(1, 1, "x")], &[(1, 1, "x")]]), (vec![0], "axbc".to_owned()));
        assert_eq!(applied("abc", &[&[(1, 2, "x")], &[(2, 2, "y")]]), (vec![0], "axc".to_owned()));
        assert_eq!(applied("abc", &[&[(0, 2, "x"), (1, 3, "y")]]), (vec![], "abc".to_owned()));
    }

    #[test]
    fn ranges_that_are_none_change_nothing() {
        assert_eq!(applied("é", &[&[(1, 2, "x")], &[(0, 9, "y")]]), (vec![], "é".to_owned()));
        assert_eq!(applied("ab", &[&[(0, 2, "ab")], &[(1, 1, "c")]]), (vec![1], "acb".to_owned()));
        let other = Fix {
            edits: vec![Edit { place: Place::whole(RepoPath::new("b")), replacement: "x".into() }],
            ..fix(&SourceFile::new(RepoPath::new("a"), ""), &[])
        };
        assert!(without_overlaps(&BTreeMap::new(), &[&other]).is_empty());
    }

    proptest! {
        #[test]
        fn edits_that_do_not_overlap_are_made_as_one_by_one(
            pieces in proptest::collection::vec(("[aé\n]{1,4}", any::<Option<bool>>(), "[xü]{0,3}"), 0..12),
        ) {
            let text: String = pieces.iter().map(|(piece, _, _)| piece.as_str()).collect();
            let mut edits = Vec::new();
            let mut at = 0;
            for (number, (piece, kind, new)) in pieces.iter().enumerate() {
                // Every other piece stays, so no two edits touch, and an edit that inserts nothing is none.
                if let Some(replaces) = kind.filter(|replaces| number % 2 == 0 && (*replaces || !new.is_empty())) {
                    edits.push((at, if replaces { at + piece.len() } else { at }, new.as_str()));
                }
                at += piece.len();
            }
            let mut naive = text.clone();
            for &(start, end, new) in edits.iter().rev() {
                naive.replace_range(start..end, new);
            }
            let fixes: Vec<&[_]> = edits.chunks(1).collect();
            prop_assert_eq!(applied(&text, &fixes), ((0..edits.len()).collect(), naive.clone()));
            prop_assert_eq!(applied(&text, &[&edits]).1, naive);
        }
    }
}
