"""All scenarios, by name."""

from __future__ import annotations

from rookery_bench import filters, gets, scan, streaming, writes
from rookery_bench.entrant import Entrant, Scenario

SCENARIOS: dict[str, Scenario] = {
    module.SCENARIO.name: module.SCENARIO for module in (scan, filters, writes, streaming, gets)
}


def entrant(scenario: str, name: str) -> Entrant:
    """Who has that name in the scenario."""
    return next(one for one in SCENARIOS[scenario].entrants if one.name == name)
