#!/usr/bin/env python3
"""Runs policylint and its peers in turn on the same trees and prints one Markdown table; it never builds or installs a tool.

Every figure is of a whole process, from its start to its end, and its output goes to a file.
README.md beside this file says what each task measures and how the trees are made.
"""

import argparse
import ast
import collections
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ALL_POLICIES = "tests-first,uv-only,thoughts-at-root,context-thresholds"
PAIR_POLICIES = "tests-first,uv-only,thoughts-at-root"
WORD_SEARCH = ["-l", "--hidden", "pip|python|pytest|thoughts", "."]
# The line regular expression of somebody who enforces uv-only with a search, over the files that hold commands.
COMMAND_REGEX = (r'^\s*(?:[-@$]\s*|RUN\s+|&&\s+|(?:-\s+)?run:\s+)?(?:sudo\s+|time\s+|[A-Z_]+=\S+\s+)*'
                 r'(?:pip3?|python3?|pytest)(?:\s|$)')
COMMAND_FILES = ("*.md", "*.sh", "*.yml", "*.yaml", "Makefile", "Dockerfile")
COMMAND_SEARCH = ["-n", "--no-heading", "--hidden", *(part for name in COMMAND_FILES for part in ("-g", name)), COMMAND_REGEX, "."]
FOUND_OR_NOT = (0, 1)
ANY_STATUS = (0, 1, 2)

# The kernel counts the memory of the process that starts a program into the program's own peak. So a small interpreter
# starts the measured programs, and its own size, the floor of what can be seen, stays small and is printed.
LAUNCHER = r"""
import os, sys, time
for line in sys.stdin:
    cwd, out, err, env, argv = eval(line)
    os.chdir(cwd)
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, out, write, 0o644),
               (os.POSIX_SPAWN_OPEN, 2, err, write, 0o644)]
    started = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
    print(repr((wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, code)), flush=True)
"""


class TaskError(Exception):
    """A measured program failed, so that its time means nothing."""


class Skip(Exception):
    """A tool or a tree is not there."""


@dataclass
class Command:
    """What is run where, and which exit statuses mean that it did its work."""

    argv: list
    cwd: Path
    statuses: tuple = FOUND_OR_NOT


@dataclass
class Sample:
    wall: float
    cpu: float
    mebibytes: float


@dataclass
class Row:
    """One line of the table; what stays None is drawn as a dash."""

    task: str
    bar: str = "-"
    ours: list = field(default_factory=list)
    peer: list = field(default_factory=list)
    peer_name: str = "-"
    ratio: str = "-"
    findings: str = "-"
    verdict: str = "-"


class Launcher:
    """The small interpreter that starts and measures every program."""

    def __init__(self, scratch):
        self.out = scratch / "stdout"
        self.err = scratch / "stderr"
        self.env = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        # Neither `CI` nor an agent's variables get through: both change what policylint does by default.
        self.env.update(LANG="C.UTF-8", NO_COLOR="1", GIT_CONFIG_NOSYSTEM="1")
        self.process = subprocess.Popen([os.path.realpath(sys.executable), "-I", "-S", "-c", LAUNCHER], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, command):
        request = (str(command.cwd), str(self.out), str(self.err), self.env, [str(part) for part in command.argv])
        print(repr(request), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise TaskError(f"{command.argv[0]} could not be started")
        wall, cpu, peak, status = ast.literal_eval(answer)
        if status not in command.statuses:
            last = self.err.read_text(errors="replace").strip().splitlines()[-1:] or ["no message"]
            raise TaskError(f"{Path(command.argv[0]).name} ended with {status}: {last[0][:120]}")
        # macOS counts the peak in bytes, Linux in KiB.
        return Sample(wall, cpu, peak / (2**20 if sys.platform == "darwin" else 2**10))

    def output_lines(self):
        return self.out.read_text(errors="replace").splitlines()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Bench:
    """The tools and trees of one invocation."""

    def __init__(self, arguments, launcher, scratch):
        self.launcher = launcher
        self.scratch = scratch
        self.rounds = arguments.rounds or (5 if arguments.quick else 11)
        self.peers = arguments.peers
        self.trees = arguments.trees
        self.linux = arguments.linux or arguments.trees / "linux-source-6.1"
        self.polyglot = arguments.polyglot or arguments.trees / "polyglot"
        path = arguments.policylint.resolve()
        self.policylint = path if path.is_file() else None

    def tool(self, name):
        """Finds a peer, first where `--peers` points."""
        folders = [str(folder) for folder in (self.peers, self.peers and self.peers / "bin") if folder]
        found = shutil.which(name, path=os.pathsep.join(folders)) or shutil.which(name)
        return os.path.realpath(found) if found else None

    def check(self, cwd, *options, path=".", output="concise", statuses=FOUND_OR_NOT):
        """The command that checks one path, or None while policylint is not built."""
        if self.policylint is None:
            return None
        argv = [self.policylint, "check", "--isolated", *options, "--output-format", output, path]
        return Command(argv, cwd, statuses)

    def search(self, cwd, arguments):
        rg = self.tool("rg")
        return Command([rg, *arguments], cwd) if rg else None

    def in_turn(self, ours, peer):
        """Runs both alternately, after a warm-up of each, and returns their samples; a missing one has none."""
        if ours is None and peer is None:
            raise Skip("neither policylint nor its peer is there")
        samples = ([], [])
        for warm_then_measured in range(self.rounds + 1):
            for command, kept in zip((ours, peer), samples):
                if command is not None:
                    sample = self.launcher.run(command)
                    if warm_then_measured:
                        kept.append(sample)
        return samples

    def found(self, command):
        """The JSON report of one more run, which is not timed."""
        argv = ["json" if part == "concise" else part for part in command.argv]
        self.launcher.run(Command(argv, command.cwd, command.statuses))
        return json.loads(self.launcher.out.read_text())

    def count_lines(self, command):
        self.launcher.run(command)
        return len(self.launcher.output_lines())


def tree(path, hint):
    if not path.is_dir():
        raise Skip(f"{path} is missing; {hint}")
    return path


def pairs_tree(bench):
    return tree(bench.trees / "pairs50000", "trees.py pairs makes it")


def monorepo_tree(bench):
    return tree(bench.trees / "monorepo100000-git", "trees.py monorepo --git makes it")


def median(samples, name):
    return statistics.median(getattr(sample, name) for sample in samples)


def judge_ratio(row, limit, memory_limit=None):
    """Writes the median of the pairwise wall ratios into the row, and whether it holds the bar."""
    row.bar = f"≤ {limit:.2f}" + (f", memory ≤ {memory_limit:.2f}" if memory_limit else "")
    if not (row.ours and row.peer):
        row.verdict = "skip: " + ("policylint is not built" if not row.ours else f"{row.peer_name} not found")
        return
    ratios = [ours.wall / peer.wall for ours, peer in zip(row.ours, row.peer)]
    row.ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
    memory = median(row.ours, "mebibytes") / median(row.peer, "mebibytes")
    held = statistics.median(ratios) <= limit
    if memory_limit:
        row.ratio += f", memory {memory:.2f}"
        held = held and memory <= memory_limit
    row.verdict = "pass" if held else "miss"


def describe_report(report):
    counts = collections.Counter(finding["policy"] for finding in report["findings"])
    listed = ", ".join(f"{policy} {count}" for policy, count in sorted(counts.items())) or "none"
    failures = f", {len(report['failures'])} failures" if report["failures"] else ""
    return f"{listed} ({report['summary']['files']} files, {report['summary']['files_read']} read{failures})"


def against_search(bench, task, root, ours, arguments, limit):
    """One task whose peer is ripgrep."""
    row = Row(task, peer_name=f"rg {'-l words' if arguments is WORD_SEARCH else 'command regex'}")
    peer = bench.search(root, arguments)
    row.ours, row.peer = bench.in_turn(ours, peer)
    judge_ratio(row, limit)
    return add_findings(bench, row, ours, peer)


def add_findings(bench, row, ours, peer):
    """Counts what was found. A run that saw nothing is not one that was fast."""
    texts = []
    if ours is not None:
        report = bench.found(ours)
        if report["summary"]["files"] == 0:
            raise TaskError("policylint looked at no file")
        if report["summary"]["files_read"] == 0:
            raise TaskError("policylint read no file, so uv-only did not run")
        texts.append(describe_report(report))
        require_same_work(report, Path(f"{ours.cwd}.truth.tsv"))
    if peer is not None:
        n_lines = bench.count_lines(peer)
        if n_lines == 0:
            raise TaskError(f"{row.peer_name} found nothing")
        texts.append(f"peer {n_lines} lines")
    row.findings = "; ".join(texts)
    return row


def require_same_work(report, truth):
    """A run is only fast if it found what it was to find; trees that nobody planted have no such file."""
    if not truth.exists():
        return
    wanted = collections.Counter(row[2] for row in read_rows(truth))
    counts = collections.Counter(finding["policy"] for finding in report["findings"])
    for policy, n_wanted in wanted.items():
        if counts[policy] < 0.95 * n_wanted:
            raise TaskError(f"{policy} found {counts[policy]} of {n_wanted}, which is not the same work")


def task_linux(bench):
    root = tree(bench.linux, "README.md says where it comes from")
    return against_search(bench, "linux, all policies", root, bench.check(root, "--select", ALL_POLICIES), WORD_SEARCH, 0.40)


def task_polyglot(bench):
    root = tree(bench.polyglot, "README.md says how it is made")
    ours = bench.check(root, "--select", ALL_POLICIES)
    return against_search(bench, "polyglot, all policies", root, ours, WORD_SEARCH, 0.70)


def task_pairs(bench):
    root = pairs_tree(bench)
    row = Row("pairs, three policies", peer_name="alint")
    ours = bench.check(root, "--select", PAIR_POLICIES)
    alint = bench.tool("alint")
    peer = Command([alint, "check", "--config", HERE / "alint.yml", "--compact", "."], root) if alint else None
    row.ours, row.peer = bench.in_turn(ours, peer)
    judge_ratio(row, 1.0, memory_limit=1.0)
    return add_findings(bench, row, ours, peer)


def task_monorepo(bench):
    root = monorepo_tree(bench)
    ours = bench.check(root, "--select", ALL_POLICIES)
    return against_search(bench, "monorepo, all policies, walk", root, ours, COMMAND_SEARCH, 2.0)


def task_monorepo_tracked(bench):
    root = monorepo_tree(bench)
    ours = bench.check(root, "--tracked", "--select", ALL_POLICIES)
    return against_search(bench, "monorepo, all policies, index", root, ours, COMMAND_SEARCH, 1.5)


def task_names(bench):
    """What one name out of git's index costs: the whole tree less an empty repository, by the number of names."""
    root = monorepo_tree(bench)
    options = ("--tracked", "--show-files")
    empty = small_repository(bench, "empty-git", {})
    ours = bench.check(root, *options, statuses=ANY_STATUS)
    row = Row("monorepo, names from the index", bar="≤ 0.30 µs a name", peer_name="itself, empty repository")
    if ours is None:
        raise Skip("policylint is not built")
    row.ours, row.peer = bench.in_turn(ours, bench.check(empty, *options, statuses=ANY_STATUS))
    n_names = bench.count_lines(ours)
    if n_names < 1000:
        raise TaskError(f"policylint named {n_names} files only")
    costs = [(whole.wall - nothing.wall) / n_names * 1e6 for whole, nothing in zip(row.ours, row.peer)]
    row.ratio = f"{statistics.median(costs):.3f} ({min(costs):.3f}–{max(costs):.3f}) µs"
    row.findings = f"{n_names} names"
    row.verdict = "pass" if statistics.median(costs) <= 0.30 else "miss"
    return row


def task_empty(bench):
    """An empty directory shows what starting costs. It may end with 2, because no file was judged."""
    empty = bench.scratch / "empty"
    empty.mkdir(exist_ok=True)
    row = Row("empty directory", bar="≤ 5.0 ms", peer_name="rg -l words")
    ours = bench.check(empty, "--select", ALL_POLICIES, statuses=ANY_STATUS)
    row.ours, row.peer = bench.in_turn(ours, bench.search(empty, WORD_SEARCH))
    row.verdict = "skip: policylint is not built"
    if row.ours:
        # A refused option ends quickly too, so the report has to be there.
        row.findings = describe_report(bench.found(ours))
        row.verdict = "pass" if median(row.ours, "wall") <= 0.005 else "miss"
    return row


def task_named(bench):
    """A named file costs the same in a large repository as in a small one."""
    root = monorepo_tree(bench)
    named = "packages/pkg00500/docs/usage.md"
    names = (named, "pyproject.toml", "uv.lock")
    small = small_repository(bench, "small-git", {name: (root / name).read_text() for name in names})
    row = Row("monorepo, one named file", peer_name="itself, repository of 3 files")
    options = ("--select", ALL_POLICIES)
    ours = bench.check(root, *options, path=named)
    if ours is None:
        raise Skip("policylint is not built")
    row.ours, row.peer = bench.in_turn(ours, bench.check(small, *options, path=named))
    judge_ratio(row, 1.3)
    report = bench.found(ours)
    row.findings = describe_report(report)
    if report["summary"]["files"] != 1:
        row.verdict = f"error: {report['summary']['files']} files were judged, one was named"
    return row


def small_repository(bench, name, files):
    root = bench.scratch / name
    root.mkdir()
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    subprocess.run(["git", "init", "--quiet", root], check=True)
    subprocess.run(["git", "-C", root, "add", "--all"], check=True)
    return root


def read_rows(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def task_truth(bench):
    """Recall and precision of uv-only against the truth file, with the regular expression's beside it."""
    root = monorepo_tree(bench)
    truth = read_rows(f"{root}.truth.tsv")
    places = {(path, int(line)): place for path, line, policy, place in truth if policy == "uv-only"}
    lures = {(path, int(line)): kind for path, line, kind in read_rows(f"{root}.lures.tsv")}
    rows = []
    search = bench.search(root, COMMAND_SEARCH)
    if search is not None:
        bench.launcher.run(search)
        parts = (line.split(":", 2) for line in bench.launcher.output_lines())
        found = {(path[2:] if path.startswith("./") else path, int(line)) for path, line, _ in parts}
        rows.append(score("truth, rg command regex", found, places, lures))
    ours = bench.check(root, "--select", PAIR_POLICIES, output="json")
    if ours is None:
        return rows + [Row("truth, uv-only", bar="recall, precision ≥ 0.99; no lure", verdict="skip: policylint is not built")]
    findings = bench.found(ours)["findings"]
    stated = {(found["path"], found["line"]) for found in findings if found["policy"] == "uv-only" and found["severity"] != "info"}
    row = score("truth, uv-only", stated, places, lures)
    row.bar = "recall, precision ≥ 0.99; no lure"
    n_hit = len(stated & places.keys())
    held = n_hit >= 0.99 * len(places) and n_hit >= 0.99 * len(stated) and not stated & lures.keys()
    row.verdict = "pass" if held and places else "miss"
    n_info = sum(found["policy"] == "uv-only" and found["severity"] == "info" for found in findings)
    row.findings += f"; info {n_info}"
    others = [score_paths(policy, findings, truth) for policy in ("tests-first", "thoughts-at-root")]
    return [*rows, row, *others]


def score(task, found, places, lures):
    """Compares by path and line, and says where it missed and what lured it."""
    hit = found & places.keys()
    missed = collections.Counter(places[key] for key in places.keys() - hit)
    lured = collections.Counter(lures[key] for key in found & lures.keys())
    row = Row(task, findings=f"{len(found)} of {len(places)}")
    row.ratio = f"recall {len(hit) / len(places):.3f}, precision {len(hit) / max(len(found), 1):.3f}"
    for title, counts in (("missed", missed), ("lured by", lured)):
        if counts:
            row.findings += f"; {title} " + ", ".join(f"{name} {count}" for name, count in counts.most_common())
    return row


def score_paths(policy, findings, truth):
    """Structure policies are compared by path; a directory may be reported by itself or by what it holds."""
    wanted = {row[0] for row in truth if row[2] == policy}
    found = set()
    for finding in findings:
        if finding["policy"] == policy:
            path = finding["path"].rstrip("/")
            found.add(path.partition("/thoughts/")[0] + "/thoughts" if "/thoughts/" in path else path)
    hit = found & wanted
    row = Row(f"truth, {policy}", findings=f"{len(found)} of {len(wanted)}", verdict="no bar")
    row.ratio = f"recall {len(hit) / len(wanted):.3f}, precision {len(hit) / max(len(found), 1):.3f}"
    return row


TASKS = {
    "linux": task_linux, "polyglot": task_polyglot, "pairs": task_pairs, "monorepo": task_monorepo,
    "monorepo-tracked": task_monorepo_tracked, "names": task_names, "empty": task_empty, "named": task_named, "truth": task_truth,
}


def measure(bench, name):
    """Runs one task; whatever goes wrong stays in its own row."""
    try:
        rows = TASKS[name](bench)
        return rows if isinstance(rows, list) else [rows]
    except Skip as reason:
        return [Row(name, verdict=f"skip: {reason}")]
    except (TaskError, KeyError, ValueError, OSError) as error:
        return [Row(name, verdict=f"error: {error}")]


def draw(row):
    def figures(samples):
        if not samples:
            return ["-", "-", "-"]
        return [f"{median(samples, 'wall') * 1000:.1f}", f"{median(samples, 'cpu') * 1000:.1f}", f"{median(samples, 'mebibytes'):.0f}"]

    cells = [row.task, *figures(row.ours), row.peer_name, *figures(row.peer), row.ratio, row.bar, row.findings, row.verdict]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def version(bench, name):
    path = bench.policylint if name == "policylint" else bench.tool(name)
    if path is None:
        return f"{name} missing"
    answer = subprocess.run([path, "--version"], capture_output=True, text=True).stdout.splitlines()
    return answer[0] if answer else f"{name} of unknown version"


def report(bench, names):
    floor = bench.launcher.run(Command([shutil.which("true")], bench.scratch)).mebibytes
    print(f"{bench.rounds} rounds after a warm-up, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; "
          f"{'; '.join(version(bench, name) for name in ('policylint', 'rg', 'alint'))}; "
          f"peaks of memory below {floor:.0f} MiB cannot be seen.\n")
    print("| task | wall ms | CPU ms | MiB | peer | wall ms | CPU ms | MiB | ratio (min–max) | bar | findings | verdict |")
    print("|---|---:|---:|---:|---|---:|---:|---:|---|---|---|---|", flush=True)
    verdicts = []
    for name in names:
        for row in measure(bench, name):
            verdicts.append(row.verdict.partition(":")[0])
            print(draw(row), flush=True)
    if {"miss", "error"} & set(verdicts):
        return 1
    return 0 if "pass" in verdicts else 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="Exits with 0 if every judged bar holds, 1 on a miss or an error, 2 if nothing was judged.")
    parser.add_argument("--policylint", type=Path, default=HERE.parent / "target/release/policylint")
    parser.add_argument("--peers", type=Path, help="where rg and alint lie, or the folder above their bin; PATH otherwise")
    parser.add_argument("--trees", type=Path, default=Path(tempfile.gettempdir()) / "policylint-bench", help="where the trees lie")
    parser.add_argument("--linux", type=Path, help="the Linux sources (TREES/linux-source-6.1)")
    parser.add_argument("--polyglot", type=Path, help="the polyglot tree (TREES/polyglot)")
    parser.add_argument("--only", action="append", choices=sorted(TASKS), help="one task; may be repeated")
    parser.add_argument("--quick", action="store_true", help="5 rounds instead of 11")
    parser.add_argument("--rounds", type=int, help="a number of rounds of your own")
    arguments = parser.parse_args()
    arguments.trees = arguments.trees.resolve()
    with tempfile.TemporaryDirectory(prefix="policylint-bench-") as scratch:
        scratch = Path(scratch).resolve()
        launcher = Launcher(scratch)
        try:
            return report(Bench(arguments, launcher, scratch), arguments.only or list(TASKS))
        finally:
            launcher.close()


if __name__ == "__main__":
    sys.exit(main())
