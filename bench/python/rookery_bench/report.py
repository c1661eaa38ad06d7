"""A run as text: what was measured on what, the medians, and the goals. As Markdown, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rookery_bench.entrant import Measurement
from rookery_bench.goals import GOALS, Goal, Medians


@dataclass
class Report:
    """Filled scenario by scenario."""

    machine: dict[str, str]
    sizes: dict[str, int]
    scenarios: dict[str, str] = field(default_factory=dict)
    medians: dict[str, dict[str, Measurement]] = field(default_factory=dict)
    """By scenario and entrant."""
    left_out: list[str] = field(default_factory=list)

    def add(self, name: str, summary: str, medians: dict[str, Measurement]) -> None:
        """What a scenario gave."""
        self.scenarios[name] = summary
        self.medians[name] = medians

    def as_json(self) -> dict[str, Any]:
        """All of it, as plain values."""
        goals = [
            {
                "goal": goal.text,
                "scenario": goal.scenario,
                "metric": goal.metric,
                "how": goal.how,
                "reached": number,
                "bound": goal.bound,
                "best": goal.best,
                "met": goal.is_met_by(number),
            }
            for goal, number in self._reached()
        ]
        top = {"machine": self.machine, "sizes": self.sizes, "left_out": self.left_out}
        return {**top, "medians": self.medians, "goals": goals}

    def as_markdown(self) -> str:
        """Tables."""
        parts = [f"- {name}: {value}" for name, value in self.machine.items()]
        parts.append("- sizes: " + ", ".join(f"{count:,} {name}" for name, count in self.sizes.items()))
        parts += [f"- left out: {what}" for what in self.left_out]
        rows = [
            (f"`{scenario}`", entrant, metric, _number(value))
            for scenario, entrants in self.medians.items()
            for entrant, measurement in entrants.items()
            for metric, value in measurement.items()
        ]
        parts += ["", *_table(("scenario", "entrant", "metric", "median"), rows)]
        parts += ["", *(f"- `{name}`: {summary}" for name, summary in self.scenarios.items())]
        parts += ["", *_table(("goal", "of", "reached", "bound", "met"), map(_goal_row, self._reached()))]
        return "\n".join(parts) + "\n"

    def _reached(self) -> list[tuple[Goal, float]]:
        medians: Medians = {
            (scenario, entrant, metric): value
            for scenario, entrants in self.medians.items()
            for entrant, measurement in entrants.items()
            for metric, value in measurement.items()
        }
        numbers = [(goal, goal.reached(medians)) for goal in GOALS]
        return [(goal, number) for goal, number in numbers if number is not None]


def _goal_row(reached: tuple[Goal, float]) -> tuple[str, ...]:
    goal, number = reached
    met = "yes" if goal.is_met_by(number) else "**no**"
    return (goal.text, goal.metric, _number(number), f"{goal.best} {_number(goal.bound)}", met)


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
