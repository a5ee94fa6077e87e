"""What readers open in an output folder, made from its records alone: the index page, and reports made again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args
from urllib.parse import quote

from mt.errors import InputError
from mt.files import write_whole
from mt.records import Failure, Report, ReportFormat
from mt.reports.json import report_from_json, value_from_json
from mt.reports.names import file_name
from mt.reports.writing import write_report
from mt.runs.folder import FAILURES, JOURNAL, MANIFEST, PARQUET, RECORDS, REPORTS, OutputFolder, hold
from mt.runs.journal import Journal
from mt.runs.parquet import write_parquet

if TYPE_CHECKING:
    from mt.reports.pages import Facts, Row

INDEX = "index.html"

_READABLE: tuple[ReportFormat, ...] = ("html", "md", "txt", "json")
"""Which report of an article the index leads to: the first of these that there is."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was made from records: articles with reports, articles that had failed, and the index."""

    done: int
    failed: int
    index: Path


def publish_index(folder: Path, formats: Sequence[ReportFormat]) -> Published:
    """Write `folder/index.html` from the records, failures and manifest there; a small row an article is in memory.

    It leads to the reports in the first of html, md, txt, json that is among `formats`. Failed articles stand first,
    the others in the order of the inputs. Times are left out: the same inputs and settings give the same bytes.

    Raises `InputError` that names file and line when a record cannot be read, `OutputError` when the page cannot be
    written.
    """
    return _publish(folder, formats, ())


def publish(folder: Path, formats: Sequence[ReportFormat] | None = None, *, parquet: bool = False) -> Published:
    """Write the reports of all records again, in the formats given or else in those of the run, and the index.

    No model is loaded. The folder may be that of a run or of a merge; a run that is going on in it is an error.

    Raises `InputError` when there are no records or one cannot be read, `OutputError` when the folder cannot be written
    or another process works in it.
    """
    if not (folder / RECORDS).exists():
        raise InputError(f"{folder / RECORDS}: no such file; expected the output folder of mt run or mt merge")
    of_the_run = about_run(folder).formats
    wanted = (of_the_run or ("html",)) if formats is None else tuple(formats)
    with _alone(folder):
        published = _publish(folder, (*wanted, *of_the_run), wanted)
        if parquet:
            write_parquet(folder / RECORDS, folder / PARQUET)
    return published


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the lock of a run's folder; a merged one has no journal, and so none."""
    if not (folder / JOURNAL).exists():
        yield
        return
    with hold(folder):
        yield


def publish_run(run: OutputFolder, formats: Sequence[ReportFormat]) -> Published:
    """Write the index of an open run as `publish_index` does, from the rows in its journal.

    Where rows are missing (of a run without an index) or of another version, all are made from the records, and kept.
    """
    try:
        return _write_index(run.path, formats, _kept_rows(run.journal))
    except _RowsMissing:
        return _write_index(run.path, formats, _keep_rows(run.journal, _rows(run.path)))


class _RowsMissing(Exception):
    """A journal does not have the row of each input."""


def _kept_rows(journal: Journal) -> Iterator[Row]:
    from mt.reports.pages import Row

    for text in journal.rows():
        row = Row.from_json(text) if text else None
        if row is None:
            raise _RowsMissing
        yield row


def _keep_rows(journal: Journal, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as they come, put into the journal a few at a time."""
    pairs = zip(journal.positions(), rows, strict=True)
    while some := list(islice(pairs, 256)):
        journal.add([], [], [], [], {position: row.to_json() for position, row in some})
        yield from (row for _, row in some)


def index_row(result: Report | Failure) -> str:
    """What the index shows of an article, as a run keeps it."""
    from mt.reports.pages import Row

    return Row.of(result).to_json()


def _publish(folder: Path, linked: Sequence[ReportFormat], written: Sequence[ReportFormat]) -> Published:
    return _write_index(folder, linked, _rows(folder, written))


def _rows(folder: Path, written: Sequence[ReportFormat] = ()) -> Iterator[Row]:
    """The rows of all failures and records, whose reports are written on the way."""
    from mt.reports.pages import Row

    for failure in _lines(folder / FAILURES, lambda line: value_from_json(Failure, line)):
        yield Row.of(failure)
    for report in _lines(folder / RECORDS, report_from_json):
        if written:
            write_report(report, folder / REPORTS, written, f"../{INDEX}")
        yield Row.of(report)


def _write_index(folder: Path, formats: Sequence[ReportFormat], rows: Iterable[Row]) -> Published:
    from mt.reports.pages import Tally, index_page

    kind = next((kind for kind in _READABLE if kind in formats), None)
    tally = Tally()
    for row in rows:
        link = quote(f"{REPORTS}/{file_name(row.id)}.{kind}") if kind and not row.error else ""
        tally.add(replace(row, link=link))
    page = index_page(tally, about_run(folder).facts(folder))
    return Published(tally.done, tally.failed, write_whole(folder / INDEX, page))


T = TypeVar("T")


def _lines(path: Path, read: Callable[[str], T]) -> Iterator[T]:
    """What the whole lines of a file hold; one that a killed run left unfinished is no line."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith("\n"):
                return
            try:
                value = read(line)
            except (ValueError, InputError) as error:
                raise InputError(f"{path}:{number}: {error}") from None
            yield value


# ---------------------------------------------------------------- the manifest

_STATES = {
    "done": "",
    "interrupted": "The run was interrupted: articles may be missing here. Run the same command to resume it.",
    "failed": "The run stopped with an error: articles may be missing here. Run the same command to resume it.",
    "running": "The run is not finished: articles may be missing here. Run the same command to resume it.",
}


@dataclass(frozen=True, slots=True)
class About:
    """What the page tells of a run. Times of day and of this process are left out: they are not the records'."""

    inputs: tuple[str, ...] = ()
    state: str = "done"
    formats: tuple[ReportFormat, ...] = ()
    details: tuple[tuple[str, str], ...] = ()

    def facts(self, folder: Path) -> Facts:
        """As the page shows them; a run without inputs by name goes by its folder."""
        from mt.reports.pages import Facts

        names = [Path(name).name or name for name in self.inputs] or [folder.resolve().name]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return Facts(", ".join(names[:3]) + more, _STATES.get(self.state, self.state), self.details)


def about_run(folder: Path) -> About:
    """What the manifest says of a run; nothing where there is none that can be read."""
    try:
        values: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        formats = values["configuration"]["report"]["formats"]
        return About(
            tuple(map(str, values["inputs"])),
            str(values["state"]),
            tuple(kind for kind in get_args(ReportFormat) if kind in formats),
            tuple(_details(values)),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return About()


def _details(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Inputs", ", ".join(map(str, values["inputs"]))
    if values["shard"]:
        yield "Shard", str(values["shard"])
    if values["failures"]:
        yield "Failures", ", ".join(f"{name}: {count}" for name, count in values["failures"].items())
    yield "Models", ", ".join(map(str, values["models"]))
    yield "Versions", ", ".join(f"{name} {version}" for name, version in values["versions"].items())
    yield "Settings", str(values["signature"])
