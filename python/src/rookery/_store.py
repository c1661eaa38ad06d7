"""Store: an open store, as Python sees it.

The C++ module's Store does the work and is what this one inherits: `get`, `get_many`, `history`, `edit`,
`delete`, `delete_attachment`, `sync`, `compact` and `close` are its own, without a layer between. Here is
what takes and gives Python's values: times, tables, mappings and queries. What is done with a store as a whole is in `_upkeep`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, overload

from rookery import _html, _times
from rookery._attachments import (
    AttachmentInfo,
    AttachmentReader,
    AttachmentWriter,
    BinarySource,
    IfExists,
    checked_data,
    upload,
)
from rookery._bulk import BulkLoader
from rookery._channel import Channel
from rookery._expressions import Expression
from rookery._ingest import Ingestor
from rookery._mappings import Channels
from rookery._options import Size, seconds, size_in_bytes
from rookery._posting import NewMessage, post_all, write_table
from rookery._progress import reporting
from rookery._query import Query
from rookery._reports import BulkRefusal
from rookery._spec import checked_count, checked_text, make_spec
from rookery._typing import (
    ArrowStream,
    Attributes,
    BulkPacking,
    BytesLike,
    Durability,
    IdCollision,
    MissingCells,
    Order,
    Progress,
    Text,
    TimeLike,
    text,
)
from rookery._upkeep import Upkeep
from rookery.errors import InvalidArgumentError

if TYPE_CHECKING:
    from typing import Self

_BATCH_SIZE = 10_000
_ID_TIME_BITS, _ID_TIME_SHIFT = 41, 22


class Store(Upkeep):
    """An open store: messages and records in channels. `rookery.open` makes it.

    Thread-safe. Close it with `close()` or by a `with` block; afterwards it and everything that came from it
    raise ClosedError. A process that was forked from one that had it open has to open its own. Pickled, it is
    its path, and the process that unpickles it opens it read-only.
    """

    def __init__(self, path: str, options: dict[str, object]) -> None:
        super().__init__(path, options)
        self._options = {name: value for name, value in options.items() if name != "keys"}
        self._absolute_path = os.path.abspath(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    # --- Writing --------------------------------------------------------------------------------------------

    def post(  # type: ignore[override]  # any time, where the C++ module takes milliseconds
        self,
        channel: Text,
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
        """Stores a message and returns its id, greater than all ids that this store made before.

        With a `nonce` the post is idempotent: if the channel has a message with it, that one's id is returned
        and nothing is written. `id` and `created_at` are for importers and copies; AlreadyExistsError if the
        id is another message's. BusyError: ids ran ahead of the clock; `retry_after` says how long to wait.
        Limits: InvalidArgumentError.
        """
        return super().post(
            channel,
            content,
            author=author,
            reply_to=reply_to,
            nonce=nonce,
            attributes=attributes,
            flags=flags,
            id=id,
            created_at_ms=None if created_at is None else _times.milliseconds(created_at, "created_at"),
            durability=durability,
        )

    @overload
    def post_many(
        self,
        messages: ArrowStream,
        *,
        batch_size: int = ...,
        durability: Durability | None = ...,
        progress: Progress = ...,
    ) -> int: ...

    @overload
    def post_many(
        self,
        messages: Iterable[NewMessage],
        *,
        batch_size: int = ...,
        durability: Durability | None = ...,
        progress: Progress = ...,
    ) -> list[int]: ...

    def post_many(
        self,
        messages: ArrowStream | Iterable[NewMessage],
        *,
        batch_size: int = _BATCH_SIZE,
        durability: Durability | None = None,
        progress: Progress = None,
    ) -> list[int] | int:
        """Posts many messages and returns their ids, in order; of a table their number, see `write_arrow`.

        Each message is a mapping with the arguments of `post`, `channel` among them, and `edited_at` and
        `version`; or a Message that was read. They are stored `batch_size` at a time, all of a batch or none.
        When a call fails, its exception has `posted`: how many messages of earlier batches are stored.
        """
        size = checked_count(batch_size, "batch_size", 1)
        if isinstance(messages, ArrowStream):
            return self.write_arrow(messages, batch_size=size, durability=durability, progress=progress)
        with reporting(progress, "post", "messages") as report:
            return post_all(self, messages, size, durability, report)

    def write_arrow(
        self,
        table: ArrowStream,
        *,
        channel: Text | None = None,
        batch_size: int = _BATCH_SIZE,
        durability: Durability | None = None,
        progress: Progress = None,
    ) -> int:
        """Posts the rows of a table and returns how many they are.

        `table` is anything with `__arrow_c_stream__`: of pyarrow, Polars, pandas 3 or DuckDB, or a query of
        another store, which copies it exactly. Its columns have the names that a query gives them, and one is
        `channel`, unless the argument names one for all rows. InvalidArgumentError names a column that is not
        known, of the wrong type or there twice, and the row of a value that cannot be. Rows are stored
        `batch_size` at a time. When a call fails, its exception has `posted`, as that of `post_many`.
        """
        name = None if channel is None else checked_text(channel, "channel")
        size = checked_count(batch_size, "batch_size", 1)
        with reporting(progress, "write", "messages") as report:
            return write_table(self, table, name, size, durability, report)

    def bulk_load(
        self,
        *,
        memory: Size | None = None,
        packing: BulkPacking = "fast",
        id_collision: IdCollision = "fail",
        on_refused: Callable[[BulkRefusal], object] | None = None,
        progress: Progress = None,
    ) -> BulkLoader:
        """Begins to load many messages, all or nothing; for millions several times faster than `post_many`.

        `memory`, at least 8 MiB, is what it may take for sorting and writing: if left out a part of the
        store's, or 64 MiB. `packing="small"` takes up to twice as long, and a third less disk until files are
        compacted. A message whose id is another's
        makes `finish` raise AlreadyExistsError; but with `id_collision="next_free"` it takes the next free
        id, and with `on_refused` that is told of it and it is left out. Progress is told the messages added,
        and then, from 0 again, those written of all; what it or `on_refused` raises, and Ctrl-C, ends the
        load. BusyError: another load is under way, or the shards are being changed.
        """
        return BulkLoader(self, memory, packing, id_collision, on_refused, progress)

    def ingestor(
        self,
        *,
        durability: Durability | None = None,
        timeout: timedelta | float = 10,
        batch_messages: int = 512,
        batch_bytes: Size = "1MiB",
        batch_age: timedelta | float = 0,
        mailbox_messages: int = 8192,
        mailbox_bytes: Size | None = None,
        when_full: Literal["wait", "busy"] = "wait",
        workers: int = 0,
    ) -> Ingestor:
        """Takes posts that return at once and are answered later: see Ingestor.

        A shard's batch is written when it has `batch_messages` or `batch_bytes`, or its oldest is as old as
        `batch_age` (seconds or a timedelta; 0: as soon as a worker is free). A shard's mailbox holds so many
        messages and bytes; a post that finds it full waits up to `timeout`, or is BusyError at once. 0
        `workers` are as many as there are processors.
        """
        options: dict[str, object] = {
            "durability": durability,
            "timeout": seconds(timeout),
            "batch_messages": batch_messages,
            "batch_bytes": size_in_bytes(batch_bytes, "batch_bytes"),
            "batch_age": seconds(batch_age),
            "mailbox_messages": mailbox_messages,
            "when_full": when_full,
            "workers": workers,
        }
        if mailbox_bytes is not None:  # else a part of the store's memory
            options["mailbox_bytes"] = size_in_bytes(mailbox_bytes, "mailbox_bytes")
        return Ingestor(self, options)

    # --- Reading --------------------------------------------------------------------------------------------

    def channel(self, name: Text) -> Channel:
        """The channel of this name, whether or not anything is in it."""
        return Channel(self, name)

    @property
    def channels(self) -> Channels:
        """The channels that hold something: a mapping from names."""
        return Channels(self)

    def query(
        self,
        *,
        channel: Text | Channel | None = None,
        channels: Iterable[Text] | None = None,
        prefix: Text | None = None,
        since: TimeLike | None = None,
        until: TimeLike | None = None,
        author: Text | Iterable[Text] | None = None,
        columns: Iterable[str] | None = None,
        where: Expression | None = None,
        limit: int | None = None,
        order: Order | None = None,
        missing_cells: MissingCells = "refuse",
    ) -> Query:
        """A lazy query over one channel, several, those whose names begin with `prefix`, or all.

        `since` and `until` (half-open) bound the time in a message's id, which is when it was posted or, for
        an imported one, written; they are ranges of keys and cost nothing. `where` is a condition made with
        `rookery.col`. With no `order` rows come channel by channel, newest first in each, and channels in any
        order; with one they are in the order of their ids, over all channels. While a cell is quarantined, a
        query that names no channels, or one of that cell, raises UnavailableError; with
        `missing_cells="leave_out"` it reads what the other cells have.
        """
        spec = make_spec(
            channel=channel.name if isinstance(channel, Channel) else channel,
            channels=channels,
            prefix=prefix,
            since=since,
            until=until,
            author=author,
            columns=columns,
            where=where,
            limit=limit,
            order=order,
            missing_cells=missing_cells,
        )
        return Query(self, spec)

    def id_at(self, time: TimeLike) -> int:
        """The first id that a message of this time can have.

        For `before` and `after` of `history`; and, with a number below 2^22 added that tells apart what has
        the same millisecond, as the id of a message that was written elsewhere at that time. Times before
        the store's epoch give the first id there is, times after its last one InvalidArgumentError.
        """
        since_epoch = _times.milliseconds(time, "time") - int(self.info()["epoch_ms"])
        if since_epoch >= 1 << _ID_TIME_BITS:
            raise InvalidArgumentError(f"time={time!r}: ids last 69 years from the store's epoch")
        return max(since_epoch << _ID_TIME_SHIFT, 1)

    # --- Attachments ----------------------------------------------------------------------------------------

    def put_attachment(
        self,
        channel: Text,
        message_id: int,
        name: Text,
        data: BytesLike | BinarySource,
        *,
        media_type: str = "",
        author: Text = "",
        if_exists: IfExists = "fail",
        durability: Durability | None = None,
        progress: Progress = None,
    ) -> AttachmentInfo:
        """Attaches bytes, or all that an open binary file has left, to a message.

        Edits of the message leave attachments alone, its deletion deletes them. `media_type` is such as
        "image/jpeg". Progress is told the bytes. NotFoundError: there is no such message.
        AlreadyExistsError: it has an attachment of that name, unless `if_exists` is "replace".
        InvalidArgumentError: a limit, see `Limits`. If it fails nothing of it is left.
        """
        checked_data(data)
        with reporting(progress, "attach", "bytes") as report:
            writer = self.attachment_writer(
                channel,
                message_id,
                name,
                media_type=media_type,
                author=author,
                if_exists=if_exists,
                durability=durability,
            )
            return upload(writer, data, report)

    def attachment_writer(
        self,
        channel: Text,
        message_id: int,
        name: Text,
        *,
        media_type: str = "",
        author: Text = "",
        if_exists: IfExists = "fail",
        durability: Durability | None = None,
    ) -> AttachmentWriter:
        """Begins an upload, to be written bit by bit; with the errors of `put_attachment`."""
        options: dict[str, object] = {"media_type": media_type, "author": author, "if_exists": if_exists}
        begun = self._put_attachment(channel, message_id, name, options)
        return AttachmentWriter(begun, text(name), durability)

    def get_attachment(self, channel: Text, message_id: int, name: Text) -> AttachmentReader | None:
        """The attachment as a binary file, at its beginning; None if there is none. Close it after use."""
        stored = self._get_attachment(channel, message_id, name)
        return None if stored is None else AttachmentReader(stored)

    def list_attachments(self, channel: Text, message_id: int) -> list[AttachmentInfo]:
        """What is known of all attachments of a message, in the order of their names' bytes."""
        return [AttachmentInfo(**fields) for fields in self._list_attachments(channel, message_id)]

    # --- About the object -----------------------------------------------------------------------------------

    def __repr__(self) -> str:
        if self.closed:
            return f"<Store {self.path!r} closed>"
        return f"<Store {self.path!r} {'read-only' if self.read_only else 'open'}>"

    def _repr_html_(self) -> str:
        if self.closed:
            return _html.table(repr(self), (), [])
        info = self.info()
        rows = [(name.replace("_", " "), value) for name, value in info.items()]
        return _html.table(repr(self), (), rows)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        if self._options.get("memory"):
            raise TypeError("a store in memory cannot be pickled: nothing of it reaches another process")
        from rookery._reopen import reopen

        names = ("cache", "tuning", "key_files")
        kept = {name: self._options[name] for name in names if name in self._options}
        return reopen, (self._absolute_path, kept)
