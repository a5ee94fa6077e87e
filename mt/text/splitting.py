"""Cutting of segments that are longer than a model can take, by its tokens: at clauses, else at words."""

from __future__ import annotations

import re
from collections.abc import Callable

from mt.records import Segment


def split_long(segment: Segment, limit: int, count_tokens: Callable[[str], int]) -> tuple[Segment, ...]:
    """Cut a segment of more than `limit` tokens into pieces that each fit; one that fits comes back alone.

    Pieces are about equal in characters. A cut falls after ؛ or ;, else after a comma, else before a word with و, else
    at white space; the first kind found near the aimed-at place wins. A span without white space is cut inside its
    word, but not before a combining mark. Only white space at the cuts is lost. A single character over the limit stays
    as it is.

    Counts every part of the text a small, fixed number of times, so that a `count_tokens` of linear time keeps the
    whole linear. Raises `ValueError` for a limit below 1.
    """
    if limit < 1:
        raise ValueError(f"found a limit of {limit} tokens, expected at least 1")
    text = segment.text
    pieces: list[Segment] = []
    waiting = [(0, len(text), 1)]
    while waiting:
        start, end, parts = waiting.pop()
        start, end = _stripped(text, start, end)
        if start == end:
            continue
        if parts == 1 or end - start == 1:
            tokens = count_tokens(text[start:end])
            if tokens <= limit or end - start == 1:
                offset = segment.start
                pieces.append(Segment(segment.paragraph, start + offset, end + offset, text[start:end]))
                continue
            parts = -(-tokens // limit)
        cut = _best_cut(text, start, end, parts)
        share = parts / (end - start)
        waiting += [(cut, end, max(1, round(share * (end - cut)))), (start, cut, max(1, round(share * (cut - start))))]
    return tuple(pieces)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


_SPACE = re.compile(r"\s")
_CUT_AFTER = (re.compile("[؛;]"), re.compile(r"،|,(?!\d)"), re.compile(r"\s(?=و)"), _SPACE)


def _best_cut(text: str, start: int, end: int, parts: int) -> int:
    """A position strictly inside the span, after about half of its parts; a clause may move it by 0.3 of a part."""
    aim = start + max(1, (end - start) * (parts // 2) // parts)
    slack = int(0.3 * (end - start) / parts)
    near = (max(start, aim - slack), min(end - 1, aim + slack))
    for kind, (low, high) in [*((kind, near) for kind in _CUT_AFTER), (_SPACE, (start, end - 1))]:
        # one character more in sight, for what a pattern wants to see after the cut
        places = [match.end() for match in kind.finditer(text, low, high + 1) if match.end() <= high]
        if places:
            return min(places, key=lambda place: abs(place - aim))
    return _between_clusters(text, start, aim)


def _between_clusters(text: str, start: int, aim: int) -> int:
    """The aim, moved back over at most 16 marks and joiners that belong to the character before them."""
    for place in range(aim, max(start, aim - 16), -1):
        if not _EXTENDS.match(text, place) and text[place - 1] != "\u200d":
            return place
    return aim


_EXTENDS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]"
)
