"""Months of the Gregorian and of the Hijri calendar in Arabic and English news, in the spellings of all its regions.

The Levant counts كانون and تشرين (كانون ثاني, كانون 2), the Maghreb has French names (جانفي, غشت), Egypt and the Gulf
English ones. Some names of Hijri months are words too (صفر: zero, رجب and شعبان: men): they are months where a day, a
year or «شهر» stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Calendar: TypeAlias = Literal["gregorian", "hijri"]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in a text: `text[start:end]` names month `number` (1 to 12); `sure` where the word is no other word."""

    start: int
    end: int
    number: int
    calendar: Calendar
    sure: bool
    day: int = 0
    """The day of the month beside it, 0 for none."""


_ARABIC = (
    "يناير|ينائر|جانفي|كانون ?(?:ال)?ثاني?|كانون ?2(?![\\d./])|(?<=\\d )ك ?2(?= 20\\d\\d)",
    "فبراير|فيبراير|فبرير|فيفري|شباط", "مارس|مارت|اذار",
    "ابريل|ابرايل|افريل|نيسان", "مايو|ماي|ايار", "يونيو|يونيه|جوان|حزيران",
    "يوليو|يوليه|يوليوز|جويليه|جوييه|تموز", "اغسطس|اوغسطس|غشت|اوت|اب", "سبتمبر|سيبتمبر|شتنبر|ايلول",
    "اكتوبر|اوكتوبر|تشرين ?(?:ال)?اول|تشرين ?1(?![\\d./])|(?<=\\d )ت ?1(?= 20\\d\\d)",
    "نوفمبر|نوفنبر|نونبر|تشرين ?(?:ال)?ثاني?|تشرين ?2(?![\\d./])|(?<=\\d )ت ?2(?= 20\\d\\d)",
    "ديسمبر|دسمبر|دجنبر|كانون ?(?:ال)?اول|كانون ?1(?![\\d./])|(?<=\\d )ك ?1(?= 20\\d\\d)",
)  # fmt: skip
_AMBIGUOUS = frozenset(("مارس", "مارت", "ماي", "اوت", "اب", "جوان"))
_ARABIC_HIJRI = (
    "(?:ال)?محرم", "صفر", "ربيع (?:ال)?اول", "ربيع (?:ال)?(?:ثاني|اخر)", "جماد[ياه] (?:ال)?(?:اولي|اول)",
    "جماد[ياه] (?:ال)?(?:ثانيه|ثاني|اخره|اخر)", "رجب", "شعبان", "رمضان", "شوال", "ذ[ويا] ?(?:ال)?قعده",
    "ذ[ويا] ?(?:ال)?حجه",
)  # fmt: skip
_HIJRI_WORDS = frozenset((1, 2, 7, 8))
"""Months whose names are words or people's names much more often, unless a date stands around them."""
MONTHS = "January February March April May June July August September October November December".split()
_OF = r"(?:[ -]?(?:al|ul|ath|l)?[ -]?)"
_ENGLISH_HIJRI = (
    "Muharr?am", "Safar", rf"Rabi['’`a]{{0,2}}{_OF}[AUa]wwal|Rabi['’`]?{_OF}Awal|Rabi['’`]?a? I|First Rabi",
    rf"Rabi['’`a]{{0,2}}{_OF}(?:Thani|Akhir|Akhar)|Rabi['’`]?a? II|Second Rabi",
    rf"Jumada{_OF}(?:Awwal|Awal|Ula|Oula|Aula)|Jumada I",
    rf"Jumada{_OF}(?:Thaniyah?|Thani|Akhirah?|Akhir)|Jumada II", "Rajab", "Sha['’`]?a?ban", "Rama[dz]h?an",
    "Shaww?al", rf"[DZ]h?u['’`]?{_OF}Q[aie]['’`]?[ai]?dah?", rf"[DZ]h?u['’`]?{_OF}Hijjah?",
)  # fmt: skip


def _any(names: tuple[str, ...], prefix: str) -> str:
    return "|".join(f"(?P<{prefix}{number}>{forms})" for number, forms in enumerate(names, 1))


_ARABIC_MONTH = re.compile(rf"(?<![ء-ي])[وبلفك]?(?:{_any(_ARABIC, 'g')}|{_any(_ARABIC_HIJRI, 'h')})(?![ء-ي])")
_ENGLISH_MONTH = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<g{n}>{name}|(?!May|Mar){name[:3]}t?)" for n, name in enumerate(MONTHS, 1))
    + rf"|{_any(_ENGLISH_HIJRI, 'h')})\b(?!-(?!{'|'.join(name[:3] for name in MONTHS)})\w)"
)
_DAY_WORD = (
    r"(?:(?:ال)?(?:اول|حادي|ثاني|ثالث|رابع|خامس|سادس|سابع|ثامن|تاسع|عاشر)(?: عشر| ?و ?ال(?:عشرين|عشرون|ثلاثين|ثلاثون))?"
    r"|العشرين|العشرون|الثلاثين)"
)
_DAY_WORDS = dict(zip("اول حادي ثاني ثالث رابع خامس سادس سابع ثامن تاسع عاشر".split(), (1, *range(1, 11)), strict=True))
_DATED_BEFORE = re.compile(
    rf"(?:(?<!\d)(?P<day>[0-3]?\d)|(?<![ء-ي])[بفو]?(?P<word>{_DAY_WORD})|(?<![ء-ي])(?:[وبلف]?(?:(?:ال)?شهر|غره|مطلع|بدايه|نهايه|منتصف|اوائل|اواخر|سلخ)))"
    r" ?(?:من )?(?:شهر )?$"
)
_DATED_AFTER = re.compile(
    r"(?: من)?(?: (?:سنه|عام))? ?,? ?1[0-4]\d\d(?!\d)|,? ?1?\d{0,3} ?هـ?(?![ء-ي])| (?:الهجري|هجري)"
)
_DAY_BEFORE = re.compile(r"(?<![\d.,/:-])([0-3]?\d)(?:st|nd|rd|th)?(?: of| من(?: شهر)?)? ?$")
_DAY_AFTER = re.compile(r" ([0-3]?\d)(?:st|nd|rd|th)?(?![\d.,]\d|\d)(?! ?(?:million|billion|%|per))")


def arabic_months(folded: str) -> Iterator[Month]:
    """The months in a folded Arabic text (`mt.language.folding.fold`), in order."""
    for match in _ARABIC_MONTH.finditer(folded):
        group = match.lastgroup or "g0"
        number, hijri = int(group[1:]), group[0] == "h"
        word = match[group]
        before = _DATED_BEFORE.search(folded, max(0, match.start() - 40), match.start())
        dated = bool(before) or bool(hijri and _DATED_AFTER.match(folded, match.end()))
        if hijri and number in _HIJRI_WORDS and not dated:
            continue
        sure = word not in _AMBIGUOUS and not (hijri and number == 9 and not dated)
        day = int(before["day"]) if before and before["day"] else _day(before["word"] or "") if before else 0
        yield Month(match.start(group), match.end(), number, "hijri" if hijri else "gregorian", sure or bool(day), day)


def _day(word: str) -> int:
    """The day that an ordinal says: 7 of «السابع», 17 of «السابع عشر», 27 of «السابع والعشرين»; 0 of no word."""
    first, _, rest = word.removeprefix("ال").partition(" ")
    tens = (
        10
        if rest == "عشر"
        else 20
        if "عشر" in rest or first.startswith("عشر")
        else 30
        if "ثلاثين" in word or "ثلاثون" in word
        else 0
    )
    return tens + int(_DAY_WORDS.get(first, 0))


def english_months(text: str) -> Iterator[Month]:
    """The months in an English text, in order; “May” and “March” are sure beside a day or a year only."""
    for match in _ENGLISH_MONTH.finditer(text):
        group = match.lastgroup or "g0"
        number, hijri = int(group[1:]), group[0] == "h"
        before = _DAY_BEFORE.search(text, max(0, match.start() - 9), match.start())
        after = _DAY_AFTER.match(text, match.end())
        day = int(before[1]) if before else int(after[1]) if after else 0
        around = text[max(0, match.start() - 6) : match.start()], text[match.end() : match.end() + 5]
        dated = bool(re.search(r"\d\w* ?(?:of )?$|\b[Ii]n $", around[0]) or re.match(r",? \d", around[1]))
        word = match.group()
        sure = dated or (len(word) > 3 and word != "March" and not (hijri and number in _HIJRI_WORDS | {9}))
        yield Month(match.start(), match.end(), number, "hijri" if hijri else "gregorian", sure, day if day < 32 else 0)


PLAIN_MONTHS = (
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
"""The names that every translator knows."""
HIJRI_MONTHS = (
    "Muharram", "Safar", "Rabi al-Awwal", "Rabi al-Thani", "Jumada al-Awwal", "Jumada al-Thani", "Rajab", "Shaban",
    "Ramadan", "Shawwal", "Dhu al-Qadah", "Dhu al-Hijjah",
)  # fmt: skip
