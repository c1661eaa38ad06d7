"""What the documents show is true: their Python runs, prints what stands under it, and names what there is.

The blocks of Python of a document are run one after another with the same names, in a folder of their own. A
block of text that follows one is what it prints. `<!-- not run -->` on the line before a block leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import rookery
from rookery import errors

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "python.md"
NOT_RUN = "<!-- not run -->"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A block of Python, the number of the line before it, and what it prints, if the document says so."""

    code: str
    line: int
    output: str | None


def examples(text: str) -> Iterator[Example]:
    """The blocks of Python of a document that are to be run."""
    blocks = list(BLOCK.finditer(text))
    for number, block in enumerate(blocks):
        if block[1] != "python" or text[: block.start()].rstrip().endswith(NOT_RUN):
            continue
        after = blocks[number + 1] if number + 1 < len(blocks) else None
        is_output = after is not None and after[1] == "text" and not text[block.end() : after.start()].strip()
        line = text.count("\n", 0, block.start(2))
        yield Example(block[2], line, after[2] if after is not None and is_output else None)


def run(path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> int:
    """Runs the examples of a document and returns how many they are. Tracebacks have the document's lines."""
    names: dict[str, object] = {"__name__": "document"}
    found = list(examples(text))
    for example in found:
        exec(compile("\n" * example.line + example.code, path, "exec"), names)
        printed = capsys.readouterr().out
        if example.output is not None:
            assert printed == example.output, f"{path}:{example.line} prints something else"
    return len(found)


@pytest.fixture(autouse=True)
def beside_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs a test in an empty folder, with the packages that documents use."""
    for package in ("pandas", "polars", "pyarrow", "duckdb"):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)


def section(text: str, heading: str) -> str:
    """A section of a document, with empty lines in place of what is before it: lines keep their numbers."""
    begin = text.index(f"\n## {heading}\n")
    end = text.find("\n## ", begin + 1)
    return "\n" * text.count("\n", 0, begin) + text[begin : end if end >= 0 else len(text)]


def test_the_guide_runs_and_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(GUIDE, GUIDE.read_text(encoding="utf-8"), capsys) > 20


def test_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    readme = ROOT / "README.md"
    assert run(readme, section(readme.read_text(encoding="utf-8"), "From Python"), capsys) > 0


def test_the_readme_of_the_package_runs(capsys: pytest.CaptureFixture[str]) -> None:
    readme = ROOT / "python" / "README.md"
    assert run(readme, readme.read_text(encoding="utf-8"), capsys) > 0


def row_of(error: type[rookery.Error]) -> str:
    """The row of the table of errors for a class."""
    built_in = "".join(f"`{base.__name__}` " for base in error.__bases__ if base.__module__ == "builtins")
    return f"| `{error.code}` | `{error.__name__}` | {built_in}| {error.advice} |"


def test_the_guide_lists_every_error_and_no_other() -> None:
    table = section(GUIDE.read_text(encoding="utf-8"), "Errors")
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    every = [error for error in rookery.Error.__subclasses__() if error.__module__ == errors.__name__]
    assert rows == [row_of(error) for error in every]


def test_the_guide_lists_every_column() -> None:
    with rookery.open(":memory:") as db:
        columns = db.query().columns
    table = section(GUIDE.read_text(encoding="utf-8"), "Columns and their types")
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`(\w+)`", " ".join(first_cells))) == {*columns, "ts"}
