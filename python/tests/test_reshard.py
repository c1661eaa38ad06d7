"""Changes of the shards: plans, the job that carries one out, and what proves that nothing is lost."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import rookery
from rookery import (
    BusyError,
    ClosedError,
    ConflictError,
    DirectoryRouting,
    HashRouting,
    InvalidArgumentError,
    NotFoundError,
    PermissionError_,
    RangeRouting,
    ReshardStatus,
    ShardTransfer,
    Store,
)

HOUR = timedelta(hours=1)
CHANNELS = [f"channel-{number}" for number in range(40)]
ROUTINGS = {"hash": HashRouting(4), "directory": DirectoryRouting(4, placement="round_robin")}
CHANGES: dict[str, list[dict[str, Any]]] = {
    "hash": [
        {"shards": 7},
        {"shards": 2},
        {"split": 1},
        {"merge": 3, "into": 0},
        {"slots": (0, 2047), "into": 3},
        {"rebalance": "messages"},
        {"strategy": RangeRouting(["channel-2", "channel-3"])},
        {"strategy": DirectoryRouting(4)},
    ],
    "directory": [
        {"shards": 2},
        {"split": 1},
        {"merge": 3, "into": 0},
        {"move": "channel-7", "into": 0},
        {"rebalance": "bytes"},
        {"strategy": "hash:5"},
    ],
}


def fill(db: Store) -> None:
    """Messages, records, and an attachment for each channel."""
    db.post_many({"channel": CHANNELS[n % 40], "author": "ada", "content": f"text {n}"} for n in range(400))
    for name in CHANNELS:
        db.channel(name).records["kept"] = name.encode()
        db.put_attachment(name, next(iter(db.channel(name))).id, "file", name.encode() * 100)


def contents(db: Store) -> dict[str, list[tuple[int, str]]]:
    """All messages, by channel, and that each has its record and its attachment."""
    for name, channel in db.channels.items():
        assert channel.records["kept"] == name.encode()
        file = db.get_attachment(name, next(iter(channel)).id, "file")
        assert file is not None and file.read() == name.encode() * 100
    return {
        name: [(message.id, message.content) for message in channel] for name, channel in db.channels.items()
    }


@pytest.fixture(params=ROUTINGS)
def full(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store in memory with something in every shard; of either strategy that keeps no names together."""
    with rookery.open(":memory:", routing=ROUTINGS[request.param]) as db:
        fill(db)
        yield db


@pytest.fixture(params=ROUTINGS)
def full_path(request: pytest.FixtureRequest, path: Path) -> Path:
    """The same, closed, on disk."""
    with rookery.open(path, create=True, routing=ROUTINGS[request.param]) as db:
        fill(db)
    return path


class TestPlans:
    """What would move, and that nothing does."""

    def test_it_says_what_would_move(self, full: Store) -> None:
        before = contents(full)
        plan = full.plan_reshard(shards=2)
        assert (plan.shards_before, plan.shards_after, plan.changes) == (4, 2, True)
        assert plan.strategy_before == plan.strategy_after == full.info()["strategy"]
        assert plan.epoch == full.info()["shard_map_epoch"]
        assert {transfer.source for transfer in plan.transfers} == {2, 3}
        assert plan.channels == sum(full.route(name).shard > 1 for name in CHANNELS)
        assert plan.messages == plan.channels * 10
        assert plan.bytes == sum(plan.bytes_before[2:]) and len(plan.bytes_after) == 2
        assert sum(plan.bytes_after) == sum(plan.bytes_before)
        assert full.plan_reshard(shards=2) == plan and contents(full) == before
        assert full.reshard_status() is None

    def test_of_a_channel(self) -> None:
        with rookery.open(":memory:", routing=DirectoryRouting(3, entries={"a": 2})) as db:
            db.post("a", "x")
            plan = db.plan_reshard(move=b"a", into=1)
            assert plan.transfers == (ShardTransfer(2, 1, 1, 1, plan.bytes),)
            assert repr(plan) == (
                f"ReshardPlan(directory:3 -> directory:3: 1 channels, 1 messages, {plan.bytes} bytes move)"
            )

    def test_of_ranges(self) -> None:
        with rookery.open(":memory:", routing=RangeRouting(["m"])) as db:
            db.post_many({"channel": name} for name in "abxyz")
            assert db.plan_reshard(range=("a", "b"), into=1).channels == 1
            assert db.plan_reshard(range=("y", None), into=0).channels == 2
            assert db.plan_reshard(range=(b"", b"b"), into=1).channels == 1
            assert db.plan_reshard(split=1, at="z").channels == 1
            assert db.plan_reshard(split=1).shards_after == 3

    def test_of_a_giant_channel(self) -> None:
        with rookery.open(":memory:", routing=HashRouting(4)) as db:
            db.post_many({"channel": "giant", "content": str(number)} for number in range(100))
            before = [message.content for message in db.history("giant", limit=100)]
            for shards in (3, 1):
                db.start_reshard(spread="giant", shards=shards, share=1)
                assert db.wait_for_reshard(timeout=60).phase == "done"
                assert ("spread" in str(db.route("giant").steps)) == (shards > 1)
                assert [message.content for message in db.history("giant", limit=100)] == before

    def test_nothing_may_change(self, full: Store) -> None:
        plan = full.plan_reshard(shards=4)
        assert (plan.changes, plan.transfers, plan.bytes) == (False, (), 0)
        assert repr(plan) == f"ReshardPlan({plan.strategy_before}:4: nothing changes)"
        assert full.start_reshard(shards=4) == plan and full.reshard_status() is None

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ({}, "give one of shards, split, .* and strategy, not none"),
            ({"shards": 3, "split": 1}, "not shards and split"),
            ({"shards": 3, "strategy": "hash:3"}, "not shards and strategy"),
            ({"spread": "a"}, "shards is missing: over how many the channel is spread"),
            ({"spread": "a", "shards": 2, "split": 1}, "not split and spread"),
            ({"spread": "nobody", "shards": 2}, "the store has none of this name"),
            ({"spread": "a", "shards": 17}, "shards: 17 is not in 1..16"),
            ({"into": 3}, "not none"),
            ({"merge": 1}, "into is missing: the shard that merge moves to"),
            ({"move": "a"}, "into is missing"),
            ({"slots": (0, 5)}, "into is missing"),
            ({"range": ("a", "b")}, "into is missing"),
            ({"shards": 3, "into": 1}, "into is for merge, move, slots and range, not for shards"),
            ({"shards": 3, "at": "a"}, "at is for split, not for shards"),
            ({"slots": (0, 1, 2), "into": 1}, "slots has 3 values: give a pair"),
            ({"slots": (0, "5"), "into": 1}, "slots.last is '5'; it must be a whole number"),
            ({"slots": (0, 4096), "into": 1}, "slots 0..4096 are not in 0..4095"),
            ({"range": ("a", 5), "into": 1}, "range.upper is 5; it must be a str"),
            ({"range": ("a", "b"), "into": 1}, "a hash store has no ranges"),
            ({"move": "a", "into": 1}, "a hash store moves slots"),
            ({"shards": 0}, "shards: 0 is not in 1..4096"),
            ({"shards": -1}, "shards"),
            ({"shards": 2.5}, "shards is 2.5; it must be a whole number"),
            ({"split": 16}, "shard 16: the store has shards 0..15"),
            ({"merge": 1, "into": 1}, "shard 1 cannot be merged into itself"),
            ({"rebalance": "channels"}, "rebalance is 'channels'; it must be one of bytes, messages"),
            ({"strategy": "directory"}, "strategy='directory' is not known"),
            ({"strategy": HashRouting(3)}, "the store is hash already"),
        ],
    )
    def test_what_cannot_be_is_named(self, db: Store, arguments: dict[str, Any], said: str) -> None:
        for call in (db.plan_reshard, db.start_reshard):
            with pytest.raises(InvalidArgumentError, match=said):
                call(**arguments)
        assert db.reshard_status() is None

    @pytest.mark.parametrize("arguments", [{"slots": 5, "into": 1}, {"range": "ab", "into": 1}])
    def test_what_is_no_pair_is_named(self, db: Store, arguments: dict[str, Any]) -> None:
        with pytest.raises(TypeError, match="give a pair"):
            db.plan_reshard(**arguments)


class TestJobs:
    """Jobs that are begun, watched, ended."""

    @pytest.mark.parametrize(
        ("strategy", "change"),
        [(strategy, change) for strategy, changes in CHANGES.items() for change in changes],
        ids=lambda value: value if isinstance(value, str) else "-".join(value),
    )
    def test_all_messages_are_kept(self, strategy: str, change: dict[str, Any]) -> None:
        with rookery.open(":memory:", routing=ROUTINGS[strategy]) as db:
            fill(db)
            before, proof = contents(db), db.verify_reshard()
            plan = db.start_reshard(**change, share=1)
            if plan.changes:
                status = db.wait_for_reshard()
                assert (status.phase, status.active, status.epoch) == ("done", False, plan.epoch + 1)
                assert status == db.reshard_status()
            assert contents(db) == before and db.verify().ok
            assert db.info()["shards"] == plan.shards_after
            assert db.info()["strategy"] == plan.strategy_after
            assert db.verify_reshard().store == proof.store

    def test_writes_go_on_meanwhile(self, full: Store) -> None:
        stop, posted = threading.Event(), []

        def post() -> None:
            while not stop.is_set():
                posted.append(full.post(CHANNELS[len(posted) % 40], "meanwhile"))

        thread = threading.Thread(target=post)
        thread.start()
        try:
            full.start_reshard(shards=3, share=1)
            assert full.wait_for_reshard().phase == "done"
        finally:
            stop.set()
            thread.join()
        assert full.query().count() == 400 + len(posted) and full.verify().ok
        assert all(id in full.channel(CHANNELS[index % 40]) for index, id in enumerate(posted))

    def test_it_is_told_of(self, full: Store) -> None:
        plan = full.start_reshard(shards=2, keep=HOUR, share=1)
        told: list[tuple[int, int | None]] = []
        status = full.wait_for_reshard(60, progress=lambda *progress: told.append(progress))
        assert (status.phase, status.paused, status.paused_reason) == ("switched", False, None)
        assert (status.shards_before, status.shards_after, status.request) == (4, 2, "resize to 2 shards")
        assert status.rows_copied >= plan.messages and status.bytes_copied >= plan.bytes > 0
        assert told[-1] == (status.bytes_copied, status.bytes_copied)
        assert status.switched_at is not None and status.drop_at == status.switched_at + HOUR
        assert status.started_at <= status.switched_at <= datetime.now(UTC) and status.finished_at is None
        assert re.fullmatch(
            r"ReshardStatus\(switched: resize to 2 shards, \w+:4 -> \w+:2, [\d,]+ of [\d,]+ bytes copied\)",
            repr(status),
        )

    def test_it_can_be_reverted(self, full: Store) -> None:
        before = {name: full.route(name).shard for name in CHANNELS}
        full.start_reshard(shards=2, keep=3600, share=1)
        assert full.wait_for_reshard().phase == "switched"
        assert full.info()["shards"] == 2
        late = full.post("channel-1", "after the switch")
        full.revert_reshard()
        status = full.wait_for_reshard()
        assert (status.phase, status.active) == ("reverted", False) and status.finished_at is not None
        assert {name: full.route(name).shard for name in CHANNELS} == before
        assert late in full.channel("channel-1")
        assert full.query().count() == 401 and full.verify().ok

    def test_it_is_paused_and_resumed_across_reopening(self, full_path: Path) -> None:
        with rookery.open(full_path) as db:
            before = contents(db)
            db.start_reshard(shards=6, keep=HOUR)
            db.pause_reshard()
            status = db.wait_for_reshard()
            assert status.paused and status.paused_reason is None and status.active
        with rookery.open(full_path) as db:
            again = db.reshard_status()
            assert again is not None and again.paused and again.request == status.request
            assert contents(db) == before
            db.post("channel-3", "while it is paused")
            db.resume_reshard()
            assert db.wait_for_reshard().phase == "switched"
            assert db.info()["shards"] == 6 and db.query().count() == 401 and db.verify().ok

    def test_a_store_may_be_opened_without_going_on(self, full_path: Path) -> None:
        with rookery.open(full_path) as db:
            db.start_reshard(shards=2, max_bytes_per_second=1)
        with rookery.open(full_path, resume_reshard=False) as db:
            status = db.reshard_status()
            assert status is not None and status.active
            assert db.wait_for_reshard(60).active  # nothing works at it
            db.revert_reshard()
            assert db.wait_for_reshard().phase == "reverted"
            assert db.query().count() == 400 and db.verify().ok
        with rookery.open(full_path) as db:
            status = db.reshard_status()
            assert status is not None and status.phase == "reverted"

    def test_it_goes_on_by_itself(self, full_path: Path) -> None:
        with rookery.open(full_path) as db:
            db.start_reshard(shards=2, keep=HOUR)
        with rookery.open(full_path) as db:
            assert db.wait_for_reshard().phase == "switched"
            assert db.query().count() == 400 and db.verify().ok

    def test_another_epoch_is_a_conflict(self, full: Store) -> None:
        plan = full.plan_reshard(shards=2)
        full.start_reshard(shards=3, epoch=plan.epoch, share=1)
        full.wait_for_reshard()
        with pytest.raises(ConflictError, match="plan again") as raised:
            full.start_reshard(shards=2, epoch=plan.epoch)
        assert raised.value.current_version == full.plan_reshard(shards=2).epoch == plan.epoch + 1

    def test_there_is_one_at_a_time(self, full: Store) -> None:
        full.start_reshard(shards=2, keep=HOUR)
        with pytest.raises(BusyError, match="reshard job is under way"):
            full.start_reshard(shards=3)

    def test_without_one_there_is_nothing_to_tell(self, full: Store) -> None:
        assert full.reshard_status() is None
        for call in (
            full.pause_reshard,
            full.resume_reshard,
            full.revert_reshard,
            full.wait_for_reshard,
        ):
            with pytest.raises(NotFoundError):
                call()

    def test_a_store_for_reading_begins_none(self, full_path: Path) -> None:
        with rookery.open(full_path, mode="ro") as db:
            assert db.plan_reshard(shards=2).changes and db.verify_reshard().equal
            with pytest.raises(PermissionError_):
                db.start_reshard(shards=2)

    @pytest.mark.parametrize(
        ("options", "error", "said"),
        [
            ({"keep": -1}, InvalidArgumentError, "keep is -1; it must be seconds, 0 or more"),
            ({"keep": float("nan")}, InvalidArgumentError, "keep is nan"),
            ({"keep": 366 * 24 * HOUR}, InvalidArgumentError, "0 to 365 days"),
            ({"keep": "1h"}, InvalidArgumentError, "keep is '1h'"),
            ({"share": 0}, InvalidArgumentError, "share is 0"),
            ({"share": 1.5}, InvalidArgumentError, "share is 1.5"),
            ({"share": float("nan")}, InvalidArgumentError, "share is nan"),
            (
                {"share": "all"},
                InvalidArgumentError,
                "share is 'all'; it must be a number",
            ),
            ({"max_bytes_per_second": "fast"}, InvalidArgumentError, "max_bytes_per_second='fast' is not a"),
            ({"epoch": "1"}, InvalidArgumentError, "epoch is '1'; it must be a whole number"),
        ],
    )
    def test_options_that_cannot_be_are_named(
        self, db: Store, options: dict[str, Any], error: type[Exception], said: str
    ) -> None:
        with pytest.raises(error, match=said):
            db.start_reshard(shards=2, **options)
        with pytest.raises(InvalidArgumentError, match="resume_reshard is 1; it must be True or False"):
            rookery.open(":memory:", resume_reshard=1)  # type: ignore[arg-type]
        assert db.reshard_status() is None


class TestWaiting:
    """Who waits for a job that takes long may stop waiting."""

    @pytest.fixture
    def slow(self, full: Store) -> Store:
        """A store with a job that copies a byte in a second."""
        full.start_reshard(shards=2, max_bytes_per_second=1)
        return full

    def test_a_timeout_is_an_error(self, slow: Store) -> None:
        for timeout in (0, 0.01, timedelta(milliseconds=120)):
            with pytest.raises(TimeoutError, match="still under way") as raised:
                slow.wait_for_reshard(timeout)
            assert isinstance(raised.value, BusyError)
        with pytest.raises(InvalidArgumentError, match="timeout is -1"):
            slow.wait_for_reshard(-1)
        slow.revert_reshard()
        assert slow.wait_for_reshard(timeout=60).phase == "reverted"

    def test_an_interrupt_ends_the_waiting_and_not_the_job(self, slow: Store) -> None:
        with pytest.raises(KeyboardInterrupt):
            slow.wait_for_reshard(progress=lambda done, total: signal.raise_signal(signal.SIGINT))
        status = slow.reshard_status()
        assert status is not None and status.active and not status.paused

    def test_an_interrupt_is_heard_while_nothing_is_told(self, slow: Store) -> None:
        begun = threading.Event()

        def interrupt() -> None:
            begun.wait()
            signal.raise_signal(signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            begun.set()
            slow.wait_for_reshard()
        thread.join()
        assert isinstance(slow.reshard_status(), ReshardStatus)

    def test_other_threads_go_on(self, slow: Store) -> None:
        told: list[BusyError] = []

        def wait() -> None:
            with pytest.raises(BusyError) as raised:
                slow.wait_for_reshard(0.3)
            told.append(raised.value)

        thread = threading.Thread(target=wait)
        thread.start()
        steps = 0
        while thread.is_alive():
            steps += 1
        thread.join()
        assert steps > 1_000 and len(told) == 1

    def test_closing_the_store_ends_it(self, slow: Store) -> None:
        with pytest.raises(ClosedError):
            slow.wait_for_reshard(progress=lambda done, total: slow.close())
        assert slow.closed

    def test_progress_may_revert_the_job(self, slow: Store) -> None:
        reverted: list[int] = []

        def revert(done: int, _total: int | None) -> None:
            if not reverted:
                reverted.append(done)
                slow.revert_reshard()

        assert slow.wait_for_reshard(progress=revert).phase == "reverted"


class TestProofs:
    """What rows come to."""

    def test_what_is_kept_twice_is_compared(self, full: Store) -> None:
        before = full.verify_reshard()
        assert (before.equal, before.difference, before.moves) == (True, None, ())
        plan = full.start_reshard(shards=2, keep=HOUR, share=1)
        full.wait_for_reshard()
        proof = full.verify_reshard()
        assert proof.equal and proof.difference is None and proof.store == before.store
        assert {(move.source, move.target) for move in proof.moves} == {
            (transfer.source, transfer.target) for transfer in plan.transfers
        }
        assert all(move.equal and move.original.rows > 0 for move in proof.moves)
        assert len(proof.shards) >= 2 and sum(shard.rows for shard in proof.shards) == proof.store.rows

    def test_hashes_are_32_digits_and_add_up(self, full: Store) -> None:
        proof = full.verify_reshard()
        assert len(proof.shards) == 4
        assert all(re.fullmatch("[0-9a-f]{32}", shard.hash) for shard in (*proof.shards, proof.store))
        assert sum(int(shard.hash, 16) for shard in proof.shards) % 2**128 == int(proof.store.hash, 16)
        assert sum(shard.bytes for shard in proof.shards) == proof.store.bytes
        assert repr(proof) == (
            f"ReshardProof(equal: 4 shards, 0 moves, {proof.store.rows:,} rows, {proof.store.hash})"
        )

    def test_they_tell_stores_apart(self, full: Store) -> None:
        before = full.verify_reshard()
        assert full.verify_reshard() == before
        full.channel("channel-1").records["kept"] = b"changed"
        after = full.verify_reshard()
        assert after.store.rows == before.store.rows and after.store.hash != before.store.hash

    def test_an_empty_store_has_one(self, db: Store) -> None:
        proof = db.verify_reshard()
        assert (proof.store.rows, proof.store.hash, len(proof.shards)) == (0, "0" * 32, 16)

    def test_progress_is_told_rows(self, full: Store) -> None:
        told: list[tuple[int, int | None]] = []
        proof = full.verify_reshard(progress=lambda *progress: told.append(progress))
        assert told[-1][0] == told[-1][1] and told[-1][0] >= proof.store.rows > 0

    def test_what_progress_raises_ends_it(self, full: Store) -> None:
        def fail(_done: int, _total: int | None) -> None:
            raise ZeroDivisionError("told")

        with pytest.raises(ZeroDivisionError):
            full.verify_reshard(progress=fail)
        with pytest.raises(TypeError, match="progress is a str"):
            full.verify_reshard(progress="yes")  # type: ignore[arg-type]
