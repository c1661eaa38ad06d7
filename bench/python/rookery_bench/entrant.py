"""What takes part in a scenario, and the tools that measuring needs."""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import rookery

from rookery_bench.place import Place
from rookery_bench.rows import flatc

T = TypeVar("T")

Measurement = dict[str, float]
"""Numbers by the name of their metric; the unit is part of the name."""


@dataclass(frozen=True)
class Entrant:
    """One way to do a scenario's work. `run` does it once, checks the answer and says what it took."""

    name: str
    run: Callable[[Place], Measurement]
    packages: tuple[str, ...] = ()
    native: bool = False

    def missing(self, place: Place) -> str | None:
        """What it cannot take part without."""
        for package in self.packages:
            if importlib.util.find_spec(package) is None:
                return f"{package} is not installed"
        if self.native and place.native is None:
            return "rookery-raw-scan is not built"
        if "flatbuffers" in self.packages and flatc() is None:
            return "flatc is not installed"
        return None


@dataclass(frozen=True)
class Scenario:
    """Work that several do, each in its own way."""

    name: str
    summary: str
    entrants: list[Entrant]
    prepare: Callable[[Place], None] = field(default=lambda _place: None)
    """Run once, before anybody is measured, where everybody can take part."""


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work returns, and the seconds that it took."""
    start = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - start


def rate(count: int, seconds: float) -> Measurement:
    """As messages a second."""
    return {"messages/s": count / seconds}


@contextmanager
def opened(place: Place) -> Iterator[rookery.Store]:
    """The prepared store, for writing as an application has it; nothing is written to it."""
    with rookery.open(place.store) as store:
        yield store


@contextmanager
def one_processor() -> Iterator[None]:
    """Keeps this thread, and all threads and processes that it starts meanwhile, on one processor."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
