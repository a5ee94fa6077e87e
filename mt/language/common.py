"""Common Arabic words: 6,641 of the news that are no names, after `mt.language.folding.fold_spelling`."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def common_words() -> frozenset[str]:
    """The words of `data/common_arabic.txt`; `scripts/build/arabic_words` makes it and says how."""
    path = resources.files("mt.language") / "data" / "common_arabic.txt"
    return frozenset(path.read_text(encoding="utf-8").split())
