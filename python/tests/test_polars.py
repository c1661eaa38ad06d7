"""Queries as Polars frames: eager, lazy with push-down, and back into a store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

import rookery
from conftest import at
from rookery import Query, Store, col

pl: Any = pytest.importorskip("polars")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Query]:
    """The queries that were read."""
    queries: list[Query] = []
    batches = Query.batches

    def spy(query: Query, *arguments: Any, **named: Any) -> Iterator[Any]:
        queries.append(query)
        return batches(query, *arguments, **named)

    monkeypatch.setattr(Query, "batches", spy)
    return queries


def test_types_are_the_natural_ones(chat: Store) -> None:
    moment = pl.Datetime("ms", "UTC")
    assert chat.query().to_polars().schema == {
        "id": pl.Int64,
        "channel": pl.String,
        "created_at": moment,
        "author": pl.String,
        "content": pl.String,
        "reply_to": pl.Int64,
        "edited_at": moment,
        "version": pl.Int64,
        "flags": pl.UInt32,
        "nonce": pl.String,
        "attributes": pl.Map(pl.String, pl.String),
    }


def test_eager_lazy_and_own_reading_agree(chat: Store) -> None:
    query = chat.query(order="oldest")
    frame = query.to_polars()
    assert frame.height == 30
    assert query.to_polars(lazy=True).collect().equals(frame)
    assert pl.DataFrame(query).equals(frame)


def test_an_empty_frame_has_its_types(chat: Store) -> None:
    nobody = chat.query(author="nobody")
    assert nobody.to_polars().schema == chat.query().to_polars().schema
    assert nobody.to_polars(lazy=True).collect().equals(nobody.to_polars())
    assert chat.query().to_polars(lazy=True).filter(pl.col("author") == "nobody").collect().height == 0


CONDITIONS = [
    pl.col("author") == "ada",
    pl.col("author").is_in(["ada", "alan"]),
    ~pl.col("author").is_in(["ada", "alan"]),
    (pl.col("id") > 20 << 22) & (pl.col("author") != "ada"),
    pl.col("created_at").is_between(at(3), at(9)),
    pl.col("created_at") >= datetime(2026, 1, 1, 0, 5, 0, 1, tzinfo=UTC),
    pl.col("reply_to").is_null() | (pl.col("reply_to") == 6 << 22),
    ~(pl.col("reply_to") == 6 << 22),
    pl.col("channel").str.starts_with("guild/") & pl.col("content").str.contains("1", literal=True),
    pl.col("content").str.contains("[12]$"),
    (pl.col("author") == "ada") & (pl.col("content").str.len_chars() > 9),
    (pl.col("author") == "ada") | (pl.col("content").str.len_chars() > 9),
    pl.col("nonce") == "nonce 9",
    pl.col("nonce").eq_missing(None),
    pl.lit(True),
    pl.lit(False),
]


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_conditions_select_the_same_rows_lazily_and_eagerly(chat: Store, condition: Any) -> None:
    query = chat.query(order="oldest")
    expected = query.to_polars().filter(condition)
    assert query.to_polars(lazy=True).filter(condition).collect().equals(expected)
    assert query.to_polars(lazy=True).filter(condition).select("id").collect().equals(expected.select("id"))
    assert query.to_polars(lazy=True).filter(condition).select(pl.len()).collect().item() == expected.height


def test_columns_and_conditions_are_pushed_down(chat: Store, asked: list[Query]) -> None:
    lazy = chat.query().to_polars(lazy=True)
    lazy.filter((pl.col("author") == "ada") & (pl.col("content").str.len_chars() > 9)).select("id").collect()
    (query,) = asked
    assert query._spec.where == (col("author") == "ada").predicate
    assert set(query.columns) == {"id", "author", "content"}


def test_a_limit_is_pushed_down(chat: Store, asked: list[Query]) -> None:
    assert chat.query().to_polars(lazy=True).head(3).collect().height == 3
    (query,) = asked
    assert query._spec.limit == 3


def test_a_limit_before_a_condition_is_one(chat: Store) -> None:
    query = chat.query(order="oldest")
    expected = query.to_polars().head(5).filter(pl.col("author") == "grace")
    assert query.to_polars(lazy=True).head(5).filter(pl.col("author") == "grace").collect().equals(expected)
    expected = query.to_polars().filter(pl.col("author") == "grace").head(5)
    assert query.to_polars(lazy=True).filter(pl.col("author") == "grace").head(5).collect().equals(expected)


def test_a_limited_query_is_not_filtered_before_its_limit(chat: Store) -> None:
    first = chat.query(order="oldest", limit=5)
    found = first.to_polars(lazy=True).filter(pl.col("author") == "grace").collect()
    assert found.equals(first.to_polars().filter(pl.col("author") == "grace"))


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_sorted_heads_are_right(chat: Store, engine: Any) -> None:
    lazy = chat.query().to_polars(lazy=True)
    newest = lazy.filter(pl.col("author") == "ada").sort("id", descending=True).head(3).collect(engine=engine)
    assert newest["id"].to_list() == sorted((m.id for m in chat.query(author="ada")), reverse=True)[:3]


def test_a_lazy_frame_reads_the_store_when_it_is_collected(chat: Store) -> None:
    lazy = chat.query().to_polars(lazy=True)
    chat.post("general", "more")
    assert lazy.select(pl.len()).collect().item() == 31


def test_attributes_as_columns(chat: Store) -> None:
    lazy = chat.query(columns=["id", "attributes.topic", "ts"]).to_polars(lazy=True)
    found = lazy.filter((pl.col("attributes.topic") == "topic 1") & (pl.col("ts") > at(3))).collect()
    assert found["id"].to_list() == [
        m.id for m in chat.query() if m.attributes.get("topic") == "topic 1" and m.created_at > at(3)
    ]


def test_text_that_is_not_utf8_is_compared_as_it_is_shown(db: Store) -> None:
    for content in (b"\xff", b"a\xff", b"z", "\ufffd", "ä"):
        db.post("general", content)
    query = db.query(order="oldest")
    for condition in (
        pl.col("content") == "\ufffd",
        pl.col("content") > "a",
        pl.col("content") < "\uffff",
        pl.col("content").str.ends_with("\ufffd"),
        ~(pl.col("content") == "\ufffd"),
    ):
        assert (
            query.to_polars(lazy=True).filter(condition).collect().equals(query.to_polars().filter(condition))
        )


def test_a_plan_names_the_source(chat: Store) -> None:
    plan = chat.query(channel="general").to_polars(lazy=True).explain()
    assert "ROOKERY" in plan
    assert "channel='general'" in plan


def test_frames_are_written(db: Store) -> None:
    frame = pl.DataFrame({"channel": ["a", "b"], "content": ["one", "two"], "created_at": [at(0), at(1)]})
    assert db.write_arrow(frame) == 2
    assert db.post_many(frame) == 2
    assert db.query(where=col("created_at") == at(1)).count() == 2
    with pytest.raises(TypeError, match="collect"):
        db.write_arrow(frame.lazy())


def test_a_frame_of_a_query_goes_back(chat: Store) -> None:
    with rookery.open(":memory:") as copy:
        assert copy.write_arrow(chat.query().to_polars()) == 30
        assert set(copy.query()) == set(chat.query())


def test_a_closed_store_is_an_error_of_the_frame(chat: Store) -> None:
    lazy = chat.query().to_polars(lazy=True)
    chat.close()
    with pytest.raises((rookery.ClosedError, pl.exceptions.ComputeError), match="closed"):
        lazy.collect()
