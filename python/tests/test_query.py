"""Queries: what they select, and in which shapes it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import at, chat_messages
from rookery import Expression, InvalidArgumentError, Query, Store, col

COLUMNS = (
    "id",
    "channel",
    "created_at",
    "author",
    "content",
    "reply_to",
    "edited_at",
    "version",
    "flags",
    "nonce",
    "attributes",
)


def numbers(query: Query) -> list[int]:
    return [int(message.content.removeprefix("message ").removesuffix("?")) for message in query]


def where(wanted: Callable[[dict[str, Any]], bool]) -> list[int]:
    return [number for number, message in enumerate(chat_messages()) if wanted(message)]


def test_all_messages(chat: Store) -> None:
    assert sorted(numbers(chat.query())) == list(range(30))
    assert chat.query().count() == 30


def test_channels_are_chosen_by_name_and_by_prefix(chat: Store) -> None:
    assert sorted(numbers(chat.query(channel="general"))) == list(range(0, 30, 3))
    assert sorted(numbers(chat.query(channel=chat.channel("general")))) == list(range(0, 30, 3))
    assert chat.query(channels=["general", b"guild/ops"]).count() == 20
    assert chat.query(prefix="guild/").count() == 20
    assert chat.query(channels=[]).count() == 0
    assert chat.query(channel="empty").to_list() == []


def test_without_order_a_channel_is_newest_first(chat: Store) -> None:
    assert numbers(chat.query(channel="general")) == list(range(27, -1, -3))


def test_an_order_is_of_all_messages_together(chat: Store) -> None:
    assert numbers(chat.query(order="oldest")) == list(range(30))
    assert numbers(chat.query(order="newest")) == list(range(29, -1, -1))
    assert numbers(chat.query(order="newest", limit=4)) == [29, 28, 27, 26]


def test_authors(chat: Store) -> None:
    assert numbers(chat.query(author="ada", order="oldest")) == where(lambda m: m["author"] == "ada")
    two = chat.query(author=["ada", "alan"], order="oldest")
    assert numbers(two) == where(lambda m: m["author"] != "grace")


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        (col("id") > (20 << 22), lambda m: m["id"] > 20 << 22),
        (col("created_at") < at(7), lambda m: m["created_at"] < at(7)),
        (col("channel").starts_with("guild/"), lambda m: m["channel"].startswith("guild/")),
        (col("content").contains("1"), lambda m: "1" in m["content"]),
        (col("content").ends_with("?"), lambda m: m["content"].endswith("?")),
        (col("reply_to").is_null(), lambda m: "reply_to" not in m),
        (col("reply_to") != (6 << 22), lambda m: "reply_to" in m and m["reply_to"] != 6 << 22),
        (~(col("reply_to") == (6 << 22)), lambda m: "reply_to" in m and m["reply_to"] != 6 << 22),
        (col("version").is_in([2, 3]), lambda m: m.get("version") == 2),
        (col("flags") == 4, lambda m: m["flags"] == 4),
        (col("nonce") == "nonce 9", lambda m: m.get("nonce") == "nonce 9"),
        (
            col("edited_at").between(at(115), at(125)),
            lambda m: "edited_at" in m and m["edited_at"] == at(119),
        ),
        (col("attributes.topic") == "topic 1", lambda m: m.get("attributes", {}).get("topic") == "topic 1"),
        (col("attributes.colour").is_null(), lambda m: True),
        (col("author").is_in([]), lambda m: False),
    ],
    ids=lambda value: repr(value) if isinstance(value, Expression) else "rows",
)
def test_conditions(chat: Store, condition: Expression, wanted: Callable[[dict[str, Any]], bool]) -> None:
    query = chat.query(where=condition, order="oldest")
    assert numbers(query) == where(wanted)
    assert query.count() == len(where(wanted))


def test_since_and_until_are_half_open_and_by_the_time_of_the_id(db: Store) -> None:
    ids = [db.post("general", str(number)) for number in range(3)]
    moments = [db.channel("general")[number].created_at for number in ids]
    assert db.query(since=moments[0]).count() == 3
    assert db.query(until=moments[0]).count() == 0
    assert db.query(since="2000-01-01", until="2001-01-01").count() == 0


def test_filters_are_joined(chat: Store) -> None:
    query = chat.query(author="ada").filter(col("channel") == "general").filter(col("version") == 1)
    assert sorted(numbers(query)) == where(
        lambda m: m["author"] == "ada" and m["channel"] == "general" and "version" not in m
    )


def test_limits(chat: Store) -> None:
    assert chat.query(limit=0).to_list() == []
    assert len(chat.query(limit=7).to_list()) == 7
    assert chat.query(limit=7).count() == 7
    assert chat.query(limit=100).count() == 30
    assert chat.query(limit=7).limit(3).count() == 3
    assert chat.query(limit=3).limit(7).count() == 3


def test_a_query_is_not_changed_by_narrowing_it(chat: Store) -> None:
    query = chat.query()
    query.filter(col("author") == "ada").limit(2).select("id")
    assert query.count() == 30
    assert query.columns == COLUMNS


def test_a_query_is_read_anew_each_time(chat: Store) -> None:
    query = chat.query(channel="general")
    assert query.count() == 10
    chat.post("general", "more")
    assert query.count() == 11
    assert len(query.to_list()) == len(query.to_list()) == 11


def test_iterations_do_not_disturb_each_other(chat: Store) -> None:
    query = chat.query(order="oldest")
    pairs = zip(query, query, strict=True)
    assert all(one == other for one, other in pairs)


def test_messages_are_whole(chat: Store) -> None:
    (message,) = chat.query(where=col("nonce") == "nonce 29", columns=["id"]).to_list()
    assert (message.author, message.version, message.edited_at) == ("grace", 2, at(129))


def test_batches_are_of_the_size_that_is_asked_for(chat: Store) -> None:
    told: list[tuple[int, int | None]] = []
    sizes = [batch.num_rows for batch in chat.query(channel="general").batches(4)]
    assert sizes == [4, 4, 2]
    list(chat.query(channel="general").batches(4, progress=lambda done, total: told.append((done, total))))
    assert told == [(4, None), (8, None), (10, None)]


def test_batches_may_be_left_in_the_middle(chat: Store) -> None:
    for _ in chat.query().batches(1):
        break
    batches = chat.query().batches(1)
    next(batches)
    batches.close()
    assert chat.query().count() == 30


def test_a_plan_is_told(chat: Store) -> None:
    plan = chat.query(channel="general", where=col("id") > 5).explain()
    assert plan.startswith("Query: channel='general' where=col(\"id\") > 5\n")
    assert len(plan.splitlines()) > 1


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ({"columns": ["id", "colour"]}, InvalidArgumentError, "there is no column 'colour'"),
        ({"columns": []}, InvalidArgumentError, "columns is empty"),
        ({"columns": ["id", "id"]}, InvalidArgumentError, "columns names id twice"),
        ({"columns": ["attributes.\udcff"]}, InvalidArgumentError, "cannot be printed"),
        ({"columns": "id"}, TypeError, r"\['id'\]"),
        ({"limit": -1}, InvalidArgumentError, "limit=-1"),
        ({"limit": 1.5}, TypeError, "limit is a float"),
        ({"limit": True}, TypeError, "limit is a bool"),
        ({"order": "up"}, InvalidArgumentError, "order='up'"),
        ({"since": "soon"}, InvalidArgumentError, "since='soon'"),
        ({"until": 1.5}, TypeError, "until is a float"),
        ({"where": "author = 'ada'"}, TypeError, "made with col"),
        ({"where": True}, TypeError, "made with col"),
        ({"author": 5}, TypeError, "iterable"),
        ({"author": [5]}, TypeError, "author holds text"),
        ({"channel": 5}, TypeError, "channel is a int"),
        ({"channels": "general"}, TypeError, r"\['general'\]"),
        ({"channel": "general", "prefix": "g"}, InvalidArgumentError, "one of channel, channels and prefix"),
    ],
)
def test_wrong_arguments_are_found_when_the_query_is_made(
    db: Store, arguments: dict[str, Any], kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        db.query(**arguments)


def test_a_filter_after_a_limit_is_refused(chat: Store) -> None:
    with pytest.raises(InvalidArgumentError, match="filter first"):
        chat.query(limit=5).filter(col("id") > 0)
    assert chat.query(limit=5, author="ada").count() == 5


def test_batches_need_a_row_at_least(chat: Store) -> None:
    with pytest.raises(InvalidArgumentError, match="n=0"):
        chat.query().batches(0)
