"""How a run tells of itself: a bar on a terminal, now and then a line elsewhere, or JSON lines for other programs."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from mt.errors import OutputError
from mt.records import Failure, Report
from mt.runs.batch import Progress

INTERVAL = 30.0
"""Seconds between two lines of progress where there is no terminal: a log of a day has some thousand lines."""


def describe(progress: Progress) -> str:
    """The numbers of a run in one line; rates are over the whole run."""
    seconds = max(progress.seconds, 1e-9)
    parts = [f"{progress.done} done", f"{progress.failed} failed"]
    parts += [f"{progress.kept} kept"] if progress.kept else []
    parts += [f"{progress.segments / seconds:.1f} segments/s", f"{progress.words / seconds:.0f} words/s"]
    return ", ".join(parts)


def _failed(failure: Failure) -> str:
    """What is said of a failure: a model's error does not know which article it was."""
    where = failure.place or failure.id
    return f"failed: {failure.message if where in failure.message else f'{where}: {failure.message}'}"


class Lines:
    """A plain line every `interval` seconds, and each failure when it happens."""

    def __init__(self, stream: TextIO | None = None, interval: float = INTERVAL) -> None:
        self._stream = stream or sys.stderr
        self._interval = interval
        self._next = time.monotonic() + interval

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """Tell a failure."""
        if isinstance(result, Failure):
            self.note(_failed(result))

    def progress(self, progress: Progress) -> None:
        """Tell the numbers when it is time."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._interval
            self.note(describe(progress))

    def note(self, message: str) -> None:
        """Tell one thing."""
        print(f"mt: {message}", file=self._stream, flush=True)

    def close(self) -> None:
        """Nothing is open."""


class Bar:
    """A bar with rates, and the time left where the number of articles is known; failures are told above it."""

    def __init__(self, total: int | None = None) -> None:
        from tqdm import tqdm

        self._bar: Any = tqdm(total=total, unit=" articles", file=sys.stderr, dynamic_ncols=True)

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """Tell a failure."""
        if isinstance(result, Failure):
            self.note(_failed(result))

    def progress(self, progress: Progress) -> None:
        """Move the bar; what an earlier run wrote does not count for the time left."""
        seen = progress.done + progress.failed
        if self._bar.initial != progress.kept:
            self._bar.initial = progress.kept
        self._bar.n = progress.kept + seen
        self._bar.set_postfix_str(describe(progress))

    def note(self, message: str) -> None:
        """Tell one thing above the bar."""
        self._bar.write(f"mt: {message}", file=sys.stderr)

    def close(self) -> None:
        """Leave the bar as it stands."""
        self._bar.close()


class JsonLines:
    """An object a line on stderr, with `time` (UTC) and `event`: failed, progress, note, and those of `emit`."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr

    def emit(self, event: str, **values: object) -> None:
        """One line."""
        time_ = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = json.dumps({"time": time_, "event": event, **values}, ensure_ascii=False)
        print(row.encode("utf-8", "backslashreplace").decode(), file=self._stream, flush=True)

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """Tell a failure."""
        if isinstance(result, Failure):
            self.emit("failed", id=result.id, place=result.place, error=result.error, message=result.message)

    def progress(self, progress: Progress) -> None:
        """Tell the numbers after every window."""
        self.emit("progress", **asdict(progress))

    def note(self, message: str) -> None:
        """Tell one thing."""
        self.emit("note", message=message)

    def close(self) -> None:
        """Nothing is open."""


class Few:
    """For a handful of articles: each with its time, and its files to stdout; `show` prints the reports as well.

    Where stdout is all that there is of the output (`required`), a run that cannot write it ends.
    """

    def __init__(
        self, show: Callable[[Report], str] | None, under: Lines | Bar | JsonLines, *, required: bool = False
    ) -> None:
        self._show = show
        self._under = under
        self._required = required
        self._closed = self._printed = False

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """Tell an article, and print where its reports are."""
        self._under.result(result, paths)
        if isinstance(result, Failure):
            return
        seconds = sum(timing.seconds for timing in result.timings)
        self.note(f"{result.article.id}: {len(result.translation.segments)} segments in {seconds:.1f} s")
        lines = [*map(str, paths)]
        if self._show:
            lines += ["", self._show(result)] if lines or self._printed else [self._show(result)]
        self._print("".join(f"{line}\n" for line in lines))
        self._printed = True

    def _print(self, text: str) -> None:
        """Write to stdout; the run goes on when nobody reads it any more, or its encoding lacks a letter."""
        if self._closed or not text:
            return
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        try:
            sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
            sys.stdout.flush()
        except (OSError, ValueError, AttributeError) as error:  # a closed pipe, a full disk; a closed or no stdout
            if self._required and isinstance(error, BrokenPipeError):
                raise
            if self._required:
                raise OutputError(f"stdout: cannot be written: {error}") from error
            self._closed = True
            self.note(f"stdout cannot be written ({error}); the run goes on, everything is in the output folder")
            discard_stdout()

    def progress(self, progress: Progress) -> None:
        """As the one below."""
        self._under.progress(progress)

    def note(self, message: str) -> None:
        """As the one below."""
        self._under.note(message)

    def close(self) -> None:
        """As the one below."""
        self._under.close()


def discard_stdout() -> None:
    """Send what stdout still holds nowhere: without this Python would complain when it closes it at its end."""
    try:
        number = sys.stdout.fileno()
    except (OSError, ValueError, AttributeError):
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, number)
    os.close(null)


_ONE, _LINES = frozenset({".txt", ".text", ".md"}), frozenset({".jsonl", ".ndjson"})


def expected(sources: Sequence[str]) -> int | None:
    """How many articles there will be, where that can be told without parsing; None where it cannot.

    A text file is one, JSON Lines has one a line, a folder has what is below it. For the time left, nothing else.
    """
    total = 0
    for source in sources:
        path = Path(source)
        below = [path] if path.is_file() else list(path.rglob("*")) if path.is_dir() else []
        files = [file for file in below if file.is_file() and not file.name.startswith(".")]
        if not files or any(file.suffix.lower() not in _ONE | _LINES for file in files):
            return None
        total += sum(1 if file.suffix.lower() in _ONE else _newlines(file) for file in files)
    return total


def _newlines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
