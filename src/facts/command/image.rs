//! Whose environment the programs of an image find first on PATH: that of its base, or the one that uv made in it.
//! Follows the stages of one Dockerfile; knows no other image.

use std::collections::BTreeMap;

/// What is known of the stage that is being read.
#[derive(Clone, Debug, Default)]
struct Stage {
    /// The directories that hold a uv program's environment, as far as PATH names one.
    has_path: bool,
    /// Whether uv has installed something, or an environment was copied from elsewhere.
    is_installed: bool,
    /// Whether uv installs into the interpreter of the image itself.
    is_system: bool,
}

/// The stages of a Dockerfile up to the current instruction.
#[derive(Debug, Default)]
pub(super) struct Images {
    named: BTreeMap<String, Stage>,
    current: Stage,
    name: Option<String>,
}

/// Parts of a PATH that lie in an environment of the project.
const ENVIRONMENTS: &[&str] = &[
    ".venv/bin",
    "venv/bin",
    "$VIRTUAL_ENV/bin",
    "${VIRTUAL_ENV}/bin",
    "$UV_PROJECT_ENVIRONMENT/bin",
    "${UV_PROJECT_ENVIRONMENT}/bin",
    "env/bin",
];

impl Images {
    /// Takes an instruction in, before its own commands are judged.
    pub(super) fn read(&mut self, keyword: &str, body: &str) {
        match keyword {
            "FROM" => self.open(body),
            "ENV" | "ARG" => self.set(body),
            "RUN" => self.run(body),
            "COPY" | "ADD" => {
                let is_environment =
                    ENVIRONMENTS.iter().any(|part| body.contains(part.trim_end_matches("/bin")));
                self.current.is_installed |= body.contains("--from=") && is_environment;
            }
            _ => {}
        }
    }

    /// Where the commands of the current stage run.
    pub(super) fn environment(&self) -> &'static str {
        let stage = &self.current;
        if stage.is_installed && (stage.has_path || stage.is_system) { "uv-image" } else { "image" }
    }

    fn open(&mut self, body: &str) {
        self.close();
        let words: Vec<&str> = body.split_whitespace().filter(|word| !word.starts_with("--")).collect();
        let base = words.first().map(|base| base.to_ascii_lowercase());
        self.current = base.and_then(|base| self.named.get(&base).cloned()).unwrap_or_default();
        self.name = match words.as_slice() {
            [_, r#as, name, ..] if r#as.eq_ignore_ascii_case("as") => Some(name.to_ascii_lowercase()),
            _ => None,
        };
    }

    fn close(&mut self) {
        if let Some(name) = self.name.take() {
            self.named.insert(name, std::mem::take(&mut self.current));
        }
    }

    fn set(&mut self, body: &str) {
        for word in body.split_whitespace() {
            let (name, value) = word.split_once('=').unwrap_or((word, body));
            let value = value.trim_matches(['"', '\'']);
            match name {
                "PATH" => self.current.has_path |= ENVIRONMENTS.iter().any(|part| value.contains(part)),
                "UV_SYSTEM_PYTHON" => self.current.is_system |= !matches!(value, "0" | "false" | ""),
                // Where the whole file system hangs below it, its programs are on PATH.
                "UV_PROJECT_ENVIRONMENT" => {
                    self.current.is_system |= matches!(value.trim_end_matches('/'), "/usr" | "/usr/local");
                }
                _ => {}
            }
        }
    }

    fn run(&mut self, body: &str) {
        let mut words = body
            .split(|c: char| c.is_whitespace() || ";&|\"'[],".contains(c))
            .filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            if word.rsplit('/').next() == Some("uv") {
                let verb = words.next().unwrap_or_default();
                self.current.is_installed |= matches!(verb, "pip" | "sync" | "venv");
            }
            self.current.is_system |= word == "--system";
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(text: &str) -> &'static str {
        let mut images = Images::default();
        for line in text.lines() {
            let (keyword, body) = line.split_once(' ').unwrap_or((line, ""));
            images.read(keyword, body);
        }
        images.environment()
    }

    #[test]
    fn uv_and_path_make_it_the_environment_of_uv() {
        for text in [
            "FROM a\nRUN uv sync --frozen\nENV PATH=\"/app/.venv/bin:$PATH\"",
            "FROM a\nENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH\nRUN /bin/uv pip install x",
            "FROM a\nENV PATH /app/.venv/bin:$PATH\nRUN uv venv",
            "FROM a AS b\nRUN uv sync\nFROM c\nCOPY --from=b /app/.venv /app/.venv\nENV PATH=/app/.venv/bin:$PATH",
            "FROM a AS b\nRUN uv sync\nENV PATH=/app/.venv/bin:$PATH\nFROM b",
            "FROM a\nENV UV_SYSTEM_PYTHON=1\nRUN uv pip install -r r.txt",
            "FROM a\nRUN uv pip install --system -r r.txt",
            "FROM a\nENV UV_PROJECT_ENVIRONMENT=/usr/local\nRUN uv sync",
        ] {
            assert_eq!(environment(text), "uv-image", "{text}");
        }
        for text in [
            "FROM a\nRUN uv sync",
            "FROM a\nENV PATH=/app/.venv/bin:$PATH\nRUN pip install x",
            "FROM a AS b\nRUN uv sync\nENV PATH=/app/.venv/bin:$PATH\nFROM a",
            "RUN",
            "",
        ] {
            assert_eq!(environment(text), "image", "{text}");
        }
    }
}
