"""Words and names as the checks compare them."""

from __future__ import annotations

import re

from mt.language.letters import SCRIPT

ARABIC_LETTER = re.compile(f"[{SCRIPT}]")
LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
# Words that begin with a capital for reasons of grammar or calendar, not because they name somebody.
NOT_NAMES = frozenset(
    "a about according after all also although an and another any are as at because been before both but by can "
    "could despite during each earlier even every few first for from further have he her here his how however i "
    "if in into is it its last later many meanwhile more moreover most new no not now of on once one only or "
    "other our out over second she since so some such than that the their them then there therefore these they "
    "this those three through to today two under until up was we were what when where which while who why will "
    "with would yesterday you your monday tuesday wednesday thursday friday saturday sunday".split()
)
NAME_PARTICLES = frozenset("al bin ben ibn bint abu el de da di du von van der den la le dos del".split())
"""Parts of names that may be written small within a name; each check adds what else it passes over."""


def has_arabic(text: str) -> bool:
    """Whether the text holds any letter of the Arabic script."""
    return bool(ARABIC_LETTER.search(text))
