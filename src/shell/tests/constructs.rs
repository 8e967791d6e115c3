//! Constructs of the language: what stands between commands and is none, and what hides one.

use super::check;

#[test]
fn loops_and_conditions() {
    check(&[
        ("for((i=0;i<3;i++));do a; done", &["a"]),
        ("for ((i=0; i<n; i++)); do a; done", &["a"]),
        ("if((x > 1)); then a; fi; if(b); then c; fi", &["a", "b", "c"]),
        ("while((x--)) ; do a; done", &["a"]),
        ("select x in python pip; do a; done", &["a"]),
        ("for x in python pip\ndo a $x\ndone", &["a|$x"]),
        ("for x; do a; done", &["a"]),
        ("until a; do b; done &", &["a", "b"]),
        ("case \"$1\"\nin pip) a\n;; python) b\nesac", &["a", "b"]),
        ("case x in (pip) a ;; py*|\"pip x\") b ;& *) c ;;& esac; d", &["a", "b", "c", "d"]),
        ("case x\npip a", &["pip|a"]),
        ("[[ $x == pip* && -f python ]] && a", &["a"]),
        ("[[ $x =~ ^(pip|python)$ ]] && a", &["a"]),
        ("(( pip > 1 )) || a", &["a"]),
        ("time -p pip a", &["time: pip|a"]),
        ("time pip a | b", &["time: pip|a", "b"]),
        ("! pip a && ! b", &["pip|a", "b"]),
        ("coproc NAME { pip a; }", &["pip|a"]),
        ("coproc pip a", &["pip|a"]),
        ("function f { pip a; }\nfunction g() { b; }\nh () ( c )", &["pip|a", "b", "c"]),
        ("run() { \"$@\"; }; run python x.py", &["$@ ? @\"$@\"", "run|python|x.py"]),
        ("alias py=python", &["alias|py=python"]),
    ]);
}

#[test]
fn redirections() {
    check(&[
        (
            "a &> f; b &>> f; c 2>&1; d >| f; e <> f; g 2>/dev/null x",
            &["a", "b", "c", "d", "e", "g|x @g 2>/dev/null x"],
        ),
        ("> f pip a", &["pip|a"]),
        ("< f xargs pip a", &["xargs: pip|a"]),
        ("exec 3>&1; a {fd}>x >&2", &["exec", "a"]),
        (
            "diff <(pip a) <(python b) > >(tee c)",
            &["diff|<(pip a)|<(python b)", "pip|a", "python|b", "tee|c"],
        ),
        ("a |& b", &["a", "b"]),
    ]);
}

#[test]
fn words() {
    check(&[
        ("$'pip' a", &["pip|a @$'pip' a"]),
        ("$\"pip\" a", &["pip|a @$\"pip\" a"]),
        ("'p'ip a; p\"i\"p a; p\\ip a", &["pip|a @'p'ip a", "pip|a @p\"i\"p a", "pip|a @p\\ip a"]),
        ("a !(b|c) @(d|e) +(f) {g,h}", &["a|!(b|c)|@(d|e)|+(f)|{g,h}"]),
        ("a[${#a[@]}]=\"x\" b[1]+=2", &[]),
        ("x=$[1 + 2] a $[3 * ( 4 )] b", &["x=$[1 + 2] a|$[3 * ( 4 )]|b"]),
        ("a \\\r\n  b \\\n  c", &["a|b|c @a \\\r\n  b \\\n  c"]),
        ("a # pip b\n#pip c\nd#e", &["a", "d#e"]),
        (
            "\"${HOME}/bin/python\" \"${x:-\"y z\"}\"",
            &["python|${x:-\"y z\"} @\"${HOME}/bin/python\" \"${x:-\"y z\"}\""],
        ),
        (
            "a \"b 'c' \\\"d\\\" $e\" 'f \"g\"'",
            &["a|b 'c' \"d\" $e|f \"g\" @a \"b 'c' \\\"d\\\" $e\" 'f \"g\"'"],
        ),
        ("cmd=(python x.py); \"${cmd[@]}\" y", &["python|x.py|y @\"${cmd[@]}\" y"]),
    ]);
}

#[test]
fn here_documents() {
    check(&[
        ("cat <<A <<'B' | bash\npip a\nA\npip b\nB\nc", &["cat", "bash", "c"]),
        ("cat <<-EOF\n\tpip a\n\tEOF\npip b", &["cat", "pip|b"]),
        ("cat <<EOF\n$(pip a) `b`\nEOF", &["cat", "pip|a", "b"]),
        ("cat <<'EOF'\n$(pip a)\nEOF", &["cat"]),
        ("python - <<PY\nimport pip\nPY\na", &["python|-", "a"]),
        ("sudo bash -s -- x <<EOF\npip a\nEOF", &["sudo: bash|-s|--|x", "sudo, bash: pip|a"]),
    ]);
}
