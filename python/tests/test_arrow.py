"""Queries as Arrow: the schema, the streams, and the way back into a store."""

from __future__ import annotations

import gc
from typing import Any

import pytest

import rookery
from conftest import chat_messages
from rookery import InvalidArgumentError, Store, col

pa: Any = pytest.importorskip("pyarrow")

UTC_MILLISECONDS = pa.timestamp("ms", "UTC")
TYPES = {
    "id": pa.int64(),
    "channel": pa.large_string(),
    "created_at": UTC_MILLISECONDS,
    "author": pa.large_string(),
    "content": pa.large_string(),
    "reply_to": pa.int64(),
    "edited_at": UTC_MILLISECONDS,
    "version": pa.int64(),
    "flags": pa.uint32(),
    "nonce": pa.large_string(),
    "attributes": pa.map_(pa.string(), pa.string()),
}


def by_id(table: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.sort_by("id").to_pylist()
    return rows


def test_the_schema(chat: Store) -> None:
    assert dict(zip(chat.query().schema.names, chat.query().schema.types, strict=True)) == TYPES
    named = chat.query(columns=["ts", "attributes.topic", "id"]).schema
    assert named.names == ["ts", "attributes.topic", "id"]
    assert named.types == [UTC_MILLISECONDS, pa.large_string(), pa.int64()]


def test_a_table_has_what_was_posted(chat: Store) -> None:
    table = chat.query().to_arrow()
    table.validate(full=True)
    for row, message in zip(by_id(table), chat_messages(), strict=True):
        row["attributes"] = dict(row["attributes"])
        absent: dict[str, Any] = {
            "reply_to": None,
            "edited_at": None,
            "version": 1,
            "nonce": None,
            "attributes": {},
        }
        assert row == {**absent, **message}


def test_every_way_to_a_table_gives_the_same(chat: Store) -> None:
    query = chat.query(order="oldest")
    table = query.to_arrow()
    assert pa.table(query).equals(table)
    assert pa.RecordBatchReader.from_stream(query).read_all().equals(table)
    assert pa.Table.from_batches([pa.record_batch(batch) for batch in query.batches(7)]).equals(table)
    assert pa.schema(query) == table.schema


def test_columns_are_projected_in_their_order(chat: Store) -> None:
    table = chat.query(columns=["author", "ts"]).select("content", "id").to_arrow()
    assert table.column_names == ["content", "id"]


def test_an_empty_result_has_its_schema(chat: Store) -> None:
    table = chat.query(author="nobody").to_arrow()
    assert (table.num_rows, table.schema) == (0, chat.query().schema)


def test_batches_outlive_query_and_store(chat: Store) -> None:
    batches = [pa.record_batch(batch) for batch in chat.query().batches(7)]
    chat.close()
    gc.collect()
    assert sum(batch.num_rows for batch in batches) == 30
    for batch in batches:
        batch.validate(full=True)


def test_a_capsule_that_nobody_takes_is_no_trouble(chat: Store) -> None:
    capsules = [chat.query().__arrow_c_stream__(), chat.query().__arrow_c_schema__()]
    batch = next(chat.query().batches())
    capsules += batch.__arrow_c_array__()
    del capsules, batch
    gc.collect()
    assert chat.query().count() == 30


def test_text_that_is_not_utf8_is_replaced_or_given_as_bytes(db: Store) -> None:
    db.post(b"a\xff", b"\xfe", attributes={"k": b"\xff"})
    query = db.query(columns=["channel", "content", "attributes.k"])
    assert query.to_arrow().to_pylist() == [
        {"channel": "a\ufffd", "content": "\ufffd", "attributes.k": "\ufffd"}
    ]
    rows = query.as_binary().to_arrow().to_pylist()
    assert rows == [{"channel": b"a\xff", "content": b"\xfe", "attributes.k": b"\xff"}]


def test_a_store_is_copied_exactly(chat: Store) -> None:
    chat.post(b"\xff", b"\xfe", author=b"\xfd", attributes={b"\xfc": b"\xfb"}, nonce=b"\xfa")
    with rookery.open(":memory:", routing="hash:3") as copy:
        assert copy.write_arrow(chat.query()) == 31
        assert set(copy.query()) == set(chat.query())
        assert copy.write_arrow(chat.query()) == 31
        assert copy.query().count() == 31
        assert copy.verify().ok


def test_tables_of_pyarrow_are_written(db: Store) -> None:
    table = pa.table({"author": ["ada", "alan"], "content": ["one", "two"], "channel": ["a", "b"]})
    assert db.write_arrow(table) == 2
    assert db.post_many(table.slice(0, 1)) == 1
    assert [message.content for message in db.channel("a")] == ["one", "one"]


def test_a_channel_may_be_given_for_all_rows(db: Store) -> None:
    told: list[tuple[int, int | None]] = []
    table = pa.table({"content": [str(number) for number in range(1_000)]})
    assert (
        db.write_arrow(table, channel="general", progress=lambda done, total: told.append((done, total)))
        == 1_000
    )
    assert len(db.channel("general")) == 1_000
    assert told[-1][0] == 1_000


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ({"content": ["x"]}, "channel"),
        ({"channel": ["x"], "content": ["x"], "colour": ["red"], "size": [1]}, "there is no column 'colour'"),
        ({"channel": ["x"], "content": [1]}, "content"),
        ({"channel": ["x"], "content": ["x"], "id": ["1"]}, "id"),
        ({"channel": ["x"], "content": ["x"], "created_at": [1.5]}, "created_at"),
        ({"channel": [None], "content": ["x"]}, "channel"),
        ({"channel": [""], "content": ["x"]}, "channel"),
        ({"channel": ["x"], "content": ["x"], "id": [-1]}, "id"),
    ],
)
def test_a_table_that_is_wrong_is_explained(db: Store, table: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidArgumentError, match=text):
        db.write_arrow(pa.table(table))
    assert not db.channels


def test_what_is_no_table_is_refused(db: Store) -> None:
    with pytest.raises(TypeError, match="a dict has no __arrow_c_stream__"):
        db.write_arrow({"content": ["x"]})  # type: ignore[arg-type]


def test_an_error_of_the_table_is_passed_on(db: Store) -> None:
    def batches() -> Any:
        yield pa.record_batch({"channel": ["a"], "content": ["x"]})
        raise RuntimeError("the source broke")

    reader = pa.RecordBatchReader.from_batches(
        pa.schema({"channel": pa.string(), "content": pa.string()}), batches()
    )
    with pytest.raises(Exception, match="the source broke"):
        db.write_arrow(reader)


def test_conditions_and_columns_need_not_have_to_do_with_each_other(chat: Store) -> None:
    table = chat.query(columns=["id"], where=col("author") == "ada").to_arrow()
    assert table.column_names == ["id"]
    assert table.num_rows == chat.query(author="ada").count()


def test_a_number_that_does_not_fit_is_refused(db: Store) -> None:
    for column in ("id", "reply_to", "version"):
        table = pa.table({"channel": ["c"], column: pa.array([2**64 - 1], pa.uint64())})
        with pytest.raises(InvalidArgumentError, match=f"row 0: {column} is above"):
            db.write_arrow(table)
    assert len(db.channels) == 0


def test_a_time_that_does_not_fit_is_refused(db: Store) -> None:
    table = pa.table({"channel": ["c"], "created_at": pa.array([2**62], pa.timestamp("s"))})
    with pytest.raises(InvalidArgumentError, match="row 0: created_at is a time that does not fit"):
        db.write_arrow(table)


def test_a_column_that_is_there_twice_is_refused(db: Store) -> None:
    values = [pa.array(["c"]), pa.array(["x"]), pa.array(["y"])]
    with pytest.raises(InvalidArgumentError, match="'content' is in the table twice"):
        db.write_arrow(pa.table(values, names=["channel", "content", "content"]))
    times = [pa.array(["c"]), pa.array([1]), pa.array([1])]
    with pytest.raises(InvalidArgumentError, match="twice"):
        db.write_arrow(pa.table(times, names=["channel", "ts", "created_at"]))


def test_pairs_are_read_by_their_names(db: Store) -> None:
    pairs = [[{"value": "v", "key": "k"}], None, [None]]
    db.write_arrow(pa.table({"channel": ["a", "b", "c"], "attributes": pa.array(pairs)}))
    assert [db.channel(name).history()[0].attributes for name in "abc"] == [{"k": "v"}, {}, {}]


def test_a_bad_row_is_counted_over_all_chunks(db: Store) -> None:
    chunks = pa.chunked_array([["a", "b"], ["c", None]])
    with pytest.raises(InvalidArgumentError, match="row 3: channel is null") as caught:
        db.write_arrow(pa.table({"channel": chunks}))
    assert caught.value.posted == 2  # type: ignore[attr-defined]


def test_a_large_chunk_is_posted_in_parts(db: Store) -> None:
    told: list[int] = []
    db.write_arrow(
        pa.table({"channel": ["c"] * 25}), batch_size=10, progress=lambda done, _total: told.append(done)
    )
    assert len(db.channel("c")) == 25
    assert told[-1] == 25
    with pytest.raises(InvalidArgumentError, match="batch_size"):
        db.write_arrow(pa.table({"channel": ["c"]}), batch_size=0)


def test_a_table_is_written_as_durably_as_the_call_says(db: Store) -> None:
    assert db.post_many(pa.table({"channel": ["c"]}), durability="sync") == 1
    with pytest.raises(InvalidArgumentError, match="durability"):
        db.write_arrow(pa.table({"channel": ["c"]}), durability="often")  # type: ignore[arg-type]


def test_the_last_word_of_progress_tells_what_was_posted(db: Store) -> None:
    def fail(_done: int, total: int | None) -> None:
        if total is not None:
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError) as caught:
        db.write_arrow(pa.table({"channel": ["c"]}), progress=fail)
    assert caught.value.posted == 1  # type: ignore[attr-defined]


def test_a_stream_that_failed_does_not_end_well(db: Store) -> None:
    db.post_many({"channel": "c", "content": str(number)} for number in range(30_000))
    reader = pa.RecordBatchReader.from_stream(db.query())
    reader.read_next_batch()
    db.close()
    for _ in range(3):
        with pytest.raises(OSError, match="closed"):
            while True:
                reader.read_next_batch()
