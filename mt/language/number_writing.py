"""Numbers written so that a translator keeps them: a small number in place of a long one, and back in its English form.

Translators copy `37` where they spoil `425601` and «مئتين وثلاثين ألفا», and words in Latin letters where they do not
know «صفر» for a month.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from mt.language.calendar import HIJRI_MONTHS, PLAIN_MONTHS
from mt.language.folding import DIGITS
from mt.language.numbers import Difference, Number

_SCALE_WORDS = {Decimal(10**3): "ألف", Decimal(10**6): "مليون", Decimal(10**9): "مليار", Decimal(10**12): "تريليون"}
_YEAR = re.compile(r"(?:19|20)\d\d")
_EXACT = (
    Decimal("0.75"),
    Decimal("0.25"),
    Decimal("0.5"),
    Decimal("0.2"),
    Decimal("0.4"),
    Decimal("0.6"),
    Decimal("0.8"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """How a number is written for the translator, and what stands for `placeholder` in the English; no placeholder
    where the translator copies what is written."""

    text: str
    placeholder: str = ""
    said: str = ""


def english_form(number: Number) -> str:
    """The number in English digits: `15 .224` is how some Arabic sites write 224.15, and `783،562` is 783,562.

    Identifiers, years and numbers of up to four digits have no marks of thousands.
    """
    if number.kind == "identifier":
        return number.text.translate(DIGITS)
    if number.key.isdigit() and (len(number.key) < 5 or number.key.startswith("0")):
        return number.key
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d+\.\d+", number.key.replace("،", ",")) and number.values[0] >= 1:
        shown = Decimal(number.key.replace("،", ",").replace(",", ""))
        if shown == number.values[0]:
            return number.key.replace("،", ",")
    value = number.values[0]
    return f"{int(value):,}" if value == int(value) else f"{value.normalize():f}"


def write_for_translator(number: Number, years: list[str], others: list[str]) -> Written | None:
    """Another way to write the number; takes a placeholder of its kind from the lists. None where there is none."""
    if number.month and not number.values:
        names = HIJRI_MONTHS if number.calendar == "hijri" else PLAIN_MONTHS
        return Written(names[number.month - 1])
    if number.kind == "time" and number.times:
        return _clock(number)
    if number.kind == "fraction":
        return _percent(number)
    if number.kind != "identifier" and not number.values:
        return None
    said = english_form(number)
    free = years if _YEAR.fullmatch(said) else others
    if not free:
        return None
    if number.scale in _SCALE_WORDS:
        share = number.values[0] / number.scale
        if share < 1000 and (share * 10) % 1 == 0 and share >= 1:
            return Written(f"{free[0]} {_SCALE_WORDS[number.scale]}", free.pop(0), f"{share.normalize():f}")
    return Written(free[0], free.pop(0), said)


def _clock(number: Number) -> Written | None:
    """A clock time in figures with a.m. or p.m., which translators copy; minutes, which they spoil, come back."""
    if len(number.times) > 1:
        return None
    hour, minute = divmod(next(iter(number.times)), 60)
    half = "a.m." if hour < 12 else "p.m."
    hour = (hour - 1) % 12 + 1
    if not minute:
        return Written(f"{hour} {half}")
    return Written(f"{hour} {half}", f"{hour} {half}", f"{hour}:{minute:02} {half}")


def _percent(number: Number) -> Written | None:
    """An even fraction in per cent: «ثلاثة أرباعهم» as «75% منهم»."""
    if number.values[0] not in _EXACT:
        return None
    pronoun = re.search(r"(?:هم|ها|هن|نا|ه)$", number.text) if "رباع" in number.text or "خماس" in number.text else None
    return Written(f"{int(number.values[0] * 100)}% من{pronoun.group() if pronoun else ''}")


def put_back(english: str, hidden: Iterable[Written]) -> str:
    """The English with the numbers back; a placeholder that does not stand there just once stays, and will be seen."""
    for written in hidden:
        if not written.placeholder:
            continue
        pattern = rf"(?<![\d.,:]){re.escape(written.placeholder)}(?:(?![.,]?\d)|(?=,000(?![\d,])))"
        places = list(re.finditer(pattern, english))
        if len(places) == 1:
            english = english[: places[0].start()] + written.said + english[places[0].end() :]
    return english


def mend_halves_of_day(english: str, differences: Iterable[Difference]) -> str:
    """The English with a.m. and p.m. as the source has them, where the clock time is the same but for that."""
    changes = []
    for difference in differences:
        arabic, mistaken = difference.here, difference.there
        wrong = _HALF.search(english, mistaken.start, mistaken.end) if mistaken.half in ("am", "pm") else None
        if wrong and len(arabic.times) == 1 and len(mistaken.times) == 1:
            half = "a.m." if next(iter(arabic.times)) < 720 else "p.m."
            dotted = "." in wrong[0]
            changes.append((wrong.start(), wrong.end(), half if dotted else half.replace(".", "")))
    for start, end, half in sorted(changes, reverse=True):
        english = english[:start] + half + english[end:]
    return english


_HALF = re.compile(r"[ap]\.?m\b\.?", re.IGNORECASE)


def restore_identifiers(english: str, lacking: Iterable[Number]) -> str:
    """The English with marks of thousands taken out of the identifiers that the source has without them."""
    for number in lacking:
        if number.kind == "identifier" and (digits := re.sub(r"\D", "", number.key)):
            copied = re.sub(r"^[A-Z]+", "", number.text.translate(DIGITS))
            english = re.sub(rf"(?<![\d,.]){'[,. ]?'.join(digits)}(?!\d)", copied, english)
    return english
