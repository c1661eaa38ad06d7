"""Random messages and random questions: every answer is what plain Python says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rookery
from rookery import Expression, Store, col

EPOCH = 631_152_000_000  # of a store's ids, in milliseconds since 1970
TEXTS = ("", "a", "b", "ab", "ä", "z\0", "\udcff", "\ufffd", "a\U0001f600")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
SEARCHES = ("contains", "starts_with", "ends_with")
NUMBERS = {"id": (1, 40), "version": (1, 3), "flags": (0, 3), "reply_to": (1, 40)}
TIMES = {"created_at": (EPOCH, EPOCH + 5), "edited_at": (EPOCH, EPOCH + 5)}
TEXT_COLUMNS = ("channel", "author", "content", "nonce", "attributes.a")

texts = st.sampled_from(TEXTS)


@st.composite
def new_messages(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Messages that differ in channel and id, with every field there or not."""
    keys = draw(st.lists(st.tuples(st.sampled_from(TEXTS[1:]), st.integers(1, 40)), unique=True, max_size=25))
    return [{"channel": channel, "id": number, **draw(fields(number))} for channel, number in keys]


def fields(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """What a message may have beside its channel and id."""
    return st.fixed_dictionaries(
        {"author": texts, "content": texts, "created_at": st.integers(EPOCH, EPOCH + 5)},
        optional={
            "version": st.integers(1, 3),
            "flags": st.integers(0, 3),
            "reply_to": st.integers(1, 40),
            "edited_at": st.integers(EPOCH, EPOCH + 5),
            "nonce": st.sampled_from([f"nonce {number}", f"nonce {number}\udcff"]),
            "attributes": st.dictionaries(st.sampled_from(["a", "b", "\udcff"]), texts, max_size=2),
        },
    )


def leaves() -> st.SearchStrategy[tuple[Any, ...]]:
    """Comparisons, as tuples of a word, a column and a value."""
    of_text = st.tuples(st.sampled_from(COMPARISONS + SEARCHES), st.sampled_from(TEXT_COLUMNS), texts)
    members = st.tuples(st.just("in"), st.sampled_from(TEXT_COLUMNS), st.lists(texts, max_size=3))
    absent = st.tuples(st.just("null"), st.sampled_from(TEXT_COLUMNS + tuple(NUMBERS) + tuple(TIMES)))
    numbers = [
        st.tuples(st.sampled_from(COMPARISONS), st.just(name), st.integers(low - 1, high + 1))
        for name, (low, high) in {**NUMBERS, **TIMES}.items()
    ]
    return st.one_of(of_text, members, absent, *numbers)


conditions = st.recursive(
    leaves(),
    lambda parts: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), parts, parts), st.tuples(st.just("not"), parts)
    ),
    max_leaves=8,
)


def expression(condition: tuple[Any, ...]) -> Expression:
    """The condition as Rookery's."""
    match condition:
        case ("and", one, other):
            return expression(one) & expression(other)
        case ("or", one, other):
            return expression(one) | expression(other)
        case ("not", part):
            return ~expression(part)
        case ("null", name):
            return col(name).is_null()
        case ("in", name, values):
            return col(name).is_in(values)
        case (word, name, value) if word in SEARCHES:
            found: Expression = getattr(col(name), word)(value)
            return found
    word, name, value = condition
    return Expression((word, name, value))


def truth(condition: tuple[Any, ...], message: dict[str, Any]) -> bool | None:
    """The condition in plain Python, by Kleene's logic: None is neither true nor false."""
    match condition:
        case ("and", one, other):
            both = {truth(one, message), truth(other, message)}
            return False if False in both else None if None in both else True
        case ("or", one, other):
            both = {truth(one, message), truth(other, message)}
            return True if True in both else None if None in both else False
        case ("not", part):
            inner = truth(part, message)
            return None if inner is None else not inner
        case ("null", name):
            return value_of(message, name) is None
        case ("in", _, []):
            return False
    word, name, wanted = condition
    value = value_of(message, name)
    return None if value is None else compare(word, value, wanted)


def compare(word: str, value: Any, wanted: Any) -> bool:
    wanted = [stored(one) for one in wanted] if word == "in" else stored(wanted)
    answers: dict[str, Callable[[], Any]] = {
        "==": lambda: value == wanted,
        "!=": lambda: value != wanted,
        "<": lambda: value < wanted,
        "<=": lambda: value <= wanted,
        ">": lambda: value > wanted,
        ">=": lambda: value >= wanted,
        "in": lambda: value in wanted,
        "contains": lambda: wanted in value,
        "starts_with": lambda: value.startswith(wanted),
        "ends_with": lambda: value.endswith(wanted),
    }
    return bool(answers[word]())


def stored(value: Any) -> Any:
    """Text is bytes to a store."""
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value


def value_of(message: dict[str, Any], name: str) -> Any:
    if name == "attributes.a":
        return stored(message.get("attributes", {}).get("a"))
    return stored(message.get(name, {"version": 1, "flags": 0}.get(name)))


@contextmanager
def filled(messages: list[dict[str, Any]]) -> Iterator[Store]:
    """A store of several shards with the messages."""
    with rookery.open(":memory:", routing="hash:3", cache=0) as db:
        db.post_many(messages)
        yield db


def keys(messages: Any) -> list[tuple[str, int]]:
    return [(message.channel, message.id) for message in messages]


@given(new_messages(), conditions)
@settings(max_examples=150)
def test_conditions_select_what_plain_python_selects(messages: list[dict[str, Any]], condition: Any) -> None:
    expected = {(m["channel"], m["id"]) for m in messages if truth(condition, m) is True}
    with filled(messages) as db:
        query = db.query(where=expression(condition))
        found = keys(query)
        assert len(found) == len(set(found)) == query.count()
        assert set(found) == expected
        ordered = keys(db.query(where=expression(condition), order="oldest"))
        assert ordered == sorted(expected, key=lambda key: (key[1], stored(key[0])))
        assert (
            keys(db.query(where=expression(condition), order="newest", limit=3))[:1]
            == sorted(expected, key=lambda key: (-key[1], stored(key[0])))[:1]
        )


@given(new_messages(), st.integers(-1, 42), st.integers(-1, 42))
@settings(max_examples=60)
def test_slices_of_a_channel_are_those_of_a_list(
    messages: list[dict[str, Any]], start: int, stop: int
) -> None:
    first, last = (None if bound < 0 else bound for bound in (start, stop))
    ids = sorted(message["id"] for message in messages if message["channel"] == "a")
    expected = [number for number in ids if (first or 0) <= number and (last is None or number < last)]
    with filled(messages) as db:
        channel = db.channel("a")
        assert [message.id for message in channel] == ids
        assert [message.id for message in reversed(channel)] == ids[::-1]
        assert len(channel) == len(ids)
        assert [message.id for message in channel[first:last]] == expected
        assert channel[first:last].count() == len(expected)
        assert all((number in channel) == (number in ids) for number in range(1, 41))


@given(new_messages())
@settings(max_examples=40)
def test_a_copy_by_way_of_arrow_is_exact(messages: list[dict[str, Any]]) -> None:
    with filled(messages) as db, rookery.open(":memory:", routing="hash:5", cache=0) as copy:
        assert copy.write_arrow(db.query()) == len(messages)
        assert sorted(map(repr, copy.query())) == sorted(map(repr, db.query()))
        assert set(copy.query()) == set(db.query())


@given(new_messages(), conditions, st.integers(1, 9))
@settings(max_examples=40)
def test_tables_and_messages_agree(messages: list[dict[str, Any]], condition: Any, size: int) -> None:
    pa: Any = pytest.importorskip("pyarrow")
    with filled(messages) as db:
        query = db.query(where=expression(condition), order="oldest").as_binary()
        batches = [pa.record_batch(batch) for batch in query.batches(size)]
        assert all(batch.num_rows <= size for batch in batches)
        table = pa.Table.from_batches(batches, schema=query.schema)
        table.validate(full=True)
        rows = [(stored(m.channel), m.id, stored(m.content), m.reply_to, stored(m.nonce)) for m in query]
        names = ("channel", "id", "content", "reply_to", "nonce")
        assert list(zip(*(table[name].to_pylist() for name in names), strict=True)) == rows


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.binary(max_size=20), max_size=20))
@settings(max_examples=60)
def test_records_are_what_was_put(wanted: dict[str, bytes]) -> None:
    with rookery.open(":memory:", cache=0) as db:
        records = db.channel("general").records
        records.update(wanted)
        assert records == wanted
        assert list(records) == sorted(wanted, key=lambda key: key.encode())
        for key in wanted:
            del records[key]
        assert not records
