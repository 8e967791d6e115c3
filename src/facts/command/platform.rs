//! Configuration of deployment platforms: how they build, start and release the project. Never reads their settings.
//!
//! A platform builds and runs in an image of its own in which the project lays out its environment, so its commands
//! count as the repository's; where the image is the project's own they are those of a container.

use super::block::{Block, Document, Judgement, Role};
use super::key_path::{self, List};
use super::yaml::Tree;
use super::{json, toml_tree};
use crate::facts::Interest;
use crate::source::RepoPath;

/// A file of a platform and where it keeps commands.
#[derive(Debug)]
struct Platform {
    name: &'static str,
    /// What the paths of its files may end with.
    files: &'static [&'static str],
    commands: &'static [(&'static str, List)],
    environment: &'static str,
}

const REPOSITORY: &str = "repository";
const CONTAINER: &str = "container";

const PLATFORMS: &[Platform] = &[
    Platform {
        name: "Amplify",
        files: &["amplify.yml", "amplify.yaml"],
        commands: &[("phases/*/commands", List::Commands)],
        environment: REPOSITORY,
    },
    Platform {
        name: "App Engine",
        files: &["app.yaml", "app.yml"],
        // Kubernetes and others have files of this name; there it is no text at the top.
        commands: &[("/entrypoint", List::Other)],
        environment: REPOSITORY,
    },
    Platform {
        name: "App Platform",
        files: &[".do/app.yaml", ".do/deploy.template.yaml"],
        commands: &[("-/build_command|run_command", List::Other)],
        environment: REPOSITORY,
    },
    Platform {
        name: "App Runner",
        files: &["apprunner.yaml"],
        commands: &[
            ("/build/commands/build|pre-build|post-build", List::Commands),
            ("/run/command", List::Other),
            ("/run/pre-run|post-run", List::Commands),
        ],
        environment: REPOSITORY,
    },
    Platform {
        name: "Fly",
        files: &["fly.toml"],
        commands: &[
            ("/processes/*", List::Words),
            ("/deploy/release_command", List::Words),
            ("/experimental/cmd|entrypoint|exec", List::Words),
        ],
        environment: CONTAINER,
    },
    Platform {
        name: "Heroku",
        files: &["app.json"],
        commands: &[
            ("/scripts/*", List::Other),
            ("/scripts/dokku/*", List::Other),
            ("/environments/*/scripts/*", List::Other),
            ("/cron/-/command", List::Other),
        ],
        environment: REPOSITORY,
    },
    Platform {
        name: "Heroku",
        files: &["heroku.yml", "heroku.yaml"],
        commands: &[
            ("/run/*", List::Words),
            ("/run/*/command", List::Commands),
            ("/release/command", List::Commands),
        ],
        environment: CONTAINER,
    },
    Platform {
        name: "Netlify",
        files: &["netlify.toml"],
        commands: &[("/build|dev/command|ignore", List::Other), ("/context/*/command", List::Other)],
        environment: REPOSITORY,
    },
    Platform {
        name: "Nixpacks",
        files: &["nixpacks.toml", "nixpacks.json"],
        commands: &[("/phases/*/cmds", List::Commands), ("/start/cmd", List::Other)],
        environment: REPOSITORY,
    },
    Platform {
        name: "Platform.sh",
        files: &[".platform.app.yaml"],
        commands: &[
            ("/hooks/*", List::Other),
            ("/web/commands/*", List::Other),
            ("/workers/*/commands/*", List::Other),
            ("/crons/*/cmd", List::Other),
            ("/crons/*/commands/*", List::Other),
        ],
        environment: REPOSITORY,
    },
    Platform {
        name: "Railway",
        files: &["railway.toml", "railway.json"],
        commands: &[("build|deploy/buildCommand|startCommand|preDeployCommand", List::Commands)],
        environment: REPOSITORY,
    },
    Platform {
        name: "Render",
        files: &["render.yaml", "render.yml"],
        commands: &[("-/buildCommand|startCommand|preDeployCommand|initialDeployHook", List::Other)],
        environment: REPOSITORY,
    },
    Platform {
        name: "Render",
        files: &["render.yaml", "render.yml"],
        commands: &[("-/dockerCommand", List::Other)],
        environment: CONTAINER,
    },
    Platform {
        name: "Vercel",
        files: &["vercel.json", "now.json"],
        commands: &[("/buildCommand|devCommand|ignoreCommand|installCommand", List::Other)],
        environment: REPOSITORY,
    },
    Platform {
        name: "Wrangler",
        files: &["wrangler.toml", "wrangler.json", "wrangler.jsonc"],
        commands: &[("/build/command", List::Other), ("/env/*/build/command", List::Other)],
        environment: REPOSITORY,
    },
];

pub(super) fn wants(path: &RepoPath) -> Interest {
    // Most paths are told apart by their last letters.
    if !matches!(path.extension(), "toml" | "yaml" | "yml" | "json" | "jsonc") {
        return Interest::No;
    }
    if platforms(path).next().is_some() { Interest::Yes } else { Interest::No }
}

fn platforms(path: &RepoPath) -> impl Iterator<Item = &'static Platform> {
    PLATFORMS.iter().filter(|platform| {
        platform.files.iter().any(|file| {
            let above = path.as_str().strip_suffix(file);
            above.is_some_and(|above| above.is_empty() || above.ends_with('/'))
        })
    })
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let Some(path) = document.path else { return Vec::new() };
    let tree = match path.extension() {
        "toml" => toml_tree::tree(document.text()),
        "json" | "jsonc" => json::tree(document.text()),
        _ => Tree::new(document.text()),
    };
    let mut blocks = Vec::new();
    for platform in platforms(path) {
        for node in 0..tree.nodes.len() {
            let place = platform.commands.iter().find(|(keys, _)| key_path::fits(&tree, node, keys));
            let Some(&(_, list)) = place else { continue };
            for script in key_path::scripts(document, &tree, node, list) {
                let judgement = Judgement::new(Role::Executed, format!("command of {}", platform.name));
                let mut block = Block::new(script, judgement).under(context(&tree, node));
                block.environment = platform.environment;
                blocks.push(block);
            }
        }
    }
    blocks
}

/// The service, where it has a name, and the key: `web / startCommand`.
fn context(tree: &Tree, node: usize) -> Option<String> {
    let holder = tree.nodes[node].parent;
    let named = tree.value(holder, "name").unwrap_or(&tree.nodes[holder].key);
    let keys: Vec<&str> = [named, &tree.nodes[node].key].into_iter().filter(|key| !key.is_empty()).collect();
    (!keys.is_empty()).then(|| keys.join(" / "))
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn commands_of_platforms() {
        for (path, text, expected) in [
            (
                "fly.toml",
                "app = 'pip'\n[processes]\nweb = 'pytest -q'\n[deploy]\nrelease_command = \"pip list\"\n[env]\ncmd = 'tox'\n[experimental]\ncmd = ['nox', '-s']\n",
                vec!["3 pytest executed", "5 pip executed", "9 nox executed"],
            ),
            (
                "render.yaml",
                "services:\n- type: web\n  name: pip\n  buildCommand: |\n    pip list\n  startCommand: pytest\n  dockerCommand: tox\n  envVars:\n  - key: startCommand\n    value: nox\n",
                vec!["5 pip executed", "6 pytest executed", "7 tox executed"],
            ),
            (
                "netlify.toml",
                "[build]\ncommand = 'pip list && pytest'\npublish = 'pip'\n[context.x]\ncommand = \"tox\"\n[[redirects]]\ncommand = 'nox'\n",
                vec!["2 pip executed", "2 pytest executed", "5 tox executed"],
            ),
            (
                "vercel.json",
                "{\"buildCommand\": \"pip list\",\n\"installCommand\": null,\n\"x\": {\"devCommand\": \"tox\"}}",
                vec!["1 pip executed"],
            ),
            (
                "railway.toml",
                "[deploy]\nstartCommand = 'pytest'\npreDeployCommand = ['pip list']\n",
                vec!["2 pytest executed", "3 pip executed"],
            ),
            (
                "nixpacks.toml",
                "[phases.a]\ncmds = ['pip list', 'pytest']\naptPkgs = ['tox']\n[start]\ncmd = 'nox'\n",
                vec!["2 pip executed", "2 pytest executed", "5 nox executed"],
            ),
            (
                "app.json",
                "{\"name\": \"pip\", \"scripts\": {\"postdeploy\": \"pytest\"},\n\"environments\": {\"test\": {\"scripts\": {\"test\": \"tox\"}}}}",
                vec!["1 pytest executed", "2 tox executed"],
            ),
            (
                "heroku.yml",
                "build:\n  docker:\n    web: pip\nrelease:\n  command:\n  - pip list\nrun:\n  web: pytest\n",
                vec!["6 pip executed", "8 pytest executed"],
            ),
            ("a/app.yaml", "runtime: python312\nentrypoint: pytest -b :$PORT\n", vec!["2 pytest executed"]),
            ("xfly.toml", "[processes]\nweb = 'pytest'\n", vec![]),
        ] {
            assert_eq!(check(path, text), expected, "{text}");
        }
    }
}
