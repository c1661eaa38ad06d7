"""Attachments: bytes of any size that belong to a message, written and read as streams.

Nobody sees an attachment before it is whole. It is kept in chunks of 1 MiB, and each is compared with its
checksum before a byte of it is handed out.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

from rookery._rookery import AttachmentBytes, AttachmentUpload
from rookery._typing import BytesLike, Durability, ProgressCallback
from rookery.errors import BusyError, Error, InvalidArgumentError

if TYPE_CHECKING:
    from typing import Self

    from _typeshed import WriteableBuffer

IfExists: TypeAlias = Literal["fail", "replace"]

_CHUNK = 1 << 20


@runtime_checkable
class BinarySource(Protocol):
    """What bytes can be read from: a file opened in binary mode."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """What is known of a stored attachment.

    `name` is unique within its message and never a path: look before naming a file after it. `size` is in
    bytes, `chunks` are of 1 MiB but for the last, `checksum` is the xxh3-128 of all bytes as `xxhsum -H2`
    prints it.
    """

    name: str
    media_type: str
    author: str
    size: int
    chunks: int
    created_at: datetime
    checksum: str


class AttachmentReader(io.BufferedReader):
    """A stored attachment as a binary file that can be read and sought: `read`, `readinto`, `seek`, lines.

    It is the attachment as it was when it was asked for, whatever becomes of it meanwhile. It holds a chunk
    or two in memory, and old versions on disk: close it, or use a `with` block. May be used by several
    threads. CorruptionError names message, attachment and chunk if the bytes are not those that were
    written; ClosedError once its store is closed.
    """

    def __init__(self, stored: AttachmentBytes) -> None:
        super().__init__(_RawReader(stored), _CHUNK)
        self._info = AttachmentInfo(**stored.info())

    @property
    def info(self) -> AttachmentInfo:
        """What is known of it."""
        return self._info

    def __repr__(self) -> str:
        state = "closed" if self.closed else f"{self._info.size:,} bytes"
        return f"<AttachmentReader {self._info.name!r}: {state}>"


class _RawReader(io.RawIOBase):
    """Reads straight from the store."""

    def __init__(self, stored: AttachmentBytes) -> None:
        self._stored: AttachmentBytes | None = stored
        self._size: int = stored.info()["size"]
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        count = self._open().read_at(self._position, memoryview(buffer))
        self._position += count
        return count

    def readall(self) -> bytes:
        data = self._open().read_from(self._position)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self._open()
        origins = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}
        if whence not in origins:
            raise InvalidArgumentError(f"whence={whence!r}: give os.SEEK_SET, os.SEEK_CUR or os.SEEK_END")
        position = origins[whence] + offset
        if position < 0:
            raise InvalidArgumentError(f"offset={offset}: that is before the attachment's first byte")
        self._position = position
        return position

    def tell(self) -> int:
        self._open()
        return self._position

    def close(self) -> None:
        self._stored = None  # and with it the old version on disk
        super().close()

    def _open(self) -> AttachmentBytes:
        if self._stored is None:
            raise ValueError("I/O operation on closed file")
        return self._stored


class AttachmentWriter:
    """An upload. Nobody sees it before `finish`, and then all of it.

    As a `with` block it finishes at the block's end, and is cancelled if the block is left by an exception;
    so it is if it is forgotten. It holds one chunk in memory. BusyError leaves it as it is: make the same call
    again, with the same data. After any other error of `write` it is cancelled. One thread at a time; several uploads, also to one message, go on side by side.
    """

    def __init__(self, upload: AttachmentUpload, name: str, durability: Durability | None) -> None:
        self._upload = upload
        self._name = name
        self._durability = durability
        self._size = 0
        self._taken = 0  # of the data of the `write` under way
        self._refused: bytes | None = None  # digest of the data of a `write` that ended with BusyError
        self._ended = False
        self._info: AttachmentInfo | None = None

    def write(self, data: BytesLike) -> int:
        """Adds any number of bytes and returns how many.

        InvalidArgumentError: more than the limit, or not the data that ended with BusyError before; either
        cancels the upload.
        """
        if isinstance(data, str):
            raise TypeError("an attachment is bytes: encode the str")
        flat = memoryview(data).cast("B")
        if self._refused is None:
            self._taken = 0
        elif self._refused != _digest(flat):
            self.cancel()
            raise InvalidArgumentError("a write ended with BusyError, and other data followed; repeat it")
        try:
            for part in _parts(flat[self._taken :]):
                self._upload.append(part)
                self._taken += len(part)
                self._size += len(part)
        except BusyError:
            self._refused = _digest(flat)
            raise
        self._refused = None
        return len(flat)

    def finish(self) -> AttachmentInfo:
        """Makes it visible, as durably as was asked for.

        NotFoundError: the message was deleted meanwhile. AlreadyExistsError: another upload of that name was
        first. InvalidArgumentError: the message has as many attachments as it may, or the upload has ended.
        After an error but BusyError nothing of it is left; a `write` that ended with BusyError comes first.
        """
        if self._refused is not None:
            raise InvalidArgumentError("a write ended with BusyError; repeat it, then finish")
        self._ended = True
        try:
            self._info = AttachmentInfo(**self._upload.finish(self._durability))
        except BusyError:
            self._ended = False
            raise
        return self._info

    def cancel(self) -> None:
        """Removes what was written. Does nothing after `finish`."""
        self._ended = True
        self._upload.cancel()

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._size

    @property
    def info(self) -> AttachmentInfo | None:
        """What is known of it once it is finished."""
        return self._info

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: object, *_more: object) -> None:
        if error is not None:
            with suppress(Error):  # what cannot be removed now is removed when the store is next opened
                self.cancel()
        elif not self._ended:
            self.finish()

    def __repr__(self) -> str:
        state = "open" if not self._ended else "cancelled" if self._info is None else "finished"
        return f"<AttachmentWriter {self._name!r} {state}: {self._size:,} bytes>"


def upload(
    writer: AttachmentWriter, data: BytesLike | BinarySource, report: ProgressCallback | None
) -> AttachmentInfo:
    """Writes bytes, or all that a file has left, and finishes."""
    total = None if isinstance(data, BinarySource) else memoryview(data).nbytes
    with writer:
        for part in _read(data) if isinstance(data, BinarySource) else _parts(memoryview(data).cast("B")):
            writer.write(part)
            if report is not None:
                report(writer.size, total)
        info = writer.finish()
    if report is not None:
        report(info.size, info.size)
    return info


def checked_data(data: object) -> None:
    """TypeError unless it is bytes or a binary file. To be looked at before there is an upload."""
    if isinstance(data, io.TextIOBase) or not isinstance(data, BinarySource):
        try:
            memoryview(data).release()  # type: ignore[arg-type]  # that is the question
        except TypeError:
            kind = type(data).__name__
            raise TypeError(f"data is a {kind}: give bytes, or a file opened in binary mode") from None


def _digest(data: memoryview) -> bytes:
    return blake2b(data, digest_size=16).digest()


def _parts(data: memoryview) -> Iterator[memoryview]:
    """A chunk at a time, so that little is copied and Ctrl-C is heard in between."""
    return (data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK))


def _read(source: BinarySource) -> Iterator[bytes]:
    while True:
        part = source.read(_CHUNK)
        if part is None:
            raise BlockingIOError("the file that is attached has no bytes now; give one that waits for them")
        if not part:
            return
        yield part
