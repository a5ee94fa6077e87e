"""Windows: how many articles are worked on together, by the limits of the configuration (`batch`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from mt.config import BatchConfig

T = TypeVar("T")


class Filling:
    """Counts what is in a window, and says when it is full.

    A window holds at most one article more than came before it, `before`, and what the limits say: windows of 1, 2, 4,
    8, … give a first result soon, and the others share batches. Where a run is taken up again decides nothing: its
    windows are those of a run that was not stopped.
    """

    def __init__(self, limits: BatchConfig, before: int) -> None:
        self._most = min(before + 1, limits.window_articles)
        self._most_characters = limits.window_characters
        self._articles = self._characters = 0

    def add(self, characters: int) -> None:
        """One more article, with so many characters to translate."""
        self._articles += 1
        self._characters += characters

    @property
    def full(self) -> bool:
        """Whether nothing more should go in."""
        return self._articles >= self._most or self._characters >= self._most_characters


def growing(items: Iterable[T], limits: BatchConfig, characters: Callable[[T], int]) -> Iterator[list[T]]:
    """The items in windows of 1, 2, 4, … up to the limits."""
    window, before = list[T](), 0
    filling = Filling(limits, before)
    for item in items:
        window.append(item)
        filling.add(characters(item))
        if filling.full:
            yield window
            before += len(window)
            window, filling = [], Filling(limits, before)
    if window:
        yield window
