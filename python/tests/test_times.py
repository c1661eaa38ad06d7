"""Times of every kind as milliseconds."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from rookery import InvalidArgumentError, _times

NEW_YEAR = 1_767_225_600_000
NOON_IN_INDIA = datetime(2026, 1, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))


@pytest.mark.parametrize(
    "value",
    [
        NEW_YEAR,
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "2026-01-01 00:00:00.000",
        date(2026, 1, 1),
        datetime(2026, 1, 1),
    ],
)
def test_all_kinds_mean_the_same(value: Any) -> None:
    assert _times.milliseconds(value) == NEW_YEAR


def test_a_zone_is_heeded() -> None:
    assert _times.milliseconds(NOON_IN_INDIA) == NEW_YEAR
    assert _times.milliseconds("2026-01-01T05:30:00+05:30") == NEW_YEAR


def test_stored_times_are_rounded_down_and_bounds_up() -> None:
    finer = datetime(2026, 1, 1, 0, 0, 0, 1)
    assert _times.milliseconds(finer) == NEW_YEAR
    assert _times.bound(finer, "since") == NEW_YEAR + 1
    assert _times.bound(datetime(2026, 1, 1), "since") == NEW_YEAR
    assert _times.bound(None, "since") is None


def test_times_before_1970() -> None:
    early = datetime(1969, 12, 31, 23, 59, 59, 999_500)
    assert _times.milliseconds(early) == -1
    assert _times.bound(early, "since") == 0


def test_numpy_and_pandas() -> None:
    numpy = pytest.importorskip("numpy")
    pandas = pytest.importorskip("pandas")
    assert _times.milliseconds(numpy.datetime64("2026-01-01")) == NEW_YEAR
    assert _times.milliseconds(numpy.int64(NEW_YEAR)) == NEW_YEAR
    assert _times.milliseconds(pandas.Timestamp("2026-01-01")) == NEW_YEAR
    assert _times.milliseconds(pandas.Timestamp("2026-01-01T01:00", tz="Europe/Berlin")) == NEW_YEAR
    assert _times.bound(pandas.Timestamp("2026-01-01T00:00:00.000000001"), "since") == NEW_YEAR + 1
    assert _times.bound(numpy.datetime64("2026-01-01T00:00:00.000000001"), "since") == NEW_YEAR + 1
    assert _times.milliseconds(numpy.datetime64("1969-12-31T23:59:59.999999999")) == -1
    for missing in (pandas.NaT, numpy.datetime64("NaT")):
        with pytest.raises(InvalidArgumentError, match="since is not a time"):
            _times.bound(missing, "since")


@pytest.mark.parametrize("value", [True, 1.5, [], object(), b"2026-01-01"])
def test_other_types_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="since is a .*, not a time: give a datetime"):
        _times.bound(value, "since")


@pytest.mark.parametrize("value", ["", "yesterday", "2026-13-01", "2026-01-01T25:00"])
def test_text_that_is_no_time_is_refused(value: str) -> None:
    with pytest.raises(InvalidArgumentError, match="until=.* is not a time"):
        _times.bound(value, "until")


def test_formatting() -> None:
    assert _times.format_milliseconds(NEW_YEAR + 5) == "2026-01-01T00:00:00.005Z"
    assert _times.format_milliseconds(-1) == "1969-12-31T23:59:59.999Z"
    assert _times.format_milliseconds(10**18) == str(10**18)
