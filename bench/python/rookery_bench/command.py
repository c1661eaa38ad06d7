"""The command line: prepares a place, lets everybody measure, reports."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import rookery

from rookery_bench import machine, native
from rookery_bench.catalog import SCENARIOS
from rookery_bench.chat import channels_for, make_chat
from rookery_bench.entrant import Scenario
from rookery_bench.place import Place
from rookery_bench.report import Report
from rookery_bench.turns import take_turns


def main(arguments: list[str] | None = None) -> int:
    """Runs the benchmark. A wrong answer or a failure ends it with an exit code of 1."""
    options = _parser().parse_args(arguments)
    if options.list:
        for scenario in SCENARIOS.values():
            print(f"{scenario.name:<10} {scenario.summary}")
        return 0
    with tempfile.TemporaryDirectory(prefix="rookery-bench-python-", dir=options.dir) as folder:
        place = Place(Path(folder), options.messages, options.sample, native.found(options.raw_scan))
        report = _run(place, options.scenario or list(SCENARIOS), options.rounds)
    print(report.as_markdown(), end="")
    if options.json:
        options.json.write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
    if options.markdown:
        options.markdown.write_text(report.as_markdown(), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bench/python/run.py", description="Measures the Python package against C++ and others."
    )
    parser.add_argument(
        "--messages", type=_positive, default=1_000_000, help="size of the chat (%(default)s)"
    )
    parser.add_argument(
        "--sample", type=_positive, default=50_000, help="messages that loops in Python read (%(default)s)"
    )
    parser.add_argument("--rounds", type=_positive, default=5, help="measurements of each (%(default)s)")
    parser.add_argument(
        "--scenario", action="append", choices=list(SCENARIOS), help="only this; may be repeated"
    )
    parser.add_argument(
        "--raw-scan", type=Path, help="the program rookery-raw-scan (that of the release build)"
    )
    parser.add_argument("--dir", type=Path, help="where stores are made; default: where temporary files are")
    parser.add_argument("--json", type=Path, help="writes the results there, too")
    parser.add_argument("--markdown", type=Path, help="writes the tables there, too")
    parser.add_argument("--list", action="store_true", help="names the scenarios")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _run(place: Place, names: list[str], rounds: int) -> Report:
    sizes = {"messages": place.messages, "channels": channels_for(place.messages), "rounds": rounds}
    sizes["messages read by the loops"] = min(place.sample, place.messages)
    report = Report(machine.describe(), sizes)
    _tell(f"making a chat of {place.messages:,} messages")
    _fill(place)
    for name in names:
        _run_scenario(place, SCENARIOS[name], rounds, report)
    return report


def _run_scenario(place: Place, scenario: Scenario, rounds: int, report: Report) -> None:
    missing = {one.name: one.missing(place) for one in scenario.entrants}
    report.left_out += [f"{name}: {why}" for name, why in missing.items() if why]
    entrants = [one for one in scenario.entrants if not missing[one.name]]
    if len(entrants) == len(scenario.entrants):
        scenario.prepare(place)
    report.add(scenario.name, scenario.summary, take_turns(place, scenario, entrants, rounds, _tell))


def _fill(place: Place) -> None:
    """The chat as a table and as a store in its most compact form."""
    chat = make_chat(place.messages)
    place.save(chat)
    with rookery.open(place.store, create=True) as store:
        store.write_arrow(chat)
        store.compact()
