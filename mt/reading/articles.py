"""Reading: files, folders, patterns, data sets and standard input into cleaned articles, one after the other.

What a file holds is the matter of `mt.reading.formats`; here sources become files, and what they hold becomes
articles. What is wrong with one article or one file is a `Failure` in its place, so that the others go on. Text is
cleaned here, once.
"""

from __future__ import annotations

import difflib
import glob
import logging
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar, overload

from mt.config import ArticlesConfig
from mt.errors import InputError, MtError
from mt.reading.fields import field, has_field, without
from mt.reading.formats import (
    FORMATS,
    PACKED,
    STDIN,
    File,
    Found,
    can_be_read,
    failure,
    hub_dataset,
    is_address,
    is_dataset,
    read_file,
    read_stdin,
    shown,
    suffix_of,
    web_page,
    writable,
)
from mt.reading.preparing import prepare
from mt.records import Article, Failure, Json

T = TypeVar("T")
Sources: TypeAlias = str | Path | Iterable[str | Path]
Accept: TypeAlias = Callable[[Path], bool]
PassedOver: TypeAlias = MutableMapping[str, int]
_DEFAULT = ArticlesConfig()
_log = logging.getLogger(__name__)


@overload
def read_articles(
    sources: Sources,
    *,
    options: ArticlesConfig = ...,
    offline: bool = ...,
    strict: Literal[True] = True,
    accept: Accept | None = ...,
    passed_over: PassedOver | None = ...,
) -> Iterator[Article]: ...
@overload
def read_articles(
    sources: Sources,
    *,
    options: ArticlesConfig = ...,
    offline: bool = ...,
    strict: bool,
    accept: Accept | None = ...,
    passed_over: PassedOver | None = ...,
) -> Iterator[Article | Failure]: ...
def read_articles(
    sources: Sources,
    *,
    options: ArticlesConfig = _DEFAULT,
    offline: bool = False,
    strict: bool = True,
    accept: Accept | None = None,
    passed_over: PassedOver | None = None,
) -> Iterator[Article | Failure]:
    """Articles in the order of `sources`, lazily: of files of many articles, only `.json` is held in memory as a whole.

    A source is a file, a folder (all files with known suffixes in it and its subfolders, sorted by path, without hidden
    files and output folders of runs), a glob pattern, `hf:owner/name[/configuration][:split]` for a dataset on the Hub,
    `https://…` for a web page or feed, or `-` for standard input (JSON Lines if it starts with `{`, otherwise the plain
    text of one article). The formats are those of `mt.reading.formats.FORMATS` and folders written by `save_to_disk`. A
    file with an unknown suffix is read as one plain text.

    `options` names the fields for identifier, title and text; all other fields become metadata. An article without an
    id gets the path of its file in the given folder, without suffix. In a file with several articles `-<line>` is added
    (in an array or a binary table `-<number>`). With `offline`, neither the Hub nor the web is contacted.

    Raises `InputError` at the first article or file that cannot be read; with `strict=False`, yields a `Failure` in its
    place and continues. Only files for which `accept` is true are read. Skipped files of a folder are counted in
    `passed_over` by suffix.
    """
    items = _read([sources] if isinstance(sources, (str, Path)) else sources, options, offline, accept, passed_over)
    return _raising(items) if strict else items


def _raising(items: Iterator[Article | Failure]) -> Iterator[Article]:
    for item in items:
        if isinstance(item, Failure):
            raise InputError(item.message)
        yield item


NO_SUFFIX = "no suffix"


def passed_over_note(counts: Mapping[str, int]) -> str:
    """What was passed over, for a reader; empty where nothing was.

    >>> passed_over_note({".pdf": 1, ".docx": 2})
    '3 files skipped: .docx 2, .pdf 1'
    """
    total = sum(counts.values())
    kinds = ", ".join(f"{writable(suffix)} {counts[suffix]}" for suffix in sorted(counts))
    return f"{total} file{'s' if total > 1 else ''} skipped: {kinds}" if total else ""


def files_of(sources: Iterable[str | Path]) -> Iterator[Path]:
    """The files that `read_articles` would read now; what cannot be listed is left out."""
    for source in sources:
        if not _no_path(str(source)):
            yield from (item.path for item in _guarded(_files(source), "", "") if isinstance(item, File))


def _read(
    sources: Iterable[str | Path],
    options: ArticlesConfig,
    offline: bool,
    accept: Accept | None,
    passed_over: PassedOver | None,
) -> Iterator[Article | Failure]:
    places = _Places()
    for source in sources:
        for entry in _found_in(source, options, offline, accept, passed_over):
            item = entry if isinstance(entry, Failure) else _article(entry, options)
            if isinstance(item, Article) and (first := places.first(item.id, item.place)):
                item = failure(
                    item.id,
                    item.place,
                    f"duplicate id {shown(item.id)}, first at {first}; give each article its own id",
                )
            yield item


def _no_path(source: str) -> bool:
    """Whether a source is none of the file system: standard input, the Hub, the web."""
    return source == "-" or source.startswith("hf:") or is_address(source)


def check_sources(sources: Sequence[str]) -> None:
    """Raise `InputError` that lists all missing files: a mistyped name should not surface after an hour of work."""
    missing = [s for s in sources if not _no_path(s) and not glob.has_magic(s) and not Path(s).exists()]
    if missing:
        raise InputError("\n".join(_missing(Path(name)) for name in missing))


# ---------------------------------------------------------------- ids that stand twice


class _Places:
    """Where each id stood first: a temporary database of SQLite, which goes to the disk as it grows.

    Ids and places are compared as they are; the file is private, and gone with the connection.
    """

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._rows.execute("CREATE TABLE places (id TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")
        self._rows.execute("BEGIN")  # never committed: nothing of it is to be kept

    def first(self, name: str, place: str) -> str | None:
        """The place at which that id was given before; None, and `place` is noted, where this is the first time."""
        if self._rows.execute("INSERT OR IGNORE INTO places VALUES (?, ?)", (name, place)).rowcount:
            return None
        [first] = self._rows.execute("SELECT place FROM places WHERE id = ?", (name,)).fetchone()
        return str(first)


# ---------------------------------------------------------------- one article


def _article(entry: Found, options: ArticlesConfig) -> Article | Failure:
    name = _identity(entry, options)
    own = (options.id_field, options.title_field, options.text_field)
    try:
        if fault := _fault(entry.fields, *own):
            raise InputError(f"{entry.place}: {fault}")
        text, title = (_string(entry.fields, field) for field in (options.text_field, options.title_field))
        prepared = prepare(text, title, entry.place, entry.changes)
        if not prepared.text:
            raise InputError(f"{entry.place}: empty: no text is left after cleaning")
        rest = without(entry.fields, own)
        metadata = tuple((writable(key), _plain(value, entry.place)) for key, value in rest.items())
    except InputError as error:
        return Failure(name, entry.place, InputError.__name__, str(error))
    return Article(name, prepared.text, prepared.title, metadata, prepared.changes, entry.place, prepared.original)


def _identity(entry: Found, options: ArticlesConfig) -> str:
    given = _whole(field(entry.fields, options.id_field))
    named = isinstance(given, (str, int)) and not isinstance(given, bool) and str(given).strip()
    return writable(str(given)) if named else entry.name


def _whole(value: Json) -> Json:
    """A whole number that a table of floats made of an id, as an integer again (pandas writes 1.0 beside a gap)."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _fault(fields: Mapping[str, Json], id_field: str, title_field: str, text_field: str) -> str | None:
    """What is wrong with the three fields that make an article, or None."""
    given, title = _whole(field(fields, id_field)), field(fields, title_field)
    if given is not None and (isinstance(given, bool) or not isinstance(given, (str, int))):
        return f"field {shown(id_field)} is {shown(given)}; expected a string or a whole number"
    if not isinstance(title, (str, type(None))):
        return f"field {shown(title_field)} is {shown(title)}; expected a string"
    if not has_field(fields, text_field):
        names = ", ".join(map(shown, list(fields)[:10])) or "no fields"
        return f"no field {shown(text_field)}; found {names}; set articles.text_field to the right one"
    text = field(fields, text_field)
    if not isinstance(text, str):
        return f"field {shown(text_field)} is {shown(text)}; expected a string"
    return None if text.strip() else f"field {shown(text_field)} is empty"


def _string(fields: Mapping[str, Json], key: str) -> str:
    value = field(fields, key)
    return value if isinstance(value, str) else ""


_DEEPEST = 64


def _plain(value: Json, place: str, depth: int = 0) -> Json:
    """The metadata with writable strings. Raises `InputError` where it is nested too deep to be written again."""
    if depth > _DEEPEST:
        raise InputError(f"{place}: metadata is nested deeper than {_DEEPEST} levels")
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, Mapping):
        return {key: _plain(item, place, depth + 1) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item, place, depth + 1) for item in value]
    return value


# ---------------------------------------------------------------- sources and files


def _found_in(
    source: str | Path, options: ArticlesConfig, offline: bool, accept: Accept | None, passed_over: PassedOver | None
) -> Iterator[Found | Failure]:
    place = writable(str(source)) or "''"
    if str(source) == "-":
        yield from _guarded(read_stdin(options), "stdin", STDIN)
    elif str(source).startswith("hf:"):
        yield from _guarded(hub_dataset(str(source), options, offline), place, place)
    elif is_address(str(source)):
        yield from _guarded(web_page(str(source), options, offline), place, place)
    else:
        for file in _guarded(_files(source, passed_over), place, place):
            if isinstance(file, Failure):
                yield file
            elif accept is None or accept(file.path):
                yield from _guarded(read_file(file, options), file.name, file.place)


def _guarded(items: Iterator[T], name: str, place: str) -> Iterator[T | Failure]:
    """The items, and a `Failure` at the end where reading broke off."""
    try:
        yield from items
    except InputError as error:
        yield Failure(name, place, InputError.__name__, str(error))
    except OSError as error:
        yield failure(name, place, f"cannot be read: {error.strerror or error}")
    except MtError:
        raise
    except Exception as error:
        _log.exception("a bug in mt, please report it:")
        yield failure(name, place, f"a bug in mt: {type(error).__name__}: {' '.join(str(error).split())[:300]}")


def _files(source: str | Path, passed_over: PassedOver | None = None) -> Iterator[File | Failure]:
    path = Path(source)
    if not str(source) or "\0" in str(source):
        raise InputError(f"{str(source)!r} is not a path; expected a file, a folder, a pattern or '-'")
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        yield from _matches(source, passed_over)
        return
    if stat.S_ISDIR(mode):
        yield from _in_folder(path, passed_over)
    else:
        yield _file(path, path.parent)


def _in_folder(path: Path, passed_over: PassedOver | None) -> Iterator[File | Failure]:
    if _is_output(path):
        raise InputError(f"{writable(str(path))}: the output folder of a run; to read its reports, name records.jsonl")
    if is_dataset(path):
        yield File(path, writable(path.resolve().name))
    else:
        yield from _below(path, path, passed_over)


def _file(path: Path, folder: Path) -> File:
    """Only known suffixes are taken off: `v1.1` and `v1.2` are two names."""
    name = path.relative_to(folder).as_posix()
    return File(path, writable(name.removesuffix(suffix_of(path.name))))


def _matches(source: str | Path, passed_over: PassedOver | None) -> Iterator[File | Failure]:
    """What a pattern matches, sorted; ids count from the last folder that is named without a wildcard."""
    pattern = str(source)
    if not glob.has_magic(pattern):
        raise InputError(_missing(Path(source)))
    fixed = next(parent for parent in Path(pattern).parents if not glob.has_magic(str(parent)))
    paths = _without_outputs(sorted(Path(match) for match in glob.iglob(pattern, recursive=True)), fixed)
    if not paths:
        raise InputError(f"{writable(pattern)}: no file matches this pattern")
    folders = {path for path in paths if os.path.isdir(path)}
    for path in paths:
        if not folders.isdisjoint(path.parents):
            continue  # `**` gives a folder and what is in it; it is read with the folder
        if path in folders:
            yield from _below(path, fixed, passed_over)
        else:
            yield _file(path, fixed)


def _without_outputs(paths: Sequence[Path], fixed: Path) -> list[Path]:
    """The paths but for those of output folders that the pattern does not name itself."""
    folders = {folder for path in paths for folder in (path, *path.parents) if fixed in folder.parents}
    outputs = {folder for folder in folders if _is_output(folder)}
    return [path for path in paths if outputs.isdisjoint((path, *path.parents))]


def _missing(path: Path) -> str:
    place = writable(str(path))
    if os.path.islink(path):
        return f"{place}: a broken link; its target {writable(os.readlink(path))} does not exist"
    if not path.parent.is_dir():
        gone = next(p for p in reversed(path.parents) if not p.is_dir())
        return f"{place}: no such file or folder; {writable(str(gone))} does not exist, either"
    close = difflib.get_close_matches(path.name, os.listdir(path.parent), n=1)
    return f"{place}: no such file or folder" + (f"; did you mean {writable(close[0])}?" if close else "")


_OF_A_RUN, _OF_A_MERGE = "journal.sqlite", ("records.jsonl", "manifest.json")
"""A run's folder has its journal from the first moment; a merged one has none."""


def _is_output(folder: Path) -> bool:
    """Whether a run or a merge of runs wrote this folder."""
    merged = all(os.path.isfile(folder / name) for name in _OF_A_MERGE)
    return merged or os.path.exists(folder / _OF_A_RUN)


def _below(folder: Path, root: Path, passed_over: PassedOver | None) -> Iterator[File | Failure]:
    """All files of known kinds below a folder, sorted by path. Links are followed, but not back into a folder above.

    A saved dataset is one file. Output folders of runs are passed over: they may stand among their own input.
    """
    nothing, passed = True, {} if passed_over is None else passed_over
    stack: list[tuple[Path, frozenset[tuple[int, int]]]] = [(folder, frozenset())]
    while stack:
        path, above = stack.pop()
        if not os.path.isdir(path):
            if (suffix := suffix_of(path.name)) and can_be_read(path, suffix.lower()):
                nothing = False
                yield _file(path, root)
            else:
                suffix = path.suffix.lower() or NO_SUFFIX
                passed[suffix] = passed.get(suffix, 0) + 1
            continue
        try:
            info = path.stat()
            names = sorted((n for n in os.listdir(path) if not n.startswith(".")), reverse=True)
        except OSError as error:
            nothing = False
            place = writable(str(path))
            yield failure(place, place, f"cannot be read: {error.strerror}")
            continue
        key = (info.st_dev, info.st_ino)
        if key in above or _is_output(path):
            continue
        if is_dataset(path):
            nothing = False
            yield _file(path, root)
            continue
        here = above | {key}
        stack.extend((path / name, here) for name in names)
    if nothing:
        known = " ".join(sorted(suffix for suffix in FORMATS if not suffix.endswith(PACKED)))
        raise InputError(
            f"{writable(str(folder))}: contains no articles; looked for {known} files, "
            f"also compressed ({' '.join(PACKED)}), and saved datasets"
            + (f"; {passed_over_note(passed)}" if passed else "")
        )
