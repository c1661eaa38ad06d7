"""Query: messages that are not read yet.

A query is an immutable value that holds its store. Nothing is read until it is consumed, each consumption
reads anew, and several may go on at once. Columns come as Arrow batches that C++ fills without the
interpreter; memory is bounded by the size of a batch. Once the store is closed, every method that reads
raises ClosedError.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, overload

from rookery import _frames, _html
from rookery._columns import COLUMNS
from rookery._progress import reporting
from rookery._query_text import plan_text, query_text
from rookery._spec import QuerySpec, checked_count
from rookery._typing import Progress

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped, unused-ignore]
    import polars
    import pyarrow  # type: ignore[import-untyped, unused-ignore]

    from rookery._expressions import Expression
    from rookery._rookery import Batch, Message
    from rookery._store import Store
    from rookery.dataset import QueryDataset

_SHOWN_ROWS = 10
_SHOWN_COLUMNS = ("id", "channel", "created_at", "author", "content")


class Query:
    """A lazy selection of messages; `Store.query` makes it. `filter`, `select` and `limit` narrow it."""

    __slots__ = ("__weakref__", "_spec", "_store")

    def __init__(self, store: Store, spec: QuerySpec) -> None:
        self._store = store
        self._spec = spec

    # --- Narrowing ------------------------------------------------------------------------------------------

    def filter(self, condition: Expression) -> Query:
        """Only messages for which `condition` is true too. Not after `limit`."""
        return Query(self._store, self._spec.filtered(condition))

    def select(self, *columns: str) -> Query:
        """Only these columns, in this order."""
        return Query(self._store, self._spec.selected(columns))

    def limit(self, count: int) -> Query:
        """At most `count` messages."""
        return Query(self._store, self._spec.limited(count))

    def as_binary(self) -> Query:
        """Text columns as their bytes, for text that is not UTF-8; otherwise what is not comes as U+FFFD."""
        return Query(self._store, replace(self._spec, text="binary"))

    @property
    def is_limited(self) -> bool:
        """True after `limit`: a condition would come too late."""
        return self._spec.limit is not None

    # --- As columns -----------------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(COLUMNS) if self._spec.columns is None else self._spec.columns

    @property
    def schema(self) -> pyarrow.Schema:
        """The Arrow schema. Needs pyarrow."""
        return _frames.arrow_schema(self)

    def batches(self, n: int | None = None, *, progress: Progress = None) -> Generator[Batch, None, None]:
        """Arrow batches of at most `n` rows, each with `__arrow_c_array__`. `progress` is told the rows."""
        return self._batches(self._spec.as_dict(None if n is None else checked_count(n, "n", 1)), progress)

    def _batches(self, spec: dict[str, object], progress: Progress) -> Generator[Batch, None, None]:
        stream = self._store._stream(spec)
        try:
            with reporting(progress, "query", "messages") as report:
                done = 0
                while (batch := stream.next()) is not None:
                    done += batch.num_rows
                    if report is not None:
                        report(done, None)
                    yield batch
        finally:
            stream.close()

    def to_arrow(self, *, progress: Progress = None) -> pyarrow.Table:
        """All rows as a `pyarrow.Table`. Ctrl-C ends it."""
        return _frames.to_arrow(self, progress)

    def to_pandas(self, *, progress: Progress = None) -> pandas.DataFrame:
        """All rows as a `pandas.DataFrame`: ids stay integers also where they may be absent (Int64)."""
        return _frames.to_pandas(self, progress)

    @overload
    def to_polars(self, *, lazy: Literal[False] = ..., progress: Progress = ...) -> polars.DataFrame: ...

    @overload
    def to_polars(self, *, lazy: Literal[True], progress: Progress = ...) -> polars.LazyFrame: ...

    def to_polars(
        self, *, lazy: bool = False, progress: Progress = None
    ) -> polars.DataFrame | polars.LazyFrame:
        """All rows as a `polars.DataFrame`; `lazy`: a LazyFrame, which pushes conditions and columns down."""
        frame: polars.DataFrame | polars.LazyFrame
        frame = _frames.to_lazy_polars(self) if lazy else _frames.to_polars(self, progress)
        return frame

    def to_dataset(self) -> QueryDataset:
        """The query as a `pyarrow.dataset.Dataset`, to which DuckDB and others push conditions down."""
        dataset: QueryDataset = _frames.to_dataset(self)
        return dataset

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows by the Arrow C stream interface; may be called again and again."""
        return self._store._stream_capsule(self._spec.as_dict())

    def __arrow_c_schema__(self) -> object:
        """The schema by the Arrow C data interface."""
        return self._store._schema_capsule(self._spec.as_dict())

    # --- As messages ----------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Message]:
        """The messages, read in chunks. They are whole, whatever columns are selected."""
        stream = self._store._messages(self._spec.as_dict())
        while chunk := stream.next():
            yield from chunk

    def to_list(self) -> list[Message]:
        """All messages. They are whole, whatever columns are selected."""
        return list(self)

    def count(self) -> int:
        """How many messages there are, without making them."""
        return self._store._count(self._spec.as_dict())

    # --- About the query ------------------------------------------------------------------------------------

    def explain(self) -> str:
        """How the query will be run: key ranges, what is looked at in each row, and in how many threads."""
        return plan_text(self._spec, self._store._plan(self._spec.as_dict()))

    def __repr__(self) -> str:
        return f"<Query {query_text(self._spec)}>"

    def _repr_html_(self) -> str:
        shown = [name for name in self.columns if self._spec.columns or name in _SHOWN_COLUMNS]
        if self._store.closed:
            return _html.table(repr(self), shown, [], "the store is closed")
        first = self.limit(_SHOWN_ROWS).to_list()
        rows = [[_html.field(message, name) for name in shown] for message in first]
        return _html.table(repr(self), shown, rows, f"the first {_SHOWN_ROWS} at most")

    def __reduce__(self) -> tuple[object, ...]:
        return Query, (self._store, self._spec)
