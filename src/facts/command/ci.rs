//! Pipelines of services other than GitHub: YAML files whose commands stand under known keys, one text or a list of
//! them. Never reads the files that a pipeline takes in from elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::block::{Block, Document, Judgement, Role};
use super::ci_services::{GITLAB, Scope, Service, service};
use super::yaml::{self, Node, Tree};
use super::{exec, key_path, opaque};
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

pub(super) fn wants(path: &RepoPath) -> Interest {
    if service(path).is_some() { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    // An excerpt in a document is most often GitLab's; the keys of the others are common words.
    let service = match document.path {
        None => &GITLAB,
        Some(path) => match service(path) {
            Some(service) => service,
            None => return Vec::new(),
        },
    };
    let tree = Tree::new(document.text());
    let mut blocks = Vec::new();
    for (at, user) in commands(&tree, service) {
        let Some(scalar) = &tree.nodes[at].scalar else { continue };
        let script = masked(yaml::script(document, scalar), service);
        blocks.push(
            Block::new(script, Judgement::new(Role::Executed, "job script")).under(context(&tree, user)),
        );
    }
    for at in (0..tree.nodes.len()).filter(|&at| key_path::fits(&tree, at, "/steps/-/args")) {
        blocks.extend(entry_point(document, &tree, at));
    }
    blocks
}

/// The script with what the service replaces before a shell sees it as variables that nobody sets.
fn masked(script: Script, service: &Service) -> Script {
    match service.expression {
        // A shell has marks of its own that look like these.
        Some(("<<", close)) => opaque::masked_where(script, "<<", close, |inside| {
            let name = inside.trim();
            name.contains('.')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        }),
        Some(("${{", close)) => {
            let script = opaque::masked(script, "${{", close);
            opaque::masked_where(script, "$(", ")", is_macro)
        }
        Some((open, close)) => opaque::masked(script, open, close),
        None => script,
    }
}

/// Whether `$(…)` is a variable of Azure: its names have dots or capitals, those of programs seldom.
fn is_macro(inside: &str) -> bool {
    let is_name = inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    is_name && inside.contains(|c: char| c == '.' || c.is_ascii_uppercase())
}

/// What a step of Cloud Build runs by its entry point: `bash` and `['-c', …]`, or a program and its arguments.
fn entry_point(document: Document<'_>, tree: &Tree, at: usize) -> Option<Block> {
    let step = tree.nodes[at].parent;
    let program = tree.nodes[tree.child(step, "entrypoint")?].scalar.as_ref()?;
    let mut words = vec![program];
    words.extend(key_path::texts(tree, at));
    let judgement = Judgement::new(Role::Executed, "job script");
    let context = tree.value(step, "id").map(str::to_owned);
    Some(Block::new(exec::words(document, &words), judgement).under(context))
}

/// The scalars that are commands, each with the node by which it is first used: itself, or the alias that leads to it.
fn commands(tree: &Tree, service: &Service) -> BTreeMap<usize, usize> {
    let jobs = (service.scope == Scope::Jobs).then(|| jobs(tree));
    let mut users = BTreeMap::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let is_command = service.commands.iter().any(|keys| key_path::fits(tree, at, keys))
            && jobs.as_ref().is_none_or(|jobs| jobs.contains(&node.parent))
            && runs_in_shell(tree, node);
        if !is_command {
            continue;
        }
        // Each node is opened once, whoever uses it, so lists of lists of aliases stay cheap.
        let mut open = vec![(at, at)];
        while let Some((here, user)) = open.pop() {
            if users.contains_key(&here) {
                continue;
            }
            users.insert(here, user);
            match tree.nodes[here].alias {
                Some(target) => open.push((target, user)),
                None if here == at => open.extend(items(tree, here).map(|item| (item, item))),
                None => open.extend(items(tree, here).map(|item| (item, user))),
            }
        }
    }
    users
}

/// The texts and the aliases in a list.
fn items(tree: &Tree, node: usize) -> impl Iterator<Item = usize> {
    tree.children(node).filter(|&item| {
        let item = &tree.nodes[item];
        item.key.is_empty() && (item.scalar.is_some() || item.alias.is_some())
    })
}

/// Whether a shell reads what stands at a node, as far as what stands beside it tells.
fn runs_in_shell(tree: &Tree, node: &Node) -> bool {
    let task = if node.key == "command" { None } else { tree.value(tree.nodes[node.parent].parent, "task") };
    let is_python_task = task.is_some_and(|task| task.starts_with("PythonScript"));
    let shell = tree.value(node.parent, "shell");
    !is_python_task && !shell.is_some_and(|shell| shell.contains("python"))
}

/// The jobs of GitLab, the defaults among them, the mapping around them, and the mappings that jobs take in by an alias.
fn jobs(tree: &Tree) -> BTreeSet<usize> {
    let parent = |at: usize| tree.nodes[at].parent;
    let is_top = |at: usize| at != 0 && parent(at) == 0;
    let mut jobs: BTreeSet<usize> = (1..tree.nodes.len())
        .filter(|&at| is_top(at) || is_top(parent(at)) && tree.nodes[at].key != "variables")
        .collect();
    // An alias stands behind its anchor, so what a taken mapping takes in itself is met later on the way back.
    for (at, node) in tree.nodes.iter().enumerate().rev() {
        let Some(target) = node.alias else { continue };
        let merge = if node.key.is_empty() { node.parent } else { at };
        let is_merged = tree.nodes[merge].key == "<<" && jobs.contains(&parent(merge));
        if is_merged || jobs.contains(&at) {
            jobs.insert(target);
        }
    }
    jobs
}

/// Keys that belong to the format and name no job.
const FORMAT: &[&str] =
    &["", "cmds", "command", "commands", "inputs", "jobs", "run", "script", "stages", "steps"];

/// The job: the nearest mapping above the commands that has a name.
fn context(tree: &Tree, at: usize) -> Option<String> {
    let holder = if tree.nodes[at].key.is_empty() { tree.nodes[at].parent } else { at };
    let mut names = tree.above(holder).map(|above| &tree.nodes[above].key);
    names.find(|key| !FORMAT.contains(&key.as_str())).cloned()
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn gitlab_and_others() {
        let text = "test:\n  script:\n    - pip install x\n    - pytest\n  before_script: pip list\n  image: python\n";
        assert_eq!(check(".gitlab-ci.yml", text), ["3 pip executed", "4 pytest executed", "5 pip executed"]);
        assert_eq!(
            check("azure-pipelines.yml", "steps:\n- script: |\n    pytest\n- task: x\n"),
            ["3 pytest executed"]
        );
        assert_eq!(
            check(".circleci/config.yml", "a:\n  - run: tox\n  - run:\n      command: pytest\n"),
            ["2 tox executed", "4 pytest executed"]
        );
    }

    #[test]
    fn aliases_lead_to_commands() {
        let text = ".a: &a\n  - pip list\n.b: &b\n  - tox\n.c: &c\n  - nox\n.d:\n  - &d pytest\nx:\n  script:\n    \
                    - *a\n    - *d\n    - [*b]\n  before_script: *a\n  after_script: &e\n    - mypy\ny:\n  script: *e\n";
        assert_eq!(
            check(".gitlab-ci.yml", text),
            ["2 pip executed", "8 pytest executed", "16 mypy executed"]
        );
        let text = "a: &a\n  - pip list\nb: &b\n  - tox\nscript:\n  - *a\n";
        assert_eq!(check(".travis.yml", text), ["2 pip executed"]);
    }

    #[test]
    fn scripts_of_gitlab_stand_in_jobs() {
        let text = "variables:\n  script: pip list\ndefault:\n  before_script: [tox]\nbefore_script:\n  - nox\n\
                    x:\n  variables: {script: pip list}\n  script: pytest\n  rules:\n    - script: pip list\n";
        assert_eq!(check(".gitlab-ci.yml", text), ["4 tox executed", "6 nox executed", "9 pytest executed"]);
        let text = ".t:\n  a: &a\n    script: pip list\n  b: &b\n    <<: *a\n    before_script: tox\n  c:\n    \
                    script: nox\n  d: &d\n    after_script: mypy\nx:\n  <<: [*b]\ny: *d\n";
        assert_eq!(check(".gitlab-ci.yml", text), ["3 pip executed", "6 tox executed", "10 mypy executed"]);
    }

    #[test]
    fn keys_that_only_look_like_commands() {
        for (path, text, expected) in [
            (
                ".circleci/config.yml",
                "jobs:\n  a:\n    docker:\n    - image: x\n      command: pip list\n    steps:\n    - run: pytest << parameters.x >>\n    - run:\n        \
                 command: |\n          nox\n          mypy\n    - orb/x:\n        command: tox\n    - run: {shell: python, command: pip}\n",
                vec!["7 pytest executed", "10 nox executed", "11 mypy executed", "13 tox executed"],
            ),
            (
                ".azure-pipelines/a.yml",
                "parameters:\n  script: pip\nsteps:\n- task: Bash@3\n  inputs:\n    targetType: inline\n    script: |\n      pytest $(Build.X)\n\
                 - task: PythonScript@0\n  inputs: {script: 'pip'}\n- ${{ if x }}:\n  - pwsh: tox\n",
                vec!["8 pytest executed", "12 tox executed"],
            ),
            (
                ".buildkite/a.yml",
                "steps:\n- label: pip\n  command:\n  - pytest\n  - tox\n  plugins:\n  - docker#v5:\n      command: [pip]\n- group: x\n  steps:\n  - commands: nox\n",
                vec!["4 pytest executed", "5 tox executed", "11 nox executed"],
            ),
            (
                "Taskfile.yml",
                "vars:\n  X: pip\n  Y: {sh: tox}\ntasks:\n  a: pytest\n  b: [nox, mypy]\n  pip:\n    desc: pip list\n    deps: [pip]\n    \
                 cmds:\n    - cmd: ruff {{.X}}\n      silent: true\n    - defer: black\n    - task: pip\n    - for: [pip]\n      cmd: isort {{.ITEM}}\n",
                vec![
                    "3 tox executed",
                    "5 pytest executed",
                    "6 nox executed",
                    "6 mypy executed",
                    "11 ruff executed",
                    "13 black executed",
                    "16 isort executed",
                ],
            ),
            (
                "cloudbuild.yaml",
                "steps:\n- name: python:3\n  entrypoint: bash\n  args:\n  - -c\n  - |\n    pip list\n    pytest\n- name: pip\n  args: [pip]\n\
                 - name: python\n  entrypoint: python\n  args: ['-m', 'tox']\n- name: x\n  script: nox\n",
                vec!["7 pip executed", "8 pytest executed", "12 python executed", "15 nox executed"],
            ),
            (
                ".readthedocs.yaml",
                "build:\n  tools: {python: '3'}\n  jobs:\n    install:\n    - pip list\n    build:\n      html: [pytest]\npython:\n  install:\n  - requirements: pip\n",
                vec!["5 pip executed", "7 pytest executed"],
            ),
            (
                ".woodpecker/a.yaml",
                "steps:\n- image: python\n  commands: [pytest]\n  x: {commands: [pip]}\n",
                vec!["3 pytest executed"],
            ),
            (
                ".cirrus.yml",
                "a_task:\n  install_script:\n  - pytest\n  name: pip\n",
                vec!["3 pytest executed"],
            ),
        ] {
            assert_eq!(check(path, text), expected, "{text}");
        }
    }

    #[test]
    fn excerpts_in_documents() {
        assert_eq!(check("a.md", "```yaml\ntest:\n  script:\n    - pytest\n```\n"), ["4 pytest instructed"]);
    }
}
