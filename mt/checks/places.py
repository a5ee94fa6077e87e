"""Where the names of an English stand in its Arabic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mt.checks.entities import spells
from mt.language.clitics import light_stem
from mt.language.english import name_key
from mt.language.folding import MARKS, fold
from mt.language.lexicon import lexicon

_TOKEN = re.compile(r"[ء-ي]+|[^\sء-ي]")
_PRONOUN = re.compile(r"(?!ال)[ء-ي]{2,}[ء-ي](?:ه|ها|هم|هما|هن)")
"""At the end of a verb: it stands for the object."""


def source_words(source: str) -> list[str]:
    """The words and marks of a source, folded."""
    return _TOKEN.findall(fold(source))


def words_without_objects(source: str) -> list[str]:
    """The same with “…” for each word with a pronoun, which is a verb's object («شكره»)."""
    bare, folded = MARKS.sub("", source), fold(source)  # of equal length
    return [
        "…" if _PRONOUN.fullmatch(bare, match.start(), match.end()) else match.group()
        for match in _TOKEN.finditer(folded)
    ]


def place_of(name: Iterable[str], words: Sequence[str]) -> tuple[int, int] | None:
    """First place and end of the only mention of a name, given by its words; None where there is none, or several."""
    places = sorted({place for part in name for place in _places(part, words)})
    if not places or places[-1] - places[0] >= len(places) + 1:
        return None
    return places[0], places[-1] + 1


def _places(part: str, words: Sequence[str]) -> list[int]:
    if len(part) < 3:
        return []
    stems = lexicon().names.get(name_key(part), frozenset())
    found = [place for place, word in enumerate(words) if len(word) > 2 and light_stem(word) in stems]
    return found or [place for place, word in enumerate(words) if len(word) > 2 and spells(word, part)]


def opens_clause(word: str) -> bool:
    """Whether a folded word begins with «و», “and”."""
    return word[0] == "و" and len(word) > 4 and not word.startswith(("وزير", "وزار", "وكيل"))
