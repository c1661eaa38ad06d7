"""The small tables that notebooks show. What comes from a store is escaped here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from rookery import _times
from rookery._columns import ATTRIBUTE_PREFIX, COLUMNS, Kind, stored_name
from rookery._typing import printable

if TYPE_CHECKING:
    from rookery._rookery import Message

_LONGEST = 200  # characters of a cell


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]], note: str = "") -> str:
    """A table of plain values: None is an empty cell, long text is cut."""
    head = "".join(f"<th>{_cell(name)}</th>" for name in header)
    body = "".join("<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>" for row in rows)
    below = f"<p>{_cell(note)}</p>" if note else ""
    top = f"<thead><tr>{head}</tr></thead>" if header else ""
    return f"<table><caption>{_cell(caption)}</caption>{top}<tbody>{body}</tbody></table>{below}"


def field(message: Message, column: str) -> object:
    """What a message has in a column."""
    if column.startswith(ATTRIBUTE_PREFIX):
        return message.attributes.get(column.removeprefix(ATTRIBUTE_PREFIX))
    name = stored_name(column)
    if COLUMNS[name] is not Kind.TIME:
        return getattr(message, name)
    moment: int | None = getattr(message, f"{name}_ms")  # a datetime has not all years
    return None if moment is None else _times.format_milliseconds(moment)


def _cell(value: object) -> str:
    if value is None:
        return ""
    shown = printable(str(value))
    return escape(shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…")
