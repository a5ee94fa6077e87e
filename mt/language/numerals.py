"""Numbers by their meaning: digits, words, scales, ordinals, decades and months, in Arabic and in English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mt.language.arabic import fold

# Values of words. All Arabic is folded (ة → ه, ئ → ي).
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
_HUNDREDS |= {stem + end: 2 for stem in ("ميت", "مايت") for end in ("ان", "ين", "ي", "ا")}
_SCALES: dict[str, tuple[float, int]] = {}  # word → scale, how many of it the word itself says (0: only a multiplier)
for _stem, _scale in (
    ("الف", 1e3),
    ("مليون", 1e6),
    ("مليار", 1e9),
    ("بليون", 1e9),
    ("تريليون", 1e12),
    ("ترليون", 1e12),
):
    _SCALES |= {_stem: (_scale, 1), f"{_stem}ا": (_scale, 1)}
    _SCALES |= {_stem + end: (_scale, 2) for end in ("ان", "ين", "ي")}
_SCALES |= {"الاف": (1e3, 0), "ملايين": (1e6, 0), "مليارات": (1e9, 0), "بلايين": (1e9, 0), "تريليونات": (1e12, 0)}
_DECADES = re.compile(r"(ثلاث|اربع|خمس|ست|سبع|ثمان|تسع|عشر)ين(?:يات|ات|يه)$")
_DECADE_OF = {"عشر": 20, "ثلاث": 30, "اربع": 40, "خمس": 50, "ست": 60, "سبع": 70, "ثمان": 80, "تسع": 90}
_ROOTS = (
    (2, r"اثن|ثنا|ثان|زوج|كلا|كلت|ضعف|مضاعف|عقدين|مثن"), (3, r"ثلا?ث|ثالث|مثلث"), (4, r"[ار]?ربع|رابع|رباع|ارباع"),
    (5, r"خمس|خامس|خماس|اخماس"),
    (6, r"^(?:وا?ل?|ال|ل|ب)?ست(?:ه|ين|ون)?$|سدس|سادس|سداس"), (7, r"سبع|سابع|سباع"), (8, r"ثمان|ثامن|ثمن"), (9,
    r"تسع|تاسع"),
    (10, r"عشر|عاشر|عقد"), (20, r"عشرين|عشرون|عقدين"), (100, r"قرن|ميه|مايه|ميو"), (12, r"دزين"), (0, r"صفر"),
    (0.5, r"نصف"), (0.25, r"ربع"), (1.5, r"ونصف"), (8, r"^ربع$"), (4, r"^نصف$"), (1, r"^[وب]?غره$"),
)  # fmt: skip
_ROOT = tuple((value, re.compile(pattern)) for value, pattern in _ROOTS)
_MONTHS = (
    "يناير|جانفي|كانون الثاني", "فبراير|فيفري|شباط", "مارس|اذار", "ابريل|افريل|نيسان", "مايو|ماي|ايار",
    "يونيو|يونيه|جوان|حزيران",
    "يوليو|يوليه|يوليوز|جويليه|تموز", "اغسطس|غشت|اوت|اب", "سبتمبر|شتنبر|ايلول", "اكتوبر|تشرين الاول",
    "نوفمبر|نونبر|تشرين الثاني", "ديسمبر|دجنبر|دسمبر|كانون الاول",
)  # fmt: skip
_ARABIC_MONTH = re.compile(
    r"(?<![ء-ي])[وبلف]?(?:" + "|".join(f"(?P<m{n}>{names})" for n, names in enumerate(_MONTHS, 1)) + r")(?![ء-ي])"
)
_AMBIGUOUS = frozenset(("مارس", "ماي", "اوت", "اب", "جوان"))
_ENGLISH_MONTHS = "January February March April May June July August September October November December".split()
_ENGLISH_MONTH = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<m{n}>{name}|(?!May|Mar){name[:3]}t?)" for n, name in enumerate(_ENGLISH_MONTHS, 1))
    + r")\b(?!-\w)"
)

_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen "
        "eighteen nineteen".split()
    )
} | {word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_ENGLISH_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth "
        "sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80,
    "ninetieth": 90, "hundredth": 100}  # fmt: skip
_ENGLISH_SCALES = {
    "hundred": 100.0, "thousand": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9,
    "trillion": 1e12, "tn": 1e12, "k": 1e3,
}  # fmt: skip
_ENGLISH_WEAK = {
    "both": 2, "twice": 2, "double": 2, "doubled": 2, "couple": 2, "pair": 2, "two": 2, "bilateral": 2, "half": 0.5,
    "halves": 0.5,
    "triple": 3, "tripled": 3, "trio": 3, "trilateral": 3, "tripartite": 3, "thrice": 3, "triangle": 3, "quarter": 4,
    "quarters": 4, "quartet": 4, "triad": 3, "quadruple": 4, "quarterly": 4, "pentagon": 5, "decade": 10,
    "decades": 10, "dozen": 12, "dozens": 12,
    "century": 100, "centuries": 100, "centenary": 100, "week": 7, "once": 1, "single": 1, "fortnight": 14,
    "hundreds": 100,
    "thousands": 1000, "millions": 1e6, "billions": 1e9, "thirds": 3, "fifths": 5, "tens": 10, "teens": 10,
    "millennium": 1000,
    "nil": 0, "no": 0, "goalless": 0, "quintet": 5, "sextet": 6, "threefold": 3, "fourfold": 4, "teenage": 10,
    "percentage": 100,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number of a text: `values` are its readings (`1.500` may be 1.5 or 1500), the first the likeliest.

    `parts` are the numbers it was put together from; a translation that has all of them has the number.
    `sure`: whether its lack on the other side is worth a doubt; ordinals alone, one and two and months are not.
    """

    text: str
    values: tuple[float, ...]
    parts: tuple[float, ...] = ()
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    values: tuple[float, ...]
    """Of a number in digits; empty for a word."""
    joined: bool = False
    """Whether «و» stood right before the digits."""
    glued: str = ""
    """Letters right after the digits: bn, th, s."""


_TOKEN = re.compile(
    r"(?P<and>(?<![ء-ي])و)?(?:ال|[بل]ـ?)?(?P<number>\d+(?:[.,،]\d+)*)(?P<glued>[a-zA-Z]+)?|[ء-ي]+|[^\W\d_]+(?:['’][^\W\d_]+)*"
)


_DATE = re.compile(r"\b\d{1,2} ?[/-] ?\d{1,2}(?: ?[/-] ?\d{2,4})?\b")


def arabic_numerals(source: str) -> list[Numeral]:
    """The numbers of an Arabic text; what only might be a number (roots, ordinals, months) is there, but not `sure`."""
    text = re.sub(r"(\d+) \.(\d+(?:[,،]\d{3})*)", r"\2.\1", fold(source))  # `15 .224`: how some sites write 224.15
    text = re.sub(r"(\d+)ر(\d+)", r"\2.\1", text)  # `6ر24` is how some agencies write 24.6
    text = re.sub(r"[فب]ي? ?ال(?:ميه|مايه)", "%", text)
    found: list[Numeral] = []
    for match in _ARABIC_MONTH.finditer(text):
        month = int((match.lastgroup or "m0")[1:])
        found.append(
            Numeral(
                match.group(), (-month,), sure=match.group() not in _AMBIGUOUS and match.group()[1:] not in _AMBIGUOUS
            )
        )
    tokens = _tokens(text)
    index = 0
    while index < len(tokens):
        taken, numeral = _arabic_phrase(tokens, index)
        if numeral:
            found.append(numeral)
        index += max(1, taken)
    for token in tokens:
        if not token.values:
            found += _hints(token.text)
    return found


def _tokens(text: str) -> list[_Token]:
    dates = {place for date in _DATE.finditer(text) for place in range(*date.span())}
    tokens = []
    for match in _TOKEN.finditer(text):
        values = _readings(match["number"]) if match["number"] else ()
        if match.start("number") in dates and 1 <= values[0] <= 12:
            values = (*values, -values[0])  # 3/11/2016 has a month
        tokens.append(_Token(match.group(), values, bool(match["and"]), match["glued"] or ""))
    return tokens


def _readings(digits: str) -> tuple[float, ...]:
    """What `1,500`, `1.500`, `1,5` or `86.977.146` may mean, the likeliest first."""
    digits = digits.replace("،", ",")
    marks = re.findall("[.,]", digits)
    if not marks:
        return (float(digits),)
    plain = float(re.sub("[.,]", "", digits))
    groups = all(len(group) == 3 for group in re.split("[.,]", digits)[1:])
    if len(marks) > 1:
        head, _, tail = re.sub("[.,]", ".", digits).rpartition(".")
        last = float(f"{head.replace('.', '')}.{tail}")
        return (plain, last) if groups and len(set(marks)) == 1 else (last, plain)
    decimal = float(digits.replace(",", "."))
    if not groups:
        return (decimal,)
    return (plain, decimal) if marks[0] == "," else (decimal, plain)


@lru_cache(maxsize=65536)
def _number_word(word: str) -> tuple[bool, str]:
    """Whether the word begins with «و», and its form under the proclitics if that is a number's, else empty."""
    for joined, lead in ((False, ""), (True, "و")):
        if not word.startswith(lead):
            continue
        rest = word[len(lead) :]
        for article in ("", "ال", "بال", "لل", "ب", "ل", "كال"):
            base = rest[len(article) :]
            if (
                word != "لست"
                and rest.startswith(article)
                and (base in _UNITS or base in _TENS or base in _HUNDREDS or base in _SCALES or base in _ORDINALS)
            ):
                return joined, base
    return False, ""


@dataclass(slots=True)
class _Term:
    """Part of a number phrase: `values` × scale, and the smallest scale in it, below which «و …» may add."""

    values: tuple[float, ...]
    size: float
    taken: int
    ordinal: bool = False


def _arabic_phrase(tokens: Sequence[_Token], start: int) -> tuple[int, Numeral | None]:
    term = _arabic_term(tokens, start)
    if term is None:
        return 0, None
    values, size, end, parts, ordinal = term.values, term.size, start + term.taken, [term.values[0]], term.ordinal
    while end < len(tokens):
        joined = tokens[end].joined or _number_word(tokens[end].text)[0]
        more = _arabic_term(tokens, end) if joined else None
        half = tokens[end].text in ("ونصف", "وربع")
        if half and more is None:
            values = tuple(value + (0.5 if tokens[end].text == "ونصف" else 0.25) * max(size, 1) for value in values)
            end += 1 + (
                end + 1 < len(tokens) and tokens[end + 1].text in ("المليون", "المليار", "مليون", "مليار", "الالف")
            )
            break
        if more is None or not _adds(parts[-1], size, more):
            break
        values = tuple(value + add for value in values for add in more.values)
        parts.append(more.values[0])
        size, end, ordinal = more.size, end + more.taken, ordinal and more.values[0] < 20
    text = " ".join(token.text for token in tokens[start:end])
    lone = end - start == 1 and tokens[start].text.removeprefix("و") in ("الف", "الفا", "المايه", "الميه")
    century = start > 0 and tokens[start - 1].text.endswith(("قرن", "قرنين"))  # «سبعينيات القرن العشرين»: the 1970s
    sure = bool(tokens[start].values) or not (
        values[0] <= 2 or ordinal or lone or (century and not tokens[start].values)
    )
    return end - start, Numeral(text, values, tuple(parts) if len(parts) > 1 else (), sure)


def _adds(last: float, size: float, more: _Term) -> bool:
    """Whether «و more» goes on with a number that ends in `last`: 3 و20, 100 و3, 26,000 و500; not 15 و20 in digits."""
    if size == 0:  # in digits, without a scale
        return False
    if last < 10 and size == 1:
        return more.size == 10 and 20 <= more.values[0] <= 90
    return size > 10 and more.values[0] < size


def _arabic_term(tokens: Sequence[_Token], start: int) -> _Term | None:
    token = tokens[start]
    if token.values:
        term = _Term(token.values, 0, 1)
    else:
        word = _number_word(token.text)[1]
        if not word:
            return None
        if word in ("ميتا", "مايتا") and (start + 1 == len(tokens) or tokens[start + 1].text not in _SCALES):
            return None  # the company Meta
        if word in _SCALES:
            scale, count = _SCALES[word]
            if not count:
                return None  # «آلاف» without a number: thousands
            return _scaled(tokens, _Term((count * scale,), scale, 1), start)
        term = _small_term(tokens, start, word)
    return _scaled(tokens, term, start)


def _small_term(tokens: Sequence[_Token], start: int, word: str) -> _Term:
    after = tokens[start + 1].text if start + 1 < len(tokens) else ""
    if word in _HUNDREDS:
        return _Term((100.0 * _HUNDREDS[word],), 100, 1)
    if word in _TENS:
        return _Term((float(_TENS[word]),), 10, 1)
    value = _UNITS.get(word) or _ORDINALS[word]
    if after in ("عشر", "عشره") and value < 10:
        return _Term((10.0 + value,), 10, 2, ordinal=word in _ORDINALS)
    if after in ("ميه", "مايه") and 3 <= value < 10:
        return _Term((100.0 * value,), 100, 2)
    return _Term((float(value),), 1, 1, ordinal=word in _ORDINALS)


def _scaled(tokens: Sequence[_Token], term: _Term, start: int) -> _Term:
    """The term times the scales that follow it: `3 ملايين`, `خمسة آلاف`, `ألف مليار`."""
    while start + term.taken < len(tokens):
        word = tokens[start + term.taken].text
        word = word[2:] if word[:2] == "ال" and word[2:] in _SCALES and word != "الاف" else word
        if word not in _SCALES or _SCALES[word][1] == 2 or term.ordinal:
            break
        scale = _SCALES[word][0]
        term = _Term(tuple(value * scale for value in term.values), scale, term.taken + 1)
    return term


@lru_cache(maxsize=65536)
def _hints(word: str) -> tuple[Numeral, ...]:
    """What a word may stand for: its root («ثلاثي»: 3), a decade («التسعينيات»: 90 or 1990)."""
    found = []
    if decade := _DECADES.search(word):
        value = float(_DECADE_OF[decade[1]])
        found.append(Numeral(word, (value, 1900 + value, 1800 + value, 2000 + value), sure=False))
    found += [Numeral(word, (value,), sure=False) for value, root in _ROOT if root.search(word)]
    if word.endswith(("ان", "ين", "ا", "ي")):
        found.append(Numeral(word, (2.0,), sure=False))  # a dual noun
    return tuple(found)


def english_numerals(text: str) -> list[Numeral]:
    """The numbers of an English text, in digits and words; months, ordinals, one and two are not `sure`."""
    found = [
        Numeral(
            match.group(),
            (-int((match.lastgroup or "m0")[1:]),),
            sure=(len(match.group()) > 3 and match.group() != "March") or _dated(text, match),
        )
        for match in _ENGLISH_MONTH.finditer(text)
    ]
    tokens = _tokens(text.replace("٪", "%"))
    index = 0
    while index < len(tokens):
        taken, numeral = _english_phrase(tokens, index)
        if numeral:
            found.append(numeral)
        elif (word := tokens[index].text.lower()) in _ENGLISH_WEAK:
            found.append(Numeral(word, (float(_ENGLISH_WEAK[word]),), sure=False))
        elif word.endswith("fold") and word[:-4] in _WORDS:
            found.append(Numeral(word, (float(_WORDS[word[:-4]]),), sure=False))
        elif word in ("thousand", "million", "billion", "hundred"):
            found.append(Numeral(word, (_ENGLISH_SCALES[word],), sure=False))
        index += max(1, taken)
    return found


def _dated(text: str, month: re.Match[str]) -> bool:
    around = text[max(0, month.start() - 6) : month.start()], text[month.end() : month.end() + 5]
    return bool(re.search(r"\d\w* ?(?:of )?$|\b[Ii]n $", around[0]) or re.match(r",? \d", around[1]))


def _english_phrase(tokens: Sequence[_Token], start: int) -> tuple[int, Numeral | None]:
    """How many tokens the number at `start` takes, and the number; 0 and None where there is none."""
    if tokens[start].values:
        return _english_digits(tokens, start)
    words = [token.text.lower() for token in tokens[start : start + 12]]
    article = start > 0 and tokens[start - 1].text.lower() == "a"
    total, group, end, ordinal = 0.0, 0.0, 0, False
    while end < len(words) and not ordinal:
        word = words[end]
        scale = _ENGLISH_SCALES.get(word, 0.0) if len(word) > 2 and (end or article) else 0.0
        if word in _WORDS and _goes_on(group, _WORDS[word], end):
            group += _WORDS[word]
        elif word in _ENGLISH_ORDINALS and (not end or group % 10 == 0):
            group, ordinal = group + _ENGLISH_ORDINALS[word], True
        elif scale == 100:
            group = max(group, 1) * 100
        elif scale:
            total, group = total + max(group, 1) * scale, 0
        elif not (word == "and" and (total or group >= 100) and words[end + 1 : end + 2] and words[end + 1] in _WORDS):
            break
        end += 1
    if not end:
        return 0, None
    value = total + group
    if words[end : end + 1] == ["dozen"]:
        value, end = value * 12, end + 1
    text = " ".join(token.text for token in tokens[start : start + end])
    return end, Numeral(text, (value,), sure=value > 2 and not ordinal)


def _goes_on(group: float, value: float, position: int) -> bool:
    """Whether a number word adds to those before it: two hundred *five*, twenty *three*; not two *five*."""
    return not position or group % 100 == 0 or (group % 10 == 0 and group % 100 >= 20 and value < 10)


def _english_digits(tokens: Sequence[_Token], start: int) -> tuple[int, Numeral]:
    token = tokens[start]
    glued, values, taken = token.glued.lower(), token.values, 1
    after = tokens[start + 1].text.lower() if start + 1 < len(tokens) else ""
    if glued in _ENGLISH_SCALES:
        values = tuple(value * _ENGLISH_SCALES[glued] for value in values) + values
    elif after in _ENGLISH_SCALES and len(after) > 1 and not glued:
        values, taken = tuple(value * _ENGLISH_SCALES[after] for value in values), 2
    elif glued == "s" and values[0] >= 1000:
        values = (*values, values[0] % 100)
    text = " ".join(token.text for token in tokens[start : start + taken])
    return taken, Numeral(text, values, sure=glued not in ("st", "nd", "rd", "th") or values[0] > 10)


def unmatched(of: Iterable[Numeral], others: Sequence[Numeral]) -> list[Numeral]:
    """The sure numerals of one side that no reading of the other side's gives, each once, in order."""
    known = {_key(value) for other in others for value in (*other.values, *other.parts)}
    return [numeral for numeral in of if numeral.sure and not _known(numeral, known)]


def _known(numeral: Numeral, known: set[float]) -> bool:
    if any(_key(value) in known for value in numeral.values):
        return True
    return bool(numeral.parts) and all(_key(part) in known for part in numeral.parts)


def _key(value: float) -> float:
    return float(f"{value:.6g}")
