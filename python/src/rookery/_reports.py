"""What long or explaining calls answer: frozen values with a one-line repr each.

They are made from the dictionaries of the C++ module; a key that is not a field is an error there, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that `Store.verify` found wrong: where, and in plain words what.

    `repairable`: `Store.repair` makes it right.
    """

    where: str
    what: str
    repairable: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """From when what an open store shows is: every write that was acknowledged before `at` is in it.

    `source` is "live", the store itself, or "checkpoint", made by the process that writes to it; `age` is how long
    `at` was ago when this was asked, 0 of what is live.
    """

    source: Literal["live", "checkpoint"]
    at: datetime
    age: timedelta


@dataclass(frozen=True, slots=True)
class ShardCounts:
    """Exact counts of one shard. `buckets` are the rows that count its messages, `chunks` parts of attachments."""

    id: int
    name: str
    channels: int
    messages: int
    records: int
    nonces: int
    buckets: int
    attachments: int
    chunks: int
    key_bytes: int
    value_bytes: int


@dataclass(frozen=True, slots=True, repr=False)
class VerifyReport:
    """What `Store.verify` counted and found wrong. `problems` are the first of `problem_count`."""

    channels: int
    messages: int
    records: int
    attachments: int
    problem_count: int
    problems: tuple[Problem, ...]
    shards: tuple[ShardCounts, ...]

    @property
    def ok(self) -> bool:
        """True if nothing is wrong."""
        return self.problem_count == 0

    def __repr__(self) -> str:
        state = "ok" if self.ok else f"{self.problem_count:,} problems"
        counts = f"{self.channels:,} channels, {self.messages:,} messages, {self.records:,} records"
        return f"VerifyReport({state}: {counts})"

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> VerifyReport:
        """The report that the C++ module gives as a dictionary."""
        rest = {name: value for name, value in fields.items() if name not in ("problems", "shards")}
        problems = tuple(Problem(**problem) for problem in fields["problems"])
        shards = tuple(ShardCounts(**shard) for shard in fields["shards"])
        return cls(problems=problems, shards=shards, **rest)


@dataclass(frozen=True, slots=True)
class BulkRefusal:
    """A message of a bulk load that could not keep its id. `index` is 0 for the first that was added."""

    channel: str
    id: int
    index: int


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What became of a bulk load's messages: `posted`, `existed` before, or `refused` and left out.

    `renamed`, of those posted, took a higher id than they brought.
    """

    posted: int
    existed: int
    renamed: int
    refused: int


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What `Store.repair` made anew: messages counted, rows that count them, and how many of these were wrong."""

    messages: int
    buckets: int
    buckets_mended: int


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """What the channels of a scope may keep, each; None: not limited. `name` is the prefix's or the channel's."""

    scope: Literal["store", "prefix", "channel"]
    name: str
    max_age: timedelta | None
    max_messages: int | None
    max_bytes: int | None


@dataclass(frozen=True, slots=True)
class ChannelTrim:
    """What `Store.run_retention` removes from a channel, or would. `kept_from` is the first id that stays."""

    channel: str
    messages: int
    bytes: int
    kept_from: int


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """What `Store.run_retention` did: channels looked at, those that had too much, and what of it went."""

    channels: int
    trimmed: int
    messages: int
    bytes: int


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A record of the source that was not imported. `position` counts `unit`s: lines, elements or bytes."""

    path: str
    position: int
    unit: str
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class ImportReport:
    """What `Store.import_` read and what it added."""

    format: str
    files: int
    files_skipped: int
    messages_read: int
    messages_added: int
    messages_existing: int
    messages_filtered: int
    events_skipped: int
    records_read: int
    records_added: int
    records_existing: int
    problems: int
    bytes: int

    def __repr__(self) -> str:
        added = f"{self.messages_added:,} added, {self.messages_existing:,} existing"
        counts = f"{self.messages_read:,} read, {added}, {self.problems:,} problems"
        return f"ImportReport({self.format}, {self.files:,} files: {counts})"


@dataclass(frozen=True, slots=True, repr=False)
class ExportReport:
    """What `Store.export` wrote."""

    channels: int
    messages: int
    records: int
    bytes: int

    def __repr__(self) -> str:
        counts = f"{self.channels:,} channels, {self.messages:,} messages, {self.records:,} records"
        return f"ExportReport({counts}, {self.bytes:,} bytes)"


@dataclass(frozen=True, slots=True, repr=False)
class RouteExplanation:
    """Why a channel is in its shard. `placed` is False for a channel that a directory has not seen yet."""

    channel: str
    cell: str
    strategy: str
    epoch: int
    shard: int
    shard_name: str
    placed: bool
    steps: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        steps = " -> ".join(f"{name} {detail}" for name, detail in self.steps)
        return f"RouteExplanation({self.channel!r}: {steps})"

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> RouteExplanation:
        """The explanation that the C++ module gives as a dictionary."""
        return cls(**{**fields, "steps": tuple((name, detail) for name, detail in fields["steps"])})
