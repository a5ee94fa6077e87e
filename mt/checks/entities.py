"""Names: whether the Arabic explains each name of the English, and the English has those of the Arabic.

A name is explained by the lexicon (China: الصين), by the same Latin letters in the source, or by an Arabic word, or two
adjacent ones, that spells it. What is undecidable is passed over: acronyms and words of fewer than two letters that the
lexicon does not have, and names that are English words too (Smith, Brown), which titles and sentence starts look like.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from mt.language.arabic import arabic_words
from mt.language.calendar import MONTHS, arabic_months, english_months
from mt.language.clitics import bare_forms, light_stem
from mt.language.english import english_stem, name_key
from mt.language.folding import fold
from mt.language.letters import ARABIC
from mt.language.lexicon import known_stem, lexicon
from mt.language.transliteration import distance
from mt.language.units import arabic_unit
from mt.language.words import NAME_PARTICLES, NOT_NAMES, WORD

_PART = re.compile(r"[^\W\d_]+(?:['’‘`][^\W\d_]+)*")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]+")
# Capitals that need no Arabic of their own: particles, titles, numbers, units, months, and what stands before places.
_PARTICLES = (
    NAME_PARTICLES
    | frozenset(map(str.lower, MONTHS))
    | frozenset(
        "ul ad ar as an ash at az abi abd abdul um umm della do las les los the and of "
        "st saint mr mrs ms dr prof sir lord hajj haj sheikh sheikha sheik emir imam ayatollah sayyid sayed jr sr "
        "ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xx xxi "
        "god allah prophet i'm i've i'd i'll it's pm am ad bc ok tv no vs km kg cm mm ft mph gmt utc est pdt "
        "lake fort mid bay mount river island sea ocean street avenue hotel expo id ip square hill tower gate castle "
        "jan feb mar apr jun jul aug sep sept oct nov dec "
        "north south east west northern southern eastern western".split()
    )
)


_ACRONYM = re.compile(r"\b[A-Z][A-Za-z]{0,4}[A-Z]s?\b")
_MONEY = re.compile(
    r"\b(?:SR|SAR|QR|QAR|AED|Dhs?|EGP|LE|KWD|KD|BHD|BD|JOD|JD|IQD|DZD|TND|MAD|LBP|OMR|US\$|USD)(?:\b|(?=\d))"
)
_IN_ALEF = re.compile(f"(?<![{ARABIC}])[{ARABIC}]{{4,}}ى(?![{ARABIC}])")
_SURE = 0.97
"""Least share of translations in which a name of the source has to appear for its lack to be worth a doubt."""
_SENTENCE_START = re.compile(r"(?:^|[.!?:;…]|[-—–] )[\s\"“”'‘(«]*$")
_DEMONYMS = tuple("ians ian eans ean ans an ese ish is i ites ite ist ists ic s ns n".split())
_BEFORE = re.compile(r"\b([A-Z]\w+)[ -]$")
_NOUN_ENDINGS = tuple(
    "ism isms tion tions ness ment ments ing ings ed ly ers ous ity "
    "ities ology able ible ical ives ships ship less ful ance ence ists ants ents".split()
)


_NO_NAME_ENDINGS = ("hood", "itis")
"""Endings that no name has, whatever the tables say: Parenthood, Sinusitis."""


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word of the English that names somebody or something; `key` is its form in the lexicon."""

    word: str
    key: str
    acronym: bool
    before: str = ""
    """The capitalised word right before it: New of New Hampshire, which Arabic may write as one word."""


def english_names(text: str) -> list[Name]:
    """The names of an English text that can be checked, in order; see the module for what is passed over."""
    known = lexicon()
    months = {place for month in english_months(text) for place in range(month.start, month.end)}
    names = []
    for match in _PART.finditer(text):
        if match.start() in months:  # compared as dates
            continue
        word, key = match.group(), name_key(match.group())
        if not word[0].isupper() or len(word) < 2 or key in NOT_NAMES or key in known.common or key in _PARTICLES:
            continue
        bare = word.removesuffix("'s").removesuffix("’s").removesuffix("s")
        mixed = not bare.isupper() and sum(map(str.isupper, bare)) > 2  # AfCFTA
        acronym = not text.isupper() and (mixed or (len(bare) <= 5 and bare.isupper()))
        if len(key) == 2 and not acronym:  # Li, Io, Ag: half of all sentences have letters that spell them
            continue
        if len(key) > 6 and key.endswith(_NO_NAME_ENDINGS):
            continue
        if key not in known.names and (acronym or _looks_common(key, text, match.start())):
            continue
        before = _BEFORE.search(text[max(0, match.start() - 20) : match.start()])
        names.append(Name(word, key, acronym, name_key(before[1]) if before else ""))
    return names


def _looks_common(key: str, text: str, start: int) -> bool:
    """Whether a capitalised word that no table has is likely no name: by its ending, its stem, or its two halves."""
    if _compound(key):
        return True
    opens = bool(_SENTENCE_START.search(text, 0, start))
    ending, stem = key.endswith(_NOUN_ENDINGS), english_stem(key) in lexicon().common_stems
    return (ending and opens) or (stem and (ending or opens))


@lru_cache(maxsize=8192)
def _compound(key: str) -> bool:
    """Whether two common words make it up: Wildlife, Parenthood."""
    common = lexicon().common
    return len(key) >= 7 and any(key[:n] in common and key[n:] in common for n in range(3, len(key) - 2))


def strange_names(source: str, text: str, known: Iterable[str] = ()) -> list[str]:
    """The names of the English that no word of the source explains, as they stand, in order.

    `known` is English that a glossary or a lexicon has for words of the source: its names are explained.
    """
    told = {name_key(part) for english in known for part in _PART.findall(english)}
    names = [name for name in english_names(text) if name.key not in told]
    if not names:
        return []
    words = arabic_words(source)
    stems = {light_stem(form) for word in words for form in bare_forms(word)} | {known_stem(word) for word in words}
    latin = {word.lower() for word in _LATIN.findall(source)}
    unknown = {n for n, name in enumerate(names) if not _looked_up(name.key, stems, latin)}
    if not unknown:
        return []
    spellings = _spellings(words)
    return [names[n].word for n in sorted(unknown) if not _explained(names, n, unknown, spellings)]


def _explained(names: list[Name], n: int, unknown: set[int], spellings: list[tuple[str, bool]]) -> bool:
    """Whether the source spells the name, alone or with the word before or after it, if that is not spelled itself."""
    name = names[n]
    if _spelled(name.key, spellings, name.acronym):
        return True
    before = n > 0 and names[n - 1].key == name.before
    if name.before and (not before or n - 1 in unknown) and _spelled(name.before + name.key, spellings, False):
        return not before or not _spelled(names[n - 1].key, spellings, False)
    if n + 1 in unknown and names[n + 1].before == name.key and _spelled(name.key + names[n + 1].key, spellings, False):
        return not _spelled(names[n + 1].key, spellings, False)
    return False


def _looked_up(key: str, stems: set[str], latin: set[str]) -> bool:
    if key in latin:
        return True
    known = lexicon()
    for form in (key, key.removesuffix("s"), key.removesuffix("es")):
        if not known.names.get(form, frozenset()).isdisjoint(stems):
            return True
    stem = english_stem(key)
    return any(stem in known.renderings[s].stems for s in stems if s in known.renderings)


def _spellings(words: Sequence[str]) -> list[tuple[str, bool]]:
    """The words that may spell a name, and what adjacent ones spell together; whether each is no ordinary word."""
    known = lexicon()
    free = [known.is_name(stem) is not False and stem not in known.frequent for stem in map(known_stem, words)]
    spellings: dict[str, bool] = {}
    for n, word in enumerate(words):
        for form in bare_forms(word) if len(word) > 2 and word not in known.frequent else ():
            spellings[form] = spellings.get(form, False) or free[n]
            if form.endswith("يه") and len(form) > 4:  # the feminine of a nisba: «الحجازية», Hijazi
                spellings.setdefault(form[:-1], free[n])
        if n + 1 < len(words) and len(word) > 2:  # «بلاين جيت», Blainjet
            for form in bare_forms(word):
                spellings[form + words[n + 1]] = spellings.get(form + words[n + 1], False) or free[n] or free[n + 1]
    return list(spellings.items())


@lru_cache(maxsize=8192)
def _variants(key: str) -> tuple[str, ...]:
    """A name in plain letters, then without each ending that makes a people or a plural of it."""
    key = "".join(letter for letter in unicodedata.normalize("NFKD", key) if letter.isalpha())
    forms = [key]
    for end in _DEMONYMS:
        if key.endswith(end) and len(key) - len(end) >= 4:
            forms.append(key[: -len(end)])
    return tuple(forms)


def _spelled(key: str, spellings: list[tuple[str, bool]], acronym: bool) -> bool:
    if acronym and len(key) <= 3:
        return False
    known = key in lexicon().names
    for form in _variants(key):
        limit, strict = _limits(form, known)
        for word, free in spellings:
            if distance(form, word) <= (limit if free else strict):
                return True
    return False


@lru_cache(maxsize=8192)
def _limits(form: str, known: bool) -> tuple[float, float]:
    """The greatest distance for a free word, and for an ordinary one, which has to spell the name all but exactly."""
    consonants = sum(letter not in "aeiouyhw" for letter in form)
    limit = 0.3 if consonants > 3 else 0.25 if consonants == 3 else 0.12
    return limit * (0.7 if known else 1), 0.06 if consonants > 1 else 0.04


def missing_names(source: str, text: str) -> list[str]:
    """The source's words that are almost always rendered by a name which this English lacks, folded, in order.

    Not those that an acronym of the English may hold («هيئة الاتصالات الأسترالية», ACMA) or the sign of a currency
    («ريال سعودي», SR 20), months, which are compared as dates, and «اليمنى», which is the right hand, too.
    """
    known = lexicon()
    initials = frozenset("".join(_ACRONYM.findall(text)).lower()) if not text.isupper() else frozenset()
    passed = _passed_over(source, text)
    bag = frozenset(english_stem(part) for part in (*_PART.findall(text), *WORD.findall(text)))
    missing = []
    for word in arabic_words(source):
        rendering = known.renderings.get(known_stem(word))
        if (
            rendering
            and rendering.present >= _SURE
            and known.name_stems.issuperset(rendering.first)
            and rendering.stems.isdisjoint(bag)
            and not word.endswith("ات")  # «عربات» are vehicles, not Arabs
            and word not in passed
            and initials.isdisjoint(stem[0] for stem in rendering.first)
            and not _spelled_by_any(word, text)
        ):
            missing.append(word)
    return missing


def _passed_over(source: str, text: str) -> frozenset[str]:
    """The source's words, folded, that stand for no name of their own here: months, and words in «ى»; and whose
    country a sign of money says (SR 20, EGP 50)."""
    folded = fold(source)
    if _MONEY.search(text):
        words = arabic_words(source)
        money = {after for word, after in pairwise(words) if arabic_unit(word, 0, 0)}
    else:
        money = set()
    months = {word for month in arabic_months(folded) for word in arabic_words(folded[month.start : month.end])}
    hands = {fold(word) for word in _IN_ALEF.findall(source)}
    return frozenset(lead + word for word in months for lead in ("", "و", "ب", "ل", "ف")) | hands | money


def _spelled_by_any(word: str, text: str) -> bool:
    return any(spells(word, part) for part in _PART.findall(text) if part[0].isupper())


@lru_cache(maxsize=65536)
def spells(word: str, name: str) -> bool:
    """Whether a folded Arabic word may spell an English name."""
    return _spelled(name_key(name), [(form, True) for form in bare_forms(word)], False)
