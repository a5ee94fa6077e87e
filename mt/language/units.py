"""What stands around a number and belongs to its meaning: per cent, currency, sign, bound, and the half of the day."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

Bound: TypeAlias = Literal["", "about", "over", "nearly", "at least", "at most"]
"""How a number is meant. `over` and `at least` are bounds from below, `nearly` and `at most` from above."""
HalfOfDay: TypeAlias = Literal["", "am", "pm", "night"]

PERCENT = "%"
# Currencies of one name are one unit: whose dollar it is, is said by names of countries, which are checked as names.
_ARABIC_CURRENCIES = {
    "dollar": "دولار دولارا دولارات دولارين دولاران",
    "riyal": "ريال ريالا ريالات ريالين ريالان",
    "euro": "يورو اورو",
    "dinar": "دينار دينارا دنانير دينارين ديناران",
    "dirham": "درهم درهما دراهم درهمين درهمان",
    "pound": "جنيه جنيها جنيهات جنيهين استرليني",
    "lira": "ليره ليرات ليرتين",
    "yuan": "يوان يوانا",
    "yen": "ين ينا",
    "rouble": "روبل روبلا روبلات",
    "rupee": "روبيه روبيات",
    "shekel": "شيكل شيكلا شواكل شيقل",
    "franc": "فرنك فرنكا فرنكات",
    "crown": "كرونه كرونا كرون",
    "won": "وون",
    "tenge": "تنغه تينغه تنجه",
    "toman": "تومان تومانا",
    "cent": "سنت سنتا سنتات",
}
_ENGLISH_CURRENCIES = {
    "dollar": "dollar dollars usd us$ a$ c$ $ hk$ nz$ s$ au$ ca$ buck bucks",
    "riyal": "riyal riyals rial rials sar sr qr qar omr",
    "euro": "euro euros eur €",
    "dinar": "dinar dinars kwd bhd jod iqd dzd tnd lyd",
    "dirham": "dirham dirhams aed dh dhs mad",
    "pound": "pound pounds gbp sterling £ egp le quid",
    "lira": "lira liras lire ₺ lbp",
    "yuan": "yuan renminbi rmb cny",
    "yen": "yen jpy ¥",
    "rouble": "rouble roubles ruble rubles ₽ rub",
    "rupee": "rupee rupees ₹ rs inr pkr",
    "shekel": "shekel shekels ₪ nis",
    "franc": "franc francs chf cfa",
    "crown": "krona kronor kroner krone crowns koruna sek nok dkk",
    "won": "won krw ₩",
    "tenge": "tenge",
    "toman": "toman tomans",
    "cent": "cents",
}
_ARABIC_UNITS = {word: unit for unit, words in _ARABIC_CURRENCIES.items() for word in words.split()}
_ENGLISH_UNITS = {word: unit for unit, words in _ENGLISH_CURRENCIES.items() for word in words.split()}
SAME_MONEY = (frozenset({"pound", "lira"}), frozenset({"yuan", "yen"}), frozenset({"riyal", "toman"}))
"""Currencies that languages name otherwise: «ليرة» is the Syrian pound, ¥ stands for two."""

_ARABIC_PERCENT = re.compile(
    r"\s?(?:%|٪|(?:[فب]ي?\s?|ال)?(?:ال)?(?:ميه|مايه)(?![ء-ي])(?!\s?(?:الف|مليون|مليار))|نقطه ميويه|بالميه|بالمايه)"
)
_ENGLISH_PERCENT = re.compile(
    r"[\s-]?(?:%|per ?cent(?:age)?\b|(?:percentage|per cent) points?|pct\b|pc\b|percent-)", re.IGNORECASE
)
_ENGLISH_SIGN_BEFORE = re.compile(
    r"(?:\b(USD|EUR|GBP|SAR|SR|QR|AED|Dhs?|EGP|KWD|BHD|JPY|CNY|RMB|CHF|Rs)\.?\s?|((?:US|A|C|HK|NZ|S|AU|CA)?\$"
    r"|[£€¥₪₹₺₽₩])\s?)$"
)
_ARABIC_SIGN_BEFORE = re.compile(r"([£€¥$₪])\s?$")
_ARABIC_WORD = re.compile(r"[ء-ي]+|[$€£¥₪]|[^\s]")
_ENGLISH_WORD = re.compile(r"[A-Za-z$]+|[€£¥₪₹₺₽₩]|[^\s]")


def arabic_unit(folded: str, start: int, end: int) -> str:
    """The unit of the number at `folded[start:end]`: `%`, a currency, or empty."""
    if _ARABIC_PERCENT.match(folded, end) or (start and folded[start - 1] in "%٪"):
        return PERCENT
    if sign := _ARABIC_SIGN_BEFORE.search(folded, max(0, start - 3), start):
        return _ENGLISH_UNITS[sign[1]]
    for count, match in enumerate(_ARABIC_WORD.finditer(folded, end)):
        word = match.group()
        if count > 2 or not (word[0] >= "ء" or word in "$€£¥₪"):
            return ""
        if unit := _ARABIC_UNITS.get(word) or _ENGLISH_UNITS.get(word):
            return "" if word == "ين" and count else unit
        if word.startswith("و") and count and word[1:] not in _ARABIC_UNITS:
            return ""
    return ""


def english_unit(text: str, start: int, end: int) -> str:
    """The unit of the number at `text[start:end]`: `%`, a currency, or empty."""
    if _ENGLISH_PERCENT.match(text, end):
        return PERCENT
    if sign := _ENGLISH_SIGN_BEFORE.search(text, max(0, start - 6), start):
        return _ENGLISH_UNITS.get((sign[1] or sign[2]).lower(), "")
    for count, match in enumerate(_ENGLISH_WORD.finditer(text, end)):
        word = match.group()
        if count > 2 or not (word[0].isalpha() or word in "€£¥₪₹₺₽₩-"):
            return ""
        if word.islower() and word in _STOPS:
            return ""
        if (word.isupper() or len(word) > 3 or word in ("won", "yen", "$", "€")) and (
            unit := _ENGLISH_UNITS.get(word.lower())
        ):
            return unit
    return ""


_STOPS = frozenset("and or to of in for on at with from by the a an as won".split()) - {"won"}


def same_unit(one: str, other: str) -> bool:
    """Whether two units may be the same."""
    return one == other or any({one, other} <= group for group in SAME_MONEY)


# ---------------------------------------------------------------- bounds

_ARABIC_BOUNDS: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at most", re.compile(
        r"(?:(?:لا|لن|لم|ولا|الا|الّا) (?:ت|ي)?(?:زيد|زد|تجاوز|جاوز|تعدي|تعد|تخطي|فوق)\w{0,3}|لا اكثر من"
        r"|(?:ليس|لن|لم|لا)(?: \w+){0,3}? (?:اكثر|ازيد) من|لا يربو"
        r"|علي الاكثر|كحد اقصي|بحد اقصي|اقصاها|اقصاه|حدها الاقصي)(?: (?:علي|عن|عددهم|عددها|عدده|عمره|عمرها"
        r"|قيمته|قيمتها|حاجز|ال)?)?"
        r"(?: ?\w*){0,2}$")),
    ("at least", re.compile(
        r"(?:(?:لا|لن|لم|ولا) (?:ت|ي)?(?:قل|قلت|نقص)\w{0,3}|ليس اقل من|لا اقل من|علي الاقل|كحد ادني|بحد ادني|ادناه)"
        r"(?: (?:علي|عن|من|عددهم|عددها|عدده))?(?: ?\w*){0,1}$")),
    ("over", re.compile(
        r"(?:(?<![ء-ي])(?:[وبلف]?ا?ل?(?:اكثر|ازيد) من|فوق|اعلي من|اكبر من|(?:ما )?(?:ت|ي)(?:زيد|ربو"
        r"|فوق)\w{0,3}(?: (?:علي|عن))?"
        r"|(?:ت|ي|و)?تجاوز\w{0,3}|تخط[يت]\w{0,2}|تعد[يت]\w{0,2}|ناهز))"
        r"(?: (?:ال|حاجز|عدد\w{0,3}|عتبه|سن|عمر|مستوي))?$")),
    ("nearly", re.compile(r"(?:اقل من|ادني من|دون|تحت|(?:ما )?(?:ت|ي)قل\w{0,2} (?:عن|من)|اصغر من"
        r"|ما يقارب من دون)(?: (?:ال|حاجز|عتبه|سن|عمر|مستوي))?$")),
    ("about", re.compile(r"(?:نحو|حوالي|زهاء|قرابه|ما يقارب|تقريبا|ما يقرب من|قريبا من)$")),
)  # fmt: skip
_ARABIC_BOUNDS_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at most", re.compile(r"[^.،؛]{0,25}(?:علي الاكثر|كحد اقصي|بحد اقصي|علي اقصي تقدير)")),
    ("at least", re.compile(r"[^.،؛\d]{0,25}(?:علي الاقل|كحد ادني|بحد ادني|علي اقل تقدير|او اكثر|فاكثر|فما فوق"
        r"|وما فوق)")),
    ("nearly", re.compile(r"[^.،؛\d]{0,25}(?:او اقل|فاقل|فما دون|وما دون)")),
)  # fmt: skip
_ENGLISH_BOUNDS: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at most", re.compile(
        r"\b(?:(?:no|not|n't|never|nor) (?:\w+ ){0,2}?(?:more|greater|higher|larger|older|longer|later) than"
        r"|at (?:the )?most|up to"
        r"|a maximum of|maximum|(?:not|n't|never|without) (?:\w+ ){0,2}?(?:exceed\w*|surpass\w*|go\w* (?:over"
        r"|beyond)|(?:top|pass)\w*)"
        r"|(?:not|n't) over)(?: (?:the|a|some|number|of))*[\s$£€]*$", re.I)),
    ("at least", re.compile(
        r"\b(?:(?:no|not|n't) (?:\w+ ){0,2}?(?:less|fewer|lower|younger|smaller) than|at least|a minimum of"
        r"|minimum|(?:not|n't) under)"
        r"(?: (?:the|a|some))*[\s$£€]*$", re.I)),
    ("over", re.compile(
        r"\b(?:(?:more|greater|higher|larger|older|longer|later|bigger) than|over|above|exceed\w*|upwards? of"
        r"|surpass\w*|in excess of"
        r"|beyond|top(?:s|ped|ping)|pass(?:ed|es|ing))(?: (?:the|a|some|mark|of|age|ages|aged))*[\s$£€]*$", re.I)),
    ("nearly", re.compile(
        r"\b(?:(?:less|fewer|lower|younger|smaller|shorter) than|under|below|nearly|almost|just short of|close to)"
        r"(?: (?:the|a|some|of|age|ages|aged))*[\s$£€]*$", re.I)),
    ("about", re.compile(r"\b(?:about|approximately|around|roughly|some)[\s$£€]*$", re.I)),
)  # fmt: skip
_ENGLISH_BOUNDS_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at most", re.compile(r"[^.,;\d]{0,25}\b(?:at (?:the )?most|(?:as )?(?:a |the )?maximum|or less|or fewer"
        r"|or under|or below)\b", re.I)),
    ("at least", re.compile(r"[^.,;\d]{0,25}\b(?:at (?:the )?least|or more|(?:as )?(?:a |the )?minimum|or over"
        r"|or above|and (?:over|above))\b", re.I)),
)  # fmt: skip
_UPWARD = frozenset({"over", "at least"})
_DOWNWARD = frozenset({"nearly", "at most"})


def arabic_bound(folded: str, start: int, end: int) -> Bound:
    """How the number at `folded[start:end]` is meant."""
    return _bound(folded, start, end, _ARABIC_BOUNDS, _ARABIC_BOUNDS_AFTER)


def english_bound(text: str, start: int, end: int) -> Bound:
    """How the number at `text[start:end]` is meant."""
    return _bound(text, start, end, _ENGLISH_BOUNDS, _ENGLISH_BOUNDS_AFTER)


def _bound(
    text: str,
    start: int,
    end: int,
    before: tuple[tuple[Bound, re.Pattern[str]], ...],
    after: tuple[tuple[Bound, re.Pattern[str]], ...],
) -> Bound:
    head = text[max(0, start - 45) : start].rstrip(" $£€")
    for bound, pattern in before:
        if pattern.search(head):
            return bound
    for bound, pattern in after:
        if pattern.match(text, end, min(len(text), end + 60)):
            return bound
    return ""


def contradicts(one: Bound, other: Bound) -> bool:
    """Whether one bound is from above and the other from below: “no more than 12” and “more than 12”."""
    return (one in _UPWARD and other in _DOWNWARD) or (one in _DOWNWARD and other in _UPWARD)


# ---------------------------------------------------------------- signs

_ARABIC_NEGATIVE = re.compile(r"(?:(?:^|[\s(]|(?<![ء-ي])و ?)[-−–]|ناقص |سالب |تحت الصفر |دون الصفر )$")
_IN_RANGE = re.compile(r"\d ?[-−–] ?\Z")
_ARABIC_BELOW = re.compile(r"[^.،؛\d]{0,22}(?:تحت|دون) الصفر")
_ENGLISH_NEGATIVE = re.compile(r"(?:(?:^|[\s(])[-−–]|\bminus |\bnegative )[$£€]?$", re.I)
_ENGLISH_BELOW = re.compile(r"[^.,;\d]{0,30}\b(?:below (?:zero|freezing)|sub-?zero)|\s?°\s?[CF]? below\b", re.I)
LESS = re.compile(
    r"سالب|ناقص|تحت الصفر|دون الصفر|خسار|خسر|تراجع|انخف|هبط|هبوط|عجز|نقص|minus|negative|below|sub-?zero|los[st]"
    r"|fell|fall|drop|"
    r"declin|deficit|decreas|down|shr[aiu]nk|contract|freez|reduc|cut",
    re.I,
)
"""Words by which a text says that something is less: a sign may become such a word."""


def arabic_is_negative(folded: str, start: int, end: int) -> bool:
    """Whether the number has a minus sign: glued before it after a space, not at the start (a dash of a list), or in
    words («5 تحت الصفر»)."""
    signed = start > 1 and not _IN_RANGE.search(folded, 0, start)
    signed = signed and bool(_ARABIC_NEGATIVE.search(folded, max(0, start - 12), start))
    return bool(signed or _ARABIC_BELOW.match(folded, end))


def english_is_negative(text: str, start: int, end: int) -> bool:
    """Whether the number has a minus sign or says so in words."""
    signed = start > 1 and not _IN_RANGE.search(text, 0, start)
    signed = signed and bool(_ENGLISH_NEGATIVE.search(text, max(0, start - 12), start))
    return bool(signed or _ENGLISH_BELOW.match(text, end))


# ---------------------------------------------------------------- halves of the day

_ARABIC_HALF = re.compile(
    r",? (?:[^\s.,،؛]+ )??(?:من |في |من بعد )?(?:(?P<am>صباح\w?|فجر\w?|الفجر|الصباح|قبل الظهر|ضحي|ص(?![ء-ي]))"
    r"|(?P<pm>مساء\w?|المساء|عصر\w?|العصر|ظهر\w?|الظهر|بعد الظهر|بعد ظهر|مسا|مغرب\w?|م(?![ء-ي]))"
    r"|(?P<after>بعد منتصف الليل)|(?P<night>ليل\w?|ليله|الليل|ليلا))(?![ء-ي])"
    r"|(?:(?P<glued_am>ص)|(?P<glued_pm>م))(?![ء-ي])"
)
_ARABIC_LONE_HALF = re.compile(
    r" (?:من )?(?:(?P<am>صباحا?|فجرا?|قبل الظهر)|(?P<pm>مساء|عصرا?|ظهرا?|بعد الظهر|بعد ظهر)"
    r"|(?P<after>بعد منتصف الليل)|(?P<night>ليلا))(?![ء-ي])"
)
_ENGLISH_HALF = re.compile(
    r" ?(?:o['’]clock)?,? ?(?:(?:in the|on \w+|this|that|\w+day|early|late|local time|at) ){0,3}?"
    r"(?:(?P<am>a\.?m\b\.?|morning|dawn)|(?P<pm>p\.?m\b\.?|evening|afternoon|noon\b)|(?P<after>after midnight)"
    r"|(?P<night>night))",
    re.I,
)
DAY_WORDS = re.compile(
    r"\b(?:[ap]\.?m\.?|morning|dawn|evening|afternoon|night|tonight|noon|midday|midnight|daybreak|sunset|sunrise|dusk|"
    r"overnight|lunchtime|GMT|hours)\b",
    re.I,
)
"""English words that say when in the day something is; where any stands, a missing half of the day is no fault."""


def arabic_half(folded: str, end: int, cued: bool) -> tuple[HalfOfDay, int]:
    """The half of the day after an hour that ends at `end`, and where its words end; `cued`: after «الساعة», where «ص»
    and «م» count, too."""
    return _half((_ARABIC_HALF if cued else _ARABIC_LONE_HALF).match(folded, end), end)


def english_half(text: str, end: int) -> tuple[HalfOfDay, int]:
    """The half of the day after an hour that ends at `end`, and where its words end."""
    return _half(_ENGLISH_HALF.match(text, end), end)


def _half(match: re.Match[str] | None, end: int) -> tuple[HalfOfDay, int]:
    if match is None:
        return "", end
    said = {name for name, words in match.groupdict().items() if words}
    return ("night" if "night" in said else "am" if said & {"am", "after", "glued_am"} else "pm"), match.end()


@lru_cache(maxsize=4096)
def minutes_of_day(hour: int, minute: int, half: HalfOfDay) -> frozenset[int]:
    """The minutes since midnight that a clock time may be: two where neither its half nor 0 or 13 to 24 is said.

    At night, 6 to 11 are before midnight, 12 and 1 to 5 after it.
    """
    if not 0 <= hour <= 24 or not 0 <= minute < 60:
        return frozenset()
    if hour > 12 or (hour == 0 and half != "pm"):  # nobody says 0:30 of noon
        return frozenset({hour % 24 * 60 + minute})
    hours = {"am": {hour % 12}, "pm": {hour % 12 + 12}, "night": {hour % 12 + (12 if 6 <= hour < 12 else 0)}}.get(
        half, {hour % 12, hour % 12 + 12}
    )
    return frozenset(h * 60 + minute for h in hours)
