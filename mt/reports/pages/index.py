"""The page of a run: its articles with their summaries, search and sort, then charts, and what was run."""

from __future__ import annotations

import json
import math
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, replace
from typing import Any
from urllib.parse import quote

from mt.records import Failure, Report
from mt.reports.doubts import CAVEAT, doubts, kind_title, kinds
from mt.reports.pages.article import beginning
from mt.reports.pages.charts import histogram, rows
from mt.reports.pages.confidence import Confidence
from mt.reports.pages.rendering import plain, render

MOST_ROWS = 50_000
"""Articles in the table; of a larger run the first ones, while counts and charts cover all. About 6 MB of page."""

MOST_TEXT = 8_000_000
"""Characters of summaries and searchable words that a page holds; later articles are searched by title and id only."""

ROW_VERSION = 1
"""Of the rows that a run keeps: it rises when the same article would have another row."""

_LONGEST_SUMMARY = 400
"""Characters of a summary in the table; the report has all of it."""

STATIC_ROWS = 200
"""Rows written into the page itself, for readers without JavaScript; the script also shows this many at a time."""


@dataclass(frozen=True, slots=True)
class Row:
    """An article in the table.

    `score` is the mean of its segments' scores; `words_to_search` are the different words of its Arabic, its English
    and its summary, separated by spaces; `error` is empty for a finished article.
    """

    id: str
    title: str
    link: str = ""
    sentences: int = 0
    words: int = 0
    score: float | None = None
    doubted: int = 0
    kinds: tuple[tuple[str, int], ...] = ()
    error: str = ""
    message: str = ""
    summary: str = ""
    words_to_search: str = ""

    @classmethod
    def of(cls, result: Report | Failure, path: str = "") -> Row:
        """The row of an article; `path` leads from the index to its report, with `/` and not yet percent-encoded."""
        if isinstance(result, Failure):
            return cls(result.id, "", error=result.error, message=result.message)
        translation = result.translation
        segments = (*translation.title, *translation.segments)
        # A log-probability is never above 0; far below, all are alike, and sums of absurd numbers would overflow.
        scores = [max(-100.0, min(0.0, s.score)) for s in segments if s.score is not None and math.isfinite(s.score)]
        article_doubts = doubts(result)
        return cls(
            id=result.article.id,
            title=translation.title_text or beginning(result),
            link=quote(path),
            sentences=len(segments),
            words=len(result.article.title.split()) + len(result.article.text.split()),
            score=math.fsum(scores) / len(scores) if scores else None,
            doubted=len(article_doubts),
            kinds=tuple(sorted(kinds(result, article_doubts).items())),
            summary=_shortened(result.summary.text) if result.summary else "",
            words_to_search=_different_words(result),
        )

    def to_json(self) -> str:
        """The row on one line, in ASCII."""
        return json.dumps([ROW_VERSION, *astuple(self)])

    @classmethod
    def from_json(cls, text: str) -> Row | None:
        """The row that `to_json` wrote; None for one of another version."""
        version, *values = json.loads(text)
        if version != ROW_VERSION:
            return None
        row = cls(*values)
        return replace(row, kinds=tuple((name, count) for name, count in row.kinds))

    @property
    def confidence(self) -> Confidence | None:
        """The score as a reader sees it."""
        return Confidence.of(self.score)


def _shortened(summary: str) -> str:
    """The summary on one line, cut between words."""
    return textwrap.shorten(summary, _LONGEST_SUMMARY, placeholder=" …")


_EDGES = ".,;:!?…\"'“”‘’«»()[]{}،؛؟-–—"


def _different_words(report: Report) -> str:
    article, translation = report.article, report.translation
    texts = (article.title, article.text, translation.title_text, translation.text)
    summary = report.summary.text if report.summary else ""
    words = (word.strip(_EDGES) for text in (*texts, summary) for word in text.split())
    return " ".join(dict.fromkeys(word for word in words if word))


_LENGTHS = (50, 100, 200, 400, 800, 1600, 3200)
_LENGTH_LABELS = ("<50", "50", "100", "200", "400", "800", "1600", "3200+")
_SHARES = (40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
_SHARE_LABELS = ("<40", *map(str, _SHARES))


@dataclass(slots=True)
class Tally:
    """Counts over all articles of a run, and the rows that go into its table: all of it that is in memory."""

    done: int = 0
    failed: int = 0
    sentences: int = 0
    words: int = 0
    doubted: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    lengths: Counter[str] = field(default_factory=Counter)
    shares: Counter[str] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)
    characters: int = 0
    """Of summaries and words to search in `rows`."""
    searched: int = 0
    """Articles in `rows` with their full text searchable."""

    def add(self, row: Row) -> None:
        """Count an article."""
        if len(self.rows) < MOST_ROWS:
            self.rows.append(self._bounded(row))
        if row.error:
            self.failed += 1
            return
        self.done += 1
        self.sentences += row.sentences
        self.words += row.words
        self.doubted += row.doubted
        self.kinds.update(dict(row.kinds))
        self.lengths[_LENGTH_LABELS[sum(row.words >= limit for limit in _LENGTHS)]] += 1
        if row.confidence:
            self.shares[_SHARE_LABELS[sum(row.confidence.percent >= limit for limit in _SHARES)]] += 1

    def _bounded(self, row: Row) -> Row:
        """The row, without its texts once the page holds `MOST_TEXT` characters of them."""
        characters = self.characters + len(row.summary) + len(row.words_to_search)
        if characters > MOST_TEXT:
            return replace(row, summary="", words_to_search="")
        self.characters = characters
        self.searched += 1
        return row

    @property
    def articles(self) -> int:
        """All articles, failed ones included."""
        return self.done + self.failed


@dataclass(frozen=True, slots=True)
class Facts:
    """What was run: a heading, its state, and label and value of everything else on the page."""

    heading: str
    state: str
    details: tuple[tuple[str, str], ...] = ()


def index_page(tally: Tally, facts: Facts) -> str:
    """The index as a whole HTML document. It has no time stamp: the same run gives the same bytes."""
    counted = sorted(tally.kinds.items(), key=lambda item: (-item[1], item[0]))
    names = [name for name, _ in counted]
    return render(
        "index",
        tally=tally,
        facts=facts,
        static=tally.rows[:STATIC_ROWS],
        data=_data(tally.rows, names),
        kinds=[(kind_title(name), count) for name, count in counted],
        titles={name: kind_title(name) for name in names},
        page_rows=STATIC_ROWS,
        caveat=CAVEAT,
        shares=histogram({label: tally.shares[label] for label in _SHARE_LABELS}),
        lengths=histogram({label: tally.lengths[label] for label in _LENGTH_LABELS}),
        kind_rows=rows({kind_title(name): count for name, count in counted[:10]}),
    )


def _data(table: Iterable[Row], names: Sequence[str]) -> dict[str, Any]:
    """The table for the script: kinds of doubts by their number in `kinds`, text as it may be shown."""
    number = {name: index for index, name in enumerate(names)}
    return {
        "kinds": [kind_title(name) for name in names],
        "rows": [
            [
                plain(row.title or row.id),
                plain(row.id),
                row.link,
                row.sentences,
                row.words,
                row.doubted,
                row.confidence.percent if row.confidence else -1,
                [[number[name], count] for name, count in row.kinds],
                f"{row.error}: {plain(row.message)}" if row.error else "",
                plain(row.summary),
                plain(row.words_to_search),
            ]
            for row in table
        ],
    }
