"""The words of Arabic text, folded: as the lexicon knows them, and with their places as glossaries do."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from mt.language.folding import MARKS, SPELLINGS, fold_for_lookup

ARABIC_WORD = re.compile(r"[\u0621-\u064a\u066e-\u06d3]+")
_WORD = re.compile(r"[^\W_]+")

Word: TypeAlias = tuple[str, int, int]
"""A word after `fold_spelling`, and where it stands in the text as it was given: `text[start:end]`."""


@lru_cache(maxsize=256)  # each check of a segment asks for the words of the same source
def arabic_words(text: str) -> tuple[str, ...]:
    """The words of Arabic script after `fold_for_lookup`, in their order."""
    return tuple(ARABIC_WORD.findall(fold_for_lookup(text)))


def words(text: str) -> list[Word]:
    """The words of a text after `fold_spelling`, in order; digits are words too, punctuation stands between them."""
    if not MARKS.search(text):
        folded = text.translate(SPELLINGS)
        return [(match[0], match.start(), match.end()) for match in _WORD.finditer(folded)]
    kept = [place for place, letter in enumerate(text) if not MARKS.match(letter)]
    bare = "".join(text[place] for place in kept).translate(SPELLINGS)
    tokens = []
    for match in _WORD.finditer(bare):
        end = kept[match.end() - 1] + 1
        while end < len(text) and MARKS.match(text[end]):  # a mark belongs to the letter before it
            end += 1
        tokens.append((match[0], kept[match.start()], end))
    return tokens
