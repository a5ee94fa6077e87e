"""What of a summary the article bears out: names and numbers, and the sentences they come from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mt.checks.exchanged import exchanged_in_summary
from mt.checks.holders import of_another_country
from mt.checks.mentions import (
    TITLES,
    Word,
    british,
    closed_up,
    derived,
    fold,
    initials,
    is_common,
    may_be_name,
    neighbours,
    runs,
    same_spelling,
    split_words,
)
from mt.checks.subjects import copied_before_another
from mt.language.english import english_stem, without_possessive
from mt.language.english_numbers import english_numbers
from mt.language.multiples import english_multiples
from mt.language.numbers import Number, differing, is_supported, said_numbers
from mt.language.territories import territories, territory
from mt.language.words import NOT_NAMES, WORD
from mt.records import Flag


@dataclass(frozen=True, slots=True)
class _Evidence:
    """An article, prepared for comparison."""

    words: frozenset[str]
    """All words, folded, the parts of those with hyphens, and names of two words as one."""
    names: frozenset[str]
    """The capitalised ones."""
    plain: frozenset[str]
    """Those that stand in lower case somewhere."""
    territories: frozenset[int]
    acronyms: frozenset[str]
    initials: tuple[str, ...]
    neighbours: frozenset[tuple[str, str]]
    numbers: tuple[Number, ...]


def check_support(sentence: str, article: str, segments: Sequence[str] = ()) -> tuple[Flag, ...]:
    """Catch numbers and names of a summary sentence that stand nowhere in the English article.

    Numbers are compared by value (“3 million”, “3,000,000”), and by what they count in the segments of the article.
    Names are compared word by word: a transliteration spelled otherwise, a plural, an acronym and its full name, a
    country and its people are the same; two countries never are. `mixed-name`: names that the article has, but never
    together (“Angela Trump”), or never behind the words before them. False alarms and catches as measured:
    docs/TRUST.md.
    """
    evidence, words = _evidence(article), split_words(sentence)
    said = said_numbers(english_numbers(sentence))
    numbers = [number.text for number in said if not is_supported(number, evidence.numbers)]
    numbers += [f"{other.here.text} ({other.what})" for other in differing(said, evidence.numbers, sentence, article)]
    numbers += exchanged_in_summary(sentence, segments)
    numbers += _other_multiples(sentence, article, evidence.numbers)
    numbers += _ceilings(said, sentence, evidence.numbers, article)
    strange = _strange_names(words, evidence)
    mixed = [
        *_mixed_names(words, evidence),
        *of_another_country(sentence, article),
        *copied_before_another(sentence, segments),
    ]
    flags = (
        Flag("unsupported-number", _listed(numbers)),
        Flag("unsupported-name", _listed(strange)),
        Flag("mixed-name", _listed(mixed)),
    )
    return tuple(flag for flag in flags if flag.detail)


def _other_multiples(sentence: str, article: str, numbers: Sequence[Number]) -> Iterator[str]:
    """“Tripled” where the article has only “doubled”."""
    theirs = english_multiples(article)
    values = {value for number in numbers for value in (*number.values, *number.parts)}
    for multiple, words in english_multiples(sentence).items():
        if theirs and multiple not in theirs and multiple not in values:
            yield f"{words} (in the article: {', '.join(theirs.values())})"


def _ceilings(said: Sequence[Number], sentence: str, theirs: Sequence[Number], article: str) -> Iterator[str]:
    """“1,700 bodies” where the article has only “up to 1,700”; the end of a range is a ceiling by itself."""
    for number in said:
        same = [other for other in theirs if number.value is not None and number.value in other.values]
        before = sentence[max(0, number.start - _NEAR) : number.start]
        told = not (number.bound or _OPEN.search(before) or _CEILING.search(before))
        if told and same and all(_CEILING.search(article[max(0, o.start - _NEAR) : o.start]) for o in same):
            yield f"{number.text} (in the article: at most {same[0].text})"


_LEAST_TITLE, _LEAST_TEXT = 3, 20  # different content words
_NEAR = 24  # letters before a number
_CEILING = re.compile(r"\b(?:up ?to|at (?:the )?most|a maximum of|not? more than)[\s$£€]*$", re.IGNORECASE)
_OPEN = re.compile(r"(?:\d\s*[-–—]|\b(?:to|or|as (?:many|much|high|far) as|the next|within))[\s$£€]*$", re.IGNORECASE)


def spelled_as_in(sentence: str, article: str) -> str:
    """The sentence with names in the article's spelling, where it has another and the article has but one for it.

    >>> spelled_as_in("Sajintaiyev spoke.", "He met Sajintayev. Sajintayev agreed.")
    'Sajintayev spoke.'
    """
    evidence, words = _evidence(article), split_words(sentence)
    spellings = {fold(_bare(word.text)): _bare(word.text) for word in split_words(article) if word.capital}
    for place, word in enumerate(words):
        bare = _bare(word.text)
        name = fold(bare)
        if not may_be_name(words, place) or {name, word.folded, british(name)} & evidence.words or territory(name):
            continue
        alike = [other for other in spellings.keys() - evidence.plain if same_spelling(name, other)]
        if len(alike) == 1 and not (derived(name, alike[0]) or derived(alike[0], name)):
            sentence = re.sub(rf"(?<!\w){re.escape(bare)}(?!\w)", spellings[alike[0]], sentence)
    return sentence


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(words))


@lru_cache(maxsize=64)
def _evidence(article: str) -> _Evidence:
    words = split_words(article)
    folded = {word.folded for word in words}
    return _Evidence(
        words=frozenset(folded | {part for word in folded for part in word.split("-")} | closed_up(words)),
        names=frozenset(word.folded for word in words if word.capital),
        plain=frozenset(word.folded for word in words if not word.capital),
        territories=_territories(words),
        acronyms=frozenset(word.acronym for word in words if word.acronym),
        initials=initials(words),
        neighbours=neighbours(words),
        numbers=said_numbers(english_numbers(article)),
    )


def _territories(words: Sequence[Word]) -> frozenset[int]:
    parts = tuple(part for word in words for part in word.text.split("-"))
    whole = tuple(word.text for word in words)
    return frozenset(number for text in (whole, parts) for *_, numbers in territories(text) for number in numbers)


def _strange_names(words: Sequence[Word], evidence: _Evidence) -> list[str]:
    """Names that nothing in the article bears out, in order."""
    settled: set[int] = set()
    strange: list[tuple[int, str]] = []
    for first, end, numbers in territories(tuple(word.text for word in words)):
        settled |= set(range(first, end))
        lone = end == first + 1 and words[first].folded in evidence.words
        if not (lone or numbers & evidence.territories or _spelled_out(words[first:end], evidence)):
            strange.append((first, " ".join(word.text for word in words[first:end])))
    for first, end in runs(words):
        if end - first > 1 and _shortened(words[first:end], evidence):
            settled |= set(range(first, end))
    for place, word in enumerate(words):
        if place not in settled and may_be_name(words, place) and not _is_known(word, evidence):
            strange.append((place, word.text))
    return [text for _, text in sorted(strange)]


def _is_known(word: Word, evidence: _Evidence) -> bool:
    name = word.folded
    if name in evidence.words or british(name) in evidence.words or _spelled_out([word], evidence):
        return True
    parts = name.split("-")
    if len(parts) > 1 and all(part in evidence.words or is_common(part) or territory(part) for part in parts):
        return all(not territory(p) or p in evidence.words or territory(p) & evidence.territories for p in parts)
    return any(
        not territory(other) and (derived(name, other) or same_spelling(name, other)) for other in evidence.names
    )


def _spelled_out(words: Sequence[Word], evidence: _Evidence) -> bool:
    """Whether an acronym stands for a name that the article has in full."""
    short = words[0].acronym if len(words) == 1 else ""
    return bool(short) and any(short in row for row in evidence.initials)


def _shortened(run: Sequence[Word], evidence: _Evidence) -> bool:
    """Whether the article has the initials of a full name of the summary."""
    return "".join(word.text[0] for word in run) in evidence.acronyms


def _mixed_names(words: Sequence[Word], evidence: _Evidence) -> list[str]:
    """Neighbours in a run of capitals that the article knows, but never together; titles, nouns and countries go with
    any name."""
    joined: list[str] = []
    countries = {place for first, end, _ in territories(tuple(w.text for w in words)) for place in range(first, end)}
    for first, end in runs(words):
        for place in range(first, end - 1):
            left, right = words[place], words[place + 1]
            own = not {place, place + 1} & countries and _is_proper(left, evidence) and _is_proper(right, evidence)
            if own and (left.folded, right.folded) not in evidence.neighbours:
                joined.append(f"{left.text} {right.text}")
    return joined


def _is_proper(word: Word, evidence: _Evidence) -> bool:
    name = word.folded
    return (
        name in evidence.names
        and name not in evidence.plain
        and name not in TITLES
        and not (word.acronym or (word.text[-1] in "'’s" and "'" in word.text.replace("’", "'")))
        and not (is_common(name) or territory(name) or len(name) < 2)
    )


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
    words: Iterable[str] = (without_possessive(word) for word in WORD.findall(text))
    return frozenset(word for word in words if word not in NOT_NAMES)


def support_cover(sentence: str, text: str) -> float:
    """Share of the sentence's content words that the text has, 0 to 1; 1 where it has none at all."""
    words, covered = _content(sentence), _content(text)
    return len(words & covered) / len(words) if words else 1.0


def is_about(title: str, segments: Sequence[str]) -> bool:
    """Whether a title may be that of a text: they share a content word in any form, or one of them has too few of them
    to tell."""
    words = _stems(title)
    if len(words) < _LEAST_TITLE:
        return True
    text = frozenset[str]().union(*map(_stems, segments))
    return len(text) < _LEAST_TEXT or not words.isdisjoint(text)


def _stems(text: str) -> frozenset[str]:
    return frozenset(english_stem(word) for word in _content(text) if len(word) > 2)


def says_again(sentence: str, other: str) -> bool:
    """Whether one of two sentences has nearly all content words (80 %) and all numbers of the other.

    Of sentences with under four content words only equal ones say the same.
    """
    short, long = sorted((_content(sentence), _content(other)), key=len)
    if len(short) < 4:
        return short == long
    new = short - long
    return len(new) <= 0.2 * len(short) and not any(word[0].isdigit() for word in new)
