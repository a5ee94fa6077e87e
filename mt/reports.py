"""Writing: a finished article as JSON (the complete record), Markdown, text or a page, each whole or not at all."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from mt.doubts import (
    ARABIC,
    SHORT_SUMMARY,
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
from mt.errors import InputError, OutputError
from mt.records import Article, Failure, Json, Report, Summary, Translation

T = TypeVar("T")
Format: TypeAlias = Literal["json", "md", "txt", "html"]

FORMAT = 2
"""Version of the JSON record; it rises when a reader of the old one would misread the new one."""


def write_report(report: Report, folder: Path, formats: Sequence[Format]) -> tuple[Path, ...]:
    """Write `folder/<name>.<format>` for each format; the paths, in the order of `formats`.

    The folder is made when missing. Each file appears whole or not at all (written aside, then renamed), and replaces
    an older one. One process at a time may write the report of one article.

    Raises `OutputError` that names the path when the disk is full or the place cannot be written.
    """
    name = file_name(report.article.id)
    return tuple(write_whole(folder / f"{name}.{kind}", _RENDERED[kind](report)) for kind in formats)


def write_whole(path: Path, text: str) -> Path:
    """Write a file so that it is there as a whole or not at all, even when the process dies; its path.

    Raises `OutputError` that names the path.
    """
    # One fixed name, so that what a killed run leaves is replaced by the run that resumes it.
    aside = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with aside.open("wb") as stream:
                stream.write(text.encode("utf-8", "backslashreplace"))
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(aside, path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path


# ---------------------------------------------------------------- file names

_LONGEST_NAME = 120
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


def file_name(article_id: str) -> str:
    """A file name without suffix for any id: at most 120 bytes of UTF-8, and different for different ids.

    Letters and digits of every script stay readable, so do `-`, `_`, single dots and spaces inside; all else becomes
    `%` and its bytes in hex, and no name starts with a dot or dash, is reserved on Windows, or leads out of the folder.

    Names stay different where the file system takes capitals for small letters: behind `~` stands, in hex, which
    characters are capitals. A name that would be too long is cut and ends in `~h` and a hash of the id.
    """
    name = "".join(_escaped(article_id, index) for index in range(len(article_id)))
    name = _RESERVED.sub(lambda match: f"%{ord(match[0][0]):02X}{match[0][1:]}", name, count=1) if name else "~0"
    capitals = sum(1 << index for index, char in enumerate(article_id) if _is_capital(char))
    name += f"~{capitals:x}" if capitals else ""
    # Composed and decomposed letters are one name on some file systems.
    if len(name.encode()) <= _LONGEST_NAME and unicodedata.is_normalized("NFC", name):
        return name
    digest = hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    short = unicodedata.normalize("NFC", name).encode()[: _LONGEST_NAME - len(digest) - 2].decode("utf-8", "ignore")
    return f"{short}~h{digest}"


def _escaped(text: str, index: int) -> str:
    """The character there as it may stand in a file name."""
    char = text[index]
    if _is_readable(char) or char == "_" or (char == "-" and index > 0):
        return char
    inside = 0 < index < len(text) - 1
    if inside and char in ". " and _is_readable(text[index - 1]) and _is_readable(text[index + 1]):
        return char
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=4096)
def _is_readable(char: str) -> bool:
    """Letters and decimal digits that are the same in every normal form and fold to their small letter alone."""
    category = unicodedata.category(char)
    if not (category.startswith("L") or category == "Nd") or unicodedata.normalize("NFKC", char) != char:
        return False
    return char == char.casefold() or _is_capital(char)


@lru_cache(maxsize=4096)
def _is_capital(char: str) -> bool:
    small = char.casefold()
    return len(small) == 1 and small != char and small == char.lower() and small.upper() == char


# ---------------------------------------------------------------- JSON

# Written for whoever reads the file with another program, and left out when it is read here.
_DERIVED = {"Translation": ("title_text", "text"), "Summary": ("text",)}


def report_as_json(report: Report, indent: int | None = 2) -> str:
    """The complete record as JSON in readable Unicode; `indent=None` puts it on one line.

    `translation.text`, `translation.title_text` and `summary.text` repeat in one piece what the segments hold.
    A number that is NaN or infinite becomes null: JSON has none, and a finished article is not lost for it.

    Raises `InputError` for metadata that JSON cannot hold.
    """
    try:
        record = {"format": FORMAT, **_record(report)}
        text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=indent)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"article {report.article.id!r}: metadata that JSON cannot hold: {error}") from None
    return _writable(text)


def failure_as_json(failure: Failure) -> str:
    """The failure on one line of JSON, without the newline."""
    return _writable(json.dumps(_record(failure), ensure_ascii=False, allow_nan=False))


def _writable(text: str) -> str:
    """Lone surrogates become the escapes that JSON knows for them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def value_as_json(value: Article | Translation | Summary | None) -> str:
    """A part of a report on one line of JSON, as it stands in the report.

    Raises `InputError` for metadata that JSON cannot hold.
    """
    try:
        return _writable(json.dumps(_record(value), ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        place = f"article {value.id!r}: " if isinstance(value, Article) else ""
        raise InputError(f"{place}metadata that JSON cannot hold: {error}") from None


def value_from_json(kind: type[T], text: str) -> T:
    """The part of a report that `value_as_json` wrote.

    Raises `InputError` that names the field when the text is no such part.
    """
    part: T = _built(kind, json.loads(text), kind.__name__.lower())
    return part


def _record(value: Any) -> Any:
    """Dataclasses as objects with their fields in order, tuples as arrays, metadata as an object."""
    if dataclasses.is_dataclass(value):
        kind = type(value).__name__
        names = (*_DERIVED.get(kind, ()), *(field.name for field in dataclasses.fields(value)))
        record = {name: _record(getattr(value, name)) for name in names}
        return record | {"metadata": _object(value.metadata)} if isinstance(value, Article) else record
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return _object(value.items())
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_record(item) for item in value]
    return value


def _object(pairs: Iterable[tuple[str, Json]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if not isinstance(key, str) or key in values:
            raise ValueError(f"key {key!r} is no string or stands twice")
        values[key] = _record(value)
    return values


def report_from_json(text: str) -> Report:
    """The report that `report_as_json` wrote, equal in every field (but for numbers that were not finite).

    Raises `InputError` that names the field when the text is not such a record.
    """
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not a report: {error}") from None
    version = record.pop("format", None) if isinstance(record, dict) else None
    if version != FORMAT or isinstance(version, bool):
        raise InputError(f"not a report: found format {version!r}; wanted {FORMAT}")
    report: Report = _built(Report, record, "report")
    return report


def _built(kind: Any, value: Any, where: str) -> Any:
    """The value of this type from its JSON form."""
    shape, item = _shape(kind)
    if shape == "object":
        return _built_fields(kind, value, where)
    if shape == "array":
        if not isinstance(value, list):
            raise InputError(f"not a report: {where}: found {type(value).__name__}, wanted an array")
        return tuple(_built(item, part, f"{where}[{index}]") for index, part in enumerate(value))
    if shape == "optional":
        return None if value is None else _built(item, value, where)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise InputError(f"not a report: {where}: found {type(value).__name__}, wanted {kind.__name__}")
    return value


@lru_cache
def _shape(kind: Any) -> tuple[Literal["object", "array", "optional", "plain"], Any]:
    """What JSON has for a type, and the type of what is inside; asked once a type, for a run has millions of values."""
    if dataclasses.is_dataclass(kind):
        return "object", None
    if get_origin(kind) is tuple:
        return "array", get_args(kind)[0]
    if get_origin(kind) is UnionType:
        return "optional", get_args(kind)[0]
    return "plain", None


def _built_fields(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise InputError(f"not a report: {where}: found {type(value).__name__}, wanted an object")
    types = _types(kind)
    given = {name: part for name, part in value.items() if name not in _DERIVED.get(kind.__name__, ())}
    if given.keys() != types.keys():
        odd = sorted(given.keys() ^ types.keys())
        raise InputError(f"not a report: {where}: {'unknown' if odd[0] in given else 'no'} field {odd[0]!r}")
    built = {name: _built(types[name], part, f"{where}.{name}") for name, part in given.items() if name != "metadata"}
    if "metadata" in given:
        if not isinstance(given["metadata"], dict):
            raise InputError(f"not a report: {where}.metadata: wanted an object")
        built["metadata"] = tuple(given["metadata"].items())
    return kind(**built)


@lru_cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


# ---------------------------------------------------------------- Markdown and plain text

_Marks: TypeAlias = Mapping[tuple[Part, int], tuple[int, ...]]
"""The numbers of the doubts at each place; a slip of the article counts for its sentence."""


def _marks(found: Sequence[Doubt]) -> _Marks:
    marks: dict[tuple[Part, int], tuple[int, ...]] = {}
    for doubt in found:
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
    text = " ".join(_sentence(s.text, "", marks.get(("summary", index), ()), style) for index, s in sentences)
    yield style.block(text) if text else "The summary is empty."
    if report.summary.rounds == 0 and text:
        yield style.note + SHORT_SUMMARY
    yield from (f"{style.note}⚠ {style.words(str(reason(flag)))}" for flag in report.summary.flags)
    for number in replaced(report):
        yield f"{style.note}Sentence {number} is the article's own, in place of one that it does not support."
    for dropped in report.summary.dropped:
        why = "; ".join(style.words(str(reason(flag))) for flag in dropped.flags)
        said = f"Left out, because the article does not support it: {style.words(dropped.text)}"
        yield f"{style.note}{said}{f' ({why})' if why else ''}"


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
    found = doubts(report)
    marks = _marks(found)
    blocks = [f"# {_heading(report, marks, _MARKDOWN)}", f"*{account(report, found)}*"]
    if report.summary is not None:
        blocks += ["## Summary", *_summary(report, marks, _MARKDOWN)]
    blocks += ["## Translation", *_translation(report, marks, _MARKDOWN)]
    if found:
        blocks += ["## Doubts", "\n".join(map(_markdown_doubt, found))]
    for heading, lines in (("Names and terms", _terms(report, _MARKDOWN)), ("Repairs", _repairs(report, _MARKDOWN))):
        blocks += [f"## {heading}", "\n".join(lines)] if lines else []
    blocks += ["## Arabic source", '<div dir="rtl" lang="ar">', *_arabic_blocks(report.article), "</div>"]
    blocks += ["## How this was made", "\n".join(_markdown_facts(report)), _fenced(report.signature)]
    return "\n\n".join(blocks) + "\n"


def _markdown_doubt(doubt: Doubt) -> str:
    lines = [f"{doubt.number}. {'; '.join(_markdown_words(str(reason)) for reason in doubt.reasons)}"]
    for label, text in doubt.quotes:
        lines.append(f"   - {label}: {(_MARKDOWN.arabic if label.startswith(ARABIC) else _markdown_words)(text)}")
    if doubt.score is not None:
        lines.append(f"   - Score: {doubt.score:.2f} (mean log-probability of a token; nearer to 0 is surer)")
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
    yield "- Settings, equal in reports that are comparable:"


def _fenced(text: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{_line(text)}\n{fence}"


def as_text(report: Report) -> str:
    """Title, summary, translation, doubts, terms and repairs for a terminal: no markup, a paragraph a line."""
    found = doubts(report)
    marks = _marks(found)
    blocks = [_heading(report, marks, _PLAIN), account(report, found)]
    if report.summary is not None:
        blocks += ["SUMMARY", *_summary(report, marks, _PLAIN)]
    blocks += ["TRANSLATION", *_translation(report, marks, _PLAIN)]
    if found:
        blocks += ["DOUBTS", *map(_plain_doubt, found)]
    for heading, lines in (("NAMES AND TERMS", _terms(report, _PLAIN)), ("REPAIRS", _repairs(report, _PLAIN))):
        blocks += [heading, "\n".join(lines)] if lines else []
    return "\n\n".join(blocks) + "\n"


def _plain_doubt(doubt: Doubt) -> str:
    lines = [f"⚠{doubt.number} {'; '.join(_line(str(reason)) for reason in doubt.reasons)}"]
    return "\n".join([*lines, *(f"   {label}: {_line(text)}" for label, text in doubt.quotes)])


def _as_page(report: Report) -> str:
    from mt.pages import as_html  # Jinja2 is loaded by runs that write pages only

    return as_html(report)


_RENDERED: dict[Format, Callable[[Report], str]] = {
    "json": report_as_json,
    "md": as_markdown,
    "txt": as_text,
    "html": _as_page,
}
