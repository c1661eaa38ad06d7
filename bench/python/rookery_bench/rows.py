"""Rows as other programs would read them: keys taken apart and FlatBuffers decoded, in Python.

The accessors are what `flatc --python` makes of lib/codec/row.fbs. Texts are read by the offsets in the buffer,
which is the fastest way that the package flatbuffers has: its own accessor makes a numpy array of each.
"""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).resolve().parents[3] / "lib" / "codec" / "row.fbs"
ENVELOPE_BYTES = 1
ID_BYTES = 8
MAX_ID = (1 << 64) - 1
# Fields by their place in a table's vtable: 4 for the first, 2 more for each that follows.
AUTHOR, CONTENT, NAME, VALUE = 4, 6, 4, 6

Columns = dict[str, list[Any]]


def flatc() -> str | None:
    """The compiler of FlatBuffers, where there is one."""
    return shutil.which("flatc")


def generate(folder: Path) -> None:
    """Makes the accessors."""
    compiler = flatc()
    assert compiler is not None
    subprocess.run([compiler, "--python", "-o", str(folder), str(SCHEMA)], check=True)


def load(folder: Path) -> Any:
    """The class of a message row."""
    sys.path.insert(0, str(folder))
    return importlib.import_module("rookery.codec.row.Message").Message


def channel_and_id(key: bytes) -> tuple[str, int]:
    """What a key names (docs/format/keys.md)."""
    channel = key[1 : -ID_BYTES - 2].replace(b"\x00\xff", b"\x00").decode()
    return channel, MAX_ID - int.from_bytes(key[-ID_BYTES:], "big")


def columns_of(rows: Iterable[tuple[bytes, bytes]], message_class: Any) -> Columns:
    """The rows as the columns that a query gives by default, but for the nonce."""
    ids, channels, created, authors, contents = [], [], [], [], []  # type: ignore[var-annotated]
    replies, edits, versions, flags, attributes = [], [], [], [], []  # type: ignore[var-annotated]
    for key, value in rows:
        channel, message_id = channel_and_id(key)
        message = message_class.GetRootAs(value, ENVELOPE_BYTES)
        table = message._tab
        ids.append(message_id)
        channels.append(channel)
        created.append(message.CreatedAt())
        authors.append(_text(table, AUTHOR))
        contents.append(_text(table, CONTENT))
        replies.append(message.ReplyTo() or None)
        edits.append(message.EditedAt())
        versions.append(message.Version())
        flags.append(message.Flags())
        attributes.append(_attributes(message))
    return {
        "id": ids,
        "channel": channels,
        "created_at": created,  # None: the time in the id
        "author": authors,
        "content": contents,
        "reply_to": replies,
        "edited_at": edits,
        "version": versions,
        "flags": flags,
        "attributes": attributes,
    }


def _text(table: Any, field: int) -> str:
    offset = table.Offset(field)
    if not offset:
        return ""
    start = table.Vector(offset)
    text: bytes = table.Bytes[start : start + table.VectorLen(offset)]
    return text.decode()


def _attributes(message: Any) -> list[tuple[str, str]]:
    pairs = []
    for number in range(message.AttributesLength()):
        table = message.Attributes(number)._tab
        pairs.append((_text(table, NAME), _text(table, VALUE)))
    return pairs
