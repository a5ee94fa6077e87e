"""Arabic words as they are compared: one spelling for what is spelled in several ways, and what is written together.

Arabic writes «and», «so», «with», «to» and «like» (و ف ب ل ك) together with the word that follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FOLD = str.maketrans("أإآٱىیکةۀ", "ااااييكهه")
_MARKS = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06edـ\u200c-\u200f]"
)
_WORD = re.compile(r"[^\W_]+")

Word = tuple[str, int, int]
"""A folded word, and where it stands in the text as it was given: `text[start:end]`."""


def fold(word: str) -> str:
    """The word without marks and tatweel, with one form of alef, of ya and of ta marbuta.

    >>> fold("أُسْتَـرالِيّة") == fold("استراليه")
    True
    """
    return _MARKS.sub("", word).translate(_FOLD)


def words(text: str) -> list[Word]:
    """The words of a text, folded, in order; digits are words too, punctuation stands between them."""
    if not _MARKS.search(text):
        folded = text.translate(_FOLD)
        return [(match[0], match.start(), match.end()) for match in _WORD.finditer(folded)]
    kept = [i for i, letter in enumerate(text) if not _MARKS.match(letter)]
    bare = "".join(text[i] for i in kept).translate(_FOLD)
    found = []
    for match in _WORD.finditer(bare):
        end = kept[match.end() - 1] + 1
        while end < len(text) and _MARKS.match(text[end]):  # a mark belongs to the letter before it
            end += 1
        found.append((match[0], kept[match.start()], end))
    return found


def stems(word: str) -> Iterator[tuple[str, str]]:
    """A folded word as it is, then without what may be written together with it: pairs of clitics and the rest.

    After «ل» the article loses its alef, so «للاردن» is «ل» with «الاردن». Most letters with the name come first.

    >>> list(stems("وللاردن"))[-1]
    ('ول', 'الاردن')
    """
    yield "", word
    for conjunction in ("", word[:1]) if word[:1] in ("و", "ف") else ("",):
        rest = word[len(conjunction) :]
        if conjunction and len(rest) > 1:
            yield conjunction, rest
        if rest[:1] in ("ب", "ل", "ك") and len(rest) > 2:
            yield conjunction + rest[:1], rest[1:]
        if rest.startswith("لل") and len(rest) > 3:
            yield conjunction + "ل", "ا" + rest[1:]
