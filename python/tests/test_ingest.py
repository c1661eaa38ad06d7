"""Ingestors: posts that return at once, and their answers."""

from __future__ import annotations

import gc
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scripts import lines_of

import rookery
from rookery import (
    AlreadyExistsError,
    BusyError,
    ClosedError,
    InvalidArgumentError,
    PermissionError_,
    Store,
)

LONG = 60  # seconds: as long as a batch may wait


class TestPosts:
    """What is accepted is stored and answered."""

    def test_answers_are_ids(self, db: Store) -> None:
        with db.ingestor() as ingestor:
            answers = [ingestor.post("a", f"message {number}", author="ada") for number in range(1000)]
            ids = [answer.result() for answer in answers]
            assert all(answer.done() for answer in answers)
        assert [message.id for message in db.channel("a")] == ids
        assert [message.content for message in db.channel("a")] == [f"message {n}" for n in range(1000)]

    def test_all_that_a_post_has(self, db: Store) -> None:
        with db.ingestor() as ingestor:
            ingestor.post(
                "a",
                b"x",
                author="ada",
                reply_to=5,
                nonce="n",
                attributes={"mood": "glad"},
                flags=3,
                id=7 << 22,
                created_at="2026-01-01",
            )
        message = db.channel("a")[7 << 22]
        assert (message.content, message.author, message.reply_to, message.nonce) == ("x", "ada", 5, "n")
        assert (message.attributes, message.flags) == ({"mood": "glad"}, 3)
        assert message.created_at == datetime(2026, 1, 1, tzinfo=UTC)

    def test_a_bad_one_leaves_the_others_alone(self, db: Store) -> None:
        db.post("a", "old", id=7 << 22)
        with db.ingestor() as ingestor:
            first = ingestor.post("a", "one")
            taken = ingestor.post("a", "new", id=7 << 22)
            bad = ingestor.post("", "no channel")
            last = ingestor.post("a", "two")
            with pytest.raises(AlreadyExistsError):
                taken.result()
            for _ in range(2):
                with pytest.raises(InvalidArgumentError, match="channel"):
                    bad.result()
            assert first.result() < last.result()
            with pytest.raises(TypeError, match="content must be str or bytes"):
                ingestor.post("a", 5)  # type: ignore[arg-type]
        assert ingestor.stats().failed == 1

    def test_many_threads(self, db: Store) -> None:
        with db.ingestor() as ingestor:

            def work(name: str) -> None:
                for number in range(500):
                    ingestor.post("a", f"{name} {number}", author=name)

            threads = [threading.Thread(target=work, args=(name,)) for name in ("ada", "alan", "grace")]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        for name in ("ada", "alan", "grace"):
            contents = [message.content for message in db.query(channel="a", author=name, order="oldest")]
            assert contents == [f"{name} {number}" for number in range(500)]

    def test_flush_answers_what_waits(self, db: Store) -> None:
        with db.ingestor(batch_age=LONG) as ingestor:
            answer = ingestor.post("a", "x")
            with pytest.raises(BusyError, match="not answered yet"):
                answer.result(timeout=0)
            assert not answer.done() and ingestor.stats().waiting_messages == 1
            assert repr(ingestor) == "<Ingestor: 1 accepted, 1 waiting>"
            ingestor.flush()
            assert answer.done() and answer.result(timeout=0) == db.history("a")[0].id

    def test_a_full_mailbox_is_busy(self, db: Store) -> None:
        with db.ingestor(batch_age=LONG, mailbox_messages=2, when_full="busy") as ingestor:
            answers = [ingestor.post("a", str(number)) for number in range(3)]
            with pytest.raises(BusyError) as raised:
                answers[2].result()
            assert raised.value.retry_after is not None
        assert ingestor.stats().refused == 1 and len(db.channel("a")) == 2

    def test_stats_add_up(self, db: Store) -> None:
        with db.ingestor(workers=1) as ingestor:
            for number in range(100):
                ingestor.post("a", str(number))
        stats = ingestor.stats()
        assert stats.accepted == stats.answered == stats.batched == 100
        assert 1 <= stats.batches <= 100 and stats.waiting_messages == stats.waiting_bytes == 0


class TestEnds:
    """Stopping, closing, forgetting: what was accepted is stored."""

    def test_stopped_it_accepts_no_more(self, db: Store) -> None:
        with pytest.raises(KeyError), db.ingestor(batch_age=LONG) as ingestor:
            answer = ingestor.post("a", "x")
            raise KeyError
        assert answer.result(timeout=0) == db.history("a")[0].id
        ingestor.stop()
        ingestor.flush()
        with pytest.raises(ClosedError):
            ingestor.post("a", "y").result()

    def test_forgotten_it_stops(self, db: Store) -> None:
        answer = db.ingestor(batch_age=LONG).post("a", "x")
        gc.collect()
        assert answer.result(timeout=0) == db.history("a")[0].id

    def test_closing_the_store_answers_first(self, path: Path) -> None:
        with rookery.open(path, create=True) as db:
            ingestor = db.ingestor(batch_age=LONG)
            answers = [ingestor.post(f"channel {number}", "x") for number in range(100)]
        ids = [answer.result(timeout=0) for answer in answers]
        with pytest.raises(ClosedError):
            ingestor.post("a", "y")
        ingestor.stop()
        assert repr(ingestor) == "<Ingestor: 100 accepted, 0 waiting>"
        with rookery.open(path) as db:
            assert sorted(message.id for message in db.query()) == sorted(ids)

    def test_waiting_threads_are_answered(self, path: Path) -> None:
        ids: list[int] = []
        with rookery.open(path, create=True) as db:
            answer = db.ingestor(batch_age=LONG).post("a", "x")
            thread = threading.Thread(target=lambda: ids.append(answer.result()))
            thread.start()
        thread.join()
        assert ids == [answer.result()]

    def test_the_end_of_the_process_stores_what_was_accepted(self, path: Path) -> None:
        script = f"""
            import rookery
            db = rookery.open(PATH, create=True)
            ingestor = db.ingestor(batch_age={LONG})
            for number in range(1000):
                ingestor.post(f"c{{number % 7}}", str(number))
        """
        assert lines_of(script, path) == []
        with rookery.open(path) as db:
            assert db.query().count() == 1000

    def test_a_forked_child_leaves_it_alone(self, path: Path) -> None:
        script = f"""
            import rookery
            db = rookery.open(PATH, create=True)
            ingestor = db.ingestor(batch_age={LONG})
            answer = ingestor.post("a", "x")
            child = os.fork()
            if child == 0:
                for use in (answer.result, ingestor.flush, ingestor.stop, ingestor.stats,
                            lambda: ingestor.post("a", "y")):
                    try:
                        use()
                    except errors.UnavailableError:
                        print("refused", flush=True)
                del answer, ingestor
                gc.collect()
                sys.exit(0)
            print(wait_for(child), ingestor.stop(), answer.result() == db.history("a")[0].id)
        """
        assert lines_of(script, path) == ["refused"] * 5 + ["0 None True"]

    def test_ctrl_c_ends_a_wait(self, path: Path) -> None:
        script = f"""
            import rookery
            db = rookery.open(PATH, create=True)
            ingestor = db.ingestor(batch_age={LONG})
            answer = ingestor.post("a", "x")
            try:
                threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
                answer.result()
            except KeyboardInterrupt:
                print("interrupted")
            ingestor.stop()
            print(answer.done())
        """
        assert lines_of(script, path) == ["interrupted", "True"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"batch_messages": 0}, "batch.messages"),
        ({"batch_age": LONG + 1}, "batch.age"),
        ({"timeout": -1}, "timeout is -1; it must be seconds, 0 or more"),
        ({"timeout": 7200}, "timeout"),
        ({"mailbox_bytes": 1}, "mailbox.bytes"),
        ({"when_full": "drop"}, "when_full is 'drop'; it must be one of wait, busy"),
        ({"durability": "hope"}, "durability"),
        ({"workers": 1.5}, "workers is 1.5; it must be a whole number"),
    ],
)
def test_options_that_cannot_be_are_named(db: Store, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidArgumentError, match=said):
        db.ingestor(**options)


def test_a_store_that_is_read_only_has_none(saved: Path) -> None:
    with rookery.open(saved, mode="ro") as db, pytest.raises(PermissionError_):
        db.ingestor()


def test_sync_answers_are_on_disk(path: Path) -> None:
    with rookery.open(path, create=True) as db, db.ingestor(durability="sync") as ingestor:
        assert ingestor.post("a", "x").result(timeout=30) == db.history("a")[0].id
