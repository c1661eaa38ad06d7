"""What may stand between the brackets of `channel[...]`: a message id, or a half-open slice of ids and times.

An integer is always an id, never a time or a position.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import SupportsIndex, TypeGuard

from rookery import _times
from rookery._spec import QuerySpec
from rookery._typing import Text
from rookery.errors import InvalidArgumentError

_MAX_ID = 2**63 - 1
_HINT = "history(limit=n) gives the newest n"


def as_id(key: object) -> int | None:
    """`key` as a message id, or None if no message can have it."""
    if not _is_integer(key):
        return None
    value = operator.index(key)
    return value if 0 < value <= _MAX_ID else None


def checked_id(key: object) -> int:
    """`key` as a message id. TypeError or InvalidArgumentError, which say what is, if it is none."""
    value = as_id(key)
    if value is None:
        text = f"channel[{key!r}]: give a message's id, or a slice of ids or times; {_HINT}"
        raise InvalidArgumentError(text) if _is_integer(key) else TypeError(text)
    return value


def sliced(channel: Text, key: slice) -> QuerySpec:
    """The query of `channel[key]`: from the start up to, not including, the stop, oldest first."""
    if key.step not in (None, 1):
        raise InvalidArgumentError(f"a slice of a channel has no step, and {key.step!r} is given")
    spec = QuerySpec(channels=(channel,), order="oldest")
    if _is_integer(key.start):
        spec = replace(spec, after_id=min(_bound(key.start) - 1, _MAX_ID) or None)
    else:
        spec = replace(spec, since_ms=_times.bound(key.start, "the start of the slice"))
    if _is_integer(key.stop):
        stop = _bound(key.stop)
        return spec if stop > _MAX_ID else replace(spec, before_id=stop)
    return replace(spec, until_ms=_times.bound(key.stop, "the stop of the slice"))


def _bound(value: SupportsIndex) -> int:
    """An id as a bound; 0, which is no id, stands for the first."""
    bound = operator.index(value)
    if bound < 0:
        raise InvalidArgumentError(
            f"a slice is of ids or times, not of positions, and {bound} is no id; {_HINT}"
        )
    return max(bound, 1)


def _is_integer(value: object) -> TypeGuard[SupportsIndex]:
    return hasattr(value, "__index__") and not isinstance(value, bool)
