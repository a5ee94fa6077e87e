"""How far a number would move with other test items: bootstrap intervals, and a paired test of two systems.

For measures that are means over items. sacrebleu does the same for its own, which are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
TRIALS = 10_000
SEED = 12345
"""The same as sacrebleu's defaults, so that one signature tells of both."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and its 95 % confidence interval."""

    value: float
    low: float
    high: float


def mean(values: Sequence[float], resamples: int = RESAMPLES) -> Interval:
    """The mean over items, with the 2.5 and 97.5 percentiles of the means of resampled items (Efron 1979)."""
    return ratio(values, [1.0] * len(values), resamples)


def ratio(parts: Sequence[float], wholes: Sequence[float], resamples: int = RESAMPLES) -> Interval:
    """Sum of `parts` over sum of `wholes`, a pair for each item, with its bootstrap interval over items.

    Zero where the wholes are all zero: of no pieces none is marked.
    """
    pairs = np.array([parts, wholes], dtype=float).T
    times = np.random.default_rng(SEED).multinomial(len(pairs), [1 / len(pairs)] * len(pairs), size=resamples)
    low, high = np.percentile(_divided(times @ pairs), [2.5, 97.5])
    return Interval(float(_divided(pairs.sum(axis=0, keepdims=True))[0]), float(low), float(high))


def _divided(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    quotients = np.zeros(len(sums))
    np.divide(sums[:, 0], sums[:, 1], out=quotients, where=sums[:, 1] > 0)
    return quotients


def paired_p_value(values: Sequence[float], baseline: Sequence[float], trials: int = TRIALS) -> float:
    """Two-sided p-value of the difference of two systems' means over the same items.

    Approximate randomization (Noreen 1989; for language, Riezler & Maxwell 2005): the share of trials in which swapping
    the two systems' values at random items gives at least the difference that was found. 1 for equal values.
    """
    differences = np.array(values, dtype=float) - np.array(baseline, dtype=float)
    observed = abs(differences.sum())
    rng = np.random.default_rng(SEED)
    at_least = 0
    for start in range(0, trials, 500):  # bounds memory for many items
        signs = rng.integers(2, size=(min(500, trials - start), len(differences))) * 2.0 - 1.0
        # Sums of the same numbers in another order differ in their last digits.
        at_least += int(np.count_nonzero(abs(signs @ differences) >= observed - 1e-9))
    return (at_least + 1) / (trials + 1)
