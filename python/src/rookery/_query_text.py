"""A query and its plan as text for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rookery import _times
from rookery._predicate_text import predicate_text
from rookery._spec import QuerySpec
from rookery._typing import text

_SHOWN_CHANNELS = 3


def query_text(spec: QuerySpec) -> str:
    """The query in one line, such as `channel='general' since=2026-01-01T00:00:00.000Z limit=50`."""
    return " ".join(_parts(spec)) or "all messages"


def plan_text(spec: QuerySpec, plan: Mapping[str, object]) -> str:
    """The query, and under it the plan, a line for each of its items."""
    steps = {**plan, "each_row": spec.where}
    width = max(len(name) for name in steps)
    lines = (f"  {name.replace('_', ' '):<{width}}  {_shown(value)}" for name, value in steps.items())
    return "\n".join((f"Query: {query_text(spec)}", *lines))


def _parts(spec: QuerySpec) -> Iterator[str]:
    if spec.channels is not None:
        yield _channels(tuple(text(name) for name in spec.channels))
    if spec.prefix is not None:
        yield f"prefix={text(spec.prefix)!r}"
    if spec.after_id is not None:
        yield f"after_id={spec.after_id}"
    if spec.before_id is not None:
        yield f"before_id={spec.before_id}"
    if spec.since_ms is not None:
        yield f"since={_times.format_milliseconds(spec.since_ms)}"
    if spec.until_ms is not None:
        yield f"until={_times.format_milliseconds(spec.until_ms)}"
    if spec.where is not None:
        yield f"where={predicate_text(spec.where)}"
    if spec.columns is not None:
        yield f"columns={list(spec.columns)}"
    if spec.order is not None:
        yield f"order={spec.order}"
    if spec.limit is not None:
        yield f"limit={spec.limit}"
    if spec.missing_cells != "refuse":
        yield f"missing_cells={spec.missing_cells}"
    if spec.text != "utf8":
        yield f"text={spec.text}"


def _channels(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return f"channel={names[0]!r}"
    if len(names) <= _SHOWN_CHANNELS:
        return f"channels={list(names)!r}"
    return f"channels=[{names[0]!r}, ... {len(names)} in all]"


def _shown(value: object) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return predicate_text(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value is None else str(value)
