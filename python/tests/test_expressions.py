"""Conditions: what they turn into, how they read, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from rookery import Expression, InvalidArgumentError, col

NEW_YEAR = 1_767_225_600_000


def predicate(expression: Expression) -> Any:
    return expression.predicate


def test_comparisons_become_tuples() -> None:
    assert predicate(col("author") == "ada") == ("==", "author", "ada")
    assert predicate(col("id") != 5) == ("!=", "id", 5)
    assert predicate(col("version") < 2) == ("<", "version", 2)
    assert predicate(col("flags") >= 4) == (">=", "flags", 4)
    assert predicate(5 < col("id")) == (">", "id", 5)
    assert predicate(col("author") == b"\xff") == ("==", "author", b"\xff")


def test_joins_are_flat() -> None:
    a, b, c = col("id") == 1, col("id") == 2, col("id") == 3
    assert predicate(a & b & c) == ("and", a.predicate, b.predicate, c.predicate)
    assert predicate(a | b | c) == ("or", a.predicate, b.predicate, c.predicate)
    assert predicate(~(a | b)) == ("not", ("or", a.predicate, b.predicate))
    assert predicate((a | b) & c) == ("and", ("or", a.predicate, b.predicate), c.predicate)


def test_searches_and_sets() -> None:
    assert predicate(col("content").contains("x")) == ("contains", "content", "x")
    assert predicate(col("channel").starts_with("guild/")) == ("starts_with", "channel", "guild/")
    assert predicate(col("content").ends_with("?")) == ("ends_with", "content", "?")
    assert predicate(col("author").is_in(["ada", "alan"])) == ("in", "author", ("ada", "alan"))
    assert predicate(col("author").is_in([])) == ("false",)
    assert predicate(col("reply_to").is_null()) == ("is_null", "reply_to")
    assert predicate(col("reply_to").is_not_null()) == ("not", ("is_null", "reply_to"))
    assert predicate(col("id").between(1, 5)) == ("and", (">=", "id", 1), ("<=", "id", 5))


def test_attributes_are_columns() -> None:
    assert predicate(col("attributes.topic") == "tea") == ("==", "attributes.topic", "tea")
    assert predicate(col("attributes.a.b").is_null()) == ("is_null", "attributes.a.b")


@pytest.mark.parametrize(
    "moment",
    ["2026-01-01", "2026-01-01T01:00:00+01:00", date(2026, 1, 1), datetime(2026, 1, 1), NEW_YEAR],
)
def test_times_of_all_kinds_are_milliseconds(moment: Any) -> None:
    assert predicate(col("created_at") == moment) == ("==", "created_at", NEW_YEAR)
    assert predicate(col("ts") >= moment) == (">=", "created_at", NEW_YEAR)


def test_a_time_between_two_milliseconds_keeps_its_meaning() -> None:
    between = datetime(2026, 1, 1, 0, 0, 0, 500, tzinfo=UTC)
    created = col("created_at")
    assert predicate(created < between) == ("<", "created_at", NEW_YEAR + 1)
    assert predicate(created <= between) == ("<=", "created_at", NEW_YEAR)
    assert predicate(created > between) == (">", "created_at", NEW_YEAR)
    assert predicate(created >= between) == (">=", "created_at", NEW_YEAR + 1)
    never = ("and", ("<", "created_at", 0), (">=", "created_at", 0))
    assert predicate(created == between) == never
    assert predicate(created != between) == ("not", never)
    assert predicate(created.is_in([between])) == never
    assert predicate(created.is_in([between, NEW_YEAR])) == ("in", "created_at", (NEW_YEAR,))


@pytest.mark.parametrize(
    ("expression", "source"),
    [
        (col("author") == "ada", 'col("author") == "ada"'),
        (col("author") == 'a"b', """col("author") == 'a"b'"""),
        (col("author") == b"\xff", "col(\"author\") == b'\\xff'"),
        (col('attributes."') == "", """col('attributes."') == \"\""""),
        (col("ts") > "2026-01-01", 'col("created_at") > "2026-01-01T00:00:00.000Z"'),
        ((col("id") > 5) & ~col("content").contains("?"), '(col("id") > 5) & ~col("content").contains("?")'),
        (~((col("id") == 1) | (col("id") == 2)), '~((col("id") == 1) | (col("id") == 2))'),
        (
            col("id").is_in([1, 2]) | col("reply_to").is_null(),
            'col("id").is_in([1, 2]) | col("reply_to").is_null()',
        ),
    ],
)
def test_the_repr_reads_like_the_source(expression: Expression, source: str) -> None:
    assert repr(expression) == source
    assert eval(source, {"col": col}) == expression


def test_a_column_reads_like_its_source() -> None:
    assert repr(col("author")) == 'col("author")'


def test_expressions_are_values() -> None:
    assert (col("id") == 1) == (col("id") == 1)
    assert len({col("id") == 1, col("id") == 1, col("id") == 2}) == 2


def test_an_expression_has_no_truth() -> None:
    with pytest.raises(TypeError, match="combine with & | ~"):
        bool(col("id") == 1)
    with pytest.raises(TypeError, match=r"between\(\)"):
        _ = 1 < col("id") < 5


def test_missing_parentheses_are_explained() -> None:
    with pytest.raises(TypeError, match="parentheses"):
        _ = col("id") == 1 & col("version") == 2
    with pytest.raises(TypeError, match="parentheses"):
        bool(col("id"))


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: col("author") == None, "is_null"),  # noqa: E711
        (lambda: col("author") == 5, "author holds text"),
        (lambda: col("id") == "5", "id holds an integer"),
        (lambda: col("id") == 1.5, "id holds an integer"),
        (lambda: col("id") == True, "id holds an integer"),  # noqa: E712
        (lambda: col("id") == col("reply_to"), "with a value only"),  # type: ignore[operator]
        (lambda: col("created_at") == 1.5, "not a time"),
        (lambda: col("author").is_in("ada"), "list of values"),
        (lambda: (col("id") == 1) & "x", "unsupported operand"),  # type: ignore[operator]
    ],
)
def test_wrong_types_are_type_errors(build: Any, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        build()


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: col("colour"), "there is no column 'colour'; there are id, channel"),
        (lambda: col("attributes."), "there is no column"),
        (lambda: col("attributes"), "one by one"),
        (lambda: col("id").contains("5"), "searches text"),
        (lambda: col("id") == 2**63, "64 bits"),
        (lambda: col("created_at") == "yesterday", "created_at='yesterday' is not a time"),
    ],
)
def test_wrong_values_are_invalid_arguments(build: Any, text: str) -> None:
    with pytest.raises(InvalidArgumentError, match=text):
        build()
