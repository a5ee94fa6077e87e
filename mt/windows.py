"""Windows: how many articles are worked on together, by the limits of the configuration (`batch`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from mt.config import BatchConfig

T = TypeVar("T")


class Filling:
    """Counts what is in a window, and says when it is full."""

    def __init__(self, limits: BatchConfig) -> None:
        self._limits = limits
        self._articles = self._characters = 0

    def add(self, characters: int) -> None:
        """One more article, with so many characters to translate."""
        self._articles += 1
        self._characters += characters

    @property
    def full(self) -> bool:
        """Whether nothing more should go in."""
        limits = self._limits
        return self._articles >= limits.window_articles or self._characters >= limits.window_characters


def growing(items: Iterable[T], limits: BatchConfig, characters: Callable[[T], int]) -> Iterator[list[T]]:
    """The items in windows of 1, 2, 4, … up to the limits: the first result comes soon, the others share batches."""
    most, window = 1, list[T]()
    filling = Filling(limits)
    for item in items:
        window.append(item)
        filling.add(characters(item))
        if filling.full or len(window) >= most:
            yield window
            most, window, filling = 2 * most, [], Filling(limits)
    if window:
        yield window
