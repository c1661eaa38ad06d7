"""Changes of the shards: from Python's arguments to the values of the C++ module."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from rookery._options import Routing, Size, routing_option, seconds, size_in_bytes
from rookery._typing import Text
from rookery.errors import InvalidArgumentError

_CHANGES = ("shards", "split", "merge", "move", "slots", "range", "rebalance", "spread", "strategy")
_MOVES = ("merge", "move", "slots", "range")


def change_of(arguments: Mapping[str, object], strategy: Routing | None) -> tuple[str, dict[str, object]]:
    """The one change that is asked for, as the C++ module takes it: its name and its details."""
    given = {name: value for name, value in arguments.items() if value is not None}
    if strategy is not None:
        given["strategy"] = routing_option(strategy, "strategy")
    changes = [name for name in _CHANGES if name in given]
    if "spread" in changes and "shards" in changes:
        changes.remove("shards")  # it says over how many
    if len(changes) != 1:
        raise InvalidArgumentError(
            f"give one of {', '.join(_CHANGES[:-1])} and {_CHANGES[-1]}, not {' and '.join(changes) or 'none'}"
        )
    change = changes[0]
    if change in _MOVES and "into" not in given:
        raise InvalidArgumentError(f"into is missing: the shard that {change} moves to")
    if change not in _MOVES and "into" in given:
        raise InvalidArgumentError(f"into is for {', '.join(_MOVES[:-1])} and {_MOVES[-1]}, not for {change}")
    if change == "spread" and "shards" not in given:
        raise InvalidArgumentError("shards is missing: over how many the channel is spread")
    if change != "split" and "at" in given:
        raise InvalidArgumentError(f"at is for split, not for {change}")
    if change == "slots":
        given["slots"] = _pair(given["slots"], "slots", "first", "last")
    if change == "range":
        given["range"] = _pair(given["range"], "range", "lower", "upper")
    return change, given


def job_options(
    keep: timedelta | float,
    share: float,
    max_bytes_per_second: Size | None,
    epoch: int | None,
    cell: Text | None,
) -> dict[str, object]:
    """How the change is to be done, as the C++ module takes it."""
    most = max_bytes_per_second
    return {
        "keep": seconds(keep),
        "share": share,
        "max_bytes_per_second": None if most is None else size_in_bytes(most, "max_bytes_per_second"),
        "epoch": epoch,
        "cell": cell,
    }


def _pair(value: object, name: str, first: str, second: str) -> dict[str, object]:
    if not isinstance(value, tuple | list):
        raise TypeError(f"{name} is a {type(value).__name__}: give a pair ({first}, {second})")
    if len(value) != 2:
        raise InvalidArgumentError(f"{name} has {len(value)} values: give a pair ({first}, {second})")
    return {first: value[0], second: value[1]}
