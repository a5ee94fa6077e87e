"""Cleaning: an ordered list of pure steps from the text as it was read to the text that every later stage sees.

What is changed carries no meaning for translation (encodings, markup, drawing aids, vowel marks, white space), or is
damage that the letters alone prove. Letters are never folded: the forms of alef, alef maqsura and ta marbuta stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from mt.language.letters import BLOCK, SCRIPT, SUPPLEMENTS
from mt.records import Change
from mt.text.lam_alef import mend_lam_alef
from mt.text.lines import CELL, join_wrapped, part_cells
from mt.text.markup import resolve_escapes, take_out_markup

CLEANING_VERSION = "4"
"""Part of a report's signature; raised whenever a step changes what comes out, or what a model gets, for some text."""

_MARKS = (
    "\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670"  # harakat, small alef
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff"  # signs of Koran editions
)
"""Vowel marks, but not madda and hamza (U+0653–0655): these make letters, and NFC joins them."""

_Step = Callable[[str], tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text and the steps that changed something on the way, in their order."""

    text: str
    changes: tuple[Change, ...]


def clean(text: str) -> Cleaned:
    r"""Run all steps once, in the order of `STEPS`.

    Idempotent; a text that needs nothing comes back as the same characters with no changes. The result is NFC, holds
    no surrogate (so it can be written as UTF-8), its only line break is a newline, its only other white space a single
    space, or a single tab between the cells of a table, and it has no outer white space and at most one blank line in a
    row.

    >>> cleaned = clean("قـــال\u00a0الرئيسُ")
    >>> cleaned.text
    'قال الرئيس'
    >>> [(change.step, change.count) for change in cleaned.changes]
    [('harakat', 1), ('tatweel', 1), ('spaces', 1)]
    """
    changes = []
    for name, step in STEPS:
        text, count = step(text)
        if count:
            changes.append(Change(name, count))
    return Cleaned(text.replace(CELL, "\t"), tuple(changes))


def _replacing(pattern: str, by: str | Callable[[re.Match[str]], str] = "") -> _Step:
    compiled = re.compile(pattern)
    return lambda text: compiled.subn(by, text)


# ---------------------------------------------------------------- steps that need more than one pattern


def _surrogates(text: str) -> tuple[str, int]:
    """A pair of halves becomes the character it stands for; a half alone becomes U+FFFD, which UTF-8 can write."""
    return _SURROGATES.subn(lambda m: m[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace"), text)


_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")

_PHRASES = {"ﷺ": "صلى الله عليه وسلم", "ﷻ": "جل جلاله", "﷽": "بسم الله الرحمن الرحيم"}
"""Signs that stand for whole words: written out, because vocabularies of models lack them."""

_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefe]")
_WORD_CHARACTER = re.compile(f"[{SCRIPT}\\w]")


def _presentation_forms(text: str) -> tuple[str, int]:
    """Shapes back to letters (ﻻ → لا); signs with no letters behind them, such as ﴾ and ﷼'s kin, stay."""
    pieces, count, last = [], 0, 0
    for match in _PRESENTATION.finditer(text):
        letters = _unshaped(match[0])
        if letters == match[0]:
            continue
        if match[0] in _PHRASES:
            letters = _spaced(letters, text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1])
        pieces += [text[last : match.start()], letters]
        count, last = count + 1, match.end()
    return ("".join([*pieces, text[last:]]), count) if count else (text, 0)


@cache
def _unshaped(shape: str) -> str:
    """The letters of one presentation form; marks drawn on a space or a tatweel come back bare."""
    if shape in _PHRASES:
        return _PHRASES[shape]
    if shape == "﷼":  # Unicode spells it with Persian yeh, which no Arabic text does
        return "ريال"
    letters = unicodedata.normalize("NFKC", shape)
    bare = letters.lstrip(" ـ")
    return bare if bare and unicodedata.combining(bare[0]) else letters


def _spaced(words: str, before: str, after: str) -> str:
    """Words kept apart from the letters that touched their sign."""
    left = " " if _WORD_CHARACTER.match(before) else ""
    right = " " if _WORD_CHARACTER.match(after) else ""
    return f"{left}{words}{right}"


def _zero_width(text: str) -> tuple[str, int]:
    """Drop what has no width, but keep the joiners that spell something.

    A non-joiner (U+200C) stays between two Arabic-script letters of a text that has letters of Persian or its
    neighbours, as in می\u200cخواهم; in Arabic it is a typing accident. Both joiners stay where they touch neither the
    Arabic script nor ASCII, white space or an edge: inside emoji and Indic words.
    """
    text, count = _INVISIBLE.subn("", text)
    if "\u200c" not in text and "\u200d" not in text:
        return text, count
    kept = _PERSIAN_SPELLING if _PERSIAN.search(text) else _FOREIGN_JOINER
    pieces = [m[0] if kept.fullmatch(text, max(0, m.start() - 1), m.end() + 1) else "" for m in _JOINERS.finditer(text)]
    rest = iter(_JOINERS.split(text))
    joined = next(rest) + "".join(piece + part for piece, part in zip(pieces, rest, strict=True))
    return joined, count + pieces.count("")


_INVISIBLE = re.compile("[\u034f\u180e\u200b\u2060-\u2064\ufeff]")
_JOINERS = re.compile("[\u200c\u200d]+")
_PERSIAN = re.compile("[پچژگکیہےۆێەڤټډ]")
_FOREIGN = f"[^\\s\x00-\x7f{BLOCK}{SUPPLEMENTS}]"
_FOREIGN_JOINER = re.compile(f"{_FOREIGN}[\u200c\u200d]{_FOREIGN}")
_PERSIAN_SPELLING = re.compile(f"{_FOREIGN_JOINER.pattern}|[{SCRIPT}]\u200c[{SCRIPT}]")


def _without_bidi(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    apart = text[start - 1 : start].isalpha() and text[end : end + 1].isalpha()
    return " " if apart and _EMBEDDING.search(match[0]) else ""


_EMBEDDING = re.compile("[\u202a\u202b\u202d\u202e]")


def _tatweel(text: str) -> tuple[str, int]:
    """Unstretch words (قـــال) and bare prefixes (بـ«عكاظ»); ـ that touches no letter is a dash, هـ the Hijri sign."""
    count = 0

    def unstretched(match: re.Match[str]) -> str:
        nonlocal count
        before = text[max(0, match.start() - 2) : match.start()]
        if _ONE_LETTER.match(text, match.end()):
            kept = ""
        elif _HIJRI.fullmatch(before):
            kept = "ـ"
        else:
            kept = "" if _LETTER_LAST.search(before) else match[0]
        count += kept != match[0]
        return kept

    return _STRETCH.sub(unstretched, text), count


_STRETCH = re.compile("ـ+")
_ONE_LETTER = re.compile(f"[{SCRIPT}]")
_LETTER_LAST = re.compile(f"[{SCRIPT}\u0653-\u0655]\\Z")
_HIJRI = re.compile(f"[^{SCRIPT}ـ]?ه")


def _nfc(text: str) -> tuple[str, int]:
    """Canonical composition (Unicode annex 15); counts the words that changed."""
    if unicodedata.is_normalized("NFC", text):
        return text, 0
    composed = unicodedata.normalize("NFC", text)
    pairs = zip(text.split(" "), composed.split(" "), strict=True)  # NFC neither makes nor takes a space
    return composed, sum(old != new for old, new in pairs)


WHITE_SPACE = frozenset(("line endings", "spaces", "line edges", "blank lines", "outer white space"))
"""The steps that change nothing but white space."""

STEPS: tuple[tuple[str, _Step], ...] = (
    ("line endings", _replacing("\r\n?|[\u2028\u2029\x85\x0b\x0c]", "\n")),
    ("surrogates", _surrogates),
    ("control characters", _replacing("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb\ufdd0]")),
    ("soft hyphens", _replacing("\xad")),
    ("unresolved escapes", resolve_escapes),
    ("markup", take_out_markup),
    # An embedding between two letters stands where a space was lost (seen in news); elsewhere it has no width.
    ("bidi controls", _replacing("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]+", _without_bidi)),
    ("presentation forms", _presentation_forms),
    ("harakat", _replacing(f"[{_MARKS}]+")),
    ("zero-width characters", _zero_width),
    ("tatweel", _tatweel),
    ("NFC", _nfc),
    ("lam-alef of PDF text", mend_lam_alef),
    ("table cells", part_cells),
    ("spaces", _replacing("[^\\S\n ][^\\S\n]*| (?:[^\\S\n])+", " ")),
    ("line edges", _replacing(" \n ?|\n ", "\n")),
    ("blank lines", _replacing("\n{3,}", "\n\n")),
    ("outer white space", _replacing("\\A\\s+|\\s+\\Z")),
    ("broken lines joined", join_wrapped),
)
"""Name and function of every step. Marks go before tatweel and joiners, which look at neighbours; NFC after all that
could keep a letter and its hamza apart; white space last, since other steps leave gaps."""
