//! Path patterns, as configuration and `[select]` tables write them. The only file that knows globset.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::source::RepoPath;

/// A set of path patterns.
///
/// A pattern without `/` matches a name at any depth; one with `/` is relative to the root. `*` and `?` stay within
/// a part, `**` crosses parts, `{a,b}` chooses. A pattern that matches a folder matches everything below it.
#[derive(Debug, Clone)]
pub struct PathSet {
    patterns: Vec<String>,
    set: GlobSet,
}

/// A pattern that is not valid, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no path pattern: {reason}")]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

impl PathSet {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// At the first pattern that is not valid.
    pub fn new<T: AsRef<str>>(patterns: &[T]) -> Result<Self, PatternError> {
        Self::of(patterns, 2)
    }

    /// Compiles the patterns so that a folder that matches brings nothing below it.
    ///
    /// # Errors
    /// At the first pattern that is not valid.
    pub fn exact<T: AsRef<str>>(patterns: &[T]) -> Result<Self, PatternError> {
        Self::of(patterns, 1)
    }

    fn of<T: AsRef<str>>(patterns: &[T], n_spellings: usize) -> Result<Self, PatternError> {
        let mut builder = GlobSetBuilder::new();
        for pattern in patterns {
            for glob in spellings(pattern.as_ref()).into_iter().take(n_spellings) {
                let glob = GlobBuilder::new(&glob).literal_separator(true).build().map_err(|error| {
                    PatternError { pattern: pattern.as_ref().to_owned(), reason: error.kind().to_string() }
                })?;
                builder.add(glob);
            }
        }
        let patterns: Vec<_> = patterns.iter().map(|pattern| pattern.as_ref().to_owned()).collect();
        let set = builder.build().map_err(|error| PatternError {
            pattern: patterns.join(", "),
            reason: error.kind().to_string(),
        })?;
        Ok(Self { patterns, set })
    }

    /// The set of no patterns.
    #[must_use]
    pub fn none() -> Self {
        Self { patterns: Vec::new(), set: GlobSet::empty() }
    }

    /// Whether a file or folder, or a folder above it, matches.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        !self.patterns.is_empty() && self.set.is_match(path)
    }

    /// Like [`Self::matches`], for a path of the repository.
    #[must_use]
    pub fn matches_path(&self, path: &RepoPath) -> bool {
        self.matches(path.as_str())
    }

    /// Whether there is no pattern at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The patterns as they were written.
    #[must_use]
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}

/// The globs that a pattern stands for: itself, and all that lies below it.
fn spellings(pattern: &str) -> [String; 2] {
    let trimmed = pattern.trim_start_matches("./").trim_end_matches('/');
    let rooted = match trimmed.strip_prefix('/') {
        Some(rest) => rest.to_owned(),
        None if trimmed.contains('/') => trimmed.to_owned(),
        None => format!("**/{trimmed}"),
    };
    let below = if rooted.ends_with("/**") { rooted.clone() } else { format!("{rooted}/**") };
    [rooted, below]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_sets_bring_nothing_below() {
        let set = PathSet::exact(&["apps/*", "/docs"]).unwrap();
        assert!(set.matches("apps/web") && set.matches("docs"));
        assert!(!set.matches("apps/web/src") && !set.matches("docs/a.md") && !set.matches("apps"));
    }

    #[test]
    fn names_folders_and_roots() {
        let set = PathSet::new(&["vendor", "*.lock", "/docs", "src/**/gen_*.py", "third/"]).unwrap();
        for hit in [
            "vendor/a.py",
            "x/vendor/b",
            "a/uv.lock",
            "docs/a.md",
            "src/a/b/gen_x.py",
            "src/gen_x.py",
            "third/x",
        ] {
            assert!(set.matches(hit), "{hit}");
        }
        for miss in ["vendored/a.py", "x/docs/a.md", "src/a/gen.py", "lock"] {
            assert!(!set.matches(miss), "{miss}");
        }
        assert!(!PathSet::new::<&str>(&[]).unwrap().matches("a"));
    }

    #[test]
    fn a_bad_pattern_is_named() {
        let error = PathSet::new(&["ok", "a{b"]).unwrap_err();
        assert_eq!(error.pattern, "a{b");
    }
}
