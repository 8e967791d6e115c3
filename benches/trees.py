#!/usr/bin/env python3
"""Writes the synthetic repositories that benches/compare.py measures on; the same seed always gives the same bytes.

trees.py pairs OUT --pairs 50000      services with one test for each module, few and plain violations
trees.py monorepo OUT --files 100000  packages with commands planted in every kind of host file, among lures

Beside OUT, never inside it, stand OUT.truth.tsv (path, line, policy, place) and OUT.lures.tsv (path, line, kind).
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

MODULES_PER_SERVICE = 25
MODULES_PER_PACKAGE = 8
FILES_PER_DOT = 10_000

# Commands that run Python beside uv. The plain ones are legal in every host format, the others only in shell text.
DIRECT_PLAIN = (
    "pip install -r requirements.txt", "pip3 install --upgrade wheel", "python -m pip install -e .", "pytest -q",
    "python3 scripts/migrate.py --dry-run", "pytest tests/unit -x", "python -m pytest -k smoke", "python manage.py check",
    "pip install httpx==0.27.0", "python3 -m venv .venv", "pytest --maxfail=1 --durations=5", "python -m build --wheel",
)
DIRECT_SHELL = DIRECT_PLAIN + (
    "sudo pip install httpie", "time pytest -q", "cd src && python -m http.server 8000", "CI=1 pytest -q tests",
    "PYTHONPATH=src python -m app.main", "test -d .venv || python3 -m venv .venv", "make build && pytest -q",
    "if ! python3 -c 'import ssl'; then exit 1; fi", 'export VERSION="$(python setup.py --version)"',
    "exec python -m app.worker", "nohup python worker.py > worker.log 2>&1 &",
)
# Commands that name pip, python or pytest and are fine.
INDIRECT = (
    "uv run pytest -q", "uv run python scripts/migrate.py", "uv pip install -e .", "uv python install 3.12",
    "uv run --frozen python -m app.main", "env -u VIRTUAL_ENV uv run pytest", "uvx pytest --version",
    "docker build --tag python-app .", "git switch python-upgrade", "rg --type python TODO src",
    "apt-get install -y python3 python3-venv", "cp conf/python.cfg build/", "tar -czf pytest-report.tgz reports",
)
NEUTRAL = ("uv sync --frozen", "make lint", "docker compose up -d", "git status --short", "mkdir -p build", "ls -la dist")
PROSE_LURES = (
    "pip resolves versions in the order given.", "pytest collects every file that starts with test_.",
    "python 3.12 is what production runs.", "The pip cache is warmed once a day.", "Our pytest fixtures are shared.",
    "Whoever writes python here reads the style guide first.", "Ask before you touch the pip mirror.",
)
CONSOLE_OUTPUT = ("pip 24.0 from /usr/lib/python3/dist-packages/pip", "pytest 8.3.2", "python 3.12.4 is already the newest")
STEP_NAMES = ("pip install", "python setup", "pytest -q", "Run pytest", "python -m build")
WORDS = (
    "account audit batch billing bucket cache catalog channel claim cohort contract credit cursor customer delivery device "
    "digest dispatch draft event export feature feed filter folder gateway grant invoice journal ledger limit login market "
    "member merge metric notice offer order outbox parcel partner payment permit policy price profile quota quote receipt "
    "record refund region report request reserve return review roster route rule sample schedule segment session shipment "
    "signal snapshot source stock storage stream supply survey tariff tenant ticket token trace transfer unit usage vendor"
).split()
VERBS = "check collect compute encode expire fetch load map merge parse publish rank resolve retry send split store sync".split()

PLAIN_LURES = frozenset({"comment", "echo", "uv", "step name"})
EVERY_LURE = PLAIN_LURES | {"continuation", "heredoc", "make target", "output", "prose", "text fence"}


class Page:
    """One text file in the making, which remembers the lines that matter to the truth."""

    def __init__(self, rng, lure_kinds):
        self.rng = rng
        self.lure_kinds = lure_kinds
        self.lines = []
        self.planted = []
        self.lures = []

    def add(self, *lines):
        self.lines.extend(lines)

    def plant(self, line, place):
        self.lines.append(line)
        self.planted.append((len(self.lines), place))

    def lure(self, line, kind):
        if kind in self.lure_kinds:
            self.lines.append(line)
            self.lures.append((len(self.lines), kind))

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, choices):
        return choices[int(self.rng.random() * len(choices))]


class Blocks:
    """Prefabricated text, so that a file costs a few joins instead of thousands of random numbers."""

    def __init__(self, seed):
        rng = random.Random(f"{seed}:blocks")
        self.functions = [function_text(rng) for _ in range(600)]
        self.tests = [test_text(rng) for _ in range(400)]
        self.paragraphs = [paragraph_text(rng) for _ in range(400)]
        self.rows = [json.dumps({rng.choice(WORDS): rng.choice(WORDS), "id": rng.randrange(10**6)}) for _ in range(400)]

    def fill(self, rng, blocks, median_bytes):
        """Joins blocks until a log-normal size is reached."""
        wanted = min(rng.lognormvariate(0, 0.8) * median_bytes, 60_000)
        chosen, size = [], 0
        while size < wanted or not chosen:
            block = blocks[int(rng.random() * len(blocks))]
            chosen.append(block)
            size += len(block)
        return chosen


def function_text(rng):
    verb, noun, other = rng.choice(VERBS), rng.choice(WORDS), rng.choice(WORDS)
    lines = [f"def {verb}_{noun}({noun}, {other}=None):", f'    """{verb.capitalize()}s one {noun} for its {other}."""']
    for _ in range(rng.randrange(3, 14)):
        left, right = rng.choice(WORDS), rng.choice(WORDS)
        lines.append(f"    {left}_{rng.randrange(100)} = {noun}.get({right!r}, {rng.randrange(10_000)})")
    return "\n".join(lines + [f"    return {noun}", "", "", ""])


def test_text(rng):
    verb, noun = rng.choice(VERBS), rng.choice(WORDS)
    lines = [f"def test_{verb}_{noun}_{rng.randrange(1000)}():"]
    for _ in range(rng.randrange(2, 7)):
        lines.append(f"    assert {verb}({rng.choice(WORDS)!r}, {rng.randrange(1000)}) is not None")
    return "\n".join(lines + ["", "", ""])


def paragraph_text(rng):
    sentences = []
    for _ in range(rng.randrange(2, 6)):
        words = [rng.choice(WORDS) for _ in range(rng.randrange(6, 15))]
        sentences.append(f"The {words[0]} must {rng.choice(VERBS)} the {' '.join(words[1:])}.")
    return "\n".join(sentences) + "\n"


def module_text(rng, blocks, name):
    return f'"""The {name} module."""\n\nimport json\n\n\n' + "".join(blocks.fill(rng, blocks.functions, 3_600))


def small_module_text(rng, blocks, name):
    return f'"""The {name} module."""\n\n\n' + "".join(blocks.fill(rng, blocks.functions, 700))


def tests_text(rng, blocks, name, median_bytes):
    head = f'"""Tests of {name}."""\n\nimport pytest\n\nfrom {name} import *\n\n\n'
    return head + "".join(blocks.fill(rng, blocks.tests, median_bytes))


def guide_page(rng, lure_kinds, blocks, title, planted_share):
    """A Markdown page: paragraphs, with shell, console and text fences between them."""
    page = Page(rng, lure_kinds)
    page.add(f"# {title}", "")
    for paragraph in blocks.fill(rng, blocks.paragraphs, 900):
        page.add(*paragraph.splitlines(), "")
        if page.chance(0.35):
            page.lure(page.pick(PROSE_LURES), "prose")
            page.add("")
        if page.chance(0.30):
            shell_fence(page, planted_share)
        if page.chance(0.12):
            console_fence(page, planted_share)
        if "text fence" in lure_kinds and page.chance(0.10):
            page.add("```text")
            page.lure(page.pick(DIRECT_PLAIN), "text fence")
            page.add("```", "")
    return page


def shell_fence(page, planted_share):
    page.add("```" + page.pick(("bash", "sh", "shell", "bash")))
    page.add(page.pick(NEUTRAL))
    page.lure("# " + page.pick(DIRECT_PLAIN), "comment")
    if page.chance(planted_share):
        page.plant(page.pick(DIRECT_SHELL), "markdown fence")
    page.lure(page.pick(INDIRECT), "uv")
    page.add("```", "")


def console_fence(page, planted_share):
    page.add("```console")
    page.add("$ " + page.pick(NEUTRAL))
    if page.chance(planted_share):
        page.plant("$ " + page.pick(DIRECT_PLAIN), "console fence")
    page.lure(page.pick(CONSOLE_OUTPUT), "output")
    page.lure("$ " + page.pick(INDIRECT), "uv")
    page.add("```", "")


def script_page(rng, lure_kinds, planted_share):
    page = Page(rng, lure_kinds)
    page.add("#!/usr/bin/env bash", "set -euo pipefail", "", 'cd "$(dirname "$0")/.."')
    page.lure("# " + page.pick(DIRECT_PLAIN) + " was here before", "comment")
    page.lure(f'echo "{page.pick(DIRECT_PLAIN)}"', "echo")
    page.add(page.pick(NEUTRAL))
    if page.chance(planted_share):
        page.plant(page.pick(DIRECT_SHELL), "shell script")
    if "heredoc" in lure_kinds and page.chance(0.5):
        page.add("cat > build/usage.txt <<'USAGE'")
        page.lure(page.pick(DIRECT_PLAIN), "heredoc")
        page.add("USAGE")
    page.lure(page.pick(INDIRECT), "uv")
    if "continuation" in lure_kinds and page.chance(0.3):
        page.add("uv run \\")
        page.lure("  pytest -q", "continuation")
    if page.chance(planted_share * 0.4):
        page.add("if [ -d src ]; then")
        page.plant("    " + page.pick(DIRECT_PLAIN), "shell script")
        page.add("fi")
    return page


def makefile_page(rng, lure_kinds, planted_share):
    page = Page(rng, lure_kinds)
    page.add(".PHONY: all lint check package")
    page.lure("# " + page.pick(DIRECT_PLAIN), "comment")
    page.add("", "all: lint check", "", "lint:", "\tuvx ruff check src", "")
    page.lure("pytest: lint", "make target")
    page.lure("python pip: lint", "make target")
    for target in ("check", "package", "setup"):
        page.add("", f"{target}:")
        page.lure(f'\t@echo "{page.pick(DIRECT_PLAIN)}"', "echo")
        if page.chance(planted_share):
            page.plant("\t" + page.pick(("", "", "@", "-")) + page.pick(DIRECT_PLAIN), "make recipe")
        page.lure("\t" + page.pick(INDIRECT), "uv")
    return page


def dockerfile_page(rng, lure_kinds, planted_share, name):
    page = Page(rng, lure_kinds)
    page.add("FROM python:3.12-slim", "WORKDIR /srv", "COPY . .")
    page.lure("# " + page.pick(DIRECT_PLAIN), "comment")
    if page.chance(planted_share):
        if page.chance(0.3):
            page.add("RUN apt-get update \\", "    && apt-get install -y --no-install-recommends libpq5 \\")
            page.plant("    && " + page.pick(DIRECT_PLAIN), "Dockerfile RUN")
        else:
            page.plant("RUN " + page.pick(DIRECT_PLAIN), "Dockerfile RUN")
        if page.chance(0.6):
            verb = page.pick(("CMD", "CMD", "ENTRYPOINT"))
            page.plant(f'{verb} ["{page.pick(("python", "python3"))}", "-m", "{name}.main"]', "Dockerfile exec form")
    else:
        page.add("COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/uv", "RUN uv sync --frozen")
        page.lure("RUN uv run python -m compileall src", "uv")
        page.lure(f'CMD ["uv", "run", "python", "-m", "{name}.main"]', "uv")
    return page


def workflow_page(rng, lure_kinds, planted_share, name, folder):
    page = Page(rng, lure_kinds)
    page.add(f"name: {name}", "on: [push]", "jobs:", "  test:", "    runs-on: ubuntu-latest", "    defaults:", "      run:")
    page.add(f"        working-directory: {folder}", "    steps:", "      - uses: actions/checkout@v4")
    page.add("      - uses: astral-sh/setup-uv@v5", "        with:", '          python-version: "3.12"')
    page.add("      - run: uv sync --frozen")
    if page.chance(planted_share):
        page.plant("      - run: " + page.pick(DIRECT_PLAIN), "workflow run")
    page.lure("      - name: " + page.pick(STEP_NAMES), "step name")
    page.add("        run: |")
    page.lure("          # " + page.pick(DIRECT_PLAIN), "comment")
    page.lure("          " + page.pick(INDIRECT), "uv")
    if page.chance(planted_share * 0.6):
        page.plant("          " + page.pick(DIRECT_SHELL), "workflow run")
    page.add("          make lint")
    return page


def agent_page(rng, blocks, name):
    page = Page(rng, frozenset())
    page.add("---", f"name: {name}", f"description: Looks after {name}.", "---", "", "Stop at 70% of the context window.", "")
    for paragraph in blocks.fill(rng, blocks.paragraphs, 1_500):
        page.add(*paragraph.splitlines(), "")
    return page


class Tree:
    """A directory that is being filled, and the two lists that stand beside it."""

    def __init__(self, out):
        self.out = out
        self.made = set()
        self.n_files = 0
        self.n_bytes = 0
        self.truth = []
        self.lures = []

    def write(self, path, text):
        folder = path.rpartition("/")[0]
        if folder not in self.made:
            os.makedirs(f"{self.out}/{folder}", exist_ok=True)
            self.made.add(folder)
        data = text.encode()
        handle = os.open(f"{self.out}/{path}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.write(handle, data)
        os.close(handle)
        self.n_files += 1
        self.n_bytes += len(data)
        if self.n_files % FILES_PER_DOT == 0:
            print(".", end="", file=sys.stderr, flush=True)

    def write_page(self, path, page):
        self.write(path, "\n".join(page.lines) + "\n")
        self.truth.extend((path, line, "uv-only", place) for line, place in page.planted)
        self.lures.extend((path, line, kind) for line, kind in page.lures)

    def report(self, path, policy):
        self.truth.append((path, 1, policy, "-"))

    def write_lists(self):
        for suffix, rows in (("truth", self.truth), ("lures", self.lures)):
            with open(f"{self.out}.{suffix}.tsv", "w", encoding="utf-8") as file:
                file.writelines("\t".join(map(str, row)) + "\n" for row in sorted(rows))


def module_names(rng, n_names):
    """Distinct names; other packages use them too, so a test of the same name elsewhere proves nothing."""
    names = set()
    while len(names) < n_names:
        names.add(f"{rng.choice(WORDS)}_{rng.choice(VERBS)}")
    return sorted(names)


def write_root(tree, members):
    tree.write("pyproject.toml", f'[project]\nname = "root"\nversion = "1.0"\n\n[tool.uv.workspace]\nmembers = ["{members}/*"]\n')
    tree.write("uv.lock", 'version = 1\nrequires-python = ">=3.12"\n')
    tree.write("README.md", f"# The repository\n\nEvery project lives under `{members}/`.\n")
    tree.write("thoughts/shared/plans/layout.md", "# Layout\n\nOne folder for each project.\n")


def write_project_files(tree, rng, blocks, name, folder, lure_kinds, planted_share):
    """What services and packages have in common beside their modules."""
    tree.write(f"{folder}/pyproject.toml", f'[project]\nname = "{name}"\nversion = "1.0"\ndependencies = ["httpx"]\n\n[tool.uv]\n')
    tree.write_page(f"{folder}/README.md", guide_page(rng, lure_kinds, blocks, name, planted_share))
    for script in ("deploy", "release"):
        tree.write_page(f"{folder}/scripts/{script}.sh", script_page(rng, lure_kinds, planted_share))
    tree.write_page(f"{folder}/Makefile", makefile_page(rng, lure_kinds, planted_share))
    tree.write_page(f"{folder}/Dockerfile", dockerfile_page(rng, lure_kinds, planted_share, name))
    tree.write_page(f".github/workflows/{name}.yml", workflow_page(rng, lure_kinds, planted_share, name, folder))


def write_stray_thoughts(tree, folder):
    tree.write(f"{folder}/thoughts/shared/notes.md", "# Notes\n\nTo be moved.\n")
    tree.report(f"{folder}/thoughts", "thoughts-at-root")


def write_pairs(tree, n_pairs, seed):
    blocks = Blocks(seed)
    write_root(tree, "services")
    for service in range(-(-n_pairs // MODULES_PER_SERVICE)):
        rng = random.Random(f"{seed}:service:{service}")
        name, folder = f"svc{service:04}", f"services/svc{service:04}"
        write_project_files(tree, rng, blocks, name, folder, PLAIN_LURES, 0.15)
        n_modules = min(MODULES_PER_SERVICE, n_pairs - service * MODULES_PER_SERVICE)
        for module in module_names(rng, n_modules):
            source = f"{folder}/src/{module}/{module}.py"
            tree.write(source, small_module_text(rng, blocks, module))
            if rng.random() < 0.02:
                tree.report(source, "tests-first")
            else:
                tree.write(f"{folder}/tests/{module}/test_{module}.py", tests_text(rng, blocks, module, 500))
        if rng.random() < 0.02:
            write_stray_thoughts(tree, folder)


def write_monorepo(tree, n_files, seed):
    blocks = Blocks(seed)
    write_root(tree, "packages")
    package = 0
    while tree.n_files < n_files:
        rng = random.Random(f"{seed}:package:{package}")
        write_package(tree, rng, blocks, f"pkg{package:05}")
        package += 1


def write_package(tree, rng, blocks, name):
    folder = f"packages/{name}"
    write_project_files(tree, rng, blocks, name, folder, EVERY_LURE, 0.45)
    for guide in ("install", "usage", "testing", "operations"):
        tree.write_page(f"{folder}/docs/{guide}.md", guide_page(rng, EVERY_LURE, blocks, f"{name}: {guide}", 0.45))
    for module in module_names(rng, MODULES_PER_PACKAGE):
        for stem, missing_share in ((module, 0.08), (f"{module}_rows", 0.0)):
            source = f"{folder}/src/{module}/{stem}.py"
            tree.write(source, module_text(rng, blocks, stem))
            if rng.random() < missing_share:
                tree.report(source, "tests-first")
            else:
                tree.write(f"{folder}/tests/{module}/test_{stem}.py", tests_text(rng, blocks, stem, 1_800))
        if rng.random() >= 0.04:
            tree.write(f"{folder}/src/{module}/__init__.py", f'"""The {module} package."""\n')
        tree.write(f"{folder}/src/{module}/schema.json", "[" + ",\n".join(blocks.fill(rng, blocks.rows, 1_500)) + "]\n")
    if rng.random() < 0.5:
        tree.write_page(f"{folder}/.claude/agents/{name}.md", agent_page(rng, blocks, name))
    tree.write(f"thoughts/shared/handoffs/{name}.md", f"# Hand-off of {name}\n\nNothing is open.\n")
    if rng.random() < 0.05:
        write_stray_thoughts(tree, folder)


def add_to_git(out):
    """Puts every file into the index; a threshold of one byte streams the contents into a single pack."""
    subprocess.run(["git", "init", "--quiet", out], check=True)
    quick = ("core.bigFileThreshold=1", "core.compression=0", "gc.auto=0", "core.fsync=none", "core.safecrlf=false")
    options = [argument for setting in quick for argument in ("-c", setting)]
    subprocess.run(["git", *options, "-C", out, "add", "--all", "--force"], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("pairs", "monorepo"))
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=int, default=50_000, help="source and test pairs of `pairs`")
    parser.add_argument("--files", type=int, default=100_000, help="files of `monorepo`, met to within one package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--git", action="store_true", help="make it a git repository with everything in the index")
    parser.add_argument("--force", action="store_true", help="replace an existing OUT")
    arguments = parser.parse_args()
    if arguments.out.exists():
        if not (arguments.force and Path(f"{arguments.out}.truth.tsv").exists()):
            parser.error(f"{arguments.out} exists; --force replaces it if this program wrote it")
        shutil.rmtree(arguments.out)
    started = time.monotonic()
    tree = Tree(str(arguments.out))
    if arguments.kind == "pairs":
        write_pairs(tree, arguments.pairs, arguments.seed)
    else:
        write_monorepo(tree, arguments.files, arguments.seed)
    tree.write_lists()
    if arguments.git:
        add_to_git(str(arguments.out))
    seconds = time.monotonic() - started
    print(f"{arguments.out}: {tree.n_files} files, {tree.n_bytes / 1e6:.1f} MB, {len(tree.truth)} true findings, "
          f"{len(tree.lures)} lures, {seconds:.1f} s")


if __name__ == "__main__":
    main()
