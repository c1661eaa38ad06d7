"""What is told about changes of the shards: plans, the job that carries one out, and what proves it.

They are made from the dictionaries of the C++ module, as those of `_reports`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

ReshardPhase: TypeAlias = Literal[
    "planned", "backfill", "compare", "switched", "drop", "revert", "done", "reverted"
]

_SECOND = timedelta(seconds=1)
_LONGEST = timedelta.max // _SECOND


@dataclass(frozen=True, slots=True)
class ShardTransfer:
    """What the shard `source` gives to `target`. `bytes` are of the messages' keys and values, not packed."""

    source: int
    target: int
    channels: int
    messages: int
    bytes: int


@dataclass(frozen=True, slots=True, repr=False)
class ReshardPlan:
    """What a change of the shards moves, by what the channels held when it was made.

    `epoch` is that of the shard map that it was made for. `transfers` are by source and target, none if no data
    moves. `bytes_before` and `bytes_after` are of each shard. `changes` is False if the store is already as it is
    asked to be.
    """

    epoch: int
    strategy_before: str
    strategy_after: str
    shards_before: int
    shards_after: int
    transfers: tuple[ShardTransfer, ...]
    bytes_before: tuple[int, ...]
    bytes_after: tuple[int, ...]
    changes: bool

    @property
    def channels(self) -> int:
        """How many channels move."""
        return sum(transfer.channels for transfer in self.transfers)

    @property
    def messages(self) -> int:
        """How many messages move."""
        return sum(transfer.messages for transfer in self.transfers)

    @property
    def bytes(self) -> int:
        """How many bytes move."""
        return sum(transfer.bytes for transfer in self.transfers)

    def __repr__(self) -> str:
        if not self.changes:
            return f"ReshardPlan({_words(self.strategy_before, self.shards_before)}: nothing changes)"
        counts = f"{self.channels:,} channels, {self.messages:,} messages, {self.bytes:,} bytes move"
        return f"ReshardPlan({_way(self)}: {counts})"

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> ReshardPlan:
        """The plan that the C++ module gives as a dictionary."""
        parts = {
            "transfers": tuple(ShardTransfer(**transfer) for transfer in fields["transfers"]),
            "bytes_before": tuple(fields["bytes_before"]),
            "bytes_after": tuple(fields["bytes_after"]),
        }
        return cls(**{**fields, **parts})


@dataclass(frozen=True, slots=True, repr=False)
class ReshardStatus:
    """The job that changes the shards, or the last one.

    `paused_reason` is None unless a failure paused it. `request` is the change in words, `epoch` that of the
    shard map that it leads to. `bytes_total`, what is to be copied, is an estimate. `bytes_per_second` is that of
    lately, 0 while nothing is copied, and `time_left` that of the copying, None if it is not known.
    `reads_compared` were answered from both places since the store was opened, `reads_differing` of them not
    alike. `drop_at` is when the old place goes; until then the job can be reverted. Times are in UTC.
    """

    phase: ReshardPhase
    paused: bool
    paused_reason: str | None
    request: str
    epoch: int
    strategy_before: str
    strategy_after: str
    shards_before: int
    shards_after: int
    bytes_total: int
    bytes_copied: int
    rows_copied: int
    bytes_per_second: int
    time_left: timedelta | None
    reads_compared: int
    reads_differing: int
    started_at: datetime
    switched_at: datetime | None
    drop_at: datetime | None
    finished_at: datetime | None

    @property
    def active(self) -> bool:
        """True until the job is done or reverted."""
        return self.phase not in ("done", "reverted")

    def __repr__(self) -> str:
        state = f"{self.phase}, paused" if self.paused else self.phase
        copied = f"{self.bytes_copied:,} of {self.bytes_total:,} bytes copied"
        return f"ReshardStatus({state}: {self.request}, {_way(self)}, {copied})"

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> ReshardStatus:
        """The status that the C++ module gives as a dictionary."""
        rest = {name: value for name, value in fields.items() if name != "time_left_s"}
        left = fields["time_left_s"]
        rest["time_left"] = None if left is None else min(left, _LONGEST) * _SECOND
        rest["paused_reason"] = fields["paused_reason"] or None
        return cls(**rest)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What rows come to, in whatever order: how many, their bytes, and the sum of their hashes.

    `hash` has 32 hexadecimal digits, the higher half first. Equal fingerprints: equal rows.
    """

    rows: int
    bytes: int
    hash: str


@dataclass(frozen=True, slots=True)
class ReshardComparison:
    """What moves from the shard `source` to `target`, as it is in both at one moment."""

    source: int
    target: int
    original: Fingerprint
    copy: Fingerprint

    @property
    def equal(self) -> bool:
        """True if both places hold the same rows."""
        return self.original == self.copy


@dataclass(frozen=True, slots=True, repr=False)
class ReshardProof:
    """What all rows of a store come to, which a change of its shards leaves as it is.

    `shards` is by shard, each with the rows that it is asked for, and `store` is their sum. `moves` compares both
    places while a job has them complete; `difference` is the first row that is not the same in both, in words.
    """

    shards: tuple[Fingerprint, ...]
    store: Fingerprint
    moves: tuple[ReshardComparison, ...]
    difference: str | None

    @property
    def equal(self) -> bool:
        """True if both places of all that moves hold the same; also if nothing is moving."""
        return self.difference is None and all(move.equal for move in self.moves)

    def __repr__(self) -> str:
        state = "equal" if self.equal else f"different, {self.difference}"
        counts = f"{len(self.shards):,} shards, {len(self.moves):,} moves, {self.store.rows:,} rows"
        return f"ReshardProof({state}: {counts}, {self.store.hash})"

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> ReshardProof:
        """The proof that the C++ module gives as a dictionary."""
        return cls(
            shards=tuple(Fingerprint(**shard) for shard in fields["shards"]),
            store=Fingerprint(**fields["store"]),
            moves=tuple(_comparison(move) for move in fields["moves"]),
            difference=fields["difference"] or None,
        )


def _comparison(fields: Mapping[str, Any]) -> ReshardComparison:
    prints = {name: Fingerprint(**fields[name]) for name in ("original", "copy")}
    return ReshardComparison(**{**fields, **prints})


def _words(strategy: str, shards: int) -> str:
    return f"{strategy}:{shards}"


def _way(change: ReshardPlan | ReshardStatus) -> str:
    before = _words(change.strategy_before, change.shards_before)
    return f"{before} -> {_words(change.strategy_after, change.shards_after)}"
