"""Retention: rules for the store, prefixes and channels, and runs that enforce them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import rookery
from rookery import (
    BusyError,
    ChannelTrim,
    ClosedError,
    InvalidArgumentError,
    PermissionError_,
    RetentionReport,
    RetentionRule,
    Store,
)

DAY = timedelta(days=1)


@pytest.fixture
def db() -> Iterator[Store]:
    """An empty store in memory, which enforces its rules only when it is told to."""
    with rookery.open(":memory:", retention_interval=0) as store:
        yield store


class TestRules:
    """What is set is what is kept."""

    def test_there_are_none_at_first(self, db: Store) -> None:
        assert db.retention() == []
        assert db.run_retention() == RetentionReport(channels=0, trimmed=0, messages=0, bytes=0)

    def test_they_come_by_scope_and_name(self, db: Store) -> None:
        db.set_retention(channel="b", max_bytes="1KiB")
        db.set_retention(channel=b"a", max_messages=5)
        db.set_retention(prefix="guild/", max_age=2.5)
        db.set_retention(max_age=30 * DAY, max_messages=10, max_bytes=7)
        assert db.retention() == [
            RetentionRule("store", "", 30 * DAY, 10, 7),
            RetentionRule("prefix", "guild/", timedelta(seconds=2.5), None, None),
            RetentionRule("channel", "a", None, 5, None),
            RetentionRule("channel", "b", None, None, 1024),
        ]

    def test_one_takes_the_place_of_the_one_before(self, db: Store) -> None:
        db.set_retention(prefix="a", max_messages=5)
        db.set_retention(prefix="a", max_age=DAY)
        assert db.retention() == [RetentionRule("prefix", "a", DAY, None, None)]

    def test_without_limits_it_is_removed(self, db: Store) -> None:
        db.set_retention(prefix="a", max_messages=5)
        db.set_retention(max_messages=5)
        db.set_retention(prefix="a")
        assert [rule.scope for rule in db.retention()] == ["store"]
        db.set_retention()
        assert db.retention() == []

    def test_they_are_kept_in_the_store(self, saved: Path) -> None:
        with rookery.open(saved, retention_interval=0) as db:
            db.set_retention(channel="general", max_messages=3)
        with rookery.open(saved, mode="ro") as db:
            assert db.retention() == [RetentionRule("channel", "general", None, 3, None)]
            with pytest.raises(PermissionError_):
                db.set_retention(max_messages=1)
            assert db.run_retention(dry_run=True).messages == 7
            with pytest.raises(PermissionError_):
                db.run_retention()

    def test_the_longest_age_survives(self, db: Store) -> None:
        db.set_retention(max_age=timedelta.max)
        assert db.retention()[0].max_age == timedelta.max // timedelta(milliseconds=1) * timedelta(
            milliseconds=1
        )
        db._set_retention({"scope": "store", "max_age_ms": 2**62})
        assert db.retention()[0].max_age == timedelta.max // timedelta(milliseconds=1) * timedelta(
            milliseconds=1
        )

    @pytest.mark.parametrize(
        ("arguments", "error", "said"),
        [
            ({"prefix": "a", "channel": "b", "max_messages": 1}, InvalidArgumentError, "prefix or channel"),
            ({"max_messages": 0}, InvalidArgumentError, "max_messages must be at least 1"),
            ({"max_messages": -1}, InvalidArgumentError, "max_messages"),
            ({"max_messages": 1.5}, InvalidArgumentError, "max_messages is 1.5; it must be a whole number"),
            ({"max_bytes": 0}, InvalidArgumentError, "max_bytes must be at least 1"),
            ({"max_bytes": "much"}, InvalidArgumentError, "max_bytes='much' is not a size"),
            ({"max_age": 0}, InvalidArgumentError, "max_age must be at least 1 ms"),
            ({"max_age": -DAY}, InvalidArgumentError, "max_age"),
            ({"max_age": float("nan")}, InvalidArgumentError, "max_age=nan"),
            ({"max_age": "30d"}, TypeError, "max_age is a str"),
            ({"max_age": True}, TypeError, "max_age is a bool"),
            ({"channel": "", "max_messages": 1}, InvalidArgumentError, "channel"),
            ({"channel": 5, "max_messages": 1}, InvalidArgumentError, "name is 5; it must be a str"),
        ],
    )
    def test_what_cannot_be_is_named(
        self, db: Store, arguments: dict[str, Any], error: type[Exception], said: str
    ) -> None:
        with pytest.raises(error, match=said):
            db.set_retention(**arguments)
        assert db.retention() == []


class TestRuns:
    """What is removed, and what is told of it."""

    def test_the_oldest_go_first(self, chat: Store) -> None:
        ids = [message.id for message in chat.channel("general")]
        chat.set_retention(channel="general", max_messages=3)
        trims: list[ChannelTrim] = []
        told: list[tuple[int, int | None]] = []
        report = chat.run_retention(on_trim=trims.append, progress=lambda *progress: told.append(progress))
        assert (report.channels, report.trimmed, report.messages) == (3, 1, 7) and report.bytes > 0
        assert trims == [ChannelTrim("general", 7, report.bytes, ids[7])]
        assert told[-1] == (7, 7)
        assert [message.id for message in chat.channel("general")] == ids[7:]
        assert len(chat.channel("guild/dev")) == 10 and chat.verify().ok

    def test_a_dry_run_removes_nothing(self, chat: Store) -> None:
        chat.set_retention(max_messages=4)
        trims: list[ChannelTrim] = []
        report = chat.run_retention(dry_run=True, on_trim=trims.append)
        assert {trim.channel: trim.messages for trim in trims} == {
            "general": 6,
            "guild/dev": 6,
            "guild/ops": 6,
        }
        assert report.messages == 18 and chat.query().count() == 30
        again = chat.run_retention()
        assert again == report and chat.query().count() == 12
        assert chat.run_retention().messages == 0

    def test_by_age(self, db: Store) -> None:
        now = datetime.now(UTC)
        for days in (300, 200, 100, 0):
            db.post("a", f"{days} days old", id=db.id_at(now - days * DAY) + 1)
        db.set_retention(max_age=150 * DAY)
        assert db.run_retention().messages == 2
        assert [message.content for message in db.channel("a")] == ["100 days old", "0 days old"]
        db.set_retention(max_age=(50 * DAY).total_seconds())
        assert db.run_retention().messages == 1

    def test_the_most_particular_rule_holds_alone(self, chat: Store) -> None:
        chat.set_retention(max_messages=1)
        chat.set_retention(prefix="guild/", max_messages=2)
        chat.set_retention(channel="guild/ops", max_messages=8)
        chat.run_retention()
        assert {name: len(channel) for name, channel in chat.channels.items()} == {
            "general": 1,
            "guild/dev": 2,
            "guild/ops": 8,
        }

    def test_a_callback_that_raises_ends_it(self, chat: Store) -> None:
        chat.set_retention(max_messages=4)

        def stop(trim: ChannelTrim) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            chat.run_retention(on_trim=stop)
        assert chat.query().count() == 24  # the channel that was at hand is done
        assert chat.run_retention().messages == 12

    def test_a_callback_may_use_the_store(self, chat: Store) -> None:
        chat.set_retention(channel="general", max_messages=4)
        busy: list[BusyError] = []

        def use(trim: ChannelTrim) -> None:
            chat.post(trim.channel, "trimmed")
            chat.set_retention(channel="general")
            with pytest.raises(BusyError) as raised:
                chat.run_retention()
            busy.append(raised.value)

        chat.run_retention(on_trim=use)
        assert len(busy) == 1 and busy[0].retry_after is not None
        assert len(chat.channel("general")) == 5 and chat.retention() == []

    def test_a_callback_may_close_the_store(self, chat: Store) -> None:
        chat.set_retention(max_messages=4)
        with pytest.raises(ClosedError):
            chat.run_retention(on_trim=lambda trim: chat.close())
        assert chat.closed

    def test_what_is_no_callback_is_named(self, db: Store) -> None:
        with pytest.raises(TypeError, match="on_trim is a int, not a function of a ChannelTrim"):
            db.run_retention(on_trim=5)  # type: ignore[arg-type]
        with pytest.raises(InvalidArgumentError, match="dry_run is 1; it must be True or False"):
            db.run_retention(dry_run=1)  # type: ignore[arg-type]

    def test_by_itself_it_runs_at_once(self, saved: Path) -> None:
        with rookery.open(saved, retention_interval=DAY) as db:
            db.set_retention(max_messages=4)
            give_up = time.monotonic() + 60
            while db.stats()["counters"]["retention_runs"] == 0:
                assert time.monotonic() < give_up
            assert db.query().count() == 12

    def test_an_interval_that_cannot_be_is_named(self) -> None:
        with pytest.raises(InvalidArgumentError, match="retention_interval"):
            rookery.open(":memory:", retention_interval=-1)
        with pytest.raises(InvalidArgumentError, match="retention_interval"):
            rookery.open(":memory:", retention_interval=2 * DAY)

    def test_why_it_does_not_run_by_itself_is_told(self, db: Store) -> None:
        db.set_retention(max_messages=1)
        stats = db.stats()
        assert stats["retention_paused_reason"] == "" and stats["counters"]["retention_rules"] == 1
