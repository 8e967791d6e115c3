//! Jenkins pipelines: what their `sh` steps run. Reads the strings of these steps alone; never evaluates Groovy, and
//! leaves the steps of Windows to others.

use super::block::{Block, Document, Judgement, Role};
use super::literal::{Holes, Literal};
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

pub(super) fn wants(path: &RepoPath) -> Interest {
    let name = path.name();
    let is_pipeline = name.starts_with("Jenkinsfile")
        || matches!(path.extension(), "jenkinsfile" | "Jenkinsfile" | "groovy");
    if is_pipeline { Interest::Yes } else { Interest::No }
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let text = document.text();
    let is_other = |path: &RepoPath| {
        path.extension() == "groovy" && !path.parent().ends_with("vars") && !text.contains("pipeline")
    };
    if document.path.is_some_and(is_other) {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    let mut stage = None;
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        match byte {
            b'"' | b'\'' => at = Literal::at(text, at).map_or(at + 1, |literal| literal.end),
            b'/' => at = behind_comment(text, at).unwrap_or(at + 1),
            _ if byte.is_ascii_alphabetic() || byte == b'_' => {
                let word = word(&text[at..]);
                at += word.len();
                match word {
                    "sh" => {
                        let Some((literal, end)) = argument(text, at) else { continue };
                        blocks.push(step(document, &literal).under(stage.clone()));
                        at = end;
                    }
                    "stage" => {
                        stage = argument(text, at)
                            .map(|(literal, _)| literal.written(document).to_owned())
                            .or(stage);
                    }
                    _ => {}
                }
            }
            _ => at += 1,
        }
    }
    blocks
}

fn step(document: Document<'_>, literal: &Literal) -> Block {
    let is_double = document.text()[..literal.end].ends_with('"');
    let mut script = Script::default();
    let holes = if is_double { Holes::Dollars } else { Holes::None };
    literal.append(document, holes, false, &mut script);
    Block::new(script, Judgement::new(Role::Executed, "`sh` step"))
}

fn word(text: &str) -> &str {
    let end =
        text.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_').unwrap_or(text.len());
    &text[..end]
}

/// The byte behind the comment that opens at `at`.
fn behind_comment(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if rest.starts_with("//") {
        return Some(at + rest.find('\n').unwrap_or(rest.len()));
    }
    let body = rest.strip_prefix("/*")?;
    Some(body.find("*/").map_or(text.len(), |end| at + 2 + end + 2))
}

/// How far the script of a step is looked for among its arguments, in bytes.
const MAX_ARGUMENTS: usize = 400;

/// The string that a step is called with: `sh 'x'`, `sh("x")`, `sh(returnStdout: true, script: "x")`; and the byte
/// behind it.
fn argument(text: &str, at: usize) -> Option<(Literal, usize)> {
    let rest = text[at..].trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix('(').map_or(rest, str::trim_start);
    let start = text.len() - rest.len();
    let first = match rest.as_bytes().first()? {
        b'"' | b'\'' => start,
        _ => {
            let named = rest[word(rest).len()..].trim_start();
            named.strip_prefix(':').filter(|_| !word(rest).is_empty())?;
            let near = &rest[..rest.floor_char_boundary(MAX_ARGUMENTS)];
            let near = near.split([';', '{', '}']).next().unwrap_or_default();
            let name = near.find("script:")?;
            // Between the step and its script stand other named arguments, and nothing that ends a line.
            let is_named = name == 0 || near[..name].contains(':') && !near[..name].contains(')');
            let value = rest[name + "script:".len()..].trim_start();
            is_named.then_some(text.len() - value.len())?
        }
    };
    let literal = Literal::at(text, first).filter(|literal| !literal.is_empty())?;
    let end = literal.end;
    Some((literal, end))
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn steps_of_all_forms() {
        let text = "pipeline {\n  // sh 'pip list'\n  /* sh 'pip list' */\n  stages { stage('Test') { steps {\n\
                    sh 'pip install x'\n sh \"\"\"\n  pytest -q ${params.X}\n  tox\n \"\"\"\n\
                    sh(script: 'python -m build', returnStdout: true)\n def a = sh(returnStdout: true, script: \"nox \\\"a\\\"\").trim()\n\
                    bat 'python a.py'\n powershell 'pip list'\n echo \"sh 'pip list'\"\n publish 'pip list'\n ssh('pip list')\n}}}}\n";
        assert_eq!(
            check("Jenkinsfile", text),
            [
                "5 pip executed",
                "7 pytest executed",
                "8 tox executed",
                "10 python executed",
                "11 nox executed"
            ]
        );
    }

    #[test]
    fn other_groovy_is_left_alone() {
        assert_eq!(check("src/a.groovy", "sh 'pip list'\n"), [""; 0]);
        assert_eq!(check("vars/a.groovy", "sh 'pip list'\n"), ["1 pip executed"]);
        for text in ["sh", "sh(", "sh '", "sh(script:", "stage(", "/*", "sh '''", "\"\\"] {
            check("Jenkinsfile.ci", text);
        }
    }
}
