"""One message at a time out of the read cache: what a call from Python costs beside what C++ costs."""

from __future__ import annotations

import numpy as np
from rookery import Store

from rookery_bench import answers, native
from rookery_bench.entrant import Entrant, Measurement, Scenario, one_processor, opened, timed
from rookery_bench.place import Place

_HOT_MESSAGES = 16_384
_CALLS = 1 << 18

Key = tuple[str, int]


def _hot_rows(place: Place) -> list[tuple[str, int, str]]:
    """Channel, id and content of the messages that are asked for, in that order."""
    random = np.random.default_rng(2)
    chosen = random.integers(0, place.messages, min(_HOT_MESSAGES, place.messages))
    some = place.chat().select(["channel", "id", "content"]).take(chosen)
    return list(zip(*(column.to_pylist() for column in some.columns), strict=True))


def _calls(place: Place) -> list[Key]:
    hot = [(channel, message_id) for channel, message_id, _ in _hot_rows(place)]
    return (hot * (_CALLS // len(hot) + 1))[:_CALLS]


def _get_all(store: Store, keys: list[Key]) -> None:
    get = store.get
    for channel, message_id in keys:
        get(channel, message_id)


def _get(place: Place) -> Measurement:
    keys = _calls(place)
    with one_processor(), opened(place) as store:
        for channel, message_id, content in _hot_rows(place):
            message = store.get(channel, message_id)
            answers.require(message is not None and message.content == content, f"message {message_id}")
        _, seconds = timed(lambda: _get_all(store, keys))
    return {"ns": seconds / len(keys) * 1e9}


def _cpp_get(place: Place) -> Measurement:
    keys = _calls(place)
    native.write_keys(place.hot_keys, keys)
    with one_processor():
        answer = native.run(place, "get", place.store, place.hot_keys, len(keys))
    answers.require(answer["id_sum"] == sum(message_id for _, message_id in keys) % 2**64, "other messages")
    return {"ns": answer["seconds"][0] / len(keys) * 1e9}


SCENARIO = Scenario(
    "gets",
    f"get of {_HOT_MESSAGES:,} messages again and again; the loop in Python is part of what it costs",
    [Entrant("Store::Get", _cpp_get, native=True), Entrant("get", _get)],
)
