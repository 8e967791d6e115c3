//! Substitutions, here-documents and variables.

use super::check;

#[test]
fn substitutions() {
    check(&[
        ("echo $(pip list)", &["echo|$(pip list)", "pip|list"]),
        (
            "echo \"v: $(pip list | head -1) x\"",
            &["echo|v: $(pip list | head -1) x @echo \"v: $(pip list | head -1) x\"", "pip|list", "head|-1"],
        ),
        ("echo `pip list` x", &["echo|`pip list`|x", "pip|list"]),
        ("echo \"`pip list`\"", &["echo|`pip list` @echo \"`pip list`\"", "pip|list"]),
        ("echo `echo \\`pip list\\``", &["echo|`echo \\`pip list\\``", "echo|\\`pip list\\`", "pip|list"]),
        ("diff <(pip a) >(pip b)", &["diff|<(pip a)|>(pip b)", "pip|a", "pip|b"]),
        ("X=$(pip a)", &["pip|a"]),
        (
            "X=\"$(python -c 'import x; print(\"a)\")')\"",
            &["python|-c|import x; print(\"a)\") @python -c 'import x; print(\"a)\")'"],
        ),
        (
            "echo \"$(echo \"$(pip a)\")\"",
            &[
                "echo|$(echo \"$(pip a)\") @echo \"$(echo \"$(pip a)\")\"",
                "echo|$(pip a) @echo \"$(pip a)\"",
                "pip|a",
            ],
        ),
        (
            "echo ${X:-$(pip a)} ${X:-\"$(pip b)\"}",
            &["echo|${X:-$(pip a)}|${X:-\"$(pip b)\"}", "pip|a", "pip|b"],
        ),
        ("echo $(( $(pip a) + 1 ))", &["echo|$(( $(pip a) + 1 ))", "pip|a"]),
        ("echo $((pip a); pip b)", &["echo|$((pip a); pip b)", "pip|a", "pip|b"]),
        ("echo '$(pip a)' '`pip b`'", &["echo|$(pip a)|`pip b` @echo '$(pip a)' '`pip b`'"]),
        ("echo \\$(pip a)", &["echo|$(pip|a) @echo \\$(pip a)"]),
        ("$(pip a) b", &["$(pip a)|b ?", "pip|a"]),
        ("(pip a; echo $(pip b)) | pip c", &["pip|a", "echo|$(pip b)", "pip|b", "pip|c"]),
        ("echo $(pip a\npip b", &["echo|$(pip a\npip b", "pip|a", "pip|b"]),
        ("a) pip b", &["a", "pip|b"]),
    ]);
}

#[test]
fn here_documents() {
    check(&[
        ("bash <<EOF\npip a\nEOF\npip b", &["bash", "bash: pip|a", "pip|b"]),
        ("cat <<EOF > f\npip a\nEOF\npip b", &["cat", "pip|b"]),
        ("python - <<PY\nimport pip\nPY\npip b", &["python|-", "pip|b"]),
        ("cat <<'E F'\npip $(pip a)\nE F\npip b", &["cat", "pip|b"]),
        ("cat <<EOF\nx $(pip a) `pip b` it's \"\nEOF\nc", &["cat", "pip|a", "pip|b", "c"]),
        ("cat <<-EOF\n\tpip a\n\tEOF\npip b", &["cat", "pip|b"]),
        ("cat <<A <<B; sh <<C\npip 1\nA\npip 2\nB\npip 3\nC\npip 4", &["cat", "sh", "sh: pip|3", "pip|4"]),
        (
            "sudo bash -s -- x <<'EOF' | tee f\npip a\nEOF",
            &["sudo: bash|-s|--|x", "tee|f", "sudo, bash: pip|a"],
        ),
        ("ssh host <<EOF\npip a\nEOF", &["ssh|host", "ssh: pip|a ~remote"]),
        (
            "docker exec -i web bash <<EOF\npip a\nEOF",
            &["docker exec: bash ~container", "docker exec, bash: pip|a ~container"],
        ),
        ("x=$(cat <<EOF\npip a\nEOF\n)\npip b", &["cat", "pip|b"]),
        ("bash <<EOF\npip a", &["bash", "bash: pip|a"]),
        ("cat <<EOF\npip a", &["cat"]),
        ("let a<<shift\npip a", &["let|a", "pip|a"]),
        ("cat <<EOF\npip a\n  EOF\npip b", &["cat", "pip|b"]),
        ("cat <<\\EOF\r\npip a\r\nEOF\r\npip b", &["cat", "pip|b"]),
        ("bash <<< 'pip a; b'", &["bash", "bash: pip|a", "bash: b"]),
        ("bash x.sh <<EOF\npip a\nEOF", &["bash|x.sh"]),
        ("while read x; do a; done <<EOF\npip a\nEOF\nb", &["read|x", "a", "b"]),
        ("cat <<EOF && pip a\nEOF\nb", &["cat", "pip|a", "b"]),
    ]);
}

#[test]
fn variables() {
    check(&[
        ("PY=python3; $PY x.py", &["python|x.py @$PY x.py"]),
        ("PYTEST=\"uv run pytest\"\n$PYTEST -q", &["uv run: pytest|-q @$PYTEST -q"]),
        (
            "export PY='python3'; \"${PY}\" -m pip",
            &["export|PY=python3 @export PY='python3'", "python|-m|pip @\"${PY}\" -m pip"],
        ),
        ("$PY x.py", &["$PY|x.py ?"]),
        ("${PY:-python3} x.py", &["python|x.py @${PY:-python3} x.py"]),
        ("PY=${PY:-python3}; $PY x.py", &["python|x.py @$PY x.py"]),
        ("PY=\"${PY:-uv run python} -u\"\n\"$PY\" x.py", &["uv run: python|-u|x.py @\"$PY\" x.py"]),
        ("PY=$(which python3); $PY x", &["which|python3", "$PY|x ?"]),
        ("V=.venv; $V/bin/python x", &["python|x"]),
        ("V=.venv; P=\"$V/bin/pip\"; \"$P\" x", &["pip|x @\"$P\" x"]),
        ("A=sudo; B='$A pip'; C=\"$A pip\"; $C x", &["sudo: pip|x @$C x"]),
        ("RUN=(uv run --frozen); \"${RUN[@]}\" pytest", &["uv run: pytest"]),
        ("A='$A $A'; $A x", &["$A|$A|$A|$A|$A|$A|$A|$A|$A|$A|$A|$A|$A|$A|$A|$A|$A|x ? @$A x"]),
        ("sudo $PY x", &["sudo: $PY|x ?"]),
        ("$(UV) run pytest", &["uv run: pytest"]),
        ("${UV} run --frozen pytest", &["uv run: pytest"]),
        ("$UV sync", &["uv|sync"]),
        ("$(MY_UV) pip list", &["uv|pip|list"]),
        ("$(PYTHON) -m x", &["$(PYTHON)|-m|x ?"]),
        ("$(VENV)/bin/python x", &["python|x"]),
        ("\"$@\"", &["$@ ? @\"$@\""]),
    ]);
}
