"""Units of length, area, weight, volume, temperature and time that stand right after a number, in both languages.

Only words that mean one unit are here («م» is a metre or p.m., “m” a metre or a million, “pound” money, too).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ARABIC = {
    "millimetres": "ميليمتر ميليمترا ملليمتر مليمتر مليمترا ميلمتر ميلمترا ملم مم",
    "centimetres": "سنتيمتر سنتيمترا سنتيمترات سنتمتر سم",
    "metres": "متر مترا امتار مترين", "kilometres": "كيلومتر كيلومترا كيلومترات كيلومترين كلم",
    "miles": "ميل ميلا اميال", "feet": "قدم قدما اقدام", "inches": "بوصه بوصات انش",
    "hectares": "هكتار هكتارا هكتارات", "acres": "فدان فدانا افدنه",
    "grams": "غرام غراما غرامات جرام جراما جرامات",
    "kilograms": "كيلوغرام كيلوغراما كيلوغرامات كيلوجرام كيلوجراما كيلوجرامات كلغ كغ كجم كغم",
    "tonnes": "طن طنا اطنان", "litres": "لتر لترا لترات ليتر ليترا ليترات", "barrels": "برميل برميلا براميل",
    "gallons": "غالون غالونا جالون جالونا", "seconds": "ثانيه ثوان ثواني", "minutes": "دقيقه دقايق",
    "hours": "ساعه ساعات", "days": "يوم يوما ايام", "weeks": "اسبوع اسبوعا اسابيع", "months": "شهر شهرا اشهر شهور",
    "years": "عام عاما اعوام سنه سنوات سنين", "decades": "عقد عقدا عقود", "centuries": "قرن قرنا قرون",
    "degrees Fahrenheit": "فهرنهايت",
}  # fmt: skip
_ENGLISH = {
    "millimetres": "millimetre millimetres millimeter millimeters mm",
    "centimetres": "centimetre centimetres centimeter centimeters cm", "metres": "metre metres meter meters",
    "kilometres": "kilometre kilometres kilometer kilometers km kms km² km2 kph kmh km/h", "miles": "mile miles mph mi",
    "feet": "foot feet ft", "inches": "inch inches", "hectares": "hectare hectares ha",
    "acres": "acre acres feddan feddans", "grams": "gram grams gramme grammes",
    "kilograms": "kilogram kilograms kilogramme kilogrammes kilo kilos kg kgs", "tonnes": "tonne tonnes ton tons",
    "litres": "litre litres liter liters", "barrels": "barrel barrels bpd", "gallons": "gallon gallons",
    "seconds": "seconds", "minutes": "minute minutes", "hours": "hour hours hr hrs", "days": "day days",
    "weeks": "week weeks", "months": "month months", "years": "year years yr yrs", "decades": "decade decades",
    "centuries": "century centuries", "degrees Fahrenheit": "fahrenheit",
}  # fmt: skip
_PREFIXES = {
    "": ("", "", ""), "kilo": ("كيلو", "kilo", "k"), "mega": ("ميغا ميجا ميقا ميكا مييا", "mega", "m"),
    "giga": ("غيغا جيجا جيغا غيجا قيقا", "giga", "g"), "tera": ("تيرا ترا", "tera", "t"),
}  # fmt: skip
_BASES = {
    "watts": ("واط وات واطا", "watt watts", "w wh watt-hour watt-hours"), "hertz": ("هرتز هيرتز هيرتزا", "hertz", "hz"),
    "bytes": ("بايت بايتا بايتات", "byte bytes", "b"), "bits": ("بت بتا", "bit bits", "bps bit/s bits/s"),
    "tons": ("طن طنا", "ton tons tonne tonnes", ""), "volts": ("فولت فولتا فولط", "volt volts", "v"),
}  # fmt: skip


def _prefixed() -> Iterator[tuple[str, list[str], list[str]]]:
    """Units with a prefix of thousands, which change the number by a thousand: their Arabic and their English."""
    for prefix, (arabic, full, sign) in _PREFIXES.items():
        for base, (words, names, signs) in _BASES.items():
            if not prefix and base in ("tons", "bits", "bytes"):  # tonnes are above; the others have other senses
                continue
            spelled = [f"{lead}{word}" for lead in arabic.split() or [""] for word in words.split()]
            written = [f"{full}{name}" for name in names.split()]
            written += [f"{sign}{short}" for short in signs.split() if sign or len(short) > 1]
            yield f"{prefix}{base}", spelled, written


_ARABIC_UNITS = {word: unit for unit, words in _ARABIC.items() for word in words.split()}
_ENGLISH_UNITS = {word: unit for unit, words in _ENGLISH.items() for word in words.split()}
for _unit, _spelled, _written in _prefixed():
    _ARABIC_UNITS |= dict.fromkeys(_spelled, _unit)
    _ENGLISH_UNITS |= dict.fromkeys(_written, _unit)
YEARS_OF = {"decades": 10, "centuries": 100}
"""Five decades are fifty years."""
_AFTER_ARABIC = re.compile(r" ?(?:(?:درجه )(?=فهرنهايت))?(?:([A-Za-z]+(?:/s)?)|([ء-ي]+)(?: ([ء-ي]+))?)")
_AFTER_ENGLISH = re.compile(
    r"[ \u00a0\u202f-]{0,2}(?:(?:square|cubic|metric|nautical|consecutive|additional|more|further|full|whole|straight|"
    r"degrees?)[ -]|°\s?(?=F))?([A-Za-z]+(?:/[hs]\b|-hours?\b|[²2](?!\w))?)",
    re.IGNORECASE,
)


def arabic_measure(folded: str, end: int) -> str:
    """The unit of the number that ends at `end` of a folded text; empty for none."""
    match = _AFTER_ARABIC.match(folded, end)
    if match is None:
        return ""
    if match[1]:
        return _ENGLISH_UNITS.get(match[1].lower(), "")
    if match[2] == "كيلو" and (match[3] or "").startswith("متر"):
        return "kilometres"
    if match[3] and (unit := _ARABIC_UNITS.get(match[2] + match[3])):  # «كيلو واط» in two words
        return unit
    return _ARABIC_UNITS.get(match[2], "")  # «كيلو» alone may be a weight


def english_measure(text: str, end: int, glued: str = "") -> str:
    """The unit of the number that ends at `end`, perhaps `glued` to it as in 500MW; empty for none."""
    if glued:
        return _ENGLISH_UNITS.get(glued, "")
    match = _AFTER_ENGLISH.match(text, end)
    if match is None:
        return ""
    word = match[1].lower()
    if word == "f" and "°" in match[0]:
        return "degrees Fahrenheit"
    return _ENGLISH_UNITS.get(word, "")
