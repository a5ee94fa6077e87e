"""The numbers of an English text: digits, words, scales, fractions, times, dates, identifiers; see `numbers`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from mt.language.calendar import english_months
from mt.language.folding import DIGITS
from mt.language.identifiers import identifiers
from mt.language.measures import YEARS_OF, english_measure
from mt.language.numbers import (
    VAGUE,
    Kind,
    Number,
    decimal_parts,
    digit_readings,
    share_scale_and_unit,
    with_numeric_months,
)
from mt.language.units import (
    PERCENT,
    HalfOfDay,
    english_bound,
    english_half,
    english_is_negative,
    english_unit,
    minutes_of_day,
)

_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_UNITS = {word: value for value, word in enumerate(_UNIT_WORDS.split())}
_TENS = {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_WORDS = _UNITS | _TENS
_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS = {word: value for value, word in enumerate(_ORDINAL_WORDS.split(), 1)} | {
    "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80,
    "ninetieth": 90, "hundredth": 100,
}  # fmt: skip
_SCALES = {
    "hundred": 100, "thousand": 10**3, "lakh": 10**5, "million": 10**6, "mn": 10**6, "crore": 10**7,
    "billion": 10**9, "bn": 10**9, "trillion": 10**12, "tn": 10**12,
}  # fmt: skip
_GLUED = {
    "k": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "tn": 10**12,
    "million": 10**6,
    "billion": 10**9,
}
_FRACTIONS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fourth": 4,
    "fourths": 4,
} | {word + end: value for word, value in _ORDINALS.items() if 5 <= value <= 10 for end in ("", "s")}
_VULGAR = {"½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3), "⅕": (1, 5)}
_HINTS: dict[str, tuple[str, ...]] = {
    "both": ("2",), "twice": ("2",), "double": ("2",), "doubled": ("2",), "couple": ("2",), "pair": ("2",),
    "bilateral": ("2",), "half": ("0.5", "30", "50"), "halves": ("0.5",), "triple": ("3",), "tripled": ("3",),
    "trio": ("3",), "trilateral": ("3",), "tripartite": ("3",), "thrice": ("3",), "triangle": ("3",),
    "quarter": ("4", "0.25", "15", "25"), "quarters": ("4",), "quartet": ("4",), "triad": ("3",), "quadruple": ("4",),
    "quadrupled": ("4",), "trebled": ("3",), "tripling": ("3",), "doubling": ("2",),
    "quarterly": ("4",), "pentagon": ("5",), "decade": ("10",), "decades": ("10",), "dozen": ("12",), "dozens": ("12",),
    "century": ("100",), "centuries": ("100",), "centenary": ("100",), "week": ("7",), "once": ("1",),
    "single": ("1",), "fortnight": ("14",), "hundreds": ("100",), "thousands": ("1000",), "millions": ("1000000",),
    "billions": ("1000000000",), "thirds": ("3",), "fifths": ("5",), "tens": ("10",), "teens": ("10",),
    "millennium": ("1000",), "nil": ("0",), "no": ("0",), "goalless": ("0",), "scoreless": ("0",), "quintet": ("5",),
    "sextet": ("6",), "threefold": ("3",), "fourfold": ("4",), "teenage": ("10",), "percentage": ("100",),
    "third": ("3", "0.333333", "33"), "thousand": ("1000",), "million": ("1000000",), "billion": ("1000000000",),
    "hundred": ("100",), "noon": ("12",), "midday": ("12",), "midnight": ("12", "0"), "unanswered": ("0",),
    "clean": ("0",),
    "clock": ("24",),
}  # fmt: skip
_TOKEN = re.compile(
    r"(?P<number>(?P<grouped>(?<![\d.,])[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d|[.,]\d{3}"
    r"|:))(?:\.\d{1,2}(?!\d))?"
    r"|(?P<hour>[01]?\d|2[0-4])[:.](?P<minute>[0-5]\d)(?::\d\d)?(?!\d|[.,:]\d)(?=(?P<marked>\s?(?:[ap]\.?m\b"
    r"|GMT|local|o['’]clock))?)"
    r"|\d+(?:[.,]\d+)*)(?P<glued>[a-zA-Z]+(?![^\W_]))?(?P<vulgar>[½¼¾⅓⅔])?|[½¼¾⅓⅔⅕]|[^\W\d_]+"
)
_NEAR = re.compile(r"[ \u00a0\u202f]?[-\u2011]?[ \u00a0]?")
_MILITARY = re.compile(r" (?:GMT|UTC|hours|hrs|local time)\b")
_SLASHED = re.compile(r"(?<![\d/])([1-9])/([2-9]|10)(?![\d/])")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    word: str
    """In lower case; empty for digits."""
    start: int
    end: int
    values: tuple[Decimal, ...] = ()
    glued: str = ""
    clock: tuple[int, int] | None = None
    apart: tuple[Decimal, ...] = ()


@lru_cache(maxsize=1024)
def english_numbers(text: str) -> tuple[Number, ...]:
    """The numbers of an English text in order; hints and ordinals in words, one and two are there, but not `sure`."""
    plain = text.translate(DIGITS)
    months = tuple(english_months(plain))
    named = tuple(identifiers(plain))
    tokens = _tokens(plain, [(i.start, i.end) for i in named])
    numbers: list[Number] = []
    index = 0
    while index < len(tokens):
        taken, number = _phrase(plain, tokens, index)
        if number:
            numbers.append(replace(number, sure=number.sure and not _in_a_name(plain, number)))
        elif word := tokens[index].word:
            numbers += _hints(plain, tokens[index], word)
        index += max(1, taken)
    numbers = with_numeric_months(share_scale_and_unit(numbers, plain), plain)
    numbers += [
        Number(
            plain[m.start : m.end], m.start, m.end, kind="date", month=m.number, calendar=m.calendar, day=m.day,
            sure=m.sure,
        )
        for m in months
    ]  # fmt: skip
    numbers += [Number(plain[i.start : i.end], i.start, i.end, kind="identifier", key=i.key) for i in named]
    return tuple(sorted(numbers, key=lambda number: number.start))


_NAMED = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)")


def _in_a_name(text: str, number: Number) -> bool:
    """Whether a number is part of a name, which Arabic may spell: the 76ers, “headed to Six Flags”."""
    if re.fullmatch(r"\d+ers", number.text):
        return True
    return number.spelled and bool((named := _NAMED.match(text, number.start)) and named.end() > number.end)


def _tokens(text: str, taken: Sequence[tuple[int, int]]) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(text):
        if any(low <= match.start() < high for low, high in taken):
            continue
        number = match["number"]
        if not number:
            tokens.append(_Token(match.group(), match.group().lower(), match.start(), match.end()))
            continue
        clock: tuple[int, int] | None = None
        apart: tuple[Decimal, ...] = ()
        values: tuple[Decimal, ...]
        key = re.sub(r"[ \u00a0\u2009\u202f]", "", number)
        if match["grouped"]:
            apart = tuple(Decimal(group) for group in re.findall(r"\d+", match["grouped"]))
        if match["hour"] and (":" in number or match["marked"]):
            clock, values = (int(match["hour"]), int(match["minute"])), (Decimal(match["hour"]),)
        else:
            values = digit_readings(key, strict=",.")
        if match["vulgar"]:
            one, of = _VULGAR[match["vulgar"]]
            values = (values[0] + Decimal(one) / of,)
        glued = (match["glued"] or "").lower()
        if glued in ("am", "pm") or (glued in ("a", "p") and text[match.end() :][:1] == "."):
            glued, end = "", match.end("number")
        else:
            end = match.end()
        tokens.append(_Token(text[match.start() : end], "", match.start(), end, values, glued, clock, apart))
    return tokens


_ENDINGS = frozenset(("st", "nd", "rd", "th", "s"))


def _joins(text: str, left: _Token, right: _Token) -> bool:
    """Whether only a space or a hyphen parts two tokens."""
    return bool(_NEAR.fullmatch(text, left.end, right.start))


def _word_at(text: str, tokens: Sequence[_Token], place: int) -> str:
    """The word at a place that goes on with the token before it; empty where none does."""
    if not 0 < place < len(tokens) or not _joins(text, tokens[place - 1], tokens[place]):
        return ""
    return tokens[place].word


def _phrase(text: str, tokens: Sequence[_Token], start: int) -> tuple[int, Number | None]:
    """How many tokens the number at `start` takes, and the number; 0 and None where there is none."""
    token = tokens[start]
    for reader in (_clock_time, _fraction):
        if phrase := reader(text, tokens, start):
            return phrase
    if token.values:
        return _digits(text, tokens, start)
    return _spelled(text, tokens, start)


def _made(
    text: str, tokens: Sequence[_Token], start: int, end: int, values: tuple[Decimal, ...], kind: Kind = "cardinal",
    *, parts: tuple[Decimal, ...] = (), scale: Decimal = Decimal(1), key: str = "", sure: bool = True,
) -> tuple[int, Number]:  # fmt: skip
    """A number of the tokens from `start` to before `end`, with what stands around it."""
    low, high = tokens[start].start, tokens[end - 1].end
    unit = english_unit(text, low, high) if kind in ("cardinal", "fraction") else ""
    glued = tokens[end - 1].glued
    measure = "" if unit or kind == "ordinal" else english_measure(text, high, "" if glued in _GLUED else glued)
    if years := YEARS_OF.get(measure):
        values = (*values, *(value * years for value in values))
    if kind == "cardinal" and unit:
        kind = "percent" if unit == PERCENT else "currency"
    return end - start, Number(
        text[low:high], low, high, tuple(dict.fromkeys(values)), kind, parts or decimal_parts(values), unit,
        measure, english_is_negative(text, low, high), english_bound(text, low, high), scale, key=key, sure=sure,
        spelled=not tokens[start].values,
    )  # fmt: skip


def _digits(text: str, tokens: Sequence[_Token], start: int) -> tuple[int, Number]:
    token = tokens[start]
    values, end, scale, parts = token.values, start + 1, Decimal(1), token.apart
    after = _word_at(text, tokens, end)
    if token.glued in _GLUED:
        scale = Decimal(_GLUED[token.glued])
        values = (*(value * scale for value in values), *values)
    elif after in _SCALES and not token.glued:
        while (word := _word_at(text, tokens, end)) in _SCALES:
            values, end, scale = tuple(v * _SCALES[word] for v in values), end + 1, Decimal(_SCALES[word])
        if more := _and_half(text, tokens, end):
            parts = (values[0], more[1])
            values, end = tuple(value + more[1] * scale for value in values), end + more[0]
    elif more := _and_half(text, tokens, end):
        parts = (values[0], more[1])
        values, end = tuple(value + more[1] for value in values), end + more[0]
        if (word := _word_at(text, tokens, end)) in _SCALES:
            values, end, scale = tuple(v * _SCALES[word] for v in values), end + 1, Decimal(_SCALES[word])
    elif token.glued == "s" and values[0] >= 1000:
        values = (*values, values[0] % 100)
    sure = token.glued not in ("st", "nd", "rd", "th") or values[0] > 10
    key = re.sub(r"[ \u00a0\u2009\u202fA-Za-z]", "", token.text) if end == start + 1 and scale == 1 else ""
    return _made(text, tokens, start, end, values, parts=parts, scale=scale, key=key, sure=sure)


def _and_half(text: str, tokens: Sequence[_Token], place: int) -> tuple[int, Decimal] | None:
    """“and a half”, “and a quarter”: how many tokens, and the share."""
    words = [_word_at(text, tokens, at) for at in range(place, place + 3)]
    if words[0] != "and":
        return None
    taken = 3 if words[1] in ("a", "one") else 2
    share = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}.get(words[taken - 1])
    return (taken, share) if share else None


def _spelled(text: str, tokens: Sequence[_Token], start: int) -> tuple[int, Number | None]:
    """“two hundred and five thousand”: units and tens add up, hundreds multiply them, larger scales close a group."""
    article = start > 0 and tokens[start - 1].word == "a" and _joins(text, tokens[start - 1], tokens[start])
    total, group, place, smallest, ordinal = 0, 0, start, 0, False
    while place < len(tokens) and not ordinal:
        word = tokens[place].word
        if not word or (place > start and not _joins(text, tokens[place - 1], tokens[place])):
            break
        scale = _SCALES.get(word, 0) if len(word) > 2 and (place > start or article) else 0
        if (
            word in _WORDS
            and _goes_on(group, _WORDS[word], place == start)
            and not (total and place > start and not group and _scale_after(text, tokens, place) >= smallest)
        ):
            group += _WORDS[word]
        elif word in _ORDINALS and (place == start or (group % 10 == 0 and group % 100 != 10)):
            group, ordinal = group + _ORDINALS[word], True
        elif scale == 100:
            group = max(group, 1) * 100
        elif scale:
            total, group, smallest = (
                (total + group) * scale if total and not group else total + max(group, 1) * scale,
                0,
                scale,
            )
        elif not (word == "and" and _joined_by_and(text, tokens, place, total, group, smallest)):
            break
        place += 1
    if place == start:
        return 0, None
    value, end = Decimal(total + group), place
    parts: tuple[Decimal, ...] = ()
    if _word_at(text, tokens, end) == "dozen":
        value, end = value * 12, end + 1
    if more := _and_half(text, tokens, end):
        scale, parts = (smallest or 1 if not group else 1), (value, more[1])
        value, end = value + more[1] * scale, end + more[0]
        if (word := _word_at(text, tokens, end)) in _SCALES:
            value, end, smallest, parts = value * _SCALES[word], end + 1, _SCALES[word], ()
    kind: Kind = "ordinal" if ordinal else "cardinal"
    return _made(
        text, tokens, start, end, (value,), kind, parts=parts, scale=Decimal(smallest or 1),
        sure=value > 2 and not ordinal,
    )  # fmt: skip


def _goes_on(group: int, value: int, first: bool) -> bool:
    """Whether a number word adds to those before it: two hundred *five*, twenty *three*; not two *five*."""
    return first or (group % 100 == 0 and value > 0) or (group % 10 == 0 and group % 100 >= 20 and 0 < value < 10)


def _scale_after(text: str, tokens: Sequence[_Token], place: int) -> int:
    """The scale that the group of words from `place` is multiplied by; 1 for none, 0 for a group that goes on."""
    at = place + 1
    while (word := _word_at(text, tokens, at)) in _WORDS or word == "hundred":
        at += 1
    return _SCALES.get(word, 1)


def _joined_by_and(text: str, tokens: Sequence[_Token], place: int, total: int, group: int, smallest: int) -> bool:
    """Whether “and” goes on with the number: two hundred and five, a million and ten thousand; not one million and two
    million, three and five."""
    word = _word_at(text, tokens, place + 1)
    if word not in _WORDS and word not in _ORDINALS:
        return False
    if group:
        return group % 100 == 0 and _word_at(text, tokens, place + 2) != "hundred"
    return bool(total) and _scale_after(text, tokens, place + 1) < smallest


# ---------------------------------------------------------------- fractions


def _fraction(text: str, tokens: Sequence[_Token], start: int) -> tuple[int, Number] | None:
    """“two thirds”, “three-quarters of a million”, “half a million”, “a fifth of”, “one in five”, “3/4”, “¾”."""
    token, end = tokens[start], start
    word, after = token.word, _word_at(text, tokens, start + 1)
    if token.text in _VULGAR:
        one, of = _VULGAR[token.text]
        return _share(text, tokens, start, start + 1, Decimal(one), of)
    if token.values and (slashed := _SLASHED.match(text, token.start)) and start + 1 < len(tokens):
        return _share(text, tokens, start, start + 2, Decimal(slashed[1]), int(slashed[2]))
    count = Decimal(_WORDS[word]) if word in _WORDS else token.values[0] if token.values and not token.glued else None
    if count is not None and 0 < count < 10 and after == "in" and not _SCALES.get(_word_at(text, tokens, start + 3)):
        of_word = _word_at(text, tokens, start + 2)
        of = _WORDS.get(of_word, 0)
        return _share(text, tokens, start, start + 3, count, of) if count == 1 and 3 <= of <= 10 else None
    if count is not None and 0 < count < 10 and after in _FRACTIONS and (count > 1) == after.endswith("s"):
        end = start + 2
        if count == 1 and after in ("half", "quarter", "third") and not _of_scale(text, tokens, end):
            return None
        return _share(text, tokens, start, end, count, _FRACTIONS[after])
    if word in ("half", "quarter", "third") and _of_scale(text, tokens, start + 1):
        return _share(text, tokens, start, start + 1, Decimal(1), _FRACTIONS[word])
    before = tokens[start - 1].word if start else ""
    if (
        word in _FRACTIONS
        and _FRACTIONS[word] >= 5
        and not word.endswith("s")
        and before in ("a", "an", "one")
        and after == "of"
    ):
        return _share(text, tokens, start, start + 1, Decimal(1), _FRACTIONS[word])
    return None


def _of_scale(text: str, tokens: Sequence[_Token], place: int) -> int:
    """How many tokens “a million”, “of a million”, “million” take; 0 where none stands there."""
    at = place
    at += _word_at(text, tokens, at) == "of"
    at += _word_at(text, tokens, at) in ("a", "one")
    word = _word_at(text, tokens, at)
    return at + 1 - place if word in _SCALES or (word == "dozen" and at > place) else 0


def _share(text: str, tokens: Sequence[_Token], start: int, end: int, count: Decimal, of: int) -> tuple[int, Number]:
    share = count / of
    if taken := _of_scale(text, tokens, end):
        scale = Decimal(_SCALES.get(tokens[end + taken - 1].word, 12))
        return _made(text, tokens, start, end + taken, (share * scale,), scale=scale)
    hundred = share * 100
    percents = (round(hundred, 0), Decimal(int(hundred)), round(hundred, 1), Decimal(int(hundred * 10)) / 10)
    return _made(text, tokens, start, end, (share, *percents), "fraction", parts=(count, Decimal(of)))


# ---------------------------------------------------------------- clock times


def _clock_time(text: str, tokens: Sequence[_Token], start: int) -> tuple[int, Number] | None:
    """“8 p.m.”, “8:30”, “half past eight”, “quarter to nine”, “ten o'clock”, “2030 GMT”."""
    token = tokens[start]
    if token.word in ("half", "quarter") and (word := _word_at(text, tokens, start + 1)) in ("past", "to"):
        hour = _hour(tokens[start + 2]) if start + 2 < len(tokens) else None
        if hour is None:
            return None
        minute = 30 if token.word == "half" else 15
        hour, minute = (hour, minute) if word == "past" else ((hour - 2) % 12 + 1, 60 - minute)
        return _time(text, tokens, start, start + 3, hour, minute, cued=True)
    if token.clock:
        return _time(text, tokens, start, start + 1, *token.clock, cued=True)
    if token.values and len(token.text) == 4 and token.text.isdigit() and _MILITARY.match(text, token.end):
        hour, minute = divmod(int(token.text), 100)
        if hour <= 24 and minute < 60:
            return _time(text, tokens, start, start + 1, hour, minute, cued=True)
    hour = _hour(token)
    if hour is None:
        return None
    clock = bool(english_half(text, token.end)[0]) or bool(
        text[token.end :].lstrip().startswith(("o'clock", "o’clock"))
    )
    return _time(text, tokens, start, start + 1, hour, 0, cued=True) if clock else None


def _hour(token: _Token) -> int | None:
    if token.word in _UNITS and 1 <= _UNITS[token.word] <= 12:
        return _UNITS[token.word]
    whole = bool(token.values) and token.text.isdigit() and not token.clock
    return int(token.values[0]) if whole and 1 <= token.values[0] <= 12 else None


def _time(
    text: str, tokens: Sequence[_Token], start: int, end: int, hour: int, minute: int, *, cued: bool
) -> tuple[int, Number]:
    low, high = tokens[start].start, tokens[end - 1].end
    half, high = english_half(text, high) if hour <= 12 else ("", high)
    values = (Decimal(hour),) if not minute else ()
    if len(tokens[start].text) == 4 and tokens[start].values and not tokens[start].clock:
        values = (*values, Decimal(hour * 100 + minute))
    return end - start, Number(
        text[low:high], low, high, values, "time", (Decimal(hour), Decimal(minute)) if minute else (),
        times=minutes_of_day(hour, minute, half), half=half, cued=cued,
        sure=bool(tokens[start].values) or minute > 0 or hour > 2, spelled=not tokens[start].values,
    )  # fmt: skip


def _hints(text: str, token: _Token, word: str) -> list[Number]:
    if word in ("noon", "midday", "midnight"):
        hour = 0 if word == "midnight" else 12
        times = frozenset({hour * 60})
        half: HalfOfDay = "night" if word == "midnight" else "pm"
        return [
            Number(
                token.text,
                token.start,
                token.end,
                (Decimal(12), Decimal(hour)),
                "time",
                times=times,
                half=half,
                sure=False,
            )
        ]
    if word in VAGUE:
        values = tuple(map(Decimal, _HINTS.get(word, ())))
        return [Number(token.text, token.start, token.end, values, "vague", sure=False, spelled=True)]
    if word in _HINTS:
        return [Number(token.text, token.start, token.end, tuple(map(Decimal, _HINTS[word])), "hint", sure=False)]
    if word.endswith("fold") and word[:-4] in _WORDS:
        return [Number(token.text, token.start, token.end, (Decimal(_WORDS[word[:-4]]),), "hint", sure=False)]
    return []
