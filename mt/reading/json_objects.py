"""JSON and JSON Lines: an object is an article."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mt.config import ArticlesConfig
from mt.errors import InputError
from mt.reading.decoding import decode, lines_of, writable
from mt.reading.files import File, Found, failure, shown
from mt.records import Change, Failure, Json


def json_lines(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """An object a line, read line by line: a bad line costs nothing but itself."""
    with file.open(options.encoding) as stream:
        lines, encoding = lines_of(stream, file.place, options.encoding)
        yield from line_objects(lines, encoding, file.name, file.place)


def json_file(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """One object, an array of objects, or JSON Lines; the first two are held in memory as a whole."""
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
        yield from json_lines(file, options)  # many data sets call JSON Lines .json
    else:
        line = text.count("\n", 0, start) + 1
        yield value.found(f"{file.place}:{line}", file.name, changes)


def line_objects(lines: Iterable[bytes], encoding: str, name: str, file_place: str) -> Iterator[Found | Failure]:
    """An object a line; blank lines are skipped, a bad line is a `Failure` and the next one is read."""
    empty = True
    for number, data in enumerate(lines, 1):
        if not data.strip():
            continue
        empty = False
        place, id_ = f"{file_place}:{number}", f"{name}-{number}"
        try:
            text, changes = decode(data.rstrip(b"\r\n"), place, encoding)
            value, end = _Parsed.at(text, _after_blank(text, 0), place, torn=not data.endswith(b"\n"))
            if _after_blank(text, end) < len(text):
                raise InputError(f"{place}: more text after the object, at column {end + 1}; wanted one object a line")
        except InputError as error:
            yield Failure(id_, place, InputError.__name__, str(error))
        else:
            yield value.found(place, id_, changes)
    if empty:
        raise InputError(f"{file_place}: empty: holds no JSON")


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
            raise InputError(f"{file.place}: the array breaks off after article {number}; is the file torn?")
        closed, position = text[end] == "]", end + 1
    if _after_blank(text, position) < len(text):
        raise InputError(f"{file.place}: more text after the array")


# ---------------------------------------------------------------- JSON

NOT_NUMBERS = "NaN or Infinity read as null"
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
            hint = "; the file ends within this line: is it torn?" if torn else ""
            raise InputError(f"{place}: not JSON at {line}column {error.colno}: {error.msg}{hint}") from None
        except RecursionError:
            raise InputError(f"{place}: nested too deep") from None
        except ValueError as error:  # whole numbers of over 4,300 digits
            raise InputError(f"{place}: {error}") from None
        return cls(value, tuple(repeated), len(not_numbers)), end

    def found(self, place: str, name: str, changes: tuple[Change, ...]) -> Found | Failure:
        """The article, or a `Failure` where the value is none."""
        if not isinstance(self.value, Mapping):
            fault = f'found {shown(self.value)}; wanted an object such as {{"id": …, "title": …, "text": …}}'
            return failure(name, place, fault)
        if self.repeated:
            fault = f"key {shown(self.repeated[0])} stands twice; only one of the two can be meant"
            return failure(name, place, fault)
        lost = (Change(NOT_NUMBERS, self.not_numbers),) if self.not_numbers else ()
        return Found(place, name, self.value, (*changes, *lost))
