//! Prompts of terminals, notebooks and Python.

use super::check;

#[test]
fn prompts() {
    check(&[
        ("$ pip a\nCollecting pip x\n$ pip b", &["pip|a", "pip|b"]),
        ("% pip a\noutput", &["pip|a"]),
        ("(venv) $ pip a\npip output", &["pip|a"]),
        ("user@host:~/x$ pip a\npip output", &["pip|a"]),
        ("[me@host x]$ pip a\npip output", &["pip|a"]),
        ("root@host:/# pip a\npip output", &["pip|a"]),
        ("PS C:\\work> pip a\npip output", &["pip|a"]),
        ("C:\\work>pip a", &["pip|a"]),
        ("# pip a\npip b", &["pip|b"]),
        ("  $ pip a\n  out", &["pip|a"]),
        ("$ pip a \\\n>   b\nout", &["pip|a|b @pip a \\\n>   b"]),
        ("$ pip a \\\n    b\nout", &["pip|a|b @pip a \\\n    b"]),
        ("$ for x in a; do\n> pip $x\n> done\nout", &["pip|$x"]),
        ("> pip a", &["a"]),
        ("pip output first\n$ pip a", &["pip|a"]),
        (">>> import pip\n... pip x\npip a", &["pip|a"]),
        ("!pip a\n!python x", &["pip|a", "python|x"]),
        ("! pip a", &["pip|a"]),
        ("$ cat <<EOF\n> pip a\n> EOF\n$ pip b", &["cat", "pip|b"]),
        ("cat <<EOF\n$ pip a\nEOF\npip b", &["cat", "pip|b"]),
        ("echo '\n$ x'\npip b", &["echo|\n$ x @echo '\n$ x'", "pip|b"]),
        ("$X a\n$(b) c", &["$X|a ?", "$(b)|c ?", "b"]),
        ("$\n$ pip a", &["pip|a"]),
        ("$ pip a\r\nout\r\n$ pip b\r\n", &["pip|a", "pip|b"]),
    ]);
}
