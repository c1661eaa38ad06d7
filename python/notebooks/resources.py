"""What a store needs at so many times its messages, and when that is more than there is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from report import size

_FARTHEST = 1e6  # times the messages: where looking for a limit ends


@dataclass(frozen=True)
class Resource:
    """A need that never falls as messages grow, its limit in the same unit, and how both are written."""

    name: str
    need: Callable[[float], float]
    limit: float
    form: Callable[[float], str] = size

    def breaks_at(self) -> float:
        """The multiple of the messages at which the limit is reached; infinite if it never is."""
        if self.need(_FARTHEST) <= self.limit:
            return math.inf
        low, high = 1e-6, _FARTHEST
        for _ in range(100):
            middle = math.sqrt(low * high)
            low, high = (middle, high) if self.need(middle) <= self.limit else (low, middle)
        return low


def times(factor: float) -> str:
    """A multiple as text; "already" is one that has been reached."""
    if factor <= 1 or math.isinf(factor):
        return "already" if factor <= 1 else "never"
    return f"{factor:,.0f}x" if factor >= 10 else f"{factor:,.1f}x"


def whole(count: float) -> str:
    """A number of things as text."""
    return f"{count:,.0f}"
