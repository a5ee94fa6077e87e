"""Many machines: the windows of a run through Ray Data, to workers that each load the models once; extra `ray`.

Ray Data pulls the windows from a queue as one streaming read, maps them with a pool of actors and hands the results
back in order. Inside an actor works the executor of a single machine, so records and failures are those of a local run.
"""

from __future__ import annotations

import logging
import math
import os
import pickle
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, count, islice
from typing import Any

from mt.config import Config
from mt.engines.cores import cores
from mt.errors import ConfigError, ModelError, MtError
from mt.records import Failure, Report, Task
from mt.runs.processes import MakePipeline, Processes, suitable_workers

_AHEAD = 4
"""Windows for each worker that are under way or wait in the cluster: enough to hide the way there and back."""


_NO_ANSWER = pickle.dumps(("none", None))


class Ray:
    """Actors on the cluster of `RAY_ADDRESS`, or on a Ray of this machine that ends with `close`.

    So many as `workers` says; None and 0 mean as many as suit the machines (see `mt.runs.processes.suitable_workers`).
    Every machine of the cluster needs this package, and the models in its cache or within reach. Whatever shows only
    when a model is loaded comes back as the same error as in a local run. An actor lost with its machine is started
    elsewhere by Ray, and its window is worked on again.
    """

    def __init__(self, config: Config, workers: int | None, make: MakePipeline | None = None) -> None:
        self._config, self._workers, self._make = config, workers, make
        self._started = False

    def map(self, windows: Iterable[Sequence[Task]]) -> Iterator[list[Report | Failure]]:
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
        with _told():
            self._start()
            yield from self._stream(chain([window], source))

    def _stream(self, windows: Iterator[Sequence[Task]]) -> Iterator[list[Report | Failure]]:
        from ray.util.queue import Queue

        nodes = _nodes()
        workers = self._workers or sum(suitable_workers(int(cpus), int(gpus)) for cpus, gpus in nodes)
        queue = Queue(actor_options={"num_cpus": 0})
        answers = self._answers(queue, workers, *share(nodes, workers))
        sent = 0
        for given in count():
            for window in islice(windows, given + _AHEAD * workers - sent):
                queue.put(pickle.dumps((sent, list(window))))
                sent += 1
            if given == sent:
                break
            number, result = pickle.loads(next(answers, _NO_ANSWER))
            if isinstance(result, MtError):
                raise result
            if number != given:
                raise ModelError(
                    f"Ray gave the results of window {number}, wanted {given}; start the same command again"
                )
            yield result
        queue.put(None)
        for answer in answers:
            raise ModelError(
                f"Ray gave the results of window {pickle.loads(answer)[0]} of {sent}; start the same command again"
            )
        queue.shutdown()

    def _answers(self, queue: Any, workers: int, cpus: float, gpus: float) -> Iterator[bytes]:
        """Number and results of each window, pickled, in the order of the windows."""
        from ray.data import ActorPoolStrategy, DataContext, read_datasource

        context = DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        # A block of one window: none waits in a buffer for others to fill it.
        context.target_max_block_size = 1
        data = read_datasource(_feed(queue), override_num_blocks=1, num_cpus=0).map_batches(
            _Actor,
            fn_constructor_args=(self._config, self._make),
            batch_size=1,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=workers),
            num_cpus=cpus,
            num_gpus=gpus,
        )
        for batch in data.iter_batches(batch_size=1, batch_format="pyarrow", prefetch_batches=0):
            yield from (answer.as_py() for answer in batch["answer"])

    def _start(self) -> None:
        import ray

        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        logging.getLogger("ray.data").setLevel(logging.ERROR)
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
def _told() -> Iterator[None]:
    try:
        from ray.data import Dataset  # noqa: F401 - the part that the extra adds
        from ray.exceptions import RayError
    except ModuleNotFoundError as error:
        raise ConfigError(f"--engine ray needs Ray Data ({error}); install it with: pip install '.[ray]'") from None
    try:
        yield
    except (RayError, ConnectionError) as error:
        raise ModelError(f"Ray failed: {error}") from error


def _feed(queue: Any) -> Any:
    """A data source of one column, `window`: what is put into the queue, until None."""
    import pyarrow
    from ray.data.block import BlockMetadata
    from ray.data.datasource import Datasource, ReadTask

    def read() -> Iterator[Any]:
        while (window := queue.get()) is not None:
            yield pyarrow.table({"window": [window]})

    class Windows(Datasource):  # type: ignore[misc]
        def estimate_inmemory_data_size(self) -> None:
            return None

        def get_read_tasks(self, *_: Any, **__: Any) -> list[Any]:
            return [ReadTask(read, BlockMetadata(None, None, None, None))]

    return Windows()


class _Actor:
    """Inside the cluster: one worker, whose process may die without the actor."""

    def __init__(self, config: Config, make: MakePipeline | None) -> None:
        self._worker = Processes(config, 1, make)

    def __call__(self, batch: Any) -> Any:
        import pyarrow

        return pyarrow.table({"answer": [self._answer(window.as_py()) for window in batch["window"]]})

    def _answer(self, pickled: bytes) -> bytes:
        number, window = pickle.loads(pickled)
        try:
            [results] = self._worker.map([window])
        except MtError as error:
            return pickle.dumps((number, error))
        return pickle.dumps((number, results))


def _nodes() -> list[tuple[float, float]]:
    """CPUs and GPUs of each machine that may work; some clusters have a head without CPUs."""
    import ray

    found = (node["Resources"] for node in ray.nodes() if node["Alive"])
    return [(has.get("CPU", 0.0), has.get("GPU", 0.0)) for has in found if has.get("CPU", 0.0) >= 1]


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
