"""Ctrl-C in the middle of long work, and progress that is told on the thread that asked."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

import rookery
from rookery import Query, Store, col

MESSAGES = 300_000


@pytest.fixture(scope="module")
def large() -> Iterator[Store]:
    """A store that takes a while to look through."""
    with rookery.open(":memory:", cache=0) as db:
        db.post_many({"channel": f"c{number % 50}", "content": "x" * 100} for number in range(MESSAGES))
        yield db


def slow(db: Store) -> Query:
    """A query that looks long and finds nothing."""
    conditions = [col("content").contains(f"y{number}") for number in range(20)]
    return db.query(where=reduce(lambda one, other: one | other, conditions))


LONG: dict[str, Callable[[Store], object]] = {
    "count": lambda db: slow(db).count(),
    "to_list": lambda db: slow(db).to_list(),
    "batches": lambda db: list(slow(db).batches()),
    "verify": lambda db: [db.verify() for _ in range(20)],
}


@pytest.mark.parametrize("work", LONG.values(), ids=LONG)
def test_an_interrupt_ends_long_work(large: Store, work: Callable[[Store], object]) -> None:
    begun = threading.Event()

    def interrupt() -> None:
        begun.wait()
        signal.raise_signal(signal.SIGINT)  # Python tells the main thread, which is in C++ by now or soon

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        begun.set()
        work(large)
    thread.join()
    assert large.get("c0", 1) is None


def test_an_interrupt_between_batches_ends_a_table(large: Store) -> None:
    pytest.importorskip("pyarrow")

    def interrupt(_done: int, _total: int | None) -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        large.query().to_arrow(progress=interrupt)
    assert large.query().count() == MESSAGES


@pytest.mark.parametrize(
    "work",
    [
        lambda db, tell: db.verify(progress=tell),
        lambda db, tell: db.export("/dev/null", progress=tell),
        lambda db, tell: list(db.query().batches(1_000, progress=tell)),
        lambda db, tell: db.post_many(({"channel": "new"} for _ in range(100)), batch_size=10, progress=tell),
    ],
    ids=["verify", "export", "batches", "post_many"],
)
def test_an_error_of_the_progress_function_ends_the_work(
    work: Callable[[Store, Any], object], saved: Path
) -> None:
    def fail(_done: int, _total: int | None) -> None:
        raise ZeroDivisionError("told")

    with rookery.open(saved) as db:
        with pytest.raises(ZeroDivisionError, match="told"):
            work(db, fail)
        assert db.query(prefix="g").count() == 30


def test_progress_is_told_on_the_thread_that_asked(large: Store) -> None:
    threads: set[int] = set()
    told: list[int] = []

    def tell(done: int, _total: int | None) -> None:
        threads.add(threading.get_ident())
        told.append(done)

    large.verify(progress=tell)
    assert sum(batch.num_rows for batch in large.query().batches(progress=tell)) == MESSAGES
    assert threads == {threading.get_ident()}
    assert told[-1] == MESSAGES


def test_other_threads_go_on_during_long_work(large: Store) -> None:
    done = threading.Event()
    steps = 0

    def step() -> None:
        nonlocal steps
        while not done.is_set():
            steps += 1

    thread = threading.Thread(target=step)
    thread.start()
    try:
        slow(large).count()
    finally:
        done.set()
        thread.join()
    assert steps > 1_000


def test_closing_from_another_thread_ends_long_work() -> None:
    db = rookery.open(":memory:", cache=0)
    db.post_many({"channel": "general", "content": "x" * 100} for _ in range(50_000))
    begun = threading.Event()

    def close() -> None:
        begun.wait()
        db.close()

    thread = threading.Thread(target=close)
    thread.start()
    with pytest.raises(rookery.ClosedError):
        begun.set()
        while True:
            slow(db).count()
    thread.join()
    assert db.closed
