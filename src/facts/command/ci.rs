//! Pipelines of services other than GitHub: YAML files whose commands stand under keys of a fixed name, one text or a
//! list of them. A service is a line in a table.

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
}

const SERVICES: &[Service] = &[
    Service { suffix: ".gitlab-ci.yml", keys: &["after_script", "before_script", "script"] },
    Service { suffix: ".gitlab-ci.yaml", keys: &["after_script", "before_script", "script"] },
    Service { suffix: ".circleci/config.yml", keys: &["command", "run"] },
    Service { suffix: "azure-pipelines.yml", keys: &["bash", "powershell", "pwsh", "script"] },
    Service { suffix: "azure-pipelines.yaml", keys: &["bash", "powershell", "pwsh", "script"] },
    Service {
        suffix: ".travis.yml",
        keys: &["after_success", "before_install", "before_script", "install", "script"],
    },
    Service { suffix: "bitbucket-pipelines.yml", keys: &["after-script", "script"] },
    Service { suffix: ".buildkite/pipeline.yml", keys: &["command", "commands"] },
    Service { suffix: ".readthedocs.yaml", keys: READTHEDOCS },
    Service { suffix: ".readthedocs.yml", keys: READTHEDOCS },
    Service { suffix: "Taskfile.yml", keys: &["cmd", "cmds", "sh"] },
    Service { suffix: "Taskfile.yaml", keys: &["cmd", "cmds", "sh"] },
];

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
    let keys = document.path.map_or(Some(&SERVICES[0]), service).map_or(&[][..], |service| service.keys);
    let tree = Tree::new(document.text());
    let mut blocks = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let Some(scalar) = &node.scalar else { continue };
        let is_item = node.key.is_empty() && node.parent != 0;
        let name = if is_item { &tree.parent(at).key } else { &node.key };
        if !keys.contains(&name.as_str()) {
            continue;
        }
        let script = yaml::script(document, scalar);
        blocks
            .push(Block::new(script, Judgement::new(Role::Executed, "job script")).under(context(&tree, at)));
    }
    blocks
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
    fn excerpts_in_documents() {
        assert_eq!(check("a.md", "```yaml\ntest:\n  script:\n    - pytest\n```\n"), ["4 pytest instructed"]);
    }
}
