"""What is only planned or alleged, told as done: “set up airports” where the article has “will set up airports”.

Only the form of the verb is compared: a verb in the past in the summary, of which the article's every form follows
will, would, to and the like, or allegedly, may have, is believed to have and the like. What the article tells with
other words is not judged. Rates as measured: docs/TRUST.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mt.language.english import root
from mt.language.words import NOT_NAMES
from mt.records import Flag

_PAST = dict(
    pair.split(":")
    for pair in (
        "began:begin broke:break brought:bring built:build bought:buy chose:choose came:come became:become dealt:deal "
        "drew:draw fell:fall fought:fight found:find flew:fly gave:give went:go grew:grow held:hold kept:keep led:lead "
        "left:leave lent:lend lost:lose made:make met:meet paid:pay rose:rise ran:run sold:sell sent:send shot:shoot "
        "spent:spend stood:stand took:take taught:teach threw:throw won:win withdrew:withdraw wrote:write struck:strike"
    ).split()
)
"""Irregular verbs of news whose past is another word than their base and no common noun or adjective."""
_UNCHANGED = frozenset("set put cut hit let".split())
_PARTICLES = frozenset("up down out aside off the a an".split())
"""After a verb whose past is its base, and which may be a noun, they show that it is a verb."""
_MODALS = frozenset("will would shall should may might could can must 'll ’ll".split())
_PLANS = frozenset(
    "plan plans planned planning propose proposes proposed agree agrees agreed intend intends intended aim aims aimed "
    "decide decides decided want wants wanted hope hopes hoped vow vows vowed pledge pledges pledged promise promises "
    "promised seek seeks sought expect expects expected set due scheduled likely ready about going bid effort efforts "
    "attempt attempts move moves offer offers offered threaten threatens threatened is are was were be".split()
)
"""What a “to” after it makes a plan of; other infinitives may be done (“managed to”, “began to”)."""
_BETWEEN = frozenset("not yet be soon also then only now further again fully jointly immediately gradually".split())
_DETERMINERS = frozenset(
    "a an the this that these those his her its their our my your some any no each every newly recently previously "
    "very more most so as by of for with from".split()
)
_NO_SUBJECT = _DETERMINERS | frozenset("being been be is are was were get gets got getting".split())
_STATES = frozenset("missing dead trapped".split())
"""Adjectives of news that are told of people like a deed that is done."""
_UNSURE = frozenset("allegedly reportedly purportedly supposedly possibly probably".split())
_SUPPOSED = frozenset("alleged believed thought feared suspected presumed claimed rumoured rumored reported".split())
"""What “to have” or “to be” after them leaves open."""
_MAYBE = frozenset("may might could".split())
_HAVE_BEEN = frozenset("have has had been be being is are was were".split())
_WITHIN = 4
"""Words between a verb and the word that leaves it open, at most."""
_OPEN_SENTENCE = _UNSURE | _SUPPOSED | _MAYBE | frozenset(
    "allege alleges alleging accuse accuses accusing accusation accusations charge charges charged suspicion suspect "
    "suspects fear fears claim claims claiming believe believes according say says said saying tell tells told report "
    "reports appear appears appeared apparently possible would deny denies denied".split()
)  # fmt: skip
"""Words that leave to somebody else, or open, what a sentence says."""
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?|\d+|[.,;:!?\"“”()]")


@dataclass(frozen=True, slots=True)
class _Verb:
    """A word that may be a verb, its root, and the words before and after it, at most 6 each."""

    word: str
    root: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def ahead(self) -> bool:
        """Whether it is still to come."""
        return _is_ahead(self.before[-5:])

    @property
    def unsure(self) -> bool:
        """Whether it is left open whether it was done."""
        return _is_unsure(self.before)

    @property
    def done(self) -> bool:
        """Whether it is done, in the active."""
        return self._is_past() and self._follows(_NO_SUBJECT) and not self.ahead

    @property
    def told(self) -> bool:
        """Whether it is told as a fact, in the active or the passive."""
        past = self._is_past() or self.word in _STATES
        return past and self._follows(_DETERMINERS) and not (self.ahead or self.unsure)

    @property
    def near(self) -> frozenset[str]:
        """The roots of the words that follow it."""
        return _roots(self.after)

    @property
    def around(self) -> frozenset[str]:
        """The roots of the words before and after it."""
        return _roots((*self.before, *self.after))

    def _is_past(self) -> bool:
        word = self.word
        unchanged = word in _UNCHANGED and self.after[:1] and self.after[0] in _PARTICLES
        return word in _PAST or (word.endswith("ed") and len(word) > 4) or bool(unchanged)

    def _follows(self, barred: frozenset[str]) -> bool:
        """Whether it stands behind a word that may be of its subject."""
        return bool(self.before) and self.before[-1][0].isalnum() and self.before[-1] not in barred


def check_plans(sentence: str, article: str) -> Flag | None:
    """Catch verbs in the past of a summary sentence that the article has only after will, would, plans to and the like.

    One of the next words must be the same in both, so that it is the same deed.
    """
    theirs = _by_root(article)
    told = [
        f"{verb.word}, in the article only to come ({same[0].word})"
        for verb in _verbs(sentence)
        if verb.done and (same := theirs.get(verb.root)) and all(other.ahead for other in same)
        if any(verb.near & other.near for other in same)
    ]
    return Flag("planned", "; ".join(dict.fromkeys(told))) if told else None


def check_allegations(sentence: str, article: str) -> Flag | None:
    """Catch verbs of a summary sentence, told as facts, that the article has only as allegation or possibility.

    A sentence that leaves anything open or to somebody else (“alleged”, “according to”, “said”) is not judged. Two of
    the words around, or a number, must be the same in both, so that it is the same deed.
    """
    words = [word.lower() for word in _WORD.findall(sentence)]
    if _leaves_open(words):
        return None
    theirs = _by_root(article)
    told = [
        f"{verb.word}, in the article only alleged or possible"
        for verb in _verbs(sentence)
        if verb.told and (same := theirs.get(verb.root)) and all(other.unsure for other in same)
        if any(_is_one_deed(verb.around & other.around) for other in same)
    ]
    return Flag("alleged", "; ".join(dict.fromkeys(told))) if told else None


def _is_one_deed(shared: frozenset[str]) -> bool:
    return len(shared) > 1 or any(word.isdigit() for word in shared)


def _leaves_open(words: list[str]) -> bool:
    """Whether a sentence has a word that leaves something open; “the accused” is a person."""
    people = [place > 0 and words[place - 1] in _DETERMINERS | {"other", "both"} for place in range(len(words))]
    return any(word in _OPEN_SENTENCE or (word == "accused" and not people[i]) for i, word in enumerate(words))


@lru_cache(maxsize=64)
def _by_root(text: str) -> dict[str, list[_Verb]]:
    found = defaultdict[str, list[_Verb]](list)
    for verb in _verbs(text):
        found[verb.root].append(verb)
    return dict(found)


def _verbs(text: str) -> Iterator[_Verb]:
    words = tuple(word.lower() for word in _WORD.findall(text))
    for place, word in enumerate(words):
        if word[0].isalpha() and len(word) > 2:
            before, after = words[max(0, place - 6) : place], words[place + 1 : place + 7]
            yield _Verb(word, root(_PAST.get(word, word)), before, after)


def _roots(words: Sequence[str]) -> frozenset[str]:
    return frozenset(root(word) for word in words if len(word) > 2 and word not in NOT_NAMES)


def _is_unsure(before: Sequence[str]) -> bool:
    """Whether the words before a verb leave open whether it was done: “may have”, “believed to have”, “accused of”."""
    if not _UNSURE.isdisjoint(before[-_WITHIN:]):
        return True
    verbs = len(before)
    while verbs and before[verbs - 1] in _HAVE_BEEN:
        verbs -= 1
    if verbs < len(before):  # have, be
        to = verbs > 1 and before[verbs - 1] == "to"
        return before[verbs - 1] in _MAYBE if verbs and not to else bool(to and before[verbs - 2] in _SUPPOSED)
    return len(before) > 1 and before[-1] == "of" and before[-2] in ("accused", "suspected")


def _is_ahead(before: Sequence[str]) -> bool:
    """Whether the words before a verb make it one that is still to come."""
    while before and before[-1] in _BETWEEN:
        before = before[:-1]
    if before and before[-1] == "to":
        return any(word in _PLANS for word in before[-4:-1])
    return bool(before) and before[-1] in _MODALS
