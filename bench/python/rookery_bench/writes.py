"""The whole chat into an empty store: from dictionaries and from a table, against PostBatch of C++.

C++ has its messages ready before the clock starts, as views; so do the dictionaries and the table lie ready.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rookery

from rookery_bench import answers, native
from rookery_bench.entrant import Entrant, Measurement, Scenario, rate, timed
from rookery_bench.place import Place

_BATCH = 10_000


def _check_and_remove(place: Place, target: Path) -> None:
    with rookery.open(target) as store:
        answers.expect_posted(place, store.query().to_arrow())
    shutil.rmtree(target)


def _measure(place: Place, write: Callable[[rookery.Store], Any]) -> Measurement:
    target = place.folder / "written.rook"
    with rookery.open(target, create=True) as store:
        _, seconds = timed(lambda: write(store))
    _check_and_remove(place, target)
    return rate(place.messages, seconds)


def _dictionaries(place: Place) -> list[dict[str, Any]]:
    """As an application has them: what is absent has no entry."""
    messages = []
    for message in place.chat().select(answers.WRITTEN).to_pylist():
        message["attributes"] = dict(message["attributes"])
        messages.append({name: value for name, value in message.items() if value})
    return messages


def _post_many(place: Place) -> Measurement:
    messages = _dictionaries(place)
    return _measure(place, lambda store: store.post_many(messages, batch_size=_BATCH))


def _write_arrow(place: Place) -> Measurement:
    table = place.chat().select(answers.WRITTEN)
    return _measure(place, lambda store: store.write_arrow(table))


def _post_batch(place: Place) -> Measurement:
    target = place.folder / "written.rook"
    answer = native.run(place, "post", place.store, target, _BATCH)
    _check_and_remove(place, target)
    return rate(answer["rows"], answer["seconds"][0])


SCENARIO = Scenario(
    "writes",
    f"the chat into an empty store; post_many and PostBatch {_BATCH:,} messages at a time",
    [
        Entrant("PostBatch", _post_batch, native=True),
        Entrant("post_many", _post_many),
        Entrant("write_arrow", _write_arrow),
    ],
)
