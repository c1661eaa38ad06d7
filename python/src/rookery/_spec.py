"""What a query asks for: an immutable value, and its translation for the C++ module.

Everything that a caller can get wrong is found here, when the query is made and not when it runs.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rookery import _times
from rookery._columns import kind_of
from rookery._expressions import Expression, Predicate, col
from rookery._typing import MissingCells, Order, Text, TimeLike
from rookery.errors import InvalidArgumentError


@dataclass(frozen=True, slots=True)
class QuerySpec:
    """The range, the condition, the columns and the order. `after_id` and `before_id` are exclusive."""

    channels: tuple[Text, ...] | None = None
    prefix: Text | None = None
    after_id: int | None = None
    before_id: int | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    columns: tuple[str, ...] | None = None
    where: Predicate | None = None
    limit: int | None = None
    order: Order | None = None
    missing_cells: MissingCells = "refuse"
    text: Literal["utf8", "binary"] = "utf8"

    def as_dict(self, batch_size: int | None = None) -> dict[str, object]:
        """The spec as the C++ module takes it."""
        spec: dict[str, object] = {
            "channels": None if self.channels is None else list(self.channels),
            "prefix": self.prefix,
            "after_id": self.after_id,
            "before_id": self.before_id,
            "since_ms": self.since_ms,
            "until_ms": self.until_ms,
            "columns": None if self.columns is None else list(self.columns),
            "where": self.where,
            "limit": self.limit,
            "order": self.order,
            "missing_cells": self.missing_cells,
            "text": self.text,
        }
        return spec if batch_size is None else {**spec, "batch_size": batch_size}

    def filtered(self, condition: Expression) -> QuerySpec:
        """Only what meets `condition` too."""
        if not isinstance(condition, Expression):
            kind = type(condition).__name__
            raise TypeError(f'a condition is made with col, as in col("author") == "ada"; this is a {kind}')
        if self.limit is not None:
            raise InvalidArgumentError("a query with a limit cannot be filtered: filter first, then limit")
        where = condition if self.where is None else Expression(self.where) & condition
        return replace(self, where=where.predicate)

    def selected(self, columns: Iterable[str]) -> QuerySpec:
        """Only these columns, in this order."""
        return replace(self, columns=checked_columns(columns))

    def limited(self, limit: int) -> QuerySpec:
        """At most `limit` rows."""
        count = checked_count(limit, "limit", 0)
        return replace(self, limit=count if self.limit is None else min(count, self.limit))


def make_spec(
    *,
    channel: Text | None = None,
    channels: Iterable[Text] | None = None,
    prefix: Text | None = None,
    since: TimeLike | None = None,
    until: TimeLike | None = None,
    author: Text | Iterable[Text] | None = None,
    columns: Iterable[str] | None = None,
    where: Expression | None = None,
    limit: int | None = None,
    order: Order | None = None,
    missing_cells: MissingCells = "refuse",
) -> QuerySpec:
    """The spec of the arguments of `Store.query`. TypeError or InvalidArgumentError names a wrong one."""
    if order not in (None, "newest", "oldest"):
        raise InvalidArgumentError(f'order={order!r}: give "newest", "oldest" or None')
    if missing_cells not in ("refuse", "leave_out"):
        raise InvalidArgumentError(f'missing_cells={missing_cells!r}: give "refuse" or "leave_out"')
    if sum(scope is not None for scope in (channel, channels, prefix)) > 1:
        raise InvalidArgumentError("give one of channel, channels and prefix")
    if channel is not None:
        channels = [checked_text(channel, "channel")]
    spec = QuerySpec(
        channels=None if channels is None else checked_texts(channels, "channels"),
        prefix=None if prefix is None else checked_text(prefix, "prefix"),
        since_ms=_times.bound(since, "since"),
        until_ms=_times.bound(until, "until"),
        order=order,
        missing_cells=missing_cells,
    )
    if author is not None:
        spec = spec.filtered(_by_author(author))
    if where is not None:
        spec = spec.filtered(where)
    if columns is not None:
        spec = spec.selected(columns)
    return spec if limit is None else spec.limited(limit)


def _by_author(author: Text | Iterable[Text]) -> Expression:
    return col("author") == author if isinstance(author, str | bytes) else col("author").is_in(author)


def checked_text(value: Text, name: str) -> Text:
    """`value`, if it is text."""
    if isinstance(value, str | bytes):
        return value
    raise TypeError(f"{name} is a {type(value).__name__}, not a str or bytes")


def checked_texts(values: Iterable[Text], name: str) -> tuple[Text, ...]:
    """All of `values`, if they are texts. One text alone is refused: its letters would be the list."""
    if isinstance(values, str | bytes):
        raise TypeError(f"{name} takes a list, not one text: [{values!r}]")
    return tuple(checked_text(value, name) for value in values)


def checked_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """The names, if all are of columns, none twice, and there is one."""
    if isinstance(columns, str):
        raise TypeError(f"columns takes a list of names: [{columns!r}]")
    names: Sequence[str] = list(columns)
    for name in names:
        kind_of(name)
        if not name.isprintable():  # Arrow's names are UTF-8 and end at the first NUL
            raise InvalidArgumentError(
                f"the column {name!r} cannot be selected, as its name cannot be printed"
            )
    if not names:
        raise InvalidArgumentError("columns is empty: name one at least, or leave it out for all")
    if twice := {name for name in names if names.count(name) > 1}:
        raise InvalidArgumentError(f"columns names {', '.join(sorted(twice))} twice")
    return tuple(names)


def checked_count(value: int, name: str, least: int) -> int:
    """`value`, if it is an integer that is not below `least`."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} is a {type(value).__name__}, not a number of messages")
    if (count := operator.index(value)) < least:
        raise InvalidArgumentError(f"{name}={count} is not a number of messages: give {least} or more")
    return count
