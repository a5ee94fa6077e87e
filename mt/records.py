"""The values that travel along the line: Article → Segment → Translation → Summary → Report.

All are frozen; what is inside them is a tuple. Character positions count Unicode code points of the cleaned text.
`str()` of a text's value is that text, `repr()` is one line, and `to_dict()`, `to_json()` give the form of the reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from html import escape
from itertools import groupby
from statistics import fmean
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from mt.reports.doubts import Doubt

ReportFormat: TypeAlias = Literal["json", "md", "txt", "html"]
"""The files that may be written for an article."""

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"


class _Written:
    """What can be written as JSON: articles and what becomes of them."""

    __slots__ = ()
    __pydantic_config__: ClassVar = {"extra": "forbid"}

    def to_dict(self) -> dict[str, Any]:
        """The value as plain dicts, lists, strings and numbers: what `to_json` writes.

        Raises `InputError` for metadata that JSON cannot hold.
        """
        import json

        values: dict[str, Any] = json.loads(self.to_json(indent=None))
        return values

    def to_json(self, indent: int | None = 2) -> str:
        """The value as JSON in readable Unicode, in the form of the reports; `indent=None` puts it on one line.

        Raises `InputError` for metadata that JSON cannot hold.
        """
        from mt.reports.json import as_json

        return as_json(self, indent)

    @classmethod
    def __get_pydantic_core_schema__(cls, kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from mt.reports.json import record_schema

        return record_schema(kind, handler)


class _Metadata:
    """Marks pairs that are an object in JSON."""

    @classmethod
    def __get_pydantic_core_schema__(cls, kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from mt.reports.json import metadata_schema

        return metadata_schema()


def _short(text: str, most: int = 48) -> str:
    """The start of a text as a Python literal on one line."""
    line = " ".join(text.split())
    return repr(line if len(line) <= most else f"{line[: most - 1]}…")


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


@dataclass(frozen=True, slots=True, repr=False)
class Article(_Written):
    """One article. `text` is cleaned (`mt.read_articles` does this), with paragraphs separated by newlines.

    An article without an `id` gets one from its title and text, so equal articles have equal ids.
    """

    id: str = ""
    text: str = ""
    title: str = ""
    metadata: Annotated[tuple[tuple[str, Json], ...], _Metadata] = ()
    changes: tuple[Change, ...] = ()
    place: str = ""
    """Where it was read: `file` or `file:line`; empty for an article made in memory."""
    original: str = ""
    """The text as it was read, if cleaning changed more than white space in it."""

    def __post_init__(self) -> None:
        if not self.id:
            content = f"{self.title}\n{self.text}".encode("utf-8", "surrogatepass")
            object.__setattr__(self, "id", f"text-{blake2b(content, digest_size=6).hexdigest()}")

    def __str__(self) -> str:
        return f"{self.title}\n\n{self.text}" if self.title else self.text

    def __repr__(self) -> str:
        return f"<Article {_short(self.id)}: {len(self.text.split())} words, {_short(self.title or self.text)}>"


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
    """A term of a glossary in a segment: the Arabic in the text, and the expected English."""

    source: str
    target: str
    found: str
    """The form of `target` that the English has; empty where it is missing."""
    glossary: str
    """Where the term comes from: a glossary's name, or `article` for a name that the article itself introduced."""
    note: str = ""
    start: int | None = None
    """Where `source` stands in the segment's text; None in records that were made before this was kept."""
    found_start: int | None = None
    """Where `found` stands in the English."""


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


@dataclass(frozen=True, slots=True, repr=False)
class TranslatedSegment:
    """A source segment and its English. If the model returned nothing, `text` is empty and flagged."""

    source: Segment
    text: str
    score: float | None = None
    flags: tuple[Flag, ...] = ()
    terms: tuple[Term, ...] = ()
    way: str = ""
    """How the text was produced, if it is not the first output of the model: `greedy`, `split`, `term`, …"""
    attempts: tuple[Attempt, ...] = ()
    """The outputs that were not kept, in the order in which they were made."""
    hints: tuple[Hint, ...] = ()
    """Rare words and names that were given to the model in English for this text."""

    @property
    def visible(self) -> str:
        """The English, or the marked source where there is none: a reader sees every segment."""
        return self.text or f"[untranslated: {self.source.text}]"

    def __str__(self) -> str:
        return self.visible

    def __repr__(self) -> str:
        flags = f", flags {', '.join(flag.name for flag in self.flags)}" if self.flags else ""
        return f"<TranslatedSegment {_short(self.visible)}{flags}>"


@dataclass(frozen=True, slots=True)
class SourceDoubt:
    """A possible mistake in the article itself: `text == article.text[start:end]`. It was translated as written."""

    start: int
    end: int
    text: str
    reason: str
    suggestion: str = ""
    """What the author may have meant, in Arabic; empty where nothing is likely."""


@dataclass(frozen=True, slots=True, repr=False)
class Translation(_Written):
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

    @property
    def sentences(self) -> tuple[TranslatedSegment, ...]:
        """Every sentence with its source, score and flags: those of the title, then those of the text."""
        return (*self.title, *self.segments)

    @property
    def score(self) -> float | None:
        """Mean of the sentences' scores: mean log-probabilities of a token, 0 at best; None where there is none."""
        scores = [sentence.score for sentence in self.sentences if sentence.score is not None]
        return fmean(scores) if scores else None

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What a reader should check, in the order of the text; `str()` of each says what and where."""
        from mt.reports.doubts import doubts_of

        return doubts_of(self)

    def __str__(self) -> str:
        return f"{self.title_text}\n\n{self.text}" if self.title else self.text

    def __repr__(self) -> str:
        return f"<Translation: {_counted(self.sentences)}, {_counted(self.doubts, 'doubt')}, {_short(str(self))}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td style="text-align:left">{escape(str(sentence))}</td>'
            f'<td dir="auto" lang="{escape(self.language)}">{escape(sentence.source.text)}</td></tr>'
            for sentence in self.sentences
        )
        doubts = "".join(f'<li style="text-align:left">{escape(str(doubt))}</li>' for doubt in self.doubts)
        return f"<table>{rows}</table>{f'<ul>{doubts}</ul>' if doubts else ''}"


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """One sentence of a summary; `support` holds indices into `Translation.segments`, best first.

    `origin` is `model`, or `article` for a sentence of the translation that replaces one of the model's.
    """

    text: str
    support: tuple[int, ...] = ()
    flags: tuple[Flag, ...] = ()
    origin: str = "model"


@dataclass(frozen=True, slots=True, repr=False)
class Summary(_Written):
    """A summary; `rounds` counts passes of the model: 0 if the article is short enough to be its own summary.

    `style` is `paragraph`, `bullets` (each sentence is a point) or `headline` (the only sentence).
    """

    sentences: tuple[SummarySentence, ...]
    rounds: int
    flags: tuple[Flag, ...] = ()
    dropped: tuple[SummarySentence, ...] = ()
    """Sentences of the model that the article does not support, with their flags; they are not part of the summary."""
    style: str = "paragraph"
    others: tuple[Summary, ...] = ()
    """Summaries of the same article in further styles, in the order of the configuration."""

    @property
    def text(self) -> str:
        """One paragraph, a line for each point after “- ”, or the headline."""
        if self.style == "bullets":
            return "\n".join(f"- {sentence.text}" for sentence in self.sentences)
        return " ".join(sentence.text for sentence in self.sentences)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Summary: {_counted(self.sentences)}, {_short(self.text)}>"

    def _repr_html_(self) -> str:
        texts = [escape(sentence.text) for sentence in self.sentences]
        if self.style == "bullets":
            shown = f"<ul>{''.join(f'<li>{text}</li>' for text in texts)}</ul>"
        else:
            shown = f"<p>{' '.join(texts)}</p>"
        return shown + "".join(other._repr_html_() for other in self.others)


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall time of one stage, in seconds; for a batch, the article's share by tokens or characters."""

    stage: str
    seconds: float


@dataclass(frozen=True, slots=True, repr=False)
class Report(_Written):
    """Everything known about one finished article. Reports with equal `signature` are comparable.

    `str()` is title, summary and translation as text; a notebook shows the page with everything.
    """

    article: Article
    translation: Translation
    summary: Summary | None
    signature: str
    timings: tuple[Timing, ...] = ()

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What a reader should check, in the order of the report; `str()` of each says what and where."""
        from mt.reports.doubts import doubts

        return doubts(self)

    def __str__(self) -> str:
        if self.summary is None:
            return str(self.translation)
        title = f"{self.translation.title_text}\n\n" if self.translation.title else ""
        return f"{title}SUMMARY\n\n{self.summary}\n\nTRANSLATION\n\n{self.translation.text}"

    def __repr__(self) -> str:
        summary = "no summary" if self.summary is None else f"summary of {_counted(self.summary.sentences)}"
        sentences, doubts = _counted(self.translation.sentences), _counted(self.doubts, "doubt")
        return f"<Report {_short(self.article.id)}: {sentences}, {summary}, {doubts}, {_short(str(self.translation))}>"

    def _repr_html_(self) -> str:
        from mt.reports.pages import as_html

        page = escape(as_html(self), quote=True)  # in a frame, so that its style and the notebook's stay apart
        return f'<iframe srcdoc="{page}" style="width: 100%; height: 40em; border: 1px solid #ccc"></iframe>'


@dataclass(frozen=True, slots=True)
class Failure(_Written):
    """An article that could not be read or processed; a run continues with the others."""

    id: str
    place: str
    error: str
    """The class of the error: InputError, ModelError."""
    message: str


def _counted(things: Sequence[object], name: str = "sentence") -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Task:
    """One article that needs work; `translation` is kept from an earlier run, so that only the summary is missing.

    `position` counts the inputs of a run from 0, failures and finished articles included.
    """

    position: int
    article: Article
    translation: Translation | None = None
