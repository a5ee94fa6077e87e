"""The journal of an output folder: what was worked out, and what of it stands in the output files, in one SQLite file.

Why SQLite, and not a file that only grows: what is finished becomes durable as a whole (one transaction, one fsync), a
torn write is undone by SQLite itself, look-ups need no index in memory however many articles there are, and its lock
dies with the process that holds it. Texts and JSON come in and go out as strings; only this module knows how they are
kept. See docs/BATCH.md.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from mt.errors import OutputError

FORMAT = 1
"""Version of the tables and of what stands in them; SQLite keeps it as `user_version`."""

_TABLES = """
CREATE TABLE signatures (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE translations (article BLOB, signature INTEGER, seconds REAL, value BLOB, PRIMARY KEY (article, signature));
CREATE TABLE summaries (
    article BLOB, translate INTEGER, summarize INTEGER, seconds REAL, report INTEGER, value BLOB,
    PRIMARY KEY (article, translate, summarize)
);
CREATE TABLE failures (article BLOB, signature INTEGER, value BLOB, PRIMARY KEY (article, signature));
CREATE TABLE written (
    position INTEGER PRIMARY KEY, entry BLOB, records_end INTEGER, failures_end INTEGER, error TEXT, words INTEGER,
    flags TEXT
);
"""

_ROWS = "CREATE TABLE IF NOT EXISTS rows (position INTEGER PRIMARY KEY, value BLOB)"
"""Rows of the index page; journals of format 1 have none before the first run that needs them."""

_NUMBER = "(SELECT number FROM signatures WHERE text = ?)"


class LockedError(OutputError):
    """Another process works with this journal."""


@dataclass(frozen=True, slots=True)
class KeptTranslation:
    """A translation as JSON, under the hash of its article's text and the signature of the first stage."""

    article: bytes
    signature: str
    seconds: float | None
    value: str


@dataclass(frozen=True, slots=True)
class KeptSummary:
    """A summary as JSON (`null` where the run made none), under the signatures of both stages.

    With its translation it makes a finished article; `report` is the signature that its report carries.
    """

    article: bytes
    translate: str
    summarize: str
    seconds: float | None
    report: str
    value: str


@dataclass(frozen=True, slots=True)
class KeptFailure:
    """A failure as JSON; `article` is a hash of id, place and text, for the message may name all three."""

    article: bytes
    signature: str
    value: str


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the output files for the input at `position` (from 0).

    `entry` is a hash of all that decided it; the ends are the sizes in bytes that records.jsonl and failures.jsonl have
    with it; `error` names the class of the error of a failure, and is empty for a record; `words` of the source.
    """

    position: int
    entry: bytes
    records_end: int
    failures_end: int
    error: str
    words: int
    flags: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers over all that is written: articles and words done, failures per class of error, flags per name."""

    done: int
    words: int
    errors: Mapping[str, int]
    flags: Mapping[str, int]

    @property
    def failed(self) -> int:
        """How many articles failed."""
        return sum(self.errors.values())


class Journal:
    """An open journal; no other process can open it until this one closes it or dies."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._number = cache(self._find_number)  # a run has few signatures; failed inserts are never cached

    @classmethod
    def open(cls, path: Path, *, create: bool = True) -> Self:
        """The journal at `path`; with `create` one that is missing is made.

        Raises `LockedError` when another process has it, `OutputError` when it is missing and not to be made, is no
        journal of this format, or cannot be written.
        """
        if not create and not path.is_file():
            raise OutputError(f"{path}: no such file; without its journal this is not the output folder of a run")
        with _naming_errors(path):
            connection = sqlite3.connect(path, timeout=0, isolation_level=None)
            try:
                _prepare(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def close(self) -> None:
        """Let other processes in; SQLite folds its log into the file."""
        with _naming_errors(self.path):
            self._connection.close()

    # ------------------------------------------------------------ what was worked out

    def translation(self, article: bytes, signature: str) -> KeptTranslation | None:
        """The translation made with this signature, if any."""
        row = self._row(
            f"SELECT seconds, value FROM translations WHERE article = ? AND signature = {_NUMBER}",
            (article, signature),
        )
        return row and KeptTranslation(article, signature, row[0], _unpacked(row[1]))

    def summary(self, article: bytes, translate: str, summarize: str) -> KeptSummary | None:
        """The summary made with these signatures, if any."""
        row = self._row(
            "SELECT seconds, text, value FROM summaries JOIN signatures ON number = report"
            f" WHERE article = ? AND translate = {_NUMBER} AND summarize = {_NUMBER}",
            (article, translate, summarize),
        )
        return row and KeptSummary(article, translate, summarize, row[0], row[1], _unpacked(row[2]))

    def failure(self, article: bytes, signature: str) -> KeptFailure | None:
        """How this article failed with this signature, if it did."""
        row = self._row(f"SELECT value FROM failures WHERE article = ? AND signature = {_NUMBER}", (article, signature))
        return row and KeptFailure(article, signature, _unpacked(row[0]))

    def is_empty(self) -> bool:
        """Whether nothing was ever kept here; a journal whose lines were all cut still has its translations."""
        return self._row("SELECT 1 FROM signatures LIMIT 1") is None and self.last_written() is None

    # ------------------------------------------------------------ what is written

    def written(self, position: int) -> Written | None:
        """What stands in the output files for this input, if anything."""
        row = self._row("SELECT * FROM written WHERE position = ?", (position,))
        return row and _written(row)

    def knows(self, entry: bytes) -> bool:
        """Whether an input with this hash is written, wherever it stands."""
        return self._row("SELECT 1 FROM written WHERE entry = ? LIMIT 1", (entry,)) is not None

    def index_entries(self) -> None:
        """Make `knows` quick; journals have no such index before the first run that needs it."""
        with _naming_errors(self.path):
            self._connection.execute("CREATE INDEX IF NOT EXISTS written_by_entry ON written (entry)")

    def last_written(self) -> Written | None:
        """The last input that stands in the output files."""
        row = self._row("SELECT * FROM written ORDER BY position DESC LIMIT 1")
        return row and _written(row)

    def failed(self) -> bytes:
        """A byte for each input that is written, in order: 1 where it failed, 0 where it has a record."""
        with _naming_errors(self.path):
            rows = self._connection.execute("SELECT error != '' FROM written ORDER BY position")
            return bytes(failed for (failed,) in rows)

    def totals(self) -> Totals:
        """Counts over everything that is written; SQLite counts, nothing is held in memory."""
        with _naming_errors(self.path):
            errors = dict(self._connection.execute("SELECT error, count(*) FROM written GROUP BY error"))
            flags = dict(
                self._connection.execute(
                    "SELECT flag.key, sum(flag.value) FROM written, json_each(written.flags) AS flag"
                    " GROUP BY flag.key ORDER BY flag.key"
                )
            )
        words = self._row("SELECT total(words) FROM written WHERE error = ''")
        return Totals(errors.pop("", 0), int(words[0]) if words else 0, errors, flags)

    def rows(self) -> Iterator[str | None]:
        """The row of each input that is written, failures first; None where it was not kept."""
        for sign in ("!=", "="):
            with _naming_errors(self.path):
                rows = self._connection.execute(
                    f"SELECT value FROM written LEFT JOIN rows USING (position) WHERE error {sign} '' ORDER BY position"
                )
                for (value,) in rows:
                    yield None if value is None else _unpacked(value)

    def positions(self) -> list[int]:
        """The inputs that are written, in the order of `rows`."""
        with _naming_errors(self.path):
            rows = self._connection.execute("SELECT position FROM written ORDER BY error = '', position")
            return [position for (position,) in rows]

    # ------------------------------------------------------------ changes

    def add(
        self,
        translations: Sequence[KeptTranslation],
        summaries: Sequence[KeptSummary],
        failures: Sequence[KeptFailure],
        written: Sequence[Written],
        rows: Mapping[int, str] | None = None,
    ) -> None:
        """Keep all of it or nothing; on disk when this returns."""
        number = self._number
        with _naming_errors(self.path), self._transaction():
            self._insert(
                "translations", ((t.article, number(t.signature), t.seconds, _packed(t.value)) for t in translations)
            )
            self._insert(
                "summaries",
                (
                    (s.article, number(s.translate), number(s.summarize), s.seconds, number(s.report), _packed(s.value))
                    for s in summaries
                ),
            )
            self._insert("failures", ((f.article, number(f.signature), _packed(f.value)) for f in failures))
            self._insert(
                "written",
                (
                    (w.position, w.entry, w.records_end, w.failures_end, w.error, w.words, json.dumps(w.flags))
                    for w in written
                ),
            )
            self._insert("rows", ((position, _packed(row)) for position, row in (rows or {}).items()))

    def forget_written(self, position: int) -> None:
        """Take it that nothing is written from this input on; what was worked out stays."""
        with _naming_errors(self.path), self._transaction():
            for table in ("written", "rows"):
                self._connection.execute(f"DELETE FROM {table} WHERE position >= ?", (position,))

    def forget_beyond(self, records: int, failures: int) -> None:
        """Take it that nothing is written behind these sizes of the two files, in bytes."""
        beyond = self._row(
            "SELECT min(position) FROM written WHERE records_end > ? OR failures_end > ?", (records, failures)
        )
        if beyond != (None,):
            self.forget_written(beyond[0])

    # ------------------------------------------------------------ SQLite

    def _row(self, query: str, values: Sequence[object] = ()) -> Any:
        with _naming_errors(self.path):
            return self._connection.execute(query, values).fetchone()

    def _insert(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        for row in rows:
            marks = ", ".join("?" * len(row))
            self._connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)

    def _find_number(self, signature: str) -> int:
        """A number for a signature, in a transaction: rows hold it in place of a text of some hundred letters."""
        self._connection.execute("INSERT OR IGNORE INTO signatures (text) VALUES (?)", (signature,))
        row = self._connection.execute("SELECT number FROM signatures WHERE text = ?", (signature,)).fetchone()
        return int(row[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._number.cache_clear()  # numbers given inside are taken back, too
            if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                self._connection.execute("ROLLBACK")
            raise


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Take the lock, check the format, make the tables of a new journal.

    The exclusive mode is set before the first access: then SQLite needs no shared memory, which network file systems
    lack, and keeps its lock until it closes. FULL: a commit is on disk when it returns. The cache of 512 KiB holds the
    upper pages of the indices, which is all that is read more than once (sqlite.org/pragma.html).
    """
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -512")
    connection.execute("BEGIN EXCLUSIVE")
    [version] = connection.execute("PRAGMA user_version").fetchone()
    [tables] = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if version not in (0, FORMAT) or (version == 0 and tables):
        raise OutputError(
            f"{path}: a journal of format {version}; this mt reads format {FORMAT}. Use the version of mt that "
            "made it (see manifest.json), or use another output folder"
        )
    if version == 0:
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute(_ROWS)
    connection.execute("COMMIT")


@contextmanager
def _naming_errors(path: Path) -> Iterator[None]:
    """SQLite's errors as errors of `mt` that name the path."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LockedError(f"{path}: another process works with it") from error
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise OutputError(
                f"{path}: not a journal of mt, or damaged ({error}); use another output folder, or move it away to "
                "compute everything again"
            ) from error
        raise OutputError(f"{path}: cannot be used: {error}; is the disk full, or the folder read-only?") from error


def _written(row: Sequence[Any]) -> Written:
    position, entry, records_end, failures_end, error, words, flags = row
    return Written(position, entry, records_end, failures_end, error, words, json.loads(flags))


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode(), 6)


def _unpacked(data: bytes) -> str:
    return zlib.decompress(data).decode()
