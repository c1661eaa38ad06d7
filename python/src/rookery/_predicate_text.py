"""A predicate as the source that would make it: `(col("author") == "ada") & (col("id") > 5)`."""

from __future__ import annotations

from typing import Any

from rookery import _times
from rookery._columns import ATTRIBUTE_PREFIX, COLUMNS, Kind

_JOINS = {"and": " & ", "or": " | "}
_SEARCHES = ("contains", "starts_with", "ends_with")


def predicate_text(predicate: tuple[Any, ...]) -> str:
    """The predicate as Python source."""
    word: str = predicate[0]
    if word in _JOINS:
        return _JOINS[word].join(_in_parentheses(part) for part in predicate[1:])
    if word == "not":
        return "~" + _in_parentheses(predicate[1])
    if word in ("true", "false"):
        return word
    return _leaf(*predicate)


def column_text(name: str) -> str:
    """The column as Python source."""
    return f"col({_quoted(name)})"


def _leaf(word: str, column: str, *literal: Any) -> str:
    name = column_text(column)
    if word == "is_null":
        return f"{name}.is_null()"
    if word == "in":
        return f"{name}.is_in([{', '.join(_literal(column, value) for value in literal[0])}])"
    shown = _literal(column, literal[0])
    return f"{name}.{word}({shown})" if word in _SEARCHES else f"{name} {word} {shown}"


def _in_parentheses(predicate: tuple[Any, ...]) -> str:
    plain = predicate[0] in ("not", "true", "false", "in", "is_null", *_SEARCHES)
    return predicate_text(predicate) if plain else f"({predicate_text(predicate)})"


def _literal(column: str, value: Any) -> str:
    is_time = not column.startswith(ATTRIBUTE_PREFIX) and COLUMNS[column] is Kind.TIME
    return _quoted(_times.format_milliseconds(value)) if is_time else _quoted(value)


def _quoted(value: object) -> str:
    """The value's repr, in double quotes where that is as short."""
    plain = isinstance(value, str) and value.isprintable() and not {'"', "\\"} & set(value)
    return f'"{value}"' if plain else repr(value)
