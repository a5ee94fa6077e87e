"""Numbers that count nothing: phones, accounts, books, papers, versions. They are copied digit for digit.

A run of digits is an identifier by its form (an international prefix, a leading zero, letters glued to it, more digits
than any quantity of the news), or by the word before it (رقم, هاتف, “account No.”).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORDS_BEFORE = (
    r"رقم|الرقم|برقم|بالرقم|ارقام|هاتف|الهاتف|بالهاتف|هواتف|تلفون|تليفون|جوال|الجوال|محمول|موبايل|واتساب|الواتساب|فاكس|"
    r"حساب|الحساب|حسابه|ايبان|الايبان|هويه|الهويه|هويته|جواز|الجواز|رمز|الرمز|كود|ردمك|السجل|سجل|ترخيص|الترخيص|"
    r"تحويله|بريدي|البريدي|ص\.?ب|اللوحه|لوحه|المرجع|الموحد|الموحده|المجاني|الدولي|الوطني|الوطنيه|الضريبي|التسلسلي"
)
_ENGLISH_BEFORE = (
    r"number|numbers|no|nos|phone|telephone|tel|call|calling|whatsapp|fax|mobile|hotline|account|iban|isbn|issn|id|"
    r"identity|identification|card|passport|code|postcode|zip|box|registration|licen[cs]e|plate|ref|reference|serial|"
    r"extension|ext"
)
_BEFORE = re.compile(
    rf"(?:(?<![ء-ي])(?:{_WORDS_BEFORE})(?![ء-ي])(?:\W{{1,3}}[ء-ي]+){{0,2}}|\b(?:{_ENGLISH_BEFORE})\b\.?(?:\W{{1,3}}(?:is|of|on|at))?)"
    r"[\s:.\-#()«»“”\"]{0,4}$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s{0,2}(?:مليون|مليار|الف|ملايين|دولار|ريال|درهم|دينار|جنيه|ليره|يورو|شخص|نسمه|متر|طن|برميل|million|billion|dollar|"
    r"riyal|dirham|dinar|pound|euro|people|tonnes?|tons?|barrels?|metres?)",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"(?<![\w.,٫٬])(?:"
    r"(?P<iban>[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){9,30})"
    r"|(?P<phone>(?:\+|00)\d{1,3}(?:[ \-]?\(?\d{1,9}\)?){1,6}|0\d{1,4}[ \-]\d{2,9}(?:[ \-]\d{2,9}){0,4}|0\d{6,})"
    r"|(?P<book>97[89](?:[- ]?\d){10})"
    r"|(?P<version>v?\d{1,3}(?:\.\d{1,3}){2,4}(?![\d,]))"
    r"|(?P<coded>[A-Z]{1,4}-?\d{5,})"
    r"|(?P<bare>\d{4,})"
    r")(?![\w])(?!,\d)(?!\.\d)"
)
_QUANTITY = 10
"""Digits in a row from which no quantity of the news is written without a mark or a scale."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A run that is copied as it stands: `text[start:end]`, and its letters and digits without spaces and hyphens."""

    start: int
    end: int
    key: str


def identifiers(text: str) -> Iterator[Identifier]:
    """The identifiers of an English text or of a folded Arabic one, in order."""
    if not re.search(r"\d\d\d\d|\d\.\d+\.\d|\+\d", text):
        return
    for match in _FORM.finditer(text):
        if match["version"] and _is_grouped(match.group()):
            continue
        if match["bare"] and not _is_bare_identifier(text, match):
            continue
        if match["phone"] and len(re.sub(r"\D", "", match.group())) < 7:
            continue
        key = re.sub(r"[\s\-+()]", "", match.group())
        yield Identifier(match.start(), match.end(), key.removeprefix("00") if match["phone"] else key)


def _is_grouped(text: str) -> bool:
    """`86.977.146` is a quantity with points for thousands, `3.11.2016` a date; `1.2.3` is a version."""
    parts = text.split(".")
    date = (
        len(parts) == 3 and text[0] != "v" and int(parts[0]) <= 31 and int(parts[1]) <= 12 and len(parts[2]) in (2, 4)
    )
    return all(len(part) == 3 for part in parts[1:]) or (date and len(parts[2]) >= 2)


def _is_bare_identifier(text: str, match: re.Match[str]) -> bool:
    digits = match.group()
    if _COUNTED.match(text, match.end()):
        return False
    if len(digits) >= _QUANTITY:
        return True
    return len(digits) > 4 and bool(_BEFORE.search(text, max(0, match.start() - 40), match.start()))
