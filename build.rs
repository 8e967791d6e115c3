//! Embeds `policies/*.rhai`: dropping a file there ships it.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script reads the tree and speaks to cargo"
)]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=policies");
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).ok_or(io::ErrorKind::NotFound)?;
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or(io::ErrorKind::NotFound)?;
    let mut files: Vec<PathBuf> = fs::read_dir(manifest.join("policies"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rhai"));
    files.sort();
    let mut table = String::from("&[\n");
    for file in &files {
        let id = file.file_stem().and_then(|stem| stem.to_str()).ok_or(io::ErrorKind::InvalidData)?;
        let _ = writeln!(table, "    (\"{id}\", include_str!(r#\"{}\"#)),", file.display());
    }
    table.push_str("]\n");
    fs::write(out.join("policies.rs"), table)
}
