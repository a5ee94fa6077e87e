"""Another name among copied words: what goes on word for word as in the article, behind or before another name.

“Britt McHenry had to vacate her tour bus” where the article has “Singer Hillary Scott had to vacate her tour bus”, and
“arrived at the guest house of the university” where it is the guest house of the railway. Only what a summary copies
is compared, and only names on both sides. Rates as measured: docs/QUALITY.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mt.checks.mentions import TITLES, Word, may_be_name, runs, split_words, told_name
from mt.language.words import NOT_NAMES
from mt.records import Flag

_LEAST_COPIED = 6
"""Words in a row, the verb first."""
_MOST_BEFORE = 8
"""Words of a subject."""
_LEAST_BEFORE = 3
"""Words in a row before a name, two of them content words."""
_VERBS = frozenset(
    "has had have was were is are will would can could did does do said says told won lost made took gave went came "
    "held met left led sent paid put set ran fell rose grew found began became broke brought built bought sold wrote "
    "saw got kept shot struck fought spoke stood threw beat hit drew flew".split()
)

_PREPOSITIONS = frozenset("of at in on for from with between by to near against about and or".split())


def check_subjects(sentence: str, segments: Sequence[str]) -> Flag | None:
    """Catch a summary sentence that says of one name, word for word, what the article's sentences say of another."""
    words = split_words(sentence)
    for place in range(1, len(words) - _LEAST_COPIED + 1):
        ours = _subject(words, place) if _is_verb(words[place].folded) else frozenset[str]()
        if not ours:
            continue
        copied = words[place : place + _LEAST_COPIED]
        theirs = [_subject(other, there) for other, there in _copies(copied, segments)]
        if theirs and all(subject and not subject & ours for subject in theirs):
            said = " ".join(word.text for word in copied)
            return Flag("swapped-roles", f"{told_name(ours)} {said} …, in the article {told_name(theirs[0])}")
    return None


def copied_before_another(sentence: str, segments: Sequence[str]) -> Iterator[str]:
    """Names of a summary sentence behind words that in the article stand before other names only, for the reader."""
    words = split_words(sentence)
    for place, end in _runs(words).items():
        before = words[max(0, place - _LEAST_BEFORE) : place]
        if len(before) < _LEAST_BEFORE or sum(word.folded not in NOT_NAMES for word in before) < 2:
            continue
        if any(word.capital for word in before) or not all(word.joined for word in (*before[1:], words[place])):
            continue
        ours = _own(words[place:end])
        theirs = [_named(other, there + _LEAST_BEFORE) for other, there in _copies(before, segments)]
        if theirs and all(ours - other and other - ours for other in theirs):
            name, other = (" ".join(w.text for w in words[place:end]), told_name(theirs[0]))
            yield f"{name} ({' '.join(word.text for word in before)} {other} in the article)"


def _copies(words: Sequence[Word], segments: Sequence[str]) -> Iterator[tuple[Sequence[Word], int]]:
    """The segments, as words, that have these words one after another, and the place of the first.

    Only segments that have all of them somewhere are taken apart.
    """
    wanted = [word.folded for word in words]
    for segment in segments:
        text = segment.lower()
        if all(word in text for word in wanted):
            other = split_words(segment)
            folded = [word.folded for word in other]
            places = range(len(folded) - len(wanted) + 1)
            yield from ((other, place) for place in places if folded[place : place + len(wanted)] == wanted)


def _named(words: Sequence[Word], place: int) -> frozenset[str]:
    """The name that begins here, with one behind a comma (“Austin, Texas”); none where it is but a possessor."""
    found = _runs(words)
    end = found.get(place, place)
    if end == place or words[end - 1].text.endswith(("'s", "’s", "s'", "s’")):
        return frozenset()
    return _own(words[place : found.get(end, end)])


def _runs(words: Sequence[Word]) -> dict[int, int]:
    """First and end of each run of capitals that names somebody or something."""
    return {start: end for start, end in runs(words) if any(may_be_name(words, i) for i in range(start, end))}


def _own(words: Iterable[Word]) -> frozenset[str]:
    """The words of a name, without titles."""
    names = (part for word in words for part in word.folded.split("-"))
    return frozenset(name for name in names if name not in TITLES and name not in NOT_NAMES)


def _is_verb(word: str) -> bool:
    return word in _VERBS or (word.endswith("ed") and len(word) > 4)


def _subject(words: Sequence[Word], verb: int) -> frozenset[str]:
    """The names of the subject that begins the sentence and ends at this verb; none where it cannot be read.

    What follows a preposition is not the subject's own name (“the mayor of Paris”).
    """
    start = next((i for i in range(verb, max(-1, verb - _MOST_BEFORE - 1), -1) if words[i].opens), verb)
    within = words[start:verb]
    if any(not word.joined for word in words[start + 1 : verb + 1]) or any(_is_verb(w.folded) for w in within):
        return frozenset()
    end = next((i for i in range(start, verb) if words[i].folded in _PREPOSITIONS), verb)
    return _own(words[i] for i in range(start, end) if may_be_name(words, i))
