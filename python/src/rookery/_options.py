"""The options of `rookery.open`: small frozen values, and their translation for the C++ module.

Every option has a short form (`routing="hash:16"`, `cache="256MiB"`) and a full one (`HashRouting(16)`,
`Cache(...)`). The C++ module checks ranges and names the field; here only the forms are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from rookery._typing import Text
from rookery.errors import InvalidArgumentError

Size: TypeAlias = int | str
"""Bytes, or a text such as "256MiB" or "2 GB"."""


@dataclass(frozen=True, slots=True)
class HashRouting:
    """Spreads channels evenly over `shards` shards, without knowing them. The default."""

    shards: int = 16


@dataclass(frozen=True, slots=True)
class RangeRouting:
    """Keeps neighbouring names together: shard i holds the channels from splits[i-1] to below splits[i]."""

    splits: Sequence[Text]


@dataclass(frozen=True, slots=True)
class DirectoryRouting:
    """Remembers the shard of every channel; an unseen one is placed by `placement`.

    `weights`, one for each shard, are for "weighted"; `entries` place some channels from the start.
    """

    shards: int = 16
    placement: Literal["round_robin", "weighted", "least_loaded", "hash"] = "least_loaded"
    weights: Sequence[int] = ()
    entries: Mapping[str, int] | Mapping[bytes, int] = field(default_factory=dict)


Routing: TypeAlias = HashRouting | RangeRouting | DirectoryRouting | str


@dataclass(frozen=True, slots=True)
class Cache:
    """The read cache, from which `get`, `get_many` and `history` are answered.

    `ttl`, in seconds or a timedelta, is how long an entry may serve; `window` is how many of the newest
    messages of a channel that is read are kept as one block.
    """

    capacity: Size | None = None
    policy: Literal["adaptive", "lru", "exact_lru", "lfu", "fifo", "random"] = "adaptive"
    write_mode: Literal["through", "around"] = "around"
    ttl: float | timedelta | None = None
    window: int = 64


@dataclass(frozen=True, slots=True)
class ServeReaders:
    """Lets other processes read the store while this one writes to it, from checkpoints made when they ask.

    `interval`, in seconds or a timedelta, is the least time between two; `max_checkpoints` is how many there may
    be with those that are being read.
    """

    interval: float | timedelta = 1.0
    max_checkpoints: int = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """What a message may weigh, in bytes; over a limit a write answers InvalidArgumentError.

    `max_attachment_bytes`, up to 64 GiB, is of one attachment, `max_attachments` is how many a message has.
    """

    max_content_bytes: Size = 1 << 20
    max_attributes: int = 64
    max_attribute_bytes: Size = 64 << 10
    max_attachment_bytes: Size = 1 << 30
    max_attachments: int = 100


@dataclass(frozen=True, slots=True)
class Tuning:
    """The engine's memory and disk. `overrides` are the engine's own options, for experiments."""

    profile: str = "chat"
    block_cache_bytes: Size | None = None
    write_buffer_bytes: Size | None = None
    max_wal_bytes: Size = 256 << 20
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Autopilot:
    """When shards are split and merged by themselves.

    A shard that holds more than `split_above` of `target_bytes`, or is written more than that part of
    `target_load` in a second, is split; two that are below `merge_below` of both are merged. `target_load=0`: only
    what they hold counts. There will be `min_shards` to `max_shards`. A channel
    that is nearly all of a full shard is spread over `spread_over` shards, over twice as many as before if it is
    spread already; 0: never. It looks every `interval`, leaves the shards
    alone for `quiet_period` after a change, and copies at most `budget` in a day of UTC, 0: no limit. `keep` and
    `share` are those of `start_reshard`. Times are timedeltas or seconds.
    """

    target_bytes: Size = 64 << 30
    target_load: Size = 0
    split_above: float = 0.7
    merge_below: float = 0.3
    min_shards: int = 16
    max_shards: int = 1024
    spread_over: int = 4
    interval: timedelta | float = 600
    quiet_period: timedelta | float = 3600
    budget: Size = 256 << 30
    keep: timedelta | float = 0
    share: float = 0.05


_DECIMAL = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_UNITS = {**_DECIMAL, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]i?)?b?\s*", re.IGNORECASE | re.ASCII)


def size_in_bytes(value: Size, name: str) -> int:
    """The size as a number of bytes. InvalidArgumentError, naming `name`, if it is none."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InvalidArgumentError(f'{name}={value!r} is not a size: give bytes, or a text such as "256MiB"')
    return int(float(match[1]) * _UNITS[(match[2] or "").lower()])


def seconds(value: timedelta | float) -> float:
    """The time as a number of seconds."""
    return value.total_seconds() if isinstance(value, timedelta) else value


def _optional_size(value: Size | None, name: str) -> int | None:
    return None if value is None else size_in_bytes(value, name)


def routing_option(routing: Routing, name: str = "routing") -> tuple[str, object]:
    """The routing as the C++ module takes it. `name` is what an error calls it."""
    if isinstance(routing, HashRouting):
        return "hash", routing.shards
    if isinstance(routing, RangeRouting):
        return "range", list(routing.splits)
    if isinstance(routing, DirectoryRouting):
        return "directory", {
            "shards": routing.shards,
            "placement": routing.placement,
            "weights": list(routing.weights),
            "entries": dict(routing.entries),
        }
    return "hash", _shards_of(routing, name)


def _shards_of(routing: str, name: str) -> int:
    match = re.fullmatch(r"hash(?::(\d{1,9}))?", routing, re.ASCII) if isinstance(routing, str) else None
    if match is None:
        raise InvalidArgumentError(
            f'{name}={routing!r} is not known: give "hash:16", HashRouting, RangeRouting or DirectoryRouting'
        )
    return int(match[1]) if match[1] else HashRouting().shards


def cache_option(cache: Cache | Size) -> dict[str, object]:
    """The cache as the C++ module takes it. 0 and False: none."""
    if cache is False:
        cache = 0
    if not isinstance(cache, Cache):
        return {"capacity": size_in_bytes(cache, "cache")}
    fields: dict[str, object] = {
        "capacity": _optional_size(cache.capacity, "cache.capacity"),
        "policy": cache.policy,
        "write_mode": cache.write_mode,
        "window": cache.window,
    }
    return fields if cache.ttl is None else {**fields, "ttl": seconds(cache.ttl)}


def limits_option(limits: Limits) -> dict[str, object]:
    """The limits as the C++ module takes them."""
    return {
        "max_content_bytes": size_in_bytes(limits.max_content_bytes, "limits.max_content_bytes"),
        "max_attributes": limits.max_attributes,
        "max_attribute_bytes": size_in_bytes(limits.max_attribute_bytes, "limits.max_attribute_bytes"),
        "max_attachment_bytes": size_in_bytes(limits.max_attachment_bytes, "limits.max_attachment_bytes"),
        "max_attachments": limits.max_attachments,
    }


def serving_option(serving: ServeReaders | bool) -> dict[str, object] | None:
    """How readers are served as the C++ module takes it; None: they are not."""
    if serving is False:
        return None
    if serving is True:
        return {}
    if not isinstance(serving, ServeReaders):
        raise InvalidArgumentError(f"serve_readers={serving!r}: give True, False or ServeReaders(...)")
    return {"interval": seconds(serving.interval), "max_checkpoints": serving.max_checkpoints}


def autopilot_option(autopilot: Autopilot) -> dict[str, object]:
    """The thresholds as the C++ module takes them."""
    return {
        "target_bytes": size_in_bytes(autopilot.target_bytes, "autopilot.target_bytes"),
        "target_load": size_in_bytes(autopilot.target_load, "autopilot.target_load"),
        "split_above": autopilot.split_above,
        "merge_below": autopilot.merge_below,
        "min_shards": autopilot.min_shards,
        "max_shards": autopilot.max_shards,
        "spread_over": autopilot.spread_over,
        "interval": seconds(autopilot.interval),
        "quiet_period": seconds(autopilot.quiet_period),
        "budget": size_in_bytes(autopilot.budget, "autopilot.budget"),
        "keep": seconds(autopilot.keep),
        "share": autopilot.share,
    }


def tuning_option(tuning: Tuning) -> dict[str, Any]:
    """The tuning as the C++ module takes it."""
    return {
        "profile": tuning.profile,
        "block_cache_bytes": _optional_size(tuning.block_cache_bytes, "tuning.block_cache_bytes"),
        "write_buffer_bytes": _optional_size(tuning.write_buffer_bytes, "tuning.write_buffer_bytes"),
        "max_wal_bytes": size_in_bytes(tuning.max_wal_bytes, "tuning.max_wal_bytes"),
        "overrides": dict(tuning.overrides),
    }
