"""Shards: a run cut into equal parts for many machines, and their outputs put together again in the input's order."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from typing import Any, Self, TypeVar

from mt.errors import InputError, OutputError
from mt.files import replacing, write_whole
from mt.runs.folder import FAILURES, JOURNAL, MANIFEST, PARQUET, RECORDS, REPORTS
from mt.runs.journal import Journal
from mt.runs.parquet import write_parquet
from mt.runs.publishing import INDEX, publish_index

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` (from 1) of `of`: every `of`-th input, so that all parts have equal work, give or take one."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """The shard that `3/8` names.

        Raises `InputError` for anything but two numbers of which the first is from 1 to the second.
        """
        match = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text, re.ASCII)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise InputError(f"shard: found {text!r}, expected <number>/<of> such as 3/8")
        return cls(int(match[1]), int(match[2]))

    def take(self, items: Iterable[T]) -> Iterator[T]:
        """This part's items, in their order."""
        return islice(items, self.number - 1, None, self.of)

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def check_shard(folder: Path, shard: Shard | None) -> None:
    """Raises `OutputError` when the folder holds another part of a run: going on would replace it."""
    try:
        shard_there = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["shard"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    wanted = str(shard) if shard else None
    if shard_there != wanted:
        what = f"shard {shard_there}" if shard_there else "a run without --shard"
        raise OutputError(
            f"{folder}: holds {what}, and this is {wanted or 'a run without --shard'}; use a folder of its own"
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merged folder holds, in numbers of articles."""

    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class _Part:
    """The folder of one shard."""

    folder: Path
    shard: Shard
    manifest: Mapping[str, Any]


def merge_shards(folder: Path, shards: Sequence[Path]) -> Merged:
    """Make `folder` what one run over all inputs would have made, of the finished output folders of all its shards.

    Records and failures go through line by line, byte by byte, in the order of the inputs; the per-article files are
    linked, or copied where that cannot be; the counts of the manifests are added up. Each file appears whole or not at
    all, and the manifest last, but for the index page. The folder has no journal: to change something, run the shards
    again, and merge again.

    Raises `InputError` that lists everything that keeps the shards from being one run; `OutputError` when `folder` is
    that of a run itself, or cannot be written.
    """
    if (folder / JOURNAL).exists():
        raise OutputError(f"{folder}: is the output of a run; use another folder for the merged output")
    parts = _parts(shards)
    failed = [_failed(part) for part in parts]
    _refuse(list(_uneven(parts, failed)))
    with _naming_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        (folder / INDEX).unlink(missing_ok=True)
        _interleave(folder, RECORDS, parts, [bytes(1 - flag for flag in flags) for flags in failed])
        _interleave(folder, FAILURES, parts, failed)
        if (folder / FAILURES).stat().st_size == 0:
            (folder / FAILURES).unlink()
        _link_reports(folder, parts)
    if parts[0].manifest["configuration"]["report"]["parquet"]:
        write_parquet(folder / RECORDS, folder / PARQUET)
    manifest = _manifest(parts)
    write_whole(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
    if parts[0].manifest["configuration"]["report"].get("index"):  # older runs have no such setting
        publish_index(folder, parts[0].manifest["configuration"]["report"]["formats"])
    return Merged(manifest["articles"]["done"], manifest["articles"]["failed"])


# ---------------------------------------------------------------- are they one run?


def _parts(folders: Sequence[Path]) -> list[_Part]:
    """The shards in their order, when they are all shards of one run and finished."""
    faults: list[str] = []
    parts: list[_Part] = []
    for folder in folders:
        try:
            parts.append(_part(folder))
        except InputError as error:
            faults.append(str(error))
    parts.sort(key=lambda part: part.shard.number)
    _refuse([*faults, *_strangers(parts), *([] if faults else _missing(parts))])
    return parts


def _part(folder: Path) -> _Part:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        name, state = manifest["shard"], manifest["state"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{path}: cannot be read; expected the output folder of mt run --shard") from None
    if name is None:
        raise InputError(f"{folder}: is not a shard: it was made without --shard")
    if state != "done":
        raise InputError(f"{folder}: shard {name} is not finished ({state}); run its command again to resume it")
    return _Part(folder, Shard.parse(name), manifest)


def _strangers(parts: Sequence[_Part]) -> Iterator[str]:
    """What differs from the first shard though one run has it in common."""
    for wanted, part in zip(repeat(parts[0]) if parts else (), parts[1:], strict=False):
        if part.shard.of != wanted.shard.of:
            yield f"{part.folder}: is shard {part.shard}, but {wanted.folder} is shard {wanted.shard}"
        for key, what in (("signature", "settings"), ("inputs", "inputs")):
            if part.manifest[key] != wanted.manifest[key]:
                yield f"{part.folder}: made with other {what} than {wanted.folder}: compare {key!r} in {MANIFEST}"


def _missing(parts: Sequence[_Part]) -> Iterator[str]:
    of = parts[0].shard.of if parts else 0
    given = Counter(part.shard.number for part in parts)
    if missing := [str(number) for number in range(1, of + 1) if number not in given]:
        yield f"shards missing: {', '.join(missing)} of {of}"
    for part in parts:
        if given[part.shard.number] > 1:
            yield f"{part.folder}: shard {part.shard} is given more than once"


def _failed(part: _Part) -> bytes:
    """A byte for each input of the shard, 1 where it failed: all that the merge holds in memory of an article."""
    journal = Journal.open(part.folder / JOURNAL, create=False)
    try:
        return journal.failed()
    finally:
        journal.close()


def _uneven(parts: Sequence[_Part], failed: Sequence[bytes]) -> Iterator[str]:
    total = sum(map(len, failed))
    for part, flags in zip(parts, failed, strict=True):
        wanted = len(range(part.shard.number - 1, total, part.shard.of))
        if len(flags) != wanted:
            yield (
                f"{part.folder}: has {len(flags)} articles, expected {wanted} as its share of {total}: the inputs were "
                "not the same for all shards"
            )


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise InputError("\n".join(["these are not the shards of one finished run:", *(f"  {f}" for f in faults)]))


# ---------------------------------------------------------------- putting together


def _interleave(folder: Path, name: str, parts: Sequence[_Part], wanted: Sequence[bytes]) -> None:
    """Write `folder/name` from the shards' files of that name: shard by shard in turn the next line, where wanted."""
    sources = [_Lines(part.folder / name) for part in parts]
    with replacing(folder / name) as aside, aside.open("wb") as target:
        for turn in range(max(map(len, wanted))):
            for source, flags in zip(sources, wanted, strict=True):
                if turn < len(flags) and flags[turn]:
                    target.write(source.next())


_READ = 1 << 18
"""Bytes read at once: with a thousand shards a quarter of a gigabyte, and few enough reads."""


class _Lines:
    """The lines of a file one by one; it is open only while it is read, for there may be more files than may be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: Iterator[bytes] = iter(())
        self._offset = 0

    def next(self) -> bytes:
        """The next line with its newline."""
        line = next(self._lines, b"")
        if not line:
            self._lines = iter(self._read())
            line = next(self._lines, b"")
        if not line.endswith(b"\n"):
            raise InputError(f"{self._path}: ends early; was it edited by hand? Run its command again")
        return line

    def _read(self) -> list[bytes]:
        with self._path.open("rb") as file:
            file.seek(self._offset)
            lines = file.readlines(_READ)
            self._offset = file.tell()
        return lines


def _link_reports(folder: Path, parts: Sequence[_Part]) -> None:
    for part in parts:
        if not (part.folder / REPORTS).is_dir():
            continue
        (folder / REPORTS).mkdir(exist_ok=True)
        with os.scandir(part.folder / REPORTS) as files:
            for file in files:
                _link(Path(file.path), folder / REPORTS / file.name)


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, target)


def _manifest(parts: Sequence[_Part]) -> dict[str, Any]:
    """What the shards have in common as it is, counts added up, and what is each one's own in a list."""
    manifests = [part.manifest for part in parts]
    common = ("format", "state", "inputs", "models", "signature", "versions", "configuration")
    counts = {key: sum((Counter(m[key]) for m in manifests), Counter()) for key in ("articles", "failures", "flags")}
    return {
        **{key: manifests[0][key] for key in common},
        **{key: dict(sorted(total.items())) for key, total in counts.items()},
        "articles": {key: counts["articles"][key] for key in ("done", "failed")},
        "source_words": sum(m["source_words"] for m in manifests),
        "started": min(m["started"] for m in manifests),
        "ended": max(m["ended"] for m in manifests),
        "shard": None,
        "merged_from": [
            {"shard": m["shard"], "folder": str(part.folder), "this_run": m["this_run"], "process": m["process"]}
            for part, m in zip(parts, manifests, strict=True)
        ],
    }


@contextmanager
def _naming_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: {error.strerror or error}") from error
