"""Names that changed places with what stands beside them: “Macron criticised the plan, and Biden welcomed it”
where the Arabic has them the other way round.

A name is read with up to four words on each side, in both languages, up to a mark, a conjunction or another name. Two
names are exchanged where words of each stand, translated, beside the other one, and none beside their own. False alarms
as measured: docs/TRUST.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from mt.checks.mentions import Word, runs, split_words
from mt.checks.places import opens_clause, place_of, source_words
from mt.language.english import english_stem
from mt.language.lexicon import known_stem, lexicon
from mt.language.territories import territory
from mt.language.words import NOT_NAMES

_AROUND = 4
_EMPTY = frozenset(map(english_stem, NOT_NAMES))
_BREAKS = frozenset("and while but".split())
_ONE_PHRASE = 3
"""Words between two names that keep them out of one phrase, whose order languages turn (“Monaco striker Falcao”)."""


@dataclass(frozen=True, slots=True)
class _Name:
    start: int
    end: int
    text: str
    territory: bool
    place: tuple[int, int]
    """Its first word in the Arabic, and the end."""


def exchanged_beside(source: str, english: str) -> Iterator[str]:
    """Two names of an English that stand beside each other's words, for the reader."""
    words, arabic = split_words(english), source_words(source)
    names = list(_names(words, arabic))
    if len(names) < 2:
        return
    taken = frozenset(chain.from_iterable(range(name.start, name.end) for name in names))
    taken_there = frozenset(chain.from_iterable(range(*name.place) for name in names))
    said = {name: _beside_in_english(name, words, taken) for name in names}
    meant = {name: _beside_in_arabic(name, arabic, taken_there) for name in names}
    for one, other in combinations(names, 2):
        if one.territory != other.territory or one.text == other.text or _in_one_phrase(one, other, words):
            continue
        if one.place[0] < other.place[1] and other.place[0] < one.place[1]:
            continue
        ours, ours_too = said[one] - said[other], said[other] - said[one]
        theirs, theirs_too = meant[one] - meant[other], meant[other] - meant[one]
        if _may_render(theirs, ours) or _may_render(theirs_too, ours_too):
            continue
        if _renders(theirs, ours_too) and _renders(theirs_too, ours):
            yield f"{one.text} and {other.text} have changed places"


def _names(words: Sequence[Word], arabic: Sequence[str]) -> Iterator[_Name]:
    for start, end in runs(words):
        run = words[start:end]
        if place := place_of([word.folded for word in run if len(word.folded) > 3], arabic):
            yield _Name(start, end, run[-1].text, any(territory(word.text) for word in run), place)


def _in_one_phrase(one: _Name, other: _Name, words: Sequence[Word]) -> bool:
    first, second = sorted((one, other), key=lambda name: name.start)
    apart = second.start - first.end
    return apart < _ONE_PHRASE and all(word.joined for word in words[first.end : second.start + 1])


def _beside_in_english(name: _Name, words: Sequence[Word], taken: frozenset[int]) -> frozenset[str]:
    """The stems of the words on both sides of a name."""
    stems = []
    for place in range(name.start - 1, max(-1, name.start - 1 - _AROUND), -1):
        if place in taken or not words[place + 1].joined or words[place].folded in _BREAKS:
            break
        stems.append(english_stem(words[place].text))
    for place in range(name.end, min(len(words), name.end + _AROUND)):
        if place in taken or not words[place].joined or words[place].folded in _BREAKS:
            break
        stems.append(english_stem(words[place].text))
    return frozenset(stems) - _EMPTY


def _beside_in_arabic(name: _Name, words: Sequence[str], taken: frozenset[int]) -> frozenset[str]:
    """The stems of the words on both sides of a name."""
    start, end = name.place
    stems = []
    for place in range(start - 1, max(-1, start - 1 - _AROUND), -1):
        if place in taken or not words[place][0].isalpha():
            break
        stems.append(known_stem(words[place]))
        if opens_clause(words[place]):
            break
    for place in range(end, min(len(words), end + _AROUND)):
        if place in taken or not words[place][0].isalpha() or opens_clause(words[place]):
            break
        stems.append(known_stem(words[place]))
    return frozenset(stems)


def _renders(arabic: frozenset[str], english: frozenset[str]) -> bool:
    """Whether an English stem is the usual rendering of an Arabic one."""
    known = lexicon().renderings
    return any(stem in known and not english.isdisjoint(known[stem].first) for stem in arabic)


def _may_render(arabic: frozenset[str], english: frozenset[str]) -> bool:
    """Whether an English stem is any rendering of an Arabic one."""
    known = lexicon().renderings
    return any(stem in known and not english.isdisjoint(known[stem].stems) for stem in arabic)
