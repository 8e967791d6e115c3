//! Pipelines of services other than GitHub: YAML files whose commands stand under keys of a fixed name, one text or a
//! list of them. A service is a line in a table.

use std::collections::{BTreeMap, BTreeSet};

use super::block::{Block, Document, Judgement, Role};
use super::yaml::{self, Tree};
use crate::facts::Interest;
use crate::source::RepoPath;

/// A service and where its files keep commands.
#[derive(Debug)]
struct Service {
    /// How the path of its file ends.
    suffix: &'static str,
    /// The keys whose text, or whose items, are commands.
    keys: &'static [&'static str],
    /// The mappings in which these keys mean that.
    holders: fn(&Tree) -> BTreeSet<usize>,
}

const SERVICES: &[Service] = &[
    Service { suffix: ".gitlab-ci.yml", keys: GITLAB, holders: jobs },
    Service { suffix: ".gitlab-ci.yaml", keys: GITLAB, holders: jobs },
    Service { suffix: ".circleci/config.yml", keys: &["command", "run"], holders: everything },
    Service {
        suffix: "azure-pipelines.yml",
        keys: &["bash", "powershell", "pwsh", "script"],
        holders: everything,
    },
    Service {
        suffix: "azure-pipelines.yaml",
        keys: &["bash", "powershell", "pwsh", "script"],
        holders: everything,
    },
    Service {
        suffix: ".travis.yml",
        keys: &["after_success", "before_install", "before_script", "install", "script"],
        holders: everything,
    },
    Service { suffix: "bitbucket-pipelines.yml", keys: &["after-script", "script"], holders: everything },
    Service { suffix: ".buildkite/pipeline.yml", keys: &["command", "commands"], holders: everything },
    Service { suffix: ".readthedocs.yaml", keys: READTHEDOCS, holders: everything },
    Service { suffix: ".readthedocs.yml", keys: READTHEDOCS, holders: everything },
    Service { suffix: "Taskfile.yml", keys: &["cmd", "cmds", "sh"], holders: everything },
    Service { suffix: "Taskfile.yaml", keys: &["cmd", "cmds", "sh"], holders: everything },
];

const GITLAB: &[&str] = &["after_script", "before_script", "script"];

const READTHEDOCS: &[&str] = &[
    "build",
    "commands",
    "install",
    "post_build",
    "post_checkout",
    "post_create_environment",
    "post_install",
    "pre_build",
    "pre_create_environment",
    "pre_install",
];

pub(super) fn wants(path: &RepoPath) -> Interest {
    if service(path).is_some() { Interest::Yes } else { Interest::No }
}

fn service(path: &RepoPath) -> Option<&'static Service> {
    // Most paths are told apart by their last letters.
    if !matches!(path.extension(), "yml" | "yaml") {
        return None;
    }
    SERVICES.iter().find(|service| path.as_str().ends_with(service.suffix))
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    // An excerpt in a document is most often GitLab's; the keys of the others are common words.
    let Some(service) = document.path.map_or(Some(&SERVICES[0]), service) else { return Vec::new() };
    let tree = Tree::new(document.text());
    let mut blocks = Vec::new();
    for (at, user) in commands(&tree, service) {
        let Some(scalar) = &tree.nodes[at].scalar else { continue };
        let script = yaml::script(document, scalar);
        blocks.push(
            Block::new(script, Judgement::new(Role::Executed, "job script")).under(context(&tree, user)),
        );
    }
    blocks
}

/// The scalars that are commands, each with the node by which it is first used: itself, or the alias that leads to it.
fn commands(tree: &Tree, service: &Service) -> BTreeMap<usize, usize> {
    let holders = (service.holders)(tree);
    let mut users = BTreeMap::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        if !service.keys.contains(&node.key.as_str()) || !holders.contains(&node.parent) {
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

/// Every mapping.
fn everything(tree: &Tree) -> BTreeSet<usize> {
    (0..tree.nodes.len()).collect()
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

/// The job: the nearest mapping above the commands that has a name.
fn context(tree: &Tree, at: usize) -> Option<String> {
    let holder = if tree.nodes[at].key.is_empty() { tree.nodes[at].parent } else { at };
    tree.above(holder).map(|above| &tree.nodes[above].key).find(|key| !key.is_empty()).cloned()
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
    fn excerpts_in_documents() {
        assert_eq!(check("a.md", "```yaml\ntest:\n  script:\n    - pytest\n```\n"), ["4 pytest instructed"]);
    }
}
