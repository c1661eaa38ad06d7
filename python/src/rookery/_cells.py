"""The part of Store that has to do with cells: groups of channels with an engine of their own."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rookery._backups import Backups
from rookery._options import Routing, Size, routing_option, size_in_bytes
from rookery._progress import reporting
from rookery._typing import Progress, Text


@dataclass(frozen=True, slots=True, repr=False)
class Cell:
    """A cell as it is now. `reason` says why it is not open; a quarantined one has no sizes.

    `placed` counts the channels that are here by no prefix: they were moved, or are older than a rule.
    """

    name: str
    directory: str
    prefixes: tuple[str, ...]
    state: Literal["open", "read-only", "quarantined"]
    reason: str
    placed: int
    quota_bytes: int
    disk_bytes: int
    shards: int
    strategy: str

    def __repr__(self) -> str:
        state = f"{self.state}: {self.reason}" if self.reason else self.state
        return f"Cell({self.name!r}, {state})"


@dataclass(frozen=True, slots=True)
class CellMove:
    """What `Store.move_to_cell` took to the cell. `moved` is False for a channel that was there already."""

    messages: int
    records: int
    attachments: int
    moved: bool


class Cells(Backups):
    """The part of a Store that adds cells and moves channels between them. Thread-safe.

    `reopen_cell` is the C++ module's own.
    """

    def cells(self) -> list[Cell]:
        """All cells as they are now: "main", which every store has, then the others by name."""
        return [Cell(**{**fields, "prefixes": tuple(fields["prefixes"])}) for fields in self._cells()]

    def add_cell(
        self,
        name: str,
        *,
        prefixes: Iterable[Text] | Text = (),
        directory: str | os.PathLike[str] | None = None,
        routing: Routing = "hash:16",
        memory: Size = "64MiB",
        quota: Size = 0,
    ) -> None:
        """Makes a cell that has the channels whose names begin with one of `prefixes`; those that exist stay.

        `directory` is missing or empty, and another disk's if you like; by default cells/NAME in the store's.
        `memory` comes on top of what the store takes. Above `quota` bytes on disk, 0 for no limit, the cell
        takes no writes. AlreadyExistsError: the name or a prefix is another cell's.
        """
        self._add_cell(
            {
                "name": name,
                "prefixes": [prefixes] if isinstance(prefixes, str | bytes) else list(prefixes),
                "directory": directory,
                "routing": routing_option(routing),
                "memory": size_in_bytes(memory, "memory"),
                "quota_bytes": size_in_bytes(quota, "quota"),
            }
        )

    def move_to_cell(self, channel: Text, cell: Text, *, progress: Progress = None) -> CellMove:
        """Moves a channel to a cell with all it has, while others read and write it.

        It is wholly in one cell at any time, also if the process dies. Progress is told the rows copied.
        NotFoundError: there is no such cell. BusyError: another move or a bulk load is under way.
        """
        with reporting(progress, "move", "rows") as report:
            return CellMove(**self._move_to_cell(channel, cell, report))
