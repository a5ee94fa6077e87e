"""The values that travel along the line: Article → Segment → Translation → Summary → Report.

All are frozen; what is inside them is a tuple. Character positions count Unicode code points of the cleaned text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Change:
    """One cleaning step that changed a text, and how many places it changed."""

    step: str
    count: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A doubt about a piece of text, as data: a `name` of `mt.flags.KINDS`, and a `detail` for the reader."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read: `text` is already cleaned, its paragraphs parted by newlines."""

    id: str
    text: str
    title: str = ""
    metadata: tuple[tuple[str, Json], ...] = ()
    changes: tuple[Change, ...] = ()
    place: str = ""
    """Where it was read: `file` or `file:line`; empty for an article made in memory."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of source text, at most a sentence: `text == source[start:end]`, without outer white space."""

    paragraph: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Generated:
    """One output of a model.

    `score` is the mean log-probability per generated token (natural log, end-of-sequence token included), or None
    where no token was generated. `finished` is False when the output stopped at the length limit.
    """

    text: str
    score: float | None
    input_tokens: int
    output_tokens: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary's term in a segment: the Arabic as it stands there, and what its English was to be."""

    source: str
    target: str
    found: str
    """The form of `target` that the English has; empty where it is missing."""
    glossary: str
    """Where the term comes from: a glossary's name, or `article` for a name that the article itself introduced."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A word that the model was given in English: the Arabic as it stands in the segment, and what was put for it."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """An output for a segment that was not kept, because another one was better; `way` says how it was made."""

    way: str
    text: str
    score: float | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class TranslatedSegment:
    """A source segment and its English; `text` is empty when the model gave nothing, and then flagged."""

    source: Segment
    text: str
    score: float | None = None
    flags: tuple[Flag, ...] = ()
    terms: tuple[Term, ...] = ()
    way: str = ""
    """How the text was made where it is not the model's first output as it came: `greedy`, `split`, `term`, …"""
    attempts: tuple[Attempt, ...] = ()
    """The outputs that were not kept, in the order in which they were made."""
    hints: tuple[Hint, ...] = ()
    """The rare words and names that the model was given in English when it wrote this text."""

    @property
    def visible(self) -> str:
        """The English, or the marked source where there is none: a reader sees every segment."""
        return self.text or f"[untranslated: {self.source.text}]"


@dataclass(frozen=True, slots=True)
class SourceDoubt:
    """What looks like a slip of the article itself: `text == article.text[start:end]`. It was translated as written."""

    start: int
    end: int
    text: str
    reason: str
    suggestion: str = ""
    """What the author may have meant, in Arabic; empty where nothing is likely."""


@dataclass(frozen=True, slots=True)
class Translation:
    """Every source segment of an article with its English, in source order.

    `language` is the article's own, ISO 639-1; an article that is not Arabic was passed through and is flagged.
    """

    title: tuple[TranslatedSegment, ...]
    segments: tuple[TranslatedSegment, ...]
    flags: tuple[Flag, ...] = ()
    language: str = "ar"
    source_doubts: tuple[SourceDoubt, ...] = ()

    @property
    def paragraphs(self) -> tuple[tuple[TranslatedSegment, ...], ...]:
        """The segments grouped by source paragraph."""
        return tuple(tuple(group) for _, group in groupby(self.segments, key=lambda s: s.source.paragraph))

    @property
    def text(self) -> str:
        """The English article: a line for each source paragraph."""
        return "\n".join(" ".join(s.visible for s in paragraph) for paragraph in self.paragraphs)

    @property
    def title_text(self) -> str:
        """The English title, empty when the article has none."""
        return " ".join(s.visible for s in self.title)


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """One sentence of a summary; `support` holds indices into `Translation.segments`, best first.

    `origin` is `model`, or `article` for a sentence of the translation that stands in for one of the model's.
    """

    text: str
    support: tuple[int, ...] = ()
    flags: tuple[Flag, ...] = ()
    origin: str = "model"


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary; `rounds` counts passes of the model: 0 when the article was short enough to stand for itself.

    `style` is `paragraph`, `bullets` (each sentence is a point) or `headline` (the only sentence).
    """

    sentences: tuple[SummarySentence, ...]
    rounds: int
    flags: tuple[Flag, ...] = ()
    dropped: tuple[SummarySentence, ...] = ()
    """Sentences of the model that the article does not support, with their flags; they are no part of the summary."""
    style: str = "paragraph"
    others: tuple[Summary, ...] = ()
    """The same article in the further styles that were asked for, in their order; each of them has no others."""

    @property
    def text(self) -> str:
        """One paragraph, a line for each point after “- ”, or the headline."""
        if self.style == "bullets":
            return "\n".join(f"- {sentence.text}" for sentence in self.sentences)
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall time of one stage, in seconds; for a batch, the article's share by tokens or characters."""

    stage: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that is known of one finished article. Reports with one `signature` are comparable."""

    article: Article
    translation: Translation
    summary: Summary | None
    signature: str
    timings: tuple[Timing, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that could not be read or worked on: recorded, while the others go on."""

    id: str
    place: str
    error: str
    """The class of the error: InputError, ModelError."""
    message: str


@dataclass(frozen=True, slots=True)
class Task:
    """One article that needs work; `translation` is kept from an earlier run, so that only the summary is missing.

    `position` counts the inputs of a run from 0, failures and finished articles included.
    """

    position: int
    article: Article
    translation: Translation | None = None
