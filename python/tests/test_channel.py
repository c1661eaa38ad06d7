"""A channel: a sequence of messages that ids and times index."""

from __future__ import annotations

from typing import Any

import pytest

import rookery
from conftest import at
from rookery import Channel, InvalidArgumentError, NotFoundError, Store


def contents(messages: Any) -> list[str]:
    return [message.content.removeprefix("message ").removesuffix("?") for message in messages]


def test_iteration_is_oldest_first_and_reversed_is_newest_first(chat: Store) -> None:
    channel = chat.channel("general")
    assert contents(channel) == ["0", "3", "6", "9", "12", "15", "18", "21", "24", "27"]
    assert contents(reversed(channel)) == contents(channel)[::-1]


def test_iteration_goes_on_over_many_chunks(db: Store) -> None:
    db.post_many({"channel": "general", "content": str(number)} for number in range(5_000))
    channel = db.channel("general")
    assert [message.content for message in channel] == [str(number) for number in range(5_000)]
    assert [message.content for message in reversed(channel)] == [
        str(number) for number in range(4_999, -1, -1)
    ]
    assert len(list(channel)) == len(channel) == 5_000


def test_iteration_sees_what_is_posted_meanwhile(db: Store) -> None:
    db.post_many({"channel": "general", "content": str(number)} for number in range(150))
    seen = 0
    for message in db.channel("general"):
        if message.content == "0":
            db.post("general", "150")
        seen += 1
    assert seen == 151


def test_history_pages_backwards(chat: Store) -> None:
    channel = chat.channel("general")
    page = channel.history(limit=4)
    assert contents(page) == ["27", "24", "21", "18"]
    assert page.has_more
    assert contents(channel.history(before=page[-1].id, limit=4)) == ["15", "12", "9", "6"]
    assert contents(channel.history(after=25 << 22, order="oldest")) == ["27"]


def test_an_id_finds_its_message(chat: Store) -> None:
    channel = chat.channel("general")
    number = 4 << 22
    assert channel[number].content == "message 3"
    assert number in channel
    assert number + 1 not in channel
    with pytest.raises(NotFoundError, match="no message") as caught:
        channel[number + 1]
    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize("key", [True, "x", None, 1.5, 2**64, -1, 0, object()])
def test_what_is_no_id_is_not_in_a_channel(chat: Store, key: Any) -> None:
    assert key not in chat.channel("general")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (slice(None), 10),
        (slice(4 << 22, 10 << 22), 2),
        (slice(4 << 22, None), 9),
        (slice(None, 4 << 22), 1),
        (slice(0, 2**70), 10),
        (slice(2**63, None), 0),
        (slice(None, 0), 0),
        (slice(10 << 22, 4 << 22), 0),
    ],
)
def test_a_slice_of_ids_is_half_open(chat: Store, key: slice, expected: int) -> None:
    assert chat.channel("general")[key].count() == expected
    assert len(chat.channel("general")[key].to_list()) == expected


def test_a_slice_of_times_is_half_open(db: Store) -> None:
    channel = db.channel("general")
    numbers = [channel.post(str(number)) for number in range(3)]
    first, last = channel[numbers[0]].created_at, channel[numbers[-1]].created_at
    assert contents(channel["1990-01-01":"2100-01-01"]) == ["0", "1", "2"]
    assert contents(channel[: numbers[1]]) == ["0"]
    assert contents(channel[numbers[1] : "2100-01-01"]) == ["1", "2"]
    assert contents(channel[:first]) == []
    assert "2" in contents(channel[last:])


def test_a_slice_is_a_query_oldest_first(chat: Store) -> None:
    part = chat.channel("general")[4 << 22 :]
    assert contents(part.limit(3)) == ["3", "6", "9"]


@pytest.mark.parametrize(
    ("key", "kind", "text"),
    [
        (slice(None, None, 2), InvalidArgumentError, "no step"),
        (slice(-10, None), InvalidArgumentError, "not of positions"),
        (slice(1.5, None), TypeError, "not a time"),
        (slice("soon", None), InvalidArgumentError, "the start of the slice='soon'"),
        (-1, InvalidArgumentError, "give a message's id"),
        (2**63, InvalidArgumentError, "give a message's id"),
        ("2026-01-01", TypeError, "give a message's id"),
        (True, TypeError, "give a message's id"),
    ],
)
def test_other_keys_are_refused(chat: Store, key: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        chat.channel("general")[key]


def test_len_is_exact_and_bool_says_whether_there_is_anything(chat: Store) -> None:
    assert len(chat.channel("general")) == 10
    assert chat.channel("general")
    assert len(chat.channel("empty")) == 0
    assert not chat.channel("empty")
    assert list(chat.channel("empty")) == []


def test_a_channel_writes(db: Store) -> None:
    channel = db.channel("general")
    number = channel.post(
        "hello", author="ada", attributes={"mood": "calm"}, created_at="2026-01-01", nonce="once"
    )
    assert channel.post("hello", nonce="once") == number
    assert channel.edit(number, "hello, all", expected_version=1) == 2
    message = channel[number]
    assert (message.author, message.content, message.created_at) == ("ada", "hello, all", at(0))
    assert channel.delete(number)
    assert not channel


def test_a_channel_is_queried(chat: Store) -> None:
    channel = chat.channel("guild/dev")
    assert channel.query(author="ada").count() == sum(m.author == "ada" for m in channel)
    assert contents(channel.query(order="newest", limit=2)) == ["28", "25"]


def test_channels_are_equal_by_store_and_name(chat: Store, saved: Any) -> None:

    assert chat.channel("general") == chat.channel(b"general")
    assert chat.channel("general") != chat.channel("guild/dev")
    assert len({chat.channel("general"), chat.channel("general")}) == 1
    with rookery.open(saved) as other:
        assert chat.channel("general") != other.channel("general")


def test_a_name_has_to_be_text(db: Store) -> None:
    with pytest.raises(TypeError, match="a channel's name is a str or bytes, not a int"):
        Channel(db, 5)  # type: ignore[arg-type]
