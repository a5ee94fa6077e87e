"""Who did it, and to whom, in a translation: “Scholz thanked Sunak” for «شكر سوناك شولتس».

Arabic has no endings that would tell subject and object of two names, so the subject comes first. Where an English
clause of two names and a verb stands there with the names in the other order, right behind a verb that means the same,
the two have changed places; so has the speaker with another name («قال سوناك إن شولتس», “Scholz said”). What puts the
doer last («من»، «على يد»، «أمام») is passed over, and so is a verb with a pronoun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mt.checks.mentions import may_be_name, split_words, told_name
from mt.checks.places import opens_clause, place_of, words_without_objects
from mt.checks.roles import SPOKEN, Clause, clauses
from mt.language.english import english_stem
from mt.language.lexicon import known_stem, lexicon
from mt.language.opposites import on_same_side

_ENDS_CLAUSE = frozenset(
    "ان انه انها انهم من قبل امام يد ايدي جانب بعد بان بانه بانها لان ثم حيث فيما بينما او اما الذي التي منه له".split()
)
_SAID = frozenset(
    "said says added adds stated states stressed stresses announced announces confirmed confirms warned warns noted "
    "notes told tells insisted insists".split()
)
"""Verbs that what is said follows."""
_NOUNS = frozenset("state lead visit help fire support attack".split())
"""Forms of verbs that are mostly nouns right behind a name."""
_SAYS = frozenset("ان انه انها انهم بان بانه بانها : «".split())
_SPEECH = re.compile(
    r"[وف]?(?:قالت?|قالوا|[يت]قول|اضافت?|[يت]ضيف|اكدت?|[يت]وكد|صرحت?|اعلنت?|اوضحت?|ذكرت?|تابعت?|زعمت?|شددت?|بينت|ابلغت?"
    r"|اعتبرت?|رايت?|قايلا|قايله|قوله?ا?|مضيفا|موكدا|موضحا)"
)
_BETWEEN = 7
"""Words that may stand between the two names: the office of the second."""
_BEFORE = 6
"""Words that may stand between a verb and the name of its subject: his office."""


def exchanged_doers(source: str, english: str) -> Iterator[str]:
    """The clauses of an English whose two names the Arabic has in the other order, for the reader."""
    read = [clause for clause in clauses(english) if clause.subject and clause.said not in _NOUNS]
    if not read:
        return
    words = words_without_objects(source)
    for clause in read:
        subject = place_of(clause.subject, words)
        if subject is None:
            continue
        if clause.object and not clause.subject & clause.object:
            other = place_of(clause.object, words)
            if other is not None and other[1] <= subject[0] and _is_done_by(clause, other, subject, words):
                told = f"{told_name(clause.subject)} {clause.said} {told_name(clause.object)}"
                yield f"{told}, the other way round in the source"
        if clause.said in _SAID and (speaker := _speaker(subject, words, english, read)):
            yield f"{told_name(clause.subject)} {clause.said}, in the source {speaker}"


def _is_done_by(clause: Clause, first: tuple[int, int], last: tuple[int, int], words: Sequence[str]) -> bool:
    """Whether a verb that means the clause's stands with the name at `first`, and nothing turns the clause round."""
    between = words[first[1] : last[0]]
    if len(between) > _BETWEEN or any(not word[0].isalpha() or word in _ENDS_CLAUSE for word in between):
        return False
    if any(opens_clause(word) for word in (*between, words[last[0]])) or words[last[0]].startswith(("من", "وال")):
        return False
    if between and _means(between[0], clause.said):
        return True
    for place in range(first[0] - 1, max(-1, first[0] - 1 - _BEFORE), -1):
        if _is_led(words[place]):
            return False
        if _means(words[place], clause.said):
            return not _has_led(words[first[0]], clause)
    return False


def _is_led(word: str) -> bool:
    """Whether a word is a preposition, or has «ل» or «ب»: a name behind it is no subject («يقول لوكالة رويترز»)."""
    return word in ("الي", "على", "علي", "عن", "مع", "في") or (word[0] in "لب" and len(word) > 3)


def _has_led(word: str, clause: Clause) -> bool:
    """Whether «ل» or «ب» is written together with the first name, which is not its own letter."""
    return word[0] in "لب" and not any(part[0] in "lbpv" for part in clause.object)


def _means(word: str, verb: str) -> bool:
    """Whether an Arabic word is rendered by the English verb."""
    rendering = lexicon().renderings.get(known_stem(word))
    return on_same_side(word, verb) or (rendering is not None and english_stem(verb) in rendering.stems)


def _speaker(subject: tuple[int, int], words: Sequence[str], english: str, read: Sequence[Clause]) -> str:
    """Who speaks in the source where the name at `subject` is spoken of: «قال … إن …»; empty where nobody does."""
    speaks = {word for clause in read if clause.verb in SPOKEN for word in clause.subject}
    for place, word in enumerate(words[: subject[0]]):
        if not _SPEECH.fullmatch(word):
            continue
        says = next((n for n in range(place + 1, min(place + 9, subject[0])) if words[n] in _SAYS), None)
        said = () if says is None else words[says + 1 : subject[0]]
        if says is None or any(not other[0].isalpha() or _SPEECH.fullmatch(other) for other in said):
            continue
        for other in _names(english):
            found = place_of(frozenset({other}), words)
            if other not in speaks and found and place < found[0] and found[1] <= says:
                return other.title()
    return ""


def _names(english: str) -> list[str]:
    words = split_words(english)
    return [word.folded for place, word in enumerate(words) if may_be_name(words, place) and len(word.folded) > 3]
