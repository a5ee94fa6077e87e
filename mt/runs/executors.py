"""Where windows of articles are worked on: in this process, or elsewhere by the same `Pipeline.work`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias

from mt.pipeline import Pipeline
from mt.records import Failure, Report, Task

Results: TypeAlias = list[Report | Failure | None]
"""Results of tasks in their order; None for one that was not finished because the run is to stop."""


def never() -> bool:
    """Nothing stops such a run."""
    return False


class Executor(Protocol):
    """Works through windows of tasks."""

    def map(self, windows: Iterable[Sequence[Task]], stopped: Callable[[], bool] = never) -> Iterator[Results]:
        """One result for each task, in the windows' order, in lists: at least one for each window, none over two.

        When `stopped`, which is called from any thread, says True, each process ends the article in hand, and what is
        left of the windows that were taken has None for a result; no more windows need be taken.
        Windows are taken lazily, at most a few ahead of the results, so that memory stays flat and a run can stop.
        An empty window gives one empty list; no model is loaded before the first window that is not empty, so that a
        finished run ends in seconds. `windows` is read in the calling thread. Processes that it starts must outlive
        SIGINT and SIGTERM, which terminals and job schedulers send to all processes of a run, and end with this one.

        Raises `ModelError` or `ConfigError` when the models cannot be loaded.
        """
        ...

    def close(self) -> None:
        """End what was started; results that were not taken are lost."""
        ...


class InProcess:
    """Works in this process, window by window; the pipeline is made at the first window that needs it."""

    def __init__(self, make_pipeline: Callable[[], Pipeline]) -> None:
        self._make_pipeline = make_pipeline
        self._pipeline: Pipeline | None = None

    def map(self, windows: Iterable[Sequence[Task]], stopped: Callable[[], bool] = never) -> Iterator[Results]:
        """As in `Executor`; no window is taken ahead."""
        for window in windows:
            if not window:
                yield []
                continue
            if self._pipeline is None:
                self._pipeline = self._make_pipeline()
            left = len(window)
            for results in self._pipeline.stream(window):
                left -= len(results)
                yield [*results]
                if stopped():
                    break
            if left:
                yield [None] * left
            if stopped():
                return

    def close(self) -> None:
        """Let the models go."""
        self._pipeline = None
