//! The `agent_file` kind: the files that tell coding agents what to do, with what they cost and demand. Follows no
//! reference from one file to another.

use std::sync::Arc;

use super::{Fact, Field, Interest, Kind, Literals, Source, TextSource, Type, Value};
use crate::source::{RepoPath, SourceFile, Span};
use crate::tokens;

mod demand;
mod demands;
mod front_matter;
mod imports;
mod layouts;
mod load;
mod mention;
mod paths;

pub(super) use demand::KIND as DEMAND;
use front_matter::{FrontMatter, State};
use layouts::{Known, Role};
pub(super) use load::{LOAD, PART};
pub(super) use mention::KIND as MENTION;

/// A file for a coding agent.
pub(super) static KIND: Kind = Kind {
    name: "agent_file",
    doc: "A file that a coding agent reads as its instructions: rules, agents, commands and skills of the known agents",
    fields: &[
        Field {
            name: "agent",
            ty: Type::Text,
            doc: "Whose file it is, `claude` or `cursor` for instance; `any` for layouts that several agents share, such as AGENTS.md",
        },
        Field { name: "role", ty: Type::Text, doc: "`instructions`, `rule`, `agent`, `command` or `skill`" },
        Field { name: "name", ty: Type::Text, doc: "The name in its front matter; absent if there is none" },
        Field {
            name: "description",
            ty: Type::Text,
            doc: "The description in its front matter; absent if there is none",
        },
        Field {
            name: "tools",
            ty: Type::List,
            doc: "The tools that its front matter allows, `tools` or `allowed-tools`; empty if it names none",
        },
        Field {
            name: "model",
            ty: Type::Text,
            doc: "The model that its front matter names; absent if it names none",
        },
        Field {
            name: "globs",
            ty: Type::List,
            doc: "The path patterns of files with which it is loaded; empty if it names none",
        },
        Field {
            name: "always_loaded",
            ty: Type::Bool,
            doc: "Whether every session in the root loads it: instructions at the root, and rules without a path filter",
        },
        Field {
            name: "front_matter",
            ty: Type::Text,
            doc: "`none`, `valid`, or `malformed` where it is no YAML; name and description are read all the same",
        },
        Field {
            name: "tokens",
            ty: Type::Int,
            doc: "Estimated number of tokens in an OpenAI vocabulary, the most likely one",
        },
        Field { name: "tokens_low", ty: Type::Int, doc: "The lower bound of the estimate" },
        Field { name: "tokens_high", ty: Type::Int, doc: "The upper bound of the estimate" },
        Field { name: "bytes", ty: Type::Int, doc: "Its size in bytes" },
        Field { name: "lines", ty: Type::Int, doc: "How many lines it has" },
        Field {
            name: "demands",
            ty: Type::List,
            doc: "What its prose demands, of `context-limit`, `tests-first`, `thoughts-at-root` and `uv`, by a table of phrasings",
        },
    ],
    source: Source::Text(TextSource {
        wants,
        literals: |_| Literals::Any,
        extract: |file, _, facts| rows(file, facts),
    }),
};

fn wants(path: &RepoPath) -> Interest {
    let is_known = layouts::known(path).is_some() || layouts::plugin_part(path).is_some();
    if is_known { Interest::Yes } else { Interest::No }
}

fn rows(file: &SourceFile, facts: &mut Vec<Fact>) {
    let front = FrontMatter::read(&file.text);
    let Some(known) = known(&file.path, &front) else { return };
    let estimate = tokens::estimate(&file.text);
    let globs = first_list(&front, &["globs", "applyTo", "paths", "fileMatchPattern"]);
    let values = vec![
        Value::text(known.agent),
        Value::text(known.role.word()),
        Value::maybe(front.text("name")),
        Value::maybe(front.text("description")),
        Value::list(first_list(&front, &["tools", "allowed-tools"])),
        Value::maybe(front.text("model")),
        Value::list(&globs),
        Value::Bool(is_always_loaded(&file.path, known, &front, &globs)),
        Value::text(front.state.word()),
        Value::count(estimate.middle),
        Value::count(estimate.low),
        Value::count(estimate.high),
        Value::count(file.text.len()),
        Value::count(file.text.lines().count()),
        Value::list(demands::demands(&file.text)),
    ];
    let first_line = file.lines().range(&file.text, 0);
    let place = file.place(Span::new(first_line.start, first_line.end));
    facts.push(Fact::new(&KIND, place, file.path.as_str(), values));
}

/// What a file is to an agent, by its path and, where that may mislead, by its front matter.
fn known(path: &RepoPath, front: &FrontMatter) -> Option<Known> {
    let part = || layouts::plugin_part(path).filter(|known| says_so(front, path, known.role));
    layouts::known(path).or_else(part)
}

/// The keys of a command's front matter.
const COMMAND_KEYS: &[&str] =
    &["allowed-tools", "argument-hint", "description", "disable-model-invocation", "model", "name"];

/// Whether the front matter is that of an agent, a skill or a command: a page about agents in a folder called
/// `agents` is none. Commands take their name from the file; pages have other keys, a title for instance.
fn says_so(front: &FrontMatter, path: &RepoPath, role: Role) -> bool {
    let is_page = path.parts().any(|part| matches!(part, "docs" | "doc" | "website" | "content"));
    let named = match role {
        Role::Command => !is_page && front.has_only(COMMAND_KEYS),
        _ => front.text("name").is_some(),
    };
    named && front.text("description").is_some()
}

/// The list of the first key that has one.
fn first_list(front: &FrontMatter, keys: &[&str]) -> Vec<Arc<str>> {
    keys.iter().map(|key| front.list(key)).find(|list| !list.is_empty()).unwrap_or_default()
}

/// Whether every session that starts in the root loads the file.
fn is_always_loaded(path: &RepoPath, known: Known, front: &FrontMatter, globs: &[Arc<str>]) -> bool {
    let folder = path.parent();
    // The root itself, or a folder of settings in it such as `.github`.
    let at_root = folder.is_empty() || (folder.starts_with('.') && !folder.contains('/'));
    match (known.agent, known.role) {
        // Conventions are loaded where a person's settings say so.
        ("aider", _) => false,
        (_, Role::Instructions) => at_root,
        _ if !path.as_str().starts_with('.') => false,
        ("cursor", Role::Rule) => {
            // An `.md` rule, and one without front matter, has nowhere to say that it applies less often.
            front.state == State::None || front.text("alwaysApply") == Some("true")
        }
        (_, Role::Rule) => {
            let for_all = globs.is_empty() || globs.iter().any(|glob| matches!(&**glob, "**" | "**/*" | "*"));
            let on_demand = [("inclusion", "always"), ("trigger", "always_on"), ("type", "always_apply")]
                .iter()
                .any(|(key, always)| front.text(key).is_some_and(|value| value != *always));
            for_all && !on_demand
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(path: &str, text: &str) -> Option<Fact> {
        let mut facts = Vec::new();
        rows(&SourceFile::new(RepoPath::new(path), text), &mut facts);
        facts.pop()
    }

    fn field(fact: &Fact, name: &str) -> Value {
        fact.get(name).unwrap_or(Value::None)
    }

    #[test]
    fn an_agent_says_who_it_is() {
        let text = "---\nname: qa\ndescription: Writes tests\ntools: Read, Bash\nmodel: inherit\n---\nTests first. Use uv.\n";
        let fact = row("plugin/agents/qa.md", text).unwrap();
        assert_eq!(field(&fact, "role"), Value::text("agent"));
        assert_eq!(field(&fact, "name"), Value::text("qa"));
        assert_eq!(field(&fact, "tools"), Value::list(["Read", "Bash"]));
        assert_eq!(field(&fact, "globs"), Value::list([""; 0]));
        assert_eq!(field(&fact, "lines"), Value::Int(7));
        assert_eq!(field(&fact, "bytes"), Value::count(text.len()));
        assert_eq!(field(&fact, "demands"), Value::list(["tests-first", "uv"]));
        assert_eq!(field(&fact, "always_loaded"), Value::Bool(false));
        let command = "---\ndescription: Plans a sprint\n---\n";
        assert!(row("plugin/commands/plan.md", command).is_some());
        assert!(row("docs/commands/plan.md", command).is_none());
        assert!(row("cli/commands/plan.md", "---\ntitle: Plan\ndescription: x\n---\n").is_none());
        assert!(row("docs/agents/page.md", "# Agents\n").is_none(), "a page about agents is none");
    }

    #[test]
    fn what_is_always_loaded() {
        for (path, text, expected) in [
            ("CLAUDE.md", "", true),
            ("sub/CLAUDE.md", "", false),
            (".github/copilot-instructions.md", "", true),
            (".claude/rules/a.md", "", true),
            (".claude/rules/a.md", "---\npaths: src/**\n---\n", false),
            (".cursor/rules/a.mdc", "---\nglobs: *.py\nalwaysApply: false\n---\n", false),
            (".cursor/rules/a.mdc", "---\nalwaysApply: true\n---\n", true),
            (".github/instructions/a.instructions.md", "---\napplyTo: '**'\n---\n", true),
            (".kiro/steering/a.md", "---\ninclusion: manual\n---\n", false),
            (".windsurf/rules/a.md", "---\ntrigger: always_on\n---\n", true),
            (".claude/skills/a/SKILL.md", "---\nname: a\n---\n", false),
        ] {
            let fact = row(path, text).unwrap();
            assert_eq!(field(&fact, "always_loaded"), Value::Bool(expected), "{path} {text}");
        }
    }

    #[test]
    fn the_place_is_the_first_line() {
        let place = row("AGENTS.md", "# Rules\r\nmore").unwrap().place;
        assert_eq!((place.start.line, place.end.column, place.span), (1, 8, Span::new(0, 7)));
        assert_eq!(row("AGENTS.md", "").unwrap().place.span, Span::new(0, 0));
    }

    proptest! {
        #[test]
        fn any_text_gives_a_row(text in "(?s)(---\n)?.{0,200}") {
            let fact = row("AGENTS.md", &text);
            prop_assert!(fact.is_some_and(|fact| text.get(fact.place.span.range()).is_some()));
        }
    }
}
