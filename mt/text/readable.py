"""What a model gets in place of characters that it has hardly seen: Western digits and signs, the letters of Arabic.

One character for one, so that every span of the text stays what it is; the article keeps what its author wrote.
"""

from __future__ import annotations

import re
import unicodedata

from mt.language.letters import ARABIC
from mt.records import Change

_EASTERN = {ord(digit): str(unicodedata.digit(digit)) for digit in "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"}
_SIGNS = {
    **{ord(sign): put for sign, put in zip("٪٫٬٭−", "%.,*-", strict=True)},
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}
_ALIKE = {"ك": "کڪ", "ي": "یېۍێے", "ه": "ہھەۀۂ", "ة": "ۃ", "و": "ۆۇۈ", "ا": "ٱ"}
_LETTERS = {ord(letter): arabic for arabic, letters in _ALIKE.items() for letter in letters}
_KINDS: tuple[tuple[str, dict[int, str]], ...] = (
    ("Eastern digits", _EASTERN),
    ("signs of numbers and full-width forms", _SIGNS),
    ("look-alike letters", _LETTERS),
)
_TABLE = {code: put for _, table in _KINDS for code, put in table.items()}
_FOREIGN = re.compile(f"[{''.join(map(re.escape, map(chr, _TABLE)))}]")
_EUROPEAN = re.compile(r"(?<![\w.,/-])[1-9]\d{0,2}(?:\.\d{3}){2,}(?![\w/-]|[.,]\d)")
"""A number whose thousands are parted by stops, as `1.234.567`."""
_MAQSURA = frozenset(
    "إلى على حتى لدى متى سوى مدى موسى عيسى مصطفى يحيى ليلى سلمى منى هدى ذكرى أخرى كبرى صغرى عظمى أولى وسطى يمنى يسرى "
    "مستشفى مبنى معنى مستوى ملتقى منتدى مقهى مرضى قتلى جرحى أسرى ضحى ندوى أقصى أدنى أعلى مرتضى رضى بشرى فتوى دعوى شكوى "
    "قوى قرى ذرى مشفى مرسى يسعى يرى يبقى تبقى ألقى تلقى يتلقى أدى نفى أعطى أجرى جرى بنى تولى يتولى أنهى التقى مضى "
    "سعى".split()
)
"""Words that end in ى; in the spelling of Iran and of some of Iraq and Egypt it is written as ي is."""
_PERSIAN_YEH = re.compile(f"[{ARABIC}کی]+ی(?![{ARABIC}کی])")


def readable(text: str) -> str:
    """The text as a model gets it, of the same length.

    >>> readable("بلغت ٢٥٪ فی کرکوک")
    'بلغت 25% في كركوك'
    """
    if _FOREIGN.search(text):
        text = _PERSIAN_YEH.sub(_with_its_yeh, text).translate(_TABLE)
    return _EUROPEAN.sub(_with_commas, text) if "." in text else text


def readable_changes(text: str) -> tuple[Change, ...]:
    """What `readable` changes, by kind, in the form of cleaning steps."""
    parted = sum(_with_commas(match) != match[0] for match in _EUROPEAN.finditer(text.translate(_EASTERN)))
    counts = [(name, sum(ord(letter) in table for letter in text)) for name, table in _KINDS]
    counts.append(("stops that part thousands", parted))
    return tuple(Change(f"{name} (for the model only)", count) for name, count in counts if count)


def _with_commas(match: re.Match[str]) -> str:
    """The number as English parts it; an IP address stays."""
    groups = match[0].split(".")
    address = len(groups) == 4 and all(int(group) < 256 for group in groups)
    return match[0] if address else ",".join(groups)


def _with_its_yeh(match: re.Match[str]) -> str:
    word = match[0].translate(_LETTERS)
    bare = word[1:] if word[0] in "وفبل" and len(word) > 3 else word
    maqsura = any(form[:-1] + "ى" in _MAQSURA for form in (word, bare, bare.removeprefix("ال")))
    return word[:-1] + "ى" if maqsura else word
