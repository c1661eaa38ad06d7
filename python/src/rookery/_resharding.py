"""The part of Store that changes how many shards it has and which channels are in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from rookery._autopilot_reports import AutopilotLog, AutopilotPlan
from rookery._cells import Cells
from rookery._options import Autopilot, Routing, Size, autopilot_option, seconds
from rookery._progress import reporting
from rookery._shard_changes import change_of, job_options
from rookery._shard_reports import ReshardPlan, ReshardProof, ReshardStatus
from rookery._typing import Progress, Text


class Resharding(Cells):
    """The part of a Store that changes its shards. Thread-safe.

    `pause_reshard`, `resume_reshard` and `revert_reshard` are the C++ module's own. `cell`, of all but autopilot,
    says whose shards are meant; None: the main cell's. NotFoundError: there is none of that name.
    """

    def plan_reshard(
        self,
        *,
        shards: int | None = None,
        split: int | None = None,
        at: Text | None = None,
        merge: int | None = None,
        move: Text | None = None,
        slots: tuple[int, int] | None = None,
        range: tuple[Text, Text | None] | None = None,
        into: int | None = None,
        rebalance: Literal["bytes", "messages"] | None = None,
        spread: Text | None = None,
        strategy: Routing | None = None,
        cell: Text | None = None,
    ) -> ReshardPlan:
        """What a change of the shards would move; changes nothing. Costs about a look at all channels' sizes.

        Exactly one change: so many `shards`; `split` of a shard, of which about half goes to a new one, of a
        range store from the channel `at` on; `merge` of a shard `into` another; `move` of a channel (range and
        directory), of `slots` (hash: first and last, both included) or of a `range` (range: from the first
        channel to below the second, None: to the end) `into` a shard; `rebalance` by "bytes" or "messages";
        `spread` of a channel's messages, bucket by bucket, over so many `shards` (1: in one again); another `strategy`, in the forms of `rookery.open`'s `routing`. Shards are numbers from 0, within their `cell`.

        InvalidArgumentError: not one change, or one that does not fit the store.
        """
        change = change_of(
            {
                "shards": shards,
                "split": split,
                "at": at,
                "merge": merge,
                "move": move,
                "slots": slots,
                "range": range,
                "into": into,
                "rebalance": rebalance,
                "spread": spread,
            },
            strategy,
        )
        return ReshardPlan.from_dict(self._plan_reshard(change, cell))

    def start_reshard(
        self,
        *,
        shards: int | None = None,
        split: int | None = None,
        at: Text | None = None,
        merge: int | None = None,
        move: Text | None = None,
        slots: tuple[int, int] | None = None,
        range: tuple[Text, Text | None] | None = None,
        into: int | None = None,
        rebalance: Literal["bytes", "messages"] | None = None,
        spread: Text | None = None,
        strategy: Routing | None = None,
        keep: timedelta | float = 0,
        share: float = 0.05,
        max_bytes_per_second: Size | None = None,
        epoch: int | None = None,
        cell: Text | None = None,
    ) -> ReshardPlan:
        """Begins one of the changes of `plan_reshard` and returns what will move.

        A thread of the store does the rest while others read and write; a store that is opened again goes on
        with it, see `resume_reshard` of `rookery.open`. Nothing is begun if the plan's `changes` is False.
        `keep`, a timedelta or seconds up to 365 days, is how long the old place is kept after the switch, and
        the job can be reverted. `share`, 0.001 to 1, is the part of its time in which the job works,
        `max_bytes_per_second` the most that it copies, None or 0: no limit. `epoch` is that of a plan.

        BusyError: there is a job, a bulk load or a repair. ConflictError: the shard map is not that of `epoch`
        any more. NoSpaceError: the disk has too little room for the copy. PermissionError_: the store is
        read-only. InvalidArgumentError: as in `plan_reshard`.
        """
        change = change_of(
            {
                "shards": shards,
                "split": split,
                "at": at,
                "merge": merge,
                "move": move,
                "slots": slots,
                "range": range,
                "into": into,
                "rebalance": rebalance,
                "spread": spread,
            },
            strategy,
        )
        options = job_options(keep, share, max_bytes_per_second, epoch, cell)
        return ReshardPlan.from_dict(self._start_reshard(change, options))

    def reshard_status(self, *, cell: Text | None = None) -> ReshardStatus | None:
        """The job under way, or the last one; None if there was none. Cheap."""
        fields = self._reshard_status(cell)
        return None if fields is None else ReshardStatus.from_dict(fields)

    def wait_for_reshard(
        self,
        timeout: timedelta | float | None = None,
        *,
        progress: Progress = None,
        cell: Text | None = None,
    ) -> ReshardStatus:
        """Waits until the job has ended, is paused, or has come to keep the old place; tells which.

        At once if nothing works at it, as the store is read-only or was opened with `resume_reshard=False`.
        BusyError, which is a TimeoutError: none of these after `timeout`, a timedelta or seconds. Ctrl-C, `close()` and what `progress` raises end the waiting and not the job.
        Progress is told the bytes that are copied. NotFoundError: there was no job.
        """
        longest = None if timeout is None else seconds(timeout)
        with reporting(progress, "reshard", "bytes") as report:
            return ReshardStatus.from_dict(self._wait_for_reshard(longest, report, cell))

    def verify_reshard(self, *, progress: Progress = None, cell: Text | None = None) -> ReshardProof:
        """Reads all rows and says what they come to, shard by shard; both places of what moves are compared.

        A difference is reported, not raised. Progress is told the rows.
        """
        with reporting(progress, "verify", "rows") as report:
            return ReshardProof.from_dict(self._verify_reshard(report, cell))

    def plan_autopilot(self, autopilot: Autopilot | None = None) -> AutopilotPlan:
        """What autopilot would do now with these thresholds, and why; changes nothing.

        None: the defaults. Costs what `plan_reshard` does. InvalidArgumentError names a bad threshold.
        """
        return AutopilotPlan.from_dict(self._plan_autopilot(autopilot_option(autopilot or Autopilot())))

    def run_autopilot(self, autopilot: Autopilot | None = None) -> AutopilotPlan:
        """Begins the change that `plan_autopilot` names, unless `held_back` says why not; `wait_for_reshard` waits.

        Raises what `start_reshard` does.
        """
        return AutopilotPlan.from_dict(self._run_autopilot(autopilot_option(autopilot or Autopilot())))

    def autopilot_log(self) -> AutopilotLog:
        """What autopilot decided in this store, whoever had it open."""
        return AutopilotLog.from_dict(self._autopilot_log())
