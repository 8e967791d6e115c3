//! What a run judges, on real git repositories: revisions, the index, what has changed. Writes into temporary folders
//! only, and asks the git of this machine to make the repositories; the program itself never runs one.

#![expect(clippy::disallowed_methods, reason = "repositories are made on disk first")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod changes;
mod hostile;
mod lists;
mod made;
mod parity;
mod repository;
mod trust;
