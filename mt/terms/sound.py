"""Whether an Arabic and a Latin spelling may be one name: both are written down by sound and compared.

The distance is a weighted edit distance (Wagner and Fischer 1974) over sounds; vowels, which Arabic often leaves out,
weigh little. The weights were set by hand on names of news and tried on held-out pairs (docs/TRUST.md has the numbers).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from mt.terms.spelling import fold

_ARABIC: Mapping[str, str] = {
    "ا": "a", "ب": "b", "ت": "t", "ث": "T", "ج": "j", "ح": "h", "خ": "x", "د": "d", "ذ": "z", "ر": "r", "ز": "z",
    "س": "s", "ش": "S", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "g", "ف": "f", "ق": "k", "ك": "k",
    "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "u", "ي": "i", "ئ": "i", "ؤ": "u", "ء": "", "پ": "b", "چ": "C",
    "ژ": "j", "گ": "g", "ڤ": "f", "ڨ": "g",
}  # fmt: skip
_LATIN: tuple[tuple[str, str], ...] = (
    ("x", "ks"), ("tsch", "C"), ("tch", "C"), ("sch", "S"), ("sh", "S"), ("ch", "C"), ("th", "T"), ("kh", "x"), ("gh", "g"),
    ("ph", "f"), ("dh", "z"), ("zh", "j"), ("ck", "k"), ("qu", "ku"), ("ce", "se"), ("ci", "si"), ("cy", "si"),
    ("oo", "u"), ("ee", "i"), ("ou", "u"), ("c", "k"), ("q", "k"), ("w", "u"), ("y", "i"), ("v", "f"), ("p", "b"),
    ("e", "e"), ("o", "u"),
)  # fmt: skip
_NEAR: Mapping[frozenset[str], float] = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.2, "jg gk Tt Ts Tz CS sz".split()),
        (0.35, "gx kx hx Cj CT Ck SJ jS ij dt Cs Sk jz jC gh Ss zd bf fu xS sk kh".split()),
    )
    for pair in pairs
}
_VOWELS = frozenset("aeiu")
_VOWEL = 0.2
_WEAK = 0.4
"""An h, which many transcriptions leave out (ساره, Sarah, Sara)."""


@lru_cache(maxsize=65536)
def arabic_sounds(word: str) -> str:
    """The sounds of an Arabic word, a letter each; words without a space between them are one word.

    >>> arabic_sounds("تشيانغ")
    'Ciang'
    """
    letters = re.sub("تش|طش", "چ", re.sub(r"\s+", "", fold(word)))
    return _once("".join(_ARABIC.get(letter, letter) for letter in letters))


@lru_cache(maxsize=65536)
def latin_sounds(word: str) -> str:
    """The sounds of a name in Latin letters, accents left out.

    >>> latin_sounds("Keqiang")
    'kekiang'
    """
    plain = unicodedata.normalize("NFKD", word.lower())
    plain = re.sub(r"\bx(?=[iu])", "S", re.sub("[^a-z ]", "", plain.replace("-", " ")))
    for letters, sound in _LATIN:
        plain = plain.replace(letters, sound)
    return _once(plain.replace(" ", ""))


def _once(sounds: str) -> str:
    """Double letters once: Arabic does not write a doubled consonant twice."""
    return re.sub(r"(.)\1+", r"\1", sounds)


@lru_cache(maxsize=65536)
def likeness(arabic: str, latin: str) -> float:
    """How alike two spellings sound: 1 for the same sounds, 0 for none in common. Over 0.7 is mostly the same name."""
    bare = arabic.removeprefix("ال")
    if bare != arabic and len(bare) > 1 and not latin.lower().startswith(("al", "el")):
        return likeness(bare, latin)
    here, there = arabic_sounds(arabic), latin_sounds(latin)
    weight = max(sum(map(_weight, here)), sum(map(_weight, there)))
    return max(0.0, 1.0 - _distance(here, there) / weight) if weight else 0.0


def _weight(sound: str) -> float:
    return _VOWEL if sound in _VOWELS else _WEAK if sound == "h" else 1.0


def _distance(here: str, there: str) -> float:
    row = [0.0]
    for sound in there:
        row.append(row[-1] + _weight(sound))
    for sound in here:
        before, row = row, [row[0] + _weight(sound)]
        for index, other in enumerate(there):
            swap = before[index] + _swap(sound, other)
            row.append(min(swap, before[index + 1] + _weight(sound), row[index] + _weight(other)))
    return row[-1]


def _swap(sound: str, other: str) -> float:
    if sound == other:
        return 0.0
    if sound in _VOWELS and other in _VOWELS:
        return _VOWEL / 2
    return _NEAR.get(frozenset((sound, other)), 1.0 if _weight(sound) + _weight(other) >= 1.4 else 0.6)
