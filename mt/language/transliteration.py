"""How well an Arabic word spells an English name: alignment of letters, in which vowels cost little."""

from __future__ import annotations

import re
from functools import lru_cache

_UNITS = {
    "b": "ب", "p": "ب", "t": "ت ط", "th": "ث ت ط ذ د تح", "d": "د ض ذ ظ", "dh": "ذ ض ظ د", "f": "ف", "v": "ف و ب",
    "ph": "ف",
    "g": "ج غ ق ك خ دج", "gh": "غ ج ق ف", "j": "ج ي خ ه ش ز دج", "zh": "ج ش ز تش", "dj": "ج", "k": "ك ق خ",
    "kh": "خ ح ك", "q": "ق ك ع تش ش",
    "c": "ك س ق تش ص ش", "ch": "تش ش ك خ ج ق", "ck": "ك ق", "s": "س ص ز ش ث", "sh": "ش سه", "sch": "ش سك",
    "tch": "تش", "tsch": "تش",
    "z": "ز ظ تس ذ س ض ص", "l": "ل", "m": "م", "n": "ن", "r": "ر", "w": "و ف", "x": "كس ز س ش خ اكس", "h": "ه ح خ",
    "y": "ي",
    "ts": "تس ت", "tz": "تس تز", "qu": "كو ك ق كي", "ng": "نج نغ ن نق نك", "j'": "ج", "ll": "ل ي", "gu": "غو غ ج جو",
    "sc": "س سك ش", "cz": "تش",
    "zz": "ز تز", "ssh": "ش", "tion": "شن", "ce": "س ش", "mc": "ماك مك", "oa": "وا", "nk": "نك", "ge": "ج",
    "ght": "ت", "eil": "يه ي", "ier": "ييه يه", "bh": "ب",
}  # fmt: skip
_VOWELS = {"a": "اعيهو", "e": "ياهعو", "i": "ياع", "o": "واع", "u": "وايع", "y": "يا"}
_UNITS_OF = {unit: tuple(readings.split()) for unit, readings in _UNITS.items()}
_SPELLED_BY = {
    letter: frozenset(
        part for unit, readings in _UNITS_OF.items() if letter in unit for reading in readings for part in reading
    )
    for letter in "bcdfgjklmnpqrstvxz"
}
"""By consonant: the Arabic letters that it, or a group of letters with it, may be written with."""
_LONGEST = max(map(len, _UNITS))
_DROP_LATIN = {"h": 0.2, "w": 0.4, "y": 0.2, "'": 0.0, "a": 0.05, "e": 0.02, "i": 0.08, "o": 0.08, "u": 0.08}
_DROP_ARABIC = {"ا": 0.12, "و": 0.3, "ي": 0.3, "ع": 0.15, "ه": 0.3, "ء": 0.05}
_DOUBLE = re.compile(r"([bcdfghjkmnpqrstvwxz])\1")


def _strangers(name: str, word: str) -> int:
    """A cheap bound of the distance: the consonants of the name that no letter of the word can spell."""
    letters = frozenset(word)
    return sum(letter in _SPELLED_BY and letters.isdisjoint(_SPELLED_BY[letter]) for letter in name) - 1


@lru_cache(maxsize=200_000)
def distance(name: str, word: str) -> float:
    """Cost of spelling the English `name` (lower case) by the folded Arabic `word`, 0 for none, per consonant of it.

    1 for each consonant that one side lacks; less for h, w, y and vowels. The table of letters is after the usual
    romanizations (ALA-LC, BGN/PCGN and what newspapers write). 9 where the words cannot belong together.
    """
    name = _DOUBLE.sub(r"\1", name)
    consonants = sum(letter not in "aeiouyhw'" for letter in name)
    strong = sum(letter not in _DROP_ARABIC for letter in word)
    limit = 0.4 * max(consonants, 1)
    if not name or not word or abs(consonants - strong) > 2 + consonants // 3 or _strangers(name, word) > limit:
        return 9.0
    rows = [[9.0] * (len(word) + 1) for _ in range(len(name) + 1)]
    rows[0][0] = 0.0
    for i in range(len(name) + 1):
        row = rows[i]
        for j, cost in enumerate(row):
            if cost > limit:
                continue
            if j < len(word):
                ending = i == len(name) and j == len(word) - 1 and word[j] == "س"  # Greek -os
                row[j + 1] = min(row[j + 1], cost + (0.4 if ending else _DROP_ARABIC.get(word[j], 1.0)))
            if i < len(name):
                letter = name[i]
                silent = i == len(name) - 1 and letter in "tsxdp"  # as in French
                drop = cost + (0.35 if silent else _DROP_LATIN.get(letter, 1.0))
                if drop < rows[i + 1][j]:
                    rows[i + 1][j] = drop
                if letter in _VOWELS and j < len(word) and word[j] in _VOWELS[letter] and cost < rows[i + 1][j + 1]:
                    rows[i + 1][j + 1] = cost
                for size in range(1, min(_LONGEST, len(name) - i) + 1):
                    for reading in _UNITS_OF.get(name[i : i + size], ()):
                        if word.startswith(reading, j) and cost < rows[i + size][j + len(reading)]:
                            rows[i + size][j + len(reading)] = cost
    return rows[-1][-1] / max(consonants, 1)
