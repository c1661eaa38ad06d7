"""Opening a store: the arguments of Python as the options of the C++ module; and repairing one."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Literal

from rookery._keys import KeyFiles, Keys, key_options
from rookery._options import (
    Autopilot,
    Cache,
    Limits,
    Routing,
    ServeReaders,
    Size,
    Tuning,
    autopilot_option,
    cache_option,
    limits_option,
    routing_option,
    seconds,
    serving_option,
    size_in_bytes,
    tuning_option,
)
from rookery._reports import RepairReport
from rookery._store import Store
from rookery._typing import Durability, Progress, Recovery
from rookery.errors import InvalidArgumentError

MEMORY = ":memory:"


def open(
    path: str | os.PathLike[str],
    *,
    mode: Literal["rw", "ro"] = "rw",
    create: bool = False,
    routing: Routing | None = None,
    cache: Cache | Size | None = None,
    durability: Durability | None = None,
    limits: Limits | None = None,
    tuning: Tuning | None = None,
    worker: int = 0,
    memory: Size | None = None,
    retention_interval: timedelta | float | None = None,
    resume_reshard: bool = True,
    recovery: Recovery = "tail",
    autopilot: Autopilot | None = None,
    key: Keys | None = None,
    key_file: KeyFiles | None = None,
    serve_readers: ServeReaders | bool = False,
    max_age: timedelta | float | None = None,
) -> Store:
    """Opens the store in the directory `path`, or with ":memory:" one that lives until it is closed.

    `mode="ro"` only reads: the store itself while no process has it open for writing, else a checkpoint that this
    process made, if it was opened with `serve_readers=True` or `ServeReaders(...)`; `Store.view` says from when
    that is. `max_age`, a timedelta or seconds: how old it may be, else BusyError; None: as it comes. `create=True`
    makes the store if there is none; without it NotAStoreError says so. `routing` is for a store that is made;
    for an existing one leave it out, `Store.start_reshard` changes it. `cache`: None is the default, 0 or False
    none. `worker`, 0 to 1023, is part of the ids that this store makes. `memory`, such as "512MiB", is what the
    store may take, divided among its caches and buffers; None: their defaults, at most half of what the machine
    or the cgroup has.
    `retention_interval`, a timedelta or seconds, up to a day: how often retention rules are enforced; None:
    every minute, 0: only by `Store.run_retention`. `resume_reshard=False` leaves a change of the shards that is
    under way alone until `Store.resume_reshard`. `autopilot=Autopilot(...)` lets a thread split and merge shards
    as they grow and shrink; None: only `start_reshard` and `run_autopilot` change them.
    `recovery`, for a store that has lost writes since it was last open: "strict" refuses it, "tail" opens it if the
    machine went down and what is missing was never synced, "salvage" opens it with what there is.
    `key`, 32 bytes or 64 hexadecimal digits, or `key_file`, which holds one: the store is made encrypted with it,
    or is encrypted with it. Several in a list: new files get the first, the others are for older files.

    LockedError: it is open elsewhere, and the message names the holder. CorruptionError, FormatNewerError,
    PermissionError_, NoSpaceError, IoError: as their texts say. InvalidArgumentError names a bad option.
    """
    name = os.fsdecode(path)
    options = _mode_options(name, mode, create)
    if routing is not None:
        options["routing"] = routing_option(routing)
    if cache is not None:
        options["cache"] = cache_option(cache)
    if durability is not None:
        options["durability"] = durability
    if limits is not None:
        options["limits"] = limits_option(limits)
    if tuning is not None:
        options["tuning"] = tuning_option(tuning)
    if worker:
        options["worker"] = worker
    if memory is not None:
        options["memory_bytes"] = size_in_bytes(memory, "memory")
    if retention_interval is not None:
        options["retention_interval"] = seconds(retention_interval)
    if resume_reshard is not True:
        options["resume_reshard"] = resume_reshard
    if recovery != "tail":
        options["recovery"] = recovery
    if autopilot is not None:
        options["autopilot"] = autopilot_option(autopilot)
    options.update(key_options(key, key_file))
    if (serving := serving_option(serve_readers)) is not None:
        options["serve_readers"] = serving
    if max_age is not None:
        if mode != "ro":
            raise InvalidArgumentError('max_age is for mode="ro": who writes sees the store as it is')
        options["beside"] = {"max_age": seconds(max_age)}
    return Store(name, options)


def repair(
    path: str | os.PathLike[str],
    *,
    progress: Progress = None,
    key: Keys | None = None,
    key_file: KeyFiles | None = None,
) -> RepairReport:
    """Repairs the closed store in the directory `path`; see `Store.repair`. Raises what `open` does."""
    with open(path, key=key, key_file=key_file) as db:
        return db.repair(progress=progress)


def _mode_options(path: str, mode: str, create: bool) -> dict[str, object]:
    if mode not in ("rw", "ro"):
        raise InvalidArgumentError(f'mode={mode!r}: give "rw" or "ro"')
    if mode == "ro" and (create or path == MEMORY):
        raise InvalidArgumentError(
            'mode="ro" reads a store that is there: leave create out, and give a directory'
        )
    if path == MEMORY:
        return {"mode": "open_or_create", "memory": True}
    if mode == "ro":
        return {"mode": "read_beside"}
    return {"mode": "open_or_create" if create else "open"}
