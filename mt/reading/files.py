"""One file to read, plain or packed, and one article as a file gives it, before it is cleaned."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias, cast

from mt.config import ArticlesConfig
from mt.errors import InputError
from mt.reading.decoding import AUTO, LOOKED_AT, refuse_binary, wide_encoding, writable
from mt.records import Change, Failure, Json

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


@dataclass(frozen=True, slots=True)
class Found:
    """One article as its file gives it; `name` is its id where the fields hold none."""

    place: str
    name: str
    fields: Mapping[str, Json]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file (or the folder of a saved dataset) to read; `name` is the id that its article gets."""

    path: Path
    name: str

    @property
    def place(self) -> str:
        """The path as messages show it."""
        return writable(str(self.path))

    def open(self, encoding: str = AUTO) -> io.BufferedReader:
        """The unpacked bytes, from the start.

        Raises `InputError` for binary files by their first bytes, before all is read, and in the middle of reading
        where a packed file is torn.
        """
        stream = self.open_raw()
        unpack = _PACKED.get(self.path.suffix.lower())
        if unpack:
            stream = io.BufferedReader(_Unpacked(stream, unpack(stream), self.place), _BUFFER)
        try:
            head = stream.peek(LOOKED_AT)
            if encoding == AUTO and not wide_encoding(head):
                refuse_binary(head, self.place)
        except BaseException:
            stream.close()
            raise
        return stream

    def open_raw(self) -> io.BufferedReader:
        """The bytes as they lie there. Raises `InputError` for pipes and devices, which could block or never end."""
        if not stat.S_ISREG(self.path.stat().st_mode):
            raise InputError(
                f"{self.place}: neither a file nor a folder; to read from a pipe, use '-' and standard input"
            )
        return cast(io.BufferedReader, self.path.open("rb", LOOKED_AT))


Reader: TypeAlias = Callable[[File, ArticlesConfig], Iterator[Found | Failure]]
"""A format: from a file to the articles in it; `Failure`s for single articles, `InputError` for the file."""


# ---------------------------------------------------------------- packed files

_BUFFER = 8192
"""Bytes unpacked at a time; so much before the tear of a torn `.zst` may be lost with it."""


class _Reading(Protocol):
    def read1(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class _Unpacked(io.RawIOBase):
    """Unpacked bytes; what is wrong with the packing is an `InputError` that names the file."""

    def __init__(self, packed: BinaryIO, unpacked: _Reading, place: str) -> None:
        super().__init__()
        self._packed, self._unpacked, self._place = packed, unpacked, place

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer)
        try:
            data = self._unpacked.read1(len(target))
        except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            raise InputError(f"{self._place}: the compressed data is truncated or damaged: {error}") from None
        target[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._unpacked.close()
            self._packed.close()
        super().close()


def _gzip(stream: BinaryIO) -> _Reading:
    return gzip.GzipFile(fileobj=stream, mode="rb")


def _xz(stream: BinaryIO) -> _Reading:
    return lzma.LZMAFile(stream)


def _zstd(stream: BinaryIO) -> _Reading:
    import pyarrow

    return cast(_Reading, pyarrow.CompressedInputStream(stream, "zstd"))


_PACKED: Mapping[str, Callable[[BinaryIO], _Reading]] = {".gz": _gzip, ".xz": _xz, ".zst": _zstd}
PACKED = tuple(_PACKED)


# ---------------------------------------------------------------- faults

_LONGEST_SHOWN = 60


def failure(name: str, place: str, fault: str) -> Failure:
    """The article that could not be read, as a message with its place."""
    return Failure(name, place, InputError.__name__, f"{place}: {fault}")


def shown(value: Json) -> str:
    """A value as messages show it: quoted, short, on one line."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "an array"
    if isinstance(value, str) and len(value) > _LONGEST_SHOWN:
        value = f"{value[:_LONGEST_SHOWN]}…"
    return writable(json.dumps(value, ensure_ascii=False))
