"""Words of kinds of which a text names one or another: son and brother, silver and gold, police and army.

Each member of a kind (`data/kinds.tsv`) has Arabic words, English words that say it, and others that may. Two members
are exchanged where the English has nothing for one that the Arabic names, and says another that the Arabic does not.
The English that may stand for a member is wide: a word that is not surely wrong is not told. Rates: docs/TRUST.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

_LEAD = r"(?<![ء-ي])[وف]?[بلكس]?(?:ال|لل)?"
_ENDING = r"(?:ه|ها|هم|هما|هن|نا)?(?![ء-ي])"
"""A pronoun may follow."""


@dataclass(frozen=True)
class _Member:
    """One member of a kind; its patterns are compiled when first needed."""

    arabic: str
    says: str
    may: str

    @cached_property
    def in_arabic(self) -> re.Pattern[str]:
        return re.compile(rf"{_LEAD}({self.arabic}){_ENDING}")

    @cached_property
    def said(self) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{self.says})\b", re.IGNORECASE)

    @cached_property
    def possible(self) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{self.says}|{self.may})\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Kind:
    """The members of one kind."""

    members: tuple[_Member, ...]

    @cached_property
    def in_arabic(self) -> re.Pattern[str]:
        """Any member, so that most texts are read once for each kind."""
        return re.compile(rf"{_LEAD}(?:{'|'.join(member.arabic for member in self.members)}){_ENDING}")


@cache
def _kinds() -> tuple[_Kind, ...]:
    kinds: dict[str, list[_Member]] = {}
    for line in (files("mt.language") / "data" / "kinds.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, _, *patterns = line.split("\t")
            kinds.setdefault(kind, []).append(_Member(*patterns))
    return tuple(_Kind(tuple(members)) for members in kinds.values())


def other_members(folded: str, english: str) -> Iterator[tuple[str, str]]:
    """The Arabic word of a member that the English lacks, with the English word of another one in its place.

    `folded` is the source as `mt.language.folding.fold` gives it.
    """
    for kind in _kinds():
        if not kind.in_arabic.search(folded):
            continue
        named = {member: found[1] for member in kind.members if (found := member.in_arabic.search(folded))}
        lost = [word for member, word in named.items() if not member.possible.search(english)]
        others = [said[0] for member in kind.members if member not in named and (said := member.said.search(english))]
        if lost and others:
            yield lost[0], others[0]


def other_members_told(sentence: str, support: str, article: str) -> Iterator[tuple[str, str]]:
    """The same in English: a member that a summary sentence names and its article does not, with the one in its place.

    The sentences that it rests on (`support`) name another member, for which the sentence has no word.
    """
    for kind in _kinds():
        for member in kind.members:
            if not (said := member.said.search(sentence)) or member.possible.search(article):
                continue
            others = (other for other in kind.members if other is not member and not other.possible.search(sentence))
            if there := next(filter(None, (other.said.search(support) for other in others)), None):
                yield there[0], said[0]
