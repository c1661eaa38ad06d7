"""Channel: the messages of one name, as a sequence that ids and times index.

A channel is a view on its store and exists for every name, whether or not anything was posted there. Messages
come oldest first when it is iterated, as they were written, and newest first from `history`, as they are
looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, overload

from rookery import _html
from rookery._expressions import Expression
from rookery._mappings import Records
from rookery._query import Query
from rookery._slices import as_id, checked_id, sliced
from rookery._spec import make_spec
from rookery._typing import Attributes, Durability, Order, Text, TimeLike, text
from rookery.errors import NotFoundError

if TYPE_CHECKING:
    from rookery._rookery import Message, Page
    from rookery._store import Store

_FIRST_CHUNK = 100
_CHUNK = 2_000
_SHOWN_ROWS = 10


class Channel:
    """The messages and records of one channel; `Store.channel` gives it."""

    __slots__ = ("__weakref__", "_name", "_store")

    def __init__(self, store: Store, name: Text) -> None:
        if not isinstance(name, str | bytes):
            raise TypeError(f"a channel's name is a str or bytes, not a {type(name).__name__}")
        self._store = store
        self._name = text(name)

    @property
    def name(self) -> str:
        """The channel's name."""
        return self._name

    @property
    def records(self) -> Records:
        """The channel's records: a mapping from keys to bytes."""
        return Records(self._store, self._name)

    # --- Reading --------------------------------------------------------------------------------------------

    def history(
        self,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        limit: int = 50,
        order: Order = "newest",
    ) -> Page:
        """A page of messages: `after` < id < `before`, from the end that `order` names; or around an id."""
        return self._store.history(
            self._name, before=before, after=after, around=around, limit=limit, order=order
        )

    def query(
        self,
        *,
        since: TimeLike | None = None,
        until: TimeLike | None = None,
        author: Text | Iterable[Text] | None = None,
        columns: Iterable[str] | None = None,
        where: Expression | None = None,
        limit: int | None = None,
        order: Order | None = None,
    ) -> Query:
        """A lazy query over this channel, with the arguments of `Store.query`."""
        spec = make_spec(
            channel=self._name,
            since=since,
            until=until,
            author=author,
            columns=columns,
            where=where,
            limit=limit,
            order=order,
        )
        return Query(self._store, spec)

    def __iter__(self) -> Iterator[Message]:
        """All messages, oldest first, read in chunks; what is posted meanwhile may be seen."""
        last: int | None = None
        chunk, more = _FIRST_CHUNK, True
        while more:
            page = self.history(after=last, limit=chunk, order="oldest")
            yield from page[:]  # a list is iterated faster
            last, more, chunk = (page[-1].id if page else last), page.has_more, _CHUNK

    def __reversed__(self) -> Iterator[Message]:
        """All messages, newest first, read in chunks."""
        last: int | None = None
        chunk, more = _FIRST_CHUNK, True
        while more:
            page = self.history(before=last, limit=chunk)
            yield from page[:]  # a list is iterated faster
            last, more, chunk = (page[-1].id if page else last), page.has_more, _CHUNK

    @overload
    def __getitem__(self, key: int) -> Message: ...

    @overload
    def __getitem__(self, key: slice) -> Query: ...

    def __getitem__(self, key: int | slice) -> Message | Query:
        """`channel[id]`: the message, or NotFoundError, which is a KeyError.

        `channel[a:b]`: a query of the messages from `a` up to, not including, `b`, oldest first. Each bound
        is an id or a time, which is that in the message's id.
        """
        if isinstance(key, slice):
            return Query(self._store, sliced(self._name, key))
        message = self._store.get(self._name, checked_id(key))
        if message is None:
            raise NotFoundError(f"the channel {self._name!r} has no message {key}")
        return message

    def __contains__(self, key: object) -> bool:
        """True if there is a message with this id. One lookup."""
        wanted = as_id(key)
        return wanted is not None and self._store.get(self._name, wanted) is not None

    def __len__(self) -> int:
        """The exact number of messages. Cheap: the store keeps count."""
        return self._store.channel_size(self._name)[0]

    def __bool__(self) -> bool:
        """True if there is a message. One seek."""
        return len(self.history(limit=1)) > 0

    # --- Writing --------------------------------------------------------------------------------------------

    def post(
        self,
        content: Text = "",
        *,
        author: Text = "",
        reply_to: int | None = None,
        nonce: Text | None = None,
        attributes: Attributes | None = None,
        flags: int = 0,
        id: int | None = None,
        created_at: TimeLike | None = None,
        durability: Durability | None = None,
    ) -> int:
        """Posts a message here and returns its id; see `Store.post`."""
        return self._store.post(
            self._name,
            content,
            author=author,
            reply_to=reply_to,
            nonce=nonce,
            attributes=attributes,
            flags=flags,
            id=id,
            created_at=created_at,
            durability=durability,
        )

    def edit(
        self,
        id: int,
        content: Text | None = None,
        *,
        attributes: Attributes | None = None,
        flags: int | None = None,
        expected_version: int | None = None,
        durability: Durability | None = None,
    ) -> int:
        """Changes a message and returns its new version. What is left out stays as it is."""
        return self._store.edit(
            self._name,
            id,
            content,
            attributes=attributes,
            flags=flags,
            expected_version=expected_version,
            durability=durability,
        )

    def delete(
        self, id: int, *, expected_version: int | None = None, durability: Durability | None = None
    ) -> bool:
        """Deletes a message. False if there was none."""
        return self._store.delete(self._name, id, expected_version=expected_version, durability=durability)

    # --- About the channel ----------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Channel):
            return NotImplemented
        return self._store is other._store and self._name == other._name

    def __hash__(self) -> int:
        return hash((id(self._store), self._name))

    def __repr__(self) -> str:
        return f"<Channel {self._name!r} of {self._store!r}>"

    def _repr_html_(self) -> str:
        header = ("id", "created_at", "author", "content")
        if self._store.closed:
            return _html.table(repr(self), header, [], "the store is closed")
        newest = [[_html.field(m, name) for name in header] for m in self.history(limit=_SHOWN_ROWS)]
        return _html.table(repr(self), header, newest, f"the newest {_SHOWN_ROWS} at most")

    def __reduce__(self) -> tuple[object, ...]:
        return Channel, (self._store, self._name)
