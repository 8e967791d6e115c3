//! Throughput of the shell reader and of the whole road from Markdown to commands, in one thread, on text made from a
//! seed or on the files that are named. Prints a table and judges nothing.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program that measures reads files and prints"
)]

use std::time::Instant;

use policylint::facts::{Literals, Sieve, Source, kind};
use policylint::shell::{Script, commands};
use policylint::source::{RepoPath, SourceFile};

/// How often each text is read; the best time counts.
const ROUNDS: usize = 15;

/// How many texts of each sort are made.
const TEXTS: usize = 600;

const LINES: &[&str] = &[
    "set -euo pipefail",
    "# Installs what the build needs, and no more.",
    "readonly ROOT=\"$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\"",
    "if [[ -z \"${VERSION:-}\" ]]; then",
    "  echo \"VERSION is not set, so nothing can be built\" >&2; exit 1",
    "fi",
    "for package in alpha beta gamma; do uv run pytest \"packages/${package}\" --maxfail=1; done",
    "docker run --rm -v \"$PWD\":/src -w /src builder:latest make test",
    "sudo apt-get install -y --no-install-recommends build-essential curl",
    "case \"$1\" in start|restart) run_server \"$@\" ;; *) usage ;; esac",
    "cat > config.ini <<'EOF'\n[core]\nname = value\nEOF",
    "grep -rn 'pattern with blanks' src | sort | uniq -c | head -20",
    "curl -fsSL https://example.org/archive.tar.gz | tar xz -C \"$ROOT/vendor\"",
    "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",
    "log_info \"building ${VERSION} for $(uname -m)\"",
    "",
];

const PROSE: &[&str] = &[
    "The server reads its configuration once, when it starts, and keeps it until it is told to stop.",
    "See [the guide](docs/guide.md) for *all* options; `timeout` is in seconds and has no upper bound.",
    "- a list item about something that matters to whoever reads it",
    "| name | default | meaning |\n|---|---|---|\n| `port` | 8080 | where it listens |",
    "## A heading on the way",
    "Run `make check` before you push, and never force a push to the main branch.",
];

/// Numbers that look random and are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % end
    }

    fn lines(&mut self, from: &[&str], count: usize) -> String {
        (0..count).map(|_| format!("{}\n", from[self.below(from.len())])).collect()
    }
}

fn scripts(numbers: &mut Numbers) -> Vec<String> {
    (0..TEXTS)
        .map(|_| {
            let count = 20 + numbers.below(200);
            numbers.lines(LINES, count)
        })
        .collect()
}

fn documents(numbers: &mut Numbers) -> Vec<String> {
    let mut document = |_| {
        let mut text = String::new();
        for _ in 0..4 + numbers.below(12) {
            let (prose, shell) = (5 + numbers.below(20), 1 + numbers.below(6));
            text += &numbers.lines(PROSE, prose).replace('\n', "\n\n");
            text += &format!("```bash\n{}```\n\n", numbers.lines(&LINES[6..9], shell));
        }
        text
    };
    (0..TEXTS).map(&mut document).collect()
}

fn measure(name: &str, texts: &[String], mut read: impl FnMut(usize) -> usize) {
    let n_bytes: usize = texts.iter().map(String::len).sum();
    let mut best = f64::INFINITY;
    let mut n_commands = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        n_commands = (0..texts.len()).map(&mut read).sum();
        best = best.min(start.elapsed().as_secs_f64());
    }
    #[expect(clippy::cast_precision_loss, reason = "sizes of texts in memory are small enough")]
    let megabytes = n_bytes as f64 / 1e6;
    println!("| {name} | {} | {megabytes:.1} | {n_commands} | {:.0} |", texts.len(), megabytes / best);
}

fn measure_shell(name: &str, texts: &[String]) {
    let scripts: Vec<_> = texts.iter().map(|text| Script::verbatim(text, 0)).collect();
    measure(name, texts, |at| commands(&scripts[at]).len());
}

/// As in a run: texts that name no program that is asked for are not parsed.
fn measure_markdown(name: &str, texts: &[String], programs: &[&str]) {
    let Some(Source::Text(source)) = kind("command").map(|kind| &kind.source) else { return };
    let words: Vec<String> = programs.iter().map(|&program| program.to_owned()).collect();
    let literals = if words.is_empty() { Literals::Any } else { Literals::Words(words.clone()) };
    let wanted = [("program".to_owned(), words.into_iter().collect())];
    let sieve = Sieve::new(wanted.into_iter().filter(|_| !programs.is_empty()).collect(), &literals);
    let files: Vec<_> =
        texts.iter().map(|text| SourceFile::new(RepoPath::new("README.md"), text.as_str())).collect();
    measure(name, texts, |at| {
        let mut facts = Vec::new();
        if sieve.admits(files[at].text.as_bytes()) {
            (source.extract)(&files[at], &sieve, &mut facts);
        }
        facts.len()
    });
}

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    let read = |ending: &str| -> Vec<String> {
        let names = named.iter().filter(|name| name.ends_with(ending));
        names
            .filter_map(|name| std::fs::read(name).ok())
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect()
    };
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let (scripts, documents) = if named.is_empty() {
        (scripts(&mut numbers), documents(&mut numbers))
    } else {
        (read(".sh"), read(".md"))
    };
    println!("| what | texts | MB | commands | MB/s |\n|---|---:|---:|---:|---:|");
    measure_shell("shell", &scripts);
    measure_markdown("Markdown", &documents, &[]);
    measure_markdown("Markdown behind the byte filter", &documents, &["pip", "python", "py ", "pytest"]);
}
