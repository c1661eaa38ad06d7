"""The parts of a store that are mappings: its channels, and the records of a channel.

Both are views: they hold no data, and every access reads the store. Iteration goes by pages in the order of
the names' bytes; what is added or removed meanwhile may or may not be seen, and nothing else is missed or
seen twice.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, MutableMapping, ValuesView
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rookery._typing import BytesLike, Text, text
from rookery.errors import InvalidArgumentError, NotFoundError

if TYPE_CHECKING:
    from rookery._channel import Channel
    from rookery._store import Store

_PAGE = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Record:
    """A record with what the store knows about it. `version` is 1 when new and one more with each change."""

    key: str
    value: bytes
    version: int
    updated_at: datetime


class Channels(Mapping[str, "Channel"]):
    """The channels of a store that hold a message or a record. `len` and iteration cost a seek for each."""

    __slots__ = ("__weakref__", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, name: Text) -> Channel:
        if name not in self:
            raise NotFoundError(
                f"there is no channel {name!r} with anything in it; Store.channel gives an empty one"
            )
        return self._store.channel(name)

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str | bytes):
            hash(name)  # as with a dict, what cannot be a key is an error
            return False
        try:  # a name is the first of all that begin with it
            return bool(name) and self._store.list_channels(prefix=name, limit=1)[0] == [text(name)]
        except InvalidArgumentError:  # too long for a name
            return False

    def __iter__(self) -> Iterator[str]:
        after, more = "", True
        while more:
            names, more = self._store.list_channels(after=after, limit=_PAGE)
            yield from names
            after = names[-1] if names else after

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return bool(self._store.list_channels(limit=1)[0])

    def __repr__(self) -> str:
        return f"<Channels of {self._store!r}>"

    def items(self) -> ItemsView[str, Channel]:
        """The names and their channels."""
        return _ChannelItems(self)

    def values(self) -> ValuesView[Channel]:
        """The channels."""
        return _ChannelValues(self)

    def _named(self) -> Iterator[tuple[str, Channel]]:
        return ((name, self._store.channel(name)) for name in self)

    def __reduce__(self) -> tuple[object, ...]:
        return Channels, (self._store,)


class Records(MutableMapping[str, bytes]):
    """The records of a channel: a key-value store beside its messages. Values are bytes, keys are text.

    `len`, `clear` and iteration read all records; `in`, `[]` and `bool` one.
    """

    __slots__ = ("__weakref__", "_channel", "_store")

    def __init__(self, store: Store, channel: str) -> None:
        self._store = store
        self._channel = channel

    def __getitem__(self, key: Text) -> bytes:
        return self.record(key).value

    def __setitem__(self, key: Text, value: BytesLike) -> None:
        self.put(key, value)

    def __delitem__(self, key: Text) -> None:
        if not self._store.delete_record(self._channel, _checked_key(key)):
            raise self._missing(key)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str | bytes):
            hash(key)  # as with a dict, what cannot be a key is an error
            return False
        try:
            return self._store.get_record(self._channel, key) is not None
        except InvalidArgumentError:  # empty, or too long for a key
            return False

    def __iter__(self) -> Iterator[str]:
        return (record.key for record in self._all())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return bool(self._page("", 1)[0])

    def __repr__(self) -> str:
        return f"<Records of {self._channel!r} in {self._store!r}>"

    def record(self, key: Text) -> Record:
        """The record with its version and time. NotFoundError, a KeyError, if there is none."""
        found = self._store.get_record(self._channel, _checked_key(key))
        if found is None:
            raise self._missing(key)
        return _record(text(key), *found)

    def put(self, key: Text, value: BytesLike, expected_version: int | None = None) -> int:
        """Stores a record, new or not, and returns its version. `expected_version=0`: it must not exist yet.

        ConflictError if another version is stored; it tells which.
        """
        if isinstance(value, str):
            raise TypeError(f"the record {key!r} is given a str, and records hold bytes: use value.encode()")
        return self._store.put_record(
            self._channel, _checked_key(key), value, expected_version=expected_version
        )

    def items(self) -> ItemsView[str, bytes]:
        """The keys and their values."""
        return _RecordItems(self)

    def values(self) -> ValuesView[bytes]:
        """The values."""
        return _RecordValues(self)

    def popitem(self) -> tuple[str, bytes]:
        """Removes and returns the record with the first key. NotFoundError if there is none."""
        while first := self._page("", 1)[0]:
            if self._store.delete_record(self._channel, first[0].key):
                return first[0].key, first[0].value
        raise NotFoundError(f"the channel {self._channel!r} has no records")

    def clear(self) -> None:
        """Deletes all records, one by one."""
        while page := self._page("", _PAGE)[0]:
            for record in page:
                self._store.delete_record(self._channel, record.key)

    def _all(self) -> Iterator[Record]:
        after, more = "", True
        while more:
            page, more = self._page(after, _PAGE)
            yield from page
            after = page[-1].key if page else after

    def _page(self, after: str, limit: int) -> tuple[list[Record], bool]:
        rows, more = self._store.list_records(self._channel, after=after, limit=limit)
        return [_record(*row) for row in rows], more

    def _missing(self, key: Text) -> NotFoundError:
        return NotFoundError(f"the channel {self._channel!r} has no record {key!r}")

    def __reduce__(self) -> tuple[object, ...]:
        return Records, (self._store, self._channel)


def _checked_key(key: Text) -> Text:
    if isinstance(key, str | bytes):
        return key
    hash(key)  # as with a dict, what cannot be a key is that error
    raise TypeError(f"a record's key is a str or bytes, not a {type(key).__name__}: {key!r}")


def _record(key: str, value: bytes, version: int, updated_at_ms: int) -> Record:
    return Record(key, value, version, _EPOCH + timedelta(milliseconds=updated_at_ms))


# Views that read by pages. The inherited ones would look every name up again.


class _ChannelItems(ItemsView[str, "Channel"]):
    _mapping: Channels

    def __iter__(self) -> Iterator[tuple[str, Channel]]:
        return self._mapping._named()


class _ChannelValues(ValuesView["Channel"]):
    _mapping: Channels

    def __iter__(self) -> Iterator[Channel]:
        return (channel for _, channel in self._mapping._named())


class _RecordItems(ItemsView[str, bytes]):
    _mapping: Records

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return ((record.key, record.value) for record in self._mapping._all())


class _RecordValues(ValuesView[bytes]):
    _mapping: Records

    def __iter__(self) -> Iterator[bytes]:
        return (record.value for record in self._mapping._all())
