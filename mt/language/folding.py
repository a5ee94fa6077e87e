"""One spelling for what Arabic spells in several ways: the only table of letters that are the same to a reader."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")
"""Eastern digits and marks inside numbers as Western ones, character for character."""
MARKS = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0640\u200c-\u200f"
    "\u202a-\u202e\u2066-\u2069]"
)
"""Vowel signs, tatweel and what only steers the direction of writing."""
_LETTERS = str.maketrans("أإآٱىةۀؤئیکہپچژگڤڭ", "ااااي\u0647\u0647وييكهبجزجفك")
_LETTERS_AND_DIGITS = {**_LETTERS, **DIGITS}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters (and its end) the place in the text as it was given."""

    text: str
    places: range | tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]`, which is not empty, stands in the text as it was given, marks after it included."""
        return self.places[start], self.places[end]


def fold(text: str) -> str:
    """Western digits, no vowel signs, and one letter where writers differ: أ إ آ → ا, ى → ي, ة → ه, ئ → ي, گ → ج.

    >>> fold("أُسْتَـرالِيّة") == fold("استراليه")
    True
    """
    return MARKS.sub("", text).translate(_LETTERS_AND_DIGITS)


def fold_with_places(text: str) -> Folded:
    """As `fold`, with the places of the characters: a mark belongs to the letter before it."""
    if not MARKS.search(text):
        return Folded(text.translate(_LETTERS_AND_DIGITS), range(len(text) + 1))
    kept = [place for place, letter in enumerate(text) if not MARKS.match(letter)]
    bare = "".join(text[place] for place in kept).translate(_LETTERS_AND_DIGITS)
    return Folded(bare, (*kept, len(text)))
