//! Follows files from the newest commit to where they came from, all in one walk. Knows no git.

use std::collections::HashMap;
use std::sync::Arc;

use super::step::{Step, extension_of};
use super::{Birth, Commit, End, HistoryError, Life, Steps, Trace, Traces};
use crate::source::RepoPath;

/// The number of a life whose beginning was not reached.
const OPEN: u32 = u32::MAX;

/// Files by the path that they had at some commit.
type Names = HashMap<String, Vec<usize>, ahash::RandomState>;

/// What is known on the way.
struct Following {
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
pub(super) fn follow(steps: &mut Steps<'_>, paths: &[&RepoPath]) -> Result<Traces, HistoryError> {
    let mut following = Following::new(steps, paths);
    following.leave_older(steps)?;
    if following.n_open > 0 {
        let alive = &following.alive;
        let step = steps.uncommitted(&|path| alive.contains_key(path), paths)?;
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

impl Following {
    fn new(steps: &Steps<'_>, paths: &[&RepoPath]) -> Self {
        let mut alive = Names::default();
        for (file, path) in paths.iter().enumerate() {
            alive.entry(steps.path_of(path)).or_default().push(file);
        }
        let trace = |path: &&RepoPath| Trace { lives: vec![open_life(0, path.to_shared())] };
        Self {
            traces: paths.iter().map(trace).collect(),
            alive,
            dormant: Names::default(),
            n_open: paths.len(),
            n_missing: 0,
        }
    }

    /// Leaves out the files that lie in the commit behind which nothing is looked at.
    fn leave_older(&mut self, steps: &mut Steps<'_>) -> Result<(), HistoryError> {
        let (alive, traces, n_open) = (&mut self.alive, &mut self.traces, &mut self.n_open);
        steps.older(&mut |path| {
            for file in alive.remove(path).unwrap_or_default() {
                traces[file].lives[0].birth = Birth::Older;
                *n_open -= 1;
            }
        })
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
        let commit = match &step.commit {
            Some(commit) if came.iter().any(|added| !origins.of.contains_key(added)) => {
                Some(Arc::new(Commit { is_import: steps.is_import()?, ..commit.clone() }))
            }
            _ => None,
        };
        for (added, files) in came.into_iter().zip(files) {
            let entry = &step.added[added];
            if let Some(origin) = origins.of.get(&added) {
                let path = &step.deleted[*origin].path;
                self.alive.entry(path.clone()).or_default().extend(files);
                continue;
            }
            let is_unsure = origins.unsure.contains(&added);
            self.n_missing += usize::from(origins.missing.contains(&added));
            let birth = match (&commit, is_unsure) {
                (_, true) => Birth::Unknown,
                (Some(commit), false) => Birth::Commit(Arc::clone(commit)),
                (None, false) => Birth::Uncommitted,
            };
            let extension = extension_of(&entry.path);
            let n_moved = |added: &usize| !origins.of.contains_key(added);
            let came_with = (0..step.added.len())
                .filter(|other| step.added[*other].extension() == extension)
                .filter(n_moved)
                .count();
            let path = steps.shown_path(&entry.path);
            for &file in &files {
                self.born(file, number, birth.clone(), &path, came_with);
            }
            self.dormant.entry(entry.path.clone()).or_default().extend(files);
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

    fn born(&mut self, file: usize, number: u32, birth: Birth, path: &Arc<str>, came_with: usize) {
        let trace = &mut self.traces[file];
        self.n_open -= usize::from(trace.lives.len() == 1);
        if let Some(life) = trace.lives.last_mut() {
            *life = Life { oldest: number, birth, path: Arc::clone(path), came_with, ..*life };
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

fn open_life(newest: u32, path: Arc<str>) -> Life {
    Life { newest, oldest: OPEN, birth: Birth::Unknown, path, came_with: 0 }
}
