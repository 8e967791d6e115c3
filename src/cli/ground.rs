//! From where the content that is judged comes, and which part of it is judged: the disk, git's index, a revision, or
//! standard input; all of it, some paths, or what has changed. Reads the arguments, judges nothing.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Stop;
use super::arguments::{FileArguments, SourceArguments};
use super::session::threads;
use crate::config;
use crate::glob::PathSet;
use crate::source::RepoPath;
use crate::workspace::{
    ArgumentError, Changes, Discovery, Environment, Extent, MAX_FILE_SIZE, Names, PathIndex, Repository,
    RepositoryError, Revision, Targets, Workspace, absolute, find_root, is_checkout, lexical, read_list,
    text_of,
};

/// The content, and the paths that were asked for.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) workspace: Workspace,
    /// The folder that paths are relative to; the repository itself where nothing is checked out.
    pub(super) root: PathBuf,
    /// What is wrong with single paths.
    pub(super) unresolved: Vec<String>,
    asked: Targets,
    repository: Option<Arc<Repository>>,
    /// The commit that the content is of.
    revision: Option<Revision>,
}

/// What is judged.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) targets: Targets,
    /// Where names come from.
    pub(super) names: Names,
    /// The commit that is judged, where it is one.
    pub(super) revision: Option<Revision>,
    /// The commit that is compared with.
    pub(super) since: Option<Revision>,
    /// How many files are left out although they were named or have changed.
    pub(super) n_excluded: usize,
    /// Why there is nothing to judge, where that is as it should be.
    pub(super) nothing: Option<String>,
}

impl Ground {
    /// Finds the content and the paths.
    pub(super) fn open(files: &FileArguments, environment: &Environment) -> Result<Self, Stop> {
        let source = &files.source;
        if let Some(path) = &source.stdin_filename {
            return Self::of_input(path, source, environment);
        }
        let listed = match &source.files_from {
            Some(list) => Some(listed(list, environment)?),
            None => None,
        };
        let is_named = listed.is_some() || !files.paths.is_empty();
        let paths = listed.unwrap_or_else(|| files.paths.clone());
        let mut ground = if let Some(folder) = &source.git_dir {
            let folder = environment.current_folder.join(folder);
            Self::of_git(&folder, source)?
        } else if source.rev.is_some() || source.staged {
            Self::of_git(&checkout(paths.first(), source, environment)?, source)?
        } else {
            return Self::of_disk(&paths, is_named, environment);
        };
        if is_named {
            let base = if source.git_dir.is_some() { PathBuf::new() } else { here(environment) };
            ground.ask(&paths, &base)?;
        }
        Ok(ground)
    }

    fn of_disk(paths: &[PathBuf], is_named: bool, environment: &Environment) -> Result<Self, Stop> {
        let here = [PathBuf::from(".")];
        let looked_at = if paths.is_empty() { &here[..] } else { paths };
        let (mut resolved, mut unresolved) = (Vec::new(), Vec::new());
        for path in looked_at {
            match absolute(&environment.current_folder.join(path)) {
                Ok(path) => resolved.push(path),
                Err(error) => unresolved.push(as_written(path, &error)),
            }
        }
        let Some(first) = resolved.first() else { return Err(Stop::Usage(unresolved.join("; "))) };
        let root = root_of(first, environment);
        let asked = if is_named && paths.is_empty() {
            Targets::Files(PathIndex::default())
        } else {
            Targets::new(&root, &resolved).map_err(|error| Stop::Usage(error.to_string()))?
        };
        let workspace = Workspace::on_disk(&root);
        Ok(Self { workspace, root, unresolved, asked, repository: None, revision: None })
    }

    /// What git holds: a revision, or the index.
    fn of_git(folder: &Path, source: &SourceArguments) -> Result<Self, Stop> {
        let repository = Arc::new(Repository::open(folder).map_err(told)?);
        let revision = match (&source.rev, source.staged) {
            (_, true) => None,
            (Some(name), false) => Some(repository.resolve(name).map_err(told)?),
            (None, false) => Some(head(&repository)?),
        };
        let workspace = match revision {
            Some(revision) => Workspace::at_revision(&repository, revision),
            None => Workspace::at_index(&repository),
        };
        Ok(Self {
            workspace: workspace.map_err(told)?,
            root: folder.to_path_buf(),
            unresolved: Vec::new(),
            asked: Targets::Folders(vec![RepoPath::new("")]),
            repository: Some(repository),
            revision,
        })
    }

    /// A text on standard input, laid over what is there.
    fn of_input(path: &Path, source: &SourceArguments, environment: &Environment) -> Result<Self, Stop> {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(MAX_FILE_SIZE + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Stop::Usage(format!("standard input cannot be read: {error}")))?;
        if bytes.len() as u64 > MAX_FILE_SIZE {
            let message =
                format!("standard input is too large to be judged: more than {MAX_FILE_SIZE} bytes");
            return Err(Stop::Usage(message));
        }
        if bytes.contains(&0) {
            return Err(Stop::Usage("standard input is binary, so it cannot be judged".to_owned()));
        }
        let mut ground = if let Some(folder) = &source.git_dir {
            Self::of_git(&environment.current_folder.join(folder), source)?
        } else if source.rev.is_some() {
            Self::of_git(&checkout(Some(&path.to_path_buf()), source, environment)?, source)?
        } else {
            let root = root_of(&placed(path, environment), environment);
            let asked = Targets::Files(PathIndex::default());
            let workspace = Workspace::on_disk(&root);
            Self { workspace, root, unresolved: Vec::new(), asked, repository: None, revision: None }
        };
        let path = if source.git_dir.is_some() {
            lexical(Path::new(""), Path::new(""), path)
        } else {
            lexical(&ground.root, &here(environment), &placed(path, environment))
        };
        let path = path.map_err(|error| Stop::Usage(error.to_string()))?;
        ground.workspace = ground.workspace.with_texts([(path.clone(), Arc::from(text_of(&bytes)))]);
        ground.asked = Targets::Files(PathIndex::new(vec![path]));
        Ok(ground)
    }

    /// Takes paths in what git holds; nothing of them need be on disk.
    fn ask(&mut self, paths: &[PathBuf], base: &Path) -> Result<(), Stop> {
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        let root = if base.as_os_str().is_empty() { Path::new("") } else { &self.root };
        for path in paths {
            let inside = lexical(root, base, path).map_err(|error| Stop::Usage(error.to_string()))?;
            if let Some(file) = self.workspace.real_file(&inside) {
                files.push(file);
            } else if self.workspace.has_folder(&inside) {
                folders.push(inside);
            } else {
                let error = ArgumentError::Missing(path.display().to_string());
                self.unresolved.push(error.to_string());
            }
        }
        if folders.is_empty() && files.is_empty() && !paths.is_empty() {
            return Err(Stop::Usage(self.unresolved.join("; ")));
        }
        self.asked = Targets::of(folders, files);
        Ok(())
    }

    /// What is judged of it.
    pub(super) fn judged(
        &self,
        files: &FileArguments,
        exclude: &PathSet,
        environment: &Environment,
    ) -> Result<Judged, Stop> {
        let source = &files.source;
        let names = self.names(files, environment)?;
        let mut judged = Judged {
            targets: self.asked.clone(),
            names,
            revision: self.revision,
            since: None,
            n_excluded: 0,
            nothing: None,
        };
        if source.since.is_some() || source.staged {
            self.take_changes(files, exclude, &mut judged)?;
        } else if let Targets::Files(asked) = &self.asked {
            judged.nothing = asked.paths().is_empty().then(|| "the list names no file".to_owned());
            if source.force_exclude {
                let is_kept = |path: &&RepoPath| !exclude.matches_path(path);
                let kept = PathIndex::new(asked.paths().iter().filter(is_kept).cloned().collect());
                judged.n_excluded = asked.paths().len() - kept.paths().len();
                if judged.n_excluded > 0 && kept.paths().is_empty() {
                    judged.nothing = Some("all that was named is excluded".to_owned());
                }
                judged.targets = Targets::Files(kept);
            }
        }
        Ok(judged)
    }

    /// The repository, for what this flag asks for.
    pub(super) fn repository(&self, flag: &str) -> Result<Arc<Repository>, Stop> {
        match &self.repository {
            Some(repository) => Ok(Arc::clone(repository)),
            None if is_checkout(&self.root) => Ok(Arc::new(Repository::open(&self.root).map_err(told)?)),
            None => Err(no_checkout(flag, &self.root)),
        }
    }

    /// Narrows what is judged down to what has changed.
    fn take_changes(
        &self,
        files: &FileArguments,
        exclude: &PathSet,
        judged: &mut Judged,
    ) -> Result<(), Stop> {
        let source = &files.source;
        let repository = self.repository("--since")?;
        judged.since = match &source.since {
            Some(name) => {
                let one = repository.resolve(name).map_err(told)?;
                let other = match self.revision {
                    Some(revision) => (revision, source.rev.as_deref().unwrap_or("HEAD")),
                    None => (head(&repository)?, "HEAD"),
                };
                Some(repository.merge_base((one, name), other).map_err(told)?)
            }
            // The first commit of all is staged over nothing.
            None => repository.head().map_err(told)?,
        };
        let extent = if source.since.is_none() || source.whole_files { Extent::Files } else { Extent::Lines };
        let everything = [RepoPath::new("")];
        let folders = match &self.asked {
            Targets::Folders(folders) => &folders[..],
            Targets::Files(files) => files.paths(),
            Targets::Changes(_) => &everything,
        };
        let discovery = Discovery { names: judged.names, folders, exclude, threads: threads(files) };
        let changes =
            Changes::find(&repository, judged.since, &self.workspace, &discovery, extent).map_err(told)?;
        judged.n_excluded = changes.n_excluded();
        if changes.judged().paths().is_empty() {
            judged.nothing = Some(match (&source.since, changes.n_excluded()) {
                (Some(name), 0) => format!("nothing has changed since `{name}`"),
                (Some(name), _) => format!("all that has changed since `{name}` is excluded"),
                (None, 0) => "nothing is staged".to_owned(),
                (None, _) => "all that is staged is excluded".to_owned(),
            });
            if changes.n_excluded() == 0 && !changes.gone().paths().is_empty() {
                judged.nothing = Some("files were only removed".to_owned());
            }
        }
        judged.names = if source.staged { Names::Staged } else { Names::Changes };
        judged.targets = Targets::Changes(Box::new(changes));
        Ok(())
    }

    /// Where the names of files are to come from.
    fn names(&self, files: &FileArguments, environment: &Environment) -> Result<Names, Stop> {
        let source = &files.source;
        if source.stdin_filename.is_some() {
            return Ok(Names::Input);
        }
        if self.repository.is_some() {
            return Ok(Names::Revision);
        }
        if matches!(self.asked, Targets::Files(_)) && source.since.is_none() {
            return Ok(if source.files_from.is_some() { Names::List } else { Names::Arguments });
        }
        let has_index = is_checkout(&self.root);
        if files.tracked && !has_index {
            return Err(no_checkout("--tracked", &self.root));
        }
        if files.no_ignore {
            return Ok(Names::PlainWalk);
        }
        let by_default = environment.is_ci && has_index && !files.no_tracked;
        Ok(if files.tracked || by_default { Names::Index } else { Names::Walk })
    }
}

/// The current folder with all links resolved.
fn here(environment: &Environment) -> PathBuf {
    absolute(&environment.current_folder).unwrap_or_else(|_| environment.current_folder.clone())
}

fn root_of(path: &Path, environment: &Environment) -> PathBuf {
    find_root(path, &here(environment), &config::is_declared_root, &config::is_configured)
}

/// A path that need not exist, with the links of its folder resolved.
fn placed(path: &Path, environment: &Environment) -> PathBuf {
    let path = here(environment).join(path);
    match (path.parent().map(absolute), path.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => path,
    }
}

/// The checkout whose git is asked.
fn checkout(
    first: Option<&PathBuf>,
    source: &SourceArguments,
    environment: &Environment,
) -> Result<PathBuf, Stop> {
    let start = first.map_or_else(|| here(environment), |path| placed(path, environment));
    let root = root_of(&start, environment);
    let flag = if source.staged { "--staged" } else { "--rev" };
    if is_checkout(&root) { Ok(root) } else { Err(no_checkout(flag, &root)) }
}

fn no_checkout(flag: &str, root: &Path) -> Stop {
    Stop::Usage(format!("`{flag}` needs a git checkout, and `{}` is none", root.display()))
}

fn head(repository: &Repository) -> Result<Revision, Stop> {
    let head = repository.head().map_err(told)?;
    head.ok_or_else(|| told(RepositoryError::NoCommits("HEAD".to_owned())))
}

pub(super) fn told(error: RepositoryError) -> Stop {
    Stop::Usage(error.to_string())
}

/// The paths in a list.
fn listed(list: &Path, environment: &Environment) -> Result<Vec<PathBuf>, Stop> {
    let mut bytes = Vec::new();
    let read = if list == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        read_list(&environment.current_folder.join(list))
    };
    let bytes = read.map_err(|error| {
        Stop::Usage(format!("the list of files `{}` cannot be read: {error}", list.display()))
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Stop::Usage(format!("the list of files `{}` is not UTF-8", list.display())))?;
    let paths: Vec<&str> =
        if text.contains('\0') { text.split('\0').collect() } else { text.lines().collect() };
    Ok(paths.into_iter().filter(|path| !path.is_empty()).map(PathBuf::from).collect())
}

/// An error about a path in the words of the user, who did not write the absolute path.
fn as_written(path: &Path, error: &ArgumentError) -> String {
    match error {
        ArgumentError::Missing(_) => ArgumentError::Missing(path.display().to_string()).to_string(),
        other => other.to_string(),
    }
}
