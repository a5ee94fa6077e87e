"""Reading: sources, references and outputs from text, TSV, JSON Lines and the reports of `mt run`.

A place is `FILE` or `FILE#FIELD`: for TSV the number of a column from 1, for JSON Lines a field, with dots for what
lies deeper (`outputs.bart`). Plain text is a sentence a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from mt.errors import InputError
from mt.evaluation.doubts import Checked
from mt.evaluation.scores import Kind
from mt.records import Report
from mt.reports.json import report_from_json
from mt.runs.folder import RECORDS

Role: TypeAlias = Literal["source", "reference", "hypothesis"]

_TSV_COLUMN = {"source": "1", "reference": "2", "hypothesis": "1"}


@dataclass(frozen=True, slots=True)
class Column:
    """Texts with where they are from; `ids` is empty when only their order is known, else there is one for each.

    What comes from reports also brings what the models were given (`sources`) and what the run's checks said
    (`checked`), one for each text; both are empty otherwise.
    """

    place: str
    texts: tuple[str, ...]
    ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    checked: tuple[Checked, ...] = ()
    made_by: str = ""


def read_column(place: str, role: Role, kind: Kind) -> Column:
    """The texts at a place, in the order of the file.

    A folder of `mt run`, its `records.jsonl` and single reports give their translations or summaries. Raises
    `InputError` with file and line for what cannot be read.
    """
    path, field = _parted(place)
    if path.is_dir():
        return _from_folder(path, kind)
    text = _text(path)
    match path.suffix.lower():
        case ".tsv":
            return Column(str(path), tuple(_cells(path, text, field or _TSV_COLUMN[role])))
        case ".jsonl" | ".json":
            if not field and _is_report(text):
                rows = text.splitlines() if path.suffix.lower() == ".jsonl" else [text]
                return _from_reports([(f"{path}:{line}", row) for line, row in _numbered(rows)], str(path), kind)
            return _from_objects(path, text, field or role)
        case _ if field:
            raise InputError(f"{place}: a field (#{field}) is for .tsv and .jsonl; {path.name} is read a line a text")
        case _:
            return Column(str(path), tuple(_lines(text)))


def align(column: Column, references: Column) -> Column:
    """The column in the order of the references: by ids where both have them, else one for one.

    Texts that no reference asks for are left out. Raises `InputError` when some are missing, with both counts.
    """
    own, wanted = len(column.texts), len(references.texts)
    if column.ids and references.ids:
        at = {identity: index for index, identity in enumerate(column.ids)}
        if missing := [identity for identity in references.ids if identity not in at]:
            some = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
            raise InputError(
                f"{column.place}: {len(missing)} of {wanted} ids in {references.place} are not among its {own}: {some}"
            )
        return _picked(column, [at[identity] for identity in references.ids])
    if column.checked and column.ids:
        raise InputError(
            f"{column.place}: reports are matched with references by article id, and {references.place} has no ids; "
            'expected JSON Lines with "id" beside the reference'
        )
    if own != wanted:
        raise InputError(f"{column.place} has {own} texts and {references.place} has {wanted}; expected as many")
    return column


def _picked(column: Column, indices: Sequence[int]) -> Column:
    def pick(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(values[index] for index in indices) if values else ()

    return replace(
        column,
        texts=pick(column.texts),
        ids=pick(column.ids),
        sources=pick(column.sources),
        checked=pick(column.checked),
    )


# ---------------------------------------------------------------- files


def _parted(place: str) -> tuple[Path, str]:
    """Path and field; a file that has `#` in its name is taken as it is."""
    path, mark, field = place.rpartition("#")
    return (Path(path), field) if mark and not Path(place).exists() else (Path(place), "")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None


def _lines(text: str) -> list[str]:
    """Lines end at newlines only: other marks that Python takes for line ends occur inside sentences."""
    return [line.strip() for line in text.removesuffix("\n").split("\n")] if text else []


def _numbered(rows: Sequence[str]) -> Iterator[tuple[int, str]]:
    return ((line, row) for line, row in enumerate(rows, 1) if row.strip())


def _cells(path: Path, text: str, column: str) -> Iterator[str]:
    """A column of tab-separated lines; quotes are letters here, as in all parallel corpora."""
    if not column.isdecimal() or int(column) == 0:
        raise InputError(f"{path}: found column {column!r}, expected a whole number, at least 1")
    for line, row in enumerate(text.split("\n"), 1):
        if not row.strip(" \r"):  # a row of empty cells is one
            continue
        cells = row.rstrip("\r").split("\t")
        if len(cells) < int(column):
            raise InputError(f"{path}:{line}: found {len(cells)} columns, expected column {column}")
        yield cells[int(column) - 1].strip()


def _from_objects(path: Path, text: str, field: str) -> Column:
    objects = [(f"{path}:{line}", _object(row, f"{path}:{line}")) for line, row in _numbered(text.split("\n"))]
    texts = tuple(_field(value, field, place) for place, value in objects)
    ids = tuple(str(value["id"]) for _, value in objects if "id" in value)
    return Column(str(path), texts, _different(ids, str(path)) if len(ids) == len(texts) else ())


def _object(row: str, place: str) -> dict[str, Any]:
    try:
        value = json.loads(row)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InputError(f"{place}: found {type(value).__name__}, expected an object on each line")
    return value


def _field(value: dict[str, Any], field: str, place: str) -> str:
    inner: Any = value
    for key in field.split("."):
        if not isinstance(inner, dict) or key not in inner:
            known = ", ".join(inner) if isinstance(inner, dict) else "no fields"
            raise InputError(f"{place}: no field {field!r}; found {known}; name one as {Path(place).name}#FIELD")
        inner = inner[key]
    if not isinstance(inner, str):
        raise InputError(f"{place}: {field}: found {type(inner).__name__}, expected a text")
    return inner


def _different(ids: tuple[str, ...], place: str) -> tuple[str, ...]:
    seen: set[str] = set()
    for identity in ids:
        if identity in seen:
            raise InputError(f"{place}: the id {identity!r} appears twice")
        seen.add(identity)
    return ids


# ---------------------------------------------------------------- reports


def _is_report(text: str) -> bool:
    """Whether a file begins like a report of mt."""
    return text.lstrip("{ \r\n\t").startswith('"format":')


def _from_folder(folder: Path, kind: Kind) -> Column:
    records = folder / RECORDS
    if records.is_file():
        return read_column(str(records), "hypothesis", kind)
    files = sorted(folder.glob("*.json"))
    if not files:
        raise InputError(f"{folder}: found no {RECORDS} and no reports (*.json)")
    return _from_reports([(str(path), _text(path)) for path in files], str(folder), kind)


def _from_reports(rows: Sequence[tuple[str, str]], place: str, kind: Kind) -> Column:
    reports = []
    for where, row in rows:
        try:
            reports.append(report_from_json(row))
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
    return column_of_reports(reports, place, kind)


def column_of_reports(reports: Sequence[Report], place: str, kind: Kind) -> Column:
    """The translations or the summaries of reports, with what they were made from and the flags they carry.

    Raises `InputError` where a summary is wanted and a report has none.
    """
    ids = _different(tuple(report.article.id for report in reports), place)
    made_by = " / ".join(dict.fromkeys(report.signature for report in reports))
    if kind == "translation":
        texts = tuple(" ".join(report.translation.text.split()) for report in reports)
        checked = tuple(Checked.of([s.flags for s in report.translation.segments]) for report in reports)
        return Column(place, texts, ids, tuple(report.article.text for report in reports), checked, made_by)
    summaries = [(report.article.id, report.summary) for report in reports]
    if without := [identity for identity, summary in summaries if summary is None]:
        raise InputError(
            f"{place}: {len(without)} of {len(reports)} reports have no summary, the first is {without[0]!r}"
        )
    present = [summary for _, summary in summaries if summary is not None]
    # What is wrong with a summary as a whole is wrong with each of its sentences.
    checked = tuple(Checked.of([(*s.flags, *summary.flags) for s in summary.sentences]) for summary in present)
    sources = tuple(report.translation.text for report in reports)
    return Column(place, tuple(summary.text for summary in present), ids, sources, checked, made_by)
