"""What streaming costs beside its time: memory, and the speed of another Python thread."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pyarrow as pa
import rookery

from rookery_bench import answers
from rookery_bench.entrant import Entrant, Measurement, Scenario, opened
from rookery_bench.place import Place

_LARGE_BATCH = 65_536
_SECONDS = 1.0
_KIB = 1024


def _memory(name: str) -> int:
    """A line of /proc/self/status, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(name + ":"))
    return int(line.split()[1]) * _KIB


def _grown(query: rookery.Query, rows: int | None) -> tuple[int, int]:
    """How much more memory was resident at most while all batches came by, and how many rows came."""
    before = _memory("VmRSS")
    _forget_peak()
    count = 0
    for batch in query.batches(rows):
        count += batch.num_rows
    return max(_memory("VmHWM") - before, 0), count


def _measure_growth(place: Place, rows: int | None) -> Measurement:
    with opened(place) as store:
        pa.record_batch(next(store.query(limit=100).batches()))  # what is imported at the first call
        grown, count = _grown(store.query(), rows)
        answers.require(count == place.messages, f"{count} messages in place of {place.messages}")
        largest = max(pa.record_batch(batch).nbytes for batch in store.query().batches(rows))
    return {"batches": grown / largest, "MiB": grown / _KIB**2, "MiB a batch": largest / _KIB**2}


def _growth_of_reading(place: Place) -> Measurement:
    """What the engine takes to read, whatever is made of it: a count makes nothing."""
    with opened(place) as store:
        store.query(limit=100).count()
        before = _memory("VmRSS")
        _forget_peak()
        answers.require(store.query().count() == place.messages, "messages are missing")
        return {"MiB": max(_memory("VmHWM") - before, 0) / _KIB**2}


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _counted(stop: threading.Event, processor: int) -> float:
    """How far a thread counts in a second, on its processor, until it is told to stop."""
    os.sched_setaffinity(0, {processor})
    count = 0
    start = time.perf_counter()
    while not stop.is_set():
        for _ in range(1000):
            count += 1
    return count / (time.perf_counter() - start)


def _speed_beside(work: object, processor: int) -> tuple[float, int]:
    """The speed of a counting thread while this one works for some time, and how often it did."""
    assert callable(work)
    stop = threading.Event()
    speeds: list[float] = []
    thread = threading.Thread(target=lambda: speeds.append(_counted(stop, processor)))
    thread.start()
    end = time.perf_counter() + _SECONDS
    times = 0
    while time.perf_counter() < end:
        work()
        times += 1
    stop.set()
    thread.join()
    return speeds[0], times


def _beside_a_stream(place: Place) -> Measurement:
    mine, others = min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0))
    if mine == others:
        raise SystemExit("another thread can only be measured with two processors")
    os.sched_setaffinity(0, {mine})
    with opened(place) as store:
        rows = 0

        def stream() -> None:
            nonlocal rows
            for batch in store.query().batches():
                rows += batch.num_rows

        alone, _ = _speed_beside(lambda: time.sleep(_SECONDS / 10), others)
        beside, times = _speed_beside(stream, others)
    answers.require(rows == times * place.messages, "messages are missing")
    return {"of its speed alone": beside / alone, "counts/s alone": alone}


SCENARIO = Scenario(
    "streaming",
    "all messages batch by batch: memory above that before, and the speed of a thread that counts",
    [
        Entrant("growth", lambda place: _measure_growth(place, None)),
        Entrant("growth, no columns", _growth_of_reading),
        Entrant(f"growth, {_LARGE_BATCH:,} rows", lambda place: _measure_growth(place, _LARGE_BATCH)),
        Entrant("another thread", _beside_a_stream),
    ],
)
