"""Lam-alef of PDF text: extractors that part the one shape «لا» in the wrong order write «األمن» for «الأمن».

No Arabic word begins with األ, اإل or اآل: where one stands, the order is wrong for certain. Words with «اال» are put
right then, too, and in a text with several of them the others, where only that makes a known word.
"""

from __future__ import annotations

import re

from mt.language.clitics import dictionary_forms
from mt.language.common import common_words
from mt.language.folding import SPELLINGS
from mt.language.letters import ARABIC

_WORD = re.compile(f"[{ARABIC}]+")
_CERTAIN = re.compile(f"ا([أإآا])ل(?=[{ARABIC}])")
_PROOF = re.compile(f"(?<![{ARABIC}])[وفبكل]?ا[أإآ]ل(?=[{ARABIC}])")
_SWAPPED = re.compile("([اأإآ])ل")
_ARTICLE = re.compile("[وفبكل]{0,2}ال")
_SEVERAL = 2


def mend_lam_alef(text: str) -> tuple[str, int]:
    """The text with lam and alef in their order, and the words that changed.

    >>> mend_lam_alef("كافية لالقتصاد واألمن واإلعالم")
    ('كافية للاقتصاد والأمن والإعلام', 3)
    """
    if not any(run in text for run in ("األ", "اإل", "اآل")):
        return text, 0
    certain = len(_PROOF.findall(text))
    if not certain:
        return text, 0
    count = 0

    def right(match: re.Match[str]) -> str:
        nonlocal count
        word = _CERTAIN.sub(r"ال\1", match[0])
        if certain >= _SEVERAL:
            word = _likely(word)
        count += word != match[0]
        return word

    return _WORD.sub(right, text), count


def _likely(word: str) -> str:
    """The word with one or two more pairs exchanged where it is no known word and that makes it one."""
    if word == "ال":
        return "لا"
    if _known(word):
        return word
    places = [match.start() for match in _SWAPPED.finditer(word) if not _ARTICLE.fullmatch(word, 0, match.end())]
    places += [1] if word.startswith(("لال", "فال", "بال")) else []
    for place in places:
        changed = word[:place] + "ل" + word[place] + word[place + 2 :]
        if _known(changed):
            return changed
    return word


def _known(word: str) -> bool:
    return any(len(form) >= 3 and form in common_words() for form in dictionary_forms(word.translate(SPELLINGS)))
