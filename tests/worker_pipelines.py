"""Stand-ins for pipelines inside worker processes: an article's title says what happens to the worker."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from mt.activity import advance, begin, stage
from mt.config import Config
from mt.errors import ModelError
from mt.records import Article, Failure, Report, Task, Translation


class TitlePipeline:
    """Reports carry the worker's process id and number in their signature; the title is a command."""

    def __init__(self, number: int) -> None:
        self._who = f"{os.getpid()} {number} {os.environ.get('OMP_NUM_THREADS')}"

    def stream(self, tasks: Sequence[Task]) -> Iterator[list[Report | Failure]]:
        ready = []
        for task in tasks:
            if ready and task.article.title == "give what is ready":
                yield ready
                ready = []
            self._obey(*task.article.title.partition(" ")[::2])
            ready.append(Report(task.article, Translation((), ()), None, self._who))
        yield ready

    def _obey(self, command: str, rest: str) -> None:
        match command:
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "die-with-parent":
                os.kill(os.getppid(), signal.SIGKILL)
                os.kill(os.getpid(), signal.SIGKILL)
            case "die-once" if not Path(rest).exists():
                Path(rest).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            case "raise":
                raise RuntimeError("a bug")
            case "stay-once" if not Path(rest).exists():
                Path(rest).write_text(os.environ["RAY_RAYLET_PID"])
                time.sleep(120)
            case "sleep":
                time.sleep(float(rest))
            case "stage":
                with stage(rest):
                    begin(2)
                    advance(2)
            case "log":
                logging.getLogger("mt").info(rest)


class EachPipeline(TitlePipeline):
    """Gives each report as it is ready, the same in every worker."""

    def __init__(self, number: int) -> None:
        self._who = "each"

    def stream(self, tasks: Sequence[Task]) -> Iterator[list[Report | Failure]]:
        for task in tasks:
            yield from super().stream([task])


def make_each(config: Config, number: int) -> EachPipeline:
    return EachPipeline(number)


def make(config: Config, number: int) -> TitlePipeline:
    return TitlePipeline(number)


def make_without_model(config: Config, number: int) -> TitlePipeline:
    if number:
        time.sleep(20)
    raise ModelError("no such model: nothing/nowhere")


def make_dying(config: Config, number: int) -> TitlePipeline:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def make_dying_once(config: Config, number: int) -> TitlePipeline:
    """The folder of the cache setting remembers that one worker died."""
    TitlePipeline(number)._obey("die-once", f"{config.cache}/died")
    return TitlePipeline(number)


def tasks(*titles: str, first: int = 0) -> list[Task]:
    return [
        Task(first + i, Article(f"a{first + i}", "نص", title, place=f"f:{first + i}")) for i, title in enumerate(titles)
    ]
