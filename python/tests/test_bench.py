"""The benchmark of the package runs on a small chat and finds its answers right; never how long they take."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

for _package in ("numpy", "pandas", "pyarrow"):
    pytest.importorskip(_package)

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "bench" / "python" / "run.py"
SCENARIOS = ("scan", "filters", "writes", "streaming", "gets")
IN_PYTHON = {
    "scan": ["to_arrow, one processor", "to_arrow", "to_pandas"],
    "filters": ["author, pushed down", "author, in pandas", "time, pushed down", "time, in pandas"],
    "writes": ["post_many", "write_arrow"],
    "streaming": ["growth", "growth, no columns", "growth, 65,536 rows", "another thread"],
    "gets": ["get"],
}
TIMEOUT = 300  # seconds

if not RUN.is_file():
    pytest.skip("the benchmark is not beside the package", allow_module_level=True)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(RUN), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)


def raw_scan() -> list[str | Path]:
    """The program in C++, if any build has it: what it measures does not matter here."""
    programs = sorted((ROOT / "build").glob("*/bench/rookery-raw-scan"))
    fitting = [program for program in programs if program.parts[-3] in ("release", "dev")]
    return ["--raw-scan", fitting[0]] if fitting else []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_answers_are_right(scenario: str, tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    stores = tmp_path / "stores"
    stores.mkdir()
    small = ["--messages", "2000", "--sample", "500", "--rounds", "1"]
    done = run("--scenario", scenario, *small, "--dir", stores, "--json", results, *raw_scan())
    assert done.returncode == 0, done.stderr
    assert not list(stores.iterdir())
    report: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    medians = report["medians"][scenario]
    left_out = {line.partition(":")[0] for line in report["left_out"]}
    assert set(IN_PYTHON[scenario]) <= set(medians)
    assert not left_out & set(medians)
    assert all(number >= 0 for measurement in medians.values() for number in measurement.values())
    assert scenario in done.stdout


def test_every_scenario_is_tested() -> None:
    done = run("--list")
    assert tuple(line.split()[0] for line in done.stdout.splitlines()) == SCENARIOS


def test_a_size_that_cannot_be_is_refused() -> None:
    done = run("--messages", "0")
    assert done.returncode == 2
    assert "0 is less than 1" in done.stderr
