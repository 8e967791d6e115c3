#!/usr/bin/env python3
"""Makes a git repository with a long history, the same one for the same seed.

    python3 benches/history.py FOLDER [--commits 10000] [--modules 2000] [--seed 1]

Modules and tests come, change, move and go as in a project that grows for years: some tests come first, some with their
module and some later, every tenth commit is a merge, and folders are renamed now and then. Needs git.
"""

import argparse
import pathlib
import random
import subprocess


def text_of(name, version, random_lines):
    lines = [f'"""The {name}."""', "", ""]
    # A test that asserts nothing would not count as one.
    last = "assert total" if name.startswith("test_") else "return total"
    for number in range(random_lines):
        lines += [f"def {name}_{number}(order):", f"    total = order.lines + {number}", f"    {last}", ""]
    lines.append(f"VERSION = {version}")
    return "\n".join(lines) + "\n"


class Stream:
    """Commits as `git fast-import` reads them."""

    def __init__(self, pipe):
        self.pipe = pipe
        self.mark = 0

    def commit(self, branch, changes, parents, subject):
        self.mark += 1
        when = 1_500_000_000 + self.mark * 3600
        head = f"commit refs/heads/{branch}\nmark :{self.mark}\n"
        head += f"committer a <a@b.c> {when} +0000\ndata {len(subject)}\n{subject}\n"
        head += "".join(f"{word} :{parent}\n" for word, parent in zip(["from"] + ["merge"] * 9, parents))
        self.pipe.write(head.encode())
        for path, text in changes:
            if text is None:
                self.pipe.write(f"D {path}\n".encode())
            else:
                data = text.encode()
                self.pipe.write(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
        self.pipe.write(b"\n")
        return self.mark


def grow(stream, n_commits, n_modules, seed):
    chance = random.Random(seed)
    files, sizes, waiting = {}, {}, []
    folders = [f"src/shop/area{number}/part{part}" for number in range(20) for part in range(5)]
    changes = {"pyproject.toml": '[project]\nname = "shop"\nversion = "1.0.0"\n', "src/shop/__init__.py": ""}
    changes |= {f"{folder}/__init__.py": "" for folder in folders}
    changes |= {f"{folder.rsplit('/', 1)[0]}/__init__.py": "" for folder in folders}
    changes |= {f"docs/page{number}.md": f"# Page {number}\n" * 20 for number in range(500)}
    head = stream.commit("main", changes.items(), [], "start")
    files |= changes
    n_made = 0

    def write(changes, path, name):
        sizes.setdefault(name, chance.randrange(2, 40))
        changes[path] = text_of(name, chance.randrange(10**6), sizes[name])

    def step():
        nonlocal n_made
        changes, roll = {}, chance.random()
        if roll < n_modules / n_commits and n_made < n_modules:
            name, folder = f"module{n_made}", chance.choice(folders)
            n_made += 1
            test = f"{folder.replace('src/shop', 'tests')}/test_{name}.py"
            order = chance.random()
            if order < 0.3:
                write(changes, test, f"test_{name}")
                waiting.append((f"{folder}/{name}.py", name))
            elif order < 0.8:
                write(changes, test, f"test_{name}")
                write(changes, f"{folder}/{name}.py", name)
            else:
                write(changes, f"{folder}/{name}.py", name)
                waiting.append((test, f"test_{name}"))
        elif waiting and roll < 0.3:
            write(changes, *waiting.pop(0))
        elif roll < 0.31 and n_made > 20:
            # A file moves and changes a little.
            path = chance.choice([path for path in files if path.endswith(".py") and not path.endswith("_.py")])
            name = path.rsplit("/", 1)[1][:-3]
            to = f"{chance.choice(folders)}/{name}.py"
            if not name.startswith("test_") and to not in files:
                changes[path] = None
                write(changes, to, name)
        else:
            for path in chance.sample(list(files), min(len(files), chance.randrange(1, 6))):
                if path.endswith(".md"):
                    changes[path] = f"# {chance.random()}\n" * 20
                elif path.endswith(".py") and not path.endswith("_.py"):
                    write(changes, path, path.rsplit("/", 1)[1][:-3])
        for path, text in changes.items():
            if text is None:
                files.pop(path)
            else:
                files[path] = text
        return changes

    while stream.mark < n_commits:
        if chance.random() < 0.1:
            # Two commits on a branch, and the merge that brings both.
            one, two = step(), step()
            side = stream.commit("work", one.items(), [head], "work")
            side = stream.commit("work", two.items(), [side], "more work")
            head = stream.commit("main", (one | two).items(), [head, side], "merge")
        else:
            head = stream.commit("main", step().items(), [head], "change")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--modules", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True)
    git = ["git", "-C", str(arguments.folder)]
    subprocess.run([*git, "init", "--quiet", "--initial-branch=main"], check=True)
    importer = subprocess.Popen([*git, "fast-import", "--quiet", "--force"], stdin=subprocess.PIPE)
    grow(Stream(importer.stdin), arguments.commits, arguments.modules, arguments.seed)
    importer.stdin.close()
    assert importer.wait() == 0, "git fast-import failed"
    subprocess.run([*git, "repack", "-adq"], check=True)
    subprocess.run([*git, "reset", "--quiet", "--hard", "main"], check=True)


if __name__ == "__main__":
    main()
