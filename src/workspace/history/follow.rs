//! Follows files from the newest commit to where they came from, all in one walk. Knows no git.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::renames::Origins;
use super::step::Step;
use super::{Birth, Commit, End, HistoryError, Life, Steps, Trace, Traces};
use crate::source::RepoPath;

/// The number of a life whose beginning was not reached.
const OPEN: u32 = u32::MAX;

/// Files by the path that they had at some commit.
type Names = HashMap<String, Vec<usize>, ahash::RandomState>;

/// What is known on the way.
struct Following<'f> {
    is_companion: &'f dyn Fn(&str) -> bool,
    traces: Vec<Trace>,
    /// The files that exist at the commit that was reached, by their paths there.
    alive: Names,
    /// The files that do not exist there but may have before, by their last paths.
    dormant: Names,
    /// How many files are still in the life that they are living today.
    n_open: usize,
    n_missing: usize,
}

/// Follows `paths` until each has come.
pub(super) fn follow(
    steps: &mut Steps<'_>,
    paths: &[&RepoPath],
    is_companion: &dyn Fn(&str) -> bool,
) -> Result<Traces, HistoryError> {
    let mut following = Following::new(steps, paths, is_companion);
    following.leave_older(steps)?;
    if following.n_open > 0 {
        let paths = following.alive.keys().map(String::as_str).collect();
        let step = steps.uncommitted(&paths)?;
        following.take(&step, 0, steps)?;
    }
    let mut number = 0;
    let mut cut = None;
    while following.n_open > 0 {
        match steps.next()? {
            Some(step) => {
                number += 1;
                following.take(&step, number, steps)?;
            }
            None => {
                if let End::Cut(commit) = steps.end() {
                    cut = Some(commit);
                }
                break;
            }
        }
    }
    following.close(&steps.end());
    Ok(Traces { traces: following.traces, cut, n_missing: following.n_missing })
}

impl<'f> Following<'f> {
    fn new(steps: &Steps<'_>, paths: &[&RepoPath], is_companion: &'f dyn Fn(&str) -> bool) -> Self {
        let mut alive = Names::default();
        for (file, path) in paths.iter().enumerate() {
            alive.entry(steps.path_of(path)).or_default().push(file);
        }
        let trace = |path: &&RepoPath| Trace { lives: vec![open_life(0, path.to_shared())] };
        Self {
            is_companion,
            traces: paths.iter().map(trace).collect(),
            alive,
            dormant: Names::default(),
            n_open: paths.len(),
            n_missing: 0,
        }
    }

    /// Leaves out the files that lie in the commit behind which nothing is looked at.
    fn leave_older(&mut self, steps: &mut Steps<'_>) -> Result<(), HistoryError> {
        let paths = self.alive.keys().map(String::as_str).collect();
        let older: Vec<String> = steps.older(&paths)?.into_iter().map(str::to_owned).collect();
        for file in older.iter().flat_map(|path| self.alive.remove(path).unwrap_or_default()) {
            self.traces[file].lives[0].birth = Birth::Older;
            self.n_open -= 1;
        }
        Ok(())
    }

    /// Goes one step back.
    fn take(&mut self, step: &Step, number: u32, steps: &mut Steps<'_>) -> Result<(), HistoryError> {
        let came: Vec<usize> =
            (0..step.added.len()).filter(|&added| self.alive.contains_key(&step.added[added].path)).collect();
        let origins = if came.is_empty() { Default::default() } else { steps.origins(step, &came)? };
        // All leave their paths before any takes another: two files may have changed places.
        let files: Vec<Vec<usize>> = came
            .iter()
            .map(|&added| self.alive.remove(&step.added[added].path).unwrap_or_default())
            .collect();
        self.revive(step, number);
        let mut arrival = None;
        for (added, files) in came.into_iter().zip(files) {
            let path = &step.added[added].path;
            if let Some(origin) = origins.of.get(&added) {
                self.alive.entry(step.deleted[*origin].path.clone()).or_default().extend(files);
                continue;
            }
            let arrival = match &mut arrival {
                Some(arrival) => arrival,
                none => none.insert(Arrival::of(step, &origins, steps, self.is_companion)?),
            };
            self.n_missing += usize::from(origins.missing.contains(&added));
            let life = arrival.life(step, added, number, &origins, steps);
            for &file in &files {
                self.born(file, &life);
            }
            self.dormant.entry(path.clone()).or_default().extend(files);
        }
        Ok(())
    }

    /// A path that a step removes was there before it: files that were there again later had an earlier life.
    fn revive(&mut self, step: &Step, number: u32) {
        if self.dormant.is_empty() {
            return;
        }
        for entry in &step.deleted {
            for file in self.dormant.remove(&entry.path).unwrap_or_default() {
                self.traces[file].lives.push(open_life(number + 1, Arc::from(entry.path.as_str())));
                self.alive.entry(entry.path.clone()).or_default().push(file);
            }
        }
    }

    fn born(&mut self, file: usize, life: &Life) {
        let trace = &mut self.traces[file];
        self.n_open -= usize::from(trace.lives.len() == 1);
        if let Some(open) = trace.lives.last_mut() {
            *open = Life { newest: open.newest, ..life.clone() };
        }
    }

    /// Says of the files that were not followed to their beginning why.
    fn close(&mut self, end: &End) {
        let birth = if *end == End::Older { Birth::Older } else { Birth::Unknown };
        for life in self.traces.iter_mut().flat_map(|trace| &mut trace.lives) {
            if life.oldest == OPEN && life.birth == Birth::Unknown {
                life.birth = birth.clone();
            }
        }
    }
}

/// What files have in common that come with one step.
struct Arrival<'s> {
    birth: Birth,
    /// How many files the step brings, by extension, without those that only moved.
    n_brought: BTreeMap<&'s str, usize>,
    n_companions: usize,
}

impl<'s> Arrival<'s> {
    fn of(
        step: &'s Step,
        origins: &Origins,
        steps: &mut Steps<'_>,
        is_companion: &dyn Fn(&str) -> bool,
    ) -> Result<Self, HistoryError> {
        let birth = match &step.commit {
            Some(commit) => {
                Birth::Commit(Arc::new(Commit { is_import: steps.is_import()?, ..commit.clone() }))
            }
            None => Birth::Uncommitted,
        };
        let mut n_brought = BTreeMap::new();
        for (_, entry) in step.added.iter().enumerate().filter(|(added, _)| !origins.of.contains_key(added)) {
            *n_brought.entry(entry.extension()).or_default() += 1;
        }
        let touched = step.added.iter().chain(&step.changed);
        let n_companions = touched.filter(|entry| is_companion(&entry.path)).count();
        Ok(Self { birth, n_brought, n_companions })
    }

    /// The life that begins with an added file, its end left open.
    fn life(&self, step: &Step, added: usize, number: u32, origins: &Origins, steps: &Steps<'_>) -> Life {
        let entry = &step.added[added];
        let is_unsure = origins.unsure.contains(&added);
        Life {
            newest: 0,
            oldest: number,
            birth: if is_unsure { Birth::Unknown } else { self.birth.clone() },
            path: steps.shown_path(&entry.path),
            came_with: self.n_brought.get(entry.extension()).copied().unwrap_or_default(),
            n_companions: self.n_companions,
            out_of: origins.out_of.get(&added).map(|path| steps.shown_path(path)),
        }
    }
}

fn open_life(newest: u32, path: Arc<str>) -> Life {
    Life { newest, oldest: OPEN, birth: Birth::Unknown, path, came_with: 0, n_companions: 0, out_of: None }
}
