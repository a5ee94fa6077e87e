"""Whether an Arabic and a Latin spelling may be one name: both are written down by sound and compared.

The distance is a weighted edit distance (Wagner and Fischer 1974) over sounds; vowels, which Arabic often leaves out,
weigh little. The weights were set by hand on names of news and tried on held-out pairs (docs/TRUST.md has the numbers).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from mt.language.folding import fold_spelling
from mt.language.letters import ROMAN
from mt.language.words import NAME_PARTICLES

_LATIN: tuple[tuple[str, str], ...] = (
    ("x", "ks"), ("tsch", "C"),
    ("tch", "C"), ("sch", "S"), ("sh", "S"), ("ch", "C"), ("th", "T"), ("kh", "x"), ("gh", "g"),
    ("ph", "f"), ("dh", "z"), ("zh", "j"), ("ck", "k"), ("qu", "ku"), ("ce", "se"), ("ci", "si"), ("cy", "si"),
    ("oo", "u"), ("ee", "i"), ("ou", "u"), ("c", "k"), ("q", "k"), ("w", "u"), ("y", "i"), ("v", "f"), ("p", "b"),
    ("e", "e"), ("o", "u"),
)  # fmt: skip
_WITHOUT_ROMAN: Mapping[str, str] = {
    "ع": "a", "ؤ": "u", "ء": "", "پ": "b", "چ": "C", "ژ": "j", "گ": "g", "ڤ": "f", "ڨ": "g",
}  # fmt: skip
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
    letters = re.sub("تش|طش", "چ", re.sub(r"\s+", "", fold_spelling(word)))
    return _once("".join(_ARABIC.get(letter, letter) for letter in letters))


@lru_cache(maxsize=65536)
def latin_sounds(word: str) -> str:
    """The sounds of a name in Latin letters, accents left out.

    >>> latin_sounds("Keqiang")
    'kekiang'
    """
    plain = unicodedata.normalize("NFKD", word.lower())
    plain = re.sub(r"\bx(?=[iu])", "S", re.sub("[^a-z ]", "", plain.replace("-", " ")))
    return _once(_sounds_of(plain).replace(" ", ""))


def _sounds_of(plain: str) -> str:
    for letters, sound in _LATIN:
        plain = plain.replace(letters, sound)
    return plain


_ARABIC: Mapping[str, str] = {**{letter: _sounds_of(roman) for letter, roman in ROMAN.items()}, **_WITHOUT_ROMAN}


def _once(sounds: str) -> str:
    """Double letters once: Arabic does not write a doubled consonant twice."""
    return re.sub(r"(.)\1+", r"\1", sounds)


@lru_cache(maxsize=65536)
def likeness(arabic: str, latin: str) -> float:
    """How alike two spellings sound: 1 for the same sounds, 0 for none in common. Over 0.7 is mostly the same name."""
    bare = arabic.removeprefix("ال")
    if bare != arabic and len(bare) > 1 and not latin.lower().startswith(("al", "el")):
        return likeness(bare, latin)
    arabic_sound, latin_sound = arabic_sounds(arabic), latin_sounds(latin)
    weight = max(sum(map(_weight, arabic_sound)), sum(map(_weight, latin_sound)))
    return max(0.0, 1.0 - _distance(arabic_sound, latin_sound) / weight) if weight else 0.0


def _weight(sound: str) -> float:
    return _VOWEL if sound in _VOWELS else _WEAK if sound == "h" else 1.0


def _distance(one: str, two: str) -> float:
    row = [0.0]
    for sound in two:
        row.append(row[-1] + _weight(sound))
    for sound in one:
        before, row = row, [row[0] + _weight(sound)]
        for index, other in enumerate(two):
            swap = before[index] + _swap(sound, other)
            row.append(min(swap, before[index + 1] + _weight(sound), row[index] + _weight(other)))
    return row[-1]


def _swap(sound: str, other: str) -> float:
    if sound == other:
        return 0.0
    if sound in _VOWELS and other in _VOWELS:
        return _VOWEL / 2
    if {sound, other} & {"h"} and {sound, other} & _VOWELS:  # a final ه is often a vowel: كه, Ke
        return _VOWEL
    return _NEAR.get(frozenset((sound, other)), 1.0 if _weight(sound) + _weight(other) >= 1.4 else 0.6)


# ---------------------------------------------------------------- names within an English text

ALIKE = 0.75
"""Least likeness of two spellings of one name; names of one short syllable must be as good as the same."""
_LATIN_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Window:
    """Words of an English text that sound like an Arabic name: `text == english[start:end]`."""

    text: str
    start: int
    end: int
    likeness: float


def best_window(arabic: str, english: str) -> Window | None:
    """The capitalised words that sound most like the Arabic name, the first on a tie; None where none is alike enough.

    All words of the name must have their counterpart: two Arabic words may be one English word (كه تشيانغ, Keqiang).
    """
    parts = [part for part in re.split(r"[\s\-]+", arabic) if part]
    tokens = [(m.start(), m.start() + len(_POSSESSIVE.sub("", m[0]))) for m in _LATIN_WORD.finditer(english)]
    best: Window | None = None
    for first in range(len(tokens)):
        for last in range(first, min(first + len(parts) + 1, len(tokens))):
            start, end = tokens[first][0], tokens[last][1]
            text = english[start:end]
            if not _may_be_name(text):
                continue
            alike = _least(tuple(parts), tuple(english[a:b] for a, b in tokens[first : last + 1]))
            if alike >= _threshold(arabic) and (best is None or alike > best.likeness):
                best = Window(text, start, end, alike)
    return best


def _may_be_name(text: str) -> bool:
    pieces = text.split()
    if "," in text or "." in text or not pieces[-1].lstrip("al-")[:1].isupper():
        return False
    return all(any(map(str.isupper, piece)) or piece.lower() in NAME_PARTICLES for piece in pieces)


def _threshold(arabic: str) -> float:
    return 0.9 if sum(map(_weight, arabic_sounds(arabic))) < 2 else ALIKE


@lru_cache(maxsize=65536)
def _least(parts: tuple[str, ...], tokens: tuple[str, ...]) -> float:
    """Likeness of the worst pair in the best way of pairing the words in order, up to two or three against one."""
    if not parts or not tokens:
        return 1.0 if not parts and not tokens else 0.0
    best = 0.0
    for taken, against in ((1, 1), (2, 1), (3, 1), (1, 2)):
        if taken <= len(parts) and against <= len(tokens):
            pair = likeness(" ".join(parts[:taken]), " ".join(tokens[:against]))
            best = max(best, min(pair, _least(parts[taken:], tokens[against:])) if pair > best else 0.0)
    return best


def transliterate(arabic: str) -> str:
    """A foreign name letter by letter; empty where three consonants meet, for then its vowels are not written.

    >>> transliterate("باكيتزان"), transliterate("محمد")
    ('Bakitzan', '')
    """
    letters = [ROMAN.get(letter, "") for letter in arabic]
    if not all(letters) or re.search("[^aoi]{3}", "".join(letter[0] for letter in letters)) or len(letters) < 3:
        return ""
    return "".join(letters).capitalize()
