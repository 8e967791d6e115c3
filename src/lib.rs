//! policylint
pub mod alloc;
pub mod case;
pub mod cli;
pub mod config;
pub mod document;
pub mod facts;
pub mod filter;
pub mod finding;
pub mod glob;
pub mod pipeline;
pub mod policy;
pub mod report;
pub mod shell;
pub mod source;
pub mod tokens;
pub mod workspace;
