"""One spelling for what Arabic spells in several ways: the only tables of letters that are the same to a reader.

`fold` joins all of them, so that a word is found however it is typed; `fold_spelling` only those that never tell two
names apart, for glossaries and for sounds (گ is g, ج is j); `fold_for_lookup` keeps «على» apart from the name Ali.
"""

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
SPELLINGS = str.maketrans("أإآٱىیکةۀ", "ااااييك\u0647\u0647")
"""One form of alef, of ya, of kaf and of ta marbuta."""
_LETTERS = {**SPELLINGS, **str.maketrans("ؤئہپچژگڤڭ", "وي\u0647بجزجفك")}
_LETTERS_AND_DIGITS = {**_LETTERS, **DIGITS}
_ON = re.compile(r"(?<![ء-ي])على(?![ء-ي])")


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


def fold_for_lookup(text: str) -> str:
    """As `fold`, but the preposition «على» becomes علا, so that it is not the name Ali."""
    return _ON.sub("علا", MARKS.sub("", text)).translate(_LETTERS_AND_DIGITS)


def fold_spelling(text: str) -> str:
    """No vowel signs, and one form of alef, of ya, of kaf and of ta marbuta; hamza on و and ي stays, and digits do.

    >>> fold_spelling("أُسْتَـرالِيّة") == fold_spelling("استراليه")
    True
    """
    return MARKS.sub("", text).translate(SPELLINGS)


def fold_with_places(text: str) -> Folded:
    """As `fold`, with the places of the characters: a mark belongs to the letter before it."""
    if not MARKS.search(text):
        return Folded(text.translate(_LETTERS_AND_DIGITS), range(len(text) + 1))
    kept = [place for place, letter in enumerate(text) if not MARKS.match(letter)]
    bare = "".join(text[place] for place in kept).translate(_LETTERS_AND_DIGITS)
    return Folded(bare, (*kept, len(text)))
