//! Workflows and composite actions of GitHub: the scripts of their steps. Reads keys and values
//! alone; never evaluates an expression.

use super::block::{Block, Document, Judgement, Role};
use super::opaque;
use super::yaml::{self, Tree};
use crate::facts::Interest;
use crate::source::RepoPath;

/// Actions whose input is a command, as `owner/name`.
const RUNNERS: &[&str] = &[
    "nick-fields/retry",
    "nick-invision/retry",
    "Wandalen/wretry.action",
    "CodSpeedHQ/action",
    "CodSpeedHQ/codspeed-action",
    "coactions/setup-xvfb",
    "GabrielBB/xvfb-action",
    "pypa/cibuildwheel",
    "reactivecircus/android-emulator-runner",
];

/// The inputs of such actions that hold the command.
const INPUTS: &[&str] = &["cmd", "command", "run", "script"];

pub(super) fn wants(path: &RepoPath) -> Interest {
    let is_yaml = matches!(path.extension(), "yml" | "yaml");
    let is_workflow = is_yaml && (path.parent().ends_with(".github/workflows") || path.stem() == "action");
    if is_workflow { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let tree = Tree::new(document.text());
    let mut blocks = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let Some(scalar) = &node.scalar else { continue };
        if is_step(&tree, at, document.path.is_some()) || is_runner(&tree, at) {
            let script = opaque::masked(yaml::script(document, scalar), "${{", "}}");
            blocks.push(Block::new(script, Judgement::new(Role::Executed, "step")).under(context(&tree, at)));
        }
    }
    blocks
}

/// Whether a scalar is the `run` of a step whose shell is one that is read.
fn is_step(tree: &Tree, at: usize, is_file: bool) -> bool {
    let node = &tree.nodes[at];
    let holder = tree.parent(at);
    // A step is an item of a list; an excerpt in a document may show it alone.
    let is_item = node.parent != 0 && holder.key.is_empty();
    node.key == "run" && (is_item || !is_file && node.parent <= 1) && is_shell(effective_shell(tree, at))
}

/// The shell that a step, its job's defaults or the workflow's defaults name.
fn effective_shell(tree: &Tree, at: usize) -> Option<&str> {
    if let Some(shell) = tree.value(tree.nodes[at].parent, "shell") {
        return Some(shell);
    }
    tree.above(at).find_map(|holder| {
        let defaults = tree.child(holder, "defaults")?;
        tree.value(tree.child(defaults, "run")?, "shell")
    })
}

fn is_shell(shell: Option<&str>) -> bool {
    let name = shell.and_then(|shell| shell.split_whitespace().next()).unwrap_or("bash");
    matches!(name.rsplit('/').next().unwrap_or(name), "bash" | "sh" | "zsh" | "pwsh" | "powershell" | "cmd")
        || name.starts_with("${{")
}

/// Whether a scalar is the command that an action is to run.
fn is_runner(tree: &Tree, at: usize) -> bool {
    let node = &tree.nodes[at];
    if tree.parent(at).key != "with" || !INPUTS.contains(&node.key.as_str()) {
        return false;
    }
    let step = tree.parent(at).parent;
    let action = tree.value(step, "uses").and_then(|action| action.split('@').next());
    action.is_some_and(|action| RUNNERS.iter().any(|known| known.eq_ignore_ascii_case(action)))
}

/// The job and the step, `test / Run the tests`.
fn context(tree: &Tree, at: usize) -> Option<String> {
    let mut job = None;
    let mut step = None;
    let mut below = at;
    for holder in tree.above(at) {
        if step.is_none() && tree.parent(holder).key == "steps" {
            step = tree.value(holder, "name").or_else(|| tree.value(holder, "id"));
        }
        if tree.nodes[holder].key == "jobs" {
            job = Some(tree.nodes[below].key.as_str());
        }
        below = holder;
    }
    let named: Vec<&str> = [job, step].into_iter().flatten().collect();
    (!named.is_empty()).then(|| named.join(" / "))
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    const PATH: &str = ".github/workflows/ci.yml";

    #[test]
    fn steps_of_all_styles() {
        let text = "jobs:\n  test:\n    steps:\n      - name: A\n        run: |\n          pip install x\n          pytest\n\
                    \x20     - run: python -m build # x\n      - run: \"python -c \\\"1\\\"\"\n";
        assert_eq!(
            check(PATH, text),
            ["6 pip executed", "7 pytest executed", "8 python executed", "9 python executed"]
        );
    }

    #[test]
    fn other_shells_and_keys_are_left_alone() {
        let text = "defaults:\n  run:\n    shell: python\njobs:\n  a:\n    steps:\n      - run: pip install x\n\
                    \x20     - run: pytest\n        shell: bash\n      - with:\n          run: tox\n";
        assert_eq!(check(PATH, text), ["8 pytest executed"]);
    }

    #[test]
    fn retry_actions_and_expressions() {
        let text = "jobs:\n  a:\n    steps:\n      - uses: nick-fields/retry@v3\n        with:\n          command: pytest -x\n\
                    \x20     - run: pip install ${{ matrix.x || 'y' }} && pytest\n";
        assert_eq!(check(PATH, text), ["6 pytest executed", "7 pip executed", "7 pytest executed"]);
    }
}
