"""Arabic words as the checks look them up: one spelling for each letter, and the forms under a word's clitics."""

from __future__ import annotations

import re
from functools import lru_cache

from mt.language.folding import DIGITS

ARABIC_WORD = re.compile(r"[\u0621-\u064a\u066e-\u06d3]+")
_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640\u200c-\u200f\u202a-\u202e\u2066-\u2069]")
_LETTERS = str.maketrans("أإآٱىةؤئیکہپچژگڤڭ", "ااااي\u0647وييكهبجزجفك")
_ON = re.compile(r"(?<![ء-ي])على(?![ء-ي])")
_PROCLITICS = tuple("وبال وكال فبال ولل وال فال بال كال لل ال وب ول وس و ف ب ل ك س".split())
_SUFFIXES = ("هما", "كما", "تين", "تان", "ها", "هم", "هن", "نا", "ات", "ان", "ون", "ين", "يه", "ه", "ي", "ا")


def fold(text: str) -> str:
    """Western digits, no vowel signs, and one letter where writers differ: أ إ آ → ا, ى → ي, ة → ه, گ → ج.

    The preposition «على» becomes علا, so that it is not the name Ali.
    """
    return _ON.sub("علا", _MARKS.sub("", text.translate(DIGITS))).translate(_LETTERS)


@lru_cache(maxsize=256)  # each check of a segment asks for the words of the same source
def arabic_words(text: str) -> tuple[str, ...]:
    """The words of Arabic script, folded, in their order."""
    return tuple(ARABIC_WORD.findall(fold(text)))


@lru_cache(maxsize=65536)
def bare_forms(word: str) -> tuple[str, ...]:
    """A folded word as it stands, then without each run of proclitics that leaves two letters or more."""
    forms = [word]
    forms += [word[len(lead) :] for lead in _PROCLITICS if word.startswith(lead) and len(word) - len(lead) >= 2]
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=65536)
def light_stem(word: str) -> str:
    """A folded word without article, «و» and endings, three letters kept: after light10 (Larkey et al. 2007)."""
    for lead in ("وبال", "وال", "بال", "كال", "فال", "ولل", "لل", "ال", "و"):
        if word.startswith(lead) and len(word) - len(lead) >= (3 if lead == "و" else 2):
            word = word[len(lead) :]
            break
    for _ in range(3):
        for end in _SUFFIXES:
            if word.endswith(end) and len(word) - len(end) >= 3:
                word = word[: -len(end)]
                break
    return word
