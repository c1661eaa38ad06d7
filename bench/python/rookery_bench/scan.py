"""The whole store as columns: against a bare iterator of RocksDB, each on one processor, and against loops in
Python, which are always on one, while Rookery takes what there is.
"""

from __future__ import annotations

import numpy as np

from rookery_bench import answers, loops, native
from rookery_bench.entrant import Entrant, Measurement, Scenario, one_processor, opened, rate, timed
from rookery_bench.place import Place

_LOOP_PACKAGES = ("rocksdict", "lmdb", "flatbuffers")


def _rates(count: int, seconds: list[float]) -> Measurement:
    """What is read first in a process costs more than what follows: memory is new, files were just opened."""
    first, again = seconds
    return {**rate(count, first), "messages/s, again": count / again}


def _raw_iterator(place: Place) -> Measurement:
    with one_processor():
        answer = native.run(place, "scan", place.store)
    id_sum = int(place.chat()["id"].to_numpy().astype(np.uint64).sum())
    answers.require(answer["rows"] == place.messages, f"{answer['rows']} rows in place of {place.messages}")
    answers.require(answer["id_sum"] == id_sum, "other rows")
    return _rates(answer["rows"], answer["seconds"])


def _to_arrow_on_one(place: Place) -> Measurement:
    with one_processor():
        return _to_arrow(place)


def _to_arrow(place: Place) -> Measurement:
    with opened(place) as store:
        store.query(limit=100).to_arrow()  # what is imported at the first call
        table, first = timed(store.query().to_arrow)
        del table
        table, again = timed(store.query().to_arrow)
    answers.expect_whole(place, dict(zip(table.column_names, table.columns, strict=True)))
    return _rates(len(table), [first, again])


def _to_pandas(place: Place) -> Measurement:
    with opened(place) as store:
        store.query(limit=100).to_pandas()
        frame, first = timed(store.query().to_pandas)
        del frame
        frame, again = timed(store.query().to_pandas)
    answers.expect_whole(place, {name: frame[name] for name in frame.columns})
    return _rates(len(frame), [first, again])


SCENARIO = Scenario(
    "scan",
    "all messages as columns; the iterator is in C++ and on one processor, too",
    [
        Entrant("raw-iterator", _raw_iterator, native=True),
        Entrant("to_arrow, one processor", _to_arrow_on_one),
        Entrant("to_arrow", _to_arrow),
        Entrant("to_pandas", _to_pandas),
        Entrant("rocksdict-loop", loops.over_rocksdict, _LOOP_PACKAGES, native=True),
        Entrant("lmdb-loop", loops.over_lmdb, _LOOP_PACKAGES, native=True),
        Entrant("lmdb-loop, by offsets", loops.over_lmdb_by_offsets, _LOOP_PACKAGES, native=True),
    ],
    loops.prepare,
)
