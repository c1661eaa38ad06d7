"""Queries in DuckDB: as a stream, and as a dataset with push-down."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from rookery import Query, Store, col

duckdb: Any = pytest.importorskip("duckdb")


@pytest.fixture
def sql() -> Any:
    connection = duckdb.connect()
    yield connection.sql
    connection.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Query]:
    """The queries that were read as streams."""
    queries: list[Query] = []
    stream = Query.__arrow_c_stream__

    def spy(query: Query, requested_schema: object | None = None) -> object:
        queries.append(query)
        return stream(query, requested_schema)

    monkeypatch.setattr(Query, "__arrow_c_stream__", spy)
    return queries


def test_a_query_is_a_table(chat: Store, sql: Any) -> None:
    q = chat.query()  # noqa: F841  # DuckDB finds it by its name
    counts = dict(sql("select author, count(*) from q group by 1").fetchall())
    assert counts == Counter(message.author for message in chat.query())


def test_a_query_may_be_asked_again(chat: Store, sql: Any) -> None:
    q = chat.query(channel="general")  # noqa: F841  # DuckDB finds it by its name
    for _ in range(3):
        assert sql("select count(*) from q").fetchall() == [(10,)]
    assert sql("select count(*) from q a join q b on a.id = b.id").fetchall() == [(10,)]


def test_all_columns_are_understood(chat: Store, sql: Any) -> None:
    pytest.importorskip("pyarrow")
    q = chat.query(order="oldest")
    found = sql("select * from q order by id").to_arrow_table()
    table = q.to_arrow()
    assert found.column_names == table.column_names
    for name in ("id", "channel", "author", "content", "reply_to", "version", "flags", "nonce", "attributes"):
        assert found[name].to_pylist() == table[name].to_pylist()


def test_a_dataset_is_asked_for_what_is_needed(chat: Store, sql: Any, asked: list[Query]) -> None:
    pytest.importorskip("pyarrow.dataset")
    ds = chat.query().to_dataset()  # noqa: F841  # DuckDB finds it by its name
    found = sql("select id from ds where author = 'ada' and version = 1").fetchall()
    assert {number for (number,) in found} == {m.id for m in chat.query(author="ada") if m.version == 1}
    query = asked[-1]
    assert set(query.columns) <= {"id", "author", "version"}
    assert query._spec.where in (
        ((col("author") == "ada") & (col("version") == 1)).predicate,
        ((col("version") == 1) & (col("author") == "ada")).predicate,
    )


@pytest.mark.parametrize(
    "condition",
    [
        "author in ('ada', 'alan')",
        "author not in ('ada', 'alan')",
        "nonce not in ('nonce 9', 'nonce 19')",
        "reply_to is null or reply_to = 25165824",
        "not (reply_to = 25165824)",
        "created_at >= timestamptz '2026-01-01 00:07:00+00'",
        "created_at between timestamptz '2026-01-01 00:07:00+00' and timestamptz '2026-01-01 00:09:00+00'",
        "content like '%1%'",
        "author = 'ada' and length(content) > 9",
        "author = 'ada' or length(content) > 9",
        "flags = 4",
        "version <> 1",
    ],
)
def test_a_dataset_and_a_table_give_the_same(chat: Store, sql: Any, condition: str) -> None:
    pytest.importorskip("pyarrow.dataset")
    pushed = chat.query().to_dataset()
    plain = chat.query().to_arrow()
    for wanted in ("id", "count(*)"):
        found = sql(f"select {wanted} from pushed where {condition} order by 1").fetchall()
        assert found == sql(f"select {wanted} from plain where {condition} order by 1").fetchall()
    assert (pushed.count_rows(), plain.num_rows) == (30, 30)


def test_a_relation_is_written(db: Store, sql: Any) -> None:
    relation = sql(
        "select 'general' as channel, 'number ' || i as content, 'ada' as author from range(1000) t(i)"
    )
    assert db.write_arrow(relation) == 1_000
    assert db.query(author="ada").count() == 1_000
