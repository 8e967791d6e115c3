//! The mainline of a git repository: from a commit along first parents. Opens nothing but the repository itself, and
//! asks no configuration but its own.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::prelude::FindExt;

use super::step::{Content, Entry, Step};
use super::trees::Trees;
use super::{Commit, End, HistoryError};
use crate::source::RepoPath;
use crate::workspace::{Repository, Revision, Workspace, is_checkout};

/// What `git subtree` writes below the message of a commit that adds another repository.
const SUBTREE_TRAILER: &[u8] = b"\ngit-subtree-dir:";

/// A repository and the stretch of its mainline that is looked at.
#[derive(Debug)]
pub(super) struct Mainline {
    repository: Arc<Repository>,
    /// The path of the root below the top of the checkout, with a `/` behind it; empty where they are one.
    prefix: String,
    /// The newest commit; nothing where there is none.
    start: Option<ObjectId>,
    /// The newest commit that is not looked at.
    base: Option<ObjectId>,
}

impl Mainline {
    /// The mainline of the checkout that holds a folder, from its current commit.
    pub(super) fn of_checkout(root: &Path) -> Result<Self, HistoryError> {
        let top = root.ancestors().find(|folder| is_checkout(folder));
        let top = top.ok_or_else(|| HistoryError::NoCheckout(root.display().to_string()))?;
        let repository = Repository::open(top)?;
        let start = repository.head()?;
        let below = root.strip_prefix(top).ok().and_then(Path::to_str).unwrap_or_default();
        let below = below.replace(std::path::MAIN_SEPARATOR, "/");
        let prefix = if below.is_empty() { below } else { format!("{below}/") };
        Ok(Self { prefix, ..Self::new(Arc::new(repository), start) })
    }

    /// The mainline from a commit, in a repository whose top is the root.
    pub(super) fn new(repository: Arc<Repository>, start: Option<Revision>) -> Self {
        Self { repository, prefix: String::new(), start: start.map(|start| start.0), base: None }
    }

    pub(super) fn end_before(&mut self, base: Revision) {
        self.base = Some(base.0);
    }

    /// Stands before the newest commit, and hands itself to `work`.
    pub(super) fn walk<T>(
        &self,
        workspace: &Workspace,
        work: impl FnOnce(Walk<'_>) -> Result<T, HistoryError>,
    ) -> Result<T, HistoryError> {
        self.repository.with_handle(|handle| {
            let shallow =
                handle.shallow_commits().map_err(|error| unreadable("the file `shallow`", &error))?;
            let mut walk = Walk {
                mainline: self,
                workspace,
                repository: handle,
                shallow: shallow.iter().flat_map(|commits| commits.iter().copied()).collect(),
                trees: Trees::new(&handle.objects),
                buffer: Vec::new(),
                next: None,
                last: None,
                end: End::First,
                stop: None,
            };
            if let Some(start) = self.start {
                walk.next = Some(walk.node(start)?);
                walk.stop = walk.stop()?;
            }
            work(walk)
        })
    }
}

/// What the walk needs to know of a commit.
#[derive(Debug, Clone)]
struct Node {
    id: ObjectId,
    tree: ObjectId,
    parents: Vec<ObjectId>,
    seconds: i64,
}

/// A place on the mainline.
pub(super) struct Walk<'a> {
    mainline: &'a Mainline,
    workspace: &'a Workspace,
    repository: &'a gix::Repository,
    /// The commits whose parents are missing.
    shallow: BTreeSet<ObjectId>,
    trees: Trees<'a>,
    buffer: Vec<u8>,
    /// The commit whose step is next.
    next: Option<Node>,
    /// The commit whose step was last.
    last: Option<Node>,
    end: End,
    /// The newest commit of the mainline that is not looked at.
    stop: Option<ObjectId>,
}

impl Walk<'_> {
    pub(super) fn path_of(&self, path: &RepoPath) -> String {
        format!("{}{path}", self.mainline.prefix)
    }

    pub(super) fn shown_path(&self, path: &str) -> Arc<str> {
        Arc::from(path.strip_prefix(&self.mainline.prefix).unwrap_or(path))
    }

    /// Which of these paths are files of the commit that nothing older than is looked at.
    pub(super) fn older<'p>(&mut self, paths: &BTreeSet<&'p str>) -> Result<BTreeSet<&'p str>, HistoryError> {
        let Some(base) = self.mainline.base else { return Ok(BTreeSet::new()) };
        let tree = self.node(base)?.tree;
        self.trees.present(tree, paths)
    }

    /// The step to the work tree: of these files those that no commit holds, and the files that they may have been.
    pub(super) fn uncommitted(&mut self, paths: &BTreeSet<&str>) -> Result<Step, HistoryError> {
        let tree = self.next.as_ref().map(|node| node.tree);
        let committed = match tree {
            Some(tree) => self.trees.present(tree, paths)?,
            None => BTreeSet::new(),
        };
        let mut step = Step::default();
        for path in paths.difference(&committed) {
            let content = Content::Blob(self.content_of(path));
            step.added.push(Entry { path: (*path).to_owned(), content });
        }
        // Where nothing is committed, or everything, it does not matter what was moved.
        if let Some(tree) = tree.filter(|_| !step.added.is_empty() && !committed.is_empty()) {
            let all = self.trees.changes(None, tree)?.added;
            let extensions: BTreeSet<&str> = step.added.iter().map(Entry::extension).collect();
            let is_like = |entry: &Entry| extensions.contains(entry.extension());
            step.deleted = all.into_iter().filter(|entry| is_like(entry) && self.is_gone(entry)).collect();
        }
        Ok(step)
    }

    /// Whether a committed file of the workspace is not there.
    fn is_gone(&self, entry: &Entry) -> bool {
        let path = entry.path.strip_prefix(&self.mainline.prefix);
        path.is_some_and(|path| !self.workspace.exists(&RepoPath::new(path)))
    }

    /// The name that git would give to the content of a file.
    fn content_of(&self, path: &str) -> ObjectId {
        let (hash, mut bytes) = (self.repository.object_hash(), Vec::new());
        let path = RepoPath::new(path.strip_prefix(&self.mainline.prefix).unwrap_or(path));
        let read = self.workspace.read_bytes(&path, &mut bytes).ok();
        let id = read.and_then(|()| gix::objs::compute_hash(hash, gix::objs::Kind::Blob, &bytes).ok());
        id.unwrap_or_else(|| ObjectId::empty_blob(hash))
    }

    /// Goes one commit back.
    pub(super) fn next(&mut self) -> Result<Option<Step>, HistoryError> {
        let Some(node) = self.next.take() else { return Ok(None) };
        if self.stop == Some(node.id) {
            self.end = End::Older;
            return Ok(None);
        }
        if self.shallow.contains(&node.id) {
            self.end = End::Cut(Revision(node.id).short().into());
            return Ok(None);
        }
        self.next = node.parents.first().map(|parent| self.node(*parent)).transpose()?;
        let before = self.next.as_ref().map(|parent| parent.tree);
        let mut step = self.trees.changes(before, node.tree)?;
        step.commit =
            Some(Commit { id: Revision(node.id).short().into(), seconds: node.seconds, is_import: false });
        self.last = Some(node);
        Ok(Some(step))
    }

    pub(super) fn end(&self) -> End {
        self.end.clone()
    }

    /// Whether the last step brings another repository, or is the first commit of this one.
    pub(super) fn is_import(&mut self) -> Result<bool, HistoryError> {
        let Some(node) = self.last.take() else { return Ok(false) };
        let mut is_import = node.parents.is_empty();
        if let [first, others @ ..] = &node.parents[..]
            && !others.is_empty()
        {
            is_import = self.names_subtree(&node.id)?;
            for other in others {
                is_import = is_import || self.names_subtree(other)? || self.is_unrelated(*first, *other);
            }
        }
        self.last = Some(node);
        Ok(is_import)
    }

    fn names_subtree(&mut self, id: &ObjectId) -> Result<bool, HistoryError> {
        let commit = self.repository.objects.find(id, &mut self.buffer);
        let commit = commit.map_err(|error| unreadable(format!("the commit `{id}`"), &error))?;
        Ok(commit.data.find(SUBTREE_TRAILER).is_some())
    }

    /// Whether two commits have no commit in common. A history that is cut off cannot tell, and then they may have.
    fn is_unrelated(&self, one: ObjectId, other: ObjectId) -> bool {
        self.shallow.is_empty() && matches!(self.repository.merge_base(one, other), Ok(None))
    }

    /// A text of a step; `false` where it is neither in the repository nor in the workspace.
    pub(super) fn read(&self, entry: &Entry, bytes: &mut Vec<u8>) -> Result<bool, HistoryError> {
        let Content::Blob(id) = entry.content else { return Ok(false) };
        match gix::prelude::Find::try_find(&self.repository.objects, &id, bytes) {
            Ok(Some(_)) => return Ok(true),
            Ok(None) => {}
            Err(error) => return Err(unreadable(format!("the file `{}`, blob `{id}`", entry.path), &error)),
        }
        let path = entry.path.strip_prefix(&self.mainline.prefix);
        let is_there =
            path.is_some_and(|path| self.workspace.read_bytes(&RepoPath::new(path), bytes).is_ok());
        Ok(is_there
            && gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, bytes).is_ok_and(|own| own == id))
    }

    fn node(&mut self, id: ObjectId) -> Result<Node, HistoryError> {
        let damaged = |error| unreadable(format!("the commit `{id}`"), &error);
        let mut commit = self.repository.objects.find_commit_iter(&id, &mut self.buffer).map_err(damaged)?;
        let tree = commit.tree_id().map_err(damaged)?;
        // A time that nobody can read is no reason not to know the parents.
        let seconds = commit.committer().map_or(0, |committer| committer.seconds());
        Ok(Node { id, tree, parents: commit.parent_ids().collect(), seconds })
    }

    /// The newest commit of the mainline that the base reaches.
    fn stop(&mut self) -> Result<Option<ObjectId>, HistoryError> {
        let (Some(base), Some(start)) = (self.mainline.base, &self.next) else { return Ok(None) };
        let (mut node, mut chain) = (start.clone(), BTreeSet::new());
        loop {
            if node.id == base {
                return Ok(Some(base));
            }
            chain.insert(node.id);
            match node.parents.first() {
                Some(parent) if !self.shallow.contains(&node.id) => node = self.node(*parent)?,
                _ => break,
            }
        }
        // The base came by a merge. What it reaches is met on the mainline sooner or later, or never.
        let walk = self.repository.rev_walk([base]).all();
        let walk = walk.map_err(|error| unreadable(format!("the history of `{base}`"), &error))?;
        let reached: BTreeSet<ObjectId> =
            walk.map_while(Result::ok).map(|info| info.id).filter(|id| chain.contains(id)).collect();
        self.newest_of(&reached)
    }

    fn newest_of(&mut self, reached: &BTreeSet<ObjectId>) -> Result<Option<ObjectId>, HistoryError> {
        let mut node = self.next.clone();
        while let Some(here) = node {
            if reached.contains(&here.id) {
                return Ok(Some(here.id));
            }
            node = match here.parents.first() {
                Some(parent) if !self.shallow.contains(&here.id) => Some(self.node(*parent)?),
                _ => None,
            };
        }
        Ok(None)
    }
}

/// An error of the library, in one line.
pub(super) fn unreadable(what: impl Into<String>, error: &gix::Error) -> HistoryError {
    let reason = error.to_string();
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    HistoryError::Unreadable { what: what.into(), reason }
}
