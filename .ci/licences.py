#!/usr/bin/env python3
"""licences.py DENY_TOML METADATA: fail if a dependency has a licence that deny.toml does not allow.

Standard library only. Understands the SPDX expressions that packages use: `A OR B`, `A AND B`, `A/B`, parentheses.
"""
import json
import re
import sys

try:
    import tomllib
except ImportError:  # Python before 3.11
    tomllib = None


def licences(path):
    """The licences allowed for every package, and those allowed for single ones."""
    with open(path, encoding="utf8") as file:
        text = file.read()
    if tomllib:
        table = tomllib.loads(text)["licenses"]
        exceptions = {one["crate"]: set(one["allow"]) for one in table.get("exceptions", [])}
        return set(table["allow"]), exceptions
    quoted = re.compile(r'"([^"]+)"')
    allowed = quoted.findall(re.search(r"^allow = \[(.*)\]$", text, re.M).group(1))
    single = re.findall(r'\{ allow = \[(.*?)\], crate = "(.*?)" \}', text)
    return set(allowed), {crate: set(quoted.findall(names)) for names, crate in single}


def is_allowed(expression, allowed):
    tokens = re.findall(r"\(|\)|[^\s()]+(?: WITH [^\s()]+)?", expression.replace("/", " OR "))

    def either():
        result = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            result = both() or result
        return result

    def both():
        result = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            result = one() and result
        return result

    def one():
        token = tokens.pop(0)
        if token == "(":
            result = either()
            tokens.pop(0)
            return result
        return token in allowed

    return either()


def main():
    allowed, exceptions = licences(sys.argv[1])
    with open(sys.argv[2], encoding="utf8") as file:
        packages = json.load(file)["packages"]
    wrong = []
    for package in packages:
        registry = package["source"] is None or package["source"].startswith("registry+")
        if not package["license"] or not is_allowed(
            package["license"], allowed | exceptions.get(package["name"], set())
        ):
            wrong.append(f"{package['name']} {package['version']}: {package['license']}")
        if not registry:
            wrong.append(f"{package['name']} {package['version']}: from {package['source']}")
    print(f"{len(packages)} packages, {len(wrong)} with a licence or source that is not allowed")
    if wrong:
        sys.exit("\n".join(wrong))


main()
