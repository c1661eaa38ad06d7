"""What the package is meant to reach, each goal a comparison of medians of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Medians = Mapping[tuple[str, str, str], float]
"""By scenario, entrant and metric."""


@dataclass(frozen=True)
class Goal:
    """A measured number, its ratio to another or its distance from it, and the bound that it should keep."""

    scenario: str
    entrant: str
    metric: str
    bound: float
    best: Literal["at least", "at most"]
    against: str | None = None
    how: Literal["value", "ratio", "difference"] = "ratio"

    @property
    def text(self) -> str:
        """Such as "to_arrow / raw-iterator"."""
        sign = {"value": "", "ratio": " / ", "difference": " - "}[self.how]
        return f"{self.entrant}{sign}{self.against or ''}"

    def reached(self, medians: Medians) -> float | None:
        """The number; None if somebody that it needs did not take part."""
        own = medians.get((self.scenario, self.entrant, self.metric))
        if self.how == "value" or self.against is None or own is None:
            return own
        other = medians.get((self.scenario, self.against, self.metric))
        if other is None:
            return None
        return own / other if self.how == "ratio" else own - other

    def is_met_by(self, number: float) -> bool:
        """Whether the number keeps the bound."""
        return number >= self.bound if self.best == "at least" else number <= self.bound


def _rate(scenario: str, entrant: str, against: str, bound: float, metric: str = "messages/s") -> Goal:
    return Goal(scenario, entrant, metric, bound, "at least", against)


GOALS = [
    _rate("scan", "to_arrow, one processor", "raw-iterator", 0.7),
    _rate("scan", "to_arrow, one processor", "raw-iterator", 0.7, "messages/s, again"),
    _rate("scan", "to_arrow", "rocksdict-loop", 20),
    _rate("scan", "to_arrow", "lmdb-loop", 20),
    _rate("scan", "to_arrow", "lmdb-loop, by offsets", 20),
    _rate("scan", "to_pandas", "rocksdict-loop", 10),
    _rate("scan", "to_pandas", "lmdb-loop", 10),
    _rate("scan", "to_pandas", "lmdb-loop, by offsets", 10),
    _rate("filters", "author, pushed down", "author, in pandas", 5, "queries/s"),
    _rate("filters", "time, pushed down", "time, in pandas", 5, "queries/s"),
    _rate("writes", "post_many", "PostBatch", 0.5),
    _rate("writes", "write_arrow", "PostBatch", 0.5),
    Goal("streaming", "growth, 65,536 rows", "batches", 4, "at most", how="value"),
    Goal("streaming", "another thread", "of its speed alone", 0.9, "at least", how="value"),
    Goal("gets", "get", "ns", 1000, "at most", "Store::Get", "difference"),
]
