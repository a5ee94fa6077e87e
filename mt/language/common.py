"""Common words of the news that are no names, in Arabic and in English."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def common_words() -> frozenset[str]:
    """6,641 Arabic words after `mt.language.folding.fold_spelling`, found as `scripts/build/arabic_words` says."""
    return _listed("common_arabic.txt")


@cache
def common_english_words() -> frozenset[str]:
    """7,737 English words that news writes in lower case: at least 4 times so in 28,485 sentences, and not more often
    with a capital, not counting the first word of a sentence; `scripts/build/english_words` finds them.
    """
    return _listed("common_english.txt")


def _listed(name: str) -> frozenset[str]:
    return frozenset((resources.files("mt.language") / "data" / name).read_text(encoding="utf-8").split())
