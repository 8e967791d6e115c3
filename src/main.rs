//! The program: hands the arguments on and returns the exit code.

use std::process::ExitCode;

use policylint::{alloc, cli};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

fn main() -> ExitCode {
    cli::main()
}
