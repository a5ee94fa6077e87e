"""A finished article as Markdown and as plain text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mt.records import Article, Report, SummarySentence
from mt.reports.doubts import (
    ARABIC,
    CAVEAT,
    SHORT_SUMMARY,
    SUMMARY_STYLES,
    Doubt,
    Part,
    account,
    doubts,
    found_terms,
    reason,
    repaired,
    replaced,
    way_words,
)

_Marks: TypeAlias = Mapping[tuple[Part, int], tuple[int, ...]]
"""The numbers of the doubts at each place; a slip of the article counts for its sentence."""


def _marks(article_doubts: Sequence[Doubt]) -> _Marks:
    marks: dict[tuple[Part, int], tuple[int, ...]] = {}
    for doubt in article_doubts:
        place: tuple[Part, int] = (doubt.part, doubt.index)
        if doubt.part == "source" and doubt.segment is not None:
            place = ("segment", doubt.segment)
        marks[place] = (*marks.get(place, ()), doubt.number)
    return marks


def _title(report: Report) -> str:
    return report.translation.title_text or report.article.title or report.article.id


# Control characters, which a terminal would obey, line ends, and marks that turn the direction of what follows.
_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def _line(text: str) -> str:
    return _NOT_SHOWN.sub(" ", text).strip()


@dataclass(frozen=True, slots=True)
class _Style:
    """How one kind of document writes its parts; each takes a text as it is and gives it ready to stand there."""

    words: Callable[[str], str]
    arabic: Callable[[str], str]
    """Arabic inside an English line."""
    untranslated: str
    block: Callable[[str], str]
    """A paragraph made of such words."""
    note: str
    """What a remark about a whole stage starts with."""


def _sentence(text: str, source: str, numbers: tuple[int, ...], style: _Style) -> str:
    said = style.words(text) if text else style.untranslated.format(style.arabic(source))
    return f"{said} ({', '.join(f'⚠{number}' for number in numbers)})" if numbers else said


def _heading(report: Report, marks: _Marks, style: _Style) -> str:
    parts = (
        _sentence(segment.text, segment.source.text, marks.get(("title", index), ()), style)
        for index, segment in enumerate(report.translation.title)
    )
    return " ".join(parts) or style.words(_title(report))


def _summary(report: Report, marks: _Marks, style: _Style) -> Iterator[str]:
    if report.summary is None:
        return
    sentences = enumerate(report.summary.sentences)
    written = [_sentence(s.text, "", marks.get(("summary", index), ()), style) for index, s in sentences]
    yield _in_style(written, report.summary.style, style) if written else "The summary is empty."
    if report.summary.rounds == 0 and written:
        yield style.note + SHORT_SUMMARY
    yield from (f"{style.note}⚠ {style.words(str(reason(flag)))}" for flag in report.summary.flags)
    for number in replaced(report):
        yield f"{style.note}Sentence {number} is copied from the article, in place of one that it does not support."
    for dropped in report.summary.dropped:
        why = "; ".join(style.words(str(reason(flag))) for flag in dropped.flags)
        said = f"Left out, because the article does not support it: {style.words(dropped.text)}"
        yield f"{style.note}{said}{f' ({why})' if why else ''}"
    for other in report.summary.others:
        yield f"{style.note}{SUMMARY_STYLES.get(other.style, other.style)}:"
        yield _in_style([_with_reasons(sentence, style) for sentence in other.sentences], other.style, style)


def _in_style(sentences: Sequence[str], summary_style: str, style: _Style) -> str:
    """One paragraph, or a line for each point of a list."""
    if summary_style == "bullets":
        return "\n".join(f"- {sentence}" for sentence in sentences)
    return style.block(" ".join(sentences))


def _with_reasons(sentence: SummarySentence, style: _Style) -> str:
    reasons = "; ".join(style.words(str(reason(flag))) for flag in sentence.flags)
    return f"{style.words(sentence.text)} (⚠ {reasons})" if reasons else style.words(sentence.text)


def _translation(report: Report, marks: _Marks, style: _Style) -> Iterator[str]:
    yield from (f"{style.note}⚠ {style.words(str(reason(flag)))}" for flag in report.translation.flags)
    index = 0
    for paragraph in report.translation.paragraphs:
        sentences = []
        for segment in paragraph:
            sentences.append(_sentence(segment.text, segment.source.text, marks.get(("segment", index), ()), style))
            index += 1
        yield style.block(" ".join(sentences))


def _terms(report: Report, style: _Style) -> list[str]:
    """A line for each name and term of a glossary that the article has."""
    lines = []
    for term in found_terms(report):
        arabic, english = ", ".join(map(style.arabic, term.sources)), ", ".join(map(style.words, term.forms))
        shown = f", here {english}" if english and term.forms != (term.target,) else ""
        lacking = f", missing in {len(term.missing)} of {len(term.places)} sentences" if term.missing else ""
        note = f": {style.words(term.note)}" if term.note else ""
        glossary = "from the article itself" if term.glossary == "article" else f"glossary {style.words(term.glossary)}"
        lines.append(f"- {arabic} is {style.words(term.target)}{shown}{lacking} ({glossary}){note}")
    return lines


def _repairs(report: Report, style: _Style) -> list[str]:
    """For each repaired sentence a line with what was kept, and below it the outputs that were not."""
    lines = []
    for segment in repaired(report):
        text = style.words(segment.text) or style.untranslated.format(style.arabic(segment.source.text))
        lines.append(f"- Kept ({style.words(way_words(segment.way))}): {text}")
        for attempt in segment.attempts:
            why = "".join(f"; {style.words(str(reason(flag)))}" for flag in attempt.flags)
            said = style.words(attempt.text) or "nothing"
            lines.append(f"   - Not kept ({style.words(way_words(attempt.way))}{why}): {said}")
    return lines


# What could start a construct of CommonMark or GitHub's dialect inside a line, and at the start of one. An underscore
# behind a letter opens nothing, so names like snake_case stay readable.
_INLINE = re.compile(r"[\\`*\[\]~|]|(?<![^\W_])_|(?<!\S)#")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_AT_START = re.compile(r"^([-+>#])|^(\d{1,9})(?=[.)])")


def _markdown_words(text: str) -> str:
    safe = _INLINE.sub(r"\\\g<0>", _line(text))
    return _ENTITY.sub("&amp;", safe).replace("<", "&lt;")


def _markdown_block(text: str) -> str:
    return _AT_START.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\", text)


_MARKDOWN = _Style(
    words=_markdown_words,
    arabic=lambda text: f'<bdi lang="ar">{_markdown_words(text)}</bdi>',
    untranslated="**Not translated:** {}",
    block=_markdown_block,
    note="> ",
)
_PLAIN = _Style(
    words=_line,
    arabic=_line,
    untranslated="[not translated: {}]",
    block=str,
    note="Note: ",
)


def as_markdown(report: Report) -> str:
    """Title, summary, translation by paragraphs, doubts, terms, repairs, Arabic source, and how it was made.

    Text of articles and models is escaped: it shows as it is, whatever Markdown or HTML it holds.
    """
    article_doubts = doubts(report)
    marks = _marks(article_doubts)
    blocks = [f"# {_heading(report, marks, _MARKDOWN)}", f"*{account(report, article_doubts)}*", f"*{CAVEAT}*"]
    if report.summary is not None:
        blocks += ["## Summary", *_summary(report, marks, _MARKDOWN)]
    blocks += ["## Translation", *_translation(report, marks, _MARKDOWN)]
    if article_doubts:
        blocks += ["## Doubts", "\n".join(map(_markdown_doubt, article_doubts))]
    for heading, lines in (("Names and terms", _terms(report, _MARKDOWN)), ("Repairs", _repairs(report, _MARKDOWN))):
        blocks += [f"## {heading}", "\n".join(lines)] if lines else []
    blocks += ["## Arabic source", '<div dir="rtl" lang="ar">', *_arabic_blocks(report.article), "</div>"]
    blocks += ["## How this was made", "\n".join(_markdown_facts(report)), _fenced(report.signature)]
    return "\n\n".join(blocks) + "\n"


def _markdown_doubt(doubt: Doubt) -> str:
    lines = [f"{doubt.number}. {'; '.join(_markdown_words(str(reason)) for reason in doubt.reasons)}"]
    for label, text in doubt.quotes:
        lines.append(f"   - {label}: {(_MARKDOWN.arabic if label.startswith(ARABIC) else _markdown_words)(text)}")
    if doubt.score is not None and math.isfinite(doubt.score):
        lines.append(f"   - Confidence: {100 * math.exp(min(0.0, doubt.score)):.0f} %")
    return "\n".join(lines)


def _arabic_blocks(article: Article) -> Iterator[str]:
    if article.title:
        yield f"**{_markdown_words(article.title)}**"
    for paragraph in article.text.split("\n"):
        if words := _markdown_words(paragraph):
            yield _markdown_block(words)


def _markdown_facts(report: Report) -> Iterator[str]:
    article = report.article
    place = f", read from {_markdown_words(article.place)}" if article.place else ""
    yield f"- Article: {_markdown_words(article.id)}{place}"
    for key, value in article.metadata:
        if isinstance(value, (str, int, float)):
            yield f"- {_markdown_words(key)}: {_markdown_words(str(value))}"
    if article.changes:
        changes = ", ".join(f"{_markdown_words(change.step)} ({change.count})" for change in article.changes)
        yield f"- Cleaned before translation: {changes}"
    if report.timings:
        yield "- Time: " + ", ".join(f"{_markdown_words(t.stage)} {t.seconds:.1f} s" for t in report.timings)
    yield "- Settings (reports with equal settings are comparable):"


def _fenced(text: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{_line(text)}\n{fence}"


_FIRST_WORDS = 60
"""Words of the translation that `as_brief` shows, whole sentences of the first paragraphs."""


def as_brief(report: Report, rest: str = "in the report") -> str:
    """Title, summary and the first sentences of the translation, for a terminal at the end of a run.

    `rest` says where the other sentences and the doubts are to be found.
    """
    article_doubts = doubts(report)
    marks = _marks(article_doubts)
    blocks = [_heading(report, marks, _PLAIN), account(report, article_doubts, rest)]
    if report.summary is not None:
        blocks += ["SUMMARY", *_summary(report, marks, _PLAIN)]
    return "\n\n".join([*blocks, "TRANSLATION", _first_sentences(report, marks, rest)]) + "\n"


def _first_sentences(report: Report, marks: _Marks, rest: str) -> str:
    shown: list[str] = []
    segments = report.translation.segments
    for index, segment in enumerate(segments):
        if shown and sum(len(sentence.split()) for sentence in shown) >= _FIRST_WORDS:
            more = len(segments) - index
            return f"{' '.join(shown)} … ({more} more {'sentence' if more == 1 else 'sentences'} {rest})"
        shown.append(_sentence(segment.text, segment.source.text, marks.get(("segment", index), ()), _PLAIN))
    return " ".join(shown)


def as_text(report: Report, *, repairs: bool = True) -> str:
    """Title, summary, translation, doubts, terms and repairs for a terminal: no markup, a paragraph a line."""
    article_doubts = doubts(report)
    marks = _marks(article_doubts)
    blocks = [_heading(report, marks, _PLAIN), account(report, article_doubts), CAVEAT]
    if report.summary is not None:
        blocks += ["SUMMARY", *_summary(report, marks, _PLAIN)]
    blocks += ["TRANSLATION", *_translation(report, marks, _PLAIN)]
    if article_doubts:
        blocks += ["DOUBTS", *map(_plain_doubt, article_doubts)]
    for heading, lines in (
        ("NAMES AND TERMS", _terms(report, _PLAIN)),
        ("REPAIRS", _repairs(report, _PLAIN) if repairs else []),
    ):
        blocks += [heading, "\n".join(lines)] if lines else []
    return "\n\n".join(blocks) + "\n"


def _plain_doubt(doubt: Doubt) -> str:
    lines = [f"⚠{doubt.number} {'; '.join(_line(str(reason)) for reason in doubt.reasons)}"]
    return "\n".join([*lines, *(f"   {label}: {_line(text)}" for label, text in doubt.quotes)])
