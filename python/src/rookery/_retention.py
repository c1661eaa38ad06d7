"""Retention rules: from Python's values to those of the C++ module, and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import timedelta
from numbers import Real
from typing import Any

from rookery._options import Size, size_in_bytes
from rookery._reports import ChannelTrim, RetentionReport, RetentionRule
from rookery._typing import ProgressCallback, Text
from rookery.errors import InvalidArgumentError

_MILLISECOND = timedelta(milliseconds=1)
_LONGEST = timedelta.max // _MILLISECOND


def rule_fields(
    prefix: Text | None,
    channel: Text | None,
    max_age: timedelta | float | None,
    max_messages: int | None,
    max_bytes: Size | None,
) -> dict[str, object]:
    """The rule as the C++ module takes it."""
    if prefix is not None and channel is not None:
        raise InvalidArgumentError("give prefix or channel, not both")
    scope = "store" if prefix is None and channel is None else "prefix" if channel is None else "channel"
    name = prefix if channel is None else channel
    return {
        "scope": scope,
        "name": "" if name is None else name,
        "max_age_ms": None if max_age is None else age_in_milliseconds(max_age),
        "max_messages": max_messages,
        "max_bytes": None if max_bytes is None else size_in_bytes(max_bytes, "max_bytes"),
    }


def age_in_milliseconds(age: timedelta | float) -> int:
    """An age as whole milliseconds."""
    if isinstance(age, timedelta):
        return age // _MILLISECOND
    if not isinstance(age, Real) or isinstance(age, bool):
        raise TypeError(f"max_age is a {type(age).__name__}: give a timedelta or seconds")
    if not math.isfinite(age):
        raise InvalidArgumentError(f"max_age={age!r} is no age: give a timedelta or seconds")
    return round(age * 1000)


def rule_of(fields: Mapping[str, Any]) -> RetentionRule:
    """A rule that the C++ module gives as a dictionary."""
    rest = {name: value for name, value in fields.items() if name != "max_age_ms"}
    age = fields["max_age_ms"]
    # An age that Python cannot hold, some millions of years, is as good as its longest.
    return RetentionRule(max_age=None if age is None else min(age, _LONGEST) * _MILLISECOND, **rest)


def run(
    call: Callable[..., dict[str, Any]],
    options: dict[str, object],
    report: ProgressCallback | None,
    on_trim: Callable[[ChannelTrim], object] | None,
) -> RetentionReport:
    """Calls the C++ module's retention run."""
    if on_trim is not None and not callable(on_trim):
        raise TypeError(f"on_trim is a {type(on_trim).__name__}, not a function of a ChannelTrim")
    tell = None if on_trim is None else lambda fields: on_trim(ChannelTrim(**fields))
    return RetentionReport(**call(options, report, tell))
