"""The types that the package's signatures share.

Rookery's text is bytes: a `str` stands for its UTF-8 form, with `surrogateescape` for what is not UTF-8, so
that every stored byte string survives a round trip; `bytes` are taken wherever a `str` is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Literal, Protocol, TypeAlias, runtime_checkable

Text: TypeAlias = str | bytes
BytesLike: TypeAlias = bytes | bytearray | memoryview
Attributes: TypeAlias = Mapping[str, Text] | Mapping[bytes, Text]
Order: TypeAlias = Literal["newest", "oldest"]
Durability: TypeAlias = Literal["buffered", "sync"]
Recovery: TypeAlias = Literal["strict", "tail", "salvage"]
BulkPacking: TypeAlias = Literal["fast", "small"]
IdCollision: TypeAlias = Literal["fail", "next_free"]
MissingCells: TypeAlias = Literal["refuse", "leave_out"]
"""While a cell is quarantined: UnavailableError, or what the other cells have."""
ProgressCallback: TypeAlias = Callable[[int, int | None], object]
"""Called with what is done so far and with the total, where it is known."""
Progress: TypeAlias = bool | ProgressCallback | None
"""None or False: silent; True: a progress bar; or a function that is told."""


class NumpyTime(Protocol):
    """A `numpy.datetime64`; the package does not need numpy to be installed."""

    def astype(self, dtype: str, /) -> object: ...


TimeLike: TypeAlias = datetime | date | str | int | NumpyTime
"""A datetime (naive: UTC), a date (midnight UTC), an ISO string, milliseconds since 1970, or a numpy time."""


class BinaryFile(Protocol):
    """What bytes can be written to: a file opened in binary mode."""

    def write(self, data: bytes, /) -> object: ...


@runtime_checkable
class ArrowStream(Protocol):
    """Anything with the Arrow C stream interface: a table of pyarrow, pandas, Polars, DuckDB; a Query."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


def text(value: Text) -> str:
    """The text as Rookery hands it out."""
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def printable(value: str) -> str:
    """The text with U+FFFD for what is not UTF-8, as everything that prints or encodes needs it."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
