"""Conditions on messages: `(col("author") == "ada") & ~col("content").contains("?")`.

An Expression is a value: it holds the predicate tuple that the C++ module takes, with every literal checked
against its column's type. Logic is Kleene's, as in SQL and Arrow: a comparison with an absent value is
neither true nor false, and only rows for which the whole expression is true pass. Times between two
milliseconds keep their exact meaning.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from rookery import _times
from rookery._columns import Kind, kind_of, stored_name
from rookery._predicate_text import column_text, predicate_text
from rookery._typing import Text, TimeLike
from rookery.errors import InvalidArgumentError

Predicate: TypeAlias = tuple[Any, ...]
Literal: TypeAlias = Text | int | TimeLike

_INT64 = range(-(2**63), 2**63)
_PARENTHESES = 'write every comparison in parentheses: (col("a") == 1) & (col("b") == 2)'


@dataclass(frozen=True, slots=True, repr=False)
class Expression:
    """A condition on messages: for `query(where=...)` and `Query.filter`. Combine with `&`, `|` and `~`."""

    predicate: Predicate

    def __and__(self, other: Expression) -> Expression:
        return self._join("and", other)

    def __or__(self, other: Expression) -> Expression:
        return self._join("or", other)

    def __invert__(self) -> Expression:
        return Expression(("not", self.predicate))

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "an expression is true or false only for a message: combine with & | ~ in place of and, or, not, "
            "and use between() in place of a chained comparison"
        )

    def __repr__(self) -> str:
        return predicate_text(self.predicate)

    def _join(self, word: str, other: Expression) -> Expression:
        if not isinstance(other, Expression):
            return NotImplemented
        mine = self.predicate[1:] if self.predicate[0] == word else (self.predicate,)
        return Expression((word, *mine, other.predicate))


ALL = Expression(("true",))
NONE = Expression(("false",))


class Column:
    """A column in a condition; `col` makes it. Its comparisons give Expressions."""

    __slots__ = ("_kind", "_name")
    __hash__ = None  # type: ignore[assignment]  # comparing gives an Expression, so there is no equality

    def __init__(self, name: str) -> None:
        self._kind = kind_of(name)
        self._name = stored_name(name)
        if self._kind is Kind.ATTRIBUTES:
            raise InvalidArgumentError('attributes are compared one by one: col("attributes.NAME")')

    def __eq__(self, other: Literal) -> Expression:  # type: ignore[override]
        return self._compare("==", other)

    def __ne__(self, other: Literal) -> Expression:  # type: ignore[override]
        return self._compare("!=", other)

    def __lt__(self, other: Literal) -> Expression:
        return self._compare("<", other)

    def __le__(self, other: Literal) -> Expression:
        return self._compare("<=", other)

    def __gt__(self, other: Literal) -> Expression:
        return self._compare(">", other)

    def __ge__(self, other: Literal) -> Expression:
        return self._compare(">=", other)

    def between(self, low: Literal, high: Literal) -> Expression:
        """True from `low` to `high`, both included."""
        return (self >= low) & (self <= high)

    def is_in(self, values: Iterable[Literal]) -> Expression:
        """True if the value is one of `values`."""
        if isinstance(values, str | bytes):
            raise TypeError(f"is_in takes a list of values, not one text: is_in([{values!r}])")
        choices = list(values)
        if not choices:
            return NONE
        literals = [literal for value in choices if (literal := self._exact(value)) is not None]
        return Expression(("in", self._name, tuple(literals))) if literals else self._never()

    def is_null(self) -> Expression:
        """True if the message has no such value: it is no reply, was never edited, has no such attribute."""
        return Expression(("is_null", self._name))

    def is_not_null(self) -> Expression:
        """True if the message has the value."""
        return ~self.is_null()

    def contains(self, part: Text) -> Expression:
        """True if `part` occurs in the text, exactly as it is written: no pattern, no folding of case."""
        return self._search("contains", part)

    def starts_with(self, prefix: Text) -> Expression:
        """True if the text begins with `prefix`."""
        return self._search("starts_with", prefix)

    def ends_with(self, suffix: Text) -> Expression:
        """True if the text ends with `suffix`."""
        return self._search("ends_with", suffix)

    def __repr__(self) -> str:
        return column_text(self._name)

    def __bool__(self) -> NoReturn:
        raise TypeError(f"a column is not true or false; {_PARENTHESES}")

    def _refuse_operator(self, _other: object) -> NoReturn:
        raise TypeError(f"a column is no condition yet; {_PARENTHESES}")

    __and__ = __rand__ = __or__ = __ror__ = _refuse_operator

    def _compare(self, comparison: str, value: Literal) -> Expression:
        if self._kind is Kind.TIME:
            return self._compare_time(comparison, value)
        return Expression((comparison, self._name, self._literal(value)))

    def _compare_time(self, comparison: str, value: Literal) -> Expression:
        whole, is_later = _times.split(self._checked(value), self._name)  # type: ignore[arg-type]
        if not is_later:
            return Expression((comparison, self._name, whole))
        if comparison == "==":
            return self._never()
        if comparison == "!=":
            return ~self._never()
        return Expression((comparison, self._name, whole + (comparison in ("<", ">="))))

    def _never(self) -> Expression:
        """False for every value, and neither true nor false where there is none, as any comparison is."""
        zero: Literal = b"" if self._kind is Kind.TEXT else 0
        return Expression(("and", ("<", self._name, zero), (">=", self._name, zero)))

    def _search(self, word: str, part: Text) -> Expression:
        if self._kind is not Kind.TEXT:
            raise InvalidArgumentError(f"{word} searches text, and {self._name} holds {self._kind.value}")
        return Expression((word, self._name, self._literal(part)))

    def _exact(self, value: Literal) -> Text | int | None:
        """The literal, or None if it is a time that no stored value can be equal to."""
        if self._kind is not Kind.TIME:
            return self._literal(value)
        whole, is_later = _times.split(self._checked(value), self._name)  # type: ignore[arg-type]
        return None if is_later else whole

    def _literal(self, value: Literal) -> Text | int:
        self._checked(value)
        if self._kind is Kind.TEXT:
            if isinstance(value, str | bytes):
                return value
            self._refuse(value)
        if isinstance(value, bool | str | bytes):
            self._refuse(value)
        try:
            number = operator.index(value)  # type: ignore[arg-type]  # what has no index is refused
        except TypeError:
            self._refuse(value)
        if number not in _INT64:
            raise InvalidArgumentError(f"{self._name} is compared with {number}, which 64 bits do not hold")
        return number

    def _checked(self, value: Literal) -> Literal:
        if value is None:
            raise TypeError(f'nothing is equal to None: use col("{self._name}").is_null()')
        if isinstance(value, Column | Expression):
            raise TypeError(f"{self._name} can be compared with a value only, not with {value!r}")
        return value

    def _refuse(self, value: object) -> NoReturn:
        kind = type(value).__name__
        raise TypeError(f"{self._name} holds {self._kind.value}, and is compared with a {kind}: {value!r}")


def col(name: str) -> Column:
    """The column `name` in a condition: `col("author") == "ada"`. InvalidArgumentError if there is none."""
    return Column(name)
