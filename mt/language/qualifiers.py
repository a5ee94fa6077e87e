"""Words that make an office or a statement another one: former, deputy, acting, perhaps. Lost or added, facts change.

Each has its Arabic and all English that may stand for it, and the other way round; what is not surely lost is not told.
Rates: docs/TRUST.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LEAD = r"(?<![ء-ي])[وف]?[بلك]?(?:ال|لل)?"
_END = r"(?![ء-ي])"
_OFFICE = r"\s+(?:ال|لل|ل)?(?:رييس|وزير|مدير|امين|محافظ|حاكم|قايد|عمده|مستشار|مفوض|مساعد|وزراء|مدرب)"
_EARLIER = (
    r"former\w*|ex|previous\w*|earlier|past|last|prior|before|then|preced\w*|predecess\w*|predat\w*|prefab\w*|pre-\w+|"
    r"old\w*|ago|already|once|late\w*|used|one-time|onetime|original\w*|first|again|return\w*|histor\w*|early|"
    r"unprecedented|premature\w*|above\w*|aforementioned|foregoing|gone|older|ancient|ahead|back\w*|rac\w+|compet\w*|without"
)
_PERHAPS = (
    r"may|might|could|can|would|will|perhaps|maybe|possib\w*|probab\w*|potential\w*|likel\w*|unlikely|chance\w*|risk\w*|"
    r"sometimes|often|able|cannot|if|should|must|shall|tend\w*|seem\w*|appear\w*|apparent\w*|suspect\w*|believ\w*|"
    r"think\w*|thought|suppos\w*|expect\w*|estimat\w*|eventual\w*|hope\w*|imagin\w*|conceiv\w*|doubt\w*|up to|toler\w*|"
    r"presum\w*|prospect\w*|feel\w*|felt"
)
_HELD = (
    r"alleg\w*|claim\w*|report\w*|suspic\w*|assum\w*|said|say\w*|consider\w*|so-called|hypothe\w*|accus\w*|purport\w*|"
    r"contend\w*|prone|deem\w*|ought|opinion|view\w*|self-styled|pretend\w*|ostensib\w*"
)

_LOST = tuple(
    (re.compile(arabic), re.compile(rf"\b(?:{english})\b", re.IGNORECASE))
    for arabic, english in (
        (rf"{_LEAD}(?:سابق|سابقه|سابقين|سابقون|اسبق|سابقا){_END}", _EARLIER),
        (
            rf"{_LEAD}(?:نايب|نايبه|نايبا|نواب)(?!\s+المحافظ){_OFFICE}",
            r"deput\w*|vice\w*|assistant|under|lieutenant|second",
        ),
        (rf"{_LEAD}(?:مساعد|مساعده|مساعدا|مساعدي){_OFFICE}", r"assist\w*|deput\w*|aides?|vice|under\w*|help\w*|co-\w+"),
        (
            rf"{_LEAD}وكيل\w{{0,2}}\s+(?:ال|لل|ل)?(?:وزاره|وزير|اماره|وزارات){_END}",
            r"under\w*|deput\w*|vice\w*|assistant\w*",
        ),
        (
            rf"القايم\w*\s+باعمال|بالانابه{_END}|{_LEAD}(?:موقت|موقته){_END}(?=.*(?:رييس|حكوم|وزير|مدير|ادار))",
            r"acting|charg\w*|interim\w*|caretaker|temporar\w*|provisional\w*|transition\w*|agency|proxy|fleeting|short\w*|"
            r"cache|memory|stopgap|behalf",
        ),
        (rf"{_LEAD}ربما{_END}|(?<![ء-ي])[وف]?قد\s+(?:لا\s+)?ي[ء-ي]{{2,}}", _PERHAPS),
        (
            rf"{_LEAD}(?:يحتمل|محتمل|محتمله|محتملا|محتملين|يعتقد|يشتبه|مشتبه|يزعم|مزعوم|مزعومه|مزعومين){_END}",
            f"{_PERHAPS}|{_HELD}",
        ),
    )
)
_ADDED = tuple(
    (re.compile(rf"\b(?:{english})", re.IGNORECASE), re.compile(arabic))
    for english, arabic in (
        (
            r"former\b|ex-(?!divid)(?=[a-z])",
            "سابق|اسبق|قديم|مخلوع|معزول|منتهي|راحل|مقال|قدام|متقاعد|اول|يوغ|سوفيت|سالف|كان|خلف|ماضي|سبق|غابر|متحول",
        ),
        (
            r"(?:deputy|vice)[ -](?:prime|president|premier|minister|director|governor|chairman|secretary|speaker)\b",
            "نايب|نواب|وكيل|وكلاء|مساعد|ولي ولي|معاون|نيابه|ثان",
        ),
        (
            r"(?:acting|interim|caretaker) (?:president|prime|minister|director|head|chief|government|secretary)\b",
            "موقت|انتقالي|باعمال|نيابه|وكاله|تصريف|مكلف|تسيير|انابه|معين|تكليف",
        ),
    )
)


def lost_qualifiers(folded: str, english: str) -> Iterator[str]:
    """Arabic qualifiers of a folded source for which the English has nothing at all."""
    for arabic, possible in _LOST:
        if (found := arabic.search(folded)) and not possible.search(english):
            yield found[0]


def added_qualifiers(folded: str, english: str) -> Iterator[str]:
    """English qualifiers of an office for which the folded source has nothing at all."""
    for said, possible in _ADDED:
        if (found := said.search(english)) and not possible.search(folded):
            yield found[0]
