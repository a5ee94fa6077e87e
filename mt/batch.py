"""Many articles in a row: each result is written as soon as it is there; a failure costs nothing but its article."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mt.config import ReportConfig
from mt.pipeline import Pipeline
from mt.records import Article, Failure, Report
from mt.reports import append_failure, write_report

FAILURES = "failures.jsonl"
"""File of the output folder that names every article that failed, with its error; absent when none did."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: numbers of articles."""

    done: int
    failed: int


def run_batch(
    pipeline: Pipeline,
    articles: Iterable[Article | Failure],
    folder: Path,
    report: ReportConfig,
    tell: Callable[[Report | Failure, tuple[Path, ...]], None],
) -> Outcome:
    """Work through `articles`, write a report for each into `folder`, and `tell` each result with its files, in order.

    Raises `OutputError` when the folder cannot be written.
    """
    failures = folder / FAILURES
    failures.unlink(missing_ok=True)
    done = failed = 0
    for result in pipeline.run(articles):
        if isinstance(result, Failure):
            failed += 1
            append_failure(result, failures)
            tell(result, ())
        else:
            paths = write_report(result, folder, report.formats)
            done += 1
            tell(result, paths)
    return Outcome(done, failed)
