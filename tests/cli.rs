//! The command line as data: every console block in `tests/cmd`, the README and the docs is run, and every example in
//! them is loaded. `TRYCMD=overwrite` rewrites what the blocks expect. Needs no network and no git checkout.

#![expect(clippy::disallowed_methods, reason = "tests read the documents they check")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use policylint::policy::{Evaluator, Request, choose};
use policylint::source::{RepoPath, SourceFile};
use policylint::workspace::Workspace;
use policylint::{config, policy};

/// What would change the defaults of a run, with values that switch it off.
const SURROUNDINGS: &[(&str, &str)] = &[
    ("CI", ""),
    ("AI_AGENT", ""),
    ("AUGMENT_AGENT", ""),
    ("CLAUDECODE", ""),
    ("CLAUDE_CODE", ""),
    ("CODEX_SANDBOX", ""),
    ("CODEX_THREAD_ID", ""),
    ("COPILOT_AGENT", ""),
    ("CURSOR_AGENT", ""),
    ("GEMINI_CLI", ""),
    ("GOOSE_PROVIDER", ""),
    ("OPENCODE", ""),
    ("GITHUB_STEP_SUMMARY", ""),
    ("NO_COLOR", ""),
    ("FORCE_COLOR", ""),
    ("CLICOLOR_FORCE", ""),
    ("COLUMNS", "100"),
    ("LC_ALL", "C.UTF-8"),
    ("TERM", "xterm"),
];

/// A fenced block of a document.
#[derive(Debug)]
struct Block {
    /// All that stands behind the fence: `toml policylint.toml`.
    info: String,
    text: String,
}

#[test]
fn console_blocks_show_what_is_printed() {
    let cases = trycmd::TestCases::new();
    for (name, value) in SURROUNDINGS {
        cases.env(*name, *value);
    }
    cases.case("tests/cmd/*.trycmd").case("README.md").case("docs/*.md");
}

#[test]
fn no_console_block_tells_the_time_of_a_run() {
    // A rewrite puts times where the mask was.
    let is_time = |text: &str| text.split_once(" s").is_some_and(|(number, _)| number.parse::<f64>().is_ok());
    let cases = files(&root().join("tests/cmd"), "trycmd");
    for block in cases.iter().chain(&documents()).flat_map(|document| blocks(document)) {
        let timed = block.text.lines().find(|line| line.split(" in ").skip(1).any(is_time));
        assert_eq!(timed, None, "write `in [..] s`");
    }
}

#[test]
fn the_readme_names_commands_that_work() {
    let blocks = blocks(&root().join("README.md"));
    let shell = blocks.iter().filter(|block| block.info == "sh").flat_map(|block| block.text.lines());
    let commands: Vec<&str> = shell.filter_map(|line| line.strip_prefix("cargo run --release -- ")).collect();
    assert!(!commands.is_empty(), "the README does not say how to run the program");
    for arguments in commands {
        let output = program(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments}: the demo has findings and no failures");
    }
}

#[test]
fn coding_agents_get_one_line_a_finding() {
    // No console block: the surroundings that the blocks run in would switch the variable off.
    let shown = |arguments: &str| {
        let output = program(arguments).env("CLAUDECODE", "1").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let by_default = shown("demo --select tests-first");
    assert_eq!(by_default, shown("demo --select tests-first --output-format concise"));
    assert_eq!(by_default.lines().count(), 1, "{by_default}");
    assert!(shown("demo --select tests-first --output-format human").lines().count() > 1);
}

#[test]
fn the_policy_of_the_readme_is_that_of_the_demo() {
    let blocks = blocks(&root().join("README.md"));
    let (info, text) =
        blocks.iter().find_map(|block| Some((block.info.strip_prefix("rhai ")?, &block.text))).unwrap();
    let path = root().join("demo/.policylint/policies").join(info);
    assert_eq!(*text, std::fs::read_to_string(&path).unwrap(), "{}", path.display());
}

#[test]
fn examples_load() {
    let blocks: Vec<Block> = documents().iter().flat_map(|document| blocks(document)).collect();
    let named = |language: &str| {
        let blocks = blocks.iter();
        let named = blocks.filter_map(|block| Some((block.info.strip_prefix(language)?.trim(), &block.text)));
        named.filter(|(name, _)| !name.is_empty()).collect::<Vec<_>>()
    };
    let (policies, configurations) = (named("rhai "), named("toml policylint"));
    assert!(policies.len() > 1 && configurations.len() > 1, "the examples are not marked");

    let folder = RepoPath::new(config::DEFAULT_POLICY_PATH);
    let files = policies.iter().map(|(name, text)| (folder.join(name), Arc::from(text.as_str())));
    let workspace = Workspace::in_memory(files);
    let loaded = policy::load(&workspace, &[folder]);
    assert!(loaded.failures.is_empty(), "{:#?}", loaded.failures);
    let evaluator = Evaluator::default();
    for policy in &loaded.policies {
        assert!(evaluator.compiled(policy).is_ok(), "{:#?}", evaluator.compiled(policy));
    }
    for (_, text) in configurations {
        let file = SourceFile::new(RepoPath::new("policylint.toml"), text.as_str());
        let read = config::load_text(file);
        assert!(read.failures.is_empty(), "{text}\n{:#?}", read.failures);
        let chosen = choose(&loaded.policies, &read.config, &Request::default()).unwrap();
        assert!(chosen.failures.is_empty(), "{text}\n{:#?}", chosen.failures);
    }
}

/// The program, ready to run in the root with these arguments.
fn program(arguments: &str) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_policylint"));
    program.args(arguments.split_whitespace()).current_dir(root()).envs(SURROUNDINGS.iter().copied());
    program
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The README and the pages of the docs.
fn documents() -> Vec<PathBuf> {
    let mut documents = files(&root().join("docs"), "md");
    documents.push(root().join("README.md"));
    documents
}

/// The files in a folder with this extension, sorted.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|known| known == extension)).collect();
    files.sort();
    files
}

/// The fenced blocks of a document; fences of three backticks at the start of a line.
fn blocks(document: &Path) -> Vec<Block> {
    let text = std::fs::read_to_string(document).unwrap();
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some(Block { info: info.trim().to_owned(), text: String::new() }),
            (None, None) => {}
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
        }
    }
    blocks
}
