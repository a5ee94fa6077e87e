"""Receipts: each sentence of a summary with the segments that bear it out, its doubts, and what becomes of it.

A sentence at fault says what the article does not have (`FAULTS`). Such a sentence is kept and flagged, dropped, or
replaced by the article's own, as configured; whatever was taken out is kept beside the summary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mt.checks import (
    FAILED,
    check_allegations,
    check_loop,
    check_offices,
    check_plans,
    check_relations,
    check_roles,
    check_subjects,
    check_support,
    find_support,
    is_about,
    says_again,
)
from mt.engines import Entailment
from mt.errors import ModelError
from mt.flags import title
from mt.language.english_numbers import english_numbers
from mt.language.kinds import other_members_told
from mt.language.numbers import is_supported, said_numbers
from mt.language.weekdays import arabic_weekdays
from mt.language.words import NOT_NAMES
from mt.records import Flag, SummarySentence, Translation

FAULTS = frozenset(
    {
        "unsupported-number",
        "unsupported-name",
        "mixed-name",
        "opposite",
        "swapped-roles",
        "planned",
        "alleged",
        "office-differs",
        "kind-differs",
        "inconsistent",
        "loop",
        "about-article",
    }
)
"""Doubts for which a sentence is not let into a summary, unless configured so."""
_ABOUT = re.compile(
    r"\b(?:the|this)\s+(?:given |provided |following |news )?"
    r"(article|text|passage|summary|report|story|author|piece)(?:'s|’s)?,?\s+"
    r"(?:\w+ly\s+|also\s+|then\s+|further\s+|main\s+)*"
    r"(?:titl|entitl|featur|trac|list|focus|point|topic|discuss|highlight|report|describ|mention|say|said|state|explain|emphasi|stress|cover|"
    r"provid|detail|note|add|tell|outlin|present|reveal|conclud|examin|explor|quot|cit|concern|talk|(?:is|was) about)"
    r"|\b(?:in|according to) (?:the|this) (?:news )?(article|text|passage|report|story|piece)\b",
    re.IGNORECASE,
)
_UNFIT = frozenset({FAILED, "empty", "loop", "arabic-left", "unfinished", "too-long"})
_GRAVE = frozenset({"unsure", "cut-off", "copied", "too-short", "too-long", *_UNFIT})
"""Doubts about all that a segment says."""
_LEFT_OUT = frozenset(
    {"omission", "name-missing", "term-missing", "name-differs", "verbatim-missing", "qualifier-missing"}
)
# Doubts that say nothing against the words of a sentence.
_HARMLESS = frozenset({"punctuation"})


@dataclass(frozen=True, slots=True)
class Source:
    """What a summary may say: the English segments of one article, and its title.

    `fit` are the segments that may stand in a summary: translated, and without a flag that spoils them. The title is
    empty where a part of it has no English, or where it is an `other_title`.
    """

    segments: tuple[str, ...]
    title: str = ""
    fit: frozenset[int] = frozenset()
    doubts: tuple[tuple[Flag, ...], ...] = ()
    """The doubts of each segment about its words."""
    other_title: str = ""
    """The title where it shares no word with the article, as where a feed has mixed up two articles."""

    @classmethod
    def of(cls, translation: Translation) -> Source:
        """The source that a translation is."""
        segments = translation.segments
        fit = {i for i, s in enumerate(segments) if s.text and not _UNFIT & {flag.name for flag in s.flags}}
        doubts = tuple(tuple(f for f in s.flags if f.name not in _HARMLESS) for s in segments)
        texts = tuple(s.text for s in segments)
        title = translation.title_text if all(s.text for s in translation.title) else ""
        title, other = (title, "") if is_about(title, texts) else ("", title)
        return cls(texts, title, frozenset(fit), doubts, other)

    @property
    def text(self) -> str:
        """All that the article says, in one string."""
        return "\n".join((self.title, *self.segments))

    def around(self, support: Sequence[int]) -> str:
        """The supporting segments with their neighbours, in the article's order."""
        near = {i + step for i in support for step in (-1, 0, 1) if 0 <= i + step < len(self.segments)}
        return " ".join(self.segments[i] for i in sorted(near))


@dataclass(frozen=True, slots=True)
class Settled:
    """A summary's sentences after the faulty ones were dealt with; `dropped` are those that were taken out."""

    sentences: tuple[SummarySentence, ...]
    dropped: tuple[SummarySentence, ...] = ()


class Verifier:
    """Checks sentences against their article and deals with those at fault."""

    def __init__(
        self,
        unsupported: Literal["flag", "drop", "replace"],
        entailment: Entailment | None = None,
        min_score: float = 0.5,
    ) -> None:
        self.unsupported = unsupported
        self._entailment = entailment
        self._min_score = min_score

    def check(self, texts: Sequence[tuple[Sequence[str], Source]]) -> list[tuple[SummarySentence, ...]]:
        """The sentences of many summaries, each with its support and doubts; a consistency model sees all at once."""
        checked = [tuple(_checked(sentence, source) for sentence in sentences) for sentences, source in texts]
        if self._entailment is None:
            return checked
        pairs = [
            (source.around(s.support) or source.text, s.text)
            for sentences, (_, source) in zip(checked, texts, strict=True)
            for s in sentences
        ]
        scores = iter(_score_each(self._entailment, pairs))
        return [tuple(self._scored(sentence, next(scores)) for sentence in sentences) for sentences in checked]

    def _scored(self, sentence: SummarySentence, score: float | ModelError) -> SummarySentence:
        if isinstance(score, ModelError):
            return replace(sentence, flags=(*sentence.flags, Flag("unchecked", str(score))))
        if score >= self._min_score:
            return sentence
        doubt = Flag("inconsistent", f"the consistency model gives it {score:.2f}, wanted {self._min_score:.2f}")
        return replace(sentence, flags=(*sentence.flags, doubt))

    def settle(self, sentences: Sequence[SummarySentence], source: Source, words: int) -> Settled:
        """Deal with the sentences at fault as configured; stand-ins come only while the summary keeps to `words`.

        May leave nothing: the caller decides what a summary is then.
        """
        if self.unsupported == "flag" or not any(map(is_faulty, sentences)):
            return Settled(tuple(sentences))
        kept: list[SummarySentence] = []
        dropped: list[SummarySentence] = []
        clean = [s for s in sentences if not is_faulty(s)]
        room = words - sum(len(s.text.split()) for s in clean)
        for sentence in sentences:
            if not is_faulty(sentence):
                kept.append(sentence)
                continue
            dropped.append(sentence)
            stand_in = self._stand_in(sentence, source, [*clean, *kept], room)
            if stand_in:
                kept.append(stand_in)
                room -= len(stand_in.text.split())
        return Settled(tuple(kept), tuple(dropped))

    def _stand_in(
        self, sentence: SummarySentence, source: Source, others: Sequence[SummarySentence], room: int
    ) -> SummarySentence | None:
        """The segment that bears out most of the sentence, fits the room and says nothing that the others say."""
        if self.unsupported == "drop":
            return None
        for index in sentence.support:
            text = source.segments[index]
            short = len(text.split()) <= room
            if index in source.fit and short and not any(says_again(text, other.text) for other in others):
                return SummarySentence(text, (index,), origin="article")
        return None


def _score_each(entailment: Entailment, pairs: Sequence[tuple[str, str]]) -> list[float | ModelError]:
    """One score for each pair, in order; a call that fails is halved until the pairs at fault stand alone."""
    try:
        return list(entailment.score([premise for premise, _ in pairs], [said for _, said in pairs]))
    except ModelError as error:
        if len(pairs) == 1:
            return [error]
        middle = len(pairs) // 2
        return [score for half in (pairs[:middle], pairs[middle:]) for score in _score_each(entailment, half)]


def is_faulty(sentence: SummarySentence) -> bool:
    """Whether a sentence says what its article does not bear out."""
    return any(flag.name in FAULTS for flag in sentence.flags)


def speaks_of_article(sentence: str, article: str) -> bool:
    """Whether a sentence speaks of the article (“The article discusses …”) that speaks of no such text itself.

    A list of “other articles” below an article is no text that it speaks of.
    """
    spoken = _ABOUT.search(sentence)
    noun = next(filter(None, spoken.groups())) if spoken else ""
    return bool(noun) and not re.search(rf"\b{noun}\b", article, re.IGNORECASE)


def _checked(sentence: str, source: Source) -> SummarySentence:
    support = find_support(sentence, source.segments)
    borne_out = " ".join(source.segments[i] for i in sorted(support))
    doubts = (
        check_loop(sentence),
        check_relations(sentence, borne_out, source.text),
        check_plans(sentence, source.text),
        check_allegations(sentence, source.text),
        _check_offices(sentence, source),
        _check_kinds(sentence, borne_out, source),
        check_roles(sentence, [source.segments[i] for i in support], source.text)
        or check_subjects(sentence, source.segments),
        _check_about(sentence, source),
        _check_doubtful_source(sentence, support, source),
    )
    flags = (*check_support(sentence, source.text, source.segments), *(doubt for doubt in doubts if doubt))
    return SummarySentence(sentence, support, flags)


def _check_offices(sentence: str, source: Source) -> Flag | None:
    reasons = list(check_offices(sentence, source.text))
    return Flag("office-differs", ", ".join(reasons)) if reasons else None


def _check_kinds(sentence: str, support: str, source: Source) -> Flag | None:
    others = [f"{told} for {there}" for there, told in other_members_told(sentence, support, source.text)]
    return Flag("kind-differs", "; ".join(others)) if others else None


def _check_about(sentence: str, source: Source) -> Flag | None:
    return Flag("about-article") if speaks_of_article(sentence, source.text) else None


def _check_doubtful_source(sentence: str, support: Sequence[int], source: Source) -> Flag | None:
    """The doubts of the supporting segments that touch what the sentence says; see `_touches`."""
    reasons = [
        f"sentence {index + 1}: {title(doubt.name).lower()}"
        for place, index in enumerate(support)
        for doubt in (source.doubts[index] if index < len(source.doubts) else ())
        if _touches(doubt, sentence, source.segments[index], first=place == 0)
    ]
    return Flag("doubtful-source", "; ".join(dict.fromkeys(reasons))) if reasons else None


def _touches(doubt: Flag, sentence: str, segment: str, *, first: bool) -> bool:
    """Whether a doubt about a segment is one about the sentence that rests on it, most of all if it is the `first`.

    A doubt about the whole segment is. One about a word of it is where the sentence repeats the word; one about a
    number that it lacks or means otherwise, where the sentence has a number of the segment; one about what else is
    missing, where the sentence says most of the segment, so that it would say that, too.
    """
    if doubt.name in _GRAVE:
        return first
    words = _words(sentence)
    if doubt.name in ("number-missing", "number-differs"):
        sentence_numbers, segment_numbers = english_numbers(sentence), english_numbers(segment)
        return any(is_supported(n, segment_numbers) for n in said_numbers(sentence_numbers) if not n.month)
    if doubt.name in _LEFT_OUT:
        rest = _words(segment)
        return first and not _only_days(doubt.detail) and 2 * len(words & rest) > len(rest)
    return not words.isdisjoint(_words(doubt.detail.removesuffix(" in the English only")))


def _only_days(detail: str) -> bool:
    """Whether nothing but days of the week is missing, which a summary may leave out."""
    return all(arabic_weekdays(word) for word in detail.removesuffix(" in the source only").split(", "))


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w{2,}|\d", text.lower()) if word not in NOT_NAMES)
