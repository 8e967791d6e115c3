"""Feeds reports to programs of others, and compares what they read with the JSON report. Changes nothing but a temporary
folder. Needs Python, npm and a network:

    cargo build && python3 tests/consumers/check.py target/debug/policylint

Readers: junitparser, sarif-tools and tap.py from PyPI, sarif-multitool from npm.
"""

import csv
import io
import json
import subprocess
import sys
import tempfile
import venv
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import unquote

PYTHON_PACKAGES = ["junitparser==5.0.3", "sarif-tools==3.0.5", "tap.py[yaml]==3.2.1"]
NODE_PACKAGES = ["@microsoft/sarif-multitool@5.7.0"]

FORMATS = {
    "checkstyle": "checkstyle.xml",
    "gitlab": "gitlab.json",
    "json": "report.json",
    "jsonl": "report.jsonl",
    "junit": "junit.xml",
    "rdjson": "rdjson.json",
    "rdjsonl": "rdjson.jsonl",
    "sarif": "report.sarif",
    "tap": "report.tap",
}

# A repository whose names and commands are hard to write down.
FILES = {
    "README.md": "# 🦀\n\n```sh\n🦀=1 pip install '<b>&\"]]>'\npython -m x | tee [a](1) @all #1\n```\n",
    "a b/é%20;,:=[x].md": "```sh\npip install a\npip install a\n```\n",
    "uv.lock": "version = 1\n",
    "thoughts|'/x.md": "```sh\npip install ##vso[x] ::error::\n```\n",
}


def run(*command: object, codes: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode not in codes:
        sys.exit(f"{command} ended in {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def check(what: str, seen: object, wanted: object) -> None:
    if seen != wanted:
        sys.exit(f"{what}: read {seen}, written {wanted}")
    print(f"ok  {what}: {wanted}")


def main() -> None:
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        hostile = work / "hostile"
        for name, text in FILES.items():
            path = hostile / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        readers = Readers(work)
        root = Path(__file__).resolve().parents[2]
        for repository in [root / "demo", root / "tests/cmd/broken-policy.in", hostile]:
            reports = work / f"reports of {repository.name}"
            reports.mkdir()
            outputs = [f"--output-file={format}={reports / name}" for format, name in FORMATS.items()]
            run(program, repository, "--severity=info", "--quiet", *outputs, codes=(0, 1, 2))
            print(f"# {repository.name}")
            read_all(repository, reports, readers)


class Readers:
    """The programs, installed into a temporary folder."""

    def __init__(self, work: Path) -> None:
        venv.create(work / "venv", with_pip=True)
        self.python = work / "venv/bin/python"
        run(self.python, "-m", "pip", "install", "--quiet", *PYTHON_PACKAGES)
        run("npm", "install", "--silent", "--prefix", work / "node", *NODE_PACKAGES)
        # The program itself: the script around it hands its arguments to a shell.
        (self.multitool,) = (work / "node").glob("node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool")

    def evaluate(self, code: str, *arguments: object) -> object:
        return json.loads(run(self.python, "-c", code, *arguments))


JUNIT = """
import json, sys
from junitparser import JUnitXml
cases = [case for suite in JUnitXml.fromfile(sys.argv[1]) for case in suite]
failed = [case for case in cases if case.result]
names = [(case.classname, case.name) for case in cases]
print(json.dumps([len(failed), len(names) - len(set(names))]))
"""

TAP = """
import json, sys
from tap.parser import Parser
lines = list(Parser().parse_file(sys.argv[1]))
tests = [line for line in lines if line.category == "test"]
unknown = [line for line in lines if line.category in ("unknown", "bail")]
print(json.dumps([sum(not test.ok for test in tests), len(unknown)]))
"""


def read_all(repository: Path, reports: Path, readers: Readers) -> None:
    report = json.loads((reports / "report.json").read_text())
    findings = report["findings"]
    n_findings = len(findings)
    assert n_findings > 0, "there is nothing to read"
    # Formats that know no failures of a tool show them as something that was found.
    n_entries = n_findings + len(report["failures"])

    sarif = reports / "report.sarif"
    table = reports / "sarif.csv"
    run(readers.python, "-m", "sarif", "csv", "-o", table, sarif)
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    check("sarif-tools, results", len(rows), n_findings)
    wanted = sorted((row["path"], row["line"]) for row in findings)
    # sarif-tools leaves addresses escaped.
    places = sorted((unquote(row["Location"]), int(row["Line"])) for row in rows)
    check("sarif-tools, places", places == wanted, True)
    for kind in ["Sarif", "Ghas"]:
        verdict = reports / f"verdict of {kind}"
        levels, kinds = "--level=Error;Warning", "--kind=Fail"
        run(readers.multitool, "validate", sarif, "--rule-kind", kind, levels, kinds, "-o", verdict)
        results = json.loads(verdict.read_text())["runs"][0].get("results", [])
        # There is no page of the project to name yet.
        complaints = sorted({result["ruleId"] for result in results} - {"SARIF2005"})
        check(f"sarif-multitool, complaints of {kind}", complaints, [])

    check("junitparser, [failures, equal names]", readers.evaluate(JUNIT, reports / "junit.xml"), [n_entries, 0])
    check("tap.py, [failures, unknown lines]", readers.evaluate(TAP, reports / "report.tap"), [n_entries, 0])
    errors = ElementTree.parse(reports / "checkstyle.xml").iter("error")
    check("ElementTree, errors of checkstyle", sum(1 for _ in errors), n_entries)
    entries = json.loads((reports / "gitlab.json").read_text())
    check("json, fingerprints of gitlab", len({entry["fingerprint"] for entry in entries}), n_entries)
    lines = (reports / "rdjson.jsonl").read_text().splitlines()
    check("json, rdjsonl is rdjson", [json.loads(line) for line in lines] == diagnostics(reports), True)
    check("bytes, texts of rdjson", wrong_texts(repository, reports, report), [])


def diagnostics(reports: Path) -> list[dict]:
    return json.loads((reports / "rdjson.json").read_text())["diagnostics"]


def wrong_texts(root: Path, reports: Path, report: dict) -> list[object]:
    """The diagnostics whose columns, read as bytes, do not cover what the JSON report's columns cover as characters."""
    wrong = []
    for diagnostic, finding in zip(diagnostics(reports), report["findings"]):
        path = root / finding["path"]
        if not path.is_file() or finding["line"] != finding["end_line"]:
            continue
        line = path.read_text().split("\n")[finding["line"] - 1]
        start, end = (diagnostic["location"]["range"][side]["column"] - 1 for side in ["start", "end"])
        if line.encode()[start:end].decode() != line[finding["column"] - 1 : finding["end_column"] - 1]:
            wrong.append(finding)
    return wrong


if __name__ == "__main__":
    main()
