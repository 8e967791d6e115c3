//! Places: spans in the host, comments, lines and assignments around a command.

use super::super::{Script, commands};
use super::slices;

#[test]
fn pieces_lead_back_to_the_host() {
    let host = "- run: |\n    sudo pip \\\n      install 'a\n    b' # why\n    bash -c 'pip é'\n";
    let mut script = Script::default();
    for line in host.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at - line.len(), line))
    }) {
        if let Some(text) = line.1.strip_prefix("    ") {
            script.push(text, line.0 + 4);
        }
    }
    let found = commands(&script);
    assert_eq!(
        slices(host, found.iter().map(|command| command.span)),
        ["pip \\\n      install 'a\n    b'", "pip é"]
    );
    assert_eq!(
        slices(host, found.iter().map(|command| command.outer)),
        ["sudo pip \\\n      install 'a\n    b'", "bash -c 'pip é"]
    );
    assert_eq!(found[0].argv, ["install", "a\nb"]);
    assert_eq!(slices(host, found[0].comment), ["# why"]);
    assert_eq!(found[1].comment, None);
}

#[test]
fn comments_belong_to_their_line() {
    let text = "a; b $(c) # one  \nd\nbash -c 'e' # two\nf \\\n g # three\n# four\nx='#' h";
    let script = Script::verbatim(text, 0);
    let found = commands(&script);
    let shown: Vec<_> = found
        .iter()
        .map(|command| (command.program.as_ref(), command.comment.map_or("", |span| &text[span.range()])))
        .collect();
    assert_eq!(
        shown,
        [
            ("a", "# one"),
            ("b", "# one"),
            ("c", "# one"),
            ("d", ""),
            ("e", "# two"),
            ("f", "# three"),
            ("h", "")
        ]
    );
}

#[test]
fn first_commands_of_lines() {
    let text = "a; b\nif c; then\n  d && e\nfi\nX=$(f) g\nsudo h \\\n && i";
    let script = Script::verbatim(text, 0);
    let found = commands(&script);
    let first: Vec<_> =
        found.iter().filter(|command| command.line_start).map(|command| command.program.as_ref()).collect();
    assert_eq!(first, ["a", "c", "d", "f", "h", "i"]);
}

#[test]
fn outer_spans_hold_what_stands_around() {
    for (text, outer) in [
        ("x; A=1 sudo -u me pip a > f", "A=1 sudo -u me pip a"),
        ("x; pip a", "pip a"),
        ("x; PY=1 bash -c \"pip a\"", "PY=1 bash -c \"pip a"),
        ("x; find . -exec pip a \\;", "find . -exec pip a"),
    ] {
        let script = Script::verbatim(text, 0);
        let found = commands(&script);
        let last = found.last().unwrap();
        assert_eq!((&text[last.outer.range()], last.program.as_ref()), (outer, "pip"), "{text}");
    }
}

#[test]
fn words_as_written_are_kept() {
    let script = Script::verbatim("A='x y' \"/usr/bin/python3.12\" x", 0);
    let found = commands(&script);
    assert_eq!((found[0].written.as_ref(), found[0].program.as_ref()), ("/usr/bin/python3.12", "python"));
    assert_eq!(found[0].assignments, ["A='x y'"]);
}
