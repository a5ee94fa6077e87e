"""How a run tells of itself: a bar on a terminal, now and then a line elsewhere, or JSON lines for other programs.

Stages and counts within a window come as activities. A clock of its own draws them, for a window may take minutes.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TextIO

from mt.activity import Activity, Sparing
from mt.errors import OutputError
from mt.records import Failure, Report
from mt.reports.terminal import one_line, visible
from mt.runs.plan import Listener, Progress

INTERVAL = 30.0
"""Seconds between two lines of progress where there is no terminal: a log of a day has some thousand lines."""


class Display(Listener, Protocol):
    """A listener that is closed at the end, and lets others write to the terminal."""

    def aside(self) -> AbstractContextManager[None]:
        """Within the block something else may write to stdout."""
        ...

    def close(self) -> None:
        """The run is over."""
        ...


def describe(progress: Progress) -> str:
    """The numbers of a run in one line; rates are those of this session's work."""
    parts = [f"{progress.done} done", f"{progress.failed} failed"]
    parts += [f"{progress.kept} kept"] if progress.kept else []
    if progress.segments:
        seconds = max(progress.seconds, 1e-9)
        parts += [f"{progress.segments / seconds:.1f} segments/s", f"{progress.words / seconds:.0f} words/s"]
    return ", ".join(parts)


def time_left(progress: Progress, total: int | None, now: float) -> float | None:
    """Seconds that the rest will take at the rate of this session; None before its first window is done.

    `now` is how many seconds the session has worked, `progress.seconds` how many when its last window was done.
    """
    worked = progress.done + progress.failed
    if not total or not progress.segments or not worked:
        return None
    rest = (total - progress.kept - worked) * progress.seconds / worked
    return max(0.0, rest - (now - progress.seconds))


def clock(seconds: float) -> str:
    """`1:02:03`, or `2:03` under an hour."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _failed(failure: Failure) -> str:
    """What is said of a failure: a model's error does not know which article it was."""
    where = failure.place or failure.id
    return f"failed: {failure.message if where in failure.message else f'{where}: {failure.message}'}"


class _Clock:
    """Calls `draw` every so many seconds from a thread of its own, until it is stopped."""

    def __init__(self, draw: Callable[[], None], interval: float) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(draw, interval), name="mt-clock", daemon=True)
        self._thread.start()

    def _run(self, draw: Callable[[], None], interval: float) -> None:
        while not self._stopped.wait(interval):
            draw()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()


class Lines:
    """A plain line every `interval` seconds, whether a window was done or not, and each failure when it happens."""

    def __init__(self, stream: TextIO | None = None, interval: float = INTERVAL) -> None:
        self._stream = stream or sys.stderr
        self._interval = interval
        self._next = time.monotonic() + interval
        self._progress, self._activity = Progress(), Activity("")
        self._told = ""
        self._lock = threading.Lock()
        self._clock: _Clock | None = None

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """Tell a failure."""
        if isinstance(result, Failure):
            self.note(_failed(result))

    def progress(self, progress: Progress) -> None:
        """Tell the numbers when it is time."""
        self._progress = progress
        self._draw()

    def activity(self, activity: Activity) -> None:
        """Remember it for the next line."""
        self._activity = activity
        if self._clock is None:
            self._clock = _Clock(self._draw, min(1.0, self._interval))

    def _draw(self) -> None:
        with self._lock:
            if time.monotonic() < self._next:
                return
            self._next = time.monotonic() + self._interval
            now = f"; now {self._activity}" if self._activity.stage else ""
            text = f"{describe(self._progress)}{now}"
            idle = not self._activity.total and text == self._told  # a stage without texts: said once
            self._told = text
        if not idle:
            self.note(text)

    def note(self, message: str) -> None:
        """Tell one thing."""
        print(f"mt: {one_line(message)}", file=self._stream, flush=True)

    def aside(self) -> AbstractContextManager[None]:
        """Lines are in nobody's way."""
        return nullcontext()

    def close(self) -> None:
        """Stop the clock."""
        if self._clock:
            self._clock.stop()


class Bar:
    """A bar with the stage, the rate of this session and the time left; failures are printed above it.

    It is drawn every second, so that the time that has passed is seen to pass.
    """

    def __init__(self, total: int | None = None, interval: float = 1.0) -> None:
        from tqdm import tqdm

        self._total = total
        form = "{n_fmt} articles [{elapsed}{postfix}]"
        if total is not None:
            form = "{percentage:3.0f}%|{bar:20}| {n_fmt}/{total_fmt} articles [{elapsed}{postfix}]"
        self._bar: Any = tqdm(total=total, file=sys.stderr, dynamic_ncols=True, bar_format=form, smoothing=0)
        self._progress, self._activity = Progress(), ""
        self._at = time.monotonic()
        self._clock = _Clock(self._draw, interval)

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """Tell a failure."""
        if isinstance(result, Failure):
            self.note(_failed(result))

    def progress(self, progress: Progress) -> None:
        """Move the bar."""
        self._progress, self._at = progress, time.monotonic()
        self._draw()

    def activity(self, activity: Activity) -> None:
        """Shown when the clock ticks next."""
        self._activity = str(activity)

    def _draw(self) -> None:
        p = self._progress
        left = time_left(p, self._total, p.seconds + time.monotonic() - self._at)
        parts = [self._activity] if self._activity else []
        parts += [f"{p.failed} failed"] if p.failed else []
        parts += [f"{p.kept} kept"] if p.kept else []
        parts += [f"{p.words / max(p.seconds, 1e-9):.0f} words/s"] if p.segments else []
        parts += [f"about {clock(left)} left"] if left else []
        self._bar.n = p.kept + p.done + p.failed
        self._bar.set_postfix_str(", ".join(parts), refresh=False)
        self._bar.refresh()

    def note(self, message: str) -> None:
        """Tell one thing above the bar."""
        self._bar.write(f"mt: {one_line(message)}", file=sys.stderr)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The bar makes room."""
        with self._bar.external_write_mode(file=sys.stdout):
            yield

    def close(self) -> None:
        """Stop the clock and leave the bar as it stands, without a stage."""
        self._clock.stop()
        self._activity, self._total = "", None
        self._draw()
        self._bar.close()


class JsonLines:
    """An object a line on stderr, with `time` (UTC) and `event`: failed, progress, activity, note, and `emit`'s."""

    def __init__(self, stream: TextIO | None = None, interval: float = 5.0) -> None:
        self._stream = stream or sys.stderr
        self._lock = threading.Lock()
        self._sparing = Sparing(self._activity, interval)
        self._last: Activity | None = None

    def emit(self, event: str, **values: object) -> None:
        """One line."""
        time_ = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = json.dumps({"time": time_, "event": event, **values}, ensure_ascii=False)
        with self._lock:
            print(row.encode("utf-8", "backslashreplace").decode(), file=self._stream, flush=True)

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """Tell a failure."""
        if isinstance(result, Failure):
            self.emit("failed", id=result.id, place=result.place, error=result.error, message=result.message)

    def progress(self, progress: Progress) -> None:
        """Tell the numbers after every window."""
        self.emit("progress", **asdict(progress))

    def activity(self, activity: Activity) -> None:
        """Tell stages as they begin and end, and every few seconds how far they are."""
        self._sparing(activity)

    def _activity(self, activity: Activity) -> None:
        if activity != self._last:
            self._last = activity
            self.emit("activity", **asdict(activity))

    def note(self, message: str) -> None:
        """Tell one thing."""
        self.emit("note", message=message)

    def aside(self) -> AbstractContextManager[None]:
        """Lines are in nobody's way."""
        return nullcontext()

    def close(self) -> None:
        """Nothing is open."""


def effort(report: Report) -> str:
    """What an article took: its sentences and seconds, or `kept` where an earlier run made the report."""
    if not report.timings:
        return "kept from an earlier run"
    count = len(report.translation.sentences)
    seconds = sum(timing.seconds for timing in report.timings)
    return f"{count} {'sentence' if count == 1 else 'sentences'} in {seconds:.1f} s"


class Few:
    """For a handful of articles: each with its time, and on stdout what `show` makes of its report.

    Where stdout is all that there is of the output (`required`), a run that cannot write it ends.
    """

    def __init__(self, show: Callable[[Report], str] | None, under: Display, *, required: bool = False) -> None:
        self._show = show
        self._under = under
        self._required = required
        self._closed = self._printed = False

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """Tell an article, and print it."""
        self._under.result(result, paths)
        if isinstance(result, Failure):
            return
        self.note(f"{result.article.id}: {effort(result)}")
        if self._show:
            before = "\n" if self._printed else ""
            self._print(f"{before}{self._show(result)}\n")
        self._printed = True

    def _print(self, text: str) -> None:
        """Write to stdout; the run continues when nobody reads it any more, or its encoding lacks a letter."""
        if self._closed or not text:
            return
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        text = visible(text)
        try:
            with self._under.aside():
                sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
                sys.stdout.flush()
        except (OSError, ValueError, AttributeError) as error:  # a closed pipe, a full disk; a closed or no stdout
            if self._required and isinstance(error, BrokenPipeError):
                raise
            if self._required:
                raise OutputError(f"stdout: cannot be written: {error}") from error
            self._closed = True
            why = f": {error}" if sys.stdout else ", which is closed"
            self.note(f"stdout cannot be written{why}; the run continues, and everything is in the output folder")
            discard_stdout()

    def progress(self, progress: Progress) -> None:
        """As the one below."""
        self._under.progress(progress)

    def activity(self, activity: Activity) -> None:
        """As the one below."""
        self._under.activity(activity)

    def note(self, message: str) -> None:
        """As the one below."""
        self._under.note(message)

    def aside(self) -> AbstractContextManager[None]:
        """As the one below."""
        return self._under.aside()

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
    """How many articles there will be, where that is known without parsing; None where it cannot.

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
