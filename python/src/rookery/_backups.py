"""Backups: copies of a store that are proved by being opened and counted (docs/backups.md).

A backup set is a directory with the backups of one store, in which files that never change are once.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rookery import _rookery
from rookery._keys import KeyFiles, Keys, key_options
from rookery._options import Size, size_in_bytes
from rookery._progress import reporting
from rookery._typing import MissingCells, Progress, Text


@dataclass(frozen=True, slots=True)
class BackupCounts:
    """What was added. `left_out` are cells that a store that was restored lacks, as its backup lacks them."""

    messages: int
    records: int
    attachments: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Backup:
    """A backup of a set. `bytes` are those of all its files, also of those that it shares with others.

    `verified_at` is None if it was never proved, or not any more. `left_out` are cells that it lacks, as they
    were quarantined: they are not proved either. `damage` says why it cannot be understood; then only its name
    is known. `key_ids` name the keys without which it can neither be proved nor restored.
    """

    name: str
    store_id: str
    created_at: datetime | None
    verified_at: datetime | None
    made_by: str
    cells: tuple[str, ...]
    left_out: tuple[str, ...]
    key_ids: tuple[str, ...]
    messages: int
    records: int
    attachments: int
    files: int
    bytes: int
    damage: str

    def __repr__(self) -> str:
        if self.damage:
            return f"Backup({self.name!r}, damaged: {self.damage})"
        state = "verified" if self.verified_at else "not verified"
        if self.left_out:
            state += ", without cells " + " ".join(self.left_out)
        return f"Backup({self.name!r}, {state}: {self.messages:,} messages, {self.records:,} records)"

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Backup:
        """The backup that the C++ module gives as a dictionary."""
        return cls(**{**fields, **{name: tuple(fields[name]) for name in ("cells", "left_out", "key_ids")}})


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What `Store.create_backup` made; `files_shared` were in the set already."""

    backup: Backup
    files_copied: int
    bytes_copied: int
    files_shared: int


@dataclass(frozen=True, slots=True)
class PruneReport:
    """The names of the backups that `prune_backups` removed, or would remove, and of those it kept.

    `unknown` lies among the backups and is not Rookery's: because of it no table was removed.
    """

    removed: tuple[str, ...]
    kept: tuple[str, ...]
    unknown: tuple[str, ...]
    files_removed: int
    bytes_removed: int


class Backups(_rookery.Store):
    """The part of a Store that makes backups and takes channels out of them. Thread-safe."""

    def create_backup(
        self,
        set: str | os.PathLike[str],
        *,
        link: bool = False,
        rate: Size = 0,
        missing_cells: MissingCells = "refuse",
        progress: Progress = None,
    ) -> BackupReport:
        """Copies the store as it is at one moment into the backup set, while others read and write.

        The set is made if it is missing. `link` makes hard links of tables where the disk can: fast, but one
        that is damaged is damaged in both. `rate` is the most bytes that are copied, and then read to be
        counted, in a second; 0 for no limit. Stopped, the next call goes on with what was copied. Progress is
        told bytes, of the copying and then of the counting. The backup is not proved yet: `verify_backup`.

        UnavailableError: a cell is quarantined, unless `missing_cells="leave_out"`. ConflictError: the set is
        another store's.
        """
        with reporting(progress, "backup", "bytes") as report:
            fields = self._create_backup(set, link, size_in_bytes(rate, "rate"), missing_cells, report)
        return BackupReport(**{**fields, "backup": Backup.from_dict(fields["backup"])})

    def restore_channel(
        self,
        set: str | os.PathLike[str],
        channel: Text,
        *,
        channel_as: Text | None = None,
        backup: str | None = None,
        key: Keys | None = None,
        key_file: KeyFiles | None = None,
        progress: Progress = None,
    ) -> BackupCounts:
        """Adds a channel of a backup, the newest if none is named, to this store; under another name if given.

        Answers how much was added: nothing, if all was there.
        NotFoundError: the backup has no such channel. AlreadyExistsError: the channel holds something here
        that is not the beginning of what the backup has; nothing is ever deleted or replaced. Keys of an
        encrypted backup are those that this store was opened with, unless others are given.
        """
        keys = key_options(key, key_file)
        with reporting(progress, "restore", "bytes") as report:
            return BackupCounts(**self._restore_channel(set, channel, channel_as, backup, keys, report))


def backups(set: str | os.PathLike[str]) -> list[Backup]:
    """The backups of a set, oldest first. NotFoundError: there is no set."""
    return [Backup.from_dict(fields) for fields in _rookery._list_backups(set)]


def verify_backup(
    set: str | os.PathLike[str],
    backup: str | None = None,
    *,
    quick: bool = False,
    key: Keys | None = None,
    key_file: KeyFiles | None = None,
    scratch: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Backup:
    """Proves a backup, the newest if none is named: opens it, reads it whole, compares counts and fingerprints.

    CorruptionError names the file or the shard that is wrong. NotFoundError: there is none, or none with a row.
    With `quick` only files and checksums are looked at, which proves nothing: `verified_at` does not change.
    PermissionError_ names the key of an encrypted backup that was not given; keys are given as to `open`.
    It is opened in the directory `scratch`, by default in the set, or if that cannot be written among temporary
    files; a warning says if the set cannot remember the proof.
    """
    keys = key_options(key, key_file)
    with reporting(progress, "verify", "bytes") as report:
        proof = _rookery._verify_backup(set, backup, quick, keys, scratch, report)
    if proof["not_remembered"]:
        message = f"the set does not remember that this backup was proved: {proof['not_remembered']}"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    return Backup.from_dict(proof["backup"])


def restore_backup(
    set: str | os.PathLike[str],
    destination: str | os.PathLike[str],
    *,
    backup: str | None = None,
    channel: Text | None = None,
    channel_as: Text | None = None,
    key: Keys | None = None,
    key_file: KeyFiles | None = None,
    progress: Progress = None,
) -> BackupCounts:
    """Makes a store of a backup, the newest if none is named, at a path that is missing or an empty directory.

    With `channel` it has that channel alone, under the name `channel_as` if given. AlreadyExistsError: something
    is there; a restore never overwrites. NoSpaceError: the disk has too little room. Keys of an encrypted
    backup are given as to `open`; a new store for a channel is encrypted with the first.
    """
    keys = key_options(key, key_file)
    with reporting(progress, "restore", "bytes") as report:
        fields = _rookery._restore_backup(set, destination, backup, channel, channel_as, keys, report)
    return BackupCounts(**{**fields, "left_out": tuple(fields["left_out"])})


def prune_backups(
    set: str | os.PathLike[str],
    *,
    keep: int | None = None,
    keep_days: int | None = None,
    dry_run: bool = False,
) -> PruneReport:
    """Removes backups that are neither among the newest `keep` nor younger than `keep_days`, and unused files.

    Of each cell the newest backup that has it, and the newest of these that was verified, always stay. With
    `dry_run` nothing is removed.
    """
    fields = _rookery._prune_backups(set, keep, keep_days, dry_run)
    return PruneReport(**{**fields, **{name: tuple(fields[name]) for name in ("removed", "kept", "unknown")}})
