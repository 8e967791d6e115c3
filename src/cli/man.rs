//! `policylint man`: the manual page, or that of a subcommand, made from the definition of the command line.

use std::io::{self, Write};

use clap_mangen::Man;

use super::arguments::EXIT_CODES;
use super::session::stdout;
use super::{Exit, Stop};
use crate::document::unknown;

pub(super) fn man(subcommand: Option<&str>) -> Result<Exit, Stop> {
    let mut command = super::command();
    command.build();
    if let Some(name) = subcommand {
        let known = command.get_subcommands().map(clap::Command::get_name);
        let found =
            command.find_subcommand(name).ok_or_else(|| Stop::Usage(unknown("command", name, known)))?;
        // A page is found by one word: `man policylint-check`.
        command = found.clone().display_name(format!("policylint-{name}"));
    }
    let mut out = stdout();
    page(command, &mut out)?;
    out.flush()?;
    Ok(Exit::Clean)
}

/// The page, with the short usage: the generator's own synopsis lists every option and can hardly be read.
fn page(mut command: clap::Command, out: &mut dyn Write) -> io::Result<()> {
    let usage = command.render_usage().to_string();
    let source = concat!("policylint ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command).manual("policylint manual").source(source);
    man.render_title(out)?;
    man.render_name_section(out)?;
    writeln!(out, ".SH SYNOPSIS\n.nf")?;
    for line in usage.lines() {
        writeln!(out, "{}", literal(line.trim_start_matches("Usage:").trim()))?;
    }
    writeln!(out, ".fi")?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if usage.contains("<COMMAND>\n") || usage.ends_with("<COMMAND>") {
        man.render_subcommands_section(out)?;
    }
    writeln!(out, ".SH \"EXIT STATUS\"")?;
    for line in EXIT_CODES.lines().skip(1) {
        if let Some((code, meaning)) = line.trim().split_once("  ") {
            writeln!(out, ".TP\n{code}\n{}", literal(meaning))?;
        }
    }
    Ok(())
}

/// Text that stays as it is; none of ours starts with a control character.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('-', "\\-")
}
