//! The names by which a line of text is taken for a command, where nothing else says that it is one. Never used to
//! drop a command from text that is known to be shell.

/// Programs that people tell each other to run. Sorted.
const KNOWN: &[&str] = &[
    "alembic",
    "ansible",
    "apk",
    "apt",
    "apt-get",
    "aws",
    "az",
    "bash",
    "black",
    "brew",
    "bun",
    "bunx",
    "cargo",
    "cat",
    "cd",
    "celery",
    "chmod",
    "chown",
    "clang",
    "claude",
    "cmake",
    "codex",
    "conda",
    "copier",
    "coverage",
    "cp",
    "createdb",
    "curl",
    "deno",
    "direnv",
    "django-admin",
    "dnf",
    "docker",
    "docker-compose",
    "dotnet",
    "echo",
    "env",
    "export",
    "fastapi",
    "find",
    "flake8",
    "flask",
    "gcc",
    "gcloud",
    "gem",
    "gh",
    "git",
    "go",
    "gradle",
    "grep",
    "gunicorn",
    "hatch",
    "helm",
    "http",
    "hypercorn",
    "ipython",
    "isort",
    "java",
    "jq",
    "jupyter",
    "just",
    "kill",
    "kubectl",
    "launchctl",
    "ln",
    "ls",
    "make",
    "mamba",
    "micromamba",
    "mkdir",
    "mkdocs",
    "mv",
    "mvn",
    "mypy",
    "nano",
    "node",
    "nohup",
    "nox",
    "npm",
    "npx",
    "open",
    "pdm",
    "pip",
    "pip-compile",
    "pip-sync",
    "pip2",
    "pip3",
    "pipenv",
    "pipx",
    "pixi",
    "pkill",
    "playwright",
    "pnpm",
    "podman",
    "poetry",
    "powershell",
    "pre-commit",
    "prek",
    "psql",
    "pwsh",
    "py",
    "py.test",
    "pyenv",
    "pylint",
    "pyright",
    "pytest",
    "python",
    "python2",
    "python3",
    "redis-cli",
    "rm",
    "rsync",
    "ruby",
    "ruff",
    "rustup",
    "rye",
    "scp",
    "sed",
    "sh",
    "source",
    "sphinx-build",
    "ssh",
    "streamlit",
    "sudo",
    "systemctl",
    "tar",
    "terraform",
    "time",
    "touch",
    "tox",
    "twine",
    "ty",
    "uv",
    "uvicorn",
    "uvx",
    "virtualenv",
    "wget",
    "winget",
    "yarn",
    "zsh",
];

/// Programs that do their whole work without an argument. Sorted.
const COMPLETE: &[&str] =
    &["just", "make", "mypy", "nox", "pre-commit", "py.test", "pyright", "pytest", "tox"];

/// Programs whose subcommand says nothing without something to work on.
const INCOMPLETE: &[&str] = &[
    "conda install",
    "pip install",
    "pip uninstall",
    "pip3 install",
    "pipx install",
    "pipx run",
    "python -c",
    "python -m",
    "python -m pip",
    "python -m pip install",
    "python3 -c",
    "python3 -m",
    "python3 -m pip install",
    "uv add",
    "uv pip",
    "uv pip install",
    "uv run",
];

/// Whether a line that begins with this word is likely a command.
pub(super) fn is_known(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    // `python3.12` is known as `python3`.
    let name = name.split_once('.').map_or(name, |(stem, rest)| {
        if rest.bytes().all(|byte| byte.is_ascii_digit()) { stem } else { name }
    });
    let name = name.strip_suffix(".exe").unwrap_or(name);
    KNOWN.binary_search(&name).is_ok()
}

/// Whether a piece of prose holds a whole command and not the mere name of one.
pub(super) fn is_complete(code: &str) -> bool {
    let code = code.trim();
    if !code.contains(char::is_whitespace) {
        return COMPLETE.binary_search(&code).is_ok();
    }
    let folded = super::block::fold(code);
    !INCOMPLETE.contains(&folded.as_str())
}

/// The first word of a command that is not an assignment of a variable.
pub(super) fn first_word(line: &str) -> &str {
    line.split_whitespace()
        .find(|word| {
            let name = word.split('=').next().unwrap_or_default();
            let is_name =
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            !(is_name && word.contains('='))
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(KNOWN.is_sorted() && COMPLETE.is_sorted());
    }

    #[test]
    fn names_and_paths() {
        assert!(is_known(".venv/bin/python") && is_known("python3.12") && is_known("py.test"));
        assert!(!is_known("result") && !is_known("Python"));
        assert_eq!(first_word("A=1 B=x pytest -q"), "pytest");
        assert!(is_complete("pytest") && !is_complete("pip") && !is_complete("pip install"));
    }
}
