"""What qualifies an office, lost in a summary: “Senator Santorum” where the article has “former Senator Santorum”.

An office is read right before a name (“acting director Ann Lee”) or behind it (“Ann Lee, the acting director of”). Only
what the article says of the same name is compared. Rates as measured: docs/QUALITY.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mt.checks.mentions import Word, split_words
from mt.language.words import NOT_NAMES

_OFFICES = frozenset(
    "president premier minister chancellor king queen prince princess emir sultan governor mayor senator congressman "
    "congresswoman lawmaker mp ambassador envoy secretary spokesman spokeswoman chairman chairwoman chief director "
    "ceo head leader commander general judge prosecutor attorney coach captain manager champion editor professor "
    "official officer employee student wife husband".split()
)
_QUALIFIERS = frozenset(
    "former ex then deputy vice acting interim caretaker retired outgoing incoming assistant".split()
)
"""Without these the office is another one."""
_APART = frozenset("and or but of for to with by at in on from as".split())
_BETWEEN = 4
"""Words between a qualifier and its office, or before an office in the phrase behind a name, at most."""


def check_offices(sentence: str, article: str) -> Iterator[str]:
    """Offices that a summary gives to a name without the “former” or “deputy” of the article, for the reader.

    Not where the article gives the office to the name without it, too.
    """
    theirs = _held(article)
    for name, offices in _held(sentence).items():
        for office, qualifiers in offices.items():
            told = theirs.get(name, {}).get(office, ())
            if "" in qualifiers and told and "" not in told:
                yield f"{office} {name.title()} (in the article: {min(told)} {office})"


@lru_cache(maxsize=256)
def _held(text: str) -> dict[str, dict[str, frozenset[str]]]:
    """For each name, by its last word, its offices with what qualifies each; empty where nothing does."""
    words = split_words(text)
    held: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for place, word in enumerate(words):
        if (office := _office(word)) in _OFFICES:
            for name in (_name_behind(words, place + 1), _name_before(words, place)):
                if name:
                    held[name][office].add(_qualifier(words, place))
    return {name: {office: frozenset(q) for office, q in offices.items()} for name, offices in held.items()}


def _qualifier(words: Sequence[Word], office: int) -> str:
    """What qualifies the office at a place, in the same phrase."""
    for place in range(office, max(-1, office - _BETWEEN - 2), -1):
        for part in words[place].folded.split("-"):
            if part in _QUALIFIERS:
                return part
        if not words[place].joined or words[place - 1].folded in _APART:
            break
    return ""


def _office(word: Word) -> str:
    """The word without what a hyphen joins to it (“ex-president”)."""
    return word.folded.rpartition("-")[2]


def _name_behind(words: Sequence[Word], place: int) -> str:
    """The last word of the name that begins right here."""
    end = place
    while end < len(words) and words[end].joined and words[end].capital and _office(words[end]) not in _OFFICES:
        end += 1
    return _last(words[place:end])


def _name_before(words: Sequence[Word], office: int) -> str:
    """The last word of the name right before the phrase of the office (“Ann Lee, a former Peruvian minister”)."""
    start = office
    while start > 0 and words[start].joined and office - start <= _BETWEEN:
        start -= 1
    if words[start].joined or words[start].opens:
        return ""
    first = start
    while first > 0 and words[first - 1].capital and (first == start or words[first].joined):
        first -= 1
    return _last(words[first:start])


def _last(run: Sequence[Word]) -> str:
    last = run[-1].folded if run else ""
    return "" if last in NOT_NAMES or len(last) < 2 else last
