//! What a Python module consists of, as far as tests are concerned: how many functions have a body worth testing.
//! Never parses expressions.

use super::lines::{LogicalLine, logical_lines};
use crate::source::Span;

/// What a module consists of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    /// `init`, `declarative`, `entry_point`, `generated`, `empty` or `code`.
    pub(super) kind: &'static str,
    /// The line of the first definition.
    pub(super) first_definition: Option<Span>,
}

/// A package file with fewer functions than this only gathers what its modules define.
const INIT_FUNCTIONS: usize = 3;

/// A block that is open at the line being read.
struct Block {
    indent: usize,
    what: What,
}

enum What {
    /// A class; of exceptions, or of something else.
    Class { is_exception: bool },
    /// A function, and whether it has been seen to do something.
    Function { is_real: bool, is_exempt: bool },
}

/// Reads a module, no further than needed: most hold a function that does something on their first page.
pub(super) fn read_code(stem: &str, text: &str) -> Code {
    let mut code = Code::default();
    if is_generated(text) {
        code.kind = "generated";
    }
    let enough = match stem {
        "__init__" => INIT_FUNCTIONS,
        "__main__" => 2,
        _ => 1,
    };
    let (mut blocks, mut n_statements, mut has_main_guard) = (Vec::new(), 0_usize, false);
    let mut n_functions = 0;
    for line in logical_lines(text) {
        while blocks.pop_if(|block: &mut Block| block.indent >= line.indent).is_some() {}
        n_statements += usize::from(!line.is_string);
        has_main_guard |= line.indent == 0 && line.text.starts_with("if __name__");
        let opened = open_block(&blocks, &line);
        if !is_idle(line.text, line.is_string) {
            n_functions += mark_innermost(&mut blocks);
        }
        if let Some(what) = opened {
            let end = line.start + line.text.find('\n').unwrap_or(line.text.len());
            code.first_definition.get_or_insert(Span::new(line.start, end));
            blocks.push(Block { indent: line.indent, what });
            let inline = line.colon.map_or("", |colon| line.text[colon + 1..].trim());
            if !inline.is_empty() && !is_idle(inline, inline.starts_with(['"', '\''])) {
                n_functions += mark_innermost(&mut blocks);
            }
        }
        if n_functions >= enough || (code.kind == "generated" && code.first_definition.is_some()) {
            break;
        }
    }
    if code.kind.is_empty() {
        code.kind = match (stem, n_functions) {
            _ if n_statements == 0 => "empty",
            (_, n) if n >= enough => "code",
            ("__init__", _) => "init",
            ("__main__", _) => "entry_point",
            _ if has_main_guard => "entry_point",
            _ => "declarative",
        };
    }
    code
}

/// Says of the innermost function that it does something; a class body is declaration. How many functions are thereby
/// known to do something for the first time: one or none.
fn mark_innermost(blocks: &mut [Block]) -> usize {
    match blocks.last_mut() {
        Some(Block { what: What::Function { is_real, is_exempt: false }, .. }) => {
            usize::from(!std::mem::replace(is_real, true))
        }
        _ => 0,
    }
}

/// The block that a line opens, if it defines something.
fn open_block(blocks: &[Block], line: &LogicalLine<'_>) -> Option<What> {
    let text = line.text;
    if let Some(head) = text.strip_prefix("class ") {
        let bases =
            head[..head.find(':').unwrap_or(head.len())].split_once('(').map_or("", |(_, bases)| bases);
        let is_exception = ["Exception", "Error", "Warning"].iter().any(|word| bases.contains(word));
        return Some(What::Class { is_exception });
    }
    let name = text.strip_prefix("async ").unwrap_or(text).trim_start().strip_prefix("def ")?.trim_start();
    let name =
        name.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
    let in_exception = matches!(blocks.last(), Some(Block { what: What::Class { is_exception: true }, .. }));
    // An exception that keeps its arguments and spells its message is still a declaration.
    let is_exempt = in_exception && matches!(name, "__init__" | "__str__" | "__repr__" | "__reduce__");
    // Lazy imports of a package are declarations too.
    let is_lazy = line.indent == 0 && matches!(name, "__getattr__" | "__dir__");
    Some(What::Function { is_real: false, is_exempt: is_exempt || is_lazy })
}

/// A statement that does nothing: a docstring, `pass`, `...`, or the refusal of an abstract method.
fn is_idle(text: &str, is_string: bool) -> bool {
    is_string || text == "pass" || text.starts_with("...") || text.starts_with("raise NotImplementedError")
}

/// Whether the first lines say that a program wrote the file.
fn is_generated(text: &str) -> bool {
    text.lines().take(10).filter(|line| line.starts_with(['#', '"'])).any(|line| {
        let line = line.to_ascii_lowercase();
        [
            "generated by",
            "@generated",
            "auto-generated",
            "autogenerated",
            "automatically generated",
            "do not edit",
        ]
        .iter()
        .any(|mark| line.contains(mark))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> &'static str {
        read_code("m", text).kind
    }

    #[test]
    fn bodies_count() {
        assert_eq!(code("def f():\n  'doc'\n  return 1\n"), "code");
        assert_eq!(code("class A:\n  @property\n  def f(self): return 1\n"), "code");
        assert_eq!(code("async def f(\n  a: int = 1,\n) -> None:\n  await a\n"), "code");
        assert_eq!(code("def f():\n  def g():\n    return 1\n  return g\n"), "code");
        assert_eq!(code("if x:\n    def f():\n        g()\n"), "code");
    }

    #[test]
    fn declarations_do_not() {
        assert_eq!(code("class A(Enum):\n  X = 1\n  Y: int = f()\n"), "declarative");
        assert_eq!(code("@hook\ndef f(a):\n  \"\"\"d\n  def g(): return 1\n  \"\"\"\n"), "declarative");
        assert_eq!(
            code("class P(Protocol):\n  def f(self) -> int: ...\n  def g(self): pass # no\n"),
            "declarative"
        );
        assert_eq!(code("class E(ValueError):\n  def __init__(self, a):\n    self.a = a\n"), "declarative");
        assert_eq!(
            code("class A(ABC):\n  def f(self):\n    raise NotImplementedError('f')\n"),
            "declarative"
        );
        assert_eq!(code("x = '''\ndef f():\n  return 1\n'''\n"), "declarative");
        assert_eq!(code("\"\"\"doc\"\"\"\n# c\n"), "empty");
        assert_eq!(code("import a\nif __name__ == '__main__':\n  a.main()\n"), "entry_point");
        assert_eq!(code("# Generated by protoc. DO NOT EDIT!\ndef f():\n  return 1\n"), "generated");
    }

    #[test]
    fn package_files_gather() {
        assert_eq!(read_code("__init__", "from .a import b\ndef __getattr__(n):\n  return b\n").kind, "init");
        assert_eq!(read_code("__main__", "def main():\n  run()\nmain()\n").kind, "entry_point");
        let text = "def a():\n  x()\ndef b():\n  x()\ndef c():\n  x()\n";
        assert_eq!(read_code("__init__", text).kind, "code");
    }

    #[test]
    fn the_first_definition_is_one_line() {
        let text = "import a\n\n@b\ndef f(\n  x):\n  return x\n";
        let span = read_code("m", text).first_definition.expect("there is one");
        assert_eq!(&text[span.range()], "def f(");
    }

    proptest! {
        #[test]
        fn any_text_does(text in "(def f\\(|class A:|async |return|pass|\\.\\.\\.|[\\PC\n\t :'\"()\\\\]){0,60}") {
            let code = read_code("m", &text);
            prop_assert!(code.first_definition.is_none_or(|span| text.get(span.range()).is_some()));
        }
    }
}
