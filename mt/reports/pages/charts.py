"""Charts as geometry: numbers become rectangles here, and templates only draw them as inline SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mt.reports.pages.confidence import Confidence


@dataclass(frozen=True, slots=True)
class Bar:
    """A sentence of the strip: its key, length in characters, confidence, worst doubt and what is said of it."""

    key: str
    length: int
    confidence: Confidence | None
    level: str
    note: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in units of its chart, from the upper left corner."""

    x: float
    y: float
    width: float
    height: float
    bar: Bar


@dataclass(frozen=True, slots=True)
class Strip:
    """A chart of a whole article: a bar for each sentence, as wide as it is long, as high as the model was sure."""

    width: int
    height: int
    boxes: tuple[Box, ...]


def strip(bars: Sequence[Bar], width: int = 1000, height: int = 44) -> Strip:
    """The strip, 1,000 by 44 units; a sentence without a score has a low bar."""
    total = sum(max(1, bar.length) for bar in bars)
    boxes, at = [], 0.0
    for bar in bars:
        size = width * max(1, bar.length) / total
        share = bar.confidence.percent / 100 if bar.confidence else 0.12
        high = max(3.0, share * height)
        boxes.append(Box(round(at, 1), round(height - high, 1), round(max(0.8, size - 2), 1), round(high, 1), bar))
        at += size
    return Strip(width, height, tuple(boxes))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a histogram: what it counts, how many, and its rectangle."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


def histogram(counts: Mapping[str, int], width: int = 320, height: int = 90) -> tuple[Column, ...]:
    """Upright columns, in the order of `counts`; a count that is not 0 is never too low to be seen."""
    most = max(counts.values(), default=0) or 1
    step = width / max(1, len(counts))
    return tuple(
        Column(label, count, round(i * step + 1, 1), round(height - high, 1), round(step - 2, 1), round(high, 1))
        for i, (label, count) in enumerate(counts.items())
        for high in [max(2.0, height * count / most) if count else 0.0]
    )


def rows(counts: Mapping[str, int], width: int = 150, step: int = 22) -> tuple[Column, ...]:
    """Lying bars, in the order of `counts`, each `step` units below the one before."""
    most = max(counts.values(), default=0) or 1
    return tuple(
        Column(label, count, 0, i * step, round(max(2.0, width * count / most), 1), step - 8)
        for i, (label, count) in enumerate(counts.items())
    )
