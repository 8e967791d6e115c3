//! How languages write comments and strings, by the names of files and of the languages of listings: one table. Reads
//! no text but a first line.

use crate::source::RepoPath;

/// Where a mark counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// Anywhere outside of a string.
    Anywhere,
    /// Where a word begins.
    Word,
    /// Where a line begins, but for white space.
    Line,
}

/// A mark that begins a comment up to the end of its line.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineMark {
    pub(super) mark: &'static str,
    pub(super) at: At,
}

/// The marks of a string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    pub(super) at: At,
    pub(super) lines: Lines,
    pub(super) escapes: Escapes,
}

/// Whether a string may go on in the next line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    One,
    Many,
}

/// Whether a backslash takes the meaning of the next character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    Backslash,
    None,
}

/// What a language has beside comments and strings that could be taken for either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    None,
    /// Here-documents, and backslashes outside of strings.
    Shell,
    /// A single quote is a character or a lifetime, never a longer string.
    Characters,
    /// A line mark in front of a directive of reStructuredText is none.
    Directives,
}

/// How a language writes comments and strings.
#[derive(Debug, Clone)]
pub(super) struct Language {
    pub(super) line: &'static [LineMark],
    pub(super) block: Marks,
    pub(super) quotes: &'static [Quote],
    pub(super) special: Special,
    /// The comments of the templates that the text is made from.
    pub(super) template: Marks,
}

/// How one comment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrap {
    /// Before it.
    pub open: &'static str,
    /// Behind it; empty where the end of the line ends it.
    pub close: &'static str,
}

/// The plainest comment of a language.
#[must_use]
pub(super) fn wrap(language: &Language) -> Option<Wrap> {
    let line = language.line.first().map(|line| Wrap { open: line.mark.trim_end(), close: "" });
    let block = |marks: Marks| marks.first().map(|(open, close)| Wrap { open, close });
    line.or_else(|| block(language.block)).or_else(|| block(language.template))
}

const fn line(mark: &'static str, at: At) -> LineMark {
    LineMark { mark, at }
}

const fn quote(mark: &'static str, at: At, lines: Lines, escapes: Escapes) -> Quote {
    Quote { open: mark, close: mark, at, lines, escapes }
}

const fn raw(open: &'static str, close: &'static str) -> Quote {
    Quote { open, close, at: At::Anywhere, lines: Lines::Many, escapes: Escapes::None }
}

/// Quotes of languages in which an apostrophe may stand in plain text.
const LOOSE: &[Quote] =
    &[quote("\"", At::Word, Lines::One, Escapes::Backslash), quote("'", At::Word, Lines::One, Escapes::None)];
const USUAL: &[Quote] = &[
    quote("\"", At::Anywhere, Lines::One, Escapes::Backslash),
    quote("'", At::Anywhere, Lines::One, Escapes::Backslash),
];
const PYTHON: &[Quote] = &[
    quote("\"\"\"", At::Anywhere, Lines::Many, Escapes::Backslash),
    quote("'''", At::Anywhere, Lines::Many, Escapes::Backslash),
    USUAL[0],
    USUAL[1],
];
const TOML: &[Quote] = &[
    quote("\"\"\"", At::Anywhere, Lines::Many, Escapes::Backslash),
    quote("'''", At::Anywhere, Lines::Many, Escapes::None),
    USUAL[0],
    quote("'", At::Anywhere, Lines::One, Escapes::None),
];
const SHELL: &[Quote] = &[
    quote("\"", At::Anywhere, Lines::Many, Escapes::Backslash),
    quote("'", At::Anywhere, Lines::Many, Escapes::None),
];
const SCRIPT: &[Quote] = &[USUAL[0], USUAL[1], quote("`", At::Anywhere, Lines::Many, Escapes::Backslash)];
const RUST: &[Quote] = &[
    raw("r\"", "\""),
    raw("r#\"", "\"#"),
    raw("r##\"", "\"##"),
    quote("\"", At::Anywhere, Lines::Many, Escapes::Backslash),
];
const GO: &[Quote] = &[USUAL[0], raw("`", "`")];
const TEXT_BLOCKS: &[Quote] =
    &[quote("\"\"\"", At::Anywhere, Lines::Many, Escapes::Backslash), USUAL[0], USUAL[1]];
const SQL: &[Quote] = &[quote("'", At::Anywhere, Lines::Many, Escapes::None)];
const LUA: &[Quote] = &[USUAL[0], USUAL[1], raw("[[", "]]")];
const DOUBLE: &[Quote] = &[quote("\"", At::Anywhere, Lines::Many, Escapes::Backslash)];

const C_BLOCK: Marks = &[("/*", "*/")];
const GO_TEMPLATE: Marks = &[("{{/*", "*/}}"), ("{{- /*", "*/ -}}"), ("{{- /*", "*/}}"), ("{{!--", "--}}")];
const JINJA: Marks = &[("{#", "#}"), ("<%#", "%>")];

const NOTHING: Language =
    Language { line: &[], block: &[], quotes: &[], special: Special::None, template: &[] };
const HASH: &[LineMark] = &[line("#", At::Anywhere)];
const HASH_WORD: &[LineMark] = &[line("#", At::Word)];
const SLASHES: &[LineMark] = &[line("//", At::Anywhere)];
const C_LIKE: Language = Language { line: SLASHES, block: C_BLOCK, quotes: USUAL, ..NOTHING };

/// Languages, by the extensions of files and the names behind the fences of listings.
const LANGUAGES: &[(&[&str], Language)] = &[
    (
        &["py", "pyi", "python", "python3", "pyx", "bzl", "star"],
        Language { line: HASH, quotes: PYTHON, ..NOTHING },
    ),
    (
        &["sh", "bash", "zsh", "ksh", "dash", "shell", "fish", "bats", "console", "shell-session", "envrc"],
        Language { line: HASH_WORD, quotes: SHELL, special: Special::Shell, ..NOTHING },
    ),
    (&["yaml", "yml"], Language { line: HASH_WORD, quotes: LOOSE, template: GO_TEMPLATE, ..NOTHING }),
    (&["toml"], Language { line: HASH, quotes: TOML, ..NOTHING }),
    (
        &["rb", "ruby", "pl", "pm", "perl", "r", "jl", "ex", "exs", "cr", "nim", "awk", "coffee", "tcl"],
        Language { line: HASH_WORD, quotes: USUAL, ..NOTHING },
    ),
    (
        &["ps1", "psm1", "powershell"],
        Language { line: HASH_WORD, block: &[("<#", "#>")], quotes: LOOSE, ..NOTHING },
    ),
    (
        &["tf", "hcl", "tfvars", "nix"],
        Language { line: HASH_WORD, block: C_BLOCK, quotes: DOUBLE, ..NOTHING },
    ),
    (
        &[
            "mk",
            "make",
            "makefile",
            "just",
            "justfile",
            "dockerfile",
            "docker",
            "containerfile",
            "cmake",
            "env",
            "conf",
            "gitignore",
            "dockerignore",
            "gitattributes",
            "editorconfig",
            "properties",
            "gn",
            "ninja",
            "cron",
            "crontab",
        ],
        Language { line: HASH_WORD, quotes: LOOSE, ..NOTHING },
    ),
    (
        &["ini", "cfg", "service", "timer", "socket", "desktop", "flake8", "npmrc", "pylintrc", "coveragerc"],
        Language { line: &[line("#", At::Word), line(";", At::Line)], quotes: LOOSE, ..NOTHING },
    ),
    (
        &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "javascript", "typescript", "json5", "jsonc"],
        Language { line: SLASHES, block: C_BLOCK, quotes: SCRIPT, ..NOTHING },
    ),
    (
        &["rs", "rust", "rhai"],
        Language { line: SLASHES, block: C_BLOCK, quotes: RUST, special: Special::Characters, ..NOTHING },
    ),
    (
        &["go", "golang"],
        Language { line: SLASHES, block: C_BLOCK, quotes: GO, special: Special::Characters, ..NOTHING },
    ),
    (
        &["java", "kt", "kts", "swift", "scala", "groovy", "gradle", "jenkinsfile", "dart"],
        Language { quotes: TEXT_BLOCKS, ..C_LIKE },
    ),
    (
        &[
            "c", "h", "cc", "cpp", "cxx", "hh", "hpp", "hxx", "cs", "m", "mm", "proto", "zig", "v", "sol",
            "d", "scss", "less", "fs", "adoc", "asciidoc",
        ],
        C_LIKE,
    ),
    (&["php"], Language { line: &[line("//", At::Anywhere), line("#", At::Word)], ..C_LIKE }),
    (&["css"], Language { block: C_BLOCK, quotes: USUAL, ..NOTHING }),
    (&["sql"], Language { line: &[line("--", At::Anywhere)], block: C_BLOCK, quotes: SQL, ..NOTHING }),
    (
        &["lua"],
        Language { line: &[line("--", At::Anywhere)], block: &[("--[[", "]]")], quotes: LUA, ..NOTHING },
    ),
    (
        &["hs", "elm", "purs"],
        Language { line: &[line("--", At::Word)], block: &[("{-", "-}")], quotes: DOUBLE, ..NOTHING },
    ),
    (&["ada", "adb", "ads", "vhd", "vhdl"], Language { line: &[line("--", At::Word)], ..NOTHING }),
    (
        &["lisp", "cl", "clj", "cljs", "edn", "el", "scm", "ss", "rkt", "asm", "s"],
        Language { line: &[line(";", At::Word)], quotes: DOUBLE, ..NOTHING },
    ),
    (
        &["bat", "cmd", "batch"],
        Language {
            line: &[
                line("REM ", At::Line),
                line("rem ", At::Line),
                line("Rem ", At::Line),
                line("::", At::Line),
            ],
            ..NOTHING
        },
    ),
    (&["tex", "sty", "cls", "erl", "hrl"], Language { line: &[line("%", At::Word)], ..NOTHING }),
    (&["vb", "bas", "vbs"], Language { line: &[line("'", At::Word)], quotes: DOUBLE, ..NOTHING }),
    (&["vim"], Language { line: &[line("\"", At::Line)], ..NOTHING }),
    (&["rst"], Language { line: &[line(".. ", At::Line)], special: Special::Directives, ..NOTHING }),
    (
        &[
            "html", "htm", "xhtml", "xml", "svg", "vue", "svelte", "astro", "xsd", "plist", "csproj",
            "props", "targets",
        ],
        Language { block: &[("<!--", "-->")], template: JINJA, ..NOTHING },
    ),
];

/// The marks before and behind a comment.
type Marks = &'static [(&'static str, &'static str)];

/// Templates, by the extension behind that of what they make.
const TEMPLATES: &[(&[&str], Marks)] = &[
    (&["j2", "jinja", "jinja2", "njk", "twig", "liquid", "erb"], JINJA),
    (&["tmpl", "gotmpl", "tpl", "hbs", "mustache", "handlebars"], GO_TEMPLATE),
];

/// Files that are known by their names, each with the language it is written in.
const NAMES: &[(&str, &str)] = &[
    ("Dockerfile", "dockerfile"),
    ("Containerfile", "dockerfile"),
    ("Makefile", "make"),
    ("makefile", "make"),
    ("GNUmakefile", "make"),
    ("justfile", "just"),
    ("Justfile", "just"),
    (".justfile", "just"),
    ("Procfile", "make"),
    ("Jenkinsfile", "groovy"),
    ("CMakeLists.txt", "cmake"),
    ("Gemfile", "rb"),
    ("Rakefile", "rb"),
    ("Vagrantfile", "rb"),
    ("Brewfile", "rb"),
    ("CODEOWNERS", "make"),
    (".bashrc", "sh"),
    (".zshrc", "sh"),
    (".profile", "sh"),
    ("crontab", "cron"),
    ("BUILD", "py"),
    ("WORKSPACE", "py"),
    ("Tiltfile", "py"),
    ("SConstruct", "py"),
    (".dockerignore", "conf"),
    (".gitignore", "conf"),
    (".gitattributes", "conf"),
    (".editorconfig", "conf"),
    (".flake8", "ini"),
    (".pylintrc", "ini"),
    (".coveragerc", "ini"),
    (".npmrc", "ini"),
    (".envrc", "sh"),
];

/// The language of a listing, by the word behind its fence.
pub(super) fn of_listing(name: &str) -> Option<Language> {
    let name = name.to_ascii_lowercase();
    LANGUAGES.iter().find(|(names, _)| names.contains(&&*name)).map(|(_, language)| language.clone())
}

/// The language of a file, by its name, else by its first line; one without comments where neither tells.
pub(super) fn of_file(path: &RepoPath, text: &str) -> Language {
    let extension = path.extension().to_ascii_lowercase();
    if let Some((_, template)) = TEMPLATES.iter().find(|(names, _)| names.contains(&&*extension)) {
        let made = by_name(&RepoPath::new(path.stem())).unwrap_or(NOTHING);
        return Language { template, ..made };
    }
    by_name(path).or_else(|| by_first_line(text)).unwrap_or(NOTHING)
}

fn by_name(path: &RepoPath) -> Option<Language> {
    let name = path.name();
    if let Some((_, language)) = NAMES.iter().find(|(known, _)| *known == name) {
        return of_listing(language);
    }
    // `Dockerfile.dev`, `.env.local`, `requirements-dev.txt`.
    let is_requirements =
        name.ends_with(".txt") && (name.contains("requirements") || name.contains("constraints"));
    if name.starts_with("Dockerfile.") || name.starts_with(".env") || is_requirements {
        return of_listing("conf");
    }
    let extension = path.extension();
    if matches!(extension, "md" | "markdown" | "json") { None } else { of_listing(extension) }
}

fn by_first_line(text: &str) -> Option<Language> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let program = words.find(|word| !matches!(*word, "env" | "uv" | "run") && !word.starts_with('-'))?;
    let program = program.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
    match program {
        "node" | "deno" | "bun" => of_listing("js"),
        "python" | "pypy" => of_listing("py"),
        other => of_listing(other).or_else(|| of_listing("sh")),
    }
}
