"""A condition of pyarrow as one of Rookery's, as far as it is understood.

pyarrow tells what an expression is made of only in its pickled form: an Arrow file whose metadata lists the
tree, one name after the other, and whose columns are the literals. Whatever is not exactly as expected is not
understood, and nothing is lost but speed: see _pushdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow  # type: ignore[import-untyped, unused-ignore]

from rookery import _pushdown
from rookery._expressions import Expression
from rookery._pushdown import MIRRORED, Node

_COMPARISONS = {
    "equal": "==",
    "not_equal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
_JOINS = {"and_kleene": "and", "or_kleene": "or"}
_SEARCHES = {"starts_with": "starts_with", "ends_with": "ends_with", "match_substring": "contains"}
_NULL_IS_NO_MEMBER = (0, 1)  # MATCH and SKIP, where the set itself has no null
_METADATA = "-- schema metadata --\n"
_LINE = re.compile(r"(call|field_ref|literal|options|end): '(.*)'")
_STRANGE = (
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    StopIteration,
    RecursionError,
    pyarrow.ArrowException,
)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str


@dataclass(frozen=True, slots=True)
class _Call:
    function: str
    arguments: tuple[Any, ...]  # _Field, _Call or pyarrow.Scalar
    options: Any  # pyarrow.StructScalar, or None


def understood(expression: Any) -> Expression | None:
    """What of a `pyarrow.compute.Expression` may be pushed down; None if nothing."""
    try:
        return _pushdown.pushed(_node(_tree(expression)))
    except _STRANGE:
        return None


def columns_of(expression: Any) -> set[str] | None:
    """The columns that a `pyarrow.compute.Expression` looks at; None if they cannot be told."""
    try:
        return set(_fields(_tree(expression)))
    except _STRANGE:
        return None


def _tree(expression: Any) -> Any:
    _make, (pickled,) = expression.__reduce__()
    file = pyarrow.ipc.open_file(pickled)
    # The metadata has a name many times, and only its text shows them all.
    listed = file.schema.to_string(truncate_metadata=False, show_field_metadata=False).partition(_METADATA)[2]
    steps = iter([_step(line) for line in listed.splitlines()])
    tree = _read(steps, [column[0] for column in file.get_batch(0).columns])
    if next(steps, None) is not None:
        raise ValueError("more than one expression")
    return tree


def _step(line: str) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:  # a reference to a nested field, or a name of two lines
        raise ValueError(line)
    return match[1], match[2]


def _read(steps: Iterator[tuple[str, str]], scalars: list[Any]) -> Any:
    kind, value = next(steps)
    if kind == "field_ref":
        return _Field(value)
    if kind == "literal":
        return scalars[int(value)]
    if kind != "call":
        raise ValueError(kind)
    return _read_call(value, steps, scalars)


def _read_call(function: str, steps: Iterator[tuple[str, str]], scalars: list[Any]) -> _Call:
    arguments: list[Any] = []
    options = None
    for kind, value in steps:
        if kind == "end":
            return _Call(function, tuple(arguments), options)
        if kind == "options":
            options = scalars[int(value)]
        elif kind == "field_ref":
            arguments.append(_Field(value))
        elif kind == "literal":
            arguments.append(scalars[int(value)])
        else:
            arguments.append(_read_call(value, steps, scalars))
    raise ValueError("a call without an end")


def _fields(tree: Any) -> Iterator[str]:
    if isinstance(tree, _Field):
        yield tree.name
    elif isinstance(tree, _Call):
        for argument in tree.arguments:
            yield from _fields(argument)


def _node(tree: Any) -> Node:
    match tree:
        case _Call(function, (left, right)) if function in _JOINS:
            return _JOINS[function], _node(left), _node(right)
        case _Call("invert", (part,)):
            return "not", _node(part)
        case _Call(function, (_Field(name), pyarrow.Scalar() as value)) if function in _COMPARISONS:
            return _pushdown.compared(name, _COMPARISONS[function], _value(value))
        case _Call(function, (pyarrow.Scalar() as value, _Field(name))) if function in _COMPARISONS:
            return _pushdown.compared(name, MIRRORED[_COMPARISONS[function]], _value(value))
        case _Call("is_valid", (_Field(name),)):
            return "not", _pushdown.is_null(name)
        case _Call("is_null", (_Field(name),)):  # its option is about NaN, and no column has any
            return _pushdown.is_null(name)
        case _Call("is_in", (_Field(name),), options):
            member = _member(name, options)  # null for null, where pyarrow's is false
            return None if member is None else ("and", ("not", _pushdown.is_null(name)), member)
        case _Call(
            "if_else", (_Call("is_valid", (_Field(name),)), _Call("is_in", (_Field(same),), options), other)
        ):
            # as DuckDB has it, which wants null for null
            is_null = isinstance(other, pyarrow.Scalar) and not other.is_valid
            return _member(name, options) if same == name and is_null else None
        case _Call(function, (_Field(name),), options) if function in _SEARCHES:
            if options["ignore_case"].as_py():
                return None
            return _pushdown.searched(name, _SEARCHES[function], _pattern(options))
    return None


def _member(name: str, options: Any) -> Node:
    values = options["value_set"].values
    if values.null_count or options["null_matching_behavior"].as_py() not in _NULL_IS_NO_MEMBER:
        return None
    return _pushdown.member(name, [_value(value) for value in values])


def _pattern(options: Any) -> Any:
    """The pattern, which pyarrow keeps as bytes, as the kind of text that the column holds."""
    return _value(options["pattern"])


def _value(scalar: Any) -> Any:
    """The scalar as Python has it; None if it is null or has no exact counterpart."""
    if not scalar.is_valid:
        return None
    if pyarrow.types.is_timestamp(scalar.type):  # one without a zone is refused by pyarrow itself
        return None if scalar.type.tz is None else _pushdown.instant(scalar.value, scalar.type.unit)
    return scalar.as_py()
