"""Some of the messages: conditions that the store looks at, against filtering the DataFrame of all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyarrow.compute as pc
from rookery import Store

from rookery_bench import answers
from rookery_bench.chat import DURATION_MS, FIRST_POST
from rookery_bench.entrant import Entrant, Measurement, Scenario, opened, timed
from rookery_bench.place import Place

Work = Callable[[Store], Any]


def _busiest_author(place: Place) -> str:
    counts = place.chat()["author"].value_counts()
    most = pc.index(counts.field("counts"), pc.max(counts.field("counts")))
    return str(counts.field("values")[most.as_py()])


def _window() -> tuple[datetime, datetime]:
    """A tenth of the chat's time, in the midst of it."""
    tenth = timedelta(milliseconds=DURATION_MS // 10)
    return FIRST_POST + 4 * tenth, FIRST_POST + 5 * tenth


def _measure(place: Place, work: Work, expected: Any) -> Measurement:
    with opened(place) as store:
        store.query(limit=100).to_pandas()  # what is imported at the first call
        frame, seconds = timed(lambda: work(store))
    answers.expect_ids(frame["id"], expected)
    return {"queries/s": 1 / seconds, "messages": len(frame)}


def _author_ids(place: Place, author: str) -> Any:
    chat = place.chat()
    return chat.filter(pc.equal(chat["author"], author))["id"]


def _window_ids(place: Place) -> Any:
    since, until = _window()
    times = place.chat()["created_at"]
    inside = pc.and_(pc.greater_equal(times, since), pc.less(times, until))
    return place.chat().filter(inside)["id"]


def _pushed_author(place: Place) -> Measurement:
    author = _busiest_author(place)
    return _measure(place, lambda store: store.query(author=author).to_pandas(), _author_ids(place, author))


def _pandas_author(place: Place) -> Measurement:
    author = _busiest_author(place)

    def work(store: Store) -> Any:
        frame = store.query().to_pandas()
        return frame[frame["author"] == author]

    return _measure(place, work, _author_ids(place, author))


def _pushed_time(place: Place) -> Measurement:
    since, until = _window()
    return _measure(
        place, lambda store: store.query(since=since, until=until).to_pandas(), _window_ids(place)
    )


def _pandas_time(place: Place) -> Measurement:
    since, until = _window()

    def work(store: Store) -> Any:
        frame = store.query().to_pandas()
        return frame[(frame["created_at"] >= since) & (frame["created_at"] < until)]

    return _measure(place, work, _window_ids(place))


SCENARIO = Scenario(
    "filters",
    "the busiest author's messages, and those of a tenth of the time, as DataFrames",
    [
        Entrant("author, pushed down", _pushed_author),
        Entrant("author, in pandas", _pandas_author),
        Entrant("time, pushed down", _pushed_time),
        Entrant("time, in pandas", _pandas_time),
    ],
)
