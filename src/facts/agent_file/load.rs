//! The `context_load` and `context_part` kinds: what each agent loads before a session has begun, with all imports, and
//! what each file adds to it. Estimates tokens; what an agent brings itself it does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::front_matter::FrontMatter;
use super::layouts::{self, Role};
use super::{first_list, imports, is_always_loaded};
use crate::facts::{Fact, Field, Kind, Source, Survey, Type, Value};
use crate::source::{Place, RepoPath, SourceFile, Span};
use crate::tokens::{self, Estimate};

/// What an agent always loads.
pub(in crate::facts) static LOAD: Kind = Kind {
    name: "context_load",
    doc: "What one agent loads at the start of every session in the root: instructions with their imports, rules without a path filter, and the descriptions of agents, commands and skills",
    fields: &[
        Field {
            name: "agent",
            ty: Type::Text,
            doc: "Which agent, `claude` for instance; `any` for what several agents share, where no file is for one of them alone",
        },
        Field { name: "tokens", ty: Type::Int, doc: "Estimated number of tokens, the most likely one" },
        Field { name: "tokens_low", ty: Type::Int, doc: "The lower bound of the estimate" },
        Field { name: "tokens_high", ty: Type::Int, doc: "The upper bound of the estimate" },
        Field {
            name: "by_link",
            ty: Type::Bool,
            doc: "Whether all its files are symbolic links, to what other agents load for instance",
        },
        Field { name: "files", ty: Type::Int, doc: "How many files it comes from" },
        Field { name: "parts", ty: Type::List, doc: "The paths of the files, the largest part first" },
    ],
    source: Source::Names(load_rows),
};

/// A file's part in what an agent always loads.
pub(in crate::facts) static PART: Kind = Kind {
    name: "context_part",
    doc: "What one file adds to what an agent loads at the start of every session",
    fields: &[
        Field { name: "agent", ty: Type::Text, doc: "Which agent, as in `context_load`" },
        Field {
            name: "reason",
            ty: Type::Text,
            doc: "Why it is loaded: `instructions`, `rule`, `import` or `description`",
        },
        Field {
            name: "chain",
            ty: Type::List,
            doc: "The files by which an import comes in, the outermost first; empty for what is no import",
        },
        Field {
            name: "rank",
            ty: Type::Int,
            doc: "Its number among the parts of the agent, the largest first, from 1",
        },
        Field {
            name: "share",
            ty: Type::Int,
            doc: "Its share of what the agent loads, in per cent, rounded",
        },
        Field { name: "tokens", ty: Type::Int, doc: "Estimated number of tokens, the most likely one" },
        Field { name: "tokens_low", ty: Type::Int, doc: "The lower bound of the estimate" },
        Field { name: "tokens_high", ty: Type::Int, doc: "The upper bound of the estimate" },
    ],
    source: Source::Names(part_rows),
};

/// How many imports deep an agent follows.
const MAX_DEPTH: usize = 5;

/// Agents that follow `@path`.
const IMPORTING: &[&str] = &["claude", "gemini"];

/// Agents that do not load what is there for any.
const APART: &[&str] = &["aider", "claude", "gemini"];

/// Whose files are there for any.
const SHARED: &str = "any";

/// A file's part.
#[derive(Debug, Clone)]
struct Part {
    place: Place,
    reason: &'static str,
    chain: Vec<Arc<str>>,
    estimate: Estimate,
}

/// The parts of each agent, the largest first.
fn loads(survey: &Survey<'_>) -> BTreeMap<&'static str, Vec<Part>> {
    let mut loads: BTreeMap<&'static str, Vec<Part>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for path in survey.names.paths().iter().chain(survey.links) {
        // Most names are settled by this, which costs less than the table of layouts.
        if !is_at_root(path) {
            continue;
        }
        let Some(known) = layouts::known(path) else { continue };
        let Ok(file) = survey.workspace.read(path) else { continue };
        let front = FrontMatter::read(&file.text);
        let globs = first_list(&front, &["globs", "applyTo", "paths", "fileMatchPattern"]);
        let parts = loads.entry(known.agent).or_default();
        if is_always_loaded(path, known, &front, &globs) {
            let reason = if known.role == Role::Rule { "rule" } else { "instructions" };
            // Another part may have imported it, but then it is loaded twice only where it comes first.
            if seen.insert((known.agent, path.clone())) {
                parts.push(whole(&file, reason, Vec::new()));
            }
        } else if matches!(known.role, Role::Agent | Role::Command | Role::Skill) {
            parts.extend(description(&file, &front));
        }
    }
    for agent in IMPORTING {
        if let Some(parts) = loads.get_mut(agent) {
            follow(survey, agent, parts, &mut seen);
        }
    }
    share(&mut loads);
    loads.retain(|_, parts| !parts.is_empty());
    for parts in loads.values_mut() {
        parts.sort_by(|a, b| b.estimate.middle.cmp(&a.estimate.middle).then_with(|| a.place.cmp(&b.place)));
    }
    loads
}

/// Gives what is there for any agent to each of those that load it.
fn share(loads: &mut BTreeMap<&'static str, Vec<Part>>) {
    let Some(shared) = loads.remove(SHARED) else { return };
    let mut is_taken = false;
    for (_, parts) in loads.iter_mut().filter(|(agent, parts)| !APART.contains(agent) && !parts.is_empty()) {
        parts.extend(shared.iter().cloned());
        is_taken = true;
    }
    if !is_taken {
        loads.insert(SHARED, shared);
    }
}

/// Whether a session in the root sees the file.
fn is_at_root(path: &RepoPath) -> bool {
    path.as_str().starts_with('.') || path.parent().is_empty()
}

fn whole(file: &SourceFile, reason: &'static str, chain: Vec<Arc<str>>) -> Part {
    let first_line = file.lines().range(&file.text, 0);
    let place = file.place(Span::new(first_line.start, first_line.end));
    Part { place, reason, chain, estimate: tokens::estimate(&file.text) }
}

/// Name and description of what is read whole only when it is wanted.
fn description(file: &SourceFile, front: &FrontMatter) -> Option<Part> {
    if front.text("disable-model-invocation") == Some("true") {
        return None;
    }
    let description = front.text("description")?;
    let text = format!("- {}: {description}\n", front.text("name").unwrap_or_else(|| file.path.stem()));
    Some(Part { estimate: tokens::estimate(&text), ..whole(file, "description", Vec::new()) })
}

/// Adds what the parts import, and what that imports; each file once.
fn follow(
    survey: &Survey<'_>,
    agent: &'static str,
    parts: &mut Vec<Part>,
    seen: &mut BTreeSet<(&'static str, RepoPath)>,
) {
    let mut at = 0;
    while at < parts.len() {
        let part = parts[at].clone();
        at += 1;
        if part.reason == "description" || part.chain.len() >= MAX_DEPTH {
            continue;
        }
        let Ok(file) = survey.workspace.read(&part.place.path) else { continue };
        let mut chain = part.chain;
        chain.push(file.path.to_shared());
        for import in imports::imports(&file.text) {
            let known = imports::candidates(file.path.parent(), &import).into_iter();
            let Some(path) =
                known.map(|path| RepoPath::new(&path)).find(|path| survey.names.contains(path.as_str()))
            else {
                continue;
            };
            if seen.insert((agent, path.clone()))
                && let Ok(imported) = survey.workspace.read(&path)
            {
                parts.push(whole(&imported, "import", chain.clone()));
            }
        }
    }
}

/// The sum of the parts; bounds add up, so they stay bounds.
fn sum(parts: &[Part]) -> Estimate {
    let add = |one: fn(&Estimate) -> usize| parts.iter().map(|part| one(&part.estimate)).sum();
    Estimate { low: add(|one| one.low), middle: add(|one| one.middle), high: add(|one| one.high) }
}

fn load_rows(survey: &Survey<'_>, facts: &mut Vec<Fact>) {
    for (agent, parts) in loads(survey) {
        let total = sum(&parts);
        let paths: BTreeSet<&RepoPath> = parts.iter().map(|part| &part.place.path).collect();
        let values = vec![
            Value::text(agent),
            Value::count(total.middle),
            Value::count(total.low),
            Value::count(total.high),
            Value::Bool(parts.iter().all(|part| survey.links.binary_search(&part.place.path).is_ok())),
            Value::count(paths.len()),
            Value::list(parts.iter().map(|part| part.place.path.as_str())),
        ];
        facts.extend(parts.first().map(|first| Fact::new(&LOAD, first.place.clone(), agent, values)));
    }
}

fn part_rows(survey: &Survey<'_>, facts: &mut Vec<Fact>) {
    for (agent, parts) in loads(survey) {
        let total = sum(&parts).middle.max(1);
        for (at, part) in parts.into_iter().enumerate() {
            let Estimate { low, middle, high } = part.estimate;
            let values = vec![
                Value::text(agent),
                Value::text(part.reason),
                Value::list(&part.chain),
                Value::count(at + 1),
                Value::count((middle * 100 + total / 2) / total),
                Value::count(middle),
                Value::count(low),
                Value::count(high),
            ];
            facts.push(Fact::new(&PART, part.place, agent, values));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{PathIndex, Workspace};

    /// For each agent the parts, as reason, path and chain.
    fn check(files: &[(&str, &str)]) -> Vec<String> {
        let names = PathIndex::new(files.iter().map(|(path, _)| RepoPath::new(path)).collect());
        let texts = files.iter().map(|(path, text)| (RepoPath::new(path), Arc::from(*text)));
        let workspace = Workspace::in_memory(texts);
        let wanted = BTreeMap::new();
        let survey = Survey {
            workspace: &workspace,
            names: &names,
            links: &[],
            ignored: &[],
            wanted: &wanted,
            focus: None,
            languages: &BTreeMap::new(),
            enough: crate::facts::Enough::NEVER,
        };
        let line = |agent: &str, part: &Part| {
            format!("{agent}: {} {} <{}>", part.reason, part.place.path, part.chain.join(">"))
        };
        loads(&survey)
            .iter()
            .flat_map(|(agent, parts)| parts.iter().map(|part| line(agent, part)).collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn imports_are_followed_five_deep_and_once() {
        let files = [
            ("CLAUDE.md", "Rules and @a.md and a longer text than all the others have"),
            ("a.md", "Text that is quite long @b.md @CLAUDE.md"),
            ("b.md", "Text less long @c.md @a.md"),
            ("c.md", "Text short @d.md"),
            ("d.md", "Text @e.md"),
            ("e.md", "@f.md"),
            ("f.md", "x"),
        ];
        assert_eq!(
            check(&files),
            [
                "claude: instructions CLAUDE.md <>",
                "claude: import a.md <CLAUDE.md>",
                "claude: import b.md <CLAUDE.md>a.md>",
                "claude: import c.md <CLAUDE.md>a.md>b.md>",
                "claude: import d.md <CLAUDE.md>a.md>b.md>c.md>",
                "claude: import e.md <CLAUDE.md>a.md>b.md>c.md>d.md>",
            ]
        );
    }

    #[test]
    fn agents_have_their_own_files_and_what_is_for_any() {
        let files = [
            ("AGENTS.md", "@x.md stands here as it is, for nobody follows it but some"),
            ("x.md", ""),
            (".cursor/rules/a.mdc", "---\nalwaysApply: true\n---\nshort"),
            (".cursor/rules/b.mdc", "---\nglobs: '*.py'\nalwaysApply: false\n---\nx"),
            (
                ".claude/agents/qa.md",
                "---\nname: qa\ndescription: Tests\n---\nA long prompt that is not counted here",
            ),
            (
                ".claude/skills/s/SKILL.md",
                "---\nname: s\ndescription: Hidden\ndisable-model-invocation: true\n---\n",
            ),
            ("sub/CLAUDE.md", "not at the root"),
        ];
        assert_eq!(
            check(&files),
            [
                "claude: description .claude/agents/qa.md <>",
                "cursor: instructions AGENTS.md <>",
                "cursor: rule .cursor/rules/a.mdc <>",
            ]
        );
        assert_eq!(check(&files[..2]), ["any: instructions AGENTS.md <>"]);
    }
}
