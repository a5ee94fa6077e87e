"""What a reader should check in a report: doubts, numbered as they are met, and what was repaired and looked up.

All formats of a report (page, Markdown, plain text) use the same numbers for the same doubts.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, TypeAlias

from mt.flags import KINDS, title
from mt.records import Flag, Report, SourceDoubt, Summary, SummarySentence, Term, TranslatedSegment, Translation

Part: TypeAlias = Literal["title", "summary", "segment", "source"]
"""Where a doubt is: in a title segment, a summary sentence, a segment of the text, or in the Arabic itself."""

ARABIC = "Arabic"
"""The label of quotes that are not English."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is doubted: the `name` of a flag, `untranslated` or `source`, and words for a reader."""

    name: str
    title: str
    detail: str
    explanation: str

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else self.title


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to check: its number (from 1), its place, the reasons, and the texts concerned with their labels.

    `index` counts within `part`; `segment` is the index of the segment that it is about, or None for a title, a summary
    sentence without support, or a mistake of the article outside all segments.
    """

    number: int
    part: Part
    index: int
    segment: int | None
    reasons: tuple[Reason, ...]
    quotes: tuple[tuple[str, str], ...]
    score: float | None = None

    def __str__(self) -> str:
        said = "; ".join(map(str, self.reasons))
        return f"{said}: {self.quotes[0][1]}" if self.quotes else said


def reason(flag: Flag) -> Reason:
    """The flag in a reader's words; one of a newer version has no explanation."""
    explanation = KINDS[flag.name].explanation if flag.name in KINDS else ""
    return Reason(flag.name, title(flag.name), _LOG_PROBABILITY.sub(_as_confidence, flag.detail), explanation)


# Scores in details of flags are mean log-probabilities; readers get the geometric mean of the probabilities.
_LOG_PROBABILITY = re.compile(r"mean log-probability of a token (-?[\d.]+), under (-?[\d.]+)")


def _as_confidence(match: re.Match[str]) -> str:
    score, least = (round(100 * math.exp(min(0.0, float(value)))) for value in match.groups())
    return f"confidence {score} %, below {least} %"


_UNTRANSLATED = Reason(
    "untranslated", "Not translated", "", "There is no English for this; the Arabic is shown in its place."
)
_SOURCE_EXPLANATION = "The article itself may be wrong here. It was translated as written."


def doubts(report: Report) -> tuple[Doubt, ...]:
    """All doubts about single sentences in a reader's order: title, summary, text, each slip behind its sentence."""
    return doubts_of(report.translation, report.summary)


def doubts_of(translation: Translation, summary: Summary | None = None) -> tuple[Doubt, ...]:
    """As `doubts`, of the two texts of a report."""
    candidates = [_of_segment("title", index, segment) for index, segment in enumerate(translation.title)]
    candidates += [_of_summary(translation, i, s) for i, s in enumerate(summary.sentences if summary else ())]
    places = [segment_at(translation, doubt.start) for doubt in translation.source_doubts]
    for index, segment in enumerate(translation.segments):
        candidates.append(_of_segment("segment", index, segment))
        candidates += [_of_source(translation, i) for i, place in enumerate(places) if place == index]
    candidates += [_of_source(translation, i) for i, place in enumerate(places) if place is None]
    kept = (doubt for doubt in candidates if doubt.reasons)
    return tuple(
        Doubt(number, d.part, d.index, d.segment, d.reasons, d.quotes, d.score) for number, d in enumerate(kept, 1)
    )


def segment_at(translation: Translation, start: int) -> int | None:
    """The index of the segment that has this character of the article's text."""
    spans = enumerate(segment.source for segment in translation.segments)
    return next((index for index, source in spans if source.start <= start < source.end), None)


def _of_segment(part: Part, index: int, segment: TranslatedSegment) -> Doubt:
    reasons = tuple(map(reason, segment.flags)) or (() if segment.text else (_UNTRANSLATED,))
    english = (("English", segment.text),) if segment.text else ()
    place = index if part == "segment" else None
    return Doubt(0, part, index, place, reasons, (*english, (ARABIC, segment.source.text)), segment.score)


def _of_summary(translation: Translation, index: int, sentence: SummarySentence) -> Doubt:
    closest = next((i for i in sentence.support[:1] if 0 <= i < len(translation.segments)), None)
    quotes = [("Summary", sentence.text)]
    if closest is not None:
        quotes.append(("Closest sentence", translation.segments[closest].visible))
    return Doubt(0, "summary", index, closest, tuple(map(reason, sentence.flags)), tuple(quotes))


def _of_source(translation: Translation, index: int) -> Doubt:
    slip = translation.source_doubts[index]
    meant = ((f"{ARABIC} suggested", slip.suggestion),) if slip.suggestion else ()
    why = Reason("source", "Possible mistake in the article", slip.reason, _SOURCE_EXPLANATION)
    place = segment_at(translation, slip.start)
    return Doubt(0, "source", index, place, (why,), ((ARABIC, slip.text), *meant))


def whole_flags(report: Report) -> tuple[Flag, ...]:
    """Flags of the translation and the summary as a whole."""
    return (*report.translation.flags, *(report.summary.flags if report.summary else ()))


def all_flags(report: Report) -> Iterator[Flag]:
    """Every flag of what a reader sees, of whole texts and of their sentences, with further summaries; not of what was
    tried or dropped.
    """
    translation, summary = report.translation, report.summary
    summaries = (summary, *summary.others) if summary else ()
    texts: tuple[Translation | Summary, ...] = (translation, *summaries)
    for text in texts:
        yield from text.flags
        yield from chain.from_iterable(sentence.flags for sentence in text.sentences)


def kinds(report: Report, of_report: Sequence[Doubt]) -> Counter[str]:
    """How often each kind of doubt stands in the report, by the names of reasons."""
    of_sentences = (reason.name for doubt in of_report for reason in doubt.reasons)
    return Counter(chain(of_sentences, (flag.name for flag in whole_flags(report))))


def kind_title(name: str) -> str:
    """The title of a kind that `kinds` counts."""
    return {"untranslated": _UNTRANSLATED.title, "source": "Possible mistake"}.get(name) or title(name)


def account(report: Report, of_report: Sequence[Doubt], where: str = "under Doubts") -> str:
    """One line on how complete the translation is and how much of it is doubtful; `where` the doubts are explained."""
    segments = (*report.translation.title, *report.translation.segments)
    missing = sum(not segment.text for segment in segments)
    redone = sum(is_changed(segment) for segment in segments)
    what = f"{len(segments)} {'sentence' if len(segments) == 1 else 'sentences'}"
    done = f"{what}, {missing} not translated" if missing else f"{what}, every one translated"
    done += f", {redone} repaired" if redone else ""
    if not of_report:
        return f"{done}; no doubts found."
    return f"{done}; {len(of_report)} marked ⚠, explained {where}."


# ---------------------------------------------------------------- what was done about doubts


def repaired(report: Report) -> Iterator[TranslatedSegment]:
    """Segments whose text is not the model's first, or for which others were tried, titles first."""
    segments = (*report.translation.title, *report.translation.segments)
    return (segment for segment in segments if segment.way or segment.attempts)


def is_changed(segment: TranslatedSegment) -> bool:
    """Whether the segment has another text than the model's first; others may have been tried and not been kept."""
    first = next((attempt.text for attempt in segment.attempts if not attempt.way), None)
    return bool(segment.text and segment.way) and segment.text != first


_WAYS = {
    "": "first output",
    "first": "first output",
    "no-hints": "without the hints for rare words",
    "beam": "decoded again, with a wider search",
    "greedy": "decoded again, with greedy search",
    "no-repeat": "decoded again, without repeating phrases",
    "split": "translated in smaller pieces",
    "respelt": "with a name spelled as in the glossary",
    "term-latin": "with terms written in English for the model",
    "term-stand-in": "with other names in place of its terms",
    "term-latin-all": "with all its terms written in English for the model",
    "numbers": "with its numbers hidden from the model and put back",
    "second model": "by the second model",
}


def way_words(way: str) -> str:
    """How an output was produced, for a reader; ways may be joined by `+`, and an unknown one is shown as it is."""
    return ", ".join(_WAYS.get(part.strip(), part.strip().replace("-", " ")) for part in way.split("+"))


CAVEAT = (
    "Sentences without a mark can be wrong, too: the checks compare numbers, names and completeness, not every word."
)
"""The limit of what a report says, for every form of it."""

SUMMARY_STYLES: Mapping[str, str] = {"paragraph": "In full", "bullets": "In points", "headline": "Headline"}
"""Titles of the further summaries, by style."""

SHORT_SUMMARY = "The article is short: this is its text, not a summary of it."


def replaced(report: Report) -> tuple[int, ...]:
    """The numbers (from 1) of summary sentences that replace sentences of the model.

    A short article is its own summary, and replaces nothing.
    """
    if report.summary is None or report.summary.rounds == 0:
        return ()
    return tuple(number for number, sentence in enumerate(report.summary.sentences, 1) if sentence.origin == "article")


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """A glossary's term over a whole article: its Arabic and English forms, and the segments that contain it.

    `places` and `missing` are indices into `Translation.segments`; `missing` are those whose English lacks it.
    """

    target: str
    glossary: str
    note: str
    sources: tuple[str, ...]
    forms: tuple[str, ...]
    places: tuple[int, ...]
    missing: tuple[int, ...]
    in_title: bool


def found_terms(report: Report) -> tuple[FoundTerm, ...]:
    """The terms of an article, each once, in the order of their first mention."""
    grouped: dict[tuple[str, str, str], list[tuple[int | None, Term]]] = {}
    titles = ((None, term) for segment in report.translation.title for term in segment.terms)
    texts = ((index, term) for index, segment in enumerate(report.translation.segments) for term in segment.terms)
    for index, term in chain(titles, texts):
        grouped.setdefault((term.target, term.glossary, term.note), []).append((index, term))
    return tuple(_found_term(key, uses) for key, uses in grouped.items())


def _found_term(key: tuple[str, str, str], uses: Sequence[tuple[int | None, Term]]) -> FoundTerm:
    sources = dict.fromkeys(term.source for _, term in uses)
    forms = dict.fromkeys(term.found for _, term in uses if term.found)
    places = dict.fromkeys(index for index, _ in uses if index is not None)
    missing = dict.fromkeys(index for index, term in uses if index is not None and not term.found)
    in_title = any(index is None for index, _ in uses)
    return FoundTerm(*key, tuple(sources), tuple(forms), tuple(places), tuple(missing), in_title)


def slip_span(slip: SourceDoubt, segment: TranslatedSegment) -> tuple[int, int] | None:
    """The span of the slip in the segment's own text; None if it is elsewhere, or the spans do not agree."""
    source = segment.source
    start, end = max(slip.start, source.start) - source.start, min(slip.end, source.end) - source.start
    return (start, end) if start < end and source.text[start:end] in slip.text else None
