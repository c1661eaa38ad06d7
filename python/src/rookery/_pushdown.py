"""What of another library's condition may be asked of a query in its place.

The other library applies its whole condition again to what the query gives. So the query may give more rows
than pass, and never fewer: what is not understood is left out where that lets more through, under `and`, and
under `or` and `not` takes what it is part of with it.

A node is an Expression that is true, false and null for exactly the same rows as the original, None where
there is none, or ("and" | "or" | "not", node, ...).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any, TypeAlias

from rookery._expressions import Expression, col
from rookery.errors import InvalidArgumentError

Node: TypeAlias = Expression | tuple[Any, ...] | None

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def pushed(node: Node, exactly: bool = False) -> Expression | None:
    """An Expression that is true wherever the original is; None if only one that is always true would be.

    `exactly`: true, false and null where the original is.
    """
    match node:
        case ("and", *parts):
            known = [part for part in (pushed(part, exactly) for part in parts) if part is not None]
            complete = len(known) == len(parts)
            return reduce(operator.and_, known) if known and (complete or not exactly) else None
        case ("or", *parts):
            known = [part for part in (pushed(part, exactly) for part in parts) if part is not None]
            return reduce(operator.or_, known) if known and len(known) == len(parts) else None
        case ("not", part):
            inner = pushed(part, exactly=True)
            return None if inner is None else ~inner
        case Expression():
            return node
    return None


def compared(name: str, comparison: str, value: object) -> Expression | None:
    """The comparison of a column with a value, or None."""
    # Text that is not UTF-8 is compared here as it is stored, and there with U+FFFD in it. Up to the first
    # such byte they are the same, and there both are above ASCII: for a literal of ASCII both stand in one
    # order.
    if isinstance(value, str) and comparison not in ("==", "!=") and not value.isascii():
        return None
    return _built(lambda: _COMPARISONS[comparison](col(name), _literal(value)))


def searched(name: str, word: str, part: object) -> Expression | None:
    """`contains`, `starts_with` or `ends_with`, or None."""
    return _built(lambda: getattr(col(name), word)(_literal(part)))


def member(name: str, values: Iterable[object]) -> Expression | None:
    """The column's value is one of `values`, and null where it is null; or None."""
    return _built(lambda: col(name).is_in([_literal(value) for value in values]))


def is_null(name: str) -> Expression | None:
    """The column's value is null, or None."""
    return _built(lambda: col(name).is_null())


def instant(count: int, unit: str) -> datetime | None:
    """`count` units since 1970 as a datetime, or None where that has not the range or the precision."""
    microseconds, rest = divmod(count * _NANOSECONDS[unit], 1_000)
    try:
        return None if rest else _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None


def _literal(value: object) -> Any:
    """The value, if it means here what it means to the other library."""
    if value is None or isinstance(value, float) or (isinstance(value, str) and _REPLACEMENT in value):
        raise TypeError(f"{value!r} cannot be pushed down")
    return value


def _built(build: Callable[[], Expression]) -> Expression | None:
    try:
        return build()
    except (TypeError, InvalidArgumentError):  # of another type than the column, or that is not comparable
        return None
