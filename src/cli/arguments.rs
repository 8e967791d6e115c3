//! The arguments, as clap reads them. Does nothing with them.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use super::outputs::OutputArgument;
use crate::day::Day;
use crate::finding::Severity;

const STYLES: Styles =
    Styles::styled().header(AnsiColor::Green.on_default().bold()).usage(AnsiColor::Green.on_default().bold());

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  nothing at or above --fail-on was found
  1  something was
  2  bad usage, bad configuration, or something could not be judged
  3  a fault of policylint itself";

/// House rules for people and coding agents, checked over the facts of a repository.
#[derive(Debug, Parser)]
#[command(name = "policylint", version, styles = STYLES, after_help = EXIT_CODES, max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) check: CheckArguments,
}

/// The definition of the whole command line, for completions and documentation.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge files and report what is found (the default)
    Check(Box<CheckArguments>),
    /// List the policies
    List(ListArguments),
    /// Explain a policy: what it wants, why, and what can be set
    Explain(ExplainArguments),
    /// Show the facts that policies see
    Facts(FactsArguments),
    /// Show what agents always load, or how a session used its context
    Context(ContextArguments),
    /// Tell what was decided about a file or a line of it, and why
    Why(WhyArguments),
    /// Write a configuration that fits the repository
    Init(InitArguments),
    /// Write down the findings there are, so that only new ones are shown
    Baseline(BaselineArguments),
    /// Print the JSON Schema of the configuration
    Schema(CommonArguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, for `man` to show
    Man {
        /// The subcommand to describe instead of the whole program
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct CommonArguments {
    /// Use this configuration file, or set one key as KEY=VALUE; may be given several times
    #[arg(long, value_name = "FILE|KEY=VALUE", help_heading = "Configuration")]
    pub(crate) config: Vec<String>,
    /// Ignore all configuration files
    #[arg(long, help_heading = "Configuration")]
    pub(crate) isolated: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(crate) color: When,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FileArguments {
    /// Files and folders to judge; the current folder if none is named
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    /// Take names from git's index instead of walking; the default in CI
    #[arg(long, overrides_with = "no_tracked", conflicts_with = "no_ignore", help_heading = "Files")]
    pub(crate) tracked: bool,
    /// Walk, even in CI
    #[arg(long, help_heading = "Files")]
    pub(crate) no_tracked: bool,
    /// Judge what ignore files name as well
    #[arg(long, help_heading = "Files")]
    pub(crate) no_ignore: bool,
    /// Look into git's history as well: whether tests are older than the code they test
    #[arg(long, help_heading = "Files")]
    pub(crate) history: bool,
    /// How many threads to use; as many as there are processors by default
    #[arg(short = 'j', long = "jobs", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512), help_heading = "Files")]
    pub(crate) jobs: Option<u16>,
}

/// What is judged, where that is not simply what lies on disk.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SourceArguments {
    /// Judge the files that have changed since HEAD and this revision parted, and tell what stands on changed lines
    #[arg(long, value_name = "REF", conflicts_with = "no_ignore", help_heading = "What is judged")]
    pub(crate) since: Option<String>,
    /// With --since, tell all that stands in the changed files
    #[arg(long, requires = "since", help_heading = "What is judged")]
    pub(crate) whole_files: bool,
    /// Judge the files that are staged for the next commit, as git's index holds them
    #[arg(long, conflicts_with_all = ["rev", "git_dir", "tracked", "no_tracked", "no_ignore"], help_heading = "What is judged")]
    pub(crate) staged: bool,
    /// Judge a revision as git holds it, without a checkout
    #[arg(long, value_name = "REV", conflicts_with_all = ["tracked", "no_tracked", "no_ignore"], help_heading = "What is judged")]
    pub(crate) rev: Option<String>,
    /// Judge a revision of this repository, which may be bare: HEAD, or that of --rev
    #[arg(long, value_name = "DIR", conflicts_with_all = ["tracked", "no_tracked", "no_ignore"], help_heading = "What is judged")]
    pub(crate) git_dir: Option<PathBuf>,
    /// Judge the files that this file names, each on a line or each ended by NUL; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "since", "staged"], help_heading = "What is judged")]
    pub(crate) files_from: Option<PathBuf>,
    /// Judge the text on standard input as if it stood in this file
    #[arg(long, value_name = "PATH", conflicts_with_all = ["paths", "since", "staged", "files_from"], help_heading = "What is judged")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Take the configuration and the policies from this revision, so that a change cannot excuse itself
    #[arg(long, value_name = "REF", help_heading = "What is judged")]
    pub(crate) trust_base: Option<String>,
    /// Leave out what the configuration excludes, even if it is named
    #[arg(long, help_heading = "What is judged")]
    pub(crate) force_exclude: bool,
}

#[derive(Debug, Clone, Default, Args)]
#[command(group = clap::ArgGroup::new("fixing").args(["fix", "fix_only", "diff"]).multiple(true))]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) files: FileArguments,
    /// Run only these policies, whatever the repository holds; `ALL` for every one
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Policies")]
    pub(crate) select: Vec<String>,
    /// Do not run these policies
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Policies")]
    pub(crate) ignore: Vec<String>,
    /// Show findings of this severity and above [default: warning]
    #[arg(long, value_name = "LEVEL", help_heading = "Policies")]
    pub(crate) severity: Option<Severity>,
    /// Exit with 1 for findings of this severity and above [default: error]
    #[arg(long, value_name = "LEVEL", help_heading = "Policies")]
    pub(crate) fail_on: Option<Severity>,
    /// Exit with 0 even if something was found
    #[arg(long, help_heading = "Policies")]
    pub(crate) exit_zero: bool,
    /// Do without the baseline: show known findings as well
    #[arg(long, help_heading = "Known findings")]
    pub(crate) no_baseline: bool,
    /// Make entries of the baseline that fit no finding any more errors
    #[arg(long, conflicts_with = "no_baseline", help_heading = "Known findings")]
    pub(crate) strict_baseline: bool,
    /// The day by which suppressions end [default: the day of the commit that is checked out]
    #[arg(long, value_name = "DATE", help_heading = "Known findings")]
    pub(crate) as_of: Option<Day>,
    /// Allow what is found: write a suppression with this reason for each finding, in a comment or the configuration
    #[arg(long, value_name = "REASON", conflicts_with_all = ["fixing", "statistics", "output_format", "output_file", "staged", "rev", "git_dir", "stdin_filename", "since"], help_heading = "Known findings")]
    pub(crate) add_ignore: Option<String>,
    /// List the findings that are suppressed or in the baseline, and who says so
    #[arg(long, help_heading = "Known findings")]
    pub(crate) show_suppressed: bool,
    /// Mend what can be mended without a change of meaning, and report the rest
    #[arg(long, conflicts_with_all = ["staged", "rev", "git_dir", "stdin_filename"], help_heading = "Fixes")]
    pub(crate) fix: bool,
    /// Like --fix, but say only how many findings were mended, and do not fail because of those that are left
    #[arg(long, conflicts_with_all = ["fix", "diff", "statistics", "output_format", "output_file", "staged", "rev", "git_dir", "stdin_filename"], help_heading = "Fixes")]
    pub(crate) fix_only: bool,
    /// With --fix or --diff, make also the fixes that may change the meaning
    #[arg(long, requires = "fixing", help_heading = "Fixes")]
    pub(crate) unsafe_fixes: bool,
    /// With --fix or --diff, move files even if the checkout has changes that are not committed
    #[arg(long, requires = "fixing", help_heading = "Fixes")]
    pub(crate) force: bool,
    /// Show as a diff what --fix would change, and change nothing
    #[arg(long, conflicts_with_all = ["statistics", "output_format"], help_heading = "Fixes")]
    pub(crate) diff: bool,
    /// The format of the report [default: human; concise where a coding agent runs it]
    #[arg(long, value_name = "FORMAT", value_parser = formats(), help_heading = "Output")]
    pub(crate) output_format: Option<String>,
    /// Write the report to a file instead of the terminal, or with FORMAT= a further one beside it; may be given
    /// several times, and `-` is standard output
    #[arg(short, long, value_name = "[FORMAT=]FILE", help_heading = "Output")]
    pub(crate) output_file: Vec<OutputArgument>,
    /// Count findings by policy instead of showing them
    #[arg(long, help_heading = "Output")]
    pub(crate) statistics: bool,
    /// List the files that would be judged, and stop
    #[arg(long, help_heading = "Output")]
    pub(crate) show_files: bool,
    /// Print the configuration in force, and stop
    #[arg(long, conflicts_with = "show_files", help_heading = "Output")]
    pub(crate) show_settings: bool,
    /// Leave out the summary
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Say which policies were skipped and why, and what each did
    #[arg(short, long, help_heading = "Output")]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ExplainArguments {
    /// The policy
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct BaselineArguments {
    #[command(flatten)]
    pub(crate) files: FileArguments,
    /// Take the findings there are into the baseline there is, and drop the entries that fit none
    #[arg(long)]
    pub(crate) update: bool,
    /// Drop the entries that fit no finding any more, and take nothing new
    #[arg(long, conflicts_with = "update")]
    pub(crate) prune: bool,
    /// Run only these policies, whatever the repository holds; `ALL` for every one
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Policies")]
    pub(crate) select: Vec<String>,
    /// Do not run these policies
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Policies")]
    pub(crate) ignore: Vec<String>,
    /// Take findings of this severity and above [default: warning]
    #[arg(long, value_name = "LEVEL", help_heading = "Policies")]
    pub(crate) severity: Option<Severity>,
    /// The day by which suppressions end [default: the day of the commit that is checked out]
    #[arg(long, value_name = "DATE", help_heading = "Policies")]
    pub(crate) as_of: Option<Day>,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FactsArguments {
    #[command(flatten)]
    pub(crate) files: FileArguments,
    /// Show facts of this kind only; may be given several times
    #[arg(long, value_name = "KIND", value_parser = kinds(), value_delimiter = ',')]
    pub(crate) kind: Vec<String>,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: FactFormat,
    /// Describe the kinds and their fields, and stop
    #[arg(long)]
    pub(crate) fields: bool,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ContextArguments {
    /// Session logs (`*.jsonl`, wherever they lie) of Claude Code or Codex; or the repository, the current folder if nothing is named
    #[command(flatten)]
    pub(crate) files: FileArguments,
    /// The size of the window in tokens, where a log of Claude Code leaves it open
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) window: Option<u64>,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ContextFormat,
    /// Show every file, not only the largest
    #[arg(short, long, help_heading = "Output")]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct InitArguments {
    /// A folder of the repository; the current folder if none is named
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// Write also the files by which a service runs policylint; may be given several times
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    pub(crate) ci: Vec<Service>,
    /// Replace files that exist, but for those that belong to others as well
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// How the use of the context is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ContextFormat {
    /// Charts
    #[default]
    Human,
    /// One JSON object for each log, or one for the repository
    Json,
}

/// Where policylint is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Service {
    /// A workflow of GitHub Actions
    Github,
    /// A job of GitLab CI, shown in merge requests as Code Quality
    Gitlab,
    /// A hook of the pre-commit framework
    PreCommit,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct WhyArguments {
    /// The file, and the line of it that is asked about
    #[arg(value_name = "PATH[:LINE]")]
    pub(crate) place: String,
    /// The policies that are asked about; all if none is named
    #[arg(value_name = "POLICY")]
    pub(crate) policies: Vec<String>,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: WhyFormat,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// How decisions are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum WhyFormat {
    /// Indented lines
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// When to do something that depends on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless a variable says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How facts are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum FactFormat {
    /// Aligned columns, one row for each fact
    #[default]
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
}

fn formats() -> clap::builder::PossibleValuesParser {
    let value = |reporter: &&'static crate::report::Reporter| {
        clap::builder::PossibleValue::new(reporter.name).help(reporter.doc)
    };
    crate::report::REPORTERS.iter().map(value).collect::<Vec<_>>().into()
}

fn kinds() -> clap::builder::PossibleValuesParser {
    let value =
        |kind: &&'static crate::facts::Kind| clap::builder::PossibleValue::new(kind.name).help(kind.doc);
    crate::facts::KINDS.iter().map(value).collect::<Vec<_>>().into()
}
