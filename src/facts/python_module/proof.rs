//! Whether a test file proves anything: it may hold no test, skip them all, or assert nothing. What cannot be seen
//! through counts; nothing is run or imported.

use super::lines::{LogicalLine, logical_lines};
use super::tokens::{Token, tokens};
use crate::source::Span;

/// What a test file is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Proof {
    /// A test of it runs and asserts something.
    Counts,
    /// It holds no test.
    Empty,
    /// All its tests are skipped.
    Skipped,
    /// Its tests run and assert nothing.
    AssertsNothing,
}

impl Proof {
    /// The words used in the row; nothing for what counts.
    pub(super) fn fault(self) -> Option<&'static str> {
        match self {
            Self::Counts => None,
            Self::Empty => Some("there is no test"),
            Self::Skipped => Some("all tests are skipped"),
            Self::AssertsNothing => Some("no test asserts anything"),
        }
    }

    /// The proof with this number, as [`Self::number`] gives it.
    pub(super) fn of_number(number: u8) -> Option<Self> {
        [Self::Counts, Self::Empty, Self::Skipped, Self::AssertsNothing]
            .into_iter()
            .find(|proof| proof.number() == number)
    }

    /// A number that is never zero.
    pub(super) fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// What a test file is worth, and the line that shows why it does not count.
pub(super) fn proof_of(text: &str) -> (Proof, Option<Span>) {
    let mut reading = Reading::default();
    for line in logical_lines(text) {
        reading.line(&line);
        if reading.is_opaque || (reading.n_tests > reading.n_skipped && reading.asserts) {
            return (Proof::Counts, None);
        }
        if reading.is_skipped {
            break;
        }
    }
    match reading {
        Reading { is_skipped: true, .. } => (Proof::Skipped, reading.skip),
        Reading { n_tests: 0, .. } => (Proof::Empty, None),
        Reading { n_tests, n_skipped, .. } if n_tests == n_skipped => (Proof::Skipped, reading.skip),
        _ => (Proof::AssertsNothing, reading.first_test),
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    blocks: Vec<Block>,
    /// The skip that a decorator in front of the next definition asks for.
    pending: Option<Span>,
    n_tests: usize,
    n_skipped: usize,
    first_test: Option<Span>,
    /// The first line that skips.
    skip: Option<Span>,
    /// The module skips itself.
    is_skipped: bool,
    asserts: bool,
    /// Tests come from elsewhere.
    is_opaque: bool,
}

/// A definition that is open at the line being read.
struct Block {
    indent: usize,
    /// The indentation of its own statements, once one has been seen.
    body: Option<usize>,
    is_function: bool,
    is_test: bool,
    is_skipped: bool,
}

impl Reading {
    fn line(&mut self, line: &LogicalLine<'_>) {
        while self.blocks.pop_if(|block| block.indent >= line.indent).is_some() {}
        let end = line.start + line.text.find('\n').unwrap_or(line.text.len());
        let span = Span::new(line.start, end);
        if let Some(decorator) = line.text.strip_prefix('@') {
            if skips_by_decorator(decorator) {
                self.pending.get_or_insert(span);
            }
        } else if let Some(head) = line.text.strip_prefix("class ") {
            self.class(head, line.indent);
        } else if let Some(head) =
            line.text.strip_prefix("def ").or_else(|| line.text.strip_prefix("async def "))
        {
            self.function(head, line, span);
        } else if !line.is_string {
            self.statement(line, span);
        }
    }

    fn class(&mut self, head: &str, indent: usize) {
        let skip = self.pending.take();
        let is_skipped = skip.is_some() || self.blocks.last().is_some_and(|block| block.is_skipped);
        self.skip = self.skip.or(skip);
        let name: String = head.chars().take_while(|letter| letter.is_alphanumeric()).collect();
        let bases = head.split_once('(').map_or("", |(_, rest)| rest.split(')').next().unwrap_or_default());
        let inherits = bases.split(',').map(str::trim).any(|base| {
            !base.is_empty() && !base.contains('=') && base != "object" && !base.ends_with("TestCase")
        });
        // What a class of tests inherits cannot be seen here.
        self.is_opaque |= inherits && !is_skipped && (name.starts_with("Test") || name.ends_with("Test"));
        self.blocks.push(Block { indent, body: None, is_function: false, is_test: false, is_skipped });
    }

    fn function(&mut self, head: &str, line: &LogicalLine<'_>, span: Span) {
        let skip = self.pending.take();
        let around = self.blocks.last();
        let is_inner = around.is_some_and(|block| block.is_function);
        let is_test = !is_inner
            && ["test", "it_", "should_", "describe_"]
                .iter()
                .any(|start| head.trim_start().starts_with(start));
        let is_skipped = skip.is_some() || around.is_some_and(|block| block.is_skipped);
        if is_test {
            self.n_tests += 1;
            self.n_skipped += usize::from(is_skipped);
            self.first_test.get_or_insert(span);
            self.skip = self.skip.or(skip);
        }
        let indent = line.indent;
        self.blocks.push(Block { indent, body: None, is_function: true, is_test, is_skipped });
        let inline = line.colon.map_or("", |colon| line.text[colon + 1..].trim());
        self.asserts |= asserts(inline);
    }

    fn statement(&mut self, line: &LogicalLine<'_>, span: Span) {
        let Some(block) = self.blocks.last_mut() else {
            self.top_level(line, span);
            return;
        };
        // What stands below an `if` may or may not happen.
        let is_certain = *block.body.get_or_insert(line.indent) == line.indent;
        if block.is_test && is_certain && !block.is_skipped && skips_by_call(line.text) {
            block.is_skipped = true;
            self.n_skipped += 1;
            self.skip.get_or_insert(span);
        } else if !self.asserts && !block.is_skipped {
            self.asserts = asserts(line.text);
        }
    }

    fn top_level(&mut self, line: &LogicalLine<'_>, span: Span) {
        let text = line.text;
        if line.indent == 0 && (marks_all(text) || skips_by_call(text)) {
            self.is_skipped = true;
            self.skip = Some(span);
        }
        if let Some((_, names)) = text.strip_prefix("from ").and_then(|rest| rest.split_once(" import")) {
            self.is_opaque |=
                names.split([',', '(', ' ', '\n']).any(|name| name == "*" || is_test_name(name));
            // Helpers of the tests may assert for them.
            let origin = text["from ".len()..].trim_start();
            self.asserts |= ["test", "conftest", "."].iter().any(|start| origin.starts_with(start));
        } else if !text.starts_with("import ") {
            let is_made = is_test_name(text) && text.contains('=');
            self.is_opaque |= is_made || ["scenarios(", "load_tests"].iter().any(|way| text.starts_with(way));
            self.asserts |= asserts(text);
        }
    }
}

fn is_test_name(name: &str) -> bool {
    name.starts_with("test_")
        || name.strip_prefix("Test").is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

/// `pytest.mark.skip`, `unittest.skip("…")`; not `skipif`, which depends.
fn skips_by_decorator(decorator: &str) -> bool {
    let name = decorator.split(['(', ' ', '#', '\n']).next().unwrap_or_default();
    match name.rsplit('.').next() {
        Some("skip") => true,
        Some("xfail") => decorator.replace(' ', "").contains("run=False"),
        _ => false,
    }
}

/// `pytestmark = pytest.mark.skip(…)`, alone or in a list.
fn marks_all(text: &str) -> bool {
    let Some(marks) = text.strip_prefix("pytestmark") else { return false };
    tokens(marks).any(|token| matches!(token, Token::Name(name) if name.ends_with("mark.skip")))
}

fn skips_by_call(text: &str) -> bool {
    [
        "pytest.skip(",
        "skip(",
        "self.skipTest(",
        "pytest.xfail(",
        "raise unittest.SkipTest",
        "raise SkipTest",
        "raise pytest.skip",
    ]
    .iter()
    .any(|way| text.starts_with(way))
}

/// Words of which one is in the name of nearly everything that checks something.
const CHECKS: [&str; 22] = [
    "approv",
    "approx",
    "assert",
    "benchmark",
    "check",
    "compare",
    "ensure",
    "equal",
    "expect",
    "fail",
    "golden",
    "match",
    "must",
    "raises",
    "regression",
    "require",
    "should",
    "snapshot",
    "testing",
    "valid",
    "verif",
    "warns",
];

/// Whether a statement may check something.
fn asserts(text: &str) -> bool {
    tokens(text).any(|token| match token {
        Token::Name(name) => {
            let name = name.to_ascii_lowercase();
            CHECKS.iter().any(|word| name.contains(word))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fault(text: &str) -> &'static str {
        proof_of(text).0.fault().unwrap_or("none")
    }

    #[test]
    fn what_runs_and_asserts_counts() {
        for text in [
            "def test_a():\n    assert f()\n",
            "async def test_a(): assert await f()\n",
            "class TestA:\n    def test_b(self):\n        with pytest.raises(ValueError):\n            f()\n",
            "class A(unittest.TestCase):\n  def test_b(self):\n    self.assertEqual(1, f())\n",
            "@pytest.mark.skipif(x, reason='')\ndef test_a():\n    assert 1\n",
            "@pytest.mark.skip\ndef test_a():\n    assert 1\ndef test_b():\n    assert 1\n",
            "def test_a():\n    if x:\n        pytest.skip('no x')\n    assert f()\n",
            "@pytest.mark.xfail(strict=True)\ndef test_a():\n    assert f()\n",
            "class TestA(BaseTests):\n    pass\n",
            "from .cases import *\n",
            "TestMachine = Machine.TestCase\n",
            "from tests.tools import run\ndef test_a():\n    run('a')\n",
            "def check(x):\n    assert x\ndef test_a():\n    check(f())\n",
        ] {
            assert_eq!(fault(text), "none", "{text}");
        }
    }

    #[test]
    fn placeholders_do_not() {
        assert_eq!(fault(""), "there is no test");
        assert_eq!(
            fault("import a\n# def test_a(): assert 1\ndef helper():\n    assert 1\n"),
            "there is no test"
        );
        for text in [
            "def test_a():\n    \"\"\"d\"\"\"\n    pytest.skip('awaiting implementation')\n",
            "def test_a():\n    pytest.skip('later')\n    assert f()\n",
            "pytestmark = [pytest.mark.skip(reason='later')]\ndef test_a():\n    assert 1\n",
            "pytest.skip('later', allow_module_level=True)\ndef test_a():\n    assert 1\n",
            "@unittest.skip('later')\nclass A(TestCase):\n    def test_a(self):\n        self.assertTrue(1)\n",
            "@pytest.mark.skip\ndef test_a():\n    assert 1\n@pytest.mark.xfail(run=False)\ndef test_b():\n    assert 1\n",
        ] {
            assert_eq!(fault(text), "all tests are skipped", "{text}");
        }
        assert_eq!(fault("from pkg import f\ndef test_a():\n    f()\n"), "no test asserts anything");
        assert_eq!(
            fault("def test_check():\n    \"\"\"assert\"\"\"\n    pass  # assert\n"),
            "no test asserts anything"
        );
    }

    #[test]
    fn the_line_that_skips_is_shown() {
        let text = "def test_a():\n    pytest.skip('later')\n";
        let span = proof_of(text).1.expect("there is one");
        assert_eq!(&text[span.range()], "pytest.skip('later')");
    }

    proptest! {
        #[test]
        fn any_text_does(text in "(def test_a\\(\\):|class TestA:|@skip|assert |pytest\\.skip\\(|[\\PC\n\t :'\"()\\\\]){0,60}") {
            let (_, span) = proof_of(&text);
            prop_assert!(span.is_none_or(|span| text.get(span.range()).is_some()));
        }
    }
}
