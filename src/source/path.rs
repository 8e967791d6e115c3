//! A path in the repository. Never looks whether anything lies there.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::count;

/// A path relative to the root of the repository, with `/` between its parts on every system.
///
/// Cheap to clone. The root itself is the empty path. Names that are not UTF-8 are spelt with U+FFFD and can be
/// reported but not read.
#[derive(Clone)]
pub struct RepoPath {
    /// The text, maybe beside those of other paths.
    block: Arc<str>,
    start: u32,
    end: u32,
    /// Where the name starts and where the dot of its extension stands, or its end. Every kind of fact asks every
    /// file for both, so they are found once.
    name: u32,
    dot: u32,
}

impl RepoPath {
    /// Takes a path that is already relative and separated by `/`; a leading `./` and trailing `/` are dropped.
    #[must_use]
    pub fn new(path: &str) -> Self {
        let path = path.strip_prefix("./").unwrap_or(path).trim_end_matches('/');
        let block: Arc<str> = Arc::from(if path == "." { "" } else { path });
        let end = block.len();
        Self::within(block, 0, end)
    }

    /// The path that stands at a range of a text.
    fn within(block: Arc<str>, start: usize, end: usize) -> Self {
        let bytes = &block.as_bytes()[start..end];
        let name = memchr::memrchr(b'/', bytes).map_or(0, |slash| slash + 1);
        let dot = memchr::memrchr(b'.', &bytes[name..]).filter(|dot| *dot > 0);
        let dot = dot.map_or(end, |dot| start + name + dot);
        let name = start + name;
        Self { block, start: count(start), end: count(end), name: count(name), dot: count(dot) }
    }

    fn range(&self, from: u32, to: u32) -> &str {
        &self.block[from as usize..to as usize]
    }

    fn bytes(&self) -> &[u8] {
        &self.block.as_bytes()[self.start as usize..self.end as usize]
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.range(self.start, self.end)
    }

    /// The text by itself, for values that outlive the borrow.
    #[must_use]
    pub fn to_shared(&self) -> Arc<str> {
        if self.end as usize - self.start as usize == self.block.len() {
            Arc::clone(&self.block)
        } else {
            Arc::from(self.as_str())
        }
    }

    /// The last part: `b.py` of `a/b.py`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.range(self.name, self.end)
    }

    /// The name without its last extension: `b` of `a/b.py`, `.env` of `.env`.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.range(self.name, self.dot)
    }

    /// The last extension without its dot, or the empty string.
    #[must_use]
    pub fn extension(&self) -> &str {
        if self.dot == self.end { "" } else { self.range(self.dot + 1, self.end) }
    }

    /// The folder that holds this path; the root (empty) for a top-level name.
    #[must_use]
    pub fn parent(&self) -> &str {
        self.range(self.start, self.name.saturating_sub(1).max(self.start))
    }

    /// The parts from the top down; none for the root.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.as_str().split('/').filter(|part| !part.is_empty())
    }

    /// Whether this is `folder` itself or lies below it; everything lies below the root.
    #[must_use]
    pub fn is_under(&self, folder: &str) -> bool {
        is_under(self.as_str(), folder)
    }

    /// This folder's child called `name`.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        if self.start == self.end { Self::new(name) } else { Self::new(&format!("{self}/{name}")) }
    }
}

/// Whether `path` is `folder` or lies below it; everything lies below the root.
#[must_use]
pub fn is_under(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl PartialEq for RepoPath {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for RepoPath {}

impl PartialOrd for RepoPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RepoPath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes().cmp(other.bytes())
    }
}

impl Hash for RepoPath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Makes many paths whose texts lie side by side: a large repository has a hundred thousand, and a piece of memory for
/// each would cost more than the text in it.
#[derive(Debug, Default)]
pub struct PathBlock {
    text: String,
    ends: Vec<usize>,
}

impl PathBlock {
    /// Adds a path, which has to be as [`RepoPath::new`] leaves it.
    pub fn push(&mut self, path: &str) {
        self.text.push_str(path);
        self.ends.push(self.text.len());
    }

    /// How many paths it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Hands the paths over, in order, and is empty again.
    pub fn drain(&mut self) -> impl Iterator<Item = RepoPath> {
        let block: Arc<str> = Arc::from(self.text.as_str());
        self.text.clear();
        let mut start = 0;
        self.ends
            .drain(..)
            .map(move |end| RepoPath::within(Arc::clone(&block), std::mem::replace(&mut start, end), end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_a_block_are_those_by_themselves() {
        let texts = ["a/b.test.py", ".env", "c", "a/.d/e", "ü/ö.ä", "x."];
        let mut block = PathBlock::default();
        for _ in 0..2 {
            texts.iter().for_each(|text| block.push(text));
            assert_eq!(block.len(), texts.len());
            let paths: Vec<_> = block.drain().collect();
            assert!(block.is_empty());
            for (path, text) in paths.iter().zip(texts) {
                let alone = RepoPath::new(text);
                assert_eq!(*path, alone);
                assert_eq!(path.cmp(&alone), Ordering::Equal);
                let parts = |path: &RepoPath| {
                    [path.name(), path.stem(), path.extension(), path.parent()].map(str::to_owned)
                };
                assert_eq!(parts(path), parts(&alone), "{text}");
                assert_eq!(path.to_shared(), alone.to_shared());
            }
        }
    }
}
