"""An article as it was read, with the words marked that cleaning changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from mt.reports.pages.rendering import isolated
from mt.reports.pages.runs import Run

_PIECE = re.compile(r"\S+|\s+")
_EXACT_UP_TO = 5_000
"""Words up to which all are compared; beyond, difflib leaves frequent words out of the search, which stays quick."""


def compared(original: str, cleaned: str) -> tuple[Run, ...]:
    """The original in runs, whose texts joined are the original; those of kind `was` are words that cleaning changed.

    Their notes say what they became. White space is not compared.
    """
    pieces = _PIECE.findall(original)
    words = [index for index, piece in enumerate(pieces) if not piece.isspace()]
    before, after = [pieces[index] for index in words], cleaned.split()
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) > _EXACT_UP_TO)
    return tuple(_runs(pieces, words, after, matcher))


def _runs(pieces: list[str], words: list[int], after: list[str], matcher: SequenceMatcher[str]) -> Iterator[Run]:
    shown = 0
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal" or start == end:
            continue
        first, last = words[start], words[end - 1] + 1
        if shown < first:
            yield Run("".join(pieces[shown:first]))
        became = " ".join(after[new_start:new_end])
        yield Run("".join(pieces[first:last]), "was", f"became {isolated(became)}" if became else "removed")
        shown = last
    if shown < len(pieces):
        yield Run("".join(pieces[shown:]))
