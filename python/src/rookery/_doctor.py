"""What is wrong with a damaged store, what of it can be mended, and what is left of it as a new store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rookery import _rookery
from rookery._keys import KeyFiles, Keys, key_options
from rookery._progress import reporting
from rookery._typing import Progress


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that `doctor` found. `code` is for programs; `mendable`: `fix=True` mends it."""

    severity: Literal["note", "damage"]
    code: str
    where: str
    text: str
    remedy: str
    mendable: bool


@dataclass(frozen=True, slots=True, repr=False)
class Diagnosis:
    """What `doctor` found, and what it has `done`. `complete` is False if something could not be examined."""

    complete: bool
    findings: tuple[Finding, ...]
    done: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """True if nothing is damaged."""
        return all(finding.severity == "note" for finding in self.findings)

    def __repr__(self) -> str:
        codes = ", ".join(finding.code for finding in self.findings) or "nothing is wrong"
        return f"Diagnosis({'ok' if self.ok else 'damaged'}: {codes})"


@dataclass(frozen=True, slots=True)
class LostRange:
    """A stretch of which nothing, or not all, could be read: by channel, the newest message first.

    None stands for the first or last of all. With `stale` a table is missing: what was copied there can be
    older than the last edit, or have been deleted.
    """

    cell: str
    shard: int
    cause: str
    first_channel: str | None
    first: int | None
    last_channel: str | None
    last: int | None
    messages: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class LostWrites:
    """Writes to a channel that the log has lost: `kind` is messages, deletions or records."""

    kind: Literal["messages", "deletions", "records"]
    shard: int
    channel: str
    first: int | None
    last: int | None
    count: int


@dataclass(frozen=True, slots=True)
class ShortChannel:
    """A channel of which fewer messages were copied than the store had counted."""

    cell: str
    shard: int
    channel: str
    counted: int
    copied: int


@dataclass(frozen=True, slots=True, repr=False)
class SalvageReport:
    """What `salvage` copied, and what is missing or not as it was."""

    messages: int
    records: int
    attachments: int
    ranges: tuple[LostRange, ...]
    runs: tuple[LostWrites, ...]
    channels: tuple[ShortChannel, ...]
    notes: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """True if nothing is missing."""
        return not (self.ranges or self.runs or self.channels or self.notes)

    def __repr__(self) -> str:
        counts = f"{self.messages:,} messages, {self.records:,} records, {self.attachments:,} attachments"
        return f"SalvageReport({'whole' if self.whole else 'not whole'}: {counts})"

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> SalvageReport:
        """The report that the C++ module gives as a dictionary."""
        return cls(
            messages=fields["messages"],
            records=fields["records"],
            attachments=fields["attachments"],
            ranges=tuple(LostRange(**row) for row in fields["ranges"]),
            runs=tuple(LostWrites(**row) for row in fields["runs"]),
            channels=tuple(ShortChannel(**row) for row in fields["channels"]),
            notes=tuple(fields["notes"]),
        )


def doctor(
    path: str | os.PathLike[str],
    *,
    deep: bool = True,
    fix: bool = False,
    key: Keys | None = None,
    key_file: KeyFiles | None = None,
    progress: Progress = None,
) -> Diagnosis:
    """Examines the closed store in the directory `path` and its cells, without writing to it.

    With `fix` it then mends what can be mended without losing anything, and says what is left; a file that
    it replaces stays under another name. Without `deep` it looks only at what is there, not at each block
    and row. An encrypted store is examined with its keys, given as to `open`; without them little is, and
    `complete` is False. Damage is no exception. PermissionError_: none of the keys is the store's.
    """
    with reporting(progress, "doctor", "files or rows") as report:
        fields = _rookery._doctor(path, deep, fix, key_options(key, key_file), report)
    findings = tuple(Finding(**finding) for finding in fields["findings"])
    return Diagnosis(complete=fields["complete"], findings=findings, done=tuple(fields["done"]))


def salvage(
    source: str | os.PathLike[str],
    destination: str | os.PathLike[str],
    *,
    key: Keys | None = None,
    key_file: KeyFiles | None = None,
    new_key: Keys | None = None,
    new_key_file: KeyFiles | None = None,
    in_clear: bool = False,
    progress: Progress = None,
) -> SalvageReport:
    """Copies all that can be read of the closed store `source` into a new store `destination`, past damage.

    Of an encrypted store `destination` is encrypted with its first key, with `new_key` or `new_key_file`, or,
    `in_clear`, not at all. What is under a key that is not given is not copied, and a note says so.

    Writes nothing to `source`. Raises AlreadyExistsError if `destination` is there, CorruptionError if there
    is no manifest left by which files could be read.
    """
    keys = key_options(key, key_file)
    new_keys = key_options(new_key, new_key_file)
    with reporting(progress, "salvage", "rows") as report:
        return SalvageReport.from_dict(_rookery._salvage(source, destination, keys, new_keys, in_clear, report))
