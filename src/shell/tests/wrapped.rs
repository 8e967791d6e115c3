//! Wrappers: programs that run other programs.

use super::super::{Script, commands};
use super::check;

#[test]
fn wrappers_of_words() {
    check(&[
        ("sudo pip a", &["sudo: pip|a"]),
        ("sudo -u me -E -- pip a", &["sudo: pip|a"]),
        ("sudo -nu me A=1 pip a", &["sudo: pip|a"]),
        ("sudo -l", &["sudo|-l"]),
        ("doas pip a", &["doas: pip|a"]),
        ("env -i -u A B=1 pip a", &["env: pip|a"]),
        ("env", &["env"]),
        ("env -S 'python -u'", &["env: python|-u"]),
        ("env -S 'python -u' x.py", &["env: python|-u|x.py @'python -u' x.py"]),
        ("env -u A uv run pytest", &["env, uv run: pytest"]),
        ("nohup nice -n 10 ionice -c2 pip a &", &["nohup, nice, ionice: pip|a"]),
        ("timeout -k 5 --signal KILL 30s pip a", &["timeout: pip|a"]),
        ("timeout 5 pip a", &["timeout: pip|a"]),
        ("stdbuf -oL pip a", &["stdbuf: pip|a"]),
        ("exec -a name pip a", &["exec: pip|a"]),
        ("exec \"$@\"", &["exec: $@ ? @\"$@\""]),
        ("command pip a", &["command: pip|a"]),
        ("command -v pip", &["command|-v|pip"]),
        ("which pip", &["which|pip"]),
        ("builtin pip", &["builtin: pip"]),
        ("ls | xargs -0 -n 1 -I{} -P4 pip a {}", &["ls", "xargs: pip|a|{}"]),
        ("xargs -I {} sudo pip {}", &["xargs, sudo: pip|{}"]),
        ("xargs", &["xargs"]),
        (
            "find . -name x -exec pip a {} \\; -exec b {} +",
            &[
                "find|.|-name|x|-exec|pip|a|{}|;|-exec|b|{}|+ @find . -name x -exec pip a {} \\; -exec b {} +",
                "find -exec: pip|a|{}",
                "find -exec: b|{}",
            ],
        ),
        (
            "find . -execdir sudo pip a ';'",
            &["find|.|-execdir|sudo|pip|a|; @find . -execdir sudo pip a ';'", "find -exec, sudo: pip|a"],
        ),
        ("find . -name pip", &["find|.|-name|pip"]),
        ("watch -n 5 pip a", &["watch: pip|a"]),
        ("watch 'pip a | b'", &["watch: pip|a", "watch: b"]),
        ("ls | entr -c pytest -q", &["ls", "entr: pytest|-q"]),
        ("parallel -j 4 pip a {} ::: 1 2", &["parallel: pip|a|{}"]),
        ("strace -f -o log pip a", &["strace: pip|a"]),
        ("gdb -q --args python x.py", &["gdb: python|x.py"]),
        ("gdb python", &["gdb|python"]),
        ("caffeinate -i pip a", &["caffeinate: pip|a"]),
        ("retry -t 3 -- pip a", &["retry: pip|a"]),
        ("coverage run -m pytest", &["coverage|run|-m|pytest"]),
        ("make test", &["make|test"]),
        ("/usr/bin/env python3 x", &["env: python|x"]),
        ("script -c 'pip a' out", &["script -c: pip|a"]),
    ]);
}

#[test]
fn wrappers_of_projects() {
    check(&[
        ("uv run pytest -q", &["uv run: pytest|-q"]),
        (
            "uv run --with x --python 3.12 --no-sync -p 3 --index-url=u -- python -m y",
            &["uv run: python|-m|y"],
        ),
        ("uv --directory x run pytest", &["uv run: pytest"]),
        ("uv run -m pytest", &["uv|run|-m|pytest"]),
        ("uv run - <<PY\nPY", &["uv|run|-"]),
        ("uv run script.py run", &["uv run: script.py|run"]),
        ("uv run", &["uv|run"]),
        ("uv sync", &["uv|sync"]),
        ("uv pip install x", &["uv|pip|install|x"]),
        ("uv add pytest", &["uv|add|pytest"]),
        ("pip install uv", &["pip|install|uv"]),
        ("uvx --from X tool", &["uvx: tool"]),
        ("uvx ruff@latest check", &["uvx: ruff|check"]),
        ("uv tool run --with x ruff", &["uv tool run: ruff"]),
        ("uv tool install ruff", &["uv|tool|install|ruff"]),
        ("uv run uv run pytest", &["uv run, uv run: pytest"]),
        ("poetry run pytest", &["poetry run: pytest"]),
        ("poetry install", &["poetry|install"]),
        ("pipenv run python x", &["pipenv run: python|x"]),
        ("pdm run -p d pytest", &["pdm run: pytest"]),
        ("rye run a", &["rye run: a"]),
        ("hatch run test:pytest", &["hatch run: pytest"]),
        ("conda run -n env --no-capture-output pip a", &["conda run: pip|a"]),
        ("micromamba run -p /x python", &["micromamba run: python"]),
        ("pipx run black==22 .", &["pipx run: black|."]),
        ("pipx install x", &["pipx|install|x"]),
        ("direnv exec . pip a", &["direnv exec: pip|a"]),
        ("dotenv -f .env run -- pip a", &["dotenv run: pip|a"]),
        ("doppler run -- pip a", &["doppler run: pip|a"]),
        ("op run --env-file .env -- pip a", &["op run: pip|a"]),
        ("infisical run --env dev -- pip a", &["infisical run: pip|a"]),
    ]);
}

#[test]
fn wrappers_of_places() {
    check(&[
        ("docker run --rm -it -v a:b -e X=1 img:1 pip a", &["docker run: pip|a ~container"]),
        ("docker run --rm img", &["docker|run|--rm|img"]),
        ("docker build .", &["docker|build|."]),
        ("docker --context c exec -itu root web sh -c 'pip a'", &["docker exec, sh -c: pip|a ~container"]),
        ("podman exec web pip a", &["podman exec: pip|a ~container"]),
        ("docker compose -f x.yml run --rm -e A=1 web pip a", &["docker compose run: pip|a ~container"]),
        ("docker-compose exec -T web pip a", &["docker-compose exec: pip|a ~container"]),
        ("docker compose up -d", &["docker|compose|up|-d"]),
        ("kubectl exec -it pod -c x -- pip a", &["kubectl exec: pip|a ~container"]),
        ("kubectl get pods", &["kubectl|get|pods"]),
        ("ssh -i key -p 22 me@host pip a", &["ssh: pip|a ~remote"]),
        ("ssh host 'cd x && pip a'", &["ssh: cd|x ~remote", "ssh: pip|a ~remote"]),
        ("ssh host", &["ssh|host"]),
    ]);
}

#[test]
fn wrappers_of_scripts() {
    check(&[
        ("bash -c 'pip a; pip b'", &["bash -c: pip|a", "bash -c: pip|b"]),
        ("sh -lc \"pip a && b\" x y", &["sh -c: pip|a", "sh -c: b"]),
        ("bash -euo pipefail -c 'pip a'", &["bash -c: pip|a"]),
        ("bash --rcfile x -c 'pip a'", &["bash -c: pip|a"]),
        (
            "bash -c \"echo \\\"x\\\"; pip a\"",
            &["bash -c: echo|x @\"echo \\\"x\\\"; pip a\"", "bash -c: pip|a @\"echo \\\"x\\\"; pip a\""],
        ),
        ("bash -c \"pip $(python x)\"", &["bash -c: pip|$(python x)", "python|x"]),
        ("bash -c 'pip $(python x)'", &["bash -c: pip|$(python x)", "bash -c: python|x"]),
        ("bash -c ls", &["bash -c: ls"]),
        ("bash -c", &["bash|-c"]),
        ("bash x.sh -c y", &["bash|x.sh|-c|y"]),
        ("sudo bash -c 'bash -c \"pip a\"'", &["sudo, bash -c, bash -c: pip|a"]),
        ("eval \"pip a\"", &["eval: pip|a"]),
        ("eval pip a", &["eval: pip|a"]),
        ("trap 'pip a; b' EXIT", &["trap: pip|a", "trap: b"]),
        ("trap -- \"pip $x\" INT TERM", &["trap: pip|$x"]),
        ("trap pip INT", &["trap: pip"]),
        ("P=\"pip a\"; trap \"$P\" EXIT", &["trap: pip|a @$P"]),
        ("trap - INT", &["trap|-|INT"]),
        ("trap '' INT", &["trap||INT @trap '' INT"]),
        ("trap 2 15", &["trap|2|15"]),
        ("trap INT", &["trap|INT"]),
        ("trap -p 'pip' EXIT", &["trap|-p|pip|EXIT @trap -p 'pip' EXIT"]),
        (
            "eval \"$(pip completion)\"",
            &["eval|$(pip completion) @eval \"$(pip completion)\"", "pip|completion"],
        ),
        (
            "hyperfine -w 3 'pip a' 'uv pip a' --export-md x",
            &["hyperfine: pip|a", "hyperfine: uv|pip|a", "hyperfine: x"],
        ),
        ("xargs bash -c 'pip \"$1\"' _", &["xargs, bash -c: pip|$1 @pip \"$1\""]),
    ]);
}

#[test]
fn paths_of_windows() {
    check(&[
        ("& \"C:\\x\\python.exe\" a.py", &["python|a.py @\"C:\\x\\python.exe\" a.py"]),
        (".\\.venv\\Scripts\\python.exe -m pip", &["python|-m|pip"]),
        ("venv\\Scripts\\activate", &["activate"]),
        ("py -3 -m venv x", &["python|-3|-m|venv|x"]),
    ]);
}

#[test]
fn modules() {
    for (text, expected) in [
        ("python -m pytest -q", Some("pytest")),
        ("python3 -W ignore -u -m pytest", Some("pytest")),
        ("py -3 -mpip list", Some("pip")),
        ("python -Im pip", Some("pip")),
        ("python -c 'x' -m y", None),
        ("python x.py -m y", None),
        ("python -", None),
        ("python -m", None),
        ("uv run --frozen -m pytest", Some("pytest")),
        ("uv run python -m build", Some("build")),
        ("PY=python3; $PY -m pip", Some("pip")),
    ] {
        let script = Script::verbatim(text, 0);
        let found = commands(&script);
        assert_eq!(found[0].module.as_deref(), expected, "{text}");
    }
}

#[test]
fn wrappers_with_every_option() {
    check(&[
        ("env --chdir=x --ignore-environment A=1 B='2 3' pip a", &["env: pip|a"]),
        ("env -C x -u A -- pip a", &["env: pip|a"]),
        ("ionice -c 3 -n 7 pip a", &["ionice: pip|a"]),
        ("nice -5 pip a", &["nice: pip|a"]),
        ("command -V pip", &["command|-V|pip"]),
        ("command -p pip a", &["command: pip|a"]),
        ("timeout --preserve-status --kill-after=5 1m pip a", &["timeout: pip|a"]),
        ("setsid -w pip a", &["setsid: pip|a"]),
        ("flock -n /tmp/l pip a", &["flock: pip|a"]),
        ("flock /tmp/l -c 'pip a'", &["flock: pip|a"]),
        ("chronic pip a", &["chronic: pip|a"]),
        (
            "find . -ok pip a {} \\;",
            &["find|.|-ok|pip|a|{}|; @find . -ok pip a {} \\;", "find -exec: pip|a|{}"],
        ),
        ("hyperfine --prepare 'pip a' -w 3 'pip b'", &["hyperfine: pip|a", "hyperfine: pip|b"]),
        ("watch -n1 -d pip a", &["watch: pip|a"]),
        ("python -m coverage run -m pytest", &["python|-m|coverage|run|-m|pytest"]),
        (
            "docker run --rm --entrypoint python img -m x",
            &["docker run: python|-m|x ~container @python img -m x"],
        ),
        (
            "docker run --entrypoint=pip img list",
            &["docker run: pip|list ~container @--entrypoint=pip img list"],
        ),
        ("docker run --entrypoint \"\" img pip a", &["docker run: pip|a ~container"]),
        (
            "docker compose run --rm --entrypoint pip web list",
            &["docker compose run: pip|list ~container @pip web list"],
        ),
        (
            "uv run --python 3.12 --with-requirements r.txt --env-file .env --isolated --no-project pytest",
            &["uv run: pytest"],
        ),
        ("uv run --extra a --group g --project p --directory d --frozen -p 3 pytest", &["uv run: pytest"]),
        ("tox -e py", &["tox|-e|py"]),
        ("nox -s tests -- -k x", &["nox|-s|tests|--|-k|x"]),
        ("pre-commit run -a", &["pre-commit|run|-a"]),
        ("npx pyright", &["npx|pyright"]),
        ("pnpm exec pytest", &["pnpm|exec|pytest"]),
        ("%VIRTUAL_ENV%\\Scripts\\python -m x", &["python|-m|x"]),
        (
            "python.exe -m x; pip3.11 a; ${VENV}/bin/python b; ../x/bin/pytest",
            &["python|-m|x", "pip|a", "python|b", "pytest"],
        ),
    ]);
}
