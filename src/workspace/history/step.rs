//! One step along the mainline: which files it brings and which it removes. Knows nothing of contents but whether two
//! are the same.

use gix::ObjectId;

use super::Commit;

/// What a commit of the mainline changes, or the work tree.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// The commit; nothing for the work tree.
    pub(super) commit: Option<Commit>,
    /// The files that it has and its parent has not.
    pub(super) added: Vec<Entry>,
    /// The files that its parent has and it has not.
    pub(super) deleted: Vec<Entry>,
    /// The files that both have with another content, as the parent has them.
    pub(super) changed: Vec<Entry>,
}

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path from the top of the checkout.
    pub(super) path: String,
    pub(super) content: Content,
}

/// What names a content: equal names are equal contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Content {
    /// A blob.
    Blob(ObjectId),
    /// A content of a listed history, where it is only counted.
    Number(u32),
}

impl Content {
    /// Whether it is known to hold nothing: what is empty says nothing about where it comes from.
    pub(super) fn is_empty(self) -> bool {
        matches!(self, Self::Blob(id) if id.is_empty_blob())
    }
}

impl Entry {
    /// The last part of its path.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The extension without its dot, or the empty text.
    pub(super) fn extension(&self) -> &str {
        match self.name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension,
            _ => "",
        }
    }
}
