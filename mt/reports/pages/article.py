"""One article as a page: English and Arabic side by side, with doubts, terms and repairs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from mt.records import Hint, Json, Report, SummarySentence, Term, TranslatedSegment
from mt.reports.doubts import (
    ARABIC,
    CAVEAT,
    SHORT_SUMMARY,
    SUMMARY_STYLES,
    Doubt,
    FoundTerm,
    Part,
    Reason,
    account,
    doubts,
    found_terms,
    reason,
    slip_span,
    way_words,
    whole_flags,
)
from mt.reports.names import file_name
from mt.reports.pages.charts import Bar, Strip, strip
from mt.reports.pages.confidence import Confidence
from mt.reports.pages.originals import compared
from mt.reports.pages.rendering import isolated, plain, render
from mt.reports.pages.runs import Run, Span, find, runs

# Languages that are written from right to left, ISO 639-1; articles are Arabic unless they were passed through.
_RIGHT_TO_LEFT = frozenset("ar dv fa he ks ku ps sd ug ur yi".split())

_MISSING = frozenset(("failed", "empty", "untranslated"))
_SOFT = frozenset(("unsure", "long", "few-points", "extractive"))


def as_html(report: Report, index: str = "") -> str:
    """The report as a whole HTML document that needs no other file. Equal reports give equal pages.

    `index` is the relative URL of the page that lists the run's articles, for links to it and, by way of it, to the
    articles before and after this one; the page has no such links without it.

    Elements are named by numbers (`s3` is the English of segment 3, counted from 0, `a3` its Arabic), so that no text
    of an article or a model becomes an identifier.
    """
    page = _Page(report)
    language = report.translation.language
    return render(
        "article",
        page=page,
        report=report,
        index=index,
        own_name=quote(f"{file_name(report.article.id)}.html", safe=""),
        heading=report.translation.title_text or report.article.title or beginning(report) or report.article.id,
        beginning=beginning(report),
        metadata=[(key, _value(value)) for key, value in report.article.metadata],
        language=language,
        direction="rtl" if language in _RIGHT_TO_LEFT else "ltr",
    )


def beginning(report: Report) -> str:
    """The first words of the translation, for an article without a title."""
    words = report.translation.text.split(maxsplit=14)
    return " ".join(words[:14]) + (" …" if len(words) > 14 else "")


def _value(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """The sign of a doubt in the text; `level` (`missing`, `doubt`, `soft` or `source`) chooses its colour."""

    number: int
    level: str
    reasons: tuple[Reason, ...]

    @property
    def label(self) -> str:
        """The mark for those who do not see it."""
        return f"Doubt {self.number}: {'; '.join(map(str, self.reasons))}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A segment in both languages; `key` is its number, or `t` and the number in a title."""

    key: str
    label: str
    english: tuple[Run, ...]
    arabic: tuple[Run, ...]
    marks: tuple[Mark, ...]
    slips: tuple[Mark, ...]
    confidence: Confidence | None
    note: str
    """Everything known about it, in one line."""
    repaired: bool
    way: str
    attempts: tuple[Attempted, ...]
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class Attempted:
    """An output of the model that was not kept."""

    way: str
    text: str
    reasons: tuple[Reason, ...]
    confidence: Confidence | None


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence of the summary and the keys of the segments that it rests on."""

    number: int
    text: str
    support: tuple[str, ...]
    marks: tuple[Mark, ...]
    replaced: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A doubt in the list: with the quotes, whether each is Arabic, and the id of the element that it is about."""

    doubt: Doubt
    mark: Mark
    quotes: tuple[tuple[str, str, bool], ...]
    place: str
    where: str
    confidence: Confidence | None


class _Page:
    """What the template shows."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.doubts = doubts(report)
        self.account = account(report, self.doubts)
        translation = report.translation
        self.title = [self._sentence("title", i, s) for i, s in enumerate(translation.title)]
        self.sentences = [self._sentence("segment", i, s) for i, s in enumerate(translation.segments)]
        self.terms: tuple[FoundTerm, ...] = found_terms(report)
        self.short_summary = SHORT_SUMMARY
        self.caveat = CAVEAT

    @property
    def entries(self) -> list[Entry]:
        """The list of doubts."""
        return [self._entry(doubt) for doubt in self.doubts]

    @property
    def paragraphs(self) -> Iterator[list[Sentence]]:
        """The sentences by paragraphs."""
        sentences = iter(self.sentences)
        for paragraph in self.report.translation.paragraphs:
            yield [next(sentences) for _ in paragraph]

    @property
    def points(self) -> list[Point]:
        """The sentences of the summary."""
        summary = self.report.summary
        return [self._point(i, s) for i, s in enumerate(summary.sentences)] if summary else []

    @property
    def other_summaries(self) -> list[tuple[str, list[Point]]]:
        """The summaries in further styles: the style's name and the sentences, whose faults are shown beside them."""
        summary = self.report.summary
        others = summary.others if summary else ()
        return [
            (SUMMARY_STYLES.get(o.style, o.style), [self._point(i, s, kept=False) for i, s in enumerate(o.sentences)])
            for o in others
        ]

    @property
    def marks_shown(self) -> dict[str, bool]:
        """Which kinds of marks the page has, for its legend."""
        sentences = (*self.title, *self.sentences)
        levels = {_mark(doubt).level for doubt in self.doubts}
        kinds = {run.kind for s in sentences for run in (*s.english, *s.arabic)}
        return {
            **{level: level in levels for level in ("doubt", "missing", "soft", "source")},
            **{kind: kind in kinds for kind in ("term", "lacking", "slip")},
            "repaired": any(s.repaired for s in sentences),
            "confidence": any(s.confidence for s in sentences),
        }

    @property
    def cleaned(self) -> list[tuple[str, int]]:
        """What cleaning changed before the translation, in a reader's words, and in how many places."""
        return [(CHANGES.get(change.step, change.step), change.count) for change in self.report.article.changes]

    @property
    def original(self) -> tuple[Run, ...]:
        """The Arabic as it was read, with the words marked that cleaning changed; empty if it changed none."""
        article = self.report.article
        return compared(article.original, article.text) if article.original else ()

    @property
    def dropped(self) -> list[Point]:
        """Sentences that were left out of the summary."""
        summary = self.report.summary
        return [self._point(i, s, kept=False) for i, s in enumerate(summary.dropped)] if summary else []

    @property
    def remarks(self) -> list[Reason]:
        """Doubts about the whole."""
        return [reason(flag) for flag in whole_flags(self.report)]

    @property
    def repaired(self) -> list[Sentence]:
        """Sentences with more than one output, titles first."""
        return [sentence for sentence in (*self.title, *self.sentences) if sentence.repaired]

    @property
    def hinted(self) -> list[Sentence]:
        """Sentences with hints: words that the model was given in English; titles first."""
        return [sentence for sentence in (*self.title, *self.sentences) if sentence.hints]

    @property
    def strip(self) -> Strip:
        """The whole article at a glance."""
        segments = zip(self.sentences, self.report.translation.segments, strict=True)
        return strip([Bar(s.key, len(g.source.text), s.confidence, _worst(s), s.note) for s, g in segments])

    def _sentence(self, part: Part, index: int, segment: TranslatedSegment) -> Sentence:
        key = f"t{index}" if part == "title" else str(index)
        label = "Title" if part == "title" else f"Sentence {index + 1}"
        marks = tuple(_mark(d) for d in self.doubts if (d.part, d.index) == (part, index))
        mine = [d for d in self.doubts if part == "segment" and d.part == "source" and d.segment == index]
        slips = tuple(map(_mark, mine))
        confidence = Confidence.of(segment.score) if segment.text else None
        attempts = tuple(
            Attempted(way_words(a.way), a.text, tuple(map(reason, a.flags)), Confidence.of(a.score))
            for a in segment.attempts
        )
        way = way_words(segment.way)
        english, arabic = self._runs(part, segment)
        note = _note(label, segment, marks, slips, confidence)
        repaired = bool(segment.way or attempts)
        hints = segment.hints
        return Sentence(key, label, english, arabic, marks, slips, confidence, note, repaired, way, attempts, hints)

    def _runs(self, part: Part, segment: TranslatedSegment) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
        """Both texts with the terms that a reader should know of, and in the Arabic the slips, which win a tie."""
        slips = self.report.translation.source_doubts if part == "segment" else ()
        arabic = [Span(*span, "slip", plain(slip.reason)) for slip in slips if (span := slip_span(slip, segment))]
        english: list[Span] = []
        for term in filter(lambda term: _is_notable(term, segment), segment.terms):
            kind = "term" if term.found else "lacking"
            if place := _place(segment.source.text, term.source, term.start, arabic):
                arabic.append(Span(*place, kind, _term_note(term)))
            if place := _place(segment.text, term.found, term.found_start, english):
                english.append(Span(*place, kind, _term_note(term)))
        return runs(segment.text, english), runs(segment.source.text, arabic)

    def _point(self, index: int, sentence: SummarySentence, *, kept: bool = True) -> Point:
        marks = tuple(_mark(d) for d in self.doubts if kept and (d.part, d.index) == ("summary", index))
        support = tuple(str(i) for i in sentence.support if 0 <= i < len(self.sentences))
        reasons = tuple(map(reason, sentence.flags))
        # A short article is its own summary: its sentences replace none.
        summary = self.report.summary
        replaced = sentence.origin == "article" and summary is not None and summary.rounds > 0
        return Point(index + 1, sentence.text, support, marks, replaced, reasons)

    def _entry(self, doubt: Doubt) -> Entry:
        quotes = tuple((label, text, label.startswith(ARABIC)) for label, text in doubt.quotes)
        place, where = {
            "title": (f"st{doubt.index}", "the title"),
            "summary": (f"point{doubt.index + 1}", f"sentence {doubt.index + 1} of the summary"),
            "segment": (f"s{doubt.index}", f"sentence {doubt.index + 1}"),
            "source": _slip_place(doubt),
        }[doubt.part]
        return Entry(doubt, _mark(doubt), quotes, place, where, Confidence.of(doubt.score))


def _place(text: str, words: str, start: int | None, taken: Sequence[Span]) -> tuple[int, int] | None:
    """Where the words stand: as the record says; of one that does not say, their first place that is not taken."""
    if start is not None and text.startswith(words, start):
        return start, start + len(words)
    return find(text, words, taken)


def _slip_place(doubt: Doubt) -> tuple[str, str]:
    return (
        ("", "the article")
        if doubt.segment is None
        else (f"a{doubt.segment}", f"the Arabic of sentence {doubt.segment + 1}")
    )


def _mark(doubt: Doubt) -> Mark:
    names = {reason.name for reason in doubt.reasons}
    level = "source" if doubt.part == "source" else "doubt"
    level = "missing" if names & _MISSING else "soft" if names <= _SOFT else level
    return Mark(doubt.number, level, doubt.reasons)


def _worst(sentence: Sentence) -> str:
    levels = {mark.level for mark in (*sentence.marks, *sentence.slips)}
    return next((level for level in ("missing", "doubt", "source", "soft") if level in levels), "")


def _is_notable(term: Term, segment: TranslatedSegment) -> bool:
    """Whether the English lacks the term, got it by a repair only, or has it in words that a flag is about."""
    if not term.found:
        return True
    enforced = any(
        f.name in {"term-missing", "name-differs"} and term.target in f.detail
        for a in segment.attempts
        for f in a.flags
    )
    return enforced or any(word in flag.detail for flag in segment.flags for word in (term.found, term.source))


CHANGES = {
    "line endings": "line breaks unified",
    "surrogates": "broken characters repaired",
    "control characters": "control characters removed",
    "soft hyphens": "soft hyphens removed",
    "bidi controls": "invisible direction marks removed",
    "presentation forms": "letter shapes replaced by letters (ﻻ → لا)",
    "harakat": "vowel marks removed",
    "zero-width characters": "invisible characters removed",
    "tatweel": "stretched words shortened (قـــال → قال)",
    "NFC": "letters and separate marks combined",
    "spaces": "extra or special spaces replaced by one space",
    "line edges": "spaces at line ends removed",
    "blank lines": "extra blank lines removed",
    "outer white space": "spaces around the text removed",
    "unresolved escapes": r"escapes such as \n replaced by what they mean",
    "markup": "HTML tags and entities replaced by their text",
    "lam-alef of PDF text": "letters put back in order (األمم → الأمم)",
    "table cells": "table cells put on separate lines",
    "broken lines joined": "lines broken within a sentence joined",
}
"""The steps of cleaning (`mt.text.cleaning.STEPS`) for a reader; any other change is shown by its own name."""


def _term_note(term: Term) -> str:
    origin = "from the article itself" if term.glossary == "article" else f"glossary {plain(term.glossary)}"
    lacking = "" if term.found else "; missing in the English"
    note = f"; {plain(term.note)}" if term.note else ""
    return f"{isolated(term.source)} is {isolated(term.target)} ({origin}){lacking}{note}"


def _note(
    label: str,
    segment: TranslatedSegment,
    marks: Sequence[Mark],
    slips: Sequence[Mark],
    confidence: Confidence | None,
) -> str:
    parts = [label]
    if confidence:
        parts.append(f"confidence {confidence.percent} %")
    parts += [f"⚠ {plain(str(reason))}" for mark in (*marks, *slips) for reason in mark.reasons]
    if segment.way:
        parts.append(plain(way_words(segment.way)))
    parts += list(dict.fromkeys(_term_note(term) for term in segment.terms))
    return " · ".join(parts)
