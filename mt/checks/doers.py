"""Who did it, and to whom, in a translation: “Scholz thanked Sunak” for «شكر سوناك شولتس».

Arabic has no endings that would tell subject and object of two names, so the subject comes first. Where an English
clause of two names and a verb stands there with the names in the other order, right behind a verb that means the same,
the two have changed places; so has the speaker with another name («قال سوناك إن شولتس», “Scholz said”). What puts the
doer last («من»، «على يد»، «أمام») is passed over, and so is a verb with a pronoun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mt.checks.entities import spells
from mt.checks.mentions import may_be_name, split_words
from mt.checks.roles import SPOKEN, Clause, clauses
from mt.language.clitics import light_stem
from mt.language.english import english_stem, name_key
from mt.language.folding import MARKS, fold
from mt.language.lexicon import known_stem, lexicon
from mt.language.opposites import on_same_side

_TOKEN = re.compile(r"[ء-ي]+|[^\sء-ي]")
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
_PRONOUN = re.compile(r"(?!ال)[ء-ي]{2,}[ء-ي](?:ه|ها|هم|هما|هن)")
"""At the end of a verb: it stands for the object."""


def exchanged_doers(source: str, english: str) -> Iterator[str]:
    """The clauses of an English whose two names the Arabic has in the other order, for the reader."""
    read = [clause for clause in clauses(english) if clause.subject and clause.said not in _NOUNS]
    if not read:
        return
    words = _words(source)
    for clause in read:
        subject = _place(clause.subject, words)
        if subject is None:
            continue
        if clause.object and not clause.subject & clause.object:
            other = _place(clause.object, words)
            if other is not None and other[1] <= subject[0] and _is_done_by(clause, other, subject, words):
                told = f"{_title(clause.subject)} {clause.said} {_title(clause.object)}"
                yield f"{told}, the other way round in the source"
        if clause.said in _SAID and (speaker := _speaker(subject, words, english, read)):
            yield f"{_title(clause.subject)} {clause.said}, in the source {speaker}"


def _words(source: str) -> list[str]:
    """The words and marks of a source, folded, without those with a pronoun, which is a verb's object («شكره»)."""
    bare, folded = MARKS.sub("", source), fold(source)  # of equal length
    return [
        "…" if _PRONOUN.fullmatch(bare, match.start(), match.end()) else match.group()
        for match in _TOKEN.finditer(folded)
    ]


def _place(name: frozenset[str], words: Sequence[str]) -> tuple[int, int] | None:
    """First place and end of the only mention of a name; None where there is none, or several."""
    places = sorted({place for part in name for place in _places(part, words)})
    if not places or places[-1] - places[0] >= len(places) + 1:
        return None
    return places[0], places[-1] + 1


def _places(part: str, words: Sequence[str]) -> list[int]:
    if len(part) < 3:
        return []
    stems = lexicon().names.get(name_key(part), frozenset())
    found = [place for place, word in enumerate(words) if len(word) > 2 and light_stem(word) in stems]
    return found or [place for place, word in enumerate(words) if len(word) > 2 and spells(word, part)]


def _is_done_by(clause: Clause, first: tuple[int, int], last: tuple[int, int], words: Sequence[str]) -> bool:
    """Whether a verb that means the clause's stands with the name at `first`, and nothing turns the clause round."""
    between = words[first[1] : last[0]]
    if len(between) > _BETWEEN or any(not word[0].isalpha() or word in _ENDS_CLAUSE for word in between):
        return False
    if any(_has_waw(word) for word in (*between, words[last[0]])) or words[last[0]].startswith(("من", "وال")):
        return False
    before = words[max(0, first[0] - _BEFORE) : first[0]]
    return any(_means(word, clause.said) for word in (*before, *between[:1]))


def _means(word: str, verb: str) -> bool:
    """Whether an Arabic word is rendered by the English verb."""
    rendering = lexicon().renderings.get(known_stem(word))
    return on_same_side(word, verb) or (rendering is not None and english_stem(verb) in rendering.stems)


def _has_waw(word: str) -> bool:
    return word[0] == "و" and len(word) > 4 and not word.startswith(("وزير", "وزار", "وكيل"))


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
            found = _place(frozenset({other}), words)
            if other not in speaks and found and place < found[0] and found[1] <= says:
                return other.title()
    return ""


def _names(english: str) -> list[str]:
    words = split_words(english)
    return [word.folded for place, word in enumerate(words) if may_be_name(words, place) and len(word.folded) > 3]


def _title(words: frozenset[str]) -> str:
    return " ".join(sorted(word.title() for word in words))
