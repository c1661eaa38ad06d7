"""Queries as pandas DataFrames, and DataFrames into a store."""

from __future__ import annotations

from typing import Any

import pytest

import rookery
from conftest import at, chat_messages
from rookery import InvalidArgumentError, Store, col

pd: Any = pytest.importorskip("pandas")
pytest.importorskip("pyarrow")


def test_types_are_the_natural_ones(chat: Store) -> None:
    frame = chat.query().to_pandas()
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "id": "int64",
        "channel": "str",
        "created_at": "datetime64[ms, UTC]",
        "author": "str",
        "content": "str",
        "reply_to": "Int64",
        "edited_at": "datetime64[ms, UTC]",
        "version": "int64",
        "flags": "uint32",
        "nonce": "str",
        "attributes": "object",
    }


def test_values_are_those_that_were_posted(chat: Store) -> None:
    frame = chat.query().to_pandas().sort_values("id", ignore_index=True)
    for row, message in zip(frame.to_dict("records"), chat_messages(), strict=True):
        for name in ("id", "channel", "author", "content", "created_at", "flags"):
            assert row[name] == message[name]
        assert row["attributes"] == message.get("attributes", {})
        assert (
            pd.isna(row["reply_to"]) if "reply_to" not in message else row["reply_to"] == message["reply_to"]
        )
        assert pd.isna(row["edited_at"]) == ("edited_at" not in message)


def test_large_ids_are_not_rounded(db: Store) -> None:
    large = 2**62 + 1
    db.post("general", "hello", id=large, reply_to=large)
    db.post("general", "hello", id=large + 1)
    frame = db.query(order="oldest").to_pandas()
    assert frame["id"].tolist() == [large, large + 1]
    assert frame["reply_to"][0] == large
    assert frame["reply_to"][1] is pd.NA
    assert db.query(columns=["reply_to"]).to_pandas()["reply_to"].dtype == "Int64"


def test_columns_come_in_their_order(chat: Store) -> None:
    frame = chat.query(columns=["reply_to", "ts", "attributes.topic", "id"]).to_pandas()
    assert list(frame.columns) == ["reply_to", "ts", "attributes.topic", "id"]
    assert len(frame) == 30


def test_an_empty_frame_has_its_types(chat: Store) -> None:
    frame = chat.query(author="nobody").to_pandas()
    assert len(frame) == 0
    assert frame.dtypes.equals(chat.query().to_pandas().dtypes)


def test_pandas_reads_a_query_itself(chat: Store) -> None:
    frame = pd.DataFrame.from_arrow(chat.query(columns=["id", "author"]))
    assert frame.groupby("author").size().to_dict() == {"ada": 15, "alan": 7, "grace": 8}


def test_a_frame_is_written(db: Store) -> None:
    frame = pd.DataFrame(
        {
            "channel": ["a", "a"],
            "content": ["one", "two"],
            "created_at": pd.to_datetime([at(0), at(1)], utc=True),
        }
    )
    assert db.write_arrow(frame) == 2
    assert db.post_many(frame[["content"]].assign(channel="b")) == 2
    assert [message.created_at for message in db.channel("a")] == [at(0), at(1)]


def test_a_frame_of_a_query_goes_back(chat: Store) -> None:

    frame = chat.query().to_pandas().drop(columns="attributes")
    with rookery.open(":memory:") as copy:
        assert copy.write_arrow(frame) == 30
        assert copy.query(author="ada").count() == chat.query(author="ada").count()
        assert {m.reply_to for m in copy.query()} == {m.reply_to for m in chat.query()}


def test_an_index_that_is_a_column_is_named(db: Store) -> None:
    frame = pd.DataFrame({"channel": ["a"], "content": ["one"]}, index=pd.Index(["x"], name="row"))
    with pytest.raises(InvalidArgumentError, match="row"):
        db.write_arrow(frame)


def test_times_of_pandas_are_heeded_in_messages(db: Store) -> None:
    moment = pd.Timestamp("2026-01-01T09:00", tz="Asia/Tokyo")
    db.post_many([{"channel": "a", "content": "plain"}, {"channel": "a", "created_at": moment}])
    assert [message.created_at for message in db.query(where=col("content") == "")] == [at(0)]
    with pytest.raises(InvalidArgumentError, match="created_at is not a time"):
        db.post_many([{"channel": "a", "created_at": pd.NaT}])
    assert len(db.channel("a")) == 2
