//! policylint
pub mod facts;
pub mod finding;
pub mod glob;
pub mod pipeline;
pub mod shell;
pub mod source;
pub mod tokens;
pub mod workspace;
