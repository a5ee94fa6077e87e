"""Reading: files, folders, patterns and standard input into cleaned articles, one after the other.

A format is one small function from a file to what it holds, listed in `_FORMATS`. What is wrong with one article or
one file is a `Failure` in its place, so that the others go on. Text is decoded and cleaned here, once.
"""

from __future__ import annotations

import codecs
import difflib
import glob
import io
import json
import math
import os
import re
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias, TypeVar, overload

from mt.errors import InputError
from mt.records import Article, Change, Failure, Json
from mt.text import clean

T = TypeVar("T")
Sources: TypeAlias = str | Path | Iterable[str | Path]


@overload
def read_articles(sources: Sources, *, strict: Literal[True] = True) -> Iterator[Article]: ...
@overload
def read_articles(sources: Sources, *, strict: Literal[False]) -> Iterator[Article | Failure]: ...
@overload
def read_articles(sources: Sources, *, strict: bool) -> Iterator[Article | Failure]: ...
def read_articles(sources: Sources, *, strict: bool = True) -> Iterator[Article | Failure]:
    """Articles in the order of `sources`, lazily: JSON Lines are never held in memory as a whole.

    A source is a file (`.jsonl` and `.ndjson`: an object a line; `.json`: an object or an array of objects; any other:
    one article of plain text), a folder (all its `.txt .text .md .json .jsonl .ndjson` below it, sorted by path, hidden
    ones left out), a glob pattern where no file has that name, or `-` for standard input (plain text of one article,
    or JSON Lines when it starts with `{`).

    The fields `id`, `title` and `text` of an object make the article, all others its metadata. Without an id it gets
    the file's path below the given folder, without suffix, and in a file of many `-<line>` (in an array `-<number>`).

    Raises `InputError` at the first article or file that cannot be read; with `strict=False` a `Failure` stands there
    instead, and reading never stops.
    """
    items = _read([sources] if isinstance(sources, (str, Path)) else sources)
    return _raising(items) if strict else items


def _raising(items: Iterator[Article | Failure]) -> Iterator[Article]:
    for item in items:
        if isinstance(item, Failure):
            raise InputError(item.message)
        yield item


def _read(sources: Iterable[str | Path]) -> Iterator[Article | Failure]:
    first: dict[int, str] = {}  # hash of an id → place: ids may be long, and there may be millions
    for found in chain.from_iterable(map(_found_in, sources)):
        item = found if isinstance(found, Failure) else _article(found)
        if isinstance(item, Article):
            key = hash(item.id)
            if key in first:
                message = f"{item.place}: duplicate id {_shown(item.id)}, first at {first[key]}; give it its own"
                item = Failure(item.id, item.place, InputError.__name__, message)
            else:
                first[key] = item.place
        yield item


# ---------------------------------------------------------------- one article


@dataclass(frozen=True, slots=True)
class _Found:
    """One article as its file gives it; `name` is its id where the fields hold none."""

    place: str
    name: str
    fields: Mapping[str, Json]
    changes: tuple[Change, ...] = ()


_OWN = ("id", "title", "text")
_LONGEST_SHOWN = 60


def _article(found: _Found) -> Article | Failure:
    name = _identity(found)
    try:
        if fault := _fault(found.fields):
            raise InputError(f"{found.place}: {fault}")
        text, title = clean(_string(found.fields, "text")), clean(_string(found.fields, "title"))
        if not text.text:
            raise InputError(f"{found.place}: empty: nothing is left of the text after cleaning")
        rest = ((key, value) for key, value in found.fields.items() if key not in _OWN)
        metadata = tuple((_writable(key), _plain(value, found.place)) for key, value in rest)
    except InputError as error:
        return Failure(name, found.place, InputError.__name__, str(error))
    changes = _together(found.changes, title.changes, text.changes)
    return Article(name, text.text, " ".join(title.text.split()), metadata, changes, found.place)


def _identity(found: _Found) -> str:
    given = found.fields.get("id")
    named = isinstance(given, (str, int)) and not isinstance(given, bool) and str(given).strip()
    return _writable(str(given)) if named else found.name


def _fault(fields: Mapping[str, Json]) -> str | None:
    """What is wrong with the three fields that make an article, or None."""
    given = fields.get("id")
    if given is not None and (isinstance(given, bool) or not isinstance(given, (str, int))):
        return f'field "id" is {_shown(given)}; wanted a string or a whole number'
    if not isinstance(fields.get("title"), (str, type(None))):
        return f'field "title" is {_shown(fields["title"])}; wanted a string'
    if "text" not in fields:
        return f'no field "text"; found {", ".join(map(_shown, list(fields)[:10])) or "no fields"}'
    text = fields["text"]
    if not isinstance(text, str):
        return f'field "text" is {_shown(text)}; wanted a string'
    return None if text.strip() else 'field "text" is empty'


def _string(fields: Mapping[str, Json], key: str) -> str:
    value = fields.get(key)
    return value if isinstance(value, str) else ""


def _together(*groups: Sequence[Change]) -> tuple[Change, ...]:
    """The changes of decoding, title and text as one list: a step stands once, with the sum of its counts."""
    counts: dict[str, int] = {}
    for change in chain.from_iterable(groups):
        counts[change.step] = counts.get(change.step, 0) + change.count
    return tuple(Change(step, count) for step, count in counts.items())


def _shown(value: Json) -> str:
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "an array"
    if isinstance(value, str) and len(value) > _LONGEST_SHOWN:
        value = f"{value[:_LONGEST_SHOWN]}…"
    return _writable(json.dumps(value, ensure_ascii=False))


def _writable(text: str) -> str:
    """The text with lone surrogates written out as `\\udc80`, so that it can be written as UTF-8.

    They come from JSON escapes and from file names that are not UTF-8.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


_DEEPEST = 64


def _plain(value: Json, place: str, depth: int = 0) -> Json:
    """The metadata with writable strings. Raises `InputError` where it is nested too deep to be written again."""
    if depth > _DEEPEST:
        raise InputError(f"{place}: metadata is nested deeper than {_DEEPEST} levels")
    if isinstance(value, str):
        return _writable(value)
    if isinstance(value, Mapping):
        return {key: _plain(item, place, depth + 1) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item, place, depth + 1) for item in value]
    return value


# ---------------------------------------------------------------- sources and files


@dataclass(frozen=True, slots=True)
class _File:
    """A file to read; `name` is the id that its article gets."""

    path: Path
    name: str

    @property
    def place(self) -> str:
        return _writable(str(self.path))


def _found_in(source: str | Path) -> Iterator[_Found | Failure]:
    place = _writable(str(source)) or "''"
    if str(source) == "-":
        yield from _guarded(_stdin(), "stdin", _STDIN)
        return
    for file in _guarded(_files(source), place, place):
        if isinstance(file, Failure):
            yield file
        else:
            reader = _FORMATS.get(file.path.suffix.lower(), _text)
            yield from _guarded(reader(file), file.name, file.place)


def _guarded(items: Iterator[T], name: str, place: str) -> Iterator[T | Failure]:
    """The items, and a `Failure` at the end where reading broke off."""
    try:
        yield from items
    except InputError as error:
        yield Failure(name, place, InputError.__name__, str(error))
    except OSError as error:
        yield Failure(name, place, InputError.__name__, f"{place}: cannot be read: {error.strerror or error}")


def _files(source: str | Path) -> Iterator[_File | Failure]:
    path = Path(source)
    if not str(source) or "\0" in str(source):
        raise InputError(f"{str(source)!r} is no path; wanted a file, a folder, a pattern or '-'")
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        yield from _matches(source)
        return
    if stat.S_ISDIR(mode):
        yield from _below(path, path)
    else:
        yield _file(path, path.parent)


def _file(path: Path, folder: Path) -> _File:
    """Only known suffixes are taken off: `v1.1` and `v1.2` are two names."""
    name = path.relative_to(folder)
    return _File(path, _writable((name.with_suffix("") if name.suffix.lower() in _FORMATS else name).as_posix()))


def _matches(source: str | Path) -> Iterator[_File | Failure]:
    """What a pattern matches, sorted; ids count from the last folder that is named without a wildcard."""
    pattern = str(source)
    if not glob.has_magic(pattern):
        raise InputError(_missing(Path(source)))
    paths = sorted(Path(match) for match in glob.iglob(pattern, recursive=True))
    if not paths:
        raise InputError(f"{_writable(pattern)}: no file matches this pattern")
    fixed = next(parent for parent in Path(pattern).parents if not glob.has_magic(str(parent)))
    folders = {path for path in paths if os.path.isdir(path)}
    for path in paths:
        if not folders.isdisjoint(path.parents):
            continue  # `**` gives a folder and what is in it; it is read with the folder
        if path in folders:
            yield from _below(path, fixed)
        else:
            yield _file(path, fixed)


def _missing(path: Path) -> str:
    place = _writable(str(path))
    if os.path.islink(path):
        return f"{place}: a dangling link; its target {_writable(os.readlink(path))} does not exist"
    if not path.parent.is_dir():
        gone = next(p for p in reversed(path.parents) if not p.is_dir())
        return f"{place}: no such file; the folder {_writable(str(gone))} does not exist"
    close = difflib.get_close_matches(path.name, os.listdir(path.parent), n=1)
    return f"{place}: no such file" + (f"; did you mean {_writable(close[0])}?" if close else "")


def _below(folder: Path, root: Path) -> Iterator[_File | Failure]:
    """All files of known kinds below a folder, sorted by path. Links are followed, but not back into a folder above."""
    nothing = True
    stack: list[tuple[Path, frozenset[tuple[int, int]]]] = [(folder, frozenset())]
    while stack:
        path, above = stack.pop()
        if not os.path.isdir(path):
            if path.suffix.lower() in _FORMATS:
                nothing = False
                yield _file(path, root)
            continue
        try:
            info = path.stat()
            names = sorted((n for n in os.listdir(path) if not n.startswith(".")), reverse=True)
        except OSError as error:
            nothing = False
            place = _writable(str(path))
            yield Failure(place, place, InputError.__name__, f"{place}: cannot be read: {error.strerror}")
            continue
        key = (info.st_dev, info.st_ino)
        if key not in above:
            here = above | {key}
            stack.extend((path / name, here) for name in names)
    if nothing:
        raise InputError(f"{_writable(str(folder))}: holds no article; looked for {' '.join(sorted(_FORMATS))} files")


def _open(file: _File) -> BinaryIO:
    """The file, open at its start. Raises `InputError` for binary files by their first bytes, before all is read, and
    for pipes and devices, which could block or never end.
    """
    if not stat.S_ISREG(file.path.stat().st_mode):
        raise InputError(f"{file.place}: neither a file nor a folder; to read from a pipe give '-' and feed it in")
    stream = file.path.open("rb")
    try:
        head = stream.read(_LOOKED_AT)
        if not head.startswith(tuple(_WIDE_MARKS)):
            _refuse_binary(head, file.place)
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return stream


# ---------------------------------------------------------------- formats

_STDIN = "<stdin>"


def _text(file: _File) -> Iterator[_Found | Failure]:
    with _open(file) as stream:
        yield _plain_text(stream.read(), file.name, file.place)


def _plain_text(data: bytes, name: str, place: str) -> _Found:
    text, changes = _decode(data, place)
    if not text.strip():
        raise InputError(f"{place}: empty: {'only white space' if data else '0 bytes'}")
    return _Found(place, name, {"text": text}, changes)


def _json_lines(file: _File) -> Iterator[_Found | Failure]:
    with _open(file) as stream:
        yield from _line_objects(_utf8_lines(stream, file.place), file.name, file.place)


def _json(file: _File) -> Iterator[_Found | Failure]:
    with _open(file) as stream:
        text, changes = _decode(stream.read(), file.place)
    start = _after_blank(text, 0)
    if start == len(text):
        raise InputError(f"{file.place}: empty: holds no JSON")
    if text[start] == "[":
        yield from _array(text, start + 1, file, changes)
        return
    value, end = _Parsed.at(text, start, file.place)
    if isinstance(value.value, Mapping) and _after_blank(text, end) < len(text):
        yield from _json_lines(file)  # many data sets call JSON Lines .json
    else:
        line = text.count("\n", 0, start) + 1
        yield value.found(f"{file.place}:{line}", file.name, changes)


def _stdin() -> Iterator[_Found | Failure]:
    if sys.stdin is None:
        raise InputError(f"{_STDIN}: standard input is closed")
    stream = sys.stdin.buffer
    head: list[bytes] = []
    for line in stream:
        head.append(line)
        if line.strip():
            break
    start = b"".join(head)
    if start.startswith(tuple(_WIDE_MARKS)):
        text = _decode(start + stream.read(), _STDIN)[0]
        start, stream = text.encode(), io.BytesIO()
        head = [line + b"\n" for line in start.split(b"\n")]
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        yield from _line_objects(chain(head, stream), "stdin", _STDIN)
    else:
        yield _plain_text(start + stream.read(), "stdin", _STDIN)


# A format is one function from a file to the articles in it; `Failure`s for single articles, errors for the file.
_FORMATS: dict[str, Callable[[_File], Iterator[_Found | Failure]]] = {
    ".txt": _text,
    ".text": _text,
    ".md": _text,
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}


def _line_objects(lines: Iterable[bytes], name: str, file_place: str) -> Iterator[_Found | Failure]:
    """An object a line; blank lines are skipped, a bad line is a `Failure` and the next one is read."""
    empty = True
    for number, data in enumerate(lines, 1):
        if not data.strip():
            continue
        empty = False
        place, id_ = f"{file_place}:{number}", f"{name}-{number}"
        try:
            text, changes = _decode(data.rstrip(b"\r\n"), place)
            value, end = _Parsed.at(text, _after_blank(text, 0), place, torn=not data.endswith(b"\n"))
            if _after_blank(text, end) < len(text):
                raise InputError(f"{place}: more text after the object, at column {end + 1}; wanted one object a line")
        except InputError as error:
            yield Failure(id_, place, InputError.__name__, str(error))
        else:
            yield value.found(place, id_, changes)
    if empty:
        raise InputError(f"{file_place}: empty: holds no JSON")


def _array(text: str, position: int, file: _File, changes: tuple[Change, ...]) -> Iterator[_Found | Failure]:
    """The objects of an array, each with the line it starts in. What is no JSON ends the file."""
    line, counted, number, closed = 1, 0, 0, False
    while not closed:
        position = _after_blank(text, position)
        if number == 0 and text.startswith("]", position):
            raise InputError(f"{file.place}: empty: the array holds no article")
        line, counted = line + text.count("\n", counted, position), position
        number += 1
        value, end = _Parsed.at(text, position, file.place)
        yield value.found(f"{file.place}:{line}", f"{file.name}-{number}", changes)
        end = _after_blank(text, end)
        if text[end : end + 1] not in (",", "]"):
            raise InputError(f"{file.place}: the array breaks off after article {number}; is the file torn?")
        closed, position = text[end] == "]", end + 1
    if _after_blank(text, position) < len(text):
        raise InputError(f"{file.place}: more text after the array")


# ---------------------------------------------------------------- JSON

_BLANK = re.compile(r"[ \t\r\n]*")


def _after_blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A JSON value, and what Python's own decoder would have passed over."""

    value: Json
    repeated: tuple[str, ...]
    """Keys that stand twice in one object: Python would keep the last without a word."""
    not_numbers: int
    """How often NaN, Infinity or a number too large for a float stood there and was read as null."""

    @classmethod
    def at(cls, text: str, start: int, place: str, torn: bool = False) -> tuple[_Parsed, int]:
        """The value that starts there and the position after it. Raises `InputError` where it is not JSON."""
        repeated: list[str] = []
        not_numbers: list[str] = []

        def pairs(items: list[tuple[str, Json]]) -> Json:
            values = {_writable(key): value for key, value in items}
            if len(values) < len(items):
                counts = Counter(_writable(key) for key, _ in items)
                repeated.append(counts.most_common(1)[0][0])
            return values

        def number(digits: str) -> float | None:
            value = float(digits)
            if math.isfinite(value):
                return value
            not_numbers.append(digits)
            return None

        decoder = json.JSONDecoder(object_pairs_hook=pairs, parse_float=number, parse_constant=not_numbers.append)
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            line = f"line {error.lineno}, " if error.lineno > 1 else ""
            hint = "; the file ends within this line: is it torn?" if torn else ""
            raise InputError(f"{place}: not JSON at {line}column {error.colno}: {error.msg}{hint}") from None
        except RecursionError:
            raise InputError(f"{place}: nested too deep") from None
        except ValueError as error:  # whole numbers of over 4,300 digits
            raise InputError(f"{place}: {error}") from None
        return cls(value, tuple(repeated), len(not_numbers)), end

    def found(self, place: str, name: str, changes: tuple[Change, ...]) -> _Found | Failure:
        """The article, or a `Failure` where the value is none."""
        if not isinstance(self.value, Mapping):
            fault = f'found {_shown(self.value)}; wanted an object such as {{"id": …, "title": …, "text": …}}'
            return Failure(name, place, InputError.__name__, f"{place}: {fault}")
        if self.repeated:
            fault = f"key {_shown(self.repeated[0])} stands twice; only one of the two can be meant"
            return Failure(name, place, InputError.__name__, f"{place}: {fault}")
        lost = (Change("NaN or Infinity read as null", self.not_numbers),) if self.not_numbers else ()
        return _Found(place, name, self.value, (*changes, *lost))


# ---------------------------------------------------------------- bytes to text

# UTF-32 first: its little-endian mark starts with that of UTF-16.
_WIDE_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

_MAGIC = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "ZIP (docx, xlsx, epub)",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"BZh9": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"7z\xbc\xaf": "7-Zip",
    b"PAR1": "Parquet",
    b"\xd0\xcf\x11\xe0": "an old Office file (doc, xls)",
    b"{\\rtf": "RTF",
    b"SQLite format 3": "SQLite",
    b"\x7fELF": "a program",
}

# C0 controls but tab, line ends, form feed and escape: hardly any stand in text.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LOOKED_AT = 65536
_MOST_CONTROLS = 0.02


def _decode(data: bytes, place: str) -> tuple[str, tuple[Change, ...]]:
    """The text of UTF-8, of UTF-16 or UTF-32 with a byte order mark, or of Arabic in cp1256 or ISO-8859-6.

    The last two are recorded as a change. Raises `InputError` with the byte where it is none of them.
    """
    for mark, encoding in _WIDE_MARKS.items():
        if data.startswith(mark):
            return _decode_wide(data, encoding, place), ()
    _refuse_binary(data, place)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        for encoding in ("cp1256", "iso8859_6"):
            guess = _decode_arabic(data, encoding)
            if guess is not None:
                return guess, (Change(f"decoded from {encoding.replace('iso8859_6', 'ISO-8859-6')}", 1),)
        raise InputError(
            f"{place}: not UTF-8 at byte {error.start} (0x{data[error.start]:02x}), nor Arabic in cp1256 or "
            "ISO-8859-6; save it as UTF-8"
        ) from None
    head = text[:_LOOKED_AT]
    if len(_CONTROLS.findall(head)) > _MOST_CONTROLS * len(head):
        raise InputError(f"{place}: binary: too many control characters for a text; wanted text in UTF-8")
    return text, ()


def _decode_wide(data: bytes, encoding: str, place: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"{encoding.upper()} at byte {error.start}"
        raise InputError(f"{place}: not {where}, though its first bytes say so; save it as UTF-8") from None


def _refuse_binary(data: bytes, place: str) -> None:
    for magic, name in _MAGIC.items():
        if data.startswith(magic):
            raise InputError(f"{place}: binary file: looks like {name}; wanted text in UTF-8, so export or unpack it")
    if (zero := data.find(b"\0")) >= 0:
        raise InputError(
            f"{place}: binary: a NUL byte at byte {zero}; if this is UTF-16, save it with a byte order mark or as UTF-8"
        )


_ARABIC_WORD = re.compile("[\u0621-\u064a]+")
_COMMON = frozenset(("في", "من", "على", "إلى", "الى", "أن", "ان", "عن", "مع", "هذا", "بعد", "قال", "التي", "الذي"))
_ARTICLES = ("ال", "وال", "بال", "لل")


def _decode_arabic(data: bytes, encoding: str) -> str | None:
    """The text if it is Arabic in that encoding, else None.

    Nearly all bytes are some letter in cp1256, so decoding alone proves nothing. Of the words of Arabic news a fifth to
    a half start with the article or are very common ones; in a wrong encoding hardly any do, and letters of other
    scripts stand between.
    """
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    words = _ARABIC_WORD.findall(text)
    arabic = sum(map(len, words))
    other = sum(char.isalpha() and not char.isascii() for char in text) - arabic
    telling = sum(word in _COMMON or word.startswith(_ARTICLES) for word in words)
    return text if words and other <= 0.05 * arabic and telling >= 0.1 * len(words) else None


def _utf8_lines(stream: BinaryIO, place: str) -> Iterator[bytes]:
    """The lines of a file, parted by `\\n` alone; one in UTF-16 or UTF-32 with a byte order mark as UTF-8."""
    head = stream.read(4)
    stream.seek(0)
    encoding = next((encoding for mark, encoding in _WIDE_MARKS.items() if head.startswith(mark)), None)
    if encoding is None:
        yield from stream
        return
    try:
        with io.TextIOWrapper(stream, encoding, newline="\n") as wide:
            for line in wide:
                yield line.encode()
    except UnicodeDecodeError as error:
        raise InputError(f"{place}: not {encoding.upper()}, though its first bytes say so: {error.reason}") from None
