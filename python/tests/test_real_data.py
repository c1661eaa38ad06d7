"""Real conversations, if there are any: every way to read them agrees with a plain count in Python.

The folder's README has a table of sets and of how many messages an import of each gives.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rookery
from rookery import Message, Store, col

_ROW = re.compile(r"\|\s*(?P<folder>[^|]+?)\s*\|\s*(?P<messages>[\d,]+)\s*\|")


def sets(folder: Path) -> dict[Path, int]:
    """The sets that the README counts."""
    counts = (folder / "README.md").read_text(encoding="utf-8").partition("\n## What counts")[2]
    found = {folder / row["folder"]: int(row["messages"].replace(",", "")) for row in _ROW.finditer(counts)}
    return {path: messages for path, messages in found.items() if path.is_dir()}


@pytest.fixture(scope="module")
def counted(real_data: Path) -> int:
    expected = sum(sets(real_data).values())
    return expected or pytest.skip("the README of the real data counts no set")


@pytest.fixture(scope="module")
def conversations(real_data: Path, counted: int) -> Iterator[Store]:
    with rookery.open(":memory:") as db:
        added = {path: db.import_(path).messages_added for path in sets(real_data)}
        assert added == sets(real_data)
        yield db


@pytest.fixture(scope="module")
def messages(conversations: Store) -> list[Message]:
    """All of them, by way of the channels and not of a query."""
    return [message for channel in conversations.channels.values() for message in channel]


def test_all_ways_of_counting_agree(conversations: Store, messages: list[Message], counted: int) -> None:
    assert len(messages) == counted
    assert conversations.query().count() == counted
    assert sum(len(channel) for channel in conversations.channels.values()) == counted
    assert sum(batch.num_rows for batch in conversations.query().batches()) == counted
    assert conversations.verify().messages == counted


def test_a_query_reads_the_same_messages(conversations: Store, messages: list[Message]) -> None:
    assert set(conversations.query()) == set(messages)


def test_every_library_counts_authors_as_python_does(conversations: Store, messages: list[Message]) -> None:
    pytest.importorskip("pyarrow")
    expected = Counter(
        message.author.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for message in messages
    )
    query = conversations.query(columns=["author"])
    assert Counter(query.to_arrow()["author"].to_pylist()) == expected
    pytest.importorskip("pandas")
    assert query.to_pandas()["author"].value_counts().to_dict() == expected
    pl: Any = pytest.importorskip("polars")
    counts = query.to_polars(lazy=True).group_by("author").agg(pl.len()).collect()
    assert dict(counts.iter_rows()) == expected
    duckdb: Any = pytest.importorskip("duckdb")
    for source in (query, query.to_dataset()):
        assert source is not None  # DuckDB finds it by its name
        assert dict(duckdb.sql("select author, count(*) from source group by 1").fetchall()) == expected


def test_conditions_select_what_python_selects(conversations: Store, messages: list[Message]) -> None:
    author, _ = Counter(message.author for message in messages).most_common(1)[0]
    middle = sorted(message.created_at_ms for message in messages)[len(messages) // 2]
    query = conversations.query(author=author, where=(col("ts") >= middle) & ~col("content").contains("?"))
    expected = {
        m for m in messages if m.author == author and m.created_at_ms >= middle and "?" not in m.content
    }
    assert set(query) == expected
    assert query.count() == len(expected)
    assert sum(batch.num_rows for batch in query.batches()) == len(expected)
    replies = {m for m in messages if m.reply_to is not None}
    assert set(conversations.query(where=col("reply_to").is_not_null())) == replies


def test_a_copy_by_way_of_arrow_is_exact(conversations: Store, messages: list[Message]) -> None:
    with rookery.open(":memory:", routing="hash:3") as copy:
        assert copy.write_arrow(conversations.query()) == len(messages)
        assert set(copy.query()) == set(messages)
        assert list(copy.channels) == list(conversations.channels)
