"""Upkeep: what is done with a store as a whole, and the part of Store that does it.

Statistics, checks, repair, retention, import and export. Its shards are in `_resharding`, the rest of a store is
in `_store`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from rookery import _admin
from rookery._options import Size
from rookery._progress import reporting
from rookery._reports import (
    ChannelTrim,
    ExportReport,
    ImportProblem,
    ImportReport,
    RepairReport,
    RetentionReport,
    RetentionRule,
    RouteExplanation,
    VerifyReport,
    View,
)
from rookery._resharding import Resharding
from rookery._retention import rule_fields, rule_of, run
from rookery._typing import BinaryFile, BulkPacking, MissingCells, Progress, Text, TimeLike


class Upkeep(Resharding):
    """The part of a Store that looks after it. Thread-safe."""

    def route(self, channel: Text) -> RouteExplanation:
        """Why `channel` is, or would be, in its shard."""
        return RouteExplanation.from_dict(self.explain(channel))

    def stats(self) -> dict[str, Any]:
        """What the store tells about itself, as plain values: `info`, `shards`, `counters`, `hot_channels`.
        Cheap."""
        return {"info": self.info(), **self.metrics()}

    def view(self) -> View:
        """From when what the store shows is: live, or, with `mode="ro"` beside a process that writes, a checkpoint."""
        view = self.view_()
        return View(view["source"], view["at"], timedelta(milliseconds=view["age_ms"]))

    def verify(
        self,
        *,
        progress: Progress = None,
        max_problems: int = 100,
        missing_cells: MissingCells = "refuse",
    ) -> VerifyReport:
        """Reads everything and checks keys, values, routing and indexes. Damage is reported, not raised.

        While a cell is quarantined it raises UnavailableError, or with `missing_cells="leave_out"` reads the
        others; `cells` says which they are.
        """
        with reporting(progress, "verify", "rows") as report:
            return VerifyReport.from_dict(self.verify_(max_problems, report, missing_cells))

    def repair(self, *, progress: Progress = None) -> RepairReport:
        """Makes anew what is derived from the messages: how many live where. Changes no message.

        For a store whose `verify` finds the counts wrong. Reads everything; writers wait meanwhile, readers
        do not. Progress is told the rows. BusyError: the shards are being changed.
        """
        with reporting(progress, "repair", "rows") as report:
            return RepairReport(**self._repair(report))

    # --- Retention ------------------------------------------------------------------------------------------

    def set_retention(
        self,
        *,
        prefix: Text | None = None,
        channel: Text | None = None,
        max_age: timedelta | float | None = None,
        max_messages: int | None = None,
        max_bytes: Size | None = None,
    ) -> None:
        """Sets what channels may keep: all of the store, those whose names begin with `prefix`, or one.

        `max_age` is a timedelta or seconds, by the time in a message's id, to the millisecond; `max_messages`
        and `max_bytes` (as `channel_size` counts) are of each channel. The oldest go first. What is None is
        not limited, and without any limit the rule is removed. A rule takes the place of the one before for
        the same; for a channel the most particular one holds alone: its own, else that of the longest prefix,
        else the store's. Rules are kept in the store. While it is open for writing they are enforced at once
        and then as often as `retention_interval` of `rookery.open` says.

        InvalidArgumentError: a limit below 1 (of the age: 1 millisecond), or both `prefix` and `channel`.
        """
        self._set_retention(rule_fields(prefix, channel, max_age, max_messages, max_bytes))

    def retention(self) -> list[RetentionRule]:
        """The rules: the store's first, then those of prefixes and of channels, by name."""
        return [rule_of(fields) for fields in self._retention()]

    def run_retention(
        self,
        *,
        dry_run: bool = False,
        max_messages_per_second: int = 0,
        on_trim: Callable[[ChannelTrim], object] | None = None,
        progress: Progress = None,
    ) -> RetentionReport:
        """Removes what is too much by the rules, oldest first, and gives its disk space back.

        With `dry_run` nothing is removed: the report and `on_trim` say what would be. `on_trim` is told of
        every channel that had too much, progress the messages removed so far. `max_messages_per_second`, 0
        for no limit, leaves the disk to others. Ctrl-C, `close()` and what a callback raises end it after the
        channel at hand; what was removed stays so. BusyError: the store enforces its rules just now.
        """
        options: dict[str, object] = {"dry_run": dry_run, "max_messages_per_second": max_messages_per_second}
        with reporting(progress, "retention", "messages") as report:
            return run(self._run_retention, options, report, on_trim)

    # --- Import and export ----------------------------------------------------------------------------------

    def import_(  # type: ignore[override]  # the values of Python, where the C++ module takes a dictionary
        self,
        paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        format: str | None = None,
        since: TimeLike | None = None,
        until: TimeLike | None = None,
        dry_run: bool = False,
        max_errors: int = 100,
        channel: Text | None = None,
        utc_offset: timedelta | str | None = None,
        bulk: bool = False,
        bulk_memory: Size | None = None,
        bulk_packing: BulkPacking = "fast",
        progress: Progress = None,
        on_problem: Callable[[ImportProblem], object] | None = None,
    ) -> ImportReport:
        """Imports files, folders or archives of other systems; importing again adds nothing that is there.

        `format`: one of `import_formats()`, found out for each path if left out. `utc_offset`, as a timedelta
        or "+02:00", is the zone of times without one. `progress` is told the bytes. `on_problem` is told of
        every record that cannot be read; after more than `max_errors` of them CorruptionError ends the
        import, and what is imported stays.

        `bulk` loads all messages in one piece: faster for more than some 100,000, nothing is visible before
        the end, and an import that is stopped has added no message. `bulk_memory` and
        `bulk_packing` are as `bulk_load`'s `memory` and `packing`.
        """
        options = _admin.import_options(
            format, since, until, dry_run, max_errors, channel, utc_offset, bulk, bulk_memory, bulk_packing
        )
        with reporting(progress, "import", "bytes") as report:
            return _admin.run_import(super().import_, paths, options, report, on_problem)

    def export(
        self,
        target: str | os.PathLike[str] | BinaryFile,
        *,
        channel: Text | None = None,
        prefix: Text | None = None,
        since: TimeLike | None = None,
        until: TimeLike | None = None,
        missing_cells: MissingCells = "refuse",
        progress: Progress = None,
    ) -> ExportReport:
        """Writes messages and records as JSON Lines, which `import_` reads, to a path or an open binary file.

        `since` and `until` (half-open) bound when a message was created. Progress is told the lines.
        `missing_cells` is as in `verify`; a `channel` that is named is never left out.
        """
        options = _admin.export_options(channel, prefix, since, until, missing_cells)
        with reporting(progress, "export", "lines") as report:
            return _admin.run_export(self.export_, target, options, report)
