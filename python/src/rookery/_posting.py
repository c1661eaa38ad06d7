"""Many messages in one call: from Python cut into atomic batches, from a table as the C++ module reads it.

A failed call says how much it stored: the exception has `posted`, the number of messages of the batches
before the one that failed, of which nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from rookery import _times
from rookery._query import Query
from rookery._rookery import Message
from rookery._typing import ArrowStream, Durability, ProgressCallback, Text

if TYPE_CHECKING:
    from rookery._store import Store

NewMessage: TypeAlias = Mapping[str, Any] | Message
"""The arguments of `Store.post` under their names, `channel` among them; or a message that was read."""

_FIELDS = ("channel", "id", "author", "content", "reply_to", "nonce", "version", "flags", "attributes")
_TIMES = ("created_at", "edited_at")
_PLAIN_TIMES = (int, datetime)


def post_all(
    store: Store,
    messages: Iterable[NewMessage],
    batch_size: int,
    durability: Durability | None,
    report: ProgressCallback | None,
) -> list[int]:
    """Posts the messages and returns their ids, in order."""
    ids: list[int] = []
    total = len(messages) if isinstance(messages, Sized) else None
    try:
        left = iter(messages)
        while batch := list(islice(left, batch_size)):
            ids += _post(store, batch, durability)
            if report is not None:
                report(len(ids), total)
    except BaseException as error:
        _note_posted(error, len(ids))
        raise
    return ids


def write_table(
    store: Store,
    table: ArrowStream,
    channel: Text | None,
    batch_size: int,
    durability: Durability | None,
    report: ProgressCallback | None,
) -> int:
    """Posts the rows of a table and returns how many they are."""
    return store._write_arrow(capsule_of(table), channel, report, durability, batch_size)


def capsule_of(table: ArrowStream) -> object:
    """The table's stream, as the C++ module takes it."""
    if isinstance(table, Query):
        table = table.as_binary()  # for a copy that is exact where text is not UTF-8
    if not isinstance(table, ArrowStream):
        raise TypeError(
            f"a {type(table).__name__} has no __arrow_c_stream__: give a table of pyarrow, Polars, pandas or "
            "DuckDB, or a query; of a lazy frame its collect()"
        )
    return table.__arrow_c_stream__()


def _note_posted(error: BaseException, count: int) -> None:
    """Lets the exception say how many messages were stored before it, in text and as `posted`."""
    error.posted = count  # type: ignore[attr-defined]  # documented at Store.post_many
    error.add_note(f"stored before this: {count:,} messages")


def _post(store: Store, batch: list[Any], durability: Durability | None) -> list[int]:
    try:
        return store.post_batch(batch, durability=durability)
    except TypeError:  # before anything is stored: not all are what the C++ module takes
        pass
    return store.post_batch([as_arguments(message) for message in batch], durability=durability)


def as_arguments(message: NewMessage) -> dict[str, Any]:
    """The message as the C++ module takes it: a dict with times of the standard library."""
    arguments = message if type(message) is dict else _as_dict(message)
    for name in _TIMES:
        value = arguments.get(name)
        if value is not None and type(value) not in _PLAIN_TIMES:
            arguments = {**arguments, name: _times.milliseconds(value, name)}
    return arguments


def _as_dict(message: NewMessage) -> dict[str, Any]:
    if isinstance(message, Message):
        return _fields_of(message)
    if not isinstance(message, Mapping):
        raise TypeError(f"a message is a mapping such as a dict, not a {type(message).__name__}")
    return dict(message)


def _fields_of(message: Message) -> dict[str, Any]:
    """All that a message has. Its times are numbers, as a year may be one that datetime does not have."""
    fields = {name: getattr(message, name) for name in _FIELDS}
    return {**fields, "created_at": message.created_at_ms, "edited_at": message.edited_at_ms}
