"""The days of the week in both languages.

«الأحد» and «الاثنين» with the article are days; without it they are numbers. The night before a day may be told by
either («ليلة الجمعة» is Thursday night), so that the day after «ليلة» is no certain one.
"""

from __future__ import annotations

import re

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ARABIC = ("اثنين", "ثلاثاء?", "اربعاء?", "خميس", "جمعه", "سبت", "احد")
_ARABIC_DAY = re.compile(
    r"(?P<night>ليله )?(?<![ء-ي])(?:[وفبك]?ال|[وف]?لل)(?:"
    + "|".join(f"(?P<d{n}>{day})" for n, day in enumerate(_ARABIC))
    + r")(?![ء-ي])"
)
_ENGLISH_DAY = re.compile(
    r"\b(?:" + "|".join(f"(?P<d{n}>{day}|{day[:3]}(?=[.,]? \\w+\\.? \\d))" for n, day in enumerate(NAMES)) + r")s?\b"
)


def arabic_weekdays(folded: str) -> frozenset[str]:
    """The days that a folded Arabic text names, in English."""
    days = set()
    for match in _ARABIC_DAY.finditer(folded):
        day = int((match.lastgroup or "d0")[1:])
        days |= {NAMES[day], NAMES[day - 1]} if match["night"] else {NAMES[day]}
    return frozenset(days)


def english_weekdays(text: str) -> frozenset[str]:
    """The days that an English text names."""
    return frozenset(NAMES[int((match.lastgroup or "d0")[1:])] for match in _ENGLISH_DAY.finditer(text))
