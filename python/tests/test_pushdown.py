"""What conditions of Polars and pyarrow become; what is not understood lets more through, never less."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rookery import col
from rookery._pushdown import pushed

A, B = col("author") == "a", col("author") == "b"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ["ada", "alan"]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (A, A),
        (None, None),
        (("and", A, B), A & B),
        (("and", A, None), A),
        (("and", None, None), None),
        (("or", A, B), A | B),
        (("or", A, None), None),
        (("or", ("and", A, None), B), A | B),
        (("not", A), ~A),
        (("not", None), None),
        (("not", ("and", A, None)), None),
        (("not", ("or", A, None)), None),
        (("and", ("not", ("and", A, None)), B), B),
    ],
)
def test_what_is_left_out_only_lets_more_through(node: Any, expected: Any) -> None:
    assert pushed(node) == expected


def polars_cases() -> list[tuple[Any, Any]]:
    pl = pytest.importorskip("polars")
    author, number, moment = pl.col("author"), pl.col("id"), pl.col("created_at")
    return [
        (author == "ada", col("author") == "ada"),
        (pl.lit("ada") != author, col("author") != "ada"),
        (5 < number, col("id") > 5),
        (pl.lit(5) <= number, col("id") >= 5),
        ((number > 5) & (author == "ada"), (col("id") > 5) & (col("author") == "ada")),
        ((number > 5) | (author == "ada"), (col("id") > 5) | (col("author") == "ada")),
        (~(number > 5), ~(col("id") > 5)),
        (author.is_in(NAMES), col("author").is_in(NAMES)),
        (number.is_in([1, 2]), col("id").is_in([1, 2])),
        (moment.is_in([MOMENT]), col("created_at").is_in([MOMENT])),
        (moment >= MOMENT, col("created_at") >= MOMENT),
        (number.is_between(1, 5), (col("id") >= 1) & (col("id") <= 5)),
        (number.is_between(1, 5, closed="none"), (col("id") > 1) & (col("id") < 5)),
        (pl.col("reply_to").is_null(), col("reply_to").is_null()),
        (pl.col("reply_to").is_not_null(), ~col("reply_to").is_null()),
        (author.str.starts_with("a"), col("author").starts_with("a")),
        (author.str.ends_with("a"), col("author").ends_with("a")),
        (author.str.contains("a.", literal=True), col("author").contains("a.")),
        (author.str.contains("plain text"), col("author").contains("plain text")),
        ((number > 5) & (author.str.len_bytes() > 1), col("id") > 5),
    ]


def test_conditions_of_polars_are_understood() -> None:
    cases = polars_cases()
    from rookery._polars_predicate import understood

    for condition, expected in cases:
        applied, found = understood(condition)
        assert found == expected, condition
        assert applied is condition


def test_conditions_of_polars_that_mean_something_else_are_left_out() -> None:
    pl = pytest.importorskip("polars")
    from rookery._polars_predicate import understood

    author, number = pl.col("author"), pl.col("id")
    for condition in [
        author.str.contains("a."),
        author.is_in(["ada", None]),
        author.is_in(["ada"], nulls_equal=True),
        author.eq_missing("ada"),
        author == "\N{REPLACEMENT CHARACTER}",
        author > "ä",
        number == 1.5,
        number.cast(pl.Int8) == 1,
        number == pl.col("reply_to"),
        pl.col("created_at") >= datetime(2026, 1, 1),
        pl.col("attributes").is_null(),
        pl.col("other") == 1,
        author.map_elements(lambda name: len(name) == 3, return_dtype=pl.Boolean),
        (number > 5) | (author.str.len_bytes() > 1),
    ]:
        assert understood(condition)[1] is None, condition


def arrow_cases() -> list[tuple[Any, Any]]:
    pc = pytest.importorskip("pyarrow.compute")
    author, number, moment = pc.field("author"), pc.field("id"), pc.field("created_at")
    among = col("author").is_in(NAMES)
    return [
        (author == "ada", col("author") == "ada"),
        (pc.scalar(5) < number, col("id") > 5),
        ((number > 5) & (author != "ada"), (col("id") > 5) & (col("author") != "ada")),
        ((number > 5) | ~(author == "ada"), (col("id") > 5) | ~(col("author") == "ada")),
        (moment >= MOMENT, col("created_at") >= MOMENT),
        (author.isin(NAMES), ~col("author").is_null() & among),
        (~author.isin(NAMES), ~(~col("author").is_null() & among)),
        (pc.field("reply_to").is_null(), col("reply_to").is_null()),
        (pc.field("reply_to").is_valid(), ~col("reply_to").is_null()),
        (pc.starts_with(author, "a"), col("author").starts_with("a")),
        (pc.ends_with(author, "a"), col("author").ends_with("a")),
        (pc.match_substring(author, "a."), col("author").contains("a.")),
        ((number > 5) & (pc.utf8_length(author) > 1), col("id") > 5),
    ]


def test_conditions_of_pyarrow_are_understood() -> None:
    cases = arrow_cases()
    from rookery._arrow_predicate import understood

    for condition, expected in cases:
        assert understood(condition) == expected, str(condition)


def test_membership_as_duckdb_writes_it_is_understood() -> None:
    pa = pytest.importorskip("pyarrow")
    pc = pytest.importorskip("pyarrow.compute")
    from rookery._arrow_predicate import understood

    author = pc.field("author")
    members = author.isin(pa.array(NAMES, pa.large_string()))
    condition = pc.if_else(author.is_valid(), members, pa.scalar(None, pa.bool_()))
    assert understood(condition) == col("author").is_in(NAMES)
    otherwise = pc.if_else(author.is_valid(), members, pa.scalar(True))
    assert understood(otherwise) is None


def test_conditions_of_pyarrow_that_mean_something_else_are_left_out() -> None:
    pa = pytest.importorskip("pyarrow")
    pc = pytest.importorskip("pyarrow.compute")
    from rookery._arrow_predicate import columns_of, understood

    author = pc.field("author")
    for condition in [
        author.isin(["ada", None]),
        author == "\N{REPLACEMENT CHARACTER}",
        author < "ä",
        author == pa.scalar(None, pa.string()),
        pc.field("id") == 1.5,
        pc.field("id").cast(pa.int8()) == 1,
        pc.field("created_at") == pa.scalar(datetime(2026, 1, 1)),
        pc.starts_with(author, "A", ignore_case=True),
        pc.field("attributes", "topic") == "tea",
        (pc.field("id") > 5) | (pc.utf8_length(author) > 1),
    ]:
        assert understood(condition) is None, str(condition)
    assert columns_of(pc.field("attributes", "topic") == "tea") is None


def test_the_columns_of_a_condition_of_pyarrow() -> None:
    pc = pytest.importorskip("pyarrow.compute")
    from rookery._arrow_predicate import columns_of

    condition = (pc.field("id") > 5) & (pc.utf8_length(pc.field("attributes.topic")) > 1)
    assert columns_of(condition) == {"id", "attributes.topic"}


def test_many_members_and_strange_texts_are_read_whole() -> None:
    pc = pytest.importorskip("pyarrow.compute")
    from rookery._arrow_predicate import understood

    names = [f"name {number}" for number in range(1000)]
    assert understood(pc.field("author").isin(names)) == ~col("author").is_null() & col("author").is_in(names)
    for text in ["a'b", 'a"b', "call: 'x'", "two\nlines\nend: 'equal'", "", "ä\0ö", "x" * 10_000]:
        assert understood(pc.field("author") == text) == (col("author") == text)


def test_a_deep_condition_is_no_trouble() -> None:
    pc = pytest.importorskip("pyarrow.compute")
    from rookery._arrow_predicate import understood

    condition = pc.field("id") > 0
    for number in range(3_000):
        condition = condition & (pc.field("id") != -number)
    understood(condition)
