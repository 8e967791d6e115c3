//! The policies that ship with the program, as `build.rs` found them in `policies/`.

/// Id and text of each, sorted by id.
pub(super) static POLICIES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/policies.rs"));
