"""Scores as a reader sees them."""

from __future__ import annotations

import math
from dataclasses import dataclass

_LEVELS = (0.45, 0.6, 0.72, 0.84)
"""Where a new level begins. Cut so that the sentences of a good news translation fall into all of them."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """A score as a share: the geometric mean of the probabilities that the model gave to its own words.

    `level` is 0 (least sure) to 4; `arc` is the share of a circle with a circumference of 10 units.
    """

    percent: int
    level: int
    score: str
    arc: float

    @classmethod
    def of(cls, score: float | None) -> Confidence | None:
        """None for no score, and for one that is no number."""
        if score is None or not math.isfinite(score):
            return None
        share = math.exp(min(0.0, score))
        return cls(round(100 * share), sum(share >= level for level in _LEVELS), f"{score:.2f}", round(10 * share, 2))
