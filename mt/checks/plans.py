"""What is only planned, told as done: “the minister set up airports” where the article has “will set up airports”.

Only the form of the verb is compared: a verb in the past in the summary, of which the article's every form follows
will, would, to and the like. What the article tells with other words is not judged. Rates as measured: docs/TRUST.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
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
_NO_SUBJECT = frozenset(
    "a an the this that these those his her its their our my your some any no each every newly recently previously "
    "being been be is are was were get gets got getting very more most so as by of for with from".split()
)
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?|\d+|[.,;:!?\"“”()]")


@dataclass(frozen=True, slots=True)
class _Verb:
    """A word that may be a verb, its root, and how it is told; `near` are the roots of the words that follow it."""

    word: str
    root: str
    done: bool
    ahead: bool
    near: frozenset[str]


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


@lru_cache(maxsize=64)
def _by_root(text: str) -> dict[str, list[_Verb]]:
    found = defaultdict[str, list[_Verb]](list)
    for verb in _verbs(text):
        found[verb.root].append(verb)
    return dict(found)


def _verbs(text: str) -> list[_Verb]:
    words = [word.lower() for word in _WORD.findall(text)]
    return [_verb(words, place) for place, word in enumerate(words) if word[0].isalpha() and len(word) > 2]


def _verb(words: list[str], place: int) -> _Verb:
    word, previous = words[place], words[place - 1] if place else "."
    ahead = _is_ahead(words[max(0, place - 5) : place])
    following = words[place + 1] if place + 1 < len(words) else "."
    past = word in _PAST or (word.endswith("ed") and len(word) > 4) or (word in _UNCHANGED and following in _PARTICLES)
    done = past and not ahead and previous[0].isalnum() and previous not in _NO_SUBJECT
    near = frozenset(root(other) for other in words[place + 1 : place + 7] if len(other) > 2 and other not in NOT_NAMES)
    return _Verb(word, root(_PAST.get(word, word)), done, ahead, near)


def _is_ahead(before: list[str]) -> bool:
    """Whether the words before a verb make it one that is still to come."""
    while before and before[-1] in _BETWEEN:
        before = before[:-1]
    if before[-1:] == ["to"]:
        return any(word in _PLANS for word in before[-4:-1])
    return bool(before) and before[-1] in _MODALS
