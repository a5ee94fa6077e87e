"""Arabic duals that count: «أسبوعين», two weeks, and the English that says two.

Only nouns whose dual hardly ever means anything else; not with the article, where the two may be named one by one
(«العامين 2008 و2009») and the word may be a plural («الأمناء العامين»).
"""

from __future__ import annotations

import re

_NOUNS = (
    "يوم اسبوع شهر عام سنت ساعت مرت شخص هدف قتيل جريح جندي امرات طفل نقطت مبارات ميداليت سيارت كيلومتر دولت ليلت "
    "شقيق قذيفت صاروخ رصاصت طايرت"
)
_DUAL = re.compile(rf"(?<![ء-ي])(?!لل)[وفبلك]{{0,2}}((?:{'|'.join(_NOUNS.split())})(?:ين|ان))(?![ء-ي])")
_TWO = re.compile(
    r"\b(?:two|2(?:nd|-\w+)?|twice|second\w*|doubl\w+|couple|pairs?|both|fortnight\w*|14|fourteen|48|24|60|120|730|20|twenty|200|"
    r"bi\w+|twins?|half|dual|duo|brace|either|neither|each|other|decades|score|ii)\b|\b\d*[12]\.\d|½|\b2(?=[a-z])",
    re.IGNORECASE,
)  # fmt: skip


def lone_duals(folded: str, english: str) -> list[str]:
    """The counting duals of a folded Arabic text whose English says two in no way, in order."""
    return [] if _TWO.search(english) else [match[1] for match in _DUAL.finditer(folded)]
