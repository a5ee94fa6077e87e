"""Many machines: the windows of a run as calls of Ray actors that each load the models once; extra `ray`.

A bounded number of windows is in flight; the results are returned in order. Inside an actor works the executor of a
single machine, so records and failures are those of a local run.
"""

from __future__ import annotations

import heapq
import logging
import math
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, count, islice
from typing import Any, TypeAlias

from mt.activity import Activity, Hear, Sparing, listener, listening
from mt.config import Config
from mt.engines.cores import cores
from mt.errors import ConfigError, ModelError, MtError
from mt.records import Task
from mt.runs.executors import Results, never
from mt.runs.processes import MOST_DEATHS, MakePipeline, Processes, Summed, suitable_workers

_log = logging.getLogger(__name__)

_AHEAD = 4
"""Windows per worker that are in flight, wait for a worker, or are finished and wait for an earlier one."""

_LOOKING = 1.0
"""Seconds after which a wait for results looks whether the run is to stop."""

_Window: TypeAlias = tuple[int, Sequence[Task]]
"""The window's number in the run, from 0, and its tasks."""


class Ray:
    """Actors on the cluster of `RAY_ADDRESS`, or on a Ray of this machine that ends with `close`.

    So many as `workers` says; None and 0 mean as many as suit the machines (see `mt.runs.processes.suitable_workers`).
    Every machine of the cluster needs this package, and the models in its cache or within reach. Whatever shows only
    when a model is loaded comes back as the same error as in a local run. The window of a lost actor goes to another
    actor; a new one takes its place as soon as the cluster has room for it.
    """

    def __init__(self, config: Config, workers: int | None, make: MakePipeline | None = None) -> None:
        self._config, self._workers, self._make = config, workers, make
        self._started = False

    def map(self, windows: Iterable[Sequence[Task]], stopped: Callable[[], bool] = never) -> Iterator[Results]:
        """As in `Executor`; at most four windows for each worker are taken ahead of the results.

        Raises `ConfigError` when Ray is not installed, `ModelError` also when the cluster fails or cannot be reached.
        """
        source = iter(windows)
        for window in source:
            if window:
                break
            yield []  # a finished run starts no cluster
        else:
            return
        with _naming_errors():
            self._start()
            yield from self._stream(chain([window], source), stopped)

    def _stream(self, windows: Iterator[Sequence[Task]], stopped: Callable[[], bool]) -> Iterator[Results]:
        nodes = _nodes()
        workers = self._workers or sum(suitable_workers(int(cpus), int(gpus)) for cpus, gpus in nodes)
        pool = _Pool(workers, self._actors(*share(nodes, workers), listener() is not None), listener(), stopped)
        finished: dict[int, Results] = {}
        sent = 0
        try:
            for given in count():
                for window in islice(windows, given + _AHEAD * workers - sent):
                    if window:
                        pool.submit((sent, window))
                    else:
                        finished[sent] = []
                    sent += 1
                if given == sent:
                    return
                while given not in finished:
                    number, results = pool.next()
                    finished[number] = results
                yield finished.pop(given)
        finally:
            pool.close()

    def _actors(self, cpus: float, gpus: float, heard: bool) -> Callable[[], Any]:
        """Creates an actor; Ray places it where these CPUs and GPUs are free."""
        import ray

        # Ray's own restarts and retries bind a window to its actor, which may have no machine left to restart on.
        actor = ray.remote(
            num_cpus=cpus,
            num_gpus=gpus,
            max_restarts=0,
            max_task_retries=0,
            concurrency_groups={"activity": 1, "stop": 1},
        )(_Actor)
        return lambda: actor.remote(self._config, self._make, heard)

    def _start(self) -> None:
        import ray

        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        if ray.is_initialized():
            return
        address = os.environ.get("RAY_ADDRESS")
        here: dict[str, Any] = (
            {} if address else {"num_cpus": max(self._workers or 1, cores()), "include_dashboard": False}
        )
        with _own_handler(signal.SIGTERM):
            ray.init(address=address or "local", logging_level=logging.ERROR, **here)
        self._started = True

    def close(self) -> None:
        """End the actors, and the Ray that was started here; windows that were not given back are lost."""
        if self._started:
            import ray

            ray.shutdown()
            self._started = False


@contextmanager
def _own_handler(number: signal.Signals) -> Iterator[None]:
    """Keeps the handler that stands: Ray puts its own in its place, which ends the process at once."""
    before = signal.getsignal(number)
    yield
    if callable(before) and threading.current_thread() is threading.main_thread():
        signal.signal(number, before)


@contextmanager
def _naming_errors() -> Iterator[None]:
    try:
        from ray.exceptions import RayError
    except ModuleNotFoundError as error:
        raise ConfigError(f"--engine ray needs Ray ({error}); install it with: pip install '.[ray]'") from None
    try:
        yield
    except (RayError, ConnectionError) as error:
        raise ModelError(f"Ray failed: {error}") from error


class _Pool:
    """Actors with at most one window each; idle ones take the earliest window that waits."""

    def __init__(self, workers: int, create: Callable[[], Any], hear: Hear | None, stopped: Callable[[], bool]) -> None:
        self._create = create
        self._stopped = stopped
        self._stopping = False
        self._summed = Summed(hear) if hear else None
        self._actors: dict[int, Any] = {}
        self._idle: list[int] = []
        self._waiting: list[_Window] = []
        self._calls: dict[Any, tuple[int, _Window | None]] = {}
        """By the reference of a pending result: the worker, and its window or None until the actor has been placed."""
        self._activities: dict[Any, int] = {}
        """By the reference of a pending activity: the worker."""
        self._losses = 0
        for worker in range(workers):
            self._start(worker)

    def submit(self, window: _Window) -> None:
        """Windows are worked on in the order of their numbers; one that is not empty."""
        heapq.heappush(self._waiting, window)
        self._fill()

    def next(self) -> tuple[int, Results]:
        """Wait for a window to be finished: its number and results.

        Raises what the pipeline raised, and `ModelError` when actors are lost again and again without a result.
        """
        import ray

        while True:
            if self._stopped() and not self._stopping:
                self._stop()
            if self._stopping and self._waiting:
                number, tasks = heapq.heappop(self._waiting)
                return number, [None] * len(tasks)
            ready, _ = ray.wait([*self._calls, *self._activities], num_returns=1, timeout=_LOOKING)
            if not ready:
                continue
            [reference] = ready
            if reference in self._activities:
                self._pass_on(reference)
                continue
            worker, window = self._calls.pop(reference)
            try:
                answer = ray.get(reference)
            except _losses() as loss:
                self._replace(worker, window, loss)
                continue
            self._idle.append(worker)
            if window is None:
                self._listen(worker)
            self._fill()
            if isinstance(answer, MtError):
                raise answer
            if window is not None:
                self._losses = 0
                return window[0], answer

    def close(self) -> None:
        """End the actors at once."""
        import ray

        if ray.is_initialized():  # `Ray.close` may have come first
            for worker in list(self._actors):
                self._end(worker)

    def _start(self, worker: int) -> None:
        actor = self._actors[worker] = self._create()
        # A window is given only to an actor that has a machine: otherwise it could wait while others are idle.
        self._calls[actor.__ray_ready__.remote()] = (worker, None)

    def _stop(self) -> None:
        """The actors end the article in hand, and no window is given to one any more."""
        self._stopping = True
        for actor in self._actors.values():
            actor.stop.options(concurrency_group="stop").remote()

    def _fill(self) -> None:
        while self._waiting and self._idle and not self._stopping:
            worker, window = self._idle.pop(), heapq.heappop(self._waiting)
            self._calls[self._actors[worker].work.remote(window[1])] = (worker, window)

    def _replace(self, worker: int, window: _Window | None, loss: Exception) -> None:
        self._losses += 1
        if self._losses >= MOST_DEATHS * len(self._actors):
            raise ModelError(f"{self._losses} Ray workers were lost without a result between them; the last: {loss}")
        _log.warning("worker %d on Ray was lost and is being replaced: %s", worker, " ".join(str(loss).split()))
        self._end(worker)
        if not self._stopping:
            self._start(worker)
        if window is not None:
            self.submit(window)

    def _end(self, worker: int) -> None:
        import ray

        ray.kill(self._actors.pop(worker))
        self._activities = {reference: w for reference, w in self._activities.items() if w != worker}

    def _listen(self, worker: int) -> None:
        if self._summed:
            activity = self._actors[worker].activity.options(concurrency_group="activity")
            self._activities[activity.remote()] = worker

    def _pass_on(self, reference: Any) -> None:
        import ray

        worker = self._activities.pop(reference)
        try:
            activity: Activity = ray.get(reference)
        except _losses():
            return  # the actor's window, or its next one, shows the same loss
        if self._summed:
            self._summed.add(worker, activity)
        self._listen(worker)


def _losses() -> tuple[type[Exception], ...]:
    """What Ray raises when an actor, or the machine that holds its results, is gone."""
    from ray.exceptions import NodeDiedError, ObjectLostError, RayActorError, WorkerCrashedError

    return (RayActorError, NodeDiedError, WorkerCrashedError, ObjectLostError)


class _Actor:
    """Inside the cluster: one worker, whose process may die without the actor."""

    def __init__(self, config: Config, make: MakePipeline | None, heard: bool) -> None:
        self._worker, self._heard = Processes(config, 1, make), heard
        self._stopped = threading.Event()
        self._activities: queue.SimpleQueue[Activity] = queue.SimpleQueue()

    def work(self, window: Sequence[Task]) -> Results | MtError:
        """The results, or the error that ends the run."""
        with listening(Sparing(self._activities.put) if self._heard else None):
            try:
                return [result for results in self._worker.map([window], self._stopped.is_set) for result in results]
            except MtError as error:
                return error

    def stop(self) -> None:
        """End `work` after the article in hand."""
        self._stopped.set()

    def activity(self) -> Activity:
        """Waits for the next activity."""
        return self._activities.get()


def _nodes() -> list[tuple[float, float]]:
    """CPUs and GPUs of each machine that may work; some clusters have a head without CPUs."""
    import ray

    resources = (node["Resources"] for node in ray.nodes() if node["Alive"])
    return [(has.get("CPU", 0.0), has.get("GPU", 0.0)) for has in resources if has.get("CPU", 0.0) >= 1]


def share(nodes: Sequence[tuple[float, float]], workers: int) -> tuple[float, float]:
    """CPUs and GPUs that each worker reserves, when the machines have these numbers of CPUs and GPUs.

    Workers are spread evenly, so that all of them fit at once: the smallest machine decides the CPUs. More workers
    than GPUs share them.
    """
    on_each = math.ceil(workers / max(1, len(nodes)))
    cpus = max(1, int(min((cpus for cpus, _ in nodes), default=1) // on_each))
    gpus = sum(gpus for _, gpus in nodes)
    if gpus < 1:
        return cpus, 0
    return cpus, 1 if workers <= gpus else math.floor(1000 * gpus / workers) / 1000
