"""Bulk loads: many messages at once, sorted and written as finished files, then visible all together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from rookery import _rookery, _times
from rookery._options import Size, size_in_bytes
from rookery._posting import NewMessage, as_arguments, capsule_of
from rookery._progress import reporting
from rookery._reports import BulkRefusal, BulkReport
from rookery._typing import ArrowStream, Attributes, BulkPacking, IdCollision, Progress, Text, TimeLike
from rookery.errors import Error

if TYPE_CHECKING:
    from typing import Self

_CHUNK = 10_000


class BulkLoader:
    """A load of many messages; `Store.bulk_load` begins it.

    Nothing is visible before `finish`, and then all at once and on disk. As a `with` block it finishes at the
    block's end; left by an exception, cancelled or forgotten it leaves nothing behind. What is added is
    sorted in bounded memory, and spilled to the store's directory. Readers and writers go on meanwhile. One
    thread at a time; one load at a time in a store.
    """

    def __init__(
        self,
        store: _rookery.Store,
        memory: Size | None,
        packing: BulkPacking,
        id_collision: IdCollision,
        on_refused: Callable[[BulkRefusal], object] | None,
        progress: Progress,
    ) -> None:
        if on_refused is not None and not callable(on_refused):
            raise TypeError(f"on_refused is a {type(on_refused).__name__}, not a function of a BulkRefusal")
        self._on_refused = on_refused
        self._result: BulkReport | None = None
        self._shown = ExitStack()  # the progress bar
        with ExitStack() as undo:
            undo.callback(self._shown.close)
            self._progress = self._shown.enter_context(reporting(progress, "load", "messages"))
            size = None if memory is None else size_in_bytes(memory, "memory")
            self._load = store._bulk_load(size, packing, id_collision, on_refused is not None)
            undo.pop_all()

    def add(
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
    ) -> None:
        """Adds a message, with the arguments of `Store.post`; `add_many` is faster.

        InvalidArgumentError: a bad one; the load goes on without it. BusyError: ids ran ahead of the clock;
        `retry_after` says how long to wait. Any other error ends the load, which leaves nothing behind.
        """
        message = {
            "channel": channel,
            "content": content,
            "author": author,
            "reply_to": reply_to,
            "nonce": nonce,
            "attributes": attributes,
            "flags": flags,
            "id": id,
            "created_at": None if created_at is None else _times.milliseconds(created_at, "created_at"),
        }
        self._load.add([message], self._progress)

    def add_many(self, messages: ArrowStream | Iterable[NewMessage], *, channel: Text | None = None) -> int:
        """Adds messages, or the rows of a table, and returns how many.

        They are what `Store.post_many` and `Store.write_arrow` take; `channel` is of all rows of a table that
        has no such column. They are taken 10,000 at a time, all of these or none. When a call fails, its
        exception has `added`: how many it took before. Errors are those of `add`.
        """
        before = self._load.added
        try:
            if isinstance(messages, ArrowStream):
                self._load.add_arrow(capsule_of(messages), channel, self._progress)
            elif channel is not None:
                raise TypeError("channel is for tables; a message has its own")
            else:
                left = iter(messages)
                while chunk := list(islice(left, _CHUNK)):
                    self._add(chunk)
        except BaseException as error:
            error.added = self._load.added - before  # type: ignore[attr-defined]  # documented above
            error.add_note(f"added before this: {self._load.added - before:,} messages")
            raise
        return self._load.added - before

    def _add(self, chunk: list[Any]) -> None:
        try:
            return self._load.add(chunk, self._progress)
        except TypeError:  # of a message that is not what the C++ module takes, unless a callback raised it
            if self._load.ended:
                raise
        self._load.add([as_arguments(message) for message in chunk], self._progress)

    def finish(self) -> BulkReport:
        """Writes everything and makes it visible. The load has ended then, also after an error.

        AlreadyExistsError: an id is another message's, and neither `id_collision` nor `on_refused` says what
        to do. NoSpaceError, IoError, CorruptionError, UnavailableError: nothing of it is stored.
        """
        on_refused = self._on_refused
        tell = None if on_refused is None else lambda fields: on_refused(BulkRefusal(**fields))
        with self._shown:
            self._result = BulkReport(**self._load.finish(self._progress, tell))
        return self._result

    def cancel(self) -> None:
        """Ends the load without a trace. Does nothing if it has ended."""
        with self._shown:
            self._load.cancel()

    @property
    def added(self) -> int:
        """How many messages were added so far."""
        return self._load.added

    @property
    def report(self) -> BulkReport | None:
        """What became of the messages; None before `finish`."""
        return self._result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: object, *_more: object) -> None:
        if error is not None:
            with suppress(Error):  # a closed store has ended it already
                self.cancel()
        elif not self._load.ended:
            self.finish()

    def __repr__(self) -> str:
        state = "open" if not self._load.ended else "ended" if self._result is None else "finished"
        return f"<BulkLoader {state}: {self._load.added:,} messages added>"
