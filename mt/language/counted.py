"""What numbers of the news count, where one thing for another is an error: the killed and the wounded, men and women.

The kinds of one group exclude each other: who counts the dead does not count the wounded.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

_GROUPS: tuple[dict[str, tuple[str, str]], ...] = (
    {
        "the killed": (
            r"قتل(?:ي|ت|وا|ا)?|قتيل\w{0,2}|[يت]قتل|مقتل\w{0,2}|مصرع\w{0,2}|شهداء|شهيد\w{0,2}|استشه\w+|وفا[هة]|وفيات|توفي\w{0,2}|"
            r"لقوا|لقي|اودت?|ميت\w?|موت\w?",
            r"kill\w*|dead|deaths?|die[ds]?|dying|fatalit\w+|slain|martyr\w*|lives|toll|perish\w*|murder\w*|bodies|claim\w*|"
            r"assassinat\w+",
        ),
        "the wounded": (
            r"جرح(?:ي|ت|وا|ا)?|جريح\w{0,2}|[يت]جرح|مصاب\w{0,3}|اصيب\w{0,2}|اصابه|اصابات|بجروح|جروح",
            r"wound\w*|injur\w*|hurt|casualt\w+|hospitali[sz]ed|infect\w*",
        ),
        "the rescued": (
            r"انقذ\w{0,2}|انقاذ\w{0,2}|ناجي?ا?|ناجين|ناجون|نجا|نجوا",
            r"rescu\w*|surviv\w*|saved?|alive|pull\w*|escap\w*",
        ),
        "the released": (r"افرجت?|افراج|سراح\w{0,3}", r"releas\w*|fre[ei]\w*|liberat\w*|pardon\w*"),
        "the missing": (r"مفقود\w{0,3}|فقدان|فقدوا", r"missing|disappear\w*|lost|unaccounted"),
        "the arrested": (
            r"اعتقل\w{0,2}|اعتقال\w{0,2}|معتقل\w{0,3}|توقيف\w?|القبض|محتجز\w{0,3}|احتجاز|احتجز\w{0,2}",
            r"arrest\w*|detain\w*|detention\w*|captur\w*|custody|held|holding|seiz\w*|hostages?|captives?|prisoners?|"
            r"apprehend\w*|nabb\w+|caught",
        ),
    },
    {
        "men": (r"رجال|رجلا?|رجلين|ذكور|ذكرا?", r"m[ea]n|males?|guys|gentlem[ea]n"),
        "women": (r"نساء|امراه|سيد(?:ه|ات)|اناث|نسوه|انثي", r"wom[ea]n|females?|ladies|lady"),
        "children": (
            r"طفل\w{0,3}|اطفال\w{0,2}|رضيع\w?|رضع|اولاد",
            r"child(?:ren)?|kids?|infants?|bab(?:y|ies)|minors?|boys?|girls?|toddlers?|sons?|daughters?",
        ),
    },
    {
        "soldiers": (
            r"جندي\w{0,2}|جنود\w{0,2}|عسكري\w{0,2}",
            r"soldiers?|troops?|servicem[ea]n|militar\w+|personnel|army|conscripts?|marines?|forces?",
        ),
        "police": (r"شرطي\w{0,2}|شرطه", r"police\w*|cops?|officers?|constables?"),
        "civilians": (r"مدني\w{0,3}", r"civil\w*|residents?"),
        "militants": (
            r"مسلح\w{0,3}|ارهابي\w{0,3}|متمرد\w{0,3}|متشدد\w{0,3}",
            r"militants?|gunm[ea]n|terror\w*|rebels?|insurgents?|fighters?|extremists?|armed|guerrill\w+|hardliners?|"
            r"mutin\w+|radicals?",
        ),
    },
    {
        "votes for": (
            r"ايد\w{0,2}|مويد\w{0,3}|وافق\w{0,2}|بموافقه|لصالح\w?",
            r"for|favou?r\w*|support\w*|back\w*|approv\w*|agree\w*|yes|ayes?|adopt\w*|endors\w*|pass(?:ed|es)",
        ),
        "votes cast": (r"(?!)", r"vot(?:ed|es?|ing)"),
        "votes against": (
            r"عارض\w{0,3}|معارض\w{0,3}|رفض\w{0,2}|رافض\w{0,2}",
            r"against|oppos\w*|reject\w*|no|refus\w*|declin\w*|dissent\w*|object\w*|dismiss\w*|den(?:y|ied|ies)|nays?|"
            r"disapprov\w*|voted down|condemn\w*|veto\w*",
        ),
        "abstentions": (
            r"امتنع\w{0,2}|امتناع|ممتنع\w{0,3}|تغيب\w{0,2}",
            r"abst[ae]\w+|absent\w*|blank|refrain\w*|refus\w*|declin\w*",
        ),
    },
)  # fmt: skip
_LEAD = r"(?<![ء-ي])[وفبكل]{0,2}(?:ال|ل)?"
_ARABIC = tuple(
    {kind: re.compile(rf"{_LEAD}(?:{arabic})(?![ء-ي])") for kind, (arabic, _) in group.items()} for group in _GROUPS
)
_ENGLISH = tuple(
    {kind: re.compile(rf"\b(?:{english})\b", re.IGNORECASE) for kind, (_, english) in group.items()}
    for group in _GROUPS
)

Kinds: TypeAlias = tuple[frozenset[str], ...]
"""Of each group the kinds of which a text speaks."""


@lru_cache(maxsize=4096)
def arabic_kinds(folded: str) -> Kinds:
    """What a folded Arabic text, the words around a number, says that it counts."""
    return tuple(frozenset(kind for kind, words in group.items() if words.search(folded)) for group in _ARABIC)


@lru_cache(maxsize=4096)
def english_kinds(text: str) -> Kinds:
    """What an English text, the words around a number, says that it counts."""
    return tuple(frozenset(kind for kind, words in group.items() if words.search(text)) for group in _ENGLISH)
