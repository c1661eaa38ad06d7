"""Answers compared with the chat that was put in, column by column. Never timed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from rookery_bench.place import Place

WRITTEN = ("channel", "author", "content", "reply_to", "attributes")
"""The columns of a message that is posted anew."""


def require(holds: bool, what: str) -> None:
    """Ends the benchmark where an answer is wrong: a fast wrong answer is none."""
    if not holds:
        raise SystemExit(f"a wrong answer: {what}")


def expect_whole(place: Place, columns: Mapping[str, Any]) -> None:
    """All messages, each once, in any order."""
    ids = np.asarray(columns["id"])
    require(len(ids) == place.messages, f"{len(ids)} messages in place of {place.messages}")
    require(len(np.unique(ids)) == place.messages, "a message came twice")
    expect_some(place, columns)


def expect_some(place: Place, columns: Mapping[str, Any]) -> None:
    """Messages of the chat, in any order, with all that they have."""
    chat = place.chat()
    known = chat["id"].to_numpy()
    ids = np.asarray(columns["id"])
    places = np.searchsorted(known, ids)
    require(bool((known[np.minimum(places, len(known) - 1)] == ids).all()), "an id that nobody has")
    _expect_same(chat.take(pa.array(places)), columns, chat.column_names)


def expect_posted(place: Place, table: pa.Table) -> None:
    """The whole chat, posted anew in its order."""
    require(len(table) == place.messages, f"{len(table)} messages in place of {place.messages}")
    _expect_same(place.chat(), table.sort_by("id"), WRITTEN)


def expect_ids(ids: Any, expected: Any) -> None:
    """These and no others, in any order."""
    require(np.array_equal(np.sort(np.asarray(ids)), np.sort(np.asarray(expected))), "other messages")


def _expect_same(expected: pa.Table, columns: Mapping[str, Any], names: Any) -> None:
    for name in names:
        column = expected[name].combine_chunks()
        require(column.equals(_as_array(columns[name], column.type)), f"the column {name} differs")


def _as_array(column: Any, data_type: pa.DataType) -> pa.Array:
    """A column of Arrow, of pandas or of Python's values, as Arrow."""
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks().cast(data_type)
    if pa.types.is_map(data_type):
        pairs = [list(value.items()) if isinstance(value, dict) else value for value in column]
        return pa.array(pairs, data_type)
    array = pa.array(column, data_type, from_pandas=isinstance(column, pd.Series))
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
