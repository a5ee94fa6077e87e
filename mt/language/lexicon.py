"""What the checks know of words: which English stands for which Arabic, learned from news translated for this project.

`data/lexicon.tsv.xz` is written by scripts/build/check_lexicon, `data/names.tsv` by hand. Both are read at first use.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from mt.language.arabic import arabic_words
from mt.language.clitics import OTHER_PROCLITICS, light_stem
from mt.language.common import common_english_words
from mt.language.english import english_stem


@dataclass(frozen=True, slots=True)
class Rendering:
    """The English stems of an Arabic stem; the shares of translations, right ones and any, that have one of them."""

    present: float
    chance: float
    stems: frozenset[str]
    first: tuple[str, ...]
    """The likeliest two of `stems`."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    renderings: Mapping[str, Rendering]
    """By Arabic stem."""
    names: Mapping[str, frozenset[str]]
    """By English name in lower case: the Arabic stems that stand for it."""
    common: frozenset[str]
    """English words that are written small: those common in news, and of `lexicon.tsv.xz` the rarer ones."""
    frequent: frozenset[str]
    """The commonest Arabic stems."""
    name_stems: frozenset[str]
    """English stems of the names."""
    common_stems: frozenset[str]
    """English stems of the common words."""

    def is_name(self, stem: str) -> bool | None:
        """Whether an Arabic stem is rendered by a name; None where the lexicon does not have it."""
        rendering = self.renderings.get(stem)
        return None if rendering is None else not rendering.stems.isdisjoint(self.name_stems)


@cache
def lexicon() -> Lexicon:
    """The tables, about 0.4 s at first use and 20 MB."""
    data = files("mt.language") / "data"
    renderings: dict[str, Rendering] = {}
    names: dict[str, frozenset[str]] = {}
    common, frequent = frozenset[str](), frozenset[str]()
    for line in lzma.decompress((data / "lexicon.tsv.xz").read_bytes()).decode().splitlines():
        match line.split("\t"):
            case ["T", stem, present, chance, words]:
                renderings[stem] = Rendering(
                    int(present) / 100, float(chance) / 100, frozenset(words.split()), tuple(words.split()[:2])
                )
            case ["N", name, stems]:
                names[name] = frozenset(stems.split())
            case ["W", words]:
                common = common_english_words().union(_whole_words(words))
            case ["A", words]:
                frequent = frozenset(words.split())
    listed = list(_listed((data / "names.tsv").read_text(encoding="utf-8")))
    for name, forms in listed:
        names[name] = names.get(name, frozenset()) | forms
    common -= {name for name, _ in listed}
    common_stems = frozenset(english_stem(word) for word in common)
    name_stems = frozenset(english_stem(name) for name in names if name not in common) - common_stems
    return Lexicon(renderings, names, common, frequent, name_stems, common_stems)


def _listed(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The names listed by hand, with the stems of their Arabic."""
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, words = line.partition("\t")
            yield name, frozenset(light_stem(word) for word in arabic_words(words))


def _whole_words(coded: str) -> Iterator[str]:
    """The words of a front-coded list: `0market 6s 3in` is market, markets, marin."""
    last = ""
    for item in coded.split(" "):
        rest = item.lstrip("0123456789")
        last = last[: int(item[: len(item) - len(rest)])] + rest
        yield last


@lru_cache(maxsize=65536)
def known_stem(word: str) -> str:
    """The stem of a folded Arabic word under which the lexicon has it, else its light stem."""
    stem, known = light_stem(word), lexicon().renderings
    if stem in known or word[0] not in OTHER_PROCLITICS or len(word) < 4:
        return stem
    less = light_stem(word[1:])
    return less if less in known else stem
