"""A query as a table of pyarrow, pandas or Polars.

Rows come in batches, fetched one by one on the thread of the caller, so that Ctrl-C and progress work; the
tables take the memory of the batches over and copy nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rookery._extras import require
from rookery._typing import Progress

if TYPE_CHECKING:
    from rookery._query import Query


def arrow_schema(query: Query) -> Any:
    """The `pyarrow.Schema` of the query."""
    return require("pyarrow", "arrow").schema(query)


def to_arrow(query: Query, progress: Progress) -> Any:
    """The `pyarrow.Table` of the query."""
    pyarrow = require("pyarrow", "arrow")
    batches = [pyarrow.record_batch(batch) for batch in query.batches(progress=progress)]
    return pyarrow.Table.from_batches(batches, schema=arrow_schema(query))


def to_pandas(query: Query, progress: Progress) -> Any:
    """The `pandas.DataFrame` of the query."""
    pandas = require("pandas", "pandas")
    table = to_arrow(query, progress)
    nullable = [field.name for field in table.schema if field.nullable and _is_integer(field.type)]
    frame = table.to_pandas(maps_as_pydicts="strict")
    for name in nullable:  # as floats, which is the default, ids would be rounded
        frame[name] = table[name].to_pandas(types_mapper=lambda _type: pandas.Int64Dtype())
    return frame


def to_polars(query: Query, progress: Progress) -> Any:
    """The `polars.DataFrame` of the query."""
    polars = require("polars", "polars")
    frames = [polars.DataFrame(batch) for batch in query.batches(progress=progress)]
    return polars.concat(frames) if frames else polars.DataFrame(schema=polars.Schema(query))


def to_lazy_polars(query: Query) -> Any:
    """The `polars.LazyFrame` of the query."""
    require("polars", "polars")
    from rookery.polars import scan

    return scan(query)


def to_dataset(query: Query) -> Any:
    """The `pyarrow.dataset.Dataset` of the query."""
    require("pyarrow.dataset", "arrow")
    from rookery.dataset import QueryDataset

    return QueryDataset(query)


def _is_integer(data_type: Any) -> bool:
    return bool(require("pyarrow.types", "arrow").is_integer(data_type))
