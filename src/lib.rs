//! A policy linter whose rules are data.
//!
//! Data flows one way: names are discovered and files read ([`workspace`]), native code reads [`facts`] out of them,
//! scripts decide about facts ([`policy`]), findings are sorted and filtered ([`filter`]) and shown ([`report`]);
//! [`pipeline`] runs these stages. The modules below are listed lowest layer first: a module uses only those above
//! it in this list. The library exists for the program and its tests; what is stable is the command line and the
//! formats.

pub mod alloc;
pub mod document;
pub mod glob;
pub mod shell;
pub mod source;
pub mod tokens;

pub mod finding;

pub mod config;
pub mod workspace;

pub mod facts;

pub mod policy;

pub mod filter;

pub mod pipeline;

pub mod fix;

pub mod report;

pub mod case;

pub mod init;

pub mod cli;
