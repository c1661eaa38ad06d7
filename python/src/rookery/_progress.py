"""Progress of long calls: `progress=None`, `progress=True`, or a function `(done, total)`.

What is called runs on the thread of the caller and never on a thread of the engine. With True it is a bar of
tqdm where that is installed, else one line on stderr that is rewritten.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rookery._typing import Progress, ProgressCallback


@contextmanager
def reporting(progress: Progress, label: str, unit: str) -> Iterator[ProgressCallback | None]:
    """The function to tell, or None; what it shows ends with the block. `label` and `unit` are shown."""
    if progress is None or progress is False:
        yield None
    elif progress is True:
        shown = _bar(label, unit) or _Line(label, unit)
        try:
            yield shown.update
        finally:
            shown.close()
    elif callable(progress):
        yield progress
    else:
        raise TypeError(
            f"progress is a {type(progress).__name__}: give None, True or a function (done, total)"
        )


def _bar(label: str, unit: str) -> _Bar | None:
    try:
        return _Bar(importlib.import_module("tqdm.auto").tqdm(desc=label, unit=f" {unit}", unit_scale=True))
    except ImportError:
        return None


class _Bar:
    """A bar of tqdm."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def update(self, done: int, total: int | None) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        self._bar.close()


class _Line:
    """A line on stderr, rewritten in a terminal and written once, at the end, elsewhere."""

    def __init__(self, label: str, unit: str) -> None:
        self._label = label
        self._unit = unit
        self._text = ""

    def update(self, done: int, total: int | None) -> None:
        of_total = f" of {total:,}" if total else ""
        self._text = f"{self._label}: {done:,}{of_total} {self._unit}"
        if sys.stderr.isatty():
            print(f"\r{self._text}", end="\x1b[K", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._text:
            print(f"\r{self._text}" if sys.stderr.isatty() else self._text, file=sys.stderr)
