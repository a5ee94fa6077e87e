"""What a summary turns round: opposites and denials, as far as words alone show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mt.language.english import root
from mt.language.words import NOT_NAMES, WORD
from mt.records import Flag

_DENIALS = frozenset("not no never cannot nor neither without nobody none".split())
# These deny by halves: a word after them is neither said nor denied.
_WEAK_DENIALS = frozenset(
    "hardly fail fails failed failing lack lacks lacked lacking absence unable deny denies denied denying refuse "
    "refuses refused refusing rather instead few little longer just only".split()
)
_PREFIXES = ("un", "in", "im", "dis", "non", "il", "ir", "mis")


@cache
def _opposites() -> dict[str, frozenset[str]]:
    """Roots and the roots of their opposites: in each row of `opposites.txt` the first word against each other one."""
    opposites: dict[str, set[str]] = {}
    for row in (files("mt.language") / "data" / "opposites.txt").read_text(encoding="utf-8").splitlines():
        first, *rest = row.split()
        for word in rest:
            opposites.setdefault(root(first), set()).add(root(word))
            opposites.setdefault(root(word), set()).add(root(first))
    return {word: frozenset(others) for word, others in opposites.items()}


def check_relations(sentence: str, support: str, article: str) -> Flag | None:
    """Catch words of a summary sentence that its support says the opposite of, in the same place.

    An opposite (a table of common pairs, and un-, in-, dis- and the like) counts where the article lacks the sentence's
    word and the support has the other. A denial counts where the support only ever denies the word and the sentence
    does not, or the other way round. The same place: a content word within 3 of it is the same. What is turned round
    in other ways (who did it to whom, another noun) is not seen. Rates as measured: docs/TRUST.md.
    """
    known = frozenset(root(word) for word in _words(article))
    said, supported = _read(sentence), _read(support)
    denies = any(map(_denies, _words(sentence)))
    turned = [text for place in range(len(said)) if (text := _turned(said, place, supported, known))]
    turned = [text for text in turned if not (denies and text.endswith("denies"))]  # the denial may stand elsewhere
    return Flag("opposite", "; ".join(dict.fromkeys(turned))) if turned else None


@dataclass(frozen=True, slots=True)
class _Said:
    """A content word of a text, its root, and whether it is denied; None: by halves."""

    word: str
    root: str
    denied: bool | None


def _turned(said_words: Sequence[_Said], place: int, support_words: Sequence[_Said], known: frozenset[str]) -> str:
    """What the word at a place of the sentence turns round of the support; empty when nothing."""
    said = said_words[place]
    around = _around(said_words, place)
    if said.root not in known:
        near = [other for i, other in enumerate(support_words) if around & _around(support_words, i)]
        other = next((other.word for other in near if _are_opposites(said.root, other.root)), "")
        return f"{said.word}, where the article has {other}" if other else ""
    same = [i for i, other in enumerate(support_words) if other.root == said.root]
    if not same or said.denied is None or any(support_words[i].denied in (said.denied, None) for i in same):
        return ""
    if not any(around & _around(support_words, i) for i in same):
        return ""
    return f"not {said.word}, which the article says" if said.denied else f"{said.word}, which the article denies"


def _around(words: Sequence[_Said], place: int) -> frozenset[str]:
    """Roots of the content words within 3 of a place, without its own."""
    near = (*words[max(0, place - 3) : place], *words[place + 1 : place + 4])
    return frozenset(word.root for word in near) - {words[place].root}


def _are_opposites(one: str, other: str) -> bool:
    if other in _opposites().get(one, ()):
        return True
    short, long = sorted((one, other), key=len)
    return len(short) > 3 and any(long == f"{prefix}{short}" for prefix in _PREFIXES)


def _read(text: str) -> tuple[_Said, ...]:
    """The content words in order; denied is the first after a denial, within 3 words."""
    content: list[_Said] = []
    left, denial = 0, False
    for word in _words(text):
        if _denies(word):
            strong = word not in _WEAK_DENIALS
            left, denial = 3, strong and (left == 0 or denial)
        elif word in NOT_NAMES or len(word) < 3 or not word[0].isalpha():
            left = max(0, left - 1)
        else:
            content.append(_Said(word, root(word), (denial or None) if left else False))
            left = 0
    return tuple(content)


def _denies(word: str) -> bool:
    return word in _DENIALS or word in _WEAK_DENIALS or word.endswith(("n't", "n’t"))


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]
