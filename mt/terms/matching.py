"""Where the terms of glossaries stand in Arabic text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mt.language.arabic import Word, words
from mt.language.clitics import stems
from mt.language.folding import fold_spelling
from mt.terms.glossary import Entry, Glossary
from mt.terms.readings import reads_as_name


@dataclass(frozen=True, slots=True)
class Match:
    """A term in a text: `text == source[start:end]` is the name alone, without the `clitics` written before it."""

    entry: Entry
    glossary: str
    start: int
    end: int
    text: str
    clitics: str = ""

    @property
    def written(self) -> str:
        """The Arabic as it stands there, with what is written together with it."""
        return self.clitics + self.text


_Key = tuple[str, ...]
_Index = Mapping[str, Mapping[_Key, tuple[Entry, str]]]
"""By first word: the further words, and the term."""

# Endings of relational adjectives (nisba), folded: masculine, feminine, plurals and duals.
_NISBA = ("", "ه", "ون", "ين", "ان", "تين", "تان", "ات")
_GAP = re.compile(r"[\s\u00a0.\-–'’]*")
UNSETTLED = frozenset({"name", "recurring"})
"""Kinds of terms that may not have their English yet."""


class Matcher:
    """Finds terms. Whole words only; the longest term wins, then the glossary that was named first.

    Spellings of alef, ya and ta marbuta, vowel marks and tatweel make no difference, and a term may have conjunctions
    and prepositions written before it. Looking up takes time by the words of a text, not by the number of terms.
    """

    def __init__(self, glossaries: Iterable[Glossary]) -> None:
        self._indexes: tuple[_Index, ...] = (_index(glossaries),)

    def extended(self, glossary: Glossary) -> Matcher:
        """A matcher that knows the terms of one more glossary, and prefers them; quick, however much this one knows."""
        wider = Matcher(())
        wider._indexes = (_index([glossary]), *self._indexes)
        return wider

    def find(self, text: str) -> tuple[Match, ...]:
        """The terms in the text, in order; they do not overlap. A name may not have its English yet."""
        tokens = words(text)
        found: list[Match] = []
        at = 0
        while at < len(tokens):
            match, taken = self._at(text, tokens, at)
            if match is not None and (match.entry.english or match.entry.kind in UNSETTLED):
                found.append(match)
            at += taken
        return tuple(found)

    def _at(self, text: str, tokens: Sequence[Word], at: int) -> tuple[Match | None, int]:
        """The longest term that begins with this word, and how many words to go on by."""
        best: tuple[int, Match] | None = None
        for clitics, stem in stems(tokens[at][0]):
            for index in self._indexes:
                for key, (entry, glossary) in index.get(stem, {}).items():
                    taken = len(key) + 1
                    if (best is not None and taken <= best[0]) or not _follows(text, tokens, at, key):
                        continue
                    match = _match(text, tokens, at, taken, clitics, entry, glossary)
                    if entry.kind != "name" or reads_as_name(text, match.start, match.end, clitics):
                        best = taken, match
        return (best[1], best[0]) if best else (None, 1)


def _follows(text: str, tokens: Sequence[Word], at: int, key: _Key) -> bool:
    run = tokens[at : at + len(key) + 1]
    if tuple(word for word, _, _ in run[1:]) != key:
        return False
    return all(_GAP.fullmatch(text, left[2], right[1]) for left, right in pairwise(run))


def _match(text: str, tokens: Sequence[Word], at: int, taken: int, clitics: str, entry: Entry, glossary: str) -> Match:
    start, end = tokens[at][1], tokens[at + taken - 1][2]
    left = len(clitics)
    while left or not fold_spelling(text[start]):  # marks may stand between the letters
        left -= bool(fold_spelling(text[start]))
        start += 1
    return Match(entry, glossary, start, end, text[start:end], text[tokens[at][1] : start])


def _index(glossaries: Iterable[Glossary]) -> _Index:
    """Written forms before inflected ones, earlier glossaries before later ones: what stands there already stays."""
    index: dict[str, dict[_Key, tuple[Entry, str]]] = {}
    entries = [(entry, glossary.name) for glossary in glossaries for entry in glossary.entries]
    for inflected in (False, True):
        for entry, name in entries:
            for first, *rest in _keys(entry, inflected):
                index.setdefault(first, {}).setdefault(tuple(rest), (entry, name))
    return index


def _keys(entry: Entry, inflected: bool) -> Iterator[list[str]]:
    for form in entry.arabic:
        key = [word for word, _, _ in words(form)]
        if not inflected:
            yield key
        elif entry.kind == "demonym":
            *front, last = key
            for ending in _NISBA:
                for forms in ([*front, last + ending], [word + ending for word in key]):
                    yield forms
                    yield [f"ال{forms[0]}", *forms[1:]]
                    yield [f"ال{word}" for word in forms]
