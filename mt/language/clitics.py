"""What Arabic writes together with a word: «and», «so», «with», «to», «like», the article, and endings.

Without a dictionary no cut is always right, so each use has its own: `stems` keeps the article, which is part of a
name; `bare_forms` tries every cut, for a match in a table proves it; `light_stem` takes one, the same for all forms of
a word; `without_prefix` and `dictionary_forms` ask a list of words, of which the first was built with that cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

OTHER_PROCLITICS = "بلكفس"
"""What `light_stem` leaves before a word, for no article tells that it is none of its letters."""
_PROCLITICS = tuple("وبال وكال فبال ولل وال فال بال كال لل ال وب ول وس و ف ب ل ك س".split())
_SUFFIXES = ("هما", "كما", "تين", "تان", "ها", "هم", "هن", "نا", "ات", "ان", "ون", "ين", "يه", "ه", "ي", "ا")
_WITH_ARTICLE = "ال|بال|كال|لل"
_PREFIX = re.compile(rf"[وف]?(?:{_WITH_ARTICLE})|[وفبلك]")
_PREFIXES = re.compile(rf"(?:[وف]?(?:{_WITH_ARTICLE}|[بلك])|[وف])?")
_ENDING = re.compile("(?:ها|هم|ات|ين|ون|ان|يه|ه|ي)\\Z")


def stems(word: str) -> Iterator[tuple[str, str]]:
    """A folded word as it is, then without what may be written together with it: pairs of clitics and the rest.

    After «ل» the article loses its alef, so «للاردن» is «ل» with «الاردن». Most letters with the name come first.

    >>> list(stems("وللاردن"))[-1]
    ('ول', 'الاردن')
    """
    yield "", word
    for conjunction in ("", word[:1]) if word[:1] in ("و", "ف") else ("",):
        rest = word[len(conjunction) :]
        if conjunction and len(rest) > 1:
            yield conjunction, rest
        if rest[:1] in ("ب", "ل", "ك") and len(rest) > 2:
            yield conjunction + rest[:1], rest[1:]
        if rest.startswith("لل") and len(rest) > 3:
            yield conjunction + "ل", "ا" + rest[1:]


@lru_cache(maxsize=65536)
def bare_forms(word: str) -> tuple[str, ...]:
    """A folded word as it stands, then without each run of proclitics that leaves two letters or more."""
    forms = [word]
    forms += [word[len(lead) :] for lead in _PROCLITICS if word.startswith(lead) and len(word) - len(lead) >= 2]
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=65536)
def light_stem(word: str) -> str:
    """A folded word without article, «و» and endings, three letters kept: after light10 (Larkey et al. 2007)."""
    for lead in ("وبال", "وال", "بال", "كال", "فال", "ولل", "لل", "ال", "و"):
        if word.startswith(lead) and len(word) - len(lead) >= (3 if lead == "و" else 2):
            word = word[len(lead) :]
            break
    for _ in range(3):
        for end in _SUFFIXES:
            if word.endswith(end) and len(word) - len(end) >= 3:
                word = word[: -len(end)]
                break
    return word


def without_prefix(word: str) -> str:
    """The word without conjunction and article, or one letter of the clitics, where at least three letters are left."""
    prefix = _PREFIX.match(word)
    return word[prefix.end() :] if prefix and len(word) - prefix.end() >= 3 else word


def dictionary_forms(word: str) -> frozenset[str]:
    """A word after `fold_spelling`, the same without its longest run of clitics, and without an ending as well."""
    bare = _PREFIXES.sub("", word, count=1)
    return frozenset((word, bare, _ENDING.sub("", bare)))
