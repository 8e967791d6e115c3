//! `policylint completions SHELL`: a completion script, made from the definition of the command line.

use std::io::Write;

use clap_complete::{Shell, generate};

use super::session::stdout;
use super::{Exit, Stop};

pub(super) fn completions(shell: Shell) -> Result<Exit, Stop> {
    // Into memory first: the generator panics where its output cannot be written.
    let mut script = Vec::new();
    generate(shell, &mut super::command(), "policylint", &mut script);
    let mut out = stdout();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Clean)
}
