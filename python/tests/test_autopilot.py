"""Shards that are split and merged by themselves: plans, runs, the log, and the thread."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import rookery
from rookery import Autopilot, AutopilotLog, InvalidArgumentError, PermissionError_, Store

SMALL = Autopilot(target_bytes=8000, min_shards=2, share=1)


def fill(db: Store) -> None:
    """More than two shards should hold."""
    db.post_many({"channel": f"channel-{number}", "content": "x" * 200} for number in range(100))


@pytest.fixture
def full() -> Iterator[Store]:
    """A store in memory that is too large for its shards."""
    with rookery.open(":memory:", routing="hash:2") as db:
        fill(db)
        yield db


class TestPlans:
    """What would be done, and that nothing is."""

    def test_it_says_what_and_why(self, full: Store) -> None:
        plan = full.plan_autopilot(SMALL)
        assert plan.request is not None and plan.request.startswith("split shard-000")
        assert plan.reason.endswith("% of target_bytes") and plan.held_back is None
        assert plan.plan is not None and plan.plan.shards_after == 3 and plan.plan.bytes > 0
        assert full.reshard_status() is None and full.autopilot_log() == AutopilotLog((), 0, None)

    def test_it_says_why_not(self, full: Store) -> None:
        plan = full.plan_autopilot()
        assert (plan.request, plan.plan, plan.findings) == (None, None, ())
        assert plan.reason.startswith("no shard is above 70 %")
        (first, *_) = full.plan_autopilot(Autopilot(target_bytes=8000, min_shards=1, max_shards=2)).findings
        assert first.shard in (0, 1) and first.reason.endswith("there are max_shards, 2, already")

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"target_bytes": 0}, "target_bytes is 0"),
            ({"target_bytes": "much"}, "autopilot.target_bytes='much' is not a size"),
            ({"split_above": 1.5}, "split_above is 1.5"),
            ({"split_above": "most"}, "autopilot.split_above is 'most'; it must be a number"),
            ({"merge_below": 0.4}, "merge_below is 0.4"),
            ({"min_shards": 0}, "min_shards is 0"),
            ({"interval": 0}, "interval is 0 ms"),
            ({"quiet_period": -1}, "autopilot.quiet_period"),
            ({"share": 2}, "share is 2"),
        ],
    )
    def test_what_does_not_fit_is_named(self, db: Store, options: dict[str, Any], said: str) -> None:
        wrong = Autopilot(**options)
        for call in (db.plan_autopilot, db.run_autopilot):
            with pytest.raises(InvalidArgumentError, match=said):
                call(wrong)
        with pytest.raises(InvalidArgumentError, match=said):
            rookery.open(":memory:", autopilot=wrong)


class TestRuns:
    """Changes that are begun, and remembered."""

    def test_one_change_and_then_quiet(self, full: Store) -> None:
        plan = full.run_autopilot(SMALL)
        assert plan.held_back is None and full.wait_for_reshard().phase == "done"
        assert full.info()["shards"] == 3
        again = full.run_autopilot(SMALL)
        assert again.request is not None and again.held_back == "quiet for another 60 min"
        (entry,) = full.autopilot_log().entries
        assert (entry.request, entry.reason, entry.outcome) == (plan.request, plan.reason, "done")
        assert plan.plan is not None and entry.bytes == plan.plan.bytes and entry.epoch == plan.plan.epoch + 1
        assert entry.failure is None and entry.ended_at is not None and entry.ended_at >= entry.decided_at
        assert full.autopilot_log().copied_today == entry.bytes

    def test_a_reader_plans_only(self, path: Path) -> None:
        with rookery.open(path, create=True, routing="hash:2") as db:
            fill(db)
        with rookery.open(path, mode="ro", autopilot=SMALL) as db:
            assert db.plan_autopilot(SMALL).request is not None
            with pytest.raises(PermissionError_):
                db.run_autopilot(SMALL)

    def test_a_thread_does_it(self) -> None:
        options = Autopilot(
            target_bytes=8000, min_shards=2, share=1, interval=0.001, quiet_period=timedelta(0), budget=0
        )
        with rookery.open(":memory:", routing="hash:2", autopilot=options) as db:
            fill(db)
            latest = time.monotonic() + 60
            while db.info()["shards"] < 4 or db.plan_autopilot(options).request is not None:
                assert time.monotonic() < latest
            assert db.query().count() == 100 and db.verify().ok
            assert db.autopilot_log().paused_reason is None
