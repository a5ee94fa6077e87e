"""Common Arabic words: 6,641 of the news, folded (أ إ آ → ا, ى → ي, ة → ه)."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def common_words() -> frozenset[str]:
    """The words of `data/common_arabic.txt`, which `scripts/build` collects."""
    path = resources.files("mt.language") / "data" / "common_arabic.txt"
    return frozenset(path.read_text(encoding="utf-8").split())
