"""Any time that a caller may write, as whole milliseconds since 1970.

Rookery counts time in milliseconds of UTC, callers often finer. A time that is stored is rounded down. A
bound of a half-open range is rounded up: `since <= t < until` then holds for exactly the same stored times as
before.
"""

from __future__ import annotations

import operator
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rookery._typing import TimeLike
from rookery.errors import InvalidArgumentError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NANOSECONDS = 1_000_000  # of a millisecond

_HINT = "give a datetime, a date, an ISO string such as '2026-01-31T23:59:59Z', or milliseconds since 1970"


def milliseconds(value: TimeLike, name: str = "time") -> int:
    """The last whole millisecond at or before `value`. `name` is what an error calls it."""
    return nanoseconds(value, name) // _NANOSECONDS


def bound(value: TimeLike | None, name: str) -> int | None:
    """The first whole millisecond at or after `value`: as a bound of a half-open range it means the same."""
    return None if value is None else -(-nanoseconds(value, name) // _NANOSECONDS)


def split(value: TimeLike, name: str) -> tuple[int, bool]:
    """The last whole millisecond at or before `value`, and whether `value` is later than it."""
    whole, rest = divmod(nanoseconds(value, name), _NANOSECONDS)
    return whole, rest != 0


def format_milliseconds(value: int) -> str:
    """`2026-01-31T23:59:59.123Z`, or the bare number for a year that `datetime` does not have."""
    try:
        moment = _EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        return str(value)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def nanoseconds(value: TimeLike, name: str = "time") -> int:
    """`value` as nanoseconds since 1970. TypeError or InvalidArgumentError if it is no time."""
    if isinstance(value, datetime):
        return _of_datetime(value, name)
    if isinstance(value, date):
        return (value - _EPOCH.date()).days * 86_400_000 * _NANOSECONDS
    if isinstance(value, str):
        return _of_datetime(_parse(value, name), name)
    if _is_numpy_time(value):
        return _of_numpy(value, name)
    if isinstance(value, bool):
        raise TypeError(f"{name} is a bool, not a time: {_HINT}")
    try:
        return operator.index(value) * _NANOSECONDS  # type: ignore[arg-type]  # refused below
    except TypeError:
        raise TypeError(f"{name} is a {type(value).__name__}, not a time: {_HINT}") from None


def _parse(value: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise InvalidArgumentError(f"{name}={value!r} is not a time: {_HINT}") from None


def _of_datetime(value: datetime, name: str) -> int:
    if value != value:  # pandas.NaT passes for a datetime
        raise InvalidArgumentError(f"{name} is not a time (NaT)")
    delta = (value if value.tzinfo else value.replace(tzinfo=UTC)) - _EPOCH
    finer: int = getattr(delta, "nanoseconds", 0)  # pandas.Timestamp has them
    return ((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds) * 1_000 + finer


def _is_numpy_time(value: object) -> bool:
    numpy: Any = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.datetime64)


def _of_numpy(value: Any, name: str) -> int:
    if value != value:
        raise InvalidArgumentError(f"{name} is not a time (NaT)")
    whole = value.astype("datetime64[us]")
    if whole > value:  # a time before 1970 was cut towards it
        whole -= 1
    return int(whole.astype("int64")) * 1_000 + int(whole != value)
