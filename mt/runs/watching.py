"""A folder that fills: its new files are worked on as they come, into one output folder, until a signal ends it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeAlias

from mt.activity import Activity
from mt.reading.articles import Accept, files_of
from mt.records import Article, Failure, Report, Task
from mt.runs.batch import run_batch
from mt.runs.executors import Executor, Results, never
from mt.runs.plan import Listener, Outcome, Plan, Progress

Read: TypeAlias = Callable[[Accept], Iterable[Article | Failure]]
"""The articles of the inputs, but only of the files that it is given a test for."""

WAITING = Activity("waiting for files")
"""What `watch` does between rounds; it says so at every look, which shows that it is alive."""

_STEP = 0.2
"""Seconds between two looks at whether a signal came."""


def watch(
    sources: Sequence[str],
    read: Read,
    folder: Path,
    plan: Plan,
    executor: Executor,
    listener: Listener,
    stopped: Callable[[], bool],
    *,
    interval: float = 10.0,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Look at `sources` every `interval` seconds and append the articles of new files to `folder`, until `stopped`.

    A file is read when its size and time of change stayed the same from one look to the next, so that one that is still
    being written waits. Each round is a run of its own with `Plan.append`: killed and started again, it goes on; the
    models stay loaded between rounds. Articles already in the folder are known by their content.

    Raises what `run_batch` raises; what it cannot read is a failure of that file alone.
    """
    plan = replace(plan, append=True)
    lasting, rounds = _Lasting(executor), _Rounds(listener)
    seen: dict[Path, _State] = {}
    finished: dict[Path, _State] = {}
    outcome = None
    try:
        while True:
            now = dict(_states(files_of(sources)))
            new = {path for path, state in now.items() if seen.get(path) == state and finished.get(path) != state}
            if new or outcome is None:
                outcome = run_batch(read(new.__contains__) if new else (), folder, plan, lasting, rounds, stopped)
                rounds.end()
                finished |= {path: now[path] for path in new}
                if outcome.interrupted or (plan.strict and outcome.failed):
                    return outcome
                if new:
                    rounds.note(f"{outcome.done} done, {outcome.failed} failed; waiting for more files")
            seen = now
            rounds.activity(WAITING)
            if _rest(interval, stopped, sleep):
                return outcome
    finally:
        executor.close()


_State: TypeAlias = tuple[int, int]
"""Size in bytes and time of change in nanoseconds."""


def _states(paths: Iterable[Path]) -> Iterator[tuple[Path, _State]]:
    for path in paths:
        try:
            status = path.stat()
        except OSError:  # gone between listing and looking
            continue
        yield path, (status.st_size, status.st_mtime_ns)


def _rest(seconds: float, stopped: Callable[[], bool], sleep: Callable[[float], None]) -> bool:
    """Wait; True as soon as the run is to end."""
    end = time.monotonic() + seconds
    while not stopped():
        if (left := end - time.monotonic()) <= 0:
            return False
        sleep(min(_STEP, left))
    return True


class _Rounds:
    """A listener that hears of all rounds as of one run: the numbers are sums over them."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._before = self._now = Progress()

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        self._listener.result(result, paths)

    def progress(self, progress: Progress) -> None:
        sums = {name: getattr(self._before, name) + value for name, value in asdict(progress).items()}
        self._now = Progress(**sums)
        self._listener.progress(self._now)

    def activity(self, activity: Activity) -> None:
        self._listener.activity(activity)

    def note(self, message: str) -> None:
        self._listener.note(message)

    def end(self) -> None:
        """The next round's numbers come on top."""
        self._before = self._now


class _Lasting:
    """An executor that outlives single runs."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def map(self, windows: Iterable[Sequence[Task]], stopped: Callable[[], bool] = never) -> Iterator[Results]:
        return self._executor.map(windows, stopped)

    def close(self) -> None:
        """Nothing yet: the next round needs the models."""
