//! The command line: arguments in, exit code out. The only code that knows clap and that prints.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::policy::is_running_script;
use crate::report::printable;
use crate::workspace::Environment;

mod arguments;
mod check;
mod completions;
mod explain;
mod facts;
mod ground;
mod init;
mod list;
mod man;
mod outputs;
mod progress;
mod schema;
mod session;
mod show;
mod trust;

use arguments::{Cli, Command};

pub use arguments::command;

/// The exit codes, the same for every command and format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above the severity that fails a run.
    Clean = 0,
    /// Findings at or above it.
    Findings = 1,
    /// Bad usage, bad configuration, or something that could not be judged.
    Failed = 2,
    /// A fault of the program itself.
    Internal = 3,
}

/// An end of the program before its work was done, with the message for the user.
#[derive(Debug)]
pub(crate) enum Stop {
    /// What the user asked for cannot be done; exit code 2.
    Usage(String),
    /// The output cannot be written; exit code 2, and silence where the reader has gone.
    Output(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    // A panic inside a policy is caught and reported as that policy's failure; any other is a fault of ours.
    std::panic::set_hook(Box::new(|panic| {
        if !is_running_script() {
            let _ = writeln!(io::stderr(), "internal error, please report it: {panic}");
        }
    }));
    let exit = std::panic::catch_unwind(run).unwrap_or(Exit::Internal);
    ExitCode::from(exit as u8)
}

fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are errors to clap, but not to the user.
            let exit = if error.use_stderr() { Exit::Failed } else { Exit::Clean };
            let _ = error.print();
            return exit;
        }
    };
    match dispatch(&cli) {
        Ok(exit) => exit,
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(Stop::Output(error)) => say(&format!("error: the output cannot be written: {error}")),
        Err(Stop::Usage(message)) => say(&format!("error: {message}")),
    }
}

fn say(message: &str) -> Exit {
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{}", printable(message));
    Exit::Failed
}

fn dispatch(cli: &Cli) -> Result<Exit, Stop> {
    let environment =
        Environment::read().map_err(|error| Stop::Usage(format!("the current folder is gone: {error}")))?;
    match &cli.command {
        None => check::check(&cli.check, &environment),
        Some(Command::Check(arguments)) => check::check(arguments, &environment),
        Some(Command::List(arguments)) => list::list(arguments, &environment),
        Some(Command::Explain(arguments)) => explain::explain(arguments, &environment),
        Some(Command::Facts(arguments)) => facts::facts(arguments, &environment),
        Some(Command::Init(arguments)) => init::init(arguments, &environment),
        Some(Command::Schema(arguments)) => schema::schema(arguments, &environment),
        Some(Command::Completions { shell }) => completions::completions(*shell),
        Some(Command::Man { command }) => man::man(command.as_deref()),
    }
}
