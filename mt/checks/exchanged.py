"""Numbers that have changed places, “12 killed and 30 wounded” for 30 killed and 12 wounded, or count another thing.

Each number is read with the words that belong to it: those between it and its neighbours, parted at the conjunctions
and commas between them. Two numbers are exchanged where words of each stand, translated, with the other one and none
with their own; and in a translation where they stand in the other order and no word of either came with it, for numbers
keep their order, scores apart: of 18,000 pairs of numbers in news sentences 0.5 % do not. A number alone counts another
thing where both sides say what it counts, and the two exclude each other (`mt.language.counted`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TypeAlias

from mt.language.counted import Kinds, arabic_kinds, english_kinds
from mt.language.english import english_stem, root
from mt.language.english_numbers import english_numbers
from mt.language.folding import fold
from mt.language.lexicon import known_stem, lexicon
from mt.language.numbers import Number
from mt.language.words import NOT_NAMES

_ARABIC_TOKEN = re.compile(r"[ء-ي]+|[،,؛;:.()]")
_ENGLISH_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[,;:.()–—]")
_ARABIC_BREAKS = frozenset(
    "، , ؛ ; : . ( ) و فيما بينما مقابل بينهم بينها منهم منها بين ثم او ام لكن حين الي حتي مع من بعد عقب اثر".split()
)
_ENGLISH_BREAKS = frozenset(
    ", ; : . ( ) – — and while whereas but or including among with versus then compared plus to from after "
    "following".split()
)
_WITH_WAW = re.compile(
    "وزير|وزرا|وفد|وفود|وفا[هة]|وفيات|وقت(?!ل)|وكال|وكيل|ولاي|وحد|وثيق|وثايق|ورق|وظيف|وظايف|وطن|وسط|وسيل|وسايل|واحد|وجب|وزن"
    "|ولد|واد"
)
"""Words whose first letter is no «and»."""
_BEFORE, _AFTER = 4, 5
"""Words that may belong to a number before and after it."""
_PAIR = re.compile(r"\s?[-–—/:*x+×]\s?")
"""Between the numbers of a score, a size, a date in figures, the name of a law: either order is right."""
_LARGE_SCORE = 99
"""Up to which two numbers with a dash between them may be a score, which has either order."""
_FIRST_YEAR = 1500
_YEAR_BEFORE = re.compile(r"\b(?:in|since|until|as of|during|year)(?: the)? \Z")
_AFTER_YEAR = r"to|and|as|with|when|after|for|at|on|by"
_YEAR_AFTER = re.compile(rf"\s*(?:[.,;:)]|\Z)| (?:{_AFTER_YEAR})\b")
_NOUN = re.compile(rf"[ -](?!(?:{_AFTER_YEAR}|in|was|were|is|has|had|the)\b)[A-Za-z]")
_LOOSE = re.compile(r"(?:\(\s?|[A-Za-z/-])\Z")
_EMPTY_STEMS = frozenset(map(english_stem, NOT_NAMES)) | frozenset(
    map(english_stem, "were per people least some nearly near just others two number total".split())
)
_LEAD = re.compile(
    r"(?:(?P<from>\bfrom|(?<![ء-ي])من)|\bto|(?<![ء-ي])[إا]لى)(?: about| around| nearly| some| نحو| حوالي)? ?[$£€]?\Z"
)
_SKIPPED = frozenset({"ordinal", "time", "identifier", "vague", "fraction", "date", "hint"})


@dataclass(frozen=True, slots=True)
class _Place:
    """A number with the words that belong to it; `wide` is all up to what belongs to its neighbours."""

    number: Number
    words: tuple[str, ...]
    after: tuple[str, ...]
    """Those of them that follow it."""
    between: tuple[str, ...]
    """Words that no break parts from its neighbours, so that they may be either's."""
    wide: str
    lead: str
    """`from` or `to` where that stands right before it."""
    loose: bool
    """Whether it stands in brackets, or is part of a name (GDDR5), where its place says nothing."""


def exchanged(source: str, english: str, here: Sequence[Number], there: Sequence[Number]) -> Iterator[str]:
    """What an English makes of the numbers of its source that stand there with other words, for the reader.

    `here` and `there` are the numbers of the two texts.
    """
    pairs = _pairs(
        _places(here, source, lambda text: _arabic_pieces(fold(text))), _places(there, english, _english_pieces)
    )
    for one, other in combinations(pairs, 2):
        if one[1] is not other[1] and _have_changed_places(one, other, source, english, _TRANSLATED):
            yield f"{one[0].number.text} and {other[0].number.text} have changed places"
    for place, said in pairs:
        if told := _other_thing(_kinds_of(place, arabic_kinds), _kinds_of(said, english_kinds)):
            yield f"{place.number.text} counts {told} in the English"


def exchanged_in_summary(sentence: str, segments: Sequence[str]) -> Iterator[str]:
    """What a summary's sentence makes of numbers that stand with other words in the article, for the reader.

    A number is told where no segment that has it gives it any of the sentence's words, and one of them gives these to
    another number; or where all that say what it counts say another thing.
    """
    ours = _once(_english_places(sentence))
    theirs = [(text, places) for text in segments if (places := _english_places(text))] if ours else []
    yield from _exchanged_within(ours, theirs, sentence)
    for place in ours:
        same = [(p, places) for _, places in theirs for p in places if _same_value(place, p)]
        if owner := _owner_of_words(place, same):
            yield f"{place.number.text} (in the article, {owner.number.text} has these words)"
        elif told := _always_another_thing(place, [p for p, _ in same]):
            yield f"{place.number.text} (in the article, it counts {told})"


def _once(places: Sequence[_Place]) -> list[_Place]:
    """Those whose value no other one has, too."""
    return [p for p in places if _countable(p.number) and sum(_same_value(p, other) for other in places) == 1]


def _same_value(one: _Place, other: _Place) -> bool:
    return not set(one.number.values).isdisjoint(other.number.values)


@lru_cache(maxsize=512)  # each sentence of a summary is held against the same segments
def _english_places(text: str) -> tuple[_Place, ...]:
    return tuple(_places(english_numbers(text), text, _english_pieces))


def _exchanged_within(
    ours: Sequence[_Place], theirs: Sequence[tuple[str, Sequence[_Place]]], sentence: str
) -> Iterator[str]:
    """Two numbers of a sentence that changed places in all the segments that have both."""
    for one, other in combinations(ours, 2):
        both = [
            _have_changed_places(pairs[0], pairs[1], sentence, segment, _ENGLISH)
            for segment, places in theirs
            if len(pairs := _pairs((one, other), places)) == 2 and pairs[0][1] is not pairs[1][1]
        ]
        if both and all(both):
            yield f"{one.number.text} and {other.number.text} (the other way round in the article)"


def _owner_of_words(place: _Place, same: Sequence[tuple[_Place, Sequence[_Place]]]) -> _Place | None:
    """The other number of the article that has the words of this one, which nowhere in the article has any of them."""
    words = _stems(place.words, root)
    if not words or any(not words.isdisjoint(_stems((*p.words, *p.between), root)) for p, _ in same):
        return None
    others = [p for _, places in same for p in places if _countable(p.number) and not _same_value(place, p)]
    noun = _noun(place)
    return next((p for p in others if noun and noun == _noun(p)), None)


def _noun(place: _Place) -> str:
    return next((root(word) for word in place.after if english_stem(word) not in _EMPTY_STEMS), "")


def _always_another_thing(place: _Place, same: Sequence[_Place]) -> str:
    ours = _kinds_of(place, english_kinds)
    told = [_other_thing(_kinds_of(other, english_kinds), ours) for other in same]
    return told[0].partition(", ")[0] if told and all(told) else ""


_Both: TypeAlias = tuple[_Place, _Place]
"""A number in one text and in the other."""
_Kinds: TypeAlias = tuple[Kinds, Kinds]
"""Of the words that belong to a number, and of all up to its neighbours."""


def _kinds_of(place: _Place, kinds: Callable[[str], Kinds]) -> _Kinds:
    return kinds(" ".join(place.words)), kinds(place.wide)


def _other_thing(ours: _Kinds, theirs: _Kinds) -> str:
    """What the two say that a number counts, where they exclude each other; empty where they do not."""
    for kind, wide, said, said_widely in zip(*ours, *theirs, strict=True):
        if kind and said and kind.isdisjoint(said_widely) and said.isdisjoint(wide):
            return f"{' or '.join(sorted(kind))}, {' or '.join(sorted(said))}"
    return ""


def _pairs(ours: Sequence[_Place], theirs: Sequence[_Place]) -> list[_Both]:
    """The numbers that each side has just once."""
    pairs = []
    for place in _once(ours):
        same = [other for other in theirs if _same_value(place, other)]
        if len(same) == 1 and _countable(same[0].number):
            pairs.append((place, same[0]))
    return pairs


def _countable(number: Number) -> bool:
    return number.sure and bool(number.values) and number.kind not in _SKIPPED


@dataclass(frozen=True, slots=True)
class _Reader:
    """How the words around numbers are compared: the stems of both texts, and whether some of them say the same."""

    stem: Callable[[str], str]
    stem_there: Callable[[str], str]
    same: Callable[[frozenset[str], frozenset[str]], bool]


def _have_changed_places(one: _Both, other: _Both, source: str, english: str, read: _Reader) -> bool:
    """Whether each of two numbers stands in the other text with words of the other one, and none with its own."""
    (here, there), (here_too, there_too) = one, other
    first, second = sorted((there.number, there_too.number), key=lambda number: number.start)
    if _PAIR.fullmatch(english, first.end, second.start):
        return _is_range_backwards(first, second, here.number, here_too.number)
    if here.lead and here_too.lead and here.lead != here_too.lead and {there.lead, there_too.lead} == {"from", "to"}:
        return here.lead != there.lead  # «من 50 إلى 20», “to 20 from 50”
    units = [number.unit or number.measure for number in (here.number, there.number, here_too.number, there_too.number)]
    if units[0] == units[1] != units[2] == units[3]:
        return False  # 5% to $120
    if _is_year(here.number) != _is_year(here_too.number):
        year, count = (there, there_too) if _is_year(here.number) else (there_too, there)
        small = count.number.values[0] < _FIRST_YEAR
        if small and _stands_as_year(count.number, english) and _counts(year.number, english):
            return True
    turned = (here.number.start < here_too.number.start) != (there.number.start < there_too.number.start)
    moves = _may_move(one, other)
    if turned and not moves and _are_neighbours(there, there_too, english) and _are_neighbours(here, here_too, source):
        return True  # what stands around them belongs to both
    words, words_too = _own(here.words, here_too.words, read.stem), _own(here_too.words, here.words, read.stem)
    said = _own(there.words, there_too.words, read.stem_there)
    said_too = _own(there_too.words, there.words, read.stem_there)
    crossed = read.same(words, said_too), read.same(words_too, said)
    if read.same(words, said) or read.same(words_too, said_too):
        return False
    if turned and not moves and all(crossed):
        return True
    # A word between two numbers without a break may belong to either: it is a witness for, not against.
    more, more_too = _stems(here.between, read.stem), _stems(here_too.between, read.stem)
    said_more, said_more_too = _stems(there.between, read.stem_there), _stems(there_too.between, read.stem_there)
    if moves or not turned:
        sure = (
            read.same(words - more, said_too - said_more_too),
            read.same(words_too - more_too, said - said_more),
        )
        return any(sure) if turned else all(sure)
    words, words_too = words | more, words_too | more_too
    said, said_too = said | said_more, said_too | said_more_too
    return not (read.same(words, said) or read.same(words_too, said_too))


def _is_range_backwards(first: Number, second: Number, *here: Number) -> bool:
    """Whether what both texts have as a range (1418-1450), which is no score, falls in the English alone."""
    low, high = sorted(here, key=lambda number: number.start)
    values = [number.values[0] for number in (first, second, low, high)]
    return min(values) > _LARGE_SCORE and values[0] > values[1] and values[2] < values[3]


def _stands_as_year(number: Number, english: str) -> bool:
    return bool(_YEAR_BEFORE.search(english, 0, number.start) and _YEAR_AFTER.match(english, number.end))


def _counts(number: Number, english: str) -> bool:
    """Whether a number stands right before a noun."""
    return bool(_NOUN.match(english, number.end))


def _may_move(one: _Both, other: _Both) -> bool:
    """Whether one of two numbers may stand elsewhere in another language: a year, one in brackets, part of a name, or
    one behind its noun («الأيام الثلاثة»)."""
    if any(here.number.spelled and here.number.text.removeprefix("و").startswith("ال") for here, _ in (one, other)):
        return True
    years = [_is_year(place.number) for place, _ in (one, other)]
    loose = [here.loose and there.loose for here, there in (one, other)]
    return years[0] != years[1] or any(loose)


def _is_year(number: Number) -> bool:
    return number.key.isdigit() and _FIRST_YEAR < int(number.key) < 2100 and not (number.unit or number.measure)


def _own(words: Sequence[str], others: Sequence[str], stem: Callable[[str], str]) -> frozenset[str]:
    """The stems of the words that only one of two numbers has."""
    return _stems(words, stem) - _stems(others, stem)


def _stems(words: Sequence[str], stem: Callable[[str], str]) -> frozenset[str]:
    return frozenset(map(stem, words)) - _EMPTY_STEMS


def _renders(arabic: frozenset[str], english: frozenset[str]) -> bool:
    """Whether any of the English stems is a usual rendering of an Arabic one."""
    known = lexicon().renderings
    return any(stem in known and not english.isdisjoint(known[stem].first) for stem in arabic)


_TRANSLATED = _Reader(known_stem, english_stem, _renders)
_ENGLISH = _Reader(root, root, lambda ours, theirs: not ours.isdisjoint(theirs))


def _are_neighbours(one: _Place, other: _Place, text: str) -> bool:
    """Whether at most a conjunction parts two numbers: between 6 and 11."""
    first, second = sorted((one.number, other.number), key=lambda number: number.start)
    return first.end <= second.start and bool(_NEXT.fullmatch(text, first.end, second.start))


_NEXT = re.compile(r"[\s,،]*(?:و|and|to|or|او|أو|الى|إلى)?\s*")


def _places(numbers: Sequence[Number], text: str, pieces: Callable[[str], list[list[str]]]) -> list[_Place]:
    """The numbers of a text in order, each with its words; what only may be a number only parts the others."""
    spans: list[Number] = []
    for number in sorted(numbers, key=lambda number: (number.start, -number.end)):
        if number.kind != "hint" and number.end > number.start >= (spans[-1].end if spans else 0):
            spans.append(number)
    ends = [0, *(number.end for number in spans)]
    starts = [*(number.start for number in spans), len(text)]
    gaps = [pieces(text[low:high]) for low, high in zip(ends, starts, strict=True)]
    return [
        _Place(
            number,
            (*_before(gaps[n], n == 0), *_after(gaps[n + 1])),
            tuple(_after(gaps[n + 1])),
            tuple(word for gap in gaps[max(1, n) : n + 2] if len(gap) == 1 for word in gap[0]),
            " ".join(
                word
                for gap in (gaps[n][bool(n and gaps[n][1:]) :], gaps[n + 1][: -1 if _parted(gaps, n + 1) else None])
                for piece in gap
                for word in piece
            ),
            _lead(text, number.start),
            bool(_LOOSE.search(text, 0, number.start)) or text[number.end : number.end + 1] in ("/", "-"),
        )
        for n, number in enumerate(spans)
    ]


def _parted(gaps: Sequence[list[list[str]]], n: int) -> bool:
    """Whether a number follows the gap, with a piece of its own."""
    return n + 1 < len(gaps) and len(gaps[n]) > 1


def _lead(text: str, start: int) -> str:
    match = _LEAD.search(text, max(0, start - 16), start)
    return "" if match is None else "from" if match["from"] else "to"


def _before(gap: list[list[str]], first: bool) -> list[str]:
    """Of the words before a number those that belong to it; where no break parts them from the number before, the last
    three of many."""
    if first or len(gap) > 1:
        return gap[-1][-_BEFORE:]
    return gap[0][-3:] if len(gap[0]) > 4 else []


def _after(gap: list[list[str]]) -> list[str]:
    """Of the words after a number those that belong to it."""
    kept = gap[0][:-3] if len(gap) == 1 and len(gap[0]) > 4 else gap[0]
    return kept[:_AFTER]


def _arabic_pieces(folded: str) -> list[list[str]]:
    """The words of a folded stretch, parted at its breaks; a word with «و» opens a piece."""
    pieces: list[list[str]] = [[]]
    for word in _ARABIC_TOKEN.findall(folded):
        if word in _ARABIC_BREAKS:
            pieces.append([])
        elif word[0] == "و" and len(word) > 3 and not _WITH_WAW.match(word):
            pieces.append([word])
        else:
            pieces[-1].append(word)
    return pieces


def _english_pieces(text: str) -> list[list[str]]:
    """The words of a stretch in lower case, parted at its breaks."""
    pieces: list[list[str]] = [[]]
    for token in _ENGLISH_TOKEN.findall(text):
        if (word := token.lower()) in _ENGLISH_BREAKS:
            pieces.append([])
        elif word == "against":
            pieces[-1].append(word)
            pieces.append([])
        else:
            pieces[-1].append(word)
    return pieces
