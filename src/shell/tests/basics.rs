//! Words, quotes, redirections, operators and compound commands.

use super::check;

#[test]
fn words_and_quotes() {
    check(&[
        ("pip install x", &["pip|install|x"]),
        ("  pip\tinstall  x  ", &["pip|install|x @pip\tinstall  x"]),
        ("", &[]),
        ("# pip install x", &[]),
        ("#!/usr/bin/env python", &[]),
        ("pip install 'a b' \"c d\"", &["pip|install|a b|c d @pip install 'a b' \"c d\""]),
        ("pip install a\\ b", &["pip|install|a b @pip install a\\ b"]),
        ("'pip' install", &["pip|install @'pip' install"]),
        ("p\"i\"p install", &["pip|install @p\"i\"p install"]),
        ("\\pip install", &["pip|install @\\pip install"]),
        ("echo $'a\\'b\\n' pip", &["echo|a'b\n|pip @echo $'a\\'b\\n' pip"]),
        ("echo $\"pip install\"", &["echo|pip install @echo $\"pip install\""]),
        ("echo 'pip install x; pip y'", &["echo|pip install x; pip y @echo 'pip install x; pip y'"]),
        ("echo \"a; \\\" pip b\"", &["echo|a; \" pip b @echo \"a; \\\" pip b\""]),
        ("echo \"multi\npip line\"", &["echo|multi\npip line @echo \"multi\npip line\""]),
        ("echo '' \"\" x", &["echo|||x @echo '' \"\" x"]),
        ("echo a#b # c", &["echo|a#b"]),
        ("pip install 'pkg[extra]>=1'", &["pip|install|pkg[extra]>=1 @pip install 'pkg[extra]>=1'"]),
        ("pip install \\\n  a \\\r\n  b", &["pip|install|a|b @pip install \\\n  a \\\r\n  b"]),
        ("pi\\\np install", &["pip|install @pi\\\np install"]),
        ("pip a\r\npip b\r\n", &["pip|a", "pip|b"]),
        ("pip install é 日本", &["pip|install|é|日本"]),
        ("pip\0x", &["pip\0x"]),
        ("echo ${X} ${X:-a b} pip", &["echo|${X}|${X:-a b}|pip"]),
        ("echo $((1 + (2*3))) $(( x )) pip", &["echo|$((1 + (2*3)))|$(( x ))|pip"]),
        ("echo ${{ matrix.python-version }} a", &["echo|${{ matrix.python-version }}|a"]),
        ("echo {placeholder} <name> [options] ... …", &["echo|{placeholder}|<name>|[options]|...|…"]),
        ("pip install <package>", &["pip|install|<package>"]),
        ("pip install <your package> -q", &["pip|install|<your package>|-q"]),
    ]);
}

#[test]
fn lone_quotes_swallow_nothing() {
    check(&[
        ("echo it's\npip install x", &["echo|it's", "pip|install|x"]),
        ("echo \"half\npip install x", &["echo|\"half", "pip|install|x"]),
        ("echo it's\npip install 'x'\npip y", &["echo|it's", "pip|install|x @pip install 'x'", "pip|y"]),
        ("echo \"a\npip install \"x\"", &["echo|\"a", "pip|install|x @pip install \"x\""]),
        ("echo `half\npip install x", &["echo|`half", "pip|install|x"]),
        ("echo ${half\npip install x", &["echo|${half", "pip|install|x"]),
        ("echo $'half\npip install x", &["echo|$'half", "pip|install|x"]),
        ("echo x\\", &["echo|x\\"]),
    ]);
}

#[test]
fn operators_and_redirections() {
    check(&[
        ("a && b || c; d & e | f |& g", &["a", "b", "c", "d", "e", "f", "g"]),
        ("a&&b||c;d&e|f", &["a", "b", "c", "d", "e", "f"]),
        ("cd x && pip install -e .", &["cd|x", "pip|install|-e|."]),
        ("a |\n  b &&\n\n c", &["a", "b", "c"]),
        ("pip list > out.txt 2>&1 -v", &["pip|list|-v @pip list > out.txt 2>&1 -v"]),
        ("2>err >out <in pip list", &["pip|list"]),
        ("pip list&>log", &["pip|list"]),
        ("pip list &>> log; a", &["pip|list", "a"]),
        ("pip list>|x 3<>y {fd}>z", &["pip|list"]),
        ("pip freeze >requirements.txt", &["pip|freeze"]),
        ("pip install -r <file", &["pip|install|-r"]),
        ("cmd <<< 'pip install' arg", &["cmd|arg @cmd <<< 'pip install' arg"]),
        ("echo 2 >x", &["echo|2"]),
        ("exec 3>&1", &["exec"]),
        ("a >\npip x", &["a", "pip|x"]),
        ("> out", &[]),
        (";;; && | &", &[]),
    ]);
}

#[test]
fn compound_commands() {
    check(&[
        ("{ pip a; pip b; }", &["pip|a", "pip|b"]),
        ("(cd x; pip a) && b", &["cd|x", "pip|a", "b"]),
        ("( (pip a); pip b ) > f", &["pip|a", "pip|b"]),
        ("f() { pip a; }; f", &["pip|a", "f"]),
        ("f () ( pip a )", &["pip|a"]),
        ("function f { pip a; }", &["pip|a"]),
        ("function f() {\n pip a\n}\nf x", &["pip|a", "f|x"]),
        ("pip() { command sfw pip \"$@\"; }", &["command: sfw|pip|$@ @sfw pip \"$@\""]),
        (
            "if pip a; then pip b; elif ! pip c; then pip d; else pip e; fi",
            &["pip|a", "pip|b", "pip|c", "pip|d", "pip|e"],
        ),
        ("if ! python3 -c 'x'; then\n  a\nfi", &["python|-c|x @python3 -c 'x'", "a"]),
        ("while read -r l; do pip $l; done < f", &["read|-r|l", "pip|$l"]),
        ("until a; do b; done | c", &["a", "b", "c"]),
        ("for p in pip python; do $p x; done", &["$p|x ?"]),
        ("for p in a\ndo pip b; done", &["pip|b"]),
        ("for ((i=0; i<3; i++)); do pip a; done", &["pip|a"]),
        ("for f in $(pip list); do a; done", &["pip|list", "a"]),
        ("select x in pip; do a; break; done", &["a", "break"]),
        (
            "case $x in pip) python a;; p|q) pip b ;& (r) c;;& *) d; esac; e",
            &["python|a", "pip|b", "c", "d", "e"],
        ),
        (
            "case \"$1\" in\n  test)\n    pytest\n    ;;\n  *) echo x\nesac\npip a",
            &["pytest", "echo|x", "pip|a"],
        ),
        ("case a in b) case c in d) e;; esac;; f) g;; esac; h", &["e", "g", "h"]),
        ("x=$(case a in b) pip c;; esac); d", &["pip|c", "d"]),
        ("case a in @(b|c)) pip d;; esac", &["pip|d"]),
        ("case in point\npip a", &["pip|a"]),
        ("case x in nothing here\npip a", &["pip|a"]),
        ("[[ pip == pip && -f x ]] && pip a", &["pip|a"]),
        ("[[ $x =~ ^(uv run )?(pytest|python -m pytest) ]]; pip a", &["pip|a"]),
        ("[[ a < b || ( c > d ) ]] || pip a", &["pip|a"]),
        ("[[ a &&\n pip ]] && b", &["b"]),
        ("[[ never closed\npip a", &["pip|a"]),
        ("[ -f x ] && pip a", &["[|-f|x|]", "pip|a"]),
        ("(( x++ )) && pip a", &["pip|a"]),
        ("((x > pip)); pip a", &["pip|a"]),
        ("! pip a", &["pip|a"]),
        ("time pip a", &["time: pip|a"]),
        ("time -p pip a", &["time: pip|a"]),
        ("time (pip a; pip b)", &["pip|a", "pip|b"]),
        ("time { pip a; }", &["pip|a"]),
        ("coproc pip a", &["pip|a"]),
        ("coproc NAME { pip a; }", &["pip|a"]),
        ("ls @(a|b) !(c) | pip x", &["ls|@(a|b)|!(c)", "pip|x"]),
        ("echo see (the docs | pip) pip", &["echo|see|(the|docs|||pip)|pip"]),
        ("echo if then pip", &["echo|if|then|pip"]),
    ]);
}

#[test]
fn assignments() {
    check(&[
        ("A=1", &[]),
        ("A=1 B='x y' pip a", &["A=1 B='x y' pip|a"]),
        ("A+=1 B[0]=2 pip a", &["A+=1 B[0]=2 pip|a"]),
        ("a=(pip install x)", &[]),
        ("a=(\n  pip # c )\n  'x)'\n)\npip b", &["pip|b"]),
        ("a=($(pip x) <(pip y)); b", &["pip|x", "pip|y", "b"]),
        ("local a=(pip) b; c", &["local|a=(pip)|b", "c"]),
        ("A=$(pip x) B=`pip y` pip z", &["pip|x", "pip|y", "A=$(pip x) B=`pip y` pip|z"]),
        ("A=1; pip a", &["pip|a"]),
        ("1A=2 x", &["1A=2|x"]),
        ("PYTHONPATH=.:src python -m pkg.mod", &["PYTHONPATH=.:src python|-m|pkg.mod"]),
    ]);
}
