//! policylint
#![allow(dead_code)]
pub mod facts;
pub mod finding;
pub mod shell;
pub mod source;
pub mod workspace;
