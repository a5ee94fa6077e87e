"""The numbers of an Arabic text: digits, words, scales, fractions, times, dates, identifiers; see `numbers`.

All words are looked up folded (ة → ه, ئ → ي). A scale multiplies the whole phrase before it («ثلاثة وثلاثين
مليون» is 33 million); «و» may stand apart; «مليونا» and «ألفا» are one or, before a noun, two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from mt.language.calendar import Month, arabic_months
from mt.language.folding import Folded, fold_with_places
from mt.language.identifiers import identifiers
from mt.language.measures import YEARS_OF, arabic_measure
from mt.language.numbers import Kind, Number, decimal_parts, digit_readings, share_scale_and_unit, with_numeric_months
from mt.language.units import PERCENT, arabic_bound, arabic_half, arabic_is_negative, arabic_unit, minutes_of_day

_UNITS = {
    "واحد": 1, "واحده": 1, "احد": 1, "احدي": 1, "اثنان": 2, "اثنين": 2, "اثنتان": 2, "اثنتين": 2, "اثنا": 2, "اثني": 2,
    "اثنتا": 2, "اثنتي": 2, "ثلاثه": 3, "ثلاث": 3, "اربعه": 4, "اربع": 4, "خمسه": 5, "خمس": 5, "سته": 6, "ست": 6,
    "سبعه": 7, "سبع": 7, "ثمانيه": 8, "ثماني": 8, "ثمان": 8, "تسعه": 9, "تسع": 9, "عشره": 10, "عشر": 10,
}  # fmt: skip
_ORDINALS = {
    "حادي": 1, "حاديه": 1, "ثاني": 2, "ثانيه": 2, "ثالث": 3, "ثالثه": 3, "رابع": 4, "رابعه": 4, "خامس": 5, "خامسه": 5,
    "سادس": 6, "سادسه": 6, "سابع": 7, "سابعه": 7, "ثامن": 8, "ثامنه": 8, "تاسع": 9, "تاسعه": 9, "عاشر": 10, "عاشره": 10,
}  # fmt: skip
_TENS = {
    stem + end: value
    for stem, value in (("عشر", 20), ("ثلاث", 30), ("اربع", 40), ("خمس", 50), ("ست", 60), ("سبع", 70), ("ثمان", 80),
    ("تسع", 90))
    for end in ("ون", "ين")
}  # fmt: skip
_HUNDREDS = {
    lead + hundred: value
    for lead, value in (("", 1), ("ثلاث", 3), ("اربع", 4), ("خمس", 5), ("ست", 6), ("سبع", 7), ("ثمان", 8), ("ثماني",
    8), ("تسع", 9))
    for hundred in ("ميه", "مايه")
}  # fmt: skip
_HUNDREDS |= {"مءتا": 2, "مءتان": 2}
_HUNDREDS |= {stem + end: 2 for stem in ("ميت", "مايت") for end in ("ان", "ين", "ي", "ا")}
_SCALES: dict[str, tuple[Decimal, tuple[int, ...]]] = {}
"""Word → scale, and how many of it the word itself may say; none where it only multiplies."""
for _stem, _scale in (("الف", 3), ("مليون", 6), ("مليار", 9), ("بليون", 9), ("تريليون", 12), ("ترليون", 12)):
    _SCALES |= {_stem: (Decimal(10) ** _scale, (1,)), f"{_stem}ا": (Decimal(10) ** _scale, (1, 2))}
    _SCALES |= {_stem + end: (Decimal(10) ** _scale, (2,)) for end in ("ان", "ين", "ي")}
for _stem, _scale in (("الاف", 3), ("ملايين", 6), ("مليارات", 9), ("بلايين", 9), ("تريليونات", 12), ("ترليونات", 12)):
    _SCALES[_stem] = (Decimal(10) ** _scale, ())
_FRACTIONS: dict[str, tuple[int, int]] = {"نصف": (1, 2), "نص": (1, 2)}
"""Word → numerator (0: the number before it counts them) and denominator."""
for _denominator, _one, _many in (
    (3, "ثلث", "اثلاث"), (4, "ربع", "ارباع"), (5, "خمس", "اخماس"), (6, "سدس", "اسداس"), (7, "سبع", "اسباع"),
    (8, "ثمن", "اثمان"), (9, "تسع", "اتساع"), (10, "عشر", "اعشار"),
):  # fmt: skip
    _FRACTIONS |= {_one: (1, _denominator), _many: (0, _denominator)}
    if _denominator in (3, 5, 6, 8):
        _FRACTIONS |= {f"{_one}{end}": (2, _denominator) for end in ("ا", "ي", "ان", "ين")}
_FRACTIONS.pop("خمسين")  # fifty
_FRACTIONS = {word: fraction for word, fraction in _FRACTIONS.items() if word not in _TENS}
_DOUBTFUL_FRACTIONS = frozenset(("خمس", "سبع", "تسع", "عشر", "خمسي", "خمسا"))
"""Numbers of things that are feminine («خمس سنوات»), or parts of one whole («خمس السكان»)."""
_WHOLES = frozenset(
    "سكان شعب انتاج ناتج عدد مساحه قيمه ميزانيه موازنه اجمالي طاقه استهلاك عالم بشر بشريه حجم دخل مجموع راتب اطفال "
    "ناخبين لاجيين مواطنين عمال طلاب اراضي ثروه نفط غاز صادرات واردات مقاعد اصوات اعضاء نواب شباب رجال نساء دين ديون "
    "كميه اسهم مرضي وفيات اصابات حالات محصول مياه كهرباء قوه جيش تكلفه سعر وقت عمر ايرادات".split()
)
_DECADES = re.compile(r"(ثلاث|اربع|خمس|ست|سبع|ثمان|تسع|عشر)ين(?:يات|ات|يه)$")
_DECADE_OF = {"عشر": 20, "ثلاث": 30, "اربع": 40, "خمس": 50, "ست": 60, "سبع": 70, "ثمان": 80, "تسع": 90}
_ROOTS = (
    ("2", r"اثن|ثنا|ثان|زوج|كلا|كلت|ضعف|مضاعف|عقدين|مثن"), ("3", r"ثلا?ث|ثالث|مثلث"),
    ("4", r"[ار]?ربع|رابع|رباع|ارباع"), ("5", r"خمس|خامس|خماس|اخماس"),
    ("6", r"^(?:وا?ل?|ال|ل|ب)?ست(?:ه|ين|ون)?$|سدس|سادس|سداس"), ("7", r"سبع|سابع|سباع"), ("8", r"ثمان|ثامن|ثمن"),
    ("9", r"تسع|تاسع"), ("10", r"عشر|عاشر|عقد"), ("20", r"عشرين|عشرون|عقدين"), ("100", r"قرن|ميه|مايه|ميو"),
    ("12", r"دزين|^[وبل]?(?:ال)?(?:ظهر|ظهرا)$|منتصف"), ("0", r"صفر|^[وب]?(?:ال)?سلبي$|^نظيف|^بيضاء$|^(?:بلا|دون"
        r"|بدون)$"),
    ("0.5", r"نصف"), ("0.25", r"ربع"), ("1.5", r"ونصف"), ("8", r"^ربع$"), ("4", r"^نصف$"), ("1", r"^[وب]?غره$"),
    ("1", r"^[وبل]?(?:ال)?(?:هدف|هدفا|نقطه|شوط|مجموعه|شخص|رجل|سيده|طفل|عام|سنه|يوم|ساعه|دقيقه)$"), ("30", r"نصف"),
    ("15", r"ربع"), ("50", r"نصف"), ("25", r"ربع"), ("33", r"ثلث"),
    ("16", r"^[وبل]?(?:ال)?ثمن$"), ("14", r"^[وبل]?(?:ال)?اسبوع(?:ين|ان)$"),
)  # fmt: skip
_ROOT = tuple((Decimal(value), re.compile(pattern)) for value, pattern in _ROOTS)
_TOKEN = re.compile(
    r"(?P<and>(?<![ء-ي])و)?(?:ال|[بلك]ـ?(?:ال)?)?"
    r"(?P<number>(?P<tail>\d+) \.(?P<head>\d+(?:[,،]\d{3})*)"  # `15 .224` is how some sites write 224.15
    r"|(?P<grouped>(?<![\d.,])[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+(?![\d]|[.,]\d{3}))(?:[.,]\d{1,2}(?!\d))?"
    r"|(?P<r>\d+ر\d+)"  # `6ر24` is how some agencies write 24.6
    r"|(?P<hour>(?:[01]?\d|2[0-4]))[:٫](?P<minute>[0-5]\d)(?::\d\d)?(?!\d)"
    r"|\d+(?:[.,،]\d+)*)"
    r"(?P<glued>[a-zA-Z]+)?|[ء-ي]+|[^\W\d_]+(?:['’][^\W\d_]+)*"
)
_PERCENT = re.compile(r"(?<![ء-ي])[فب]ي? ?ال(?:ميه|مايه)(?![ء-ي])")
_CLOCK = re.compile(r"(?<![ء-ي])(?:[وبفل]?(?:ال)?ساعه)(?: \w*)?[ :]*$")
_UNTIL = re.compile(r"(?<![ء-ي])(?:حتي|الي|و|بين|عند|منذ|من|قبل|بعد|في تمام|تمام|حوالي|نحو)[ ]*$")
_ZONE = re.compile(r" (?:ب?ال?توقيت|غرينتش|جرينتش|بتوقيت|ت\.?غ|بالتوقيت)")
_FOUR_DIGITS = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d")
_DOTTED = re.compile(r"([01]?\d|2[0-4])[.,]([0-5]\d)")
_OF_MONTH = re.compile(r" (?:من )?(?:شهر )?")
_PAST = {"النصف": 30, "نصف": 30, "الربع": 15, "ربع": 15, "الثلث": 20, "ثلث": 20}


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    values: tuple[Decimal, ...] = ()
    """Of a number in digits; empty for a word."""
    joined: bool = False
    """Whether «و» stands before it, glued or apart."""
    clock: tuple[int, int] | None = None
    key: str = ""
    grouped: tuple[Decimal, ...] = ()
    """The numbers that a run grouped by spaces may be instead."""


@lru_cache(maxsize=256)  # checks and repair ask for the numbers of the same source
def arabic_numbers(source: str) -> tuple[Number, ...]:
    """The numbers of an Arabic text in order; what only might be a number (roots, duals) is there, but not `sure`."""
    folded = _told_from_meta(source, fold_with_places(source))
    text = folded.text
    months = tuple(arabic_months(text))
    named = tuple(identifiers(text))
    percents = (match.span() for match in _PERCENT.finditer(text))
    tokens = _tokens(text, [*((m.start, m.end) for m in months), *((i.start, i.end) for i in named), *percents])
    numbers: list[Number] = []
    hinted: list[Number] = []
    index = 0
    while index < len(tokens):
        taken, number = _phrase(text, tokens, index)
        if number:
            numbers.append(number)
        if not number or not number.sure:
            hinted += [hint for token in tokens[index : index + max(1, taken)] for hint in _hints_of(token)]
        index += max(1, taken)
    numbers = with_numeric_months(share_scale_and_unit(numbers, text), text)
    numbers = [replace(n, sure=True) if n.kind == "ordinal" and _is_day(text, n, months) else n for n in numbers]
    numbers += [replace(_date(text, m), sure=m.sure and not _doubled(text, m, months)) for m in months]
    hinted += [Number("", m.start, m.start, (Decimal(m.day),), "hint", sure=False) for m in months if m.day]
    numbers += [Number(text[i.start : i.end], i.start, i.end, kind="identifier", key=i.key) for i in named]
    return tuple(_placed(number, source, folded) for number in (*sorted(numbers, key=lambda n: n.start), *hinted))


_TWO_HUNDRED = "مءتا"
"""«مئتا» with its hamza, which folding would make the company Meta."""


def _told_from_meta(source: str, folded: Folded) -> Folded:
    if "ئ" not in source or "ميتا" not in folded.text:
        return folded
    letters = list(folded.text)
    for match in re.finditer("ميتا", folded.text):
        if source[folded.places[match.start() + 1]] == "ئ":
            letters[match.start() : match.end()] = _TWO_HUNDRED
    return Folded("".join(letters), folded.places)


def _is_day(text: str, number: Number, months: Sequence[Month]) -> bool:
    """Whether an ordinal is the day of a month: «السابع من تشرين الأول»."""
    return any(_OF_MONTH.fullmatch(text, number.end, month.start) for month in months if month.start >= number.end)


def _doubled(text: str, month: Month, months: Sequence[Month]) -> bool:
    """Whether the text names the month twice, «أكتوبر / تشرين الثاني», and one of them is not the same."""
    return any(
        re.fullmatch(r" ?/ ?", text[min(month.end, other.end) : max(month.start, other.start)])
        and month.number != other.number
        for other in months
    )


def _placed(number: Number, source: str, folded: Folded) -> Number:
    if number.end <= number.start:
        return number
    start, end = folded.span(number.start, number.end)
    return replace(number, text=source[start:end].strip(), start=start, end=end)


def _date(text: str, month: Month) -> Number:
    return Number(
        text[month.start : month.end], month.start, month.end, kind="date", month=month.number,
        calendar=month.calendar, day=month.day, sure=month.sure,
    )  # fmt: skip


def _tokens(text: str, taken: Sequence[tuple[int, int]]) -> list[_Token]:
    """The words and digits, without those of the spans that are taken; «و» alone joins what follows."""
    tokens: list[_Token] = []
    conjunction = False
    for match in _TOKEN.finditer(text):
        number = match["number"]
        start = match.start("number") if number else match.start()
        if any(low <= start < high for low, high in taken):
            conjunction = False
            continue
        if match.group() == "و":
            conjunction = True
            continue
        if not number:
            word = match.group()
            joined = conjunction or _number_word(word)[0] or word in _JOINED_FRACTIONS
            tokens.append(_Token(word, match.start(), match.end(), joined=joined))
        else:
            tokens.append(_digits(match, start, conjunction or bool(match["and"])))
        conjunction = False
    return tokens


def _digits(match: re.Match[str], start: int, joined: bool) -> _Token:
    number = match["number"]
    clock: tuple[int, int] | None = None
    apart: tuple[Decimal, ...] = ()
    if match["tail"]:
        values = digit_readings(f"{match['head']}.{match['tail']}")
    elif match["grouped"]:
        apart = tuple(Decimal(group) for group in re.findall(r"\d+", match["grouped"]))
        values = digit_readings(re.sub(r"[ \u00a0\u2009\u202f]", "", number))
    elif match["r"]:
        tail, _, head = number.partition("ر")
        values = (Decimal(f"{head}.{tail}"),)
    elif match["hour"]:
        clock = int(match["hour"]), int(match["minute"])
        values = (Decimal(clock[0]),)
    else:
        values = digit_readings(number, strict="" if _MAY_BE_DECIMAL.match(match.string, match.end()) else ",")
    rewritten = match["tail"] or match["r"] or match["hour"]
    key = "" if rewritten else re.sub(r"[ \u00a0\u2009\u202f]", "", number)
    return _Token(match.group(), start, match.end(), values, joined, clock, key, apart)


_MAY_BE_DECIMAL = re.compile(
    " ?(?:%|٪|[فب]ي? ?ال(?:ميه|مايه)|الف|الاف|مليون|ملايين|مليار|بليون|تريليون|ترليون|دينار|دنانير|طن"
    "|متر|كيلو|غرام|جرام|ثاني|نقط|درج)"
)
"""What may follow `1,250` where its comma is one of decimals; people, cars and dollars are counted in thousands."""
_ARTICLES = ("", "ال", "بال", "لل", "ب", "ل", "كال", "ك", "ف", "فال")


@lru_cache(maxsize=65536)
def _number_word(word: str) -> tuple[bool, str]:
    """Whether the word begins with «و», and its form under the proclitics if that is a number's, else empty."""
    for joined, lead in ((False, ""), (True, "و")):
        if not word.startswith(lead):
            continue
        rest = word[len(lead) :]
        for article in _ARTICLES:
            base = rest[len(article) :]
            if (
                word not in ("لست", "كميه", "وكميه", "الفت", "كست")
                and rest.startswith(article)
                and (base in _UNITS or base in _TENS or base in _HUNDREDS or base in _SCALES or base in _ORDINALS)
            ):
                return joined, base
    return False, ""


_SUFFIXES = ("", "هم", "ها", "ه", "هن", "نا")


@lru_cache(maxsize=65536)
def _fraction_word(word: str) -> tuple[int, int] | None:
    """Numerator and denominator of a word under its proclitics and with a pronoun («أرباعهم»)."""
    for lead in ("", "و"):
        for article in ("", "ال", "ب", "بال", "ل", "لل"):
            if not word.startswith(lead + article):
                continue
            base = word[len(lead + article) :]
            if base in _FRACTIONS:
                return _FRACTIONS[base]
            for suffix in _SUFFIXES[1:]:
                stem = base.removesuffix(suffix)
                if stem != base and stem in _FRACTIONS and stem not in _DOUBTFUL_FRACTIONS and stem != "نص":
                    return _FRACTIONS[stem]
    return None


_JOINED_FRACTIONS = frozenset(f"و{article}{word}" for article in ("", "ال") for word in ("نصف", "ربع", "ثلث"))


@dataclass(slots=True)
class _Sum:
    """A number phrase as it is read: what is complete, the group below the next scale, and how it goes on."""

    total: Decimal = Decimal(0)
    group: tuple[Decimal, ...] = ()
    """Readings of the group; empty for none."""
    last: Decimal = Decimal(0)
    """The last word's value within the group."""
    digits: bool = False
    scale: Decimal = Decimal(0)
    """The smallest scale of what is complete."""
    counts: tuple[int, ...] = ()
    chunks: tuple[Decimal, ...] = ()
    ordinal: bool = False

    def readings(self) -> tuple[Decimal, ...]:
        readings = tuple(self.total + value for value in self.group or (Decimal(0),))
        if self.counts == (1, 2):  # «مليونا»
            readings = tuple(value + more for value in readings for more in (Decimal(0), self.scale))
        return readings


def _phrase(text: str, tokens: Sequence[_Token], start: int) -> tuple[int, Number | None]:
    """How many tokens the number at `start` takes, and the number; at least 0 and None."""
    if fraction := _lone_fraction(text, tokens, start):
        return fraction
    if clock := tokens[start].clock:
        return _clock_time(text, tokens, start, 1, clock)
    if _FOUR_DIGITS.fullmatch(tokens[start].key) and _ZONE.match(text, tokens[start].end):
        return _clock_time(text, tokens, start, 1, (int(tokens[start].key[:2]), int(tokens[start].key[2:])))
    if dotted := _DOTTED.fullmatch(tokens[start].key):
        before = text[max(0, tokens[start].start - 14) : tokens[start].start]
        if _CLOCK.search(before) or _ZONE.match(text, tokens[start].end):
            return _clock_time(text, tokens, start, 1, (int(dotted[1]), int(dotted[2])))
    if tokens[start].values and _is_hour(text, tokens[start], tokens[start].values[0]):
        return _clock_time(text, tokens, start, 1, (int(tokens[start].values[0]), 0))
    end, read = _words_of(tokens, start)
    if end == start:
        return 0, None
    word = _number_word(tokens[start].text)[1]
    if _hour_word(text, tokens, start, end, read):
        return _clock_time(text, tokens, start, end - start, (int(read.readings()[0]), 0))
    return _finished(text, tokens, start, end, read, word)


def _words_of(tokens: Sequence[_Token], start: int) -> tuple[int, _Sum]:
    """The tokens from `start` that make one number, as the place after them."""
    read, place = _Sum(), start
    while place < len(tokens):
        step = _step(tokens, place, read, place == start)
        if not step:
            break
        place += step
        if read.digits and not read.scale and not read.total and place < len(tokens):
            word = _scale_word(tokens[place].text)
            if not word or tokens[place].joined:
                break
    return place, read


def _step(tokens: Sequence[_Token], place: int, read: _Sum, first: bool) -> int:
    """Take the token into the number: how many tokens were taken, 0 where it does not belong to it."""
    token = tokens[place]
    if token.values:
        if token.clock or not (
            first or (token.joined and read.scale and not read.group and token.values[0] < read.scale)
        ):
            return 0
        read.group, read.digits, read.last = token.values, True, token.values[0]
        return 1
    if scale := _scale_word(token.text):
        return _take_scale(tokens, place, read, first, scale)
    word = _number_word(token.text)[1]
    if not word or word in _SCALES or (read.ordinal and word in _ORDINALS):
        return 0
    value, taken, ordinal = _small(tokens, place, word)
    if not value or (not first and not (token.joined and _adds(read, value))):
        return 0
    read.group = tuple(old + value for old in read.group) if read.group else (value,)
    read.last, read.ordinal = value, ordinal and first
    return taken


def _adds(read: _Sum, value: Decimal) -> bool:
    """Whether «و value» goes on with the number: 3 و20, 100 و3, 26,000 و500; not 15 و20."""
    if not read.group:
        return value < read.scale
    if read.digits:
        return False
    if read.last < 10:
        return value in (20, 30, 40, 50, 60, 70, 80, 90)
    return read.last >= 100 and value < 100


def _scale_word(text: str) -> str:
    """The scale that a word is, without «و» and the article; empty for another word."""
    for lead in ("", "و", "ب", "ل", "ال", "وال", "بال", "لل", "وب", "ول", "ف", "ك"):
        if (
            text.startswith(lead)
            and text[len(lead) :] in _SCALES
            and not (lead.endswith("ال") and text.endswith("الاف"))
        ):
            return text[len(lead) :]
    return ""


def _take_scale(tokens: Sequence[_Token], place: int, read: _Sum, first: bool, word: str) -> int:
    scale, counts = _SCALES[word]
    joined = tokens[place].joined
    if read.ordinal:
        return 0
    if read.group and not joined and 2 not in counts[:1]:  # times the whole group before it
        values = tuple(value * scale for value in read.group)
        if read.scale and values[0] >= read.scale * 1000:
            return 0
        read.chunks = (*read.chunks, values[0])
        if len(values) > 1 and not read.total:  # readings of digits stay readings
            read.group, read.last = values, values[0]
            read.scale = scale
            return 1
        read.total, read.group, read.last, read.scale = read.total + values[0], (), Decimal(0), scale
        return 1
    if not read.group and read.total and not joined and counts:  # «ألف مليار»
        read.total, read.scale = read.total * scale, scale
        read.chunks = (read.total,)
        read.counts = ()
        return 1
    if not counts or read.group or not (first or (joined and scale < read.scale)):
        return 0
    read.total, read.scale = read.total + counts[0] * scale, scale
    read.chunks = (*read.chunks, counts[0] * scale)
    read.counts = counts if first else ()
    return 1


def _small(tokens: Sequence[_Token], place: int, word: str) -> tuple[Decimal, int, bool]:
    """The value of a word under a thousand, how many tokens it takes, and whether it is an ordinal."""
    after = tokens[place + 1].text if place + 1 < len(tokens) else ""
    if word in _HUNDREDS:
        if word == "ميتا" and not _scale_word(after):
            return Decimal(0), 0, False  # the company Meta
        return Decimal(100 * _HUNDREDS[word]), 1, False
    if word in _TENS:
        return Decimal(_TENS[word]), 1, False
    value = _UNITS.get(word) or _ORDINALS[word]
    if after in ("عشر", "عشره") and value < 10:
        return Decimal(10 + value), 2, word in _ORDINALS
    if after in ("ميه", "مايه") and 3 <= value < 10:
        return Decimal(100 * value), 2, False
    return Decimal(value), 1, word in _ORDINALS


def _finished(
    text: str, tokens: Sequence[_Token], start: int, end: int, read: _Sum, word: str
) -> tuple[int, Number | None]:
    values, parts = read.readings(), read.chunks
    if read.group and parts and len(read.chunks) < 2 and not (len(read.group) > 1 and not read.total):
        parts = (*parts, read.group[0])
    scale = read.scale or Decimal(1)
    extra = _and_a_fraction(tokens, end, scale)
    if extra:
        taken, share = extra
        parts = (values[0], share)
        values, end = tuple(value + share * scale for value in values), end + taken
    token = tokens[start]
    lone = end - start == 1 and word in ("الف", "الفا", "ميه", "مايه") and not token.values and token.text != "ميه"
    lone = lone and token.text.removeprefix("و") in ("الف", "الفا", "المايه", "الميه")
    century = start > 0 and tokens[start - 1].text.endswith(("قرن", "قرنين"))  # «سبعينيات القرن العشرين»: the 1970s
    sure = bool(token.values) or not (values[0] <= 2 or read.ordinal or lone or century)
    low, high = token.start, tokens[end - 1].end
    if not parts:
        parts = token.grouped or decimal_parts(values)
    unit = arabic_unit(text, low, high)
    measure = "" if unit or read.ordinal else arabic_measure(text, high)
    if years := YEARS_OF.get(measure):
        values = (*values, *(value * years for value in values))
    kind: Kind = "ordinal" if read.ordinal else "percent" if unit == PERCENT else "currency" if unit else "cardinal"
    return end - start, Number(
        text[low:high], low, high, tuple(dict.fromkeys(values)), kind, parts if len(parts) > 1 else (), unit,
        measure,
        arabic_is_negative(text, low, high), arabic_bound(text, low, high), scale,
        key=token.key if token.values and end - start == 1 else "", sure=sure, spelled=not token.values,
    )  # fmt: skip


def _and_a_fraction(tokens: Sequence[_Token], place: int, scale: Decimal) -> tuple[int, Decimal] | None:
    """«ونصف», «ونصف المليون», «و ربع»: how many tokens, and the share of the scale."""
    if place >= len(tokens) or not tokens[place].joined:
        return None
    fraction = _fraction_word(tokens[place].text)
    if not fraction or fraction[1] not in (2, 3, 4) or fraction[0] != 1:
        return None
    taken = 1
    if place + 1 < len(tokens) and not tokens[place + 1].joined and (word := _scale_word(tokens[place + 1].text)):
        if _SCALES[word][0] != scale:
            return None
        taken = 2
    return taken, Decimal(1) / fraction[1] if fraction[1] == 3 else Decimal(fraction[0]) / fraction[1]


# ---------------------------------------------------------------- fractions


def _lone_fraction(text: str, tokens: Sequence[_Token], start: int) -> tuple[int, Number | None] | None:
    """«ثلاثة أرباع», «ثلثي السكان», «خمس السكان», «نصف مليون», «ثلاثة أرباع المليون»; None for anything else.

    A half, a third and a quarter alone are hints: they also make semifinals and half hours.
    """
    token = tokens[start]
    counted = start + 1 < len(tokens) and not tokens[start + 1].joined and _fraction_word(tokens[start + 1].text)
    word = _number_word(token.text)[1]
    count = Decimal(_UNITS[word]) if word in _UNITS else token.values[0] if token.values and not token.clock else None
    if counted and counted[0] == 0 and count is not None and count < 10:
        return _share(text, tokens, start, 2, count / counted[1], (count, Decimal(counted[1])), ())
    fraction = None if token.values else _fraction_word(token.text)
    if not fraction or not fraction[0]:
        return None
    follows = tokens[start + 1] if start + 1 < len(tokens) else None
    share = Decimal(fraction[0]) / fraction[1]
    bare = token.text.removeprefix("و").removeprefix("ب").removeprefix("ل").removeprefix("ال")
    scaled = follows is not None and not follows.joined and _scale_word(follows.text)
    if bare in _DOUBTFUL_FRACTIONS:
        if follows is None or scaled or bare == "عشر" or not _is_whole(text, follows):
            return None
        other = () if follows.text.removeprefix("ال") in _WHOLES else (Decimal(_UNITS.get(bare, 0)),)
        return _share(text, tokens, start, 1, share, (), other)
    if scaled or fraction[0] == 2:
        return _share(text, tokens, start, 1, share, (), ())
    return None


def _is_whole(text: str, token: _Token) -> bool:
    word = token.text
    return word.removeprefix("ال") in _WHOLES or (word.startswith("ال") and not word.endswith("ات"))


def _share(
    text: str, tokens: Sequence[_Token], start: int, taken: int, share: Decimal, parts: tuple[Decimal, ...],
    others: tuple[Decimal, ...],
) -> tuple[int, Number]:  # fmt: skip
    end, scale = start + taken, Decimal(1)
    if (
        end < len(tokens)
        and not tokens[end].joined
        and (word := _scale_word(tokens[end].text))
        and _SCALES[word][1] == (1,)
    ):
        scale, end = _SCALES[word][0], end + 1
    low, high = tokens[start].start, tokens[end - 1].end
    values = (share * scale,) if scale > 1 else (share, *_as_percent(share), *others)
    unit = arabic_unit(text, low, high) if scale > 1 else ""
    return end - start, Number(
        text[low:high], low, high, values, "cardinal" if scale > 1 else "fraction", () if scale > 1 else parts,
        unit, bound=arabic_bound(text, low, high), scale=scale, spelled=True,
    )  # fmt: skip


def _as_percent(share: Decimal) -> tuple[Decimal, ...]:
    """A share as people write it in per cent: 75; 66, 67, 66.6 and 66.7."""
    hundred = share * 100
    return tuple(
        dict.fromkeys((round(hundred, 0), Decimal(int(hundred)), round(hundred, 1), Decimal(int(hundred * 10)) / 10))
    )


# ---------------------------------------------------------------- clock times


def _is_hour(text: str, token: _Token, value: Decimal) -> bool:
    """Whether a number in digits is an hour: after «الساعة», or with the half of the day after it."""
    if value != int(value) or not 0 <= value <= 24 or not token.key.isdigit():
        return False
    before = text[max(0, token.start - 14) : token.start]
    return bool(_CLOCK.search(before)) or bool(value <= 12 and arabic_half(text, token.end, False)[0])


def _hour_word(text: str, tokens: Sequence[_Token], start: int, end: int, read: _Sum) -> bool:
    """Whether «الثامنة» is an hour: after «الساعة», or with the half of the day or minutes after it."""
    readings = read.readings()
    word = tokens[start].text
    if (
        read.scale
        or tokens[start].values
        or not 1 <= readings[0] <= 12
        or not re.search("ه$|عشره$", tokens[end - 1].text)
    ):
        return False
    if _CLOCK.search(text[max(0, tokens[start].start - 14) : tokens[start].start]):
        return True
    feminine = "ال" in word[:3] and (read.ordinal or word.endswith("واحده"))
    return feminine and bool(arabic_half(text, _after_minutes(tokens, end)[0], True)[0])


def _after_minutes(tokens: Sequence[_Token], place: int) -> tuple[int, int, int]:
    """The end of «والنصف», «إلا ربعا», «وعشر دقائق» after an hour, the minutes it says, and how many tokens."""
    at = tokens[place - 1].end
    if place >= len(tokens):
        return at, 0, 0
    word = tokens[place].text
    if tokens[place].joined and (past := _PAST.get(word.removeprefix("و"))):
        return tokens[place].end, past, 1
    if word == "الا" and place + 1 < len(tokens):
        bare = tokens[place + 1].text.removesuffix("ا")
        if less := _PAST.get(bare):
            return tokens[place + 1].end, -less, 2
        bare_number = _number_word(tokens[place + 1].text)[1]
        if bare_number in _UNITS:
            return tokens[place + 1].end, -_UNITS[bare_number], 2
    if tokens[place].joined and place + 1 < len(tokens) and tokens[place + 1].text in ("دقيقه", "دقايق", "دقيقتين"):
        value = tokens[place].values[0] if tokens[place].values else _words_of(tokens, place)[1].readings()[0]
        if 0 < value < 60:
            return tokens[place + 1].end, int(value), 2
    if tokens[place].joined and not tokens[place].values:
        end, read = _words_of(tokens, place)
        if end < len(tokens) and tokens[end].text in ("دقيقه", "دقايق") and 0 < read.readings()[0] < 60:
            return tokens[end].end, int(read.readings()[0]), end - place + 1
    return at, 0, 0


def _clock_time(
    text: str, tokens: Sequence[_Token], start: int, taken: int, clock: tuple[int, int]
) -> tuple[int, Number]:
    token, (hour, minute) = tokens[start], clock
    end, more, further = _after_minutes(tokens, start + taken)
    if not minute and more:
        hour, minute = (hour, more) if more > 0 else ((hour - 2) % 12 + 1, 60 + more)
        taken += further
    else:
        end = tokens[start + taken - 1].end
    before = text[max(0, token.start - 14) : token.start]
    cued = bool(_CLOCK.search(before)) or not token.values or token.clock is not None
    half, end = arabic_half(text, end, cued) if hour <= 12 else ("", end)
    values = (Decimal(hour),) if not minute else ()
    parts = (Decimal(hour), Decimal(minute)) if minute else ()
    return taken, Number(
        text[token.start : end], token.start, end, values, "time", parts,
        times=minutes_of_day(hour, minute, half), half=half, cued=cued,
        sure=bool(token.values) or bool(minute) or hour > 2, spelled=not token.values,
    )  # fmt: skip


# ---------------------------------------------------------------- hints


def _hints_of(token: _Token) -> list[Number]:
    return [] if token.values else [replace(hint, start=token.start, end=token.end) for hint in _hints(token.text)]


@lru_cache(maxsize=65536)
def _hints(word: str) -> tuple[Number, ...]:
    """What a word may stand for: its root («ثلاثي»: 3), a decade («التسعينيات»: 90 or 1990), a dual."""
    values_of_hints: list[tuple[Decimal, ...]] = []
    if decade := _DECADES.search(word):
        value = _DECADE_OF[decade[1]]
        values_of_hints.append(tuple(map(Decimal, (value, 1900 + value, 1800 + value, 2000 + value))))
    values_of_hints += [(value,) for value, root in _ROOT if root.search(word)]
    if word.endswith(("ان", "ين", "ا", "ي")):
        values_of_hints.append((Decimal(2),))
    return tuple(Number(word, 0, 0, values, "hint", sure=False) for values in values_of_hints)
