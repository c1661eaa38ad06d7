"""Queries as datasets of pyarrow: with push-down, right without it, and never a crash."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

import rookery
from conftest import at
from rookery import Query, Store, UnsupportedError, col

pa: Any = pytest.importorskip("pyarrow")
pc: Any = pytest.importorskip("pyarrow.compute")
ds: Any = pytest.importorskip("pyarrow.dataset")


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


def test_it_is_a_dataset_with_the_schema_of_the_query(chat: Store) -> None:
    dataset = chat.query(columns=["id", "ts"]).to_dataset()
    assert isinstance(dataset, ds.Dataset)
    assert dataset.schema == chat.query(columns=["id", "ts"]).schema


def test_the_whole_is_read(chat: Store) -> None:
    query = chat.query(order="oldest")
    dataset = query.to_dataset()
    assert dataset.to_table().equals(query.to_arrow())
    assert pa.Table.from_batches(dataset.to_batches()).equals(query.to_arrow())
    assert dataset.count_rows() == 30
    assert dataset.head(4).num_rows == 4
    assert dataset.take(pa.array([2, 1]))["id"].to_pylist() == [3 << 22, 2 << 22]
    assert dataset.scanner().to_reader().read_all().num_rows == 30


CONDITIONS = [
    pc.field("author") == "ada",
    pc.field("author").isin(["ada", "alan"]),
    ~pc.field("nonce").isin(["nonce 9"]),
    (pc.field("id") > 20 << 22) & ~(pc.field("author") == "ada"),
    pc.field("created_at") >= at(7),
    pc.field("reply_to").is_null() | (pc.field("reply_to") == 6 << 22),
    ~(pc.field("reply_to") == 6 << 22),
    pc.field("reply_to").isin(pa.array([6 << 22, None])),
    pc.starts_with(pc.field("channel"), "guild/"),
    pc.utf8_length(pc.field("content")) > 9,
    (pc.field("author") == "ada") & (pc.utf8_length(pc.field("content")) > 9),
    (pc.field("author") == "ada") | (pc.utf8_length(pc.field("content")) > 9),
    pc.scalar(True),
    pc.scalar(False),
]


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_conditions_select_what_pyarrow_selects(chat: Store, condition: Any) -> None:
    query = chat.query(order="oldest")
    expected = query.to_arrow().filter(condition)
    dataset = query.to_dataset()
    assert dataset.to_table(filter=condition).equals(expected)
    assert dataset.filter(condition).to_table(columns=["id"]).equals(expected.select(["id"]))
    assert dataset.count_rows(filter=condition) == expected.num_rows
    assert dataset.filter(condition).count_rows() == expected.num_rows


def test_columns_and_conditions_are_pushed_down(chat: Store, asked: list[Query]) -> None:
    condition = (pc.field("author") == "ada") & (pc.utf8_length(pc.field("content")) > 9)
    chat.query().to_dataset().to_table(columns=["id"], filter=condition)
    (query,) = asked
    assert query._spec.where == (col("author") == "ada").predicate
    assert query.columns == ("id", "author", "content")


def test_projections_by_expressions_read_their_columns(chat: Store, asked: list[Query]) -> None:
    table = chat.query().to_dataset().to_table(columns={"size": pc.utf8_length(pc.field("content"))})
    assert table.column_names == ["size"]
    assert asked[-1].columns == ("content",)
    assert chat.query().to_dataset().to_table(columns=[]).num_rows == 30


def test_a_limited_query_is_not_filtered_before_its_limit(chat: Store) -> None:
    first = chat.query(order="oldest", limit=5)
    condition = pc.field("author") == "grace"
    assert first.to_dataset().to_table(filter=condition).equals(first.to_arrow().filter(condition))


def test_filters_of_datasets_are_joined(chat: Store) -> None:
    dataset = (
        chat.query().to_dataset().filter(pc.field("author") == "ada").filter(pc.field("channel") == "general")
    )
    assert dataset.count_rows() == chat.query(author="ada", channel="general").count()


def test_attributes_are_columns(chat: Store) -> None:
    dataset = chat.query(columns=["id", "attributes.topic"]).to_dataset()
    found = dataset.to_table(columns=["id"], filter=pc.field("attributes.topic") == "topic 1")
    assert found.num_rows == chat.query(where=col("attributes.topic") == "topic 1").count()


def test_joins_and_sorting_work_in_memory(chat: Store) -> None:
    dataset = chat.query(columns=["id", "author"]).to_dataset()
    assert dataset.sort_by("id").to_table()["id"].to_pylist() == [number << 22 for number in range(1, 31)]
    assert dataset.join(dataset, keys="id", right_suffix="_too").to_table().num_rows == 30
    teams = ds.dataset(pa.table({"author": pa.array(["ada"], pa.large_string()), "team": ["one"]}))
    assert dataset.join(teams, keys="author", join_type="inner").to_table().num_rows == 15


def test_other_ways_of_pyarrow_to_read_a_dataset_say_what_to_do(chat: Store) -> None:
    dataset = chat.query().to_dataset()
    for other in (
        ds.Scanner.from_dataset(dataset),
        ds.dataset([dataset, dataset]),
        next(iter(dataset.get_fragments())),
        dataset.replace_schema(dataset.schema),
    ):
        with pytest.raises(UnsupportedError, match="read it with scanner"):
            other.to_table()


def test_a_dataset_is_written_by_pyarrow(chat: Store, tmp_path: Path) -> None:
    columns = [name for name in chat.query().columns if name != "attributes"]
    ds.write_dataset(chat.query(columns=columns).to_dataset(), tmp_path, format="parquet")
    assert ds.dataset(tmp_path).count_rows() == 30


def test_an_unknown_column_is_an_error(chat: Store) -> None:
    with pytest.raises(pa.ArrowInvalid, match="colour"):
        chat.query().to_dataset().to_table(columns=["colour"])
    with pytest.raises(pa.ArrowInvalid, match="colour"):
        chat.query().to_dataset().to_table(filter=pc.field("colour") == "red")


def test_polars_scans_a_dataset(chat: Store) -> None:
    pl: Any = pytest.importorskip("polars")
    lazy = pl.scan_pyarrow_dataset(chat.query().to_dataset())
    found = lazy.filter((pl.col("author") == "ada") & (pl.col("created_at") < at(9))).select("id").collect()
    expected = chat.query(author="ada", where=col("created_at") < at(9))
    assert sorted(found["id"]) == sorted(message.id for message in expected)


def test_a_dataset_is_pickled_with_its_condition(saved: Path) -> None:
    with rookery.open(saved, mode="ro") as db:
        dataset = db.query().to_dataset().filter(pc.field("author") == "ada")
        again = pickle.loads(pickle.dumps(dataset))
        assert again.count_rows() == dataset.count_rows() == 15


def test_a_closed_store_is_an_error_of_the_dataset(chat: Store) -> None:
    dataset = chat.query().to_dataset()
    chat.close()
    with pytest.raises(rookery.ClosedError):
        dataset.to_table()
