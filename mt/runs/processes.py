"""Several processes of one machine, each with its own models, as one executor."""

from __future__ import annotations

import atexit
import logging
import logging.handlers
import multiprocessing
import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

from mt.activity import Activity, Hear, Sparing, listener, listening
from mt.config import Config
from mt.engines.cores import cores
from mt.errors import ModelError, MtError
from mt.pipeline import Pipeline
from mt.records import Failure, Report, Task
from mt.runs.executors import Results, never

MakePipeline: TypeAlias = Callable[[Config, int], Pipeline]
"""Makes the pipeline of the worker with this number (from 0) inside its process; a function of a module."""

_Results: TypeAlias = "queue.SimpleQueue[Results | BaseException | None]"
"""What comes of a window: lists of results, and None behind the last; or an error that ends the run."""

MOST_DEATHS = 10
"""So many workers may die in a row without one result between them; then the run ends, for it is no article's fault."""


class Processes:
    """`workers` processes, each with its own pipeline and its share of the cores.

    They are spawned, never forked (CUDA and threads do not survive a fork), as windows come. One that dies takes only
    the rest of its window along: that is given to a fresh one article by article, and an article that ends that one too
    becomes a `Failure`. They end with this process, whatever ends it, and leave Ctrl-C and SIGTERM to it.
    """

    def __init__(self, config: Config, workers: int, make: MakePipeline | None = None) -> None:
        if workers < 1:
            raise ValueError(f"found {workers} workers, expected at least 1")
        self._job = (config, make or worker_pipeline, max(1, cores() // workers))
        self._workers = workers
        self._lock = threading.Lock()
        self._free_numbers = list(range(workers))
        self._living: dict[int, _Worker] = {}
        self._deaths = 0
        self._closed = False
        self._stopped: Callable[[], bool] = never
        self._heard: Summed | None = None
        # A thread for each process waits for its answers. What a thread spawns inherits its blocked signals, so that
        # Ctrl-C cannot reach a worker even before its first line runs.
        self._threads = ThreadPoolExecutor(workers, "mt-worker", initializer=_block_signals)
        self._local = threading.local()
        atexit.register(self.close)

    def map(self, windows: Iterable[Sequence[Task]], stopped: Callable[[], bool] = never) -> Iterator[Results]:
        """As in `Executor`; at most two windows for each worker are taken ahead of the results.

        Raises `ModelError` also when workers die while they load their models, or again and again without a result.
        """
        ahead: deque[_Results] = deque()
        self._stopped = stopped
        self._heard = Summed(hear) if (hear := listener()) else None
        for window in windows:
            results: _Results = queue.SimpleQueue()
            self._threads.submit(self._work, window, results)
            ahead.append(results)
            while ahead and (len(ahead) >= 2 * self._workers or not ahead[0].empty()):
                if (given := _next(ahead)) is not None:
                    yield given
        while ahead:
            if (given := _next(ahead)) is not None:
                yield given

    def close(self) -> None:
        """End the processes at once; windows that were not given back are lost."""
        with self._lock:
            self._closed = True
            living = list(self._living.values())
        for worker in living:
            worker.kill()
        self._threads.shutdown(cancel_futures=True)
        atexit.unregister(self.close)

    # What follows runs in the threads.

    def _work(self, window: Sequence[Task], results: _Results) -> None:
        """Put the results of a window as they come, then None; or the error that ends the run."""
        try:
            done = 0
            try:
                for given in self._given(window):
                    done += len(given)
                    results.put(given)
            except _Death:
                for task in window[done:]:
                    results.put([self._alone(task)])
            if not window:
                results.put([])
            results.put(None)
        except BaseException as error:
            results.put(error)

    def _alone(self, task: Task) -> Report | Failure | None:
        try:
            [[result]] = self._given([task])
        except _Death as death:
            article = task.article
            message = f"{article.place or article.id}: two worker processes died while working on it: the last {death}"
            return Failure(article.id, article.place, "ModelError", message)
        return result

    def _given(self, window: Sequence[Task]) -> Iterator[Results]:
        left = len(window)
        for results in self._worked(window):
            left -= len(results)
            yield results
        if left:
            yield [None] * left

    def _worked(self, window: Sequence[Task]) -> Iterator[Results]:
        """Results as they come, until the run is to stop."""
        if not window or self._stopped():
            return
        number = self._number()
        worker = self._living.get(number) or self._loaded(number)
        if self._stopped():
            return
        left = len(window)
        try:
            for results in worker.work(window):
                self._deaths = 0
                left -= len(results)
                yield [*results]
                if left and self._stopped():
                    self._end(number)  # it has begun the next article
                    return
        except _Death as death:
            self._bury(number, death)
            raise

    def _number(self) -> int:
        """This thread's worker has one number for good: it decides its device."""
        if not hasattr(self._local, "number"):
            with self._lock:
                self._local.number = self._free_numbers.pop(0)
        number: int = self._local.number
        return number

    def _loaded(self, number: int) -> _Worker:
        """A new worker whose models are loaded; one that dies over it gets a second try."""
        for _ in range(2):
            worker = self._started(number)
            try:
                worker.wait_until_loaded()
            except _Death as death:
                self._bury(number, death)
                last = death
            else:
                return worker
        raise ModelError(
            f"a worker process died while loading the models: it {last}. A script that calls mt must do so under "
            "`if __name__ == '__main__':`"
        )

    def _started(self, number: int) -> _Worker:
        with self._lock:
            if self._closed:
                raise CancelledError
            self._living[number] = worker = _Worker(number, *self._job, hear=self._hear)
        return worker

    def _hear(self, number: int, activity: Activity) -> None:
        if self._heard is not None:
            self._heard.add(number, activity)

    def _end(self, number: int) -> None:
        with self._lock:
            self._living.pop(number).kill()

    def _bury(self, number: int, death: _Death) -> None:
        with self._lock:
            self._living.pop(number).kill()
            self._deaths += not self._closed
            deaths = self._deaths
        if deaths >= MOST_DEATHS:
            raise ModelError(f"{deaths} worker processes died in a row without a result: the last {death}")


def _next(ahead: deque[_Results]) -> Results | None:
    """The next results of the first window; None at its end, when it is taken from the front."""
    given = ahead[0].get()
    if given is None:
        ahead.popleft()
    if isinstance(given, BaseException):
        raise given
    return given


def _block_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, _PARENTS_SIGNALS)


_PARENTS_SIGNALS = (signal.SIGINT, signal.SIGTERM)


# ---------------------------------------------------------------- the parent's end of a worker


class _Death(Exception):
    """The process is gone; the message goes on from "it"."""


class _Worker:
    def __init__(
        self,
        number: int,
        config: Config,
        make: MakePipeline,
        threads: int,
        *,
        hear: Callable[[int, Activity], None],
    ) -> None:
        self._number, self._hear = number, hear
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        levels = {name: logging.getLogger(name).level for name in ("", "mt")}
        self._process = context.Process(
            target=_serve, args=(theirs, config, number, make, threads, levels), name=f"mt-worker-{number}", daemon=True
        )
        self._process.start()
        # With the only other copy of this end in the process, reading from ours ends when the process does.
        theirs.close()

    def wait_until_loaded(self) -> None:
        """Raises what the worker raised when it made its pipeline."""
        if isinstance(error := self._answer(), MtError):
            raise error

    def work(self, window: Sequence[Task]) -> Iterator[list[Report | Failure]]:
        """The results as they come."""
        try:
            self._connection.send(window)
        except OSError:
            raise _Death(self._end()) from None
        left = len(window)
        while left:
            results: list[Report | Failure] = self._answer()  # type: ignore[assignment]
            left -= len(results)
            yield results

    def _answer(self) -> object:
        """The next answer. Log lines before it go to the loggers of this process, activities to who listens."""
        try:
            while isinstance(message := self._connection.recv(), (logging.LogRecord, Activity)):
                if isinstance(message, Activity):
                    self._hear(self._number, message)
                else:
                    logging.getLogger(message.name).handle(message)
        except (EOFError, OSError):
            raise _Death(self._end()) from None
        return message

    def _end(self) -> str:
        self._process.join(10)
        code = self._process.exitcode
        if code == -signal.SIGKILL:
            return (
                "was killed (signal 9), as Linux does when memory runs out; use fewer --workers or a smaller "
                "batch_tokens"
            )
        if code is not None and code < 0:
            return f"was ended by signal {-code} ({signal.Signals(-code).name})"
        return f"ended with exit code {code}; see its messages on stderr"

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


# ---------------------------------------------------------------- inside a worker


def _serve(
    connection: Connection, config: Config, number: int, make: MakePipeline, threads: int, levels: dict[str, int]
) -> None:
    """Say None when the models are loaded, or the error; then answer each window with its results."""
    for ignored in _PARENTS_SIGNALS:
        signal.signal(ignored, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_threads(threads)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    outlet = _Outlet(connection)
    logging.getLogger().addHandler(logging.handlers.QueueHandler(outlet))  # type: ignore[arg-type]
    with listening(Sparing(outlet.put_nowait)):
        try:
            pipeline = make(config, number)
        except MtError as error:
            outlet.put_nowait(error)
            return
        outlet.put_nowait(None)
        while True:
            try:
                window = connection.recv()
            except EOFError:
                return
            for results in pipeline.stream(window):
                outlet.put_nowait(results)


class Summed:
    """What the workers do as one activity: the texts of those in the stage that was reported last."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._each: dict[int, Activity] = {}
        self._lock = threading.Lock()

    def add(self, number: int, activity: Activity) -> None:
        with self._lock:
            self._each[number] = activity
            same = [each for each in self._each.values() if each.stage == activity.stage]
            self._hear(Activity(activity.stage, sum(e.done for e in same), sum(e.total for e in same)))


class _Outlet:
    """One message at a time: log lines come from any thread. `put_nowait` is what `QueueHandler` calls."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def put_nowait(self, message: object) -> None:
        with self._lock:
            self._connection.send(message)


def _end_with_parent() -> None:
    # Not at the end of the window, which may be minutes away.
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _limit_threads(threads: int) -> None:
    """Must come before torch is imported; what the user has set in the environment stands."""
    for name in ("OMP_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ.setdefault(name, str(threads))


def worker_pipeline(config: Config, number: int) -> Pipeline:
    """The pipeline of worker `number`, on its own CUDA device where there are several."""
    from mt.engines.devices import look, look_ctranslate2

    facts: Mapping[str, Callable[[], Any]] = {
        "ctranslate2": look_ctranslate2,
        "transformers": look,
    }  # the second imports torch, which takes seconds
    engines = {model.engine for model in config.models.values()}
    return Pipeline.from_config(placed(config, number, {engine: facts[engine]().cuda_devices for engine in engines}))


def placed(config: Config, number: int, cuda_devices: Mapping[str, int]) -> Config:
    """The configuration for worker `number`: every model whose device is `auto` or `cuda` goes to one CUDA device.

    That is `cuda:<number mod count>`, with the count of devices that the model's engine sees. Without a number
    CTranslate2 would load the model on each of them, in every worker.
    """
    for path, model in config.models.items():
        if (count := cuda_devices[model.engine]) and model.device in ("auto", "cuda"):
            config = _changed(config, f"{path}.model.device".split("."), f"cuda:{number % count}")
    return config


def _changed(section: Any, keys: Sequence[str], value: str) -> Any:
    """A copy of a section of the configuration with another value at the place that the keys lead to."""
    key, *rest = keys
    return section.model_copy(update={key: _changed(getattr(section, key), rest, value) if rest else value})


# ---------------------------------------------------------------- what the machine has


def automatic_workers() -> int:
    """How many workers suit this machine; looks for GPUs, for which it loads torch."""
    from mt.engines.devices import look

    return suitable_workers(cores(), look().cuda_devices)


def suitable_workers(cpus: int, gpus: int) -> int:
    """One for each GPU, otherwise one for every two cores: see "How many workers" in docs/SCALING.md."""
    return gpus or max(1, cpus // 2)
