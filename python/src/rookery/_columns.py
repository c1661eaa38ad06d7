"""The columns of a query: their names in order, and what their values are compared with.

`ts` is another name for `created_at`; `attributes.NAME` is one attribute as a column of its own.
"""

from __future__ import annotations

from enum import Enum

from rookery.errors import InvalidArgumentError

ATTRIBUTE_PREFIX = "attributes."


class Kind(Enum):
    """What a column's values are."""

    TEXT = "text"
    INTEGER = "an integer"
    TIME = "a time"
    ATTRIBUTES = "all attributes"


COLUMNS: dict[str, Kind] = {
    "id": Kind.INTEGER,
    "channel": Kind.TEXT,
    "created_at": Kind.TIME,
    "author": Kind.TEXT,
    "content": Kind.TEXT,
    "reply_to": Kind.INTEGER,
    "edited_at": Kind.TIME,
    "version": Kind.INTEGER,
    "flags": Kind.INTEGER,
    "nonce": Kind.TEXT,
    "attributes": Kind.ATTRIBUTES,
}
_ALIASES = {"ts": "created_at"}


def stored_name(name: str) -> str:
    """The column that `name` stands for."""
    return _ALIASES.get(name, name)


def kind_of(name: str) -> Kind:
    """What the column holds. InvalidArgumentError, listing the columns, if there is none of this name."""
    if not isinstance(name, str):
        raise TypeError(f"a column's name is a str, not a {type(name).__name__}")
    if name.startswith(ATTRIBUTE_PREFIX) and name != ATTRIBUTE_PREFIX:
        return Kind.TEXT
    kind = COLUMNS.get(stored_name(name))
    if kind is None:
        known = ", ".join(COLUMNS)
        raise InvalidArgumentError(f"there is no column {name!r}; there are {known}, ts and attributes.NAME")
    return kind
