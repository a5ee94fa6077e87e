"""Somebody else's deed: a sentence that goes on word for word as the article does, behind another name.

“Britt McHenry had to vacate her tour bus” where the article has “Singer Hillary Scott had to vacate her tour bus”. Only
predicates that a summary copies are compared, and only subjects that both sides name. Rates as measured:
docs/QUALITY.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from mt.checks.mentions import TITLES, Word, may_be_name, split_words, told_name
from mt.language.words import NOT_NAMES
from mt.records import Flag

_LEAST_COPIED = 6
"""Words in a row, the verb first."""
_MOST_BEFORE = 8
"""Words of a subject."""
_VERBS = frozenset(
    "has had have was were is are will would can could did does do said says told won lost made took gave went came "
    "held met left led sent paid put set ran fell rose grew found began became broke brought built bought sold wrote "
    "saw got kept shot struck fought spoke stood threw beat hit drew flew".split()
)

_PREPOSITIONS = frozenset("of at in on for from with between by to near against about and or".split())


def check_subjects(sentence: str, segments: Sequence[str]) -> Flag | None:
    """Catch a summary sentence that says of one name, word for word, what the article's sentences say of another."""
    words = _words(sentence)
    for place in range(1, len(words) - _LEAST_COPIED + 1):
        ours = _subject(words, place) if _is_verb(words[place].folded) else frozenset[str]()
        if not ours:
            continue
        theirs = [_subject(other, there) for other in map(_words, segments) for there in _copies(words, place, other)]
        if theirs and all(subject and not subject & ours for subject in theirs):
            said = " ".join(word.text for word in words[place : place + _LEAST_COPIED])
            return Flag("swapped-roles", f"{told_name(ours)} {said} …, in the article {told_name(theirs[0])}")
    return None


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[Word, ...]:
    return tuple(split_words(text))


def _is_verb(word: str) -> bool:
    return word in _VERBS or (word.endswith("ed") and len(word) > 4)


def _copies(words: Sequence[Word], place: int, other: Sequence[Word]) -> Iterator[int]:
    """Where the other sentence has the same words as ours from this place on."""
    wanted = [word.folded for word in words[place : place + _LEAST_COPIED]]
    for start in range(1, len(other) - _LEAST_COPIED + 1):
        if other[start].folded == wanted[0] and [w.folded for w in other[start : start + _LEAST_COPIED]] == wanted:
            yield start


def _subject(words: Sequence[Word], verb: int) -> frozenset[str]:
    """The names of the subject that begins the sentence and ends at this verb; none where it cannot be read.

    What follows a preposition is not the subject's own name (“the mayor of Paris”).
    """
    start = next((i for i in range(verb, max(-1, verb - _MOST_BEFORE - 1), -1) if words[i].opens), verb)
    within = words[start:verb]
    if any(not word.joined for word in words[start + 1 : verb + 1]) or any(_is_verb(w.folded) for w in within):
        return frozenset()
    end = next((i for i in range(start, verb) if words[i].folded in _PREPOSITIONS), verb)
    names = (part for i in range(start, end) if may_be_name(words, i) for part in words[i].folded.split("-"))
    return frozenset(name for name in names if name not in TITLES and name not in NOT_NAMES)
