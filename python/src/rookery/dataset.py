"""A query as a `pyarrow.dataset.Dataset`: for DuckDB, Polars and whatever else pushes conditions down to one.

    dataset = db.query(prefix="guild/").to_dataset()
    duckdb.sql("select author, count(*) from dataset where created_at >= '2026-01-01' group by author")

Columns and the part of the condition that is understood go to the query, and pyarrow applies the whole
condition again to what comes back. Reading is by `scanner`, and what is built on it; a dataset of pyarrow
that is read in another way would look for files, and is told that there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import pyarrow  # type: ignore[import-untyped, unused-ignore]
import pyarrow.dataset  # type: ignore[import-untyped, unused-ignore]
import pyarrow.fs  # type: ignore[import-untyped, unused-ignore]

from rookery._arrow_predicate import columns_of, understood
from rookery.errors import UnsupportedError

if TYPE_CHECKING:
    from rookery._query import Query

__all__ = ["QueryDataset"]


class QueryDataset(pyarrow.dataset.FileSystemDataset):  # type: ignore[misc, unused-ignore]  # has no types
    """The messages of a query as a dataset; `Query.to_dataset` makes it. Every scan reads the store anew."""

    def __init__(self, query: Query, condition: Any = None) -> None:
        # What the base class holds is never read: it is there so that no path of pyarrow meets an empty
        # object.
        layout = pyarrow.dataset.ParquetFileFormat()
        file = layout.make_fragment("query", filesystem=pyarrow.fs.PyFileSystem(_NoFiles()))
        super().__init__([file], query.schema, layout, file.filesystem)
        self._query = query
        self._condition = condition

    def scanner(
        self,
        columns: Iterable[str] | Mapping[str, Any] | None = None,
        filter: Any = None,
        batch_size: int | None = None,
        **options: Any,
    ) -> pyarrow.dataset.Scanner:
        """A scanner, which reads once. The arguments are those of `pyarrow.dataset.Dataset.scanner`."""
        condition = _both(self._condition, filter)
        names = list(columns) if columns is not None and not isinstance(columns, Mapping) else columns
        if batch_size is not None:
            options["batch_size"] = batch_size
        return pyarrow.dataset.Scanner.from_batches(
            self._narrowed(names, condition), columns=names, filter=condition, **options
        )

    def filter(self, expression: Any) -> QueryDataset:
        """The dataset with only the rows for which `expression` is true too."""
        return QueryDataset(self._query, _both(self._condition, expression))

    def count_rows(self, filter: Any = None, **options: Any) -> int:
        """The number of rows for which `filter` is true."""
        if filter is None and self._condition is None:
            return self._query.count()
        scanner = self.scanner(columns=list(self._query.columns[:1]), filter=filter, **options)
        return sum(batch.num_rows for batch in scanner.to_reader())

    def join(self, right_dataset: Any, *arguments: Any, **options: Any) -> Any:
        """As `pyarrow.dataset.Dataset.join`, over the whole query in memory."""
        return self._in_memory().join(_plain(right_dataset), *arguments, **options)

    def join_asof(self, right_dataset: Any, *arguments: Any, **options: Any) -> Any:
        """As `pyarrow.dataset.Dataset.join_asof`, over the whole query in memory."""
        return self._in_memory().join_asof(_plain(right_dataset), *arguments, **options)

    def sort_by(self, sorting: Any, **options: Any) -> Any:
        """As `pyarrow.dataset.Dataset.sort_by`, over the whole query in memory."""
        return self._in_memory().sort_by(sorting, **options)

    def __repr__(self) -> str:
        condition = "" if self._condition is None else f" where {self._condition}"
        return f"<QueryDataset of {self._query!r}{condition}>"

    def __reduce__(self) -> tuple[object, ...]:
        return QueryDataset, (self._query, self._condition)

    def _in_memory(self) -> Any:
        return pyarrow.dataset.dataset(self.to_table())

    def _narrowed(self, columns: list[str] | Mapping[str, Any] | None, condition: Any) -> Query:
        """The query with what the scan needs: its columns, and those of the condition."""
        query = self._query
        pushed = None if condition is None else understood(condition)
        if pushed is not None and not query.is_limited:
            query = query.filter(pushed)
        needed = _needed(columns, condition)
        if needed is None:
            return query
        # Rows without any column would have no number.
        return query.select(*([name for name in query.columns if name in needed] or query.columns[:1]))


def _needed(columns: list[str] | Mapping[str, Any] | None, condition: Any) -> set[str] | None:
    """The columns that a projection and a condition look at; None for all."""
    if columns is None:
        return None
    expressions = list(columns.values()) if isinstance(columns, Mapping) else []
    needed = set() if isinstance(columns, Mapping) else set(columns)
    for expression in [*expressions, *([] if condition is None else [condition])]:
        looked_at = columns_of(expression)
        if looked_at is None:
            return None
        needed |= looked_at
    return needed


def _both(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _plain(dataset: Any) -> Any:
    return dataset._in_memory() if isinstance(dataset, QueryDataset) else dataset


def _refuse(*_arguments: object, **_options: object) -> NoReturn:
    raise UnsupportedError("a QueryDataset has no files: read it with scanner(), to_table() or to_batches()")


class _NoFiles(pyarrow.fs.FileSystemHandler):  # type: ignore[misc, unused-ignore]  # pyarrow has no types
    """A file system whose every use says that there are no files."""

    get_file_info = get_file_info_selector = normalize_path = _refuse
    open_input_stream = open_input_file = open_output_stream = open_append_stream = _refuse
    create_dir = delete_dir = delete_dir_contents = delete_root_dir_contents = _refuse
    delete_file = move = copy_file = _refuse

    def get_type_name(self) -> str:
        """What the file system is called in messages."""
        return "rookery"
