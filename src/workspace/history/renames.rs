//! Which of the files that a step brings are files that it removes under another name. Compares contents within one
//! step alone, the same ones by their names, similar ones by their lines, and never more than a bounded number.

use std::collections::{BTreeMap, BTreeSet};

use super::HistoryError;
use super::similarity::Lines;
use super::step::{Content, Entry, Step};

/// Files that have less in common are two files, in percent; git's own limit.
const SIMILAR: u64 = 50;

/// How many pairs of files are compared in one step. A step that moves more is told apart by equal contents and equal
/// names alone.
const MAX_PAIRS: usize = 250_000;

/// At most so many files of one name are compared then.
const MAX_NAMED: usize = 16;

/// How many pairs are compared to see whether one came out of the other.
const MAX_PARTS: usize = 20_000;

/// How many lines are held at once for that, over all files.
const MAX_LINES: usize = 4_000_000;

/// Larger files are not compared, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// Where files of a step come from.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// Numbers of removed files by those of added ones.
    pub(super) of: BTreeMap<usize, usize>,
    /// Added files of which it cannot be said.
    pub(super) unsure: BTreeSet<usize>,
    /// Those among them of which it cannot be said because contents are missing.
    pub(super) missing: BTreeSet<usize>,
    /// The paths of files that most lines of added ones came out of.
    pub(super) out_of: BTreeMap<usize, String>,
}

/// Reads a content into a buffer; `false` where it is not there.
pub(super) type Read<'r> = dyn FnMut(&Entry, &mut Vec<u8>) -> Result<bool, HistoryError> + 'r;

/// Finds where the added files come from. All are looked at, because a file that moved is nobody else's origin; of
/// those that have the extension of a `wanted` one also the similar.
pub(super) fn origins(step: &Step, wanted: &[usize], read: &mut Read<'_>) -> Result<Origins, HistoryError> {
    let mut origins = Origins::default();
    if !step.deleted.is_empty() {
        moved(step, wanted, &mut origins, read)?;
    }
    parts(step, wanted, &mut origins, read)?;
    Ok(origins)
}

/// Finds files that were moved.
fn moved(
    step: &Step,
    wanted: &[usize],
    origins: &mut Origins,
    read: &mut Read<'_>,
) -> Result<(), HistoryError> {
    let mut free: BTreeSet<usize> = (0..step.deleted.len()).collect();
    same(step, &mut free, origins);
    let extensions: BTreeSet<&str> = wanted
        .iter()
        .filter(|added| !origins.of.contains_key(added))
        .map(|&added| step.added[added].extension())
        .collect();
    for extension in extensions {
        let is_one = |entry: &Entry| entry.extension() == extension && !entry.content.is_empty();
        let added: Vec<usize> = (0..step.added.len())
            .filter(|number| !origins.of.contains_key(number) && is_one(&step.added[*number]))
            .collect();
        let deleted: Vec<usize> =
            free.iter().copied().filter(|&number| is_one(&step.deleted[number])).collect();
        if !added.is_empty() && !deleted.is_empty() {
            similar(step, &added, &deleted, origins, read)?;
        }
    }
    Ok(())
}

/// Finds files most of whose lines stood in a file that the step changes or removes: code that is split is not new.
fn parts(
    step: &Step,
    wanted: &[usize],
    origins: &mut Origins,
    read: &mut Read<'_>,
) -> Result<(), HistoryError> {
    let new: Vec<usize> = wanted.iter().copied().filter(|added| !origins.of.contains_key(added)).collect();
    let extensions: BTreeSet<&str> = new.iter().map(|&added| step.added[added].extension()).collect();
    let is_whole = |entry: &&Entry| extensions.contains(entry.extension()) && !entry.content.is_empty();
    let wholes: Vec<&Entry> = step.changed.iter().chain(&step.deleted).filter(is_whole).collect();
    if wholes.is_empty() || new.len().saturating_mul(wholes.len()) > MAX_PARTS {
        return Ok(());
    }
    let mut room = MAX_LINES;
    let held: Vec<Held> =
        wholes.iter().map(|entry| hold(entry, &mut room, read)).collect::<Result<_, _>>()?;
    for added in new {
        let Held::Lines(part) = hold(&step.added[added], &mut room, read)? else { continue };
        let shares = held.iter().zip(&wholes).filter_map(|(held, whole)| match held {
            Held::Lines(lines) if whole.extension() == step.added[added].extension() => {
                Some((part.share_in(lines), std::cmp::Reverse(&whole.path)))
            }
            _ => None,
        });
        if let Some((percent, std::cmp::Reverse(path))) = shares.max()
            && percent >= SIMILAR
        {
            origins.out_of.insert(added, path.clone());
        }
    }
    Ok(())
}

/// Pairs files with the same content: those that keep their name first.
fn same(step: &Step, free: &mut BTreeSet<usize>, origins: &mut Origins) {
    let mut by_content: BTreeMap<Content, Vec<usize>> = BTreeMap::new();
    for (number, entry) in step.deleted.iter().enumerate().filter(|(_, entry)| !entry.content.is_empty()) {
        by_content.entry(entry.content).or_default().push(number);
    }
    let keeps_name = |entry: &Entry, deleted: usize| step.deleted[deleted].name() == entry.name();
    for is_strict in [true, false] {
        for (number, entry) in step.added.iter().enumerate() {
            let Some(candidates) = by_content.get_mut(&entry.content) else { continue };
            if origins.of.contains_key(&number) {
                continue;
            }
            let fit = candidates.iter().position(|&deleted| !is_strict || keeps_name(entry, deleted));
            if let Some(at) = fit {
                let deleted = candidates.swap_remove(at);
                free.remove(&deleted);
                origins.of.insert(number, deleted);
            }
        }
    }
}

/// Pairs files that are similar, the most similar first.
fn similar(
    step: &Step,
    added: &[usize],
    deleted: &[usize],
    origins: &mut Origins,
    read: &mut Read<'_>,
) -> Result<(), HistoryError> {
    let is_too_much = added.len().saturating_mul(deleted.len()) > MAX_PAIRS;
    let mut room = MAX_LINES;
    let old: Vec<Held> =
        deleted.iter().map(|&at| hold(&step.deleted[at], &mut room, read)).collect::<Result<_, _>>()?;
    let by_name = names(step, deleted);
    let mut pairs = Vec::new();
    for &number in added {
        let entry = &step.added[number];
        let new = hold(entry, &mut room, read)?;
        // With too much to compare, only files of the same name are.
        let named =
            by_name.get(entry.name()).filter(|named| named.len() <= MAX_NAMED).map_or(&[][..], Vec::as_slice);
        let all: Vec<usize> = if is_too_much { Vec::new() } else { (0..deleted.len()).collect() };
        for &at in if is_too_much { named } else { &all[..] } {
            let Some(percent) = new.similarity(&old[at]) else { continue };
            if percent >= SIMILAR {
                let is_renamed = step.deleted[deleted[at]].name() != entry.name();
                pairs.push((std::cmp::Reverse(percent), is_renamed, number, deleted[at]));
            }
        }
        let is_missing = matches!(new, Held::Missing) || old.iter().any(|old| matches!(old, Held::Missing));
        if is_missing {
            origins.missing.insert(number);
        }
        if is_missing || is_too_much || room == 0 {
            origins.unsure.insert(number);
        }
    }
    pairs.sort_unstable();
    let mut taken = BTreeSet::new();
    for (_, _, number, deleted) in pairs {
        if !origins.of.contains_key(&number) && taken.insert(deleted) {
            origins.of.insert(number, deleted);
            origins.unsure.remove(&number);
            origins.missing.remove(&number);
        }
    }
    Ok(())
}

/// The removed files by their names.
fn names<'s>(step: &'s Step, deleted: &[usize]) -> BTreeMap<&'s str, Vec<usize>> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, &number) in deleted.iter().enumerate() {
        by_name.entry(step.deleted[number].name()).or_default().push(at);
    }
    by_name
}

/// A text that is to be compared.
enum Held {
    Lines(Lines),
    /// It is too large to be compared.
    Large,
    /// It is not there.
    Missing,
}

impl Held {
    fn similarity(&self, other: &Self) -> Option<u64> {
        match (self, other) {
            (Self::Lines(one), Self::Lines(other)) => Some(one.similarity(other)),
            _ => None,
        }
    }
}

fn hold(entry: &Entry, room: &mut usize, read: &mut Read<'_>) -> Result<Held, HistoryError> {
    if *room == 0 {
        return Ok(Held::Large);
    }
    let mut bytes = Vec::new();
    if !read(entry, &mut bytes)? {
        return Ok(Held::Missing);
    }
    if bytes.len() > MAX_BYTES {
        return Ok(Held::Large);
    }
    let lines = Lines::of(&bytes);
    *room = room.saturating_sub(lines.len());
    Ok(Held::Lines(lines))
}
