"""The output folder of a batch run: records and failures as JSON Lines that always agree with the journal beside them.

The rule that survives a kill: lines are on disk before the journal says so, and on opening, whatever the journal does
not know of is cut off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Self, get_args

from mt.errors import InputError, OutputError
from mt.files import write_whole, writing
from mt.records import Json, ReportFormat
from mt.reports.names import file_name
from mt.runs.journal import Journal, KeptFailure, KeptSummary, KeptTranslation, LockedError, Totals, Written
from mt.runs.parquet import write_parquet

RECORDS, FAILURES, PARQUET = "records.jsonl", "failures.jsonl", "records.parquet"
MANIFEST, JOURNAL, REPORTS = "manifest.json", "journal.sqlite", "reports"


@dataclass(frozen=True, slots=True)
class Line:
    """One input's line, without the newline, and what the journal notes of it (see `mt.runs.journal.Written`).

    `row` is what the index shows of it (`mt.reports.pages.Row`), as JSON; empty where the run has no index.
    """

    position: int
    entry: bytes
    text: str
    error: str
    words: int
    flags: Mapping[str, int]
    row: str = ""


class LinesFile:
    """A file that grows by whole lines and can be cut; `end` is its size in bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with writing(path):
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
            self.end = os.fstat(self._file).st_size

    def append(self, lines: Sequence[str]) -> list[int]:
        """Add lines, on disk when this returns; the size of the file behind each. What fails leaves the file as it was.

        Raises `OutputError` that names the path.
        """
        rows = [f"{line}\n".encode() for line in lines]
        ends = [self.end + size for size in accumulate(map(len, rows))]
        data = memoryview(b"".join(rows))
        start = self.end
        try:
            with writing(self.path):
                while data:
                    size = os.write(self._file, data)
                    data = data[size:]
                os.fsync(self._file)
        except BaseException:
            self.cut(start)
            raise
        self.end = ends[-1] if ends else start
        return ends

    def cut(self, end: int) -> None:
        """Drop what stands behind this size. A file that ends there already keeps its time of change."""
        with writing(self.path):
            if os.fstat(self._file).st_size != end:
                os.ftruncate(self._file, end)
            self.end = end

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


class OutputFolder:
    """An output folder, locked for this process; a context manager that lets it go."""

    def __init__(self, path: Path) -> None:
        """Make or open the folder and bring its files to where its journal says they end.

        Raises `OutputError` when it cannot be written, another run works in it, or its records are not the journal's.
        """
        self.path = path
        if os.path.lexists(path) and not path.is_dir():
            raise OutputError(f"{path}: cannot be written: found a file or a broken link, expected a folder")
        with writing(path):
            path.mkdir(parents=True, exist_ok=True)
            _refuse_foreign(path)
        self.journal = _locked(path)
        try:
            self.records = LinesFile(path / RECORDS)
            self.failures = LinesFile(path / FAILURES)
            self._refuse_strange_journal()
            self._agree()
        except BaseException:
            self.journal.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything; a file of failures without any is removed."""
        self.records.close()
        self.failures.close()
        try:
            if self.failures.end == 0:
                with writing(self.failures.path):
                    self.failures.path.unlink(missing_ok=True)
        finally:
            self.journal.close()

    def _agree(self) -> None:
        """A killed run leaves lines that the journal does not know; a lost disk may leave fewer than it knows."""
        self.journal.forget_beyond(self.records.end, self.failures.end)
        last = self.journal.last_written()
        self.records.cut(last.records_end if last else 0)
        self.failures.cut(last.failures_end if last else 0)

    def _refuse_strange_journal(self) -> None:
        """An empty journal beside the records of a run that got somewhere is not theirs: it would cut them off."""
        if (self.records.end or self.failures.end) and self.journal.is_empty() and not self._is_at_its_start():
            raise OutputError(
                f"{self.path / JOURNAL}: knows nothing of the records beside it. Remove it when this folder was made "
                "by mt merge; otherwise use another output folder"
            )

    def _is_at_its_start(self) -> bool:
        """Whether the manifest is that of a run which was killed within its first window: these lines may go."""
        try:
            articles = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))["articles"]
            return not (articles["done"] or articles["failed"])
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def cut(self, position: int) -> bool:
        """Drop the lines of this input and all behind it; False when there were none.

        The journal first: when the process dies in between, opening the folder cuts the files.
        """
        if self.journal.written(position) is None:
            return False
        self.journal.forget_written(position)
        self._agree()
        return True

    def add(
        self,
        lines: Sequence[Line],
        translations: Sequence[KeptTranslation],
        summaries: Sequence[KeptSummary],
        failures: Sequence[KeptFailure],
    ) -> None:
        """Write the lines of a window and note them with what was worked out: all of it or nothing.

        Raises `OutputError` that names the path.
        """
        starts = self.records.end, self.failures.end
        try:
            record_ends = iter(self.records.append([line.text for line in lines if not line.error]))
            failure_ends = iter(self.failures.append([line.text for line in lines if line.error]))
            written = []
            at = starts
            for line in lines:
                at = (at[0], next(failure_ends)) if line.error else (next(record_ends), at[1])
                written.append(Written(line.position, line.entry, *at, line.error, line.words, line.flags))
            rows = {line.position: line.row for line in lines if line.row}
            self.journal.add(translations, summaries, failures, written, rows)
        except BaseException:
            self.records.cut(starts[0])
            self.failures.cut(starts[1])
            raise

    def ids_from(self, position: int) -> Iterator[str]:
        """The ids of the articles whose records stand for this input and all behind it."""
        before = self.journal.written(position - 1)
        with writing(self.records.path), self.records.path.open("rb") as lines:
            lines.seek(before.records_end if before else 0)
            for line in lines:
                yield json.loads(line)["article"]["id"]

    def remove_reports(self, article_id: str) -> None:
        """Remove an article's own files, in every format: without a record they would look like this run's."""
        name = file_name(article_id)
        for kind in get_args(ReportFormat):
            path = self.path / REPORTS / f"{name}.{kind}"
            with writing(path):
                path.unlink(missing_ok=True)

    def totals(self) -> Totals:
        """Counts over all that is written."""
        return self.journal.totals()

    def write_manifest(self, values: Mapping[str, Json]) -> None:
        """Replace manifest.json, whole or not at all."""
        write_whole(self.path / MANIFEST, json.dumps(values, ensure_ascii=False, indent=2) + "\n")

    def write_parquet(self) -> None:
        """records.parquet from records.jsonl, whole or not at all; a row group at a time is in memory."""
        write_parquet(self.path / RECORDS, self.path / PARQUET)


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keeps runs out of a folder that has a journal, and changes nothing in it.

    Raises `OutputError` when another process works in it.
    """
    journal = _locked(folder, create=False)
    try:
        yield
    finally:
        journal.close()


def _locked(folder: Path, *, create: bool = True) -> Journal:
    try:
        return Journal.open(folder / JOURNAL, create=create)
    except LockedError as error:
        raise OutputError(_in_use(folder)) from error


def _in_use(folder: Path) -> str:
    try:
        process = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["process"]
        who = f"process {process['pid']} on {process['host']}, started {process['started']}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "another process"  # it has the lock and has not written its manifest yet
    return f"{folder}: another run is using this folder ({who}); wait for it, stop it, or use another folder"


def _refuse_foreign(folder: Path) -> None:
    """Records without a journal: cutting them off would destroy what nothing can bring back."""
    for name in (RECORDS, FAILURES):
        path = folder / name
        if not (folder / JOURNAL).exists() and path.exists() and path.stat().st_size:
            raise OutputError(
                f"{path}: found without a {JOURNAL}, as mt merge leaves it; use another output folder, or move it away"
            )


def refuse_own_output(inputs: Sequence[str], folder: Path) -> None:
    """Raise `InputError` for an input that is the output folder itself, or a file that the run would write over."""
    for name in inputs:
        if _is_same(name, folder):
            raise InputError(
                f"{name}: is an input and the output folder, too; write to another one, such as {name}/out"
            )
        if any(_is_same(name, folder / own) for own in (RECORDS, FAILURES, REPORTS)):
            raise InputError(f"{name}: belongs to the output folder and would be written over; use another -o")


def _is_same(name: str, path: Path) -> bool:
    try:
        return os.path.samefile(name, path)
    except (OSError, ValueError):  # one of them is missing, or no path at all
        return False
