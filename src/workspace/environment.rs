//! The environment variables and the terminal, read once at the start. Policies never see any of it.

use std::io::IsTerminal;
use std::path::PathBuf;

/// Variables by which coding agents announce themselves.
const AGENTS: &[&str] = &[
    "AI_AGENT",
    "AUGMENT_AGENT",
    "CLAUDECODE",
    "CLAUDE_CODE",
    "CODEX_SANDBOX",
    "CODEX_THREAD_ID",
    "COPILOT_AGENT",
    "CURSOR_AGENT",
    "GEMINI_CLI",
    "GOOSE_PROVIDER",
    "OPENCODE",
];

/// What the surroundings of the process say.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `CI` is set, and not to `false` or `0`.
    pub is_ci: bool,
    /// A coding agent started the process.
    pub is_agent: bool,
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `FORCE_COLOR` or `CLICOLOR_FORCE` is set and not `0`.
    pub force_color: bool,
    /// `TERM` is `dumb`.
    pub is_dumb: bool,
    /// Standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// The width of the terminal in columns, or what `COLUMNS` says.
    pub columns: Option<usize>,
    /// The locale asks for UTF-8, or nothing says otherwise.
    pub unicode: bool,
    /// The file that a step of GitHub Actions adds its summary to.
    pub step_summary: Option<PathBuf>,
    /// The folder the process was started in.
    pub current_folder: PathBuf,
}

impl Environment {
    /// Looks around.
    ///
    /// # Errors
    /// When the current folder is gone.
    #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
    pub fn read() -> std::io::Result<Self> {
        let is_on =
            |name: &str| variable(name).is_some_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name).filter(|v| !v.is_empty()));
        let is_dumb = variable("TERM").as_deref() == Some("dumb");
        Ok(Self {
            is_ci: is_on("CI"),
            is_agent: AGENTS.iter().any(|name| is_on(name)),
            no_color: variable("NO_COLOR").is_some_and(|value| !value.is_empty()),
            force_color: is_on("FORCE_COLOR") || is_on("CLICOLOR_FORCE"),
            is_dumb,
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            columns: variable("COLUMNS").and_then(|value| value.parse().ok()).or_else(|| {
                terminal_size::terminal_size().map(|(terminal_size::Width(columns), _)| usize::from(columns))
            }),
            unicode: !is_dumb && locale.is_none_or(|value| value.to_ascii_lowercase().contains("utf")),
            step_summary: std::env::var_os("GITHUB_STEP_SUMMARY")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            current_folder: std::env::current_dir()?,
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}
