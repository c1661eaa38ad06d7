"""Tables, sizes and labels as plain text: what the notebooks print.

Names come from a store and may hold anything, so everything that is printed or drawn passes `label`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_WIDEST = 44  # characters of a label
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")


def heading(text: str) -> None:
    """Prints a heading with a line under it."""
    print(f"\n{text}\n{'-' * len(text)}")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints rows under a header: numbers to the right, text to the left."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        print("(none)")
        return
    right = [all(_is_right(row[column]) for row in cells) for column in range(len(header))]
    widths = [max(len(name), *(len(row[column]) for row in cells)) for column, name in enumerate(header)]
    for row in [list(header), *cells]:
        aligned = (
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(row, widths, right, strict=True)
        )
        print("  ".join(aligned).rstrip())


def label(text: str, widest: int = _WIDEST) -> str:
    """The text on one line, without what cannot be printed, and cut where it is too long."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text).strip()
    shown = " ".join(plain.split()) or "(none)"
    return shown if len(shown) <= widest else shown[: widest - 1] + "…"


def how_many(count: int, thing: str) -> str:
    """How many of a thing there are, such as 1 author and 2 authors."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def size(count: float) -> str:
    """A number of bytes for a person, such as 3.8 MiB."""
    for unit in _UNITS[:-1]:
        if count < 1024:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1024
    return f"{count:,.1f} {_UNITS[-1]}"


def percent(share: float) -> str:
    """A share of 1 as a percentage."""
    return f"{share:.1%}"


def duration(seconds: float) -> str:
    """A length of time in the largest unit of which it has at least two, such as 14.5 hours."""
    units = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))
    length, name = next((unit for unit in units if seconds >= 2 * unit[0]), (1, "seconds"))
    return f"{seconds / length:,.1f} {name}"


def bar(value: float, most: float, width: int = 40) -> str:
    """A bar whose length is the value's share of the largest."""
    return "#" * round(width * value / most) if most else ""


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    return label(str(value)) if value != "" else ""


def _is_right(cell: str) -> bool:
    return cell[:1].isdigit() or cell[:2] in ("", "-") or (cell[:1] == "-" and cell[1:2].isdigit())
