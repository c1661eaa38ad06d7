"""The package is typed: it and a sample of its use pass the strictest check of mypy."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import rookery

SAMPLE = Path(__file__).with_name("typing_sample.py")
PACKAGE = Path(rookery.__file__).parent


def check(tmp_path: Path, *what: str) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("mypy")
    options = ["--strict", "--python-executable", sys.executable, "--cache-dir", str(tmp_path / "cache")]
    # Not from the folder of the tests, where a folder may have the package's name.
    return subprocess.run(
        [sys.executable, "-m", "mypy", *options, *what],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
    assert (PACKAGE / "_rookery.pyi").is_file()


def test_a_sample_of_its_use_is_well_typed(tmp_path: Path) -> None:
    result = check(tmp_path, str(SAMPLE))
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_package_itself_is_well_typed(tmp_path: Path) -> None:
    result = check(tmp_path, "--package", "rookery")
    assert result.returncode == 0, result.stdout + result.stderr


MISTAKES = {
    'db.post("general", 5)': {"arg-type"},
    'db.get("general", "5")': {"arg-type"},
    'db.query(order="up")': {"arg-type"},
    'rookery.open("x", mode="r")': {"arg-type"},
    'db.plan_reshard(rebalance="rows")': {"arg-type"},
    'db.channel("general").records["a"] = "text"': {"arg-type", "assignment"},
    'db.history("general")[0].colour': {"attr-defined"},
    'db.history("general")[0].author = "x"': {"misc"},
}


def test_mistakes_are_found(tmp_path: Path) -> None:
    lines = [
        "import rookery",
        "",
        "",
        "def use(db: rookery.Store) -> None:",
        *(f"    {line}" for line in MISTAKES),
    ]
    (tmp_path / "mistakes.py").write_text("\n".join([*lines, ""]), encoding="utf-8")
    result = check(tmp_path, "mistakes.py")
    found = dict(re.findall(r"^mistakes.py:(\d+): error: .*\[([\w-]+)\]$", result.stdout, re.MULTILINE))
    for number, codes in enumerate(MISTAKES.values(), start=5):
        assert found.get(str(number)) in codes, result.stdout
