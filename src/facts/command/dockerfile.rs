//! Dockerfiles: what is run while an image is built and when it starts. Never expands build arguments.

use std::collections::BTreeMap;
use std::ops::Range;

use super::block::{Block, Document, Judgement, Role};
use super::image::Images;
use super::{exec, template};
use crate::facts::{Fact, Interest, Value};
use crate::shell::{Form, Script};
use crate::source::{Place, RepoPath, SourceFile};

pub(super) fn wants(path: &RepoPath) -> Interest {
    // Most files are told apart by their first and last letters.
    let may_be = path.name().starts_with(['C', 'D', 'c', 'd'])
        || matches!(path.extension(), "Containerfile" | "Dockerfile" | "containerfile" | "dockerfile")
        || template::target(path).is_some();
    if !may_be {
        return Interest::No;
    }
    let name = template::target(path).unwrap_or(path.name());
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_build = matches!(name, "Dockerfile" | "Containerfile" | "dockerfile" | "containerfile")
        || ["Dockerfile.", "Containerfile.", "dockerfile."].iter().any(|start| name.starts_with(start))
        || matches!(extension, "dockerfile" | "Dockerfile" | "containerfile" | "Containerfile")
            && !stem.is_empty();
    let is_other =
        matches!(extension, "dockerignore" | "json" | "md" | "py" | "rst" | "sh" | "txt" | "yaml" | "yml");
    if is_build && !is_other { Interest::Yes } else { Interest::No }
}

/// What reads the instructions of a stage that are no lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shell {
    /// A shell, which another program may start.
    Known(Option<&'static str>),
    /// An interpreter of something else.
    Other,
}

/// The row of the image that the file builds in the end.
pub(super) fn image(file: &SourceFile, facts: &mut Vec<Fact>) {
    let script = match template::target(&file.path) {
        Some(_) => Script::verbatim(&template::masked(&file.text), 0),
        None => Script::verbatim(&file.text, 0),
    };
    let document = Document { path: Some(&file.path), ..Document::of(&script) };
    let escape = escape(document.text());
    let lines: Vec<(usize, &str)> = document.lines().collect();
    let (mut images, mut at) = (Images::default(), 0);
    while at < lines.len() {
        let n_lines = if is_skipped(lines[at].1) { 1 } else { instruction_length(&lines[at..], escape) };
        let last = lines[at + n_lines - 1];
        let end = last.0 + last.1.len();
        let (keyword, body) = keyword(document.text(), lines[at].0, end);
        images.read(&keyword.to_ascii_uppercase(), &document.text()[body..end]);
        at += n_lines;
    }
    let values = vec![Value::text(file.path.parent()), Value::text(images.environment())];
    facts.push(Fact::new(&super::IMAGE, Place::whole(file.path.clone()), file.path.as_str(), values));
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    if document.path.is_some_and(|path| template::target(path).is_some()) {
        let script = Script::verbatim(&template::masked(document.text()), 0);
        return read(document.with(&script));
    }
    read(document)
}

fn read(document: Document<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut stage: Option<String> = None;
    let mut shell = Shell::Known(None);
    let escape = escape(document.text());
    let mut images = Images::default();
    let lines: Vec<(usize, &str)> = document.lines().collect();
    // Where each text stands last tells at once whether a here-document closes.
    let last_lines: BTreeMap<&str, usize> =
        lines.iter().enumerate().map(|(at, (_, line))| (line.trim(), at)).collect();
    let mut at = 0;
    while at < lines.len() {
        let (start, line) = lines[at];
        if is_skipped(line) {
            at += 1;
            continue;
        }
        let n_lines = instruction_length(&lines[at..], escape);
        let last = &lines[at + n_lines - 1];
        let end = last.0 + last.1.len();
        at += n_lines;
        let (keyword, body) = keyword(document.text(), start, end);
        images.read(&keyword.to_ascii_uppercase(), &document.text()[body..end]);
        if keyword.eq_ignore_ascii_case("FROM") {
            stage = stage_name(&document.text()[body..end]);
            shell = Shell::Known(None);
            continue;
        }
        if keyword.eq_ignore_ascii_case("SHELL") {
            shell = named_shell(&document.text()[body..end]);
            continue;
        }
        let Some((start, evidence)) = command_start(document.text(), keyword, body, end) else { continue };
        let is_list = exec::list(document, start, end).is_some();
        let (script, n_more) = script(document, start..end, escape, |word| {
            let is_closed = last_lines.get(word).is_some_and(|&last| last >= at);
            if is_closed { &lines[at..] } else { &[] }
        });
        at += n_more;
        let runner = match shell {
            Shell::Other if !is_list => continue,
            Shell::Known(runner) if !is_list => runner,
            _ => None,
        };
        let judgement = Judgement::new(Role::Executed, evidence);
        let mut block = Block::new(script, judgement).run_by(runner).under(stage.clone());
        block.environment = images.environment();
        blocks.push(block);
    }
    blocks
}

fn is_skipped(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// The sign that joins lines, which a directive at the top can change: `# escape=`, then a backtick.
fn escape(text: &str) -> char {
    let mut directives = text
        .lines()
        .map_while(|line| line.trim_start().strip_prefix('#'))
        .filter_map(|line| line.split_once('='))
        .take_while(|(name, _)| !name.trim().contains(' '));
    let named = directives.find(|(name, _)| name.trim().eq_ignore_ascii_case("escape"));
    named.and_then(|(_, sign)| sign.trim().chars().next()).filter(|&sign| sign == '`').unwrap_or('\\')
}

/// What the words of a `SHELL` instruction start.
fn named_shell(body: &str) -> Shell {
    let names =
        || body.split(['[', ']', ',', ' ', '"']).map(|word| word.rsplit(['/', '\\']).next().unwrap_or(word));
    let is_shell = names().map(|name| name.trim_end_matches(".exe")).any(|name| {
        matches!(name, "ash" | "bash" | "cmd" | "dash" | "ksh" | "powershell" | "pwsh" | "sh" | "zsh")
    });
    let starts = |words: [&str; 2]| names().filter(|name| !name.is_empty()).take(2).eq(words);
    match is_shell {
        false => Shell::Other,
        true if starts(["uv", "run"]) => Shell::Known(Some("uv run")),
        true if ["conda", "mamba", "micromamba"].iter().any(|name| starts([name, "run"])) => {
            Shell::Known(Some("conda run"))
        }
        true => Shell::Known(None),
    }
}

/// How many lines an instruction takes: its last sign goes on, past comments and empty lines.
fn instruction_length(lines: &[(usize, &str)], escape: char) -> usize {
    let ends_open = |line: &str| line.trim_end().ends_with(escape);
    let mut n_lines = 1;
    let mut goes_on = ends_open(lines[0].1);
    while goes_on && n_lines < lines.len() {
        let line = lines[n_lines].1;
        n_lines += 1;
        goes_on = is_skipped(line) || ends_open(line);
    }
    n_lines
}

/// The first word of a range and the byte where the rest starts.
fn keyword(text: &str, start: usize, end: usize) -> (&str, usize) {
    let body = &text[start..end];
    let indent = body.len() - body.trim_start().len();
    let word = body[indent..].split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    (word, start + indent + word.len())
}

/// `build` of `FROM python:3 AS build`, else the image.
fn stage_name(body: &str) -> Option<String> {
    let words: Vec<&str> = body.split_whitespace().filter(|word| !word.starts_with("--")).collect();
    let name = match words.as_slice() {
        [_, r#as, name, ..] if r#as.eq_ignore_ascii_case("as") => name,
        [image, ..] => image,
        [] => return None,
    };
    Some((*name).to_owned())
}

/// Where the command of an instruction starts, behind its flags, and what it is.
fn command_start(text: &str, word: &str, body: usize, end: usize) -> Option<(usize, &'static str)> {
    let mut body = body;
    let mut word = word.to_ascii_uppercase();
    loop {
        let rest = &text[body..end];
        let skip = rest.len()
            - rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\\' | '`')).len();
        body += skip;
        if text[body..end].starts_with("--") {
            body += text[body..end].find(char::is_whitespace)?;
            continue;
        }
        return match word.as_str() {
            "RUN" => Some((body, "RUN instruction")),
            "CMD" => Some((body, "CMD instruction")),
            "ENTRYPOINT" => Some((body, "ENTRYPOINT instruction")),
            // These stand in front of another instruction.
            "ONBUILD" | "HEALTHCHECK" => {
                let (inner, after) = keyword(text, body, end);
                if inner.is_empty() {
                    return None;
                }
                word = inner.to_ascii_uppercase();
                body = after;
                continue;
            }
            _ => None,
        };
    }
}

/// The command as shell text, and how many of the lines that follow belong to it as here-documents.
fn script<'a>(
    document: Document<'a>,
    Range { start, end }: Range<usize>,
    escape: char,
    following: impl Fn(&str) -> &'a [(usize, &'a str)],
) -> (Script, usize) {
    if let Some(script) = exec::list(document, start, end) {
        return (script, 0);
    }
    let body = &document.text()[start..end];
    let mut script = Script::default().in_form(Form::Verbatim);
    let delimiter = here_delimiter(body);
    // `RUN <<EOF` alone: the body is the script. With a command beside it the shell reads the here-document, and
    // gives it to that command.
    let is_bare = delimiter.is_some() && body.starts_with("<<") && !body.trim().contains(char::is_whitespace);
    let mut at = start;
    for line in body.split_inclusive('\n').filter(|_| !is_bare) {
        let joined = line.trim_end().strip_suffix(escape).filter(|_| escape != '\\');
        if let Some(joined) = joined {
            document.copy(at, at + joined.len(), &mut script);
            script.push(" ", document.script.host_offset(at + joined.len()));
        } else if at == start || !is_skipped(line) {
            document.copy(at, at + line.len(), &mut script);
        }
        at += line.len();
    }
    script.push("\n", document.script.host_offset(end));
    let Some(delimiter) = delimiter else { return (script, 0) };
    let following = following(delimiter);
    let Some(length) = following.iter().position(|(_, line)| line.trim() == delimiter) else {
        return (script, 0);
    };
    for &(at, line) in &following[..=length] {
        let is_end = at == following[length].0;
        if !(is_bare && (is_end || other_interpreter(following[0].1))) {
            document.copy(at, at + line.len(), &mut script);
            script.push("\n", document.script.host_offset(at + line.len()));
        }
    }
    (script, length + 1)
}

/// Whether a here-document begins with a `#!` that is no shell's.
fn other_interpreter(line: &str) -> bool {
    line.starts_with("#!") && !line.trim_end().ends_with("sh")
}

/// The word that ends a here-document opened in this text.
fn here_delimiter(body: &str) -> Option<&str> {
    let rest = &body[body.find("<<")? + 2..];
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let quoted = rest.trim_start_matches(['"', '\'']);
    let length = quoted.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(quoted.len());
    (length > 0 && !rest.starts_with('<')).then(|| &quoted[..length])
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn shell_and_exec_forms() {
        let text = "FROM python:3 AS b\nRUN --mount=type=cache,target=/x \\\n  # why\n\n  pip install y && \\\n  pytest\n\
                    CMD [\"uv\", \"run\", \"python\", \"a.py\"]\nHEALTHCHECK --interval=5s CMD python -c 'x'\nONBUILD RUN pip list\n";
        assert_eq!(
            check("Dockerfile", text),
            [
                "5 pip executed",
                "6 pytest executed",
                "7 python executed",
                "8 python executed",
                "9 pip executed"
            ]
        );
    }

    #[test]
    fn here_documents() {
        let text = "RUN <<EOF\npip install x\npytest\nEOF\nRUN python - <<'E'\nimport pip\nE\nRUN pip list\n";
        assert_eq!(
            check("a.dockerfile", text),
            ["2 pip executed", "3 pytest executed", "5 python executed", "8 pip executed"]
        );
        assert_eq!(check("Dockerfile", "RUN <<EOF\n#!/usr/bin/python3\npip = 1\nEOF\n"), [""; 0]);
        let text =
            "RUN <<A cat > /f\npip install x\nA\nRUN <<\"B\" bash -e\npytest\nB\nRUN <<-C\n\ttox\n\tC\n";
        assert_eq!(
            check("Dockerfile", text),
            ["1 cat executed", "4 bash executed", "5 pytest executed", "8 tox executed"]
        );
    }

    #[test]
    fn shells_and_the_sign_that_joins_lines() {
        let text = "FROM a\nSHELL [\"/usr/bin/python3\", \"-c\"]\nRUN pip = 1\nCMD [\"pytest\"]\nFROM b\nRUN pip list\n\
                    SHELL [\"conda\", \"run\", \"-n\", \"x\", \"/bin/bash\", \"-c\"]\nRUN tox\n";
        assert_eq!(check("Dockerfile", text), ["4 pytest executed", "6 pip executed", "8 tox executed"]);
        let text =
            "# syntax=x\n# escape=`\nFROM a\nRUN pip install `\n  # x\n  C:\\a && `\n  pytest\nRUN tox\n";
        assert_eq!(check("Dockerfile", text), ["4 pip executed", "7 pytest executed", "8 tox executed"]);
    }

    #[test]
    fn templates_of_build_files() {
        let text = "FROM {{ base }}\n{% if x %}\nRUN pip install {{ a.b }} \\\n{%- if y %}\n  && pytest \\\n{%- endif %}\n  && tox\n{% endif %}\n";
        for path in ["Dockerfile.j2", "a.dockerfile.jinja", "Containerfile.tmpl"] {
            assert_eq!(
                check(path, text),
                ["3 pip executed", "5 pytest executed", "7 tox executed"],
                "{path}"
            );
        }
    }

    #[test]
    fn nasty_ends() {
        for text in [
            "RUN",
            "RUN \\",
            "RUN --mount",
            "HEALTHCHECK",
            "ONBUILD ONBUILD",
            "RUN <<",
            "RUN <<E",
            "CMD [\"",
            "FROM",
        ] {
            check("Dockerfile", text);
        }
    }
}
