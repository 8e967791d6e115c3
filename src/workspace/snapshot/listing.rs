//! Lists all that a tree or an index holds, and hands it to visitors. Reads no file.

use gix::ObjectId;
use rayon::prelude::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::super::discover::{Discovery, PassedOver, Visitor, offer};
use super::super::git::Index;
use super::super::repository::{NodeKind, Repository};
use super::Snapshot;
use crate::source::{RepoPath, is_under};

/// A tree may name itself so often that no machine could list it: more names than this are not looked at.
const MAX_NAMES: usize = 2_000_000;

/// More names in one folder are not looked at.
const MAX_IN_FOLDER: usize = 250_000;

/// So many folders are listed at once before their names are counted: together they can hold twice as many names as
/// are allowed in all, no more.
const AT_ONCE: usize = 16;

/// Longer paths, in bytes, no system would check out.
const MAX_PATH: usize = 4096;

/// Everything that lies in a snapshot but folders, in byte order.
#[derive(Debug, Default)]
pub(in crate::workspace) struct Table {
    pub(in crate::workspace) rows: Vec<Row>,
    /// What could not be listed, and why.
    failed: Vec<(RepoPath, String)>,
}

/// A file, a link or a submodule.
#[derive(Debug, Clone)]
pub(in crate::workspace) struct Row {
    pub(in crate::workspace) path: RepoPath,
    pub(in crate::workspace) kind: NodeKind,
    pub(in crate::workspace) id: ObjectId,
    pub(in crate::workspace) is_utf8: bool,
}

/// A folder that is to be listed.
struct Folder {
    path: String,
    id: ObjectId,
    is_utf8: bool,
}

/// What one folder holds.
#[derive(Default)]
struct Listed {
    table: Table,
    folders: Vec<Folder>,
}

impl Table {
    /// What a tree holds, level by level, so that no depth of folders can fill the stack.
    pub(super) fn of_tree(repository: &Repository, id: ObjectId) -> Self {
        let mut table = Self::default();
        let mut folders = vec![Folder { path: String::new(), id, is_utf8: true }];
        let mut n_names = 0;
        while !folders.is_empty() && n_names <= MAX_NAMES {
            let mut below = Vec::new();
            for some in folders.chunks(AT_ONCE) {
                let level: Vec<Listed> = some.par_iter().map(|folder| list(repository, folder)).collect();
                for listed in level {
                    n_names += listed.table.rows.len() + listed.folders.len();
                    table.rows.extend(listed.table.rows);
                    table.failed.extend(listed.table.failed);
                    below.extend(listed.folders);
                }
                if n_names > MAX_NAMES {
                    let reason = format!("it holds more than {MAX_NAMES} names; the rest was not looked at");
                    table.failed.push((RepoPath::new(""), reason));
                    break;
                }
            }
            folders = below;
        }
        table.rows.par_sort_unstable_by(|one, other| one.path.cmp(&other.path));
        table
    }

    /// What the index holds.
    pub(super) fn of_index(index: &Index) -> Self {
        Self { rows: index.rows().collect(), failed: Vec::new() }
    }

    /// The file, link or submodule at a path.
    pub(super) fn find(&self, path: &str) -> Option<&Row> {
        let at = self.rows.binary_search_by(|row| row.path.as_str().cmp(path)).ok()?;
        self.rows.get(at)
    }

    /// What is to be visited. An excluded folder is told of once, as a walk does that does not enter it.
    fn asked(&self, discovery: &Discovery<'_>, visitor: &mut impl Visitor) -> Vec<&Row> {
        let is_asked = |path: &str| {
            discovery.folders.iter().any(|folder| is_under(path, folder.as_str()) || folder.is_under(path))
        };
        let mut asked = Vec::new();
        let mut excluded: Option<&str> = None;
        let mut previous = "";
        for row in &self.rows {
            let path = row.path.as_str();
            if excluded.is_some_and(|folder| is_under(path, folder)) {
                continue;
            }
            excluded = None;
            let shared = path.bytes().zip(previous.bytes()).take_while(|(one, other)| one == other).count();
            previous = path;
            let ends = path.bytes().enumerate().skip(shared).filter(|&(_, byte)| byte == b'/');
            let mut folders = ends.map(|(end, _)| &path[..end]).filter(|folder| is_asked(folder));
            if let Some(folder) = folders.find(|folder| discovery.exclude.matches(folder)) {
                visitor.passed_over(RepoPath::new(folder), PassedOver::Excluded);
                excluded = Some(folder);
            } else if discovery.folders.iter().any(|folder| row.path.is_under(folder.as_str())) {
                asked.push(row);
            }
        }
        asked
    }
}

/// Lists one folder of a tree.
fn list(repository: &Repository, folder: &Folder) -> Listed {
    let mut listed = Listed::default();
    let entries = match repository.tree(folder.id) {
        Ok(entries) => entries,
        Err(error) => {
            listed.table.failed.push((RepoPath::new(&folder.path), error.to_string()));
            return listed;
        }
    };
    if entries.len() > MAX_IN_FOLDER {
        let reason = format!("it holds more than {MAX_IN_FOLDER} names; the rest was not looked at");
        listed.table.failed.push((RepoPath::new(&folder.path), reason));
    }
    for entry in entries.into_iter().take(MAX_IN_FOLDER) {
        let name = String::from_utf8_lossy(&entry.name);
        let is_utf8 = folder.is_utf8 && matches!(name, std::borrow::Cow::Borrowed(_));
        let path = if folder.path.is_empty() { name.into_owned() } else { format!("{}/{name}", folder.path) };
        if path.len() > MAX_PATH {
            listed.table.failed.push((RepoPath::new(&folder.path), "a path in it is too long".to_owned()));
        } else if entry.kind == NodeKind::Folder {
            listed.folders.push(Folder { path, id: entry.id, is_utf8 });
        } else {
            let path = RepoPath::new(&path);
            listed.table.rows.push(Row { path, kind: entry.kind, id: entry.id, is_utf8 });
        }
    }
    listed
}

impl Snapshot {
    /// Hands everything that is asked for to visitors, in parallel and in no order.
    pub(in crate::workspace) fn discover<V: Visitor>(
        &self,
        discovery: &Discovery<'_>,
        make: &(dyn Fn() -> V + Sync),
    ) -> Vec<V> {
        let table = self.table();
        let mut first = make();
        for (path, reason) in &table.failed {
            first.failed(path.clone(), reason.clone());
        }
        let rows = table.asked(discovery, &mut first);
        let visit = |mut visitor: V, row: &&Row| {
            match why_passed_over(row) {
                Some(why) => visitor.passed_over(row.path.clone(), why),
                None => offer(row.path.clone(), discovery, &mut visitor),
            }
            visitor
        };
        // A few names are not worth waking the threads for.
        if rows.len() < 64 || discovery.threads == 1 {
            return vec![rows.iter().fold(first, visit)];
        }
        let mut visitors: Vec<V> = rows.par_iter().with_min_len(16).fold(make, visit).collect();
        visitors.push(first);
        visitors
    }
}

fn why_passed_over(row: &Row) -> Option<PassedOver> {
    match row.kind {
        NodeKind::Symlink => Some(PassedOver::Symlink),
        NodeKind::Submodule => Some(PassedOver::Submodule),
        NodeKind::File | NodeKind::Folder if !row.is_utf8 => Some(PassedOver::NotUtf8),
        NodeKind::File | NodeKind::Folder => None,
    }
}
