"""Where a run keeps what it prepares, and what every measurement needs to know of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa


@dataclass(frozen=True)
class Place:
    """A folder with the chat in every store that takes part."""

    folder: Path
    messages: int
    sample: int
    """How many messages the loops in Python read: their rate does not depend on it."""
    native: Path | None
    """The program rookery-raw-scan, where it was built."""

    @property
    def store(self) -> Path:
        """The chat as a store of Rookery."""
        return self.folder / "chat.rook"

    @property
    def rocksdict(self) -> Path:
        """The rows of that store, under the same keys."""
        return self.folder / "rocksdict"

    @property
    def lmdb(self) -> Path:
        """The same."""
        return self.folder / "lmdb"

    @property
    def hot_keys(self) -> Path:
        """The file of keys for rookery-raw-scan."""
        return self.folder / "hot_keys"

    @property
    def generated(self) -> Path:
        """What flatc made."""
        return self.folder / "generated"

    @property
    def _chat(self) -> Path:
        return self.folder / "chat.arrow"

    def save(self, chat: pa.Table) -> None:
        """Keeps the chat and this for the processes that measure."""
        with pa.OSFile(str(self._chat), "wb") as file, pa.ipc.new_file(file, chat.schema) as writer:
            writer.write_table(chat)
        values = {
            name: str(value) if isinstance(value, Path) else value for name, value in asdict(self).items()
        }
        (self.folder / "place.json").write_text(json.dumps(values), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Place:
        """What `save` kept."""
        values = json.loads((folder / "place.json").read_text(encoding="utf-8"))
        native = values["native"]
        return cls(
            Path(values["folder"]), values["messages"], values["sample"], Path(native) if native else None
        )

    def chat(self) -> pa.Table:
        """The reference."""
        with pa.memory_map(str(self._chat)) as file:
            return cast("Any", pa.ipc.open_file(file).read_all())
