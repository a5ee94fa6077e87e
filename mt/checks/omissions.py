"""Parts of the source that the English leaves out, by two kinds of evidence weighed together.

Words: each Arabic word that the lexicon knows has a log likelihood ratio, left out to translated, by whether one of
its usual renderings stands in the English; a word that translators often paraphrase weighs little. Length: an English
that is shorter than expected by just the share of the words left out. The constants were fitted on the project's own
news pairs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mt.language.arabic import ARABIC_WORD, arabic_words
from mt.language.arabic_numbers import arabic_numbers
from mt.language.english import english_stem
from mt.language.english_numbers import english_numbers
from mt.language.folding import fold_with_places
from mt.language.lexicon import known_stem, lexicon
from mt.language.numbers import unmatched
from mt.language.words import WORD

_WORDS_WEIGHT = 0.5
"""Neighbouring words are no independent witnesses: theirs counts half."""
_SPREAD = 0.16
"""Standard deviation of log(English words / expected); a quarter more for sources of under 12 words."""
_AT_END = 3.5
"""Least evidence for a missing end, where cut translations lack something; 1 % of human ones have as much."""
_ANYWHERE = 5.5


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
    ratios = _ratios(words, text)
    for place in _said_numbers(source, text) if any(letter.isdigit() for letter in text) else ():
        ratios[place] = 0.0
    shift, spread = length_shift(words, text), _SPREAD * (1.25 if len(words) < 12 else 1)
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


def _ratios(words: Sequence[str], text: str) -> list[float]:
    """Of each source word the log likelihood ratio, left out to translated; 0 for a word that is not known."""
    english = WORD.findall(text)
    bag = {english_stem(word) for word in english}
    bag.update(english_stem(part) for word in english if "-" in word for part in word.split("-"))
    known = lexicon().renderings
    ratios = []
    for word in words:
        stem = known_stem(word)
        absent, there = _weights(stem)
        ratios.append(there if stem in known and not known[stem].stems.isdisjoint(bag) else absent)
    return ratios


def _said_numbers(source: str, text: str) -> list[int]:
    """The places among the source's words of numbers that the English has, perhaps in digits."""
    here, there = arabic_numbers(source), english_numbers(text)
    missing = frozenset(unmatched(here, there))
    spans = [(n.start, n.end) for n in here if n.spelled and n.sure and n not in missing]
    if not spans:
        return []
    folded = fold_with_places(source)
    starts = [folded.places[match.start()] for match in ARABIC_WORD.finditer(folded.text)]
    return [place for place, start in enumerate(starts) if any(low <= start < high for low, high in spans)]


@lru_cache(maxsize=65536)
def _weights(stem: str) -> tuple[float, float]:
    """The two ratios of a stem, without and with a rendering of it; the lexicon's shares are those of one domain."""
    rendering = lexicon().renderings.get(stem)
    if rendering is None:
        return 0.0, 0.0
    present = 0.93 * min(rendering.present, 0.95)
    chance = min(max(rendering.chance, 0.03), 0.6 * present)
    return math.log((1 - chance) / (1 - present)), math.log(chance / present)


def length_shift(words: Sequence[str], text: str) -> float:
    """Log of English words to those expected of so many Arabic words, letters and words with «و»."""
    letters, joined = sum(map(len, words)), sum(word[0] == "و" and len(word) > 3 for word in words)
    expected = max(2.0, 0.62 * len(words) + 0.113 * letters + 0.61 * joined - 0.57)
    return math.log(max(1, len(text.split())) / expected)


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
