"""Code-switched pairs: words of the source that a lexicon knows, written in English where the target has them.

A model that learns from them copies English words that stand among the Arabic, and inflects them as the sentence wants
(Song et al. 2019, arXiv 1904.09107; Dinu et al. 2019, arXiv 1906.01105). That is what hints need (`mt.terms.hints`).
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from mt.language.words import WORD
from mt.terms.check import find_form
from mt.terms.glossary import Entry
from mt.terms.hints import load_lexicons, write_hints
from mt.terms.matching import Match, Matcher
from mt.training.pairs import Pair


@dataclass(frozen=True, slots=True)
class Switcher:
    """Writes the English of lexicon terms into sources. `share` (0…1) of the terms that the target has are written."""

    matcher: Matcher
    share: float
    seed: int

    def __call__(self, pair: Pair) -> str | None:
        """The code-switched source; None where the target has none of the terms, or chance chose none of them.

        The dictionary form is written that the target has in some inflection: the model learns to inflect. What chance
        chooses depends on the seed and the place of the pair alone.
        """
        chance = random.Random(f"{self.seed} {pair.place}")
        chosen = [
            replace(match, entry=replace(match.entry, english=(form,)))
            for match, form in self._written(pair)
            if chance.random() < self.share
        ]
        return write_hints(pair.source, chosen).text if chosen else None

    def _written(self, pair: Pair) -> Iterable[tuple[Match, str]]:
        """The terms of the source whose English stands in the target, each with its form."""
        matches = self.matcher.find(pair.source)
        return [(match, form) for match in matches if (form := form_in(pair.target, match.entry))]


def open_switcher(lexicons: Iterable[str], share: float, seed: int) -> Switcher | None:
    """A switcher for lexicons by name or path; None for none. Raises `ConfigError` for one that cannot be read."""
    loaded = load_lexicons(lexicons)
    return Switcher(Matcher(loaded), share, seed) if loaded else None


def form_in(target: str, entry: Entry) -> str:
    """The dictionary form of the entry that the target has as it is or, a single word, inflected; empty for none."""
    for form in entry.english:
        if find_form(target, (form,)):
            return form
    if entry.kind != "term":
        return ""
    words = {word.lower() for word in WORD.findall(target)}
    return next((form for form in entry.english if form.isalpha() and not words.isdisjoint(_inflected(form))), "")


@lru_cache(maxsize=65536)
def _inflected(form: str) -> frozenset[str]:
    """The regular inflections of an English noun or verb, in lower case.

    >>> sorted(_inflected("carry"))
    ['carried', 'carries', 'carrying', 'carrys']
    """
    word = form.lower()
    inflected = {word + ending for ending in ("s", "es", "ing", "ed")}
    if word.endswith("e"):
        inflected |= {word + "d", word + "s", word[:-1] + "ing"}
    if word.endswith("y"):
        inflected = {word + "s", word + "ing", word[:-1] + "ies", word[:-1] + "ied"}
    if len(word) > 2 and word[-1] not in "aeiouwxy" and word[-2] in "aeiou":
        inflected |= {word + word[-1] + ending for ending in ("ing", "ed")}
    return frozenset(inflected)
