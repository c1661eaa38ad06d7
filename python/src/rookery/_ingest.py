"""Ingestors: posts that return at once and are answered later, gathered into batches on their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rookery import _rookery, _times
from rookery._options import seconds
from rookery._typing import Attributes, Text, TimeLike
from rookery.errors import Error

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True)
class IngestStats:
    """What went through an ingestor since it was made, in messages but for `batches` and `waiting_bytes`.

    `answered` are those with an id or an error, `failed` with an error, `refused` not accepted as too many
    waited, `retried` what the store was too busy for at first, `batched` those in all batches.
    """

    accepted: int
    answered: int
    failed: int
    refused: int
    retried: int
    batches: int
    batched: int
    waiting_messages: int
    waiting_bytes: int


class Ingestor:
    """Takes posts and has them stored by threads of its own; `Store.ingestor` makes one.

    For many threads that post, or who has better to do than to wait. What is accepted is answered once, by
    an id or an error. What one thread posts to a channel is stored in that order. As a `with` block it stops
    at the block's end, however that is left. Thread-safe.
    """

    def __init__(self, store: _rookery.Store, options: dict[str, object]) -> None:
        self._core = store._ingestor(options)

    def post(
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
    ) -> _rookery.Answer:
        """Accepts a message with the arguments of `Store.post`; the answer has `done()` and `result(timeout)`.

        Waits for room if very many wait already. What then is wrong with the post, also that it was not
        accepted, `result` raises: InvalidArgumentError, BusyError, ClosedError and those of `Store.post`.
        An error that nobody asks for is only counted in `stats`.
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
        return self._core.post(message)

    def flush(self, timeout: timedelta | float = 10) -> None:
        """Returns when all that was accepted before has been answered. BusyError after `timeout` seconds."""
        self._core.flush(seconds(timeout))

    def stop(self) -> None:
        """Accepts no more, and returns when all that was accepted has been answered. Idempotent."""
        self._core.stop()

    def stats(self) -> IngestStats:
        """What went through it. Cheap."""
        return IngestStats(**self._core.stats())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        try:
            stats = self.stats()
        except Error:
            return "<Ingestor of another process>"
        return f"<Ingestor: {stats.accepted:,} accepted, {stats.waiting_messages:,} waiting>"
