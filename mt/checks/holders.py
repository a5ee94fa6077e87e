"""Names that changed places, “Egyptian President Macron and French President Sisi”, and two forms of one name.

A name is read with the words before it up to a comma or conjunction: its office and country. Two names of a sentence
are exchanged where words of each stand, translated, before the other one, and none before their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from mt.checks.entities import spells
from mt.checks.mentions import TITLES, derived, runs, split_words
from mt.checks.mentions import fold as fold_name
from mt.language.arabic import ARABIC_WORD
from mt.language.clitics import light_stem
from mt.language.english import english_stem, name_key
from mt.language.folding import fold
from mt.language.lexicon import known_stem, lexicon
from mt.language.territories import territory
from mt.language.words import NAME_PARTICLES, NOT_NAMES

_TOKEN = re.compile(r"[ء-ي]+|[،,؛;:.()]")
_ARTICLES = ("al-", "el-", "bin", "ibn")
_PARTS = frozenset("and or while but with met said by to from that".split())
"""Words that what belongs to a name does not go beyond."""
_BEFORE = 5
"""Words before a name that may belong to it."""
_OFFICES = TITLES | frozenset("state leader counterpart spokesman spokeswoman captain striker goalkeeper".split())


@dataclass(frozen=True, slots=True)
class Holder:
    """A name of an English text, and the words before it: its office and country."""

    name: str
    before: tuple[str, ...]


def exchanged_names(source: str, english: str) -> Iterator[str]:
    """Names of an English whose offices or countries are, in the Arabic, those of each other; for the reader."""
    held = [holder for holder in holders(english) if holder.before]
    if len(held) < 2:
        return
    pieces = _arabic_pieces(fold(source))
    placed = [(holder, before) for holder in held if (before := _before_in_arabic(holder.name, pieces))]
    for (one, arabic), (other, arabic_too) in combinations(placed, 2):
        said, said_too = _stems(one.before), _stems(other.before)
        said, said_too = said - said_too, said_too - said
        words, words_too = arabic - arabic_too, arabic_too - arabic
        straight = _renders(words, said) or _renders(words_too, said_too)
        if not straight and _renders(words, said_too) and _renders(words_too, said):
            yield f"{one.name} and {other.name} have changed places"


def of_another_country(sentence: str, article: str) -> Iterator[str]:
    """Names to which a summary gives a country, where the article gives them only others; for the reader."""
    for holder in holders(sentence):
        said = _countries(holder)
        told = [_countries(other) for other in _all_holders(article) if other.name == holder.name] if said else []
        if any(told) and all(said.isdisjoint(countries) for countries in told if countries):
            yield f"{holder.name} ({' '.join(word for word in holder.before if territory(word))})"


@lru_cache(maxsize=64)
def _all_holders(article: str) -> tuple[Holder, ...]:
    return tuple(holders(article))


def _countries(holder: Holder) -> frozenset[int]:
    return frozenset(number for word in holder.before for number in territory(word))


def holders(english: str) -> list[Holder]:
    """The names of a text, each the last word of a run of capitals, with the words before it that are none."""
    words, known = split_words(english), lexicon()
    found = []
    for first, end in runs(words):
        if end < len(words) and words[end].joined and words[end].folded.startswith(_ARTICLES):
            end += 1  # Abdel Fattah al-Sisi
        last = words[end - 1]
        if not _is_name(last.text, known.common) or len(last.text) < 4:
            continue
        place = end - 1
        before: list[str] = []
        while place > 0 and words[place].joined and len(before) < _BEFORE:
            place -= 1
            other = words[place]
            if place < first and (other.folded in _PARTS or (other.capital and _is_name(other.text, known.common))):
                break
            if not (other.capital and _is_name(other.text, known.common)):
                before.append(other.text)
        found.append(Holder(re.sub("['’]s$", "", last.text), tuple(before)))
    return found


def _is_name(word: str, common: frozenset[str]) -> bool:
    key = name_key(word)
    return key not in common and key not in NOT_NAMES and key not in NAME_PARTICLES and not territory(word)


def _stems(words: Sequence[str]) -> frozenset[str]:
    """The stems of offices and countries among the words."""
    told = (word for word in words if fold_name(word) in _OFFICES or (territory(word) and not word.endswith("s")))
    return frozenset(map(english_stem, told))


def _arabic_pieces(folded: str) -> list[list[str]]:
    """The words of a folded text, parted at punctuation and before each word with «و»."""
    pieces: list[list[str]] = [[]]
    for word in _TOKEN.findall(folded):
        if not word[0].isalpha():
            pieces.append([])
        elif word[0] == "و" and len(word) > 3 and not word.startswith(("وزير", "وزار", "وكيل", "ولي")):
            pieces.append([word])
        else:
            pieces[-1].append(word)
    return pieces


def _before_in_arabic(name: str, pieces: Sequence[Sequence[str]]) -> frozenset[str]:
    """The stems before the only Arabic word that spells the name; empty where none or several do."""
    name = re.sub("^[ae]l-", "", name)
    words = [(piece, place) for piece in pieces for place in range(len(piece)) if len(piece[place]) > 3]
    stems = lexicon().names.get(name_key(name), frozenset())
    places = [(piece, place) for piece, place in words if light_stem(piece[place]) in stems]
    places = places or [(piece, place) for piece, place in words if spells(piece[place], name)]
    if len(places) != 1:
        return frozenset()
    piece, place = places[0]
    return frozenset(map(known_stem, piece[max(0, place - _BEFORE) : place]))


def _renders(arabic: frozenset[str], english: frozenset[str]) -> bool:
    known = lexicon().renderings
    return any(stem in known and not english.isdisjoint(known[stem].stems) for stem in arabic)


def forms_of_one_name(source: str, english: str) -> Iterator[str]:
    """Two English forms of a name that the Arabic has twice in one form, for the reader: “Dawabsheh and Dobasha”."""
    counts = Counter(light_stem(word) for word in ARABIC_WORD.findall(fold(source)) if len(word) > 4)
    twice = [word for word, count in counts.items() if count > 1 and len(word) > 3 and word not in lexicon().frequent]
    if not twice:
        return
    known = lexicon()
    names = {name_key(w.text): w.text for w in split_words(english) if w.capital and _is_name(w.text, known.common)}
    for word in twice:
        alike = [key for key in names if len(key) > 3 and spells(word, key)]
        for one, other in combinations(alike, 2):
            known_names = {one, other} <= known.names.keys()
            related = derived(one, other) or derived(other, one) or one in other or other in one
            others = [stem for stem in counts if stem != word and (spells(stem, one) or spells(stem, other))]
            if not (known_names or related or others):
                yield f"{names[one]} and {names[other]} for one name"
