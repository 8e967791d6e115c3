//! Hostile texts: never a panic, spans in the host, commands in order, and no work that grows faster than the text.

use proptest::prelude::{Strategy, prop, proptest};

use super::super::{Command, Script, commands};

fn checked(text: &str) -> Vec<Command<'static>> {
    let shift = 7;
    let host = format!("{}{text}", "x".repeat(shift));
    let script = Script::verbatim(text, shift);
    let found = commands(&script);
    for command in &found {
        let spans = [Some(command.span), Some(command.outer), command.comment];
        for span in spans.into_iter().flatten() {
            assert!(span.start >= shift && host.get(span.range()).is_some(), "{span:?} in {text:?}");
        }
        assert!(command.outer.start <= command.span.start, "{text:?}");
    }
    assert!(found.is_sorted_by_key(|command| command.span.start), "{text:?}");
    found.into_iter().map(Command::into_owned).collect()
}

const FRAGMENTS: &[&str] = &[
    "pip",
    "$(",
    ")",
    "`",
    "\\`",
    "\"",
    "'",
    "$'",
    "${",
    "}",
    "$((",
    "))",
    "((",
    "[[ ",
    " ]]",
    "(",
    "{ ",
    "; }",
    "<<EOF",
    "<<-'E'",
    "\nEOF\n",
    "\nE\n",
    "\n",
    "\r\n",
    "\\\n",
    "\\",
    " ",
    ";",
    ";;",
    "&&",
    "||",
    "|",
    "&",
    ">",
    "<",
    "<(",
    "<<<",
    "case x in ",
    "esac",
    "a) ",
    "if ",
    "fi",
    "for i in ",
    "do ",
    "done",
    "function f",
    "f() ",
    "A=1 ",
    "A=(",
    "$A",
    "A=\"$A $A\"",
    "sudo ",
    "env -S ",
    "bash -c ",
    "eval ",
    "find . -exec ",
    "\\;",
    "docker run i ",
    "ssh h ",
    "uv run ",
    "$ ",
    "\n$ ",
    "\n> ",
    "\n>>> ",
    "# c",
    "!",
    "é",
    "\u{0}",
    "<name>",
    "hyperfine ",
    "${{",
    "C:\\x\\y.exe",
    "python -m ",
    "time ",
    "coproc ",
];

proptest! {
    #[test]
    fn any_text_is_read(text in ".{0,200}") {
        checked(&text);
    }

    #[test]
    fn any_shell_is_read(fragments in prop::collection::vec(prop::sample::select(FRAGMENTS), 0..60).prop_map(|parts| parts.concat())) {
        checked(&fragments);
    }
}

#[test]
fn depth_is_bounded_and_what_follows_is_read() {
    for opening in [
        "$(",
        "((",
        "( ",
        "`",
        "\"$(",
        "${",
        "[[ ((",
        "<(",
        "a=(",
        "case x in a) ",
        "bash -c '",
        "\\`",
        "f() ",
        "{ ",
        "$((",
    ] {
        let text = format!("{}\npip install x\n", opening.repeat(20_000));
        let found = checked(&text);
        let is_swallowed = matches!(opening, "bash -c '");
        assert!(is_swallowed || found.iter().any(|command| command.program == "pip"), "{opening}");
    }
}

#[test]
fn balanced_depth_is_left_again() {
    let text = format!("{}{}\npip install x", "$(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(checked(&text).last().map(|command| command.program.as_ref()), Some("pip"));
}

#[test]
fn growth_is_bounded() {
    let doubling = format!("A='x x x x x x x x'\n{}", "$A\n".repeat(20_000));
    let words: usize = checked(&doubling).iter().map(|command| command.argv.len()).sum();
    assert!(words < doubling.len() * 2);
    let nested =
        "bash -c 'sudo sudo sudo sudo sudo sudo sudo sudo sudo sudo sudo sudo sudo sudo sudo sudo sudo pip'";
    assert_eq!(checked(nested)[0].wrappers.len(), 17);
    let exec = "find . -exec ".repeat(2_000);
    assert!(checked(&exec).len() <= 17);
    let mut deep = "pip".to_owned();
    for _ in 0..12 {
        deep = format!("bash -c {}", deep.replace('\\', "\\\\").replace(' ', "\\ "));
    }
    checked(&deep);
}

#[test]
fn texts_that_tempt_a_reader_to_look_back_are_read_in_time() {
    for fragment in [
        "<<a\n",
        "<<EOF x\n",
        "cat <<'a'\n",
        "$'\\'",
        "x=a[=(",
        "<a",
        "$((",
        "${{",
        "\n\n\n",
        "(   ",
        "it's ",
        "\" ",
        "[[ a &&\n",
        "$ x\n",
        "a@b:",
    ] {
        checked(&fragment.repeat(30_000));
    }
}
