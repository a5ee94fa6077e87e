"""A sentence cut into runs: plain text, terms of a glossary, and slips of the article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a sentence that are marked: `kind` is `term`, `lacking` (a term without its English) or `slip`."""

    start: int
    end: int
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a sentence; `kind` is empty for plain text. Joined, the texts of all runs are the sentence."""

    text: str
    kind: str = ""
    note: str = ""


def runs(text: str, spans: Iterable[Span]) -> tuple[Run, ...]:
    """The text in runs. Of spans that overlap the first given is kept; empty ones are left out."""
    kept: list[Span] = []
    for span in spans:
        if span.start < span.end and all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(_cut(text, sorted(kept, key=lambda span: span.start)))


def _cut(text: str, spans: Sequence[Span]) -> Iterator[Run]:
    at = 0
    for span in spans:
        if at < span.start:
            yield Run(text[at : span.start])
        yield Run(text[span.start : span.end], span.kind, span.note)
        at = span.end
    if at < len(text):
        yield Run(text[at:])


def find(text: str, words: str, taken: Sequence[Span]) -> tuple[int, int] | None:
    """The first occurrence of the words outside of all `taken` spans, preferably as whole words; None for none."""
    if not words:
        return None
    for pattern in (rf"(?<!\w){re.escape(words)}(?!\w)", re.escape(words)):
        for match in re.finditer(pattern, text):
            if all(match.end() <= span.start or span.end <= match.start() for span in taken):
                return match.span()
    return None
