"""Queries as Polars LazyFrames: `rookery.polars.scan(query)`, which is `query.to_polars(lazy=True)`.

What Polars asks for is pushed down to the query: columns, the number of rows, and of the condition all that
is understood. The whole condition is applied again to every frame, before columns are dropped: a push-down
only ever saves work.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import polars
from polars.io.plugins import register_io_source

from rookery._polars_predicate import understood
from rookery._query_text import query_text

if TYPE_CHECKING:
    from rookery._query import Query

__all__ = ["scan"]


def scan(query: Query) -> polars.LazyFrame:
    """The query as a LazyFrame. It is read whenever the frame is collected."""
    return register_io_source(
        partial(_frames, query),
        schema=polars.Schema(query),
        validate_schema=True,
        explain_name="ROOKERY",
        explain_detail=query_text(query._spec),
    )


def _frames(
    query: Query,
    with_columns: list[str] | None,
    predicate: polars.Expr | None,
    n_rows: int | None,
    batch_size: int | None,
) -> Iterator[polars.DataFrame]:
    """The frames that Polars asks for. `n_rows` counts rows before the condition."""
    condition, pushed = (None, None) if predicate is None else understood(predicate)
    narrowed = _projected(query, with_columns, condition)
    if n_rows is not None:
        narrowed = narrowed.limit(n_rows)
    elif pushed is not None and not query.is_limited:
        narrowed = narrowed.filter(pushed)
    found = False
    for batch in narrowed.batches(batch_size):
        found = True
        yield _shaped(polars.DataFrame(batch), with_columns, condition)
    if not found:
        yield _shaped(polars.DataFrame(schema=polars.Schema(narrowed)), with_columns, condition)


def _projected(query: Query, with_columns: list[str] | None, condition: polars.Expr | None) -> Query:
    """The query with only the columns that are asked for and those that the condition looks at."""
    if with_columns is None:
        return query
    needed = {*with_columns, *(condition.meta.root_names() if condition is not None else ())}
    # Rows without any column would have no number.
    return query.select(*([name for name in query.columns if name in needed] or query.columns[:1]))


def _shaped(
    frame: polars.DataFrame, with_columns: list[str] | None, condition: polars.Expr | None
) -> polars.DataFrame:
    if condition is not None:
        frame = frame.filter(condition)
    return frame if with_columns is None else frame.select(with_columns)
