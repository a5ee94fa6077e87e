"""The values of an evaluation: what was measured, how sure it is, and by which settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["translation", "summaries"]

SIGNIFICANT = 0.05
"""A difference counts when chance alone would give one so large in fewer than one test of twenty."""


@dataclass(frozen=True, slots=True)
class Score:
    """One number about one system; `low` and `high` bound its 95 % confidence interval.

    `value` is in the metric's own unit: points of 100 for BLEU, chrF, ROUGE and COMET, percent for shares, words for
    lengths. `p_value` is that of a paired test against the baseline, None where there was none. `better` is whether
    more of it is better; a description such as a length is neither, and has False.
    """

    metric: str
    value: float
    low: float
    high: float
    signature: str
    p_value: float | None = None
    better: bool = True

    @property
    def is_significant(self) -> bool:
        """Whether it differs from the baseline's by more than chance explains."""
        return self.p_value is not None and self.p_value < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class SystemScores:
    """All that was measured on one system's outputs.

    `flags` are shares of pieces (sentences, segments) that a check marks; empty when there was nothing to check
    against. `made_by` is the signature of the configuration that made the outputs, empty when they were given.
    """

    name: str
    scores: tuple[Score, ...]
    flags: tuple[Score, ...] = ()
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of all systems on the same `items` (sentences, articles); the first system is the baseline."""

    kind: Kind
    items: int
    resamples: int
    systems: tuple[SystemScores, ...]

    @property
    def baseline(self) -> str:
        """The system that all others are compared with."""
        return self.systems[0].name
