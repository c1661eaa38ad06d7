"""Everybody measures in turn, round by round, each in a process of its own: A B C, B C A, C A B."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median

from rookery_bench.entrant import Entrant, Measurement, Scenario
from rookery_bench.place import Place

Tell = Callable[[str], None]


def take_turns(
    place: Place, scenario: Scenario, entrants: list[Entrant], rounds: int, tell: Tell
) -> dict[str, Measurement]:
    """The median of every metric of every entrant."""
    measured: dict[str, dict[str, list[float]]] = {one.name: defaultdict(list) for one in entrants}
    for number in range(rounds):
        first = number % len(entrants)
        for one in entrants[first:] + entrants[:first]:
            measurement = _measure(place, scenario, one)
            for metric, value in measurement.items():
                measured[one.name][metric].append(value)
            numbers = ", ".join(f"{value:,.6g} {metric}" for metric, value in measurement.items())
            tell(f"{scenario.name}, round {number + 1} of {rounds}: {one.name}: {numbers}")
    return {
        name: {metric: median(values) for metric, values in metrics.items()}
        for name, metrics in measured.items()
    }


def _measure(place: Place, scenario: Scenario, entrant: Entrant) -> Measurement:
    command = [sys.executable, "-m", "rookery_bench.worker", str(place.folder), scenario.name, entrant.name]
    path = os.pathsep.join(
        [str(Path(__file__).resolve().parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{scenario.name}: {entrant.name} failed with exit code {done.returncode}")
    measurement: Measurement = json.loads(done.stdout.splitlines()[-1])
    return measurement
