//! The body of a policy file: which kinds of fact it judges, and its compiled form. Runs nothing.

use rhai::{AST, Engine, Position};

use crate::document::{Problem, unknown};
use crate::facts::{KINDS, kind};
use crate::source::{SourceFile, Span};

/// The function that judges the repository as a whole.
pub(super) const REPO: &str = "repo";

/// A compiled script.
#[derive(Debug)]
pub struct Script {
    /// Its functions.
    pub(super) functions: AST,
    /// Those that take the repository as a third parameter.
    asks_repo: Vec<&'static str>,
}

impl Script {
    /// Whether a function takes the repository beside what it judges and the options.
    pub(super) fn asks_repo(&self, function: &str) -> bool {
        self.asks_repo.contains(&function)
    }
}

/// The functions of a script that the program calls: the names of the kinds it judges, and `repo`.
///
/// Read from the text, so that knowing what a policy needs costs no compilation; [`compile`] holds the two equal.
pub(super) fn judged(text: &str) -> Vec<&'static str> {
    let names = text.lines().filter_map(|line| {
        let rest = line.trim_start().strip_prefix("fn ")?;
        let name = rest.split('(').next()?.trim();
        if name == REPO { Some(REPO) } else { kind(name).map(|kind| kind.name) }
    });
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a function that the program calls takes a third parameter, the repository. Read from the text, too.
pub(super) fn asks_repo(text: &str) -> bool {
    text.lines().filter_map(|line| line.trim_start().strip_prefix("fn ")?.split_once('(')).any(
        |(name, rest)| {
            let parameters = rest.split(')').next().unwrap_or_default();
            kind(name.trim()).is_some() && parameters.split(',').count() == 3
        },
    )
}

/// Compiles a policy's script to its functions.
///
/// # Errors
/// When it is not valid, or holds anything but functions that can be called.
pub(super) fn compile(engine: &Engine, file: &SourceFile) -> Result<Script, Problem> {
    let ast = engine.compile(&*file.text).map_err(|error| {
        Problem::new(
            span_at(file, error.position()),
            format!("the script is not valid: {}", error.err_type()),
        )
    })?;
    if let Some(statement) = ast.statements().first() {
        let message = "a policy holds functions only; move this into one of them";
        return Err(Problem::new(span_at(file, statement.position()), message));
    }
    let asks_repo = check_functions(&ast, file)?;
    let mut functions = ast.clone_functions_only();
    functions.set_source(file.path.as_str());
    Ok(Script { functions, asks_repo })
}

/// Holds the functions that the program calls to their shape; answers with those that ask for the repository.
fn check_functions(ast: &AST, file: &SourceFile) -> Result<Vec<&'static str>, Problem> {
    let seen = judged(&file.text);
    let mut judges = false;
    let mut asks_repo = Vec::new();
    for function in ast.iter_functions() {
        let judged = kind(function.name).map(|kind| kind.name);
        let is_judge = function.name == REPO || judged.is_some();
        let n_parameters = function.params.len();
        if is_judge && n_parameters != 2 && !(judged.is_some() && n_parameters == 3) {
            let also = if judged.is_some() { "; a third one is the repository" } else { "" };
            let message =
                format!("`fn {}` takes two parameters, what it judges and the options{also}", function.name);
            return Err(Problem::new(name_span(file, function.name), message));
        }
        asks_repo.extend(judged.filter(|_| n_parameters == 3));
        if is_judge && !seen.contains(&function.name) {
            let message = format!("write `fn {}(` on one line", function.name);
            return Err(Problem::new(name_span(file, function.name), message));
        }
        judges |= is_judge;
    }
    if judges {
        return Ok(asks_repo);
    }
    let kinds = KINDS.iter().map(|kind| kind.name).chain([REPO]);
    let message = match ast.iter_functions().next() {
        Some(function) => {
            format!("the policy judges nothing: {}", unknown("kind of fact", function.name, kinds))
        }
        None => {
            "the policy judges nothing: it has no function called after a kind of fact, or `repo`".to_owned()
        }
    };
    Err(Problem::new(Span::default(), message))
}

pub(super) fn name_span(file: &SourceFile, name: &str) -> Span {
    let start = file.text.find(&format!("fn {name}")).map_or(0, |at| at + 3);
    Span::new(start, start + if start == 0 { 0 } else { name.len() })
}

/// The token at a position of a script. The engine knows line and column only, both 1-based and in characters; the
/// token is the run of word characters there, or one character.
pub(super) fn span_at(file: &SourceFile, position: Position) -> Span {
    let Some(line) = position.line() else { return Span::default() };
    let range = file.lines().range(&file.text, line - 1);
    let text = &file.text[range.clone()];
    let column = position.position().unwrap_or(1);
    let offset = text.char_indices().nth(column - 1).map_or(text.len(), |(at, _)| at);
    let rest = &text[offset..];
    let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let length = if word == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { word };
    Span::new(range.start + offset, range.start + offset + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RepoPath;

    fn compiled(text: &str) -> Result<Script, Problem> {
        compile(&super::super::sandbox::engine(), &SourceFile::new(RepoPath::new("p.rhai"), text))
    }

    #[test]
    fn kinds_are_read_from_the_text() {
        assert_eq!(
            judged("fn repo(r, o) {}\n  fn command (c, o) {}\nfn other() {}\n// fn file(x"),
            ["command", "repo"]
        );
    }

    #[test]
    fn only_functions_with_the_right_shape() {
        assert!(compiled("fn command(c, o) { }\nfn helper(x) { x }").is_ok());
        assert!(compiled("fn command(c, o, repo) { }\nfn file(f, o) {}").is_ok_and(|script| {
            script.asks_repo("command") && !script.asks_repo("file") && !script.asks_repo("repo")
        }));
        for (text, part) in [
            ("fn command(c) { }", "takes two parameters"),
            ("fn command(c, o, r, x) { }", "a third one is the repository"),
            ("fn repo(r, o, x) { }", "takes two parameters"),
            ("fn comand(c, o) { }", "did you mean `command`"),
            ("let x = 1;\nfn command(c, o) {}", "functions only"),
            ("fn\ncommand(c, o) {}", "on one line"),
            ("fn command(c, o) { nope }", "not valid"),
            ("", "no function"),
            ("fn command(c, o) { eval(\"1\") }", "not valid"),
        ] {
            let problem = compiled(text).unwrap_err();
            assert!(problem.message.contains(part), "{text}: {}", problem.message);
        }
    }

    #[test]
    fn positions_become_spans() {
        let text = "fn command(c, o) {\n    let é = c.\n}";
        let problem = compiled(text).unwrap_err();
        assert!(problem.span.end <= text.len());
        let problem = compiled("fn command(c, o) {\n  let x = yy;\n}").unwrap_err();
        assert_eq!((problem.span.start, problem.span.len()), (29, 2));
    }
}
