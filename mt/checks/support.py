"""What of a summary the article bears out: names and numbers, and the sentences they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from mt.checks.words import NOT_NAMES, WORD, names, numbers, stem
from mt.records import Flag


def check_support(sentence: str, article: str) -> tuple[Flag, ...]:
    """Catch numbers and names of a summary sentence that stand nowhere in the English article.

    Names are compared by words without case and possessive 's, so “Kazakh” is not supported by “Kazakhstan”.
    A capitalised first word that the article has in lower case is no name.
    """
    known_words = {stem(word) for word in WORD.findall(article)}
    strange_numbers = [n for n in numbers(sentence) if n not in numbers(article)]
    strange_names = [name for name in names(sentence) if stem(name) not in known_words]
    flags = []
    if strange_numbers:
        flags.append(Flag("unsupported-number", ", ".join(strange_numbers)))
    if strange_names:
        flags.append(Flag("unsupported-name", ", ".join(dict.fromkeys(strange_names))))
    return tuple(flags)


def find_support(sentence: str, segments: Sequence[str], most: int = 3) -> tuple[int, ...]:
    """Indices of the segments that cover the sentence's content words, best first, at most `most`.

    Greedy cover: each next segment is the one that adds most content words not yet covered, weighted by how rare a word
    is among the segments; a segment that adds under a tenth of the weight is left out. Empty when nothing is shared.
    """
    bags = [_content(segment) for segment in segments]
    frequency = Counter(word for bag in bags for word in bag)
    missing = {word: 1 / frequency[word] for word in _content(sentence) if word in frequency}
    total = sum(missing.values())
    chosen: list[int] = []
    while missing and len(chosen) < most:
        gains = [sum(missing.get(word, 0.0) for word in bag) for bag in bags]
        best = max(range(len(bags)), key=gains.__getitem__)
        if gains[best] < 0.1 * total:
            break
        chosen.append(best)
        missing = {word: weight for word, weight in missing.items() if word not in bags[best]}
    return tuple(chosen)


def _content(text: str) -> frozenset[str]:
    words: Iterable[str] = (stem(word) for word in WORD.findall(text))
    return frozenset(word for word in words if word not in NOT_NAMES)
