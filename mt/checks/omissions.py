"""Parts of the source that the English leaves out, by two kinds of evidence weighed together.

Words: each Arabic word that the lexicon knows has a log likelihood ratio, left out to translated, by whether one of
its usual renderings stands in the English; a word that translators often paraphrase weighs little. Length: an English
that is shorter than expected by just the share of the words left out. The constants were fitted on the project's own
news pairs.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mt.checks.entities import spells
from mt.language.arabic import ARABIC_WORD, arabic_words
from mt.language.arabic_numbers import arabic_numbers
from mt.language.english import english_stem
from mt.language.english_numbers import english_numbers
from mt.language.folding import fold_with_places
from mt.language.lexicon import known_stem, lexicon
from mt.language.numbers import unmatched
from mt.language.words import WORD

_WORDS_WEIGHT = 0.4
"""Neighbouring words are no independent witnesses: theirs counts less than half."""
_SPREAD = 0.19
"""Standard deviation of log(English words / expected); a quarter more for sources of under 12 words."""
_DISTANCES = (0.04, 0.08, 0.14, 0.22, 0.35, 0.6)
_BY_DISTANCE = (-1.0, -0.75, -0.3, 0.4, 1.1, 1.8, 2.5)
"""How far a rendering stands from where it is due, as a share of the English, and what that says for its being another
word's: 0.6 of the log of how often so far in other sentences to how often so far in the translation (2,500 of the
news pairs; all of it is too sure where the order of clauses is another)."""
_NAME_THERE, _NAME_ABSENT = -1.33, 0.21
"""A word that the lexicon lacks, spelled by a name of the English or not: 24 % are, 6 % in another sentence."""
_ACRONYM = re.compile(r"\b[A-Z]{3,6}\b")
_JOINED = re.compile(r"(?<=\w)-(?=\w)")
_AT_END = 2.3
"""Least evidence for a missing end, where cut translations lack something; 1 % of human ones have as much."""
_ANYWHERE = 4.5


_PART = re.compile(r"[^\W\d_]+(?:['’‘`][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Omission:
    """The words of the source, folded, that the English seems to lack; `evidence` is a log likelihood ratio."""

    text: str
    evidence: float


def find_omission(source: str, text: str) -> Omission | None:
    """The part of the source that was probably left out, its end or a run inside; None where nothing is likely."""
    words = arabic_words(source)
    if len(words) < 4:
        return None
    figures = _said_numbers(source, text) if any(letter.isdigit() for letter in text) else ()
    counted = [word for place, word in enumerate(words) if place not in figures]
    ratios = _ratios(words, text, expected_words(counted) + len(figures) / 2)
    for place in figures:
        ratios[place] = 0.0
    shift, spread = _shift(expected_words(counted), text), _SPREAD * (1.25 if len(words) < 12 else 1)
    total, best, start = 0.0, -math.inf, len(words)
    for first in range(len(words) - 1, -1, -1):
        total += ratios[first]
        evidence = _WORDS_WEIGHT * total + _shortness(shift, spread, (len(words) - first) / len(words))
        if evidence > best and len(words) - first > 1:
            best, start = evidence, first
    if best > _AT_END:
        return Omission(" ".join(words[start:]), best)
    first, last, total = _heaviest_run(ratios)
    evidence = _WORDS_WEIGHT * total + _shortness(shift, spread, (last - first) / len(words))
    return Omission(" ".join(words[first:last]), evidence) if last > first and evidence > _ANYWHERE else None


_QUOTED = re.compile(r"[«“\"]([^«»“”\"،,.؟?!:\dA-Za-z]{3,24})[»”\"]")
_QUOTATION = re.compile(r"[«“\"]([^«»“”\"]+)[»”\"]")
_QUOTE_MARK = re.compile(r"[\"“”«»]|(?<!\w)['‘]|['’](?!\w)")
"""No apostrophe, but that of “workers'”, too."""
_USUAL = 0.7
"""Least share of translations in which a quoted word has one of its renderings for its lack to tell something."""


def lost_quotation(source: str, text: str) -> str:
    """A quoted name of a word or two, each of which is usually translated, of which the English has nothing; or empty.

    «النور» of “the company «النور» will go on”. A short quotation of the English may be the same in other words.
    """
    if _may_quote(text, len(_QUOTATION.findall(source))):
        return ""
    known = lexicon().renderings
    for quoted in _QUOTED.findall(source):
        words = [word for word in arabic_words(quoted) if len(word) > 3]
        renderings = [known.get(known_stem(word)) for word in words]
        if not 1 <= len(words) <= 2 or not all(r and r.present >= _USUAL for r in renderings):
            continue
        places = _places(text)
        if any(r and not r.stems.isdisjoint(places) for r in renderings):
            continue
        if not any(spells(word, part) for word in words for part in _PART.findall(text) if part[0].isupper()):
            return str(quoted)
    return ""


def _may_quote(text: str, quotations: int) -> bool:
    """Whether a quotation of an English may be a name's in other words: a short one, or as many as the source has."""
    said = _QUOTATION.findall(text)
    if not said:
        return bool(_QUOTE_MARK.search(text))
    return len(said) >= quotations or any(len(quoted.split()) < 5 for quoted in said)


def _ratios(words: Sequence[str], text: str, expected: float) -> list[float]:
    """Of each source word the log likelihood ratio, left out to translated; 0 for one without evidence.

    A rendering counts by where it stands: that of another word, far from where this one's should be, is no witness.
    """
    places = _places(text)
    common = lexicon().common
    names = [
        (match.group(), match.start())
        for match in _PART.finditer(text)
        if match.group()[0].isupper() and match.group().lower() not in common
    ]
    length = max(expected, float(len(text.split())))
    known, letters, before = lexicon().renderings, sum(map(len, words)), 0
    ratios = []
    for word in words:
        due = (before + len(word) / 2) / letters * length
        before += len(word)
        stem = known_stem(word)
        if stem in known:
            absent, present = _weights(stem)
            candidates = [place for rendering in known[stem].stems for place in places.get(rendering, ())]
        elif len(word) > 3:
            absent, present = _NAME_ABSENT, _NAME_THERE
            candidates = [text.count(" ", 0, start) for name, start in names if spells(word, name)]
        else:
            absent, present, candidates = 0.0, 0.0, []
        distance = min((abs(place - due) for place in candidates), default=0.0) / length
        ratios.append(present + _BY_DISTANCE[bisect_left(_DISTANCES, distance)] if candidates else absent)
    return ratios


def _places(text: str) -> dict[str, list[int]]:
    """The stems of an English text, and the places of their words."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(text.split()):
        for part in WORD.findall(word):
            for piece in {part, *part.split("-")}:
                places.setdefault(english_stem(piece), []).append(place)
    return places


def _said_numbers(source: str, text: str) -> frozenset[int]:
    """The places among the source's words of numbers that the English has, perhaps in digits."""
    arabic, english = arabic_numbers(source), english_numbers(text)
    missing = frozenset(unmatched(arabic, english))
    spans = [(n.start, n.end) for n in arabic if n.spelled and n not in missing and n.kind != "hint"]
    if not spans:
        return frozenset()
    folded = fold_with_places(source)
    starts = [folded.places[match.start()] for match in ARABIC_WORD.finditer(folded.text)]
    return frozenset(place for place, start in enumerate(starts) if any(low <= start < high for low, high in spans))


@lru_cache(maxsize=65536)
def _weights(stem: str) -> tuple[float, float]:
    """The two ratios of a stem, without and with a rendering of it; the lexicon's shares are those of one domain."""
    rendering = lexicon().renderings.get(stem)
    if rendering is None:
        return 0.0, 0.0
    present = 0.93 * min(rendering.present, 0.95)
    chance = min(max(rendering.chance, 0.03), 0.6 * present)
    return math.log((1 - chance) / (1 - present)), math.log(chance / present)


def expected_words(words: Sequence[str]) -> float:
    """English words expected of so many Arabic words, letters and words with «و»."""
    letters, joined = sum(map(len, words)), sum(word[0] == "و" and len(word) > 3 for word in words)
    return max(2.0, 0.62 * len(words) + 0.113 * letters + 0.61 * joined - 0.57)


def length_shift(words: Sequence[str], text: str) -> float:
    """Log of English words to those expected."""
    return _shift(expected_words(words), text)


def _shift(expected: float, text: str) -> float:
    """Log of English words to those expected; signs, words joined by hyphens and letters of acronyms count as words."""
    more = sum(text.count(sign) for sign in "$€£%")
    if not text.isupper():
        more += sum(len(acronym) - 2 for acronym in _ACRONYM.findall(text))
    more += len(_JOINED.findall(text))
    return math.log(max(1, len(text.split()) + more) / expected)


def _shortness(shift: float, spread: float, share: float) -> float:
    """Log likelihood ratio of the length: a normal around log(1 - share) to one around 0."""
    gone = math.log(max(0.05, 1 - share))
    return (shift * shift - (shift - gone) ** 2) / (2 * spread * spread)


def _heaviest_run(ratios: Sequence[float]) -> tuple[int, int, float]:
    """Start, end and sum of the run with the largest sum (Kadane)."""
    best, total, first = (0, 0, 0.0), 0.0, 0
    for n, ratio in enumerate(ratios):
        total += ratio
        if total <= 0:
            total, first = 0.0, n + 1
        elif total > best[2]:
            best = (first, n + 1, total)
    return best
