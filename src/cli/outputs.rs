//! Where reports go: to standard output, to files, or to both, each in its own format. Nothing is written to any file
//! unless all can be written.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::arguments::{CheckArguments, When};
use super::session::stdout;
use super::{Stop, show};
use crate::document::unknown;
use crate::pipeline::Outcome;
use crate::report::{self, Reporter, Style};
use crate::workspace::{Environment, Output, append, create_all, place_of};

/// `FILE` or `FORMAT=FILE`, where `-` is standard output.
#[derive(Debug, Clone)]
pub(super) struct OutputArgument {
    format: Option<&'static Reporter>,
    target: Target,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Stdout,
    File(PathBuf),
}

/// What is written somewhere.
#[derive(Debug, Clone, Copy)]
enum Content {
    Report(&'static Reporter),
    Statistics,
}

/// All that is written, and where.
#[derive(Debug)]
pub(super) struct Outputs {
    stdout: Option<Content>,
    files: Vec<(PathBuf, Content)>,
}

impl FromStr for OutputArgument {
    type Err = String;

    /// What stands before `=` is a format if it looks like one; `./a=b` is a file.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_word = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        let (format, file) = match text.split_once('=').filter(|(name, _)| is_word(name)) {
            Some((name, file)) => (Some(known(name)?), file),
            None => (None, text),
        };
        let target = match file {
            "" => return Err("a file is missing behind `=`".to_owned()),
            "-" => Target::Stdout,
            file => Target::File(PathBuf::from(file)),
        };
        Ok(Self { format, target })
    }
}

fn known(name: &str) -> Result<&'static Reporter, String> {
    let names = report::REPORTERS.iter().map(|reporter| reporter.name);
    report::reporter(name).ok_or_else(|| {
        format!("{}; a file of that name is written `./{name}=…`", unknown("format", name, names))
    })
}

impl Outputs {
    /// Settles what goes where. Two reports for one place, and files that cannot be written, end the run before it
    /// begins.
    pub(super) fn new(arguments: &CheckArguments, environment: &Environment) -> Result<Self, Stop> {
        let unnamed = if arguments.statistics {
            Content::Statistics
        } else {
            Content::Report(reporter(arguments, environment))
        };
        let asked = &arguments.output_file;
        let takes_unnamed =
            |output: &OutputArgument| output.format.is_none() && output.target != Target::Stdout;
        let mut outputs = Self { stdout: None, files: Vec::new() };
        // A report without a name that goes to a file does not go to the terminal as well.
        let mut stdout_is_asked = arguments.output_format.is_some() && !asked.iter().any(takes_unnamed);
        if stdout_is_asked || !asked.iter().any(takes_unnamed) {
            outputs.stdout = Some(unnamed);
        }
        for output in asked {
            let content = output.format.map_or(unnamed, Content::Report);
            match &output.target {
                Target::Stdout if stdout_is_asked && output.format.is_some() => {
                    return Err(twice("standard output"));
                }
                Target::Stdout => {
                    outputs.stdout = Some(content);
                    stdout_is_asked = true;
                }
                Target::File(path) => outputs.add(path, content, environment)?,
            }
        }
        Ok(outputs)
    }

    fn add(&mut self, path: &Path, content: Content, environment: &Environment) -> Result<(), Stop> {
        let path = environment.current_folder.join(path);
        let place = place_of(&path).map_err(|error| unwritable(&path, &error))?;
        let is_known = |(other, _): &(PathBuf, Content)| place_of(other).is_ok_and(|other| other == place);
        if self.files.iter().any(is_known) {
            return Err(twice(&format!("`{}`", path.display())));
        }
        self.files.push((path, content));
        Ok(())
    }

    /// Whether a report shows source text.
    pub(super) fn needs_sources(&self) -> bool {
        self.reporters().any(|reporter| reporter.needs_sources)
    }

    /// Whether standard output holds drawings, from which what follows is set apart.
    pub(super) fn is_drawn(&self) -> bool {
        matches!(self.stdout, Some(Content::Report(reporter)) if reporter.is_drawing())
    }

    /// What the reports leave out.
    pub(super) fn left_out(&self, outcome: &Outcome) -> Vec<String> {
        self.reporters().filter_map(|reporter| report::left_out(outcome, reporter)).collect()
    }

    fn reporters(&self) -> impl Iterator<Item = &'static Reporter> {
        let contents = self.stdout.iter().chain(self.files.iter().map(|(_, content)| content));
        contents.filter_map(|content| match content {
            Content::Report(reporter) => Some(*reporter),
            Content::Statistics => None,
        })
    }

    /// Writes the files, then the summary of the step if GitHub asks for one, then standard output.
    pub(super) fn write(
        &self,
        outcome: &Outcome,
        look: &Style,
        arguments: &CheckArguments,
        environment: &Environment,
    ) -> Result<(), Stop> {
        let color = arguments.common.color == When::Always;
        let plain = Style { color, width: 100, hyperlinks: None, ..look.clone() };
        let writers: Vec<_> = self
            .files
            .iter()
            .map(|(path, content)| (path, |out: &mut dyn Write| content.write(outcome, &plain, out)))
            .collect();
        let files: Vec<Output<'_>> = writers.iter().map(|(path, write)| Output { path, write }).collect();
        create_all(&files).map_err(|(number, error)| unwritable(files[number].path, &error))?;
        if let Some(path) = &environment.step_summary
            && self.reporters().any(Reporter::has_step_summary)
        {
            let path = environment.current_folder.join(path);
            append(&path, &report::step_summary(outcome)).map_err(|error| unwritable(&path, &error))?;
        }
        if let Some(content) = self.stdout {
            let mut out = stdout();
            content.write(outcome, look, &mut out)?;
            out.flush()?;
        }
        Ok(())
    }
}

impl Content {
    fn write(self, outcome: &Outcome, look: &Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Report(reporter) => (reporter.write)(outcome, look, out),
            Self::Statistics => show::statistics(out, outcome),
        }
    }
}

/// Where a diff goes: to standard output if no file is named.
pub(super) fn diff_target<'a>(
    arguments: &'a CheckArguments,
    environment: &Environment,
) -> Result<Option<PathBuf>, Stop> {
    let place = |path: &'a PathBuf| {
        let path = environment.current_folder.join(path);
        place_of(&path).map_err(|error| unwritable(&path, &error))?;
        Ok(Some(path))
    };
    match &*arguments.output_file {
        [] | [OutputArgument { format: None, target: Target::Stdout }] => Ok(None),
        [OutputArgument { format: None, target: Target::File(path) }] => place(path),
        _ => Err(Stop::Usage(
            "`--diff` writes one diff and no report; name one file after `-o`, without a format".to_owned(),
        )),
    }
}

/// The format that was asked for; else one line a finding for coding agents, and drawings for people.
fn reporter(arguments: &CheckArguments, environment: &Environment) -> &'static Reporter {
    let default = if environment.is_agent { "concise" } else { "human" };
    let name = arguments.output_format.as_deref().unwrap_or(default);
    report::reporter(name).unwrap_or(report::REPORTERS[0])
}

fn twice(place: &str) -> Stop {
    Stop::Usage(format!("two reports would go to {place}; give each its own place with `-o FORMAT=FILE`"))
}

pub(super) fn unwritable(path: &Path, error: &dyn fmt::Display) -> Stop {
    Stop::Usage(format!("`{}` cannot be written: {error}", path.display()))
}
