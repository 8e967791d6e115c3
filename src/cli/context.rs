//! `policylint context`: what agents always load, or how a session used its context. Judges nothing.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::arguments::{ContextArguments, ContextFormat, FileArguments};
use super::session::{Session, error_style, stdout, style};
use super::{Exit, Stop};
use crate::document::Setting;
use crate::facts::{Fact, Value, kind};
use crate::pipeline::{self, Progress};
use crate::policy::{Request, choose};
use crate::report::{self, ContextLoad, ContextPart, Style, Tokens};
use crate::session_log::{self, SessionLog};
use crate::workspace::{Environment, open_stream};

/// The policy whose options are the levels and the budget.
const POLICY: &str = "context-thresholds";

pub(super) fn context(arguments: &ContextArguments, environment: &Environment) -> Result<Exit, Stop> {
    let is_log = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "jsonl");
    let (logs, paths): (Vec<&PathBuf>, Vec<&PathBuf>) =
        arguments.files.paths.iter().partition(|path| is_log(path));
    if !logs.is_empty() && !paths.is_empty() {
        let message = "`context` takes session logs or folders, not both at once";
        return Err(Stop::Usage(message.to_owned()));
    }
    // The levels are those of the repository around, wherever the log lies.
    let folders = FileArguments { paths: paths.into_iter().cloned().collect(), ..arguments.files.clone() };
    let session = Session::open(&folders, &arguments.common, environment)?;
    let options = Options::of(&session)?;
    let look = Style { verbose: arguments.verbose, ..style(&arguments.common, environment) };
    if logs.is_empty() {
        return loads(arguments, &session, &options, environment, &look);
    }
    let mut out = stdout();
    for (at, path) in logs.into_iter().enumerate() {
        let log = read(path, arguments.window, environment)?;
        let name = path.to_string_lossy();
        let text = match arguments.format {
            ContextFormat::Human => report::session(&name, &log, &options.levels, &look),
            ContextFormat::Json => report::session_json(&name, &log, &options.levels),
        };
        let gap = if at > 0 && arguments.format == ContextFormat::Human { "\n" } else { "" };
        write!(out, "{gap}{text}")?;
    }
    out.flush()?;
    Ok(session.tell(Vec::new(), Vec::new(), &error_style(&arguments.common, environment)))
}

/// Reads a log that somebody named, wherever it lies.
fn read(path: &Path, window: Option<u64>, environment: &Environment) -> Result<SessionLog, Stop> {
    let shown = path.display();
    let stream = open_stream(&environment.current_folder.join(path))
        .map_err(|error| Stop::Usage(format!("`{shown}` cannot be read: {error}")))?;
    session_log::read(stream, window)
        .ok_or_else(|| Stop::Usage(format!("`{shown}` is no session log of Claude Code or Codex")))
}

/// What the configuration says of limits.
struct Options {
    levels: Vec<u64>,
    /// The most tokens that an agent may always load.
    budget: Option<u64>,
}

impl Options {
    fn of(session: &Session) -> Result<Self, Stop> {
        let policies = session.policies();
        let request = Request { select: vec![POLICY.to_owned()], ignore: Vec::new() };
        let chosen = choose(&policies.policies, &session.config.config, &request).map_err(Stop::Usage)?;
        let setting = |name: &str| {
            let configured =
                chosen.choices.first().and_then(|choice| choice.options.settings().get(name).cloned());
            // A policy that is switched off has its defaults.
            configured.or_else(|| {
                let policy = policies.policies.iter().find(|policy| *policy.id == *POLICY)?;
                Some(policy.header.options.get(name)?.default.clone())
            })
        };
        let number = |name: &str| match setting(name) {
            Some(Setting::Int(number)) => u64::try_from(number).ok().filter(|number| *number > 0),
            _ => None,
        };
        let levels = match setting("levels") {
            Some(Setting::Ints(levels)) => {
                levels.into_iter().filter_map(|level| u64::try_from(level).ok()).collect()
            }
            _ => Vec::new(),
        };
        let share = number("budget-percent").zip(number("window"));
        let share = share.map(|(percent, window)| window.saturating_mul(percent) / 100);
        Ok(Self { levels, budget: number("budget").into_iter().chain(share).min() })
    }
}

fn loads(
    arguments: &ContextArguments,
    session: &Session,
    options: &Options,
    environment: &Environment,
    look: &Style,
) -> Result<Exit, Stop> {
    let progress = Progress::default();
    let run = session.run(&arguments.files, &progress);
    let kinds: Vec<_> = ["context_load", "context_part"].iter().filter_map(|name| kind(name)).collect();
    let (facts, failures) = pipeline::facts(&run, &kinds).map_err(|error| Stop::Usage(error.to_string()))?;
    let mut loads: Vec<ContextLoad> =
        facts.iter().filter(|fact| fact.kind.name == "context_load").map(|fact| load(fact)).collect();
    for load in &mut loads {
        let is_part = |fact: &&std::sync::Arc<Fact>| {
            fact.kind.name == "context_part" && text(fact, "agent") == load.agent
        };
        let mut parts: Vec<_> = facts.iter().filter(is_part).collect();
        parts.sort_by_key(|fact| number(fact, "rank"));
        load.parts = parts.into_iter().map(|fact| part(fact)).collect();
    }
    loads.sort_by(|a, b| b.tokens.tokens.cmp(&a.tokens.tokens).then_with(|| a.agent.cmp(&b.agent)));
    let text = match arguments.format {
        ContextFormat::Human => report::context(&loads, options.budget, look),
        ContextFormat::Json => report::context_json(&loads, options.budget),
    };
    let mut out = stdout();
    write!(out, "{text}")?;
    out.flush()?;
    Ok(session.tell(failures, Vec::new(), &error_style(&arguments.common, environment)))
}

fn load(fact: &Fact) -> ContextLoad {
    ContextLoad { agent: text(fact, "agent"), tokens: tokens(fact), parts: Vec::new() }
}

fn part(fact: &Fact) -> ContextPart {
    let chain = match fact.get("chain") {
        Some(Value::List(items)) => items.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    ContextPart {
        path: fact.place.path.as_str().to_owned(),
        reason: text(fact, "reason"),
        chain,
        share: number(fact, "share"),
        tokens: tokens(fact),
    }
}

fn tokens(fact: &Fact) -> Tokens {
    Tokens {
        tokens: number(fact, "tokens"),
        tokens_low: number(fact, "tokens_low"),
        tokens_high: number(fact, "tokens_high"),
    }
}

fn text(fact: &Fact, field: &str) -> String {
    match fact.get(field) {
        Some(Value::Text(text)) => text.to_string(),
        _ => String::new(),
    }
}

fn number(fact: &Fact, field: &str) -> u64 {
    match fact.get(field) {
        Some(Value::Int(number)) => u64::try_from(number).unwrap_or_default(),
        _ => 0,
    }
}
