"""Writing: a finished article in each wanted format, each file whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from mt.files import write_whole
from mt.records import Report, ReportFormat
from mt.reports.json import report_as_json
from mt.reports.names import file_name
from mt.reports.text import as_markdown, as_text


def write_report(report: Report, folder: Path, formats: Sequence[ReportFormat], index: str = "") -> tuple[Path, ...]:
    """Write `folder/<name>.<format>` for each format; the paths, in the order of `formats`.

    `index` is the relative URL of the run's index page, which HTML reports link to.

    The folder is made when missing. Each file appears whole or not at all (written aside, then renamed), and replaces
    an older one. One process at a time may write the report of one article.

    Raises `OutputError` that names the path when the disk is full or the place cannot be written.
    """
    name = file_name(report.article.id)
    return tuple(write_whole(folder / f"{name}.{kind}", _rendered(report, kind, index)) for kind in formats)


def _rendered(report: Report, kind: ReportFormat, index: str) -> str:
    if kind == "html":
        from mt.reports.pages import as_html  # Jinja2 is loaded by runs that write pages only

        return as_html(report, index)
    return _TEXTS[kind](report)


_TEXTS: dict[ReportFormat, Callable[[Report], str]] = {"json": report_as_json, "md": as_markdown, "txt": as_text}
