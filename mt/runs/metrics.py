"""Numbers of a run for monitoring: a file in Prometheus' text format, as node_exporter's textfile collector reads."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from mt.activity import Activity
from mt.errors import OutputError
from mt.files import write_whole
from mt.records import Failure, Report
from mt.runs.plan import Progress
from mt.runs.progress import Display

INTERVAL = 5.0
"""Seconds between two writings of the file."""


class Metrics:
    """Writes the numbers whenever they changed, at most every `interval` seconds; tells the display below as well.

    The file is replaced whole. Raises `OutputError` when it cannot be written at the start; later that is said once,
    and the run goes on.
    """

    def __init__(self, path: Path, under: Display, interval: float = INTERVAL) -> None:
        self._path, self._under, self._interval = path, under, interval
        self._registry = CollectorRegistry()
        self._lock = threading.Lock()
        self._next = 0.0
        self._told = False
        self._articles = self._gauge("mt_articles", "Articles of this run by state", "state")
        self._numbers = {
            name: self._gauge(f"mt_{name}", about)
            for name, about in (
                ("segments", "Segments translated or summarized in this session"),
                ("source_words", "Words of the articles worked on in this session"),
                ("working_seconds", "Seconds since the first window that needed work"),
                ("running", "1 while the run is in progress, 0 when it has ended"),
                ("updated_timestamp_seconds", "When this file was written, Unix time"),
            )
        }
        self._stage = self._gauge("mt_stage_texts", "Texts of the stage that is worked on", "stage", "state")
        self._numbers["running"].set(1)
        if not path.parent.is_dir():
            raise OutputError(f"{path}: cannot be written: its folder does not exist")
        self._write()

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(name, about, labels, registry=self._registry)

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """As the one below."""
        self._under.result(result, paths)

    def progress(self, progress: Progress) -> None:
        """Count, and tell below."""
        for state in ("done", "failed", "kept"):
            self._articles.labels(state).set(getattr(progress, state))
        self._numbers["segments"].set(progress.segments)
        self._numbers["source_words"].set(progress.words)
        self._numbers["working_seconds"].set(progress.seconds)
        self._changed()
        self._under.progress(progress)

    def activity(self, activity: Activity) -> None:
        """Count, and tell below."""
        with self._lock:
            self._stage.clear()
            # Without the model that is loaded: a label has few values.
            name = activity.stage.partition(" (")[0]
            self._stage.labels(name, "done").set(activity.done)
            self._stage.labels(name, "all").set(activity.total)
        self._changed()
        self._under.activity(activity)

    def note(self, message: str) -> None:
        """As the one below."""
        self._under.note(message)

    def aside(self) -> AbstractContextManager[None]:
        """As the one below."""
        return self._under.aside()

    def close(self) -> None:
        """Write that the run is over."""
        self._numbers["running"].set(0)
        self._next = 0.0
        self._changed()
        self._under.close()

    def _changed(self) -> None:
        with self._lock:
            if time.monotonic() < self._next:
                return
            self._next = time.monotonic() + self._interval
            try:
                self._write()
            except OutputError as error:
                if not self._told:
                    self._told = True
                    self._under.note(f"{error}; the run continues")

    def _write(self) -> None:
        self._numbers["updated_timestamp_seconds"].set(time.time())
        write_whole(self._path, generate_latest(self._registry).decode())
