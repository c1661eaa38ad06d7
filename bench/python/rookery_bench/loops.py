"""Loops in Python over the bindings of other stores, which hold the rows that Rookery's store has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from rookery_bench import answers, native, rows
from rookery_bench.entrant import Measurement, rate, timed
from rookery_bench.place import Place

_ROWS_PER_WRITE = 10_000
_LMDB_BYTES = 1 << 40  # of address space


def prepare(place: Place) -> None:
    """Fills both."""
    rows.generate(place.generated)
    _fill_rocksdict(place)
    _fill_lmdb(place)


def over_rocksdict(place: Place) -> Measurement:
    """The columns of the first rows, out of rocksdict."""
    import rocksdict

    options = rocksdict.Options(raw_mode=True)
    database = rocksdict.Rdict(str(place.rocksdict), options, access_type=rocksdict.AccessType.read_only())
    try:
        return _measure(place, lambda: database.items(), rows.by_accessors)
    finally:
        database.close()


def over_lmdb(place: Place) -> Measurement:
    """The same out of py-lmdb."""
    return _over_lmdb(place, rows.by_accessors)


def over_lmdb_by_offsets(place: Place) -> Measurement:
    """The same, as somebody writes it who knows what lies beneath the accessors."""
    return _over_lmdb(place, rows.by_offsets)


def _over_lmdb(place: Place, read_text: rows.ReadText) -> Measurement:
    import lmdb  # type: ignore[import-untyped, unused-ignore]

    environment = lmdb.open(str(place.lmdb), map_size=_LMDB_BYTES, readonly=True, lock=False)
    with environment, environment.begin() as transaction:
        return _measure(place, lambda: transaction.cursor().iternext(), read_text)


def _measure(place: Place, items: Callable[[], Iterable[Any]], read_text: rows.ReadText) -> Measurement:
    message_class = rows.load(place.generated)

    def work(count: int) -> rows.Columns:
        return rows.columns_of(islice(items(), count), message_class, read_text)

    work(100)  # what is made at the first call
    columns, seconds = timed(lambda: work(place.sample))
    answers.require(len(columns["id"]) == min(place.sample, place.messages), "rows are missing")
    answers.expect_some(place, columns)
    return rate(len(columns["id"]), seconds)


def _fill_rocksdict(place: Place) -> None:
    import rocksdict

    database = rocksdict.Rdict(str(place.rocksdict), rocksdict.Options(raw_mode=True))
    for some in _in_parts(native.rows(place)):
        batch = rocksdict.WriteBatch(raw_mode=True)
        for key, value in some:
            batch.put(key, value)
        database.write(batch)
    database.flush()
    database.compact_range(None, None)
    database.close()


def _fill_lmdb(place: Place) -> None:
    import lmdb

    with lmdb.open(str(place.lmdb), map_size=_LMDB_BYTES, sync=False) as environment:
        for some in _in_parts(native.rows(place)):
            with environment.begin(write=True) as transaction:
                transaction.cursor().putmulti(some, append=False)
        environment.sync(True)


def _in_parts(items: Iterator[tuple[bytes, bytes]]) -> Iterator[list[tuple[bytes, bytes]]]:
    while some := list(islice(items, _ROWS_PER_WRITE)):
        yield some
