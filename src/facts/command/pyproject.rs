//! Tasks of Python tools in `pyproject.toml` and in TOML files of their own. Never takes entry points for commands,
//! which name functions.
//!
//! What hatch, PDM, Poe, taskipy, tox, Rye, Pixi and cibuildwheel start runs in an environment that the tool makes or
//! was started in. The tool is the outermost of the wrappers of such a command, so a policy can treat it as managed.
//! uv itself has no tasks.

use std::collections::BTreeSet;

use super::block::{Block, Document, Judgement, Role};
use super::key_path::{self, List};
use super::toml_tree;
use super::tox_syntax;
use super::yaml::{self, Tree};
use crate::facts::Interest;
use crate::source::RepoPath;

/// A tool and where its table keeps commands.
#[derive(Debug)]
struct Tool {
    /// Its table is `[tool.<name>]`.
    name: &'static str,
    /// The program that starts its commands, if they do not run where the tool happens to be.
    runner: Option<&'static str>,
    /// The patterns of keys below its table.
    commands: &'static [(&'static str, List)],
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "bumpversion",
        runner: None,
        commands: &[("setup_hooks|pre_commit_hooks|post_commit_hooks", List::Commands)],
    },
    Tool {
        name: "cibuildwheel",
        runner: Some("cibuildwheel"),
        commands: &[(
            "**/before-all|before-build|before-test|repair-wheel-command|test-command",
            List::Commands,
        )],
    },
    Tool {
        name: "commitizen",
        runner: None,
        commands: &[("pre_bump_hooks|post_bump_hooks", List::Commands)],
    },
    Tool {
        name: "hatch",
        runner: Some("hatch run"),
        commands: &[
            ("envs/*/scripts|extra-scripts/*", List::Commands),
            ("envs/*/pre-install-commands|post-install-commands", List::Commands),
        ],
    },
    Tool {
        name: "pdm",
        runner: Some("pdm run"),
        commands: &[
            ("scripts/*", List::Words),
            ("scripts/*/cmd", List::Words),
            ("scripts/*/shell", List::Other),
            ("scripts/*/composite", List::Commands),
        ],
    },
    Tool {
        name: "pixi",
        runner: Some("pixi run"),
        commands: &[("**/tasks/*", List::Other), ("**/tasks/*/cmd", List::Words)],
    },
    Tool {
        name: "poe",
        runner: Some("poe"),
        // The texts in a list are names of other tasks.
        commands: &[
            ("tasks/*", List::Other),
            ("groups/*/tasks/*", List::Other),
            ("tasks/**/cmd|shell", List::Other),
            ("groups/**/cmd|shell", List::Other),
        ],
    },
    Tool {
        name: "rye",
        runner: Some("rye run"),
        commands: &[
            ("scripts/*", List::Words),
            ("scripts/*/cmd", List::Words),
            ("scripts/*/chain", List::Commands),
        ],
    },
    Tool { name: "semantic_release", runner: None, commands: &[("build_command", List::Other)] },
    Tool {
        name: "taskipy",
        runner: Some("task"),
        commands: &[("tasks/*", List::Other), ("tasks/*/cmd", List::Other)],
    },
    Tool {
        name: "tox",
        runner: Some("tox"),
        commands: &[
            ("**/commands|commands_pre|commands_post/-", List::Words),
            ("**/recreate_commands|extra_setup_commands/-", List::Words),
            ("**/install_command|list_dependencies_command", List::Words),
            ("legacy_tox_ini", List::Other),
        ],
    },
];

/// Files whose top is the table of one tool.
const OWN_FILES: &[(&str, &str)] = &[("hatch.toml", "hatch"), ("pixi.toml", "pixi"), ("tox.toml", "tox")];

/// Files that hold `[tool]` like a `pyproject.toml`.
const SHARED_FILES: &[&str] =
    &["pyproject.toml", "poe_tasks.toml", ".bumpversion.toml", ".cz.toml", "cz.toml"];

pub(super) fn wants(path: &RepoPath) -> Interest {
    if path.extension() != "toml" {
        return Interest::No;
    }
    let name = path.name();
    let is_known = SHARED_FILES.contains(&name) || OWN_FILES.iter().any(|(file, _)| *file == name);
    if is_known { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let tree = toml_tree::tree(document.text());
    let own = document.path.and_then(|path| OWN_FILES.iter().find(|(file, _)| *file == path.name()));
    let mut blocks = Vec::new();
    for tool in TOOLS {
        let table = match own {
            Some((_, name)) => (*name == tool.name).then_some(1),
            None => (1..tree.nodes.len())
                .find(|&node| tree.nodes[node].key == tool.name && key_path::fits(&tree, node, "/tool/*")),
        };
        let Some(table) = table else { continue };
        let names = task_names(&tree, table);
        for node in 0..tree.nodes.len() {
            if let Some(&(_, list)) = tool
                .commands
                .iter()
                .find(|(keys, _)| key_path::fits_below(&tree, node, keys, |above| above == table))
            {
                blocks.extend(task(document, &tree, &names, tool, node, list));
            }
        }
    }
    blocks
}

/// The commands at a node that the tool runs.
fn task(
    document: Document<'_>,
    tree: &Tree,
    names: &BTreeSet<&str>,
    tool: &'static Tool,
    node: usize,
    list: List,
) -> Vec<Block> {
    let scripts = match &tree.nodes[node] {
        node if node.key == "legacy_tox_ini" => {
            let Some(scalar) = &node.scalar else { return Vec::new() };
            let inner = yaml::script(document, scalar);
            return tox_syntax::split(document.inner(&inner));
        }
        // A task in another language, and settings that all tasks share.
        _ if tree.value(tree.nodes[node].parent, "interpreter") == Some("python") => return Vec::new(),
        task if tool.name == "pdm" && task.key == "_" => return Vec::new(),
        _ if list == List::Words && tool.name == "tox" => tox_syntax::words(document, tree, node),
        _ => key_path::scripts(document, tree, node, list),
    };
    let context = context(tree, node);
    let blocks = scripts.into_iter().map(tox_syntax::unprefixed);
    // A composite task names other tasks and commands alike.
    let commands = blocks.filter(|script| {
        let first = script.text().split_whitespace().next();
        tree.nodes[node].scalar.is_some() || !first.is_some_and(|first| names.contains(first))
    });
    let judgement = Judgement::new(Role::Executed, format!("task of `{}`", tool.name));
    commands
        .map(|script| Block::new(script, judgement.clone()).under(context.clone()).run_by(tool.runner))
        .collect()
}

/// The names of all tasks of a tool.
fn task_names(tree: &Tree, table: usize) -> BTreeSet<&str> {
    let is_task = |&node: &usize| {
        key_path::fits_below(tree, node, "**/extra-scripts|scripts|tasks/*", |above| above == table)
    };
    (1..tree.nodes.len()).filter(is_task).map(|node| tree.nodes[node].key.as_str()).collect()
}

/// The environment and the task, without the words of the format: `docs / build`.
fn context(tree: &Tree, node: usize) -> Option<String> {
    const FORMAT: &[&str] =
        &["", "chain", "cmd", "composite", "env", "envs", "scripts", "shell", "tasks", "tool"];
    let mut keys: Vec<&str> = std::iter::once(node)
        .chain(tree.above(node))
        .map(|above| tree.nodes[above].key.as_str())
        .take_while(|key| *key != "tool")
        .filter(|key| !FORMAT.contains(key) && TOOLS.iter().all(|tool| tool.name != *key))
        .collect();
    keys.reverse();
    (!keys.is_empty()).then(|| keys.join(" / "))
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    fn pyproject(text: &str) -> Vec<String> {
        check("pyproject.toml", text)
    }

    #[test]
    fn tasks_of_every_tool() {
        for (text, expected) in [
            (
                "[tool.hatch.envs.default.scripts]\na = \"pytest\"\nb = [\n'- pip list',\n\"python -c \\\"1\\\"\"]\n[tool.hatch.envs.x]\ndependencies = ['pip']\npost-install-commands = ['tox']\n",
                vec!["2 pytest executed", "4 pip executed", "5 python executed", "8 tox executed"],
            ),
            (
                "[tool.pdm.scripts]\n_.env_file = 'pip'\na = 'pytest'\nb = {cmd = ['pip', 'list']}\nc = {shell = 'tox'}\nd = {composite = ['a -q', 'nox']}\ne = {call = 'pip:x'}\n",
                vec!["3 pytest executed", "4 pip executed", "5 tox executed", "6 nox executed"],
            ),
            (
                "[tool.poe.tasks]\na = 'pytest'\nb.cmd = 'pip list'\nc.shell = 'tox'\nd = ['a', {cmd = 'nox'}]\ne.script = 'pip:x'\nf.expr = 'pip'\ng.sequence = [{shell = 'mypy', interpreter = 'python'}, {cmd = 'ruff'}]\n[tool.poe.groups.x.tasks]\nh = 'twine'\n",
                vec![
                    "2 pytest executed",
                    "3 pip executed",
                    "4 tox executed",
                    "5 nox executed",
                    "8 ruff executed",
                    "10 twine executed",
                ],
            ),
            (
                "[tool.taskipy.tasks]\na = 'pytest'\nb = {cmd = 'pip list', help = 'pip'}\n",
                vec!["2 pytest executed", "3 pip executed"],
            ),
            (
                "[tool.rye.scripts]\na = ['pip', 'list']\nb = {chain = ['a', 'pytest']}\n",
                vec!["2 pip executed", "3 pytest executed"],
            ),
            (
                "[tool.pixi.tasks]\na = 'pytest'\nb = {cmd = ['pip', 'list'], depends-on = ['a']}\nc = ['a']\n[tool.pixi.feature.x.tasks]\nd = 'tox'\n",
                vec!["2 pytest executed", "3 pip executed", "6 tox executed"],
            ),
            (
                "[tool.tox.env_run_base]\ncommands = [['pytest', {replace='posargs'}], ['-', '{env_python}', '-m', 'x']]\n[tool.tox.env.a]\ncommands_pre = [['pip', 'list']]\ndeps = ['tox']\n",
                vec!["2 pytest executed", "2 python executed", "4 pip executed"],
            ),
            (
                "[tool.tox]\nlegacy_tox_ini = \"\"\"\n[testenv]\ncommands =\n  pytest \\\n   x\n  pip list\n\"\"\"\n",
                vec!["5 pytest executed", "7 pip executed"],
            ),
            (
                "[tool.semantic_release]\nbuild_command = '''\npip install build\n'''\n",
                vec!["3 pip executed"],
            ),
            (
                "[project.scripts]\npip = 'x:pytest'\n[tool.uv]\ndev-dependencies = ['pytest']\n[dependency-groups]\ndev = ['pip']\n",
                vec![],
            ),
        ] {
            assert_eq!(pyproject(text), expected, "{text}");
        }
    }

    #[test]
    fn files_of_one_tool() {
        assert_eq!(
            check("hatch.toml", "[envs.a.scripts]\nb = 'pytest'\n[tool.pdm.scripts]\nc = 'pip'\n"),
            ["2 pytest executed"]
        );
        assert_eq!(check("tox.toml", "[env.a]\ncommands = [['pytest']]\n"), ["2 pytest executed"]);
        assert_eq!(check("poe_tasks.toml", "[tool.poe.tasks]\na = 'pytest'\n"), ["2 pytest executed"]);
        assert_eq!(check("Cargo.toml", "[tool.poe.tasks]\na = 'pytest'\n"), [""; 0]);
    }
}
