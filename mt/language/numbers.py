"""Numbers by their meaning: the value that the readers of both languages give, and how two texts are compared.

`arabic_numbers` and `english_numbers` read; checks, repair and the support of summaries compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeAlias

from mt.language.calendar import Calendar
from mt.language.units import DAY_WORDS, LESS, PERCENT, Bound, HalfOfDay, contradicts, same_unit

Kind: TypeAlias = Literal[
    "cardinal", "ordinal", "fraction", "percent", "currency", "time", "date", "identifier", "vague", "hint"
]
"""What a number is. `vague` are words such as “millions”, which say no number; `hint` is a word that may stand for one
(«ثلاثي», “trio”): it explains a number of the other side and is never missed itself."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text: `text` stands at `start:end` of it.

    `values` are its right readings, the likeliest first (`1.500` is 1.5 or 1500, «مليونا» one or two million); of dates
    and identifiers there are none. `parts` are the numbers that it may be said with instead (26,000 and 500).
    """

    text: str
    start: int
    end: int
    values: tuple[Decimal, ...] = ()
    kind: Kind = "cardinal"
    parts: tuple[Decimal, ...] = ()
    unit: str = ""
    """`%` or the name of a currency."""
    measure: str = ""
    """The unit of length, weight, time, … that it counts."""
    negative: bool = False
    bound: Bound = ""
    scale: Decimal = Decimal(1)
    """What its last word multiplies by: 1000000 in “3 million”."""
    times: frozenset[int] = frozenset()
    """Of a clock time, the minutes since midnight that it may be."""
    half: HalfOfDay = ""
    cued: bool = False
    """Whether words around it say that it is a clock time."""
    month: int = 0
    calendar: Calendar = "gregorian"
    day: int = 0
    """Of a date, its month and the day beside it; 0 for none."""
    key: str = ""
    """Digits as they are written, without spaces and hyphens; what identifiers are compared by."""
    sure: bool = True
    """Whether its lack on the other side is worth a doubt; ordinals in words, one, two and hints are not."""
    spelled: bool = False
    """Whether it is written in words only."""

    @property
    def value(self) -> Decimal | None:
        """The likeliest reading."""
        return self.values[0] if self.values else None


_BETWEEN = re.compile(
    r"\s*(?:[-–—/]|الي|إلى|الى|او|حتي|و|ل|and|to|or|through|till|until|,)\s*(?:و|ال|[$£€]|نحو |about |some )?\s*"
)


def share_scale_and_unit(numbers: list[Number], text: str) -> list[Number]:
    """What the second number of a range says for both: `5 إلى 7 ملايين` and “5 to 7 per cent”.

    The first number keeps its own reading beside the scaled one: both are right.
    """
    for place in range(len(numbers) - 2, -1, -1):
        first, second = numbers[place], numbers[place + 1]
        if first.kind == "identifier" or not first.values or not second.values or first.end > second.start:
            continue
        if not _BETWEEN.fullmatch(text, first.end, second.start):
            continue
        changed = first
        if second.scale > 100 and first.scale == 1 and first.values[0] < 1000:
            changed = replace(changed, values=(*first.values, *(v * second.scale for v in first.values)))
        if second.unit and not first.unit:
            changed = replace(changed, unit=second.unit)
        numbers[place] = changed
    return numbers


_DATE = re.compile(r"(?<!\d)\d{1,2} ?[/-] ?\d{1,2}(?: ?[/-] ?\d{2,4})?(?!\d)|(?<!\d)\d{4}[/-]\d{1,2}[/-]\d{1,2}(?!\d)")


def with_numeric_months(numbers: list[Number], text: str) -> list[Number]:
    """The numbers of `3/11/2016` with the months that they may be."""
    dates = {place for date in _DATE.finditer(text) for place in range(*date.span())}
    if not dates:
        return numbers
    return [
        replace(number, month=int(number.values[0]))
        if number.start in dates and number.values and 1 <= number.values[0] <= 12
        else number
        for number in numbers
    ]


@lru_cache(maxsize=16384)
def digit_readings(digits: str, *, strict: str = "") -> tuple[Decimal, ...]:
    """What `1,500`, `1.500`, `1,5` or `86.977.146` may mean, the likeliest first.

    A mark of `strict` before one group of three digits has but its likeliest reading: a comma parts thousands, a stop
    decimals.
    """
    digits = digits.replace("،", ",")
    marks = re.findall("[.,]", digits)
    if not marks:
        return (Decimal(digits),)
    plain = Decimal(re.sub("[.,]", "", digits))
    groups = all(len(group) == 3 for group in re.split("[.,]", digits)[1:])
    if len(marks) > 1:
        head, _, tail = re.sub("[.,]", ".", digits).rpartition(".")
        last = Decimal(f"{head.replace('.', '')}.{tail}")
        return (plain, last) if groups and len(set(marks)) == 1 else (last, plain)
    decimal = Decimal(digits.replace(",", "."))
    if not groups:
        return (decimal,)
    if marks[0] in strict and not digits.startswith("0"):
        return (plain if marks[0] == "," else decimal,)
    return (plain, decimal) if marks[0] == "," else (decimal, plain)


def decimal_parts(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """3 and ½ of 3.5: what “three days and a half” says apart."""
    whole, rest = divmod(values[0], 1) if values else (Decimal(0), Decimal(0))
    return (whole, rest) if rest in (Decimal("0.5"), Decimal("0.25"), Decimal("0.75")) and whole else ()


# ---------------------------------------------------------------- comparison of a source with its translation


@dataclass(frozen=True, slots=True)
class _Known:
    """What one side's numbers say, for looking up."""

    values: frozenset[Decimal]
    months: frozenset[tuple[Calendar, int]]
    times: frozenset[int]
    keys: frozenset[str]


def _known(numbers: Iterable[Number]) -> _Known:
    numbers = tuple(numbers)
    return _Known(
        frozenset(_rounded(v) for n in numbers for v in (*n.values, *n.parts)),
        frozenset((n.calendar, n.month) for n in numbers if n.month),
        frozenset(minute % 720 for n in numbers for minute in n.times),
        frozenset(n.key for n in numbers if n.key),
    )


def unmatched(of: Iterable[Number], others: Sequence[Number]) -> list[Number]:
    """The sure numbers of one side that no reading of the other side's gives, in order."""
    known = _known(others)
    return [number for number in of if number.sure and not _is_known(number, known)]


def _is_known(number: Number, known: _Known) -> bool:
    if number.month and (number.calendar, number.month) in known.months:
        return True
    if number.key and number.key in known.keys:
        return True
    if any(minute % 720 in known.times for minute in number.times):
        return True
    if any(_rounded(value) in known.values for value in number.values):
        return True
    return bool(number.parts) and all(_rounded(part) in known.values for part in number.parts)


def said_less_often(of: Sequence[Number], others: Sequence[Number], english: str) -> list[Number]:
    """The sure numbers in digits of the source that the English has, but not as many times: one of two is missing.

    None where the English says one for several: “five each”.
    """
    lacking: list[Number] = []
    for number in of:
        if not _counts(number) or number.kind in ("time", "ordinal", "fraction"):
            continue
        alike = [other for other in of if _counts(other) and other.values[0] == number.values[0]]
        if len(alike) < 2:
            continue
        values = frozenset(map(_rounded, number.values))
        known = [o for o in others if not values.isdisjoint(map(_rounded, (*o.values, *o.parts)))]
        several = any(_FOR_SEVERAL.search(english, max(0, o.start - 20), o.end + 20) for o in known)
        if 0 < len(known) < len(alike) and not several:
            lacking.append(number)
    return lacking


_FOR_SEVERAL = re.compile(r"\b(?:each|apiece|both|same|either|equally|every|per|respectively)\b", re.IGNORECASE)


def _counts(number: Number) -> bool:
    """Whether a number stands in digits for a quantity; not the months of `3/11/2016`."""
    return bool(number.values) and number.sure and not number.spelled and not number.month


def _rounded(value: Decimal) -> Decimal:
    """Thirds and their like to six decimals; everything else as it is."""
    exponent = value.as_tuple().exponent
    return round(value, 6) if isinstance(exponent, int) and exponent < -6 else value


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that both sides have and mean otherwise."""

    here: Number
    there: Number
    what: str


def differing(
    arabic: Sequence[Number], in_english: Sequence[Number], source: str, english: str
) -> Iterator[Difference]:
    """The sure numbers of the source that the English has with another unit, sign, bound, half of the day or month.

    Each must differ from all numbers of its value in the English. `source` and `english` are the texts.
    """
    for number in arabic:
        same = _same_value(number, in_english)
        told = number.half or (number.kind == "time" and len(number.times) == 1)
        if told and (number.cued or any(other.half for other in same)):
            yield from _other_half(number, in_english, same, english)
        elif number.sure and number.values and same:
            yield from _other_meaning(number, same, source, english)
        elif number.month and number.day:
            yield from _other_date(number, arabic, in_english, english)


def _same_value(number: Number, others: Sequence[Number]) -> list[Number]:
    values = frozenset(map(_rounded, number.values))
    return [o for o in others if o.kind not in ("hint", "ordinal") and not values.isdisjoint(map(_rounded, o.values))]


def _other_half(
    number: Number, in_english: Sequence[Number], same: Sequence[Number], english: str
) -> Iterator[Difference]:
    clock = frozenset(minute % 720 for minute in number.times)
    alike = [o for o in in_english if any(minute % 720 in clock for minute in o.times)]
    if any(o.times & number.times and (o.half or len(o.times) == 1) for o in alike):
        return
    if said := [o for o in alike if len(o.times) == 1]:
        yield Difference(number, said[0], "the other half of the day")
    elif number.half and number.cued and (alike or same) and not _may_say_half(number, in_english, english):
        yield Difference(number, (*alike, *same)[0], "no half of the day")


def _may_say_half(number: Number, in_english: Sequence[Number], english: str) -> bool:
    """Whether a word of the English may say the half of the day of a number: not those of times of the other half."""
    others = [other for other in in_english if other.half and not _same_clock(number, other)]
    if any(other.half == number.half or "night" in (other.half, number.half) for other in others):
        return True
    for other in others:
        english = english[: other.start] + " " * (other.end - other.start) + english[other.end :]
    return bool(DAY_WORDS.search(english))


def _same_clock(one: Number, other: Number) -> bool:
    return any(minute % 720 in {m % 720 for m in other.times} for minute in one.times)


def _other_date(
    number: Number, arabic: Sequence[Number], in_english: Sequence[Number], english: str
) -> Iterator[Difference]:
    """A day of the month that the English gives to another month, «3 نوفمبر» … «12 ديسمبر”, “3 December”; or a month
    that has another day, or none but that behind its year (“September 1759, 24”)."""
    months = [other for other in in_english if (other.calendar, other.month) == (number.calendar, number.month)]
    if len(months) == 1 and sum(other.month == number.month for other in arabic) == 1:
        [month] = months
        behind = _BEHIND_YEAR.match(english, month.end)
        near = english[max(0, month.start - 20) : month.end + 20]
        if behind and int(behind[1]) == number.day:
            yield Difference(number, month, "the day behind the year")
            return
        if month.day and month.day != number.day and not re.search(rf"(?<!\d){number.day}(?!\d)", near):
            yield Difference(number, month, f"day {month.day}")
            return
    if any(not other.day for other in arabic if other.month):
        return
    own = {(other.calendar, other.month, other.day) for other in arabic}
    dates = [other for other in in_english if other.month and other.day == number.day]
    strange = [other for other in dates if (other.calendar, other.month, other.day) not in own]
    if strange and all((other.calendar, other.month) != (number.calendar, number.month) for other in dates):
        yield Difference(number, strange[0], "another month")


_BEHIND_YEAR = re.compile(r",? \d{4},? (\d{1,2})(?!\d| (?!(?:and|in|at|when|to|by|for)\b)[a-z])")


def _other_meaning(number: Number, same: Sequence[Number], source: str, english: str) -> Iterator[Difference]:
    shares = number.kind == "fraction" or any(other.kind == "fraction" for other in same)
    units = [other.unit for other in same]
    around_arabic, around_english = _around([number], source), _around(same, english)
    if number.unit == PERCENT and not shares and PERCENT not in units and not _is_share(around_arabic, around_english):
        yield Difference(number, same[0], "not per cent")
    elif (
        not number.unit
        and not shares
        and all(unit == PERCENT for unit in units)
        and not _PERCENT_WORDS.search(around_arabic)
    ):
        yield Difference(number, same[0], "per cent")
    elif number.unit and not shares and all(unit and not same_unit(number.unit, unit) for unit in units):
        yield Difference(number, same[0], f"{same[0].unit}, not {number.unit}")
    whole = source[max(0, number.start - 1) : number.start] != "/"
    value = number.values[0]
    measures = [other.measure for other in same if other.value == value]
    if measures and number.measure and whole and all(m and m != number.measure for m in measures):
        yield Difference(number, same[0], f"{measures[0]}, not {number.measure}")
    if number.negative and not any(other.negative for other in same) and not _says_less(same, english):
        yield Difference(number, same[0], "no minus")
    elif all(other.negative for other in same) and not number.negative and not LESS.search(around_arabic):
        yield Difference(number, same[0], "minus")
    if all(contradicts(number.bound, other.bound) for other in same):
        yield Difference(number, same[0], f"{same[0].bound}, not {number.bound}")


def _is_share(arabic: str, english: str) -> bool:
    """Whether a number of per cent is one in the English that has no sign of it: in words, or points of both sides."""
    return bool(_PERCENT_WORDS.search(english) if "نقط" in arabic else _IN_PERCENT.search(english))


def _says_less(numbers: Sequence[Number], english: str) -> bool:
    """Whether words say what the sign of a number does: a loss of 5, but not “fell to 5”."""
    return any(
        LESS.search(_around([n], english)) and not _REACHED.search(english, max(0, n.start - 12), n.start)
        for n in numbers
    )


_REACHED = re.compile(r"\b(?:to|at)\s*$", re.IGNORECASE)
_IN_PERCENT = re.compile("(?i)per ?cent|%|٪|\\b(?:percentage|basis) points?\\b|نسب|مي[وي]|مئ|مائ|بالم")
_PERCENT_WORDS = re.compile("(?i)per ?cent|%|٪|\\bpoints?\\b|نسب|مي[وي]|مئ|مائ|بالم")


def _around(numbers: Iterable[Number], text: str) -> str:
    return " ".join(text[max(0, number.start - 60) : number.end + 60] for number in numbers)


# ---------------------------------------------------------------- comparison of a summary with its article

_IMPLIED = 2  # “one of them”, “the two sides”: words that an article implies without saying them


def said_numbers(numbers: Iterable[Number]) -> tuple[Number, ...]:
    """Those that say how many or how much: no months, no ordinals in words, no hints; “millions” is one."""
    return tuple(n for n in numbers if n.kind not in ("date", "ordinal", "hint") and (n.sure or n.spelled or n.values))


def is_supported(number: Number, others: Sequence[Number]) -> bool:
    """Whether any of the numbers of an English article bears out that of a summary.

    After “about” and the like a round number stands for what rounds to it (5 %); “over” only for more, “nearly” only
    for less. “Millions” stands for 1 to 999 million.
    """
    if number.kind == "vague":
        low, high = VAGUE[number.text.lower()]
        return any(
            other.text.lower() == number.text.lower()
            if other.kind == "vague"
            else _within(other, Decimal(low), Decimal(high))
            for other in others
        )
    if number.spelled and number.value is not None and number.value <= _IMPLIED and number.kind == "cardinal":
        return not _told_otherwise(number, others)
    others = tuple(other for other in others if other.kind != "vague")
    if _is_known(number, _known(others)):
        return True
    if number.value is None or number.kind == "time":
        return False
    least, most = _tolerance(number.value, number.bound)
    return least < most and any(_within(other, least, most) for other in others)


def _told_otherwise(number: Number, others: Sequence[Number]) -> bool:
    """Whether two of a unit are told of which the article has other numbers and no two: two weeks for three weeks."""
    counted = [other for other in others if other.measure and other.measure == number.measure]
    said = any(_IMPLIED in (*other.values, *other.parts) for other in others)
    return number.value == _IMPLIED and bool(counted) and not said


def _within(number: Number, low: Decimal, high: Decimal) -> bool:
    return any(low <= value < high for value in number.values)


def _tolerance(value: Decimal, bound: Bound) -> tuple[Decimal, Decimal]:
    """The values that a number may stand for; only round numbers stand for more than one."""
    if bound not in ("about", "over", "nearly") or value < 10 or len(value.normalize().as_tuple().digits) > 2:
        return value, value
    slack = value / 20
    return value if bound == "over" else value - slack, value + (Decimal("0.0001") if bound == "nearly" else slack)


VAGUE = {
    "dozens": (12, 1000), "hundreds": (100, 10_000), "thousands": (1000, 10**6), "millions": (10**6, 10**9),
    "billions": (10**9, 10**12), "trillions": (10**12, 10**15),
}  # fmt: skip
"""English plurals without a number before them; each with the least and the first too large value it may stand for."""
