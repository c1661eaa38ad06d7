#!/usr/bin/env python3
"""Checks of the source tree itself. Each rule is a function that yields what breaks it; `tidy.py RULE` runs one.

Invariant: a rule states only what it enforces, and every exception to it is in this file.
"""

import argparse
import os
import re
import sys
from pathlib import Path

from layers import breach

CPP = (".h", ".cc")
TEXT = CPP + (".py", ".cmake", ".txt", ".md", ".json", ".in", ".def", ".fbs", ".sh", ".supp", "")
GENERATED = {"build", ".git", ".cache", "__pycache__"}

MAX_LINES = 600
MAX_PUBLIC_HEADER_LINES = 250
MAX_PUBLIC_HEADERS = 28

# Files that are compiled by a test on purpose instead of by a target.
COMPILED_BY_A_TEST = ("tests/compile/", "docs/examples/")

# What a public header may include beside "rookery/...": the standard library's headers have no slash and no dot.
STANDARD_HEADER = re.compile(r"[a-z_]+")
BACKENDS = re.compile(r"\b(rocksdb|librados|flatbuffers|XXH\w*|xxh\w*|fmt|spdlog|nlohmann|simdjson)::|\bXXH\w+\(")

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')
# Spelt in pieces, so that this file keeps the rules itself.
MARKER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b|^(<{7}|>{7}) ")
MACHINE_PATH = re.compile(r"(?<![\w.$}>])/(home|root|work|Users|mnt|media)/\w")
SLEEP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(")


class Tree:
    """The files of a source tree, without those that builds and tools leave in it."""

    def __init__(self, root):
        self.root = Path(root)
        self.paths = []
        for folder, subfolders, names in os.walk(self.root):
            subfolders[:] = [name for name in subfolders if not self.generated(Path(folder, name))]
            self.paths += [Path(folder, name).relative_to(self.root) for name in names]
        self.paths.sort()

    @staticmethod
    def generated(folder):
        return folder.name in GENERATED or (folder / "CMakeCache.txt").exists()

    def files(self, *folders, suffixes=TEXT):
        """Paths relative to the root, sorted."""
        for path in self.paths:
            if path.suffix in suffixes and (not folders or path.as_posix().startswith(folders)):
                yield path

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, path):
        return enumerate(self.text(path).splitlines(), start=1)

    def matches(self, pattern, *folders, suffixes=TEXT):
        for path in self.files(*folders, suffixes=suffixes):
            for number, line in self.lines(path):
                if pattern.search(line):
                    yield path, number, line.strip()

    def includes(self, path):
        """(line number, quote or angle, what is included)"""
        for number, line in self.lines(path):
            if found := INCLUDE.match(line):
                yield number, found[1], found[2]


def include_direction(tree):
    """Includes point only downward; siblings never include each other."""
    for path in tree.files("lib/", "include/", "tools/", "bench/", suffixes=CPP):
        for number, _, included in tree.includes(path):
            if why := breach(path.as_posix(), included):
                yield f"{path}:{number}: includes {included}: {why}"


def every_source_is_built(tree):
    """Every .cc file is named, or matched by a GLOB, in the CMakeLists.txt of its folder or of one above it."""
    words = {
        path.parent: set(re.split(r"[\s()\"]+", tree.text(path)))
        for path in tree.files(suffixes=(".txt",))
        if path.name == "CMakeLists.txt"
    }

    def named(path, word):
        return path.match(word) and len(path.parts) == len(Path(word).parts)

    for path in tree.files(suffixes=(".cc",)):
        if path.as_posix().startswith(COMPILED_BY_A_TEST):
            continue
        if not any(named(path.relative_to(up), word) for up in path.parents for word in words.get(up, ()) if ".cc" in word):
            yield f"{path}: no CMakeLists.txt names it"


def no_leftover_markers(tree):
    """What is left to do is not written into the sources; no merge is half done."""
    for path, number, line in tree.matches(MARKER):
        yield f"{path}:{number}: {line}"


def sizes(tree):
    """Files stay small enough to be read in one go."""
    for path in tree.files("lib/", "include/", "tools/", suffixes=CPP):
        count = len(tree.text(path).splitlines())
        limit = MAX_PUBLIC_HEADER_LINES if path.as_posix().startswith("include/") else MAX_LINES
        if count > limit:
            yield f"{path}: {count} lines; at most {limit}"
    headers = list(tree.files("include/", suffixes=(".h",)))
    if len(headers) > MAX_PUBLIC_HEADERS:
        yield f"include/: {len(headers)} headers; at most {MAX_PUBLIC_HEADERS}"


def public_headers_name_no_backend(tree):
    """A public header includes the standard library and public headers, and names no type of another library."""
    for path in tree.files("include/", suffixes=(".h", ".def")):
        for number, quote, included in tree.includes(path):
            allowed = included.startswith("rookery/") if quote == '"' else STANDARD_HEADER.fullmatch(included)
            if not allowed:
                yield f"{path}:{number}: includes {included}"
    for path, number, line in tree.matches(BACKENDS, "include/", suffixes=(".h", ".def")):
        yield f"{path}:{number}: {line}"


def no_machine_paths(tree):
    """No file depends on where somebody keeps things."""
    for path, number, line in tree.matches(MACHINE_PATH):
        yield f"{path}:{number}: {line}"


def no_sleeps_in_tests(tree):
    """A test waits for an event, never for time to pass."""
    for path, number, line in tree.matches(SLEEP, "tests/", suffixes=CPP + (".py", ".sh")):
        yield f"{path}:{number}: {line}"


RULES = {
    rule.__name__: rule
    for rule in (
        include_direction,
        every_source_is_built,
        no_leftover_markers,
        sizes,
        public_headers_name_no_backend,
        no_machine_paths,
        no_sleeps_in_tests,
    )
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rule", choices=sorted(RULES))
    parser.add_argument("--root", default=Path(__file__).resolve().parents[2], help="the source tree")
    arguments = parser.parse_args()
    rule = RULES[arguments.rule]
    problems = list(rule(Tree(arguments.root)))
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} against the rule: {rule.__doc__}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
