"""Names: whether the Arabic explains each name of the English."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from mt.checks.arabic import arabic_words, bare_forms, fold, light_stem
from mt.checks.lexicon import english_stem, known_stem, lexicon, name_key
from mt.checks.translit import distance
from mt.checks.words import NOT_NAMES, WORD

_PART = re.compile(r"[^\W\d_]+(?:['’‘`][^\W\d_]+)*")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]+")
_PARTICLES = frozenset(
    "al el ul ad ar as an ash at az bin ben ibn bint abu abi abd abdul um umm von van der den de del della di da do dos du la le les los las the "
    "of and st saint mr mrs ms dr prof sir lord hajj haj sheikh sheikha sheik emir imam ayatollah sayyid sayed jr sr ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xx xxi "
    "god allah prophet i'm i've i'd i'll it's pm am ad bc ok tv no vs km kg cm mm ft mph gmt utc est pdt "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december "
    "lake fort mid bay mount river island sea ocean street avenue hotel expo id ip square hill tower gate castle "
    "jan feb mar apr jun jul aug sep sept oct nov dec north south east west northern southern eastern western".split()
)


_SENTENCE_START = re.compile(r"(?:^|[.!?:;…]|[-—–] )[\s\"“”'‘(«]*$")
_BEFORE = re.compile(r"\b([A-Z]\w+)[ -]$")
_NOUN_ENDINGS = ("ism", "isms", "tion", "tions", "ness", "ment", "ments", "ing", "ings", "ed", "ly", "ers", "ous", "ity", "ities", "ology", "able", "ible", "ical", "ives", "ships", "ship", "less", "ful", "ance", "ence", "ists", "ives", "ants", "ents")


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word of the English that names somebody or something; `key` is its form in the lexicon."""

    word: str
    key: str
    acronym: bool
    before: str = ""
    """The capitalised word right before it: New of New Hampshire, which Arabic may write as one word."""


def english_names(text: str) -> list[Name]:
    known = lexicon()
    found = []
    for match in _PART.finditer(text):
        word = match.group()
        if not word[0].isupper() or len(word) < 2:
            continue
        key = name_key(word)
        if key in NOT_NAMES or key in known.common or key in _PARTICLES:
            continue
        bare = word.removesuffix("'s").removesuffix("’s").removesuffix("s")
        acronym = len(bare) <= 5 and bare.isupper() and not text.isupper()
        if key not in known.names:
            if acronym:
                continue
            if english_stem(key) in known.common_stems and (key.endswith(_NOUN_ENDINGS) or _SENTENCE_START.search(text, 0, match.start())):
                continue
            if _compound(key) or key.endswith(_NOUN_ENDINGS) and _SENTENCE_START.search(text[: match.start()]):
                continue
        before = _BEFORE.search(text[max(0, match.start() - 20) : match.start()])
        found.append(Name(word, key, acronym, name_key(before[1]) if before else ""))
    return found


@lru_cache(maxsize=8192)
def _compound(key: str) -> bool:
    """Whether two common words make it up: Wildlife, Parenthood."""
    common = lexicon().common
    return len(key) >= 7 and any(key[:n] in common and key[n:] in common for n in range(3, len(key) - 2))


def strange_names(source: str, text: str) -> list[str]:
    names = english_names(text)
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
    """Whether the source spells the name, alone or with the word before or after it, if that is no known name itself."""
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


def _spellings(words: list[str]) -> list[tuple[str, bool]]:
    """The words that may spell a name, and what adjacent ones spell together; whether each is no ordinary word."""
    known = lexicon()
    free = [known.is_name(stem) is not False and stem not in known.frequent for stem in map(known_stem, words)]
    found: dict[str, bool] = {}
    for n, word in enumerate(words):
        for form in bare_forms(word) if len(word) > 2 and word not in known.frequent else ():
            found[form] = found.get(form, False) or free[n]
        if n + 1 < len(words) and (free[n] or free[n + 1]):
            found.update((form + words[n + 1], True) for form in bare_forms(word))
    return list(found.items())


@lru_cache(maxsize=8192)
def _variants(key: str) -> tuple[str, ...]:
    key = "".join(letter for letter in unicodedata.normalize("NFKD", key) if letter.isalpha())
    forms = [key]
    for end in ("ians", "ian", "eans", "ean", "ans", "an", "ese", "ish", "is", "i", "ites", "ite", "ist", "ists", "ic", "s", "ns", "n"):
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
    return limit * (0.7 if known else 1), 0.06 if consonants > 2 else 0.03


def missing_names(source: str, text: str) -> list[str]:
    """The source's words that are almost always rendered by a name which this English lacks, folded, in order."""
    known = lexicon()
    bag = frozenset(english_stem(part) for part in (*_PART.findall(text), *WORD.findall(text)))
    found = []
    for word in arabic_words(source):
        rendering = known.renderings.get(known_stem(word))
        if (
            rendering
            and rendering.present >= SURE
            and known.name_stems.issuperset(rendering.first)
            and rendering.stems.isdisjoint(bag)
            and not word.endswith(("ات", "ه", "ا") if known_stem(word) in ("عرب",) else "ات")
            and not _spelled_by_any(word, text)
        ):
            found.append(word)
    return found


def _spelled_by_any(word: str, text: str) -> bool:
    forms = [(form, True) for form in bare_forms(word)]
    return any(_spelled(name_key(part), forms, False) for part in _PART.findall(text) if part[0].isupper())


SURE = 0.95
