"""Windows: how many articles are worked on together, by the limits of the configuration (`batch`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from mt.config import BatchConfig

T = TypeVar("T")


class Filling:
    """Counts what is in a window, and says when it is full.

    The first window is full with one article, the next with two, then four, up to the limits: the first result comes
    soon, and the others share batches.
    """

    def __init__(self, limits: BatchConfig) -> None:
        self._limits = limits
        self._most = 1
        self._articles = self._characters = 0

    def add(self, characters: int) -> None:
        """One more article, with so many characters to translate."""
        self._articles += 1
        self._characters += characters

    @property
    def full(self) -> bool:
        """Whether nothing more should go in."""
        most = min(self._most, self._limits.window_articles)
        return self._articles >= most or self._characters >= self._limits.window_characters

    def empty(self) -> None:
        """The next window begins."""
        if self._articles:  # a window of finished articles says nothing of how soon the first result comes
            self._most = min(2 * self._most, self._limits.window_articles)
        self._articles = self._characters = 0


def growing(items: Iterable[T], limits: BatchConfig, characters: Callable[[T], int]) -> Iterator[list[T]]:
    """The items in windows of 1, 2, 4, … up to the limits."""
    window, filling = list[T](), Filling(limits)
    for item in items:
        window.append(item)
        filling.add(characters(item))
        if filling.full:
            yield window
            window = []
            filling.empty()
    if window:
        yield window
