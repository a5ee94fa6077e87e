"""Words of both languages for things of which there are two: up and down, north and south, last and next, morning and
evening. A text that has only one of a pair says the opposite of a text that has only the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LEAD = r"(?<![ء-ي])[وفبكل]{0,2}(?:ال|ل)?"
_ARABIC_PAIRS = (
    (r"[ايت]رتفع\w{0,2}|ارتفاع\w{0,2}|[اتي]زداد\w{0,2}|زادت?|زياده|تزايدت?|صعدت?|صعود|قفزت?|قفزه",
     r"[ايت]نخفضت?|انخفاض\w{0,2}|تراجعت?|[يت]تراجع|هبطت?|هبوط|تدني|تدهورت?"),
    (r"شمال(?:ي|يه|ا)?", r"جنوب(?:ي|يه|ا)?"),
    (r"شرق(?:ي|يه|ا)?", r"غرب(?:ي|يه|ا)?"),
    (r"ماضي(?:ه|ين|تين)?|منصرم(?:ه)?|فايت(?:ه)?", r"مقبل(?:ه|ين)?|قادم(?:ه|ين)?"),
    (r"صباحا?|فجرا?", r"مساء|ليلا?|ليله"),
)  # fmt: skip
_ENGLISH_PAIRS = (
    (r"r[io]s(?:e|es|en|ing)|increas\w*|gr[eo]w\w*|climb\w*|jump\w*|gain\w*|up|upwards?|higher|surg\w*|soar\w*|ascen\w*|"
     r"more|add\w*|hikes?|hiked|rais\w*",
     r"fell|fall\w*|declin\w*|drop\w*|decreas\w*|down|downwards?|low|lower\w*|slid\w*|reduc\w*|los[est]\w*|shr[aiu]nk\w*|"
     r"descen\w*|plung\w*|slump\w*"),
    (r"north\w*", r"south\w*"),
    (r"(?:north|south)?-?east\w*|oriental", r"(?:north|south)?-?west\w*"),
    (r"last|past|previous\w*|ago|former|earlier|recent\w*|since", r"next|coming|upcoming|following|future|ahead"),
    (r"morning|dawn|daybreak|a\.?m", r"evening|night\w*|tonight|overnight|p\.?m|late\w*|eve"),
)  # fmt: skip
_ARABIC = tuple(tuple(re.compile(rf"{_LEAD}(?:{words})(?![ء-ي])") for words in pair) for pair in _ARABIC_PAIRS)
_ENGLISH = tuple(tuple(re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in pair) for pair in _ENGLISH_PAIRS)


def opposites(folded: str, english: str) -> Iterator[tuple[str, str]]:
    """The word of a folded Arabic text and the English one, where each text has one side of a pair only, and not the
    same."""
    for arabic, other in zip(_ARABIC, _ENGLISH, strict=True):
        said = [pattern.search(folded) for pattern in arabic]
        found = [pattern.search(english) for pattern in other]
        for side in (0, 1):
            here, there = said[side], found[1 - side]
            if here and there and not said[1 - side] and not found[side]:
                yield here.group(), there.group()
