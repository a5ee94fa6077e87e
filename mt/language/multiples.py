"""Multiples in words: doubled, «الضعف»; tripled, «ثلاثة أضعاف»; fourfold, “four times”, «أربع مرات».

A multiple counts as often as it is said: whether a text says “doubled to” or “doubled by” is not told.
"""

from __future__ import annotations

import re

from mt.language.folding import fold_with_places

_ARABIC_COUNTS = {
    "ثلاث": 3, "اربع": 4, "خمس": 5, "ست": 6, "سبع": 7, "ثماني": 8, "ثمان": 8, "تسع": 9, "عشر": 10,
}  # fmt: skip
_LEAD = r"(?<![ء-ي])[وفبلك]{0,2}(?:ال|ل)?"
_DOUBLE = re.compile(
    rf"{_LEAD}(?:ضعفا?|ضعفي|ضعفين|ضعفان|ضعفه|ضعفها|ضعفهم|[اتي]?تضاعفت?|تضاعف|[يت]تضاعف|مضاعفه|ضاعفت?|[يت]ضاعف|مرتين|مرتان)(?![ء-ي])"
)
_ARABIC_TIMES = re.compile(
    rf"{_LEAD}(?:(?P<word>{'|'.join(_ARABIC_COUNTS)})ه?|(?<![\d.,])(?P<digits>\d{{1,3}})) "
    r"(?:اضعاف|مرات|مره|ضعفا?)(?![ء-ي])"
)
_ENGLISH = {
    2: r"(?:re)?doubl(?:e|es|ed|ing)|twice|twofold", 3: r"tripl(?:e|es|ed|ing)|trebl(?:e|es|ed|ing)|threefold|thrice",
    4: r"quadrupl(?:e|es|ed|ing)|fourfold", 5: r"quintupl(?:e|es|ed|ing)|fivefold", 6: r"sextupl\w+|sixfold",
    7: r"sevenfold", 8: r"eightfold", 9: r"ninefold", 10: r"tenfold",
}  # fmt: skip
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ENGLISH_WORD = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<m{value}>{words})" for value, words in _ENGLISH.items())
    + rf"|(?P<count>{'|'.join(_COUNTS)}|(?<![\d.,])\d{{1,3}})[ -](?:times|fold)(?! (?:in|since|this|last|on)\b))\b",
    re.IGNORECASE,
)
_FOLD = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|ten)-fold\b", re.IGNORECASE)


def arabic_multiples(text: str) -> dict[int, str]:
    """Multiple → the words that say it, of an Arabic text."""
    folded = fold_with_places(text)
    found: dict[int, str] = {}
    for match in _ARABIC_TIMES.finditer(folded.text):
        value = _ARABIC_COUNTS[match["word"]] if match["word"] else int(match["digits"])
        found.setdefault(value, text[slice(*folded.span(*match.span()))])
    for match in _DOUBLE.finditer(folded.text):
        found.setdefault(2, text[slice(*folded.span(*match.span()))])
    return found


def english_multiples(text: str) -> dict[int, str]:
    """Multiple → the words that say it, of an English text."""
    found: dict[int, str] = {}
    for match in _ENGLISH_WORD.finditer(_FOLD.sub(lambda m: f"{m[1]} fold", text)):
        if match["count"]:
            count = match["count"].lower()
            value = _COUNTS.index(count) + 2 if count in _COUNTS else int(count)
        else:
            value = int((match.lastgroup or "m0")[1:])
        found.setdefault(value, match.group())
    return found
