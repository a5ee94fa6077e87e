"""JSON and JSON Lines: an object is an article, or holds a list of them."""

from __future__ import annotations

import codecs
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mt.config import ArticlesConfig
from mt.errors import InputError
from mt.reading.decoding import decode, lines_of, writable
from mt.reading.fields import articles_in
from mt.reading.files import File, Found, failure, shown
from mt.records import Change, Failure, Json


def json_lines(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """An object a line, read line by line: a bad line costs nothing but itself. An array is read as one."""
    with file.open(options.encoding) as stream:
        lines, encoding = lines_of(stream, file.place, options.encoding)
        first = next((line for line in lines if line.strip()), b"")
    if first.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"["):
        yield from json_file(file, options)
        return
    with file.open(options.encoding) as stream:
        lines, encoding = lines_of(stream, file.place, options.encoding)
        yield from line_objects(lines, options, (encoding, file.name, file.place))


def json_file(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """One object, an array of objects, or objects after each other; the first two are held in memory as a whole."""
    with file.open(options.encoding) as stream:
        text, changes = decode(stream.read(), file.place, options.encoding)
    start = _after_blank(text, 0)
    if start == len(text):
        raise InputError(f"{file.place}: empty: holds no JSON")
    if text[start] == "[":
        yield from _array(text, start + 1, file, changes)
        return
    value, end = _Parsed.at(text, start, file.place)
    if isinstance(value.value, Mapping) and _after_blank(text, end) < len(text):
        with file.open(options.encoding) as stream:  # many data sets call JSON Lines .json
            lines, encoding = lines_of(stream, file.place, options.encoding)
            yield from line_objects(lines, options, (encoding, file.name, file.place))
    else:
        line = text.count("\n", 0, start) + 1
        yield from value.all_found(f"{file.place}:{line}", file.name, changes, options)


def line_objects(
    lines: Iterable[bytes], options: ArticlesConfig, origin: tuple[str, str, str]
) -> Iterator[Found | Failure]:
    """Objects after each other, by their lines; `origin` is the encoding, the name for ids, and the file's place.

    Blank lines are skipped. A line may hold several objects. Where the first line alone is no JSON, objects reach over
    lines, as `jq` prints them. What is no JSON is a `Failure`, and reading goes on at the next line or object.
    """
    encoding, name, file_place = origin
    empty = True
    for number, data in _objects_spread(lines):
        empty = False
        place, id_ = f"{file_place}:{number}", f"{name}-{number}"
        spread = data.count(b"\n") > 1
        try:
            text, changes = decode(data.strip(b"\r\n\x1e"), place, encoding)
            values = list(_values(text, place, torn=not data.endswith(b"\n") and not spread))
        except InputError as error:
            yield Failure(id_, place, InputError.__name__, str(error))
            continue
        for index, value in enumerate(values):
            yield from value.all_found(place, f"{id_}-{index + 1}" if index else id_, changes, options)
    if empty:
        raise InputError(f"{file_place}: empty: holds no JSON")


_LONGEST_OBJECT = 1 << 24
"""Bytes of an object over several lines: without a limit, one that is never closed would take all into memory."""


def _objects_spread(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The first line (from 1) and the bytes of each object: one line each where the file's first line is whole."""
    held: list[bytes] = []
    start, size, spread = 0, 0, None
    for number, line in enumerate(lines, 1):
        if not held and not line.strip(b" \t\r\n\x1e"):
            continue
        if spread is None:
            spread = _opens_object(line)
        if not spread:
            yield number, line
            continue
        if held and line.startswith(b"{") and not held[-1].rstrip().endswith((b",", b"[", b":")):
            yield start, b"".join(held)
            held = []
        if not held:
            start, size = number, 0
        held.append(line)
        size += len(line)
        if line.rstrip(b" \t\r\n,").endswith(b"}") and (size > _LONGEST_OBJECT or _is_json(b"".join(held))):
            yield start, b"".join(held).rstrip(b" \t\r\n,") + b"\n"
            held = []
    if held:
        yield start, b"".join(held)


def _opens_object(line: bytes) -> bool:
    """Whether the line opens an object that a later line closes."""
    bare = line.removeprefix(codecs.BOM_UTF8).strip(b" \t\r\n\x1e")
    return bare == b"{" or (bare.startswith(b"{") and bare.endswith((b",", b"[", b"{")) and not _is_json(bare))


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data.strip(b" \t\r\n,\x1e"))
    except (ValueError, RecursionError):
        return False
    return True


def _values(text: str, place: str, torn: bool) -> Iterator[_Parsed]:
    """The values of a line, one at least. Raises `InputError` where something else stands there."""
    position = _after_blank(text, 0)
    while True:
        value, end = _Parsed.at(text, position, place, torn=torn)
        yield value
        position = _after_blank(text, end)
        if position == len(text):
            return
        if text[position] != "{":
            raise InputError(f"{place}: text after the object, at column {end + 1}; expected one object a line")


def _array(text: str, position: int, file: File, changes: tuple[Change, ...]) -> Iterator[Found | Failure]:
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
            raise InputError(f"{file.place}: the array ends after article {number}; is the file truncated?")
        closed, position = text[end] == "]", end + 1
    if _after_blank(text, position) < len(text):
        raise InputError(f"{file.place}: more text after the array")


# ---------------------------------------------------------------- JSON

NOT_NUMBERS = "NaN or Infinity read as null"
_BLANK = re.compile(r"[ \t\r\n\x1e]*")


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
            values = {writable(key): value for key, value in items}
            if len(values) < len(items):
                counts = Counter(writable(key) for key, _ in items)
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
            hint = "; the file ends within this line: is it truncated?" if torn else ""
            raise InputError(f"{place}: not JSON at {line}column {error.colno}: {error.msg}{hint}") from None
        except RecursionError:
            raise InputError(f"{place}: nested too deep") from None
        except ValueError:  # of Python's int
            raise InputError(
                f"{place}: a whole number of more than {sys.get_int_max_str_digits()} digits; write it as a string"
            ) from None
        return cls(value, tuple(repeated), len(not_numbers)), end

    def all_found(
        self, place: str, name: str, changes: tuple[Change, ...], options: ArticlesConfig
    ) -> Iterator[Found | Failure]:
        """The article, or all of the list that the object holds, numbered from 1."""
        whole = self.found(place, name, changes)
        items = articles_in(whole.fields, options) if isinstance(whole, Found) else None
        if items is None or isinstance(whole, Failure):
            yield whole
            return
        for number, fields in enumerate(items, 1):
            yield Found(place, f"{name}-{number}", fields, whole.changes)

    def found(self, place: str, name: str, changes: tuple[Change, ...]) -> Found | Failure:
        """The article, or a `Failure` where the value is none."""
        if not isinstance(self.value, Mapping):
            fault = f'found {shown(self.value)}; expected an object such as {{"id": …, "title": …, "text": …}}'
            return failure(name, place, fault)
        if self.repeated:
            fault = f"key {shown(self.repeated[0])} appears twice; only one of the two can be meant"
            return failure(name, place, fault)
        lost = (Change(NOT_NUMBERS, self.not_numbers),) if self.not_numbers else ()
        return Found(place, name, self.value, (*changes, *lost))
