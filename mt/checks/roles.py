"""Who did it, and to whom: subject, verb and object of plain clauses, compared between a summary and its article.

Only clauses that need no parser are read: a name right before one of the verbs of news below (“Li is praising”, too),
and a name right after it, the same in the passive, or an opening phrase before its subject (“In praising Peru, Li
said”). What is not read is not judged. Rates as measured: docs/QUALITY.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mt.checks.mentions import TITLES, Word, may_be_name, runs, split_words, told_name
from mt.language.english import verb_stem
from mt.language.words import NOT_NAMES
from mt.records import Flag

_SPEECH = (
    "say said says saying add added adds tell told tells state stated states explain explained explains stress "
    "stressed stresses note noted notes announce announced announces warn warned warns declare declared declares "
    "claim claimed claims promise promised promises pledge pledged pledges urge urged urges call called calls "
    "confirm confirmed confirms deny denied denies admit admitted admits insist insisted insists reveal revealed "
    "reveals"
).split()
_DEEDS = (
    "accuse accused accuses praise praised praises criticize criticized criticizes criticise criticised condemn "
    "condemned condemns thank thanked thanks invite invited invites attack attacked attacks beat beats defeat "
    "defeated defeats kill killed kills shoot shot arrest arrested arrests sue sued sues sack sacked replace "
    "replaced replaces succeed succeeded support supported supports back backed backs oppose opposed reject "
    "rejected rejects blame blamed blames help helped buy bought sell sold hire hired fire fired visit visited "
    "visits ask asked asks congratulate congratulated appoint appointed appoints overtake overtook join joined pay "
    "paid owe owed threaten threatened threatens lead led follow followed "
    "receive received receives host hosted hosts greet greeted leave left send sent give gave "
    "given win won beaten overtaken"
).split()
_BE = frozenset("is are was were be been being got".split())
_BETWEEN = frozenset("also then later again has have had would will on monday tuesday wednesday thursday friday "
                     "saturday sunday today yesterday recently earlier repeatedly publicly".split())  # fmt: skip
_BEFORE_OBJECT = frozenset("the a an his her their its to of with against for that former".split()) | TITLES
SPOKEN = frozenset(map(verb_stem, _SPEECH))
_SUFFERED = {
    f"{verb} {noun}": deed
    for verb in ("face", "faces", "faced", "facing")
    for noun, deed in {
        "lawsuit": "sue", "lawsuits": "sue", "suit": "sue", "criticism": "criticize", "accusations": "accuse",
        "allegations": "accuse", "condemnation": "condemn",
    }.items()
}  # fmt: skip
"""A verb with one of the next words is the passive of this deed: “is facing a lawsuit” is “is sued”."""
_OPENING = frozenset("in while when by after before on".split())
_DONE = frozenset(map(verb_stem, _DEEDS))
_VERBS = frozenset((*_SPEECH, *_DEEDS))


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb with the words of the names that do it and that it is done to; empty where none was read."""

    verb: str
    subject: frozenset[str]
    object: frozenset[str]
    said: str
    """The verb as it is written."""


def check_roles(sentence: str, support: Sequence[str], article: str) -> Flag | None:
    """Catch a summary sentence that changes who did something, to whom, or who said it.

    Either its support has subject and object of the same verb the other way round (and nowhere in the article they
    stand as in the sentence), or its support gives the same words of speech to another name, and in the article the
    sentence's speaker never speaks, or the deed is another one's, or it was done to who does it in the sentence.
    """
    theirs = [clause for text in support for clause in clauses(text)]
    everywhere = clauses(article)
    wrong = [
        reason
        for clause in clauses(sentence)
        if (
            reason := _exchanged(clause, theirs, everywhere)
            or _other_speaker(clause, everywhere, support)
            or _other_doer(clause, theirs, everywhere)
            or _sufferer(clause, theirs, everywhere)
        )
    ]
    return Flag("swapped-roles", "; ".join(dict.fromkeys(wrong))) if wrong else None


def _exchanged(clause: Clause, support: Sequence[Clause], article: Sequence[Clause]) -> str:
    if not (clause.subject and clause.object) or clause.subject & clause.object:
        return ""
    same = [other for other in article if other.verb == clause.verb]
    if any(other.subject & clause.subject and other.object & clause.object for other in same):
        return ""
    for other in support:
        if other.verb == clause.verb and other.subject & clause.object and other.object & clause.subject:
            told = f"{told_name(clause.subject)} {clause.said} {told_name(clause.object)}"
            return f"{told}, in the article the other way round"
    return ""


def _other_speaker(clause: Clause, article: Sequence[Clause], texts: Sequence[str]) -> str:
    if clause.verb not in SPOKEN or not clause.subject or not texts:
        return ""
    spoken = [other for other in article if other.verb in SPOKEN and other.subject]
    if any(other.subject & clause.subject for other in spoken) or _is_quoted(clause.subject, texts):
        return ""
    first = next((other for other in clauses(texts[0]) if other.verb == clause.verb and other.subject), None)
    if first is None:
        return ""
    return f"{told_name(clause.subject)} {clause.said}, in the article {told_name(first.subject)}"


def _other_doer(clause: Clause, support: Sequence[Clause], article: Sequence[Clause]) -> str:
    """The support has the same deed to the same object by another one, and in the article this one never does it."""
    if clause.verb not in _DONE or not (clause.subject and clause.object):
        return ""
    if any(other.verb == clause.verb and other.subject & clause.subject for other in article):
        return ""
    for other in support:
        if other.verb == clause.verb and other.object == clause.object and other.subject - clause.object:
            told = f"{told_name(clause.subject)} {clause.said} {told_name(clause.object)}"
            return f"{told}, in the article {told_name(other.subject)}"
    return ""


def _sufferer(clause: Clause, support: Sequence[Clause], article: Sequence[Clause]) -> str:
    """The support has this deed done to the one who does it in the sentence, and in the article this one never does."""
    if clause.verb not in _DONE or not clause.subject:
        return ""
    same = [other for other in article if other.verb == clause.verb]
    if any(other.subject & clause.subject or (clause.object and other.object & clause.object) for other in same):
        return ""
    if any(other.verb == clause.verb and other.object == clause.subject for other in support):
        return f"{told_name(clause.subject)} {clause.said}, in the article it is done to {told_name(clause.subject)}"
    return ""


def _is_quoted(speaker: frozenset[str], texts: Sequence[str]) -> bool:
    """Whether “according to” or the like stands before the name."""
    words = [word.folded for text in texts for word in split_words(text)]
    near = ("according", "by", "from", "quoted", "cited")
    return any(word in speaker and set(words[max(0, i - 5) : i]) & set(near) for i, word in enumerate(words))


@lru_cache(maxsize=256)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text that can be read, in order."""
    words = split_words(text)
    names = dict(_names(words))
    ends = {end: (start, end) for start, end in names.items()}
    read = (
        _opening_clause(words, place, names)
        if _is_participle(word) and not (place and words[place - 1].folded in _BE | _BETWEEN)
        else _clause(words, place, names, ends)
        for place, word in enumerate(words)
        if word.folded in _VERBS or _is_participle(word)
    )
    suffered = (_suffered(words, place, ends) for place in range(len(words)))
    return tuple(clause for clause in (*read, *suffered) if clause.subject or clause.object)


def _suffered(words: Sequence[Word], place: int, ends: dict[int, tuple[int, int]]) -> Clause:
    """“Peru is facing a new lawsuit”: sued is Peru."""
    following = (word.folded for word in words[place + 1 : place + 4])
    told = next((d for noun in following if (d := _SUFFERED.get(f"{words[place].folded} {noun}"))), "")
    before = place
    while told and before > 0 and before not in ends and words[before - 1].folded in _BE | _BETWEEN | {"now"}:
        before -= 1
    return Clause(told and verb_stem(told), frozenset(), _words_of(words, ends.get(before)), words[place].text)


def _is_participle(word: Word) -> bool:
    return word.folded.endswith("ing") and _stem_of_participle(word.folded) in _DONE


def _names(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """(first, end) of each run of capitals that names somebody."""
    for start, end in runs(words):
        if any(may_be_name(words, place) for place in range(start, end)):
            yield start, end


def _clause(words: Sequence[Word], place: int, names: dict[int, int], ends: dict[int, tuple[int, int]]) -> Clause:
    before, passive, doing = place, False, _is_participle(words[place])
    while before > 0 and (words[before - 1].folded in _BETWEEN or words[before - 1].folded in _BE):
        passive |= words[before - 1].folded in _BE
        before -= 1
        if before in ends:
            break
    subject = _words_of(words, ends.get(before))
    after = place + 1
    agent = after < len(words) and words[after].folded == "by"
    after += agent
    after = _name_from(after, words, names)
    object_ = _words_of(words, (after, names[after]) if after in names else None)
    word = words[place]
    verb, said = _stem_of_participle(word.folded) if doing else verb_stem(word.folded), word.text
    if passive and not doing:
        return Clause(verb, object_ if agent else frozenset(), subject, said)
    return Clause(verb, subject, frozenset() if agent else object_, said)


def _opening_clause(words: Sequence[Word], place: int, names: dict[int, int]) -> Clause:
    """“In praising Peru as a friend, Li said”: the name right after the next punctuation praises."""
    none = Clause("", frozenset(), frozenset(), "")
    first = place - (place > 0 and words[place - 1].folded in _OPENING)
    object_ = _name_from(place + 1, words, names)
    if not words[first].opens or object_ not in names:
        return none
    comma = next((i for i in range(names[object_], len(words)) if not words[i].joined), len(words))
    subject = _name_from(comma, words, names)
    if subject not in names or words[comma].opens:
        return none
    by, to = (_words_of(words, (start, names[start])) for start in (subject, object_))
    return Clause(_stem_of_participle(words[place].folded), by, to, words[place].text)


def _name_from(place: int, words: Sequence[Word], names: dict[int, int]) -> int:
    """The place of the name that begins here, behind articles, prepositions and titles; or of what stands there."""
    while place < len(words) and place not in names and words[place].folded in _BEFORE_OBJECT:
        place += 1
    return place


def _stem_of_participle(word: str) -> str:
    return verb_stem(f"{word.removesuffix('ing')}ed")


def _words_of(words: Sequence[Word], run: tuple[int, int] | None) -> frozenset[str]:
    """The words of a name, without titles; none for a possessive (“Li's adviser”)."""
    if run is None or words[run[1] - 1].text.endswith(("'s", "’s", "s'", "s’")):
        return frozenset()
    kept = (word.folded for word in words[run[0] : run[1]])
    return frozenset(word for word in kept if word not in TITLES and word not in NOT_NAMES)
