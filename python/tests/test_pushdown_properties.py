"""Random conditions of Polars and pyarrow: with push-down they select what the library itself selects without."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from hypothesis import given, settings

from rookery import Query
from test_properties import (
    COMPARISONS,
    SEARCHES,
    TIMES,
    conditions,
    filled,
    new_messages,
)

COLUMNS = ["id", "channel", "created_at", "author", "content", "reply_to", "edited_at", "version", "flags"]
OPERATORS = dict(
    zip(
        COMPARISONS,
        (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge),
        strict=True,
    )
)


def wide(db: Any) -> Query:
    """All that the conditions look at."""
    query: Query = db.query(columns=[*COLUMNS, "nonce", "attributes.a"], order="oldest")
    return query


def shown(value: Any) -> Any:
    """Text as a table shows it: with U+FFFD for what is not UTF-8."""
    if isinstance(value, list):
        return [shown(one) for one in value]
    return (
        value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if isinstance(value, str)
        else value
    )


class Polars:
    """The conditions in Polars."""

    def __init__(self) -> None:
        self.library: Any = pytest.importorskip("polars")

    def column(self, name: str) -> Any:
        return self.library.col(name)

    def literal(self, name: str, value: Any) -> Any:
        moment = self.library.Datetime("ms", "UTC")
        return self.library.lit(value).cast(moment) if name in TIMES else self.library.lit(value)

    def member(self, name: str, values: list[Any]) -> Any:
        return self.column(name).is_in(self.library.Series(values, dtype=self.library.String).implode())

    def searched(self, word: str, name: str, value: str) -> Any:
        text = self.column(name).str
        if word == "ends_with":  # stands for all that is not understood
            return text.len_bytes() > len(value)
        return text.contains(value, literal=True) if word == "contains" else text.starts_with(value)


class PyArrow:
    """The conditions in pyarrow."""

    def __init__(self) -> None:
        self.library: Any = pytest.importorskip("pyarrow")
        self.compute: Any = pytest.importorskip("pyarrow.compute")

    def column(self, name: str) -> Any:
        return self.compute.field(name)

    def literal(self, name: str, value: Any) -> Any:
        return self.library.scalar(value, self.library.timestamp("ms", "UTC")) if name in TIMES else value

    def member(self, name: str, values: list[Any]) -> Any:
        return self.column(name).isin(self.library.array(values, self.library.large_string()))

    def searched(self, word: str, name: str, value: str) -> Any:
        if word == "ends_with":  # stands for all that is not understood
            return self.compute.binary_length(self.column(name)) > len(value)
        function = "match_substring" if word == "contains" else word
        return getattr(self.compute, function)(self.column(name), value)


def build(condition: tuple[Any, ...], of: Polars | PyArrow) -> Any:
    """The condition as the library writes it."""
    match condition:
        case ("and", one, other):
            return build(one, of) & build(other, of)
        case ("or", one, other):
            return build(one, of) | build(other, of)
        case ("not", part):
            return ~build(part, of)
        case ("null", name):
            return of.column(name).is_null()
        case ("in", name, values):
            return of.member(name, shown(values))
        case (word, name, value) if word in SEARCHES:
            return of.searched(word, name, shown(value))
    word, name, value = condition
    return OPERATORS[word](of.column(name), of.literal(name, shown(value)))


@given(new_messages(), conditions)
@settings(max_examples=150)
def test_polars_lazily_as_eagerly(messages: list[dict[str, Any]], condition: Any) -> None:
    wanted = build(condition, Polars())
    with filled(messages) as db:
        expected = wide(db).to_polars().filter(wanted)
        assert wide(db).to_polars(lazy=True).filter(wanted).collect().equals(expected)
        limited = wide(db).limit(5)
        expected = limited.to_polars().filter(wanted)
        assert limited.to_polars(lazy=True).filter(wanted).collect().equals(expected)


@given(new_messages(), conditions)
@settings(max_examples=150)
def test_a_dataset_as_its_table(messages: list[dict[str, Any]], condition: Any) -> None:
    wanted = build(condition, PyArrow())
    with filled(messages) as db:
        expected = wide(db).to_arrow().filter(wanted)
        dataset = wide(db).to_dataset()
        assert dataset.to_table(filter=wanted).equals(expected)
        assert dataset.to_table(columns=["id"], filter=wanted).equals(expected.select(["id"]))
        assert dataset.count_rows(filter=wanted) == expected.num_rows
