"""Two models of growth, fitted by least squares: a straight line and an exponential.

Both minimise the squares of errors in messages, so that their errors can be compared. Time runs from 0, the
first step, to 1, the last one that a model was fitted to; a forecast is the model beyond 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

_RATES = np.linspace(0.01, 20, 2000)  # of growth over the whole time: from nothing to e to the power of 20


@dataclass(frozen=True)
class Model:
    """A way to grow: the number of messages at each time."""

    name: str
    predict: Callable[[np.ndarray], np.ndarray]


Fit: TypeAlias = Callable[[np.ndarray], Model]


def fit_linear(counts: np.ndarray) -> Model:
    """The straight line with the least squares of errors."""
    slope, start = np.polyfit(_times(len(counts)), counts, 1)
    return Model("linear", lambda t: start + slope * t)


def fit_exponential(counts: np.ndarray) -> Model:
    """The exponential with the least squares of errors: rates are tried, and each has one best height."""
    shapes = np.exp(np.outer(_RATES, _times(len(counts)) - 1))
    heights = shapes @ counts / np.sum(shapes * shapes, axis=1)
    best = int(np.argmin(np.sum((heights[:, None] * shapes - counts) ** 2, axis=1)))
    return Model("exponential", lambda t: heights[best] * np.exp(_RATES[best] * (t - 1)))


def error_of_fit(fit: Fit, counts: np.ndarray) -> float:
    """The root of the mean square of the errors where the model was fitted, in messages."""
    return _root_mean_square(fit(counts).predict(_times(len(counts))) - counts)


def error_of_forecast(fit: Fit, counts: np.ndarray) -> float:
    """The same in the last quarter of the time, of the model that saw the first three."""
    seen = len(counts) * 3 // 4
    later = np.arange(seen, len(counts)) / (seen - 1)
    return _root_mean_square(fit(counts[:seen]).predict(later) - counts[seen:])


def _times(steps: int) -> np.ndarray:
    return np.linspace(0, 1, steps)


def _root_mean_square(errors: np.ndarray) -> float:
    return float(np.sqrt(np.mean(errors**2)))
