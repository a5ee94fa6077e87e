"""Words that say about how many, as a power of ten: “dozens”, «مئات الآلاف», “tens of millions”."""

from __future__ import annotations

import re

from mt.language.folding import fold_with_places

_ARABIC = (("عشرات", 1), ("مي?ات|مايات", 2), ("الاف|الوف", 3), ("ملايين", 6), ("مليارات|بلايين", 9))
_ENGLISH = (("tens|dozens|scores(?= of)", 1), ("hundreds", 2), ("thousands", 3), ("millions", 6), ("billions", 9))
_ARABIC_WORD = re.compile(
    r"(?<![ء-ي\d])(?<!\d )[وفبلك]{0,2}(?:ال|ل)?(?:"
    + "|".join(f"(?P<p{n}>{words})" for words, n in _ARABIC)
    + ")(?![ء-ي])"
)
_ARABIC_BETWEEN, _ENGLISH_BETWEEN = re.compile(r" (?:من )?"), re.compile(r" (?:and \w+ )?(?:of )?(?:the )?")
_ENGLISH_WORD = re.compile(r"\b(?:" + "|".join(f"(?P<p{n}>{words})" for words, n in _ENGLISH) + r")\b", re.IGNORECASE)


def arabic_magnitudes(text: str) -> dict[int, str]:
    """Power of ten → the words that say it, of an Arabic text."""
    folded = fold_with_places(text)
    return {
        power: text[slice(*folded.span(start, end))]
        for power, start, end in _magnitudes(_ARABIC_WORD, _ARABIC_BETWEEN, folded.text)
    }


def english_magnitudes(text: str) -> dict[int, str]:
    """Power of ten → the words that say it, of an English text."""
    return {power: text[start:end] for power, start, end in _magnitudes(_ENGLISH_WORD, _ENGLISH_BETWEEN, text)}


def _magnitudes(word: re.Pattern[str], between: re.Pattern[str], text: str) -> list[tuple[int, int, int]]:
    """Power, start and end of each phrase, in order."""
    runs: list[tuple[int, int, int]] = []
    for match in word.finditer(text):
        power = int((match.lastgroup or "p0")[1:])
        start = match.start(match.lastgroup or 0)
        if runs and power >= 3 > runs[-1][2] and between.fullmatch(text, runs[-1][1], match.start()):
            runs[-1] = (runs[-1][0], match.end(), runs[-1][2] + power)
        else:
            runs.append((start, match.end(), power))
    return [(power, start, end) for start, end, power in runs]
