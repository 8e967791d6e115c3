//! The names of a repository's files as a sorted table, asked by path, by folder and by prefix. Holds no contents.

use std::collections::BTreeSet;

use rayon::slice::ParallelSliceMut;

use crate::source::RepoPath;

/// File paths in byte order, without duplicates.
#[derive(Debug, Default, Clone)]
pub struct PathIndex {
    paths: Vec<RepoPath>,
}

impl PathIndex {
    /// Sorts the paths.
    #[must_use]
    pub fn new(mut paths: Vec<RepoPath>) -> Self {
        // Names from git's index need nothing; those of a large walk are worth all threads.
        if !paths.is_sorted_by(|a, b| a < b) {
            if paths.len() > 4096 {
                paths.par_sort_unstable();
            } else {
                paths.sort();
            }
            paths.dedup();
        }
        Self { paths }
    }

    /// All paths, in order.
    #[must_use]
    pub fn paths(&self) -> &[RepoPath] {
        &self.paths
    }

    /// Whether a file has exactly this path.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        self.paths.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
    }

    /// The files below a folder, at any depth; all files for the root.
    #[must_use]
    pub fn under(&self, folder: &str) -> &[RepoPath] {
        if folder.is_empty() {
            return &self.paths;
        }
        let prefix = format!("{folder}/");
        let start = self.paths.partition_point(|path| path.as_str() < prefix.as_str());
        let length = self.paths[start..].partition_point(|path| path.as_str().starts_with(&prefix));
        &self.paths[start..start + length]
    }

    /// Whether any file lies below this folder.
    #[must_use]
    pub fn has_folder(&self, folder: &str) -> bool {
        !self.under(folder).is_empty()
    }

    /// The folders that hold a file at any depth, without the root, sorted.
    #[must_use]
    pub fn folders(&self) -> BTreeSet<&str> {
        let mut folders = BTreeSet::new();
        let mut last = "";
        for path in &self.paths {
            let mut folder = path.parent();
            // Neighbours mostly share their folder: climb only until one is known.
            if folder == last {
                continue;
            }
            last = folder;
            while !folder.is_empty() && folders.insert(folder) {
                folder = folder.rfind('/').map_or("", |slash| &folder[..slash]);
            }
        }
        folders
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_prefixes() {
        let index =
            PathIndex::new(["b/c/d.py", "a.py", "b.py", "b-x/e.py", "b/a.py"].map(RepoPath::new).to_vec());
        let under: Vec<_> = index.under("b").iter().map(RepoPath::as_str).collect();
        assert_eq!(under, ["b/a.py", "b/c/d.py"]);
        assert!(index.contains("b.py") && !index.contains("b"));
        assert_eq!(index.folders().into_iter().collect::<Vec<_>>(), ["b", "b-x", "b/c"]);
        assert!(!index.has_folder("b/c/d"));
    }
}
