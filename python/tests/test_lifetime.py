"""Whatever is left open when a program ends, or forks, it ends in peace."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import rookery
from rookery import Store, UnavailableError

HEAD = """
import sys, threading
import rookery
db = rookery.open(sys.argv[1])
"""

PROGRAMS = {
    "a store is left open": "db.post('general', 'bye')",
    "an iteration is under way": "messages = iter(db.query()); next(messages)",
    "batches are under way": "batches = db.query().batches(1); next(batches)",
    "a stream is under way": "stream = db._stream(db.query()._spec.as_dict(1)); batch = stream.next()",
    "a capsule was not taken": "capsule = db.query().__arrow_c_stream__()",
    "a channel is iterated": "messages = iter(db.channel('general')); next(messages)",
    "a cycle holds it all": "knot = [db, iter(db.query())]; knot.append(knot); del db",
    "the program leaves a with block": "with db:\n    for message in db.query():\n        sys.exit()",
    "a daemon reads": """
def read():
    try:
        while True:
            sum(batch.num_rows for batch in db.query().batches(1))
    except rookery.ClosedError:
        pass
for _ in range(4):
    threading.Thread(target=read, daemon=True).start()
db.query().count()
""",
    "a daemon writes": """
def write():
    try:
        while True:
            db.post('general', 'more')
    except rookery.ClosedError:
        pass
threading.Thread(target=write, daemon=True).start()
db.query().count()
""",
    "an atexit function still reads": """
import atexit
@atexit.register
def last():
    assert db.query().count() == 30
""",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_ends_in_peace(saved: Path, program: str) -> None:
    result = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", HEAD + program, str(saved)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    with rookery.open(saved) as db:
        assert db.query().count() >= 30


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_child_is_told_to_open_its_own(saved: Path) -> None:
    db = rookery.open(saved)
    iteration = db.query().batches(1)
    next(iteration)
    child = os.fork()
    if child == 0:
        os._exit(_in_the_child(db, iteration))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert sum(batch.num_rows for batch in iteration) == 29
    db.post("general", "the parent goes on")
    db.close()
    with rookery.open(saved) as again:
        assert again.query().count() == 31


def _in_the_child(db: Store, iteration: Any) -> int:
    """0 if everything is refused with the right error, and closing and dropping does nothing."""
    for use in (lambda: db.query().count(), lambda: next(iteration), lambda: db.post("general", "no")):
        try:
            use()
            return 1
        except UnavailableError as error:
            if "fork" not in str(error):
                return 2
    db.close()
    return 0


def test_derived_objects_keep_the_store_open(saved: Path) -> None:
    query = rookery.open(saved).query()
    channel = rookery.open(saved.parent / "other", create=True).channel("general")
    gc.collect()
    assert query.count() == 30
    channel.post("hello")
    assert len(channel) == 1
    del query, channel
    gc.collect()
    with rookery.open(saved) as db:
        assert db.query().count() == 30


def test_closing_while_threads_read_ends_them_with_closed_error(saved: Path) -> None:
    db = rookery.open(saved)
    started = threading.Barrier(5)
    outcomes: list[type[BaseException]] = []

    def read() -> None:
        started.wait()
        try:
            while True:
                list(db.query())
                list(db.query().batches(1))
                db.get("general", 1 << 22)
        except BaseException as error:  # what it is, is what is tested
            outcomes.append(type(error))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    started.wait()
    db.close()
    for thread in threads:
        thread.join()
    assert outcomes == [rookery.ClosedError] * 4


def test_many_stores_side_by_side_share_nothing(tmp_path: Path) -> None:
    stores = [rookery.open(tmp_path / str(number), create=True) for number in range(3)]
    for number, db in enumerate(stores):
        db.post("general", str(number))
    assert [db.history("general")[0].content for db in stores] == ["0", "1", "2"]
    stores[1].close()
    assert [db.closed for db in stores] == [False, True, False]
    for db in stores:
        db.close()
