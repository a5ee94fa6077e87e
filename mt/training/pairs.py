"""Files of sentence pairs: read line by line, every line accounted for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from mt.errors import InputError
from mt.reading.formats import PACKED, File, shown, writable
from mt.text.cleaning import clean
from mt.training.settings import DataConfig

EMPTY = "a side is empty"
BAD = "no pair"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """An Arabic and an English sentence, each on one line, and where they stand (`file:line`)."""

    place: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Pairs of one file that were left out for one reason, and where the first of them stands."""

    reason: str
    count: int
    first: str


@dataclass(frozen=True, slots=True)
class FileAccount:
    """What became of the lines of a file: `lines == used + sum(skipped)`; blank lines do not count."""

    name: str
    sha256: str
    """Of the file as it lies on disk, packed where it is packed."""
    lines: int
    used: int
    weight: float
    license: str | None
    skipped: tuple[Skipped, ...]
    hinted: int = 0
    """Code-switched copies that were made of the pairs, beside them."""

    def __str__(self) -> str:
        left_out = "".join(f"; {skip.count} left out: {skip.reason} (first {skip.first})" for skip in self.skipped)
        hinted = f"; {self.hinted} code-switched copies" if self.hinted else ""
        return f"{self.name}: {self.used} of {self.lines} pairs used{hinted}{left_out}"


@dataclass(slots=True)
class Tally:
    """Counts while a file is read."""

    lines: int = 0
    reasons: dict[str, Skipped] = field(default_factory=dict)

    def skip(self, reason: str, place: str) -> None:
        """Count a pair that is left out."""
        before = self.reasons.get(reason)
        self.reasons[reason] = Skipped(reason, before.count + 1 if before else 1, before.first if before else place)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was left out, by reason in the order of appearance."""
        return tuple(self.reasons.values())


def read_pairs(path: Path, options: DataConfig, tally: Tally) -> Iterator[Pair]:
    """The pairs of a file, lazily; every line but blank ones is a pair or counted in `tally`.

    The Arabic is cleaned as `mt run` cleans an article, for that is what the model will be given.
    Raises `InputError` when the file cannot be read; and, unless bad lines are to be skipped, once all is read, when
    there were any: it names the first of them with line and fault.
    """
    take = _taker(path)
    file = File(path, path.name)
    bad: list[str] = []
    for number, data in enumerate(_lines(file), 1):
        if not data.strip():
            continue
        tally.lines += 1
        place = f"{file.place}:{number}"
        try:
            source, target = take(_text(data), options)
        except InputError as error:
            bad.append(f"{place}: {error}")
            tally.skip(BAD, place)
            continue
        source, target = " ".join(clean(source).text.split()), " ".join(target.split())
        if source and target:
            yield Pair(place, source, target)
        else:
            tally.skip(EMPTY, place)
    if bad and options.bad_lines == "stop":
        more = f"\n  and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        listed = "\n".join(f"  {fault}" for fault in bad[:_SHOWN])
        raise InputError(f"{len(bad)} lines are no pairs (data.bad_lines: skip leaves them out):\n{listed}{more}")


def sha256_of(path: Path) -> str:
    """sha256 in hex of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lines(file: File) -> Iterator[bytes]:
    try:
        with file.open("utf-8") as stream:
            yield from stream
    except FileNotFoundError:
        raise InputError(f"{file.place}: no such file of pairs") from None
    except OSError as error:
        raise InputError(f"{file.place}: cannot be read: {error.strerror or error}") from None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}") from None


def _taker(path: Path) -> _Taker:
    plain = path.name.lower()
    plain = next((plain.removesuffix(end) for end in PACKED if plain.endswith(end)), plain)
    for suffix, take in _FORMATS.items():
        if plain.endswith(suffix):
            return take
    raise InputError(f"{writable(str(path))}: pairs are read from .tsv and .jsonl, plain or {', '.join(PACKED)}")


def _tsv(line: str, options: DataConfig) -> tuple[str, str]:
    columns = line.split("\t")
    if len(columns) != options.columns:
        raise InputError(f"found {len(columns)} columns, expected {options.columns} (data.columns): {shown(line)}")
    return columns[0], columns[1]


def _json(line: str, options: DataConfig) -> tuple[str, str]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise InputError(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InputError(f"found {shown(value)}, expected an object")
    sides = [value.get(name) for name in (options.source_field, options.target_field)]
    for name, side in zip((options.source_field, options.target_field), sides, strict=True):
        if not isinstance(side, str):
            fault = f"holds {shown(side)}" if name in value else f"is missing; found {', '.join(map(shown, value))}"
            raise InputError(f"field {shown(name)} {fault}; expected a text")
    return str(sides[0]), str(sides[1])


_Taker: TypeAlias = Callable[[str, DataConfig], tuple[str, str]]
_FORMATS: Mapping[str, _Taker] = {".tsv": _tsv, ".jsonl": _json, ".ndjson": _json}
