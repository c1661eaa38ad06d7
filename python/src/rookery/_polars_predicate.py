"""A condition of Polars as one of Rookery's, as far as it is understood.

Polars tells what an expression is made of only in its serialised form, which is not documented and changes.
Whatever is not exactly as expected is therefore not understood, and nothing is lost but speed: see _pushdown.
"""

from __future__ import annotations

import io
import json
import re
from typing import Any

import polars

from rookery import _pushdown
from rookery._expressions import Expression
from rookery._pushdown import MIRRORED, Node

_COMPARISONS = {"Eq": "==", "NotEq": "!=", "Lt": "<", "LtEq": "<=", "Gt": ">", "GtEq": ">="}
_JOINS = {"And": "and", "Or": "or"}
_SEARCHES = {"StartsWith": "starts_with", "EndsWith": "ends_with"}
_BOUNDS = {"Both": (">=", "<="), "Left": (">=", "<"), "Right": (">", "<="), "None": (">", "<")}
_NO_PATTERN = re.compile(r"[\w ]*")  # as a regular expression it finds itself
_HINT = "dynamic_pred"


def understood(predicate: polars.Expr) -> tuple[polars.Expr | None, Expression | None]:
    """The condition that has to be applied to frames, and what of it may be pushed down.

    The first is without the hints that the optimiser puts beside a condition for a sorted head: they cannot
    be applied.
    """
    try:
        tree = json.loads(predicate.meta.serialize(format="json"))
    except Exception:  # Polars says in many ways that an expression, a Python function say, has no such form
        return predicate, None
    real = _without_hints(tree)
    if real is tree:
        return predicate, _pushdown.pushed(_node(real))
    return (None, None) if real is None else (_expression(real), _pushdown.pushed(_node(real)))


def _without_hints(tree: Any) -> Any:
    """The tree without the hints under its topmost ands: itself if it has none, None if it is one."""
    match tree:
        case {"Display": {"fmt_str": str(text)}} if text.startswith(_HINT):
            return None
        case {"BinaryExpr": {"left": left, "op": "And", "right": right} as joined}:
            kept_left, kept_right = _without_hints(left), _without_hints(right)
            if kept_left is None or kept_right is None:
                return kept_right if kept_left is None else kept_left
            if kept_left is left and kept_right is right:
                return tree
            return {"BinaryExpr": {**joined, "left": kept_left, "right": kept_right}}
    return tree


def _node(tree: Any) -> Node:
    match tree:
        case {"BinaryExpr": {"left": left, "op": str(op), "right": right}} if op in _JOINS:
            return _JOINS[op], _node(left), _node(right)
        case {"BinaryExpr": {"left": {"Column": str(name)}, "op": str(op), "right": {"Literal": _} as value}}:
            return _compared(name, _COMPARISONS.get(op), value)
        case {"BinaryExpr": {"left": {"Literal": _} as value, "op": str(op), "right": {"Column": str(name)}}}:
            return _compared(name, MIRRORED.get(_COMPARISONS.get(op, "")), value)
        case {"Function": {"input": [part], "function": {"Boolean": "Not"}}}:
            return "not", _node(part)
        case {"Function": {"input": [{"Column": str(name)}, *values], "function": function}}:
            return _called(name, function, values)
    return None


def _called(name: str, function: Any, values: list[Any]) -> Node:
    match function, values:
        case {"Boolean": "IsNull"}, []:
            return _pushdown.is_null(name)
        case {"Boolean": "IsNotNull"}, []:
            return "not", _pushdown.is_null(name)
        case {"Boolean": {"IsIn": {"nulls_equal": False}}}, [choices]:
            listed = _value(choices)
            return _pushdown.member(name, listed) if isinstance(listed, list) else None
        case {"Boolean": {"IsBetween": {"closed": str(closed)}}}, [low, high] if closed in _BOUNDS:
            above, below = _BOUNDS[closed]
            return "and", _compared(name, above, low), _compared(name, below, high)
        case {"StringExpr": str(word)}, [part] if word in _SEARCHES:
            return _pushdown.searched(name, _SEARCHES[word], _value(part))
        case {"StringExpr": {"Contains": {"literal": bool(literal)}}}, [part]:
            text = _value(part)
            plain = isinstance(text, str) and (literal or _NO_PATTERN.fullmatch(text) is not None)
            return _pushdown.searched(name, "contains", text) if plain else None
    return None


def _compared(name: str, comparison: str | None, literal: Any) -> Node:
    return None if comparison is None else _pushdown.compared(name, comparison, _value(literal))


def _value(tree: Any) -> Any:
    """The value of a literal as Python has it; None if it is null, no literal, or cannot be had exactly."""
    if not isinstance(tree, dict) or "Literal" not in tree:
        return None
    series = polars.select(_expression(tree)).to_series()
    inner = series.dtype.inner if isinstance(series.dtype, polars.List) else None
    if isinstance(inner, polars.Datetime):
        return [_instant(inner, count) for count in series.explode().to_physical()]
    if isinstance(series.dtype, polars.Datetime):
        return _instant(series.dtype, series.to_physical()[0])
    return series.to_list()[0]


def _instant(kind: polars.Datetime, count: int | None) -> Any:
    """A time without a zone is refused by Polars itself, when it compares it."""
    return None if count is None or kind.time_zone is None else _pushdown.instant(count, kind.time_unit)


def _expression(tree: Any) -> polars.Expr:
    return polars.Expr.deserialize(io.BytesIO(json.dumps(tree).encode()), format="json")
