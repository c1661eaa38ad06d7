"""Rows as other programs would read them: keys taken apart and FlatBuffers decoded, in Python.

The accessors are what `flatc --python` makes of lib/codec/row.fbs. The one for a text makes a numpy array of
its bytes; reading it by its offset in the buffer is faster, and not part of what flatc promises.
"""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rookery_bench.chat import EPOCH_MS, ID_TIME_SHIFT

SCHEMA = Path(__file__).resolve().parents[3] / "lib" / "codec" / "row.fbs"
_PACKAGE = "stored_rows"
ENVELOPE_BYTES = 1
ID_BYTES = 8
MAX_ID = (1 << 64) - 1
_FIRST_OFFSET, _NEXT_OFFSET = 4, 2  # of a table's fields in its vtable
_FIELDS = {"Author": 0, "Content": 1, "Name": 0, "Value": 1}
_OFFSETS = {name: _FIRST_OFFSET + number * _NEXT_OFFSET for name, number in _FIELDS.items()}

Columns = dict[str, list[Any]]
ReadText = Callable[[Any, str], str]
"""Reads the text of a table's field; of a table as flatc makes it, and the field by its name there."""


def flatc() -> str | None:
    """The compiler of FlatBuffers, where there is one."""
    return shutil.which("flatc")


def generate(folder: Path) -> None:
    """Makes the accessors."""
    compiler = flatc()
    assert compiler is not None
    folder.mkdir()
    copy = folder / "row.fbs"
    # In a package of their own: the schema's namespace is the name of the package that is measured.
    copy.write_text(
        re.sub(r"(?m)^namespace .*;$", f"namespace {_PACKAGE};", SCHEMA.read_text(encoding="utf-8"))
    )
    subprocess.run([compiler, "--python", "-o", str(folder), str(copy)], check=True)


def load(folder: Path) -> Any:
    """The class of a message row."""
    sys.path.insert(0, str(folder))
    return importlib.import_module(f"{_PACKAGE}.Message").Message


def channel_and_id(key: bytes) -> tuple[str, int]:
    """What a key names (docs/format/keys.md)."""
    channel = key[1 : -ID_BYTES - 2].replace(b"\x00\xff", b"\x00").decode()
    return channel, MAX_ID - int.from_bytes(key[-ID_BYTES:], "big")


def by_accessors(table: Any, field: str) -> str:
    """As flatc has it."""
    if getattr(table, field + "IsNone")():
        return ""
    text: bytes = getattr(table, field + "AsNumpy")().tobytes()
    return text.decode()


def by_offsets(table: Any, field: str) -> str:
    """By what the accessors call."""
    inner = table._tab
    offset = inner.Offset(_OFFSETS[field])
    if not offset:
        return ""
    start = inner.Vector(offset)
    text: bytes = inner.Bytes[start : start + inner.VectorLen(offset)]
    return text.decode()


def columns_of(rows: Iterable[tuple[bytes, bytes]], message_class: Any, read_text: ReadText) -> Columns:
    """The rows as the columns that a query gives by default, but for the nonce."""
    ids, channels, created, authors, contents = [], [], [], [], []
    replies, edits, versions, flags, attributes = [], [], [], [], []
    for key, value in rows:
        channel, message_id = channel_and_id(key)
        message = message_class.GetRootAs(value, ENVELOPE_BYTES)
        written = message.CreatedAt()
        ids.append(message_id)
        channels.append(channel)
        created.append((message_id >> ID_TIME_SHIFT) + EPOCH_MS if written is None else written)
        authors.append(read_text(message, "Author"))
        contents.append(read_text(message, "Content"))
        replies.append(message.ReplyTo() or None)
        edits.append(message.EditedAt())
        versions.append(message.Version())
        flags.append(message.Flags())
        attributes.append(_attributes(message, read_text))
    return {
        "id": ids,
        "channel": channels,
        "created_at": created,
        "author": authors,
        "content": contents,
        "reply_to": replies,
        "edited_at": edits,
        "version": versions,
        "flags": flags,
        "attributes": attributes,
    }


def _attributes(message: Any, read_text: ReadText) -> list[tuple[str, str]]:
    pairs = []
    for number in range(message.AttributesLength()):
        attribute = message.Attributes(number)
        pairs.append((read_text(attribute, "Name"), read_text(attribute, "Value")))
    return pairs
